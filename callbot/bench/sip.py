"""A caller's side of SIP (RFC 3261), no more than one call over UDP on a quiet network needs. No I/O, no clock.

Independent of the code under test on purpose: nothing here comes from the bridge or its library.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

CRLF = "\r\n"
_MEDIA = re.compile(r"^m=audio (\d+) RTP/AVP ([\d ]+)$", re.MULTILINE)
_HOST = re.compile(r"^c=IN IP4 (\S+)$", re.MULTILINE)
_URI = re.compile(r"<([^>]+)>")


class Stage(Enum):
    """Where the call is."""

    CALLING = "calling"
    UP = "up"
    LEAVING = "leaving"
    """We have sent BYE."""
    OVER = "over"
    """Our BYE was answered."""
    CUT = "cut"
    """The other side hung up."""
    REFUSED = "refused"


class Trigger(Enum):
    """What moves it."""

    ANSWERED = "answered"
    REFUSED = "refused"
    LEFT = "left"
    BYE_ANSWERED = "bye answered"
    BYE_CAME = "bye came"


NEXT = {
    (Stage.CALLING, Trigger.ANSWERED): Stage.UP,
    (Stage.CALLING, Trigger.REFUSED): Stage.REFUSED,
    (Stage.UP, Trigger.LEFT): Stage.LEAVING,
    (Stage.UP, Trigger.BYE_CAME): Stage.CUT,
    (Stage.LEAVING, Trigger.BYE_ANSWERED): Stage.OVER,
    (Stage.LEAVING, Trigger.BYE_CAME): Stage.OVER,
}
"""Everything else is a repetition, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message: its first line, its headers by lower-case name (the first of each), its body."""

    first: str
    headers: dict[str, str]
    body: str

    @property
    def status(self) -> int:
        """The code of a response; 0 for a request or for none."""
        word = self.first.split(" ")[1:2]
        return int(word[0]) if self.first.startswith("SIP/2.0 ") and word and word[0].isdecimal() else 0

    @property
    def method(self) -> str:
        """Of a request, or of the request that is answered."""
        return (self.headers.get("cseq", "") if self.status else self.first).split(" ")[
            -1 if self.status else 0
        ]


def parse(datagram: bytes) -> Message:
    """The message in `datagram`; one that is none has no status and no known method."""
    head, _, body = datagram.decode("utf-8", "replace").partition(CRLF * 2)
    first, *lines = head.split(CRLF)
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return Message(first, headers, body)


def offer(host: str, rtp_port: int) -> str:
    """The session description of a telephone that speaks A-law at `host`:`rtp_port`."""
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {rtp_port} RTP/AVP 8",
    ]
    return CRLF.join([*lines, "a=rtpmap:8 PCMA/8000", "a=ptime:20", "a=sendrecv", ""])


def media_of(description: str) -> tuple[str, int] | None:
    """Where a session description wants A-law sound; None when it wants none."""
    text = description.replace("\r", "")
    media, host = _MEDIA.search(text), _HOST.search(text)
    if not media or not host or "8" not in media[2].split() or media[1] == "0":
        return None
    return host[1], int(media[1])


@dataclass(slots=True)
class Caller:
    """One call to `target` (host:port) from `user` at `local` (host:port). What its methods return is to be sent."""

    target: str
    user: str
    local: str
    rtp_port: int
    number: str = "bench"
    """The number that is called."""
    stage: Stage = Stage.CALLING
    status: int = 0
    """Of the last final response to INVITE; 0 while there was none."""
    remote_rtp: tuple[str, int] | None = None
    _to: str = field(init=False)
    _uri: str = field(init=False)
    _ack: str = ""

    def __post_init__(self) -> None:
        self._uri = f"sip:{self.number}@{self.target}"
        self._to = f"<{self._uri}>"

    @property
    def call_id(self) -> str:
        """The Call-ID, by which a shared socket knows whose a message is."""
        return f"{self.user}@{self.local}"

    def invite(self) -> str:
        """INVITE; the same each time, so that it may be repeated."""
        return self._request("INVITE", 1, offer(self.local.partition(":")[0], self.rtp_port))

    def bye(self) -> str:
        """BYE; may be repeated. Only once the call is up."""
        self._move(Trigger.LEFT)
        return self._request("BYE", 2)

    def receive(self, message: Message) -> list[str]:
        """React to a message of this call: the answers to send."""
        if message.status:
            return self._response(message)
        return self._asked(message)

    def _response(self, message: Message) -> list[str]:
        if message.status < 200:
            return []
        if message.method == "BYE":
            self._move(Trigger.BYE_ANSWERED)
            return []
        if message.method != "INVITE":
            return []
        if self.stage is Stage.CALLING:
            self._settle(message)
        return [self._ack]

    def _settle(self, message: Message) -> None:
        """The first final response: the dialog's tag and contact, and the ACK that each repetition gets again."""
        self.status, self._to = message.status, message.headers.get("to", self._to)
        branch = "invite"
        if message.status < 300:
            branch = "ack"
            contact = _URI.search(message.headers.get("contact", ""))
            self._uri = contact[1] if contact else self._uri
            self.remote_rtp = media_of(message.body)
        self._ack = self._request("ACK", 1, branch=branch)
        self._move(Trigger.ANSWERED if message.status < 300 else Trigger.REFUSED)

    def _asked(self, message: Message) -> list[str]:
        match message.method:
            case "ACK" | "CANCEL":
                return []
            case "BYE":
                self._move(Trigger.BYE_CAME)
                return [self._reply(message, "200 OK")]
            case "INVITE" | "UPDATE":
                return [self._reply(message, "200 OK", offer(self.local.partition(":")[0], self.rtp_port))]
            case "OPTIONS" | "INFO":
                return [self._reply(message, "200 OK")]
            case _:
                return [self._reply(message, "501 Not Implemented")]

    def _move(self, trigger: Trigger) -> None:
        self.stage = NEXT.get((self.stage, trigger), self.stage)

    def _request(self, method: str, cseq: int, body: str = "", branch: str = "") -> str:
        branch = f"z9hG4bK-{self.user}-{branch or method.lower()}"
        headers = [
            f"{method} {self._uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.local};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{self.local}>;tag=f-{self.user}",
            f"To: {self._to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:{self.user}@{self.local}>",
        ]
        return _with_body(headers, body)

    def _reply(self, request: Message, status: str, body: str = "") -> str:
        copied = [
            f"{name}: {request.headers.get(name.lower(), '')}"
            for name in ("Via", "From", "To", "Call-ID", "CSeq")
        ]
        return _with_body([f"SIP/2.0 {status}", *copied, f"Contact: <sip:{self.user}@{self.local}>"], body)


def _with_body(headers: list[str], body: str) -> str:
    kind = ["Content-Type: application/sdp"] if body else []
    return CRLF.join([*headers, *kind, f"Content-Length: {len(body)}", "", body])
