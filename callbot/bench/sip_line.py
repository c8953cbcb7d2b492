"""Callers over SIP and RTP. Sockets that never block; whoever ticks them has the clock.

When a packet arrived is the kernel's word, so that the caller's own delays are not measured.
"""

import contextlib
import random
import socket

from callbot.audio.types import Pcm
from callbot.bench import rtp, sip
from callbot.bench.account import Account
from callbot.bench.lines import GLANCE_EVERY, judge
from callbot.bench.sounds import FRAME
from callbot.bench.talker import Talker

SO_TIMESTAMPNS = 35
"""Linux: the kernel says when each datagram arrived, in nanoseconds (asm-generic/socket.h; Python has no name for it)."""
_ANCILLARY = socket.CMSG_SPACE(16)
RECEIVE_BYTES = 1 << 20
REPEAT_NS = 500_000_000
"""RFC 3261's T1: a request that was not answered is repeated after this, then after twice as long, and so on."""


class Post:
    """The SIP socket that all callers share, and whose message is whose."""

    def __init__(self, host: str, target: str) -> None:
        address, _, port = target.rpartition(":")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self._target = (address, int(port))
        self.host, self.target = host, target
        self._callers: dict[str, sip.Caller] = {}
        self.local = f"{host}:{self._socket.getsockname()[1]}"

    def add(self, caller: sip.Caller) -> None:
        """Messages of this call go to `caller` from now on."""
        self._callers[caller.call_id] = caller

    def send(self, message: str) -> None:
        """Send to the target; what the network refuses is repeated later."""
        with contextlib.suppress(OSError):
            self._socket.sendto(message.encode(), self._target)

    def receive(self) -> None:
        """Hand over what has arrived."""
        while True:
            try:
                datagram = self._socket.recv(65536)
            except BlockingIOError:
                return
            except ConnectionError:  # the other process is gone: the calls notice by themselves
                continue
            message = sip.parse(datagram)
            caller = self._callers.get(message.headers.get("call-id", ""))
            for answer in caller.receive(message) if caller else ():
                self.send(answer)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class SipLine:
    """A telephone that speaks A-law over RTP. `recorded`: everything heard is kept."""

    def __init__(self, name: str, number: str, post: Post, talker: Talker, *, recorded: bool) -> None:
        self._rtp, self._rtcp = _port_pair(post.host)
        self._caller = sip.Caller(post.target, name, post.local, self._rtp.getsockname()[1], number)
        self._post = post
        self._talker = talker
        self._recorded = recorded
        post.add(self._caller)
        self._log = bytearray()
        self._kept = bytearray()
        self._source = random.getrandbits(32)
        self._sequence = random.getrandbits(15)
        self._sent = self._heard = 0
        self._dialled_ns = self._up_ns = self._left_ns = 0
        self._repeat_ns = self._repeat_after_ns = 0
        self._given_up = ""

    @property
    def up(self) -> bool:
        """Answered, with sound."""
        return self._caller.stage is sip.Stage.UP and self._up_ns != 0

    @property
    def over(self) -> bool:
        """Refused, cut, given up, or left and answered."""
        done = (sip.Stage.OVER, sip.Stage.CUT, sip.Stage.REFUSED)
        return self._caller.stage in done or bool(self._given_up)

    @property
    def problem(self) -> str:
        """Why the call has failed; empty when it has not."""
        ends = {sip.Stage.REFUSED: f"refused {self._caller.status}", sip.Stage.CUT: "cut"}
        return self._given_up or ends.get(self._caller.stage, "")

    def dial(self, now_ns: int) -> None:
        """INVITE."""
        self._dialled_ns = now_ns
        self._ask(self._caller.invite(), now_ns)

    def tick(self, now_ns: int) -> None:
        """Send 20 ms."""
        if not self.up:
            return
        sound = self._talker.say(now_ns)
        number = self._sequence + self._sent
        packet = rtp.pack(number, number * FRAME, self._source, sound, marker=not self._sent)
        self._sent += 1
        with contextlib.suppress(OSError):  # nobody listens there any more: what we hear decides
            self._rtp.send(packet)

    def drain(self, now_ns: int) -> None:
        """Take the sound that has arrived; look after the signalling."""
        match self._caller.stage:
            case sip.Stage.CALLING | sip.Stage.LEAVING if self._dialled_ns:
                self._repeat(now_ns)
            case sip.Stage.CUT:
                self._left_ns = self._left_ns or now_ns
            case sip.Stage.UP if not self._up_ns:
                self._answered(now_ns)
        if self._up_ns:
            self._take()

    def leave(self, now_ns: int) -> None:
        """BYE."""
        self._left_ns = now_ns
        self._ask(self._caller.bye(), now_ns)

    def give_up(self, why: str) -> None:
        """Wait no longer."""
        self._given_up = self._given_up or why

    def account(self, reference: Pcm | None) -> Account:
        """What became of the call."""
        stream = rtp.arrivals(self._log)
        stream = stream[(stream["type"] & 0x7F == rtp.PCMA) & (stream["flags"] & 0xC0 == rtp.VERSION)]
        pace = rtp.pace(stream)
        account = Account(
            name=self._caller.user,
            problem=self.problem,
            setup_ms=max(0, self._up_ns - self._dialled_ns) / 1e6,
            up_ms=max(0, self._left_ns - self._up_ns) / 1e6 if self._up_ns else 0.0,
            frames_sent=self._sent,
            frames_heard=pace.packets,
            lost=pace.lost,
            late=pace.late,
            jitter_ms=pace.jitter_ms,
            off_grid_ms=pace.off_grid_ms,
        )
        return judge(account, bytes(self._kept), self._recorded, reference, self._talker)

    def close(self) -> None:
        """Close both sockets."""
        self._rtp.close()
        self._rtcp.close()

    def _ask(self, request: str, now_ns: int) -> None:
        self._repeat_after_ns, self._repeat_ns = REPEAT_NS, now_ns + REPEAT_NS
        self._post.send(request)

    def _repeat(self, now_ns: int) -> None:
        if now_ns < self._repeat_ns:
            return
        calling = self._caller.stage is sip.Stage.CALLING
        self._repeat_after_ns *= 2
        self._repeat_ns = now_ns + self._repeat_after_ns
        self._post.send(self._caller.invite() if calling else self._caller.bye())

    def _answered(self, now_ns: int) -> None:
        if self._caller.remote_rtp is None:
            self.give_up("no A-law")
            return
        self._rtp.connect(self._caller.remote_rtp)
        self._up_ns = now_ns

    def _take(self) -> None:
        """Read until nothing waits; when each datagram arrived is the kernel's word."""
        receive, log = self._rtp.recvmsg, self._log
        while True:
            try:
                packet, ancillary, _, _ = receive(2048, _ANCILLARY)
            except BlockingIOError:
                return
            except ConnectionError:
                continue
            stamp = ancillary[0][2]
            log += stamp
            log += packet[: rtp.HEAD]
            self._heard += 1
            if self._talker.attentive:
                self._listen(packet, stamp)
            if (self._recorded or self._heard % GLANCE_EVERY == 0) and (sound := rtp.payload_of(packet)):
                self._kept += sound

    def _listen(self, packet: bytes, stamp: bytes) -> None:
        if sound := rtp.payload_of(packet):
            seconds, nanoseconds = int.from_bytes(stamp[:8], "little"), int.from_bytes(stamp[8:], "little")
            self._talker.hear(sound, seconds * 1_000_000_000 + nanoseconds)


def _port_pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Sockets for RTP (an even port, with timestamps) and RTCP (the next one, where reports may arrive unread)."""
    while True:
        sound, reports = _datagrams(), _datagrams()
        sound.bind((host, 0))
        port = sound.getsockname()[1]
        if port % 2 == 0:
            try:
                reports.bind((host, port + 1))
            except OSError:
                pass
            else:
                sound.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
                sound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
                return sound, reports
        sound.close()
        reports.close()


def _datagrams() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made
