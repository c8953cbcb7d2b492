"""Rendered prompts, kept as WAV files in one folder and, the ones used last, in memory. A file is whole or absent."""

import logging
import os
import re
import tempfile
import wave
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path

import numpy as np

from callbot.audio.files import write_wav
from callbot.audio.types import TELEPHONE_HZ, Pcm

log = logging.getLogger(__name__)

_OURS = re.compile(r"[0-9a-f]{64}\.wav|making-.*\.wav")


class PromptStore:
    """Prompts by key (64 hexadecimal digits): int16 at 8 kHz.

    Memory holds at most `memory_bytes`; the prompt used least recently leaves it first (it stays on disk).
    """

    def __init__(self, folder: Path, memory_bytes: int) -> None:
        self._folder = folder
        self._room = memory_bytes
        self._memory: OrderedDict[str, Pcm] = OrderedDict()

    def load(self, key: str) -> Pcm | None:
        """The prompt, from memory or one small read from disk; None when there is none, or a corrupt one (logged)."""
        pcm = self._memory.get(key)
        if pcm is None:
            pcm = self._read(self._path(key))
            if pcm is not None:
                self.remember(key, pcm)
        else:
            self._memory.move_to_end(key)
        return pcm

    def remember(self, key: str, pcm: Pcm) -> None:
        """Keep the prompt in memory."""
        self._room += self._memory.pop(key, pcm[:0]).nbytes
        self._memory[key] = pcm
        self._room -= pcm.nbytes
        while self._room < 0:
            self._room += self._memory.popitem(last=False)[1].nbytes

    def save(self, key: str, pcm: Pcm) -> None:
        """Write the prompt so that it appears whole or not at all, whatever happens. May run in a thread.

        Raises OSError or AudioFileError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="making-", suffix=".wav", dir=self._folder)
        os.close(handle)
        making = Path(name)
        try:
            write_wav(making, pcm, TELEPHONE_HZ)
            making.replace(self._path(key))
        finally:
            making.unlink(missing_ok=True)

    def prune(self, keep: Collection[str]) -> int:
        """Remove every prompt but `keep`, and what an interrupted save left; other people's files stay. Returns how many went."""
        kept = {self._path(key).name for key in keep}
        old = [
            path
            for path in self._folder.glob("*.wav")
            if _OURS.fullmatch(path.name) and path.name not in kept
        ]
        for path in old:
            path.unlink(missing_ok=True)
        for key in [key for key in self._memory if key not in keep]:
            self._room += self._memory.pop(key).nbytes
        return len(old)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"

    def _read(self, path: Path) -> Pcm | None:
        try:
            return _read_whole(path)
        except FileNotFoundError:
            return None
        except (wave.Error, EOFError, OSError, ValueError) as error:
            log.warning("a rendered prompt cannot be read, it will be rendered again: %s: %r", path, error)
            return None


def _read_whole(path: Path) -> Pcm:
    """The samples of a file that `save` wrote. Raises wave.Error, EOFError, OSError or ValueError on anything less."""
    with wave.open(str(path), "rb") as file:
        frames = file.getnframes()
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        pcm = np.frombuffer(file.readframes(frames), "<i2").astype(np.int16)
    if form != (1, 2, TELEPHONE_HZ) or not 0 < frames == len(pcm):
        raise wave.Error(f"{len(pcm)} of {frames} samples, (channels, bytes, Hz) {form}")
    return pcm
