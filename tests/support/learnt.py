"""What is made once, and kept for later runs too: the router of the small commune, and the sentences of the instant voice."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callbot import config
from callbot.knowledge import store
from callbot.understanding.router import Understanding
from tests.support import small_commune
from tests.support.cli import ROOT, link

KEPT = ROOT / "var" / "tests"
"""The names of the files in it tell what they were made of and by which code: what is out of date is not looked at."""


def small_router(data_dir: Path) -> None:
    """Put into `data_dir` the trained router of `small_commune.QUESTIONS`; the first of the processes that run makes it."""
    made = KEPT / "small-commune"
    with _alone(made):
        knowledge = store.load(small_commune.write(made / "knowledge"))
        Understanding.load(config.load({}, data_dir=made), knowledge)
        shutil.copytree(made / "understanding", data_dir / "understanding", copy_function=link)


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
