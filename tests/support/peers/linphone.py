"""Debian's linphonec as a telephone that obeys an attended transfer (REFER with Replaces), both as the one sent and as the target."""

import re
import shutil
from pathlib import Path

import numpy as np

from callbot.audio.files import write_wav
from callbot.audio.types import Pcm
from tests.support.peers.processes import Peer, free_port, free_ports
from tests.support.waiting import until

SETTINGS = """\
[sip]
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
bind_address=127.0.0.1
use_ipv6=0
guess_hostname=0
contact=sip:{user}@127.0.0.1:{port}
keepalive_period=0
register_only_when_network_is_up=0
media_encryption=none

[net]
mtu=1300
dns_srv_enabled=0

[rtp]
audio_rtp_port={rtp}
bind_address=127.0.0.1
audio_adaptive_jitt_comp_enabled=1

[sound]
echocancellation=0
agc=0

[video]
enabled=0
capture=0
display=0

[misc]
network_features=0
"""
PAYLOADS = """
[audio_codec_{number}]
mime={mime}
rate=8000
channels=1
enabled=1
"""


class LinphonePhone(Peer):
    """`async with LinphonePhone(says=…) as phone`: `await phone.dial(uri)`, `await phone.printed("is connected")`, `phone.heard()`."""

    package = "linphone-cli"

    def __init__(
        self, user: str = "linphone", *, says: Pcm | None = None, answers_at_once: bool = False
    ) -> None:
        self.user, self.port = user, free_port()
        self._says = np.zeros(60 * 8000, np.int16) if says is None else says
        self._answers_at_once = answers_at_once

    @property
    def uri(self) -> str:
        """Where it can be called."""
        return f"sip:{self.user}@127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str | Path]:
        """linphonec without a sound card or a screen."""
        write_wav(self.folder / "says.wav", self._says, 8000)
        (self.folder / ".local/share/linphone").mkdir(parents=True)  # without it, it opens no SIP port
        settings = SETTINGS.format(user=self.user, port=self.port, rtp=free_ports(4))
        settings += "".join(PAYLOADS.format(number=n, mime=mime) for n, mime in enumerate(("PCMA", "PCMU")))
        (self.folder / "linphonerc").write_text(settings, encoding="utf-8")
        assert shutil.which("linphonec"), f"linphonec is not installed (package {self.package})"
        options = ["-c", str(self.folder / "linphonerc"), *(["-a"] if self._answers_at_once else [])]
        return ["stdbuf", "-oL", "linphonec", *options]

    def environment(self) -> dict[str, str]:
        """Its databases belong in our folder."""
        folder = str(self.folder)
        return {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}

    async def ready(self) -> None:
        """At its prompt, with files for its microphone and its loudspeaker."""
        await self.printed("linphonec>")
        for command in ("soundcard use files", "play says.wav", "record heard.wav"):
            await self._tell(command)

    async def farewell(self) -> None:
        """Hang up, then end."""
        await self._tell("terminate all")
        await self._tell("quit")

    async def dial(self, uri: str) -> None:
        """Call somebody."""
        await self._tell(f"call {uri}")

    async def accept(self) -> None:
        """Pick up."""
        await self._tell("answer")

    async def press(self, keys: str) -> None:
        """Send keys (RFC 4733)."""
        for key in keys:
            await self._tell(key)

    async def hang_up(self) -> None:
        """End all calls."""
        await self._tell("terminate all")

    async def printed(self, pattern: str, count: int = 1) -> str:
        """Wait until it printed what matches, so often; the last match."""
        await until(lambda: len(re.findall(pattern, self.log)) >= count or not self.is_alive())
        assert self.is_alive(), f"linphonec died: {self.log[-2000:]}"
        return [match[0] for match in re.finditer(pattern, self.log)][count - 1]

    def heard(self) -> Pcm:
        """The sound of its last call, 8 kHz."""
        file = self.folder / "heard.wav"
        data = file.read_bytes()[44:] if file.exists() else b""
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)

    async def _tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n".encode())
        await self.process.stdin.drain()
