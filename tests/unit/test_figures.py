"""The figures, each against a table of calls counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from callbot.stats.counting import counted
from callbot.stats.facts import CallFact, Ending, Repeats
from callbot.stats.figures import Change, Figure, change, figure, figures
from callbot.stats.formulas import FORMULAS
from callbot.stats.slices import Slice, Subject, Wait
from callbot.stats.tally import Tally

DAY = date(2026, 3, 2)
FIRST, SECOND = Repeats(False, True, 1), Repeats(True, False, 2)
ALONE = Repeats(False, False, 1)
"""The first of two calls of a caller that day, the second of them, and the only call of a caller."""


def call(call_id: str, ending: Ending, **more: object) -> CallFact:
    """A call of the day; `more` is any other field."""
    plain = CallFact(call_id, DAY, 9, 0, "+33139000000", "", "fr", ending)
    return replace(plain, **more)  # type: ignore[arg-type]


def queued(call_id: str, ending: Ending, wait_s: int | None = None, **more: object) -> CallFact:
    """A call in which a person was announced."""
    handled = ending is Ending.AGENT
    return call(
        call_id, ending, service="accueil", needed_agent=True, handled_by_agent=handled, wait_s=wait_s, **more
    )


CALLS = [
    call("a", Ending.ANSWERED, repeats=FIRST, duration_s=40, pick_up_ms=10, replies=3, interrupted=1),
    call(
        "b",
        Ending.ANSWERED,
        arrived_closed=True,
        repeats=ALONE,
        duration_s=60,
        pick_up_ms=14,
        replies=2,
        satisfaction=5,
    ),
    call("c", Ending.ANSWERED, repeats=SECOND, duration_s=50, pick_up_ms=25, satisfaction=3),
    call(
        "d", Ending.ANSWERED, duration_s=30, arrived_closed=False, asked_satisfaction=True
    ),  # the number is hidden
    queued("e", Ending.AGENT, 12, talk_s=100, repeats=Repeats(True, False, 1), satisfaction=4),
    queued("f", Ending.AGENT, 60, talk_s=141, repeats=ALONE),
    queued("g", Ending.AGENT, 61),  # the leg does not tell how long they talked
    queued("h", Ending.AGENT),  # nor, here, how long the caller waited
    queued("i", Ending.CALLBACK, 200, callback_asked=True),
    queued("j", Ending.ABANDONED_QUEUE, 90),
    queued("k", Ending.NOT_REACHED),
    call("l", Ending.CALLBACK, callback_asked=True, needed_when_closed=True),
    call("m", Ending.CLOSED, needed_when_closed=True, arrived_closed=True),
    call("n", Ending.ABANDONED_BOT, arrived_closed=True),
    call("o", Ending.REFUSED, duration_s=1),  # no caller's seconds, nor are q's
    call("p", Ending.FAILED),
    call("q", Ending.ABSENT, duration_s=9),
    call("r", Ending.IN_PROGRESS),
]
TURNS = [
    call(
        "s",
        Ending.ANSWERED,
        turns=4,
        decided=3,
        no_match=1,
        clarified=1,
        response_ms=(604, 605, 800),
        unanswered=("?",),
        motives=("etat_civil",),
        aspects=("etat_civil.acte", "etat_civil.delai"),
        answers=("etat_civil.acte", "etat_civil.delai"),
    ),
    queued(
        "t",
        Ending.AGENT,
        3,
        reason="expired",
        turns=2,
        decided=2,
        response_ms=(900, 1000),
        unanswered=("mariage",),
        motives=("mariage", "etat_civil"),
    ),
]


def tally(*facts: CallFact) -> Tally:
    """All that these calls count as."""
    return Tally.of(each for fact in facts for each in counted(fact))


def found(facts: list[CallFact], level_s: int = 60) -> dict[str, tuple[int | None, int | None, float | None]]:
    """Numerator, denominator and value of every figure."""
    made = figures(tally(*facts), level_s)
    return {one.key: (one.numerator, one.denominator, one.value) for one in made}


EXPECTED = {
    "offered": (18, None, 18),  # a to r
    "picked_up": (17, None, 17),  # all but o
    "answered": (4, None, 4),  # a b c d
    "handed_over": (4, None, 4),  # e f g h
    "callback": (2, None, 2),  # i l
    "abandoned": (2, None, 2),  # j n
    "abandoned_bot": (1, None, 1),  # n
    "abandoned_queue": (1, None, 1),  # j
    "not_reached": (1, None, 1),  # k
    "closed": (1, None, 1),  # m
    "absent": (1, None, 1),  # q
    "refused": (1, None, 1),  # o
    "failed": (1, None, 1),  # p
    "in_progress": (1, None, 1),  # r
    "out_of_hours": (2, None, 2),  # l m
    "closed_known": (4, None, 4),  # b d m n
    "closed_offered": (3, None, 3),  # b m n; of d it is known that it was open, of the others nothing
    "closed_answered": (1, None, 1),  # b
    "closed_answered_rate": (1, 3, 1 / 3),  # b of b m n
    "needed_agent": (7, None, 7),  # e f g h i j k
    "handled_by_agent": (4, None, 4),  # e f g h
    "automation_rate": (4, 15, 4 / 15),  # a b c d of all but o (refused), q (a machine), r (goes on)
    "answered_repeat_rate": (1, 3, 1 / 3),  # a of a b c, whose numbers are known
    "repeat_rate": (2, 5, 2 / 5),  # c e of a b c e f
    "repeat_caller_rate": (1, 4, 1 / 4),  # c is a caller's second call of the day; a b e f are first ones
    "agent_rate": (4, 7, 4 / 7),  # e f g h of e f g h i j k
    "global_rate": (8, 16, 0.5),  # a b c d e f g h of all but q (a machine), r (goes on)
    "service_level": (2, 5, 2 / 5),  # e f of e f g (h: not known), j, k
    "queue_abandon_rate": (1, 7, 1 / 7),  # j of e f g h i j k
    "pick_up_ms_p50": (None, 3, 10.0),  # 10 14→10 25→30: the second of three
    "pick_up_ms_p95": (None, 3, 30.0),  # the third: ⌈2.85⌉
    "answer_speed_s": (133, 3, 133 / 3),  # e 12, f 60, g 61
    "wait_s_p95": (None, 5, 200.0),  # 12 60 61 90 200: the fifth, ⌈4.75⌉
    "longest_wait_s": (None, 5, 200.0),  # i, who asked to be called back
    "handle_s": (241, 2, 120.5),  # e 100, f 141
    "call_s": (180, 4, 45.0),  # a 40, b 60, c 50, d 30
    "turns": (0, None, 0),
    "unanswered": (0, None, 0),
    "no_match_rate": (0, 0, None),
    "clarification_rate": (0, 0, None),
    "barge_in_rate": (1, 5, 1 / 5),  # a: one of its three sentences; b: none of two
    "response_ms_p50": (None, 0, None),
    "response_ms_p95": (None, 0, None),
    "satisfaction": (12, 3, 4.0),  # b 5, c 3, e 4
    "satisfied_rate": (2, 3, 2 / 3),  # b e
    "satisfaction_response_rate": (3, 4, 3 / 4),  # b c e answered; d was asked as well
}
OF_TURNS = {
    "turns": (6, None, 6),  # 4 + 2
    "unanswered": (2, None, 2),  # one not understood, one without an entry
    "no_match_rate": (1, 5, 1 / 5),  # of 3 + 2
    "clarification_rate": (1, 5, 1 / 5),
    "response_ms_p50": (None, 5, 800.0),  # 600 610 800 900 1000: the third, ⌈2.5⌉
    "response_ms_p95": (None, 5, 1000.0),  # the fifth, ⌈4.75⌉
}


def asked(facts: list[CallFact]) -> list[CallFact]:
    """Nobody answers a question that was not asked."""
    return [
        replace(one, asked_satisfaction=one.asked_satisfaction or bool(one.satisfaction)) for one in facts
    ]


def test_every_figure_of_a_day_counted_by_hand() -> None:
    """Eighteen calls: numerator, denominator and value of each figure."""
    assert found(asked(CALLS)) == EXPECTED


def test_the_figures_of_turns_counted_by_hand() -> None:
    """Two calls with six turns."""
    made = found(TURNS)
    assert {key: made[key] for key in OF_TURNS} == OF_TURNS


@pytest.mark.parametrize(("level_s", "taken"), [(11, 0), (12, 1), (59, 1), (60, 2), (61, 3)])
def test_the_service_level_is_of_the_seconds_that_are_set(level_s: int, taken: int) -> None:
    """12, 60 and 61 seconds of waiting; the limit itself is within it, and the words say it."""
    made = figure(tally(*CALLS), "service_level", level_s)
    assert (made.numerator, made.denominator) == (taken, 5)
    assert made.label == f"Pris en {level_s} secondes au plus"
    assert f"après {level_s} secondes d'attente au plus ÷" in made.formula


def test_the_endings_add_up() -> None:
    """Each call offered has exactly one ending, and the flow shows every one."""
    flow = Slice("", tally(*CALLS)).flow
    assert [ending for ending, _ in flow] == list(Ending)
    assert sum(calls for _, calls in flow) == len(CALLS)
    parts = ["answered", "handed_over", "callback", "abandoned", "not_reached", "closed", "absent"]
    parts += ["refused", "failed", "in_progress"]
    assert sum(EXPECTED[part][0] or 0 for part in parts) == len(CALLS)


def test_without_calls_there_are_zeros_and_no_rates() -> None:
    """Counts are 0; what would divide by nothing has no value."""
    made = figures(tally())
    assert {one.value for one in made if one.denominator is None} == {0}
    assert {(one.numerator, one.value) for one in made if one.denominator == 0} == {(0, None), (None, None)}


def test_what_is_known_of_no_call_is_not_zero() -> None:
    """Calls of before it was noted: neither a number nor a share; one that is known to have come when it was open: none."""
    unknown, known = (
        found([call("a", Ending.ANSWERED)]),
        found([call("d", Ending.ANSWERED, arrived_closed=False)]),
    )
    keys = ("closed_known", "closed_offered", "closed_answered", "closed_answered_rate")
    nothing = (None, None, None)
    assert [unknown[key] for key in keys] == [(0, None, 0), nothing, nothing, (0, 0, None)]
    assert [known[key] for key in keys] == [(1, None, 1), (0, None, 0), (0, None, 0), (0, 0, None)]


def test_callers_of_a_day_are_told_of_whole_days_alone() -> None:
    """Of the calls of a line or an hour nobody can say how many callers called again that day."""
    part, day = Slice("", tally(*CALLS), whole_days=False), Slice("", tally(*CALLS))
    made = part.figure("repeat_caller_rate")
    assert (made.numerator, made.denominator, made.value) == (None, None, None)
    differ = [one.key for one, other in zip(part.figures, day.figures, strict=True) if one != other]
    assert differ == ["repeat_caller_rate"]


def test_each_figure_says_how_it_is_made() -> None:
    """A key of its own, a label and a formula in words; a quotient's formula shows its division."""
    assert len({formula.key for formula in FORMULAS}) == len(FORMULAS)
    for one in figures(tally(*CALLS)):
        assert one.label
        assert "{" not in one.label + one.formula
        divided = one.numerator is not None and one.denominator is not None
        assert ("÷" in one.formula) == divided


def test_what_the_calls_were_about() -> None:
    """A call counts once per motive; ties go by name; aspects, answers, questions without one, reasons."""
    made = Slice("", tally(*TURNS))
    assert made.motives == (Subject("etat_civil", "", 2, 1), Subject("mariage", "", 1, 0))
    assert made.aspects == (Subject("etat_civil", "acte", 1), Subject("etat_civil", "delai", 1))
    assert made.answers == (("etat_civil.acte", 1), ("etat_civil.delai", 1))
    assert made.unanswered == (("?", 1), ("mariage", 1))
    assert made.reasons == (("expired", 1),)


def test_waiting_times_by_class() -> None:
    """A wait of 60 s belongs to the class up to 60, one of 61 to the next; i asked to be called back and is in none."""
    assert Slice("", tally(*CALLS)).waits == (
        Wait(15, 1, 0),
        Wait(30, 0, 0),
        Wait(60, 1, 0),
        Wait(120, 1, 1),
        Wait(300, 0, 0),
        Wait(600, 0, 0),
        Wait(None, 0, 0),
    )


def test_scores_by_value() -> None:
    """One each of 3, 4 and 5."""
    assert Slice("", tally(*CALLS)).scores == (0, 0, 1, 1, 1)


def a_figure(value: float | None, better: int) -> Figure:
    """A figure of that value."""
    return Figure("key", "label", "ratio", "formula", None, None, value, better)


@pytest.mark.parametrize(
    ("now", "before", "better", "expected"),
    [
        (0.75, 0.5, 1, Change(0.25, 0.5, True)),
        (0.75, 0.5, -1, Change(0.25, 0.5, False)),
        (0.5, 0.75, -1, Change(-0.25, -1 / 3, True)),
        (3, 2, 0, Change(1, 0.5, None)),
        (2, 2, 1, Change(0, 0.0, None)),
        (2, 0, 1, Change(2, None, True)),
        (None, 2, 1, Change(None, None, None)),
        (2, None, 1, Change(None, None, None)),
    ],
)
def test_a_change_is_for_the_better_or_not(
    now: float | None, before: float | None, better: int, expected: Change
) -> None:
    """More automation is good, more waiting is not, more turns are neither."""
    assert change(a_figure(now, better), a_figure(before, better)) == expected
