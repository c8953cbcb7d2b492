"""The figures, against a small day counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from callbot.events import Decision, Outcome
from callbot.stats.call_record import CallRow, TurnRow
from callbot.stats.figures import Figure, LineCalls, Subject, aspects, by_hour, by_line, figures, motives

DAY = date(2026, 3, 2)


def call(call_id: str, outcome: Outcome | None, caller: str | None = None, hour_utc: int = 8) -> CallRow:
    """A call of the day."""
    at = datetime(2026, 3, 2, hour_utc, 30, tzinfo=UTC)
    return CallRow(call_id, at, DAY, "01", "asterisk", caller, "vosk", "host:1", outcome=outcome)


def turn(
    call_id: str, number: int, decision: Decision | None, motive: str | None = None, **more: object
) -> TurnRow:
    """A turn of a call; `more` is any other column."""
    return replace(TurnRow(call_id, number, 0, decision=decision, motive=motive), **more)  # type: ignore[arg-type]


CALLS = [
    call("a", Outcome.ANSWERED, "anna"),
    call("b", Outcome.ANSWERED, "bruno"),
    call("c", Outcome.ANSWERED, "anna", 9),
    call("d", Outcome.HANDED_OVER, "chloe", 9),
    call("e", Outcome.HANDED_OVER, None, 9),
    call("f", Outcome.ABANDONED, None, 13),
    call("g", Outcome.ABANDONED, "david", 13),
    call("h", Outcome.REFUSED, "anna", 13),
    call("i", Outcome.FAILED, "chloe", 22),
    call("j", None, None, 22),
    call("k", Outcome.ABSENT, "telecopieur", 22),
    call("l", Outcome.ABSENT, "telecopieur", 22),
]
TURNS = [
    turn("a", 1, Decision.ANSWER, "etat_civil", aspect="acte", answer_id="etat_civil.acte", response_ms=600),
    turn(
        "a", 2, Decision.ANSWER, "etat_civil", aspect="delai", answer_id="etat_civil.delai", response_ms=900
    ),
    turn("b", 1, Decision.CLARIFY, "ecole", aspect="cantine", response_ms=700),
    turn("b", 2, Decision.ANSWER, "etat_civil", aspect="", answer_id="etat_civil", response_ms=800),
    turn("c", 1, Decision.ORIENT, "impots", aspect="", answer_id="impots", response_ms=1000),
    turn("d", 1, Decision.NO_MATCH),
    turn("d", 2, Decision.HANDOVER, "mariage", aspect="dossier"),
    turn("e", 1, Decision.HANDOVER, act="agent"),
    turn("e", 2, Decision.HANDOVER, "mariage", aspect="dossier", answer_id="mariage.dossier"),
    turn("i", 1, None),
]


def by_key(calls: list[CallRow], turns: list[TurnRow]) -> dict[str, Figure]:
    """The figures by their keys."""
    return {figure.key: figure for figure in figures(calls, turns)}


def test_every_figure_of_a_day_counted_by_hand() -> None:
    """Twelve calls and ten turns: numerator, denominator and value of each figure."""
    found = {
        key: (figure.numerator, figure.denominator, figure.value)
        for key, figure in by_key(CALLS, TURNS).items()
    }
    assert found == {
        "offered": (12, None, 12),
        "picked_up": (11, None, 11),  # all but h
        "answered": (3, None, 3),  # a b c
        "handed_over": (2, None, 2),  # d e
        "abandoned": (2, None, 2),  # f g
        "absent": (2, None, 2),  # k l: a fax machine, twice
        "closed": (0, None, 0),
        "refused": (1, None, 1),
        "failed": (1, None, 1),
        "in_progress": (1, None, 1),
        "automation_rate": (3, 8, 0.375),  # a b c of all but h (refused), j (in progress), k and l (machines)
        "repeat_caller_rate": (2, 4, 0.5),  # anna and chloe of anna bruno chloe david; a machine is no caller
        "turns": (10, None, 10),
        "unanswered": (
            2,
            None,
            2,
        ),  # d1 not understood, d2 understood without an entry; e1 asked for a person
        "no_match_rate": (1, 9, 1 / 9),  # d1 of all but i1, which has no decision
        "response_ms_p50": (None, 5, 800.0),  # 600 700 800 900 1000
        "response_ms_p95": (None, 5, 980.0),  # 900 + 0.8 × (1000 − 900), at rank 0.95 × 4 = 3.8
    }


def test_the_outcomes_add_up() -> None:
    """Each call offered has exactly one outcome, or is in progress."""
    found = by_key(CALLS, TURNS)
    parts = ("answered", "handed_over", "abandoned", "absent", "refused", "failed", "in_progress")
    assert sum(found[part].numerator or 0 for part in parts) == found["offered"].numerator


def test_without_calls_there_are_zeros_and_no_rates() -> None:
    """Counts are 0; what would divide by nothing has no value."""
    found = by_key([], [])
    assert {figure.value for figure in found.values() if figure.denominator is None} == {0}
    without = {
        key: (figure.numerator, figure.value) for key, figure in found.items() if figure.denominator == 0
    }
    assert without == {
        "automation_rate": (0, None),
        "repeat_caller_rate": (0, None),
        "no_match_rate": (0, None),
        "response_ms_p50": (None, None),
        "response_ms_p95": (None, None),
    }


def test_each_figure_says_how_it_is_made() -> None:
    """A label and a formula in words; a rate's formula shows its division."""
    for figure in figures(CALLS, TURNS):
        assert figure.label
        assert ("÷" in figure.formula) == (figure.unit == "ratio")


def test_motives_count_calls_not_turns() -> None:
    """A call counts once per motive; a motive only offered for clarification is not counted; ties go by name."""
    assert motives(TURNS) == (
        Subject("etat_civil", "", 2),
        Subject("mariage", "", 2),
        Subject("impots", "", 1),
    )


def test_aspects_leave_out_general_questions() -> None:
    """Calls per aspect, the most frequent first."""
    assert aspects(TURNS) == (
        Subject("mariage", "dossier", 2),
        Subject("etat_civil", "acte", 1),
        Subject("etat_civil", "delai", 1),
    )


def test_hours_are_those_of_paris() -> None:
    """08:30 UTC in winter is the hour of nine; every hour of the day is there."""
    hours = by_hour(CALLS, DAY)
    assert len(hours) == 24
    assert {hour.begin.isoformat(): hour.calls for hour in hours if hour.calls} == {
        "2026-03-02T09:00:00+01:00": 2,
        "2026-03-02T10:00:00+01:00": 3,
        "2026-03-02T14:00:00+01:00": 3,
        "2026-03-02T23:00:00+01:00": 4,
    }


@pytest.mark.parametrize(
    ("utc_hour", "paris"), [(0, "2026-10-25T02:00:00+02:00"), (1, "2026-10-25T02:00:00+01:00")]
)
def test_the_hour_that_comes_twice_is_counted_twice(utc_hour: int, paris: str) -> None:
    """Calls at 02:30 before and after the clocks change fall into different hours."""
    day = date(2026, 10, 25)
    at = datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)
    hours = by_hour([replace(CALLS[0], started_at=at, day=day)], day)
    assert len(hours) == 25
    assert [(hour.begin.isoformat(), hour.calls) for hour in hours if hour.calls] == [(paris, 1)]


def test_lines_are_counted_however_their_number_is_written() -> None:
    """+33 and 0 are one line; a leg that does not tell it is a line without a number."""
    lines = {
        "a": "0199000002",
        "b": "+33199000002",
        "d": "sip:+33 1 99 00 00 02@pbx",
        "f": "",
        "g": "accueil",
    }
    calls = [replace(call, line=lines[call.id]) for call in CALLS if call.id in lines]
    assert by_line(calls) == (
        LineCalls("+33199000002", 3, 2, 1),
        LineCalls("", 1, 0, 0),
        LineCalls("accueil", 1, 0, 0),
    )
