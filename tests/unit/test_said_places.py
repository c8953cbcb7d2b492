"""Places in the street as callers tell them, and as they put them right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.spoken_forms.places import (
    around,
    in_own_words,
    names_landmark,
    read_place,
    wholly_place,
)

COMMUNES = around("Valbourg-sur-Ourcelle")


def written(said: str, *before: str) -> str:
    """What is noted after all of these."""
    place = None
    for one in (*before, said):
        place = read_place(one, COMMUNES, place) or place
    return place.written if place else ""


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("12 bis rue des Lilas à Valbourg", "12 bis rue des Lilas, Valbourg-sur-Ourcelle"),
        ("douze bis rue des lilas valbourg sur ourcelle", "12 bis rue des Lilas, Valbourg-sur-Ourcelle"),
        ("au douze de la rue Pasteur", "12 rue Pasteur"),
        ("au numéro quatorze de la rue pasteur s'il vous plaît", "14 rue Pasteur"),
        ("euh alors c'est un nid de poule au douze rue victor hugo voilà", "12 rue Victor Hugo"),
        ("au vingt-deux de la rue du onze novembre", "22 rue du Onze Novembre"),
        (
            "quatre avenue de la république trente et un mille quatre cents toulouse",
            "4 avenue de la République, 31400 Toulouse",
        ),
        ("place du marché", "place du Marché"),
        ("devant l'école", "devant l'école"),
        (
            "c'est à l'angle de la rue Pasteur et de la rue Hugo",
            "à l'angle de la rue Pasteur et de la rue Hugo",
        ),
        ("je ne sais pas", ""),
        ("non", ""),
    ],
)
def test_a_place(said: str, place: str) -> None:
    """An address, the corner of two streets, a landmark in the caller's words."""
    assert written(said) == place


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("non, rue Victor Hugo, pas Victor Duruy", "12 rue Victor Hugo"),
        ("non rue victor hugo pas victor duruy", "12 rue Victor Hugo"),
        ("non, Victor Hugo, pas Victor Duruy", "12 rue Victor Hugo"),
        ("pas rue Victor Duruy, rue Victor Hugo", "12 rue Victor Hugo"),
        ("non, c'est au quatorze", "14 rue Victor Duruy"),
        ("non quatorze bis", "14 bis rue Victor Duruy"),
        ("c'est pas le douze c'est le quatorze", "14 rue Victor Duruy"),
        ("à Valbourg", "12 rue Victor Duruy, Valbourg-sur-Ourcelle"),
        ("non c'est pas ça", "12 rue Victor Duruy"),
    ],
)
def test_a_correction_changes_only_what_it_names(said: str, place: str) -> None:
    """After « douze rue Victor Duruy »."""
    assert written(said, "douze rue Victor Duruy") == place


def test_a_correction_within_one_sentence() -> None:
    """The last one counts."""
    assert written("12 rue Victor Duruy, non pardon, Victor Hugo") == "12 rue Victor Hugo"


def test_a_place_in_other_words_is_taken_as_it_is_told() -> None:
    """To be read back; neither a lone word nor a story."""
    place = in_own_words("euh le petit bois de la Garenne")
    assert place is not None
    assert place.written == "le petit bois de la Garenne"
    assert in_own_words("là") is None
    assert in_own_words("mot " * 30) is None


def test_a_remark_is_no_place() -> None:
    """« Je vous ai dit chez moi » tells nobody where to go."""
    assert in_own_words("je vous ai dit chez moi") is None
    assert in_own_words("c'est chez moi") is None


def test_a_landmark_counts_where_no_number_is_known() -> None:
    """« Je ne sais pas » is about the number only."""
    said = "je sais pas le numéro c'est en face de l'église"
    assert names_landmark(said)
    assert written(said) == "en face de l'église"
    assert not names_landmark("je ne sais pas")


def test_a_sentence_with_a_street_in_it_is_not_wholly_a_place() -> None:
    """What else it says may matter more."""
    assert wholly_place("au douze bis, rue des Lilas")
    assert wholly_place("devant l'école")
    assert not wholly_place("il y a le feu rue des Lilas")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_is_too_strange(first: str, then: str) -> None:
    """A place, or none."""
    assert written(then, first) is not None
