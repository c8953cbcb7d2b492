"""Amounts of money as callers say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.normalise import normalise
from callbot.understanding.spoken_forms.amounts import read_amount_cents
from callbot.understanding.spoken_forms.read_back import amount_said, confirm_amount

AMOUNTS = {
    "douze euros cinquante": 1250,
    "douze euros et cinquante centimes": 1250,
    "cent vingt balles": 12_000,
    "12,50 €": 1250,
    "12.50 euros": 1250,
    "12€50": 1250,
    "douze virgule cinq euros": 1250,
    "zéro virgule cinq euro": 50,
    "cinquante centimes": 50,
    "1 200 euros": 120_000,
    "mille deux cents euros": 120_000,
    "deux euros et demi": 250,
    "une centaine d'euros": 10_000,
    "il m'a pris euh deux cents euros quatre vingt dix": 20_090,
    "trois euros deux fois par an": 300,
}


@pytest.mark.parametrize(("said", "cents"), AMOUNTS.items(), ids=AMOUNTS.keys())
def test_an_amount(said: str, cents: int) -> None:
    """Words, digits, signs, slang; a number that counts something else is left alone."""
    assert read_amount_cents(said) == cents


@pytest.mark.parametrize("said", ["vingt-cinq", "douze ans", "le dix à quatorze heures", ""])
def test_a_number_without_a_currency_is_no_amount(said: str) -> None:
    """Ages, hours, bare numbers."""
    assert read_amount_cents(said) is None


@given(st.integers(1, 99_999_999))
def test_an_amount_that_is_said_back_is_understood(cents: int) -> None:
    """As it is written in full, and as it is normalised."""
    said = amount_said(cents)
    assert read_amount_cents(said) == read_amount_cents(normalise(said)) == cents


def test_an_amount_is_read_back() -> None:
    """Singular and plural."""
    assert confirm_amount(1250) == "J'ai noté douze euros cinquante. C'est bien ça ?"
    assert [amount_said(cents) for cents in (1, 80, 100, 20_000)] == [
        "un centime",
        "quatre-vingts centimes",
        "un euro",
        "deux cents euros",
    ]
