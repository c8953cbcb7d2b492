"""French numbers, from words to values and back, and the digits that words may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from callbot.understanding.normalise import normalise, number_in_words
from callbot.understanding.spoken_forms.numbers import digit_readings, number_at, number_said, read_number
from callbot.understanding.spoken_forms.words import tokens, words

NUMBERS = st.integers(0, 999_999)


@given(NUMBERS)
def test_what_the_house_says_it_understands(number: int) -> None:
    """Words of `normalise`, and words as they are written in full, read back as the same number."""
    assert read_number(number_in_words(number)) == number
    assert read_number(number_said(number)) == number


@given(st.integers(0, 999_999_999))
def test_what_num2words_writes_is_understood(number: int) -> None:
    """An independent writer of French numbers, millions included."""
    assert read_number(num2words(number, lang="fr")) == number


@given(NUMBERS)
def test_numbers_are_written_as_num2words_writes_them(number: int) -> None:
    """Hyphens, « et », and the plurals of vingt and cent."""
    assert number_said(number) == num2words(number, lang="fr")


@given(NUMBERS)
def test_normalising_does_not_change_a_number(number: int) -> None:
    """A number in digits, in words, or normalised: the same value."""
    assert read_number(str(number)) == read_number(normalise(number_said(number))) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("septante et un", 71),
        ("nonante neuf", 99),
        ("huitante", 80),
        ("vingt un", 21),
        ("quatre-vingt et un", 81),
        ("vingt et une", 21),
        ("mil neuf cent cinquante", 1950),
        ("1 200", 1200),
        ("31 mille 400", 31_400),
        ("trois millions", 3_000_000),
        ("deux trois", None),
        ("zéro mille", None),
        ("douze rue", None),
        ("", None),
    ],
)
def test_variants_and_what_is_no_number(said: str, number: int | None) -> None:
    """Belgian and Swiss words, missing and superfluous « et », mixed digits; anything else is no number."""
    assert read_number(said) == number


def test_the_longest_number_is_taken_and_its_end_told() -> None:
    """What follows is left to the caller."""
    found = number_at(words("quatre-vingt-douze rue des Lilas"))
    assert found is not None
    assert (found.value, found.end) == (92, 3)


@pytest.mark.parametrize(
    ("said", "readings"),
    [
        ("soixante dix", ["70", "6010"]),
        ("quatre vingt douze", ["92", "8012", "42012"]),
        ("trente quatre", ["34", "304"]),
        ("double zéro", ["00"]),
        ("trois fois six", ["666"]),
        ("soixante, dix", ["6010", "70"]),
        ("60 10", ["6010", "70"]),
    ],
)
def test_ambiguous_words_have_several_readings_the_most_natural_first(said: str, readings: list[str]) -> None:
    """« soixante dix » is 70 or 60 10; a pause, or groups of digits, turn the order round."""
    found = [reading.digits for reading in digit_readings(tokens(said))]
    assert [digits for digits in found if digits in readings] == readings


def test_to_cut_an_ordinary_number_in_two_is_far_fetched() -> None:
    """Nobody means 30 and 4 by « trente quatre »."""
    first, second = digit_readings(tokens("trente quatre"))
    assert (first.digits, second.digits) == ("34", "304")
    assert second.cost - first.cost > 6
