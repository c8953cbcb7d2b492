"""Watches how far recognition is behind, sets the level of degradation, and lets prompts be made only while there is room for it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Protocol

from callbot.load import NOTICED_MS, Degradation, Level, Pressure

__all__ = ["LoadWatch"]

LOOK_SECONDS = 0.25
"""How often is looked; the loop's lateness is that of this very look."""

logger = logging.getLogger(__name__)


class Measured(Protocol):
    """What may be behind."""

    def pressure(self) -> Pressure:
        """How far it is."""


class Degradable(Measured, Protocol):
    """What may be, and can spare something: a recogniser's engine."""

    def degrade(self, level: Level) -> None:
        """Spare what the level says."""


class Background(Protocol):
    """Work that may wait: prompts that nobody waits for."""

    def hold(self, held: bool) -> None:
        """Begin nothing (true), or go on."""


class Shown(Protocol):
    """Where an operator sees it."""

    def show_load(self, level: Level, pressure: Pressure, late_seconds: float) -> None:
        """As it is now; told every LOOK_SECONDS."""


class LoadWatch:
    """`beside`: what callers wait for as well as for the engine; `calls`: how many are held now.

    From `room` calls on, or from the first degradation on, work in the background waits.
    """

    def __init__(
        self,
        engine: Degradable,
        degradation: Degradation,
        *,
        beside: Iterable[Measured] = (),
        background: Iterable[Background],
        calls: Callable[[], int],
        room: int,
        shown: Shown,
    ) -> None:
        self._engine = engine
        self._degradation = degradation
        self._beside = tuple(beside)
        self._background = tuple(background)
        self._calls = calls
        self._room = room
        self._shown = shown

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_SECONDS)
            now = loop.time()
            self.look(now * 1000, late_seconds=now - before - LOOK_SECONDS)

    def look(self, at_ms: float, *, late_seconds: float = 0.0) -> None:
        """Once: take the pressure, change the level if it is time to. For a loop that is late every caller waits."""
        degradation, calls = self._degradation, self._calls()
        pressure = reduce(or_, (one.pressure() for one in self._beside), self._engine.pressure())
        late_ms = late_seconds * 1000
        if late_ms >= NOTICED_MS:
            pressure |= Pressure(late_ms, callers=calls)
        before = degradation.level
        if degradation.look(pressure, at_ms):
            self._engine.degrade(degradation.level)
            logger.log(
                logging.WARNING if degradation.level > before else logging.INFO,
                "load: %s, after %s (%d calls; a turn waited %d ms, %d ms of work per thread, the event loop was %d ms late)",
                degradation.level.name.lower(), before.name.lower(), calls, pressure.longest_ms, pressure.backlog_ms, late_ms,
            )  # fmt: skip
        degradation.room = calls <= self._room
        held = degradation.level > Level.NORMAL or calls >= self._room
        for work in self._background:
            work.hold(held)
        self._shown.show_load(degradation.level, pressure, late_seconds)
