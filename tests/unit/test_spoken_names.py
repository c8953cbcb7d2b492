"""Names spelled letter by letter, and how they are spelled back."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.spoken_forms.read_back import confirm_name, spelled_said
from callbot.understanding.spoken_forms.spelling import SpelledName, read_spelled

ROOT = Path(__file__).parents[1]
with (ROOT / "support/spoken_forms/names.tsv").open(encoding="utf-8") as lines:
    PUBLISHED = [(row["said"], row["name"]) for row in csv.DictReader(lines, delimiter="\t")]

SPELLED = {
    "D U B O I S": "Dubois",
    "d u b o i s": "Dubois",
    "D-U-B-O-I-S.": "Dubois",
    "ça s'écrit D.U.B.O.I.S.": "Dubois",
    "dé u bé o i esse": "Dubois",
    "b o elle elle e": "Bolle",
    "B comme Berthe, O, I comme Irma, deux L, E accent aigu": "Boillé",
    "t comme Désiré u p o n d": "Dupond",
    "H U deux G O": "Huggo",
    "m a r double t i n": "Marttin",
    "double v a g n e r": "Wagner",
    "i grec v o n": "Yvon",
    "F R A N C cédille O I S": "François",
    "n o e tréma l": "Noël",
    "J E A N trait d'union L U C": "Jean-Luc",
    "D apostrophe A R T O I S": "D'Artois",
    "L E plus loin G O deux F": "Le Goff",
    "euh M, A, euh, R": "Mar",
    "L Y": "Ly",
}


@pytest.mark.parametrize(("said", "name"), SPELLED.items(), ids=SPELLED.keys())
def test_a_spelled_name(said: str, name: str) -> None:
    """Letters by themselves, by their names, with « comme », doubled, with accents and signs."""
    assert read_spelled(said) == SpelledName(name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("mon nom c'est Lefèvre, L E F E V R E", "Lefèvre"),
        ("M. Dubois, DUBOIS", "Dubois"),
        ("mon nom c'est Ly, L Y", "Ly"),
        ("mon nom c'est le goff ça s'écrit l e plus loin g o deux f", "Le Goff"),
        ("Jean-François J E A N plus loin F R A N C O I S", "Jean-François"),
    ],
)
def test_a_name_that_was_said_before_is_sure_and_keeps_its_writing(said: str, name: str) -> None:
    """Its accents and hyphens are those of the recogniser."""
    assert read_spelled(said) == SpelledName(name, agrees=True)


@pytest.mark.parametrize(("said", "name"), PUBLISHED, ids=[said for said, _ in PUBLISHED])
def test_published_lines(said: str, name: str) -> None:
    """As published, and as a recogniser without capitals and punctuation writes them; lines without a spelling have none."""
    expected = SpelledName(name, agrees=True) if name else None
    bare = read_spelled(said.lower().replace(",", " "))
    assert read_spelled(said) == expected
    assert (bare.name if bare else "") == name


@pytest.mark.parametrize(
    "said", ["je m'appelle Dupont", "il y a un problème", "c'est l'école d'à côté", "a", ""]
)
def test_what_is_not_spelled(said: str) -> None:
    """Elisions and short words are no letters."""
    assert read_spelled(said) is None


@given(st.from_regex(r"[A-Z][a-zéèêëçîïôûüâ]{2,12}(-[A-Z][a-zéèç]{2,8})?", fullmatch=True))
def test_a_name_that_is_spelled_back_is_understood(name: str) -> None:
    """Accents, doubled letters and hyphens survive."""
    assert read_spelled(spelled_said(name)) == SpelledName(name)


def test_a_name_is_spelled_back() -> None:
    """The sentence, with signs and doubled letters as French says them; the name does not show in a log."""
    assert confirm_name("Le Goff") == "J'ai noté Le Goff : L, E, plus loin, G, O, deux F. C'est bien ça ?"
    assert (
        spelled_said("Hélène-d'O")
        == "H, E accent aigu, L, E accent grave, N, E, trait d'union, D, apostrophe, O"
    )
    assert "Dubois" not in repr(read_spelled("D U B O I S"))
