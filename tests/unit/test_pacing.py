"""« Plus lentement »: shorter pieces, the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.conversations import texts_to_render
from callbot.dialogue.pacing import LONG_LETTERS, PAUSE_MS, SLOWEST, paced, pieces
from callbot.dialogue.phrases import SHORT
from callbot.events import PlayPrompt
from callbot.knowledge import store
from tests.support.commune import TODAY, new_dialogue
from tests.unit.test_machine import says, wants


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("C'est gratuit. Venez quand vous voulez.", ("C'est gratuit.", "Venez quand vous voulez.")),
        (
            "Apportez votre ancien titre et une photo d'identité de moins de six mois, un justificatif de domicile, "
            "et le numéro de la pré-demande.",
            (
                "Apportez votre ancien titre",
                "et une photo d'identité de moins de six mois,",
                "un justificatif de domicile, et le numéro de la pré-demande.",
            ),
        ),
        (
            "Pour parler à une personne, dites « un agent. Oui », ou tapez zéro.",
            ("Pour parler à une personne, dites « un agent. Oui », ou tapez zéro.",),
        ),
    ],
)
def test_a_text_is_cut_where_one_breathes(text: str, parts: tuple[str, ...]) -> None:
    """After sentences; long ones at their clauses; nowhere within what is quoted."""
    assert pieces(text) == parts


def test_a_number_is_not_cut() -> None:
    """Its groups have pauses of their own."""
    number = "zéro un, quarante-deux, trente-trois, quarante-quatre, cinquante-cinq"
    said = (
        f"Une personne vous rappellera dans la journée de demain au {number}, de préférence dans la matinée."
    )
    assert any(number in piece for piece in pieces(said))


@given(st.text(alphabet="abé ,;:.!?«»()\n", max_size=300))
def test_no_word_is_lost_or_changed(text: str) -> None:
    """Whatever the text."""
    assert " ".join(" ".join(pieces(text)).split()) == " ".join(text.split())


def test_every_piece_of_an_answer_is_rendered_ahead_and_most_are_short() -> None:
    """The demonstration commune: a caller who asked for it does not wait for the voice."""
    knowledge = store.load()
    first, rest = texts_to_render(knowledge, TODAY)
    spoken = [entry for entry in knowledge.entries if entry.may_be_spoken(TODAY)]
    cut = [piece for entry in spoken for piece in pieces(entry.answer)]
    assert set(cut) <= {*first, *rest}
    assert sum(len(piece) <= LONG_LETTERS + 20 for piece in cut) > 0.95 * len(cut)


def test_at_the_usual_pace_nothing_changes() -> None:
    """Nobody asked for it."""
    prompts = (PlayPrompt("Un. Deux."),)
    assert paced(prompts, 0, SHORT) == prompts
    assert paced(prompts, 2, SHORT) == (
        PlayPrompt("Un.", slow=2, pause_ms=PAUSE_MS),
        PlayPrompt("Deux.", slow=2, pause_ms=PAUSE_MS),
    )


def test_each_request_slows_down_further_to_a_floor() -> None:
    """And the rest of the call stays as slow."""
    dialogue = new_dialogue()
    dialogue.hear(wants("acte_naissance", "prix"))
    steps = [dialogue.hear(says("plus_lentement")).say[0].slow for _ in range(SLOWEST + 1)]
    assert steps == [1, 2, 3, 3]
    assert dialogue.hear(wants("acte_naissance", "prix")).say[0].slow == SLOWEST


def test_the_greeting_has_a_short_form_for_who_asks_at_once() -> None:
    """« Plus lentement » right after it says it again, shorter."""
    dialogue = new_dialogue()
    dialogue.open()
    assert dialogue.hear(says("plus_lentement")).text == (
        "Dites-moi ce que vous cherchez. Ou tapez zéro, pour une personne."
    )
