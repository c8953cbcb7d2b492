"""Who is to be served with care: sentences of the table one by one, what is counted, and what is no reason."""

import pytest

from callbot.events import Decision, Event, FinalTranscript, IntentMatched, NoInput, NoMatch
from callbot.humans.care import Care, Signs
from callbot.knowledge.care import CareRules

RULES = CareRules()


def care(*events: Event, rules: CareRules = RULES) -> str:
    """What a call that had these events tells."""
    signs = Signs(rules)
    for event in events:
        signs.take(event)
    return signs.care


def said(text: str, rules: CareRules = RULES) -> str:
    """What one sentence tells."""
    return care(FinalTranscript(0, text, 0.9, 0), rules=rules)


def act(name: str) -> Event:
    """The bot understood that."""
    return IntentMatched(0, Decision.ACT, None, None, name, None, 1.0, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Je suis malentendant, vous pouvez parler plus fort ?", Care.CLEARLY),
        ("excusez-moi je suis un peu sourde", Care.CLEARLY),
        ("je suis dur d'oreille", Care.CLEARLY),
        ("J’entends mal, c’est pour les poubelles.", Care.CLEARLY),
        ("je n'entends pas très bien", Care.CLEARLY),
        ("j'ai des appareils auditifs", Care.CLEARLY),
        ("je ne vois pas bien, je ne peux pas aller sur internet", Care.ALOUD),
        ("je suis malvoyante", Care.ALOUD),
        ("je ne sais pas lire", Care.ALOUD),
        ("je ne parle pas très bien français", Care.SLOWLY),
        ("vous parlez trop vite", Care.SLOWLY),
        ("j'ai quatre-vingt-sept ans vous savez", Care.PATIENTLY),
        ("J'ai 87 ans.", Care.PATIENTLY),
        ("j'ai quand même soixante-quinze ans", Care.PATIENTLY),
        ("je suis une personne âgée", Care.PATIENTLY),
        ("je suis très âgée", Care.PATIENTLY),
        ("je suis handicapé", Care.PATIENTLY),
        ("je suis en fauteuil roulant", Care.PATIENTLY),
        ("je suis toute seule", Care.PATIENTLY),
        ("je vis seul et je ne peux plus me déplacer", Care.PATIENTLY),
        ("je suis perdue dans tout ça", Care.PATIENTLY),
        ("I am hard of hearing", Care.CLEARLY),
    ],
)
def test_what_callers_say_of_themselves(text: str, expected: Care) -> None:
    """How to serve them, in one word, and nothing of what they have."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ma mère a quatre-vingt-sept ans",
        "ma mère est sourde, elle ne peut pas téléphoner",
        "mon fils a 8 ans",
        "j'ai 34 ans",
        "j'ai 87 euros à payer",
        "j'ai 300 ans",
        "c'est pour une carte de stationnement pour personne handicapée",
        "je voudrais inscrire mon père sur le registre des personnes âgées",
        "je voudrais déclarer un chien perdu",
        "à quelle heure ouvrez-vous ?",
        "la rue est mal éclairée, on ne voit rien",
        "",
    ],
)
def test_what_is_no_reason(text: str) -> None:
    """Others than the caller, other numbers, other subjects."""
    assert said(text) == ""


def test_what_a_call_shows() -> None:
    """Asked to speak slowly, to repeat twice, or not understood four times; not sooner."""
    assert care(act("plus_lentement")) == Care.SLOWLY
    assert (care(act("repeter")), care(act("repeter"), act("repeter"))) == ("", Care.CLEARLY)
    failed: list[Event] = [NoMatch(0, 1, 0.1), NoInput(0, 2), NoMatch(0, 1, 0.1)]
    assert (care(*failed), care(*failed, NoInput(0, 2))) == ("", Care.PATIENTLY)
    assert care(act("oui"), act("merci")) == ""


def test_what_is_said_comes_first() -> None:
    """Who says that they see badly is served so, also when they asked to speak slowly afterwards."""
    told = FinalTranscript(0, "je vois très mal", 0.9, 0)
    assert care(told, act("plus_lentement"), act("repeter"), act("repeter")) == Care.ALOUD


def test_a_commune_sets_what_counts() -> None:
    """Each sign can be switched off, and sentences added."""
    nothing = CareRules(asks_slowly=False, repeats=0, failures=0, age=0, says=False)
    events = [act("plus_lentement"), *[act("repeter")] * 9, *[NoMatch(0, 1, 0.1)] * 9]
    assert care(*events, FinalTranscript(0, "j'ai 90 ans, je suis sourde", 0.9, 0), rules=nothing) == ""
    own = CareRules(says=False, patiently=("je vous appelle de (la résidence|l EHPAD)",))
    assert said("je vous appelle de la résidence des Tilleuls", own) == Care.PATIENTLY
