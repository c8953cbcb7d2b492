"""Other languages than French: what a language must have, the demonstration commune's English, how its words are read."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from callbot.dialogue import phrases
from callbot.dialogue.expected import ACCORD, NOT_THAT
from callbot.dialogue.moves import MOVES
from callbot.dialogue.phrases import all_phrases
from callbot.dialogue.texts import differences
from callbot.errors import KnowledgeError, LanguageError
from callbot.humans.hours import PARIS
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import codes, table
from callbot.languages.tongues import tongue
from callbot.speech.text import sentences, speakable
from callbot.understanding.danger_tables import NUMBERS
from callbot.understanding.patterns import spaced
from callbot.understanding.ways import ways

OTHERS = [code for code in codes() if code != "fr"]
TEN = frozenset(
    [
        "titre_rendez_vous",
        "titre_pieces",
        "titre_prix",
        "titre_retrait",
        "acte_naissance",
        "dechets_collecte",
        "inscription_scolaire",
        "cantine",
        "horaires",
        "adresse_acces",
    ]
)
DAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def demo() -> Knowledge:
    """The demonstration commune, in French with its translations."""
    return store.load()


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_every_fixed_sentence_with_the_same_gaps(code: str) -> None:
    """None is missing, none is empty where the French one is not, and each leaves open what the French one does."""
    assert differences(tongue(code).texts, phrases.FRENCH) == []


def test_a_sentence_that_is_missing_or_has_another_gap_is_told() -> None:
    """By its name: what a translator forgets does not pass."""
    handovers = dict(phrases.FRENCH.handovers)
    del handovers["asked"]
    short = replace(phrases.FRENCH, handovers=handovers, confirm="Is it {thing}?", again="")
    assert differences(short, phrases.FRENCH) == [
        "again is empty",
        "confirm: it must leave open subject",
        "handovers.asked is missing",
    ]


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_reads_the_acts_and_emergencies_that_the_dialogue_knows(code: str) -> None:
    """Every act that leads somewhere has phrases, save what only French reads by the question asked; every number can be named."""
    acts = {act for _, act in MOVES} - {"premier", "deuxieme", "troisieme", "quatrieme", NOT_THAT, ACCORD}
    told = table(code, "acts")["acts"]
    assert {act for act in acts if not act.startswith("langue_")} - told.keys() == set()
    danger = table(code, "emergencies")
    assert {*danger["lasting"], *danger["sudden"]} == set(NUMBERS)


def test_keys_of_languages_differ() -> None:
    """Nine for English; a key means one language."""
    keys = [tongue(code).key for code in codes()]
    assert tongue("en").key == "9"
    assert len(set(keys)) == len(keys)


def test_english_answers_the_ten_most_asked_motives_with_their_aspects(demo: Knowledge) -> None:
    """Each as validated as the French one, at the same service, with the same sources, and valid as long."""
    french = {entry.id: entry for entry in demo.entries if entry.motive in TEN}
    english = demo.translations["en"].by_id
    assert english.keys() == french.keys()
    for name, entry in english.items():
        assert entry.may_be_spoken(DAY)
        assert (entry.kind, entry.service, entry.sources, entry.expires_on) == (
            french[name].kind,
            french[name].service,
            french[name].sources,
            french[name].expires_on,
        )


def test_the_keepers_of_the_demonstration_have_nothing_to_mend_in_english(demo: Knowledge) -> None:
    """Neither errors nor advice in the English files."""
    found = [str(problem) for problem in demo.problems(DAY) if "languages/en" in problem.file]
    assert [line for line in found if "expires soon" not in line] == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"motive": "fontaine"}, "there is no French entry of this id"),
        ({"validated_on": date(2026, 1, 1)}, "the French entry was validated later, on 2026-11-20"),
        ({"service": "ccas"}, "service is ccas, and accueil in the French entry"),
    ],
)
def test_what_is_wrong_between_an_entry_and_the_french_one_is_told(
    demo: Knowledge, changed: dict[str, object], told: str
) -> None:
    """Such as a French answer that was changed since."""
    own = demo.translations["en"]
    entry = own.by_id["horaires"].model_copy(update=changed)
    wrong = replace(own, entries=(entry,), origins=("languages/en/entries/x.toml",))
    problems = replace(demo, translations={"en": wrong}).problems(DAY)
    assert any(told in problem.message for problem in problems if problem.file.endswith("x.toml"))


@pytest.mark.parametrize(
    ("commune", "told"),
    [
        ('languages = ["fr", "xx"]', "languages: 'xx' is not one of fr, en"),
        ('languages = ["en"]', "languages: 'fr' is always one of them"),
        ('languages = ["fr", "en"]', "there is no such file"),
    ],
)
def test_a_commune_that_offers_what_it_has_not_is_refused(tmp_path: Path, commune: str, told: str) -> None:
    """In one line that names the file."""
    head = 'name = "Testville"\nspoken_town_hall = "la mairie"\ndefault_service = "accueil"\n'
    services = '\n[[services]]\nid = "accueil"\nname = "Accueil"\nspoken = "l\'accueil"\n'
    (tmp_path / "commune.toml").write_text(f"{head}{commune}\n{services}", encoding="utf-8")
    (tmp_path / "entries").mkdir()
    text = (store.DEMO / "entries" / "mairie.toml").read_text(encoding="utf-8")
    first = text[text.index("[[entry]]") : text.index("[[entry]]", text.index("[[entry]]") + 9)]
    (tmp_path / "entries" / "all.toml").write_text(first, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=told):
        store.load(tmp_path)


def test_every_service_has_its_english_name(demo: Knowledge) -> None:
    """Nothing French is said in an English sentence but proper names."""
    spoken = " ".join(all_phrases(demo.translations["en"].commune, tongue("en").texts))
    assert " le service" not in spoken
    assert "{" not in spoken


def test_an_unknown_language_is_refused() -> None:
    """By naming those that there are."""
    with pytest.raises(LanguageError, match="'xx' is not a language that the bot speaks: fr, en"):
        tongue("xx")


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        ("2026-11-28T13:30", "at one thirty in the afternoon"),
        ("2026-11-28T12:00", "at noon"),
        ("2026-11-29T08:05", "tomorrow at eight oh five in the morning"),
        ("2026-11-30T09:00", "on Monday at nine in the morning"),
        ("2027-01-01T18:45", "on Friday, January the first, at six forty five in the evening"),
    ],
)
def test_when_somebody_is_there_again(opening: str, said: str) -> None:
    """As one says it in English on Saturday the 28th of November."""
    now = datetime(2026, 11, 28, 7, tzinfo=PARIS)
    assert tongue("en").opening(datetime.fromisoformat(opening).replace(tzinfo=PARIS), now) == said


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Hello, um, what's the price of the I.D. card?", "hello what's the price of the id card"),
        (
            "I'd need 2 passports at 8:30, for 86 €",
            "i'd need two passports at eight thirty for eighty six euros",
        ),
        ("on the 25th of December 2026", "on the twenty five of december two thousand twenty six"),
        ("my my passport my passport", "my passport"),
    ],
)
def test_english_in_canonical_form(text: str, normal: str) -> None:
    """As a recogniser or a person writes it, the router reads it."""
    english = ways("en")
    assert english.normalise(text) == normal
    assert english.normalise(normal) == normal


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Yes, please.", "oui"),
        ("No thank you", "non"),
        ("Sorry, could you say that again?", "repeter"),
        ("Can you slow down a bit please", "plus_lentement"),
        ("I'd like to speak to a real person", "agent"),
        ("Hold on a second", "attendre"),
        ("Thank you very much", "merci"),
        ("Thanks, goodbye", "au_revoir"),
        ("Could you call me back tomorrow?", "rappel"),
        ("Are you a robot?", "identite_bot"),
        ("You're useless", "insulte"),
        ("Hello, good morning", "salutation"),
        ("In French, please", "langue_fr"),
        ("okay", "oui"),
        ("I would like a passport", None),
        ("can someone tell me when the town hall opens", None),
    ],
)
def test_english_acts(said: str, act: str | None) -> None:
    """Said in ordinary words; a question is none."""
    english = ways("en")
    assert english.act_of(english.normalise(said)) == act


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("My husband has collapsed and he's not breathing", "15"),
        ("There's smoke coming out of the house next door", "18"),
        ("Somebody is breaking into my house right now", "17"),
        ("Help me please, help", "112"),
        ("My boyfriend hits me", "3919"),
        ("I want to kill myself", "3114"),
        ("The little girl next door is being beaten by her stepfather every night", "119"),
        ("I'm deaf, can I text the emergency services", "114"),
        ("My passport was burnt in a house fire last year", None),
        ("There's a fire drill at the school on Monday", None),
        ("I nearly had a heart attack when I saw the price", None),
        ("It's daylight robbery, how much is the stamp", None),
        ("Can you help me fill in the form for the canteen", None),
        ("Where do I sign up to give blood", None),
    ],
)
def test_english_emergencies_and_what_only_sounds_like_one(said: str, number: str | None) -> None:
    """The number to call; tales, drills and figures of speech are none."""
    english = ways("en")
    assert english.emergency_number(english.normalise(said)) == number


@pytest.mark.parametrize(
    ("said", "code", "asked"),
    [
        ("do you speak english", "en", True),
        ("english please", "en", True),
        ("i don t speak french", "en", True),
        ("an english lesson for my son", "en", False),
        ("french please", "fr", True),
        ("en français s'il vous plaît", "fr", True),
        ("my french passport", "fr", False),
    ],
)
def test_asking_for_a_language(said: str, code: str, asked: bool) -> None:
    """The whole of what is said, not a word of it."""
    assert bool(tongue(code).asked_for.fullmatch(spaced(said))) is asked


def test_english_sentences_are_spoken_as_they_are_written(demo: Knowledge) -> None:
    """The clean-up for French voices changes nothing in them, and finds their sentences."""
    texts = [*all_phrases(demo.translations["en"].commune, tongue("en").texts)]
    texts += [entry.answer for entry in demo.translations["en"].entries]
    assert [text for text in texts if " ".join(sentences(speakable(text))) != text] == []
