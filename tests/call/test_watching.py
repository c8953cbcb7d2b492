"""The events of a call, followed from beside it."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from callbot import watching
from callbot.caller import Caller
from callbot.events import SpeechStarted
from tests.support.scripted import media_server, question

KEY = "une-cle-de-test-au-hasard"


async def test_a_watcher_gets_the_events_of_its_calls_only(tmp_path: Path) -> None:
    """The same ones as on the call's own connection, in order."""
    async with media_server(tmp_path, ["un acte de naissance", "non merci"]) as (server, recorded):
        base = f"ws://127.0.0.1:{server.port}"
        async with connect(f"{base}/events?watch={KEY}") as watcher:
            mirrored: list[dict[str, object]] = []
            watched = Caller([question("un_agent")], fast=True, on_event=mirrored.append)
            other = Caller([], fast=True, on_event=lambda _event: None)
            await asyncio.gather(
                watched.call(f"{base}/media?events=1&watch={KEY}"),
                other.call(f"{base}/media?watch=une-autre-cle-que-personne-ne-suit"),
            )
            seen = [json.loads(await watcher.recv()) for _ in mirrored]
        assert seen == mirrored
        assert len(recorded.events) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/events?watch={KEY}", 401),
        ("/events?watch=court&token=tres-secret", 400),
        ("/events?token=tres-secret", 400),
    ],
)
async def test_who_may_not_watch_is_refused(tmp_path: Path, path: str, status: int) -> None:
    """The secret of /media is asked, and a key that nobody guesses."""
    async with media_server(tmp_path, [], media_token="tres-secret") as (server, _recorded):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{server.port}{path}")
    assert refused.value.response.status_code == status


async def test_a_key_has_one_watcher(tmp_path: Path) -> None:
    """And is free again when that one has left."""
    async with media_server(tmp_path, []) as (server, _recorded):
        address = f"ws://127.0.0.1:{server.port}/events?watch={KEY}"
        async with connect(address):
            with pytest.raises(InvalidStatus):
                await connect(address)
        async with connect(address):
            pass


async def read_all(watcher: ClientConnection) -> None:
    """Until the connection closes, which is raised."""
    while True:
        await watcher.recv()


async def test_a_watcher_that_does_not_read_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The call goes on without it."""
    monkeypatch.setattr(watching, "QUEUE", 3)
    async with media_server(tmp_path, []) as (server, _recorded):
        async with connect(f"ws://127.0.0.1:{server.port}/events?watch={KEY}") as watcher:
            kept: list[str] = []
            publish = server._watchers.beside(lambda call_id, _event: kept.append(call_id), KEY)
            for _ in range(5):
                publish("a", SpeechStarted(0))
            with pytest.raises(ConnectionClosed) as closed:
                await read_all(watcher)
        assert closed.value.rcvd
        assert (closed.value.rcvd.code, len(kept)) == (1013, 5)
