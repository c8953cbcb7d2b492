"""What `callbot bench intents --speech` shows: a progress bar while the exam is heard, then its figures."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot.bench.examiner import Examiner
from callbot.bench.intents import Row
from callbot.bench.spoken_intents import examine, hear_exam, missing_of_exam, spoken_exam, spoken_thresholds
from callbot.config import Settings
from callbot.corpus.reader import Part
from callbot.knowledge import store
from callbot.understanding.router import Understanding

__all__ = ["show_spoken"]


def show_spoken(settings: Settings, part: Part, noise_dir: Path, *, share: float, as_json: bool) -> None:
    """Print the rows of the authors of `part` by voice. Raises CallbotError."""
    knowledge = store.load(settings.knowledge_dir)
    if part is Part.EXAM and (todo := missing_of_exam(settings, share)):
        errors = Console(stderr=True)
        errors.print(f"{len(todo)} renditions to be heard; Ctrl-C loses nothing.")
        columns = TextColumn("Hearing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
            task = bar.add_task("", total=len(todo))
            hear_exam(settings, knowledge, todo, noise_dir, lambda more: bar.advance(task, more))
    spoken = spoken_exam(settings, share) if part is Part.EXAM else spoken_thresholds(settings)
    ask = Examiner(settings, knowledge, Understanding.load(settings, knowledge))
    rows = examine(part.value, spoken, ask, settings.answer_threshold)
    for row in rows:
        print(json.dumps(asdict(row)) if as_json else _line(row))


def _line(row: Row) -> str:
    values = {name: value for name, value in asdict(row).items() if value is not None}
    head = f"{values.pop('set')} ({values.pop('n')}): "
    return head + ", ".join(f"{name} {value:.3f}" for name, value in values.items())
