"""Whose sound is it? The caller's, or one that must not stop the bot: its own echo, a television, somebody in the room.

The caller's usual level is learnt from their turns. While the bot may be heard on the line (`Played.may_echo`), what is not its echo is
measured, so that a caller who speaks over it counts. Time is milliseconds of the caller's audio; levels are dB under full scale. No I/O.

| voiced sound | is |
|---|---|
| an echo by ECHO or more (`echo.echo_share`) | the bot's own |
| else, what is not echo lies FAR_DB or more under the caller's usual level | far off |
| the same, while their level is not known: under QUIETEST_DBFS | far off |
| anything else | the caller's |
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np

from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.turn_taking.echo import LAG_MS, Played, echo_share

__all__ = ["Sounded", "Whose"]

ECHO = 0.55
"""Measured over windows of 96–192 ms: a line's echo at -6 to -30 dB has 0.6–1.0, another voice at most 0.4."""
WORD_MS = 200
"""A stretch of voice that is no echo and lasts so long is somebody's word; of an echo that is not recognised for a moment, none does."""
FAR_DB = 10.0
"""A television, or who does not speak into the telephone, is softer than its holder by so much in its loudest moments: by 15 all in all."""
QUIETEST_DBFS = -45.0
"""The softest caller of whom nothing is known yet."""
REMEMBERED = 5
"""Turns of the caller: their median is not moved by one that was somebody else's."""
LEARNT_MS = 250
"""A turn has so much voice at least; from less nothing is learnt."""
WINDOW_MS = 192
"""Of the sound that is compared with what was played."""
LEAST_MS = 96
"""… at least: what came before the voice is taken with it."""
ENVELOPE_CHUNKS = 5
"""Voiced moments (32 ms) of which the loudest counts: syllables, not the gaps between them."""
_MS = TELEPHONE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Sounded:
    """What an utterance was made of. `echo`: the share of the bot's own voice, 0–1, over all of it; `far`: less than half was the caller's.

    `callers_ms`: the caller's voice in it, `run_ms`: the longest stretch of it.
    """

    echo: float = 0.0
    far: bool = False
    callers_ms: int = 0
    run_ms: int = 0

    @property
    def own(self) -> bool:
        """It was the bot's own voice, and nobody else said a word."""
        return self.echo >= ECHO and self.run_ms < WORD_MS


class Whose:
    """Judges one caller's sound, 8 kHz. `played`: what their leg plays; None: nothing comes back."""

    def __init__(self, played: Played | None = None) -> None:
        self.played = played
        self.caller_ms = 0
        """Voice of the caller in this utterance; what is somebody else's is taken off again."""
        self._recent: Pcm = np.zeros(WINDOW_MS * _MS, np.int16)
        self._usual: deque[float] = deque(maxlen=REMEMBERED)
        self._begin()

    def _begin(self) -> None:
        self._voiced_ms = self.caller_ms = self._callers_ms = 0
        self._over_bot_ms = self._run_ms = self._longest_ms = 0
        self._echo_ms = 0.0  # voice, each moment weighed by its share of echo
        self._levels: deque[float] = deque(maxlen=ENVELOPE_CHUNKS)
        self._envelope: list[float] = []

    def push(self, pcm_8k: Pcm, voiced_ms: int, at_ms: int) -> None:
        """Hear `pcm_8k`, up to `at_ms`; the utterance's voice now lasts `voiced_ms`, 0 when nobody speaks."""
        self._remember(pcm_8k[-len(self._recent) :])
        if voiced_ms < self._voiced_ms:
            self._begin()
        new_ms = voiced_ms - self._voiced_ms
        if new_ms <= 0:
            return
        self._voiced_ms = voiced_ms
        if self.played and self.played.plays(at_ms):
            self._over_bot_ms += new_ms
        share = self._echo_share(at_ms)
        self._echo_ms += new_ms * share
        if self._is_callers(share):
            self.caller_ms += new_ms
            self._callers_ms += new_ms
            self._run_ms += new_ms
            self._longest_ms = max(self._longest_ms, self._run_ms)
        else:
            self.caller_ms = max(0, self.caller_ms - new_ms)
            self._run_ms = 0

    def _remember(self, pcm_8k: Pcm) -> None:
        size = len(pcm_8k)
        self._recent[: len(self._recent) - size] = self._recent[size:]
        self._recent[len(self._recent) - size :] = pcm_8k

    def ended(self) -> Sounded:
        """The utterance is over: what it was made of. A turn of the caller's tells their usual level."""
        sounded = Sounded(
            self._echo_ms / max(1, self._voiced_ms),
            2 * self._callers_ms < self._voiced_ms,
            self._callers_ms,
            self._longest_ms,
        )
        in_their_turn = 2 * self._over_bot_ms < self._voiced_ms and sounded.echo < ECHO / 2
        if self._voiced_ms >= LEARNT_MS and in_their_turn:
            self._usual.append(median(self._envelope))
        self._begin()
        return sounded

    @property
    def softest_dbfs(self) -> float:
        """What is softer is not the caller's."""
        return median(self._usual) - FAR_DB if self._usual else QUIETEST_DBFS

    def _is_callers(self, share: float) -> bool:
        """Whether the voice that was just heard is the caller's; `share`: of echo in it."""
        rest = 1.0 - share if share < ECHO else 0.0
        self._levels.append(_dbfs(self._recent[-2 * 32 * _MS :]) + 10 * float(np.log10(max(rest, 1e-9))))
        self._envelope.append(max(self._levels))
        return self._envelope[-1] >= self.softest_dbfs and share < ECHO

    def _echo_share(self, at_ms: int) -> float:
        if self.played is None or not self.played.may_echo(at_ms):
            return 0.0
        window = min(WINDOW_MS, max(LEAST_MS, self._voiced_ms)) * _MS
        return echo_share(self._recent[-window:], self.played.until(at_ms, window + LAG_MS * _MS))


def _dbfs(pcm: Pcm) -> float:
    return float(
        10 * np.log10(max(1e-3, float(np.mean(np.square(pcm.astype(np.float64)))))) - 20 * np.log10(32768)
    )
