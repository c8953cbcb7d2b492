"""What is learnt once for all tests of a run: the router of the small commune, which takes as long as that of a real one."""

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
