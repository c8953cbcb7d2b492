"""Two legs that hear each other: what one sends, the other hears, every tick."""

import numpy as np

from sip_bridge.leg import Leg
from sip_bridge.rates import between

__all__ = ["Relay"]

MAX_WAITING_MS = 200
"""Sound that may pile up in a leg when the two clocks drift apart; then a piece of it is left out."""


class Relay:
    """Two established legs, of `caller_hz` and `person_hz`."""

    def __init__(self, caller: Leg, caller_hz: int, person: Leg, person_hz: int) -> None:
        self._ways = (
            _Way(caller, caller_hz, person, person_hz),
            _Way(person, person_hz, caller, caller_hz),
        )

    def tick(self) -> None:
        """Carry over what has come."""
        for way in self._ways:
            way.tick()


class _Way:
    """From one leg to the other."""

    def __init__(self, source: Leg, source_hz: int, target: Leg, target_hz: int) -> None:
        self._source, self._target = source, target
        self._limit = target_hz * 2 * MAX_WAITING_MS // 1000
        self._resampler = between(source_hz, target_hz)

    def tick(self) -> None:
        sound = self._source.read()
        if not sound or self._target.waiting() > self._limit:
            return
        if self._resampler is not None:
            sound = self._resampler.push(np.frombuffer(sound, np.int16)).tobytes()
        self._target.write(sound)
