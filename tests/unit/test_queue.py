"""The waiting queue event by event: what a place and its agent become, what comes too late, what time brings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbot.config import load
from callbot.humans.agents import may_take, next_offer
from callbot.humans.queue import (
    DIALLED_FOR,
    LEG_SLACK,
    RING_SLACK,
    WANTED_FOR,
    due,
    gets_back,
    handle,
    joined,
    new_agent,
    pass_on,
)
from callbot.humans.queue_events import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallBackChosen,
    CallerHungUp,
    CallerPassedOn,
    CallerReturned,
    CallerWithdrew,
    CallNotAnswered,
    LineLost,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    OfferRangOut,
    PassedInVain,
    PlaceEvent,
    PlaceExpired,
    TalkEnded,
)
from callbot.humans.queue_keeper import queue_rules
from callbot.humans.queue_table import AGENTS, PLACES, Act, Move
from callbot.humans.queue_types import (
    NO_ANSWER,
    Agent,
    AgentState,
    Caller,
    Entry,
    Offer,
    Pair,
    Passed,
    Place,
    Priority,
    Rules,
    Try,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = AT + timedelta(minutes=1)
RULES = Rules()
CALLER = Caller("c1", "m1", "etat_civil", ("accueil",), caller_hash="h1")
ENTRY = joined(1, CALLER, AT)
ANNA = replace(new_agent("anna", AT), state=AgentState.AVAILABLE, services=("etat_civil",))
EVENTS: tuple[PlaceEvent, ...] = (
    *(
        OfferMade(NOW),
        OfferAccepted(NOW),
        OfferDeclined(NOW),
        OfferRangOut(NOW),
        CallerHungUp(NOW),
        LineLost(NOW),
    ),
    *(
        CallerReturned(NOW, replace(CALLER, call_id="c2")),
        CallBackChosen(NOW),
        CallerWithdrew(NOW),
        TalkEnded(NOW),
        PassedInVain(NOW),
    ),
    PlaceExpired(NOW),
)


def at_place(place: Place) -> Pair:
    """A pair as it is at that place."""
    agent_is = {
        Place.OFFERED: AgentState.RINGING,
        Place.CALLING_BACK: AgentState.RINGING,
        Place.CONNECTED: AgentState.BUSY,
    }
    if place is Place.DIALLED:
        return Pair(replace(ENTRY, place=place, passed=Passed("bruno", AT, ("accueil",), number="300")), ANNA)
    if place not in agent_is:
        return Pair(replace(ENTRY, place=place), ANNA)
    return Pair(replace(ENTRY, place=place, agent="anna"), replace(ANNA, state=agent_is[place], entry_id=1))


def outcomes(place: Place) -> dict[str, tuple[Place, AgentState]]:
    """What each event leads to that does not come too late."""
    found = {}
    for event in EVENTS:
        after = handle(at_place(place), event, RULES)
        if after:
            assert after.entry
            found[type(event).__name__] = (after.entry.place, (after.agent or ANNA).state)
    return found


FREE, RINGING, BUSY = AgentState.AVAILABLE, AgentState.RINGING, AgentState.BUSY


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            Place.WAITING,
            {
                "OfferMade": (Place.OFFERED, RINGING),
                "CallerHungUp": (Place.KEPT, FREE),
                "LineLost": (Place.KEPT, FREE),
                "CallBackChosen": (Place.PROMISED, FREE),
                "CallerWithdrew": (Place.LEFT, FREE),
            },
        ),
        (
            Place.OFFERED,
            {
                "OfferAccepted": (Place.CONNECTED, BUSY),
                "OfferDeclined": (Place.WAITING, FREE),
                "OfferRangOut": (Place.WAITING, AgentState.PAUSED),
                "CallerHungUp": (Place.KEPT, FREE),
                "LineLost": (Place.KEPT, FREE),
                "CallBackChosen": (Place.PROMISED, FREE),
                "CallerWithdrew": (Place.LEFT, FREE),
            },
        ),
        (
            Place.CONNECTED,
            dict.fromkeys(("CallerHungUp", "LineLost", "TalkEnded"), (Place.ENDED, AgentState.WRAP_UP)),
        ),
        (Place.KEPT, {"CallerReturned": (Place.WAITING, FREE), "PlaceExpired": (Place.LEFT, FREE)}),
        (
            Place.PROMISED,
            {
                "OfferMade": (Place.CALLING_BACK, RINGING),
                "CallerReturned": (Place.WAITING, FREE),
                "CallerWithdrew": (Place.LEFT, FREE),
                "PlaceExpired": (Place.LEFT, FREE),
            },
        ),
        (
            Place.CALLING_BACK,
            {
                "OfferAccepted": (Place.CONNECTED, BUSY),
                "OfferDeclined": (Place.PROMISED, FREE),
                "OfferRangOut": (Place.PROMISED, AgentState.PAUSED),
                "CallerReturned": (Place.OFFERED, RINGING),
                "CallerWithdrew": (Place.LEFT, FREE),
            },
        ),
        (
            Place.DIALLED,
            {
                "OfferAccepted": (Place.ENDED, FREE),
                "OfferDeclined": (Place.WAITING, FREE),
                "OfferRangOut": (Place.WAITING, FREE),
                "PassedInVain": (Place.WAITING, FREE),
                "CallerHungUp": (Place.KEPT, FREE),
                "LineLost": (Place.KEPT, FREE),
                "CallerWithdrew": (Place.LEFT, FREE),
            },
        ),
        (Place.ENDED, {}),
        (Place.LEFT, {}),
    ],
)
def test_every_event_at_every_place(place: Place, expected: dict[str, tuple[Place, AgentState]]) -> None:
    """What is not listed comes too late, and changes nothing."""
    assert outcomes(place) == expected


def test_the_tables_reach_everything() -> None:
    """Every place and state is reached and every move is used; who talks leaves it by its end, or because nobody answered."""
    assert {*PLACES.values(), Place.WAITING, Place.DIALLED} == set(Place)  # those two are how a place begins
    assert {*AGENTS.values(), AgentState.OFFLINE} == set(AgentState)
    assert {move for _, move in PLACES} == set(Move)
    assert {act for _, act in AGENTS} == set(Act)
    assert [act for state, act in AGENTS if state is AgentState.BUSY] == [Act.END, Act.FREE, Act.LAPSE]
    assert [act for state, act in AGENTS if state is AgentState.DIALLING] == [Act.SETTLE, Act.LAPSE]
    assert {place for place, _ in PLACES} == set(Place) - {Place.ENDED, Place.LEFT}


def test_who_lets_it_ring_out_is_paused_and_the_caller_goes_to_the_next() -> None:
    """The place is kept with its time; the caller is not offered to the same agent again within a minute."""
    after = handle(at_place(Place.OFFERED), OfferRangOut(NOW), RULES)
    assert after == Pair(
        replace(ENTRY, since=NOW, tried=(Try("anna", NOW),)),
        replace(ANNA, state=AgentState.PAUSED, since=NOW, idle_since=NOW, reason=NO_ANSWER),
    )
    assert after.entry
    bruno = replace(ANNA, name="bruno", idle_since=NOW + timedelta(hours=1))
    assert next_offer([after.entry], [ANNA, bruno], NOW, RULES) == Offer(1, "bruno")
    assert not may_take(ANNA, after.entry, NOW + timedelta(seconds=59), RULES)
    assert may_take(ANNA, after.entry, NOW + timedelta(seconds=60), RULES)


def test_an_answer_of_somebody_else_is_late() -> None:
    """The two must be together: an agent who rings for another caller cannot take this one."""
    pair = at_place(Place.OFFERED)
    assert pair.agent
    assert handle(Pair(pair.entry, replace(pair.agent, entry_id=2)), OfferAccepted(NOW), RULES) is None
    assert handle(Pair(pair.entry, None), OfferAccepted(NOW), RULES) is None
    assert handle(Pair(ENTRY, replace(ANNA, state=AgentState.PAUSED)), OfferMade(NOW), RULES) is None


def test_a_talk_with_its_wrap_up() -> None:
    """Connected, ended, wrapped up: the entry tells when the agent was done, and no longer who called."""
    talking = handle(at_place(Place.OFFERED), OfferAccepted(NOW), RULES)
    assert talking
    end, done = NOW + timedelta(minutes=2), NOW + timedelta(minutes=3)
    ended = handle(talking, TalkEnded(end), RULES)
    assert ended
    assert ended.agent
    assert (ended.agent.state, ended.agent.entry_id) == (AgentState.WRAP_UP, 1)
    over = Entry(
        1, replace(CALLER, machine="", caller_hash=None), AT, Place.ENDED, end, "anna", (), NOW, None
    )
    assert ended.entry == over
    assert due(ended, end + timedelta(seconds=29), RULES) is None
    assert due(ended, end + timedelta(seconds=30), RULES) == AgentReady(end + timedelta(seconds=30))
    free = replace(ANNA, since=done, idle_since=done)
    assert handle(ended, AgentReady(done), RULES) == Pair(replace(over, released_at=done), free)
    at_once = handle(talking, TalkEnded(end), replace(RULES, wrap_up=timedelta(0)))
    assert at_once == Pair(replace(over, released_at=end), replace(ANNA, since=end, idle_since=end))


@pytest.mark.parametrize(
    ("event", "state", "reason"),
    [
        (AgentPaused(NOW, "déjeuner"), AgentState.PAUSED, "déjeuner"),
        (AgentSignedOut(NOW), AgentState.OFFLINE, ""),
    ],
)
def test_an_agent_who_turns_away(event: AgentPaused | AgentSignedOut, state: AgentState, reason: str) -> None:
    """While it rings the caller waits on; after a talk it is released; during a talk nothing changes."""
    away = replace(ANNA, state=state, since=NOW, reason=reason)
    waits_on = replace(ENTRY, since=NOW, tried=(Try("anna", NOW),))
    assert handle(at_place(Place.OFFERED), event, RULES) == Pair(waits_on, away)
    assert handle(at_place(Place.CONNECTED), event, RULES) is None
    ended = replace(ENTRY, place=Place.ENDED, agent="anna")
    wraps_up = replace(ANNA, state=AgentState.WRAP_UP, entry_id=1)
    assert handle(Pair(ended, wraps_up), event, RULES) == Pair(replace(ended, released_at=NOW), away)


def test_an_agent_signs_in() -> None:
    """They are paused until they are ready; signing in again only says anew what they do."""
    signed_in = AgentSignedIn(NOW, ("accueil",), ("fr", "en"), "101")
    here = handle(Pair(None, new_agent("anna", AT)), signed_in, RULES)
    anna = Agent("anna", AgentState.PAUSED, NOW, AT, ("accueil",), ("fr", "en"), "101")
    assert here == Pair(None, anna)
    assert handle(Pair(None, ANNA), signed_in, RULES) == Pair(
        None, replace(ANNA, services=("accueil",), languages=("fr", "en"), telephone="101")
    )
    assert handle(here, AgentReady(NOW), RULES) == Pair(None, replace(anna, state=FREE, idle_since=NOW))


def talks_to_anna() -> Pair:
    """The caller and Anna since NOW."""
    offered = handle(Pair(ENTRY, ANNA), OfferMade(NOW), RULES)
    assert offered
    talk = handle(offered, OfferAccepted(NOW), RULES)
    assert talk
    return talk


def passed_on(agent: str = "", number: str = "", service: str = "urbanisme") -> Entry:
    """The caller's new place, once Anna has passed them on."""
    event = CallerPassedOn(NOW, "Urbanisme", service, ("accueil",), agent, number)
    passed = pass_on(talks_to_anna(), event, RULES)
    assert passed
    return replace(passed[1], id=2)


BACK_TO = ("etat_civil", "accueil")
BRUNO = replace(ANNA, name="bruno", services=("urbanisme",))


def test_a_caller_is_passed_on_to_a_service() -> None:
    """The talk ends for the agent; the call has a new place, before who came up to a quarter of an hour before them."""
    event = CallerPassedOn(NOW, "Urbanisme", "urbanisme", ("accueil",))
    passed = pass_on(talks_to_anna(), event, RULES)
    assert passed
    (ended, begun), anna = passed, passed[0].agent
    assert ended.entry
    assert anna
    assert (ended.entry.place, ended.entry.agent, ended.entry.passed_to) == (Place.ENDED, "anna", "Urbanisme")
    assert (anna.state, anna.entry_id) == (AgentState.WRAP_UP, 1)
    there = replace(CALLER, service="urbanisme", overflow=("accueil",))
    assert begun == Entry(0, there, NOW, Place.WAITING, NOW, passed=Passed("anna", AT, BACK_TO))
    assert begun.rank < replace(ENTRY, entered_at=AT - timedelta(minutes=14)).rank
    assert begun.rank > replace(ENTRY, entered_at=AT - timedelta(minutes=16)).rank
    assert not may_take(
        replace(ANNA, services=("urbanisme",)), begun, NOW, RULES
    )  # who has just passed them on
    assert may_take(BRUNO, begun, NOW, RULES)


def test_who_does_not_talk_cannot_pass_on() -> None:
    """Before and after the talk, by another agent, in a call that the agent has dialled, nothing changes."""
    event, talk = CallerPassedOn(NOW, "Urbanisme", "urbanisme"), talks_to_anna()
    assert talk.entry
    over = handle(talk, TalkEnded(NOW), RULES)
    assert over
    dialled = replace(talk.entry, caller=replace(CALLER, machine=""))
    for pair in (
        Pair(ENTRY, ANNA),
        over,
        Pair(talk.entry, BRUNO),
        Pair(dialled, talk.agent),
        Pair(talk.entry),
    ):
        assert pass_on(pair, event, RULES) is None


def test_only_one_agent_is_offered_who_is_passed_on_to_one() -> None:
    """Whatever their services; who lets it ring out gives the caller back to where they came from, and to who knows them first."""
    entry = passed_on("bruno", service="etat_civil")
    carl = replace(ANNA, name="carl", idle_since=AT - timedelta(hours=1))
    assert next_offer([entry], [carl], NOW, RULES) is None
    assert next_offer([entry], [carl, BRUNO], NOW, RULES) == Offer(2, "bruno")
    rung = handle(Pair(entry, BRUNO), OfferMade(NOW), RULES)
    assert rung
    rang_out = handle(rung, OfferRangOut(NOW), RULES)
    assert rang_out
    assert rang_out.entry
    back = rang_out.entry
    assert (back.place, back.caller, back.passed) == (Place.WAITING, CALLER, Passed("anna", AT, ()))
    assert next_offer([back], [carl, BRUNO, ANNA], NOW, RULES) == Offer(2, "anna")
    assert next_offer([back], [carl, BRUNO], NOW, RULES) == Offer(2, "carl")


def test_who_is_waited_for_in_vain() -> None:
    """An agent who stays busy is waited for a minute, a telephone as long as any; then the caller comes back."""
    entry, slack = passed_on("bruno"), timedelta(seconds=1)
    assert due(Pair(entry), NOW + WANTED_FOR - slack, RULES) is None
    late = NOW + WANTED_FOR
    assert due(Pair(entry), late, RULES) == PassedInVain(late)
    dialled = passed_on(number="300")
    assert due(Pair(dialled), NOW + RULES.ring + LEG_SLACK, RULES) is None
    late = NOW + RULES.ring + LEG_SLACK + slack
    assert due(Pair(dialled), late, RULES) == OfferRangOut(late)
    back = handle(Pair(dialled), OfferRangOut(late), RULES)
    assert back
    assert back.entry
    assert (back.entry.place, back.entry.caller) == (Place.WAITING, CALLER)
    assert back.entry.passed == Passed("anna", AT, ())


def test_who_leaves_the_line_waits_for_nobody_in_particular() -> None:
    """A call-back that was passed on is for the service's agents; of a telephone that was to be rung nothing is kept."""
    promised = handle(Pair(passed_on("bruno")), CallBackChosen(NOW), RULES)
    gone = handle(Pair(passed_on(number="300")), CallerHungUp(NOW), RULES)
    assert promised
    assert gone
    assert promised.entry
    assert gone.entry
    assert (promised.entry.place, gone.entry.place) == (Place.PROMISED, Place.KEPT)
    assert {promised.entry.passed, gone.entry.passed} == {Passed("anna", AT, BACK_TO)}


def test_who_calls_again_gets_the_place_back() -> None:
    """By the same number within ten minutes, the oldest place first; the better priority stays; a hidden number has none."""
    hung_up = handle(Pair(ENTRY, None), CallerHungUp(AT), RULES)
    assert hung_up
    assert hung_up.entry
    kept, again = hung_up.entry, Caller("c2", "m2", "accueil", priority=Priority.REPEAT, caller_hash="h1")
    later = replace(kept, id=2, entered_at=NOW)
    assert gets_back([later, kept], again, NOW, RULES) == kept
    assert gets_back([kept], again, AT + timedelta(seconds=599), RULES) == kept
    assert gets_back([kept], again, AT + timedelta(minutes=10), RULES) is None
    assert gets_back([kept], replace(again, caller_hash="h2"), NOW, RULES) is None
    assert gets_back([replace(kept, caller=replace(CALLER, caller_hash=None))], again, NOW, RULES) is None
    assert gets_back([ENTRY], again, NOW, RULES) is None  # that one is on the line: two callers of one number
    assert gets_back([ENTRY], CALLER, NOW, RULES) == ENTRY  # told twice
    assert handle(Pair(kept, None), CallerReturned(NOW, again), RULES) == Pair(
        Entry(1, again, AT, Place.WAITING, NOW), None
    )


def test_a_hidden_number_has_no_place_to_keep() -> None:
    """Who hangs up is gone; where only the line was lost, the same call may still come back."""
    pair = Pair(replace(ENTRY, caller=replace(CALLER, caller_hash=None)), None)
    gone, lost = handle(pair, CallerHungUp(NOW), RULES), handle(pair, LineLost(NOW), RULES)
    assert gone
    assert lost
    assert [one.place for one in (gone.entry, lost.entry) if one] == [Place.LEFT, Place.KEPT]
    assert lost.entry
    assert gets_back([lost.entry], replace(CALLER, caller_hash=None), NOW, RULES) == lost.entry


def test_what_time_brings() -> None:
    """A kept place expires, and a promise; an offer of which nothing is heard has rung out: both no sooner than they must."""
    kept = Pair(replace(ENTRY, place=Place.KEPT), None)
    assert due(kept, AT + timedelta(seconds=599), RULES) is None
    assert due(kept, AT + timedelta(minutes=10), RULES) == PlaceExpired(AT + timedelta(minutes=10))
    again = Pair(replace(ENTRY, place=Place.KEPT, promised_at=AT), None)
    over = handle(again, PlaceExpired(NOW), RULES)
    assert over == Pair(
        replace(ENTRY, caller=replace(CALLER, machine=""), place=Place.PROMISED, since=NOW, promised_at=AT),
        None,
    )
    promised = Pair(replace(ENTRY, place=Place.PROMISED, since=AT + timedelta(days=29)), None)
    assert due(promised, AT + timedelta(days=30) - timedelta(seconds=1), RULES) is None
    assert due(promised, AT + timedelta(days=30), RULES) == PlaceExpired(AT + timedelta(days=30))
    rings, silent = at_place(Place.CALLING_BACK), AT + RULES.ring + RING_SLACK
    assert due(rings, silent, RULES) is None
    assert due(rings, silent + timedelta(seconds=1), RULES) == OfferRangOut(silent + timedelta(seconds=1))
    talks = at_place(Place.CONNECTED)
    assert due(talks, AT + timedelta(hours=9), RULES) is None
    assert talks.entry
    dialled = replace(talks.entry, caller=replace(CALLER, machine=""), promised_at=AT)
    assert due(Pair(dialled, talks.agent), AT + DIALLED_FOR, RULES) is None
    late = AT + DIALLED_FOR + timedelta(seconds=1)
    assert due(Pair(dialled, talks.agent), late, RULES) == CallNotAnswered(late, said=False)


def test_the_rules_are_the_settings() -> None:
    """Each of them; the defaults are the same."""
    assert queue_rules(load({})) == Rules()
    settings = load(
        {},
        ring_seconds=15,
        wrap_up_seconds=0,
        queue_overflow_seconds=60,
        queue_announce_seconds=30,
        queue_callback_seconds=90,
        queue_kept_minutes=5,
        callback_days=7,
    )
    assert queue_rules(settings) == Rules(
        ring=timedelta(seconds=15),
        wrap_up=timedelta(0),
        overflow=timedelta(minutes=1),
        kept=timedelta(minutes=5),
        promised=timedelta(days=7),
        announce_every=timedelta(seconds=30),
        call_back_after=timedelta(seconds=90),
    )
