"""Broken SIP for a port of the loopback: true messages, then bent, cut, stuffed and shuffled. The same seed gives the same messages."""

import random
from collections.abc import Callable, Iterator

METHODS = [
    *("INVITE", "OPTIONS", "ACK", "BYE", "CANCEL", "REGISTER", "INFO", "REFER", "NOTIFY"),
    *("SUBSCRIBE", "UPDATE", "PRACK", "MESSAGE", "PUBLISH", "X-RIEN"),
]
WITH_BODY = ("INVITE", "UPDATE", "INFO", "MESSAGE", "NOTIFY")
CHARACTERS = (
    b"\x00",
    b"\xff\xfe\xfd",
    b'"',
    b"\\",
    b"]",
    b"@@",
    b"[::",
    b"..",
    b"\xc3\x28",
    b"\xf0\x9f\x93\x9e",
)
HEAPS = (b"<" * 64, b">" * 64, b";" * 200, b"," * 200, b"=" * 50, b"(" * 200, b"\t" * 100, b"A" * 3000)
NUMBERS = (b"0", b"-1", b"65536", b"4294967296", b"18446744073709551616", b"1e999", b"127.0.0.1:99999")
WORDS = (b"%n%s%x", b"\r\n\r\n", b"\r\n ", b"sip:", b"sips:", b"tel:")
NASTY = CHARACTERS + HEAPS + NUMBERS + WORDS
SDP = """\
v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 9 RTP/AVP 8 0 9 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=sendrecv
""".replace("\n", "\r\n")
MOST_BYTES = 9000


class Fuzzer:
    """`messages(count)` are what to send to `target` (host:port) from `own`; most answer, if at all, with 4xx."""

    def __init__(self, target: str, own: str, seed: int) -> None:
        self._target, self._own = target, own
        self._dice = random.Random(seed)
        self._bend: tuple[Callable[[bytes], bytes], ...] = (
            self._other_byte, self._stuffed, self._cut_out, self._cut_short, self._line_repeated,
            self._lines_shuffled, self._value_replaced, self._line_dropped, self._number_replaced, self._folded,
        )  # fmt: skip

    def messages(self, count: int) -> Iterator[bytes]:
        """Each a datagram; one in twelve is as it should be."""
        for number in range(count):
            message = self._true(number)
            if number % 12:
                for _ in range(self._dice.choice((1, 1, 1, 2, 3, 6))):
                    message = self._dice.choice(self._bend)(message) or b"\x00"
            yield message[:MOST_BYTES]

    def _true(self, number: int) -> bytes:
        method = self._dice.choice(METHODS)
        body = SDP if method in WITH_BODY else ""
        key = f"{number}x{self._dice.randrange(1 << 32):x}"
        lines = [
            f"{method} sip:0139000000@{self._target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._own};branch=z9hG4bK{key};rport",
            f'From: "Essai" <sip:essai@{self._own}>;tag={key}',
            f"To: <sip:0139000000@{self._target}>" + self._dice.choice(("", "", ";tag=inconnu")),
            f"Call-ID: {key}@essai",
            f"CSeq: {self._dice.choice((1, 2, 2**31, 2**32 - 1))} {method}",
            f"Contact: <sip:essai@{self._own}>",
            "Max-Forwards: 70",
            "Supported: replaces, timer, 100rel",
            "Refer-To: <sip:100@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
            "Replaces: a;to-tag=b;from-tag=c",
            'Authorization: Digest username="a",realm="b",nonce="c",uri="sip:d",response="e"',
            "P-Asserted-Identity: <sip:0600000000@essai>",
            "P-Called-Party-ID: <sip:0139000000@essai>",
            "Event: refer",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def _place(self, data: bytes) -> int:
        return self._dice.randrange(len(data))

    def _other_byte(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] + self._dice.randbytes(1) + data[at + 1 :]

    def _stuffed(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] + self._dice.choice(NASTY) + data[at:]

    def _cut_out(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] + data[at + self._dice.choice((1, 3, 20, 150)) :]

    def _cut_short(self, data: bytes) -> bytes:
        return data[: self._place(data)]

    def _lines(self, data: bytes) -> list[bytes]:
        return data.split(b"\r\n")

    def _line_repeated(self, data: bytes) -> bytes:
        lines = self._lines(data)
        at = self._dice.randrange(len(lines))
        return b"\r\n".join(lines[:at] + [lines[at]] * self._dice.choice((2, 8, 80)) + lines[at:])

    def _line_dropped(self, data: bytes) -> bytes:
        lines = self._lines(data)
        del lines[self._dice.randrange(len(lines))]
        return b"\r\n".join(lines)

    def _lines_shuffled(self, data: bytes) -> bytes:
        lines = self._lines(data)
        self._dice.shuffle(lines)
        return b"\r\n".join(lines)

    def _value_replaced(self, data: bytes) -> bytes:
        lines = self._lines(data)
        at = self._dice.randrange(len(lines))
        name, colon, _ = lines[at].partition(b":")
        lines[at] = name + colon + b" " + self._dice.choice(NASTY)
        return b"\r\n".join(lines)

    def _number_replaced(self, data: bytes) -> bytes:
        places = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
        if not places:
            return data
        at = self._dice.choice(places)
        return data[:at] + self._dice.choice((b"", b"-", b"99999999999", b"\x39" * 40)) + data[at + 1 :]

    def _folded(self, data: bytes) -> bytes:
        return data.replace(b": ", b":\r\n\t ", self._dice.choice((1, 5, 50)))
