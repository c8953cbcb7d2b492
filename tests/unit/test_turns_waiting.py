"""The conversation around a handover: the waiting, and what comes after it, in virtual time."""

import pytest

from callbot.dialogue.handover import SAID_AGAIN_MS, Way
from callbot.dialogue.transfer_phrases import FAREWELL, GIVEN_BACK, NOBODY
from callbot.dialogue.turn_table import Clock, GiveUp, Told, Turn, Understood
from callbot.dialogue.turns import Conversation, Output
from callbot.events import (
    AgentConnected,
    CallStarted,
    ClearAudio,
    DtmfReceived,
    HangUp,
    NoInput,
    OfferAgent,
    Outcome,
    PlaybackFinished,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    ReleaseAgent,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.media.dialect import (
    Bridged,
    ConsultAnswered,
    ConsultEnded,
    ConsultMarkPlayed,
    ConsultRinging,
    TransferEnded,
)
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import KNOWLEDGE, SmallKnowledge, new_dialogue

QUESTION = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),))
BUSY = ConsultEnded(TransferResult.BUSY, 486)
DANGER = "Si vous êtes en danger, composez le cent douze. Si vous ne pouvez pas parler, envoyez un SMS au cent quatorze."
OCCUPIED = "La ligne de l'accueil est occupée."


def conversation(
    way: Way | None = Way.BRIDGE,
    knowledge: SmallKnowledge = KNOWLEDGE,
    returned: TransferResult | None = None,
) -> Conversation:
    """A conversation whose opening was heard at 1,000 ms."""
    call = Conversation(
        new_dialogue(knowledge),
        filler="Un instant.",
        no_input_ms=5000,
        barge_in_ms=500,
        max_call_ms=600_000,
        way=way,
        returned=returned,
    )
    call.handle(CallStarted(0, "", "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    return call


def wait_for_a_person(call: Conversation, at_ms: int = 3000) -> list[Output]:
    """Key 0; the announcement is heard at `at_ms`; what follows."""
    call.handle(DtmfReceived(at_ms - 2000, "0"))
    return call.handle(PlaybackFinished(at_ms))


def fail(call: Conversation, at_ms: int) -> list[Output]:
    """The person's line is busy."""
    return call.handle(Told(at_ms, BUSY))


@pytest.fixture
def waiting() -> Conversation:
    """A caller who waits from 3,000 ms on."""
    call = conversation()
    outputs = wait_for_a_person(call)
    assert [type(output).__name__ for output in outputs] == [
        *["CallerQueued", "AgentOffered", "OfferAgent", "PlayMusic"]
    ]
    assert (call.turn, call.private) == (Turn.WAITING, True)
    return call


def test_what_a_waiting_caller_does_is_ignored(waiting: Conversation) -> None:
    """Speech, words, keys, silence: nothing of it is answered."""
    for happened in (
        SpeechStarted(4000),
        SpeechStopped(5000, 4400),
        Understood(5100, QUESTION),
        DtmfReceived(6000, "0"),
        Clock(15_000),
    ):
        assert waiting.handle(happened) == []
    assert waiting.turn is Turn.WAITING


def test_an_announcement_that_cannot_be_made_gives_way_to_music(waiting: Conversation) -> None:
    """No voice can say « Merci de patienter »: never silence."""
    outputs = waiting.handle(Clock(3000 + SAID_AGAIN_MS))
    assert outputs == [
        ClearAudio(),
        PlayPrompt("Merci de patienter, nous appelons l'accueil.", interruptible=False),
    ]
    assert waiting.handle(GiveUp(24_000, "fault")) == [PlayMusic()]


def test_a_failure_gives_the_caller_back(waiting: Conversation) -> None:
    """Told why, asked on, listened to; silence counts from then on, and so does the longest call."""
    assert fail(waiting, 9000) == [
        TransferFailed(9000, "accueil", TransferResult.BUSY, 486),
        ClearAudio(),
        PlayPrompt(f"{OCCUPIED} {GIVEN_BACK}"),
    ]
    assert (waiting.turn, waiting.private) == (Turn.SPEAKING, False)
    waiting.handle(PlaybackFinished(12_000))
    assert waiting.handle(Clock(16_980)) == []
    assert waiting.handle(Clock(17_000))[0] == NoInput(17_000, 1)
    waiting.handle(PlaybackFinished(19_000))
    waiting.handle(SpeechStarted(20_000))
    assert waiting.handle(Clock(605_980)) == []
    assert len(waiting.handle(Clock(606_000))) == 2


def test_who_cannot_be_understood_any_more_is_not_asked_again(waiting: Conversation) -> None:
    """The ears fail while they wait, where no sentence plays: only when nobody takes the call does it end, with a word."""
    assert waiting.handle(GiveUp(6000, "fault", deaf=True)) == []
    assert waiting.private
    told = fail(waiting, 9000)
    assert not any(GIVEN_BACK in str(output) for output in told)
    [farewell] = waiting.handle(PlaybackFinished(14_000))
    assert "rappeler un peu plus tard" in str(farewell)
    assert waiting.handle(PlaybackFinished(20_000)) == [HangUp(Outcome.FAILED)]


def test_what_comes_late_is_ignored(waiting: Conversation) -> None:
    """After the failure the leg may still tell something of it."""
    fail(waiting, 9000)
    for news in (BUSY, ConsultRinging(), ConsultAnswered(), Bridged()):
        assert waiting.handle(Told(9100, news)) == []
    assert waiting.turn is Turn.SPEAKING


def test_a_second_failure_advises_to_call_back_and_a_third_call_is_not_made(waiting: Conversation) -> None:
    """Questions are still answered."""
    fail(waiting, 9000)
    waiting.handle(PlaybackFinished(12_000))
    wait_for_a_person(waiting, 15_000)
    assert fail(waiting, 20_000)[-1] == PlayPrompt(f"{OCCUPIED} {NOBODY}")
    waiting.handle(PlaybackFinished(24_000))
    assert waiting.handle(DtmfReceived(25_000, "0"))[-1] == PlayPrompt(NOBODY)
    waiting.handle(PlaybackFinished(28_000))
    waiting.handle(SpeechStarted(29_000))
    waiting.handle(SpeechStopped(30_000, 29_400))
    assert waiting.handle(Understood(30_100, QUESTION))[-1] == PlayPrompt("C'est gratuit.")


def test_a_silent_caller_whom_nobody_can_take_is_let_go(waiting: Conversation) -> None:
    """Not asked for ever: a farewell, and the end."""
    fail(waiting, 9000)
    waiting.handle(PlaybackFinished(10_000))
    wait_for_a_person(waiting, 13_000)
    fail(waiting, 14_000)
    waiting.handle(PlaybackFinished(15_000))
    waiting.handle(Clock(20_000))
    waiting.handle(PlaybackFinished(21_000))
    assert waiting.handle(Clock(26_000))[-1] == PlayPrompt(DANGER)
    assert waiting.handle(PlaybackFinished(27_000)) == [PlayPrompt(FAREWELL)]
    assert waiting.handle(PlaybackFinished(28_000)) == [HangUp(Outcome.ABANDONED)]


def test_a_deaf_bot_whose_handover_fails_says_sorry_and_ends(waiting: Conversation) -> None:
    """It could not go on; a fault that is over lets it go on."""
    for deaf in (True, False):
        call = conversation()
        call.handle(GiveUp(2000, "fault", deaf))
        call.handle(PlaybackFinished(4000))
        last = fail(call, 6000)[-1]
        said = PlayPrompt(OCCUPIED, interruptible=False) if deaf else PlayPrompt(f"{OCCUPIED} {GIVEN_BACK}")
        assert last == said
        if deaf:
            assert call.handle(PlaybackFinished(7000)) == [PlayPrompt(FAREWELL, interruptible=False)]
            assert call.handle(PlaybackFinished(9000)) == [HangUp(Outcome.FAILED)]


def test_another_service_than_the_reception_is_followed_by_the_reception() -> None:
    """Without a word of the caller's; the second waiting begins when it was announced."""
    call = conversation()
    call.handle(SpeechStarted(1100))
    call.handle(SpeechStopped(2000, 1400))
    follow_up = Interpretation("mon dossier", candidates=(Candidate("suivi_demande", "", 0.95),))
    call.handle(Understood(2100, follow_up))
    call.handle(PlaybackFinished(4000))
    outputs = call.handle(PlaybackFinished(6000))
    assert OfferAgent("110", "le sujet suivi_demande", outputs[2].briefing) == outputs[2]  # type: ignore[union-attr]
    instead = "La ligne du service état civil est occupée. Ne quittez pas, j'appelle l'accueil."
    assert fail(call, 8000)[-1] == PlayPrompt(instead, interruptible=False)
    outputs = call.handle(PlaybackFinished(11_000))
    assert outputs[2].destination == "100"  # type: ignore[union-attr]
    assert fail(call, 14_000)[-1] == PlayPrompt(f"{OCCUPIED} {GIVEN_BACK}")


def test_a_reception_without_a_destination_is_not_tried() -> None:
    """Nor is the same telephone rung twice under two names."""
    for destination in ("", "110"):
        call = conversation(
            knowledge=SmallKnowledge(*KNOWLEDGE.entries, destinations={"accueil": destination})
        )
        call.handle(SpeechStarted(1100))
        call.handle(SpeechStopped(2000, 1400))
        follow_up = Interpretation("mon dossier", candidates=(Candidate("suivi_demande", "", 0.95),))
        call.handle(Understood(2100, follow_up))
        call.handle(PlaybackFinished(4000))
        call.handle(PlaybackFinished(6000))
        assert fail(call, 8000)[-1] == PlayPrompt(f"La ligne du service état civil est occupée. {GIVEN_BACK}")


def closing(waiting: Conversation) -> list[Output]:
    """The service stops while a telephone rings; what came out once the announcement was heard."""
    outputs = waiting.handle(GiveUp(7000, "closing"))
    assert outputs == [
        ReleaseAgent(),
        TransferFailed(7000, "accueil", TransferResult.FAILED, None),
        ClearAudio(),
        PlayPrompt(
            "Je dois m'arrêter un moment. Ne quittez pas, je vous passe l'accueil.", interruptible=False
        ),
    ]
    return waiting.handle(PlaybackFinished(11_000))


def test_who_waits_when_the_service_stops_is_sent_to_the_reception(waiting: Conversation) -> None:
    """Told so, and rung by the PBX rather than by us; reached, they count as handed over."""
    outputs = closing(waiting)
    assert Transfer("accueil", "100", "closing") in outputs
    assert OfferAgent not in [type(output) for output in outputs]
    reached = waiting.handle(Told(15_000, TransferEnded(TransferResult.ANSWERED, None)))
    assert reached[-1] == HangUp(Outcome.HANDED_OVER)


def test_where_the_pbx_takes_no_refer_we_ring_the_reception_ourselves(waiting: Conversation) -> None:
    """Rather than take leave of somebody who only waited; when that fails as well, they are told."""
    closing(waiting)
    again = waiting.handle(Told(12_000, TransferEnded(TransferResult.REJECTED, 603)))
    assert [output.destination for output in again if isinstance(output, OfferAgent)] == ["100"]
    assert waiting.turn is Turn.WAITING
    assert PlayPrompt(FAREWELL, interruptible=False) not in again
    waiting.handle(Told(14_000, BUSY))
    assert isinstance(waiting.handle(PlaybackFinished(16_000))[-1], PlayPrompt)
    assert isinstance(waiting.handle(PlaybackFinished(20_000))[-1], HangUp)


def test_who_has_a_person_on_the_line_keeps_them_when_the_service_stops(waiting: Conversation) -> None:
    """The briefing goes on, and then they are connected."""
    waiting.handle(Told(5000, ConsultAnswered()))
    assert waiting.handle(GiveUp(6000, "closing")) == []
    waiting.handle(Told(8000, ConsultMarkPlayed("briefing")))
    waiting.handle(Told(8100, Bridged()))
    assert waiting.with_person


def test_two_people_who_speak_are_left_alone(waiting: Conversation) -> None:
    """The longest call does not apply, nothing is heard; the end is the leg's."""
    waiting.handle(Told(5000, ConsultAnswered()))
    waiting.handle(Told(8000, ConsultMarkPlayed("briefing")))
    assert waiting.handle(Told(8100, Bridged())) == [AgentConnected(8100, "accueil", 5100)]
    assert (waiting.turn, waiting.with_person) == (Turn.BRIDGED, True)
    assert waiting.handle(Clock(10_000_000)) == []
    assert waiting.handle(GiveUp(10_000_001, "closing")) == []
    assert waiting.outcome_if_gone is Outcome.HANDED_OVER
    assert waiting.handle(Told(10_000_002, ConsultEnded(TransferResult.REJECTED, None)))[-1] == HangUp(
        Outcome.HANDED_OVER
    )
    assert waiting.turn is Turn.OVER


def test_a_caller_who_is_gone(waiting: Conversation) -> None:
    """Told by the leg's end or by the result of a transfer; an answer that was given counts."""
    assert waiting.outcome_if_gone is Outcome.ABANDONED
    assert waiting.gone(4000) == [QueueAbandoned(4000, 1000)]
    assert waiting.gone(5000) == []
    call = conversation(Way.REFER)
    call.handle(SpeechStarted(1100))
    call.handle(SpeechStopped(2000, 1400))
    call.handle(Understood(2100, QUESTION))
    wait_for_a_person(call, 5000)
    assert call.handle(Told(6000, TransferEnded(TransferResult.CALLER_GONE, None))) == [
        QueueAbandoned(6000, 1000),
        HangUp(Outcome.ANSWERED),
    ]


def test_a_leg_that_reaches_nobody_is_left_to_its_pbx() -> None:
    """As ever: announced, and handed over."""
    call = conversation(None)
    assert wait_for_a_person(call)[-1] == Transfer("accueil", "100", "asked")
    assert (call.turn, call.outcome_if_gone) == (Turn.OVER, Outcome.HANDED_OVER)
    assert call.handle(Told(4000, Bridged())) == []


def test_a_caller_who_was_brought_back_counts_as_one_failure() -> None:
    """The next one that fails is the second."""
    call = conversation(returned=TransferResult.NO_ANSWER)
    wait_for_a_person(call)
    assert fail(call, 6000)[-1] == PlayPrompt(f"{OCCUPIED} {NOBODY}")
