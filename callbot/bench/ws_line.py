"""Callers over the media WebSocket, as an Asterisk brings them. Sockets that never block; whoever ticks them has the clock."""

import errno
import json
import socket
from collections import deque

from callbot.audio.types import FRAME_MS, Pcm
from callbot.bench import wire
from callbot.bench.account import Account
from callbot.bench.lines import GLANCE_EVERY, judge
from callbot.bench.sounds import FRAME
from callbot.bench.talker import Talker

MAX_UNSENT = 1 << 20
"""Bytes that may wait for a WebSocket to be read; past it the call has failed."""


class WebSocketLine:
    """A leg over the media WebSocket, as Asterisk's: it buffers what it is sent and plays a frame every 20 ms.

    `late` counts the frames that were not there when they had to be played, in the middle of a prompt.
    """

    def __init__(
        self, name: str, target: str, talker: Talker, *, recorded: bool, patient: bool, number: str = "bench"
    ) -> None:
        host, _, port = target.rpartition(":")
        self._name, self._number = name, number
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
        self._dialled_ns = self._up_ns = self._left_ns = self._now_ns = 0
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
        self._unsent += wire.request(host, port, "/media", **self._query())

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
        self._now_ns = now_ns
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
        account = Account(
            name=self._name,
            problem=self.problem,
            setup_ms=max(0, self._up_ns - self._dialled_ns) / 1e6,
            up_ms=max(0, self._left_ns - self._up_ns) / 1e6 if self._up_ns else 0.0,
            frames_sent=self._sent,
            frames_heard=self._heard,
            late=self._late,
        )
        return judge(account, bytes(self._kept), self._recorded, reference, self._talker)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _query(self) -> dict[str, str]:
        """What the address says of the call."""
        return {"id": self._name, "from": self._name, "to": self._number}

    def _answered(self, now_ns: int) -> None:
        if self._incoming.status != 101:
            self.give_up(f"refused {self._incoming.status}")
            return
        self._up_ns = now_ns
        start = {
            "event": "MEDIA_START",
            "connection_id": self._name,
            "channel": self._name,
            "channel_id": self._name,
        }
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
