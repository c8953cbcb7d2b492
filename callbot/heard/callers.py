"""The synthetic callers: which voices say the utterances that the router learns, is tuned on and is examined with. No I/O.

Three sets without a voice in common. Pico's one woman becomes several people: played slower or faster (`tract`: another size of
throat, so other formants and another pitch), with pitch and speed set apart. Kokoro speaks French phonemes with the timbres that
it learnt in other languages, men among them.
"""

from dataclasses import dataclass
from enum import StrEnum

from callbot.corpus.reader import Part

__all__ = ["CALLERS", "Caller", "Gender", "by_name", "callers"]


class Gender(StrEnum):
    """As a listener would say; the benchmark tells how each is understood."""

    WOMAN = "woman"
    MAN = "man"


@dataclass(frozen=True, slots=True)
class Caller:
    """One voice. `style`: Kokoro's style file, empty for Pico. The three factors are 1.0 for the voice as it is.

    `tract`: length of the throat; `pitch` and `speed` as they are heard. `weight`: how often this caller is drawn.
    """

    name: str
    part: Part
    gender: Gender
    style: str = ""
    tract: float = 1.0
    pitch: float = 1.0
    speed: float = 1.0
    weight: int = 10


CALLERS = (
    Caller("pico", Part.TRAIN, Gender.WOMAN),
    Caller("pico-quick", Part.TRAIN, Gender.WOMAN, pitch=1.08, speed=1.15),
    Caller("pico-old", Part.TRAIN, Gender.WOMAN, tract=1.05, pitch=0.92, speed=0.85),
    Caller("pico-young", Part.TRAIN, Gender.WOMAN, tract=0.93, pitch=1.15, speed=1.05),
    Caller("pico-man", Part.TRAIN, Gender.MAN, tract=1.17, pitch=0.65),
    Caller("pico-man-quick", Part.TRAIN, Gender.MAN, tract=1.12, pitch=0.72, speed=1.12),
    Caller("pico-man-slow", Part.TRAIN, Gender.MAN, tract=1.22, pitch=0.58, speed=0.88),
    Caller("if_sara", Part.TRAIN, Gender.WOMAN, style="if_sara", weight=3),
    Caller("am_michael", Part.TRAIN, Gender.MAN, style="am_michael", weight=3),
    Caller("pf_dora", Part.TRAIN, Gender.WOMAN, style="pf_dora", weight=2),
    Caller("pico-deep", Part.THRESHOLDS, Gender.WOMAN, tract=1.09, pitch=0.85, speed=0.95, weight=6),
    Caller("pico-man-hoarse", Part.THRESHOLDS, Gender.MAN, tract=1.2, pitch=0.7, speed=1.05, weight=6),
    Caller("ef_dora", Part.THRESHOLDS, Gender.WOMAN, style="ef_dora"),
    Caller("im_nicola", Part.THRESHOLDS, Gender.MAN, style="im_nicola"),
    Caller("ff_siwis", Part.EXAM, Gender.WOMAN, style="ff_siwis"),
    Caller("em_alex", Part.EXAM, Gender.MAN, style="em_alex"),
    Caller("pico-man-bright", Part.EXAM, Gender.MAN, tract=1.1, pitch=0.78, speed=1.0, weight=3),
)


def callers(part: Part) -> tuple[Caller, ...]:
    """Those who speak the lines of `part`."""
    return tuple(caller for caller in CALLERS if caller.part is part)


def by_name(name: str) -> Caller:
    """The caller of that name. Raises KeyError."""
    return {caller.name: caller for caller in CALLERS}[name]
