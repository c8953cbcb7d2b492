"""The caller waits for a person, or speaks to one: only the handover is told what happens, until nobody was reached. No I/O."""

from callbot.dialogue.bot import Bot, left_in_silence, requested
from callbot.dialogue.handover import Handover, Stage, Way
from callbot.dialogue.turn_table import Clock, GiveUp, Input, Output, Told, Trigger, Turn
from callbot.events import Event, HangUp, Outcome, PlaybackFinished, Transfer, TransferFailed

CLOSING = "closing"
"""Why the bot gives up when the service stops."""


class WithPerson:
    """One call's way to people. `way`: how the leg reaches them; None: it cannot. `max_call_ms`: until when the call may last."""

    def __init__(self, bot: Bot, way: Way | None, *, ring_ms: int, max_call_ms: int) -> None:
        self._bot = bot
        self.way = way
        self._ring_ms = ring_ms
        self._call_ms = self.max_call_ms = max_call_ms
        self.deaf = False
        self.handover: Handover | None = None
        """The one under way, or the last one."""

    @property
    def outcome_if_gone(self) -> Outcome:
        """The outcome when the caller hangs up now. A leg that reaches people hands over when it has reached one."""
        if self.way is None:
            return self._bot.dialogue.outcome_if_gone
        reached = self.handover and self.handover.connected
        return Outcome.HANDED_OVER if reached else self._bot.dialogue.own_outcome

    def gone(self, at_ms: int) -> list[Event]:
        """The leg is gone: what is to be told of a handover or a call-back request under way. Nothing more comes out after."""
        told = self.handover.caller_gone(at_ms) if self.handover and self.private else []
        reached = self.handover is not None and self.handover.connected
        if (kept := self._bot.dialogue.keep_callback()) and not reached:
            told = [*told, requested(kept, at_ms)]
        self._bot.turn = Turn.OVER
        return told

    @property
    def private(self) -> bool:
        """True while the caller waits for a person or speaks to one: they are not listened to."""
        return self._bot.turn in (Turn.WAITING, Turn.BRIDGED)

    def wait(self, transfer: Transfer, way: Way, at_ms: int) -> list[Output]:
        """The announcement was heard: call the person. What the caller still said is forgotten."""
        self._bot.drop_prompts()
        self._bot.over.forget()
        self._bot.later = None
        self._bot.move(Trigger.WAIT, at_ms)
        self.handover = Handover(transfer, self._bot.dialogue.plan(transfer), way, self._ring_ms)
        return self._follow(self.handover, self.handover.begin(at_ms), at_ms)

    def wait_on(self, event: Input) -> list[Output]:
        """Something happens while the caller waits, or speaks to a person: only the handover is told."""
        handover, at_ms = self.handover, event.at_ms
        assert handover
        match event:
            case Told():
                return self._follow(handover, handover.hear(event.news, at_ms), at_ms)
            case Clock():
                return self._follow(handover, handover.tick(at_ms), at_ms)
            case PlaybackFinished() | GiveUp(reason="fault"):
                return handover.said(at_ms)
            case GiveUp(reason="closing"):
                return self._wait_no_more(handover, at_ms)
        return []

    def _wait_no_more(self, handover: Handover, at_ms: int) -> list[Output]:
        """The service stops: who hears a telephone ring goes to the reception, by the PBX; who has a person is let be."""
        called_off = handover.call_off(at_ms)
        if called_off is None:
            return []
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
