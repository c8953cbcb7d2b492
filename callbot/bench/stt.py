"""`callbot bench stt`: word error rates of an engine, by set, condition and group of speakers, with bootstrap intervals."""

import asyncio
import csv
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callbot.audio.files import read_wav
from callbot.bench.conditions import Condition
from callbot.config import Settings
from callbot.errors import CallbotError
from callbot.heard.hearing import as_in_a_call
from callbot.speech.recognizer import RecognizerEngine

ATTRIBUTES = ("gender", "age", "accent")
UNKNOWN = "?"
SMALLEST_SLICE = 5
"""Utterances that a group needs to be named the weakest."""
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording, what is said in it, and who says it (attribute to value, `?` unknown)."""

    path: Path
    transcript: str
    speaker: dict[str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One utterance recognised: errors (substitutions, deletions, insertions) among the reference's words."""

    utterance: Utterance
    errors: int
    words: int


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `group` is None for the whole set, else `attribute=value`; `weakest` marks a set and condition's worst group."""

    engine: str
    model: str
    set: str
    condition: str
    group: str | None
    n: int
    wer: float
    wer_low: float
    wer_high: float
    compute_per_audio_second: float
    weakest: bool = False


def read_sets(speech_dir: Path, limit: int | None) -> dict[str, list[Utterance]]:
    """Each set of the folder (`SET/utterances.tsv`), the first `limit` utterances of it. Raises CallbotError when there is none."""
    tables = sorted(speech_dir.glob("*/utterances.tsv"))
    if not tables:
        raise CallbotError(f"{speech_dir}: no speech set there (SET/utterances.tsv); give --data DIR")
    return {table.parent.name: list(_utterances(table))[:limit] for table in tables}


async def measure(
    engine: RecognizerEngine,
    settings: Settings,
    sets: dict[str, list[Utterance]],
    conditions: dict[str, Condition],
    progress: Callable[[], None],
) -> AsyncIterator[list[Row]]:
    """The rows of every set under every condition, as they come; `progress` is called after each utterance.

    Raises AudioFileError, EngineError.
    """
    for set_name, utterances in sets.items():
        for condition_name, condition in conditions.items():
            attempts, compute = await _attempt_all(engine, settings, utterances, condition, progress)
            yield list(score((engine.name, engine.model, set_name, condition_name), attempts, compute))


def score(measured: tuple[str, str, str, str], attempts: list[Attempt], compute: float) -> Iterator[Row]:
    """The row of what was `measured` (engine, model, set, condition), then one for each comparable group of its speakers."""
    slices: dict[str | None, list[Attempt]] = {None: attempts, **_groups(attempts)}
    rates = {group: _rate(members) for group, members in slices.items()}
    known = [group for group in slices if group and not group.endswith(f"={UNKNOWN}")]
    named = [group for group in known if len(slices[group]) >= SMALLEST_SLICE]
    weakest = max(named, key=lambda group: rates[group]) if len(named) > 1 else None
    for group, members in slices.items():
        low, high = interval(members)
        yield Row(
            *measured,
            group=group,
            n=len(members),
            wer=round(rates[group], 4),
            wer_low=round(low, 4),
            wer_high=round(high, 4),
            compute_per_audio_second=round(compute, 4),
            weakest=group is not None and group == weakest,
        )


def interval(attempts: list[Attempt]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the rate, utterances drawn with replacement, always the same draws."""
    counts: NDArray[np.int64] = np.array([(attempt.errors, attempt.words) for attempt in attempts])
    draws = np.random.default_rng(0).integers(0, len(counts), (RESAMPLES, len(counts)))
    sums = counts[draws].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / sums[:, 1], (2.5, 97.5))
    return float(low), float(high)


def count_errors(reference: str, hypothesis: str) -> tuple[int, int]:
    """Word errors of the hypothesis, and words of the reference, both made comparable first."""
    import jiwer

    from callbot.bench.french import comparable

    found = jiwer.process_words(comparable(reference), comparable(hypothesis))
    errors = found.substitutions + found.deletions + found.insertions
    return errors, found.hits + found.substitutions + found.deletions


def _utterances(table: Path) -> Iterator[Utterance]:
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            speaker = {attribute: row[attribute] or UNKNOWN for attribute in ATTRIBUTES}
            yield Utterance(table.parent / row["path"], row["transcript"], speaker)


async def _attempt_all(
    engine: RecognizerEngine,
    settings: Settings,
    utterances: list[Utterance],
    condition: Condition,
    progress: Callable[[], None],
) -> tuple[list[Attempt], float]:
    """Recognise all, as many at once as the engine has threads; the attempts and the processor seconds per second of audio."""
    waiting = iter(utterances)
    attempts: list[Attempt] = []
    seconds = 0.0

    async def work() -> None:
        nonlocal seconds
        recognizer = await engine.lend()
        try:
            for utterance in waiting:
                pcm, rate_hz = read_wav(utterance.path)
                text = await as_in_a_call(recognizer, settings, condition(pcm, rate_hz, utterance.path.stem))
                attempts.append(Attempt(utterance, *count_errors(utterance.transcript, text)))
                seconds += len(pcm) / rate_hz
                progress()
        finally:
            await recognizer.close()

    started = time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(settings.stt_workers):
            group.create_task(work())
    attempts.sort(
        key=lambda attempt: attempt.utterance.path
    )  # threads end in any order; the bootstrap draws by place
    return attempts, (time.process_time() - started) / seconds


def _groups(attempts: Iterable[Attempt]) -> dict[str | None, list[Attempt]]:
    """The attempts by `attribute=value`, for the attributes of which the set knows at least two values."""
    groups: dict[str | None, list[Attempt]] = {}
    for attribute in ATTRIBUTES:
        by_value = defaultdict(list)
        for attempt in attempts:
            by_value[attempt.utterance.speaker[attribute]].append(attempt)
        if len(by_value.keys() - {UNKNOWN}) > 1:
            groups |= {f"{attribute}={value}": members for value, members in sorted(by_value.items())}
    return groups


def _rate(attempts: Iterable[Attempt]) -> float:
    counts = [(attempt.errors, attempt.words) for attempt in attempts]
    return sum(errors for errors, _ in counts) / sum(words for _, words in counts)
