"""Which agent is offered which caller."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callbot.humans.agents import kind, may_take, next_offer
from callbot.humans.queue import joined, new_agent
from callbot.humans.queue_types import Agent, AgentState, Caller, Entry, Offer, Place, Priority, Rules, Try

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = Rules()
MINUTE = timedelta(minutes=1)


def agent(name: str, *services: str, idle_min: int = 0, languages: tuple[str, ...] = ("fr",)) -> Agent:
    """Available, idle since so many minutes."""
    here = replace(new_agent(name, AT), state=AgentState.AVAILABLE, services=services, languages=languages)
    return replace(here, idle_since=AT - idle_min * MINUTE)


def entry(
    number: int,
    service: str = "accueil",
    *,
    priority: Priority = Priority.NORMAL,
    waited_min: float = 0,
    language: str = "fr",
) -> Entry:
    """A caller who waits since so many minutes; the reception helps out."""
    caller = Caller(f"c{number}", "m", service, ("accueil",), language, priority)
    return joined(number, caller, AT - waited_min * MINUTE)


def order(entries: list[Entry]) -> list[int]:
    """In which order one agent is offered these callers."""
    left, offered = {one.id: one for one in entries}, []
    while offer := next_offer(left.values(), [agent("anna", "accueil")], AT, RULES):
        offered.append(offer.entry_id)
        left.pop(offer.entry_id)
    return offered


def test_first_come_first_served_within_a_priority() -> None:
    """Emergency, repeat caller, vulnerable caller, normal; of those who came at once, by priority alone."""
    at_once = [
        entry(number, priority=priority) for number, priority in enumerate(reversed(Priority), start=1)
    ]
    assert order(at_once) == [4, 3, 2, 1]
    assert order([entry(1), entry(2, waited_min=1), entry(3)]) == [2, 1, 3]


def test_nobody_starves() -> None:
    """A head start is worth minutes: who has waited longer than that comes first, except before an emergency."""
    repeat, vulnerable = entry(2, priority=Priority.REPEAT), entry(3, priority=Priority.VULNERABLE)
    emergency = entry(4, priority=Priority.EMERGENCY)
    assert order([entry(1, waited_min=4.9), repeat, vulnerable, emergency]) == [4, 2, 1, 3]
    assert order([entry(1, waited_min=5.1), repeat, vulnerable, emergency]) == [4, 1, 2, 3]
    assert order([entry(1, waited_min=60 * 24), emergency]) == [4, 1]


def test_the_longest_idle_first_and_those_of_the_service_before_those_who_help_out() -> None:
    """Who speaks the caller's language comes before who does not; names decide between equals."""
    late = entry(1, "etat_civil", waited_min=4, language="en")
    helper = agent("anna", "accueil", idle_min=50, languages=("fr", "en"))
    mute = agent("bruno", "etat_civil", idle_min=40)
    short, long = (
        agent(name, "etat_civil", idle_min=idle, languages=("en",)) for name, idle in (("c", 1), ("d", 2))
    )
    agents = [helper, mute, short, long]
    assert next_offer([late], agents, AT, RULES) == Offer(1, "d")
    assert next_offer([late], agents[:3], AT, RULES) == Offer(1, "c")
    assert next_offer([late], agents[:2], AT, RULES) == Offer(1, "bruno")
    assert next_offer([late], agents[:1], AT, RULES) == Offer(1, "anna")
    assert next_offer([late], [replace(short, name="z"), short], AT, RULES) == Offer(1, "c")


def test_overflow_after_three_minutes() -> None:
    """Services that help out and agents of another language take who has waited so long, and an emergency at once."""
    reception, other = agent("anna", "accueil"), agent("bruno", "urbanisme")
    for waited_min, taken in ((2.9, False), (3, True)):
        assert may_take(reception, entry(1, "etat_civil", waited_min=waited_min), AT, RULES) is taken
        assert may_take(reception, entry(1, language="en", waited_min=waited_min), AT, RULES) is taken
        assert not may_take(other, entry(1, "etat_civil", waited_min=waited_min), AT, RULES)
    assert may_take(reception, entry(1, "etat_civil", priority=Priority.EMERGENCY), AT, RULES)
    assert kind(entry(1, "etat_civil"), AT, replace(RULES, overflow=timedelta(0))).late


def test_a_caller_for_whom_nobody_is_free_holds_up_nobody() -> None:
    """The first who can be taken is offered; nobody is offered to who is not available."""
    entries = [entry(1, "urbanisme", waited_min=2), entry(2, "etat_civil", waited_min=1), entry(3)]
    assert next_offer(entries, [agent("anna", "accueil")], AT, RULES) == Offer(3, "anna")
    busy = [
        replace(agent("anna", "accueil"), state=state)
        for state in AgentState
        if state is not AgentState.AVAILABLE
    ]
    assert next_offer(entries, busy, AT, RULES) is None
    waits_not = [
        replace(entries[2], place=place) for place in Place if place not in (Place.WAITING, Place.PROMISED)
    ]
    assert next_offer(waits_not, [agent("anna", "accueil")], AT, RULES) is None
    assert next_offer(
        [replace(entries[2], place=Place.PROMISED)], [agent("anna", "accueil")], AT, RULES
    ) == Offer(3, "anna")


def test_who_has_declined_is_passed_over_for_a_while() -> None:
    """Then asked again: with one agent, a caller is not forgotten."""
    tried = replace(entry(1), tried=(Try("anna", AT - MINUTE / 2), Try("bruno", AT - 2 * MINUTE)))
    assert [may_take(agent(name, "accueil"), tried, AT, RULES) for name in ("anna", "bruno", "chloé")] == [
        False,
        True,
        True,
    ]
