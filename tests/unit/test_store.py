"""The knowledge base: what is given as an answer, what is refused, and what its keepers are told."""

from datetime import date
from pathlib import Path

import pytest

from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.knowledge.entries import Service
from tests.support import small_commune
from tests.support.small_commune import QUESTIONS, entry

TODAY = date(2026, 11, 23)
DOZEN = QUESTIONS["horaires"]


def problems(folder: Path, *entries: str) -> list[str]:
    """What is told of a knowledge base with these entries."""
    knowledge = store.load(small_commune.write(folder, *entries))
    return [f"{problem.severity}: {problem}" for problem in knowledge.problems(TODAY)]


def refusal(folder: Path) -> str:
    """The message with which a knowledge base is refused."""
    with pytest.raises(KnowledgeError) as caught:
        store.load(folder)
    return str(caught.value).replace(f"{folder}/", "")


def test_the_answer_of_an_aspect_or_the_general_one(tmp_path: Path) -> None:
    """An aspect has its entry; an aspect without one gets the motive's general entry; an unknown motive none."""
    knowledge = store.load(small_commune.write(tmp_path))
    found = [
        knowledge.find(motive, aspect)
        for motive, aspect in [
            ("acte_naissance", "delai"),
            ("acte_naissance", "prix"),
            ("horaires", ""),
            ("pacs", ""),
        ]
    ]
    assert [e and e.id for e in found] == ["acte_naissance.delai", "acte_naissance", "horaires", None]


def test_an_expired_aspect_is_not_answered_by_the_general_entry(tmp_path: Path) -> None:
    """The entry found is the aspect's, which may not be spoken any more: the caller goes to a person."""
    general = entry("acte_naissance", QUESTIONS["acte_naissance"])
    expired = entry("acte_naissance.delai", QUESTIONS["acte_naissance.delai"], expires_on="2026-11-22")
    found = store.load(small_commune.write(tmp_path, general, expired)).find("acte_naissance", "delai")
    assert found is not None
    assert found.id == "acte_naissance.delai"
    assert [found.may_be_spoken(day) for day in (date(2026, 11, 22), TODAY)] == [True, False]


def test_an_unvalidated_entry_may_not_be_spoken(tmp_path: Path) -> None:
    """Without a validator there is no answer."""
    [unvalidated] = store.load(small_commune.write(tmp_path, entry("horaires", DOZEN, validator=""))).entries
    assert not unvalidated.may_be_spoken(TODAY)


def test_services(tmp_path: Path) -> None:
    """A service by its id; an unknown one is named in the error."""
    knowledge = store.load(small_commune.write(tmp_path))
    assert knowledge.service("accueil") == Service(id="accueil", name="Accueil", spoken="l'accueil")
    with pytest.raises(KnowledgeError, match=r"there is no service 'piscine' in commune\.toml"):
        knowledge.service("piscine")


def test_the_fingerprint_follows_what_is_learnt(tmp_path: Path) -> None:
    """Another question changes it, another answer does not."""
    prints = [
        store.load(small_commune.write(tmp_path, text)).fingerprint
        for text in (
            entry("horaires", DOZEN),
            entry("horaires", DOZEN, answer="Une autre réponse validée."),
            entry("horaires", DOZEN[1:]),
        )
    ]
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_a_sound_knowledge_base_has_no_problem(tmp_path: Path) -> None:
    """Nothing is told where nothing is wrong."""
    assert problems(tmp_path) == []


def test_the_demonstration_commune_can_be_used() -> None:
    """The bundled commune loads and answers what callers ask most."""
    knowledge = store.load()
    assert knowledge.folder == store.DEMO
    assert knowledge.service(knowledge.commune.default_service).id == knowledge.commune.default_service
    assert len({e.motive for e in knowledge.entries}) >= 25


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"validator": ""},
            "error: entries/all.toml: horaires: not validated: validator and validated_on are missing",
        ),
        (
            {"subject": ""},
            "warning: entries/all.toml: horaires: no subject: the bot cannot ask whether it understood"
            " « votre question porte sur … »",
        ),
        ({"expires_on": "2026-11-22"}, "error: entries/all.toml: horaires: expired on 2026-11-22"),
        ({"expires_on": "2026-12-23"}, "warning: entries/all.toml: horaires: expires soon, on 2026-12-23"),
        (
            {"validator": "Anne Auteur"},
            "error: entries/all.toml: horaires: author and validator are the same person",
        ),
        (
            {"answer": "Nous ouvrons à 9 heures."},
            "warning: entries/all.toml: horaires: the answer has digits, to be written in words: « 9 h »",
        ),
        (
            {"answer": "Écrivez à l'accueil @ la mairie."},
            "warning: entries/all.toml: horaires: the answer has a symbol, to be written in words: « @ »",
        ),
        (
            {"answer": "Demandez Mme Durand à l'accueil."},
            "warning: entries/all.toml: horaires: the answer has an abbreviation: « Mme »",
        ),
        (
            {"answer": "Apportez votre CNI à l'accueil."},
            "warning: entries/all.toml: horaires: the answer has capitals: an acronym to be spelled or said in full: « CNI »",
        ),
        (
            {"answer": "Un. Deux. Trois. Quatre."},
            "warning: entries/all.toml: horaires: the answer has 4 sentences; 2 at most, or 3 very short ones",
        ),
        (
            {"answer": "mot " * 63},
            "warning: entries/all.toml: horaires: the answer has 63 words; more than 62 (25 seconds) are not remembered",
        ),
    ],
)
def test_what_is_told_of_an_entry(tmp_path: Path, changed: dict[str, str], told: str) -> None:
    """One line that names the file, the entry and what to mend."""
    assert problems(tmp_path, entry("horaires", DOZEN, **changed)) == [told]


def test_the_thirty_first_day_is_not_soon(tmp_path: Path) -> None:
    """An expiry is told of thirty days ahead, not thirty-one."""
    assert problems(tmp_path, entry("horaires", DOZEN, expires_on="2026-12-24")) == []


def test_too_few_questions(tmp_path: Path) -> None:
    """Eleven questions are too few, and the same one twice counts once."""
    told = problems(tmp_path, entry("horaires", [*DOZEN[:11], "Quels sont vos HORAIRES ?"]))
    assert told == [
        "warning: entries/all.toml: horaires: 11 different example questions; 12 or more make it understood"
    ]


def test_the_same_question_in_two_entries(tmp_path: Path) -> None:
    """However it is written, a question belongs to one entry."""
    told = problems(
        tmp_path,
        entry("horaires", DOZEN),
        entry("adresse", ["Horaires d'ouverture !", *QUESTIONS["dechetterie"]]),
    )
    assert told == [
        "error: entries/all.toml: horaires: « horaires d'ouverture » also stands in adresse",
        "error: entries/all.toml: adresse: « horaires d'ouverture » also stands in horaires",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[[entry]\n",
            "entries/all.toml: not readable as TOML: Expected ']]' at the end of an array declaration",
        ),
        (
            entry("horaires", DOZEN, colour="red"),
            "entries/all.toml: horaires: colour: there is no such field",
        ),
        (
            entry("horaires", DOZEN, service="piscine"),
            "entries/all.toml: horaires: service 'piscine' is not in commune.toml",
        ),
        ('title = "x"\nentry = []\n', "entries/all.toml: title: there is no such field"),
        (
            '[[entry]]\nmotive = "Horaires"\n',
            "entries/all.toml: Horaires: motive: String should match pattern '^[a-z][a-z_]*$'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """Each fault is a line that names the file and the entry."""
    assert refusal(small_commune.write(tmp_path, text)).splitlines()[0].startswith(told)


def test_an_id_twice(tmp_path: Path) -> None:
    """Two entries for one motive and aspect would leave the answer to chance."""
    folder = small_commune.write(
        tmp_path, entry("horaires", DOZEN), entry("horaires", QUESTIONS["dechetterie"])
    )
    assert refusal(folder) == "\n".join(["entries/all.toml: horaires: the id stands twice"] * 2)


def test_a_folder_without_a_commune(tmp_path: Path) -> None:
    """A wrong folder is named at once."""
    assert refusal(tmp_path) == "commune.toml: there is no such file"


def test_what_is_asked_most_is_an_entry(tmp_path: Path) -> None:
    """A wish of the commune's that names nothing is told; the default may name what a small commune has not."""
    folder = small_commune.write(tmp_path, commune='most_asked = ["pisicne"]\n' + small_commune.COMMUNE)
    assert refusal(folder) == "commune.toml: most_asked: 'pisicne' is no entry"


def test_an_unknown_default_service(tmp_path: Path) -> None:
    """Callers must not be sent to a service that does not exist."""
    folder = small_commune.write(
        tmp_path,
        commune=small_commune.COMMUNE.replace('default_service = "accueil"', 'default_service = "piscine"'),
    )
    assert refusal(folder) == "commune.toml: default_service 'piscine' is not one of its services"


def test_an_emergency_number_is_no_extension(tmp_path: Path) -> None:
    """A caller who asks for a passport must not be put through to the rescue services."""
    folder = small_commune.write(tmp_path, commune=small_commune.COMMUNE + 'destination = "112"\n')
    assert refusal(folder).splitlines()[0] == (
        "commune.toml: services.1.destination: an emergency number: a PBX would send callers there; "
        "give the service another extension"
    )
