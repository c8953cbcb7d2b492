"""A telephone's ear: a UDP port that keeps the RTP sent to it, with the kernel's time of arrival. No root, no capture.

SIPp neither records nor minds where its sound goes: its SDP names this port, so the far end sends here.
"""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np

from callbot.audio.g711 import decode_alaw, decode_ulaw
from callbot.audio.types import Pcm
from tests.support.peers.processes import free_ports

SO_TIMESTAMPNS = 35
"""Linux: each datagram comes with the time, in ns, at which the kernel received it (on the loopback: at which it was sent)."""
DECODERS = {0: decode_ulaw, 8: decode_alaw}
EVENTS_PAYLOAD = 101
KEYS = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet: when it was sent (s), and its header (RFC 3550)."""

    at_s: float
    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How regularly a stream came. Times in ms; `gaps` counts lost packets, `steps` the differences of RTP time in samples."""

    packets: int
    mean_ms: float
    """Between two packets, over the whole stream: a busy machine shifts single packets, never the pace."""
    jitter_max_ms: float
    late: int
    """Packets more than 40 ms after the one before."""
    gaps: int
    steps: frozenset[int]


class Earphone:
    """`async with Earphone() as ear`: `ear.port` is where to send; then `ear.pcm()`, `ear.pacing()`, `ear.keys()`."""

    def __init__(self) -> None:
        self.packets: list[RtpPacket] = []

    async def __aenter__(self) -> Self:
        self.port = free_ports(2)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setblocking(False)
        self._socket.bind(("127.0.0.1", self.port))
        asyncio.get_running_loop().add_reader(self._socket, self._receive)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def pcm(self) -> Pcm:
        """The sound of all G.711 packets, one after the other: int16 at 8 kHz."""
        parts = [DECODERS[p.payload_type](p.payload) for p in self.packets if p.payload_type in DECODERS]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    def keys(self, payload_type: int = EVENTS_PAYLOAD) -> str:
        """The keys pressed by RFC 4733, each once."""
        events = {p.timestamp: p.payload[0] for p in self.packets if p.payload_type == payload_type}
        return "".join(KEYS[code] for code in events.values())

    def payload_types(self) -> frozenset[int]:
        """Every payload type that came."""
        return frozenset(packet.payload_type for packet in self.packets)

    def pacing(self) -> Pacing:
        """Regularity of the sound; the far end sends one stream of 8 kHz."""
        sound = [packet for packet in self.packets if packet.payload_type in DECODERS]
        pairs = list(pairwise(sound))
        between_ms = [(after.at_s - before.at_s) * 1000 for before, after in pairs]
        steps = [(after.timestamp - before.timestamp) % 2**32 for before, after in pairs]
        jitter_ms = jitter_max_ms = 0.0
        for waited_ms, step in zip(between_ms, steps, strict=True):
            jitter_ms += (abs(waited_ms - step / 8) - jitter_ms) / 16
            jitter_max_ms = max(jitter_max_ms, jitter_ms)
        return Pacing(
            packets=len(sound),
            mean_ms=float(np.mean(between_ms)) if between_ms else 0.0,
            jitter_max_ms=jitter_max_ms,
            late=sum(waited_ms > 40 for waited_ms in between_ms),
            gaps=sum((after.sequence - before.sequence) % 2**16 != 1 for before, after in pairs),
            steps=frozenset(steps),
        )

    def _receive(self) -> None:
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(4096, 128)
            except BlockingIOError:
                return
            if len(data) < 12 or data[0] >> 6 != 2 or not ancillary:
                continue
            seconds, nanoseconds = struct.unpack("qq", ancillary[0][2][:16])
            kind, sequence, timestamp, ssrc = struct.unpack(">xBHII", data[:12])
            begin = 12 + 4 * (data[0] & 15)
            self.packets.append(
                RtpPacket(
                    seconds + nanoseconds / 1e9,
                    kind & 127,
                    bool(kind & 128),
                    sequence,
                    timestamp,
                    ssrc,
                    data[begin:],
                )
            )
