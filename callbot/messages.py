"""Callers' messages as staff get them: listed, listened to, handled. Recordings are files (messages_files.py); a row per message here."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.audit import note
from callbot.callback_states import CallbackState
from callbot.config import Settings
from callbot.database import Database
from callbot.messages_files import MessageFiles
from callbot.phone_numbers import normalise_number
from callbot.redaction import redacted_in
from callbot.stats.kept_fields import storable

__all__ = ["Message", "MessageState", "Messages", "kept_messages", "messages_of"]

MOST_LISTED = 200
"""Of those to handle the oldest are listed, of those that are handled the last ones."""
FIRST_SEQ = 1000
"""Of requests that are made of messages: those that callers made themselves in the same call come before, and may be written later."""
MOST_TRIES = 3
"""Of writing one down; then it is only to be listened to."""

ServiceOf = Callable[[str, str], str]
"""The id of the service that a motive and a line belong to (`Knowledge.responsible`)."""


class MessageState(StrEnum):
    """Where a message stands with staff."""

    TO_HANDLE = "to_handle"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Message:
    """A caller's message. `number`: theirs as it was presented, may be empty; `transcript`: None as long as there is none, or once purged.

    `audio`: the recording is still there; `callback_id`: the request to call them back that was made of it.
    """

    id: int
    token: str = field(repr=False)
    call_id: str
    recorded_at: datetime
    number: str = field(repr=False)
    line: str
    language: str
    motive: str
    service: str
    duration_ms: int
    transcript: str | None = field(repr=False)
    transcribed: bool
    audio: bool
    state: MessageState
    state_at: datetime | None
    state_by: str
    callback_id: int | None


class Messages:
    """The messages of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self,
        database: Database,
        files: MessageFiles,
        service_of: ServiceOf,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self.files, self._service_of = database, files, service_of
        self.now = now
        """Gives aware datetimes."""

    # -- for staff -------------------------------------------------------------------------------------------------

    async def listed(self, state: MessageState) -> list[Message]:
        """Those to handle, the oldest first; or those that are handled, the last one first."""
        table = tables.messages
        wanted = select(table).where(table.c.state == state.value)
        if state is MessageState.TO_HANDLE:
            wanted = wanted.order_by(table.c.recorded_at, table.c.id)
        else:
            wanted = wanted.order_by(table.c.state_at.desc(), table.c.id.desc())
        async with self._database.read() as connection:
            return [self._message(row) for row in await connection.execute(wanted.limit(MOST_LISTED))]

    async def find(self, message_id: int) -> Message | None:
        """The message of that number."""
        async with self._database.read() as connection:
            return await self._find(connection, message_id)

    async def count_open(self) -> int:
        """How many are to be handled."""
        table = tables.messages
        to_handle = table.c.state == MessageState.TO_HANDLE.value
        async with self._database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(table).where(to_handle)) or 0

    async def listened(self, message_id: int, *, actor: str) -> None:
        """Somebody begins to listen to it: a line in the journal."""
        async with self._database.begin() as connection:
            await note(connection, self.now(), actor, "message listened", f"message {message_id}")

    async def handle(self, message_id: int, *, actor: str) -> Message | None:
        """It is dealt with, and the recording erased at once; the message as it is then, None: there is none. Twice is once."""
        table = tables.messages
        async with self._database.begin() as connection:
            open_one = and_(table.c.id == message_id, table.c.state == MessageState.TO_HANDLE.value)
            values = {"state": MessageState.DONE.value, "state_at": self.now(), "state_by": actor}
            result = await connection.execute(update(table).where(open_one).values(values | {"audio": False}))
            if result.rowcount:
                await note(connection, self.now(), actor, "message handled", f"message {message_id}")
            message = await self._find(connection, message_id)
        if message and not message.audio:
            with suppress(OSError):  # the keeper's sweep erases what is left
                self.files.delete(message.token)
        return message

    async def call_back(self, message_id: int, *, actor: str) -> int | None:
        """Make a request to call the caller back, once; its number, None where the message or its number is not known."""
        table = tables.messages
        async with self._database.begin() as connection:
            await connection.execute(select(table.c.id).where(table.c.id == message_id).with_for_update())
            message = await self._find(connection, message_id)
            number = normalise_number(message.number) if message else ""
            if message is None or not number:
                return None
            if message.callback_id and await _has(connection, tables.callbacks, message.callback_id):
                return message.callback_id
            made = await self._request(connection, message, number)
            if made is not None:
                await connection.execute(
                    update(table).where(table.c.id == message_id).values(callback_id=made)
                )
                detail = f"message {message_id}, request {made}"
                await note(connection, self.now(), actor, "message to call back", detail)
            return made

    async def _request(self, connection: AsyncConnection, message: Message, number: str) -> int | None:
        """The row of a request; None where the call itself is not known (any more)."""
        table, calls = tables.callbacks, tables.calls
        if await connection.scalar(select(calls.c.id).where(calls.c.id == message.call_id)) is None:
            return None
        last = select(func.max(table.c.seq)).where(table.c.call_id == message.call_id)
        values = {
            "call_id": message.call_id,
            "seq": max(await connection.scalar(last) or 0, FIRST_SEQ) + 1,
            "asked_at": message.recorded_at,
            "number": number,
            "wish": "",
            "motive": message.motive,
            "state": CallbackState.TO_CALL.value,
        }
        result = await connection.execute(insert(table).values(values))
        return int(result.inserted_primary_key[0]) if result.inserted_primary_key else None

    # -- for the keeper --------------------------------------------------------------------------------------------

    async def add(self, row: dict[str, Any]) -> None:
        """A message's row, as often as you like: the second time nothing changes."""
        table = tables.messages
        async with self._database.begin() as connection:
            known = await connection.scalar(select(table.c.id).where(table.c.token == row["token"]))
            if known is None:
                values = row | {"state": MessageState.TO_HANDLE.value, "audio": True, "tries": 0}
                await connection.execute(insert(table).values(values))

    async def drop(self, token: str) -> None:
        """The caller wanted it erased."""
        async with self._database.begin() as connection:
            await connection.execute(delete(tables.messages).where(tables.messages.c.token == token))

    async def to_transcribe(self, tokens: Collection[str]) -> list[Message]:
        """Those of `tokens` that nobody has written down, the oldest first."""
        table = tables.messages
        due = select(table).where(table.c.transcribed_at.is_(None), table.c.audio, table.c.tries < MOST_TRIES)
        async with self._database.read() as connection:
            rows = await connection.execute(due.order_by(table.c.recorded_at))
            return [self._message(row) for row in rows if row.token in tokens]

    async def tried(self, message_id: int) -> None:
        """It is about to be written down: one that takes the process with it is not begun for ever."""
        table = tables.messages
        async with self._database.begin() as connection:
            await connection.execute(
                update(table).where(table.c.id == message_id).values(tries=table.c.tries + 1)
            )

    async def transcribed(self, message_id: int, text: str | None) -> None:
        """What was said, redacted; None: words are not kept. In a language that cannot be redacted nothing was said."""
        table = tables.messages
        async with self._database.begin() as connection:
            language = await connection.scalar(select(table.c.language).where(table.c.id == message_id))
            kept = redacted_in(language or "fr", storable(text).strip()) if text is not None else None
            values = {"transcript": kept, "transcribed_at": self.now()}
            await connection.execute(update(table).where(table.c.id == message_id).values(values))

    async def gone(self, tokens: Collection[str]) -> set[str]:
        """Those of `tokens` whose recording is to be there no more: handled, purged, erased."""
        table = tables.messages
        async with self._database.read() as connection:
            there = set(await connection.scalars(select(table.c.token).where(table.c.audio)))
        return set(tokens) - there

    async def erase(self, caller_hash: str, number: str) -> int:
        """Everything of a caller's messages, their recordings at once; how many there were."""
        table = tables.messages
        async with self._database.begin() as connection:
            whose = messages_of(caller_hash, number)
            tokens = list(await connection.scalars(select(table.c.token).where(whose)))
            await connection.execute(delete(table).where(whose))
        for token, row in list(self.files.waiting()):
            if row.get("caller_hash") == caller_hash:
                tokens.append(token)
        self._erase_files(tokens)
        return len(tokens)

    def _erase_files(self, tokens: Iterable[str]) -> None:
        for token in tokens:
            with suppress(OSError):  # the keeper's sweep erases what is left
                self.files.delete(token)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _find(self, connection: AsyncConnection, message_id: int) -> Message | None:
        found = await connection.execute(select(tables.messages).where(tables.messages.c.id == message_id))
        row = found.one_or_none()
        return self._message(row) if row else None

    def _message(self, row: Any) -> Message:
        return Message(
            id=row.id,
            token=row.token,
            call_id=row.call_id,
            recorded_at=row.recorded_at,
            number=row.number,
            line=row.line,
            language=row.language,
            motive=row.motive,
            service=self._service_of(row.motive, row.line),
            duration_ms=row.duration_ms,
            transcript=row.transcript,
            transcribed=row.transcribed_at is not None or row.tries >= MOST_TRIES,
            audio=row.audio,
            state=MessageState(row.state),
            state_at=row.state_at,
            state_by=row.state_by or "",
            callback_id=row.callback_id,
        )


def kept_messages(database: Database, settings: Settings) -> Messages:
    """Those of a database, for who purges or erases them."""
    files = MessageFiles(settings.data_dir, settings.message_mb * 1_000_000)
    return Messages(database, files, lambda _motive, _line: "")


def messages_of(caller_hash: str, number: str) -> ColumnElement[bool]:
    """A caller's own messages: by the hash of their number, or the number itself."""
    table = tables.messages
    own = table.c.caller_hash == caller_hash
    normal = normalise_number(number)
    return own | (table.c.number == normal) if normal else own


async def _has(connection: AsyncConnection, table: Any, row_id: int) -> bool:
    return await connection.scalar(select(table.c.id).where(table.c.id == row_id)) is not None
