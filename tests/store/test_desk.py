"""The desk's rows, on SQLite and on PostgreSQL: cards that are forgotten in time, follow-ups, corrections, and a receptionist's day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbot.audit import Trail, Wanted
from callbot.database import Database
from callbot.dialogue.callback_phrases import NAME
from callbot.humans.desk import Desk
from callbot.humans.desk_cards import REFERRED_KEPT, Card, Cards, Note, Said
from callbot.humans.desk_follow_ups import Correction, FollowUp
from callbot.humans.queue_events import (
    AgentReady,
    AgentSignedIn,
    CallBackChosen,
    CallerHungUp,
    CallerPassedOn,
    CallerWithdrew,
    OfferAccepted,
    TalkEnded,
)
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Caller, Place, Rules

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
SAID = (Said("bot", "Bonjour."), Said("caller", "Appelez-moi au 06 12 34 56 78."))
CARD = Card("c1", "0612345678", "Mme Martin", "titre", "fr", SAID)


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk with its queue."""
    return Desk(database, QueueStore(database, Rules(), News(database)), Cards(database))


async def test_a_card_is_kept_and_replaced(desk: Desk) -> None:
    """The later one counts; a call without one has none."""
    await desk.cards.put(Card("c1"), NOW)
    await desk.cards.put(CARD, NOW)
    assert (await desk.cards.of("c1"), await desk.cards.of("c2")) == (CARD, None)


async def test_who_the_caller_is_is_forgotten_when_the_call_is_over(desk: Desk) -> None:
    """On the line, and while a call-back is promised, it is kept; hung up, or seen to, it is not."""
    known = []
    for call_id, event in (
        ("waits", None),
        ("promised", CallBackChosen(NOW)),
        ("hung up", CallerHungUp(NOW)),
        ("gone", CallerWithdrew(NOW)),
    ):
        await desk.cards.put(Card(call_id, "0612345678", "Mme Martin"), NOW)
        entry_id = await desk.queue.enter(Caller(call_id, "m", "accueil", caller_hash=call_id), NOW)
        if event:
            await desk.queue.tell(entry_id, event)
    await desk.cards.put(Card("not queued yet", "0612345678"), NOW)
    assert await desk.cards.forget_gone(NOW) == 2
    for call_id in ("waits", "promised", "hung up", "gone", "not queued yet"):
        card = await desk.cards.of(call_id)
        known.append(card.number if card else None)
    assert known == ["0612345678", "0612345678", "", "", "0612345678"]
    assert await desk.cards.forget_gone(NOW + timedelta(minutes=6)) == 1


async def test_old_cards_go_but_for_those_who_still_wait(desk: Desk) -> None:
    """After a day."""
    await desk.cards.put(CARD, NOW)
    await desk.cards.put(Card("c2"), NOW)
    await desk.queue.enter(Caller("c1", "m", "accueil"), NOW)
    assert await desk.cards.purge(NOW) == 0
    assert await desk.cards.purge(NOW + timedelta(seconds=1)) == 1
    assert (await desk.cards.of("c1"), await desk.cards.of("c2")) == (CARD, None)


async def test_a_promise_that_nobody_keeps_is_forgotten(desk: Desk) -> None:
    """After `callback_days`, however often somebody tried: number, name, what was said, and the place's hash."""
    late = NOW + timedelta(days=30)
    await desk.cards.put(CARD, NOW)
    entry_id = await desk.queue.enter(Caller("c1", "m", "accueil", caller_hash="h"), NOW)
    await desk.queue.tell(entry_id, CallBackChosen(NOW))
    await desk.queue.sweep(late - timedelta(seconds=1))
    assert (await desk.cards.forget_gone(late), await desk.cards.purge(late)) == (0, 0)
    await desk.queue.sweep(late)
    assert await desk.cards.forget_gone(late) == 1
    assert (await desk.cards.purge(late), await desk.cards.of("c1")) == (1, None)
    place = await desk.queue.entry(entry_id)
    assert place
    assert (place.place, place.caller.caller_hash) == (Place.LEFT, None)


async def test_a_follow_up_may_be_told_twice(desk: Desk) -> None:
    """The last one counts; the card goes once it is told and the call is over, not before."""
    await desk.cards.put(CARD, NOW)
    first = FollowUp(7, "c1", "anna", NOW, "accueil", "titre", None, "une note")
    last = FollowUp(7, "c1", "anna", NOW, "accueil", "", True, "")
    await desk.follow_ups.file(first)
    assert await desk.follow_ups.filed([7, 8]) == {7: first}
    await desk.follow_ups.file(last)
    assert await desk.follow_ups.filed([7]) == {7: last}
    entry_id = await desk.queue.enter(Caller("c1", "m", "accueil"), NOW)
    assert (await desk.cards.forget_gone(NOW), await desk.cards.of("c1")) == (0, CARD)
    await desk.queue.tell(entry_id, CallerHungUp(NOW))
    assert (await desk.cards.forget_gone(NOW), await desk.cards.of("c1")) == (1, None)


async def test_a_correction_keeps_no_number(desk: Desk) -> None:
    """Masked, replaced when the same person thinks again, and without the caller's words after some days."""
    for right in ("acte_naissance", "horaires"):
        await desk.follow_ups.correct(Correction("c1", NOW, "anna", SAID[1].text, "titre", right))
    kept = await desk.follow_ups.corrections()
    assert kept == [Correction("c1", NOW, "anna", "Appelez-moi au …78.", "titre", "horaires")]
    await desk.follow_ups.file(FollowUp(7, "c1", "anna", NOW, "accueil", note="une note"))
    assert await desk.follow_ups.purge(NOW, NOW) == 0
    assert await desk.follow_ups.purge(NOW + timedelta(days=30), NOW + timedelta(days=30)) == 2
    assert [one.said for one in await desk.follow_ups.corrections()] == [""]


async def test_a_receptionist_sees_their_own_day(desk: Desk) -> None:
    """Calls taken and missed today, yesterday's not; the one to write down is the newest that is not."""
    await desk.queue.tell_agent("anna", AgentSignedIn(NOW, ("accueil",), telephone="100"))
    yesterday = await desk.queue.enter(Caller("old", "m", "accueil"), NOW - timedelta(days=1))
    await desk.queue.tell(yesterday, CallerHungUp(NOW - timedelta(days=1)))
    ids: list[int] = []
    for call_id in ("first", "second"):
        entry_id = await desk.queue.enter(Caller(call_id, "m", "accueil"), NOW)
        await desk.queue.tell_agent("anna", AgentReady(NOW))
        assert await desk.queue.tell(entry_id, OfferAccepted(NOW), by="anna")
        talking = await desk.view("anna", NOW)
        assert (talking.entry, talking.follow) == (talking.follow, talking.entry)
        await desk.queue.tell(entry_id, TalkEnded(NOW + timedelta(seconds=len(ids))), by="anna")
        ids.append(entry_id)
    await desk.cards.put(replace(CARD, call_id="missed"), NOW)
    missed = await desk.queue.enter(Caller("missed", "m", "accueil"), NOW)
    await desk.queue.tell(missed, CallerHungUp(NOW))
    await desk.follow_ups.file(FollowUp(ids[1], "second", "anna", NOW, "accueil"))
    view = await desk.view("anna", NOW)
    assert [[one.id for one in part] for part in (view.taken, view.missed)] == [ids[::-1], [missed]]
    assert view.about == {"missed": "titre"}
    assert view.follow
    assert (view.follow.id, set(view.filed)) == (ids[0], {ids[1]})
    asked = await desk.view("anna", NOW, wanted=ids[1])
    assert asked.follow
    assert asked.follow.id == ids[1]
    assert (await desk.view("paul", NOW)).taken == ()


async def test_a_word_for_the_next_one_stays_when_the_card_is_written_anew(desk: Desk) -> None:
    """In order; a call without a card takes none."""
    await desk.cards.put(CARD, NOW)
    notes = Note("anna", "Il a la photo."), Note("bruno", "Pas le bon service.")
    for note in notes:
        await desk.cards.add_note("c1", note)
    await desk.cards.add_note("c2", notes[0])
    await desk.cards.put(CARD, NOW)
    assert (await desk.cards.of("c1"), await desk.cards.of("c2")) == (replace(CARD, notes=notes), None)


async def test_the_card_of_who_was_passed_on_is_there_for_the_last_who_talked(desk: Desk) -> None:
    """It goes once all who talked to the caller have written their follow-up."""
    await desk.cards.put(CARD, NOW)
    for name in ("anna", "bruno"):
        await desk.queue.tell_agent(name, AgentSignedIn(NOW, ("accueil",), telephone="100"))
    await desk.queue.tell_agent("anna", AgentReady(NOW))
    first = await desk.queue.enter(Caller("c1", "m", "accueil"), NOW)
    await desk.queue.tell(first, OfferAccepted(NOW))
    await desk.queue.tell_agent("bruno", AgentReady(NOW))
    second = await desk.queue.pass_on(
        first, CallerPassedOn(NOW, "Bruno", "accueil", agent="bruno"), by="anna"
    )
    assert second
    await desk.queue.tell(second, OfferAccepted(NOW), by="bruno")
    await desk.follow_ups.file(FollowUp(first, "c1", "anna", NOW, "accueil"))
    await desk.cards.forget_gone(NOW)
    assert await desk.cards.of("c1") == CARD
    view = await desk.view("anna", NOW, first)
    assert view.then
    assert (view.then.id, view.then.agent) == (second, "bruno")
    await desk.queue.tell(second, TalkEnded(NOW))
    await desk.cards.forget_gone(NOW)
    assert await desk.cards.of("c1") == replace(CARD, number="", name="")
    await desk.follow_ups.file(FollowUp(second, "c1", "bruno", NOW, "accueil"))
    await desk.cards.forget_gone(NOW)
    assert await desk.cards.of("c1") is None


async def test_calls_that_the_pbx_passes_on_are_found_by_number_for_an_hour(
    desk: Desk, database: Database
) -> None:
    """In whatever form it is written, or by its last four figures, or its id; then the card is gone. Who looks is journalled."""
    referred = replace(CARD, service="accueil", reason="asked", referred_at=NOW)
    other = replace(referred, call_id="c2", number="", referred_at=NOW - timedelta(minutes=1))
    for card in (referred, other, replace(CARD, call_id="c3")):
        await desk.cards.put(card, NOW)
    assert await desk.cards.referred(NOW) == [referred, other]
    for sought in ("06 12 34 56 78", "+33612345678", "5678", "c1"):
        assert await desk.find(sought, "anna", NOW) == [referred]
    for sought in ("678", "0612345679", "", "c3"):
        assert await desk.find(sought, "anna", NOW) == []
    assert await desk.find("c2", "anna", NOW) == [other]
    await desk.cards.forget_gone(NOW + REFERRED_KEPT)
    assert await desk.cards.of("c1") == referred
    await desk.cards.forget_gone(NOW + REFERRED_KEPT + timedelta(seconds=1))
    assert (await desk.cards.of("c1"), await desk.cards.referred(NOW)) == (None, [])
    looks = await Trail(database).changes(Wanted())
    assert {(one.actor, one.action) for one in looks} == {("anna", "call looked up")}
    assert [one.detail for one in looks][:3] == ["1 found", "0 found", "0 found"]


async def test_who_comes_back_from_the_pbx_is_not_found(desk: Desk) -> None:
    """The bot has them again."""
    await desk.cards.put(replace(CARD, referred_at=NOW), NOW)
    await desk.cards.taken_back("c1")
    assert (await desk.cards.referred(NOW), await desk.cards.of("c1")) == ([], CARD)


async def test_what_was_corrected_is_told_by_call(desk: Desk) -> None:
    """One's own alone, in order."""
    made = [Correction("c1", NOW, "anna", said, "titre", "horaires") for said in ("un", "deux")]
    for one in (*made, Correction("c1", NOW, "bruno", "un", "", "titre")):
        await desk.follow_ups.correct(one)
    assert await desk.follow_ups.corrected(["c1", "c2"], "anna") == {"c1": made}


async def test_a_correction_leaves_the_callers_name_out(desk: Desk) -> None:
    """The one that they gave when they were asked, wherever they say it again; the card knows it."""
    said = (Said("bot", NAME), Said("caller", "kowalczyk"), Said("caller", "bonjour kowalczyk encore"))
    card = Card("c1", said=said)
    await desk.follow_ups.correct(Correction("c1", NOW, "anna", said[2].text, "titre", "horaires"), card)
    assert [one.said for one in await desk.follow_ups.corrections()] == ["bonjour … encore"]


async def test_without_transcripts_nothing_that_was_said_is_written(database: Database) -> None:
    """Neither on the card nor with a correction."""
    cards = Cards(database, words=False)
    desk = Desk(database, QueueStore(database, Rules(), News(database)), cards)
    await cards.put(CARD, NOW)
    await desk.follow_ups.correct(Correction("c1", NOW, "anna", "bonjour", "titre", "horaires"), CARD)
    kept = await cards.of("c1")
    assert kept == replace(CARD, said=())
    assert [one.said for one in await desk.follow_ups.corrections()] == [""]
