"""Webhooks against a real HTTP server: signed, repeated until they are taken, kept over restarts, without anything personal."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from callbot import webhooks
from callbot.config import Settings, load
from callbot.database import Database
from callbot.errors import SettingsError
from callbot.privacy import pseudonym, pseudonym_key
from callbot.stats.call_record import CallRecord
from callbot.stats.storage import spill, write
from callbot.tables import webhook_messages
from callbot.webhooks import (
    AT_ONCE,
    RETRIES,
    Sent,
    Webhook,
    Webhooks,
    counts,
    key_of,
    new_secret,
    send,
    signature,
)
from tests.support.calls import CALLER, SECRETS, answered_call
from tests.support.cli import callbot
from tests.support.webhook_receiver import SECRET, receiving

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        """Aware, in UTC."""
        return self.at


async def add_call(database: Database, settings: Settings, call_id: str, at: datetime = NOW) -> None:
    """An answered call of somebody."""
    record = CallRecord(
        call_id, at, pseudonym(pseudonym_key(settings), CALLER), engine="whisper", recorder="host:1"
    )
    for event in answered_call(CALLER):
        record.apply(event)
    await write(database, record.rows(), spill(settings))


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the standard's documentation, and the same made by hand."""
    body, message, at = '{"test": 2432232314}', "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    by_hand = base64.b64encode(
        hmac.new(key, f"{message}.{at}.{body}".encode(), hashlib.sha256).digest()
    ).decode()
    assert signature(key_of(SECRET), message, at, body) == f"v1,{by_hand}"
    assert by_hand == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_é"]
)
def test_a_wrong_secret_is_refused_by_name(secret: str) -> None:
    """With the command that makes one, which makes a right one."""
    with pytest.raises(SettingsError, match=r"CALLBOT_WEBHOOK_SECRET.*callbot webhooks secret"):
        key_of(secret)
    assert len(key_of(new_secret())) == 32


async def test_an_ended_call_is_told_once_and_signed(database: Database, settings: Settings) -> None:
    """What is sent is what was signed, at that second; nothing of the caller is in it; looking again tells nothing new."""
    with receiving() as receiver:
        clock = Clock()
        hooks = Webhooks(database, Webhook(receiver.url, key_of(SECRET)), now=clock)
        await add_call(database, settings, "before", NOW - timedelta(minutes=1))
        await add_call(database, settings, "c1")
        assert [
            await hooks.collect(),
            await hooks.deliver(),
            await hooks.collect(),
            await hooks.deliver(),
        ] == [1, 1, 0, 0]
    [(headers, body)] = receiver.got
    sent_at = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature(key_of(SECRET), headers["webhook-id"], sent_at, body)
    assert (sent_at, headers["content-type"]) == (int(NOW.timestamp()), "application/json")
    told = json.loads(body)
    assert (told["type"], told["data"]["call"], told["data"]["outcome"], told["data"]["motives"]) == (
        "call.ended",
        "c1",
        "answered",
        ["carte_identite"],
    )
    hashed = pseudonym(pseudonym_key(settings), CALLER)
    assert [secret for secret in (*SECRETS, hashed) if secret and secret in body] == []
    assert await counts(database) == {"delivered": 1}


async def test_a_receiver_that_is_away_gets_it_later(
    database: Database, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Pauses grow, Retry-After is heeded, a redirection is not followed; after the last try it is given up; the id stays the same."""
    with receiving() as receiver:
        clock = Clock()
        hooks = Webhooks(database, Webhook(receiver.url, key_of(SECRET)), now=clock)
        await add_call(database, settings, "c1")
        await hooks.collect()
        receiver.statuses = [500, 302, 503]
        receiver.headers = {"location": receiver.url}
        await hooks.deliver()
        clock.at += RETRIES[0] - timedelta(seconds=1)
        await hooks.deliver()
        assert len(receiver.got) == 1
        clock.at += timedelta(seconds=1)
        await hooks.deliver()
        receiver.headers = {"retry-after": "7200"}
        clock.at += RETRIES[1]
        await hooks.deliver()
        clock.at += RETRIES[2]
        assert (len(receiver.got), await hooks.deliver()) == (3, 0)
        clock.at += timedelta(hours=2)
        assert (await hooks.deliver(), len(receiver.got)) == (1, 4)
        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
        await add_call(database, settings, "c2", clock.at)
        await hooks.collect()
        receiver.statuses = [500] * 99
        for pause in (timedelta(0), *RETRIES):
            clock.at += max(pause, timedelta(hours=2))
            await hooks.deliver()
    assert (await counts(database), len(receiver.got)) == (
        {"delivered": 1, "failed": 1},
        4 + 1 + len(RETRIES),
    )
    assert "a webhook was given up" in caplog.text


async def test_a_receiver_that_hangs_holds_up_nobody_else(database: Database, settings: Settings) -> None:
    """Signing in and writing e-mails use the threads that all share; a silent receiver must not take those."""
    free, trying = threading.Event(), threading.Semaphore(0)

    def silent(*_: object) -> Sent:
        trying.release()
        free.wait(30)
        return Sent(204, "")

    hooks = Webhooks(database, Webhook("http://127.0.0.1:9/", key_of(SECRET)), post=silent, now=Clock())
    for number in range(AT_ONCE):
        await add_call(database, settings, f"c{number}")
    assert await hooks.collect() == AT_ONCE
    delivering = asyncio.create_task(hooks.deliver())
    try:
        async with asyncio.timeout(20):
            for _ in range(AT_ONCE):
                while not trying.acquire(blocking=False):  # noqa: ASYNC110 (of threads)
                    await asyncio.sleep(0.02)
        async with asyncio.timeout(5):
            await asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(8)))
    finally:
        free.set()
    assert await delivering == AT_ONCE


async def test_what_waits_outlives_the_process_and_is_sent_by_one_machine(
    database: Database, settings: Settings
) -> None:
    """Nobody answers at first; a new process sends it, also what ended meanwhile; two that look at once send it once."""
    clock = Clock()
    gone = Webhooks(
        database,
        Webhook("http://127.0.0.1:9/", key_of(SECRET)),
        now=clock,
        post=lambda *_: Sent(0, "ConnectionError"),
    )
    await add_call(database, settings, "c1")
    await gone.collect()
    await gone.deliver()
    await add_call(database, settings, "c2", NOW + timedelta(minutes=1))
    clock.at = NOW + timedelta(hours=1)
    with receiving() as receiver:
        both = [Webhooks(database, Webhook(receiver.url, key_of(SECRET)), now=clock) for _ in range(2)]
        for one in both:
            await one.collect()
        await asyncio.gather(*(one.deliver() for one in both))
    assert sorted(json.loads(body)["data"]["call"] for _, body in receiver.got) == ["c1", "c2"]


async def test_too_many_that_wait_are_given_up_oldest_first(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The queue is bounded, and says when it overflows."""
    monkeypatch.setattr(webhooks, "MOST_WAITING", 2)
    clock = Clock()
    hooks = Webhooks(database, Webhook("http://127.0.0.1:9/", key_of(SECRET)), now=clock)
    for number in range(4):
        await add_call(database, settings, f"c{number}", NOW + timedelta(seconds=number))
        clock.at = NOW + timedelta(seconds=number)
        await hooks.collect()
    async with database.read() as connection:
        rows = await connection.execute(select(webhook_messages.c.call_id, webhook_messages.c.state))
        assert {row.call_id: row.state for row in rows if row.call_id} == {
            "c0": "failed",
            "c1": "failed",
            "c2": "waiting",
            "c3": "waiting",
        }
    assert "webhooks given up because too many wait: 1" in caplog.text


def test_nobody_there_is_a_problem_in_a_word() -> None:
    """No answer at all."""
    assert send(Webhook("http://127.0.0.1:9/", key_of(SECRET)), "m", "{}", NOW) == Sent(0, "ConnectionError")


def test_the_command_tries_the_receiver(tmp_path: Path) -> None:
    """`callbot webhooks test`: taken, exit code 0; refused, 1; without an address, 2 and what to set."""
    with receiving() as receiver:
        given = {"webhook_url": receiver.url, "webhook_secret": SECRET}
        taken = callbot(tmp_path, "webhooks", "test", "--json", **given)
        receiver.statuses = [403]
        refused = callbot(tmp_path, "webhooks", "test", **given)
    none = callbot(tmp_path, "webhooks", "test")
    assert (taken.code, json.loads(taken.out)["status"], refused.code, none.code) == (0, 204, 1, 2)
    assert "HTTP 403" in refused.lines[-1]
    assert none.lines == ["callbot: CALLBOT_WEBHOOK_URL: empty, no webhooks are sent"]
    assert json.loads(receiver.got[0][1])["type"] == "test"


def test_an_address_beyond_this_machine_is_https() -> None:
    """And needs a secret."""
    for wrong in ({"webhook_url": "http://mairie.example/"}, {"webhook_url": "https://mairie.example/"}):
        with pytest.raises(SettingsError):
            load({}, **wrong)
    assert load({}, webhook_url="https://mairie.example/fin", webhook_secret=SECRET).webhook_url
