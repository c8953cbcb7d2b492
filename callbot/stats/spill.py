"""Where a call's rows wait, on disk, while the database does not take them: JSON lines, a file per process, 0600.

A process holds its own file's lock for as long as it may append; the lock ends with the process, so that a file without one
has been left behind and whoever finds it may bring it in. Files hold transcripts: they are removed once they are brought in.
"""

import fcntl
import logging
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from callbot.stats.call_rows import Rows

FOLDER = "unsaved"
"""In data_dir."""
REJECTED = "rejected"
"""Suffix of the file of rows that the database refuses for what they are; for a person to look at."""

logger = logging.getLogger(__name__)
_rows: TypeAdapter[Rows] = TypeAdapter(Rows)


class Left:
    """A file of rows that nobody appends to any more, held by us until `remove` or `release`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._file = file

    def rows(self) -> Iterator[Rows]:
        """Every row of it. A line cut short by a crash is logged and passed over."""
        self._file.seek(0)
        for number, line in enumerate(self._file, start=1):
            try:
                yield _rows.validate_json(line)
            except ValidationError:
                logger.error("an unsaved call cannot be read: %s line %d", self._path, number)

    def remove(self) -> None:
        """The rows are in the database."""
        self._path.unlink(missing_ok=True)
        self._file.close()

    def release(self) -> None:
        """Not now: leave the file for the next time."""
        self._file.close()


class Spill:
    """The folder of unsaved rows of one data_dir. Its work is short and done at once, without threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None

    def append(self, rows: Rows) -> None:
        """Put aside what could not be written; raises OSError when the disk does not take it either."""
        self._file = self._file or self._new_file()
        self._file.write(_rows.dump_json(rows) + b"\n")
        self._file.flush()

    def reject(self, rows: Rows) -> None:
        """Put aside, for good, what the database will never take."""
        path = self._folder / f"{rows.call.id}.{REJECTED}"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_rows.dump_json(rows) + b"\n")

    def rejected(self) -> Iterator[tuple[Path, Rows | None]]:
        """The files of rows that the database has refused, with what they hold; None: it cannot be read."""
        for path in sorted(self._folder.glob(f"*.{REJECTED}")):
            try:
                yield path, _rows.validate_json(path.read_bytes())
            except (OSError, ValidationError):
                yield path, None

    def left(self) -> Iterator[Left]:
        """The files that may be brought in, oldest first: those left behind, and what this process has put aside."""
        self.close()
        for path in sorted(self._folder.glob("*.jsonl"), key=_age):
            file = _hold(path)
            if file is not None:
                yield Left(path, file)

    def close(self) -> None:
        """Append no more to the present file; the next append begins another."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _new_file(self) -> IO[bytes]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{uuid.uuid4()}.jsonl"
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file


def purge_rejected(data_dir: Path, before: datetime) -> int:
    """Remove refused rows of calls that began before then; of those that cannot be read, the files of before then. How many."""
    old = [
        path
        for path, rows in Spill(data_dir / FOLDER).rejected()
        if (rows.call.started_at if rows else datetime.fromtimestamp(_age(path), UTC)) < before
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _hold(path: Path) -> IO[bytes] | None:
    """Open and lock `path`, or None when it is somebody's, or gone, or not for us to read."""
    try:
        file = path.open("rb")
    except OSError as error:
        logger.warning("a file of unsaved calls was passed over: %s: %s", path, error.strerror)
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
