"""Signed webhooks: each call that has ended is told to the address in webhook_url, at least once, without anything personal.

As Standard Webhooks (standardwebhooks.com) has it: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…`, an HMAC-SHA256 over
`id.timestamp.body`. What waits is in the database: it outlives the process, and several machines share it.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NoReturn

import requests
from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import __version__
from callbot.config import Settings
from callbot.database import Database
from callbot.errors import DatabaseError, SettingsError
from callbot.phone_numbers import line_key
from callbot.tables import call_facts, calls, webhook_messages

SECRET_PREFIX = "whsec_"  # noqa: S105 (what secrets begin with)
SECRET_BYTES = range(24, 65)
TIMEOUT_S = 15
LOOK_EVERY_S = 2.0
AT_ONCE = 8
"""Messages that are sent beside one another."""
LEASE = timedelta(seconds=60)
"""A message that a machine is sending is nobody else's for so long."""
RETRIES = tuple(
    timedelta(seconds=s)
    for s in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Pauses after each failure, as the standard proposes: a receiver may be away for three days. Then the message is given up."""
MOST_WAITING = 10_000
"""Messages that wait; past that the oldest ones are given up, and that is logged."""
LOOK_BACK = timedelta(days=3)
"""A call that began longer ago is not told any more, should it not have been: the service was down, or webhooks were off."""
WAITING, DELIVERED, FAILED, SINCE = "waiting", "delivered", "failed", "since"
"""States of a message; SINCE is no message, but the moment from which on calls are told."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one try: `status` of HTTP, 0 when there was no answer; `problem` in a word, empty: it was taken."""

    status: int
    problem: str
    wait: timedelta = timedelta(0)
    """What the receiver asks to be waited for (Retry-After)."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages go, and the key that they are signed with."""

    url: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Webhook | None":
        """As set; None: none are sent. Raises SettingsError when the secret is none."""
        if not settings.webhook_url:
            return None
        return cls(settings.webhook_url, key_of(settings.webhook_secret.get_secret_value()))


def new_secret() -> str:
    """A secret for webhook_secret and for the receiver: `whsec_` and 32 bytes in base 64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret. Raises SettingsError."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(SECRET_PREFIX) or len(key) not in SECRET_BYTES:
        raise SettingsError(
            "CALLBOT_WEBHOOK_SECRET: not whsec_ and 24–64 bytes in base 64; make one with: callbot webhooks secret"
        )
    return key


def signature(key: bytes, message_id: str, at_s: int, body: str) -> str:
    """The value of `webhook-signature` for a message told at that second (Unix time)."""
    signed = hmac.digest(key, f"{message_id}.{at_s}.{body}".encode(), "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def send(webhook: Webhook, message_id: str, body: str, at: datetime) -> Sent:
    """One try, in the calling thread; TIMEOUT_S at most for connection and answer each. Redirections are not followed."""
    at_s = int(at.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": f"callbot/{__version__}",
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": signature(webhook.key, message_id, at_s, body),
    }
    try:
        answer = requests.post(
            webhook.url,
            data=body.encode(),
            headers=headers,
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=True,
        )
    except requests.RequestException as error:
        return Sent(0, type(error).__name__)
    with answer:
        status, after = answer.status_code, answer.headers.get("retry-after", "")
    wait = (
        timedelta(seconds=min(int(after), 24 * 3600)) if after.isascii() and after.isdigit() else timedelta(0)
    )
    return Sent(status, "" if 200 <= status < 300 else f"HTTP {status}", wait)


class Webhooks:
    """The messages of one database. `deliver` and `collect` raise DatabaseError; `post` makes one try (send, or a test's)."""

    def __init__(
        self,
        database: Database,
        webhook: Webhook,
        *,
        post: Callable[[Webhook, str, str, datetime], Sent] = send,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._webhook = webhook
        self._post = post
        self._now = now
        self._threads = ThreadPoolExecutor(
            AT_ONCE, "webhook"
        )  # its own: a receiver that hangs must hold up nobody else

    async def run(self) -> NoReturn:
        """Tell what has ended, until cancelled: a task of the service. An unavailable database is tried again."""
        while True:
            try:
                await self.collect()
                await self.deliver()
            except DatabaseError as error:
                logger.error("webhooks wait: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def collect(self) -> int:
        """Make a message of each call that has ended and has none; how many. Nothing of calls before webhooks were ever told."""
        now = self._now()
        insert_or = sqlite.insert if self._database.is_sqlite else postgresql.insert
        since = max(await self._since(now), now - LOOK_BACK)
        async with self._database.read() as connection:
            rows = (await connection.execute(_untold(since))).all()
        if not rows:
            return 0
        values = [_message(row, now) for row in rows]
        async with self._database.begin() as connection:
            await connection.execute(insert_or(webhook_messages).on_conflict_do_nothing(), values)
            given_up = await self._give_up_oldest(connection)
        if given_up:
            logger.error("webhooks given up because too many wait: %d", given_up)
        return len(rows)

    async def deliver(self) -> int:
        """Send what is due; how many were taken."""
        taken = 0
        while due := await self._claim():
            sent = await asyncio.gather(*(self._try(row) for row in due))
            taken += sum(sent)
        return taken

    async def _since(self, now: datetime) -> datetime:
        """When webhooks were told first, by whichever machine; now, the first time."""
        kept = select(webhook_messages.c.made_at).where(webhook_messages.c.state == SINCE)
        async with self._database.read() as connection:
            since = await connection.scalar(kept)
        if since is None:
            insert_or = sqlite.insert if self._database.is_sqlite else postgresql.insert
            values = {
                "id": SINCE,
                "call_id": "",
                "made_at": now,
                "body": "",
                "tries": 0,
                "due_at": now,
                "state": SINCE,
                "problem": "",
            }
            async with self._database.begin() as connection:
                await connection.execute(insert_or(webhook_messages).on_conflict_do_nothing(), values)
        return since or now

    async def _claim(self) -> list[Any]:
        """Some that are due, held by this machine for LEASE."""
        now, table = self._now(), webhook_messages
        due = (table.c.state == WAITING) & (table.c.due_at <= now)
        async with self._database.begin() as connection:
            found = (
                select(table)
                .where(due)
                .order_by(table.c.due_at)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            rows = (await connection.execute(found)).all()
            held = [row.id for row in rows]
            await connection.execute(update(table).where(table.c.id.in_(held)).values(due_at=now + LEASE))
        return list(rows)

    async def _try(self, row: Any) -> bool:
        post = partial(self._post, self._webhook, row.id, row.body, self._now())
        sent = await asyncio.get_running_loop().run_in_executor(self._threads, post)
        tries = row.tries + 1
        values: dict[str, Any] = {"tries": tries, "problem": sent.problem}
        if not sent.problem:
            values |= {"state": DELIVERED}
        elif tries > len(RETRIES):
            values |= {"state": FAILED}
            logger.error("a webhook was given up", extra={"call_id": row.call_id, "reason": sent.problem})
        else:
            values |= {"due_at": self._now() + max(RETRIES[tries - 1], sent.wait)}
            logger.warning("a webhook was not taken", extra={"call_id": row.call_id, "reason": sent.problem})
        async with self._database.begin() as connection:
            await connection.execute(
                update(webhook_messages).where(webhook_messages.c.id == row.id).values(values)
            )
        return not sent.problem

    async def _give_up_oldest(self, connection: AsyncConnection) -> int:
        table = webhook_messages
        waiting = table.c.state == WAITING
        count = await connection.scalar(select(func.count()).select_from(table).where(waiting)) or 0
        if count <= MOST_WAITING:
            return 0
        oldest = (
            select(table.c.id)
            .where(waiting)
            .order_by(table.c.made_at, table.c.id)
            .limit(count - MOST_WAITING)
        )
        gone = await connection.execute(
            update(table).where(table.c.id.in_(oldest)).values(state=FAILED, problem="too many wait")
        )
        return gone.rowcount


def _untold(since: datetime) -> Select[Any]:
    told = exists().where(webhook_messages.c.call_id == calls.c.id)
    wanted = select(calls, call_facts.c.ending, call_facts.c.motives).join(call_facts, isouter=True)
    return wanted.where(calls.c.started_at >= since, calls.c.outcome.is_not(None), ~told)


async def counts(database: Database) -> dict[str, int]:
    """Messages by state."""
    table = webhook_messages
    async with database.read() as connection:
        rows = await connection.execute(
            select(table.c.state, func.count()).where(table.c.state != SINCE).group_by(table.c.state)
        )
        return {row[0]: row[1] for row in rows}


def _message(row: Any, now: datetime) -> dict[str, Any]:
    """A message of a call; its id is the call's, hashed: whoever makes it again makes the same."""
    told = {
        "call": row.id,
        "day": row.day.isoformat(),
        "started_at": row.started_at.isoformat(),
        "line": line_key(row.line),
        "language": row.language,
        "outcome": row.outcome,
        "ending": row.ending,
        "service": row.service,
        "handover_reason": row.handover_reason,
        "duration_s": None if row.duration_ms is None else row.duration_ms / 1000,
        "turns": row.turns,
        "motives": list(row.motives or ()),
    }
    body = {"type": "call.ended", "timestamp": now.isoformat(), "data": told}
    return {
        "id": f"msg_{hashlib.sha256(row.id.encode()).hexdigest()[:40]}",
        "call_id": row.id,
        "made_at": now,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "tries": 0,
        "due_at": now,
        "state": WAITING,
        "problem": "",
    }
