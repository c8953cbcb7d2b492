"""What is made once for all tests of a run: the router of the small commune, and the sentences of the instant voice."""

import fcntl
import shutil
from pathlib import Path

from callbot import config
from callbot.knowledge import store
from callbot.understanding.router import Understanding
from tests.support import small_commune
from tests.support.cli import link


def small_router(shared: Path, data_dir: Path) -> None:
    """Put into `data_dir` the trained router of `small_commune.QUESTIONS`; the first of the run's processes makes it in `shared`."""
    made = shared / "small-commune"
    with (shared / "small-commune.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "ready").exists():
            knowledge = store.load(small_commune.write(made / "knowledge"))
            Understanding.load(config.load({}, data_dir=made), knowledge)
            (made / "ready").touch()
    shutil.copytree(made / "understanding", data_dir / "understanding", copy_function=link)


def share_prompts(shared: Path, data_dir: Path) -> None:
    """What one of the run's services renders, the others find: else each of them spends its time on the same 2,500 sentences."""
    (shared / "prompts").mkdir(exist_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "prompts").symlink_to(shared / "prompts", target_is_directory=True)
