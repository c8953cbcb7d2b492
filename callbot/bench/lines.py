"""One caller's line each: over SIP and RTP, or over the media WebSocket. Sockets that never block; whoever ticks them has the clock.

A line is dialled, ticked every 20 ms, left, and then asked for its `account`.
"""

import contextlib
import errno
import json
import random
import socket
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, Pcm
from callbot.bench import rtp, sip, wire
from callbot.bench.sounds import FRAME, matched, voiced
from callbot.bench.talker import Talker

SO_TIMESTAMPNS = 35
"""Linux: the kernel says when each datagram arrived, in nanoseconds (asm-generic/socket.h; Python has no name for it)."""
_ANCILLARY = socket.CMSG_SPACE(16)
RECEIVE_BYTES = 1 << 20
GLANCE_EVERY = 25
"""Of calls that are not recorded, one frame in so many is kept, to see that there is sound."""
MAX_UNSENT = 1 << 20
"""Bytes that may wait for a WebSocket to be read; past it the call has failed."""
REPEAT_NS = 500_000_000
"""RFC 3261's T1: a request that was not answered is repeated after this, then after twice as long, and so on."""


@dataclass(slots=True)
class Account:
    """What became of a call, at the caller's end. `problem` is empty when nothing is known to be wrong."""

    name: str
    problem: str = ""
    setup_ms: float = 0.0
    up_ms: float = 0.0
    frames_sent: int = 0
    frames_heard: int = 0
    lost: int = 0
    late: int = 0
    jitter_ms: float | None = None
    off_grid_ms: float | None = None
    voiced_share: float | None = None
    match: float | None = None
    response_ms: list[float] = field(default_factory=list)
    unanswered: int = 0


class Line(Protocol):
    """One call from the caller's end. Times are nanoseconds of the system's clock, as the kernel stamps datagrams."""

    @property
    def up(self) -> bool:
        """Answered, and neither left nor lost."""

    @property
    def over(self) -> bool:
        """Nothing more will happen."""

    def dial(self, now_ns: int) -> None:
        """Place the call."""

    def tick(self, now_ns: int) -> None:
        """Say 20 ms, if the call is up."""

    def drain(self, now_ns: int) -> None:
        """Take what has arrived, and repeat what was not answered."""

    def leave(self, now_ns: int) -> None:
        """Hang up."""

    def give_up(self, why: str) -> None:
        """Wait no longer: the call has failed."""

    def account(self, reference: Pcm | None) -> Account:
        """What became of the call; `reference` is what should have been heard, again and again (8 kHz), None if unknown."""

    def close(self) -> None:
        """Close the sockets."""


class Post:
    """The SIP socket that all callers share, and whose message is whose."""

    def __init__(self, host: str, target: str) -> None:
        address, _, port = target.rpartition(":")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self._target = (address, int(port))
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

    def __init__(self, name: str, number: str, host: str, target: str, post: Post, talker: Talker, *, recorded: bool) -> None:
        self._rtp, self._rtcp = _port_pair(host)
        self._caller = sip.Caller(target, name, post.local, self._rtp.getsockname()[1], number)
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
        return Account(
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
            **_heard(self._kept, self._recorded, reference, self._talker),
        )

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


class WebSocketLine:
    """A leg over the media WebSocket, as Asterisk's: it buffers what it is sent and plays a frame every 20 ms.

    `late` counts the frames that were not there when they had to be played, in the middle of a prompt.
    """

    def __init__(self, name: str, target: str, talker: Talker, *, recorded: bool, patient: bool) -> None:
        host, _, port = target.rpartition(":")
        self._name = name
        self._target = (host, int(port))
        self._talker = talker
        self._recorded = recorded
        self._continuous = not patient
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._incoming = wire.Incoming()
        self._unsent = bytearray()
        self._waiting: deque[bytes | str] = deque()  # frames and marks; bounded by the service's lead
        self._rest = b""
        self._kept = bytearray()
        self._sent = self._heard = self._late = 0
        self._playing = False
        self._dialled_ns = self._up_ns = self._left_ns = 0
        self.problem = ""
        self.over = False

    @property
    def up(self) -> bool:
        """The connection was taken."""
        return self._up_ns != 0 and not self._left_ns and not self.over

    def dial(self, now_ns: int) -> None:
        """Connect; the upgrade is asked for, and the leg opened, without waiting."""
        self._dialled_ns = now_ns
        code = self._socket.connect_ex(self._target)
        if code not in (0, errno.EINPROGRESS):
            self.give_up("not reachable")
            return
        host, port = self._target
        self._unsent += wire.request(host, port, "/media", id=self._name, **{"from": self._name, "to": "bench"})

    def tick(self, now_ns: int) -> None:
        """Hear 20 ms, say 20 ms."""
        if not self.up:
            return
        for mark in self._play(now_ns):
            self._tell({"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark})
        self._sent += 1
        self._send(wire.frame(wire.Kind.BINARY, self._talker.say(now_ns)))

    def drain(self, now_ns: int) -> None:
        """Take what has arrived; send what waits."""
        if self.over:
            return
        self._send(b"")
        while not self.over:
            try:
                data = self._socket.recv(65536)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                data = b""
            if not data:
                self._closed(now_ns)
                return
            for kind, payload in self._incoming.feed(data):
                self._receive(kind, payload)
            if self._incoming.status and not self._up_ns:
                self._answered(now_ns)

    def leave(self, now_ns: int) -> None:
        """Say that the caller has hung up; the service closes."""
        self._tell({"event": "HANGUP"})
        self._left_ns = now_ns

    def give_up(self, why: str) -> None:
        """Wait no longer."""
        self.problem = self.problem or why
        self.over = True

    def account(self, reference: Pcm | None) -> Account:
        """What became of the call."""
        return Account(
            name=self._name,
            problem=self.problem,
            setup_ms=max(0, self._up_ns - self._dialled_ns) / 1e6,
            up_ms=max(0, self._left_ns - self._up_ns) / 1e6 if self._up_ns else 0.0,
            frames_sent=self._sent,
            frames_heard=self._heard,
            late=self._late,
            **_heard(self._kept, self._recorded, reference, self._talker),
        )

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _answered(self, now_ns: int) -> None:
        if self._incoming.status != 101:
            self.give_up(f"refused {self._incoming.status}")
            return
        self._up_ns = now_ns
        start = {"event": "MEDIA_START", "connection_id": self._name, "channel": self._name, "channel_id": self._name}
        self._tell(start | {"format": "alaw", "optimal_frame_size": FRAME, "ptime": FRAME_MS})

    def _closed(self, now_ns: int) -> None:
        self.over = True
        if not self._left_ns:
            self.problem = self.problem or ("cut" if self._up_ns else "not reachable")
            self._left_ns = now_ns

    def _receive(self, kind: wire.Kind, payload: bytes) -> None:
        match kind:
            case wire.Kind.BINARY:
                sound = self._rest + payload
                whole = len(sound) // FRAME * FRAME
                self._waiting.extend(sound[at : at + FRAME] for at in range(0, whole, FRAME))
                self._rest = sound[whole:]
            case wire.Kind.TEXT:
                self._command(json.loads(payload))
            case wire.Kind.PING:
                self._send(wire.frame(wire.Kind.PONG, payload))
            case wire.Kind.CLOSE:
                self._send(wire.frame(wire.Kind.CLOSE, payload))

    def _command(self, fields: dict[str, str]) -> None:
        match fields.get("command"):
            case "FLUSH_MEDIA":
                self._waiting.clear()
                self._playing = False
            case "MARK_MEDIA":
                self._waiting.append(str(fields["correlation_id"]))
            case "HANGUP" if not self._left_ns:
                self.problem = "cut"

    def _play(self, now_ns: int) -> list[str]:
        """Hear the next frame; the marks that were passed."""
        marks = []
        while self._waiting and isinstance(self._waiting[0], str):
            marks.append(str(self._waiting.popleft()))
            self._playing = self._continuous
        if not self._waiting:
            self._late += self._playing
            return marks
        sound = self._waiting.popleft()
        assert isinstance(sound, bytes)
        self._playing = True
        self._heard += 1
        if self._talker.attentive:
            self._talker.hear(sound, now_ns)
        if self._recorded or self._heard % GLANCE_EVERY == 0:
            self._kept += sound
        return marks

    def _tell(self, fields: dict[str, object]) -> None:
        self._send(wire.frame(wire.Kind.TEXT, json.dumps(fields).encode()))

    def _send(self, data: bytes) -> None:
        """Send what waits, then `data`; what the kernel does not take waits."""
        if self._unsent or not data:
            self._unsent += data
            data = bytes(self._unsent)
            self._unsent.clear()
        if not data:
            return
        try:
            taken = self._socket.send(data)
        except BlockingIOError:
            taken = 0
        except OSError:
            return  # closed: seen when it is read
        self._unsent += data[taken:]
        if len(self._unsent) > MAX_UNSENT:
            self.give_up("not read")


def _heard(kept: bytearray, recorded: bool, reference: Pcm | None, talker: Talker) -> dict[str, object]:
    """The fields of an account that say what was heard."""
    pieces = [bytes(kept[at : at + FRAME]) for at in range(0, len(kept), FRAME)]
    share = round(sum(map(voiced, pieces)) / len(pieces), 3) if pieces else None
    match = matched(g711.decode_alaw(bytes(kept)), reference) if recorded and reference is not None else None
    return {
        "voiced_share": share,
        "match": match,
        "response_ms": list(getattr(talker, "response_ms", [])),
        "unanswered": int(getattr(talker, "unanswered", 0)),
    }


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

