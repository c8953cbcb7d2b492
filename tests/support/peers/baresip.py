"""Debian's baresip as a telephone: a caller, a receptionist, any SIP extension. Driven over its ctrl_tcp module."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np

from callbot.audio.files import write_wav
from callbot.audio.types import Pcm
from tests.support.peers.processes import Peer, free_port, free_ports
from tests.support.waiting import until

MODULES = Path("/usr/lib/baresip/modules")
CODECS = {"pcma": "PCMA/8000/1", "pcmu": "PCMU/8000/1", "g722": "G722/16000/1"}
SPEAKS_S = 90
"""Its sound file, silence included; sound files are not repeated."""

CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:{port}
{security}
call_local_timeout 120
call_max_calls 8
audio_path /nonexistent
audio_source aufile,{folder}/says.wav
audio_player aufile,{folder}/played.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate {rate_hz}
auplay_srate {rate_hz}
ausrc_channels 1
auplay_channels 1
audio_txmode poll
audio_level no
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_buffer 20-160
rtp_ports {rtp}-{rtp_end}
rtcp_mux no
jitter_buffer_type fixed
jitter_buffer_delay 1-5
rtp_stats no
net_interface 127.0.0.1
module_path {modules}
module stdio.so
module g711.so
module g722.so
module aufile.so
module sndfile.so
module srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}/heard
"""


class BaresipPhone(Peer):
    """`async with BaresipPhone("accueil", says=…) as phone`: `await phone.dial(uri)`, `await phone.accept()`, `phone.heard()`.

    `answers`: `at once`, or when told (`accept`). `says` is int16 at `rate_hz`: 16000 with G.722, else 8000.
    `transport` is how it is called and calls; `srtp` asks for encrypted sound. `certificate` is a PEM file for TLS.
    `registers` is a registrar (`127.0.0.1:5060`), `password` for it. `lines`: other users that ring here too.
    """

    package = "baresip-core"

    def __init__(
        self,
        user: str = "telephone",
        *,
        says: Pcm | None = None,
        answers: Literal["at once", "when told"] = "when told",
        codecs: Sequence[str] = ("pcma", "pcmu"),
        transport: Literal["udp", "tcp", "tls"] = "udp",
        srtp: bool = False,
        certificate: Path | None = None,
        registers: str = "",
        password: str = "",
        lines: Sequence[str] = (),
    ) -> None:
        self.user, self.port, self._control = user, free_ports(2), free_port()
        self._answers, self._codecs, self._transport = answers, codecs, transport
        self._srtp, self._certificate = srtp, certificate
        self._registers, self._password, self._lines = registers, password, lines
        self.rate_hz = 16000 if codecs[0] == "g722" else 8000
        self._says = np.zeros(0, np.int16) if says is None else says
        self.events: list[dict[str, Any]] = []

    @property
    def uri(self) -> str:
        """Where it can be called."""
        tls = self._transport == "tls"
        suffix = "" if self._transport == "udp" else f";transport={self._transport}"
        return f"sip:{self.user}@127.0.0.1:{self.port + tls}{suffix}"

    @property
    def address(self) -> str:
        """Host and port for plain SIP."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str | Path]:
        """baresip with our settings, silent; what it hears is kept as WAV files."""
        (self.folder / "heard").mkdir()
        silence = np.zeros(max(0, SPEAKS_S * self.rate_hz - len(self._says)), np.int16)
        write_wav(self.folder / "says.wav", np.concatenate([self._says, silence]), self.rate_hz)
        rtp = free_ports(64)
        certificate = f"sip_certificate {self._certificate}\nsip_cafile {self._certificate}"
        config = CONFIG.format(
            port=self.port,
            security=certificate if self._certificate else "",
            folder=self.folder,
            rate_hz=self.rate_hz,
            rtp=rtp,
            rtp_end=rtp + 63,
            modules=MODULES,
            control=self._control,
        )
        (self.folder / "config").write_text(config, encoding="utf-8")
        accounts = [self._account(user) for user in (self.user, *self._lines)]
        (self.folder / "accounts").write_text("\n".join([*accounts, ""]), encoding="utf-8")
        (self.folder / "contacts").write_text("", encoding="utf-8")
        return ["baresip", "-f", self.folder]

    async def ready(self) -> None:
        """Connected to its control port, and registered where it is to be."""
        await until(self._connect)
        self._listening = asyncio.create_task(self._listen())  # ended in farewell, or with the connection
        if self._registers:
            await until(lambda: self._of("REGISTER_OK") or "registered successfully" in self.log)

    async def farewell(self) -> None:
        """Hang up, so that nobody is left talking to it."""
        with suppress(OSError):
            await self._tell("hangup")
            await self._tell("quit")
        self._writer.close()
        self._listening.cancel()

    async def dial(self, uri: str) -> None:
        """Call somebody; `event("CALL_ESTABLISHED")` tells the answer."""
        await self._tell("dial", uri)

    async def accept(self) -> None:
        """Pick up."""
        await self._tell("accept")

    async def hang_up(self) -> None:
        """End the call; one that still rings is declined (486)."""
        await self._tell("hangup")

    async def press(self, keys: str) -> None:
        """Send keys (RFC 4733)."""
        for key in keys:
            await self._tell("sndcode", key)
            await asyncio.sleep(0.3)
        await self._tell("sndcode", "")

    async def say(self, pcm: Pcm) -> None:
        """Speak now, in the middle of a call; silence afterwards."""
        file = self.folder / f"says-{len(list(self.folder.glob('says-*')))}.wav"
        write_wav(file, np.concatenate([pcm, np.zeros(SPEAKS_S * self.rate_hz, np.int16)]), self.rate_hz)
        await self._tell("ausrc", f"aufile,{file}")

    async def hold(self) -> None:
        """Put the far end on hold (re-INVITE)."""
        await self._tell("hold")

    async def resume(self) -> None:
        """Take the far end back."""
        await self._tell("resume")

    async def event(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for the `count`th event of that kind: CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED and so on."""
        await until(lambda: len(self._of(kind)) >= count or not self.is_alive())
        assert self.is_alive(), f"baresip died: {self.log[-2000:]}"
        return self._of(kind)[count - 1]

    def keys(self) -> str:
        """The keys that the far end pressed."""
        return "".join(event["param"] for event in self._of("CALL_DTMF_START"))

    def heard(self) -> Pcm:
        """The sound of all its calls so far, as decoded, at `rate_hz`, the oldest call first."""
        files = sorted((self.folder / "heard").glob("*-dec.wav"), key=lambda file: file.stat().st_mtime)
        parts = [np.frombuffer(_even(file.read_bytes()[44:]), "<i2") for file in files]
        return np.concatenate([np.zeros(0, np.int16), *parts]).astype(np.int16)

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    def _account(self, user: str) -> str:
        host = self._registers or self.uri.split("@")[1].split(";")[0]
        parts = [f"<sip:{user}@{host};transport={self._transport}>", f"auth_pass={self._password}"]
        parts += ["regint=300" if self._registers else "regint=0"]
        parts += [f"answermode={'auto' if self._answers == 'at once' else 'manual'}"]
        parts += ["audio_codecs=" + ",".join(CODECS[name] for name in self._codecs)]
        return ";".join([*parts, *(["mediaenc=srtp-mand"] if self._srtp else [])])

    async def _connect(self) -> bool:
        assert self.is_alive(), f"baresip did not start: {self.log[-2000:]}"
        try:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._control)
        except OSError:
            return False
        return True

    async def _listen(self) -> None:
        """Keep what it tells: netstrings of JSON."""
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                length = int((await self._reader.readuntil(b":"))[:-1])
                told = json.loads((await self._reader.readexactly(length + 1))[:-1])
                if told.get("event"):
                    self.events.append(told)

    async def _tell(self, command: str, parameters: str = "") -> None:
        text = json.dumps({"command": command, "params": parameters, "token": command}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        await self._writer.drain()


def _even(data: bytes) -> bytes:
    return data[: len(data) // 2 * 2]
