"""What words mean as an answer to what was just asked, and that no caller is held or sent away by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.dialogue.expected import answer_to
from callbot.dialogue.moves import State
from callbot.events import HangUp, Transfer
from callbot.understanding.acts import act_of
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import new_dialogue


def meant(state: State, text: str, act: str | None = None, answered: bool = True) -> str | None:
    """The act of what is said; `act`: what the trained router would make of it, where no table knows it."""
    said = normalise(text)
    return answer_to(state, said, act_of(said) or act, answered)


@pytest.mark.parametrize("state", [State.CONFIRM, State.OFFER])
@pytest.mark.parametrize(
    "text",
    ["oui allô", "grave", "mhm", "je crois", "je pense", "je crois que oui", "bingo", "yes", "ouaip", "on va dire",
     "plus ou moins", "pourquoi pas", "pas de problème", "y a pas de souci", "oui oui c'est ça", "tout à fait",
     "voilà", "oui madame", "d'accord", "ben oui"],
)  # fmt: skip
def test_a_yes(state: State, text: str) -> None:
    """However it is put."""
    assert meant(state, text) == "oui"


@pytest.mark.parametrize("state", [State.CONFIRM, State.OFFER, State.CHOICE])
@pytest.mark.parametrize(
    "text",
    ["pas tout à fait", "pas exactement", "autre chose", "presque", "nom", "non", "je ne crois pas", "pas trop",
     "c'est pas ça", "c'est pas tout à fait ça", "non non", "pas vraiment", "rien à voir", "non c'est autre chose",
     "oui mais non", "je crois pas", "vous avez mal compris"],
)  # fmt: skip
@pytest.mark.parametrize("act", ["oui", None])
def test_a_no(state: State, text: str, act: str | None) -> None:
    """Whatever the router takes it for, it is no yes."""
    assert meant(state, text, act) == "non"


def test_what_denies_at_length_is_a_question_of_its_own() -> None:
    """It is understood by what it says, never taken for a yes."""
    text = "c'est pas pour le passeport c'est pour la carte grise de mon fils"
    assert answer_to(State.CONFIRM, text, "oui", False) is None


@pytest.mark.parametrize(
    "text",
    ["c'est pas ce que j'ai demandé", "c'est pas ça", "vous avez mal compris", "mais c'est pas ma question",
     "c'est pas ce que je voulais", "mais je vous ai demandé autre chose", "non c'est autre chose", "non pas ça",
     "mais non", "non pas de naissance de mariage", "non volée", "vous répondez à côté", "ça répond pas à ma question",
     "je ne parle pas de ça", "non je parlais de la cantine"],
)  # fmt: skip
@pytest.mark.parametrize("state", [State.ANYTHING_ELSE, State.QUESTION])
def test_a_caller_who_contradicts_an_answer(state: State, text: str) -> None:
    """Is not taken to have no other question."""
    assert meant(state, text, "non") == "pas_ca"


@pytest.mark.parametrize(
    "text",
    ["non", "non merci", "nom", "c'est tout", "c'est tout merci", "non c'est bon", "non ça ira", "pas du tout", "plus de question",
     "non j'ai tout ce qu'il me faut", "non c'est tout ce que je voulais savoir", "non rien d'autre", "allez salut",
     "non ça va aller merci bien"],
)  # fmt: skip
def test_a_caller_who_has_no_other_question(text: str) -> None:
    """Takes leave."""
    assert meant(State.ANYTHING_ELSE, text, "non") in ("non", "merci", "au_revoir")


@pytest.mark.parametrize(
    "text", ["d'accord", "ok", "super", "très bien", "ah d'accord", "parfait", "je vois"]
)
def test_content_with_an_answer_is_no_other_question(text: str) -> None:
    """« D'accord » is the commonest reaction to an answer."""
    assert meant(State.ANYTHING_ELSE, text) == "accord"
    assert meant(State.QUESTION, text, answered=False) == "accord"


@pytest.mark.parametrize(
    "text",
    ["oui", "oui j'ai une autre question", "autre chose", "encore une question", "oui s'il vous plaît"],
)
def test_another_question(text: str) -> None:
    """Is listened to."""
    assert meant(State.ANYTHING_ELSE, text, "oui") == "oui"


@pytest.mark.parametrize(
    "text",
    ["vous n'êtes pas ouverts le samedi", "et si j'ai pas de justificatif", "ma carte n'est pas arrivée", "il a rien d'autre le médecin"],
)  # fmt: skip
@pytest.mark.parametrize("state", [State.CONFIRM, State.OFFER, State.CHOICE, State.ANYTHING_ELSE])
def test_a_question_stays_one(state: State, text: str) -> None:
    """A denial in it makes no act of it."""
    assert meant(state, text) is None


@pytest.mark.parametrize("act", ["agent", "au_revoir", "rappel", "repeter"])
def test_some_acts_mean_the_same_everywhere(act: str) -> None:
    """A person is a person."""
    assert all(answer_to(state, "pas de robot", act, True) == act for state in State)


@pytest.mark.parametrize(
    ("text", "act"), [("d'accord", "accord"), ("oui", "oui"), ("oui d'accord", "oui"), ("je crois", "oui")]
)
def test_what_was_heard_is_no_yes_to_whether_somebody_is_in_danger(text: str, act: str) -> None:
    """« D'accord » acknowledges the number to call; it does not say that it is needed."""
    assert meant(State.DANGER, text) == act


WORDS = (
    "d'accord",
    "ok",
    "merci",
    "non",
    "c'est tout",
    "non merci",
    "super",
    "très bien",
    "merci beaucoup",
    "nom",
    "bon d'accord",
)
BEFORE = (
    Interpretation("le prix de l'acte", candidates=(Candidate("acte_naissance", "prix", 0.95),)),
    Interpretation("un acte", candidates=(Candidate("acte_naissance", "prix", 0.6),)),
    Interpretation("charabia"),
    Interpretation("oui", act="oui"),
    Interpretation("répétez", act="repeter"),
    Interpretation("attendez", act="attendre"),
    Interpretation("bonjour", act="salutation"),
    Interpretation("doucement", act="plus_lentement"),
)
"""What may have been said before, whatever it led to."""


@given(
    st.lists(st.sampled_from(BEFORE), max_size=5), st.lists(st.sampled_from(WORDS), min_size=3, max_size=3)
)
def test_a_polite_caller_always_gets_out(before: list[Interpretation], words: list[str]) -> None:
    """Three times a courtesy and nothing else, and the call ends, or a person comes; « d'accord » to a proposal is its answer."""
    dialogue = new_dialogue()
    dialogue.open()
    for reading in before:
        dialogue.hear(reading)
    proposed = dialogue.state in (State.CONFIRM, State.CHOICE)
    ends = []
    for text in words * (2 if proposed else 1):
        said = normalise(text)
        ends.append(dialogue.hear(Interpretation(said, act=act_of(said))).then)
    over = dialogue.state in (State.CLOSED, State.HANDED_OVER)
    assert over or any(isinstance(then, HangUp | Transfer) for then in ends)


def test_a_contradicted_answer_is_a_failure_and_a_second_one_a_person() -> None:
    """An apology and a new try; then somebody who listens."""
    dialogue = new_dialogue()
    for _time in range(2):
        dialogue.hear(BEFORE[0])
        reply = dialogue.hear(Interpretation("c'est pas ce que j'ai demandé", act="non"))
        assert (reply.act, reply.then) == ("pas_ca", None)
        assert reply.text.startswith("Excusez-moi, je vous ai mal compris.")
    assert isinstance(dialogue.hear(Interpretation("mais non", act="non")).then, Transfer)


@pytest.mark.parametrize(
    ("said", "act"), [("merci", "merci"), ("non merci", "non"), ("au revoir", "au_revoir")]
)
def test_after_the_farewell_there_is_a_farewell(said: str, act: str) -> None:
    """In writing the dialogue goes on after « au revoir »; it does not fail to understand it."""
    dialogue = new_dialogue()
    dialogue.hear(BEFORE[0])
    dialogue.hear(Interpretation("non", act="non"))
    assert isinstance(dialogue.hear(Interpretation(said, act=act)).then, HangUp)


@pytest.mark.parametrize("words", ["attendez", "allô"])
def test_a_proposal_outlives_what_is_no_answer(words: str) -> None:
    """« Attendez », then yes."""
    dialogue = new_dialogue()
    dialogue.hear(BEFORE[1])
    dialogue.hear(Interpretation(words, act=act_of(words)))
    assert dialogue.hear(Interpretation("oui", act="oui")).motive == "acte_naissance"
