"""`callbot bench latency` for real, small: the whole service with its engines, and one caller who asks twice."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from callbot.bench.latency import read_rows
from callbot.bench.latency_material import write_moves
from callbot.bench.load import Order
from callbot.errors import WrongUseError
from callbot.events import TurnTimed
from tests.support.cli import callbot
from tests.support.learnt import share_prompts, small_router
from tests.support.scripted import QUESTIONS, media_server
from tests.support.small_commune import write

CONTRACT = {
    "engine", "calls", "turns", "response_ms_p50", "response_ms_p95", "false_cutoff_rate", "missed_end_rate", "barge_in_ms_p95",
    "false_barge_in_rate",
}  # fmt: skip
PARTS = ("endpoint_ms_p50", "decode_ms_p50", "route_ms_p50", "first_audio_ms_p50")


@pytest.mark.timeout(480)
def test_a_caller_who_asks_twice(tmp_path: Path) -> None:
    """Both turns are answered and timed at the caller's end, and the service's own parts explain the time."""
    write(tmp_path / "knowledge")
    small_router(tmp_path / "var")
    share_prompts(tmp_path / "var")
    picture = tmp_path / "where.svg"
    arguments = ("--turns", "2", "--data", tmp_path, "--picture", picture, "--json")
    ran = callbot(
        tmp_path / "var",
        "bench",
        "latency",
        *arguments,
        patience_s=450,
        tts="pico",
        knowledge_dir=tmp_path / "knowledge",
    )
    assert ran.code == 0, ran.lines
    measured = json.loads(ran.out)
    assert set(measured) >= CONTRACT
    assert (measured["calls"], measured["turns"], measured["failed_calls"]) == (1, 2, 0), measured
    assert 300 < measured["response_ms_p50"] <= measured["response_ms_p95"] < 5000
    explained = sum(measured[part] for part in PARTS)
    assert explained <= measured["response_ms_p95"] + 200
    assert "endpoint wait" in picture.read_text(encoding="utf-8")


def test_a_number_of_calls_that_cannot_be(tmp_path: Path) -> None:
    """Wrong use is one line that names the option, exit code 2."""
    ran = callbot(tmp_path, "bench", "latency", "--calls", "none")
    assert (ran.code, ran.out) == (2, "")
    assert "--calls" in ran.lines[-1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"engine": "whis', "line 1 is no row of this benchmark (the line: Invalid JSON"),
        (b'{"calls":1}', "line 1 is no row of this benchmark (engine: Field required)"),
        (b"[]", "line 1 is no row of this benchmark (the line: Input should be"),
        (b"\xff\x00\xfe\x81", "is not text in UTF-8"),
        (b"", "holds no rows"),
    ],
)
def test_a_file_that_holds_no_rows(tmp_path: Path, content: bytes, told: str) -> None:
    """One line that names the file, what is wrong with it and how to make one."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    with pytest.raises(WrongUseError) as refused:
        read_rows(file)
    line = str(refused.value)
    assert line.startswith(f"--from: '{file}' {told}")
    assert line.endswith(": make it with `callbot bench latency --json`")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--from", "rows.jsonl"), 2, "--from: '{}/rows.jsonl' holds no rows"),
        (("--from", "none.jsonl"), 2, "--from: '{}/none.jsonl' cannot be read (No such file"),
        (("--picture", "nowhere/where.svg"), 2, "--picture: there is no folder '{}/nowhere'"),
        (("--engine", "whisper", "--model", "giant"), 1, "stt_model: 'giant' is neither in the catalogue"),
        (("--engine", "vosk", "--model", "whisper-base"), 1, "stt_model: 'whisper-base' is for whisper"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(
    tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """One line, before the table begins and anything is rendered."""
    (tmp_path / "rows.jsonl").touch()
    paths = [tmp_path / argument if "." in argument else argument for argument in arguments]
    ran = callbot(tmp_path / "var", "bench", "latency", *paths)
    assert (ran.code, ran.out, len(ran.lines)) == (code, "", 1)
    assert ran.lines[0].startswith("callbot: " + told.format(tmp_path))


async def test_callers_converse_with_a_scripted_bot(tmp_path: Path) -> None:
    """The process of the callers over a real WebSocket: what they measure is what the service has timed, on the same clock."""
    files = [QUESTIONS / f"{name}.wav" for name in ("encombrants", "oui")]
    moves = write_moves(tmp_path, tmp_path, files, rounds=1)
    async with media_server(tmp_path, ["un acte de naissance"] * 4) as (server, recorded):
        order = Order("ws", f"127.0.0.1:{server.port}", 1, 30, 20, [], moves=str(moves), turns=2)
        load = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "callbot.bench.load",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert load.stdin
        load.stdin.write(json.dumps(asdict(order)).encode() + b"\n")  # left open: its end would end the calls
        assert load.stdout
        lines = [line async for line in load.stdout]
        [account] = json.loads(lines[-1])
        timed = [event for event in recorded.only if isinstance(event, TurnTimed)]
    assert account["problem"] == ""
    asked = [one for one in account["exchanges"] if one["kind"] == "ask"]
    assert [(one["done"], one["cut_off"], one["missed"]) for one in asked] == [(True, False, False)] * 2, (
        asked
    )
    assert len(timed) == 2
    for one, turn in zip(asked, timed, strict=True):
        assert abs(one["response_ms"] - turn.response_ms) < 300
        assert abs(one["ended_at_ms"] - (turn.at_ms - turn.response_ms)) < 300
        parts = turn.endpoint_ms + turn.decode_ms + turn.route_ms + turn.first_audio_ms
        assert parts == turn.response_ms
