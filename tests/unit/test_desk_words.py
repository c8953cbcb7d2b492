"""A receptionist's telephone, and a caller's number, in one form each."""

import pytest

from callbot.humans.desk_telephone import TelephoneError, checked
from callbot.web.desk_words import shown_number


@pytest.mark.parametrize(
    ("written", "rung"),
    [
        ("", ""),
        (" 100 ", "100"),
        ("01 99 00 00 01", "+33199000001"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("sip:claire@192.0.2.1:5080", "sip:claire@192.0.2.1:5080"),
        ("claire@standard.example", "sip:claire@standard.example"),
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
