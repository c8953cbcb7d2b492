"""Where a caller's turn begins, pauses and ends, from voice-activity probabilities.

Time is audio heard, 32 ms a probability. `NEXT` is the whole state machine: silent, speaking, paused.
"""

from dataclasses import dataclass
from enum import StrEnum

CHUNK_MS = 32
"""What one probability speaks of."""

VOICED = 0.5
"""Probability at or above which a chunk is voice (Silero's own default)."""

UNVOICED = 0.35
"""Probability under which a chunk is silence; in between it is what the chunk before was."""

ONSET_CHUNKS = 2
"""Voiced chunks in a row that make speech: a "oui" of 200 ms has four or more, a click or a knock has one."""


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began at `began_ms`; known at `at_ms`."""

    at_ms: int
    began_ms: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The caller has been silent for `pause_ms`, since `speech_end_ms`: time to prepare the transcript."""

    at_ms: int
    speech_end_ms: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The caller went on at `began_ms`: what was prepared is void."""

    at_ms: int
    began_ms: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The turn is over: silence for as long as was waited for, since `speech_end_ms`."""

    at_ms: int
    speech_end_ms: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """The utterance reached `max_utterance_ms` and is taken as it is; what follows is a new one. `speech_end_ms` as for a stop."""

    at_ms: int
    speech_end_ms: int


Change = Started | Paused | Resumed | Stopped | TooLong


class Phase(StrEnum):
    """What the caller is doing."""

    SILENT = "silent"
    SPEAKING = "speaking"
    PAUSED = "paused"


NEXT: dict[tuple[Phase, type[Change]], Phase] = {
    (Phase.SILENT, Started): Phase.SPEAKING,
    (Phase.SPEAKING, Paused): Phase.PAUSED,
    (Phase.SPEAKING, TooLong): Phase.SILENT,
    (Phase.PAUSED, Resumed): Phase.SPEAKING,
    (Phase.PAUSED, Stopped): Phase.SILENT,
    (Phase.PAUSED, TooLong): Phase.SILENT,
}
"""Every change of phase there is; any other raises KeyError."""


class Endpointer:
    """Endpoints of one caller's speech. All times are milliseconds of audio pushed since it was made.

    `pause_ms` < `end_of_turn_ms` < `max_utterance_ms`. `end_of_turn_ms` may be set anew at any time, while a pause lasts too: how long
    is waited depends on what was said.
    """

    def __init__(self, pause_ms: int, end_of_turn_ms: int, max_utterance_ms: int) -> None:
        self._pause_ms = pause_ms
        self.end_of_turn_ms = end_of_turn_ms
        """The silence that ends the turn."""
        self._max_utterance_ms = max_utterance_ms
        self._phase = Phase.SILENT
        self._now_ms = 0
        self._voiced_run = 0
        self._began_ms = 0
        self._voice_end_ms = 0

    @property
    def phase(self) -> Phase:
        """What the caller is doing."""
        return self._phase

    @property
    def now_ms(self) -> int:
        """Audio pushed so far."""
        return self._now_ms

    @property
    def speech_ms(self) -> int:
        """How long this utterance's speech has lasted, up to its last voiced chunk; 0 when nobody speaks."""
        return 0 if self._phase is Phase.SILENT else self._voice_end_ms - self._began_ms

    @property
    def mid_word(self) -> bool:
        """Somebody speaks, and the latest chunk was voice."""
        return self._phase is Phase.SPEAKING and self._voice_end_ms == self._now_ms

    def push(self, probability: float) -> list[Change]:
        """Take the next 32 ms; what changed, in order (nothing or one change)."""
        self._now_ms += CHUNK_MS
        self._hear(probability)
        change = self._judge()
        if change is None:
            return []
        self._phase = NEXT[self._phase, type(change)]
        return [change]

    def reset(self) -> None:
        """Forget the utterance; time goes on."""
        self._phase = Phase.SILENT
        self._voiced_run = 0

    def _hear(self, probability: float) -> None:
        """Count the voiced chunks in a row and remember where voice was last heard."""
        in_voice = self._voiced_run > 0
        if probability >= VOICED or (in_voice and probability >= UNVOICED):
            self._voiced_run += 1
            if self._phase is Phase.SPEAKING or self._voiced_run >= ONSET_CHUNKS:
                self._voice_end_ms = self._now_ms
        else:
            self._voiced_run = 0

    def _judge(self) -> Change | None:
        if self._phase is Phase.SILENT:
            return self._judge_silence()
        if self._now_ms - self._began_ms >= self._max_utterance_ms:
            self._voiced_run = 0
            return TooLong(self._now_ms, self._voice_end_ms)
        return self._judge_speech() if self._phase is Phase.SPEAKING else self._judge_pause()

    def _judge_silence(self) -> Change | None:
        if self._voiced_run < ONSET_CHUNKS:
            return None
        self._began_ms = self._run_began_ms
        return Started(self._now_ms, self._run_began_ms)

    def _judge_speech(self) -> Change | None:
        paused = self._now_ms - self._voice_end_ms >= self._pause_ms
        return Paused(self._now_ms, self._voice_end_ms) if paused else None

    def _judge_pause(self) -> Change | None:
        if self._voiced_run >= ONSET_CHUNKS:
            return Resumed(self._now_ms, self._run_began_ms)
        stopped = self._now_ms - self._voice_end_ms >= self.end_of_turn_ms and not self._voiced_run
        return Stopped(self._now_ms, self._voice_end_ms) if stopped else None

    @property
    def _run_began_ms(self) -> int:
        return self._now_ms - self._voiced_run * CHUNK_MS
