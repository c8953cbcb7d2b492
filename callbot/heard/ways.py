"""The way an utterance takes to the recogniser: how loud the caller is, which noise is around, and always a telephone line. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from callbot.audio.line import over_the_telephone, to_rate
from callbot.audio.noise import level, mix
from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.corpus.reader import Part

__all__ = ["CLEAN", "WAYS", "Way"]

LOUD_DBFS = -20.0
"""Active level of a caller who speaks into the telephone as one should."""


@dataclass(frozen=True, slots=True)
class Way:
    """`noise` empty: none. `snr_db` as in `audio.noise.mix`; `down_db`: how much quieter than usual the caller is."""

    noise: str = ""
    snr_db: int = 0
    down_db: int = 0

    def __str__(self) -> str:
        """`alaw`, `alaw-12`, `street15-6`."""
        around = f"{self.noise}{self.snr_db}" if self.noise else "alaw"
        return f"{around}-{self.down_db}" if self.down_db else around

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` gave. Raises ValueError."""
        found = re.fullmatch(r"(?:alaw|([a-z]+)(\d+))(?:-(\d+))?", text)
        if not found:
            raise ValueError(f"'{text}' is no way to the recogniser")
        noise, snr_db, down_db = found.groups()
        return cls(noise or "", int(snr_db or 0), int(down_db or 0))

    def over(self, pcm: Pcm, rate_hz: int, noises: Mapping[str, Pcm], name: str) -> Pcm:
        """What arrives, at 16 kHz, of speech at `rate_hz`. `noises` at 16 kHz, by name; `name` fixes where the noise begins."""
        speech = level(to_rate(pcm, rate_hz, SPEECH_HZ), LOUD_DBFS - self.down_db)
        if self.noise:
            speech = mix(speech, noises[self.noise], self.snr_db, name)
        return over_the_telephone(speech, SPEECH_HZ)


CLEAN = Way()
QUIET = tuple(Way(down_db=down) for down in (0, 6, 12))
WAYS = {
    Part.TRAIN: (*QUIET, *QUIET, *(Way(noise, snr) for noise in ("street", "babble") for snr in (20, 15))),
    Part.EXAM: (CLEAN,),
    Part.THRESHOLDS: (*QUIET, *(Way(noise, 10) for noise in ("street", "babble"))),
}
"""What a line's way is drawn from. Most calls are quiet. Noise takes more from Pico than from better voices, so it has less of it."""
