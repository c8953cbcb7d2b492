"""Edits of answers, pure: the table of steps, who may approve, what is laid over the files, what changed, what is to be mended."""

import datetime as dt
import itertools

import pytest

from callbot.editing import personal
from callbot.editing.checks import Finding, findings
from callbot.editing.differences import Difference, Piece, differences
from callbot.editing.overlay import overlaid, read_published, unusable, write_published
from callbot.editing.versions import (
    NEXT,
    Hindrance,
    Published,
    Standing,
    Step,
    StepError,
    Version,
    VersionState,
    hindrance,
    standing,
    step,
    suspended,
    validated,
)
from callbot.errors import KnowledgeError
from callbot.knowledge.entries import Entry, Source
from callbot.knowledge.inspection import for_the_ear
from callbot.web.knowledge_words import sentence
from tests.support.knowledge import demo

TODAY = dt.date(2026, 12, 1)
NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
ENTRY = Entry(
    motive="carte_cadeau",
    subject="la carte cadeau",
    questions=tuple(f"question numéro {word}" for word in "abcdefghijkl"),
    answer="La carte cadeau se retire à l'accueil de la mairie.",
    service="accueil",
    author="anna",
    expires_on=dt.date(2027, 12, 1),
    sources=(Source(title="Délibération", checked_on=TODAY),),
)


def version(state: VersionState, **changed: object) -> Version:
    """Anna's, in that state."""
    fields: dict[str, object] = {
        "id": 1,
        "language": "fr",
        "number": 1,
        "state": state,
        "entry": ENTRY,
        "authors": ("anna",),
        "written_at": NOON,
        "heard_by": ("bruno",),
    }
    return Version(**(fields | changed))  # type: ignore[arg-type]


def test_only_the_table_is_possible() -> None:
    """Every step from every state: the seven of the table, and no other."""
    done = {}
    for state, what in itertools.product(VersionState, Step):
        try:
            done[state, what] = step(version(state), what, "bruno")
        except StepError:
            continue
    assert done == dict(NEXT)


@pytest.mark.parametrize(
    ("state", "person", "why"),
    [
        (VersionState.SUBMITTED, "bruno", None),
        (VersionState.SUBMITTED, "anna", Hindrance.OWN),
        (VersionState.SUBMITTED, "chloé", Hindrance.NOT_HEARD),
        (VersionState.DRAFT, "bruno", Hindrance.NOT_SUBMITTED),
        (VersionState.APPROVED, "bruno", Hindrance.NOT_SUBMITTED),
    ],
)
def test_a_second_person_who_has_listened_approves(
    state: VersionState, person: str, why: Hindrance | None
) -> None:
    """Nobody approves their own text, nor what they have not heard."""
    assert hindrance(version(state), person) is why


def test_the_newest_approval_is_laid_over_the_files() -> None:
    """In the place of the file's entry; a new one at the end; the translation follows the new French; the files stay as they are."""
    base = demo()
    changed = base.entries[0].model_copy(update={"answer": "Une autre réponse, tout à fait nouvelle."})
    new = validated(ENTRY, "bruno", TODAY)
    old = changed.model_copy(update={"answer": "Une réponse plus ancienne que l'autre."})
    versions = [
        version(VersionState.APPROVED, entry=changed, edition=2, number=2),
        version(VersionState.APPROVED, entry=old, edition=1),
        version(VersionState.APPROVED, entry=new, edition=3),
        version(VersionState.SUBMITTED, entry=old),
    ]
    published = Published.of(versions)
    assert published.edition == 3
    result = overlaid(base, read_published(write_published(published)))
    assert result.entries == (changed, *base.entries[1:], new)
    assert result.origins[-1] == "web"
    assert result.fingerprint != base.fingerprint
    assert result.in_language("en").fingerprint != base.in_language("en").fingerprint
    assert overlaid(base, Published()) is base


def test_what_does_not_fit_the_files_any_more_is_left_out() -> None:
    """A service or a language that is gone is told, and nothing else suffers."""
    base = demo()
    homeless = ENTRY.model_copy(update={"service": "piscine_fermee"})
    assert (unusable(base, "fr", homeless)[:12], unusable(base, "xx", ENTRY)[:12]) == ("carte_cadeau",) * 2
    assert overlaid(base, Published(1, (("fr", homeless), ("xx", ENTRY)))).entries == base.entries


@pytest.mark.parametrize("text", ["", "[]", '{"edition": 1}', '{"edition": 1, "entries": [{"motive": "A"}]}'])
def test_a_damaged_file_of_edits_is_refused(text: str) -> None:
    """With one line, not with a traceback."""
    with pytest.raises(KnowledgeError):
        read_published(text)


def test_how_an_answer_stands() -> None:
    """Spoken, to be read again within a month, expired or suspended, never validated."""
    spoken = validated(ENTRY, "bruno", TODAY)
    days = (spoken.expires_on or TODAY) - dt.timedelta(days=30), dt.date(2028, 1, 1)
    assert [standing(spoken, day) for day in (TODAY, *days)] == [
        Standing.SPOKEN,
        Standing.SOON,
        Standing.EXPIRED,
    ]
    assert standing(suspended(spoken, TODAY), TODAY) is Standing.EXPIRED
    assert standing(ENTRY, TODAY) is Standing.UNVALIDATED


def test_what_changed_is_told_word_by_word() -> None:
    """Of lists, only what came and went; nothing for two that are alike; all of it for a new entry."""
    after = ENTRY.model_copy(
        update={
            "answer": "La carte cadeau se retire au guichet de la mairie.",
            "questions": (*ENTRY.questions[1:], "et où"),
        }
    )
    assert differences(ENTRY, after) == [
        Difference(
            "answer",
            (
                Piece("same", "La carte cadeau se retire"),
                Piece("gone", "à l'accueil"),
                Piece("new", "au guichet"),
                Piece("same", "de la mairie."),
            ),
        ),
        Difference("questions", (Piece("gone", ENTRY.questions[0]), Piece("new", "et où"))),
    ]
    [answer, _] = differences(ENTRY, after)
    sides = [" ".join(piece.text for piece in side) for side in (answer.before, answer.after)]
    assert sides == [ENTRY.answer, after.answer]
    assert differences(ENTRY, ENTRY) == []
    assert [one.field for one in differences(None, ENTRY)] == [
        "answer", "subject", "kind", "service", "expires_on", "questions", "sources",
    ]  # fmt: skip


def test_differences_are_told_by_names_and_not_by_identifiers() -> None:
    """A type and a service as people call them; a title and a sentence as they are."""
    say = {("service", ENTRY.service): "L'accueil", ("service", "etat_civil"): "L'état civil"}
    after = ENTRY.model_copy(update={"service": "etat_civil", "subject": "la carte"})
    told = differences(ENTRY, after, lambda field, value: say.get((field, value), value))
    assert [(one.field, one.after[-1].text) for one in told] == [
        ("subject", "la carte"), ("service", "L'état civil"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("rappelez-moi au 06 12 34 56 78", "number"),
        ("mon numéro c'est le zéro six douze trente-quatre cinquante-six soixante-dix-huit", "number"),
        ("écrivez à jean.martin@exemple.fr", "email"),
        ("mon adresse c'est martin arobase exemple point fr", "email"),
        ("bonjour je suis monsieur Delacroix pour un passeport", "name"),
        ("je m'appelle Jean Martin et je veux un passeport", "name"),
        ("je voudrais parler à monsieur le maire", ""),
        ("bonjour madame je voudrais un acte de naissance", ""),
        ("quel est le prix du timbre à quatre-vingt-six euros", ""),
    ],
)
def test_personal_data_in_a_question(text: str, what: str) -> None:
    """Numbers, addresses and names are found; titles without a name are none."""
    assert personal.in_question(text) == what


def test_the_demonstration_commune_is_not_refused() -> None:
    """None of its answers and questions has a number or an address of somebody; names are suspected in one of two hundred questions."""
    entries = demo().entries
    assert {personal.in_answer(entry.answer) for entry in entries} <= {"", "number"}
    found = [personal.in_question(question) for entry in entries for question in entry.questions]
    assert {kind for kind in found if kind} == {"name"}
    assert found.count("name") < len(found) / 200


def test_what_is_to_be_mended_comes_with_its_severity() -> None:
    """Errors first: the ear, personal data, a question that stands elsewhere, days, services; then advice."""
    base = demo()
    known = base.entries[0].questions[0]
    bad = ENTRY.model_copy(
        update={
            "answer": "Appelez le 06 12 34 56 78 (M. Martin).",
            "questions": (known, "je m'appelle Jean Martin"),
            "expires_on": TODAY,
            "service": "nulle_part",
            "subject": "",
            "sources": (),
        }
    )
    found = findings(bad, "fr", base, TODAY)
    kinds = [(one.severity, one.field, one.kind) for one in found]
    assert kinds == [
        *[("error", "answer", "ear")] * 3,
        ("error", "answer", "mobile"),
        ("error", "questions", "elsewhere"),
        ("error", "expires_on", "past_end"),
        ("error", "service", "no_service"),
        ("warning", "subject", "no_subject"),
        ("warning", "questions", "question_name"),
        ("warning", "questions", "few_questions"),
        ("warning", "sources", "no_source"),
    ]
    assert findings(ENTRY, "fr", base, TODAY) == []


def test_every_remark_of_the_inspection_is_told_in_french() -> None:
    """A sentence that has no translation would be shown in English."""
    awkward = (
        "mot " * 80,
        "Un. Deux. Trois. Quatre. Cinq.",
        "Le 12 mai.",
        "50 % de plus",
        "M. le maire",
        "La CAF vous aide",
        "voir www.ville.fr",
        "Ceci (ou cela)",
    )
    messages = {message for answer in awkward for message in for_the_ear(answer)}
    told = [sentence(Finding("error", "answer", "ear", message)) for message in messages]
    assert [one for one in told if "the answer" in one] == []
    assert len(messages) >= 8
