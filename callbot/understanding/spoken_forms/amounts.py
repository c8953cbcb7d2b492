"""Amounts of money as callers say them: « douze euros cinquante », « cent vingt balles », « 12,50 € »."""

import re
from collections.abc import Sequence

from callbot.understanding.spoken_forms.numbers import Found, is_number, number_at
from callbot.understanding.spoken_forms.words import HESITATIONS, tokens, word_set

EUROS = frozenset(("euro", "euros", "eur", "€", "balle", "balles", "boules"))
CENTS = frozenset(("centime", "centimes", "cents", "cent"))
_POINT = re.compile(r"(?<=\d)\.(?=\d\d?\b)")
_ABOUT = {
    "dizaine": 10,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
}
_ABOUT |= {"soixantaine": 60, "centaine": 100, "millier": 1000}


def read_amount_cents(text: str) -> int | None:
    """The first amount that the utterance names, in cents; None when it names none. A number without a currency is none."""
    text = _POINT.sub(",", text)
    said = tuple(token for token in tokens(text) if token not in HESITATIONS - {"et"})
    starts = (at for at in range(len(said)) if not (at and is_number(said[at]) and is_number(said[at - 1])))
    return next((cents for at in starts if (cents := _amount(said, at)) is not None), None)


def _amount(said: Sequence[str], at: int) -> int | None:
    if said[at] in _ABOUT and said[at + 1 : at + 3] in (("d", "euros"), ("de", "balles"), ("d", "euro")):
        return _ABOUT[said[at]] * 100
    whole = number_at(said, at)
    if not whole:
        return None
    if said[whole.end : whole.end + 1] and said[whole.end] in CENTS - {"cent"}:
        return whole.value
    decimals = _decimals(said, whole.end)
    if decimals.end >= len(said) or said[decimals.end] not in EUROS:
        return None
    if decimals.end > whole.end:
        return whole.value * 100 + decimals.value
    return whole.value * 100 + _cents(said, whole.end + 1)


def _decimals(said: Sequence[str], at: int) -> Found:
    """« ,50 » or « virgule cinq », in cents; none is zero."""
    if said[at : at + 1] not in ((",",), ("virgule",)):
        return Found(0, at)
    found = number_at(said, at + 1)
    if not found or found.value > 99:
        return Found(0, at)
    token = said[at + 1]
    tenths = found.value < 10 and token not in ("zero",) and not token.startswith("0")
    return Found(found.value * (10 if tenths else 1), found.end)


def _cents(said: Sequence[str], at: int) -> int:
    """What follows « euros »: « cinquante », « et vingt centimes », « et demi »; a number with another noun is none of it."""
    start = at + (said[at : at + 1] == ("et",))
    if said[start : start + 1] in (("demi",), ("demie",)):
        return 50
    found = number_at(said, start)
    if not found or found.value > 99:
        return 0
    follows = said[found.end : found.end + 1]
    return found.value if not follows or follows[0] in CENTS | EUROS | _GOES_ON else 0


_GOES_ON = word_set("par pour de c ca et , a s je il elle on mais le la les en au")
"""Words after which « douze euros cinquante » is still an amount, unlike « douze euros deux fois »."""
