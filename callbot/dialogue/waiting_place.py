"""A caller's place in the waiting queue, and the agent who is rung for them: what is told of either, and what follows. No I/O, no clock."""

from dataclasses import replace

from callbot.dialogue import handover as reaching
from callbot.dialogue.handover import Handover, Output
from callbot.dialogue.waiting_danger import REASON as EMERGENCY
from callbot.dialogue.waiting_news import Desk, Passed, PlaceSeen, Stands
from callbot.dialogue.waiting_phrases import place_said
from callbot.dialogue.waiting_state import WaitingState
from callbot.dialogue.waiting_table import Stage, Step
from callbot.events import AgentReleased, PlayPrompt, QueueWord, ReleaseAgent, TellQueue, TransferResult
from callbot.humans.queue_types import Place
from callbot.humans.waiting_time import Announcements, Saying

ABSENT_MS = 120_000
"""After so long without any agent who takes calls, the service itself is rung."""
PASSED_ABSENT_MS = 30_000
"""The same for who was passed on: they come back to where they were passed on from."""
SETTLE_MS = 400
"""What a telephone that was let go still tells has come by then; the next one is not rung sooner."""


class InPlace(WaitingState):
    """What the queue and the agent's telephone tell, and what the caller hears of it."""

    # -- the place -----------------------------------------------------------------------------------------------------------

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

    # -- an agent ------------------------------------------------------------------------------------------------------------

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

    # -- what the caller hears of it -----------------------------------------------------------------------------------------

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
