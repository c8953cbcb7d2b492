"""What the bot does when an emergency is told, or may be, in every state of the dialogue."""

from dataclasses import replace

import pytest

from callbot.dialogue.alarms import ENGLISH, QUESTIONS
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.moves import State
from callbot.dialogue.phrases import EMERGENCY_NAMES, SENTENCES, all_phrases
from callbot.events import Decision, Transfer
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import COMMUNE, new_dialogue

HALF_SURE = Interpretation("des mots", candidates=(Candidate("acte_naissance", "prix", 0.5),))
SURE = Interpretation("des mots", candidates=(Candidate("acte_naissance", "prix", 0.95),))
DANGER, FALL = Interpretation("des mots", doubt="danger"), Interpretation("elle est tombée", doubt="fall")


def says(act: str) -> Interpretation:
    """A reading that is a dialogue act."""
    return Interpretation("des mots", act=act)


BEFORE: dict[State, tuple[Interpretation, ...]] = {
    State.QUESTION: (),
    State.ANYTHING_ELSE: (SURE,),
    State.CONFIRM: (HALF_SURE,),
    State.DANGER: (DANGER,),
    State.FALL: (FALL,),
    State.CLOSED: (says("au_revoir"),),
}
"""What is said to come into a state."""


def dialogue_in(state: State) -> Dialogue:
    """A conversation that has come into `state`."""
    dialogue = new_dialogue()
    for reading in BEFORE[state]:
        dialogue.hear(reading)
    assert dialogue.state is state
    return dialogue


@pytest.mark.parametrize("state", BEFORE)
def test_an_emergency_is_told_in_every_state(state: State) -> None:
    """Whatever was asked before, and after leave was taken."""
    reply = dialogue_in(state).hear(Interpretation("au feu", emergency="18"))
    assert reply.decision is Decision.EMERGENCY
    assert reply.text.startswith("C'est une urgence. Raccrochez et composez le dix-huit")
    assert isinstance(reply.then, Transfer)


@pytest.mark.parametrize("state", [State.QUESTION, State.ANYTHING_ELSE, State.CONFIRM, State.CLOSED])
def test_in_doubt_the_caller_is_asked_and_told_112(state: State) -> None:
    """Instead of an answer, a confirmation or a leave-taking."""
    reply = dialogue_in(state).hear(DANGER)
    assert (reply.decision, reply.text) == (
        Decision.CLARIFY,
        "Est-ce une urgence ? Si quelqu'un est en danger, composez le cent douze.",
    )


def test_yes_it_is_an_emergency() -> None:
    """The number, and a person."""
    reply = dialogue_in(State.DANGER).hear(says("oui"))
    assert (reply.decision, reply.emergency, reply.act) == (Decision.EMERGENCY, "112", "oui")


def test_no_it_is_none() -> None:
    """The bot listens, and the next question is answered as ever."""
    dialogue = dialogue_in(State.DANGER)
    assert dialogue.hear(Interpretation("non", act="non")).text == "Très bien. Je vous écoute."
    assert dialogue.hear(SURE).decision is Decision.ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "non non c'est pas une urgence",
        "pas du tout",
        "il n'y a pas d'urgence",
        "non personne n'est en danger",
        "rien de grave",
        "tout va bien merci",
        "no it's not an emergency",
    ],
)
def test_who_denies_it_in_any_words_is_believed(text: str) -> None:
    """Though the detector hears the word; but only where nothing else is said."""
    denial = Interpretation(normalise(text), emergency="112")
    dialogue = dialogue_in(State.DANGER)
    assert dialogue.hear(denial).text == "Très bien. Je vous écoute."
    told = Interpretation(normalise(f"{text} mais il saigne beaucoup"), emergency="15")
    assert dialogue_in(State.DANGER).hear(told).emergency == "15"


def test_a_denial_that_nobody_asked_for_is_no_emergency() -> None:
    """« C'est pas une urgence »: the bot goes on; on the way to a person it says so once more."""
    denial = Interpretation("c'est pas une urgence", emergency="112")
    assert new_dialogue().hear(denial).text == "Très bien. Je vous écoute."
    dialogue = new_dialogue()
    announced = dialogue.hear(says("agent"))
    assert dialogue.hear(denial).text == announced.text


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (State.ANYTHING_ELSE, "Avez-vous une autre question ?"),
        (
            State.CONFIRM,
            "Si je comprends bien, votre question porte sur le sujet acte_naissance. C'est bien ça ?",
        ),
    ],
)
def test_after_a_false_alarm_the_question_before_is_asked_again(state: State, asked: str) -> None:
    """And an answer to it counts."""
    dialogue = dialogue_in(state)
    dialogue.hear(DANGER)
    assert dialogue.hear(Interpretation("pas du tout", act="non")).text == f"Très bien. {asked}"
    assert dialogue.state is state


def test_what_was_told_with_a_fall_is_not_forgotten() -> None:
    """« Elle va bien »: the bot asks whether it had understood the business in it."""
    meals = replace(FALL, candidates=(Candidate("acte_naissance", "prix", 0.5),))
    dialogue = new_dialogue()
    dialogue.hear(meals)
    assert dialogue.hear(Interpretation("oui elle va bien")).text.startswith(
        "Très bien. Si je comprends bien, votre question porte sur"
    )


def test_who_does_not_know_is_told_whom_to_call_once() -> None:
    """112 and a person the first time; it is never a reason to ask, nor to send for help."""
    unsure = Interpretation("je sais pas", doubt="danger")
    dialogue = dialogue_in(State.DANGER)
    assert dialogue.hear(unsure).text == SENTENCES["danger_person"]
    assert dialogue.hear(unsure).decision is Decision.NO_MATCH
    assert new_dialogue().hear(unsure).decision is Decision.NO_MATCH


def test_a_question_after_the_doubt_is_answered() -> None:
    """Who simply says what they want was in no danger."""
    assert dialogue_in(State.DANGER).hear(SURE).decision is Decision.ANSWER


def test_told_again_it_is_an_emergency() -> None:
    """A second doubtful sentence in a row is not asked about once more."""
    assert dialogue_in(State.DANGER).hear(DANGER).emergency == "112"
    assert dialogue_in(State.FALL).hear(FALL).emergency == "15"


def test_who_does_not_answer_after_a_fall_needs_15() -> None:
    """The caller is asked whether the person answers, and told 15 when not."""
    asked = new_dialogue().hear(FALL)
    assert asked.text == "Est-ce que la personne vous répond ? Si non, composez le quinze."
    assert dialogue_in(State.FALL).hear(says("non")).emergency == "15"


@pytest.mark.parametrize("reading", [says("oui"), Interpretation("elle a mal au genou")])
def test_who_answers_after_a_fall_is_offered_a_person(reading: Interpretation) -> None:
    """112 if there is danger, and somebody to talk to; yes leads there."""
    dialogue = dialogue_in(State.FALL)
    reply = dialogue.hear(reading)
    assert reply.text == SENTENCES["danger_person"]
    assert isinstance(dialogue.hear(says("oui")).then, Transfer)


def test_an_emergency_in_english_is_told_in_english_too() -> None:
    """First in the caller's language, then as always."""
    reply = new_dialogue().hear(Interpretation("help", emergency="112", language="en"))
    assert reply.text.startswith("This is an emergency. Hang up and dial one one two. C'est une urgence.")


def test_what_is_asked_is_rendered_ahead() -> None:
    """Nobody in danger waits for a voice to be made."""
    known = set(all_phrases(COMMUNE))
    assert {SENTENCES[question.sentence] for question in QUESTIONS.values()} | set(ENGLISH.values()) <= known
    assert ENGLISH.keys() <= EMERGENCY_NAMES.keys()
