"""A caller in the waiting queue, as their call sees it: from what queue and leg tell to commands. No I/O, no clock.

Its stages stand in waiting_table.py. Who tells of an emergency over the music hears the number to call, and enters once more, before all
others. Whom to offer to whom, the queue decides (humans/queue.py); how an agent's telephone is reached is a Handover's business.
"""

import logging
from typing import assert_never

from callbot.dialogue import handover as reaching
from callbot.dialogue.alarms import Question
from callbot.dialogue.bot import requested
from callbot.dialogue.handover import Output
from callbot.dialogue.waiting_danger import REASON as EMERGENCY
from callbot.dialogue.waiting_danger import matched, told
from callbot.dialogue.waiting_news import NotQueued, PlaceSeen, QueueNews, Stands
from callbot.dialogue.waiting_place import InPlace
from callbot.dialogue.waiting_table import Stage, Step
from callbot.dialogue.waiting_words import asks_how_long, is_callers, stays, wants_callback
from callbot.events import (
    CallerQueued,
    ClearAudio,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    QueueWord,
    ReleaseAgent,
    TellQueue,
    TransferFailed,
    TransferResult,
)
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

ENTER_MS = 3000
"""A queue that gives no place within this time does not work: nobody waits for it."""
ANSWERS = {"oui": True, "non": False}
"""To « Peut-on vous rappeler au … ? »."""
PARTED_MS = 3000
"""A queue that does not say within this time whether the agent who hung up had passed the caller on does not work."""


class Waiting(InPlace):
    """One caller's way through the queue. What the methods return is to be done in order; then look at `stage`.

    `passed_on` gives, for a service, the transfer there and what is said around it; `urgent` the same for a transfer and the emergency
    number that was told.
    """

    @property
    def takes_words(self) -> bool:
        """What the caller says may mean something: that they want to be called back, or how long it takes."""
        rings = self._handover is None or self._handover.stage is reaching.Stage.RINGING
        return self.stage in (Stage.WAITING, Stage.OFFERED, Stage.ASKED) and rings

    @property
    def takes_keys(self) -> bool:
        """A key may mean something: a call-back was offered, or its number is asked for."""
        return self.takes_words and self._callback.may_be_pressed

    # -- what happens --------------------------------------------------------------------------------------------------------

    def begin(self, at_ms: int) -> list[Output]:
        """The announcement was heard: the waiting begins."""
        self.begun_ms = self._stage_ms = at_ms
        queued = CallerQueued(at_ms, self.transfer.service, self.transfer.reason)
        return [queued, self._enter(), PlayMusic()]

    def told(self, news: QueueNews, at_ms: int) -> list[Output]:
        """The queue tells something about the caller's place."""
        self._looks.answered(at_ms)
        match news:
            case NotQueued(full=True):
                return self._refused(at_ms)
            case NotQueued():
                return self._leave(at_ms) if self.stage is Stage.ENTERING else []
            case PlaceSeen():
                return self._seen(news, at_ms)
            case Stands():
                return self._stands(news, at_ms) if self.stage is Stage.WAITING else []
            case _:
                assert_never(news)

    def hear(self, news: reaching.News, at_ms: int) -> list[Output]:
        """The leg tells something about the agent."""
        handover = self._handover
        return [*handover.hear(news, at_ms), *self._follow(handover, at_ms)] if handover else []

    def tick(self, at_ms: int) -> list[Output]:
        """The caller's audio has reached `at_ms`."""
        if self.stage is Stage.ENTERING:
            return self._leave(at_ms) if at_ms - self._stage_ms >= ENTER_MS else []
        if self.stage is Stage.PARTED:
            if at_ms - self._stage_ms >= PARTED_MS:
                self._step(Step.END, at_ms)
            return []
        if self.stage is Stage.WAITING and self._looks.is_unanswered(at_ms):
            logger.warning("the queue does not answer: a service is rung instead")
            return self._leave(at_ms)
        handover = self._handover
        outputs = [*handover.tick(at_ms), *self._follow(handover, at_ms)] if handover else []
        if self.stage is Stage.WAITING and self._offer and at_ms >= self._free_ms:
            outputs += self._ring(self._offer, at_ms)
        said = self._callback.tick(at_ms) if not self._sayings.playing else ()
        if said or (self.stage is Stage.ASKED and not self._sayings.playing):
            outputs += self._go_on_with(said, at_ms)
        if self._sayings.is_stuck(at_ms):
            outputs += self.said(at_ms)
        return [*outputs, *self._look(at_ms)]

    def said(self, at_ms: int) -> list[Output]:
        """A sentence was heard, or could not be made: the next one, an answer to the question, or music."""
        following = self._sayings.said(at_ms)
        self._callback.said(at_ms)
        return [following] if following else self._music()

    def pressed(self, key: str, at_ms: int) -> list[Output]:
        """The caller presses a key."""
        if not self.takes_keys:
            return []
        outputs = self._go_on_with(self._callback.pressed(key, at_ms), at_ms)
        if outputs or self.stage is Stage.TURNED_AWAY:
            return outputs
        if not (self._sayings.playing and self._callback.is_open):
            return []
        self._sayings.drop()
        return [ClearAudio()]

    def heard(self, reading: Interpretation, sounded: Sounded, at_ms: int) -> list[Output]:
        """Somebody says something over the music: an emergency, a wish to be called back, or how long it takes; nothing else counts."""
        if not (self.takes_words and is_callers(sounded)) or self._sayings.is_echo(reading.text):
            return []
        match self._alarm.heard(reading, at_ms, closely=self._callback.is_open):
            case str(number):
                return self._in_danger(number, reading.language, at_ms)
            case Question(sentence=name):
                if self.stage is not Stage.ASKED:  # there the other question stands too
                    self._not_now()
                return self._say((PlayPrompt(self._plan.doubts[name]),), at_ms)
        return self._wishes(reading, at_ms)

    def caller_gone(self, at_ms: int) -> list[Output]:
        """The caller has hung up."""
        stage, handover = self.stage, self._handover
        if not self._step(Step.CALLER_GONE, at_ms):
            return []
        told: list[Output] = (
            [QueueAbandoned(at_ms, at_ms - self.begun_ms)]
            if stage not in (Stage.TALKING, Stage.PARTED)
            else []
        )
        if handover:
            told = [*handover.caller_gone(at_ms)]
        return [*told, TellQueue(QueueWord.HUNG_UP)]

    def call_off(self, at_ms: int) -> list[Output] | None:
        """The bot must stop: who calls again has their place. None: a person has picked up; that goes on."""
        picked_up = self._handover and self._handover.stage is not reaching.Stage.RINGING
        if picked_up or self.stage not in (Stage.ENTERING, Stage.ASKED, Stage.WAITING, Stage.OFFERED):
            return None
        released = [ReleaseAgent()] if self._handover else []
        self._handover, self.stage = None, Stage.OVER
        failed = TransferFailed(at_ms, self.transfer.service, TransferResult.FAILED, None)
        return [*released, TellQueue(QueueWord.HUNG_UP), failed]

    # -- what the caller wants -----------------------------------------------------------------------------------------------

    def _wishes(self, reading: Interpretation, at_ms: int) -> list[Output]:
        """To be called back, an answer to that, or to know how long it takes."""
        if self._callback.is_open:
            answer = None if stays(reading) else ANSWERS.get(reading.act or "")
            understood = answer is not None or stays(reading)
            return self._go_on_with(self._callback.answered(answer, at_ms), at_ms) if understood else []
        if self._plan.calls_back and wants_callback(reading):
            return self._go_on_with(self._callback.wished(at_ms), at_ms)
        if not asks_how_long(reading.text) or self.stage is not Stage.WAITING:
            return []
        self._asked = True
        return self._look_now(at_ms)

    def _in_danger(self, number: str, language: str, at_ms: int) -> list[Output]:
        """Whom to call, at once; the caller goes before all others, and whoever takes them reads why."""
        if self._warns:
            return []  # it is being said
        self._hurries = self._hurries or self.transfer.reason != EMERGENCY
        self.transfer, self._plan = self._urgent(self.transfer, number)
        self._not_now()
        self._warning = told(number, language, self._plan)
        return [matched(number, at_ms), *self._say(self._warning, at_ms), *self._hurry(at_ms)]

    def _not_now(self) -> None:
        """A call-back's question that stands is not waited for any more: the caller waits on."""
        if self._callback.is_open:
            self._callback.stay()
        if self._callback.instead:
            self._callback = self._callback_offer()

    def _refused(self, at_ms: int) -> list[Output]:
        """As many wait as may: the caller hears it, and is asked whether to be called back instead, here or in the dialogue."""
        if not self._plan.instead or not self._step(Step.ASK, at_ms):
            self._step(Step.REFUSE, at_ms)
            return []
        self.was_asked, self._callback = True, self._callback_offer(instead=True)
        failed = TransferFailed(at_ms, self.transfer.service, TransferResult.BUSY, None)
        full = PlayPrompt(self._texts.queue_full)
        return [failed, *self._say((full, *self._callback.begin(at_ms)), at_ms)]

    def _go_on_with(self, say: tuple[PlayPrompt, ...], at_ms: int) -> list[Output]:
        """What the call-back says next; once it is confirmed, the farewell. Who has no place, and does not want it, is turned away."""
        if request := self._callback.request:
            released = [ReleaseAgent()] if self._handover else []
            promised = [TellQueue(QueueWord.CALL_BACK)] if self.stage is not Stage.ASKED else []
            self._step(Step.PROMISE, at_ms)
            self.farewell, self._handover = say, None
            return [*released, requested(request, at_ms), *promised]
        if self.stage is Stage.ASKED and not self._callback.is_open:
            self._sayings.drop()
            self._step(Step.REFUSE, at_ms)
            return []
        return self._say(say, at_ms) if say else []

    # -- looking -------------------------------------------------------------------------------------------------------------

    def _look(self, at_ms: int) -> list[Output]:
        """Now and then; and in time for the next announcement."""
        if self.stage not in (Stage.WAITING, Stage.OFFERED, Stage.TALKING):
            return []
        return self._look_now(at_ms) if self._looks.is_due(at_ms) else []
