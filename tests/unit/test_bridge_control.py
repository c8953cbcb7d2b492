"""The supervised bridge's lines, its sound and its relay."""

import asyncio
import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.config import Settings
from sip_bridge.control import ControlError, JsonStatus, Orders, read_commands, read_settings
from sip_bridge.rates import between
from sip_bridge.relay import Relay
from tests.support.scripted_leg import ScriptedLeg
from tests.support.sound import sine


def test_the_settings_come_in_one_line() -> None:
    """With their secrets, which no error repeats."""
    told = {"media_token": "geheim", "max_calls": 3, "media_url": "ws://x/media"}
    settings = Settings(media_token="geheim", max_calls=3)
    assert read_settings(json.dumps(told)) == Orders(settings, "ws://x/media")
    ended = read_settings(json.dumps(told | {"ended": ["a", "b"]}))
    assert ended == Orders(settings, "ws://x/media", frozenset({"a", "b"}))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", "the first line of stdin"),
        ("[]", "the first line of stdin"),
        ("{}", "the first line of stdin"),
        ('{"media_url": 5}', "media_url"),
        ('{"media_url": "ws://x", "ended": 5}', "the first line of stdin"),
        ('{"media_url": "ws://x", "sip_password": "geheim", "max_calls": "geheim"}', "CALLBOT_MAX_CALLS"),
        ('{"media_url": "ws://x", "unknown": 1}', "CALLBOT_UNKNOWN"),
    ],
)
def test_settings_that_cannot_be_used(line: str, error: str) -> None:
    """Named, without their values."""
    with pytest.raises(ControlError) as raised:
        read_settings(line)
    assert str(raised.value).startswith(error)
    assert "geheim" not in str(raised.value)


async def test_commands_come_in_lines() -> None:
    """What is none is passed over; the end of the pipe ends it."""
    lines = asyncio.StreamReader()
    lines.feed_data(
        b'{"command": "drain"}\nnonsense\n[]\n{"command": []}\n{"command": "fly"}\n{"command": "stop"}\n'
    )
    lines.feed_eof()
    done: list[str] = []
    await read_commands(lines, {"drain": lambda: done.append("drain"), "stop": lambda: done.append("stop")})
    assert done == ["drain", "stop"]


def test_statuses_are_lines() -> None:
    """And go nowhere once the supervisor has gone."""
    reading, writing = os.pipe()
    JsonStatus(writing)("calls", calls=3)
    assert os.read(reading, 1000) == b'{"status":"calls","calls":3}\n'
    os.close(reading)
    JsonStatus(writing)("calls", calls=4)
    os.close(writing)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(8000, 16000), (16000, 8000)])
def test_a_tone_keeps_its_pitch_and_loudness(from_hz: int, to_hz: int) -> None:
    """1 kHz is 1 kHz; whatever else is 55 dB below."""
    resampling = between(from_hz, to_hz)
    assert resampling
    tone = sine(1000, from_hz)
    out = np.concatenate([resampling.push(piece) for piece in np.split(tone, 50)]).astype(np.float64)
    assert abs(len(out) - to_hz) <= 31
    middle = out[to_hz // 4 : to_hz // 4 * 3] * np.hanning(to_hz // 2)
    spectrum = np.abs(np.fft.rfft(middle))
    assert spectrum.argmax() == 500
    beside = np.delete(spectrum, slice(490, 511))
    assert 20 * np.log10(beside.max() / spectrum.max()) < -55
    assert abs(out[to_hz // 4 :].std() - tone.std()) < 0.02 * tone.std()


def test_what_a_telephone_cannot_carry_is_left_out() -> None:
    """5 kHz would come back as 3 kHz."""
    resampling = between(16000, 8000)
    assert resampling
    out = resampling.push(sine(5000, 16000))[200:]
    assert np.abs(out).max() < 0.005 * sine(5000, 16000).max()


@given(st.lists(st.integers(0, 400), max_size=12), st.sampled_from([(8000, 16000), (16000, 8000)]))
def test_pieces_make_no_difference(sizes: list[int], rates: tuple[int, int]) -> None:
    """However a stream is cut, the same comes out."""
    sound = sine(700, rates[0])[: sum(sizes)]
    whole, pieces = between(*rates), between(*rates)
    assert whole
    assert pieces
    cut = [pieces.push(piece) for piece in np.split(sound, np.cumsum(sizes)[:-1])] if sizes else []
    together = np.concatenate([*cut, np.zeros(0, np.int16)])
    assert np.abs(together.astype(int) - whole.push(sound).astype(int)).max(initial=0) <= 1


def test_other_rates_are_refused() -> None:
    """Legs have two."""
    assert between(8000, 8000) is None
    with pytest.raises(ValueError, match="44100"):
        between(44100, 8000)


async def test_a_relay_does_not_fall_behind() -> None:
    """When one clock is faster, a piece is left out rather than heard later and later."""
    caller, person = ScriptedLeg("a"), ScriptedLeg("b")
    relay = Relay(caller, 8000, person, 8000)
    for _ in range(100):
        caller.says += bytes(320)
        relay.tick()
    assert person.waiting() <= 3200 + 320
    assert caller.heard == b""
