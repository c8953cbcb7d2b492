"""What one call counts as, in the statistics: a pure reduction of its rows to one `CallFact`. Every figure is made of these.

Nothing in a fact tells who called or what was said. Durations in seconds are whole ones, rounded up, so that « en 60 secondes
au plus » holds exactly where it did in milliseconds, and every sum of them can be made again in SQL.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from callbot.events import Decision, Outcome
from callbot.phone_numbers import line_key
from callbot.stats.call_rows import CallRow, EventRow, TurnRow
from callbot.stats.days import PARIS

SETTLED = frozenset({Decision.ANSWER, Decision.ORIENT, Decision.HANDOVER, Decision.EMERGENCY})
"""Decisions that settle what the caller wanted; a motive that was only offered for clarification is not counted."""


COUNTED_EVENTS = (
    "CallStarted",
    "PlaybackStarted",
    "PlaybackInterrupted",
    "CallerQueued",
    "AgentConnected",
    "QueueAbandoned",
    "TransferFailed",
    "AgentReleased",
    "CallbackRequested",
    "SatisfactionAsked",
    "SatisfactionGiven",
)
"""The names of the events that a fact is made of; others may be left out."""


class Ending(StrEnum):
    """What became of a call; each call has exactly one. The order is that of the flow from left to right, good to bad."""

    ANSWERED = "answered"
    """The bot answered, and no person was announced after all."""
    AGENT = "agent"
    """A person took the call (or, on a leg that cannot tell, was announced)."""
    CALLBACK = "callback"
    """Nobody took it, and the caller asked to be called back."""
    ABANDONED_BOT = "abandoned_bot"
    """The caller hung up before the bot had answered, or while a person was being announced."""
    ABANDONED_QUEUE = "abandoned_queue"
    """The caller hung up while waiting for a person."""
    NOT_REACHED = "not_reached"
    """A person was announced, and none could be reached."""
    CLOSED = "closed"
    """A person was needed out of hours, and no call-back was asked for."""
    ABSENT = "absent"
    """Nobody was at the other end: a machine, music, silence."""
    REFUSED = "refused"
    """All lines were busy."""
    FAILED = "failed"
    """A fault of ours or of the telephone leg."""
    IN_PROGRESS = "in_progress"
    """The call has not ended yet."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Where a call stands among the others of its caller; all None where the number was hidden, or it was a machine's.

    `repeat`: the same number had called in the 7 × 24 hours before; `called_again`: it called in those after.
    `nth_of_day`: 1 for the caller's first call of the day, 2 for the second…
    """

    repeat: bool | None = None
    called_again: bool | None = None
    nth_of_day: int | None = None


UNKNOWN_CALLER = Repeats()


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call, as it is counted. `fold` is 1 in the second of two hours of the same name, when the clocks go back."""

    call_id: str
    day: date
    hour: int
    fold: int
    line: str
    service: str
    """To which a person was announced last; empty: none was."""
    language: str
    ending: Ending
    pick_up_ms: int | None = None
    """From the call's arrival to the first sound of the greeting."""
    duration_s: int | None = None
    needed_agent: bool = False
    """A person was announced while they were there, even if the caller hung up during that."""
    needed_when_closed: bool = False
    """A person was needed out of hours: none was announced."""
    arrived_closed: bool | None = None
    """Nobody was there for the line's callers when the call began, whatever it was about; None: not known."""
    handled_by_agent: bool = False
    wait_s: int | None = None
    """Until the person took the call, the caller gave up or asked to be called back, or nobody was reached."""
    talk_s: int | None = None
    """With the person; None where the leg does not tell."""
    reason: str = ""
    """Of the handover (dialogue/phrases.py); empty: there was none."""
    callback_asked: bool = False
    turns: int = 0
    decided: int = 0
    """Turns that were interpreted; `no_match` of them not understood, `clarified` answered with a question."""
    no_match: int = 0
    clarified: int = 0
    replies: int = 0
    """Sentences that the bot began to speak; `interrupted` of them by the caller (barge-in)."""
    interrupted: int = 0
    response_ms: tuple[int, ...] = ()
    """Of each turn that was answered with sound."""
    motives: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    """As `motive.aspect`; like the motives, each once, and only those that were settled."""
    answers: tuple[str, ...] = ()
    """Identifiers of the knowledge entries that were spoken, each once."""
    unanswered: tuple[str, ...] = ()
    """One for each question without an answer: its motive, or `?` where it was not understood."""
    asked_satisfaction: bool = False
    satisfaction: int | None = None
    """1–5; 5 is best."""
    repeats: Repeats = UNKNOWN_CALLER

    @property
    def weekday(self) -> int:
        """0 is Monday."""
        return self.day.weekday()


NOT_UNDERSTOOD = "?"


def fact(
    call: CallRow, turns: Sequence[TurnRow], events: Sequence[EventRow], repeats: Repeats = UNKNOWN_CALLER
) -> CallFact:
    """The fact of one call, from its rows in their order."""
    begun = call.started_at.astimezone(PARIS)
    seen = _Seen.of(events)
    announced = not seen.queued and not seen.callback and _hung_up_on_announcement(call, turns)
    handled = seen.connected or (call.outcome is Outcome.HANDED_OVER and not announced)
    closed = not seen.queued and not announced and _needed_when_closed(call, turns)
    decided = Counter(turn.decision for turn in turns if turn.decision is not None)
    return CallFact(
        call.id,
        begun.date(),
        begun.hour,
        begun.fold,
        line_key(call.line),
        call.service or "",
        call.language,
        ending=Ending.ABANDONED_BOT if announced else _ending(call.outcome, seen, handled=handled),
        pick_up_ms=seen.pick_up_ms,
        duration_s=_seconds(call.duration_ms),
        needed_agent=seen.queued or handled or announced,
        needed_when_closed=closed,
        arrived_closed=seen.arrived_closed,
        handled_by_agent=handled,
        wait_s=_seconds(seen.waited_ms),
        talk_s=_seconds(seen.talked_ms),
        reason=call.handover_reason or "",
        callback_asked=seen.callback,
        turns=len(turns),
        decided=decided.total(),
        no_match=decided[Decision.NO_MATCH],
        clarified=decided[Decision.CLARIFY],
        replies=seen.replies,
        interrupted=seen.interrupted,
        response_ms=tuple(turn.response_ms for turn in turns if turn.response_ms is not None),
        motives=_each_once(turn.motive for turn in _settled(turns)),
        aspects=_each_once(f"{turn.motive}.{turn.aspect}" for turn in _settled(turns) if turn.aspect),
        answers=_each_once(turn.answer_id for turn in turns if turn.decision in SETTLED),
        unanswered=tuple(question for turn in turns if (question := _unanswered(turn))),
        asked_satisfaction=seen.asked,
        satisfaction=seen.score,
        repeats=repeats,
    )


def still_known(now: CallFact, before: CallFact | None) -> CallFact:
    """With what was known when the call began, whose events are stored when it ends: of a running or lost call there are none."""
    if before is None or now.arrived_closed is not None:
        return now
    return replace(now, arrived_closed=before.arrived_closed)


@dataclass(slots=True)
class _Seen:
    """What the events of a call tell, put together."""

    queued: bool = False
    since_ms: int | None = None
    """When the caller began to wait for whom nobody has reached yet."""
    connected: bool = False
    abandoned: bool = False
    callback: bool = False
    arrived_closed: bool | None = None
    asked: bool = False
    score: int | None = None
    pick_up_ms: int | None = None
    waited_ms: int | None = None
    talked_ms: int | None = None
    replies: int = 0
    interrupted: int = 0

    @classmethod
    def of(cls, events: Iterable[EventRow]) -> "_Seen":
        seen = cls()
        for event in events:
            seen._take(event.name, event.at_ms, event.fields)
        return seen

    def _take(self, name: str, at_ms: int, fields: dict[str, Any]) -> None:
        match name:
            case "CallStarted":
                self.arrived_closed = fields.get("closed")  # not in those of before
            case "PlaybackStarted":
                self.replies += 1
                self.pick_up_ms = at_ms if self.pick_up_ms is None else self.pick_up_ms
            case "PlaybackInterrupted":
                self.interrupted += 1
            case "CallerQueued":
                self.queued, self.since_ms = True, at_ms
            case "TransferFailed":
                self._waited_in_vain(at_ms)
            case "AgentConnected" if not self.connected:
                self.connected, self.waited_ms = True, fields["waited_ms"]
            case "QueueAbandoned" if not self.connected:
                self.abandoned, self.waited_ms = True, fields["waited_ms"]
            case "AgentReleased":
                self.talked_ms = (self.talked_ms or 0) + fields["talked_ms"]
            case "CallbackRequested":
                self.callback = True
                self._waited_in_vain(at_ms)
            case "SatisfactionAsked":
                self.asked = True
            case "SatisfactionGiven":
                self.asked, self.score = True, fields["score"]

    def _waited_in_vain(self, at_ms: int) -> None:
        if self.since_ms is not None and not self.connected and not self.abandoned:
            self.waited_ms, self.since_ms = at_ms - self.since_ms, None


AS_IT_IS = {
    None: Ending.IN_PROGRESS,
    Outcome.REFUSED: Ending.REFUSED,
    Outcome.ABSENT: Ending.ABSENT,
    Outcome.FAILED: Ending.FAILED,
}
"""Outcomes that say everything, whatever else happened (a call that broke while a person had it was theirs, though)."""
OF_THE_BOT = {
    Outcome.ANSWERED: Ending.ANSWERED,
    Outcome.ABANDONED: Ending.ABANDONED_BOT,
    Outcome.CLOSED: Ending.CLOSED,
}


def _ending(outcome: Outcome | None, seen: _Seen, *, handled: bool) -> Ending:
    if outcome is not None and handled:
        return Ending.AGENT
    if outcome in AS_IT_IS:
        return AS_IT_IS[outcome]
    assert outcome is not None
    if seen.callback:
        return Ending.CALLBACK
    if seen.abandoned:
        return Ending.ABANDONED_QUEUE
    return Ending.NOT_REACHED if seen.queued else OF_THE_BOT[outcome]


def _hung_up_on_announcement(call: CallRow, turns: Sequence[TurnRow]) -> bool:
    """Nobody was queued though a person was decided on, and nothing was decided after that. When it is closed, the outcome says so."""
    decided = [turn.decision for turn in turns if turn.decision is not None]
    left = (Outcome.ABANDONED, Outcome.ANSWERED, Outcome.HANDED_OVER)
    return call.outcome in left and decided[-1:] == [Decision.HANDOVER]


def _needed_when_closed(call: CallRow, turns: Iterable[TurnRow]) -> bool:
    """It was said that nobody is there: it stayed so, or another question was answered after it."""
    return call.outcome is Outcome.CLOSED or any(turn.decision is Decision.HANDOVER for turn in turns)


def _settled(turns: Iterable[TurnRow]) -> Iterable[TurnRow]:
    return (turn for turn in turns if turn.decision in SETTLED and turn.motive)


def _unanswered(turn: TurnRow) -> str:
    """Not understood; or understood, and a person announced because no validated entry could be spoken."""
    if turn.decision is Decision.NO_MATCH:
        return NOT_UNDERSTOOD
    lacks = turn.decision is Decision.HANDOVER and turn.motive and turn.answer_id is None
    return turn.motive or "" if lacks else ""


def _each_once(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _seconds(ms: int | None) -> int | None:
    return None if ms is None else -(-ms // 1000)
