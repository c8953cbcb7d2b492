"""Callers' numbers: one form, one keyed hash."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.phone_numbers import normalise_number
from callbot.privacy import pseudonym


@pytest.mark.parametrize(
    "number",
    [
        "0139445566",
        "01 39 44 55 66",
        "01.39.44.55.66",
        "+33139445566",
        "+33 1 39 44 55 66",
        "+33 (0)1 39 44 55 66",
        "+330139445566",
        "0033139445566",
        "33139445566",
        "sip:+33139445566@trunk.example",
        "0139445566@10.0.0.1",
        "tel:+33-1-39-44-55-66",
        "sip:0139445566;phone-context=fr@10.0.0.1",
    ],
)
def test_every_writing_of_a_french_number_is_the_same(number: str) -> None:
    """National, international, with 0033, in a SIP address, with any separators."""
    assert normalise_number(number) == "+33139445566"


@pytest.mark.parametrize(
    ("number", "normal"),
    [
        ("+44 20 7946 0018", "+442079460018"),
        ("00442079460018", "+442079460018"),
        ("3949", "3949"),
        ("101", "101"),
        ("112", "112"),
        ("", ""),
        ("anonymous", ""),
        ("Anonymous <sip:anonymous@anonymous.invalid>", ""),
        ("browser-4f2a", ""),
        ("٠١٢٣", ""),
    ],
)
def test_other_numbers_keep_their_digits_and_names_are_nothing(number: str, normal: str) -> None:
    """Foreign and short numbers are themselves; a hidden number and a SIP name are no number."""
    assert normalise_number(number) == normal


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_plus33_and_0_are_the_same_for_all_numbers(digits: str) -> None:
    """For any nine digits, unless the number itself would be written with two zeros or begins with one."""
    if not digits.startswith("0"):
        assert normalise_number("0" + digits) == normalise_number("+33" + digits) == "+33" + digits


def test_a_pseudonym_is_the_keyed_hash_of_the_one_form() -> None:
    """HMAC-SHA256 of +33…; another key gives another pseudonym; no number gives none."""
    key, other = b"k" * 32, b"o" * 32
    expected = hmac.new(key, b"+33139445566", hashlib.sha256).hexdigest()
    assert (pseudonym(key, "0139445566"), pseudonym(key, "+33 1 39 44 55 66")) == (expected, expected)
    assert pseudonym(other, "0139445566") != expected
    assert pseudonym(key, "anonymous") is None
