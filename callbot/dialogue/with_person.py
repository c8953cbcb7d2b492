"""The caller waits for a person, or speaks to one: queue and handover are told what happens, until nobody was reached. No I/O."""

from callbot.dialogue import waiting_table as queue
from callbot.dialogue.bot import Bot, left_in_silence, requested
from callbot.dialogue.handover import Handover, Plan, Stage, Way
from callbot.dialogue.reply import Reply
from callbot.dialogue.turn_table import Clock, GiveUp, Input, Output, Told, Trigger, Turn, Understood
from callbot.dialogue.waiting import Waiting
from callbot.dialogue.waiting_news import QueueNews
from callbot.events import (
    Decision,
    DtmfReceived,
    HangUp,
    Outcome,
    PlaybackFinished,
    PlayMusic,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.humans.queue_types import Rules

CLOSING = "closing"
"""Why the bot gives up when the service stops."""


class WithPerson:
    """One call's way to people. `way`: how the leg reaches them; None: it cannot. `max_call_ms`: until when the call may last.

    `rules`: those of the waiting queue, where there is one; a PBX that is to ring people itself has its own.
    """

    def __init__(
        self, bot: Bot, way: Way | None, *, ring_ms: int, max_call_ms: int, rules: Rules | None = None
    ) -> None:
        self._bot = bot
        self.way = way
        self._ring_ms = ring_ms
        self._rules = rules
        self._call_ms = self.max_call_ms = max_call_ms
        self.deaf = False
        self.handover: Handover | None = None
        """The one under way, or the last one, but for those of the queue."""
        self.waiting: Waiting | None = None
        """The caller's way through the queue, while it goes on."""
        self._reached = False  # a person, from the queue
        self._past_queue = False  # the next handover is to ring the service itself: the queue is full

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now. A leg that reaches people hands over when it has reached one."""
        if self.way is None:
            return self._bot.dialogue.outcome_if_gone
        return Outcome.HANDED_OVER if self._has_reached else self._bot.dialogue.own_outcome

    def gone(self, at_ms: int) -> list[Output]:
        """The leg is gone: what is to be told of a handover or a call-back request under way. Nothing more comes out after."""
        told: list[Output] = []
        if self.private:
            under_way = self.waiting or self.handover
            told = [*under_way.caller_gone(at_ms)] if under_way else []
        if (kept := self._bot.dialogue.keep_callback()) and not self._has_reached:
            told = [*told, requested(kept, at_ms)]
        self._bot.turn = Turn.OVER
        return told

    @property
    def private(self) -> bool:
        """True while the caller waits for a person or speaks to one: they are not listened to."""
        return self._bot.turn in (Turn.WAITING, Turn.BRIDGED)

    @property
    def takes_keys(self) -> bool:
        """True while a key of who waits means something."""
        return self.private and self.waiting is not None and self.waiting.takes_keys

    @property
    def takes_words(self) -> bool:
        """True while words of who waits may mean something."""
        return self._bot.turn is Turn.WAITING and self.waiting is not None and self.waiting.takes_words

    def wait(self, transfer: Transfer, way: Way, at_ms: int) -> list[Output]:
        """The announcement was heard: call the person. What the caller still said is forgotten."""
        self._bot.drop_prompts()
        self._bot.over.forget()
        self._bot.later = None
        self._bot.move(Trigger.WAIT, at_ms)
        dialogue = self._bot.dialogue
        plan = dialogue.plan(transfer)
        past_queue, self._past_queue = self._past_queue, False
        if self._rules and plan.texts and way is not Way.REFER and not past_queue:
            waiting = Waiting(
                transfer,
                plan,
                way,
                ring_ms=self._ring_ms,
                rules=self._rules,
                language=dialogue.language,
                passed_on=self._passed_on,
                urgent=self._urgent,
            )
            self.waiting = waiting
            return self._go_on(waiting, waiting.begin(at_ms), at_ms)
        self.handover = Handover(transfer, plan, way, self._ring_ms)
        return self._follow(self.handover, self.handover.begin(at_ms), at_ms)

    def wait_on(self, event: Input) -> list[Output]:  # noqa: PLR0911 (one return per event)
        """Something happens while the caller waits, or speaks to a person: only the queue or the handover is told."""
        if self.waiting:
            return self._wait_in_queue(self.waiting, event)
        handover, at_ms = self.handover, event.at_ms
        assert handover
        match event:
            case Told(news=news):
                if isinstance(news, QueueNews):
                    return []  # too late: the caller is not in the queue any more
                return self._follow(handover, handover.hear(news, at_ms), at_ms)
            case Clock():
                return self._follow(handover, handover.tick(at_ms), at_ms)
            case PlaybackFinished() | GiveUp(reason="fault"):
                return handover.said(at_ms)
            case GiveUp(reason="closing"):
                return self._wait_no_more(handover, at_ms)
        return []

    def _wait_in_queue(  # noqa: PLR0911 (one return per event)
        self, waiting: Waiting, event: Input
    ) -> list[Output]:
        at_ms = event.at_ms
        match event:
            case Told(news=news):
                if isinstance(news, QueueNews):
                    return self._go_on(waiting, waiting.told(news, at_ms), at_ms)
                return self._go_on(waiting, waiting.hear(news, at_ms), at_ms)
            case Clock():
                return self._go_on(waiting, waiting.tick(at_ms), at_ms)
            case DtmfReceived(digit=key):
                return self._go_on(waiting, waiting.pressed(key, at_ms), at_ms)
            case Understood(reading=reading, sounded=sounded):
                return self._go_on(waiting, waiting.heard(reading, sounded, at_ms), at_ms)
            case PlaybackFinished() | GiveUp(reason="fault"):
                return waiting.said(at_ms)
            case GiveUp(reason="closing"):
                return self._wait_no_more(waiting, at_ms)
        return []

    def _go_on(self, waiting: Waiting, outputs: list[Output], at_ms: int) -> list[Output]:
        """Move the turn to where the caller has come in the queue."""
        self._reached = self._reached or waiting.connected
        match waiting.stage:
            case queue.Stage.ALONE:
                self.waiting = None
                return [*outputs, *self._ring_service(waiting, at_ms)]
            case queue.Stage.TURNED_AWAY:
                self.waiting = None
                return [*outputs, *self._turn_away(waiting, at_ms)]
            case queue.Stage.TALKING if self._bot.turn is Turn.WAITING:
                self._bot.move(Trigger.CONNECT, at_ms)
            case queue.Stage.WAITING | queue.Stage.OFFERED if self._bot.turn is Turn.BRIDGED:
                self._bot.move(Trigger.WAIT, at_ms)
            case queue.Stage.PROMISED:
                self.waiting = None
                farewell = Reply(Decision.ACT, waiting.farewell, HangUp(self._bot.dialogue.own_outcome))
                return [*outputs, *self._bot.clear(), *self._bot.play(farewell, at_ms)]
            case queue.Stage.OVER:
                self._bot.move(Trigger.END, at_ms)
                return [*outputs, HangUp(self.outcome_if_gone)]
        return outputs

    def _passed_on(self, service: str) -> tuple[Transfer, Plan]:
        dialogue = self._bot.dialogue
        transfer = dialogue.passed_on(service)
        return transfer, dialogue.plan(transfer)

    def _urgent(self, transfer: Transfer, number: str) -> tuple[Transfer, Plan]:
        dialogue = self._bot.dialogue
        there = dialogue.urgent(transfer, number)
        return there, dialogue.plan(there)

    def _ring_service(self, waiting: Waiting, at_ms: int) -> list[Output]:
        """As without a queue. The caller has been announced, and hears music, from the beginning of the waiting on."""
        assert self.way
        transfer = waiting.transfer
        handover = Handover(transfer, self._bot.dialogue.plan(transfer), self.way, self._ring_ms)
        self.handover = handover
        rung = handover.ring(at_ms, since_ms=waiting.begun_ms)
        outputs = [*rung, PlayMusic()] if rung else []
        return self._follow(handover, outputs, at_ms)

    def _turn_away(self, waiting: Waiting, at_ms: int) -> list[Output]:
        """Too many wait: that is said, and a call-back offered; where there is none to offer, the service is rung as without a queue."""
        transfer, asked = waiting.transfer, waiting.was_asked
        failed = [] if asked else [TransferFailed(at_ms, transfer.service, TransferResult.BUSY, None)]
        reply = self._bot.dialogue.turned_away(transfer, asked=asked)
        self._past_queue = isinstance(reply.then, Transfer)
        return [*failed, *self._bot.clear(), *self._bot.play(reply, at_ms)]

    @property
    def _has_reached(self) -> bool:
        return self._reached or (self.handover is not None and self.handover.connected)

    def _wait_no_more(self, handover: Handover | Waiting, at_ms: int) -> list[Output]:
        """The service stops: who hears a telephone ring goes to the reception, by the PBX; who has a person is let be."""
        called_off = handover.call_off(at_ms)
        if called_off is None:
            return []
        self.waiting = None
        self._bot.giving_up = True
        return [*called_off, *self._bot.clear(), *self._bot.play(self._bot.dialogue.give_up(CLOSING), at_ms)]

    def _follow(self, handover: Handover, outputs: list[Output], at_ms: int) -> list[Output]:
        """Move the turn to where the handover has come."""
        match handover.stage:
            case Stage.FAILED if other := self._other_way(handover):
                self.handover = other
                return [*outputs, *self._follow(other, other.begin(at_ms), at_ms)]
            case Stage.FAILED:
                return [*outputs, *self._come_back(handover, at_ms)]
            case Stage.TALKING if self._bot.turn is Turn.WAITING:
                self._bot.move(Trigger.CONNECT, at_ms)
            case Stage.OVER:
                self._bot.move(Trigger.END, at_ms)
                return [*outputs, HangUp(self.outcome_if_gone)]
        return outputs

    def _come_back(self, handover: Handover, at_ms: int) -> list[Output]:
        """Nobody was reached: the caller is never left alone. The time that they waited is no time of the call's."""
        failed = TransferFailed(at_ms, handover.transfer.service, handover.result, handover.code)
        self.max_call_ms += at_ms - self._bot.turn_since_ms
        self._allow_more(at_ms)
        reply = self._bot.dialogue.come_back(handover.transfer, handover.result, deaf=self.deaf)
        return [failed, *left_in_silence(reply, at_ms), *self._bot.clear(), *self._bot.play(reply, at_ms)]

    def _allow_more(self, at_ms: int) -> None:
        """A call that was too long, and reached nobody, may go on half as long again."""
        if self._bot.giving_up:
            self._bot.giving_up = False
            self.max_call_ms = max(self.max_call_ms, at_ms + self._call_ms // 2)

    def _other_way(self, handover: Handover) -> Handover | None:
        """A PBX that takes no REFER while we stop: we ring the reception ourselves, as long as we are there."""
        if self.way is None or handover.transfer.reason != CLOSING:
            return None
        return handover.in_another_way(self.way)
