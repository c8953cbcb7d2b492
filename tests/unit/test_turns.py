"""Who speaks when: whole conversations of events and commands, in virtual time."""

import pytest

from callbot.dialogue.patience import FILLER_MS, THINKING_LIMIT_MS
from callbot.dialogue.turn_table import (
    NEXT,
    Clock,
    GiveUp,
    IllegalTurnError,
    Trigger,
    Turn,
    Understood,
)
from callbot.dialogue.turns import NOISES, Conversation
from callbot.events import (
    CallerQueued,
    CallStarted,
    ClearAudio,
    Decision,
    DtmfReceived,
    HangUp,
    IntentMatched,
    NoInput,
    NoMatch,
    Outcome,
    PlaybackFinished,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    TransferResult,
)
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import Shut, new_dialogue

FILLER = "Un instant, s'il vous plaît."
QUESTION = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),))
NOISE = Interpretation("")
PRICE = PlayPrompt("C'est gratuit.")
ELSE = PlayPrompt("Avez-vous une autre question ?")
TO_RECEPTION = Transfer("accueil", "100", "asked")


@pytest.fixture
def call() -> Conversation:
    """A conversation that was just answered; the disclosure plays."""
    conversation = Conversation(
        new_dialogue(), filler=FILLER, no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000
    )
    conversation.handle(CallStarted(0, "", "", "test"))
    return conversation


@pytest.fixture
def listening(call: Conversation) -> Conversation:
    """The greeting was heard; the bot listens from 1,000 ms."""
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    assert call.turn is Turn.LISTENING
    return call


def ask(call: Conversation, at_ms: int, reading: Interpretation = QUESTION) -> list[object]:
    """The caller says something that ends at `at_ms`; what the bot does."""
    call.handle(SpeechStarted(at_ms - 900))
    call.handle(SpeechStopped(at_ms, at_ms - 600))
    return list(call.handle(Understood(at_ms + 100, reading)))


def test_a_question_is_answered_and_the_bot_listens_again(listening: Conversation) -> None:
    """The plain way through: decision, answer, offer, listening."""
    assert ask(listening, 3000) == [
        IntentMatched(
            3100, Decision.ANSWER, "acte_naissance", "prix", None, None, 0.9, "acte_naissance.prix"
        ),
        PRICE,
    ]
    assert listening.handle(PlaybackFinished(5000)) == [ELSE]
    assert listening.handle(PlaybackFinished(6000)) == []
    assert listening.turn is Turn.LISTENING


def test_two_questions_are_two_events_and_one_turn_of_speech(listening: Conversation) -> None:
    """Both motives are told; the answers play one after the other, then the offer."""
    deed = Interpretation("je voudrais un acte", candidates=(Candidate("acte_naissance", "", 0.95),))
    outputs = ask(listening, 3000, Interpretation("les deux", parts=(QUESTION, deed)))
    assert [(event.motive, event.aspect) for event in outputs if isinstance(event, IntentMatched)] == [
        ("acte_naissance", "prix"),
        ("acte_naissance", None),
    ]
    assert outputs[-1] == PRICE
    assert listening.handle(PlaybackFinished(5000)) == [PlayPrompt("Voici la réponse sur acte_naissance.")]
    assert listening.handle(PlaybackFinished(6000)) == [ELSE]
    assert listening.handle(PlaybackFinished(7000)) == []
    assert listening.turn is Turn.LISTENING


def test_the_disclosure_cannot_be_interrupted(call: Conversation) -> None:
    """However long the caller speaks over it, it plays on; the greeting after it is dropped."""
    call.handle(SpeechStarted(100))
    assert call.handle(Clock(2000, 1900)) == []
    assert call.handle(PlaybackFinished(2100)) == []
    assert call.turn is Turn.LISTENING


def test_what_was_said_during_the_disclosure_is_answered_after_it(call: Conversation) -> None:
    """Nothing the caller says is lost."""
    assert ask(call, 1500) == []
    outputs = call.handle(PlaybackFinished(3000))
    assert [type(output) for output in outputs] == [IntentMatched, ClearAudio, PlayPrompt]
    assert outputs[-1] == PRICE


def test_key_zero_during_the_disclosure_hands_over_after_it(call: Conversation) -> None:
    """A key is kept as well."""
    assert call.handle(DtmfReceived(200, "0")) == []
    outputs = call.handle(PlaybackFinished(3000))
    assert outputs[-1] == PlayPrompt(
        "Très bien. Ne quittez pas, je vous passe l'accueil.", interruptible=False
    )
    assert call.handle(PlaybackFinished(5000)) == [CallerQueued(5000, "accueil", "asked"), TO_RECEPTION]
    assert call.turn is Turn.OVER


def test_speech_over_an_answer_stops_it(listening: Conversation) -> None:
    """Barge-in after barge_in_ms of speech, not before."""
    ask(listening, 3000)
    listening.handle(SpeechStarted(4000))
    assert listening.handle(Clock(4480, 480)) == []
    assert listening.handle(Clock(4500, 500)) == [ClearAudio()]
    assert listening.turn is Turn.LISTENING


def test_a_short_word_over_an_answer_does_not_stop_it(listening: Conversation) -> None:
    """« D'accord » is not a turn; « un agent » is obeyed however short."""
    ask(listening, 3000)
    listening.handle(SpeechStarted(4000))
    listening.handle(SpeechStopped(4400, 4200))
    assert listening.handle(Understood(4500, Interpretation("d'accord", act="oui"))) == []
    listening.handle(SpeechStarted(4400))
    listening.handle(SpeechStopped(4500, 4400))
    outputs = listening.handle(Understood(4500, Interpretation("un agent", act="agent")))
    assert [type(output) for output in outputs] == [IntentMatched, ClearAudio, PlayPrompt]


def test_silence_twice_announces_a_person(listening: Conversation) -> None:
    """no_input_ms after the bot stopped, counted in audio."""
    assert listening.handle(Clock(5999)) == []
    assert listening.handle(Clock(6000)) == [
        NoInput(6000, 1),
        PlayPrompt("Je ne vous entends pas. Quelle est votre question ?"),
    ]
    listening.handle(PlaybackFinished(9000))
    outputs = listening.handle(Clock(14_000))
    assert outputs[0] == NoInput(14_000, 2)
    assert listening.handle(PlaybackFinished(16_000))[-1] == Transfer("accueil", "100", "no_input")


def test_no_input_waits_while_the_caller_speaks(listening: Conversation) -> None:
    """A long story is not a silence."""
    listening.handle(SpeechStarted(3000))
    assert listening.handle(Clock(20_000)) == []


def test_two_questions_that_are_not_understood_announce_a_person(listening: Conversation) -> None:
    """No match, asked again, no match, a person."""
    unknown = Interpretation("mots", candidates=(Candidate("mariage", "", 0.1),))
    assert ask(listening, 3000, unknown)[0] == NoMatch(3100, 1, 0.1)
    listening.handle(PlaybackFinished(6000))
    assert ask(listening, 9000, unknown)[0] == NoMatch(9100, 2, 0.1)
    assert listening.handle(PlaybackFinished(12_000))[-1] == Transfer("accueil", "100", "no_match")


def test_noise_is_no_turn_but_noise_without_end_is_a_failure(listening: Conversation) -> None:
    """A cough is ignored; several in a row are a caller who is not understood."""
    for number in range(1, NOISES):
        assert ask(listening, 1000 * number, NOISE) == []
        assert listening.turn is Turn.LISTENING
    assert ask(listening, 9000, NOISE)[0] == NoMatch(9100, 1, 0.0)


def test_slow_thinking_is_filled_and_stuck_thinking_is_a_fault(listening: Conversation) -> None:
    """Never silence: « Un instant », then a person."""
    listening.handle(SpeechStarted(2000))
    listening.handle(SpeechStopped(3000, 2400))
    assert listening.handle(Clock(3000 + FILLER_MS - 20)) == []
    assert listening.handle(Clock(3000 + FILLER_MS)) == [PlayPrompt(FILLER)]
    assert listening.handle(Clock(3000 + FILLER_MS + 20)) == []
    outputs = listening.handle(Clock(3000 + THINKING_LIMIT_MS))
    assert outputs == [
        ClearAudio(),
        PlayPrompt(
            "Excusez-moi, j'ai un problème technique. Ne quittez pas, je vous passe l'accueil.",
            interruptible=False,
        ),
    ]


def test_the_end_of_a_filler_is_not_the_end_of_the_answer(listening: Conversation) -> None:
    """The filler finishes while the answer waits behind it."""
    listening.handle(SpeechStarted(2000))
    listening.handle(SpeechStopped(3000, 2400))
    listening.handle(Clock(3000 + FILLER_MS))
    assert listening.handle(Understood(5100, QUESTION))[-1] == PRICE
    assert listening.handle(PlaybackFinished(6000)) == []
    assert listening.handle(PlaybackFinished(8000)) == [ELSE]


def test_goodbye_ends_the_call_when_it_was_heard(listening: Conversation) -> None:
    """Not before the last word."""
    ask(listening, 3000)
    listening.handle(PlaybackFinished(5000))
    listening.handle(PlaybackFinished(6000))
    ask(listening, 8000, Interpretation("non merci", act="non"))
    assert listening.turn is Turn.SPEAKING
    assert listening.handle(PlaybackFinished(10_000)) == [HangUp(Outcome.ANSWERED)]
    assert ask(listening, 12_000) == []


def test_speaking_over_the_goodbye_goes_on_with_the_call(listening: Conversation) -> None:
    """« Ah, attendez, encore une chose… » and the call is not over."""
    ask(listening, 3000, Interpretation("au revoir", act="au_revoir"))
    listening.handle(SpeechStarted(4000))
    assert listening.handle(Clock(4500, 500)) == [ClearAudio()]
    listening.handle(SpeechStopped(6000, 5400))
    assert listening.handle(Understood(6100, QUESTION))[-1] == PRICE


def test_giving_up_happens_once(listening: Conversation) -> None:
    """A fault during the announcement of a handover does not announce it again."""
    assert listening.handle(GiveUp(2000, "fault"))[0] == ClearAudio()
    assert listening.handle(GiveUp(2100, "closing")) == []


@pytest.mark.parametrize("returned", [None, TransferResult.BUSY])
def test_a_caller_for_whom_there_is_no_room_goes_to_the_reception(returned: TransferResult | None) -> None:
    """A machine says that it is one, and that all lines are busy; nothing interrupts it. Whom the PBX brings back is taken."""
    call = Conversation(
        new_dialogue(), filler=FILLER, no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, returned=returned, busy=True
    )  # fmt: skip
    [first] = call.handle(CallStarted(0, "", "", "test"))
    if returned:
        assert call.turn is Turn.SPEAKING
        assert "occupées" not in str(first)
        return
    assert first == new_dialogue().open()[0]
    call.handle(SpeechStarted(100))
    assert call.handle(Clock(900, 700)) == []
    [busy] = call.handle(PlaybackFinished(2000))
    assert busy == PlayPrompt(
        "Toutes nos lignes sont occupées. Ne quittez pas, je vous passe l'accueil.", interruptible=False
    )
    assert call.handle(PlaybackFinished(5000)) == [
        CallerQueued(5000, "accueil", "busy"),
        Transfer("accueil", "100", "busy"),
    ]


def test_a_call_that_lasts_too_long_goes_to_a_person(listening: Conversation) -> None:
    """max_call_ms, counted in audio."""
    listening.handle(SpeechStarted(500_000))
    assert listening.handle(Clock(599_980)) == []
    listening.handle(Clock(600_000))
    assert listening.handle(PlaybackFinished(605_000))[-1] == Transfer("accueil", "100", "too_long")


def test_a_way_that_is_not_in_the_table_is_refused(listening: Conversation) -> None:
    """Illegal moves raise instead of guessing; nothing leads out of the end."""
    with pytest.raises(IllegalTurnError, match="finished while listening"):
        listening._bot.move(Trigger.FINISHED, 0)
    assert Turn.OVER not in {turn for turn, _trigger in NEXT}


def test_a_noise_over_an_answer_does_not_stop_it(listening: Conversation) -> None:
    """Only voiced time counts for barge-in, not the pause that ends the noise."""
    ask(listening, 3000)
    listening.handle(SpeechStarted(4000))
    assert [listening.handle(Clock(at_ms, 96)) for at_ms in range(4020, 4800, 20)] == [[]] * 39
    listening.handle(SpeechStopped(4800, 4096))
    assert listening.handle(Understood(4900, NOISE)) == []
    assert listening.turn is Turn.SPEAKING


EMERGENCY = Interpretation("au secours", emergency="15")


@pytest.mark.parametrize("after", ["vite", "key", "question"])
def test_an_emergency_during_the_disclosure_is_displaced_by_nothing(call: Conversation, after: str) -> None:
    """« Mon mari fait un arrêt cardiaque », « vite »: the number to call comes first."""
    ask(call, 1000, EMERGENCY)
    if after == "key":
        call.handle(DtmfReceived(1500, "*"))
        call.handle(DtmfReceived(1500, "5"))
    else:
        ask(call, 1500, Interpretation("vite") if after == "vite" else QUESTION)
    outputs = call.handle(PlaybackFinished(3000))
    assert isinstance(outputs[0], IntentMatched)
    assert outputs[0].emergency == "15"


def test_a_key_that_means_nothing_displaces_no_question(call: Conversation) -> None:
    """A thumb on « 5 » loses nothing of what was asked."""
    ask(call, 1000)
    call.handle(DtmfReceived(1500, "5"))
    assert call.handle(PlaybackFinished(3000))[-1] == PRICE


def test_an_emergency_during_the_announcement_of_a_person_is_answered_first(listening: Conversation) -> None:
    """The number to call, then the person all the same."""
    ask(listening, 3000, Interpretation("un agent", act="agent"))
    ask(listening, 5000, EMERGENCY)
    outputs = listening.handle(PlaybackFinished(6000))
    assert isinstance(outputs[0], IntentMatched)
    assert outputs[0].emergency == "15"
    listening.handle(PlaybackFinished(9000))
    assert listening.handle(PlaybackFinished(12_000))[-1] == Transfer("accueil", "100", "emergency")


def test_an_answer_that_hands_over_cannot_be_interrupted(listening: Conversation) -> None:
    """A cough over it does not lose the way to the person."""
    follow_up = Interpretation("mon dossier", candidates=(Candidate("suivi_demande", "", 0.95),))
    ask(listening, 3000, follow_up)
    listening.handle(SpeechStarted(3500))
    assert listening.handle(Clock(5000, 1500)) == []
    listening.handle(PlaybackFinished(6000))
    assert listening.handle(PlaybackFinished(8000))[-1] == Transfer("etat_civil", "110", "entry")


def test_a_fault_during_the_announcement_of_a_person_transfers_at_once(listening: Conversation) -> None:
    """No voice can say it: the caller still gets there."""
    ask(listening, 3000, Interpretation("un agent", act="agent"))
    assert listening.handle(GiveUp(3200, "fault")) == [
        ClearAudio(),
        CallerQueued(3200, "accueil", "asked"),
        TO_RECEPTION,
    ]


def test_a_leg_that_never_reports_a_prompt_as_heard_is_a_fault(listening: Conversation) -> None:
    """Neither does the bot wait for ever, nor does the announcement of the person."""
    ask(listening, 3000)
    assert listening.handle(Clock(12_000)) == []
    assert listening.handle(Clock(15_000))[0] == ClearAudio()
    assert listening.handle(Clock(60_000))[-1] == Transfer("accueil", "100", "fault")


def test_a_leg_that_never_reports_the_farewell_of_a_closed_town_hall_is_hung_up() -> None:
    """Nobody is there to take over: the apology is said once, then the call ends, and not never."""
    call = Conversation(
        new_dialogue(presence=Shut()), filler=FILLER, no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000
    )
    call.handle(CallStarted(0, "", "", "test"))
    first, apology = call.handle(GiveUp(1000, "fault"))
    assert first == ClearAudio()
    assert isinstance(apology, PlayPrompt)
    assert apology.text.startswith("Excusez-moi, j'ai un problème technique. Nos bureaux sont fermés.")
    assert call.handle(GiveUp(2000, "closing")) == []
    assert call.handle(Clock(60_000)) == [ClearAudio(), HangUp(Outcome.FAILED)]


@pytest.mark.parametrize("act", ["au_revoir", "merci", "non"])
def test_courtesies_over_the_goodbye_leave_it_playing(listening: Conversation, act: str) -> None:
    """« Au revoir » is answered by the end of the call, not by a question."""
    ask(listening, 3000, Interpretation("au revoir", act="au_revoir"))
    assert ask(listening, 4000, Interpretation("au revoir", act=act)) == []
    assert listening.handle(PlaybackFinished(6000)) == [HangUp(Outcome.ABANDONED)]


def test_what_was_said_while_the_bot_thought_is_heard(listening: Conversation) -> None:
    """« Je voudrais… » and, after a pause, « …un acte de naissance »: the second part is no interruption."""
    listening.handle(SpeechStarted(2000))
    listening.handle(SpeechStopped(3000, 2400))
    listening.handle(SpeechStarted(3100))
    listening.handle(SpeechStopped(4500, 3800))
    assert listening.handle(Understood(4600, Interpretation("je voudrais")))[0] == NoMatch(4600, 1, 0.0)
    assert listening.handle(Understood(4700, QUESTION))[-1] == PRICE
