"""Short questions after an answer: what is read with the turn before, and what never is."""

import pytest

from callbot.dialogue.context import Context, carried_aspect, follow_up, hangs_on, slots_of
from callbot.dialogue.context_tables import ASPECTS, SIBLINGS, SLOTS
from callbot.dialogue.machine import Dialogue
from callbot.events import Decision, Transfer
from callbot.knowledge import store
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import Shut, SmallKnowledge, entry, new_dialogue

KNOWLEDGE = store.load()


def meant(text: str, motive: str, aspect: str = "", whom: str = "") -> tuple[str, str] | bool | None:
    """Motive and aspect; False where no entry tells it, None for a question of its own."""
    found = follow_up(normalise(text), Context(motive, aspect, whom), KNOWLEDGE.find)
    if found is None:
        return None
    return (found.context.motive, found.context.aspect) if found.known else False


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("acte_naissance", "Ça coûte combien ?", ("acte_naissance", "prix")),
        ("acte_naissance", "et c'est payant ?", ("acte_naissance", "prix")),
        ("titre_rendez_vous", "c'est combien, madame", ("titre_prix", "")),
        ("titre_prix", "et c'est quoi les papiers ?", ("titre_pieces", "")),
        ("titre_prix", "qu'est-ce qu'il faut apporter pour ma fille ?", ("titre_pieces", "mineur")),
        ("titre_pieces", "et pour mon mari ?", ("titre_pieces", "majeur")),
        ("titre_pieces", "et pour ma fille qui a 12 ans ?", ("titre_pieces", "mineur")),
        ("titre_pieces", "et pour moi ?", ("titre_pieces", "majeur")),
        ("titre_pieces", "c'est pour moi", ("titre_pieces", "majeur")),
        ("titre_pieces", "oui c'est pour moi-même", ("titre_pieces", "majeur")),
        ("titre_pieces", "je suis majeure", ("titre_pieces", "majeur")),
        ("titre_pieces", "moi j'ai trente-deux ans", ("titre_pieces", "majeur")),
        ("titre_pieces", "non je suis adulte", ("titre_pieces", "majeur")),
        ("titre_pieces", "c'est pour un mineur", ("titre_pieces", "mineur")),
        ("titre_pieces", "non, pas pour moi, pour mon fils", ("titre_pieces", "mineur")),
        ("titre_pieces", "et si on me l'a volée ?", ("titre_pieces", "perte_vol")),
        ("titre_prix", "il faut un rendez-vous ou pas ?", ("titre_rendez_vous", "")),
        ("titre_prix", "non, pas le passeport, la carte", ("titre_prix", "")),
        ("permis_construire", "il y a un délai ?", ("permis_construire", "delai")),
        ("acte_mariage", "et le dimanche ?", ("horaires", "")),
        ("mediatheque", "et le samedi c'est ouvert ?", ("mediatheque", "horaires")),
        ("dechetterie", "c'est où ?", ("dechetterie", "")),
        ("cantine", "et pour ma fille ?", ("cantine", "")),
    ],
)
def test_a_short_question_is_read_with_the_motive_before(
    before: str, text: str, expected: tuple[str, str]
) -> None:
    """Its own aspect, a sibling's, a general answer that tells it, or the town hall's."""
    assert meant(text, before) == expected


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("permis_construire", "ça coûte combien ?"),
        ("acte_naissance", "et pour ma fille ?"),
        ("cantine", "et le samedi ?"),
        ("titre_retrait", "il y a un délai ?"),
    ],
)
def test_what_no_entry_tells_is_not_known(before: str, text: str) -> None:
    """Never the general answer to something else."""
    assert meant(text, before) is False


@pytest.mark.parametrize(
    "text",
    [
        "combien coûte un passeport",
        "et la piscine ?",
        "et le prix du permis bateau ?",
        "et mon voisin fait du bruit le samedi",
        "et pour la carte grise ?",
        "et pour ma fille qui a vingt ans ?",
        "je voudrais savoir combien ça coûte de faire venir un plombier pour une fuite d'eau",
    ],
)
def test_a_question_of_its_own_never_is(text: str) -> None:
    """Whatever else is said makes it one."""
    assert meant(text, "cantine") is None


def test_what_is_stated_asks_for_nothing() -> None:
    """« C'est pour moi » after an answer that is the same for everybody."""
    assert meant("c'est pour moi", "acte_naissance") is None


def test_a_title_is_a_new_question_where_the_motive_has_none() -> None:
    """« Et le passeport ? » after the cemetery."""
    assert meant("et le passeport ?", "cimetiere") is None


def test_saturday_has_an_entry_of_its_own_where_there_is_one() -> None:
    """Asked after a certificate, and before anything."""
    find = SmallKnowledge(entry("horaires"), entry("horaires", aspect="samedi"), entry("acte_mariage")).find
    for before in ("acte_mariage", "horaires", ""):
        found = follow_up("c'est ouvert le samedi", Context(before), find)
        assert found is not None
        assert (found.context.motive, found.context.aspect) == ("horaires", "samedi")


def test_before_any_answer_only_the_town_hall_is_meant() -> None:
    """Its hours and its address; « ça coûte combien » says nothing."""
    assert meant("je voudrais les horaires", "") == ("horaires", "")
    assert meant("ça coûte combien ?", "") is None


def test_for_whom_holds_for_the_turns_after() -> None:
    """The daughter's papers, two turns later."""
    assert slots_of(normalise("un passeport pour ma fille"), "titre_prix", "") == Context(
        "titre_prix", "", whom="enfant", title="passeport"
    )
    assert slots_of(normalise("dites-moi le prix"), "titre_prix", "").whom == ""
    assert meant("et les papiers ?", "titre_prix", whom="enfant") == ("titre_pieces", "mineur")


@pytest.mark.parametrize(
    ("text", "correction", "expected"),
    [
        ("et la médiathèque", False, "prix"),
        ("non pas la piscine la médiathèque", True, "prix"),
        ("et les horaires de la médiathèque", False, "horaires"),
        ("la médiathèque", False, "horaires"),
    ],
)
def test_another_subject_takes_the_aspect_over(text: str, correction: bool, expected: str) -> None:
    """Where only the subject was named, and has an entry for it; else the router's guess stands."""
    before, wanted = Context("piscine_sport", "prix"), ("mediatheque", "horaires")
    assert carried_aspect(text, before, wanted, KNOWLEDGE.find, correction=correction) == expected


def test_a_subject_without_that_aspect_is_the_general_question() -> None:
    """The router's guess of an aspect is worth nothing where none was named; a body to turn to is no such guess."""
    before = Context("piscine_sport", "prix")
    assert (
        carried_aspect("et l'encombrant", before, ("encombrants", "delai"), KNOWLEDGE.find, correction=False)
        == ""
    )
    assert (
        carried_aspect("et la caf", before, ("hors_competence", "caf"), KNOWLEDGE.find, correction=False)
        == "caf"
    )


def test_the_tables_name_what_there_is() -> None:
    """Motives, aspects and slots of the demonstration commune."""
    motives = {entry.motive for entry in KNOWLEDGE.entries}
    assert {motive for pair in SIBLINGS.items() for motive, _ in pair} <= motives
    assert {aspect for _, aspect in SIBLINGS} <= set(ASPECTS)
    assert set(SLOTS) <= set(Context.__dataclass_fields__)


@pytest.fixture
def dialogue() -> Dialogue:
    """A conversation in which the deed was just asked for."""
    dialogue = new_dialogue()
    dialogue.hear(Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.95),)))
    return dialogue


def test_what_is_not_known_offers_a_person_of_the_right_service(dialogue: Dialogue) -> None:
    """Yes goes to the service of the entry."""
    asked = dialogue.hear(Interpretation("il faut un rendez vous"))
    assert (asked.decision, asked.text) == (
        Decision.NO_MATCH,
        "Je n'ai pas cette précision. Voulez-vous que je vous passe une personne ?",
    )
    assert dialogue.hear(Interpretation("oui", act="oui")).then == Transfer("etat_civil", "110", "asked")


def test_what_is_like_an_act_is_a_short_question_all_the_same(dialogue: Dialogue) -> None:
    """The router takes « ça coûte combien » for an act: the tables know better, where an entry tells it."""
    reply = dialogue.hear(Interpretation("ça coûte combien", act="oui"))
    assert (reply.decision, reply.answer_id) == (Decision.ANSWER, "acte_naissance.prix")


def test_no_goes_on(dialogue: Dialogue) -> None:
    """And another « non » ends the call."""
    dialogue.hear(Interpretation("il faut un rendez vous"))
    no = Interpretation("non", act="non")
    assert dialogue.hear(no).text == "Avez-vous une autre question ?"
    assert dialogue.hear(no).then is not None


def test_when_nobody_is_there_no_person_is_offered() -> None:
    """The caller is told so, and asked for another question."""
    dialogue = new_dialogue(presence=Shut())
    dialogue.hear(Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.95),)))
    assert "nos bureaux sont fermés" in dialogue.hear(Interpretation("il faut un rendez vous")).text


def test_two_questions_are_answered_in_turn(dialogue: Dialogue) -> None:
    """Each answer, then « autre question ? » once; where one half is not sure, it is one question."""
    halves = tuple(
        Interpretation(text, candidates=(Candidate(motive, "", sure),))
        for text, motive, sure in (("a b c", "hors_competence", 0.95), ("d e f", "acte_naissance", 0.93))
    )
    reply = dialogue.hear(Interpretation("les deux ensemble", parts=halves))
    assert [prompt.text for prompt in reply.say] == [
        "Voici la réponse sur hors_competence.",
        "Voici la réponse sur acte_naissance.",
        "Avez-vous une autre question ?",
    ]
    assert reply.first is not None
    assert (reply.first.motive, reply.motive) == ("hors_competence", "acte_naissance")
    unsure = Interpretation("autre", candidates=(Candidate("acte_naissance", "", 0.5),))
    assert dialogue.hear(Interpretation("quoi", parts=(halves[0], unsure))).decision is Decision.NO_MATCH


@pytest.mark.parametrize(
    ("text", "hangs"),
    [
        ("et pour un étranger", True),
        ("et à noël", True),
        ("je peux voyager sans", True),
        ("et la piscine", False),
        ("et combien coûte la cantine", False),
        ("je peux venir sans rendez vous le samedi matin avec ma mère", False),
    ],
)
def test_what_hangs_on_the_subject_before(text: str, hangs: bool) -> None:
    """It is not answered as a new question without asking."""
    assert hangs_on(text) is hangs
