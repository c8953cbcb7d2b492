"""`callbot bench calls` for real, small: its own callers over SIP and RTP, the bridge, the media server."""

import json
from pathlib import Path

import pytest

from tests.support.cli import callbot


@pytest.mark.parametrize("transport", ["sip", "ws"])
def test_three_calls_of_pure_media(tmp_path: Path, transport: str) -> None:
    """Three calls are held together, both sides hear what the other said, and the row says so."""
    ran = callbot(
        tmp_path,
        "bench",
        "calls",
        "--engines",
        "off",
        "--calls",
        "3",
        "--seconds",
        "3",
        "--transport",
        transport,
        "--json",
    )
    assert (ran.code, ran.lines) == (0, [])
    measured = json.loads(ran.out)
    told = {name: measured[name] for name in ("calls", "engine", "transport", "failed_calls", "failures")}
    assert told == {"calls": 3, "engine": "off", "transport": transport, "failed_calls": 0, "failures": {}}
    assert measured["lost_packets"] == 0
    assert 3 * 3 * 50 * 0.9 < measured["frames"] < 3 * 8 * 50
    assert measured["cpu_seconds_per_call_minute"] > 0
    assert (measured["bridge_rss_mb"] > 0, measured["jitter_ms_max"] is not None) == (transport == "sip",) * 2


def test_a_number_of_calls_that_cannot_be(tmp_path: Path) -> None:
    """Wrong use is one line that names the option, exit code 2."""
    ran = callbot(tmp_path, "bench", "calls", "--calls", "0")
    assert (ran.code, ran.out) == (2, "")
    assert "--calls" in ran.lines[-1]
