"""The real bridge, supervised, before a media server with scripted engines: calls over SIP, and deaths in the middle of them."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callbot.caller import CallRefusedError
from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.events import CallEnded, CallStarted, Outcome
from callbot.server import MediaServer
from callbot.sip_caller import Destination, SipCaller
from callbot.telephony import Telephony
from callbot.web.service import TelephoneState, TelephoneStatus
from tests.support.peers.baresip import BaresipPhone
from tests.support.scripted import Recorded, media_server, question
from tests.support.waiting import PATIENCE_S, until

TOKEN = "tres-secret"


@dataclass
class Exchange:
    """A media server, its bridge, and what was told of the calls."""

    server: MediaServer
    telephony: Telephony
    recorded: Recorded

    @property
    def bridge_pid(self) -> int:
        """The bridge that runs now."""
        assert self.telephony._process
        return self.telephony._process.pid

    def destination(self, **changes: Any) -> Destination:
        """Its SIP port, and its events."""
        fields: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.telephony.port,
            "line": "0139000000",
            "caller": "0612345678",
            "events": f"ws://127.0.0.1:{self.server.port}/events",
            "token": TOKEN,
        }
        return Destination(**fields | changes)


@asynccontextmanager
async def exchange(
    folder: Path, script: list[str | Exception], **settings: object
) -> AsyncIterator[Exchange]:
    """Everything up; ended in the order of the service."""
    chosen: dict[str, object] = {"data_dir": folder, "sip_port": 0, "media_token": TOKEN} | settings
    async with media_server(folder, script, **chosen) as (server, recorded):
        telephony = Telephony(Settings.model_validate(chosen))
        try:
            await telephony.start(f"ws://127.0.0.1:{server.port}/media")
            yield Exchange(server, telephony, recorded)
        finally:
            await telephony.stop()


async def test_a_call_over_sip_is_the_same_call(tmp_path: Path) -> None:
    """The complete way: who calls which line, every event as over the WebSocket, sound where the bot spoke."""
    async with exchange(tmp_path, ["un acte de naissance", "non merci"], no_input_ms=30_000) as here:
        seen: list[dict[str, Any]] = []
        turns = [question("acte_naissance"), question("non_merci_au_revoir")]
        caller = SipCaller(turns, on_event=seen.append)
        await caller.call(here.destination())
        await until(lambda: here.telephony.status().calls == 0)
        assert [event["event"] for event in seen] == here.recorded.names()
        assert here.recorded.names() == [
            "CallStarted",
            *["PlaybackStarted", "PlaybackFinished"] * 2,
            *["SpeechStarted", "SpeechStopped", "FinalTranscript", "IntentMatched"],
            *["PlaybackStarted", "TurnTimed", "PlaybackFinished"],
            *["PlaybackStarted", "PlaybackFinished"],
            *["SpeechStarted", "SpeechStopped", "FinalTranscript", "IntentMatched"],
            *["PlaybackStarted", "TurnTimed", "PlaybackFinished"],
            "CallEnded",
        ]
        started, ended = here.recorded.only[0], here.recorded.only[-1]
        assert isinstance(started, CallStarted)
        assert (started.caller, started.line) == ("0612345678", "0139000000")
        assert isinstance(ended, CallEnded)
        assert (ended.outcome, ended.motives, ended.turns) == (Outcome.ANSWERED, ("acte_naissance",), 2)
        loud = np.count_nonzero(np.abs(caller.recording.astype(np.int32)) > 2000) / 8000
        sentences = here.recorded.names().count("PlaybackStarted")
        assert loud > 0.8 * 0.3 * sentences  # each is 300 ms of a tone


async def test_a_withheld_number_stays_withheld(tmp_path: Path) -> None:
    """Nor is one invented."""
    async with exchange(tmp_path, []) as here:
        await SipCaller([], on_event=lambda _event: None).call(here.destination(caller=""))
        await here.recorded.until(lambda: here.recorded.names()[-1:] == ["CallEnded"])
        started = here.recorded.only[0]
        assert isinstance(started, CallStarted)
        assert started.caller == ""


async def test_the_bridge_is_killed_in_mid_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The caller's telephone gets its BYE, the call is kept as failed, the next one is taken on the same port."""
    async with exchange(tmp_path, []) as here, BaresipPhone("usager") as phone:
        port, first = here.telephony.port, here.bridge_pid
        await phone.dial(f"sip:mairie@127.0.0.1:{port}")
        await phone.event("CALL_ESTABLISHED")
        await until(lambda: here.telephony.status() == TelephoneStatus(TelephoneState.READY, port, 1))
        await until(lambda: len(here.telephony._bridge.dialogs) == 1)
        os.kill(first, signal.SIGKILL)
        await phone.event("CALL_CLOSED")
        await here.recorded.until(lambda: here.recorded.names()[-1:] == ["CallEnded"])
        ended = here.recorded.only[-1]
        assert isinstance(ended, CallEnded)
        assert ended.outcome is Outcome.FAILED
        await until(lambda: here.telephony.status() == TelephoneStatus(TelephoneState.READY, port, 0))
        assert here.bridge_pid != first
        assert "the SIP bridge has ended (signal 9); calls cut: 1; it is started again in 0 s" in caplog.text
        await phone.dial(f"sip:mairie@127.0.0.1:{port}")
        await phone.event("CALL_ESTABLISHED", count=2)
        await phone.hang_up()
        await until(lambda: here.telephony.status().calls == 0)


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """One line with the setting, and no second try."""
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(TelephonyError, match=rf"^CALLBOT_SIP_PORT: .*{port}.*"):
            async with exchange(tmp_path, [], sip_port=port):
                pass


async def test_what_refuses_a_call_is_told(tmp_path: Path) -> None:
    """In one line: all lines busy, nobody at the port, an address that may not call."""
    caller = SipCaller([], on_event=lambda _event: None)
    async with exchange(tmp_path, [], max_calls=1) as here, BaresipPhone("usager") as phone:
        await phone.dial(f"sip:mairie@127.0.0.1:{here.telephony.port}")
        await phone.event("CALL_ESTABLISHED")
        with pytest.raises(CallRefusedError, match=r"refused: all lines are busy \(CALLBOT_MAX_CALLS\), "):
            await caller.call(here.destination())
        with socket.create_server(("127.0.0.1", 0)) as free:
            nobody = free.getsockname()[1]
        with pytest.raises(CallRefusedError, match="nobody listens for SIP at"):
            await caller.call(here.destination(port=nobody))
        with pytest.raises(CallRefusedError, match="CALLBOT_SIP_PORT: say which"):
            await caller.call(here.destination(port=0))
        with pytest.raises(CallRefusedError, match="the secret is missing or wrong"):
            await caller.call(here.destination(token="faux"))
        await phone.hang_up()
    async with exchange(tmp_path, [], sip_peers=("192.0.2.1",)) as here:
        with pytest.raises(CallRefusedError, match="or this address is not in CALLBOT_SIP_PEERS"):
            await SipCaller([], on_event=lambda _event: None).call(here.destination())
        assert here.recorded.events == {}
        gone = here.destination()
    with pytest.raises(ConnectionRefusedError):
        await caller.call(gone)


async def test_a_drained_bridge_takes_no_call_and_ends_none(tmp_path: Path) -> None:
    """As the service does at SIGTERM: first nothing new, then what goes on may end."""
    async with exchange(tmp_path, []) as here, BaresipPhone("usager") as phone:
        await phone.dial(f"sip:mairie@127.0.0.1:{here.telephony.port}")
        await phone.event("CALL_ESTABLISHED")
        await here.telephony.drain()
        with pytest.raises(CallRefusedError):
            await SipCaller([], on_event=lambda _event: None).call(here.destination())
        assert here.telephony.status().calls == 1
        await phone.hang_up()
        await until(lambda: here.telephony.status().calls == 0)
        async with asyncio.timeout(PATIENCE_S):
            await here.telephony.stop()
