"""What voice activity and the recogniser make of a recording, once; any policy of the end of turn is then tried on it in no time.

A trace does not depend on the policy: every pause of `pause_ms` is transcribed, as a call does ahead of time, and what that cost in
processor time is counted as milliseconds of sound.
"""

import json
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from callbot.bench.turn_material import Spoken
from callbot.speech.endpointing import CHUNK_MS, UNVOICED, VOICED, Paused, Started
from callbot.speech.listening import Listener, Speech
from callbot.speech.voice_activity import VoiceActivity
from callbot.speech.whisper import WhisperEngine

__all__ = ["Decoded", "Trace", "read_traces", "trace", "write_traces"]

AFTER_VOICE_MS = 60

SILENCE_MS = 250

NEVER_MS = 2900
"""Longer than any pause of the material: the trace's turns end only after the speaker."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a pause that was noticed at `at_ms`, and how many milliseconds of processor time it took."""

    at_ms: int
    text: str
    cost_ms: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One recording as the endpointer meets it: probabilities (32 ms each) and the texts of its pauses."""

    name: str
    set: str
    speaker: str
    learnt: bool
    speed: float
    end_ms: int
    pauses_ms: tuple[tuple[int, int], ...]
    probabilities: tuple[float, ...]
    decoded: tuple[Decoded, ...]

    @property
    def speech_end_ms(self) -> int:
        """Where the speaker ends: by the sound's level, but no later than shortly after the last chunk that is voice for certain.

        Some recordings end with a breath, or the click of a mouse.
        """
        voiced = [n for n, probability in enumerate(self.probabilities) if probability >= VOICED]
        return min(self.end_ms, (voiced[-1] + 1) * CHUNK_MS + AFTER_VOICE_MS if voiced else 0)

    @property
    def silences_ms(self) -> list[tuple[int, int]]:
        """The silences of SILENCE_MS and more inside the speech, as voice activity has them: begin and end.

        The recording's own silence adds to what was put in.
        """
        last = self.speech_end_ms // CHUNK_MS
        voiced = [
            n for n, probability in enumerate(self.probabilities[: last + 1]) if probability >= UNVOICED
        ]
        silences = [((a + 1) * CHUNK_MS, b * CHUNK_MS) for a, b in pairwise(voiced)]
        return [(begin, end) for begin, end in silences if end - begin >= SILENCE_MS]

    @property
    def longest_pause_ms(self) -> int:
        """The longest of them."""
        return max((end - begin for begin, end in self.silences_ms), default=0)


def trace(spoken: Spoken, engine: WhisperEngine, pause_ms: int) -> Trace:
    """Hear `spoken`; blocking, a third of a second for each pause."""
    listener = Listener(pause_ms, NEVER_MS, 28_000)
    sound, decoded, at_ms = [np.zeros(0, np.int16)], [], 0
    for start in range(0, len(spoken.pcm_16k), 512):
        at_ms += 32
        for heard in listener.push(spoken.pcm_16k[start : start + 512]):
            match heard:
                case Started():
                    sound.clear()
                case Speech(pcm):
                    sound.append(pcm)
                case Paused():
                    decoded.append(_decode(np.concatenate(sound), engine, heard.at_ms))
    probabilities = VoiceActivity().push(spoken.pcm_16k)
    recording = spoken.recording
    return Trace(
        spoken.name,
        recording.set,
        recording.speaker,
        recording.learnt,
        spoken.speed,
        spoken.end_ms,
        spoken.pauses_ms,
        tuple(round(p, 3) for p in probabilities),
        tuple(decoded),
    )


def _decode(pcm_16k: np.ndarray, engine: WhisperEngine, at_ms: int) -> Decoded:
    before = time.process_time()
    text = engine.submit(pcm_16k).future.result().text
    return Decoded(at_ms, text, round((time.process_time() - before) * 1000))


def write_traces(file: Path, traces: list[Trace]) -> None:
    """Keep them, a JSON line each."""
    file.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in traces))


def read_traces(file: Path) -> list[Trace]:
    """What `write_traces` kept."""
    traces = []
    for line in file.read_text().splitlines():
        told = json.loads(line)
        told["decoded"] = tuple(Decoded(**one) for one in told["decoded"])
        told["pauses_ms"] = tuple((begin, end) for begin, end in told["pauses_ms"])
        told["probabilities"] = tuple(told["probabilities"])
        traces.append(Trace(**told))
    return traces
