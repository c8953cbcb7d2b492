"""The demonstration commune: every file loads, and keeps the rules that its README gives to those who write answers."""

import re
import tomllib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from callbot.knowledge import entries as entries_module
from callbot.knowledge.entries import Commune, Entry
from callbot.knowledge.importing.plain import TO_CHECK

FOLDER = Path(entries_module.__file__).parent / "demo"
FIRST_DAY = date(2026, 11, 20)
LAST_DAY = date(2027, 2, 28)
"""The first entry to expire (how long one waits for an appointment) does so that evening."""

MOST_WORDS = 60
MOST_LETTERS = 14 * 25
"""Twenty-five seconds, at the fourteen letters that a voice says in a second."""
MOST_SENTENCES = 2
FEWEST_QUESTIONS = 15
MOST_SUBJECT_WORDS = 14

ASPECTS = {
    "etat_civil": {
        "acte_naissance": "comment prix delai",
        "acte_mariage": "comment delai",
        "acte_deces": "comment delai prix",
        "declaration_naissance": "pieces delai",
        "declaration_deces": "pieces delai",
        "mariage": "pieces delai rendez_vous",
        "pacs": "pieces rendez_vous",
        "livret_famille": "comment delai",
        "reconnaissance": "pieces",
        "changement_nom_prenom": "comment",
        "cimetiere": "prix horaires cendres",
    },
    "titres": {
        "titre_rendez_vous": "delai",
        "titre_pieces": "majeur mineur perte_vol",
        "titre_prix": "",
        "titre_retrait": "",
        "titre_perte_vol": "",
        "sortie_territoire": "",
        "recensement_citoyen": "pieces",
        "legalisation_signature": "",
        "attestation_accueil": "pieces prix",
        "liste_electorale": "pieces delai",
        "procuration": "",
        "bureau_vote": "horaires",
    },
    "enfance": {
        "inscription_scolaire": "pieces delai",
        "cantine": "prix absence paiement",
        "periscolaire": "prix horaires",
        "centre_loisirs": "prix",
        "creche": "delai prix",
    },
    "urbanisme": {
        "permis_construire": "pieces delai",
        "declaration_prealable": "pieces delai",
        "plu_cadastre": "",
        "logement_social": "",
    },
    "cadre_de_vie": {
        "dechets_collecte": "jours bac sapins tri",
        "encombrants": "delai",
        "dechetterie": "horaires acces amiante",
        "signalement_voirie": "",
        "nuisibles": "",
        "animaux": "",
        "bruit": "",
        "eau_assainissement": "",
        "marche": "emplacement",
    },
    "tranquillite": {
        "stationnement_resident": "prix",
        "contravention": "",
        "fourriere": "",
        "reservation_voirie": "",
        "tranquillite_vacances": "",
        "objets_trouves": "",
    },
    "solidarite": {
        "ccas_aides": "",
        "personnes_agees": "canicule",
        "transport": "prix",
        "france_services": "",
        "acces_droit": "",
    },
    "vie_locale": {
        "location_salle": "prix rendez_vous",
        "associations": "",
        "mediatheque": "horaires prix inscription",
        "piscine_sport": "horaires prix",
        "conservatoire": "",
        "agenda": "vide_grenier",
    },
    "mairie": {
        "horaires": "samedi",
        "adresse_acces": "parking accessibilite",
        "contact_elu": "conseil",
        "contact_service": "",
        "contact_ecrit": "",
        "suivi_demande": "",
        "reclamation": "",
        "emploi": "",
        "facture_regie": "",
        "hors_competence": "impots prefecture caf cpam france_travail",
    },
}
"""The motives and aspects that the product promises, by theme, and those that callers ask for beside them."""

KINDS = {
    "contact_service": "transfer",
    "suivi_demande": "transfer",
    "reclamation": "transfer",
    "hors_competence": "orient",
}


def load(theme: str) -> tuple[Entry, ...]:
    """The entries of one theme's file."""
    rows = tomllib.loads((FOLDER / "entries" / f"{theme}.toml").read_text("utf-8"))["entry"]
    return tuple(Entry.model_validate(row) for row in rows)


THEMES = {theme: load(theme) for theme in ASPECTS}
ENTRIES = tuple(entry for entries in THEMES.values() for entry in entries)
COMMUNE = Commune.model_validate(tomllib.loads((FOLDER / "commune.toml").read_text("utf-8")))


def folded(text: str) -> str:
    """The letters and digits of a text, without case, accents or punctuation."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


def sentences(answer: str) -> int:
    """How many sentences a spoken answer has."""
    return len(re.findall(r"[.?!]", answer))


def test_every_file_of_the_folder_is_a_known_theme() -> None:
    """No file lies there unread."""
    assert {path.stem for path in (FOLDER / "entries").glob("*.toml")} == set(ASPECTS)


@pytest.mark.parametrize("theme", ASPECTS)
def test_a_theme_answers_each_of_its_motives_and_aspects_once(theme: str) -> None:
    """The general question and each promised aspect have one entry, and there is no other."""
    promised = [
        f"{motive}.{aspect}" if aspect else motive
        for motive, aspects in ASPECTS[theme].items()
        for aspect in ["", *aspects.split()]
    ]
    assert [entry.id for entry in THEMES[theme]] == promised


def test_kinds_are_those_the_motives_require() -> None:
    """Requests about a file, a person or a complaint go to a human; other bodies are named."""
    assert {entry.id: entry.kind for entry in ENTRIES} == {
        entry.id: KINDS.get(entry.motive, "answer") for entry in ENTRIES
    }


def test_each_entry_is_written_and_validated_by_two_people() -> None:
    """Author and validator are both named with their function, and differ."""
    assert {
        entry.id: (entry.author, entry.validator)
        for entry in ENTRIES
        if entry.author == entry.validator or "," not in entry.author or "," not in entry.validator
    } == {}


def test_each_entry_may_be_spoken_from_its_validation_to_its_end() -> None:
    """Nothing is spoken the day before validation; everything is spoken while the demonstration lasts."""
    spoken = {
        day: [entry.id for entry in ENTRIES if entry.may_be_spoken(day)]
        for day in (date(2026, 11, 19), FIRST_DAY, LAST_DAY, date(2028, 1, 1))
    }
    everyone = [entry.id for entry in ENTRIES]
    assert spoken == {
        date(2026, 11, 19): [],
        FIRST_DAY: everyone,
        LAST_DAY: everyone,
        date(2028, 1, 1): [],
    }


def test_each_entry_cites_a_source_checked_before_its_validation() -> None:
    """A validator can go back to where each fact comes from; official pages are the State's own sites."""
    assert {entry.id for entry in ENTRIES if not entry.sources} == set()
    assert {
        (entry.id, source.title)
        for entry in ENTRIES
        for source in entry.sources
        if not entry.validated_on or source.checked_on > entry.validated_on
    } == set()
    addresses = {source.url for entry in ENTRIES for source in entry.sources if source.url}
    official = re.compile(r"https://([a-z-]+\.)*(gouv\.fr|ameli\.fr|caf\.fr|francetravail\.fr)/")
    assert {url for url in addresses if not official.match(url)} == set()


def test_a_national_rule_cites_its_official_page() -> None:
    """What the State decides is never said on the commune's word alone."""
    national = {*ASPECTS["etat_civil"], *ASPECTS["titres"], *ASPECTS["urbanisme"]} - {"cimetiere"}
    assert {
        entry.id
        for entry in ENTRIES
        if entry.motive in national | {"contravention", "fourriere", "hors_competence"}
        and not any(source.url for source in entry.sources)
    } == set()


def test_the_table_of_sources_says_what_was_read_of_each_official_page() -> None:
    """Title, address and day of the text are those of the entry; a page that nobody read is announced as such."""
    row = re.compile(r"\| `([a-z_.]+)` \| \[(.+)\]\((\S+)\) \| (\S+) \| (\w.*) \|")
    table = row.findall((FOLDER / "SOURCES.md").read_text("utf-8"))
    assert sorted((entry, title, url, day) for entry, title, url, day, _ in table) == sorted(
        (
            entry.id,
            source.title.removeprefix(f"{TO_CHECK} : "),
            source.url,
            "—" if source.title.startswith(TO_CHECK) else source.checked_on.isoformat(),
        )
        for entry in ENTRIES
        for source in entry.sources
        if source.url
    )
    assert {row[0] for row in table if (row[3] == "—") != row[4].startswith("non trouvé")} == set()
    assert {row[4].split()[0].strip(",") for row in table} == {"confirmé", "corrigé", "non"}


def test_each_entry_transfers_to_a_service_of_the_commune() -> None:
    """No caller is handed to a service that does not exist, and each service serves an entry."""
    services = [service.id for service in COMMUNE.services]
    assert {entry.service for entry in ENTRIES} == set(services)
    assert len(services) == len(set(services))
    assert COMMUNE.default_service in services


def test_services_have_distinct_extensions_of_three_digits() -> None:
    """Each service has a telephone of its own."""
    destinations = [service.destination for service in COMMUNE.services]
    assert [number for number in destinations if not re.fullmatch(r"1\d\d", number)] == []
    assert len(set(destinations)) == len(destinations)


def letters(answer: str) -> int:
    """How much there is to say."""
    return sum(map(str.isalpha, answer))


def test_answers_are_short_enough_for_the_ear() -> None:
    """Two sentences in sixty words and twenty-five seconds, closed by a full stop."""
    assert {
        entry.id: (len(entry.answer.split()), letters(entry.answer), sentences(entry.answer))
        for entry in ENTRIES
        if len(entry.answer.split()) > MOST_WORDS
        or letters(entry.answer) > MOST_LETTERS
        or sentences(entry.answer) > MOST_SENTENCES
        or not entry.answer.endswith(".")
    } == {}


def test_answers_are_spelled_as_they_are_said() -> None:
    """No digit, bracket, symbol, curly apostrophe, double space, address, acronym or abbreviation that a voice would stumble on."""
    unspeakable = re.compile(
        r"[0-9()\[\]/@€%°:;’\"&+*=…–—²]| {2}|\b[A-Z]{2,}\b|www|\.fr\b|https?|[a-z]\.[a-zA-Z]"
        r"|\b(?:[Mm]me|Mlle|MM?\.|St|Ste|bd|av|etc|tél|art|min|km|cm|kg|eur|nb|cf|ex\.)(?!\w)"
    )
    assert {
        entry.id: unspeakable.findall(entry.answer) for entry in ENTRIES if unspeakable.search(entry.answer)
    } == {}


def test_answers_are_not_repeated() -> None:
    """Each entry has an answer of its own."""
    assert [answer for answer, n in Counter(entry.answer for entry in ENTRIES).items() if n > 1] == []


def test_subjects_can_be_said_after_votre_question_porte_sur() -> None:
    """A short noun phrase: a determiner first, fourteen words at most, nothing a voice would stumble on, no last stop."""
    noun_phrase = re.compile(r"(?:l'|(?:le|la|les|un|une|des|votre|vos) )[^\W\d_][\w' ,-]*\w")
    unspeakable = re.compile(r"\d| {2}|\b[A-ZÉ]{2,}\b")
    assert {
        entry.id: entry.subject
        for entry in ENTRIES
        if not noun_phrase.fullmatch(entry.subject)
        or unspeakable.search(entry.subject)
        or len(entry.subject.split()) > MOST_SUBJECT_WORDS
    } == {}


def test_a_subject_tells_its_entry_from_the_others() -> None:
    """No two entries are proposed in the same words."""
    told = Counter(folded(entry.subject) for entry in ENTRIES)
    assert [subject for subject, n in told.items() if n > 1] == []


def test_entries_have_enough_questions() -> None:
    """Fifteen ways of asking at the very least."""
    assert {
        entry.id: len(entry.questions) for entry in ENTRIES if len(entry.questions) < FEWEST_QUESTIONS
    } == {}


def test_questions_are_written_as_a_recogniser_writes() -> None:
    """Lower case, no digits and no punctuation but apostrophes and hyphens."""
    allowed = re.compile(r"[a-zàâäçéèêëîïôöùûüÿœæ' -]+")
    assert [
        (entry.id, question)
        for entry in ENTRIES
        for question in entry.questions
        if not allowed.fullmatch(question) or "  " in question
    ] == []


def test_a_question_is_asked_in_one_entry_only() -> None:
    """The same words, whatever their order, accents and punctuation, never lead to two answers."""
    asked: dict[tuple[str, ...], list[str]] = {}
    for entry in ENTRIES:
        for question in entry.questions:
            asked.setdefault(tuple(sorted(folded(question).split())), []).append(f"{entry.id}: {question}")
    assert [places for places in asked.values() if len(places) > 1] == []


def test_questions_of_an_entry_do_not_follow_a_template() -> None:
    """No two first words open more than three questions of an entry."""
    openings = {
        (entry.id, opening): n
        for entry in ENTRIES
        for opening, n in Counter(" ".join(question.split()[:2]) for question in entry.questions).items()
    }
    assert {place: n for place, n in openings.items() if n > 3} == {}


def test_the_readme_names_everyone_who_wrote_or_validated() -> None:
    """The list of fictional people is complete."""
    readme = (FOLDER / "README.md").read_text("utf-8")
    names = {person.partition(",")[0] for entry in ENTRIES for person in (entry.author, entry.validator)}
    assert {name for name in names if name not in readme} == set()


def test_the_amounts_set_by_the_state_are_those_of_november_2026() -> None:
    """Stamp duties are said exactly, wherever they are said."""
    duties = {
        "titre_prix": {"quatre-vingt-six", "quarante-deux", "dix-sept", "vingt-cinq"},
        "titre_pieces.perte_vol": {"vingt-cinq"},
        "attestation_accueil.prix": {"trente"},
    }
    said = {
        entry.id: set(re.findall(r"([\w-]+) euros", entry.answer)) for entry in ENTRIES if entry.id in duties
    }
    assert said == duties
