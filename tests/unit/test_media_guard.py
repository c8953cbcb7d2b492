"""Whose sound a call takes: what offers and answers settle, and that nobody settles it who was not asked."""

from ipaddress import ip_network

import pytest

from sip_bridge.media_guard import Agreed, Negotiations
from sip_bridge.sdp import audio_address
from sip_bridge.trace import SipMessage, parse_trace

OURS, PBX, MEDIA = "192.0.2.20:5070", "192.0.2.10:5060", "192.0.2.11"


def sdp(host: str, port: int) -> str:
    """A session at that address."""
    return f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"


def message(way: str, first: str, body: str = "", *, cseq: str = "1 INVITE", source: str = PBX) -> SipMessage:
    """One entry of the trace: `way` is RX or TX."""
    path = f"{source} -> {OURS}" if way == "RX" else f"{OURS} -> {PBX}"
    read = parse_trace(f"{way} UDP {path}\n{first}\r\nCall-ID: a\r\nCSeq: {cseq}\r\n\r\n{body}")
    assert read
    return read


def settled(*messages: SipMessage) -> list[Agreed]:
    """What was agreed on, in order."""
    negotiations = Negotiations()
    return [agreed for each in messages if (agreed := negotiations.see(each))]


def hosts(*addresses: str) -> frozenset[object]:
    """As networks."""
    return frozenset(map(ip_network, addresses))


INVITE = message("RX", "INVITE sip:x SIP/2.0", sdp(MEDIA, 4000))
ANSWER = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000))


def test_who_calls_says_where_they_listen() -> None:
    """Our 200 takes it: their media's address and the PBX's own."""
    ringing = message("TX", "SIP/2.0 180 Ringing")
    assert settled(INVITE, ringing, ANSWER) == [(20_000, hosts(MEDIA, "192.0.2.10"))]


def test_who_is_called_answers_where_they_listen() -> None:
    """Their 200 to our INVITE; another one's, that nobody asked for, settles nothing."""
    ours = message("TX", "INVITE sip:x SIP/2.0", sdp("192.0.2.20", 20_002))
    forged = message(
        "RX", "SIP/2.0 200 OK", sdp("203.0.113.9", 9), cseq="2 INVITE", source="203.0.113.9:5060"
    )
    theirs = message("RX", "SIP/2.0 200 OK", sdp(MEDIA, 4000))
    assert settled(forged, ours, forged, theirs) == [(20_002, hosts(MEDIA, "192.0.2.10"))]


def test_an_offer_alone_settles_nothing() -> None:
    """Nor one that we refuse."""
    refused = message("TX", "SIP/2.0 488 Not Acceptable Here", sdp("192.0.2.20", 20_000))
    assert settled(INVITE) == settled(INVITE, refused) == []


def test_the_other_side_moves() -> None:
    """A re-INVITE, with its offer or with the offer left to us."""
    moved = message("RX", "INVITE sip:x SIP/2.0", sdp("192.0.2.12", 4000), cseq="2 INVITE")
    answer = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000), cseq="2 INVITE")
    empty = message("RX", "INVITE sip:x SIP/2.0", cseq="3 INVITE")
    offer = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000), cseq="3 INVITE")
    ack = message("RX", "ACK sip:x SIP/2.0", sdp("192.0.2.13", 4000), cseq="3 ACK")
    assert settled(INVITE, ANSWER, moved, answer, empty, offer, ack) == [
        (20_000, hosts(MEDIA, "192.0.2.10")),
        (20_000, hosts("192.0.2.12", "192.0.2.10")),
        (20_000, hosts("192.0.2.13", "192.0.2.10")),
    ]


@pytest.mark.parametrize(
    ("host", "agreed"),
    [("0.0.0.0", hosts("192.0.2.10")), ("media.example", frozenset())],
)
def test_addresses_that_are_none(host: str, agreed: frozenset[object]) -> None:
    """Nobody listens while on hold; behind a name may be anybody."""
    assert settled(message("RX", "INVITE sip:x SIP/2.0", sdp(host, 4000)), ANSWER) == [(20_000, agreed)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (sdp("192.0.2.1", 4000), ("192.0.2.1", 4000)),
        (
            "c=IN IP4 1.1.1.1\nm=video 5 RTP/AVP 99\nm=audio 6 RTP/AVP 8\nc=IN IP6 2001:db8::1\n",
            ("2001:db8::1", 6),
        ),
        ("c=IN IP4 1.1.1.1/127\nm=audio 6/2 RTP/AVP 8\n", ("1.1.1.1", 6)),
        ("c=IN IP4 1.1.1.1\nm=audio 0 RTP/AVP 8\n", None),
        ("m=audio 6 RTP/AVP 8\n", None),
        ("c=IN IP4 1.1.1.1\nm=audio 99999 RTP/AVP 8\n", None),
        ("", None),
    ],
)
def test_where_sound_is_wanted(text: str, address: tuple[str, int] | None) -> None:
    """Of the audio section, else of the whole session."""
    assert audio_address(text) == address
