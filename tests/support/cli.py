"""Runs `callbot` as its user does: a process, its exit code, its lines."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What a command left: `lines` are the non-empty ones of standard error."""

    code: int
    out: str
    lines: list[str]


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """The environment of a process with these settings, free ports, no SIP, no question by lot, and nothing of the developer's own.

    Understanding may take as long as a machine needs that runs four other files of tests.
    """
    share_training(data_dir)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CALLBOT_")}
    folders = {
        key: os.environ.get(f"CALLBOT_{key.upper()}", str(ROOT / key.removesuffix("_dir")))
        for key in ("models_dir", "voices_dir")
    }
    ports = dict.fromkeys(("web_port", "media_port", "audiosocket_port"), 0)
    plain = {"data_dir": data_dir, "sip_mode": "off", "satisfaction_share": 0, "thinking_limit_ms": 60_000}
    chosen = plain | folders | ports | settings
    return kept | {f"CALLBOT_{key.upper()}": str(value) for key, value in chosen.items()}


def share_training(data_dir: Path) -> None:
    """Give it the router that `make setup` trained, so that each test's service does not learn everything anew."""
    trained = ROOT / "var" / "understanding"
    if trained.is_dir() and not (data_dir / "understanding").exists():
        shutil.copytree(trained, data_dir / "understanding", copy_function=link)


def link(source: str, target: str) -> None:
    """The same file under another name where it can be: a hundred megabytes, which every writer replaces and none changes."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def callbot(
    data_dir: Path,
    *arguments: str | Path,
    text: str | None = None,
    patience_s: int = 240,
    **settings: object,
) -> Ran:
    """Run one command to its end (`patience_s` at most)."""
    done = subprocess.run(
        [sys.executable, "-m", "callbot", *map(str, arguments)],
        env=environment(data_dir, **settings),
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
    )
    return Ran(done.returncode, done.stdout, [line for line in done.stderr.splitlines() if line.strip()])
