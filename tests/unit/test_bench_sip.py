"""The load generator's own SIP: a call from INVITE to BYE, what comes in between, and session descriptions."""

import pytest

from callbot.bench.sip import Caller, Message, Stage, media_of, offer, parse

ANSWER = (
    "v=0\r\no=- 5 5 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 20004 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
)


def caller() -> Caller:
    """One that calls 127.0.0.1:5070."""
    return Caller("127.0.0.1:5070", "bench3", "127.0.0.1:40000", 30000)


def response(status: str, method: str, body: str = "") -> Message:
    """What the other side answers."""
    number = 1 if method == "INVITE" else 2
    head = (
        f"SIP/2.0 {status}\r\nVia: SIP/2.0/UDP x\r\nTo: <sip:bench@127.0.0.1:5070>;tag=b\r\n"
        f"Contact: <sip:mairie@127.0.0.1:5070;transport=udp>\r\nCSeq: {number} {method}\r\n\r\n"
    )
    return parse((head + body).encode())


def request(method: str) -> Message:
    """What the other side asks."""
    lines = [
        f"{method} sip:bench3@127.0.0.1:40000 SIP/2.0",
        "Via: SIP/2.0/UDP y;branch=1",
        "From: <sip:b>;tag=b",
    ]
    return parse(
        "\r\n".join([*lines, "To: <sip:a>;tag=a", "Call-ID: c", f"CSeq: 7 {method}", "", ""]).encode()
    )


def test_a_call_from_invite_to_bye() -> None:
    """INVITE offers A-law; 200 is acknowledged, each time, to the contact; BYE goes there too and ends the call."""
    one = caller()
    invite = parse(one.invite().encode())
    assert (invite.method, invite.headers["content-type"]) == ("INVITE", "application/sdp")
    assert media_of(invite.body) == ("127.0.0.1", 30000)
    assert one.receive(response("180 Ringing", "INVITE")) == []
    [ack] = one.receive(response("200 OK", "INVITE", ANSWER))
    assert ack.startswith("ACK sip:mairie@127.0.0.1:5070;transport=udp SIP/2.0\r\n")
    assert "To: <sip:bench@127.0.0.1:5070>;tag=b\r\n" in ack
    assert one.receive(response("200 OK", "INVITE", ANSWER)) == [ack]
    assert (one.stage, one.remote_rtp) == (Stage.UP, ("10.0.0.2", 20004))
    assert one.bye().startswith("BYE sip:mairie@127.0.0.1:5070;transport=udp SIP/2.0\r\n")
    assert one.stage is Stage.LEAVING
    assert one.receive(response("200 OK", "BYE")) == []
    assert one.stage is Stage.OVER


def test_a_refusal_is_acknowledged_in_its_transaction() -> None:
    """486: the ACK has the INVITE's branch; the call is over."""
    one = caller()
    via = next(line for line in one.invite().split("\r\n") if line.startswith("Via"))
    [ack] = one.receive(response("486 Busy Here", "INVITE"))
    assert via in ack.split("\r\n")
    assert (one.stage, one.status) == (Stage.REFUSED, 486)


def test_the_other_side_hangs_up() -> None:
    """BYE from there is answered, and the call was cut."""
    one = caller()
    one.receive(response("200 OK", "INVITE", ANSWER))
    [answer] = one.receive(request("BYE"))
    assert answer.startswith("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP y;branch=1\r\nFrom: <sip:b>;tag=b\r\n")
    assert one.stage is Stage.CUT


@pytest.mark.parametrize(
    ("method", "status"),
    [("INVITE", "200 OK"), ("OPTIONS", "200 OK"), ("NOTIFY", "501 Not Implemented"), ("ACK", None)],
)
def test_what_else_is_asked_is_answered(method: str, status: str | None) -> None:
    """Nothing that comes in the dialog is left without an answer, nor changes the call; ACK has none."""
    one = caller()
    one.receive(response("200 OK", "INVITE", ANSWER))
    answers = one.receive(request(method))
    assert [answer.split("\r\n")[0] for answer in answers] == ([f"SIP/2.0 {status}"] if status else [])
    assert one.stage is Stage.UP


@pytest.mark.parametrize(
    ("description", "media"),
    [
        (ANSWER, ("10.0.0.2", 20004)),
        (ANSWER.replace("\r\n", "\n"), ("10.0.0.2", 20004)),
        (offer("127.0.0.1", 4000), ("127.0.0.1", 4000)),
        (ANSWER.replace("20004", "0"), None),
        (ANSWER.replace("AVP 8 101", "AVP 0 101"), None),
        (ANSWER.replace("RTP/AVP", "RTP/SAVP"), None),
        ("", None),
    ],
    ids=["usual", "bare line feeds", "our own", "refused", "no A-law", "SRTP", "empty"],
)
def test_session_descriptions(description: str, media: tuple[str, int] | None) -> None:
    """Where sound is wanted, when it is A-law."""
    assert media_of(description) == media


@pytest.mark.parametrize("datagram", [b"", b"\r\n\r\n", b"\xff\x00", b"SIP/2.0", b"SIP/2.0 abc x\r\n\r\n"])
def test_what_is_no_message_has_no_status(datagram: bytes) -> None:
    """Noise on the port changes nothing."""
    one = caller()
    assert parse(datagram).status == 0
    one.receive(parse(datagram))
    assert one.stage is Stage.CALLING
