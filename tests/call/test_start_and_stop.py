"""What happens around the calls: a start that is broken off, sentences that cannot be rendered, calls that do not get through."""

import asyncio
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from callbot import service as service_module
from callbot.caller import Caller, CallRefusedError
from callbot.commands.call import _address
from callbot.config import Settings
from callbot.knowledge import store
from callbot.opened import Opened
from callbot.service import Service
from callbot.speech.prompts import Prompts
from tests.support.cli import ROOT, environment
from tests.support.scripted import Tone
from tests.support.waiting import PATIENCE_S

BROKEN_OFF = "Stopped before it was ready: what it was about is begun anew at the next start.\n"


def test_a_signal_during_the_start_ends_it(tmp_path: Path) -> None:
    """Without a traceback, whatever was being loaded."""
    process = subprocess.Popen(
        [sys.executable, "-m", "callbot", "serve"],
        env=environment(tmp_path, tts="pico"),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    lines = [process.stderr.readline()]
    process.send_signal(signal.SIGTERM)
    lines += process.stderr.readlines()
    assert (process.wait(PATIENCE_S), lines[-1]) == (0, BROKEN_OFF)
    assert not [line for line in lines if "Traceback" in line or "Ready" in line]


def test_a_first_start_is_broken_off_while_it_learns(tmp_path: Path) -> None:
    """It does not wait until everything is learnt, which takes minutes, and no router is there afterwards."""
    learnt = tmp_path / "understanding"
    learnt.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "callbot", "serve"],
        env=environment(tmp_path, tts="pico"),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    with process.stderr as told:
        assert any(line.startswith("Learning the knowledge base") for line in told)
        process.send_signal(signal.SIGTERM)
        assert told.readlines() == [BROKEN_OFF]
    assert process.wait(PATIENCE_S) == 0
    assert not list(learnt.glob("router-*.npz"))


async def test_calls_are_taken_though_rendering_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Their sentences are made as they are spoken; the failure is logged at once."""

    async def fail(*_arguments: object, **_options: object) -> None:
        raise BrokenPipeError("standard error is gone")

    monkeypatch.setattr(service_module, "render_languages", fail)
    settings = Settings.model_validate({"data_dir": tmp_path})
    prompts = Prompts(Tone(), tmp_path)
    live = SimpleNamespace(now=SimpleNamespace(knowledge=store.load(None)))
    needed = {"settings": settings, "live": live, "prompts": {"fr": prompts}}
    opened = Opened(**dict.fromkeys(one.name for one in fields(Opened)) | needed)
    monkeypatch.setattr(Service, "__init__", lambda self, opened: setattr(self, "_opened", opened))
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        await Service(opened)._render(stack, lambda _line: None)
        assert "work beside the calls has failed" in caplog.text
    await prompts.close()


async def test_what_is_no_callbot_refuses_the_call(tmp_path: Path) -> None:
    """One line that names the setting."""

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    caller = Caller([], on_event=lambda _event: None)
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        settings = Settings.model_validate({"data_dir": tmp_path})
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CallRefusedError, match="what listens at CALLBOT_MEDIA_PORT is not callbot"):
            await caller.call(_address(settings, port))
    with pytest.raises(CallRefusedError, match=r"the call did not get through: .*CALLBOT_HOST"):
        await caller.call(_address(settings.model_copy(update={"host": "nowhere.invalid"}), port))


def test_an_ipv6_host_is_written_in_brackets(tmp_path: Path) -> None:
    """Or its last group would be read as the port."""
    settings = Settings.model_validate({"data_dir": tmp_path, "host": "::1"})
    assert _address(settings, 8081) == "ws://[::1]:8081/media?events=1&from=&to="
