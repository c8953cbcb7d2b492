"""Scripted engines for call tests: what is transcribed, understood and spoken is given, everything between is real."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from callbot.audio.files import read_wav
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.config import Settings
from callbot.dialogue.closed import Presence
from callbot.dialogue.handover import Way
from callbot.dialogue.phrases import all_phrases
from callbot.dialogue.polyglot import Talk
from callbot.dialogue.turns import Conversation
from callbot.errors import EngineError
from callbot.events import Event
from callbot.hearing import Hearing
from callbot.media.dialect import LegOpened
from callbot.messages_recording import MessageBox
from callbot.onward import Onward
from callbot.parts import Parts, Shared
from callbot.server import MediaServer
from callbot.speech.listening import Listener
from callbot.speech.prompts import Prompts
from callbot.speech.recognizer import Transcript
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.waiting_room import WaitingRoom
from tests.support.commune import COMMUNE, KNOWLEDGE, SmallKnowledge, new_dialogue
from tests.support.waiting import PATIENCE_S

QUESTIONS = Path(__file__).parent / "questions"
FILLER = "Un instant, s'il vous plaît."
LAST_WORDS = "Ne quittez pas."
CLOSED_LAST_WORDS = "Nos bureaux sont fermés."

_rendered = tempfile.TemporaryDirectory(prefix="scripted-prompts-")
"""Made once for all tests: the voice is always the same."""
MUSIC = (3000 * np.sin(2 * np.pi * 440 * np.arange(TELEPHONE_HZ) / TELEPHONE_HZ)).astype(np.int16)
"""A second of a tone that no voice here has."""

READINGS = {
    "un acte de naissance": Interpretation(
        "un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),)
    ),
    "au feu": Interpretation("au feu", emergency="18"),
    "non merci": Interpretation("non merci", act="non"),
    "plus lentement": Interpretation("plus lentement", act="plus_lentement"),
    "oui": Interpretation("oui", act="oui"),
    "rappelez-moi": Interpretation("rappelez moi", act="rappel"),
    "un agent": Interpretation("un agent", act="agent"),
    "mon dossier": Interpretation("mon dossier", candidates=(Candidate("suivi_demande", "", 0.95),)),
    "au secours": Interpretation("au secours", emergency="15"),
}
"""What a scripted text means; any other is not understood."""


def question(name: str) -> Pcm:
    """A spoken question, 8 kHz."""
    pcm, rate_hz = read_wav(QUESTIONS / f"{name}.wav")
    assert rate_hz == TELEPHONE_HZ
    return pcm


class Sentence(str):
    """A text that only an utterance of `seconds` or more bears: notes and murmurs before it come out empty."""

    seconds: float = 0

    @classmethod
    def of(cls, text: str, seconds: float) -> "Sentence":
        """`text`, said in `seconds` at the least."""
        sentence = cls(text)
        sentence.seconds = seconds
        return sentence


class ScriptedRecognizer:
    """Gives the next text of the script for each utterance; an exception in its place is raised."""

    def __init__(self, script: list[str | Exception]) -> None:
        self._script = script
        self.heard: list[Pcm] = []
        self.utterances: list[Pcm] = []

    def push(self, pcm_16k: Pcm) -> None:
        """Keep what was heard."""
        self.heard.append(pcm_16k)

    def partial(self) -> str:
        """No partial transcripts."""
        return ""

    def prepare(self) -> None:
        """Nothing to prepare."""

    def prepared(self) -> str | None:
        """Nothing is known before the end."""
        return None

    def final(self) -> Awaitable[Transcript]:
        """The next text."""
        self.utterances.append(np.concatenate([*self.heard, np.empty(0, np.int16)]))
        self.heard.clear()
        return self._give(self._next(len(self.utterances[-1]) / 16_000))

    def _next(self, seconds: float) -> str | Exception:
        if not self._script or (isinstance(self._script[0], Sentence) and seconds < self._script[0].seconds):
            return ""
        return self._script.pop(0)

    async def _give(self, text: str | Exception) -> Transcript:
        if isinstance(text, Exception):
            raise text
        return Transcript(text, 0.9, no_speech=not text)

    def reset(self) -> None:
        """Nothing to forget."""

    async def close(self) -> None:
        """Nothing to give back."""


class Tone:
    """A voice that says every sentence as 300 ms of a tone."""

    engine = "tone"
    voice = "tone"
    version = "1"
    rate_hz = TELEPHONE_HZ

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """The tone; « panne » fails."""
        if "panne" in text:
            raise EngineError("the voice is broken")
        wave = 8000 * np.sin(2 * np.pi * 700 * np.arange(TELEPHONE_HZ * 3 // 10) / TELEPHONE_HZ)
        yield wave.astype(np.int16)

    def close(self) -> None:
        """Nothing to free."""


class Recorded:
    """Keeps the events of all calls, and waits for their ends."""

    def __init__(self) -> None:
        self.events: dict[str, list[Event]] = {}
        self._changed = asyncio.Event()

    def publish(self, call_id: str, event: Event) -> None:
        """Keep an event."""
        self.events.setdefault(call_id, []).append(event)
        self._changed.set()

    @property
    def only(self) -> list[Event]:
        """The events of the one call there was."""
        [events] = self.events.values()
        return events

    def names(self) -> list[str]:
        """The names of the events of all calls, call by call."""
        return [type(event).__name__ for events in self.events.values() for event in events]

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for `condition`, looked at after each event."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def media_server(
    tmp_path: Path,
    script: list[str | Exception],
    *,
    tickets: tuple[str, ...] = (),
    knowledge: SmallKnowledge = KNOWLEDGE,
    onward: Onward | None = None,
    presence: Presence | None = None,
    takes_callbacks: bool = False,
    room: WaitingRoom | None = None,
    messages: MessageBox | None = None,
    make_dialogue: Callable[[LegOpened], Talk] | None = None,
    **settings: object,
) -> AsyncIterator[tuple[MediaServer, Recorded]]:
    """A real media server on free ports, with scripted engines."""
    ports = {"media_port": 0, "audiosocket_port": 0, "drain_seconds": 0, "no_input_ms": 9000}
    chosen = Settings.model_validate({"data_dir": tmp_path} | ports | settings)
    prompts = Prompts(Tone(), Path(_rendered.name))
    await prompts.render(
        [
            FILLER,
            LAST_WORDS,
            CLOSED_LAST_WORDS,
            *all_phrases(COMMUNE),
            *(entry.answer for entry in KNOWLEDGE.entries),
        ]
    )
    recorded = Recorded()

    async def make_parts(leg: LegOpened) -> Parts:
        dialogue = (
            make_dialogue(leg)
            if make_dialogue
            else new_dialogue(
                knowledge,
                presence=presence,
                takes_callbacks=takes_callbacks,
                caller=leg.caller,
                message_ms=chosen.message_seconds * 1000 if messages else 0,
            )
        )
        recognizer = ScriptedRecognizer(script)
        return Parts(
            Conversation(
                dialogue,
                filler=FILLER,
                no_input_ms=chosen.no_input_ms,
                barge_in_ms=chosen.barge_in_ms,
                hold_ms=chosen.hold_ms,
                max_call_ms=chosen.max_call_ms,
                hold_music_ms=chosen.hold_music_ms,
                way=Way(chosen.transfer) if leg.transfers else None,
                ring_ms=chosen.ring_seconds * 1000,
                returned=leg.returned,
                rules=room.store.rules if room else None,
            ),
            Hearing(leg.rate_hz, Listener(250, 700, 20_000), recognizer),
            recognizer,
            lambda text: READINGS.get(text, Interpretation(text)),
        )

    onward = onward or Onward(time.monotonic, "100")
    ring_ms = chosen.ring_seconds * 1000
    shared = Shared(
        prompts,
        make_parts,
        recorded.publish,
        FILLER,
        LAST_WORDS,
        "100",
        onward,
        MUSIC,
        ring_ms,
        lambda _line, _language: CLOSED_LAST_WORDS if presence and presence.of_line() else "",
        seat=room.seat if room else None,
        messages=messages,
    )
    server = MediaServer(chosen, shared, lambda ticket: ticket in tickets)
    await server.start()
    try:
        yield server, recorded
    finally:
        await server.stop()
        await prompts.close()
