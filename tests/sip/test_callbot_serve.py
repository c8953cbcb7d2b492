"""`callbot serve` with SIP, as an operator starts it, real engines: a call from the command line, then death without a word."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from callbot.audio.files import read_wav
from tests.support.cli import ROOT, callbot, environment
from tests.support.learnt import share_prompts
from tests.support.peers.sound import heard
from tests.support.prompts import rendered
from tests.support.scripted import QUESTIONS


def children(pid: int) -> list[int]:
    """The processes that `pid` has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def lives(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def command_line(pid: int) -> str:
    """How a process was started."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ").decode()


@pytest.mark.timeout(400)  # starts a service, calls it in real time, and loads Whisper
def test_a_citizen_calls_by_sip_and_a_killed_service_leaves_no_bridge(tmp_path: Path) -> None:
    """The answer is heard over RTP; after kill -9 of the service the bridge goes by itself, and its port is free.

    Whatever service and bridge log of it, at DEBUG, names neither the caller nor what was said.
    """
    share_prompts(tmp_path)
    env = environment(tmp_path, tts="pico", sip_mode="peer", sip_port=0, log_level="DEBUG")
    process = subprocess.Popen(
        [sys.executable, "-m", "callbot", "serve"],
        env=env,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if "Ready: call now." in line:
                break
        media, sip = lines[-2:]
        assert "(peer mode)" in sip, "".join(lines)
        sip_port = sip.split("sip:mairie@127.0.0.1:")[1].split()[0]
        reading = threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True)
        reading.start()
        [bridge] = [pid for pid in children(process.pid) if "sip_bridge" in command_line(pid)]

        heard_file = tmp_path / "heard.wav"
        ran = callbot(
            tmp_path,
            *("call", QUESTIONS / "passeport_enfant_prix.wav", "--transport", "sip", "--json"),
            *("--to", "0139000000", "--from", "0612345678", "--record", heard_file),
            media_port=media.split("/media")[0].rsplit(":", 1)[1],
            sip_mode="peer",
            sip_port=sip_port,
        )
        assert ran.code == 0, ran.lines
        events = [json.loads(line) for line in ran.out.splitlines()]
        assert (events[0]["event"], events[0]["caller"], events[0]["line"]) == (
            "CallStarted",
            "0612345678",
            "0139000000",
        )
        assert events[-1]["event"] == "CallEnded"
        assert (events[-1]["outcome"], events[-1]["motives"]) == ("answered", ["titre_prix"])
        [answer] = [event["text"] for event in events if "dix-sept euros" in event.get("text", "")]
        recording, _rate_hz = read_wav(heard_file)
        [said] = asyncio.run(rendered(env, [answer]))
        assert heard(recording, said) > 0.9
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 30
    while lives(bridge) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not lives(bridge)
    reading.join(10)
    heard_text = next(event["text"] for event in events if event["event"] == "FinalTranscript")
    told = "".join(lines)
    assert "callbot.call" in told or "callbot.server" in told
    assert [secret for secret in ("612345678", heard_text) if secret in told] == []
