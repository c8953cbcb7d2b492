"""What a call knows of its caller's place in the waiting queue, and the small steps that its parts share. No I/O, no clock."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from callbot.dialogue.handover import Handover, Output, Plan, Way
from callbot.dialogue.waiting_callback import CallbackOffer
from callbot.dialogue.waiting_danger import REASON as EMERGENCY
from callbot.dialogue.waiting_danger import Alarm
from callbot.dialogue.waiting_looks import Looks
from callbot.dialogue.waiting_news import Passed, PlaceSeen
from callbot.dialogue.waiting_sayings import Sayings
from callbot.dialogue.waiting_table import NEXT, Stage, Step
from callbot.events import ClearAudio, EnterQueue, LookAtQueue, PlayMusic, PlayPrompt, Transfer
from callbot.humans.queue_types import Rules
from callbot.humans.waiting_time import Announcements

logger = logging.getLogger(__name__)


class WaitingState:
    """The place as the call sees it. `passed_on` and `urgent` as of `waiting.Waiting`."""

    def __init__(
        self,
        transfer: Transfer,
        plan: Plan,
        way: Way,
        *,
        ring_ms: int,
        rules: Rules,
        language: str,
        passed_on: Callable[[str], tuple[Transfer, Plan]] | None = None,
        urgent: Callable[[Transfer, str], tuple[Transfer, Plan]] | None = None,
    ) -> None:
        assert plan.texts
        self.transfer = transfer
        self.stage = Stage.ENTERING
        self.connected = False
        """A person was reached, whatever came after."""
        self.was_asked = False
        """Without a place, whether they want to be called back."""
        self.begun_ms = 0
        self.farewell: tuple[PlayPrompt, ...] = ()
        self._plan, self._way, self._ring_ms = plan, way, ring_ms
        self._texts, self._language = plan.texts, language
        self._rules, self._passed_on = rules, passed_on or (lambda _service: (self.transfer, self._plan))
        self._urgent = urgent or (lambda transfer, _number: (replace(transfer, reason=EMERGENCY), self._plan))
        self._alarm = Alarm()
        self._warning: tuple[PlayPrompt, ...] = ()  # what was said of the emergency
        self._hurries = False  # the queue does not know of the emergency yet
        self._passed: Passed | None = None  # by an agent, and whom to
        self._announcements = Announcements(rules)
        self._looks = Looks(int(rules.announce_every.total_seconds() * 1000))
        self._callback = self._callback_offer()
        self._handover: Handover | None = None
        self._offer: PlaceSeen | None = (
            None  # which is rung, or is to be as soon as the last one is done with
        )
        self._done: tuple[str, datetime] | None = None  # the offer that came to nothing last
        self._free_ms = 0  # from when on a telephone may be rung
        self._returned = False
        self._stage_ms = 0
        self._doubted: datetime | None = None  # an end of the talk that nobody may have meant
        self._paused_ms: int | None = None  # since when no agent takes calls
        self._sayings = Sayings()
        self._asked = False  # the caller wants to know where they stand

    @property
    def _warns(self) -> bool:
        """Just now the caller hears whom to call."""
        return self._sayings.playing in self._warning

    def _enter(self) -> Output:
        return EnterQueue(self.transfer.service, self.transfer.reason, self._language)

    def _callback_offer(self, *, instead: bool = False) -> CallbackOffer:
        return CallbackOffer(self._plan.own, self._plan.motive, self._texts, self._language, instead)

    def _say(self, prompts: tuple[PlayPrompt, ...], at_ms: int) -> list[Output]:
        return [ClearAudio(), self._sayings.say(prompts, at_ms)]

    def _music(self) -> list[Output]:
        """Not while a number is asked for."""
        waits = self.stage in (Stage.ENTERING, Stage.WAITING, Stage.OFFERED)
        return [PlayMusic()] if waits and not self._callback.is_open else []

    def _hush(self) -> list[Output]:
        """Whatever is being said, a person is there."""
        self._sayings.drop()
        return [ClearAudio(), *self._music()]

    def _look_now(self, at_ms: int) -> list[Output]:
        self._looks.looked(at_ms)
        return [LookAtQueue()]

    def _step(self, step: Step, at_ms: int) -> bool:
        """Take the step; False when it has no place in this stage."""
        after = NEXT.get((self.stage, step))
        if after is None:
            return False
        logger.debug("waiting %s -> %s (%s)", self.stage, after, step)
        self.stage, self._stage_ms = after, at_ms
        return True
