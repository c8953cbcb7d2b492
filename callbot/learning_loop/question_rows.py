"""Questions as the database has them: which rows are asked for, and what is made of each. No I/O."""

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, select

from callbot.events import Decision
from callbot.learning_loop.questions import Kind, Question, kind_of
from callbot.tables import calls, corrections, turns

MOST_QUESTIONS = 1000
"""The latest ones that are grouped at once: their vectors take ten seconds of a core."""
LANGUAGE = "fr"


def is_problem(sure: float) -> ColumnElement[bool]:
    """`kind_of` as the database reads it, or rather more: Python looks again."""
    low = turns.c.decision.in_((Decision.ANSWER, Decision.ORIENT)) & (turns.c.confidence < sure)
    unanswered = (turns.c.decision == Decision.HANDOVER) & turns.c.answer_id.is_(None)
    return (turns.c.decision == Decision.NO_MATCH) | unanswered | low


def problem_turns(sure: float) -> Select[Any]:
    """The latest turns of which something is to be learnt, with their words."""
    return (
        select(turns, calls.c.started_at)
        .join(calls)
        .where(turns.c.transcript.is_not(None), calls.c.language == LANGUAGE, is_problem(sure))
        .order_by(calls.c.started_at.desc())
        .limit(MOST_QUESTIONS)
    )


def of_turn(row: Any, sure: float) -> Question | None:
    """The question of a turn; None: nothing is to be learnt of it."""
    kind = kind_of(row.decision, row.motive, row.answer_id, row.confidence, sure)
    if kind is None:
        return None
    return Question("turn", row.call_id, row.number, row.started_at, kind, row.transcript, _understood(row))


def of_correction(row: Any) -> Question:
    """The question that a receptionist corrected."""
    return Question(
        "correction", row.call_id, row.id, row.at, Kind.CORRECTED, row.said, row.understood, row.right
    )


def with_words(which: Select[Any] | CompoundSelect[Any]) -> tuple[Select[Any], Select[Any]]:
    """These rows of questions with the words that are left of them: those of turns, and those of corrections."""
    q, c = which.subquery(), corrections.c
    same = (turns.c.call_id == q.c.call_id) & (turns.c.number == q.c.number)
    of_turns = (
        select(q, turns.c.transcript, turns.c.motive, turns.c.aspect, turns.c.answer_id)
        .join(turns, same, isouter=True)
        .where(q.c.source == "turn")
    )
    of_corrections = (
        select(q, c.said, c.understood, c.right)
        .join(corrections, c.id == q.c.number, isouter=True)
        .where(q.c.source == "correction")
    )
    return of_turns, of_corrections


def asked_in_turn(row: Any) -> Question:
    """From a row of the first of both."""
    return _asked(row, row.transcript, _understood(row))


def asked_in_correction(row: Any) -> Question:
    """From a row of the second."""
    return _asked(row, row.said, row.understood or "", row.right or "")


def _asked(row: Any, text: str | None, understood: str, right: str = "") -> Question:
    return Question(
        row.source, row.call_id, row.number, row.at, Kind(row.kind), text or "", understood, right
    )


def _understood(row: Any) -> str:
    return row.answer_id or ".".join(filter(None, (row.motive, row.aspect)))


def row_of(question: Question, group: int) -> dict[str, Any]:
    """As it is kept."""
    return {
        "source": question.source,
        "call_id": question.call_id,
        "number": question.number,
        "group_id": group,
        "at": question.at,
        "kind": question.kind,
    }
