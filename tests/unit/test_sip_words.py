"""Callers and lines from SIP headers, results from SIP statuses, codecs from SDP, the allow-list, the redacted log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.events import TransferResult
from sip_bridge.admission import AllowList, host_of
from sip_bridge.headers import Address, Parties, caller_headers, parse_address, parties
from sip_bridge.leg import Codec
from sip_bridge.results import of_close, of_refer, of_status, status_in
from sip_bridge.sdp import first_codec
from sip_bridge.stack_log import redacted


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (
            '"Mme \\"X\\" Dupré" <sip:+33612345678@op.fr:5060;user=phone>;tag=1',
            Address('Mme "X" Dupré', "+33612345678", "op.fr:5060"),
        ),
        ("Accueil <sips:100@pbx>", Address("Accueil", "100", "pbx")),
        ("sip:100@pbx;tag=2", Address("", "100", "pbx")),
        ("<tel:+33139000001;phone-context=x>", Address("", "+33139000001", "")),
        ("<sip:pbx>", Address("", "", "pbx")),
        ("<sip:06%2312;ext=4@pbx>", Address("", "06#12", "pbx")),
        ("<sip:06:secret@pbx>", Address("", "06", "pbx")),
        ("nonsense", Address()),
        ("", Address()),
    ],
)
def test_addresses(value: str, address: Address) -> None:
    """Every form of RFC 3261 20.10 that telephones send."""
    assert parse_address(value) == address


FROM = '"Jean" <sip:0611@op.fr>;tag=a'


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"From": FROM, "To": "<sip:0139@us>"}, Parties("0611", "Jean", "0139")),
        (
            {"From": FROM, "P-Asserted-Identity": "<sip:+33622@op>", "To": "<sip:0139@us>"},
            Parties("+33622", "Jean", "0139"),
        ),
        (
            {"From": FROM, "P-Asserted-Identity": '"Marie" <tel:+33622>', "To": "<sip:x@us>"},
            Parties("+33622", "Marie", "x"),
        ),
        ({"From": '"Anonymous" <sip:anonymous@anonymous.invalid>', "To": "<sip:1@us>"}, Parties("", "", "1")),
        (
            {
                "From": '"a" <sip:anonymous@anonymous.invalid>',
                "P-Asserted-Identity": "<sip:0611@op>",
                "Privacy": "id",
                "To": "<sip:1@us>",
            },
            Parties("", "", "1"),
        ),
        ({"From": '"0611" <sip:0611@op>', "To": "<sip:1@us>"}, Parties("0611", "", "1")),
        (
            {"From": FROM, "To": "<sip:1@us>", "Diversion": "<sip:2@pbx>;reason=unconditional"},
            Parties("0611", "Jean", "2"),
        ),
        (
            {
                "From": FROM,
                "To": "<sip:1@us>",
                "Diversion": "<sip:2@pbx>",
                "P-Called-Party-ID": "<sip:3@pbx>",
            },
            Parties("0611", "Jean", "3"),
        ),
        ({}, Parties("", "", "")),
    ],
)
def test_who_calls_which_line(headers: dict[str, str], expected: Parties) -> None:
    """P-Asserted-Identity before From; P-Called-Party-ID, then Diversion, then To; withheld is empty."""
    assert parties(headers) == expected


@given(
    st.dictionaries(st.sampled_from(["From", "To", "P-Asserted-Identity", "Diversion", "Privacy"]), st.text())
)
def test_any_header_is_read(headers: dict[str, str]) -> None:
    """Whatever a stranger writes: short printable text, nothing raised."""
    found = parties(headers)
    assert all(text.isprintable() and len(text) <= 128 for text in (found.caller, found.name, found.line))


@given(st.text(), st.text())
def test_what_we_write_stays_in_its_line(caller: str, name: str) -> None:
    """No line break, no quote gets out, whatever the caller is called."""
    for value in caller_headers(caller, name, "pbx").values():
        assert value.isprintable() or not {"\r", "\n", "\0"} & set(value)
        assert value.count('"') in (0, 2)
        assert value.count("<") <= 1


def test_a_caller_is_shown() -> None:
    """Number and name in P-Asserted-Identity; a withheld number leaves the name alone."""
    assert caller_headers("0611", 'M. "X"', "2001:db8::1") == {
        "P-Asserted-Identity": '"M. X" <sip:0611@[2001:db8::1]>',
        "X-Callbot-Caller": "0611",
        "X-Callbot-Name": "M. X",
    }
    assert caller_headers("", "", "pbx") == {}
    assert caller_headers("", "M. X", "pbx") == {"X-Callbot-Name": "M. X"}


def test_every_status_has_its_result() -> None:
    """As the vocabulary says, and `failed` for the rest."""
    expected = {
        TransferResult.ANSWERED: [200, 202],
        TransferResult.BUSY: [486, 600],
        TransferResult.NO_ANSWER: [408, 480, 487],
        TransferResult.REJECTED: [401, 403, 405, 407, 501, 603, 607],
        TransferResult.UNREACHABLE: [404, 410, 484, 502, 503, 504],
        TransferResult.FAILED: [None, 0, 100, 302, 400, 481, 488, 500, 604, 999],
    }
    assert {result: [of_status(code) for code in codes] for result, codes in expected.items()} == {
        result: [result] * len(codes) for result, codes in expected.items()
    }


def test_statuses_in_lines() -> None:
    """Three digits at the start."""
    lines = ["486 Busy Here", "603", "Connection refused [111]", "", "12 x", "²²² x"]
    assert [status_in(line) for line in lines] == [486, 603, None, None, None, None]


def test_how_a_leg_ended() -> None:
    """Answered or not, to us or from us, by whom."""
    rung = {"established": False, "outgoing": True}
    assert [
        of_close("486 Busy Here", **rung, by_us=False),
        of_close("Connection refused [111]", **rung, by_us=False),
        of_close("487 Request Terminated", **rung, by_us=True),
        of_close("", **rung, by_us=True),
        of_close("", established=True, outgoing=True, by_us=False),
        of_close("", established=False, outgoing=False, by_us=False),
    ] == [
        (TransferResult.BUSY, 486),
        (TransferResult.UNREACHABLE, None),
        (TransferResult.NO_ANSWER, 487),
        (TransferResult.NO_ANSWER, None),
        (TransferResult.ANSWERED, None),
        (TransferResult.CALLER_GONE, None),
    ]


def test_how_a_transfer_failed() -> None:
    """The caller who left comes first, then what their side cannot do, then the status."""
    assert [
        of_refer(None, gone=True, unsupported=False),
        of_refer(None, gone=False, unsupported=True),
        of_refer(486, gone=False, unsupported=False),
        of_refer(None, gone=False, unsupported=False),
    ] == [
        (TransferResult.CALLER_GONE, None),
        (TransferResult.REJECTED, None),
        (TransferResult.BUSY, 486),
        (TransferResult.FAILED, None),
    ]


SDP = "v=0\r\nm=audio 4000 RTP/SAVP 101 9 8 0\r\na=rtpmap:101 telephone-event/8000\r\n"


def test_the_codec_that_was_chosen() -> None:
    """The first that we have, static or named."""
    everything = tuple(Codec)
    assert first_codec(SDP, everything) is Codec.G722
    assert first_codec(SDP, (Codec.PCMU, Codec.PCMA)) is Codec.PCMA
    assert first_codec("m=audio 1 RTP/AVP 96\na=rtpmap:96 PCMU/8000", everything) is Codec.PCMU
    assert first_codec("m=video 1 RTP/AVP 0", everything) is None
    assert first_codec("m=audio 1 RTP/AVP 18 101", everything) is None


@given(st.text())
def test_any_sdp_is_read(text: str) -> None:
    """Nothing is raised."""
    first_codec(text, tuple(Codec))
    first_codec(f"m=audio 1 RTP/AVP {text}\na=rtpmap:{text}", tuple(Codec))


def test_the_allow_list() -> None:
    """Addresses, networks, both families, an IPv4 address on an IPv6 socket; nothing else gets in."""
    allowed = AllowList(["127.0.0.1", "192.168.1.0/24", "2001:db8::/32", "localhost"])
    addresses = [
        "127.0.0.1",
        "192.168.1.77",
        "[2001:db8::5]",
        "::ffff:192.168.1.1",
        "192.168.2.1",
        "::1",
        "",
        "x",
    ]
    assert [allowed.admits(address) for address in addresses] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert not AllowList().admits("127.0.0.1")
    with pytest.raises(ValueError, match="pbx"):
        AllowList(["pbx"])


def test_hosts_of_endpoints() -> None:
    """With and without port, IPv6 too."""
    endpoints = ["127.0.0.1:5060", "pbx", "[2001:db8::1]:5060", "2001:db8::1", ""]
    assert [host_of(endpoint) for endpoint in endpoints] == [
        "127.0.0.1",
        "pbx",
        "2001:db8::1",
        "2001:db8::1",
        "",
    ]


def test_the_library_names_no_caller() -> None:
    """Users of addresses and long numbers are taken out of its lines."""
    line = 'call: "sip:0612345678@op.fr;x" failed for +33612345678 <tel:0139000001> [111]'
    assert redacted(line) == 'call: "sip:…@op.fr;x" failed for … <tel:…@> [111]'
