"""The sound of one leg in the media WebSocket's format: coding by table, resampling only where the rates differ."""

from collections.abc import Callable

import numpy as np

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, Pcm
from sip_bridge.leg import Leg
from sip_bridge.playout import AHEAD_MS, Playout
from sip_bridge.rates import Resampling, between

__all__ = ["LegSound", "encode"]

RATES_HZ = {"alaw": 8000, "ulaw": 8000, "slin16": 16000}
_ENCODERS: dict[str, Callable[[Pcm], bytes]] = {"alaw": g711.encode_alaw, "ulaw": g711.encode_ulaw}
_DECODERS: dict[str, Callable[[bytes], Pcm]] = {"alaw": g711.decode_alaw, "ulaw": g711.decode_ulaw}


def encode(pcm: Pcm, name: str) -> bytes:
    """`pcm` (int16, shape (n,), at the format's rate) in the format `name`."""
    coder = _ENCODERS.get(name)
    return coder(pcm) if coder else pcm.tobytes()


class LegSound:
    """Reads and writes a leg as the service hears and speaks: `format_name` is alaw, ulaw or slin16. Silent until `start`."""

    def __init__(self, leg: Leg, format_name: str) -> None:
        self._leg = leg
        self._format_hz = RATES_HZ[format_name]
        self._encode = _ENCODERS.get(format_name)
        self._decode = _DECODERS.get(format_name)
        self._sample_bytes = 1 if self._decode else 2
        self.rate_hz = 0
        """Rate of the leg; 0 before it has sound."""
        self._ahead = 0
        self._frame = 0
        self._up: Resampling | None = None
        self._down: Resampling | None = None

    def start(self, rate_hz: int) -> None:
        """The leg has sound now, or another codec than before."""
        self.rate_hz = rate_hz
        self._frame = rate_hz * FRAME_MS // 1000 * 2
        self._ahead = rate_hz * AHEAD_MS // 1000 * 2
        self._up = between(rate_hz, self._format_hz)
        self._down = between(self._format_hz, rate_hz)

    def read(self) -> bytes:
        """What has come from the leg since the last time, for the service."""
        sound = self._leg.read()
        if not sound:
            return b""
        if self._up is None and self._encode is None:
            return sound
        pcm: Pcm = np.frombuffer(sound, np.int16)
        if self._up is not None:
            pcm = self._up.push(pcm)
        return self._encode(pcm) if self._encode else pcm.tobytes()

    def feed(self, playout: Playout) -> int:
        """Give the leg what it needs to stay `AHEAD_MS` ahead; bytes of `playout` that it has taken, still to be dropped there."""
        room = self._ahead - self._leg.waiting()
        if room < self._frame or not playout.pending:
            return 0
        sound = playout.head(self._in_format(room))
        written = self._leg.write(self._for_leg(sound))
        return len(sound) if self._down is not None and written else min(self._in_format(written), len(sound))

    def unsent(self) -> int:
        """What the leg still has to send, in bytes of the format."""
        return self._in_format(self._leg.waiting()) if self.rate_hz else 0

    def _in_format(self, leg_bytes: int) -> int:
        """So many bytes of the leg (linear, at its rate), in bytes of the format; rounded up to a whole sample."""
        samples = -(-(leg_bytes // 2 * self._format_hz) // self.rate_hz)
        return samples * self._sample_bytes

    def _for_leg(self, sound: bytes) -> bytes:
        if self._decode is None and self._down is None:
            return sound
        pcm = self._decode(sound) if self._decode else np.frombuffer(sound, np.int16)
        return (self._down.push(pcm) if self._down is not None else pcm).tobytes()
