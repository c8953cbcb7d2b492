"""Whom the bridge may call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.knowledge.store import load
from sip_bridge.destinations import Destinations, NotAllowedError

CONFIGURED = [
    "100",
    "accueil",
    "+33139000001",
    "sip:garde@astreinte.example:5070;transport=tls",
    "sips:maire@ville.fr",
]
WRONG = [
    "",
    "a b",
    "100;x=y",
    "100?Subject=x",
    "sip:a@b\r\nVia: x",
    "sip:a@b>",
    "<sip:a@b>",
    "tel:+331",
    "sip:b",
    "é",
]


def destinations() -> Destinations:
    """Good ones and bad ones."""
    return Destinations(CONFIGURED + WRONG, domain="pbx:5060", transport="tcp", default="100")


@pytest.mark.parametrize(
    ("destination", "uri"),
    [
        ("100", "sip:100@pbx:5060;transport=tcp"),
        ("accueil", "sip:accueil@pbx:5060;transport=tcp"),
        ("+33139000001", "sip:+33139000001@pbx:5060;transport=tcp"),
        (CONFIGURED[3], CONFIGURED[3]),
        (CONFIGURED[4], CONFIGURED[4]),
    ],
)
def test_the_address_of_a_destination(destination: str, uri: str) -> None:
    """Extensions at the PBX, whole addresses as they are."""
    assert destinations().uri(destination) == uri


@pytest.mark.parametrize("destination", WRONG)
def test_what_is_no_address_is_not_dialled_even_when_configured(destination: str) -> None:
    """Nothing that could break out of a SIP header."""
    with pytest.raises(NotAllowedError):
        destinations().uri(destination)


@given(
    st.one_of(
        st.text(),
        st.from_regex(r"(sips?:)?[0-9a-z+]{1,12}(@[a-z.]{1,9})?(;[a-z=]*)?"),
        st.sampled_from(CONFIGURED),
    )
)
def test_nothing_but_a_configured_destination_becomes_an_address(asked: str) -> None:
    """Toll fraud is impossible."""
    try:
        uri = destinations().uri(asked)
    except NotAllowedError:
        assert asked not in CONFIGURED
    else:
        assert asked in CONFIGURED
        assert uri in (asked, f"sip:{asked}@pbx:5060;transport=tcp")


def test_those_of_a_commune() -> None:
    """Its services, the default one for callers whose service is lost."""
    commune = load(None).commune
    known = Destinations.of_commune(commune, domain="pbx", transport="udp")
    assert len(known) == len({service.destination for service in commune.services if service.destination})
    assert known.uri(known.default) == "sip:100@pbx;transport=udp"


@pytest.mark.parametrize("written", ["201", "+33199000001", "sip:claire@pbx:5060", "sip:201@pbx:5060"])
def test_an_agents_telephone_may_be_rung_but_no_caller_is_sent_there(written: str) -> None:
    """As the desk's page takes it."""
    known = destinations()
    assert known.telephone(written).startswith("sip:")
    assert known.telephone("100") == known.uri("100")
    with pytest.raises(NotAllowedError):
        known.uri(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "15",
        "112",
        "sip:112@pbx:5060",
        "sip:claire@elsewhere",
        "0899000001",
        "+33899000001",
        "sip:+33899000001@pbx:5060",
        "+15551234567",
        "1",
        *WRONG,
    ],
)
def test_what_no_agent_may_have_is_not_rung(written: str) -> None:
    """Emergency numbers, numbers that cost, foreign ones, what is no address."""
    with pytest.raises(NotAllowedError):
        destinations().telephone(written)
