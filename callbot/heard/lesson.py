"""Hearing what the router is to learn: which lines, in what order, and with whose ears. Resumable: only what is missing is heard."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.config import Settings
from callbot.corpus.reader import Part, utterances
from callbot.heard.drawing import Job, draw, job
from callbot.heard.hearing import Booth, hear, missing
from callbot.heard.known import cache_file, ears, known
from callbot.heard.mouths import Mouths
from callbot.heard.noises import made
from callbot.knowledge.store import Knowledge
from callbot.speech.engines import open_recognizer_engine
from callbot.understanding import vocabulary
from callbot.understanding.training import lines

__all__ = ["SHARE", "Lesson", "take", "to_hear"]

SHARE = 0.35
"""Share of the lines that is heard unless another one is asked for: docs/benchmarks.md tells what more of them brings."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be heard now, and how many renditions of these lines were there already."""

    jobs: tuple[Job, ...]
    there: int


def to_hear(settings: Settings, knowledge: Knowledge, share: float, limit: int | None = None) -> Lesson:
    """A share of the lines to be learnt, and of those that thresholds are chosen on; of the missing ones at most `limit`."""
    kept = (line.text for line in utterances(Part.THRESHOLDS))
    jobs = [job(Part.TRAIN, text) for text in draw(lines(knowledge), share)]
    jobs += [job(Part.THRESHOLDS, text) for text in draw(kept, share)]
    new = missing(jobs, known(settings) if ears(settings) else ())
    return Lesson(tuple(new[:limit]), len(jobs) - len(new))


def take(
    settings: Settings, knowledge: Knowledge, jobs: Sequence[Job], progress: Callable[[int], None]
) -> None:
    """Hear the jobs with the recogniser of the settings and keep each in the cache. Blocking. Raises CallbotError.

    Stopped at any time, it loses nothing but the line that was being heard. `progress` hears 1 after each.
    """
    asyncio.run(_take(settings, vocabulary.prompt(settings, knowledge), jobs, progress))


async def _take(
    settings: Settings, prompt: str, jobs: Sequence[Job], progress: Callable[[int], None]
) -> None:
    engine = await open_recognizer_engine(settings, prompt=prompt)
    try:
        say = Mouths(settings.voices_dir).say
        booth = Booth(engine, settings, say, made(say))
        await hear(booth, jobs, cache_file(settings, ears(settings), jobs[0].part), progress)
    finally:
        await engine.close()
