"""What a waiting caller is told, and when: an honest time or none, never zero."""

import heapq
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbot.humans.agents import Kind
from callbot.humans.queue import joined, new_agent
from callbot.humans.queue_types import (
    PRESENT,
    Agent,
    AgentState,
    Caller,
    Entry,
    Passed,
    Place,
    Priority,
    Rules,
)
from callbot.humans.waiting_time import (
    Announcements,
    Saying,
    Standing,
    handling_seconds,
    minutes,
    standing,
    standing_of,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Kind("accueil", (), "fr", late=False)
PLACE, CALL_BACK = Saying.PLACE, Saying.CALL_BACK


def agent(name: str, *services: str, state: AgentState = AgentState.BUSY) -> Agent:
    """Somebody who is there."""
    return replace(new_agent(name, AT), state=state, services=services)


@pytest.mark.parametrize(
    ("position", "agents", "handled", "told"),
    [
        (1, 1, [120, 120, 120], 4),  # (1 + 0.84) · 2 min
        (1, 1, [1, 1, 1], 1),
        (4, 2, [180, 120, 240], 9),  # (4 + 0.84 · 2) · 3 min / 2
        (200, 4, [180] * 20, 159),
        (1, 0, [180] * 20, None),
        (1, 3, [180, 180], None),
    ],
)
def test_minutes(position: int, agents: int, handled: list[float], told: int | None) -> None:
    """Rounded up, one at least; without agents or with fewer than three talks there is nothing to tell."""
    assert minutes(position, agents, handled) == told


@pytest.mark.parametrize(("position", "agents"), [(1, 1), (3, 1), (4, 2), (12, 3), (40, 5)])
def test_the_promise_holds_four_times_out_of_five(position: int, agents: int) -> None:
    """2000 queues with talks of very different length: no more than a quarter wait longer than they were told."""
    source = random.Random(position)
    told_s = (minutes(position, agents, [180.0] * 20) or 0) * 60
    waits = [_waited_s(source, position, agents) for _ in range(2000)]
    kept = sum(wait < told_s for wait in waits) / len(waits)
    assert kept >= 0.75
    assert max(waits) > told_s  # it is no promise for all


def _waited_s(source: random.Random, position: int, agents: int) -> float:
    """How long the caller at `position` waits for one of `agents`, all busy, each talk exponential around three minutes."""
    free_at = [source.expovariate(1 / 180) for _ in range(agents)]
    heapq.heapify(free_at)
    for _ in range(position - 1):
        heapq.heapreplace(free_at, free_at[0] + source.expovariate(1 / 180))
    return free_at[0]


def test_those_ahead_are_those_for_the_same_agents() -> None:
    """A service with agents of its own does not lengthen another's queue; one whose agents serve both does."""
    before = Counter(
        {
            HERE: 3,
            Kind("etat_civil", ("accueil",), "fr", late=False): 5,
            Kind("urbanisme", (), "fr", late=False): 7,
        }
    )
    reception = agent("anna", "accueil")
    assert standing(HERE, before, [reception], [60.0] * 3) == Standing(4, 6)
    assert standing(HERE, before, [reception, agent("bruno", "etat_civil")], [60.0] * 3) == Standing(4, 6)
    assert standing(HERE, before, [reception, agent("bruno", "etat_civil", "accueil")], []) == Standing(
        9, None
    )
    assert standing(HERE, before, [agent("chloé", "urbanisme")], [60.0] * 3) == Standing(4, None)
    late = Counter({Kind("etat_civil", ("accueil",), "fr", late=True): 5})
    assert standing(HERE, late, [reception], []) == Standing(6, None)


def test_a_place_stands_behind_those_whom_anybody_may_take_now() -> None:
    """Not behind who waits for one agent alone, who is to be called back later, or whose telephone rings; but behind an emergency."""

    def place(number: int, priority: Priority = Priority.NORMAL) -> Entry:
        return joined(number, Caller(f"call{number}", "m1", "accueil", priority=priority), AT)

    minute = timedelta(minutes=1)
    waits, urgent, last = place(1), place(7, Priority.EMERGENCY), place(6)
    for_one = replace(place(2), passed=Passed("anna", AT - minute, ("accueil",), wanted="bruno"))
    later = replace(place(3), place=Place.PROMISED, call_after=AT + minute)
    due = replace(place(4), place=Place.PROMISED, call_after=AT)
    rung = replace(place(5), place=Place.OFFERED, agent="anna")
    entries = [urgent, for_one, waits, later, due, rung, last]
    agents = [agent("anna", "accueil")]

    def told(entry: Entry) -> Standing | None:
        return standing_of(entry, entries, agents, [], at=AT, rules=Rules())

    assert [told(one) for one in entries] == [
        Standing(1, None), None, Standing(2, None), Standing(3, None), Standing(3, None), None, Standing(4, None),
    ]  # fmt: skip


@pytest.mark.parametrize("state", AgentState)
def test_only_agents_who_take_calls_count(state: AgentState) -> None:
    """Who is paused or away shortens nobody's wait."""
    told = standing(HERE, Counter(), [agent("anna", "accueil", state=state)], [60.0] * 3)
    assert told == Standing(1, 2 if state in PRESENT else None)


def test_talks_of_the_same_service_are_the_basis() -> None:
    """Those of all services where there are too few; the latest twenty; those that are not over do not count."""

    def talk(service: str, seconds: float) -> tuple[str, datetime | None, datetime | None]:
        return service, AT, AT + timedelta(seconds=seconds)

    own, others = [talk("accueil", 60)] * 3, [talk("etat_civil", 600)] * 30
    assert handling_seconds("accueil", [*own, *others]) == [60.0] * 3
    assert handling_seconds("accueil", [*own[:2], *others]) == [60.0] * 2 + [600.0] * 18
    assert handling_seconds("accueil", [("accueil", AT, None), ("accueil", None, AT)]) == []


def test_when_a_caller_is_spoken_to() -> None:
    """At once, then every minute; a call-back is offered once, after two minutes, as soon as it can be."""
    announcements = Announcements(Rules())
    said = {ms: announcements.due(ms) for ms in range(0, 190_000, 20)}
    assert {ms: what for ms, what in said.items() if what} == {
        0: [PLACE], 60_000: [PLACE], 120_000: [PLACE, CALL_BACK], 180_000: [PLACE],
    }  # fmt: skip
    late = Announcements(replace(Rules(), announce_every=timedelta(0)))
    assert [late.due(ms, call_back=ms > 150_000) for ms in (20, 60_020, 120_020, 180_020, 240_020)] == [
        [PLACE], [], [], [CALL_BACK], [],
    ]  # fmt: skip
