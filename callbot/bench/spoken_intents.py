"""`callbot bench intents --speech`: the questions of authors kept apart, said by callers kept apart, as the recogniser hears them.

A drawn share of the lines, a tenth as a rule, and all emergencies, for they are few; each twice: through A-law, and with noise at
10 dB before it. The exam's callers and noises (recordings) are in no training; what was heard is kept, so that a second run takes a
minute.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from callbot.audio.files import read_wav
from callbot.audio.line import to_rate
from callbot.audio.types import SPEECH_HZ
from callbot.bench.intents import Answer, Question, Row, of_corpus, row
from callbot.config import Settings
from callbot.corpus.reader import Part
from callbot.heard import callers, transcripts
from callbot.heard.drawing import Job, job, number_of, order
from callbot.heard.hearing import Booth, hear, missing
from callbot.heard.known import cache_file, ears, known
from callbot.heard.mouths import Mouths
from callbot.heard.ways import Way
from callbot.knowledge.store import Knowledge
from callbot.speech import engines
from callbot.speech.catalogue import Role
from callbot.speech.engines import open_recognizer_engine
from callbot.understanding import vocabulary

__all__ = [
    "SHARE",
    "Spoken",
    "examine",
    "hear_exam",
    "missing_of_exam",
    "sample",
    "spoken_exam",
    "spoken_thresholds",
]

SHARE = 0.1
"""Share of the lines of each motive, and of each other set, that is spoken unless another one is asked for."""
RECORDINGS = {"city": "city.wav", "talkers": "babble_fr_6talkers.wav"}
"""The exam's noises, in the data's `noise` folder."""
CONDITIONS = ("alaw", "10db")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question as it was heard, `question.text` being the transcript; `sampled` false: an emergency beyond the share."""

    question: Question
    condition: str
    gender: str
    sampled: bool


def sample(questions: Sequence[Question], share: float) -> dict[str, bool]:
    """The texts to be spoken: true for the drawn `share` of each motive and set, false for the other emergencies and alarms."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for question in questions:
        groups[question.set, question.motive if question.set == "motive" else ""].append(question.text)
    chosen: dict[str, bool] = {}
    for (name, _), texts in groups.items():
        ordered = order(texts)
        most = round(len(ordered) * share)
        urgent = name.startswith("emergency")
        chosen |= {text: n < most for n, text in enumerate(ordered) if urgent or n < most}
    return chosen


def exam_jobs(share: float) -> list[Job]:
    """What is to be said and heard of the exam."""
    return [one for text in order(sample(of_corpus(Part.EXAM), share)) for one in _jobs(text)]


def hear_exam(
    settings: Settings,
    knowledge: Knowledge,
    jobs: Sequence[Job],
    noise_dir: Path,
    progress: Callable[[int], None],
) -> None:
    """Hear these jobs of the exam. Blocking, some three seconds of one core each. `progress` hears 1 after each. Raises CallbotError."""
    asyncio.run(_hear(settings, vocabulary.prompt(settings, knowledge), jobs, noise_dir, progress))


def missing_of_exam(settings: Settings, share: float) -> list[Job]:
    """What the recogniser in use has not heard yet. Raises CatalogueError when none is installed."""
    engines.choose(settings, Role.STT)
    return missing(exam_jobs(share), list(transcripts.read(cache_file(settings, ears(settings), Part.EXAM))))


def spoken_exam(settings: Settings, share: float) -> list[Spoken]:
    """The exam as it was heard."""
    questions = of_corpus(Part.EXAM)
    chosen = sample(questions, share)
    file = cache_file(settings, ears(settings), Part.EXAM)
    heard = {each.key: each.heard for each in transcripts.read(file)}
    by_text = {question.text: question for question in questions}
    return [
        Spoken(
            replace(by_text[one.text], text=heard[one.key]),
            CONDITIONS[bool(one.way.noise)],
            one.caller.gender.value,
            chosen[one.text],
        )
        for one in exam_jobs(share)
        if one.key in heard
    ]


def spoken_thresholds(settings: Settings) -> list[Spoken]:
    """The lines of the authors on whom thresholds are chosen, as far as they have been heard."""
    by_text = {question.text: question for question in of_corpus(Part.THRESHOLDS)}
    return [
        Spoken(
            replace(by_text[each.written], text=each.heard),
            CONDITIONS[bool(Way.parse(each.way).noise)],
            callers.by_name(each.caller).gender.value,
            sampled=True,
        )
        for each in known(settings)
        if each.part is Part.THRESHOLDS and each.written in by_text
    ]


def examine(
    part: str, spoken: Sequence[Spoken], answer: Callable[[Question], Answer], threshold: float
) -> list[Row]:
    """A row for each condition, and below it one for each set, voice and author; the weakest voice or author is named so."""
    found: list[Row] = []
    for condition in CONDITIONS:
        answers = [(each, answer(each.question)) for each in spoken if each.condition == condition]
        if answers:
            found += _rows(f"{part}_speech_{condition}", answers, threshold)
    return found


def _rows(name: str, answers: Sequence[tuple[Spoken, Answer]], threshold: float) -> list[Row]:
    drawn = [answer for each, answer in answers if each.sampled]
    urgent = row("", [a for _, a in answers if a.question.set.startswith("emergency")], threshold)
    whole = replace(
        row(name, drawn, threshold),
        emergency_recall=urgent.emergency_recall,
        emergency_number_accuracy=urgent.emergency_number_accuracy,
    )
    sets: dict[str, list[Answer]] = defaultdict(list)
    groups: dict[str, list[Answer]] = defaultdict(list)
    for each, answer in answers:
        sets[f"{name}, {answer.question.set}"].append(answer)
        if answer.question.set == "motive":
            groups[f"{name}, motive, {each.gender}"].append(answer)
            groups[f"{name}, motive, author {answer.question.author}"].append(answer)
    slices = [row(group, some, threshold) for group, some in groups.items()]
    weakest = min(slices, key=lambda one: one.motive_accuracy or 0.0, default=None)
    named = [replace(one, set=f"{one.set} (weakest)") if one is weakest else one for one in slices]
    return [whole, *(row(group, some, threshold) for group, some in sets.items()), *named]


def _jobs(text: str) -> tuple[Job, Job]:
    """A line in both conditions, said once."""
    clean = job(Part.EXAM, text)
    noise = sorted(RECORDINGS)[number_of("noise", text) % len(RECORDINGS)]
    return clean, replace(clean, way=Way(noise, 10))


async def _hear(
    settings: Settings, prompt: str, jobs: Sequence[Job], noise_dir: Path, progress: Callable[[int], None]
) -> None:
    noises = {name: to_rate(*read_wav(noise_dir / wav), SPEECH_HZ) for name, wav in RECORDINGS.items()}
    engine = await open_recognizer_engine(settings, prompt=prompt)
    try:
        booth = Booth(engine, settings, Mouths(settings.voices_dir).say, noises)
        await hear(booth, jobs, cache_file(settings, ears(settings), Part.EXAM), progress)
    finally:
        await engine.close()
