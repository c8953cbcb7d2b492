"""RTP as the load generator needs it: packets made and read, and how evenly those of one stream arrived. No I/O.

What arrives is kept as the kernel saw it, `ARRIVAL` by `ARRIVAL`, and judged when the call is over.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from callbot.audio.types import FRAME_MS

VERSION = 0x80
"""RTP version 2 without padding, extension or contributing sources."""
PCMA = 8
"""A-law's payload type (RFC 3551)."""
HEADER = struct.Struct("!BBHII")
"""Flags, marker and payload type, sequence number, timestamp, source (RFC 3550, 5.1)."""
HEAD = 8
"""The first bytes of a packet, which are kept of each."""
ARRIVAL = np.dtype(
    [
        ("seconds", "=i8"),
        ("nanoseconds", "=i8"),
        ("flags", "u1"),
        ("type", "u1"),
        ("sequence", ">u2"),
        ("timestamp", ">u4"),
    ]
)
"""One arrival: the kernel's timestamp (a `timespec`), then the packet's HEAD."""
TICKS_PER_MS = 8
LATE_MS = 20.0
"""A frame this far behind its place on the grid has missed a telephone that buffers one frame."""

Arrivals = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Pace:
    """How evenly one stream arrived.

    `lost`: sequence numbers that never came. `jitter_ms`: the highest value of RFC 3550's running estimate. `off_grid_ms`: the
    farthest that a frame was from its place on the 20 ms grid, early or late; `late`: frames more than LATE_MS behind it.
    `span_ms`: from the first frame to the last by their timestamps.
    """

    packets: int
    lost: int
    late: int
    jitter_ms: float
    off_grid_ms: float
    span_ms: float


def pack(sequence: int, timestamp: int, source: int, payload: bytes, *, marker: bool = False) -> bytes:
    """An A-law packet; `sequence` and `timestamp` wrap around."""
    flags = (marker << 7) | PCMA
    return HEADER.pack(VERSION, flags, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, source) + payload


def payload_of(packet: bytes) -> bytes | None:
    """The A-law sound of a packet; None for anything else (RTCP, telephone events, comfort noise, no RTP at all)."""
    if len(packet) <= HEADER.size or packet[0] & 0xC0 != VERSION or packet[1] & 0x7F != PCMA:
        return None
    return packet[HEADER.size + 4 * (packet[0] & 0x0F) :]


def arrivals(log: bytes | bytearray) -> Arrivals:
    """The arrivals that were written one behind the other."""
    return np.frombuffer(bytes(log), ARRIVAL)


def pace(stream: Arrivals) -> Pace:
    """How evenly a stream arrived, from arrivals in the order in which they came."""
    if not len(stream):
        return Pace(0, 0, 0, 0.0, 0.0, 0.0)
    sequence = _unwrapped(stream["sequence"].astype(np.uint16), np.int16)
    timestamp_ms = _unwrapped(stream["timestamp"].astype(np.uint32), np.int32) / TICKS_PER_MS
    arrived_ms = _arrived_ms(stream)
    transit_ms = arrived_ms - timestamp_ms
    off_ms = transit_ms - np.median(transit_ms)
    return Pace(
        packets=len(stream),
        lost=int(np.ptp(sequence)) + 1 - len(np.unique(sequence)),
        late=int(np.count_nonzero(off_ms > LATE_MS)),
        jitter_ms=float(jitter(transit_ms).max()),
        off_grid_ms=float(np.abs(off_ms).max()),
        span_ms=float(np.ptp(timestamp_ms)) + FRAME_MS,
    )


def jitter(transit: NDArray[np.float64]) -> NDArray[np.float64]:
    """RFC 3550's interarrival jitter (6.4.1, A.8) after each packet, in the unit of `transit`: arrival minus timestamp."""
    differences = np.abs(np.diff(transit, prepend=transit[:1]))
    estimates: NDArray[np.float64] = lfilter([1 / 16], [1, -15 / 16], differences)
    return estimates


def _arrived_ms(stream: Arrivals) -> NDArray[np.float64]:
    """Since the first one."""
    seconds: NDArray[np.int64] = stream["seconds"] - stream["seconds"][0]
    milliseconds: NDArray[np.float64] = seconds * 1e3 + stream["nanoseconds"] / 1e6
    since: NDArray[np.float64] = milliseconds - milliseconds[0]
    return since


def _unwrapped(values: NDArray[np.unsignedinteger], step: type[np.signedinteger]) -> NDArray[np.int64]:
    """Counters that wrap, as a count from the first one; `step` is the signed type of the same width."""
    steps = np.diff(values, prepend=values[:1]).view(step)
    return np.cumsum(steps.astype(np.int64))
