"""A caller in the queue, as their call sees it: stage by stage, in virtual time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.handover import Output, Plan, Way
from callbot.dialogue.phrases import FRENCH
from callbot.dialogue.waiting import ENTER_MS, PARTED_MS, Waiting
from callbot.dialogue.waiting_callback import PATIENCE_MS
from callbot.dialogue.waiting_danger import DOUBT_MS
from callbot.dialogue.waiting_looks import LOOK_MS, SILENT_MS
from callbot.dialogue.waiting_news import Desk, NotQueued, Passed, PlaceSeen, Stands
from callbot.dialogue.waiting_place import ABSENT_MS, PASSED_ABSENT_MS, SETTLE_MS
from callbot.dialogue.waiting_sayings import PROMPT_STUCK_MS
from callbot.dialogue.waiting_table import NEXT, Stage, Step
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    BriefAgent,
    CallbackRequested,
    CallerQueued,
    ClearAudio,
    ConnectAgent,
    Decision,
    EnterQueue,
    IntentMatched,
    LookAtQueue,
    OfferAgent,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    QueueWord,
    ReleaseAgent,
    TellQueue,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.humans.queue_types import Place, Rules
from callbot.languages.tongues import tongue
from callbot.media.dialect import Bridged, ConsultAnswered, ConsultEnded, ConsultMarkPlayed, TransferEnded
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation

BEGUN = 1000
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TRANSFER = Transfer("accueil", "100", "asked")
PLAN = Plan(
    "Merci de patienter.",
    ("Un appel.",),
    "le prix",
    "acte_naissance",
    "0612345678",
    calls_back=True,
    texts=FRENCH,
)
ENTER = EnterQueue("accueil", "asked", "fr")
WAITS = PlaceSeen(Place.WAITING, NOON)
TO_ANNA = PlaceSeen(Place.OFFERED, NOON + timedelta(seconds=1), "anna", "201")
TO_BRUNO = PlaceSeen(Place.OFFERED, NOON + timedelta(seconds=30), "bruno", "202")
SECOND_IN_LINE = Stands(2, 5)
RULES = Rules()


def fixed(text: str) -> PlayPrompt:
    """A sentence over the music."""
    return PlayPrompt(text, interruptible=False)


def entering(way: Way = Way.BRIDGE, plan: Plan = PLAN, transfer: Transfer = TRANSFER) -> Waiting:
    """A caller who has been announced to a person."""
    call = Waiting(transfer, plan, way, ring_ms=20_000, rules=RULES, language="fr")
    assert call.begin(BEGUN) == [CallerQueued(BEGUN, "accueil", "asked"), ENTER, PlayMusic()]
    return call


def waiting(way: Way = Way.BRIDGE, plan: Plan = PLAN) -> Waiting:
    """One who has a place, from BEGUN on."""
    call = entering(way, plan)
    assert call.told(WAITS, BEGUN) == [LookAtQueue()]
    return call


def settled(plan: Plan = PLAN) -> Waiting:
    """One who has heard where they stand, at BEGUN."""
    call = waiting(plan=plan)
    call.told(SECOND_IN_LINE, BEGUN)
    call.said(BEGUN)
    assert call.said(BEGUN) == [PlayMusic()]
    return call


def offered(way: Way = Way.BRIDGE) -> Waiting:
    """One for whom Anna's telephone rings."""
    call = waiting(way)
    assert call.told(TO_ANNA, 2000) == [
        AgentOffered(2000, "accueil", way.value),
        OfferAgent("201", "le prix", ("Un appel.",)),
    ]
    assert call.stage is Stage.OFFERED
    return call


def talking() -> Waiting:
    """One who talks to Anna since 9,000 ms."""
    call = offered()
    assert call.hear(ConsultAnswered(), 5000) == [BriefAgent(("Un appel.",))]
    assert call.hear(ConsultMarkPlayed("briefing"), 8000) == [ClearAudio(), ConnectAgent("bridge")]
    assert call.hear(Bridged(), 9000) == [
        AgentConnected(9000, "accueil", 8000),
        TellQueue(QueueWord.ACCEPTED, "anna"),
    ]
    assert (call.stage, call.connected) == (Stage.TALKING, True)
    return call


def parted() -> Waiting:
    """One whose agent has hung up, at 60,000 ms."""
    call = talking()
    assert call.hear(ConsultEnded(TransferResult.ANSWERED, None), 60_000) == [
        AgentReleased(60_000, 51_000),
        TellQueue(QueueWord.TALK_ENDED, "anna"),
    ]
    return call


def looked(call: Waiting, at_ms: int, stands: Stands = SECOND_IN_LINE) -> list[Output]:
    """What the call says at `at_ms` when it has looked where it stands."""
    assert LookAtQueue() in call.tick(at_ms)
    return call.told(stands, at_ms)


def test_who_waits_hears_where_they_stand_and_how_long_it_may_take() -> None:
    """At once, over the music, then music again; and once more a minute later."""
    call = waiting()
    place, time = fixed("Vous êtes le deuxième appel en attente."), fixed("Comptez moins de cinq minutes.")
    assert call.told(SECOND_IN_LINE, 1100) == [ClearAudio(), place]
    assert call.said(3000) == [time]
    assert call.said(5000) == [PlayMusic()]
    for at_ms in range(11_000, 61_000, LOOK_MS):
        assert looked(call, at_ms) == []
    assert call.tick(61_099) == [LookAtQueue()]
    assert call.told(SECOND_IN_LINE, 61_099) == []
    assert looked(call, 61_100, Stands(1, 1)) == [
        ClearAudio(),
        fixed("Vous êtes le premier appel en attente."),
    ]


@pytest.mark.parametrize(
    ("stands", "texts"),
    [
        (Stands(1, 1), ("Vous êtes le premier appel en attente.", "Comptez moins d'une minute.")),
        (Stands(20, 11), ("Vous êtes le vingtième appel en attente.", "Comptez moins de douze minutes.")),
        (
            Stands(21, 61),
            ("Il y a au moins vingt appels avant le vôtre.", "L'attente peut dépasser une heure."),
        ),
        (
            Stands(3, None),
            (
                "Vous êtes le troisième appel en attente.",
                "Je ne sais pas encore combien de temps cela prendra.",
            ),
        ),
    ],
)
def test_a_time_is_never_less_than_what_is_expected(stands: Stands, texts: tuple[str, str]) -> None:
    """Rounded up to what there are words for; what is not known is said to be so."""
    call = waiting()
    assert call.told(stands, 1100) == [ClearAudio(), fixed(texts[0])]
    assert call.said(2000) == [fixed(texts[1])]


def test_who_calls_again_is_told_that_the_place_was_kept() -> None:
    """Before anything else, once."""
    call = entering()
    call.told(replace(WAITS, returned=True), BEGUN)
    assert call.told(SECOND_IN_LINE, 1100) == [
        ClearAudio(),
        fixed("Vous retrouvez votre place dans la file."),
    ]


def test_an_agent_takes_the_caller() -> None:
    """Rung, briefed, joined; the agent hangs up: the talk is over once the queue says so."""
    call = parted()
    assert (call.told(replace(TO_ANNA, place=Place.CONNECTED), 60_050), call.stage) == ([], Stage.PARTED)
    assert call.told(replace(TO_ANNA, place=Place.ENDED), 60_300) == []
    assert call.stage is Stage.OVER


def test_an_agent_hangs_up_just_after_they_have_passed_the_caller_on() -> None:
    """The telephone is heard of first, then the queue: the caller waits again, and is told for whom."""
    call = parted()
    assert call.hear(ConsultEnded(TransferResult.ANSWERED, None), 60_100) == []
    passed = replace(TO_PLANNING, passed=Passed.AGENT, service="accueil")
    assert call.told(passed, 60_300) == [ClearAudio(), fixed(FRENCH.pass_agent), LookAtQueue()]
    assert (call.stage, call.connected) == (Stage.WAITING, True)


def test_a_queue_that_does_not_say_whether_the_talk_is_over() -> None:
    """It is, after a while."""
    call = parted()
    assert (call.tick(60_000 + PARTED_MS - 1), call.stage) == ([], Stage.PARTED)
    assert call.tick(60_000 + PARTED_MS) == []
    assert call.stage is Stage.OVER


def test_a_caller_hangs_up_while_the_queue_is_asked_whether_the_talk_is_over() -> None:
    """They have been served: they have not given up waiting."""
    call = parted()
    assert call.caller_gone(60_100) == [TellQueue(QueueWord.HUNG_UP)]
    assert call.stage is Stage.OVER


def test_an_agent_is_rung_at_once_where_one_is_free() -> None:
    """The first thing that the queue tells is the offer: nothing is announced."""
    call = entering()
    assert call.told(TO_ANNA, BEGUN) == [
        AgentOffered(BEGUN, "accueil", "bridge"),
        OfferAgent("201", "le prix", ("Un appel.",)),
    ]


def test_an_agent_without_a_telephone_is_rung_at_the_services_own() -> None:
    """As without a queue."""
    call = entering()
    call.told(replace(TO_ANNA, telephone=""), BEGUN)
    assert call.stage is Stage.OFFERED
    other = entering(transfer=replace(TRANSFER, destination=""))
    assert other.told(replace(TO_ANNA, telephone=""), BEGUN)[-2:] == [
        TellQueue(QueueWord.DECLINED, "anna"),
        PlayMusic(),
    ]


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (TransferResult.NO_ANSWER, QueueWord.RANG_OUT),
        (TransferResult.BUSY, QueueWord.DECLINED),
        (TransferResult.UNREACHABLE, QueueWord.DECLINED),
        (TransferResult.FAILED, QueueWord.DECLINED),
    ],
)
def test_who_is_not_taken_waits_on_and_the_next_agent_is_rung(
    result: TransferResult, word: QueueWord
) -> None:
    """The queue is told why; the next one a moment later, when what the first telephone still tells has come."""
    call = offered()
    assert call.hear(ConsultEnded(result, 480), 22_000) == [TellQueue(word, "anna"), PlayMusic()]
    assert call.stage is Stage.WAITING
    assert call.told(TO_ANNA, 22_010) == []  # read before the queue heard of it
    assert call.told(TO_BRUNO, 22_020) == []
    assert call.hear(ConsultEnded(TransferResult.BUSY, 486), 22_050) == []
    rung = call.tick(22_000 + SETTLE_MS)
    assert OfferAgent("202", "le prix", ("Un appel.",)) in rung


def test_an_agent_who_hangs_up_during_the_briefing_gives_the_caller_back() -> None:
    """Nobody is lost between a telephone that was picked up and a conversation."""
    call = offered()
    call.hear(ConsultAnswered(), 5000)
    call.hear(ConsultMarkPlayed("briefing"), 8000)
    assert call.hear(ConsultEnded(TransferResult.ANSWERED, None), 8200) == [
        TellQueue(QueueWord.DECLINED, "anna"),
        PlayMusic(),
    ]
    assert call.stage is Stage.WAITING


def test_an_offer_that_is_taken_back_stops_the_ringing() -> None:
    """Declined on the page, and given to Bruno in the same moment: his telephone rings next."""
    call = offered()
    assert call.told(TO_BRUNO, 6000) == [ReleaseAgent(), PlayMusic()]
    assert call.stage is Stage.WAITING
    assert OfferAgent("202", "le prix", ("Un appel.",)) in call.tick(6000 + SETTLE_MS)
    assert call.told(WAITS, 9000) == [ReleaseAgent(), PlayMusic()]
    assert call.tick(9000 + SETTLE_MS) == []


def test_a_talk_ended_on_the_page_ends_the_call() -> None:
    """The agent need not touch the telephone."""
    call = talking()
    ended = PlaceSeen(Place.ENDED, NOON + timedelta(minutes=2))
    assert call.told(ended, 29_000) == [ReleaseAgent(), AgentReleased(29_000, 20_000)]
    assert call.stage is Stage.OVER


def test_one_look_that_fails_changes_nothing() -> None:
    """The next one is answered: the caller waits on."""
    call = settled()
    call.tick(BEGUN + LOOK_MS)
    assert looked(call, BEGUN + 2 * LOOK_MS) == []
    call.tick(BEGUN + LOOK_MS + SILENT_MS)
    assert call.stage is Stage.WAITING


def test_a_talk_that_an_outage_ended_goes_on() -> None:
    """The machine was taken for dead while it could not say that it lives: nobody meant to end the talk."""
    call = talking()
    call.tick(20_000)
    ended = PlaceSeen(Place.ENDED, NOON + timedelta(minutes=2))
    assert call.told(ended, 35_000) == []
    assert call.tick(45_000) == [LookAtQueue()]
    assert call.told(ended, 45_020) == []
    assert call.stage is Stage.TALKING


def test_a_caller_who_talks_is_offered_to_nobody_else() -> None:
    """The queue heard too late that they do: the place is given up, the talk goes on."""
    call = talking()
    assert call.told(TO_BRUNO, 10_000) == [TellQueue(QueueWord.WITHDRAWN)]
    assert call.told(TO_ANNA, 10_000) == []
    assert call.stage is Stage.TALKING


def test_the_pbx_joins_them_and_the_queue_is_not_told_when_they_part() -> None:
    """attended: the desk tells that."""
    call = offered(Way.ATTENDED)
    call.hear(ConsultAnswered(), 5000)
    call.hear(ConsultMarkPlayed("briefing"), 8000)
    assert call.hear(TransferEnded(TransferResult.ANSWERED, 200), 9000) == [
        AgentConnected(9000, "accueil", 8000),
        ClearAudio(),
        TellQueue(QueueWord.ACCEPTED, "anna"),
    ]
    assert (call.stage, call.connected) == (Stage.OVER, True)
    assert call.caller_gone(10_000) == []


@pytest.mark.parametrize("stage", [Stage.ENTERING, Stage.WAITING, Stage.OFFERED])
def test_who_hangs_up_while_waiting_leaves_the_queue(stage: Stage) -> None:
    """Told to the records, with how long they waited, and to the queue."""
    call = {Stage.ENTERING: entering, Stage.WAITING: waiting, Stage.OFFERED: offered}[stage]()
    assert call.caller_gone(31_000) == [QueueAbandoned(31_000, 30_000), TellQueue(QueueWord.HUNG_UP)]
    assert call.stage is Stage.OVER


def test_who_hangs_up_while_talking_releases_the_agent() -> None:
    """The queue is told that the caller did."""
    assert talking().caller_gone(31_000) == [AgentReleased(31_000, 22_000), TellQueue(QueueWord.HUNG_UP)]


def test_without_a_queue_the_service_is_rung() -> None:
    """Nobody uses the desk; or the queue says nothing at all."""
    call = entering()
    call.told(NotQueued(), 1050)
    assert call.stage is Stage.ALONE
    slow = entering()
    assert slow.tick(BEGUN + ENTER_MS - 1) == []
    assert slow.tick(BEGUN + ENTER_MS) == [TellQueue(QueueWord.WITHDRAWN)]
    assert slow.stage is Stage.ALONE


def test_where_too_many_wait_the_caller_is_turned_away() -> None:
    """Not as without a queue: there is something to be said first. Who waits already is not told anything of it."""
    call = entering()
    assert call.told(NotQueued(full=True), 1050) == []
    assert call.stage is Stage.TURNED_AWAY
    there = waiting()
    assert there.told(NotQueued(full=True), 1050) == []
    assert there.stage is Stage.WAITING


def test_a_queue_that_falls_silent_is_left() -> None:
    """The database has failed while the caller waits."""
    call = settled()
    assert call.tick(BEGUN + LOOK_MS) == [LookAtQueue()]
    for at_ms in range(BEGUN + LOOK_MS + 1000, BEGUN + LOOK_MS + SILENT_MS, 1000):
        assert call.tick(at_ms) == ([LookAtQueue()] if at_ms == BEGUN + 2 * LOOK_MS else [])
    assert call.tick(BEGUN + LOOK_MS + SILENT_MS) == [TellQueue(QueueWord.WITHDRAWN)]
    assert call.stage is Stage.ALONE


def test_who_waits_for_an_empty_desk_is_not_left_there() -> None:
    """Nobody is signed in any more: at once. All have paused: after two minutes."""
    call = settled()
    assert looked(call, BEGUN + LOOK_MS, Stands(1, None, Desk.EMPTY)) == [TellQueue(QueueWord.WITHDRAWN)]
    call = settled(replace(PLAN, calls_back=False))
    paused, at_ms = Stands(1, None, Desk.PAUSED), BEGUN + LOOK_MS
    begun_ms = at_ms
    while at_ms - begun_ms < ABSENT_MS:
        assert call.stage is Stage.WAITING
        if said := looked(call, at_ms, paused):
            assert len(said) == 2
            call.said(at_ms)
            call.said(at_ms)
        at_ms += LOOK_MS
    assert looked(call, at_ms, paused) == [TellQueue(QueueWord.WITHDRAWN)]
    assert call.stage is Stage.ALONE


def test_a_line_that_was_taken_for_lost_enters_again() -> None:
    """By the same call, which has its place."""
    call = settled()
    assert call.told(PlaceSeen(Place.KEPT, NOON), 20_000) == [ENTER]
    assert call.stage is Stage.ENTERING
    assert call.told(WAITS, 20_100) == [LookAtQueue()]


def test_the_service_stops() -> None:
    """Who waits goes another way, and keeps their place for when they call again; who is with an agent stays."""
    failed = TransferFailed(9000, "accueil", TransferResult.FAILED, None)
    assert waiting().call_off(9000) == [TellQueue(QueueWord.HUNG_UP), failed]
    assert offered().call_off(9000) == [ReleaseAgent(), TellQueue(QueueWord.HUNG_UP), failed]
    picked_up = offered()
    picked_up.hear(ConsultAnswered(), 5000)
    assert picked_up.call_off(9000) is None
    assert talking().call_off(9000) is None


def test_a_sentence_that_is_never_reported_as_heard_gives_way() -> None:
    """A leg that loses a mark, or a voice that fails, leaves nobody without music."""
    call = waiting()
    call.told(SECOND_IN_LINE, 2000)
    first = call.tick(2000 + PROMPT_STUCK_MS + 120 * len("Vous êtes le deuxième appel en attente."))
    assert fixed("Comptez moins de cinq minutes.") in first


# -- a call-back instead -----------------------------------------------------------------------------------------------

OFFER = PlayPrompt(
    "Pour qu'on vous rappelle sans perdre votre tour, dites-le-moi, ou appuyez sur la touche un."
)
HOW = PlayPrompt(
    "Dites oui, ou tapez un, pour confirmer. Sinon, tapez un autre numéro. Pour rester en ligne, tapez la touche étoile."
)
DONE = fixed("C'est noté : vous gardez votre tour, et une personne vous rappellera. Au revoir.")


def offered_call_back(plan: Plan = PLAN) -> Waiting:
    """A caller who has heard that they may be called back, at 121,000 ms."""
    call = settled(plan)
    call.told(SECOND_IN_LINE, 61_000)
    call.said(61_000)
    call.said(61_000)
    assert call.told(SECOND_IN_LINE, 121_000)[0] == ClearAudio()
    assert call.said(121_000) == [fixed("Comptez moins de cinq minutes.")]
    assert call.said(121_000) == [OFFER]
    assert call.said(121_000) == [PlayMusic()]
    return call


def test_keys_mean_nothing_before_a_call_back_is_offered() -> None:
    """Nor ever, where none can be taken down."""
    call = settled()
    assert (call.takes_keys, call.pressed("1", 20_000)) == (False, [])
    call = settled(replace(PLAN, calls_back=False))
    call.told(SECOND_IN_LINE, 121_000)
    assert not call.takes_keys


def test_a_caller_keeps_their_turn_and_hangs_up() -> None:
    """Key 1; the number that shows is read back; key 1: the request is told, and the queue promised."""
    call = offered_call_back()
    asked = call.pressed("1", 125_000)
    own = asked[1]
    assert isinstance(own, PlayPrompt)
    assert (asked[0], own.shown) == (ClearAudio(), "Peut-on vous rappeler au …78 ?")
    assert call.said(128_000) == [HOW]
    assert call.said(130_000) == []  # no music: an answer is awaited
    assert call.pressed("1", 131_000) == [
        CallbackRequested(131_000, "+33612345678", "", "acte_naissance"),
        TellQueue(QueueWord.CALL_BACK),
    ]
    assert (call.stage, call.farewell) == (Stage.PROMISED, (DONE,))


def test_another_number_is_pressed_and_read_back() -> None:
    """The sentence stops at the first key; ten figures are enough."""
    call = offered_call_back()
    call.pressed("1", 125_000)
    assert call.pressed("0", 126_000) == [ClearAudio()]
    for key in "39000012":
        assert call.pressed(key, 127_000) == []
    asked = call.pressed("3", 128_000)
    assert isinstance(asked[1], PlayPrompt)
    assert asked[1].shown == "J'ai noté le …23."
    confirmed = call.pressed("1", 130_000)
    assert confirmed[0] == CallbackRequested(130_000, "+33390000123", "", "acte_naissance")


def test_a_number_that_is_not_whole_is_asked_again_three_times_at_most() -> None:
    """Then the caller waits on; the offer stands."""
    call = offered_call_back(replace(PLAN, own=""))
    assert call.pressed("1", 125_000)[1].text.startswith("Tapez votre numéro")  # type: ignore[union-attr]
    for _ in range(2):
        call.pressed("4", 126_000)
        assert PlayPrompt("Ce numéro n'est pas complet.") in call.pressed("#", 126_000)
    call.pressed("4", 127_000)
    assert PlayPrompt("Je suis désolé, je n'arrive pas à noter votre numéro.") in call.pressed("#", 127_000)
    call.said(128_000)
    assert call.said(129_000) == [PlayMusic()]
    assert call.takes_keys


@pytest.mark.parametrize("how", ["star", "silence"])
def test_who_would_rather_wait_waits(how: str) -> None:
    """The key « * », or no key for a while: music again."""
    call = offered_call_back()
    call.pressed("1", 125_000)
    call.said(126_000)
    call.said(127_000)
    stays = call.pressed("*", 128_000) if how == "star" else call.tick(127_000 + PATIENCE_MS)
    assert PlayPrompt("Très bien, vous restez en ligne, et vous gardez votre tour.") in stays
    assert call.said(150_000) == [PlayMusic()]
    assert call.stage is Stage.WAITING


def test_a_promise_while_a_telephone_rings_stops_it() -> None:
    """And an agent who has picked up comes before a call-back."""
    call = offered_call_back()
    call.told(TO_ANNA, 122_000)
    call.pressed("1", 125_000)
    assert call.pressed("1", 126_000)[0] == ReleaseAgent()
    call = offered_call_back()
    call.told(TO_ANNA, 122_000)
    call.pressed("1", 125_000)
    assert call.hear(ConsultAnswered(), 126_000) == [BriefAgent(("Un appel.",)), ClearAudio(), PlayMusic()]
    assert (call.takes_keys, call.pressed("1", 127_000)) == (False, [])


def test_every_stage_is_reached_and_left() -> None:
    """No stage but the last four is without a way out, and each but the first has a way in."""
    assert {before for before, _ in NEXT} == set(Stage) - {
        Stage.PROMISED,
        Stage.ALONE,
        Stage.TURNED_AWAY,
        Stage.OVER,
    }
    assert set(NEXT.values()) == set(Stage)
    assert {step for _, step in NEXT} == set(Step)
    assert all((stage, Step.CALLER_GONE) in NEXT for stage, _ in NEXT)


TOWN_PLANNING = Transfer("urbanisme", "300", "passed")
TO_PLANNING = PlaceSeen(
    Place.WAITING, NOON + timedelta(minutes=1), nth=2, passed=Passed.SERVICE, service="urbanisme"
)
BACK = PlaceSeen(Place.WAITING, NOON + timedelta(minutes=2), nth=2, passed=Passed.BACK, service="accueil")
NOTED = Plan(
    "Nous appelons l'urbanisme.",
    ("Un collègue.",),
    texts=FRENCH,
    calls_back=True,
    back="Personne. Nous rappelons.",
)


def passed_on(seen: PlaceSeen = TO_PLANNING, says: str = NOTED.waiting) -> Waiting:
    """One whom Anna passes on after a talk from 9,000 to 20,000 ms."""
    call = talking()
    call._passed_on = lambda service: (replace(TOWN_PLANNING, service=service), NOTED)
    assert call.told(seen, 20_000)[:4] == [
        ReleaseAgent(),
        AgentReleased(20_000, 11_000),
        ClearAudio(),
        fixed(says),
    ]
    return call


def test_a_caller_is_passed_on_to_a_service() -> None:
    """The agent's telephone is let go; the caller hears who is called, then music, then where they stand; the next agent is rung."""
    call = passed_on()
    assert call.stage is Stage.WAITING
    assert call.said(22_000) == [PlayMusic()]
    assert [p.text for p in call.told(SECOND_IN_LINE, 23_000) if isinstance(p, PlayPrompt)] == [
        "Vous êtes le deuxième appel en attente."
    ]
    offer = replace(TO_PLANNING, place=Place.OFFERED, agent="bruno", telephone="202")
    assert call.told(offer, 24_000) == [
        AgentOffered(24_000, "urbanisme", "bridge"),
        OfferAgent("202", "", ("Un collègue.",)),
    ]


def test_nobody_is_there_where_the_caller_was_passed_on_to() -> None:
    """The queue is told; the caller comes back, hears it, and whoever takes them then is rung."""
    call = passed_on()
    call.said(22_000)
    nobody = Stands(1, None, Desk.PAUSED)
    call.told(nobody, 22_000)
    assert call.told(nobody, 22_000 + PASSED_ABSENT_MS) == [TellQueue(QueueWord.NOBODY)]
    assert call.told(Stands(1, None, Desk.EMPTY), 53_000) == [TellQueue(QueueWord.NOBODY)]
    back = replace(BACK, place=Place.OFFERED, agent="anna", telephone="201")
    assert call.told(back, 54_000) == [
        ClearAudio(),
        fixed("Personne. Nous rappelons."),
        AgentOffered(54_000, "accueil", "bridge"),
        OfferAgent("201", "", ("Un collègue.",)),
    ]
    assert call.transfer.service == "accueil"


def test_a_caller_is_passed_on_to_a_telephone_that_is_no_agent_s() -> None:
    """It is rung once the agent's is let go; answered, the queue is done with them, and what it tells of it ends no talk."""
    dialled = PlaceSeen(
        Place.DIALLED,
        NOON + timedelta(minutes=1),
        telephone="0199000005",
        nth=2,
        passed=Passed.NUMBER,
        service="accueil",
    )
    call = passed_on(dialled, FRENCH.pass_number)
    rung = call.tick(20_000 + SETTLE_MS)
    assert rung == [
        AgentOffered(20_400, "accueil", "bridge"),
        OfferAgent("0199000005", "", ("Un collègue.",)),
    ]
    call.told(dialled, 21_000)
    assert (call.stage, call.connected) == (Stage.OFFERED, True)
    call.hear(ConsultAnswered(), 23_000)
    call.hear(ConsultMarkPlayed("briefing"), 24_000)
    assert call.hear(Bridged(), 24_500)[-1] == TellQueue(QueueWord.ACCEPTED)
    assert call.told(replace(dialled, place=Place.ENDED, telephone=""), 25_000) == []
    assert (call.stage, call.connected) == (Stage.TALKING, True)
    assert call.hear(ConsultEnded(TransferResult.ANSWERED, None), 60_000)[-1] == TellQueue(
        QueueWord.TALK_ENDED
    )
    assert (call.stage, call.connected) == (Stage.OVER, True)


def test_the_telephone_is_not_answered() -> None:
    """The queue has the caller back, who hears it."""
    dialled = PlaceSeen(
        Place.DIALLED, NOON, telephone="0199000005", nth=2, passed=Passed.NUMBER, service="accueil"
    )
    call = passed_on(dialled, FRENCH.pass_number)
    call.tick(20_400)
    call.said(20_900)
    assert call.hear(ConsultEnded(TransferResult.NO_ANSWER, 480), 40_000) == [
        TellQueue(QueueWord.RANG_OUT),
        PlayMusic(),
    ]
    assert call.told(BACK, 40_100) == [ClearAudio(), fixed("Personne. Nous rappelons.")]


def test_who_is_passed_on_to_one_agent_hears_that() -> None:
    """No position is told: they wait for that agent alone; and one who comes back at once hears only that."""
    passed_on(replace(TO_PLANNING, passed=Passed.AGENT, service="accueil"), FRENCH.pass_agent)
    passed_on(BACK, "Personne. Nous rappelons.")


# -- words over the music --------------------------------------------------------------------------------------------

THEIRS = Sounded(callers_ms=900, run_ms=600)


def reads(text: str, act: str | None = None) -> Interpretation:
    """What was understood of an utterance."""
    return Interpretation(text, act=act)


CALL_ME = reads("rappelez moi", "rappel")


@pytest.mark.parametrize(
    "said",
    [
        CALL_ME,
        reads("je préfère qu'on me rappelle", "rappel"),
        reads("non je raccroche rappelez moi", "au_revoir"),
        reads("c'est long je préférerais être rappelée"),
    ],
)
def test_a_spoken_wish_to_be_called_back_keeps_the_place(said: Interpretation) -> None:
    """As the key does, and before it was offered: the number is confirmed by voice, the place is kept, the call ends."""
    call = settled()
    [cleared, asked] = call.heard(said, THEIRS, 20_000)
    assert isinstance(asked, PlayPrompt)
    assert (cleared, asked.shown) == (ClearAudio(), "Peut-on vous rappeler au …78 ?")
    assert call.said(23_000) == [PlayPrompt(phrases.QUEUE_CHECK_HOW)]
    assert call.said(26_000) == []
    assert call.heard(reads("oui", "oui"), THEIRS, 27_000) == [
        CallbackRequested(27_000, "+33612345678", "", "acte_naissance"),
        TellQueue(QueueWord.CALL_BACK),
    ]
    assert (call.stage, call.farewell) == (
        Stage.PROMISED,
        (PlayPrompt(phrases.QUEUE_DONE, interruptible=False),),
    )


@pytest.mark.parametrize(
    ("said", "sounded"),
    [
        (CALL_ME, Sounded(callers_ms=0, far=True)),
        (CALL_ME, Sounded(echo=0.6, callers_ms=100)),
        (CALL_ME, Sounded(echo=0.2, callers_ms=500)),
        (CALL_ME, Sounded(callers_ms=100)),
        (reads("maman rappelle moi de sortir la poubelle", "rappel"), THEIRS),
        (reads("rappelez nous au zéro huit cent douze douze", "rappel"), THEIRS),
        (reads("ce n'est pas la peine de me rappeler", "rappel"), THEIRS),
        (reads("je lui ai dit de me rappeler demain"), THEIRS),
        (reads("oui", "oui"), THEIRS),
        (reads("un agent", "agent"), THEIRS),
        (reads("au revoir", "au_revoir"), THEIRS),
    ],
)
def test_what_is_no_wish_changes_nothing(said: Interpretation, sounded: Sounded) -> None:
    """Music that comes back, a television, somebody in the room, other words: the music plays on."""
    call = settled()
    assert call.heard(said, sounded, 20_000) == []
    assert call.stage is Stage.WAITING


FELL = "Si la personne ne répond pas, composez le quinze."
URGENT = replace(
    PLAN,
    urgent={
        "15": ("C'est une urgence, le quinze.", "Je vous passe."),
        "112": ("C'est une urgence, le cent douze.", "Je vous passe."),
    },
    doubts={"danger_doubt": "Est-ce une urgence ?", "fall_doubt": FELL},
)
HURRY = [TellQueue(QueueWord.HUNG_UP), EnterQueue("accueil", "emergency", "fr")]


def in_danger(number: str, at_ms: int) -> IntentMatched:
    """What is published of it."""
    return IntentMatched(at_ms, Decision.EMERGENCY, None, None, None, number, 1.0, None)


def test_an_emergency_over_the_music_is_told_whom_to_call_and_goes_first() -> None:
    """At once, even while a call-back is asked about; the place is entered anew with the priority of an emergency, and kept."""
    call = settled(URGENT)
    call.heard(CALL_ME, THEIRS, 19_000)
    assert call.heard(Interpretation("mon mari ne respire plus", emergency="15"), THEIRS, 20_000) == [
        in_danger("15", 20_000),
        ClearAudio(),
        fixed("C'est une urgence, le quinze."),
        *HURRY,
    ]
    assert call.told(WAITS, 20_100) == [LookAtQueue()]
    assert call.said(24_000) == [fixed("Je vous passe.")]
    assert call.said(26_000) == [PlayMusic()]
    call.told(TO_ANNA, 26_500)
    assert (call.stage, call.transfer.reason) == (Stage.OFFERED, "emergency")


def test_an_emergency_while_a_telephone_rings_does_not_stop_it() -> None:
    """Whoever takes the call is there soon; only if nobody does, the caller is put before all others. The sentence is not cut."""
    call = settled(URGENT)
    call.told(TO_ANNA, 20_000)
    assert call.heard(Interpretation("au feu", emergency="112"), THEIRS, 21_000) == [
        in_danger("112", 21_000),
        ClearAudio(),
        fixed("C'est une urgence, le cent douze."),
    ]
    assert call.heard(Interpretation("au feu", emergency="112"), THEIRS, 22_000) == []
    assert call.told(WAITS, 23_000) == [ReleaseAgent(), *HURRY]
    assert call.said(24_000) == [fixed("Je vous passe.")]


@pytest.mark.parametrize(
    ("doubt", "question", "answer", "number"),
    [
        ("danger", "Est-ce une urgence ?", reads("oui", "oui"), "112"),
        ("fall", FELL, reads("non", "non"), "15"),
        ("fall", FELL, Interpretation("il est tombé", doubt="fall"), "15"),
        ("danger", "Est-ce une urgence ?", reads("non", "non"), None),
        ("fall", FELL, reads("oui", "oui"), None),
    ],
)
def test_what_may_be_an_emergency_is_asked_about(
    doubt: str, question: str, answer: Interpretation, number: str | None
) -> None:
    """In the words of the dialogue; what is confirmed, or told again, is one. What is denied leaves the caller where they are."""
    call = settled(URGENT)
    said = call.heard(Interpretation("il est tombé", doubt=doubt), THEIRS, 20_000)
    assert said == [ClearAudio(), PlayPrompt(question)]
    call.said(23_000)
    told = call.heard(answer, THEIRS, 25_000)
    assert told[:1] == ([in_danger(number, 25_000)] if number else [])
    assert told[3:] == (HURRY if number else [])


def test_a_yes_long_after_the_question_is_none() -> None:
    """The caller speaks to somebody else by then; nor is what they say of no emergency one."""
    call = settled(URGENT)
    call.heard(Interpretation("il est tombé", doubt="danger"), THEIRS, 20_000)
    call.said(23_000)
    assert call.heard(reads("oui", "oui"), THEIRS, 20_000 + DOUBT_MS) == []
    denied = Interpretation("ce n'est pas une urgence", doubt="danger")
    assert call.heard(denied, THEIRS, 60_000) == []


def test_a_sentence_of_ours_that_comes_back_is_no_answer() -> None:
    """« Dites oui » is not a yes; the same word a moment later is."""
    call = settled()
    call.heard(CALL_ME, THEIRS, 20_000)
    call.said(23_000)
    assert call.heard(reads("oui", "oui"), THEIRS, 24_000) == []
    call.said(26_000)
    assert TellQueue(QueueWord.CALL_BACK) in call.heard(reads("oui", "oui"), THEIRS, 27_000)


def test_who_answers_no_gives_another_number_by_keys_and_may_wait_on() -> None:
    """« j'attends » brings the music back, with the place."""
    call = settled()
    call.heard(CALL_ME, THEIRS, 20_000)
    call.said(21_000)
    call.said(22_000)
    assert call.heard(reads("non", "non"), THEIRS, 23_000) == [
        ClearAudio(),
        PlayPrompt(phrases.QUEUE_NUMBER),
    ]
    call.said(25_000)
    assert call.heard(reads("non j'attends", "attendre"), THEIRS, 26_000) == [
        ClearAudio(),
        PlayPrompt(phrases.QUEUE_STAYS),
    ]
    assert call.said(28_000) == [PlayMusic()]


def test_no_call_back_is_taken_where_none_is_offered() -> None:
    """The setting."""
    call = settled(replace(PLAN, calls_back=False))
    assert call.heard(CALL_ME, THEIRS, 20_000) == []


def test_a_call_back_is_offered_in_the_caller_s_language() -> None:
    """Every sentence of it, and the number digit by digit; what is told to the town hall is the same."""
    plan = replace(PLAN, texts=tongue("en").texts)
    call = Waiting(TRANSFER, plan, Way.BRIDGE, ring_ms=20_000, rules=RULES, language="en")
    call.begin(BEGUN)
    call.told(WAITS, BEGUN)
    call.told(SECOND_IN_LINE, 121_000)
    call.said(121_000)
    [offer] = call.said(121_000)
    assert offer == PlayPrompt(
        "To be called back without losing your place, please tell me so, or press one."
    )
    assert call.pressed("1", 125_000) == [
        ClearAudio(),
        PlayPrompt(
            "Can we call you back on zero six, one two, three four, five six, seven eight?",
            shown="Can we call you back on …78?",
        ),
    ]
    [how] = call.said(127_000)
    assert how == PlayPrompt(
        "To confirm, say yes, or press one. Otherwise, enter another number. To stay on the line, press the star key."
    )
    assert call.said(130_000) == []
    confirmed = call.heard(reads("yes", "oui"), THEIRS, 131_000)
    assert confirmed == [
        CallbackRequested(131_000, "+33612345678", "", "acte_naissance"),
        TellQueue(QueueWord.CALL_BACK),
    ]
    assert call.farewell == (
        fixed("It is noted. You keep your place, and a person will call you back. Goodbye."),
    )


def asked_instead() -> Waiting:
    """An English caller for whom there is no place: too many wait."""
    plan = replace(URGENT, texts=tongue("en").texts, instead=True)
    call = Waiting(TRANSFER, plan, Way.BRIDGE, ring_ms=20_000, rules=RULES, language="en")
    call.begin(BEGUN)
    full = "I am sorry, too many callers are already waiting: I cannot put you on hold."
    assert call.told(NotQueued(full=True), 1050) == [
        TransferFailed(1050, "accueil", TransferResult.BUSY, None),
        ClearAudio(),
        PlayPrompt(full),
    ]
    assert call.said(4000) == [PlayPrompt("We can call you back.")]
    assert call.said(5000) == [
        PlayPrompt(
            "Can we call you back on zero six, one two, three four, five six, seven eight?",
            shown="Can we call you back on …78?",
        )
    ]
    [how] = call.said(8000)
    assert how == PlayPrompt(
        "To confirm, say yes, or press one. Otherwise, enter another number. If you would rather not be called back, press the star key."
    )
    assert call.said(12_000) == []
    return call


def test_who_gets_no_place_is_called_back_in_their_language() -> None:
    """By key or in a word; the queue, where they have no place, is told nothing."""
    call = asked_instead()
    assert call.takes_keys
    assert call.heard(reads("yes", "oui"), THEIRS, 13_000) == [
        CallbackRequested(13_000, "+33612345678", "", "acte_naissance")
    ]
    assert call.stage is Stage.PROMISED
    assert call.farewell == (fixed("It is noted. A person will call you back. Goodbye."),)


@pytest.mark.parametrize("how", ["star", "silence"])
def test_who_gets_no_place_and_wants_no_call_is_turned_away(how: str) -> None:
    """Then the service is rung, and it is not said again why."""
    call = asked_instead()
    if how == "star":
        assert call.pressed("*", 13_000) == []
    else:
        assert call.tick(12_000 + PATIENCE_MS) == []
    assert (call.stage, call.was_asked) == (Stage.TURNED_AWAY, True)


def test_an_emergency_gets_a_place_all_the_same() -> None:
    """Told while we ask for the number: whom to call, and the queue is entered anew."""
    call = asked_instead()
    told = call.heard(Interpretation("fire", emergency="112"), THEIRS, 13_000)
    assert told[-1] == EnterQueue("accueil", "emergency", "en")
    assert call.stage is Stage.ENTERING


@pytest.mark.parametrize("text", ["c'est encore long combien de temps", "il y a beaucoup de monde avant moi"])
def test_who_asks_how_long_is_told_at_once(text: str) -> None:
    """Position and time, as honest as ever; while they are being said nobody is told twice."""
    call = settled()
    assert call.heard(reads(text), THEIRS, 20_000) == [LookAtQueue()]
    assert call.told(Stands(1, 3), 20_100) == [ClearAudio(), fixed("Vous êtes le premier appel en attente.")]
    assert call.said(23_000) == [fixed("Comptez moins de trois minutes.")]
    assert call.said(25_000) == [PlayMusic()]
    assert call.heard(reads("mon fils a mis longtemps à trouver un emploi"), THEIRS, 30_000) == []


def test_nobody_listens_once_a_person_picks_up() -> None:
    """What is said to an agent is theirs."""
    call = offered()
    assert call.takes_words
    call.hear(ConsultAnswered(), 5000)
    assert not call.takes_words
    assert call.heard(CALL_ME, THEIRS, 6000) == []
