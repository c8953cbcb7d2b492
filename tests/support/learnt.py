"""What is made once, and kept for later runs too: the router of the small commune, and the sentences of the instant voice."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from unittest.mock import patch

from callbot import config
from callbot.config import Settings
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding import router_file, router_learning, training
from callbot.understanding.router import Understanding
from callbot.understanding.training import Examples
from tests.support import small_commune
from tests.support.cli import ROOT, link

KEPT = ROOT / "var" / "tests"
"""The names of the files in it tell what they were made of and by which code: what is out of date is not looked at."""
LEARNT = 4
"""One line of the corpus in so many is what the small commune's router knows."""


@dataclass(frozen=True)
class Lines:
    """What a router learns, the lines kept apart that make its odds right, and what only the emergency detector learns."""

    data: Examples
    kept: Examples
    harmless: list[str]


def small_router(data_dir: Path) -> None:
    """Put into `data_dir` the trained router of `small_commune.QUESTIONS`; the first of the processes that run makes it.

    It knows one line of the corpus in LEARNT: twenty seconds instead of ninety.
    """
    made = KEPT / f"small-commune-{LEARNT}"
    with _alone(made):
        knowledge = store.load(small_commune.write(made / "knowledge"))
        settings = config.load({}, data_dir=made)
        if not router_file.artefact(settings, knowledge).is_file():
            with knowing(some_lines(settings, knowledge, LEARNT)):
                Understanding.load(settings, knowledge)
        shutil.copytree(made / "understanding", data_dir / "understanding", copy_function=link)


def some_lines(settings: Settings, knowledge: Knowledge, one_in: int) -> Lines:
    """What a router learns that knows the commune's questions, and of all other lines one in so many."""
    own, numbers = {motive for motive, _ in knowledge.labels}, count()
    data, kept = (
        lines.where(lambda _text, label: label[0] in own or next(numbers) % one_in == 0)
        for lines in router_learning.lessons(settings, knowledge)
    )
    return Lines(data, kept, training.harmless()[::one_in])


@contextmanager
def knowing(lines: Lines) -> Iterator[None]:
    """Meanwhile routers learn these."""
    with (
        patch.object(router_learning, "lessons", lambda *_: (lines.data, lines.kept)),
        patch.object(training, "harmless", lambda: lines.harmless),
    ):
        yield


def share_prompts(data_dir: Path) -> None:
    """What one service renders, the others find: else each of them spends its time on the same 2,500 sentences."""
    (KEPT / "prompts").mkdir(parents=True, exist_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "prompts").symlink_to(KEPT / "prompts", target_is_directory=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
