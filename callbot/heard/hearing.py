"""Hears written lines: spoken, sent over the line, heard as a call's sound is, written to the cache one by one."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from callbot.audio.types import Pcm
from callbot.config import Settings
from callbot.heard import transcripts
from callbot.heard.drawing import Job
from callbot.heard.mouths import Say
from callbot.heard.transcripts import Heard
from callbot.speech.listening import Listener, transcribe
from callbot.speech.recognizer import Recognizer, RecognizerEngine

__all__ = ["Booth", "as_in_a_call", "hear", "missing"]


def missing(jobs: Sequence[Job], known: Sequence[Heard]) -> list[Job]:
    """The jobs that nobody has heard yet, in their order."""
    done = {each.key for each in known}
    return [job for job in jobs if job.key not in done]


@dataclass(frozen=True, slots=True)
class Booth:
    """What is needed to hear callers: ears as a call has them, the callers' voices, and the noises around them by name (16 kHz)."""

    engine: RecognizerEngine
    settings: Settings
    say: Say
    noises: Mapping[str, Pcm]


async def hear(
    booth: Booth, jobs: Sequence[Job], file: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Do the jobs, as many at once as the settings give threads to the engine, and append each to `file` when it is done.

    A line that neighbouring jobs share is spoken once. `progress` hears 1 after each job. Raises EngineError.
    """
    waiting = iter([list(group) for _, group in groupby(jobs, key=lambda job: (job.text, job.caller))])

    async def work() -> None:
        recognizer = await booth.engine.lend()
        try:
            for group in waiting:
                pcm, rate_hz = await asyncio.to_thread(booth.say, group[0].text, group[0].caller)
                for job in group:
                    sound = job.way.over(pcm, rate_hz, booth.noises, job.text)
                    text = await as_in_a_call(recognizer, booth.settings, sound)
                    heard = Heard(job.part, job.caller.name, str(job.way), job.text, text)
                    transcripts.append(file, heard)
                    if progress:
                        progress(1)
        finally:
            await recognizer.close()

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(booth.settings.stt_workers):
                tasks.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


async def as_in_a_call(recognizer: Recognizer, settings: Settings, sound: Pcm) -> str:
    """What a call would have heard: 16 kHz sound through voice activity, endpointing and the recogniser."""
    listener = Listener(settings.pause_ms, settings.end_of_turn_likely_ms, settings.max_utterance_ms)
    turns = await transcribe(recognizer, listener, sound, settings.end_of_turn_likely_ms)
    return " ".join(turn.text for turn in turns if turn.text)
