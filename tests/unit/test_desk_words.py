"""A receptionist's telephone, and a caller's number, in one form each."""

import pytest

from callbot.humans.desk_telephone import TelephoneError, checked
from callbot.web.desk_words import shown_number
from sip_bridge.destinations import Destinations, NotAllowedError


@pytest.mark.parametrize(
    ("written", "rung"),
    [
        ("", ""),
        (" 100 ", "100"),
        ("01 99 00 00 01", "+33199000001"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("sip:claire@192.0.2.1:5080", "sip:claire@192.0.2.1:5080"),
        ("claire@standard.example", "sip:claire@standard.example"),
        ("jean-luc.2@standard.example", "sip:jean-luc.2@standard.example"),
        ("0612345678@standard.example", "sip:+33612345678@standard.example"),
    ],
)
def test_what_may_be_rung(written: str, rung: str) -> None:
    """Extensions, French numbers, SIP addresses; nothing, for the service's own."""
    assert checked(written) == rung


@pytest.mark.parametrize(
    "written",
    ["15", "112", "08 99 00 00 00", "+1 202 555 0100", "claire", "sip:a@b;x=1", "sip:a b@c", "1", "100?x"],
)
def test_what_may_not(written: str) -> None:
    """Emergency numbers, those that cost, foreign ones, and what is no telephone."""
    with pytest.raises(TelephoneError):
        checked(written)


DEAR = [
    "118218",
    "118 218",
    "3200",
    "1033",
    "03200",
    "0118218",
    "0112",
    "sip:3200@pbx",
    "sip:0-0044207183@pbx",
    "sip:0,00442071838750@pbx",
]
DEAR += [
    "sip:0.0892000000@pbx",
    "sip:0892000000@pbx",
    "sip:00442071838750@pbx",
    "sip:(0)892000000@pbx",
    "sip:+33-892-00@pbx",
]


@pytest.mark.parametrize("written", DEAR)
def test_what_would_cost(written: str) -> None:
    """Short numbers of the public network, and numbers that a PBX would find behind what it strips; on the page and in the bridge."""
    with pytest.raises(TelephoneError):
        checked(written)
    with pytest.raises(NotAllowedError):
        Destinations([], domain="pbx", transport="udp").telephone(written)


def test_short_numbers_that_somebody_has_listed() -> None:
    """A town hall's own extensions may be written like that: transfer_numbers says so."""
    known = Destinations([], domain="pbx", transport="udp", listed=["3xxx"])
    assert (checked("3200", ["3xxx"]), known.telephone("sip:3200@pbx")) == ("3200", "sip:3200@pbx")
    with pytest.raises(TelephoneError):
        checked("1033", ["3xxx"])


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0612345678", "06 12 34 56 78"),
        ("sip:+33612345678@box", "06 12 34 56 78"),
        ("+4915112345678", "+4915112345678"),
        ("100", "100"),
        ("", "Numéro masqué"),
        ("anonymous", "Numéro masqué"),
    ],
)
def test_how_a_number_is_shown(number: str, shown: str) -> None:
    """In pairs, as French people read it."""
    assert shown_number(number).replace("\u202f", " ") == shown
