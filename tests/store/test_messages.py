"""Callers' messages on disk and in the database: kept whole, written down after a restart too, erased when they should be."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from callbot import messages_keeper, tables
from callbot.audio.files import read_wav
from callbot.audio.types import Pcm
from callbot.audit import Trail, Wanted
from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.events import DropMessage, KeepMessage, RecordMessage
from callbot.load import Level, Pressure
from callbot.messages import Message, Messages, MessageState
from callbot.messages_files import MessageFiles
from callbot.messages_keeper import MessageKeeper
from callbot.messages_recording import Left, Tape, Whose
from callbot.privacy import pseudonym, purge
from callbot.speech.recognizer import Transcript
from tests.support.scripted import question
from tests.support.waiting import until

KEY = b"k" * 32
NUMBER = "0612345678"
HASH = pseudonym(KEY, NUMBER) or ""
SOUND = question("encombrants")
TOKEN = "jeton-de-trente-deux-caracteres-"


class Slow:
    """A recogniser, and its engine: gives `text` for each utterance once it is let; never before `prepare`."""

    name = model = "slow"

    def __init__(
        self, text: str = "rappelez moi au zéro six douze trente-quatre cinquante-six soixante-dix-huit"
    ) -> None:
        self.text, self.lent, self.let = text, 0, asyncio.Event()
        self._prepared = False

    async def lend(self, language: str = "fr") -> "Slow":  # noqa: ARG002 (the protocol's signature)
        """Itself."""
        self.lent += 1
        return self

    def pressure(self) -> Pressure:
        """None."""
        return Pressure()

    def degrade(self, level: Level) -> None:
        """Nothing to spare."""

    def push(self, pcm_16k: Pcm) -> None:  # noqa: ARG002 (the protocol's signature)
        """Throws away what was prepared."""
        self._prepared = False

    def partial(self) -> str:
        """None."""
        return ""

    def prepare(self) -> None:
        """As work that nobody waits for."""
        self._prepared = True

    def prepared(self) -> str | None:
        """Once it is let."""
        return self.text if self._prepared and self.let.is_set() else None

    def final(self) -> Awaitable[Transcript]:
        """The text."""
        assert self._prepared
        return asyncio.sleep(0, Transcript(self.text, 0.9))

    def reset(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


def left(token: str = TOKEN, caller: str = NUMBER) -> Left:
    """A message of a real voice."""
    return Left(token, Whose("c1", caller, "0199000001", 8000), "fr", "dechets", SOUND)


@pytest.fixture
def messages(database: Database, settings: Settings) -> Messages:
    """Those of the database, in its data_dir."""
    return Messages(database, MessageFiles(settings.data_dir, 10_000_000), lambda _motive, _line: "accueil")


@asynccontextmanager
async def keeping(messages: Messages, settings: Settings, engine: Slow) -> AsyncIterator[MessageKeeper]:
    """The keeper at work; cut off at the end, as by a restart."""
    keeper = MessageKeeper(messages, settings, KEY, engine, lambda: Level.NORMAL)
    task = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.wait([task])


async def only(messages: Messages) -> Message:
    """The one message, once it is there."""

    async def there() -> bool:
        return len(await messages.listed(MessageState.TO_HANDLE)) == 1

    await until(there)
    return (await messages.listed(MessageState.TO_HANDLE))[0]


def on_disk(settings: Settings) -> list[str]:
    """Names of all files of messages."""
    folder = settings.data_dir / "messages"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_restart_in_the_middle_of_writing_it_down_loses_nothing(
    messages: Messages, settings: Settings
) -> None:
    """Kept at once; the next process takes the transcription up again; numbers in it are masked, the file is private."""
    first, second = Slow(), Slow()
    async with keeping(messages, settings, first) as keeper:
        keeper.keep(left())
        message = await only(messages)
        await until(lambda: first.lent == 1)
    assert not (await only(messages)).transcribed
    async with keeping(messages, settings, second):
        second.let.set()

        async def written() -> bool:
            return (await only(messages)).transcribed

        await until(written)
    message = await only(messages)
    assert (message.transcript, message.number, message.service) == (
        "rappelez moi au …huit",
        "+33612345678",
        "accueil",
    )
    path = messages.files.path(message.token)
    pcm, rate_hz = read_wav(path)
    assert (rate_hz, np.array_equal(pcm, SOUND), path.stat().st_mode & 0o777) == (8000, True, 0o600)
    assert on_disk(settings) == [f"{TOKEN}.wav"]


async def test_one_that_takes_the_process_with_it_is_not_begun_for_ever(
    messages: Messages, settings: Settings
) -> None:
    """After three tries it is only to be listened to."""
    engine = Slow()
    for lent in (1, 2, 3):
        async with keeping(messages, settings, engine) as keeper:
            if lent == 1:
                keeper.keep(left())
            wanted = lent
            await until(lambda: engine.lent == wanted)  # noqa: B023 (waited for within the round)
    assert (await only(messages)).transcribed
    assert await messages.to_transcribe({TOKEN}) == []


async def test_it_waits_on_the_disk_for_a_database_that_is_away(
    messages: Messages, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is brought in when it is back, once; what closes with messages still waiting puts them there as well."""
    monkeypatch.setattr(messages_keeper, "LOOK_S", 0.05)
    row = {"token": TOKEN, "call_id": "c1", "caller_hash": HASH, "number": "+33612345678", "line": "", "language": "fr",
           "motive": "", "recorded_at": datetime.now(UTC).isoformat(), "duration_ms": 1000}  # fmt: skip
    assert messages.files.keep(TOKEN, SOUND, 8000, row)
    assert on_disk(settings) == [f"{TOKEN}.json", f"{TOKEN}.wav"]
    async with keeping(messages, settings, Slow()):
        message = await only(messages)
    assert (message.token, on_disk(settings)) == (TOKEN, [f"{TOKEN}.wav"])
    closing = MessageKeeper(messages, settings, KEY, Slow(), lambda: Level.NORMAL)
    closing.keep(left("un-autre-jeton-de-trente-deux-c"))
    await closing.close()
    assert len(await messages.listed(MessageState.TO_HANDLE)) == 2


async def test_the_disk_is_never_filled(
    messages: Messages, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """All recordings together are bounded, and none is offered where there is no room; a tape takes no more than it may."""
    messages.files = MessageFiles(settings.data_dir, SOUND.nbytes + 1000)
    keeper = MessageKeeper(messages, settings, KEY, Slow(), lambda: Level.NORMAL)
    for token in ("premier-jeton-de-seize", "second-jeton-de-seize-"):
        keeper.keep(left(token))
    await keeper.close()
    assert on_disk(settings) == ["premier-jeton-de-seize.wav"]
    assert "message_mb is reached" in caplog.text
    async with keeping(messages, settings, Slow()) as full:
        await until(lambda: full.most_ms == 0)
    kept: list[Left] = []

    class Box:
        def keep(self, one: Left) -> None:
            """Look at it."""
            kept.append(one)

        def drop(self, token: str) -> None:
            """Not here."""

    tape = Tape(Whose("c1", "", "", 8000), Box())
    tape.hear(SOUND)
    tape.take(RecordMessage("", 1000), "fr")
    for _ in range(100):
        tape.hear(SOUND)
    tape.take(KeepMessage(), "fr")
    tape.hear(SOUND)
    tape.take(KeepMessage(), "fr")
    assert [one.duration_ms for one in kept] == [6000]


async def test_what_the_caller_erases_is_gone(messages: Messages, settings: Settings) -> None:
    """Kept, then dropped in the same call: neither file nor row."""
    keeper = MessageKeeper(messages, settings, KEY, Slow(), lambda: Level.NORMAL)
    tape = Tape(Whose("c1", NUMBER, "", 8000), keeper)
    tape.take(RecordMessage("", 60_000), "fr")
    tape.hear(SOUND)
    tape.take(KeepMessage(), "fr")
    tape.take(DropMessage(), "fr")
    await keeper.close()
    assert (await messages.listed(MessageState.TO_HANDLE), on_disk(settings)) == ([], [])


async def test_handling_erases_the_recording_once(
    messages: Messages, settings: Settings, database: Database
) -> None:
    """Who and when stay, with the words; the journal has one line, and neither number nor words."""
    await messages_kept(messages, settings, 1)
    await messages.transcribed(1, "c'est pour un canapé")
    done = await messages.handle(1, actor="léa")
    assert done
    assert (done.state, done.state_by, done.audio, done.transcript) == (
        MessageState.DONE,
        "léa",
        False,
        "c'est pour un canapé",
    )
    assert await messages.handle(1, actor="omar") == done
    assert await messages.handle(9, actor="omar") is None
    assert on_disk(settings) == []
    lines = [(one.actor, one.action, one.detail) for one in await Trail(database).changes(Wanted())]
    assert lines == [("léa", "message handled", "message 1")]


async def test_files_that_no_row_asks_for_are_swept(messages: Messages, settings: Settings) -> None:
    """Handled on another machine, or half written by a process that died."""
    await messages_kept(messages, settings, 1)
    elsewhere = Messages(messages._database, MessageFiles(Path("/nowhere"), 1), lambda _motive, _line: "")
    await elsewhere.handle(1, actor="léa")
    assert on_disk(settings) == [f"{TOKEN}1.wav"]
    async with keeping(messages, settings, Slow()):
        await until(lambda: on_disk(settings) == [])


async def test_the_purge_forgets_what_nobody_handled(
    messages: Messages, settings: Settings, database: Database
) -> None:
    """The words after transcript_days; recording, number and all after message_days, when the keeper looks at its files."""
    await messages_kept(messages, settings, 2)
    for number in (1, 2):
        await messages.transcribed(number, "des mots")
    now = datetime.now(UTC)
    shorter = settings.model_copy(update={"transcript_days": 10, "message_days": 30})

    async def purged(days: int, *, dry_run: bool = False) -> dict[str, int]:
        done = await purge(database, shorter, now=now + timedelta(days=days), dry_run=dry_run)
        return {one.kind.id: one.rows for one in done if one.kind.table is tables.messages}

    assert await purged(9) == {"messages": 0, "message_words": 0}
    assert await purged(20, dry_run=True) == {"messages": 0, "message_words": 2}
    assert await purged(20) == {"messages": 0, "message_words": 2}
    assert [one.transcript for one in await messages.listed(MessageState.TO_HANDLE)] == [None, None]
    assert await purged(31) == {"messages": 2, "message_words": 0}
    assert await messages.listed(MessageState.TO_HANDLE) == []
    async with keeping(messages, settings, Slow()):
        await until(lambda: on_disk(settings) == [])


async def test_a_caller_gets_their_messages_and_may_have_them_erased(
    messages: Messages, settings: Settings, database: Database
) -> None:
    """By their number; those of others stay, and a recording whose row is not there yet goes too."""
    await messages_kept(messages, settings, 1)
    await messages_kept(messages, settings, 1, caller="0611223344", of="autre")
    exported = json.loads(json.dumps(await export_caller(database, HASH, NUMBER)))
    assert [(one["number"], one["state"]) for one in exported["messages"]] == [("+33612345678", "to_handle")]
    assert await messages.erase(HASH, NUMBER) == 1
    assert on_disk(settings) == [f"{TOKEN}autre1.wav"]
    other = pseudonym(KEY, "0611223344") or ""
    await erase_caller(database, other, actor="test")
    assert await messages.listed(MessageState.TO_HANDLE) == []


async def messages_kept(
    messages: Messages, settings: Settings, count: int, caller: str = NUMBER, of: str = ""
) -> None:
    """So many, numbered."""
    keeper = MessageKeeper(messages, settings, KEY, Slow(), lambda: Level.NORMAL)
    for number in range(1, count + 1):
        keeper.keep(left(f"{TOKEN}{of}{number}", caller))
    await keeper.close()
