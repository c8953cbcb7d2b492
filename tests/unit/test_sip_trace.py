"""What is read from the SIP trace: origins of calls, and all that a BYE needs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_bridge.orphans import hops, json_of, render_bye, status_of
from sip_bridge.trace import (
    Dialog,
    DialogChange,
    DialogClosed,
    DialogOpened,
    Dialogs,
    Origins,
    dialog_of,
    parse_trace,
)

PEER, US = "192.0.2.9:5060", "192.0.2.1:5070"
LOCAL, REMOTE = "<sip:0139@ville.fr>;tag=ours", '"Mme X" <sip:06@op.fr>;tag=theirs'


def entry(
    first: str, *headers: str, sent: bool = False, cseq: str = "1 INVITE", to: str = "", source: str = PEER
) -> str:
    """One entry of the trace, in the dialog of our tests; requests of ours have local and remote exchanged."""
    head = f"TX UDP {US} -> {PEER}" if sent else f"RX UDP {source} -> {US}"
    lines = [
        head,
        first,
        "Call-ID: call-1",
        f"CSeq: {cseq}",
        f"To: {to or LOCAL}",
        f"From: {REMOTE}",
        *headers,
    ]
    return "\r\n".join(lines).replace("\r\n", "\n", 1) + "\r\n\r\n"


def invite(*headers: str, **more: str) -> str:
    """The caller's INVITE."""
    return entry("INVITE sip:0139@ville.fr SIP/2.0", *headers, to="<sip:0139@ville.fr>", **more)


def changes(*entries: str) -> list[DialogChange]:
    """What a table of dialogs makes of these entries."""
    dialogs = Dialogs()
    messages = [parse_trace(text) for text in entries]
    return [change for message in messages if message for change in dialogs.see(message)]


OPENED = Dialog(
    call_id="call-1",
    local=LOCAL,
    remote=REMOTE,
    next_cseq=1,
    target="sip:06@10.0.0.7:5062;transport=udp",
    routes=("<sip:p2.op.fr;lr>", "<sip:p1.op.fr;lr>"),
    transport="udp",
    local_address=US,
    peer_address=PEER,
)
CONTACT = 'm: "x" <sip:06@10.0.0.7:5062;transport=udp>;expires=3'
ROUTES = "Record-Route: <sip:p2.op.fr;lr>, <sip:p1.op.fr;lr>"


def test_a_message_is_read() -> None:
    """Start line, addresses, folded and compact headers, body."""
    message = parse_trace(
        "RX TLS [2001:db8::1]:5061 -> 192.0.2.1:5071\nSIP/2.0 200 OK\r\ni: abc\r\nCSeq: 7 INVITE\r\nf: a\r\n  b\r\n\r\nv=0\r\n"
    )
    assert message is not None
    assert (message.transport, message.source, message.status, message.method, message.cseq) == (
        "tls",
        "[2001:db8::1]:5061",
        200,
        "INVITE",
        7,
    )
    assert (message.call_id, message.first("from"), message.body) == ("abc", "a b", "v=0\n")
    assert not message.is_request


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "RX UDP a -> b",
        "RX UDP a -> b\n",
        "RX UDP a -> b\nSIP/2.0 xx OK\r\nCall-ID: a\r\nCSeq: 1 A",
        "RX UDP a -> b\nA b c\r\nCSeq: ² A",
    ],
)
def test_what_is_no_message(text: str) -> None:
    """Keep-alives, halves and nonsense are nothing."""
    assert parse_trace(text) is None


def test_the_origin_is_where_the_invite_came_from() -> None:
    """The true source, whatever the headers say; a re-INVITE changes nothing; forgotten at the end."""
    origins = Origins()
    for text in (invite(), entry("INVITE sip:x SIP/2.0", source="203.0.113.5:1")):
        message = parse_trace(text)
        assert message
        origins.see(message)
    assert (origins.of("call-1"), origins.of("call-2")) == (PEER, None)
    origins.forget("call-1")
    assert origins.of("call-1") is None


def test_a_tag_in_the_address_hides_no_invite() -> None:
    """It belongs to the URI: the stack opens a dialog all the same, and its origin must be known at once."""
    origins = Origins()
    message = parse_trace(
        entry("INVITE sip:x SIP/2.0", source=PEER).replace("To: ", "To: <sip:x;tag=zz>\r\nX-Was: ")
    )
    assert message
    origins.see(message)
    assert origins.of(message.call_id) == PEER


def test_two_origins_of_one_call_are_none() -> None:
    """Whoever copies a Call-ID gets nobody in, and the table is bounded."""
    origins = Origins(capacity=1)
    for text in (invite(), invite(source="203.0.113.5:1"), invite()):
        message = parse_trace(text)
        assert message
        origins.see(message)
    assert origins.of("call-1") == ""
    other = parse_trace(invite().replace("call-1", "call-2"))
    assert other
    origins.see(other)
    assert (origins.of("call-1"), origins.of("call-2")) == (None, PEER)


def test_a_call_to_us_opens_a_dialog() -> None:
    """Route set in order, the caller's Contact, our tag; nothing before the 200."""
    ringing = entry("SIP/2.0 180 Ringing", sent=True)
    answer = entry("SIP/2.0 200 Answering", "Contact: <sip:us>", sent=True)
    assert changes(invite(CONTACT, ROUTES), ringing) == []
    assert changes(invite(CONTACT, ROUTES), ringing, answer, answer) == [DialogOpened(OPENED)]


def test_a_call_of_ours_opens_a_dialog() -> None:
    """Route set turned round, numbers go on from the INVITE's."""
    answer = "\r\n".join(
        [
            f"RX UDP {PEER} -> {US}\nSIP/2.0 200 OK",
            "Call-ID: call-1",
            "CSeq: 41 INVITE",
            f"From: {LOCAL}",
            f"To: {REMOTE}",
            CONTACT,
            ROUTES,
        ]
    )
    assert changes(answer) == []  # nobody had asked: a forgery
    asked = (
        f"TX UDP {US} -> {PEER}\nINVITE sip:x SIP/2.0\r\nCall-ID: call-1\r\nCSeq: 41 INVITE\r\nFrom: {LOCAL}"
    )
    (change,) = changes(asked, answer)
    assert change == DialogOpened(
        Dialog(
            call_id="call-1",
            local=LOCAL,
            remote=REMOTE,
            next_cseq=42,
            target=OPENED.target,
            routes=("<sip:p1.op.fr;lr>", "<sip:p2.op.fr;lr>"),
            transport="udp",
            local_address=US,
            peer_address=PEER,
        )
    )


ANSWER = entry("SIP/2.0 200 Answering", sent=True)


def test_our_requests_count() -> None:
    """A BYE after our REFER has the next number; a request sent again changes nothing."""
    refer = entry("REFER sip:06@10.0.0.7 SIP/2.0", sent=True, cseq="17 REFER")
    *_, last = changes(invite(CONTACT), ANSWER, refer, refer)
    assert isinstance(last, DialogOpened)
    assert (last.dialog.next_cseq, len(changes(invite(CONTACT), ANSWER, refer, refer))) == (18, 2)


def test_a_reinvite_moves_the_target() -> None:
    """Once we have answered it, not when we refuse it."""
    moved = entry("INVITE sip:us SIP/2.0", "Contact: <sip:06@new>", cseq="2 INVITE")
    refused = entry("SIP/2.0 488 No", sent=True, cseq="2 INVITE")
    taken = entry("SIP/2.0 200 OK", sent=True, cseq="2 INVITE")
    assert len(changes(invite(CONTACT), ANSWER, moved, refused)) == 1
    *_, last = changes(invite(CONTACT), ANSWER, moved, taken)
    assert isinstance(last, DialogOpened)
    assert last.dialog.target == "sip:06@new"


@pytest.mark.parametrize(
    "end",
    [
        [entry("BYE sip:us SIP/2.0", cseq="2 BYE"), entry("SIP/2.0 200 OK", sent=True, cseq="2 BYE")],
        [entry("BYE sip:them SIP/2.0", sent=True, cseq="9 BYE")],
    ],
)
def test_bye_closes(end: list[str]) -> None:
    """Theirs once we agree, ours at once; once."""
    assert changes(invite(CONTACT), ANSWER, *end, *end)[1:] == [DialogClosed("call-1")]


def test_a_bye_that_we_refuse_closes_nothing() -> None:
    """Somebody who knows the Call-ID and no tags gets 481, and the dialog stays."""
    forged = entry("BYE sip:us SIP/2.0", cseq="2 BYE", source="203.0.113.5:1")
    refused = entry("SIP/2.0 481 Call Does Not Exist", sent=True, cseq="2 BYE")
    assert len(changes(invite(CONTACT), ANSWER, forged, refused)) == 1


def test_the_tables_are_bounded() -> None:
    """The oldest dialog is given up, and what the stack says is over is forgotten."""
    dialogs = Dialogs(capacity=2)
    for number in range(3):
        for text in (invite(CONTACT), ANSWER):
            message = parse_trace(text.replace("call-1", f"call-{number}"))
            assert message
            dialogs.see(message)
    assert [dialog.call_id for dialog in dialogs.live] == ["call-1", "call-2"]
    assert (dialogs.forget("call-1"), dialogs.forget("call-1")) == ((DialogClosed("call-1"),), ())


@given(st.one_of(st.text(), st.binary().map(lambda data: data.decode("utf-8", "replace"))))
def test_garbage_is_harmless(garbage: str) -> None:
    """Whatever comes from the network, in any place of a message: nothing is raised."""
    for text in (
        garbage,
        f"RX UDP a:1 -> b:2\n{garbage}",
        f"RX UDP a:1 -> b:2\nINVITE sip:x SIP/2.0\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\n{garbage}\r\n\r\n{garbage}",
        invite(f"Contact: {garbage}", f"Record-Route: {garbage}", f"Via: {garbage}"),
        entry("SIP/2.0 200 OK", f"Contact: {garbage}", f"Record-Route: {garbage}", f"From: {garbage}"),
    ):
        message = parse_trace(text)
        if message is not None:
            origins, dialogs = Origins(), Dialogs()
            origins.see(message)
            dialogs.see(message)
            answer = parse_trace(entry("SIP/2.0 200 OK", f"To: {garbage}", sent=True))
            assert answer
            dialogs.see(answer)
            for dialog in dialogs.live:
                render_bye(dialog, "192.0.2.1:1", "b")
                hops(dialog)


def test_the_bye() -> None:
    """RFC 3261 12.2.1.1, with routes that are loose."""
    assert render_bye(OPENED, "192.0.2.1:40000", "abc").decode().split("\r\n") == [
        "BYE sip:06@10.0.0.7:5062;transport=udp SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bKabc;rport",
        "Route: <sip:p2.op.fr;lr>",
        "Route: <sip:p1.op.fr;lr>",
        "Max-Forwards: 70",
        f"From: {LOCAL}",
        f"To: {REMOTE}",
        "Call-ID: call-1",
        "CSeq: 1 BYE",
        'Reason: Q.850;cause=41;text="Temporary failure"',
        "Content-Length: 0",
        "",
        "",
    ]


def test_a_strict_route_goes_first() -> None:
    """The old way of routing: the first route is asked, the target comes last."""
    strict = dialog_of({**json_of(OPENED), "routes": ["<sip:old.fr>", "<sip:p1.op.fr;lr>"]})
    lines = render_bye(strict, "192.0.2.1:1", "abc").decode().split("\r\n")
    assert (lines[0], lines[2:4]) == (
        "BYE sip:old.fr SIP/2.0",
        ["Route: <sip:p1.op.fr;lr>", f"Route: <{OPENED.target}>"],
    )


def test_where_the_bye_goes() -> None:
    """Over UDP to whom we heard, then to the route; over TCP the other way round; IPv6 too."""
    assert hops(OPENED) == (("192.0.2.9", 5060), ("p2.op.fr", 5060))
    tls = {**json_of(OPENED), "routes": [], "transport": "tls", "target": "sip:06@[2001:db8::2]"}
    assert hops(dialog_of(tls)) == (("2001:db8::2", 5061), ("192.0.2.9", 5060))


def test_a_dialog_travels_as_json() -> None:
    """Out and back; what is no dialog, or would break out of its line, is refused."""
    assert dialog_of(json.loads(json.dumps(json_of(OPENED)))) == OPENED
    for wrong in (
        {},
        {**json_of(OPENED), "more": 1},
        {**json_of(OPENED), "target": "a\r\nb"},
        {**json_of(OPENED), "next_cseq": "1"},
    ):
        with pytest.raises(ValueError, match="not a dialog"):
            dialog_of(wrong)


def test_the_answer_to_our_bye() -> None:
    """Final answers to our own branch only."""
    answer = b"SIP/2.0 481 Gone\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKabc\r\n\r\n"
    assert [
        status_of(answer, "abc"),
        status_of(answer, "abd"),
        status_of(answer.replace(b"481", b"100"), "abc"),
    ] == [481, None, None]
    assert status_of(b"\xff\x00", "abc") is None
