"""A caller who speaks over the bot, on the real call stack in the caller's own time: 20 ms heard, 20 ms said, and no clock asked.

The bot's sentences are recorded speech. The line may give back what it was sent, later and softer.
"""

import asyncio
import base64
import json
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.audio import g711
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.call_flow import Flow
from callbot.config import Settings
from callbot.dialogue.phrases import all_phrases
from callbot.dialogue.turns import Conversation
from callbot.events import Event, SpeechStopped
from callbot.hearing import Hearing
from callbot.media.asterisk import AsteriskDialect
from callbot.media.audiosocket import IDENTITY, AudioSocketDialect
from callbot.media.dialect import AudioFrame, LegOpened, Message
from callbot.media.twilio import TwilioDialect
from callbot.onward import Onward
from callbot.parts import Parts, Shared
from callbot.speech.listening import Listener
from callbot.speech.prompts import Prompts
from callbot.understanding.interpretation import Interpretation
from tests.support.commune import COMMUNE, KNOWLEDGE, new_dialogue
from tests.support.scripted import FILLER, LAST_WORDS, MUSIC, READINGS, Recorded, ScriptedRecognizer
from tests.support.sound import CLIPS, clip

FRAME = TELEPHONE_HZ * FRAME_MS // 1000
LEVEL_RMS = 2500.0
HEARD_RMS = 20.0
"""A frame that is louder is heard."""
_rendered = tempfile.TemporaryDirectory(prefix="spoken-prompts-")

Leg = AsteriskDialect | AudioSocketDialect | TwilioDialect
START = {
    "event": "MEDIA_START", "connection_id": "x", "channel": "test", "channel_id": "1", "format": "alaw",
    "optimal_frame_size": 160, "ptime": 20,
}  # fmt: skip
TWILIO_START = {
    "event": "start", "streamSid": "s",
    "start": {"streamSid": "s", "callSid": "1", "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}},
}  # fmt: skip


class Speaker:
    """A voice that says every sentence in recorded speech: four readers in turn."""

    engine = "recorded"
    voice = "recorded"
    version = "1"
    rate_hz = TELEPHONE_HZ

    def __init__(self) -> None:
        self._clips = cycle([at_level(clip(path)) for path in CLIPS])

    def synthesize(self, text: str) -> Iterator[Pcm]:  # noqa: ARG002
        """The next recording."""
        yield next(self._clips)[: 3 * TELEPHONE_HZ]

    def close(self) -> None:
        """Nothing to free."""


def at_level(pcm: Pcm, db: float = 0.0) -> Pcm:
    """Speech at the level of a telephone call, or `db` above it."""
    wave = pcm.astype(np.float64)
    loud = wave[np.abs(wave) > 200]
    gain = LEVEL_RMS / max(1.0, float(np.sqrt(np.mean(loud**2)))) * 10 ** (db / 20)
    return np.clip(np.rint(wave * gain), -32767, 32767).astype(np.int16)


@dataclass
class TestLeg:
    """What a leg of one dialect does with what it is sent: plays a frame every 20 ms, reports marks, throws away when told."""

    __test__ = False
    dialect: Leg
    linear: bool = False
    """Sound is sent as it is, where the dialect knows that."""
    waiting: deque[Pcm | str] = field(default_factory=deque)
    marks: list[str] = field(default_factory=list)

    def open(self) -> LegOpened:
        """The leg's opening."""
        match self.dialect:
            case AudioSocketDialect():
                events = self.dialect.receive(bytes([IDENTITY, 0, 16]) + bytes(16))
            case TwilioDialect():
                events = self.dialect.receive(json.dumps(TWILIO_START))
            case _:
                events = self.dialect.receive(
                    json.dumps(
                        START | {"format": "slin", "optimal_frame_size": 320} if self.linear else START
                    )
                )
        [opened] = [event for event in events if isinstance(event, LegOpened)]
        return opened

    def send(self, messages: list[Message]) -> None:
        """Take what the bot sends."""
        for message in messages:
            if isinstance(self.dialect, AudioSocketDialect):
                assert isinstance(message, bytes)
                self._queue(np.frombuffer(message[3:], "<i2").astype(np.int16))
            elif isinstance(message, bytes):
                linear = np.frombuffer(message, "<i2").astype(np.int16) if self.linear else None
                self._queue(g711.decode_alaw(message) if linear is None else linear)
            else:
                self._command(json.loads(message))

    def play(self) -> Pcm:
        """The 20 ms that are heard now; marks before them are reported."""
        while self.waiting and isinstance(self.waiting[0], str):
            self.marks.append(str(self.waiting.popleft()))
        frame = self.waiting.popleft() if self.waiting else np.zeros(FRAME, np.int16)
        assert not isinstance(frame, str)
        return frame

    def reports(self) -> list[str]:
        """The messages that tell the marks passed."""
        passed, self.marks = self.marks, []
        twilio = isinstance(self.dialect, TwilioDialect)
        return [
            json.dumps(
                {"event": "mark", "streamSid": "s", "mark": {"name": mark}}
                if twilio
                else {"event": "MEDIA_MARK_PROCESSED", "correlation_id": mark}
            )
            for mark in passed
        ]

    def _command(self, fields: dict[str, object]) -> None:
        if "FLUSH_MEDIA" in fields.values() or fields.get("event") == "clear":
            self.waiting.clear()
        elif fields.get("command") == "MARK_MEDIA":
            self.waiting.append(str(fields["correlation_id"]))
        elif fields.get("event") == "mark":
            self.waiting.append(str(fields["mark"]["name"]))  # type: ignore[index]
        elif fields.get("event") == "media":
            self._queue(g711.decode_ulaw(base64.b64decode(fields["media"]["payload"])))  # type: ignore[index]

    def _queue(self, sound: Pcm) -> None:
        self.waiting.extend(sound[at : at + FRAME] for at in range(0, len(sound), FRAME))


class Line:
    """The caller's end of one call. `echo_db`, `echo_ms`: how the line gives back what it was sent; None: it does not."""

    def __init__(
        self, flow: Flow, leg: TestLeg, recorded: Recorded, echo_db: float | None, echo_ms: int
    ) -> None:
        self.flow, self._leg, self._recorded = flow, leg, recorded
        self.heard: list[Pcm] = []
        """What the caller heard, frame by frame."""
        self.said: list[Pcm] = []
        self._echo_db, self._echo_ms = echo_db, echo_ms
        self._noise = np.random.default_rng(3)

    @property
    def events(self) -> list[Event]:
        """What happened so far."""
        return self._recorded.only

    @property
    def at_ms(self) -> int:
        """The call's time."""
        return len(self.said) * FRAME_MS

    def of(self, *kinds: type) -> list[Event]:
        """The events of some kinds."""
        return [event for event in self.events if isinstance(event, kinds)]

    async def say(self, pcm: Pcm) -> None:
        """Say something, 8 kHz."""
        for at in range(0, len(pcm) - FRAME + 1, FRAME):
            await self._frame(pcm[at : at + FRAME])

    async def listen(self, ms: int) -> None:
        """Say nothing for a while."""
        await self.say(np.zeros(TELEPHONE_HZ * ms // 1000, np.int16))

    async def until(self, kind: type, count: int = 1, ms: int = 30_000) -> None:
        """Listen until that many events of a kind have happened."""
        end = self.at_ms + ms
        while len(self.of(kind)) < count:
            assert self.at_ms < end, [type(event).__name__ for event in self.events]
            await self.listen(FRAME_MS)

    def silent_from_ms(self, since_ms: int) -> int:
        """When the last frame ended that the bot was heard in, looked at from `since_ms` to the first 200 ms of silence after it."""
        last, quiet = since_ms, 0
        for number in range(since_ms // FRAME_MS, len(self.heard)):
            if _rms(self.heard[number]) > HEARD_RMS:
                last, quiet = (number + 1) * FRAME_MS, 0
            else:
                quiet += 1
            if quiet >= 10:
                return last
        return (len(self.heard)) * FRAME_MS

    async def _frame(self, pcm: Pcm) -> None:
        for report in self._leg.reports():
            for event in self._leg.dialect.receive(report):
                self.flow.take(event)
        self.heard.append(self._leg.play())
        sound = pcm + self._noise.normal(0, 8, FRAME) + self._echo()
        frame = np.clip(np.rint(sound), -32767, 32767).astype(np.int16)
        self.said.append(pcm)
        self.flow.take(AudioFrame(g711.decode_alaw(g711.encode_alaw(frame))))
        reading = any(isinstance(event, SpeechStopped) for event in self.events[-3:])
        for _ in range(3):  # what is read in threads comes in
            await asyncio.sleep(0.002 if reading else 0)

    def _echo(self) -> NDArray[np.float64]:
        back = len(self.heard) - 1 - self._echo_ms // FRAME_MS
        if self._echo_db is None or back < 0:
            return np.zeros(FRAME)
        return self.heard[back].astype(np.float64) * 10 ** (self._echo_db / 20)


def _rms(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)))


@asynccontextmanager
async def a_call(
    script: Sequence[str],
    *,
    dialect: type[Leg] = AsteriskDialect,
    echo_db: float | None = None,
    echo_ms: int = 100,
    readings: dict[str, Interpretation] | None = None,
    rendered: bool = True,
) -> AsyncIterator[Line]:
    """A call that was just answered: the disclosure plays. `rendered` False: the bot's sentences are made when they are said."""
    chosen = Settings.model_validate({"no_input_ms": 20_000})
    folder = Path(_rendered.name) if rendered else Path(tempfile.mkdtemp(dir=_rendered.name))
    prompts = Prompts(Speaker(), folder)
    if rendered:
        await prompts.render(
            [FILLER, LAST_WORDS, *all_phrases(COMMUNE), *(entry.answer for entry in KNOWLEDGE.entries)]
        )
    meanings = READINGS | (readings or {})
    recorded = Recorded()
    recognizer = ScriptedRecognizer(list(script))

    async def make_parts(leg: LegOpened) -> Parts:
        return Parts(
            Conversation(
                new_dialogue(KNOWLEDGE, caller=leg.caller),
                filler=FILLER,
                no_input_ms=chosen.no_input_ms,
                barge_in_ms=chosen.barge_in_ms,
                hold_ms=chosen.hold_ms,
                max_call_ms=chosen.max_call_ms,
            ),
            Hearing(leg.rate_hz, Listener(250, 700, 20_000), recognizer),
            recognizer,
            lambda text: meanings.get(text, Interpretation(text)),
        )

    onward = Onward(time.monotonic, "100")
    shared = Shared(prompts, make_parts, recorded.publish, FILLER, LAST_WORDS, "100", onward, MUSIC)
    leg = TestLeg(dialect())
    flow = Flow("call", leg.dialect, leg.open(), shared, send=leg.send, send_sound=leg.send, mirrored=False)
    running = asyncio.create_task(flow.run())
    await flow.ready.wait()
    await asyncio.sleep(0)
    line = Line(flow, leg, recorded, echo_db, echo_ms)
    try:
        yield line
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await prompts.close()
