"""The figures of a set of calls: pure functions over rows; each figure carries its formula and the numbers that made it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np

from callbot.events import Decision, Outcome
from callbot.phone_numbers import line_key
from callbot.stats.call_record import CallRow, TurnRow
from callbot.stats.days import PARIS, hours_of

Unit = Literal["calls", "turns", "ratio", "ms"]

SETTLED = frozenset({Decision.ANSWER, Decision.ORIENT, Decision.HANDOVER, Decision.EMERGENCY})
"""Decisions that settle what the caller wanted; a motive that was only offered for clarification is not counted."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. A count has only a numerator; a percentile only a denominator, the number of values it is made of.

    `value` is None where the denominator is 0. `label` and `formula` are in French, for the people who read it.
    """

    key: str
    label: str
    unit: Unit
    formula: str
    numerator: int | None
    denominator: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Subject:
    """How many calls were about a motive, or about one aspect of it. `aspect` is empty for the motive as a whole."""

    motive: str
    aspect: str
    calls: int


@dataclass(frozen=True, slots=True)
class LineCalls:
    """The calls to one number, all ways of writing it taken together; `line` is empty where the leg does not tell it."""

    line: str
    calls: int
    answered: int
    handed_over: int


@dataclass(frozen=True, slots=True)
class Hour:
    """How many calls began in the hour that begins at `begin` (aware, Europe/Paris)."""

    begin: datetime
    calls: int


def figures(calls: Sequence[CallRow], turns: Sequence[TurnRow]) -> tuple[Figure, ...]:
    """Every figure of these calls and their turns, in the order in which they are read."""
    return (
        *_outcomes(calls),
        _automation(calls),
        _repeats(calls),
        *_of_turns(turns),
        *_response_times(turns),
    )


def motives(turns: Iterable[TurnRow]) -> tuple[Subject, ...]:
    """Calls per motive, most frequent first; a call counts once for each motive that was settled in it."""
    return _subjects({(turn.call_id, turn.motive, "") for turn in _settled(turns) if turn.motive})


def aspects(turns: Iterable[TurnRow]) -> tuple[Subject, ...]:
    """Calls per aspect of a motive, most frequent first; general questions, which have no aspect, are left out."""
    return _subjects(
        {(turn.call_id, turn.motive, turn.aspect) for turn in _settled(turns) if turn.motive and turn.aspect}
    )


def by_hour(calls: Iterable[CallRow], day: date) -> tuple[Hour, ...]:
    """Calls offered in each of the 23, 24 or 25 hours of `day` in Paris."""
    hours = hours_of(day)
    begins = [hour.timestamp() for hour in hours]
    counts, _ = np.histogram(
        [call.started_at.timestamp() for call in calls], bins=[*begins, begins[-1] + 3600]
    )
    return tuple(Hour(hour.astimezone(PARIS), int(count)) for hour, count in zip(hours, counts, strict=True))


def by_line(calls: Iterable[CallRow]) -> tuple[LineCalls, ...]:
    """Calls per number that was called, most frequent first."""
    called: dict[str, list[Outcome | None]] = defaultdict(list)
    for call in calls:
        called[line_key(call.line)].append(call.outcome)
    lines = (
        LineCalls(line, len(ended), ended.count(Outcome.ANSWERED), ended.count(Outcome.HANDED_OVER))
        for line, ended in called.items()
    )
    return tuple(sorted(lines, key=lambda line: (-line.calls, line.line)))


def _outcomes(calls: Sequence[CallRow]) -> tuple[Figure, ...]:
    ended = Counter(call.outcome for call in calls)
    offered, refused = len(calls), ended[Outcome.REFUSED]
    return (
        _count("offered", "Appels présentés", "nombre d'appels arrivés", offered),
        _count("picked_up", "Appels décrochés", "appels présentés − appels refusés", offered - refused),
        _count(
            "answered",
            "Répondus par l'assistant",
            "appels terminés après au moins une réponse validée, sans qu'une personne soit demandée ensuite",
            ended[Outcome.ANSWERED],
        ),
        _count(
            "handed_over",
            "Passés à une personne",
            "appels pour lesquels une personne a été annoncée",
            ended[Outcome.HANDED_OVER],
        ),
        _count(
            "abandoned",
            "Sans réponse",
            "appels terminés par l'appelant sans qu'une réponse ou une personne ait été annoncée",
            ended[Outcome.ABANDONED],
        ),
        _count(
            "absent",
            "Sans interlocuteur",
            "appels où il n'y avait personne : tonalité d'une machine, musique, ou ligne restée muette",
            ended[Outcome.ABSENT],
        ),
        _count(
            "closed",
            "Bureaux fermés",
            "appels où il fallait une personne quand les bureaux étaient fermés, sans réponse validée ensuite",
            ended[Outcome.CLOSED],
        ),
        _count("refused", "Refusés", "appels arrivés quand toutes les lignes étaient occupées", refused),
        _count("failed", "En échec", "appels terminés par une panne", ended[Outcome.FAILED]),
        _count("in_progress", "En cours", "appels qui n'étaient pas terminés", ended[None]),
    )


def _automation(calls: Sequence[CallRow]) -> Figure:
    finished = [call for call in calls if call.outcome not in (None, Outcome.REFUSED, Outcome.ABSENT)]
    return _ratio(
        "automation_rate",
        "Taux d'automatisation",
        "appels répondus par l'assistant ÷ appels décrochés et terminés, sans ceux où il n'y avait personne",
        sum(call.outcome == Outcome.ANSWERED for call in finished),
        len(finished),
    )


def _repeats(calls: Sequence[CallRow]) -> Figure:
    callers = Counter(
        call.caller_hash
        for call in calls
        if call.caller_hash is not None and call.outcome is not Outcome.ABSENT
    )
    return _ratio(
        "repeat_caller_rate",
        "Appelants qui ont rappelé",
        "appelants qui ont appelé au moins deux fois dans la journée ÷ appelants distincts au numéro connu, sans les machines",
        sum(count > 1 for count in callers.values()),
        len(callers),
    )


def _of_turns(turns: Sequence[TurnRow]) -> tuple[Figure, ...]:
    decided = [turn for turn in turns if turn.decision is not None]
    missed = sum(turn.decision == Decision.NO_MATCH for turn in decided)
    return (
        _count("turns", "Prises de parole", "nombre de prises de parole des appelants", len(turns), "turns"),
        _count(
            "unanswered",
            "Questions sans réponse",
            "prises de parole non comprises, ou comprises mais sans réponse validée",
            missed + sum(_lacks_answer(turn) for turn in decided),
            "turns",
        ),
        _ratio(
            "no_match_rate",
            "Taux d'incompréhension",
            "prises de parole non comprises ÷ prises de parole interprétées",
            missed,
            len(decided),
        ),
    )


def _lacks_answer(turn: TurnRow) -> bool:
    """A motive was understood and a person announced because no validated entry could be spoken."""
    return turn.decision == Decision.HANDOVER and turn.motive is not None and turn.answer_id is None


def _response_times(turns: Iterable[TurnRow]) -> tuple[Figure, ...]:
    values = [turn.response_ms for turn in turns if turn.response_ms is not None]
    return tuple(
        Figure(
            f"response_ms_p{percent}",
            f"Temps de réponse, {label}",
            "ms",
            f"{percent}ᵉ centile (interpolation linéaire) du temps entre la fin de la parole et le premier son de la réponse",
            None,
            len(values),
            float(np.percentile(values, percent)) if values else None,
        )
        for percent, label in ((50, "médiane"), (95, "95ᵉ centile"))
    )


def _settled(turns: Iterable[TurnRow]) -> Iterable[TurnRow]:
    return (turn for turn in turns if turn.decision in SETTLED)


def _subjects(mentions: Collection[tuple[str, str, str]]) -> tuple[Subject, ...]:
    """From (call, motive, aspect), each once."""
    counts = Counter((motive, aspect) for _, motive, aspect in mentions)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Subject(motive, aspect, count) for (motive, aspect), count in ordered)


def _count(key: str, label: str, formula: str, number: int, unit: Unit = "calls") -> Figure:
    return Figure(key, label, unit, formula, number, None, number)


def _ratio(key: str, label: str, formula: str, numerator: int, denominator: int) -> Figure:
    value = numerator / denominator if denominator else None
    return Figure(key, label, "ratio", formula, numerator, denominator, value)
