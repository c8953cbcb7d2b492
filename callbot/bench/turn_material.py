"""Human recordings as callers say them who stop to think: pauses of 300–700 ms put at gaps between words, some speakers slowed down.

The gaps are those between Whisper's words, moved to where the sound is softest nearby; a pause is filled with the recording's own
background. Two variants of a sentence: a pause at its softest gap, where the speaker parts it, and at one drawn by lot, where people
hesitate; long sentences have both at once. What is drawn depends on the recording's name alone, so that every run is the same.
"""

import csv
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone, to_rate
from callbot.audio.stretching import slowed
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.errors import CallbotError

__all__ = ["SETS", "Recording", "Spoken", "read_recordings", "variants"]

SETS = {"cv_fr100": 3, "demo_fr": 3, "asterisk_june": 8}
"""The sets, and how many words a sentence of each needs: short telephone prompts are no turns of a caller."""

ONE_IN = {"asterisk_june": 4}
"""Of a set with one speaker, one recording in so many."""

SPEEDS = (1.0, 0.8)
PAUSE_MS = (300, 700)
LONG_WORDS = 8
"""From so many words on a sentence has two pauses in its third variant."""
BELOW_DB = 40
LEAD_MS = 600
TAIL_MS = 3000

_MS = TELEPHONE_HZ // 1000
_FRAME = 10 * _MS


@dataclass(frozen=True, slots=True)
class Recording:
    """One sentence, 8 kHz, whose words end at `gaps_ms` (the last word's end is none). `learnt`: thresholds may be chosen on it."""

    name: str
    set: str
    speaker: str
    learnt: bool
    pcm_8k: Pcm = field(repr=False)
    gaps_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a call hears (16 kHz, after A-law), where the speaker truly ends, and where pauses were put, begin and end."""

    name: str
    recording: Recording
    speed: float
    pcm_16k: Pcm = field(repr=False)
    end_ms: int
    pauses_ms: tuple[tuple[int, int], ...]


def read_recordings(data: Path, words: "Words") -> Iterator[Recording]:
    """The recordings of `data`/speech; `words` gives the words' ends. Half of the speakers are kept apart, the professional too.

    Raises CallbotError when there are none, AudioFileError.
    """
    tables = [data / "speech" / name / "utterances.tsv" for name in SETS]
    if not any(table.is_file() for table in tables):
        raise CallbotError(f"{data}: no speech set there (speech/cv_fr100/utterances.tsv); give --data DIR")
    for table in filter(Path.is_file, tables):
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        least = SETS[table.parent.name]
        long = [row for row in rows if len(row["transcript"].split()) >= least]
        for row in long[:: ONE_IN.get(table.parent.name, 1)]:
            pcm, rate_hz = read_wav(table.parent / row["path"])
            pcm_8k = to_rate(pcm, rate_hz, TELEPHONE_HZ)
            gaps = tuple(_softest(pcm_8k, end_ms) for end_ms in words(row["path"], pcm_8k)[:-1])
            speaker = row["speaker"]
            learnt = table.parent.name != "asterisk_june" and zlib.crc32(speaker.encode()) % 2 == 0
            if gaps:
                yield Recording(row["path"], table.parent.name, speaker, learnt, pcm_8k, gaps)


class Words:
    """The ends of the words of a recording, ms, as Whisper's alignment gives them; kept in `known` by name."""

    def __init__(self, model: Path, known: dict[str, list[int]]) -> None:
        self._path, self._known = model, known
        self._model: object | None = None

    def __call__(self, name: str, pcm_8k: Pcm) -> list[int]:
        """Blocking: about a second for what is not known."""
        if name not in self._known:
            self._known[name] = self._align(to_rate(pcm_8k, TELEPHONE_HZ, 16_000))
        return self._known[name]

    def _align(self, pcm_16k: Pcm) -> list[int]:
        from faster_whisper import WhisperModel

        if self._model is None:
            self._model = WhisperModel(
                str(self._path), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
            )
        assert isinstance(self._model, WhisperModel)
        segments, _ = self._model.transcribe(
            pcm_16k.astype(np.float32) / 32768, language="fr", word_timestamps=True, beam_size=1
        )
        return [round(word.end * 1000) for segment in segments for word in segment.words or ()]


def variants(recording: Recording) -> Iterator[Spoken]:
    """The recording with its pauses; slowed down, only the last variant."""
    random = np.random.default_rng(zlib.crc32(recording.name.encode()))
    levels = _levels(recording.pcm_8k)
    softest = min(recording.gaps_ms, key=lambda at: levels[min(at // 10, len(levels) - 1)])
    others = [at for at in recording.gaps_ms if abs(at - softest) > 400] or [softest]
    drawn = int(random.choice(others))
    places: dict[str, tuple[int, ...]] = {"phrase": (softest,), "hesitation": (drawn,)}
    if len(recording.gaps_ms) >= LONG_WORDS and drawn != softest:
        places["both"] = tuple(sorted((softest, drawn)))
    for speed in SPEEDS:
        for kind, at_ms in places.items() if speed == 1 else list(places.items())[-1:]:
            pauses = [(at, int(random.integers(*PAUSE_MS))) for at in at_ms]
            yield _spoken(recording, f"{recording.name}/{kind}/{speed}", speed, pauses)


def _spoken(recording: Recording, name: str, speed: float, wanted: Sequence[tuple[int, int]]) -> Spoken:
    """`wanted`: where in the recording, and for how long."""
    pcm_8k = slowed(recording.pcm_8k, speed)
    random = np.random.default_rng(zlib.crc32(name.encode()))
    background = _Background(pcm_8k, random)
    first, last = _speech_span(pcm_8k)
    pieces, pauses = [background(LEAD_MS)], []
    begun, length = first, LEAD_MS * _MS
    for at, pause_ms in wanted:
        cut = min(max(round(at / speed) * _MS, begun + _FRAME), last - _FRAME)
        pieces += [_faded(pcm_8k[begun:cut]), background(pause_ms)]
        length += cut - begun
        pauses.append((length // _MS, length // _MS + pause_ms))
        length += pause_ms * _MS
        begun = cut
    pieces += [_faded(pcm_8k[begun:last]), background(TAIL_MS)]
    end_ms = (length + last - begun) // _MS
    sound = np.concatenate(pieces)
    return Spoken(name, recording, speed, over_the_telephone(sound, TELEPHONE_HZ), end_ms, tuple(pauses))


class _Background:
    """Endless background noise: windows drawn from the recording's softest 200 ms, laid half over one another.

    As loud as its softest 50 ms, and BELOW_DB under its speech at least: some recordings hold no silence, only breath.
    """

    def __init__(self, pcm_8k: Pcm, random: np.random.Generator) -> None:
        levels = _levels(pcm_8k)
        size = min(20, len(levels))
        sums = np.convolve(levels, np.ones(size), "valid")
        start = int(np.argmin(sums)) * _FRAME
        soft = pcm_8k[start : start + size * _FRAME].astype(np.float64)
        wanted = min(float(np.sort(levels)[:5].mean()), float(np.percentile(levels, 95)) - BELOW_DB)
        level = 10 * np.log10(np.mean(soft**2) + 1.0)
        self._soft = soft * 10 ** (min(0.0, wanted - level) / 20)
        self._random = random

    def __call__(self, ms: int) -> Pcm:
        hop = 4 * _FRAME // 2
        window = np.sqrt(np.hanning(2 * hop + 1)[:-1])  # powers add up, as the pieces are not alike
        noise = np.zeros(ms * _MS + 4 * hop)
        for at in range(0, len(noise) - 2 * hop + 1, hop):
            start = int(self._random.integers(0, max(1, len(self._soft) - 2 * hop)))
            piece = self._soft[start : start + 2 * hop]
            noise[at : at + len(piece)] += piece * window[: len(piece)]
        return np.rint(noise[hop : hop + ms * _MS]).clip(-32768, 32767).astype(np.int16)


def _faded(pcm: Pcm) -> Pcm:
    """With 8 ms of slope at both ends: a cut must not click."""
    slope = min(8 * _MS, len(pcm) // 2)
    gains = np.ones(len(pcm))
    if slope:
        gains[:slope] = np.linspace(0, 1, slope)
        gains[-slope:] = np.linspace(1, 0, slope)
    return np.rint(pcm * gains).astype(np.int16)


def _levels(pcm_8k: Pcm) -> NDArray[np.float64]:
    """Decibels of each 10 ms, smoothed over 30."""
    whole = pcm_8k[: len(pcm_8k) // _FRAME * _FRAME].astype(np.float64).reshape(-1, _FRAME)
    powers = np.convolve(np.mean(whole**2, axis=1), np.ones(3) / 3, "same")
    levels: NDArray[np.float64] = 10 * np.log10(powers + 1.0)
    return levels


def _speech_span(pcm_8k: Pcm) -> tuple[int, int]:
    """Samples where speech begins and ends: above the background and within 30 dB of the loudest."""
    levels = _levels(pcm_8k)
    threshold = max(float(np.percentile(levels, 5)) + 10, float(np.percentile(levels, 95)) - 30)
    loud = np.flatnonzero(levels > threshold)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, len(levels))
    return max(0, first - 5) * _FRAME, min(len(levels), last + 2) * _FRAME


def _softest(pcm_8k: Pcm, at_ms: int) -> int:
    """The softest moment within 100 ms of `at_ms`."""
    levels = _levels(pcm_8k)
    middle = min(at_ms // 10, len(levels) - 1)
    first = max(0, middle - 10)
    return (first + int(np.argmin(levels[first : middle + 11]))) * 10
