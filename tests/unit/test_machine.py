"""What the bot says next, and when it hands over."""

import pytest

from callbot.dialogue.machine import KEYS, MOVES, Dialogue, State
from callbot.dialogue.phrases import EMERGENCY_NAMES, HANDOVERS, SENTENCES, all_phrases, first_phrases
from callbot.events import Decision, HangUp, Outcome, PlayPrompt, Transfer
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import COMMUNE, new_dialogue

ANYTHING_ELSE = "Avez-vous une autre question ?"


def wants(motive: str, aspect: str = "", confidence: float = 0.9) -> Interpretation:
    """A reading with one candidate."""
    return Interpretation("des mots", candidates=(Candidate(motive, aspect, confidence),))


def says(act: str) -> Interpretation:
    """A reading that is a dialogue act."""
    return Interpretation("des mots", act=act)


@pytest.fixture
def dialogue() -> Dialogue:
    """A fresh conversation."""
    return new_dialogue()


def test_the_first_sentence_discloses_a_machine_and_cannot_be_interrupted(dialogue: Dialogue) -> None:
    """The caller knows, whatever they do."""
    first, second = dialogue.open()
    assert first == PlayPrompt(
        "Bonjour, vous êtes bien à la mairie d'Essai. Je suis un assistant vocal automatique.",
        interruptible=False,
    )
    assert second.interruptible


def test_a_known_question_gets_its_validated_answer(dialogue: Dialogue) -> None:
    """Answer, then the offer of another one."""
    reply = dialogue.hear(wants("acte_naissance", "prix"))
    assert (reply.decision, reply.answer_id, reply.text, reply.then) == (
        Decision.ANSWER,
        "acte_naissance.prix",
        f"C'est gratuit. {ANYTHING_ELSE}",
        None,
    )
    assert dialogue.outcome_if_gone is Outcome.ANSWERED


def test_an_aspect_without_entry_gets_the_general_answer(dialogue: Dialogue) -> None:
    """The reply names the entry that was spoken, not the one that is missing."""
    reply = dialogue.hear(wants("acte_naissance", "delai"))
    assert (reply.answer_id, reply.aspect) == ("acte_naissance", None)


@pytest.mark.parametrize("motive", ["mariage", "pacs", "inconnu"])
def test_an_expired_unvalidated_or_missing_entry_is_never_spoken(dialogue: Dialogue, motive: str) -> None:
    """The caller goes to a person instead."""
    reply = dialogue.hear(wants(motive))
    assert reply.decision is Decision.HANDOVER
    assert isinstance(reply.then, Transfer)
    assert reply.then.reason == "expired"
    assert "Voici la réponse" not in reply.text


def test_a_motive_that_is_always_transferred_goes_to_its_service(dialogue: Dialogue) -> None:
    """The validated sentence first, then the service's name."""
    reply = dialogue.hear(wants("suivi_demande"))
    assert reply.then == Transfer("etat_civil", "110", "entry")
    assert reply.text.endswith("je vous passe le service état civil.")


def test_another_body_is_named(dialogue: Dialogue) -> None:
    """Orientation is a decision of its own."""
    assert dialogue.hear(wants("hors_competence")).decision is Decision.ORIENT


def test_two_failures_in_a_row_announce_a_person(dialogue: Dialogue) -> None:
    """The first one asks again; a silence counts as well."""
    first = dialogue.hear(wants("acte_naissance", confidence=0.2))
    assert (first.decision, first.then) == (Decision.NO_MATCH, None)
    second = dialogue.silence()
    assert second.then == Transfer("accueil", "100", "no_input")


def test_an_answer_forgets_earlier_failures(dialogue: Dialogue) -> None:
    """Only failures in a row count."""
    dialogue.hear(Interpretation("charabia"))
    dialogue.hear(wants("acte_naissance"))
    assert dialogue.hear(Interpretation("charabia")).then is None


@pytest.mark.parametrize("number", EMERGENCY_NAMES)
def test_an_emergency_beats_everything(dialogue: Dialogue, number: str) -> None:
    """The number first, without interruption, then a person."""
    reading = Interpretation(
        "au feu", act="merci", emergency=number, candidates=(Candidate("mariage", "", 1.0),)
    )
    reply = dialogue.hear(reading)
    assert (reply.decision, reply.emergency) == (Decision.EMERGENCY, number)
    assert EMERGENCY_NAMES[number] in reply.say[0].text
    assert reply.then == Transfer("accueil", "100", "emergency")
    assert not any(prompt.interruptible for prompt in reply.say)


@pytest.mark.parametrize(("number", "first"), [("119", "dix-sept"), ("3919", "dix-sept"), ("3114", "quinze")])
def test_in_distress_nobody_is_told_to_hang_up(dialogue: Dialogue, number: str, first: str) -> None:
    """Whom to call when it cannot wait, then who listens, free and at any hour, then a person who can be reached meanwhile."""
    reply = dialogue.hear(Interpretation("à bout", emergency=number))
    words = reply.say[0].text
    assert "Raccrochez" not in reply.text
    assert words.index(first) < words.index(EMERGENCY_NAMES[number])
    assert "gratuit" in words
    assert "jour et nuit" in words
    assert reply.say[1].text.endswith("restez en ligne, je vous passe l'accueil.")
    assert {said.text for said in reply.say} <= set(all_phrases(COMMUNE))


@pytest.mark.parametrize("act", ["agent", "rappel", "langue_en"])
def test_a_person_is_always_reachable(dialogue: Dialogue, act: str) -> None:
    """These acts hand over in every open state."""
    assert isinstance(dialogue.hear(says(act)).then, Transfer)
    assert dialogue.outcome_if_gone is Outcome.HANDED_OVER


def test_no_after_an_answer_ends_the_call(dialogue: Dialogue) -> None:
    """The bot takes leave; before any answer, « non » does not."""
    assert dialogue.hear(says("non")).then is None
    dialogue.hear(wants("acte_naissance"))
    reply = dialogue.hear(says("non"))
    assert reply.then == HangUp(Outcome.ANSWERED)
    assert reply.text == "Merci de votre appel. Bonne journée, au revoir."


def test_repeat_says_the_answer_again(dialogue: Dialogue) -> None:
    """The same validated sentence; before any answer, what was said last, whatever it was."""
    assert dialogue.hear(says("repeter")).text.startswith("Dites-moi en une phrase")
    assert dialogue.hear(says("merci")).text == dialogue.hear(says("repeter")).text == "Je vous écoute."
    dialogue.hear(wants("acte_naissance", "prix"))
    assert dialogue.hear(says("repeter")).text == f"C'est gratuit. {ANYTHING_ELSE}"


def test_key_zero_is_a_person_and_unknown_keys_are_nothing(dialogue: Dialogue) -> None:
    """Keys are acts."""
    assert dialogue.press("7") is None
    reply = dialogue.press("0")
    assert reply is not None
    assert reply.then == Transfer("accueil", "100", "asked")


def test_nothing_is_decided_after_a_handover(dialogue: Dialogue) -> None:
    """The tables have no way out of that state; everywhere else an act leads somewhere."""
    assert {move.repeat for (state, _act), move in MOVES.items() if state is State.HANDED_OVER} == {True}
    assert {state for state, _act in MOVES} == set(State) - {State.MESSAGE}  # in which nobody is understood
    assert set(KEYS.values()) <= {act for _state, act in MOVES}


def test_every_sentence_of_the_tables_exists_and_is_rendered_ahead(dialogue: Dialogue) -> None:
    """Whatever a table names can be said, and is among the phrases that are rendered."""
    rendered = set(all_phrases(COMMUNE))
    for move in MOVES.values():
        assert (
            move.reason in HANDOVERS
            or move.say in SENTENCES
            or move.repeat
            or move.accept
            or move.reject
            or move.wrong
            or move.choose
            or move.score
            or move.record
            or move.urgent in EMERGENCY_NAMES
        )
    for prompt in (
        *dialogue.open(),
        *dialogue.give_up("closing").say,
        *new_dialogue().hear(says("insulte")).say,
    ):
        assert prompt.text in rendered
    assert all_phrases(COMMUNE)[: len(first_phrases(COMMUNE))] == first_phrases(COMMUNE)
    assert not any("{" in text for text in rendered)


def test_a_half_sure_question_is_confirmed_before_it_is_answered(dialogue: Dialogue) -> None:
    """« C'est bien ça ? », oui, the answer; nothing is answered on a guess."""
    asked = dialogue.hear(wants("acte_naissance", "prix", 0.6))
    assert (asked.decision, asked.answer_id) == (Decision.CLARIFY, "acte_naissance.prix")
    assert (
        asked.text
        == "Si je comprends bien, votre question porte sur le sujet acte_naissance. C'est bien ça ?"
    )
    answered = dialogue.hear(says("oui"))
    assert (answered.decision, answered.text) == (Decision.ANSWER, f"C'est gratuit. {ANYTHING_ELSE}")


def test_a_rejected_proposal_is_a_failure_and_a_second_one_a_person(dialogue: Dialogue) -> None:
    """No is heard, and the caller is not asked for ever."""
    dialogue.hear(wants("acte_naissance", "prix", 0.6))
    rejected = dialogue.hear(says("non"))
    assert rejected.text == "D'accord, ce n'est pas ça. Pouvez-vous me le dire autrement, en quelques mots ?"
    dialogue.hear(wants("hors_competence", "", 0.6))
    assert dialogue.hear(says("non")).then == Transfer("accueil", "100", "no_match")


def test_another_half_sure_question_instead_of_an_answer_is_proposed_once(dialogue: Dialogue) -> None:
    """The second proposal counts as a failure; a third is a person."""
    dialogue.hear(wants("acte_naissance", "prix", 0.6))
    assert dialogue.hear(wants("hors_competence", "", 0.6)).decision is Decision.CLARIFY
    assert dialogue.hear(wants("acte_naissance", "", 0.6)).then == Transfer("accueil", "100", "no_match")


def test_saying_the_same_again_confirms_it(dialogue: Dialogue) -> None:
    """« Le prix de l'acte, oui » is read as the motive once more."""
    dialogue.hear(wants("acte_naissance", "prix", 0.6))
    assert dialogue.hear(wants("acte_naissance", "prix", 0.5)).decision is Decision.ANSWER


def test_a_sure_question_during_a_confirmation_is_answered(dialogue: Dialogue) -> None:
    """The caller corrects the bot in a whole sentence."""
    dialogue.hear(wants("hors_competence", "", 0.6))
    assert dialogue.hear(wants("acte_naissance", "prix", 0.95)).answer_id == "acte_naissance.prix"


def test_repeat_during_a_confirmation_asks_again_and_the_question_stands(dialogue: Dialogue) -> None:
    """« Pardon ? » does not lose the proposal."""
    asked = dialogue.hear(wants("acte_naissance", "prix", 0.6))
    assert dialogue.hear(says("repeter")).text == asked.text
    assert dialogue.hear(says("oui")).decision is Decision.ANSWER


@pytest.mark.parametrize("motive", ["mariage", "pacs", "inconnu"])
def test_what_may_not_be_spoken_is_not_proposed(dialogue: Dialogue, motive: str) -> None:
    """An expired or unvalidated entry is not understood rather than offered."""
    assert dialogue.hear(wants(motive, confidence=0.6)).decision is Decision.NO_MATCH


def test_slower_holds_for_the_rest_of_the_call(dialogue: Dialogue) -> None:
    """The last words again, slowly, and whatever comes after them."""
    answer = dialogue.hear(wants("acte_naissance", "prix"))
    assert not any(prompt.slow for prompt in answer.say)
    again = dialogue.hear(says("plus_lentement"))
    assert again.text == answer.text
    later = (again, dialogue.hear(says("repeter")), dialogue.silence(), dialogue.give_up("closing"))
    assert all(prompt.slow for reply in later for prompt in reply.say)


def test_a_third_insult_gets_a_person() -> None:
    """Who is that angry is not told the same sentence for ever."""
    dialogue = new_dialogue(no_match_limit=3)
    replies = [dialogue.hear(says("insulte")) for _ in range(3)]
    assert [type(reply.then).__name__ for reply in replies] == ["NoneType", "NoneType", "Transfer"]
