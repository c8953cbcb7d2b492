"""What is asked back of a thing that was only named, and how one of a group takes the other's place."""

import pytest

from callbot.dialogue.broad import BROAD, asked_of, instead_of, offered
from callbot.dialogue.moves import State
from callbot.events import Decision
from callbot.knowledge import store
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import SmallKnowledge, entry, new_dialogue


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("passeport", "which_title"),
        ("je veux un passeport", "which_title"),
        ("bonjour, c'est pour une carte d'identité s'il vous plaît", "which_title"),
        ("je voudrais un passeport pour ma fille", "which_title"),
        ("un passeport et une carte", ""),
        ("je veux un passeport américain", ""),
        ("combien coûte un passeport", ""),
        ("mon passeport est perdu", ""),
        ("c'est pour un acte", "which_record"),
        ("un acte de naissance", ""),
        ("un acte de vente", ""),
    ],
)
def test_a_thing_that_is_only_named(text: str, sentence: str) -> None:
    """Nothing may be said of it besides."""
    found = asked_of(normalise(text))
    assert (found.sentence if found else "") == sentence


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("non pas de naissance de mariage", "acte_mariage"),
        ("pas naissance décès", "acte_deces"),
        ("plutôt de mariage", "acte_mariage"),
        ("non, pas l'acte de mariage, l'acte de décès", "acte_deces"),
        ("non", None),
        ("pas de naissance", None),
        ("de mariage et de décès", None),
        ("je veux me marier en mai", None),
        ("le mariage de ma fille", None),
    ],
)
def test_the_other_one_of_a_group(text: str, motive: str | None) -> None:
    """What is rejected is not wanted; any other word makes it a question of its own."""
    assert instead_of(normalise(text), "acte_naissance") == motive


def test_outside_a_group_nothing_takes_its_place() -> None:
    """« Mariage » after the swimming pool is a question of its own."""
    assert instead_of("de mariage", "piscine_sport") is None


def test_the_tables_name_what_the_demonstration_has() -> None:
    """Every option has a general answer there, and every key belongs to an option."""
    knowledge = store.load()
    for broad in BROAD:
        assert all((found := knowledge.find(motive, "")) and not found.aspect for motive in broad.options)
        assert broad.keys.keys() <= broad.options.keys()


RECORDS = tuple(entry(f"acte_{kind}") for kind in ("naissance", "mariage", "deces"))
NAMED = Interpretation("c'est pour un acte")


def test_it_is_asked_and_said_again_it_is_answered() -> None:
    """Nobody is asked the same thing twice."""
    dialogue = new_dialogue(SmallKnowledge(*RECORDS))
    asked = dialogue.hear(NAMED)
    assert (asked.decision, dialogue.state) == (Decision.CLARIFY, State.CHOICE)
    assert dialogue.hear(NAMED).motive == "acte_naissance"


def test_a_commune_without_one_of_the_answers_is_not_asked_so() -> None:
    """The sentence names them all."""
    assert offered(BROAD[1], lambda candidate: RECORDS[0] if "naissance" in candidate.motive else None) == ()
    assert new_dialogue(SmallKnowledge(RECORDS[0])).hear(NAMED).decision is Decision.NO_MATCH
