"""A caller in the waiting queue, as their call sees it: from what queue and leg tell to commands. No I/O, no clock.

Its stages stand in waiting_table.py. Who tells of an emergency over the music hears the number to call, and enters once more, before all
others. Whom to offer to whom, the queue decides (humans/queue.py); how an agent's telephone is reached is a Handover's business.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from callbot.dialogue import handover as reaching
from callbot.dialogue.alarms import Question
from callbot.dialogue.bot import requested
from callbot.dialogue.handover import Handover, Output, Plan, Way
from callbot.dialogue.waiting_callback import CallbackOffer
from callbot.dialogue.waiting_danger import REASON as EMERGENCY
from callbot.dialogue.waiting_danger import Alarm, matched, told
from callbot.dialogue.waiting_looks import Looks
from callbot.dialogue.waiting_news import Desk, NotQueued, Passed, PlaceSeen, QueueNews, Stands
from callbot.dialogue.waiting_phrases import place_said
from callbot.dialogue.waiting_sayings import Sayings
from callbot.dialogue.waiting_table import NEXT, Stage, Step
from callbot.dialogue.waiting_words import asks_how_long, is_callers, stays, wants_callback
from callbot.events import (
    AgentReleased,
    CallerQueued,
    ClearAudio,
    EnterQueue,
    LookAtQueue,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    QueueWord,
    ReleaseAgent,
    TellQueue,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.humans.queue_types import Place, Rules
from callbot.humans.waiting_time import Announcements, Saying
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation

logger = logging.getLogger(__name__)

ENTER_MS = 3000
"""A queue that gives no place within this time does not work: nobody waits for it."""
ABSENT_MS = 120_000
"""After so long without any agent who takes calls, the service itself is rung."""
PASSED_ABSENT_MS = 30_000
"""The same for who was passed on: they come back to where they were passed on from."""
SETTLE_MS = 400
"""What a telephone that was let go still tells has come by then; the next one is not rung sooner."""
ANSWERS = {"oui": True, "non": False}
"""To « Peut-on vous rappeler au … ? »."""
PARTED_MS = 3000
"""A queue that does not say within this time whether the agent who hung up had passed the caller on does not work."""


class Waiting:
    """One caller's way through the queue. What the methods return is to be done in order; then look at `stage`.

    `passed_on` gives, for a service, the transfer there and what is said around it; `urgent` the same for a transfer and the emergency
    number that was told.
    """

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
    def takes_words(self) -> bool:
        """What the caller says may mean something: that they want to be called back, or how long it takes."""
        rings = self._handover is None or self._handover.stage is reaching.Stage.RINGING
        return self.stage in (Stage.WAITING, Stage.OFFERED, Stage.ASKED) and rings

    @property
    def takes_keys(self) -> bool:
        """A key may mean something: a call-back was offered, or its number is asked for."""
        return self.takes_words and self._callback.may_be_pressed

    # -- what happens ----------------------------------------------------------------------------------------------------

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

    @property
    def _warns(self) -> bool:
        """Just now the caller hears whom to call."""
        return self._sayings.playing in self._warning

    def _hurry(self, at_ms: int) -> list[Output]:
        """Hang up in the queue's eyes, and come back at once for an emergency: the place stays the caller's, the priority is raised.

        Whose telephone rings for them already is not stopped.
        """
        if not self._hurries or self.stage not in (Stage.WAITING, Stage.ASKED):
            return []
        left = [TellQueue(QueueWord.HUNG_UP)] if self.stage is Stage.WAITING else []
        self._hurries, self._offer = False, None
        self._step(Step.LOSE, at_ms)
        return [*left, self._enter()]

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

    def _callback_offer(self, *, instead: bool = False) -> CallbackOffer:
        return CallbackOffer(self._plan.own, self._plan.motive, self._texts, self._language, instead)

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

    # -- the place -------------------------------------------------------------------------------------------------------

    def _enter(self) -> Output:
        return EnterQueue(self.transfer.service, self.transfer.reason, self._language)

    def _seen(self, seen: PlaceSeen, at_ms: int) -> list[Output]:  # noqa: PLR0911 (one per stage)
        on_line = seen.place in (Place.WAITING, Place.OFFERED)
        if (
            self.stage is Stage.WAITING
            and seen.passed is Passed.BACK
            and self._passed not in (None, seen.passed)
        ):
            return [*self._lead(seen, at_ms), *self._seen(seen, at_ms)]
        match self.stage:
            case Stage.ENTERING if on_line:
                self._step(Step.PLACE, at_ms)
                self._returned = seen.returned and self.transfer.reason != EMERGENCY
                return self._seen(seen, at_ms) or self._look_now(at_ms)
            case Stage.WAITING if seen.place in (Place.OFFERED, Place.DIALLED):
                return self._offered(seen, at_ms)
            case Stage.WAITING if seen.place in (Place.KEPT, Place.LEFT, Place.ENDED):
                self._offer = None
                self._step(Step.LOSE, at_ms)  # the line was taken for lost: the same call has its place again
                return [self._enter()]
            case Stage.WAITING:
                self._offer = None
            case Stage.OFFERED if not self._offer or (seen.place, seen.agent) != self._offered_as:
                return self._taken_back(seen, at_ms)
            case Stage.TALKING:
                return self._seen_talking(seen, at_ms)
            case Stage.PARTED:
                return self._seen_parted(seen, at_ms)
        return []

    def _offered(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        if (seen.agent, seen.since) == self._done:
            return []  # read before the queue heard what became of it
        self._offer = seen
        return self._ring(seen, at_ms) if at_ms >= self._free_ms else []

    def _taken_back(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """The agent has declined on their page, or left it: stop ringing them. Who is being joined by the PBX is let be."""
        released = self._handover.let_go(at_ms) if self._handover else []
        if released is None:
            return []
        given_back = self._give_back(at_ms)
        hurries = self.stage is Stage.ENTERING  # what is seen was so before
        return [*released, *given_back, *([] if hurries else self._seen(seen, at_ms))]

    def _seen_talking(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """Ended on the agent's page, or passed on; or the queue missed that they talk, and must not offer the caller to somebody else."""
        if self._offer and self._offer.place is Place.DIALLED:
            return []  # with somebody who is no agent: the queue is done with them
        if self._is_onward(seen):
            released: list[Output] = [ReleaseAgent(), AgentReleased(at_ms, at_ms - self._stage_ms)]
            return [*released, *self._pass_on(seen, at_ms)]
        if seen.place is Place.ENDED and (self._looks.is_late or seen.since == self._doubted):
            self._doubted = (
                seen.since
            )  # this machine may have been taken for dead: a talk that goes on is let be
            return []
        if seen.place is Place.ENDED:
            talked_ms = at_ms - self._stage_ms
            self._step(Step.END, at_ms)
            return [ReleaseAgent(), AgentReleased(at_ms, talked_ms)]
        return [TellQueue(QueueWord.WITHDRAWN)] if self._is_missed(seen) else []

    def _seen_parted(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """Whether the agent who hung up had passed the caller on."""
        if self._is_onward(seen):
            return self._pass_on(seen, at_ms)
        missed = self._is_missed(seen)
        if missed or seen.place in (Place.KEPT, Place.LEFT, Place.ENDED):
            self._step(Step.END, at_ms)
        return [TellQueue(QueueWord.WITHDRAWN)] if missed else []

    def _is_onward(self, seen: PlaceSeen) -> bool:
        """It is another place than that of the talk: the agent has passed the caller on."""
        there = seen.place in (Place.WAITING, Place.OFFERED, Place.DIALLED)
        return self._offer is not None and seen.nth != self._offer.nth and there

    def _is_missed(self, seen: PlaceSeen) -> bool:
        """The queue does not know that they talk."""
        taken = seen.place is Place.OFFERED and seen.agent == self._agent
        return seen.place in (Place.WAITING, Place.OFFERED) and not taken

    def _pass_on(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """The agent passes the caller on: they wait again, and hear for whom."""
        self._step(Step.ONWARD, at_ms)
        self._handover = self._offer = self._done = None
        self._free_ms = at_ms + SETTLE_MS
        return [*self._lead(seen, at_ms), *self._seen(seen, at_ms), *self._look_now(at_ms)]

    def _lead(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """From now on the caller waits for another service, agent or telephone: say so."""
        self.transfer, self._plan = self._passed_on(seen.service)
        self._hurries = False
        self._texts, self._passed, self.begun_ms = self._plan.texts or self._texts, seen.passed, at_ms
        self._announcements, self._paused_ms = Announcements(self._rules), None
        self._looks.begin_anew()
        self._callback = self._callback_offer()
        match seen.passed:
            case Passed.AGENT:
                said = self._texts.pass_agent
            case Passed.NUMBER if seen.telephone != self.transfer.destination:
                said = self._texts.pass_number
            case Passed.BACK:
                said = self._plan.back
            case _:
                said = self._plan.waiting
        return self._say((PlayPrompt(said, interruptible=False),), at_ms)

    def _leave(self, at_ms: int) -> list[Output]:
        """The service itself is to be rung."""
        self._sayings.drop()
        self._step(Step.LEAVE, at_ms)
        return [TellQueue(QueueWord.WITHDRAWN)]

    # -- an agent --------------------------------------------------------------------------------------------------------

    @property
    def _offered_as(self) -> tuple[Place, str]:
        return (self._offer.place, self._offer.agent) if self._offer else (Place.WAITING, "")

    @property
    def _agent(self) -> str:
        return self._offer.agent if self._offer else ""

    def _ring(self, seen: PlaceSeen, at_ms: int) -> list[Output]:
        """Ring the agent; one who has told no number, at their service's own."""
        there = replace(self.transfer, destination=seen.telephone or self.transfer.destination)
        handover = Handover(there, replace(self._plan, waiting=""), self._way, self._ring_ms)
        self._offer, self._handover = seen, handover
        self._step(Step.OFFER, at_ms)
        return [*handover.ring(at_ms, since_ms=self.begun_ms), *self._follow(handover, at_ms)]

    def _follow(self, handover: Handover, at_ms: int) -> list[Output]:  # noqa: PLR0911 (one per stage)
        """What the handover's stage means for the place."""
        agent = self._agent
        match handover.stage:
            case _ if self.stage is Stage.PARTED:
                return []
            case reaching.Stage.BRIEFING if (
                self._callback.is_open or self._sayings.playing
            ) and not self._warns:
                self._callback.stay()
                return self._hush()
            case reaching.Stage.FAILED if self.stage is Stage.OFFERED:
                rang_out = handover.result is TransferResult.NO_ANSWER
                word = QueueWord.RANG_OUT if rang_out else QueueWord.DECLINED
                return [TellQueue(word, agent), *self._give_back(at_ms)]
            case reaching.Stage.TALKING if self._step(Step.JOIN, at_ms):
                self.connected = True
                return [TellQueue(QueueWord.ACCEPTED, agent)]
            case reaching.Stage.OVER if self.stage is Stage.OFFERED and handover.connected:
                self._step(Step.JOIN, at_ms)
                self._step(
                    Step.END, at_ms
                )  # the PBX has joined them: when they part is seen at the desk alone
                self.connected = True
                return [TellQueue(QueueWord.ACCEPTED, agent)]
            case reaching.Stage.OVER if self._step(Step.PART if agent else Step.END, at_ms):
                return [TellQueue(QueueWord.TALK_ENDED, agent)]
            case reaching.Stage.OVER if self._step(Step.CALLER_GONE, at_ms):
                return [TellQueue(QueueWord.HUNG_UP)]
        return []

    def _give_back(self, at_ms: int) -> list[Output]:
        if self._offer:
            self._done = (self._offer.agent, self._offer.since)
        self._handover = self._offer = None
        self._free_ms = at_ms + SETTLE_MS
        self._step(Step.GIVE_BACK, at_ms)
        return [*([] if self._sayings.playing else self._music()), *self._hurry(at_ms)]

    # -- what the caller hears ---------------------------------------------------------------------------------------------

    def _stands(self, stands: Stands, at_ms: int) -> list[Output]:
        if stands.desk is not Desk.PAUSED:
            self._paused_ms = None
        elif self._paused_ms is None:
            self._paused_ms = at_ms
        elsewhere = self._passed not in (None, Passed.BACK)
        patience_ms = PASSED_ABSENT_MS if elsewhere else ABSENT_MS
        absent = self._paused_ms is not None and at_ms - self._paused_ms >= patience_ms
        if absent or stands.desk is Desk.EMPTY:
            return [TellQueue(QueueWord.NOBODY)] if elsewhere else self._leave(at_ms)
        return [] if self._sayings.playing or self._callback.is_open else self._announce(stands, at_ms)

    def _announce(self, stands: Stands, at_ms: int) -> list[Output]:
        asked, self._asked = self._asked, False
        due = self._announcements.due(at_ms - self.begun_ms, call_back=self._plan.calls_back)
        say: list[PlayPrompt] = []
        if Saying.PLACE in due or asked:
            back = (self._texts.queue_back,) if self._returned else ()
            texts = (*back, *place_said(self._texts, stands.position, stands.minutes))
            say += [PlayPrompt(text, interruptible=False) for text in texts]
            self._returned = False
            self._looks.told_position(at_ms)
        if Saying.CALL_BACK in due:
            say.append(self._callback.offer())
        return self._say(tuple(say), at_ms) if say else []

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

    # -- looking -----------------------------------------------------------------------------------------------------------

    def _look(self, at_ms: int) -> list[Output]:
        """Now and then; and in time for the next announcement."""
        if self.stage not in (Stage.WAITING, Stage.OFFERED, Stage.TALKING):
            return []
        return self._look_now(at_ms) if self._looks.is_due(at_ms) else []

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
