"""Which telephones a caller may be passed on to: patterns as they are set, and numbers as they are written."""

import pytest

from callbot.config import load
from callbot.errors import SettingsError
from callbot.humans.desk_telephone import TelephoneError, at_pbx
from callbot.humans.transfer_numbers import NONE_ALLOWED, NOT_ALLOWED, allowed, normal_pattern

PATTERNS = ("2xx", "+33199xxxxxx", "+33612345678")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("2xx", "2xx"),
        ("4012", "4012"),
        ("01 99 XX XX XX", "+33199xxxxxx"),
        ("0612345678", "+33612345678"),
        ("+33 1 99 00 xx xx", "+331990" + "0xxxx"),
    ],
)
def test_patterns(written: str, normal: str) -> None:
    """An extension or a French number, x for any figure."""
    assert normal_pattern(written) == normal


@pytest.mark.parametrize(
    "written", ["xxx", "x", "08xxxxxxxx", "0xxxxxxxxx", "01xxxxxxxx", "+44xxxxxxxxxx", "2*", "", "sip:a@b"]
)
def test_patterns_that_would_let_too_much_be_called(written: str) -> None:
    """No premium numbers, no foreign ones, no half of the country; the setting is named."""
    with pytest.raises(ValueError, match=r"neither|too many"):
        normal_pattern(written)
    with pytest.raises(SettingsError, match="CALLBOT_TRANSFER_NUMBERS: "):
        load({"CALLBOT_TRANSFER_NUMBERS": f"{written}," if written else "-"})


@pytest.mark.parametrize(
    ("written", "number"),
    [("2 05", "205"), ("01.99.12.34.56", "+33199123456"), ("06 12 34 56 78", "+33612345678")],
)
def test_numbers_that_are_listed(written: str, number: str) -> None:
    """In the form that is dialled."""
    assert allowed(written, PATTERNS) == number


@pytest.mark.parametrize(
    "written",
    ["305", "2055", "0612345679", "0899000000", "+44 20 7946 0000", "sip:a@b", "112", "15", "abc", "2x5", ""],
)
def test_nothing_else_is_dialled(written: str) -> None:
    """Whatever it is: other extensions, premium and foreign numbers, emergencies, addresses, no number at all."""
    with pytest.raises(TelephoneError):
        allowed(written, PATTERNS)


def test_the_errors_name_the_setting() -> None:
    """Of a number that is not listed, and where none is."""
    assert "transfer_numbers" in NOT_ALLOWED
    with pytest.raises(TelephoneError, match="transfer_numbers"):
        allowed("205", ())
    assert "transfer_numbers" in NONE_ALLOWED


def test_the_setting_is_read_as_a_list() -> None:
    """From the environment, separated by commas."""
    assert load({"CALLBOT_TRANSFER_NUMBERS": "2xx, 01 99 xx xx xx"}).transfer_numbers == (
        "2xx",
        "+33199xxxxxx",
    )


def test_addresses_of_another_host_are_refused() -> None:
    """The error names the setting and what to write instead; extensions and the PBX's own addresses pass."""
    for telephone in ("", "100", "+33199000001", "sip:a@pbx.mairie.fr"):
        assert at_pbx(telephone, "pbx.mairie.fr") == telephone
    with pytest.raises(TelephoneError, match=r"@pbx\.mairie\.fr \(réglage sip_domain\)\. Écrivez"):
        at_pbx("sip:a@elsewhere.fr", "pbx.mairie.fr")
    with pytest.raises(TelephoneError, match="sip_domain, l’adresse du standard, est vide"):
        at_pbx("sip:a@elsewhere.fr", "")
