"""A telephone that writes its SIP by hand, over UDP: for what well-behaved peers do not do. Its sound is one loud tone."""

import asyncio
import re
import secrets
import socket
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np

from callbot.audio import g711
from tests.support.waiting import PATIENCE_S

TONE = g711.encode_alaw((8000 * np.sin(np.arange(160) * 2 * np.pi / 8)).astype(np.int16))
"""20 ms."""
KEPT = re.compile(r"^(?:Via|From|To|Call-ID|CSeq):.*$", re.MULTILINE | re.IGNORECASE)
ANSWERS = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive", "sendrecv": "sendrecv"}
KEYS = "a=rtpmap:101 telephone-event/8000"


class HandPhone:
    """Calls `server` or is called at `uri`. `asked`: the methods of all requests that came, in order."""

    def __init__(self, server: str = "127.0.0.1:0", host: str = "127.0.0.1") -> None:
        name, _, port = server.rpartition(":")
        self._server = (name, int(port))
        self._host = host
        self._sip = _bound(host)
        self._me = f"{host}:{self._sip.getsockname()[1]}"
        self._mine, self._theirs = f"<sip:hand@{self._me}>;tag={secrets.token_hex(4)}", f"<sip:x@{server}>"
        self.call_id = secrets.token_hex(8)
        self._cseq = 0
        self.asked: list[str] = []
        self.talks = True
        """Whether sound is sent."""
        self.resumes_after_s = 0.0
        """How long sound takes to come again after a hold of the other side."""
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._remote: tuple[str, int] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.move(host)

    @property
    def uri(self) -> str:
        """Where it is rung."""
        return f"sip:hand@{self._me}"

    def move(self, host: str) -> None:
        """Sound from another address, from now on."""
        self.rtp = _bound(host)

    async def __aenter__(self) -> Self:
        """Pick up the receiver."""
        self._tasks = [asyncio.create_task(work) for work in (self._listen(), self._talk())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put it back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sip.close()

    # What it says

    def sdp(
        self, direction: str = "sendrecv", host: str = "", codecs: str = "8 101", lines: str = KEYS
    ) -> str:
        """A session at the address of its sound, or at `host`; `lines` are of the media section."""
        rtp_host, port = self.rtp.getsockname()
        return "\r\n".join(
            [
                f"v=0\r\no=- {secrets.randbelow(10**6)} 1 IN IP4 {rtp_host}\r\ns=-",
                f"c=IN IP4 {host or rtp_host}\r\nt=0 0\r\nm=audio {port} RTP/AVP {codecs}",
                f"{lines}\r\na={direction}\r\n",
            ]
        )

    async def invite(self, body: str | None = None, *, late: bool = False, repeats: int = 0) -> str:
        """INVITE, the first or another one; its answer. `late`: the offer is left to the other side, our SDP goes with the ACK."""
        self._cseq += 1
        body, branch = self.sdp() if body is None else body, _branch()
        for _ in range(1 + repeats):
            self._send("INVITE", "" if late else body, branch=branch)
            await asyncio.sleep(0.01 if repeats else 0)
        answer = await self._final()
        self._send("ACK", body if late else "")
        return answer

    def report(self) -> None:
        """RTCP: a sender report, without blocks."""
        assert self._remote
        self.rtp.sendto(
            struct.pack("!BBH6I", 0x80, 200, 6, 77, 1, 2, 3, 4, 5), (self._remote[0], self._remote[1] + 1)
        )

    async def update(self) -> str:
        """UPDATE with our SDP; its answer."""
        self._cseq += 1
        self._send("UPDATE", self.sdp())
        return await self._final()

    async def bye(self) -> None:
        """Hang up."""
        self._cseq += 1
        self._send("BYE")
        await self._final()

    def _send(self, method: str, body: str = "", *, branch: str = "") -> None:
        head = [
            f"{method} sip:x@{self._server[0]}:{self._server[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._me};branch={branch or _branch()};rport",
            f"Max-Forwards: 70\r\nFrom: {self._mine}\r\nTo: {self._theirs}\r\nCall-ID: {self.call_id}",
            f"CSeq: {self._cseq} {method}",
        ]
        self._sip.sendto(self._whole(head, body), self._server)

    def _reply(self, request: str, status: str, body: str = "") -> None:
        tag = self._mine.partition(";tag=")[2]
        kept = [
            line + (f";tag={tag}" if line.lower().startswith("to:") and "tag=" not in line else "")
            for line in (found[0].strip() for found in KEPT.finditer(request))
        ]
        self._sip.sendto(self._whole([f"SIP/2.0 {status}", *kept], body), self._server)

    def _whole(self, head: list[str], body: str) -> bytes:
        own = [
            f"Contact: <sip:hand@{self._me}>\r\nSupported: replaces",
            "Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY, UPDATE, OPTIONS",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}\r\n\r\n",
        ]
        return ("\r\n".join([*head, *own]) + body).encode()

    # What it hears

    async def _final(self) -> str:
        while True:
            answer = await asyncio.wait_for(self._answers.get(), PATIENCE_S)
            if int(answer.split()[1]) >= 200:
                return answer

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            data, sender = await loop.sock_recvfrom(self._sip, 65535)
            message = data.decode()
            if message.startswith("SIP/2.0"):
                if found := re.search(r"^To: *(.*;tag=[^\r\n]+)", message, re.MULTILINE):
                    self._theirs = found[1].strip()
                self._take_address(message)
                self._answers.put_nowait(message)
            else:
                self._server = sender
                self._asked(message)

    def _asked(self, request: str) -> None:
        method = request.split(" ", 1)[0]
        self.asked.append(method)
        match method:
            case "ACK":
                pass
            case "INVITE":
                direction = next(_directions(request), "sendrecv")
                self._take_address(request)
                talks = direction == "sendrecv"
                asyncio.get_running_loop().call_later(
                    self.resumes_after_s if talks and not self.talks else 0, setattr, self, "talks", talks
                )
                self._reply(request, "200 OK", self.sdp(ANSWERS[direction]))
            case "REFER":
                self._reply(request, "202 Accepted")
            case _:
                self._reply(request, "200 OK")

    def _take_address(self, message: str) -> None:
        port = re.search(r"^m=audio (\d+)", message, re.MULTILINE)
        if port and int(port[1]):
            self._remote = ("127.0.0.1", int(port[1]))

    async def _talk(self) -> None:
        number = 0
        while True:
            number += 1
            if self.talks and self._remote:
                header = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * 160, 77)
                self.rtp.sendto(header + TONE, self._remote)
            await asyncio.sleep(0.02)


def _bound(host: str) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((host, 0))
    one.setblocking(False)
    return one


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(6)}"


def _directions(message: str) -> Iterator[str]:
    return iter(re.findall(r"^a=(sendrecv|sendonly|recvonly|inactive)", message, re.MULTILINE))
