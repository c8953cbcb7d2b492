"""What is read for danger: clauses, the tables with their counter-examples, and who decides when they and the detector disagree."""

import tomllib
from collections.abc import Iterator, Sequence

import pytest

from callbot.understanding import danger
from callbot.understanding.clauses import clauses
from callbot.understanding.danger import Alert, look
from callbot.understanding.danger_tables import FOLDER, NUMBERS, languages, words
from callbot.understanding.interpretation import Candidate
from callbot.understanding.normalise import normalise
from callbot.understanding.ways import ways


def _lines(*sections: str) -> Iterator[tuple[str, str, str]]:
    """Language, phrase and counter-example of the tables' lines that have one."""
    for language in languages():
        table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        for section in sections:
            for name, line in table.get(section, {}).items():
                for phrase, example in line.items() if isinstance(line, dict) else [(name, line)]:
                    if example:
                        yield language, phrase, example


@pytest.mark.parametrize(
    ("language", "phrase", "example"), list(_lines("alone", "certain", "harmless", "tale"))
)
def test_a_counter_example_raises_no_alarm(language: str, phrase: str, example: str) -> None:
    """Beside each phrase stands what sounds like it and is none; the certain words let it through."""
    said = normalise(example)
    assert words(language).cry(said) is None
    assert words(language).certain(said) is None
    assert words(language).sure(said) is None or phrase in SPEAKS_OF_NOTHING_ELSE


SPEAKS_OF_NOTHING_ELSE: frozenset[str] = frozenset()
"""Phrases whose example only the detector can tell; none."""


def _judge(shares: dict[str, tuple[float, str]]) -> danger.Judge:
    """A detector that knows these texts and finds all others harmless."""

    def judge(texts: Sequence[str]) -> tuple[Sequence[float], Sequence[str]]:
        found = [shares.get(text, (0.0, "15")) for text in texts]
        return [share for share, _ in found], [number for _, number in found]

    return judge


CIRCUMSTANCES = (
    "et plus vite",
    "je ne sais plus mon numéro",
    "je ne peux plus marcher",
    "elle est enceinte",
    "mon fils est parti",
    "il est parti en Espagne",
    "il est malade",
    "il ne viendra pas",
    "mon bébé est né",
    "elle peut plus sortir de chez elle",
    "ma femme est partie",
    "mon mari est mort",
    "mon mari est parti",
    "ma mère vient de mourir",
    "elle n'est plus là",
    "je vais être expulsée de chez moi",
    "je suis toute seule",
    "je suis seule à la maison",
    "mon mari est sourd",
    "je suis malentendante parlez plus fort",
    "non non c'est pas une urgence",
    "it's not an emergency",
    "je sais pas",
    "il a quatre ans",
    "elle a seize ans",
    "il est majeur",
    "il va pleuvoir demain",
    "il neige",
    "bonjour voilà j'ai un petit souci",
    "je vis seule",
    "j'ai pas de voiture",
    "je suis enceinte",
)
"""A reviewer's short turns, at most of which an alarm was raised."""


def test_business_and_danger_are_cut_apart() -> None:
    """At connectors, and where a subject begins another clause."""
    assert clauses("c'était pour un passeport mais attendez il y a le feu dans la cuisine") == (
        "c'était pour un passeport",
        "il y a le feu dans la cuisine",
    )
    assert "il y a de la fumée" in clauses("les horaires de la mairie mon dieu il y a de la fumée")
    assert clauses("je voudrais un acte de naissance") == ()


def test_one_clause_is_enough() -> None:
    """Whatever business the others are about."""
    said = "c'était pour un passeport mais attendez il tangue et il vire au gris"
    assert look(said, _judge({said: (0.15, "17"), "il vire au gris": (0.99, "15")})).number == "15"
    assert look(said, _judge({"il vire au gris": (0.99, "15")})).doubt == "danger"


def test_a_cry_needs_no_detector() -> None:
    """« Au secours » alone is 112; beside anything else the detector decides."""
    assert look("au secours", _judge({})).number == "112"
    assert look("au secours j'ai perdu mes papiers", _judge({})) == Alert()


@pytest.mark.parametrize(("language", "phrase", "example"), list(_lines("asks_for_somebody")))
def test_who_asks_for_somebody_cries_no_alarm(language: str, phrase: str, example: str) -> None:
    """Said once and with courtesy; beside each phrase stands a cry that is like it."""
    assert language == "fr"
    assert look(normalise(example), _judge({}), heard=example).number == "112", phrase
    for text in ("Aidez-moi, s'il vous plaît.", "bonjour s'il vous plaît madame aidez-moi"):
        assert look(normalise(text), _judge({}), heard=text) == Alert()
    for text in ("aidez-moi", "au secours aidez-moi s'il vous plaît", "aidez-moi aidez-moi s'il vous plaît"):
        assert look(normalise(text), _judge({}), heard=text).number == "112"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("y a un feu de cheminée chez la voisine", "18"),
        ("le détecteur de fumée sonne dans le couloir", "18"),
        ("le détecteur de monoxyde s'est mis à sonner", "18"),
        ("le quinze ne répond pas", "112"),
        ("ça décroche pas au dix-huit", "112"),
        ("impossible de joindre le samu", "112"),
        ("il ne respire plus et le quinze ne répond pas", "112"),
        ("je me suis brûlé avec la friteuse", "15"),
        ("ma glycémie est à zéro quarante", "15"),
        ("y a un homme qui rôde autour de la maison", "17"),
    ],
)
def test_words_that_are_certain(text: str, number: str) -> None:
    """Fires that smoulder, alarms that ring, numbers that nobody answers."""
    said = normalise(text)
    shares = dict.fromkeys((said, words("fr").alarming(said), *clauses(said)), (danger.SURE_IN_PART, "15"))
    assert look(said, _judge(shares)).number == number


@pytest.mark.parametrize(
    "text",
    ["j'ai perdu mon père au marché", "j'ai trouvé un vieil obus", "mon fils a ramassé une grenade"],
)
def test_words_that_need_no_detector(text: str) -> None:
    """The lost and old shells: what is like it is a death or fruit. In a tale they are let through."""
    assert look(normalise(text), _judge({})).number == "17"
    assert look(normalise(f"l'an dernier {text}"), _judge({})).number == ""


def test_the_tables_need_the_detector_s_support() -> None:
    """Certain words, or a clause, in what the detector finds entirely harmless are a manner of speaking."""
    said = "ma facture m'a donné une crise cardiaque"
    assert look(said, _judge({said: (0.001, "15")})).number == ""
    assert look(said, _judge({said: (0.2, "15")})).number == "15"


def test_a_tale_must_be_surer() -> None:
    """What would be an emergency today is let through when it was last year, unless it is nearly certain."""
    said = "l'an dernier mon père suffoquait"
    assert look(said, _judge({said: (danger.SURE_IN_TALE - 0.01, "15")})).number == ""
    assert look(said, _judge({said: (danger.SURE_IN_TALE, "15")})).number == "15"


def test_in_doubt_the_caller_is_asked() -> None:
    """Between « no » and « sure »; somebody's fall, illness or death is asked about sooner, and a fall in its own words."""
    long = "ça va mal finir avec ces gens là je vous le dis"
    assert look(long, _judge({long: (danger.DOUBT, "17")})).doubt == "danger"
    assert look("ça va", _judge({"ça va": (danger.DOUBT - 0.01, "17")})) == Alert(share=danger.DOUBT - 0.01)
    said = "mon père est tombé"
    assert look(said, _judge({said: (danger.DOUBT_OF_MISFORTUNE, "15")})).doubt == "fall"


def test_what_is_plainly_business_is_answered() -> None:
    """In slight doubt only, and never about a death that may be just now."""
    slight, strong = Alert(doubt="danger", share=0.15), Alert(doubt="danger", share=0.35)
    plain = Candidate("horaires", "", 0.95)
    assert danger.asks(slight, plain) == ""
    assert danger.asks(strong, plain) == danger.asks(slight, Candidate("horaires", "", 0.5)) == "danger"
    assert danger.asks(Alert(share=0.06), Candidate("cimetiere", "", 0.99)) == "danger"
    assert danger.asks(Alert(share=0.01), Candidate("cimetiere", "", 0.99)) == ""
    assert danger.asks(Alert(doubt="fall", share=0.06), plain) == "fall"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("mon enfant est enfermé dans la voiture en plein soleil", "18"),
        ("une vipère m'a mordu", "15"),
        ("un homme est monté sur le toit il va sauter", "18"),
        ("je suis sourd et j'ai besoin des secours", "114"),
        ("je viens de me faire violer", "17"),
        ("un homme me menace là devant moi", "17"),
        ("maman elle m'enferme dans le noir", "119"),
    ],
)
def test_who_comes_for_what(text: str, number: str) -> None:
    """Where likeness alone would name a number that helps less."""
    said = normalise(text)
    shares = {said: (1.0, "112"), words("fr").alarming(said): (1.0, "112")}
    assert look(said, _judge(shares)).number == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("I need an ambulance", "15"),
        ("my husband is beating me", "3919"),
        ("help help please", "112"),
        ("there is a fire", "18"),
        ("he is not breathing", "15"),
        ("call the police", "17"),
    ],
)
def test_english_does_not_wait(text: str, number: str) -> None:
    """The detector reads French; English has its table, and the reading says that it was English."""
    found = look(normalise(text), _judge({}))
    assert (found.number, found.language) == (number, "en")


def test_numbers_of_the_tables_are_known() -> None:
    """A section of a number that is never named would be read by nobody."""
    for language in languages():
        table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        named = {
            number for section in ("alone", "sure", "certain", "who") for number in table.get(section, {})
        }
        assert named <= set(NUMBERS)


def test_an_alert_says_who_testifies() -> None:
    """A cry, certain words, or the detector alone; nothing where nothing was found."""
    certain, likely = "mon fils il respire plus", "il tangue et il vire au gris"
    judge = _judge({certain: (0.9, "15"), likely: (0.99, "15")})
    said = ("au secours", certain, likely, "je voudrais un passeport")
    assert [look(normalise(text), judge).strength for text in said] == ["cry", "sure", "likely", ""]


def test_few_words_must_be_surer() -> None:
    """They are like many others; where the words of the tables agree, less is enough."""
    short, certain = "elle tangue un peu", "il se noie"
    between = dict.fromkeys((short, certain), (danger.SURE_IF_SHORT - 0.01, "18"))
    assert look(short, _judge(between)).doubt == "danger"
    assert look(short, _judge({short: (danger.SURE_IF_SHORT, "18")})).number == "18"
    assert look(short, _judge({short: (danger.DOUBT_IF_SHORT - 0.01, "18")})).doubt == ""
    assert look(certain, _judge(between)).number == "18"


@pytest.mark.parametrize("text", CIRCUMSTANCES)
def test_what_is_told_of_oneself_and_others_is_no_danger(text: str) -> None:
    """However sure the detector is: nothing is left of it in which danger could lie."""
    said = normalise(text)
    assert look(said, _judge({said: (1.0, "3114")})) == Alert()


@pytest.mark.parametrize(("language", "phrase", "example"), list(_lines("circumstances")))
def test_circumstances_hide_no_danger(language: str, phrase: str, example: str) -> None:
    """Beside each stands an emergency of which it is a part; the rest of it is still judged."""
    said = normalise(example)
    rest = words(language).alarming(said)
    assert len(rest.split()) > 1
    assert look(said, _judge({said: (0.99, "15"), rest: (0.99, "15")})).number


@pytest.mark.parametrize(
    "text",
    [
        "mon père vient de mourir là dans son lit je fais quoi",
        "elle est morte par terre",
    ],
)
def test_a_death_just_now_is_asked_about(text: str) -> None:
    """Whatever the detector says; it is never told a number for those who despair."""
    assert look(normalise(text), _judge({})).doubt == "danger"


def test_words_are_cut_out_whole() -> None:
    """With their accents and apostrophes, whatever the tables' folded words are."""
    said = normalise("il est malade et là-haut l'échelle a cédé")
    assert words("fr").alarming(said) == "et là haut l'échelle a cédé"


@pytest.mark.parametrize("text", ["it's not an emergency", "nobody is hurt"])
def test_a_denial_in_english_is_no_emergency(text: str) -> None:
    """Neither for the tables nor, as nothing else is said, for the likeness."""
    english = ways("en")
    said = english.normalise(text)
    assert (english.emergency_number(said), english.is_tale(said)) == (None, True)
    assert english.emergency_number(english.normalise(f"{text} but he is not breathing")) == "15"
