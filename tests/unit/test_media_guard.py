"""Whose sound a call takes: what offers and answers settle, and that nobody settles it who was not asked."""

import socket
from ipaddress import ip_network

import pytest

from sip_bridge.media_guard import MediaGuard
from sip_bridge.negotiations import Agreed, Negotiations, SoundRefused
from sip_bridge.own_sockets import own_sockets
from sip_bridge.sdp import audio_address
from sip_bridge.trace import SipMessage, parse_trace

OURS, PBX, MEDIA = "192.0.2.20:5070", "192.0.2.10:5060", "192.0.2.11"


def sdp(host: str, port: int) -> str:
    """A session at that address."""
    return f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"


def message(
    way: str, first: str, body: str = "", *, cseq: str = "1 INVITE", source: str = PBX, to: str = "<sip:x>"
) -> SipMessage:
    """One entry of the trace: `way` is RX or TX."""
    path = f"{source} -> {OURS}" if way == "RX" else f"{OURS} -> {PBX}"
    read = parse_trace(f"{way} UDP {path}\n{first}\r\nCall-ID: a\r\nTo: {to}\r\nCSeq: {cseq}\r\n\r\n{body}")
    assert read
    return read


def told(*messages: SipMessage) -> list[Agreed | SoundRefused]:
    """What was agreed on, in order."""
    negotiations = Negotiations()
    return [agreed for each in messages if (agreed := negotiations.see(each))]


def settled(*messages: SipMessage) -> list[tuple[int, frozenset[object]]]:
    """Our port, and whose sound is taken there."""
    return [(each.port, each.sources) for each in told(*messages) if isinstance(each, Agreed)]


def held(*messages: SipMessage) -> list[bool | None]:
    """Whether the other side wants no sound."""
    return [each.held for each in told(*messages) if isinstance(each, Agreed)]


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


def test_an_answer_from_elsewhere_settles_nothing() -> None:
    """It has Call-ID and CSeq of our request, but comes from where that did not go."""
    ours = message("TX", "INVITE sip:x SIP/2.0", sdp("192.0.2.20", 20_002))
    forged = message("RX", "SIP/2.0 200 OK", sdp("203.0.113.9", 9), source="203.0.113.9:5060")
    theirs = message("RX", "SIP/2.0 200 OK", sdp(MEDIA, 4000), source="192.0.2.10:5080")
    assert settled(ours, forged, theirs) == [(20_002, hosts(MEDIA, "192.0.2.10"))]


def test_the_hold_of_rfc_2543() -> None:
    """An offer that we took with an address that is none, or without its port; the next one ends it."""
    again = [
        message("RX", "INVITE sip:x SIP/2.0", sdp(host, port), cseq=f"{number} INVITE")
        for number, (host, port) in enumerate([("0.0.0.0", 4000), (MEDIA, 4000), (MEDIA, 0)], 2)
    ]
    answers = [
        message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", port), cseq=f"{number} INVITE")
        for number, port in enumerate([20_000, 20_000, 0], 2)
    ]
    pairs = [each for pair in zip(again, answers, strict=True) for each in pair]
    assert held(INVITE, ANSWER, *pairs) == [False, True, False, True]


def test_an_answer_to_our_own_hold_says_nothing_of_theirs() -> None:
    """Who is on hold may answer that sound is wanted nowhere."""
    ours = message("TX", "INVITE sip:x SIP/2.0", sdp("192.0.2.20", 20_002))
    theirs = message("RX", "SIP/2.0 200 OK", sdp("0.0.0.0", 4000))
    assert held(ours, theirs) == [None]


def test_no_common_codec() -> None:
    """We took an offer without its sound."""
    refused = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 0))
    assert told(INVITE, refused) == [SoundRefused("a")]


def test_srtp_is_seen_in_the_answer() -> None:
    """Keys in an offer alone are not used."""
    keys = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
    offer = message("RX", "INVITE sip:x SIP/2.0", sdp(MEDIA, 4000) + keys)
    secure = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000) + keys)
    assert [
        each.encrypted for each in told(offer, secure) + told(offer, ANSWER) if isinstance(each, Agreed)
    ] == [
        True,
        False,
    ]


def a_socket(kind: socket.SocketKind, host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """Bound, with a limit on its waits."""
    one = socket.socket(socket.AF_INET, kind)
    one.bind((host, port))
    one.settimeout(1.0)
    return one


def test_the_filter_is_on_the_socket_of_sound_only() -> None:
    """A TCP connection of ours has the same port: it is left alone, though it is the younger one; what is dropped is counted."""
    with (
        a_socket(socket.SOCK_STREAM) as service,
        a_socket(socket.SOCK_DGRAM) as rtp,
        a_socket(socket.SOCK_DGRAM, "127.0.0.9") as stranger,
        a_socket(socket.SOCK_DGRAM, "127.0.0.2") as friend,
    ):
        service.listen()
        port = rtp.getsockname()[1]
        guard = MediaGuard()
        agreed = Agreed("a", port, frozenset({ip_network("127.0.0.2")}))
        with a_socket(socket.SOCK_STREAM, port=port) as web_socket:
            web_socket.connect(service.getsockname())
            accepted, _ = service.accept()
            guard.agreed(agreed)
            with accepted:
                accepted.send(b"sound")
                assert web_socket.recv(9) == b"sound"
        assert [one.type for one in own_sockets((port,), (socket.SOCK_DGRAM,))] == [socket.SOCK_DGRAM]
        before = guard.dropped("a")
        for sender in (stranger, stranger, friend):
            sender.sendto(sender.getsockname()[0].encode(), ("127.0.0.1", port))
        assert rtp.recv(99) == b"127.0.0.2"
        assert before is not None
        assert guard.dropped("a") == before + 2
        guard.open("a")
        guard.agreed(agreed)
        stranger.sendto(b"now", ("127.0.0.1", port))
        assert rtp.recv(99) == b"now"
        guard.forget("a")
        assert guard.dropped("a") is None


@pytest.mark.parametrize(
    "agreed",
    [Agreed("a", 0, frozenset()), Agreed("a", 1, frozenset(), encrypted=True)],
    ids=["no sound", "SRTP"],
)
def test_calls_without_a_filter(agreed: Agreed) -> None:
    """Nothing to close: no error either."""
    guard = MediaGuard()
    guard.agreed(agreed)
    guard.open("unknown")
    assert guard.dropped("a") is None


def test_an_offer_alone_settles_nothing() -> None:
    """Nor one that we refuse."""
    refused = message("TX", "SIP/2.0 488 Not Acceptable Here", sdp("192.0.2.20", 20_000))
    assert settled(INVITE) == settled(INVITE, refused) == []


def test_the_other_side_moves() -> None:
    """A re-INVITE, with its offer or with the offer left to us."""
    moved = message("RX", "INVITE sip:x SIP/2.0", sdp("192.0.2.12", 4000), cseq="2 INVITE")
    answer = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000), cseq="2 INVITE")
    empty = message("RX", "INVITE sip:x SIP/2.0", cseq="3 INVITE")
    tagged = "<sip:x>;tag=ours"
    offer = message("TX", "SIP/2.0 200 OK", sdp("192.0.2.20", 20_000), cseq="3 INVITE", to=tagged)
    forged = message("RX", "ACK sip:x SIP/2.0", sdp("203.0.113.9", 4000), cseq="3 ACK", to="<sip:x>;tag=no")
    ack = message("RX", "ACK sip:x SIP/2.0", sdp("192.0.2.13", 4000), cseq="3 ACK", to=tagged)
    assert settled(INVITE, ANSWER, moved, answer, empty, offer, forged, ack) == [
        (20_000, hosts(MEDIA, "192.0.2.10")),
        (20_000, hosts("192.0.2.12", "192.0.2.10")),
        (20_000, hosts("192.0.2.13", "192.0.2.10")),
    ]


@pytest.mark.parametrize(
    ("host", "agreed"),
    [("0.0.0.0", hosts("192.0.2.10")), ("media.example", frozenset())],
)
def test_addresses_that_are_none(host: str, agreed: frozenset[object]) -> None:
    """Nobody listens while on hold; behind a name may be anybody (the library refuses an offer with one by 488)."""
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
