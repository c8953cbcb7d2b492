"""Addresses and names of communes as callers say them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.spoken_forms.addresses import Address, read_address
from callbot.understanding.spoken_forms.communes import Commune, Communes
from callbot.understanding.spoken_forms.read_back import confirm_address, postcode_said

ROOT = Path(__file__).parents[1]
with (ROOT / "support/spoken_forms/addresses.tsv").open(encoding="utf-8") as lines:
    PUBLISHED = [(row.pop("said"), Address(**row)) for row in csv.DictReader(lines, delimiter="\t")]

AROUND = Communes(
    (
        Commune("Valbourg-sur-Ourcelle", ("59100",)),
        Commune("Saint-Aubin-le-Vieux", ("50900",)),
        Commune("Six-Fontaines", ("83140",)),
        Commune("Rochefeuille", ("20600",)),
    )
)


@pytest.mark.parametrize(("said", "address"), PUBLISHED, ids=[said for said, _ in PUBLISHED])
def test_published_addresses(said: str, address: Address) -> None:
    """Every part, checked by eye."""
    assert read_address(said) == address


SAID = {
    "j'habite au douze bis rue des Lilas à Toulouse": Address("12", "bis", "rue des Lilas", "", "Toulouse"),
    "12 bis rue des Lilas, 31400 Toulouse": Address("12", "bis", "rue des Lilas", "31400", "Toulouse"),
    "au numéro douze de la rue des Lilas": Address("12", "", "rue des Lilas"),
    "12bis rue des Lilas": Address("12", "bis", "rue des Lilas"),
    "mille deux cent quatre-vingt-trois route de Chénieux": Address("1283", "", "route de Chénieux"),
    "le 3 rue du 8 mai 1945": Address("3", "", "rue du 8 mai 1945"),
    "trente et un mille quatre cents Toulouse": Address(postcode="31400", commune="Toulouse"),
    "rue du huit mai mille neuf cent quarante cinq trente et un mille toulouse": Address(
        "", "", "rue du huit mai mille neuf cent quarante cinq", "31000", "toulouse"
    ),
    "cinq rue haute zéro six mille trois cent quarante drap": Address("5", "", "rue haute", "06340", "drap"),
}


@pytest.mark.parametrize(("said", "address"), SAID.items(), ids=SAID.keys())
def test_an_address(said: str, address: Address) -> None:
    """Lead-ins, digits, numbers within names, postcodes in every way."""
    assert read_address(said) == address


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("douze rue haute cinquante neuf cent valbourg sur ourcelle", ("59100", "Valbourg-sur-Ourcelle")),
        ("douze rue haute cinquante neuf cent st aubin le vieux", ("50900", "Saint-Aubin-le-Vieux")),
        ("douze rue haute vingt six cents rochefeuille", ("20600", "Rochefeuille")),
        ("douze rue haute quatre vingt trois cent quarante six fontaines", ("83140", "Six-Fontaines")),
        ("douze rue haute valbourg sur ourcelle", ("", "Valbourg-sur-Ourcelle")),
        ("douze rue haute à val bourg sur our selle", ("", "Valbourg-sur-Ourcelle")),
        ("douze rue haute à Lyon", ("", "Lyon")),
    ],
)
def test_known_communes_settle_what_is_ambiguous(said: str, address: tuple[str, str]) -> None:
    """Postcodes that may be read in two ways, names without a comma, names that were misheard; others are kept as heard."""
    found = read_address(said, AROUND)
    assert found is not None
    assert (found.number, found.street, found.postcode, found.commune) == ("12", "rue haute", *address)


def test_two_names_that_sound_alike_are_not_guessed_between() -> None:
    """Sure or nothing; the exact name is always sure."""
    twins = Communes((Commune("Montreuil"), Commune("Montreuille")))
    assert twins.find("montreuils") is None
    assert twins.find("MONTREUIL") == Commune("Montreuil")
    assert AROUND.find("Marseille") is None


@pytest.mark.parametrize("said", ["bonjour", "je voudrais un passeport", "douze", ""])
def test_what_is_no_address(said: str) -> None:
    """Neither a street nor a postcode."""
    assert read_address(said) is None


@given(st.integers(1000, 98_999).map("{:05}".format))
def test_a_postcode_that_is_said_back_is_understood(postcode: str) -> None:
    """As one number, with its zero."""
    assert read_address(f"douze rue Haute, {postcode_said(postcode)} Drap") == Address(
        "12", "", "rue Haute", postcode, "Drap"
    )


@given(st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    """Whatever is recognised: an address, or none, never an empty one."""
    assert read_address(text, AROUND) != Address()


def test_an_address_is_read_back() -> None:
    """What was understood, numbers in words; it does not show in a log."""
    address = Address("12", "bis", "rue des Lilas", "31400", "Toulouse")
    assert confirm_address(address) == (
        "J'ai noté douze bis rue des Lilas, trente et un mille quatre cents Toulouse. C'est bien ça ?"
    )
    assert confirm_address(Address("12", "", "rue des Lilas", "", "Drap")) == (
        "J'ai noté douze rue des Lilas, à Drap. C'est bien ça ?"
    )
    assert "Lilas" not in repr(address)
