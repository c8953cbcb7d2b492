"""The live SIP dialogs of a bridge, on disk: whoever starts next at the same port ends what a killed bridge left behind.

One file an address under data_dir, JSON lines, mode 0600: a line when a dialog opens or changes, one when it is over. The bridge
holds the file's lock for as long as it lives (the kernel lets go of it at any death, and it reaches across containers), so that
a journal without a lock is a dead bridge's. It holds callers' numbers: it is emptied when the last dialog is over and removed
at a clean end; what is older than a day is thrown away unread. Lines are written by a thread of their own, off the audio path.
"""

import fcntl
import json
import logging
import os
import queue
import re
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from sip_bridge.orphans import json_of
from sip_bridge.trace import Dialog, DialogChange, DialogClosed, DialogOpened, dialog_of

__all__ = ["Journal", "JournalHeldError", "path_of", "read_dialogs", "want"]

FOLDER = Path("bridge/journal")
"""Under data_dir."""
OLDEST_SECONDS = 24 * 3600
"""No call lasts so long: what was written before is nobody's any more."""
MOST_DIALOGS = 2048
"""Dialogs that are read back; the oldest are forgotten."""
MOST_LINES = 4096
"""After so many lines the file is written anew, with the live dialogs only."""
MOST_BYTES = 16 << 20
"""A longer file was not written by us."""
LEAVING: Final = "leaving"
"""What a bridge adds when its service is gone: it ends soon, and whoever wants its port may wait."""
_LEAVES = re.compile(rb'\{"leaving":')

log = logging.getLogger(__name__)


class JournalHeldError(Exception):
    """A running bridge has this journal. `leaving`: it will end by itself soon."""

    def __init__(self, leaving: bool) -> None:
        super().__init__("a running bridge has this journal")
        self.leaving = leaving


def path_of(data_dir: Path, host: str, port: int) -> Path:
    """Where the bridge at that address keeps its dialogs."""
    return data_dir / FOLDER / f"{host}-{port}.jsonl"


def read_dialogs(lines: Iterable[bytes]) -> dict[str, Dialog]:
    """The dialogs that were live after these lines, by Call-ID. A line that a death cut short is passed over."""
    live: dict[str, Dialog] = {}
    for line in lines:
        with suppress(ValueError, TypeError, KeyError, RecursionError):
            told = json.loads(line)
            if "closed" in told:
                live.pop(told["closed"], None)
            elif "opened" in told:
                dialog = dialog_of(told["opened"])
                live.pop(dialog.call_id, None)
                live[dialog.call_id] = dialog
                if len(live) > MOST_DIALOGS:
                    del live[next(iter(live))]
    return live


class Journal:
    """The journal of this process. `left` are the dialogs of a bridge that was killed; tell `closed` of each that is ended."""

    def __init__(self, path: Path, *, now_s: float | None = None) -> None:
        """Take it over. Raises JournalHeldError while another bridge has it, OSError when the folder cannot be written."""
        self._path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = _hold(path)
        try:
            self.left = self._read(time.time() if now_s is None else now_s)
        except OSError:
            os.close(self._file)
            raise
        self._live = dict(self.left)
        self._lines = 0
        self._leaving = False
        self._rewrite()
        with suppress(OSError):
            _wanted(path).unlink(missing_ok=True)
        self._changes: queue.SimpleQueue[DialogChange | Literal["leaving"] | None] = queue.SimpleQueue()
        self._failed = False
        self._writer = threading.Thread(target=self._write_until_closed, name="journal", daemon=True)
        self._writer.start()

    def take(self, change: DialogChange) -> None:
        """A dialog has opened, changed or ended. Never waits, never raises."""
        self._changes.put(change)

    def leave(self) -> None:
        """Our service is gone: we end soon."""
        self._changes.put(LEAVING)

    def is_wanted(self) -> bool:
        """Whether a successor waits for our port (`want`)."""
        return _wanted(self._path).exists()

    def close(self) -> None:
        """A clean end: nothing is left to end, and the file is removed. Idempotent."""
        if not self._writer.is_alive():
            return
        self._changes.put(None)
        self._writer.join()
        for path in (self._path, _wanted(self._path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(self._file)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _read(self, now_s: float) -> dict[str, Dialog]:
        found = os.fstat(self._file)
        if now_s - found.st_mtime > OLDEST_SECONDS or found.st_size > MOST_BYTES:
            return {}
        return read_dialogs(os.pread(self._file, MOST_BYTES, 0).splitlines())

    def _write_until_closed(self) -> None:
        while (change := self._changes.get()) is not None:
            try:
                self._write(change)
                self._failed = False
            except OSError as error:
                if not self._failed:
                    log.error("the journal of SIP dialogs cannot be written: %s", error.strerror)
                self._failed = True

    def _write(self, change: DialogChange | Literal["leaving"]) -> None:
        match change:
            case DialogOpened(dialog):
                self._live.pop(dialog.call_id, None)
                self._live[dialog.call_id] = dialog
                if len(self._live) > MOST_DIALOGS:
                    del self._live[next(iter(self._live))]
                self._append(_opened(dialog))
            case DialogClosed(call_id):
                if self._live.pop(call_id, None):
                    self._append(_line(closed=call_id))
            case _:
                self._leaving = True
                self._append(_line(**{LEAVING: os.getpid()}))
        if self._lines and (not self._live or self._lines > MOST_LINES):
            self._rewrite()

    def _append(self, line: bytes) -> None:
        self._lines += 1
        os.write(self._file, line)

    def _rewrite(self) -> None:
        """Only what is live. A death between both calls loses it: microseconds, against a lock that must stay on this file."""
        os.ftruncate(self._file, 0)
        lines = [_line(**{LEAVING: os.getpid()})] if self._leaving else []
        lines += map(_opened, self._live.values())
        if lines:
            os.write(self._file, b"".join(lines))
        self._lines = len(lines)


def want(path: Path) -> None:
    """Ask a bridge that is leaving for its port. What cannot be written is passed over: it leaves anyway."""
    with suppress(OSError):
        os.close(os.open(_wanted(path), os.O_WRONLY | os.O_CREAT, 0o600))


def _wanted(path: Path) -> Path:
    return path.with_suffix(".wanted")


def _hold(path: Path) -> int:
    """The file, open and locked; one that was removed while we waited for its lock is nobody's, and made anew."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            leaving = any(
                LEAVING.encode() in line[:20] for line in os.pread(file, MOST_BYTES, 0).splitlines()
            )
            os.close(file)
            raise JournalHeldError(leaving) from None
        except OSError:
            os.close(file)
            raise
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(file).st_ino:
                return file
        os.close(file)


def _opened(dialog: Dialog) -> bytes:
    return _line(opened=json_of(dialog))


def _line(**fields: object) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"
