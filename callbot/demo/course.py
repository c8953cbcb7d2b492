"""How one demonstration call goes: the events that the service would tell, without what was said. Pure, from a seeded Random.

Only events that the statistics, or the rows of a call, are made of are there. Shares and times are plausible, and nobody's: they are
no promise of how well the bot does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from callbot.demo.mix import Mix
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallEnded,
    CallerAbsent,
    CallerQueued,
    CallStarted,
    Decision,
    Event,
    IntentMatched,
    NoMatch,
    Outcome,
    PlaybackInterrupted,
    PlaybackStarted,
    QueueAbandoned,
    SatisfactionAsked,
    SatisfactionGiven,
    SpeechStopped,
    TransferFailed,
    TransferResult,
)
from callbot.humans.hours import OpeningHours, Span
from callbot.knowledge.entries import Entry
from callbot.stats.days import PARIS

HALF_DAYS = (Span(8 * 60 + 30, 12 * 60), Span(13 * 60 + 30, 17 * 60 + 30))
OPENING = OpeningHours((*[HALF_DAYS] * 5, (Span(9 * 60, 12 * 60),), ()), closed_on_holidays=True)
"""When people are there: those of a usual town hall, whatever the knowledge base says."""

REFUSED, FAILED, ENGLISH, EXPIRED = 0.003, 0.002, 0.04, 0.015
GIVES_UP, NOT_UNDERSTOOD, ASKS_PERSON, UNSURE, ANOTHER, NOT_ENOUGH = 0.06, 0.11, 0.12, 0.13, 0.22, 0.16
"""How often: a caller gives up before the first question; a question is not understood; nothing but a person is wanted; a question
is clarified; after an answer there is another one, or a person is wanted all the same."""
INTERRUPTS, UNREACHED, CALLED_BACK, CALLED_BACK_CLOSED = 0.12, 0.03, 0.3, 0.4
REASONS = ("asked", "entry", "expired", "no_match")
"""Of handovers."""
ASKED, RATES, SCORES = 0.1, 0.6, (5, 6, 14, 36, 39)
"""Shares of answered callers who are asked how satisfied they are, and of those who say so; how often each score is given."""
PATIENCE_S, TALK_S = 260, 140
WAIT_S = (35, 130)
"""Mean wait for a person at a quiet hour and at a busy one."""
BUSY_HOURS = frozenset({9, 10, 11, 14})
LATER_LINE = 0.18
"""Share of calls to each line after the first."""
WISHES = ("", "", "demain matin", "cet après-midi", "après dix-sept heures")


@dataclass(frozen=True, slots=True)
class Town:
    """What calls are about, the numbers that are called, and who answers when nobody else is named."""

    mix: Mix
    lines: Sequence[str]
    languages: Sequence[str]
    reception: str


class Course:
    """One call on its way: it tells events with the time that has passed."""

    def __init__(self, town: Town, random: Random, at: datetime, *, absent: bool = False) -> None:
        self._town = town
        self._random = random
        self._month = at.month
        self._open = OPENING.is_open(at)
        self._busy = at.astimezone(PARIS).hour in BUSY_HOURS
        self._absent = absent
        self._ms = 0
        self._turns = 0
        self._response_ms: list[int] = []
        self._motives: list[str] = []
        self._outcome = Outcome.ABANDONED
        self.events: list[Event] = []

    def run(self) -> list[Event]:
        """The whole call."""
        drawn = self._random.random()
        language = self._language()
        self.events.append(CallStarted(0, "", self._line(), "asterisk", language, not self._open))
        if drawn < REFUSED and not self._absent:
            return self._end(Outcome.REFUSED)
        self._greet()
        if self._absent:
            self._pass(9_000, 30_000)
            self.events.append(CallerAbsent(self._ms, "silence"))
            return self._end(Outcome.ABSENT)
        if drawn < REFUSED + FAILED:
            return self._end(Outcome.FAILED)
        if self._random.random() >= GIVES_UP:
            self._talk()
        self._pass(500, 3_000)
        if self._outcome is Outcome.ANSWERED and self._random.random() < ASKED:
            self._rate()
        return self._end(self._outcome)

    # -- with the bot --------------------------------------------------------------------------------------------------

    def _talk(self) -> None:
        if self._random.random() < ASKS_PERSON:
            self._decide(Decision.HANDOVER, None, act="agent")
            self._hand_over("asked", self._town.reception)
            return
        while self._ask():
            pass

    def _ask(self) -> bool:
        """One question of the caller's; whether there is another."""
        entry = self._town.mix.draw(self._random, self._month)
        if not self._understood():
            return False
        if self._random.random() < UNSURE:
            self._decide(Decision.CLARIFY, entry)
        expired = self._random.random() < EXPIRED
        if expired or entry.kind == "transfer":
            self._decide(Decision.HANDOVER, entry, spoken=not expired)
            self._hand_over("expired" if expired else "entry", entry.service)
            return False
        self._decide(Decision.ORIENT if entry.kind == "orient" else Decision.ANSWER, entry)
        self._outcome = Outcome.ANSWERED
        drawn = self._random.random()
        if drawn < NOT_ENOUGH:
            self._decide(Decision.HANDOVER, None, act="agent")
            self._hand_over("asked", entry.service)
            return False
        return drawn < NOT_ENOUGH + ANOTHER

    def _understood(self) -> bool:
        """The caller says it again until they are understood, hang up, or a person is announced."""
        for count in (1, 2, 3):
            if self._random.random() >= NOT_UNDERSTOOD * count:
                return True
            self._hear()
            self.events.append(NoMatch(self._ms, count, round(self._random.uniform(0.05, 0.29), 2)))
            self._reply()
            if self._random.random() < 0.15:
                return False
        self._hand_over("no_match", self._town.reception)
        return False

    def _decide(
        self, decision: Decision, entry: Entry | None, *, act: str | None = None, spoken: bool = True
    ) -> None:
        self._hear()
        motive, aspect = (entry.motive, entry.aspect or None) if entry else (None, None)
        answer = entry.id if entry and spoken and decision is not Decision.CLARIFY else None
        confidence = round(self._random.uniform(0.86, 0.99), 2)
        self.events.append(IntentMatched(self._ms, decision, motive, aspect, act, None, confidence, answer))
        if motive and decision is not Decision.CLARIFY and motive not in self._motives:
            self._motives.append(motive)
        self._reply()

    def _greet(self) -> None:
        self._ms = 10 * self._random.randint(1, 6)
        self.events.append(PlaybackStarted(self._ms, "greeting", None))
        self._pass(4_000, 7_000)

    def _hear(self) -> None:
        self._pass(2_000, 6_000)
        self._turns += 1
        self.events.append(SpeechStopped(self._ms, self._ms - 500))

    def _reply(self) -> None:
        response_ms = round(min(4_000, self._random.lognormvariate(6.62, 0.25)))
        self._response_ms.append(response_ms)
        self.events.append(PlaybackStarted(self._ms, "reply", response_ms))
        if self._random.random() < INTERRUPTS:
            self._pass(800, 4_000)
            self.events.append(PlaybackInterrupted(self._ms, 800))
        else:
            self._pass(3_000, 14_000)

    # -- with a person -------------------------------------------------------------------------------------------------

    def _hand_over(self, reason: str, service: str) -> None:
        if not self._open:
            self._closed()
            return
        self.events.append(CallerQueued(self._ms, service, reason))
        begun_ms = self._ms
        wait_ms = round(1000 * self._random.expovariate(1 / WAIT_S[self._busy]))
        patience_ms = round(1000 * self._random.expovariate(1 / PATIENCE_S))
        self._ms += min(wait_ms, patience_ms)
        if patience_ms < wait_ms:
            self._given_up(begun_ms)
            return
        self.events.append(AgentOffered(self._ms, service, "bridge"))
        self._pass(2_000, 9_000)
        if self._random.random() < UNREACHED:
            self.events.append(TransferFailed(self._ms, service, TransferResult.NO_ANSWER, None))
            return
        self.events.append(AgentConnected(self._ms, service, self._ms - begun_ms))
        talked_ms = round(1000 * min(1500, TALK_S * self._random.lognormvariate(0, 0.6)))
        self._ms += talked_ms
        self.events.append(AgentReleased(self._ms, talked_ms))
        self._outcome = Outcome.HANDED_OVER

    def _given_up(self, begun_ms: int) -> None:
        if self._random.random() < CALLED_BACK:
            self._ask_back()
        else:
            self.events.append(QueueAbandoned(self._ms, self._ms - begun_ms))

    def _closed(self) -> None:
        self._outcome = Outcome.CLOSED
        if self._random.random() < CALLED_BACK_CLOSED:
            self._pass(10_000, 30_000)
            self._ask_back()

    def _ask_back(self) -> None:
        """At one of the numbers that are kept for fiction."""
        number = f"+3363998{self._random.randrange(10_000):04}"
        wish, motive = self._random.choice(WISHES), self._motives[-1] if self._motives else ""
        self.events.append(CallbackRequested(self._ms, number, wish, motive))

    # -- at the end ----------------------------------------------------------------------------------------------------

    def _rate(self) -> None:
        self.events.append(SatisfactionAsked(self._ms))
        self._pass(3_000, 8_000)
        if self._random.random() < RATES:
            score = self._random.choices((1, 2, 3, 4, 5), SCORES)[0]
            self.events.append(SatisfactionGiven(self._ms, score, self._random.choice(("voice", "key"))))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _end(self, outcome: Outcome) -> list[Event]:
        self.events.append(
            CallEnded(self._ms, outcome, tuple(self._motives), self._turns, tuple(self._response_ms))
        )
        return self.events

    def _pass(self, least_ms: int, most_ms: int) -> None:
        self._ms += self._random.randint(least_ms, most_ms)

    def _line(self) -> str:
        for line in self._town.lines[1:]:
            if self._random.random() < LATER_LINE:
                return line
        return self._town.lines[0]

    def _language(self) -> str:
        others = self._town.languages[1:]
        return (
            self._random.choice(others)
            if others and self._random.random() < ENGLISH
            else self._town.languages[0]
        )
