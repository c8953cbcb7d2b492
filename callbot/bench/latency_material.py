"""What the callers of `callbot bench latency` say: recordings and questions with pauses, slow, noisy; murmurs and coughs.

What is drawn (where a pause is, how long) depends on the recording's name alone, so that every run is the same.
"""

import csv
import itertools
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbot.audio.files import read_wav
from callbot.audio.line import to_rate
from callbot.audio.noise import active_rms
from callbot.audio.stretching import slowed
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.bench import sounds
from callbot.bench.converser import ECHO, Kind, Move
from callbot.errors import CallbotError

SETS = ("cv_fr100", "demo_fr")
OWN = Path("tests/support/speech")
"""Recordings of this repository, where `data` has none."""
OWN_FILES = ("sound_*.wav", "stt_question.wav", "stt_secteur.wav", "stt_paquet.wav", "stt_eglise.wav")
RECORDINGS = 24
"""Recordings that are used of a larger set, evenly chosen."""
SECONDS = (1.5, 8.0)
PAUSE_MS = (300, 700)
SLOW = 0.8
NOISE_DB = 15.0
LEVEL_RMS = 2500.0
TELEVISION_DB = -17.0
"""Somebody else's speech, against the level of a caller's."""
LONE_MS = 200
"""Sound shorter than this, and as long before the rest, is no speech: a click, a breath at a recording's beginning."""
ASIDE_MS = 2500
"""How much of a television, and of the bot's echo, is heard at once."""
HISS_RMS = 8.0
"""Of the background that fills a pause where the recording has none that is soft enough."""
LINE_NOISE_DBFS = -55.0
"""Of every line, all the time: no telephone network is as quiet as silence in figures, and voice activity is worse with it."""
LINE_SECONDS = 7
"""Of the line's noise, over and over."""
TAIL_MS = 2500
"""Background that goes on after the caller has finished, in noisy recordings."""
_MS = TELEPHONE_HZ // 1000
_SOFT_MS = 60

ORDER = (
    ("ask", "question"), ("murmur", "cough"), ("ask", "human_pause"), ("ask", "question_pause"), ("interrupt", "question"),
    ("ask", "human_slow"), ("ask", "question"), ("murmur", "mm-hmm"), ("ask", "human_pause"), ("ask", "question_noise"),
    ("murmur", "oui"), ("ask", "human"), ("ask", "question"), ("murmur", "television"), ("ask", "question"), ("murmur", "echo"),
    ("ask", "question"), ("interrupt", "human"),
)  # fmt: skip
"""A round of what callers do: (kind, material). A question that can be answered follows each recording that cannot."""
ROUNDS = 8
AFTER_MS = {"murmur": (700, 1200, 1900), "interrupt": (1000, 1600, 2400)}
"""How far into the bot's reply they begin, in turn."""


@dataclass(frozen=True, slots=True)
class Written:
    """A Move on its way to the process that makes the calls; `file` holds its A-law."""

    kind: str
    material: str
    file: str
    first: int
    end: int
    after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """What callers do, and the frames of A-law that they send meanwhile."""

    moves: list[Move]
    line: list[bytes] = field(repr=False)


def write_moves(
    folder: Path,
    data: Path,
    questions: Sequence[Path],
    rounds: int = ROUNDS,
    noise_dbfs: float = LINE_NOISE_DBFS,
) -> Path:
    """A file of Moves, with their sound beside it in `folder`. Raises CallbotError, AudioFileError."""
    noise = _line_noise(noise_dbfs)
    pools = {name: cycle(made) for name, made in _pools(data, questions).items()}
    written = []
    for number, (kind, material) in enumerate(ORDER * rounds):
        pcm, first, end = next(pools[material])
        file = folder / f"move{number}.al"
        file.write_bytes(
            b"".join(sounds.frames(_samples(np.add(pcm, np.resize(noise, len(pcm)), dtype=np.float64))))
        )
        times = AFTER_MS.get(kind, (0,))
        written.append(asdict(Written(kind, material, str(file), first, end, times[number % len(times)])))
    line = folder / "line.al"
    line.write_bytes(b"".join(sounds.frames(noise)))
    path = folder / "moves.json"
    path.write_text(json.dumps({"line": str(line), "moves": written}), encoding="utf-8")
    return path


def read_moves(path: Path) -> Material:
    """What `write_moves` has written."""
    written = json.loads(path.read_text(encoding="utf-8"))
    moves = [
        Move(
            Kind(one["kind"]),
            one["material"],
            _frames(one["file"]),
            one["first"],
            one["end"],
            one["after_ms"],
        )
        for one in written["moves"]
    ]
    return Material(moves, _frames(written["line"]))


def _frames(file: str) -> list[bytes]:
    alaw = Path(file).read_bytes()
    return [alaw[at : at + sounds.FRAME] for at in range(0, len(alaw), sounds.FRAME)]


def _line_noise(dbfs: float) -> Pcm:
    """White noise at this level, a whole number of frames."""
    hiss = np.random.default_rng(11).normal(0, 32768 * 10 ** (dbfs / 20), LINE_SECONDS * TELEPHONE_HZ)
    return _samples(hiss)


Made = tuple[Pcm, int, int]
"""Sound at 8 kHz; the first frame of the caller's own and the one after its last."""


def _pools(data: Path, questions: Sequence[Path]) -> dict[str, Iterator[Made]]:
    human = [(path.stem, _loud(_read(path))) for path in _recordings(data)]
    asked = [(path.stem, _read(path)) for path in questions]
    yes = [pcm for name, pcm in asked if name == "oui"] or [asked[0][1][: 300 * _MS]]
    asked = [(name, pcm) for name, pcm in asked if name != "oui"]
    if not human:
        raise CallbotError(
            f"{data}: no recordings there (speech/{SETS[0]}/utterances.tsv), nor in {OWN}; give --data DIR"
        )
    return {
        "human": (_plain(pcm) for _, pcm in human),
        "human_pause": (_plain(paused(name, pcm)) for name, pcm in human),
        "human_slow": (_plain(paused(name, slowed(pcm, SLOW))) for name, pcm in human),
        "question": (_plain(pcm) for _, pcm in asked),
        "question_pause": (_plain(paused(name, pcm)) for name, pcm in asked),
        "question_noise": (_noisy(name, pcm, _noise(data)) for name, pcm in asked),
        "cough": (_plain(make(seed)) for seed in range(4) for make in (cough,)),
        "mm-hmm": (_plain(mm_hmm(hz)) for hz in (115.0, 190.0, 140.0, 220.0)),
        "oui": (_plain(pcm) for pcm in yes),
        "television": (_aside(_samples(pcm * 10 ** (TELEVISION_DB / 20))) for _, pcm in reversed(human)),
        ECHO: (_aside(np.zeros(ASIDE_MS * _MS, np.int16)) for _ in range(1)),
    }


def paused(name: str, pcm_8k: Pcm) -> Pcm:
    """The speech with a pause of 300–700 ms at its softest moment between a quarter and three quarters of it."""
    first, end = _span(pcm_8k)
    speech = pcm_8k[first * sounds.FRAME : end * sounds.FRAME].astype(np.float64)
    size = _SOFT_MS * _MS
    if len(speech) < 8 * size:
        return pcm_8k
    power = np.convolve(speech**2, np.ones(size), "valid")
    low, high = len(power) // 4, len(power) * 3 // 4
    at = first * sounds.FRAME + low + int(np.argmin(power[low:high])) + size // 2
    random = np.random.default_rng(zlib.crc32(name.encode()))
    length = int(random.integers(*PAUSE_MS)) * _MS
    fill = np.rint(random.normal(0, HISS_RMS, length)).astype(np.int16)
    ramp = np.linspace(1, 0, 10 * _MS)
    before, after = pcm_8k[:at].copy(), pcm_8k[at:].copy()
    before[-len(ramp) :] = (before[-len(ramp) :] * ramp).astype(np.int16)
    after[: len(ramp)] = (after[: len(ramp)] * ramp[::-1]).astype(np.int16)
    return np.concatenate([before, fill, after])


def cough(seed: int) -> Pcm:
    """Two bursts of noise, as a cough is: a short hard one and a softer one."""
    random = np.random.default_rng(seed)
    pieces = []
    for length_ms, peak in ((140, 9000.0), (220, 5000.0)):
        size = length_ms * _MS
        noise = np.convolve(random.standard_normal(size), np.ones(3) / 3, "same")
        pieces += [peak / 2 * noise * np.exp(-np.linspace(0, 4, size)), np.zeros(60 * _MS)]
    return _samples(np.concatenate(pieces))


def mm_hmm(hz: float) -> Pcm:
    """A hum in two parts, the second a little higher."""
    pieces = []
    for factor, length_ms in ((1.0, 180), (1.15, 260)):
        t = np.arange(length_ms * _MS) / TELEPHONE_HZ
        harmonics = (np.sin(2 * np.pi * hz * factor * n * t) / n**2 for n in range(1, 8))
        pieces += [2500 * np.sum(list(harmonics), axis=0) * np.hanning(len(t)), np.zeros(50 * _MS)]
    return _samples(np.concatenate(pieces))


def _recordings(data: Path) -> list[Path]:
    found = []
    for table in (data / "speech" / name / "utterances.tsv" for name in SETS):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            found += [
                table.parent / row["path"] for row in rows if SECONDS[0] < float(row["seconds"]) < SECONDS[1]
            ]
    if not found:
        found = [path for pattern in OWN_FILES for path in sorted(OWN.glob(pattern))]
    return found[:: max(1, -(-len(found) // RECORDINGS))]


def _read(path: Path) -> Pcm:
    return to_rate(*read_wav(path), TELEPHONE_HZ)


def _loud(pcm: Pcm) -> Pcm:
    """At the level of a telephone call: volunteers' recordings are louder and softer than that."""
    return _samples(pcm * (LEVEL_RMS / max(1.0, active_rms(pcm))))


def _samples(sound: NDArray[np.floating[Any]]) -> Pcm:
    clipped: Pcm = np.clip(np.rint(sound), -32767, 32767).astype(np.int16)
    return clipped


def _noise(data: Path) -> Callable[[int], Pcm]:
    """Street noise of `data`, else a hiss."""
    path = data / "noise" / "city.wav"
    sound = (
        _read(path) if path.is_file() else np.random.default_rng(5).normal(0, 1000, 80_000).astype(np.int16)
    )
    return lambda size: np.resize(sound, size)


def _noisy(name: str, pcm: Pcm, noise: Callable[[int], Pcm]) -> Made:
    """With street noise under it, half a second before and on until the reply; when the caller speaks is known from the clean one."""
    first, end = _span(pcm)
    lead = 500 // FRAME_MS
    speech = pcm[first * sounds.FRAME : end * sounds.FRAME]
    sound = np.concatenate([np.zeros(lead * sounds.FRAME), speech, np.zeros(TAIL_MS * _MS)])
    background = np.roll(noise(len(sound)), zlib.crc32(name.encode()) % 8000).astype(np.float64)
    gain = active_rms(speech) / max(1.0, float(np.sqrt(np.mean(background**2)))) * 10 ** (-NOISE_DB / 20)
    return _samples(sound + gain * background), lead, lead + end - first


def _aside(pcm: Pcm) -> Made:
    """Sound that is not the caller's, as it is."""
    pcm = pcm[: ASIDE_MS * _MS]
    return pcm, 0, -(-len(pcm) // sounds.FRAME)


def _plain(pcm: Pcm) -> Made:
    first, end = _span(pcm)
    return pcm[first * sounds.FRAME : end * sounds.FRAME], 0, end - first


def _span(pcm: Pcm) -> tuple[int, int]:
    """First frame of speech and the one after the last; all of it where nothing is loud. A click before the speech is none of it."""
    frames = sounds.frames(pcm)
    loud = [number for number, frame in enumerate(frames) if sounds.voiced(frame)]
    if not loud:
        return 0, len(frames)
    lone = LONE_MS // FRAME_MS
    first = began = loud[0]
    for before, number in itertools.pairwise(loud):
        if number - before > lone and before - began < lone:
            first = began = number
        if number - first >= 2 * lone:
            break
    return first, loud[-1] + 1
