"""What is on the disk: is an item installed, whole and unchanged, and where did it come from."""

import functools
import hashlib
import importlib.util
import os
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from callbot.speech.catalogue import File, Item

RECORD = "installed.json"
"""Beside an item's files: what `pull` put there."""


class State(StrEnum):
    """Whether an item can be used."""

    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"


class Record(BaseModel):
    """Written by `pull`: the source that served the item, and each file as it was then."""

    model_config = ConfigDict(frozen=True)

    source: str
    files: tuple[File, ...]


def sha256_of(path: Path) -> str:
    """The checksum of a file, in hexadecimal; read once per process while size and time stay the same. Raises OSError."""
    now = path.stat()
    return _sha256(path, now.st_size, now.st_mtime_ns)


@functools.lru_cache(maxsize=256)
def _sha256(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_record(item: Item, folder: Path) -> Record | None:
    """The item's record, or None when it was put there by hand (or the record is unreadable)."""
    try:
        return Record.model_validate_json((folder / item.name / RECORD).read_text("utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        return None


def expected_files(item: Item, folder: Path) -> tuple[File, ...]:
    """The files as they should be: as the catalogue says, else as `pull` recorded them, else unknown (empty)."""
    record = None if item.file else read_record(item, folder)
    return record.files if record else item.file


def state(item: Item, folder: Path) -> tuple[State, str]:
    """The state, every byte compared (0.3 s for 150 MB), and in words what is wrong, if anything is."""
    if item.comes_with_callbot:
        bundled = importlib.util.find_spec("py_nanotts") is not None
        return (
            (State.INSTALLED, "")
            if bundled
            else (State.MISSING, "the Python package py-nanotts is not installed")
        )
    if not _has_files(folder / item.name):
        return State.MISSING, "not installed"
    problems = find_problems(item, folder)
    return (State.DAMAGED, next(iter(problems.values()))) if problems else (State.INSTALLED, "")


def find_problems(item: Item, folder: Path) -> dict[str, str]:
    """What is wrong with each file, by its path. Empty when all is well."""
    problems: dict[str, str] = {}
    for file in expected_files(item, folder):
        problem = _problem(file, folder / item.name)
        if problem:
            problems[file.path] = f"{file.path} {problem}"
    return problems


def fingerprint(item: Item, folder: Path) -> str:
    """Eight hexadecimal digits that change when any file of the item does. Raises OSError."""
    known = {file.path: file.sha256 for file in expected_files(item, folder)}
    if not known:
        root = folder / item.name
        known = {
            str(path.relative_to(root)): sha256_of(path) for path in sorted(root.rglob("*")) if path.is_file()
        }
    return hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()[:8]


def _has_files(path: Path) -> bool:
    try:
        with os.scandir(path) as entries:
            return any(entries)
    except OSError:
        return False


def _problem(file: File, root: Path) -> str:
    path = root / file.path
    try:
        size = path.stat().st_size
        corrupt = size == file.size and sha256_of(path) != file.sha256
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if size != file.size:
        return f"is {'truncated' if size < file.size else 'too long'} ({size} of {file.size} bytes)"
    return "is corrupt (its checksum differs)" if corrupt else ""
