"""What a call counts as, from its events."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    CallbackRequested,
    CallEnded,
    CallerQueued,
    CallStarted,
    Decision,
    Event,
    IntentMatched,
    NoMatch,
    Outcome,
    PlaybackStarted,
    QueueAbandoned,
    SatisfactionAsked,
    SatisfactionGiven,
    SpeechStopped,
    TransferFailed,
    TransferResult,
)
from callbot.stats.call_record import CallRecord
from callbot.stats.call_rows import Rows
from callbot.stats.facts import COUNTED_EVENTS, CallFact, Ending, fact, still_known
from tests.support.calls import answered_call, difficult_call, machine_call, started

AT = datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
ANSWER = IntentMatched(1000, Decision.ANSWER, "titre", "prix", None, None, 0.9, "titre.prix")
WANTS_PERSON = IntentMatched(2000, Decision.HANDOVER, None, None, "agent", None, 1.0, None)
NO_ENTRY = IntentMatched(2000, Decision.HANDOVER, "mariage", "dossier", None, None, 0.9, None)
ANSWERED_LATER = replace(ANSWER, at_ms=5000)
QUEUED = CallerQueued(3000, "accueil", "asked")
OFFERED = AgentOffered(4000, "accueil", "bridge")
CONNECTED = AgentConnected(9001, "accueil", 6001)
RELEASED = AgentReleased(20_000, 10_999)
HUNG_UP = QueueAbandoned(8000, 5000)
FAILED = TransferFailed(8000, "accueil", TransferResult.NO_ANSWER, None)
CALLBACK = CallbackRequested(9000, "+33139445566", "demain", "titre_prix")


def rows_of(events: tuple[Event, ...], at: datetime = AT) -> Rows:
    """The rows of a call with these events."""
    record = CallRecord("a", at, "anna", engine="vosk", recorder="host:1")
    for event in events:
        record.apply(event)
    return record.rows()


def fact_of(events: tuple[Event, ...], at: datetime = AT) -> CallFact:
    """What the call counts as."""
    rows = rows_of(events, at)
    return fact(rows.call, rows.turns, rows.events)


def ended(outcome: Outcome, *events: Event) -> CallFact:
    """What a call with these events between beginning and end counts as."""
    return fact_of((started(), *events, CallEnded(30_000, outcome, (), 1, ())))


def test_the_fact_of_an_answered_call() -> None:
    """Every field of a call with one question and one answer."""
    assert fact_of(answered_call(response_ms=640)) == CallFact(
        "a",
        date(2026, 3, 2),
        10,
        0,
        "+33139000000",
        "",
        "fr",
        Ending.ANSWERED,
        pick_up_ms=10,
        duration_s=11,
        turns=1,
        decided=1,
        replies=2,
        interrupted=1,
        response_ms=(640,),
        motives=("carte_identite",),
        aspects=("carte_identite.documents",),
        answers=("cni.documents",),
    )


def test_the_fact_of_a_difficult_call() -> None:
    """Two failures to understand, then a person after 14 s, who talked for 4 s."""
    assert fact_of(difficult_call()) == CallFact(
        "a",
        date(2026, 3, 2),
        10,
        0,
        "+33139000000",
        "accueil",
        "fr",
        Ending.AGENT,
        pick_up_ms=10,
        duration_s=40,
        needed_agent=True,
        handled_by_agent=True,
        wait_s=14,
        talk_s=4,
        reason="asked",
        callback_asked=True,
        turns=3,
        decided=3,
        no_match=2,
        replies=3,
        response_ms=(730,),
        unanswered=("?", "?"),
        asked_satisfaction=True,
        satisfaction=2,
    )


@pytest.mark.parametrize(
    ("outcome", "events", "ending"),
    [
        (Outcome.ANSWERED, (ANSWER,), Ending.ANSWERED),
        (Outcome.ANSWERED, (ANSWER, CALLBACK), Ending.CALLBACK),
        (Outcome.ANSWERED, (ANSWER, WANTS_PERSON, QUEUED, HUNG_UP), Ending.ABANDONED_QUEUE),
        (Outcome.ANSWERED, (ANSWER, WANTS_PERSON, QUEUED, FAILED), Ending.NOT_REACHED),
        (Outcome.ANSWERED, (ANSWER, WANTS_PERSON, QUEUED, FAILED, CALLBACK), Ending.CALLBACK),
        (Outcome.ABANDONED, (WANTS_PERSON, QUEUED, HUNG_UP), Ending.ABANDONED_QUEUE),
        (Outcome.ABANDONED, (), Ending.ABANDONED_BOT),
        (Outcome.HANDED_OVER, (WANTS_PERSON, QUEUED, OFFERED, CONNECTED, RELEASED), Ending.AGENT),
        (Outcome.HANDED_OVER, (WANTS_PERSON, QUEUED), Ending.AGENT),  # a leg that cannot tell
        (Outcome.FAILED, (WANTS_PERSON, QUEUED, OFFERED, CONNECTED), Ending.AGENT),  # they talked
        (Outcome.FAILED, (WANTS_PERSON, QUEUED), Ending.FAILED),
        (Outcome.CLOSED, (WANTS_PERSON,), Ending.CLOSED),
        (Outcome.CLOSED, (WANTS_PERSON, CALLBACK), Ending.CALLBACK),
        (Outcome.REFUSED, (), Ending.REFUSED),
        (Outcome.ABANDONED, (WANTS_PERSON,), Ending.ABANDONED_BOT),  # during the announcement
        (Outcome.ANSWERED, (ANSWER, SpeechStopped(1500, 1400), WANTS_PERSON), Ending.ABANDONED_BOT),
    ],
)
def test_how_a_call_ended(outcome: Outcome, events: tuple[Event, ...], ending: Ending) -> None:
    """One ending for each call, whatever happened in it."""
    assert ended(outcome, *events).ending is ending


def test_other_endings() -> None:
    """A machine; a call that goes on."""
    assert fact_of(machine_call()).ending is Ending.ABSENT
    assert fact_of((started(),)).ending is Ending.IN_PROGRESS


@pytest.mark.parametrize(
    ("events", "needed", "closed"),
    [
        ((WANTS_PERSON, QUEUED, CONNECTED), True, False),
        ((WANTS_PERSON,), True, False),  # the caller hung up while a person was being announced
        ((WANTS_PERSON, SpeechStopped(4000, 3900), ANSWERED_LATER), False, True),
        ((WANTS_PERSON, CALLBACK), False, True),
        ((ANSWER,), False, False),
    ],
)
def test_a_person_was_needed_while_they_were_there_or_not(
    events: tuple[Event, ...], *, needed: bool, closed: bool
) -> None:
    """Nobody is announced out of hours."""
    made = ended(Outcome.ANSWERED, *events)
    assert (made.needed_agent, made.needed_when_closed) == (needed, closed)


def test_waiting_and_talking_are_rounded_up() -> None:
    """6001 ms are 7 s, 10,999 are 11; the wait is of the person who was reached, not of an earlier try."""
    made = ended(Outcome.HANDED_OVER, WANTS_PERSON, QUEUED, HUNG_UP, CONNECTED, RELEASED)
    assert (made.wait_s, made.talk_s, made.service, made.reason) == (7, 11, "accueil", "asked")


def test_questions_without_an_answer() -> None:
    """Not understood, or understood where there is no entry; who asks for a person has not asked a question."""
    made = ended(Outcome.HANDED_OVER, NoMatch(500, 1, 0.2), WANTS_PERSON)
    assert made.unanswered == ("?",)
    assert ended(Outcome.HANDED_OVER, NO_ENTRY, QUEUED).unanswered == ("mariage",)


def test_hours_are_those_of_paris() -> None:
    """The second half past two when the clocks go back; the day is that of Paris as well."""
    first, second = (fact_of((started(),), datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    assert [(one.day, one.hour, one.fold) for one in (first, second)] == [
        (date(2026, 10, 25), 2, 0),
        (date(2026, 10, 25), 2, 1),
    ]
    assert fact_of((started(),), datetime(2026, 3, 1, 23, 30, tzinfo=UTC)).weekday == 0


def test_what_was_known_when_the_call_began_stays_known() -> None:
    """A call whose process died has no events; what the events of an ended one say goes before."""
    plain = CallFact("x", date(2026, 3, 2), 9, 0, "", "", "fr", Ending.FAILED)
    began, other = replace(plain, arrived_closed=True), replace(plain, arrived_closed=False)
    assert [still_known(plain, began), still_known(plain, None), still_known(other, began)] == [
        began, plain, other,
    ]  # fmt: skip


def test_whether_it_was_closed_when_the_call_began() -> None:
    """As the start tells it; calls of before do not tell, and count as neither."""
    begun = [CallStarted(0, "", "100", "asterisk", "fr", closed) for closed in (True, False, None)]
    assert [fact_of((one,)).arrived_closed for one in begun] == [True, False, None]
    old = rows_of((started(),))
    fields = {name: value for name, value in old.events[0].fields.items() if name != "closed"}
    assert fact(old.call, (), (replace(old.events[0], fields=fields),)).arrived_closed is None


def test_a_line_is_one_however_it_is_written() -> None:
    """+33 and 0 are one number."""
    begun = CallStarted(0, "0139445566", "sip:+33139000000@pbx", "asterisk")
    assert fact_of((begun,)).line == fact_of((started(),)).line == "+33139000000"


def test_satisfaction() -> None:
    """Asked, and a score."""
    asked, given = SatisfactionAsked(12_000), SatisfactionGiven(14_000, 4, "key")
    only_asked = ended(Outcome.ANSWERED, ANSWER, asked)
    answered = ended(Outcome.ANSWERED, ANSWER, asked, given)
    assert (only_asked.asked_satisfaction, only_asked.satisfaction) == (True, None)
    assert (answered.asked_satisfaction, answered.satisfaction) == (True, 4)


@pytest.mark.parametrize("events", [answered_call(), difficult_call(), machine_call()])
def test_only_counted_events_matter(events: tuple[Event, ...]) -> None:
    """What is left out when calls are counted again changes nothing."""
    rows = rows_of(events)
    kept = tuple(event for event in rows.events if event.name in COUNTED_EVENTS)
    assert len(kept) < len(rows.events)
    assert fact(rows.call, rows.turns, kept) == fact(rows.call, rows.turns, rows.events)


def test_the_first_sound_is_the_time_to_pick_up() -> None:
    """Not that of later sentences; a call in which nothing was said has none."""
    rows = rows_of((started(), PlaybackStarted(30, "greeting", None), PlaybackStarted(900, "more", None)))
    assert fact(rows.call, rows.turns, rows.events).pick_up_ms == 30
    assert fact(replace(rows.call), (), ()).pick_up_ms is None


@pytest.mark.parametrize(("events", "wait_s"), [((FAILED,), 5), ((CALLBACK,), 6), ((FAILED, CALLBACK), 5)])
def test_who_was_not_taken_has_waited_too(events: tuple[Event, ...], wait_s: int) -> None:
    """From being queued at 3 s until nobody was reached at 8 s, or until a call-back was asked for at 9 s."""
    assert ended(Outcome.ABANDONED, WANTS_PERSON, QUEUED, *events).wait_s == wait_s
