"""Who speaks over the bot: what it does with each thing they may say, in virtual time."""

from typing import Any

import pytest

from callbot.dialogue.turns import Clock, Conversation, GiveUp, Turn, Understood
from callbot.events import (
    CallStarted,
    ClearAudio,
    DtmfReceived,
    HoldAudio,
    IntentMatched,
    NoMatch,
    PlaybackFinished,
    PlaybackInterrupted,
    PlaybackResumed,
    PlaybackStarted,
    PlayPrompt,
    ResumeAudio,
    SpeechStarted,
    SpeechStopped,
    Transfer,
)
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import SmallKnowledge, entry, new_dialogue

LONG = "La mairie est ouverte le samedi. Elle ferme à midi. Venez avec une pièce."
KNOWLEDGE = SmallKnowledge(entry("horaires", answer=LONG), entry("acte_naissance"), entry("pacs"))
QUESTION = Interpretation("les horaires", candidates=(Candidate("horaires", "", 0.9),))
OTHER = Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.9),))
HALF_SURE = Interpretation("un pacs", candidates=(Candidate("pacs", "", 0.55),))
CALLERS = Sounded()
NOISE, OUI = Interpretation(""), Interpretation("oui", act="oui")
ANSWER, ELSE = PlayPrompt(LONG), PlayPrompt("Avez-vous une autre question ?")


def a_conversation(reading: Interpretation = QUESTION) -> Conversation:
    """The bot says its reply to `reading` since 3,000 ms."""
    call = Conversation(
        new_dialogue(KNOWLEDGE), filler="", no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, hold_ms=64
    )
    call.handle(CallStarted(0, "", "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    call.handle(SpeechStarted(1500))
    call.handle(SpeechStopped(2900, 2400))
    call.handle(Understood(3000, reading))
    assert call.turn is Turn.SPEAKING
    return call


@pytest.fixture
def answering() -> Conversation:
    """The bot answers a question."""
    return a_conversation()


def held(call: Conversation, at_ms: int = 4000) -> Conversation:
    """The caller makes a sound and the bot falls silent 100 ms later."""
    call.handle(SpeechStarted(at_ms))
    call.handle(Clock(at_ms + 100, 64))
    if call.turn is not Turn.HELD:  # more voice is asked for after false holds
        assert call.handle(Clock(at_ms + 160, 128)) == [HoldAudio()]
    assert call.turn is Turn.HELD
    return call


def says(
    call: Conversation,
    reading: Interpretation,
    at_ms: int = 4000,
    voice_ms: int = 300,
    sounded: Sounded = CALLERS,
) -> list[object]:
    """They have said it, over the bot that was held for it."""
    held(call, at_ms)
    call.handle(Clock(at_ms + voice_ms, voice_ms))
    call.handle(SpeechStopped(at_ms + voice_ms + 400, at_ms + voice_ms))
    return list(call.handle(Understood(at_ms + voice_ms + 500, reading, sounded=sounded)))


@pytest.mark.parametrize(
    "reading",
    [
        NOISE,
        OUI,
        Interpretation("mm hmm"),
        Interpretation("continuez"),
        Interpretation("machin truc"),
        Interpretation("merci", act="merci"),
    ],
    ids=lambda reading: reading.text or "noise",
)
def test_what_means_nothing_lets_the_sentence_go_on(answering: Conversation, reading: Interpretation) -> None:
    """The very same one, with how long it was held; then the next."""
    assert says(answering, reading) == [ResumeAudio(), PlaybackResumed(4800, 700)]
    assert answering.turn is Turn.SPEAKING
    assert answering.handle(PlaybackFinished(9000)) == [ELSE]


def test_an_assent_that_is_known_in_the_pause_lets_it_go_on_at_once(answering: Conversation) -> None:
    """Its reading comes later, and changes nothing."""
    held(answering)
    assert answering.handle(Clock(4500, 200, "oui")) == [ResumeAudio(), PlaybackResumed(4500, 400)]
    answering.handle(SpeechStopped(4700, 4200))
    assert answering.handle(Understood(4800, OUI)) == []


def test_a_long_assent_is_no_interruption(answering: Conversation) -> None:
    """« Oui, c'est bien ça »: longer than `barge_in_ms`."""
    assert says(answering, Interpretation("oui c'est bien ça", act="oui"), voice_ms=1000)[0] == ResumeAudio()


@pytest.mark.parametrize(
    "reading", [OTHER, Interpretation("attendez", act="attendre"), Interpretation("quinze", emergency="15")]
)
def test_what_means_something_is_answered(answering: Conversation, reading: Interpretation) -> None:
    """However short."""
    outputs = says(answering, reading)
    assert [type(output) for output in outputs] == [IntentMatched, ClearAudio, PlayPrompt]


def test_pardon_says_it_again(answering: Conversation) -> None:
    """From its beginning."""
    assert says(answering, Interpretation("pardon", act="repeter"))[-1] == ANSWER


def test_words_that_are_not_understood_are_owned_up_to_when_they_were_long(answering: Conversation) -> None:
    """A short burst of them was none."""
    words = Interpretation("le machin du truc")
    assert says(answering, words)[0] == ResumeAudio()
    assert isinstance(says(answering, words, 6000, voice_ms=900)[0], NoMatch)


@pytest.mark.parametrize("confidence", [0.18, 0.6])
def test_a_murmur_that_is_misheard_as_a_goodbye_ends_no_call(
    answering: Conversation, confidence: float
) -> None:
    """The recogniser wrote « Bonne... » for an « oui » and was not sure of it; who is heard well may go."""
    held(answering)
    answering.handle(SpeechStopped(4600, 4200))
    outputs = answering.handle(
        Understood(4700, Interpretation("bonne", act="au_revoir"), confidence=confidence)
    )
    assert (outputs[0] == ResumeAudio()) is (confidence < 0.4)


def test_an_answer_over_a_question_is_one() -> None:
    """« C'est bien ça ? » « Oui »."""
    call = a_conversation(HALF_SURE)
    outputs = says(call, OUI, at_ms=7000)
    assert PlayPrompt("Voici la réponse sur pacs.") in outputs


def test_oui_before_the_question_was_told_answers_nothing() -> None:
    """« Si je comprends bien, votre … » « Oui »: nobody knows yet to what; « non » goes on to be one."""
    call = a_conversation(HALF_SURE)
    assert says(call, OUI) == [ResumeAudio(), PlaybackResumed(4800, 700)]
    assert PlayPrompt("Voici la réponse sur pacs.") in says(call, OUI, at_ms=8000)
    refused = says(a_conversation(HALF_SURE), Interpretation("non", act="non"))
    assert ResumeAudio() not in refused


def thinking() -> Conversation:
    """The bot thinks about a question since 11,000 ms, and says « Un instant » since 13,100."""
    call = a_conversation()
    call.handle(PlaybackFinished(9000))
    call.handle(PlaybackFinished(9500))
    call.handle(SpeechStarted(10_000))
    call.handle(SpeechStopped(11_000, 10_500))
    assert call.handle(Clock(13_100)) == [PlayPrompt("")]
    return call


ASKS = "Si je comprends bien, votre question porte sur le sujet pacs. C'est bien ça ?"


@pytest.mark.parametrize(
    ("begins_ms", "ends_ms"), [(13_150, 13_350), (13_150, 13_900), (13_900, 14_200), (15_500, 15_800)]
)
def test_oui_before_the_question_is_heard_does_not_answer_it(begins_ms: int, ends_ms: int) -> None:
    """Over « Un instant », ended before the bot knows or after it, and when the question has just begun to sound, at 15,000 ms."""
    call = thinking()
    happens: list[Any] = [
        SpeechStarted(begins_ms),
        SpeechStopped(ends_ms, ends_ms),
        Understood(13_700, HALF_SURE),
        PlaybackFinished(14_900),  # « Un instant »
        PlaybackStarted(15_000, ASKS, None),
        Clock(15_000),
    ]
    for event in sorted(happens, key=lambda event: event.at_ms):
        outputs = call.handle(event)
        if isinstance(event, Understood):
            assert PlayPrompt(ASKS) in outputs
    assert not any(
        isinstance(output, IntentMatched | PlayPrompt) for output in call.handle(Understood(16_000, OUI))
    )
    call.handle(PlaybackFinished(20_000))
    assert call.turn is Turn.LISTENING
    call.handle(SpeechStarted(21_000))
    call.handle(SpeechStopped(21_700, 21_300))
    assert PlayPrompt("Voici la réponse sur pacs.") in call.handle(Understood(21_800, OUI))


def test_what_was_said_over_the_bot_is_waited_for_when_it_is_silent() -> None:
    """The recogniser takes its time: « Un instant », and never « Je ne vous entends pas » as long as it may take; then as ever."""
    call = a_conversation()
    call.handle(SpeechStarted(4000))
    call.handle(SpeechStopped(4700, 4400))
    call.handle(PlaybackFinished(5000))
    call.handle(PlaybackFinished(5500))
    assert call.turn is Turn.LISTENING
    assert call.handle(Clock(7480)) == []
    assert call.handle(Clock(7500)) == [PlayPrompt("")]
    assert call.handle(Clock(13_400)) == []
    assert PlayPrompt("Voici la réponse sur acte_naissance.") in call.handle(Understood(13_450, OTHER))


def test_a_voice_that_goes_on_has_the_floor(answering: Conversation) -> None:
    """Longer than any assent."""
    held(answering)
    assert answering.handle(Clock(5500, 1500)) == [ClearAudio()]
    assert answering.turn is Turn.LISTENING


def interrupted(call: Conversation, heard: str, at_ms: int = 4000) -> Conversation:
    """A long sound has interrupted the bot, of whose sentence so much was heard; it is over, and the bot thinks."""
    held(call, at_ms)
    call.handle(Clock(at_ms + 1500, 1500))
    call.handle(PlaybackInterrupted(at_ms + 1500, 1000, heard))
    call.handle(SpeechStopped(at_ms + 2000, at_ms + 1500))
    return call


@pytest.mark.parametrize("reading", [NOISE, Interpretation("continuez"), OUI])
def test_an_interruption_that_meant_nothing_is_followed_by_what_was_not_heard(
    answering: Conversation, reading: Interpretation
) -> None:
    """From the sentence in which it came; then « autre question ? »."""
    interrupted(answering, "La mairie est ouverte le samedi. Elle")
    rest = PlayPrompt("Elle ferme à midi. Venez avec une pièce.")
    assert answering.handle(Understood(6100, reading)) == [rest]
    assert answering.handle(PlaybackFinished(9000)) == [ELSE]


def test_after_the_second_one_the_bot_waits_for_words(answering: Conversation) -> None:
    """It is not taken up for ever."""
    for at_ms in (4000, 8000):
        interrupted(answering, "", at_ms)
        assert answering.handle(Understood(at_ms + 2100, NOISE)) == [ANSWER]
    interrupted(answering, "", 12_000)
    assert answering.handle(Understood(14_100, NOISE)) == []
    assert answering.turn is Turn.LISTENING


def test_a_question_after_an_interruption_is_answered(answering: Conversation) -> None:
    """What was interrupted is forgotten."""
    interrupted(answering, "La mairie")
    assert PlayPrompt("Voici la réponse sur acte_naissance.") in answering.handle(Understood(6100, OTHER))


def test_the_bot_s_own_echo_is_neither_answered_nor_counted(answering: Conversation) -> None:
    """In the middle of its sentence, or right after it."""
    assert says(answering, OTHER, sounded=Sounded(0.8))[0] == ResumeAudio()
    answering.handle(PlaybackFinished(9000))
    answering.handle(PlaybackFinished(11_000))
    answering.handle(SpeechStarted(11_100))
    answering.handle(SpeechStopped(12_000, 11_500))
    assert answering.handle(Understood(12_100, OTHER, sounded=Sounded(0.8))) == []
    assert answering.turn is Turn.LISTENING


@pytest.mark.parametrize(
    "reading",
    [
        Interpretation("un agent", act="agent"),
        Interpretation("au revoir", act="au_revoir"),
        Interpretation("au secours", emergency="15"),
    ],
    ids=lambda reading: reading.text,
)
@pytest.mark.parametrize("voice_ms", [20, 300])
def test_what_is_urgent_is_obeyed_from_afar(
    answering: Conversation, reading: Interpretation, voice_ms: int
) -> None:
    """Whether the bot was held for it or not: a soft voice asks for a person as well as a loud one."""
    answering.handle(SpeechStarted(4000))
    answering.handle(Clock(4000 + voice_ms, voice_ms))
    answering.handle(SpeechStopped(4700, 4300))
    outputs = answering.handle(Understood(4800, reading, sounded=Sounded(far=True)))
    assert isinstance(outputs[0], IntentMatched)


def test_what_may_be_an_emergency_is_not_taken_from_a_television(answering: Conversation) -> None:
    """« On survivra, elle doit se remettre » across the room does not stop the bot; from the caller it is asked about."""
    doubtful = Interpretation("on survivra elle doit se remettre", doubt="danger")
    answering.handle(SpeechStarted(4000))
    answering.handle(SpeechStopped(4700, 4300))
    assert answering.handle(Understood(4800, doubtful, sounded=Sounded(far=True))) == []
    answering.handle(SpeechStarted(5000))
    answering.handle(SpeechStopped(5700, 5300))
    assert isinstance(answering.handle(Understood(5800, doubtful, sounded=Sounded()))[0], IntentMatched)


def test_who_held_the_bot_is_not_far(answering: Conversation) -> None:
    """The caller's own voice was enough for that; a television that was not is not listened to."""
    far = Sounded(far=True)
    outputs = says(answering, OTHER, sounded=far)
    assert PlayPrompt("Voici la réponse sur acte_naissance.") in outputs
    answering.handle(SpeechStarted(7000))
    answering.handle(SpeechStopped(8000, 7600))
    assert answering.handle(Understood(8100, QUESTION, sounded=far)) == []


def test_who_asks_for_a_person_is_not_dropped_for_a_sound(answering: Conversation) -> None:
    """Over the bot, or in the caller's own turn, where what came before was an echo."""
    agent, own = Interpretation("passez moi quelqu'un", act="agent"), Sounded(0.8)
    assert isinstance(says(answering, agent, sounded=own)[0], IntentMatched)
    call = a_conversation()
    call.handle(PlaybackFinished(4000))
    call.handle(PlaybackFinished(5000))
    call.handle(SpeechStarted(5100))
    call.handle(SpeechStopped(6000, 5500))
    assert isinstance(call.handle(Understood(6100, agent, sounded=own))[0], IntentMatched)


def test_a_sentence_that_cannot_be_interrupted_is_not_held() -> None:
    """The announcement of a person."""
    call = a_conversation(Interpretation("un agent", act="agent"))
    call.handle(SpeechStarted(4000))
    assert call.handle(Clock(6000, 1900)) == []
    assert isinstance(call.handle(PlaybackFinished(7000))[-1], Transfer)


def test_a_key_and_a_fault_end_a_hold(answering: Conversation) -> None:
    """The bot speaks again at once."""
    held(answering)
    assert answering.handle(DtmfReceived(4200, "*"))[-1] == ANSWER
    answering.handle(SpeechStopped(4300, 4200))
    held(answering, 5000)
    assert isinstance(answering.handle(GiveUp(5200, "fault"))[-1], PlayPrompt)
    assert answering.turn is Turn.SPEAKING


def test_false_holds_in_a_row_ask_for_more_voice(answering: Conversation) -> None:
    """After two the bot is silent 64 ms later."""
    says(answering, NOISE, 4000)
    says(answering, NOISE, 6000)
    answering.handle(SpeechStarted(8000))
    assert answering.handle(Clock(8120, 120)) == []
    assert answering.handle(Clock(8140, 128)) == [HoldAudio()]


@pytest.mark.parametrize(
    ("said", "sounded", "kept"),
    [
        (OUI, CALLERS, False),
        (Interpretation("allô", act="salutation"), CALLERS, False),
        (Interpretation("machin truc"), CALLERS, False),
        (OTHER, Sounded(far=True), False),
        (OTHER, CALLERS, True),
        (Interpretation("un agent", act="agent"), Sounded(far=True), True),
    ],
)
def test_what_is_kept_of_what_is_said_during_the_disclosure(
    said: Interpretation, sounded: Sounded, kept: bool
) -> None:
    """The caller's, with a meaning; it is not displaced by what is as urgent."""
    call = Conversation(
        new_dialogue(KNOWLEDGE), filler="", no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, hold_ms=64
    )
    call.handle(CallStarted(0, "", "", "test"))
    for at_ms, reading in ((1000, said), (3000, QUESTION if kept and said is OTHER else NOISE)):
        call.handle(SpeechStarted(at_ms))
        call.handle(SpeechStopped(at_ms + 900, at_ms + 500))
        assert call.handle(Understood(at_ms + 1000, reading, sounded=sounded)) == []
    outputs = call.handle(PlaybackFinished(5000))
    assert any(isinstance(output, IntentMatched | NoMatch) for output in outputs) is kept
    if said is OTHER and kept:
        assert PlayPrompt("Voici la réponse sur acte_naissance.") in outputs
