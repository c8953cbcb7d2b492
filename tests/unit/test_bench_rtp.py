"""RTP as the load generator reads it: how evenly a stream arrives, against RFC 3550's own program, and wrapping counters."""

import struct

import numpy as np
import pytest

from callbot.bench import rtp


def log(frames: list[tuple[float, int, int]]) -> bytes:
    """What is kept of packets that arrive: (milliseconds, sequence number, timestamp)."""
    arrived = bytearray()
    for ms, sequence, timestamp in frames:
        seconds, rest = divmod(round(ms * 1e6), 1_000_000_000)
        arrived += struct.pack("=qq", 1_795_000_000 + seconds, rest)
        arrived += rtp.pack(sequence, timestamp, 7, b"")[: rtp.HEAD]
    return bytes(arrived)


def a8(transits: list[float]) -> list[float]:
    """RFC 3550, appendix A.8, line by line."""
    jitter, estimates, last = 0.0, [], transits[0]
    for transit in transits:
        d = abs(transit - last)
        last = transit
        jitter += (1.0 / 16.0) * (d - jitter)
        estimates.append(jitter)
    return estimates


def test_jitter_is_that_of_the_rfc() -> None:
    """The running estimate of A.8, for transit times as a network gives them."""
    transits = [50.0, 50.0, 66.0, 50.0, 41.5, 47.25, *np.random.default_rng(3).normal(50, 9, 200).tolist()]
    assert rtp.jitter(np.array(transits)).tolist() == pytest.approx(a8(transits))


def test_jitter_by_hand() -> None:
    """One frame 16 ms late: |D| is 16 twice, so J is 1, then 1 + (16 - 1)/16, then falls by a sixteenth."""
    assert rtp.jitter(np.array([5.0, 21.0, 5.0, 5.0])).tolist() == pytest.approx(
        [0.0, 1.0, 1.9375, 1.81640625]
    )


def test_an_even_stream_has_no_jitter_whatever_its_counters_do() -> None:
    """Sequence number and timestamp wrap around in the middle."""
    frames = [(1000 + 20.0 * n, (65530 + n) % 65536, (2**32 - 800 + 160 * n) % 2**32) for n in range(50)]
    assert rtp.pace(rtp.arrivals(log(frames))) == rtp.Pace(
        packets=50, lost=0, late=0, jitter_ms=0.0, off_grid_ms=0.0, span_ms=1000.0
    )


def test_lost_late_and_early_frames_are_counted() -> None:
    """Two lost, one 30 ms behind its place, one 15 ms behind, one 5 ms before."""
    frames = [(20.0 * n, n, 160 * n) for n in range(100) if n not in (10, 11)]
    moved = {20: 30.0, 30: 15.0, 40: -5.0}
    pace = rtp.pace(rtp.arrivals(log([(ms + moved.get(n, 0.0), n, ts) for ms, n, ts in frames])))
    assert (pace.packets, pace.lost, pace.late, pace.off_grid_ms) == (98, 2, 1, pytest.approx(30.0))


def test_no_stream_at_all() -> None:
    """A call without sound is judged, not a fault."""
    assert rtp.pace(rtp.arrivals(b"")) == rtp.Pace(0, 0, 0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("packet", "payload"),
    [
        (rtp.pack(1, 160, 9, b"\xd5" * 160), b"\xd5" * 160),
        (rtp.pack(1, 160, 9, b"sound", marker=True), b"sound"),
        (b"\x82\x08" + bytes(10) + b"12345678" + b"sound", b"sound"),
        (b"\x80\x65" + bytes(10) + b"\x01\x0a\x00\xa0", None),
        (b"\x80\xc8" + bytes(26), None),
        (b"\x00\x01", None),
        (b"", None),
    ],
    ids=["sound", "marker", "two contributing sources", "telephone event", "RTCP", "STUN", "nothing"],
)
def test_only_sound_is_heard(packet: bytes, payload: bytes | None) -> None:
    """Everything else that may arrive on the port is no sound."""
    assert rtp.payload_of(packet) == payload
