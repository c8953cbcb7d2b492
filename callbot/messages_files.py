"""Callers' messages on disk: data_dir/messages/TOKEN.wav, and TOKEN.json beside it until its row is in the database.

The folder is 0700, files are 0600 and appear whole or not at all; a token is a random name. `most_bytes` bounds all of them together.
"""

import json
import os
import re
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callbot.audio.types import Pcm

__all__ = ["MessageFiles"]

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
OLD_S = 3600
"""A part of a file that is so old belongs to a process that died."""


class MessageFiles:
    """The folder. Every method may take as long as the disk, and raises OSError when that does not work."""

    def __init__(self, data_dir: Path, most_bytes: int) -> None:
        self.folder = data_dir / "messages"
        self._most_bytes = most_bytes

    def keep(self, token: str, pcm: Pcm, rate_hz: int, row: dict[str, Any]) -> bool:
        """Write what is to be in its row, then the recording; false where there is no room. A recording without either is swept."""
        if self.bytes_used() + pcm.nbytes > self._most_bytes:
            return False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._whole(self._note(token)) as path:
            path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        with self._whole(self.path(token)) as path, wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate_hz)
            out.writeframes(pcm.astype("<i2", copy=False).tobytes())
        return True

    def path(self, token: str) -> Path:
        """Where the recording is, or was. Raises ValueError for what is no token."""
        if not TOKEN.fullmatch(token):
            raise ValueError("not a recording's name")
        return self.folder / f"{token}.wav"

    def has(self, token: str) -> bool:
        """Whether it is on this machine."""
        return self.path(token).is_file()

    def delete(self, token: str) -> None:
        """Erase recording and note, where they are there."""
        self.path(token).unlink(missing_ok=True)
        self._note(token).unlink(missing_ok=True)

    def noted(self, token: str) -> None:
        """Its row is in the database."""
        self._note(token).unlink(missing_ok=True)

    def waiting(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Recordings whose rows are not in the database yet, with what is to be in them."""
        for path in self._named("*.json"):
            if self.has(path.stem):
                yield path.stem, json.loads(path.read_text(encoding="utf-8"))

    def tokens(self) -> set[str]:
        """Of all recordings on this machine whose rows are in the database, or were."""
        return {path.stem for path in self._named("*.wav") if not self._note(path.stem).exists()}

    def sweep(self) -> None:
        """Erase what a process that died has left half written."""
        alone = (path for path in self._named("*.json") if not self.has(path.stem))
        for path in (*self.folder.glob("*.part"), *alone):
            if time.time() - path.stat().st_mtime > OLD_S:
                path.unlink(missing_ok=True)

    def bytes_used(self) -> int:
        """Of all recordings together."""
        return sum(path.stat().st_size for path in self.folder.glob("*.wav"))

    def has_room(self, wanted: int) -> bool:
        """Whether so many more bytes may come."""
        return self.bytes_used() + wanted <= self._most_bytes

    def _named(self, pattern: str) -> list[Path]:
        """Files of ours, and not whatever somebody else put there."""
        return sorted(path for path in self.folder.glob(pattern) if TOKEN.fullmatch(path.stem))

    def _note(self, token: str) -> Path:
        return self.path(token).with_suffix(".json")

    def _whole(self, path: Path) -> "_Whole":
        return _Whole(path)


class _Whole:
    """A new file that gets its name when it is whole and on disk; 0600."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_suffix(f"{path.suffix}.part")

    def __enter__(self) -> Path:
        os.close(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return self._part

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is not None:
            self._part.unlink(missing_ok=True)
            return
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        self._part.rename(self._path)
