"""How questions were understood, and the figures of that: pure, for `callbot bench intents`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from callbot.bench.exam import NEAR_MISS, Question
from callbot.bench.figures import percentile
from callbot.understanding.interpretation import Interpretation

__all__ = ["Answer", "Did", "Row", "row", "rows", "weakest"]

_WEAKEST = 12


class Did(StrEnum):
    """What the bot does when an utterance is the first of a call."""

    ANSWERED = "answered"
    CHOICE = "choice"
    """It asks which of two is meant."""
    CONFIRMATION = "confirmation"
    """It asks whether that is the question."""
    HANDED_OVER = "handed over"
    EMERGENCY = "emergency"
    ACT = "act"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True)
class Answer:
    """How a question was understood: at `threshold` it is answered, from `confirm_threshold` on the bot asks first.

    `did` is what the dialogue made of it, `said` the motives of the validated answers in its words (two where two questions were
    heard), `cost_ms` the processor time of understanding; None where that was not tried.
    """

    question: Question
    reading: Interpretation
    threshold: float
    confirm_threshold: float
    did: Did | None = None
    said: tuple[str, ...] = ()
    cost_ms: float | None = None

    @property
    def motive(self) -> str:
        """The first candidate's motive, empty if there is none."""
        return self.reading.best.motive if self.reading.best else ""

    @property
    def spoken(self) -> bool:
        """True when a validated answer would be spoken."""
        best = self.reading.best
        return best is not None and not self.reading.doubt and best.confidence >= self.threshold

    @property
    def proposed(self) -> bool:
        """True when the bot would ask whether that is the question."""
        best = self.reading.best
        asked = best is not None and self.confirm_threshold <= best.confidence < self.threshold
        return asked and not self.reading.doubt

    @property
    def wrong(self) -> bool:
        """True when the spoken answer belongs to another motive, or to none."""
        return self.spoken and self.motive != self.question.motive

    @property
    def beside(self) -> bool:
        """True when the spoken answer is of the right motive, and tells of another aspect than was asked for."""
        best = self.reading.best
        return (
            self.spoken
            and not self.wrong
            and best is not None
            and best.aspect not in ("", self.question.aspect)
        )

    @property
    def general(self) -> bool:
        """True when the motive's general answer is spoken where an aspect was asked for."""
        best = self.reading.best
        return (
            self.spoken
            and not self.wrong
            and best is not None
            and not best.aspect
            and bool(self.question.aspect)
        )


@dataclass(frozen=True)
class Row:
    """The figures of one set, shares 0–1; None where the set has nothing to measure. Motives count without the threshold.

    From `bot_answered_rate` on: of all lines, what the dialogue does with them as a call's first words; `bot_wrong_rate` counts
    validated answers to another motive than was asked about. `turn_ms`: processor time of understanding, one utterance at a time.
    """

    set: str
    n: int
    motive_accuracy: float | None
    motive_macro: float | None
    aspect_accuracy: float | None
    wrong_answer_rate: float | None
    out_of_scope_recall: float | None
    emergency_recall: float | None
    emergency_false_alarm_rate: float | None
    answered_rate: float | None
    proposed_rate: float | None
    proposed_right_rate: float | None
    act_accuracy: float | None
    emergency_number_accuracy: float | None
    threshold: float
    emergency_asked_rate: float | None = None
    """Emergencies that are not recognised, but asked about (« Est-ce une urgence ? »)."""
    emergency_asked_in_vain_rate: float | None = None
    """Of what is no emergency, what is asked about all the same."""
    near_miss_wrong_rate: float | None = None
    beside_rate: float | None = None
    """Right motive, and the answer to another aspect than was asked for; none of `wrong_answer_rate`."""
    general_rate: float | None = None
    """Right motive, and its general answer where an aspect was asked for."""
    bot_answered_rate: float | None = None
    bot_wrong_rate: float | None = None
    clarification_rate: float | None = None
    confirmation_rate: float | None = None
    handed_over_rate: float | None = None
    not_understood_rate: float | None = None
    turn_ms_p50: float | None = None
    turn_ms_p95: float | None = None
    two_halves_ms_p50: float | None = None


def row(name: str, answers: Sequence[Answer], threshold: float) -> Row:
    """The figures of some answers."""
    asked = [a for a in answers if a.question.motive]
    by_motive: dict[str, list[bool]] = defaultdict(list)
    for a in asked:
        by_motive[a.question.motive].append(a.motive == a.question.motive)
    urgent = [a for a in answers if a.question.emergency]
    understood = Row(
        set=name,
        n=len(answers),
        motive_accuracy=_share(hit for hits in by_motive.values() for hit in hits),
        motive_macro=_share_of_shares(by_motive),
        aspect_accuracy=_share(
            a.reading.best is not None and a.reading.best.aspect == a.question.aspect
            for a in asked
            if a.motive == a.question.motive
        ),
        wrong_answer_rate=_share(a.wrong for a in answers),
        out_of_scope_recall=_share(not a.spoken for a in answers if a.question.out_of_scope),
        emergency_recall=_share(a.reading.emergency is not None for a in urgent),
        emergency_false_alarm_rate=_share(
            a.reading.emergency is not None for a in answers if not a.question.emergency
        ),
        answered_rate=_share(a.spoken for a in asked),
        proposed_rate=_share(a.proposed for a in answers),
        proposed_right_rate=_share(a.motive == a.question.motive for a in asked if a.proposed),
        act_accuracy=_share(a.reading.act == a.question.act for a in answers if a.question.act),
        emergency_number_accuracy=_share(a.reading.emergency == a.question.emergency for a in urgent),
        threshold=threshold,
        beside_rate=_share(a.beside for a in answers if a.question.motive),
        general_rate=_share(a.general for a in answers if a.question.motive),
        near_miss_wrong_rate=_share(a.wrong for a in answers if a.question.set == NEAR_MISS),
        emergency_asked_rate=_share(a.reading.doubt is not None for a in urgent),
        emergency_asked_in_vain_rate=_share(
            a.reading.doubt is not None for a in answers if not a.question.emergency
        ),
    )
    return _with_costs(_with_deeds(understood, answers), answers)


def _with_deeds(figures: Row, answers: Sequence[Answer]) -> Row:
    tried = [a for a in answers if a.did]

    def share(did: Did) -> float | None:
        return _share(a.did is did for a in tried)

    return replace(
        figures,
        bot_answered_rate=share(Did.ANSWERED),
        bot_wrong_rate=_share(any(motive != a.question.motive for motive in a.said) for a in tried),
        clarification_rate=share(Did.CHOICE),
        confirmation_rate=share(Did.CONFIRMATION),
        handed_over_rate=share(Did.HANDED_OVER),
        not_understood_rate=share(Did.NOT_UNDERSTOOD),
    )


def _with_costs(figures: Row, answers: Sequence[Answer]) -> Row:
    costs = [a.cost_ms for a in answers if a.cost_ms is not None]
    in_halves = [a.cost_ms for a in answers if a.cost_ms is not None and a.reading.parts]
    return replace(
        figures,
        turn_ms_p50=percentile(costs, 50),
        turn_ms_p95=percentile(costs, 95),
        two_halves_ms_p50=percentile(in_halves, 50),
    )


def _share(hits: Iterable[bool]) -> float | None:
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else None


def _share_of_shares(groups: dict[str, list[bool]]) -> float | None:
    if not groups:
        return None
    return round(sum(sum(hits) / len(hits) for hits in groups.values()) / len(groups), 4)


def rows(answers: Sequence[Answer], threshold: float) -> list[Row]:
    """A row per set, in the exam's order; one per author of motives, who is understood worst being named so; then one for all."""
    sets: dict[str, list[Answer]] = defaultdict(list)
    authors: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        sets[answer.question.set].append(answer)
        if answer.question.motive and answer.question.author:
            authors[answer.question.author].append(answer)
    by_author = [row(f"motive, author {name}", some, threshold) for name, some in authors.items()]
    worst = min(by_author, key=lambda one: one.motive_accuracy or 0.0, default=None)
    named = [
        replace(one, set=f"{one.set} (weakest)") if one is worst and len(by_author) > 1 else one
        for one in by_author
    ]
    by_set = [row(name, some, threshold) for name, some in sets.items()]
    return [*by_set, *named, row("all", answers, threshold)]


def weakest(answers: Sequence[Answer]) -> list[tuple[str, float, str]]:
    """The motives understood worst: motive, share understood, and what it is most often taken for."""
    groups: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        if answer.question.motive:
            groups[answer.question.motive].append(answer.motive)
    found = []
    for motive, heard in groups.items():
        others = [other or "(nothing)" for other in heard if other != motive]
        if others:
            found.append(
                (motive, heard.count(motive) / len(heard), max(sorted(set(others)), key=others.count))
            )
    return sorted(found, key=lambda item: item[1])[:_WEAKEST]
