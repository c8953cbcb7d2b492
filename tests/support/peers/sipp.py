"""SIPp as a caller or a callee that does exactly what a scenario says, and tells every message of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callbot.audio.g711 import encode_alaw, encode_ulaw
from callbot.audio.types import Pcm
from tests.support.peers.processes import Peer, free_ports
from tests.support.peers.scenario import Scenario
from tests.support.waiting import until

ENCODERS = {"pcma": encode_alaw, "pcmu": encode_ulaw}
RTP_PORTS = 8
_SEPARATOR = re.compile(r"^-{40,} .*\n", re.M)
_HEAD = re.compile(r"(?:UDP|TCP) message (sent|received) .*:\n\n")


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One message as SIPp sent or received it."""

    sent: bool
    text: str

    @property
    def start(self) -> str:
        """`INVITE sip:… SIP/2.0` or `SIP/2.0 200 OK`."""
        return self.text.split("\n", 1)[0].strip()

    @property
    def status(self) -> int | None:
        """The code of an answer."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else None

    @property
    def method(self) -> str:
        """INVITE, BYE …, for an answer that of its request."""
        return self.header("CSeq").split()[-1]

    @property
    def body(self) -> str:
        """What follows the headers."""
        return re.split(r"\r?\n\r?\n", self.text, maxsplit=1)[-1]

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        found = re.search(rf"^{name}\s*:\s*(.*?)\s*$", self.text, re.M | re.I)
        return found[1] if found else ""


class Sipp(Peer):
    """One run of a scenario. `target` (host:port) is whom a caller calls; a callee has none and listens at `uri`.

    `says` are sounds (int16, 8 kHz) by file name, for `Scenario.play`; their codec is the file's ending (.pcma, .pcmu).
    """

    package = "sip-tester"

    def __init__(
        self,
        scenario: Scenario,
        target: str = "",
        *,
        service: str = "callbot",
        says: Mapping[str, Pcm] | None = None,
        calls: int = 1,
        at_once: int = 1,
        per_second: int = 10,
        tcp: bool = False,
        seconds: int = 60,
    ) -> None:
        self._scenario, self._target, self._service, self._says = scenario, target, service, says or {}
        self._calls, self._at_once, self._per_second = calls, at_once, per_second
        self._tcp, self._seconds = tcp, seconds
        self.port = free_ports(1)

    @property
    def uri(self) -> str:
        """Where it can be called."""
        return f"sip:sipp@127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str | Path]:
        """SIPp without its screen, with a trace of all messages."""
        (self.folder / "scenario.xml").write_text(self._scenario.xml(), encoding="utf-8")
        for name, pcm in self._says.items():
            (self.folder / name).write_bytes(ENCODERS[name.rsplit(".", 1)[1]](pcm))
        media = free_ports(RTP_PORTS * self._at_once)
        arguments: list[str | int] = ["-sf", "scenario.xml", "-s", self._service, "-nostdin"]
        arguments += ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", self.port, "-mp", media]
        arguments += [
            "-m",
            self._calls,
            "-l",
            self._at_once,
            "-r",
            self._per_second,
            "-t",
            "t1" if self._tcp else "u1",
        ]
        arguments += ["-trace_msg", "-message_file", "messages", "-trace_err", "-error_file", "errors"]
        arguments += ["-timeout", f"{self._seconds}s", "-timeout_error"]
        return ["sipp", *([self._target] if self._target else []), *map(str, arguments)]

    async def ready(self) -> None:
        """A callee is there once its port is taken."""
        if not self._target:
            await until(lambda: not self.is_alive() or _is_bound(self.port, tcp=self._tcp))

    async def finished(self) -> None:
        """Wait for the end; AssertionError with what went wrong unless every call went as the scenario says."""
        await self.process.wait()
        assert self.process.returncode == 0, (
            f"SIPp ended with {self.process.returncode}: {self.errors}\n{self._flow()}"
        )

    @property
    def errors(self) -> str:
        """What did not go as the scenario says."""
        file = self.folder / "errors"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else self.log[-500:]

    @property
    def messages(self) -> list[SipMessage]:
        """Every message so far, in order."""
        file = self.folder / "messages"
        if not file.exists():
            return []
        parts = _SEPARATOR.split(file.read_bytes().decode(errors="replace").replace("\r\n", "\n"))
        return [
            SipMessage(head[1] == "sent", part[head.end() :]) for part in parts if (head := _HEAD.match(part))
        ]

    def answers(self, method: str = "INVITE") -> list[int]:
        """The codes of all answers received to requests of that method, repeats left out."""
        codes = [m.status for m in self.messages if not m.sent and m.status and m.method == method]
        return list(dict.fromkeys(codes))

    def count(self, method: str) -> int:
        """How many requests of that method came, repeats included."""
        return sum(not m.sent and m.status is None and m.method == method for m in self.messages)

    async def received(self, method: str, status: int | None = None) -> SipMessage:
        """Wait for a request, or for the answer with that status to one."""

        def matching() -> list[SipMessage]:
            return [m for m in self.messages if not m.sent and m.method == method and m.status == status]

        await until(matching)
        return matching()[0]

    def _flow(self) -> str:
        return "\n".join(f"{'→' if message.sent else '←'} {message.start}" for message in self.messages)


def _is_bound(port: int, *, tcp: bool) -> bool:
    """Whether some process has that port of the loopback, as Linux tells."""
    table = Path("/proc/net/tcp" if tcp else "/proc/net/udp").read_text(encoding="ascii")
    return f":{port:04X} " in "".join(line.split()[1] + " " for line in table.splitlines()[1:])


async def run(sipp: Sipp) -> list[SipMessage]:
    """The whole scenario; its messages."""
    async with sipp:
        await sipp.finished()
        return sipp.messages
