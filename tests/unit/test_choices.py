"""« Est-ce pour A ? Ou bien pour B ? »: when it is asked, and every way to answer it."""

from datetime import date

import pytest

from callbot.conversations import texts_to_render
from callbot.dialogue.choices import close, names_only
from callbot.dialogue.machine import Dialogue
from callbot.events import Decision, Transfer
from callbot.knowledge import store
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import Shut, SmallKnowledge, entry, new_dialogue

AT = date(2026, 11, 24)
PASSPORT = Candidate("titre_prix", "", 0.4)
CARD = Candidate("carte", "", 0.3)
QUESTION = "Est-ce pour le prix d'un passeport ? Ou bien pour la carte de bus ?"


def reading(text: str, *candidates: Candidate) -> Interpretation:
    """What the router makes of `text`."""
    return Interpretation(text, candidates=candidates[:3], ranking=candidates)


@pytest.fixture
def dialogue() -> Dialogue:
    """A conversation with a commune of three entries, two of them alike, in which that question was just asked."""
    entries = (
        entry("titre_prix", subject="le prix d'un passeport"),
        entry("carte", subject="la carte de bus"),
        entry("horaires"),
        entry("muet", subject=""),
    )
    dialogue = new_dialogue(SmallKnowledge(*entries))
    asked = dialogue.hear(reading("une carte", PASSPORT, CARD))
    assert (asked.decision, asked.text, asked.motive) == (Decision.CLARIFY, QUESTION, "titre_prix")
    return dialogue


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [((0.4, 0.3), True), ((0.4, 0.05), False), ((0.7, 0.2), False), ((0.6,), False), ((0.3, 0.15), False)],
)
def test_two_are_close_when_both_are_likely(confidences: tuple[float, ...], expected: bool) -> None:
    """Enough together, and the second not far behind."""
    candidates = [Candidate(f"m{place}", "", share) for place, share in enumerate(confidences)]
    assert close(candidates, together=0.5, ratio=0.4) is expected


def test_a_place_that_is_like_an_act_is_a_place(dialogue: Dialogue) -> None:
    """The router takes « la première » for a yes."""
    assert dialogue.hear(Interpretation("la première", act="oui")).motive == "titre_prix"


@pytest.mark.parametrize(
    ("text", "motive"),
    [
        ("la première", "titre_prix"),
        ("non plutôt la deuxième", "carte"),
        ("le deux", "carte"),
        ("plutôt le passeport", "titre_prix"),
        ("c'est pour le bus", "carte"),
    ],
)
def test_an_answer_names_one_of_them(dialogue: Dialogue, text: str, motive: str) -> None:
    """By its place, or by a word of its own."""
    reply = dialogue.hear(reading(text))
    assert (reply.decision, reply.motive) == (Decision.ANSWER, motive)


def test_the_router_is_asked_about_these_two_only(dialogue: Dialogue) -> None:
    """A word that neither subject has, and a likeness too small to be understood by itself."""
    said = reading("celui des transports", Candidate("carte", "", 0.2), Candidate("horaires", "", 0.15))
    assert dialogue.hear(said).motive == "carte"


def test_key_two_is_the_second(dialogue: Dialogue) -> None:
    """And key three is nothing, where two were offered."""
    assert dialogue.press("3") is None
    reply = dialogue.press("2")
    assert reply is not None
    assert reply.motive == "carte"


def test_yes_is_no_answer_to_it(dialogue: Dialogue) -> None:
    """The question is put again, and nothing is guessed."""
    assert dialogue.hear(Interpretation("oui", act="oui")).text == QUESTION
    assert dialogue.hear(reading("la première")).motive == "titre_prix"


def test_neither_is_a_failure(dialogue: Dialogue) -> None:
    """The caller is asked to say it otherwise; a second failure is a person."""
    assert "ce n'est pas ça" in dialogue.hear(Interpretation("ni l'un ni l'autre", act="non")).text
    assert isinstance(dialogue.hear(reading("charabia")).then, Transfer)


def test_a_sure_new_question_is_answered(dialogue: Dialogue) -> None:
    """The caller changes the subject in a whole sentence, whatever words it has."""
    said = "finalement je voudrais savoir à quelle heure ferme la mairie où on fait le passeport"
    assert dialogue.hear(reading(said, Candidate("horaires", "", 0.95))).motive == "horaires"


def test_a_second_choice_counts_as_a_failure(dialogue: Dialogue) -> None:
    """The caller is not asked for ever."""
    pair = Candidate("horaires", "", 0.41), Candidate("carte", "", 0.39)
    assert dialogue.hear(reading("mais alors", *pair)).decision is Decision.CLARIFY
    assert isinstance(dialogue.hear(reading("mais enfin", *pair)).then, Transfer)


@pytest.fixture
def patient() -> Dialogue:
    """A conversation with a commune that allows three failures, after the first one."""
    entries = (entry("horaires"), entry("carte", subject="la carte de bus"), entry("pacs", subject=""))
    knowledge = SmallKnowledge(*entries)
    dialogue = new_dialogue(knowledge, no_match_limit=3, most_asked=("horaires", "pacs", "carte"))
    assert "autrement" in dialogue.hear(reading("charabia")).text
    return dialogue


MENU = (
    "Prenons un autre chemin. Voici ce que l'on me demande souvent. "
    "Dites ou tapez un, pour le sujet horaires. Deux, pour la carte de bus. "
    "Pour parler à une personne, tapez zéro. Sinon, dites-moi en quelques mots ce que vous cherchez."
)


def test_a_second_failure_gives_explicit_choices_and_a_third_a_person(patient: Dialogue) -> None:
    """What is asked most, of what can be named."""
    asked = patient.hear(reading("charabia"))
    assert (asked.decision, asked.text) == (Decision.NO_MATCH, MENU)
    assert patient.hear(reading("charabia")).then == Transfer("accueil", "100", "no_match")


def test_the_choices_take_words_and_keys(patient: Dialogue) -> None:
    """« Deux », or key 2; or a question in other words, which counts as no failure."""
    patient.silence()
    assert patient.hear(reading("le deux")).motive == "carte"
    patient.silence()
    patient.silence()
    reply = patient.press("1")
    assert reply is not None
    assert reply.motive == "horaires"


def test_a_half_sure_question_after_the_choices_is_confirmed(patient: Dialogue) -> None:
    """It is no answer to a proposal of ours, for there was none."""
    patient.silence()
    assert patient.hear(reading("des mots", Candidate("carte", "", 0.6))).decision is Decision.CLARIFY


def test_a_hint_of_two_motives_is_named_instead(patient: Dialogue) -> None:
    """Better than what others ask."""
    pair = Candidate("carte", "", 0.15), Candidate("horaires", "", 0.1)
    assert patient.hear(reading("charabia", *pair)).text == (
        "Est-ce pour la carte de bus ? Ou bien pour le sujet horaires ? Dites ou tapez un pour la première réponse, "
        "deux pour la seconde. Pour parler à une personne, tapez zéro."
    )


def test_a_good_hint_is_named_at_the_first_failure() -> None:
    """Too weak to ask about alone, and yet worth more than « dites-le autrement »; the caller answers it like any choice."""
    dialogue = new_dialogue(SmallKnowledge(entry("horaires"), entry("carte")), no_match_limit=3)
    pair = Candidate("carte", "", 0.3), Candidate("horaires", "", 0.1)
    assert dialogue.hear(reading("charabia", *pair)).text == (
        "Je ne suis pas sûr d'avoir bien compris. Est-ce pour le sujet carte ? Ou bien pour le sujet horaires ?"
    )
    assert dialogue.hear(reading("le deux")).motive == "horaires"


def test_silence_has_a_ladder_of_its_own() -> None:
    """Asked again, then keys, then a person; where nothing is asked most, the telephone held nearer."""
    knowledge = SmallKnowledge(entry("horaires"))
    dialogue = new_dialogue(knowledge, no_match_limit=3, most_asked=("horaires",))
    assert dialogue.silence().text == "Je ne vous entends pas. Quelle est votre question ?"
    assert "touches de votre téléphone. Dites ou tapez un, pour le sujet horaires." in dialogue.silence().text
    assert dialogue.silence().then == Transfer("accueil", "100", "no_input")
    plain = new_dialogue(knowledge, no_match_limit=3)
    plain.silence()
    assert "Parlez plus près du téléphone" in plain.silence().text


def test_the_choices_name_no_person_when_nobody_is_there() -> None:
    """Key zero would lead nowhere."""
    dialogue = new_dialogue(
        SmallKnowledge(entry("horaires")), presence=Shut(), no_match_limit=3, most_asked=("horaires",)
    )
    dialogue.silence()
    assert "personne" not in dialogue.silence().text


def test_what_cannot_be_named_is_not_offered() -> None:
    """An entry without a subject is confirmed by nobody: not understood."""
    dialogue = new_dialogue(SmallKnowledge(entry("muet", subject=""), entry("carte")))
    pair = Candidate("muet", "", 0.4), Candidate("carte", "", 0.35)
    assert dialogue.hear(reading("une chose", *pair)).decision is Decision.NO_MATCH


def test_its_sentences_are_rendered_ahead() -> None:
    """Each subject once in either place, and what is asked most with its number."""
    knowledge = store.load()
    first, rest = texts_to_render(knowledge, AT)
    texts = {*first, *rest}
    price = knowledge.find("titre_prix", "")
    assert price is not None
    assert {f"Est-ce pour {price.subject} ?", f"Ou bien pour {price.subject} ?"} <= texts
    deed = knowledge.find("acte_naissance", "")
    assert deed is not None
    assert f"Deux, pour {deed.subject}." in texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plutôt de naissance", True),
        ("c'est pour un acte de naissance", True),
        ("c'est où l'acte de naissance", False),
        ("combien coûte un acte de naissance", False),
        ("oui", False),
    ],
)
def test_only_the_subject_is_named(text: str, expected: bool) -> None:
    """No word that tells what of it is wanted."""
    assert names_only(text, "la demande d'un acte de naissance") is expected


def test_the_subject_alone_gets_the_general_answer() -> None:
    """Whichever aspect the router leans to; an aspect that is told is kept."""
    entries = (
        entry("acte", subject="un acte de naissance"),
        entry("acte", aspect="prix", subject="le prix d'un acte"),
    )
    dialogue = new_dialogue(SmallKnowledge(*entries))
    leaning = Candidate("acte", "prix", 0.95)
    assert dialogue.hear(reading("plutôt de naissance", leaning)).answer_id == "acte"
    assert dialogue.hear(reading("il coûte cher cet acte", leaning)).answer_id == "acte.prix"


def test_without_a_general_answer_the_likeliest_is_asked_about() -> None:
    """Nothing is answered on a guess."""
    dialogue = new_dialogue(
        SmallKnowledge(entry("acte", aspect="prix", subject="le prix d'un acte de naissance"))
    )
    asked = dialogue.hear(reading("un acte de naissance", Candidate("acte", "prix", 0.95)))
    assert (asked.decision, asked.answer_id) == (Decision.CLARIFY, "acte.prix")
    assert dialogue.hear(Interpretation("oui", act="oui")).decision is Decision.ANSWER


# -- « oui » to a choice -------------------------------------------------------------------------------------------


def test_yes_to_a_choice_does_not_go_round_in_circles() -> None:
    """The question again, then by keys, then a person."""
    prices = (
        entry("titre_prix", subject="le prix d'un passeport"),
        entry("carte", subject="la carte de bus"),
    )
    dialogue = new_dialogue(SmallKnowledge(*prices), no_match_limit=3)
    dialogue.hear(reading("une carte", PASSPORT, CARD))
    yes = Interpretation("oui", act="oui")
    assert [dialogue.hear(yes).text for _ in range(3)] == [
        QUESTION,
        "Dites ou tapez un, pour le prix d'un passeport. Deux, pour la carte de bus. Pour parler à une personne, tapez zéro. "
        "Sinon, dites-moi en quelques mots ce que vous cherchez.",
        "Je suis désolé, je ne sais pas vous répondre. Ne quittez pas, je vous passe l'accueil.",
    ]


def test_one_of_four_is_chosen_by_key() -> None:
    """« Un passeport » may be wanted for four things; each of them has a key after the second « oui »."""
    motives = ("titre_rendez_vous", "titre_pieces", "titre_prix", "titre_retrait")
    dialogue = new_dialogue(SmallKnowledge(*map(entry, motives)), no_match_limit=3)
    asked = dialogue.hear(Interpretation("un passeport"))
    yes = Interpretation("oui", act="oui")
    assert dialogue.hear(yes).text == asked.text
    assert "Quatre, pour savoir si le titre est prêt." in dialogue.hear(yes).text
    chosen = dialogue.press("4")
    assert chosen is not None
    assert chosen.motive == "titre_retrait"


def test_who_chooses_after_all_has_lost_nothing(dialogue: Dialogue) -> None:
    """« Oui », then one of them."""
    dialogue.hear(Interpretation("oui", act="oui"))
    assert dialogue.hear(reading("le prix d'un passeport", PASSPORT, CARD)).decision is Decision.ANSWER
    assert dialogue.failures == 0
