"""When a caller does not want to be called: never noted as when they do."""

import pytest

from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_request import Request
from callbot.dialogue.callback_table import Step
from callbot.dialogue.wishes import read_wish, wish_said
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import TODAY

CLOSED = "À ce moment-là, nos bureaux sont fermés. Quand préférez-vous"


def said(text: str) -> Interpretation:
    """An utterance as the router reads it."""
    return Interpretation(normalise(text), said=text)


def at_the_time(*turns: str) -> tuple[Callback, str]:
    """A request of which all but the time is told, these turns after that, and what was said last."""
    callback = Callback(
        "0612345678",
        subject="",
        motive="",
        today=TODAY,
        opens_on=lambda day: day.weekday() < 6,
    )
    last = ""
    for turn in ("oui", "Martin", *turns):
        last = " ".join(prompt.text for prompt in callback.heard(said(turn)))
    return callback, last


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("pas le matin", "pas le matin"),
        ("sauf le mercredi", "pas le mercredi"),
        ("n'importe quand sauf le mercredi", "pas le mercredi"),
        ("quand vous voulez mais pas le matin", "pas le matin"),
        ("je travaille le matin", "pas le matin"),
        ("le matin je travaille", "pas le matin"),
        ("le matin c'est pas possible", "pas le matin"),
        ("je ne suis pas là le lundi et le mardi", "pas le lundi ni le mardi"),
        ("j'ai pas le temps le matin", "pas le matin"),
        ("ne m'appelez pas le matin", "pas le matin"),
        ("pas entre midi et deux", "pas entre midi et deux heures"),
        ("je travaille le matin, plutôt l'après-midi", "l'après-midi"),
        ("je travaille le matin l'après-midi c'est bon", "l'après-midi"),
        ("le matin sauf le mercredi", "le matin, pas le mercredi"),
        ("jeudi mais pas le matin", "jeudi vingt-six novembre, pas le matin"),
        ("pas demain jeudi", "jeudi vingt-six novembre"),
        ("pas le douze le quatorze", "lundi quatorze décembre"),
        ("jamais avant dix heures", "après dix heures"),
        ("pas avant dix heures", "après dix heures"),
        ("pas après dix-sept heures", "avant dix-sept heures"),
        ("le matin mais pas trop tôt", "le matin"),
        ("mardi ou jeudi", "demain ou jeudi vingt-six novembre"),
        ("le matin ou le soir", "le matin ou le soir"),
    ],
)
def test_what_is_excluded_is_not_wanted(text: str, spoken: str) -> None:
    """It is noted in words where it is a part of the day or a weekday. Today is Monday 23 November 2026."""
    wish = read_wish(text, normalise(text), TODAY)
    assert wish is not None
    assert wish_said(wish, TODAY) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("pourquoi pas demain", "demain"),
        ("je sais pas, demain matin", "demain matin"),
        ("pas de problème demain matin", "demain matin"),
        ("je ne travaille pas le mercredi", "après-demain"),
        ("pas de préférence", ""),
    ],
)
def test_not_every_negation_excludes(text: str, spoken: str) -> None:
    """« Pourquoi pas » is a yes."""
    wish = read_wish(text, normalise(text), TODAY)
    assert wish is not None
    assert wish_said(wish, TODAY) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "pas demain",
        "demain je peux pas",
        "pas à dix heures",
        "pas tout de suite",
        "je suis au travail jusqu'à dix-sept heures",
    ],
)
def test_what_cannot_be_noted_is_asked_again(text: str) -> None:
    """A date or an hour that is excluded says nothing of when to call."""
    assert read_wish(text, normalise(text), TODAY) is None
    callback, last = at_the_time(text)
    assert (callback.step, last.startswith("Excusez-moi, je n'ai pas compris.")) == (Step.WISH, True)


def test_it_is_read_back_and_stored() -> None:
    """Also where it is put right at the end."""
    callback, last = at_the_time("le matin", "non, pas le matin")
    assert ", de préférence pas le matin." in last
    callback.heard(said("oui"))
    assert callback.request == Request("+33612345678", "pas le matin", name="Martin")
    assert "pas le mercredi ni le matin." in at_the_time("sauf le mercredi", "non je travaille le matin")[1]


@pytest.mark.parametrize("text", ["à trois heures du matin", "dimanche", "à minuit"])
def test_nobody_calls_at_night_or_on_a_closed_day(text: str) -> None:
    """The caller hears why, and is asked again; a day on which somebody is there is taken."""
    callback, last = at_the_time(text)
    assert last.startswith(CLOSED)
    assert callback.step is Step.WISH
    assert "de préférence samedi vingt-huit novembre" in at_the_time(text, "samedi")[1]


def test_who_wants_it_all_the_same_is_called_at_any_time() -> None:
    """Nobody is asked for ever."""
    callback, _ = at_the_time("dimanche", "dimanche", "dimanche")
    assert callback.step is Step.CONFIRM
