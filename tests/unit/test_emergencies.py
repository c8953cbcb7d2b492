"""Emergencies through the whole path, with the demonstration commune's router: recognised wherever they stand, rarely cried in vain."""

import tomllib

import pytest

from callbot import config
from callbot.corpus.reader import Kind, Part, utterances
from callbot.knowledge import store
from callbot.understanding.danger_tables import FOLDER, words
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from callbot.understanding.router import Understanding, capped
from tests.support.cli import environment


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    """The router that `make setup` trained."""
    settings = config.load(environment(tmp_path_factory.mktemp("data")))
    return Understanding.load(settings, store.load())


def _safe(reading: Interpretation) -> bool:
    """The caller hears a number, or is asked whether it is an emergency and told 112."""
    return bool(reading.emergency or reading.doubt)


def test_what_was_never_learnt(understanding: Understanding) -> None:
    """Every third line of the authors on whom thresholds are chosen, rare accidents and figures of speech among them.

    Most emergencies are recognised or asked about, most of these hear a number; what only sounds like one rarely raises an alarm.
    """
    lines = [
        line for line in utterances(Part.THRESHOLDS) if line.kind in (Kind.EMERGENCY, Kind.ALARM, Kind.NEAR)
    ][::3]
    readings = [(line.kind, understanding.interpret(line.text)) for line in lines]
    urgent = [reading for kind, reading in readings if kind is Kind.EMERGENCY]
    others = [reading for kind, reading in readings if kind is not Kind.EMERGENCY]
    assert sum(map(_safe, urgent)) >= 0.87 * len(urgent)
    assert sum(reading.emergency is not None for reading in urgent) >= 0.6 * len(urgent)
    assert sum(reading.emergency is not None for reading in others) <= 0.05 * len(others)


@pytest.mark.parametrize(
    "text",
    [
        "mon mari fait un malaise et je voudrais un acte de naissance",
        "c'était pour un passeport mais attendez il y a le feu dans la cuisine",
        "je suis à la mairie pour ma carte et un monsieur fait un malaise devant le guichet",
        "horaires de la mairie s'il vous plaît oh mon dieu il y a de la fumée",
        "attendez il y a de la fumée",
        "ne quittez pas ma femme est tombée elle ne bouge plus",
        "ya le feu",
        "ma voiture brûle",
        "help help please",
    ],
)
def test_an_emergency_beside_anything_else(understanding: Understanding, text: str) -> None:
    """Beside business, inside an act, misspelt, in English: the number is said at once."""
    assert understanding.interpret(text).emergency is not None


@pytest.mark.parametrize(
    "text",
    [
        "attendez ma mère vient de tomber",
        "merci mais ma mère est tombée",
        "mon père est tombé",
        "ma grand mère est tombée",
        "il est mort il est mort",
        "adieu",
        "adieu tout le monde c'est fini pour moi",
    ],
)
def test_a_misfortune_is_never_answered_by_business(understanding: Understanding, text: str) -> None:
    """No cemetery, no delay for declaring a death, no « au revoir »: a number, or the question whether it is an emergency."""
    assert _safe(understanding.interpret(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("y a un feu de cheminée", "18"),
        ("le détecteur de fumée sonne", "18"),
        ("mon détecteur de monoxyde sonne", "18"),
        ("le quinze ne répond pas", "112"),
        ("ça répond pas au dix-huit", "112"),
        ("je me suis brûlée avec l'huile", "15"),
        ("ma glycémie est à zéro trente", "15"),
        ("y a quelqu'un qui rôde dans mon jardin", "17"),
        ("j'ai perdu ma mère au marché elle a quatre-vingt-douze ans", "17"),
        ("j'ai trouvé une grenade", "17"),
        ("j'ai trouvé un obus", "17"),
        ("aidez-moi", "112"),
        ("aidez-moi vite", "112"),
        ("au secours aidez-moi s'il vous plaît", "112"),
    ],
)
def test_an_emergency_that_sounds_like_everyday_life(
    understanding: Understanding, text: str, number: str
) -> None:
    """A reviewer's lines, which were « not understood »."""
    assert understanding.interpret(text).emergency == number


@pytest.mark.parametrize(
    "text",
    [
        "il me faut quelqu'un tout de suite",
        "Aidez-moi, s'il vous plaît.",
        "je veux pas de rappel je veux quelqu'un tout de suite",
        "j'ai appelé les pompiers ils m'ont dit de vous appeler",
        "je voudrais disperser les cendres de mon mari dans la mer",
        "on a ramoné après un feu de cheminée l'an dernier il me faut le certificat",
        "j'ai acheté un détecteur de fumée c'est obligatoire",
        "ma mère a perdu sa carte au marché",
        "des grenades au marché il y en a",
    ],
)
def test_what_only_sounds_like_one_is_not_asked_about(understanding: Understanding, text: str) -> None:
    """Neither a number nor « Est-ce une urgence ? »."""
    found = understanding.interpret(text)
    assert (found.emergency, found.doubt) == (None, None)


def _counter_examples() -> list[str]:
    table = tomllib.loads((FOLDER / "fr.toml").read_text(encoding="utf-8"))
    return [example for lines in table["sure"].values() for example in lines.values() if example]


def test_counter_examples_of_certain_words(understanding: Understanding) -> None:
    """What stands beside the certain words of the tables is let through: the detector finds them harmless. They are learnt as harmless."""
    alarmed = [text for text in _counter_examples() if understanding.interpret(text).emergency]
    assert len(alarmed) <= 2, alarmed


def test_accents_and_case_do_not_matter(understanding: Understanding) -> None:
    """Typed without accents or in capitals, it is the same emergency."""
    for text in (
        "MA MERE A FAIT UN MALAISE, ELLE EST INCONSCIENTE !!!",
        "ma mere a fait un malaise elle est inconsciente",
    ):
        assert understanding.interpret(text).emergency == "15"


def test_an_utterance_has_an_end(understanding: Understanding) -> None:
    """A recogniser that repeats itself is cut short; what was said first is understood."""
    assert len(capped("bonjour " * 5000).split()) == 400
    assert len(capped("a" * 300_000)) == 4000
    assert understanding.interpret("il y a le feu " + "dans la cuisine " * 3000).emergency == "18"


def test_an_emergency_that_no_table_foresees(understanding: Understanding) -> None:
    """The detector knows wordings by their likeness to others."""
    text = "papi transpire à grosses gouttes il a mal jusque dans la mâchoire"
    said = normalise(text)
    assert words("fr").sure(said) is None
    assert understanding.interpret(text) == Interpretation(said, emergency="15", alert="likely")


def test_a_tale_is_no_emergency_for_the_router_either(understanding: Understanding) -> None:
    """What the tables let through because it is past, the likeness does not bring back."""
    said = "l'an dernier ma grand-mère suffoquait elle n'avait plus d'air"
    assert understanding.interpret(said).emergency is None


@pytest.mark.parametrize(
    "text",
    [
        "c'est grave si je viens pas",
        "je n'y vois plus très bien vous pouvez épeler",
        "je suis tombée sur le répondeur",
        "on est morts de froid dans la salle",
        "je suis sourd il y a un interprète",
        "mon mari est sourd il y a une boucle magnétique à l'accueil",
        "une voiture mal garée",
        "le voisin tape dans le mur",
        "y a des travaux et ça sent le goudron",
        "mon voisin fait un feu de jardin",
        "un arbre est tombé sur le chemin",
        "et si elle est malade",
        "doucement jeune homme",
        "vous pouvez me le redire je suis un peu sourde",
        "euh oui alors bonjour voilà je",
        "ils sont où",
        "ma femme est enceinte on veut reconnaître le bébé",
        "mon compagnon est parti je veux rompre le pacs",
        "ma voiture elle a disparu je crois vous l'avez enlevée",
        "c'est le numéro que j'appelle là",
        "dans la soirée",
    ],
)
def test_a_short_turn_is_no_alarm(understanding: Understanding, text: str) -> None:
    """A reviewer's turns in the middle of a call; those that are circumstances alone stand in test_danger.py."""
    found = understanding.interpret(text)
    assert (found.emergency, found.doubt) == (None, None)
