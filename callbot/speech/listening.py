"""From a caller's sound to utterances: voice activity and endpointing joined, so that recognisers hear speech and nothing else."""

from collections import deque
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from callbot.audio.types import Pcm
from callbot.speech.endpointing import (
    ONSET_CHUNKS,
    Change,
    Endpointer,
    Paused,
    Phase,
    Resumed,
    Started,
    Stopped,
    TooLong,
)
from callbot.speech.recognizer import Recognizer, Transcript
from callbot.speech.voice_activity import CHUNK, CHUNK_MS, VoiceActivity

PRE_ROLL_MS = 300
"""Sound before the first voiced chunk that belongs to the utterance: soft first consonants are not voiced."""

DECAY_MS = 500
"""How long the network may go on hearing a voice that was cut off: a recording's last utterance must end all the same."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Sound of the utterance, to be pushed to the recogniser: 16 kHz, whole chunks of 512 samples."""

    pcm_16k: Pcm = field(repr=False)


Heard = Change | Speech


class Listener:
    """Hears one caller. What it holds back is bounded: the pre-roll, or one pause of at most what was last waited for."""

    def __init__(self, pause_ms: int, end_of_turn_ms: int, max_utterance_ms: int) -> None:
        self._activity = VoiceActivity()
        self._endpointer = Endpointer(pause_ms, end_of_turn_ms, max_utterance_ms)
        self._rest: Pcm = np.empty(0, np.int16)
        self._before: deque[Pcm] = deque(
            maxlen=PRE_ROLL_MS // CHUNK_MS + ONSET_CHUNKS
        )  # the oldest chunk makes room
        self._pause: list[Pcm] = []

    @property
    def speech_ms(self) -> int:
        """How long the utterance's speech has lasted; 0 when nobody speaks."""
        return self._endpointer.speech_ms

    @property
    def mid_word(self) -> bool:
        """The last chunk was voice, in an utterance."""
        return self._endpointer.mid_word

    def wait(self, end_of_turn_ms: int) -> None:
        """From now on a silence of `end_of_turn_ms` ends the turn, also the one that lasts already."""
        self._endpointer.end_of_turn_ms = end_of_turn_ms

    def push(self, pcm_16k: Pcm) -> list[Heard]:
        """Hear sound (16 kHz, any length): the changes and the utterance's sound, in order.

        `Started` and `Resumed` come before the sound they explain, `Paused`, `Stopped` and `TooLong` after it. The sound of a
        pause is given only if the caller goes on.
        """
        heard = np.concatenate((self._rest, pcm_16k))
        whole = len(heard) - len(heard) % CHUNK
        self._rest = heard[whole:].copy()
        return list(chain.from_iterable(self._hear(chunk) for chunk in heard[:whole].reshape(-1, CHUNK)))

    def reset(self) -> None:
        """Forget the utterance; the pre-roll stays."""
        self._activity.reset()
        self._endpointer.reset()
        self._pause.clear()

    def _hear(self, chunk: Pcm) -> list[Heard]:
        [probability] = self._activity.push(chunk)
        changes = self._endpointer.push(probability)
        match changes:
            case [Started() as change]:
                sound = np.concatenate([*self._before, chunk])
                self._before.clear()
                return [change, Speech(sound)]
            case [Resumed() as change]:
                sound = np.concatenate([*self._pause, chunk])
                self._pause.clear()
                return [change, Speech(sound)]
            case [Stopped() as change]:
                self._before.extend([*self._pause, chunk])
                self._pause.clear()
                return [change]
            case [Paused() | TooLong() as change]:
                sound = np.concatenate([*self._pause, chunk])
                self._pause.clear()
                return [Speech(sound), change]
        match self._endpointer.phase:
            case Phase.SILENT:
                self._before.append(chunk)
            case Phase.PAUSED:
                self._pause.append(chunk)
            case Phase.SPEAKING:
                return [Speech(chunk)]
        return []


async def transcribe(
    recognizer: Recognizer, listener: Listener, pcm_16k: Pcm, tail_ms: int
) -> list[Transcript]:
    """Every utterance of a recording (16 kHz), faster than real time; `tail_ms` of silence after it, and a little more, end the last turn.

    The same chain as a call's, without the speculative decoding that only hides waiting. Raises EngineError.
    """
    transcripts = []
    tail = np.zeros((tail_ms + DECAY_MS) * CHUNK // CHUNK_MS, np.int16)
    for heard in listener.push(np.concatenate((pcm_16k, tail))):
        match heard:
            case Speech(sound):
                recognizer.push(sound)
            case Stopped() | TooLong():
                transcripts.append(await recognizer.final())
            case Started() | Paused() | Resumed():
                pass
    return transcripts
