"""What is told of one call: each event once, to the service, to the queue, to the leg that asked for them; and what it came to."""

import json
import logging
from collections.abc import Callable

from callbot.events import (
    CallEnded,
    CallerQueued,
    Decision,
    Event,
    IntentMatched,
    NoMatch,
    Outcome,
    TurnTimed,
    to_json,
)
from callbot.parts import Seat

logger = logging.getLogger(__name__)


class Telling:
    """`publish` is the service's; `seat` the call's place in the queue, if there is one.

    `mirror`: takes every event too, as a text message `{"event": "CALL_EVENT", "data": …}`.
    """

    def __init__(
        self,
        call_id: str,
        publish: Callable[[str, Event], None],
        seat: Seat | None,
        mirror: Callable[[str], None] | None,
    ) -> None:
        self._call_id = call_id
        self._publish = publish
        self._seat = seat
        self._mirror = mirror
        self._motives: list[str] = []
        self._response_ms: list[int] = []
        self._turns = 0

    def tell(self, event: Event) -> None:
        """Something happened."""
        self._count(event)
        self._publish(self._call_id, event)
        if self._seat:
            self._seat.note(event)
        if self._mirror:
            mirrored = {"event": "CALL_EVENT", "data": to_json(self._call_id, event)}
            self._mirror(json.dumps(mirrored, ensure_ascii=False))

    def ended(self, at_ms: int, outcome: Outcome) -> CallEnded:
        """The last event, which sums up the call; it is still to be told."""
        return CallEnded(at_ms, outcome, tuple(self._motives), self._turns, tuple(self._response_ms))

    def _count(self, event: Event) -> None:
        if isinstance(event, IntentMatched | NoMatch):
            self._turns += 1
        if isinstance(event, IntentMatched) and event.motive and event.decision is not Decision.CLARIFY:
            self._motives = list(dict.fromkeys([*self._motives, event.motive]))
        if isinstance(event, TurnTimed):
            self._response_ms.append(event.response_ms)
        if isinstance(event, CallerQueued):
            logger.info("call %s: handed to %s (%s)", self._call_id, event.service, event.reason)
