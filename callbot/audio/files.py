"""WAV files in and out. Reading is PyAV's: every sample format, G.711 files as PBXs record them, any channels and rate."""

import os
import struct
import wave
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from callbot.audio.types import Pcm
from callbot.errors import AudioFileError

UNKNOWN_LENGTH = 0x7FFF0000
"""Lengths from here on are what recorders announce that write to a pipe and cannot know."""


def read_wav(path: Path) -> tuple[Pcm, int]:
    """The sound of a WAV file: mono samples (channels averaged, int16, shape (n,)) and their rate in Hz.

    Raises AudioFileError, one line, for what is absent, not a WAV file, without sound or cut short.
    """
    try:
        _check_container(path)
        with av.open(str(path), format="wav") as container:
            if not container.streams.audio:
                raise AudioFileError(f"{path}: a WAV file without sound")
            stream = container.streams.audio[0]
            rate_hz = stream.rate
            blocks = [_mono(frame) for frame in container.decode(stream)]
    except OSError as error:
        raise AudioFileError(f"{path}: {error.strerror or 'not readable'}") from None
    except (FFmpegError, ValueError) as error:
        raise AudioFileError(f"{path}: not readable as WAV: {error}") from None
    if not sum(map(len, blocks)):
        raise AudioFileError(f"{path}: a WAV file without sound")
    return _to_int16(np.concatenate(blocks)), rate_hz


def write_wav(path: Path, pcm: Pcm, rate_hz: int) -> None:
    """Write mono int16 samples, replacing the file. Raises AudioFileError when the file cannot be written."""
    try:
        with path.open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate_hz)
            out.writeframes(pcm.astype("<i2", copy=False).tobytes())
    except OSError as error:
        raise AudioFileError(f"{path}: {error.strerror or 'not writable'}") from None


def _check_container(path: Path) -> None:
    """Refuse what is not a WAV file, or ends before its header says, which decoders pass over in silence."""
    with path.open("rb") as file:
        if file.read(4) not in (b"RIFF", b"RF64"):
            raise AudioFileError(f"{path}: not a WAV file")
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", head)
            if name == b"data":
                held = path.stat().st_size - file.tell()
                if held < size < UNKNOWN_LENGTH:
                    raise AudioFileError(f"{path}: cut short, it holds {held} of {size} bytes of sound")
                return
            file.seek(size + size % 2, os.SEEK_CUR)


def _mono(frame: av.AudioFrame) -> NDArray[np.float64]:
    """One decoded frame as float64, full scale 1.0, channels averaged."""
    samples = frame.to_ndarray()
    if samples.dtype.kind == "f":
        full_scale, centre = 1.0, 0.0
    else:
        full_scale = float(2 ** (8 * samples.dtype.itemsize - 1))
        centre = full_scale if samples.dtype.kind == "u" else 0.0
    channels = frame.layout.nb_channels
    interleaved = samples if frame.format.is_planar else samples.reshape(-1, channels).T
    mono: NDArray[np.float64] = (interleaved.astype(np.float64).mean(axis=0) - centre) / full_scale
    return mono


def _to_int16(samples: NDArray[np.float64]) -> Pcm:
    finite = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(np.rint(finite * 32768.0), -32768, 32767).astype(np.int16)
