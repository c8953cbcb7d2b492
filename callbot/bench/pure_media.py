"""Pure media: the service without ears, understanding and dialogue, `python -m callbot.bench.pure_media`.

Real: the supervised SIP bridge, the media server, its transports and dialects, calls with their task groups, queues and clock,
playout pacing and G.711. Not there: key detection, voice activity, recognition, understanding, dialogue, database and pages.
A call is answered and hears the same sound again and again; what it says is counted.

A line `{"media": …, "sip": …}` on standard output gives the ports (sip: null where sip_mode is off) and says that it listens;
when standard input ends, it stops and prints a line per call: what was heard.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import uvloop

from callbot import addresses
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.bench.load import BOT_SEED, CALLER_SEED, LOOP_SECONDS, RECORDED
from callbot.bench.sounds import babble, matched
from callbot.collecting import spare_what_is_loaded
from callbot.config import Settings, load
from callbot.dialogue.turn_table import Turn
from callbot.dialogue.turns import Conversation, Input, Output
from callbot.events import CallStarted, Event, Outcome, PlaybackFinished, PlayPrompt
from callbot.hearing import Heard, Hearing
from callbot.media.dialect import LegOpened
from callbot.onward import Onward
from callbot.parts import Parts, Shared
from callbot.server import MediaServer
from callbot.speech.prompts import Prompts
from callbot.speech.recognizer import Transcript
from callbot.telephony import Telephony
from callbot.turn_taking.echo import Played
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation

SOUND = PlayPrompt("…", interruptible=False)
QUIET = 64
RECORDED_SECONDS = 15
"""How much is kept of what the first calls say."""


class Ears(Hearing):
    """Counts what is heard; keeps it where `recorded`."""

    def __init__(self, rate_hz: int, *, recorded: bool) -> None:  # nothing of a Hearing's parts is needed
        self._rate_hz = rate_hz
        self._samples = 0
        self.began_ms = 0
        self.said: str | None = None
        self.sounded = Sounded()
        self.kept: list[Pcm] | None = [] if recorded else None
        self.spoken = 0
        """Samples that were not silence counted in place of sound."""

    @property
    def speech_ms(self) -> int:
        """Nobody listens for speech."""
        return 0

    @property
    def mid_word(self) -> bool:
        """… nor for words."""
        return False

    def hears_itself(self, played: Played) -> None:
        """Nobody listens for an echo."""

    def push(self, pcm: Pcm) -> list[Heard]:
        """Count `pcm`."""
        self._samples += len(pcm)
        if pcm[0] or pcm[-1] or pcm.any():
            self.spoken += len(pcm)
        if self.kept is not None and self._samples <= RECORDED_SECONDS * self._rate_hz:
            self.kept.append(pcm)
        return []


class Player(Conversation):
    """Plays the sound again and again, the next time queued before the last one ends."""

    later = None
    """Nothing is said during a sentence that would be answered after it."""

    def __init__(self) -> None:
        """Nothing of a Conversation's parts is needed."""

    @property
    def turn(self) -> Turn:
        """It speaks."""
        return Turn.SPEAKING

    @property
    def private(self) -> bool:
        """There is no person."""
        return False

    @property
    def outcome_if_gone(self) -> Outcome:
        """The caller has heard something."""
        return Outcome.ANSWERED

    def gone(self, at_ms: int) -> list[Output]:  # noqa: ARG002
        """Nothing is left to tell."""
        return []

    def handle(self, event: Input) -> list[Output]:
        """Two prompts at the beginning, one more when one has been heard."""
        match event:
            case CallStarted():
                return [SOUND, SOUND]
            case PlaybackFinished():
                return [SOUND]
        return []


class NoRecognizer:
    """Is never asked."""

    def push(self, pcm_16k: Pcm) -> None:
        """Nothing."""

    def partial(self) -> str:
        """Nothing."""
        return ""

    def prepare(self) -> None:
        """Nothing."""

    def prepared(self) -> str | None:
        """Nothing."""
        return None

    def final(self) -> Awaitable[Transcript]:
        """Nothing ever ends."""
        raise NotImplementedError

    def reset(self) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


class OnePrompt(Prompts):
    """The sound, ready in memory."""

    def __init__(self, pcm_8k: Pcm) -> None:
        self._pcm_8k = pcm_8k

    def ready(self, text: str, *, slow: int = 0) -> Pcm | None:  # noqa: ARG002 (there is one)
        """The sound."""
        return self._pcm_8k


class Ledger:
    """Who called, and what was heard of them."""

    def __init__(self) -> None:
        self._ears: list[tuple[str, Ears]] = []

    async def make_parts(self, leg: LegOpened) -> Parts:
        """A call's parts."""
        ears = Ears(leg.rate_hz, recorded=len(self._ears) < RECORDED)
        self._ears.append((leg.caller, ears))
        return Parts(Player(), ears, NoRecognizer(), Interpretation)

    def lines(self) -> list[dict[str, object]]:
        """What was heard of each call: milliseconds that passed, milliseconds that had sound, share of the recorded that fits."""
        said = babble(CALLER_SEED, LOOP_SECONDS)
        return [
            {
                "caller": caller,
                "heard_ms": ears.at_ms,
                "spoken_ms": ears.spoken * 1000 // TELEPHONE_HZ,
                "match": matched(_from_first_sound(np.concatenate(ears.kept)), said) if ears.kept else None,
            }
            for caller, ears in self._ears
        ]


def _from_first_sound(pcm: Pcm) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > QUIET)
    return pcm[loud[0] :] if len(loud) else pcm


def _ignore(_call_id: str, _event: Event) -> None:
    """Nobody follows the calls."""


async def serve() -> None:
    """Answer until standard input ends."""
    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder:
        settings = load(data_dir=Path(folder), drain_seconds=0)
        shared = Shared(
            prompts=OnePrompt(babble(BOT_SEED, LOOP_SECONDS)),
            make_parts=ledger.make_parts,
            publish=_ignore,
            filler="",
            last_words="",
            reception="",
            onward=Onward(time.monotonic, ""),
        )
        server = MediaServer(settings, shared, lambda _ticket: False)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(server.stop)
            await server.start()
            sip_port = await _start_bridge(settings, server, stack)
            spare_what_is_loaded()
            print(json.dumps({"media": server.port, "sip": sip_port}), flush=True)
            await asyncio.to_thread(sys.stdin.read)
    for line in ledger.lines():
        print(json.dumps(line), flush=True)


async def _start_bridge(settings: Settings, server: MediaServer, stack: AsyncExitStack) -> int | None:
    """The SIP bridge, as the service has it; its port."""
    if settings.sip_mode == "off":
        return None
    telephony = Telephony(settings)
    stack.push_async_callback(telephony.stop)
    await telephony.start(f"{addresses.media_server(settings, server.port)}/media")
    return telephony.port


if __name__ == "__main__":
    uvloop.run(serve())
