"""Who speaks over a question of the bot's answers it: what is an answer, and from where in what the bot says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.dialogue.alarms import ASKED, QUESTIONS
from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_table import ENDS, Step
from callbot.dialogue.moves import MOVES, State
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.turns import Clock, Conversation, Turn, Understood
from callbot.events import (
    CallStarted,
    HoldAudio,
    IntentMatched,
    NoMatch,
    PlaybackFinished,
    PlayPrompt,
    ResumeAudio,
    SpeechStarted,
    SpeechStopped,
)
from callbot.turn_taking.expectation import Expects, expected
from callbot.turn_taking.whose import Sounded
from callbot.understanding.acts import act_of
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import COMMUNE, TODAY, SmallKnowledge, entry, new_dialogue

KNOWLEDGE = SmallKnowledge(
    entry("acte_naissance", subject="un acte de naissance"),
    entry("mariage", subject="un mariage"),
    entry("pacs", subject="un pacs"),
)
SURE = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "", 0.9),))
HALF_SURE = Interpretation("un pacs", candidates=(Candidate("pacs", "", 0.55),))
TWO = Interpretation(
    "une cérémonie",
    candidates=(Candidate("acte_naissance", "", 0.45), Candidate("mariage", "", 0.43)),
    ranking=(Candidate("acte_naissance", "", 0.45), Candidate("mariage", "", 0.43)),
)
NEAR, FAR = Sounded(), Sounded(far=True)


def asked(reading: Interpretation, *, prompts: int = 0, caller: str = "", slow: int = 0) -> Conversation:
    """The bot says its reply to `reading` since 3,000 ms; so many of its sentences were heard."""
    dialogue = new_dialogue(KNOWLEDGE, takes_callbacks=bool(caller), caller=caller)
    dialogue._memory.slow = slow
    call = Conversation(
        dialogue, filler="", no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, hold_ms=64
    )
    call.handle(CallStarted(0, caller, "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    call.handle(SpeechStarted(1500))
    call.handle(SpeechStopped(2900, 2400))
    call.handle(Understood(3000, reading))
    for number in range(prompts):
        call.handle(PlaybackFinished(3100 + number))
    assert call.turn is Turn.SPEAKING
    return call


def says(
    call: Conversation,
    text: str,
    *,
    at_ms: int = 7000,
    voice_ms: int = 300,
    sounded: Sounded = NEAR,
    act: str | None = "",
) -> list[object]:
    """They say it over the bot, which knows it in the pause after it."""
    said = Interpretation(text, act=act_of(text) if act == "" else act)
    end_ms = at_ms + voice_ms
    outputs = call.handle(SpeechStarted(at_ms))
    outputs += call.handle(Clock(end_ms, voice_ms))
    outputs += call.handle(Clock(end_ms + 200, voice_ms, text))
    outputs += call.handle(SpeechStopped(end_ms + 400, end_ms))
    return [*outputs, *call.handle(Understood(end_ms + 500, said, sounded=sounded))]


def is_answered(outputs: list[object]) -> bool:
    """The bot reacts to it, and does not go on."""
    reacted = any(isinstance(output, IntentMatched | NoMatch) for output in outputs)
    assert reacted != any(isinstance(output, ResumeAudio) for output in outputs) or not outputs
    return reacted


@pytest.mark.parametrize("doubt", QUESTIONS)
@pytest.mark.parametrize("word", ["oui", "non", "d'accord", "merci", "allô", "continuez"])
def test_any_word_answers_whether_there_is_danger(doubt: str, word: str) -> None:
    """However short, and whatever it would be elsewhere."""
    call = asked(Interpretation("il est tombé", doubt=doubt))
    assert is_answered(says(call, word))


@given(
    st.sampled_from(sorted(QUESTIONS)),
    st.sampled_from(["oui", "non"]),
    st.integers(20, 1400),
    st.booleans(),
)
def test_no_yes_or_no_to_danger_is_let_pass(doubt: str, word: str, voice_ms: int, far: bool) -> None:
    """Whether the bot was held for it or not, and however far it sounded."""
    call = asked(Interpretation("il est tombé", doubt=doubt))
    assert is_answered(says(call, word, voice_ms=voice_ms, sounded=Sounded(far=far)))


def test_every_question_of_a_few_answers_is_expected() -> None:
    """By the sentences themselves: whatever asks, in another state than the open ones, has its kind of answer."""
    phrases, openly = Phrases(COMMUNE), {State.QUESTION, State.ANYTHING_ELSE}
    asking = {question.state for question in QUESTIONS.values()}
    asking |= {move.to for move in MOVES.values() if move.say and "?" in phrases.say(move.say)}
    assert asking >= ASKED
    for state in asking - openly:
        assert expected(state, None) is not Expects.OPEN, state
    for step in set(Step) - ENDS - {Step.WISH, Step.PLACE}:  # in the caller's own words
        callback = Callback("0612345678", subject="", motive="", today=TODAY)
        callback.step = step
        if any("?" in prompt.text for prompt in callback.ask()):
            assert expected(State.CALLBACK, step) is not Expects.OPEN, step


@pytest.mark.parametrize("heard", [0, 1], ids=["the question", "how to answer it"])
def test_oui_answers_a_question_that_has_begun(heard: int) -> None:
    """Over « Peut-on vous rappeler au … ? », and over « Dites oui, ou tapez un » after it."""
    call = asked(Interpretation("rappelez moi", act="rappel"), prompts=heard, caller="0612345678")
    outputs = says(call, "oui")
    assert is_answered(outputs)


def test_oui_over_a_question_that_is_said_in_pieces_answers_it() -> None:
    """After « plus lentement » a sentence is several prompts; before the question begins, « oui » is an assent."""
    call = asked(HALF_SURE, slow=1)
    assert len(call._bot.prompts) > 1
    while "?" not in call._bot.prompts[0].text:
        assert call.expects is Expects.YES_NO
        assert not is_answered(says(call, "oui"))
        call.handle(PlaybackFinished(3800))
    assert is_answered(says(call, "oui"))


@pytest.mark.parametrize("text", ["non merci", "non c'est tout", "merci", "non"])
def test_what_answers_another_question_is_no_murmur(text: str) -> None:
    """« Avez-vous une autre question ? »; over the answer before it, it is."""
    assert is_answered(says(asked(SURE, prompts=1), text))
    assert not is_answered(says(asked(SURE), text))


@pytest.mark.parametrize("text", ["oui", "mm", "d'accord"])
def test_a_murmur_over_another_question_lets_it_go_on(text: str) -> None:
    """It says that the answer was heard."""
    assert not is_answered(says(asked(SURE, prompts=1), text))


@pytest.mark.parametrize("text", ["la deuxième", "deux", "mariage", "un", "le premier", "non"])
@pytest.mark.parametrize("sounded", [Sounded(), FAR], ids=["near", "far"])
def test_one_or_two_words_answer_a_choice(text: str, sounded: Sounded) -> None:
    """The dialogue is asked before they are called unclear; « machin truc » it does not know."""
    call = asked(TWO)
    assert call.expects is Expects.CHOICE
    assert is_answered(says(call, text, sounded=sounded))
    assert not is_answered(says(asked(TWO), "machin truc"))


def test_thresholds_do_not_rise_while_the_bot_asks() -> None:
    """After many false holds « oui » to « C'est bien ça ? » still holds it; over an answer more voice is asked for."""
    for reading, holds in ((HALF_SURE, True), (SURE, False)):
        call = asked(reading)
        call._floor.false_holds = 4
        call.handle(SpeechStarted(4000))
        assert (call.handle(Clock(4100, 64)) == [HoldAudio()]) is holds


def test_the_answer_to_a_choice_is_the_one_that_was_said() -> None:
    """« La deuxième »."""
    assert PlayPrompt("Voici la réponse sur mariage.") in says(asked(TWO), "la deuxième")


@pytest.mark.parametrize(
    ("step", "text", "answers"),
    [
        (Step.NUMBER, "zéro six", True),
        (Step.OWN, "non", True),
        (Step.CHANGE, "le numéro", True),
        (Step.CHANGE, "le moment", True),
        (Step.CHANGE, "machin truc", False),
        (Step.CONFIRM, "machin truc", False),
    ],
)
def test_what_answers_a_question_of_a_call_back(step: Step, text: str, *, answers: bool) -> None:
    """Some of a number, yes or no, what is to be changed."""
    callback = Callback("0612345678", subject="", motive="", today=TODAY)
    callback.step = step
    assert callback.answers(Interpretation(text, act=act_of(text))) is answers
