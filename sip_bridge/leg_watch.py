"""Looks at every leg once a second: whether anybody is still there, and whether our own packet filter keeps their sound out."""

import asyncio
import logging
from collections.abc import Callable, Collection

from sip_bridge.baresip_leg import BaresipLeg
from sip_bridge.deafness import Finding
from sip_bridge.liveness import Lost
from sip_bridge.media_guard import MediaGuard

__all__ = ["watch_legs"]

LOOK_SECONDS = 1.0
LOST = {
    Lost.SILENT: "a leg is hung up: nothing was heard of it for CALLBOT_SIP_RTP_TIMEOUT_SECONDS",
    Lost.ON_HOLD: "a leg is hung up: it was on hold, and nothing came from it, for CALLBOT_SIP_HOLD_MINUTES",
}
FOUND = {
    Finding.SHUT_OUT: "a call's sound comes from another address than was agreed on, and is taken from everybody now: "
    "correct the address in the SDP of the PBX, or set CALLBOT_SIP_RTP_SOURCES=any",
    Finding.PESTERED: "a call is silent, and sound that comes from another address than was agreed on is kept out; "
    "if it is the call's own: CALLBOT_SIP_RTP_SOURCES=any",
}

log = logging.getLogger(__name__)


async def watch_legs(
    legs: Callable[[], Collection[BaresipLeg]], guard: MediaGuard | None, seconds: float = LOOK_SECONDS
) -> None:
    """Look at what `legs` gives, for ever. `guard`: whose filters may keep sound out."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(seconds)
        for leg in tuple(legs()):
            if not leg.closed.is_set() and leg.is_established:
                try:
                    await _look(leg, guard, loop.time())
                except Exception:  # the rim of one call
                    log.exception("a leg could not be watched", extra={"leg": leg.id})


async def _look(leg: BaresipLeg, guard: MediaGuard | None, now: float) -> None:
    held, heard, sign = leg.is_held, *leg.signs()
    if guard is not None:
        count = guard.dropped(leg.id) if not (heard or held) else None
        found = leg.deafness.look(heard=heard, held=held, dropped=count)
        if found is not None:
            log.warning(FOUND[found], extra={"leg": leg.id})
        if found is Finding.SHUT_OUT:
            guard.open(leg.id)
    lost = leg.liveness.look(now, sign=sign, held=held)
    if lost is not None:
        log.warning(LOST[lost], extra={"leg": leg.id})
        await leg.give_up()
