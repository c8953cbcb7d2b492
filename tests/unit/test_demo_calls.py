"""Demonstration calls: plausible, and the same again from the same seed."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from random import Random

import numpy as np
import pytest

from callbot.demo.course import REASONS, Course
from callbot.demo.mix import OTHERS, Topic, mix, topics
from callbot.demo.year import arrivals, volumes
from callbot.events import CallEnded, CallStarted, Event, Outcome
from callbot.knowledge.store import DEMO, load
from callbot.stats.days import day_of
from callbot.stats.facts import Ending, fact
from callbot.stats.period import Period
from tests.support.statistics import a_town, some_calls

YEAR = Period(date(2025, 9, 1), date(2026, 8, 31))


def test_the_mix_has_a_hundred_calls_in_a_hundred() -> None:
    """The weights of the file, all of whose motives the demonstration commune answers."""
    known = {entry.motive for entry in load(DEMO).entries}
    assert sum(topic.weight for topic in topics()) == 100
    assert {motive for topic in topics() for motive in topic.motives} <= known


def test_topics_share_their_weight_among_their_entries() -> None:
    """24 in a hundred about identity papers; the first motives more; what is named nowhere is asked about as well."""
    papers = topics()[0]
    made = mix(load(DEMO).entries, [papers])
    by_motive: dict[str, float] = defaultdict(float)
    for entry, weight in zip(made.entries, made.weights[1], strict=True):
        by_motive[entry.motive] += weight
    assert sum(by_motive[motive] for motive in papers.motives) == pytest.approx(24)
    assert by_motive[papers.motives[0]] > by_motive[papers.motives[-1]]
    others = sum(weight for motive, weight in by_motive.items() if motive not in papers.motives)
    assert others == pytest.approx(OTHERS)


def test_the_seasons_of_a_topic() -> None:
    """Asked about in one month only, an entry is drawn in no other."""
    entries = load(DEMO).entries[:2]
    january = Topic(100, (entries[0].motive,), (1.0, *[0.0] * 11))
    made = mix(entries, [january])
    assert sum(made.weights[0]) > sum(made.weights[1])
    with pytest.raises(ValueError, match="nothing to ask about"):
        mix([])


def test_a_year_has_its_seasons() -> None:
    """All the calls that were asked for; Mondays most, Sundays and holidays hardly any, August less than September."""
    days = volumes(YEAR, 100_000, np.random.default_rng(1))
    by_day = dict(days)
    weekdays: Counter[int] = Counter()
    months: Counter[int] = Counter()
    for day, count in days:
        weekdays[day.weekday()] += count
        months[day.month] += count
    assert sum(by_day.values()) == 100_000
    assert weekdays.most_common(1)[0][0] == 0
    assert weekdays[6] < weekdays[5] < weekdays[4]
    assert months[8] < months[9]
    assert by_day[date(2026, 5, 1)] < by_day[date(2026, 4, 30)] / 5


def test_the_same_seed_gives_the_same_calls() -> None:
    """And another one others."""
    week = Period(date(2026, 3, 23), date(2026, 3, 29))  # the clocks go forward
    some = some_calls(week, 80, seed=5)
    assert some == some_calls(week, 80, seed=5)
    assert some != some_calls(week, 80, seed=6)
    assert len(some) == len({rows.call.id for rows in some}) == 80
    ats = [rows.call.started_at for rows in some]
    assert ats == sorted(ats)
    assert all(day_of(rows.call.started_at) == rows.call.day for rows in some)


def test_callers_call_again_and_some_are_machines() -> None:
    """In a month of 3000 calls: hidden numbers, machines, the same numbers again."""
    came = [one for _, some in arrivals(Period.month(date(2026, 3, 1)), 3000, 1) for one in some]
    hidden = sum(one.caller is None for one in came)
    callers = {one.caller for one in came if one.caller is not None}
    assert 100 < hidden < 300
    assert 30 < sum(one.absent for one in came) < 100
    assert 0.7 < len(callers) / (len(came) - hidden) < 0.95


def test_every_ending_comes_to_pass() -> None:
    """Of 4000 calls at day and night; reasons of handovers are those that are counted."""
    made = some_calls(Period(date(2026, 3, 2), date(2026, 3, 8)), 4000, seed=2)
    facts = [fact(rows.call, rows.turns, rows.events) for rows in made]
    endings = Counter(one.ending for one in facts)
    assert set(endings) == set(Ending) - {Ending.IN_PROGRESS}
    assert {one.reason for one in facts} == {"", *REASONS}
    assert 0.45 < endings[Ending.ANSWERED] / len(facts) < 0.7
    assert {one.satisfaction for one in facts} == {None, 1, 2, 3, 4, 5}


def course(at: datetime, seed: int, *, absent: bool = False) -> list[Event]:
    """The events of a call."""
    return Course(a_town(), Random(seed), at, absent=absent).run()


def test_a_course_is_a_whole_call() -> None:
    """From its beginning to its end, time going on; a machine's is one of nobody."""
    events = course(datetime(2026, 3, 2, 9, tzinfo=UTC), 3)
    ats = [event.at_ms for event in events]
    assert (type(events[0]), type(events[-1])) == (CallStarted, CallEnded)
    assert ats == sorted(ats)
    last = course(datetime(2026, 3, 2, 9, tzinfo=UTC), 3, absent=True)[-1]
    assert isinstance(last, CallEnded)
    assert last.outcome is Outcome.ABSENT


def test_at_night_nobody_is_announced() -> None:
    """Out of hours no call gets to a person."""
    night = datetime(2026, 3, 2, 2, tzinfo=UTC)
    names = {type(event).__name__ for seed in range(60) for event in course(night, seed)}
    assert "CallerQueued" not in names
    assert "CallbackRequested" in names
