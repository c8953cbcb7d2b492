"""A stranger who sends INVITEs without end, from an address of the loopback that nobody allows."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

INVITE = """\
INVITE sip:mairie@{host}:{port} SIP/2.0\r
Via: SIP/2.0/UDP {own};branch=z9hG4bK{key};rport\r
From: <sip:flot@{own}>;tag={key}\r
To: <sip:mairie@{host}:{port}>\r
Call-ID: {key}\r
CSeq: 1 INVITE\r
Contact: <sip:flot@{own}>\r
Max-Forwards: 70\r
Content-Type: application/sdp\r
Content-Length: {length}\r
\r
{sdp}"""
SDP = "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"


class Flood:
    """What was sent and answered so far."""

    def __init__(self) -> None:
        self.sent = 0
        self.answers = 0


@contextmanager
def flood(port: int, per_second: int, source: str = "127.0.0.2") -> Iterator[Flood]:
    """INVITEs to 127.0.0.1 in a thread of their own; nothing is ever acknowledged."""
    over = threading.Event()
    counts = Flood()

    def send() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((source, 0))
            stranger.setblocking(False)
            own = f"{source}:{stranger.getsockname()[1]}"
            sdp = SDP.format(ip=source)
            due = time.monotonic()
            while not over.wait(max(0.0, due - time.monotonic())):
                due += 1 / per_second
                key = secrets.token_hex(8)
                told = INVITE.format(host="127.0.0.1", port=port, own=own, key=key, length=len(sdp), sdp=sdp)
                stranger.sendto(told.encode(), ("127.0.0.1", port))
                counts.sent += 1
                counts.answers += _answers(stranger)

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield counts
    finally:
        over.set()
        sending.join()


def _answers(stranger: socket.socket) -> int:
    count = 0
    while True:
        try:
            count += stranger.recv(65535).startswith(b"SIP/2.0 ")
        except (BlockingIOError, ConnectionRefusedError):
            return count
