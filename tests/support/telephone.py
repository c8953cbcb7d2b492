"""The service with a real SIP bridge: scripted engines in this process, the bridge as a child of its own supervisor, real SIP between."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.config import Settings
from callbot.server import MediaServer
from callbot.telephony import Telephony
from tests.support import scripted
from tests.support.peers.processes import free_ports
from tests.support.scripted import Recorded, ScriptedRecognizer, Tone, media_server
from tests.support.sound import CLIPS, clip

SENTENCE_S = 0.8
LOUD = 300
"""Mean of the samples' sizes in a piece that is speech all through."""


def spoken(text: str) -> Pcm:
    """What the voice of these tests makes of a sentence: a piece of real speech, another one for another sentence."""
    sound = clip(CLIPS[crc32(text.encode()) % len(CLIPS)])
    length = round(SENTENCE_S * TELEPHONE_HZ)
    begins = range(0, len(sound) - length, TELEPHONE_HZ // 20)
    loud = [begin for begin in begins if np.abs(sound[begin : begin + length]).mean() > LOUD]
    begin = loud[crc32(text[::-1].encode()) % len(loud)]
    return sound[begin : begin + length]


class Speech(Tone):
    """Says each sentence as speech of its own, so that what was heard can be told apart."""

    engine = voice = "speech"

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """`spoken(text)`."""
        yield spoken(text)


class KeptRecognizer(ScriptedRecognizer):
    """Keeps every recognizer that was made, oldest first, for what the callers said."""

    made: list["KeptRecognizer"]

    def __init__(self, script: list[str | Exception]) -> None:
        super().__init__(script)
        type(self).made.append(self)


@dataclass
class Telephone:
    """The running service: whom to call, and what happened."""

    server: MediaServer
    recorded: Recorded
    bridge: Telephony
    port: int
    recognizers: list[KeptRecognizer]

    @property
    def address(self) -> str:
        """Host and port of SIP."""
        return f"127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        """Whom to dial."""
        return f"sip:0139000000@{self.address}"

    def utterances(self) -> list[Pcm]:
        """What callers said, as the recognizers got it: 16 kHz, call by call."""
        return [sound for recognizer in self.recognizers for sound in recognizer.utterances]

    def prompt(self, text: str) -> Pcm:
        """The sound of a sentence, as the bot plays it: 8 kHz."""
        pcm = self.server._shared.prompts.ready(text)
        assert pcm is not None, f"not rendered: {text}"
        return pcm

    def kill_bridge(self) -> None:
        """As the kernel does when memory is short."""
        process = self.bridge._process
        assert process
        os.kill(process.pid, signal.SIGKILL)


def sip_settings(max_calls: int = 20) -> dict[str, object]:
    """Free ports for one bridge."""
    port, count = free_ports(2), max(200, 8 * max_calls)
    rtp = free_ports(count)
    while rtp <= port + 1 and port < rtp + count:
        rtp = free_ports(count)
    return {
        "sip_port": port,
        "sip_tls_port": port + 1,
        "sip_rtp_ports": f"{rtp}-{rtp + count - 1}",
        "max_calls": max_calls,
    }


@asynccontextmanager
async def bridge_of(server: MediaServer, tmp_path: Path, **settings: object) -> AsyncIterator[Telephony]:
    """One more bridge of that service, under its supervisor."""
    chosen = {"data_dir": tmp_path, "web_port": 0, "media_port": 0, "audiosocket_port": 0} | settings
    telephony = Telephony(Settings.model_validate(chosen))
    await telephony.start(f"ws://127.0.0.1:{server.port}/media")
    try:
        yield telephony
    finally:
        await telephony.stop()


@asynccontextmanager
async def telephone(
    tmp_path: Path, script: list[str | Exception], **settings: object
) -> AsyncIterator[Telephone]:
    """The whole service; `script` is what its callers are understood to say, `settings` as in callbot.toml."""
    settings = sip_settings(int(str(settings.get("max_calls", 20)))) | settings
    recognizer = type("KeptRecognizer", (KeptRecognizer,), {"made": []})
    with patch.object(scripted, "ScriptedRecognizer", recognizer), patch.object(scripted, "Tone", Speech):
        async with (
            media_server(tmp_path, script, **settings) as (server, recorded),
            bridge_of(server, tmp_path, **settings) as bridge,
        ):
            yield Telephone(server, recorded, bridge, bridge.port, recognizer.made)
