"""The bridge's supervisor, over a process that behaves as the test says."""

import json
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from callbot import supervision, telephony
from callbot.config import Settings
from callbot.errors import TelephonyError
from callbot.telephony import Telephony
from callbot.web.service import TelephoneState, TelephoneStatus
from tests.support.waiting import until

URL = "ws://127.0.0.1:8081/media"
REGISTERED = {"sip_mode": "registered", "sip_domain": "pbx", "sip_password": "tres-secret"}

Make = Callable[..., Telephony]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes a supervisor of a scripted bridge; every one is stopped at the end."""
    async with AsyncExitStack() as stack:

        def make(behaviour: str, **settings: object) -> Telephony:
            command = (sys.executable, "-m", "tests.support.scripted_bridge", str(tmp_path), behaviour)
            made = Telephony(Settings.model_validate({"sip_port": 0} | settings), command)
            stack.push_async_callback(made.stop)
            return made

        yield make


def pid(folder: Path) -> int:
    """The process that runs now."""
    return int((folder / "pid").read_text(encoding="utf-8"))


def process(folder: Path, name: str = "") -> Path:
    """What the system tells of it."""
    return Path(f"/proc/{pid(folder)}") / name


def state(made: Telephony) -> TelephoneState:
    """How it stands."""
    return made.status().state


async def test_the_bridge_gets_settings_and_secrets_and_is_drained_then_stopped(
    make: Make, tmp_path: Path
) -> None:
    """Over its standard input: nothing of it is in its arguments."""
    bridge = make("registered", media_token="tres-secret", **REGISTERED)
    await bridge.start(URL)
    await until(lambda: state(bridge) is TelephoneState.READY)
    assert bridge.status() == TelephoneStatus(TelephoneState.READY, 40_000, 0, "pbx")
    given = json.loads((tmp_path / "settings").read_text(encoding="utf-8"))
    assert (given.pop("media_url"), given.pop("ended")) == (URL, [])
    assert Settings.model_validate(given) == bridge._settings
    assert b"tres-secret" not in process(tmp_path, "cmdline").read_bytes()
    await bridge.drain()
    assert state(bridge) is TelephoneState.STOPPING
    await bridge.stop()
    told = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert told == ['{"command": "drain"}', '{"command": "stop"}']


@pytest.mark.parametrize(
    ("behaviour", "line"),
    [
        ("taken", "CALLBOT_SIP_PORT: 127.0.0.1:5070 cannot be bound over UDP: Address already in use"),
        ("crash", "the SIP bridge has ended (exit code 3)"),
        ("mute", "the SIP bridge has ended (signal 9)"),
    ],
)
async def test_a_first_start_that_fails_is_told_in_one_line(
    make: Make, behaviour: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not tried again: a person mends it."""
    monkeypatch.setattr(telephony, "START_SECONDS", 1 if behaviour == "mute" else 60)
    bridge = make(behaviour)
    with pytest.raises(TelephonyError) as refused:
        await bridge.start(URL)
    assert str(refused.value) == line


async def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As any other failure of the start."""
    bridge = Telephony(Settings.model_validate({}), (str(tmp_path / "nothing"),))
    with pytest.raises(TelephonyError, match="it did not start: No such file or directory"):
        await bridge.start(URL)


async def test_a_pbx_that_refuses_us_is_asked_again(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The service starts meanwhile, and says so."""
    monkeypatch.setattr(supervision, "ASK_AGAIN_AFTER_S", 0)
    bridge = make("refused", **REGISTERED)
    await bridge.start(URL)
    await until(lambda: caplog.text.count("refuses to register") >= 2)
    assert state(bridge) is TelephoneState.UNREGISTERED


async def test_a_bridge_that_dies_is_replaced(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At once the first time, on the same port; said in the log with the calls that were cut, whose dialogs are ended."""
    ended: list[str] = []

    async def end_dialogs(dialogs: list[object]) -> int:
        ended.extend(dialog.call_id for dialog in dialogs)  # type: ignore[attr-defined]
        return 1

    monkeypatch.setattr(telephony, "end_dialogs", end_dialogs)
    caplog.set_level(logging.INFO, "callbot")
    bridge = make("busy")
    await bridge.start(URL)
    await until(lambda: bridge.status() == TelephoneStatus(TelephoneState.READY, 40_000, 1))
    first = pid(tmp_path)
    os.kill(first, signal.SIGKILL)
    await until(lambda: pid(tmp_path) != first)
    await until(lambda: bridge.status() == TelephoneStatus(TelephoneState.READY, 40_000, 1))
    told = [(r.levelname, r.getMessage()) for r in caplog.records if r.name == "callbot.telephony"]
    assert told == [
        ("WARNING", "the SIP bridge wrote what is no report"),
        ("ERROR", "the SIP bridge has ended (signal 9); calls cut: 1; it is started again in 0 s"),
        ("INFO", "1 of 1 SIP dialogs of the dead bridge were ended in its place"),
        ("INFO", "the SIP bridge takes calls again"),
        ("WARNING", "the SIP bridge wrote what is no report"),
    ]
    assert ended == ["a"]
    assert json.loads((tmp_path / "settings").read_text(encoding="utf-8"))["ended"] == ["a"]  # no second BYE
    os.kill(pid(tmp_path), signal.SIGKILL)
    await until(lambda: state(bridge) is TelephoneState.RESTARTING)
    await bridge.stop()
    assert state(bridge) is TelephoneState.STOPPING


async def test_a_bridge_that_dies_while_it_is_drained_stays_dead(make: Make, tmp_path: Path) -> None:
    """The service stops anyway."""
    bridge = make("busy")
    await bridge.start(URL)
    await bridge.drain()
    os.kill(pid(tmp_path), signal.SIGKILL)
    assert bridge._task
    await bridge._task


async def test_a_bridge_that_sees_its_callers_off_is_waited_for(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than one without calls, and not for ever."""
    monkeypatch.setattr(telephony, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(telephony, "SEE_OFF_SECONDS", 0.6)
    bridge = make("deaf with calls")
    await bridge.start(URL)
    await until(lambda: bridge.status().calls == 1)
    before = time.monotonic()
    await bridge.stop()
    assert time.monotonic() - before >= 0.7
    assert not process(tmp_path).exists()


async def test_a_bridge_that_does_not_stop_is_killed(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left behind."""
    monkeypatch.setattr(telephony, "STOP_SECONDS", 0.2)
    bridge = make("deaf")
    await bridge.start(URL)
    await until((tmp_path / "pid").exists)
    await bridge.stop()
    assert not process(tmp_path).exists()
