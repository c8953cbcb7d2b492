"""WAV files of every kind that people and PBXs record, and those that are none."""

import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import wavfile

from callbot.audio.files import read_wav, write_wav
from callbot.audio.g711 import decode_alaw, decode_ulaw
from callbot.audio.types import Pcm
from callbot.errors import AudioFileError
from tests.support.sound import sine

SOUND = sine(440, 8000, 0.5)


def riff(
    format_code: int, bits: int, data: bytes, rate_hz: int = 8000, announced: int | None = None
) -> bytes:
    """A mono WAV file made by hand."""
    block = bits // 8
    fmt = struct.pack("<HHIIHH", format_code, 1, rate_hz, rate_hz * block, block, bits)
    size = len(data) if announced is None else announced
    chunks = (
        b"WAVEfmt "
        + struct.pack("<I", len(fmt))
        + fmt
        + b"data"
        + struct.pack("<I", size & 0xFFFFFFFF)
        + data
    )
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Samples and rate, exactly; writing again replaces the file."""
    path = tmp_path / "a.wav"
    write_wav(path, sine(100, 8000, 2.0), 8000)
    write_wav(path, SOUND, 44100)
    pcm, rate_hz = read_wav(path)
    assert (str(pcm.dtype), rate_hz) == ("int16", 44100)
    np.testing.assert_array_equal(pcm, SOUND)


@pytest.mark.parametrize(
    ("samples", "tolerance"),
    [
        ((SOUND >> 8).astype(np.uint8) + np.uint8(128), 256),
        (SOUND.astype(np.int32) << 16, 0),
        ((SOUND / 32768).astype(np.float32), 0),
        (SOUND / 32768, 0),
    ],
    ids=["8 bits", "32 bits", "float", "double"],
)
def test_every_sample_format_is_read(tmp_path: Path, samples: NDArray[np.float64], tolerance: int) -> None:
    """The same sound whatever the format, as precisely as the format allows."""
    path = tmp_path / "a.wav"
    wavfile.write(path, 22050, samples)
    pcm, rate_hz = read_wav(path)
    assert rate_hz == 22050
    np.testing.assert_allclose(pcm.astype(int), SOUND.astype(int), atol=tolerance)


def test_24_bits_are_read(tmp_path: Path) -> None:
    """Three bytes a sample, as studios record."""
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(3)
        out.setframerate(48000)
        out.writeframes(b"".join(struct.pack("<i", int(sample) << 8)[:3] for sample in SOUND))
    pcm, rate_hz = read_wav(path)
    assert rate_hz == 48000
    np.testing.assert_array_equal(pcm, SOUND)


@pytest.mark.parametrize(("format_code", "decode"), [(6, decode_alaw), (7, decode_ulaw)])
def test_g711_files_are_read(tmp_path: Path, format_code: int, decode: object) -> None:
    """As PBXs record: every code, both laws."""
    path = tmp_path / "a.wav"
    codes = bytes(range(256))
    path.write_bytes(riff(format_code, 8, codes))
    pcm, _ = read_wav(path)
    assert callable(decode)
    np.testing.assert_array_equal(pcm, decode(codes))


def test_channels_are_averaged(tmp_path: Path) -> None:
    """A caller on one side of a stereo recording is heard at half the level."""
    path = tmp_path / "a.wav"
    wavfile.write(path, 8000, np.stack([SOUND & ~1, np.zeros_like(SOUND)], axis=1))
    pcm, _ = read_wav(path)
    np.testing.assert_array_equal(pcm, SOUND >> 1)


def test_impossible_floats_are_limited(tmp_path: Path) -> None:
    """Not-a-number is silence; what is too loud is full scale."""
    path = tmp_path / "a.wav"
    wavfile.write(path, 8000, np.array([np.nan, np.inf, -np.inf, 3.0, 0.5], np.float32))
    pcm, _ = read_wav(path)
    assert pcm.tolist() == [0, 32767, -32768, 32767, 16384]


def test_a_streamed_header_is_read(tmp_path: Path) -> None:
    """A recorder that wrote to a pipe leaves the length unknown."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, 16, SOUND.tobytes(), announced=-1))
    pcm, _ = read_wav(path)
    np.testing.assert_array_equal(pcm, SOUND)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a WAV file"),
        (b"Bonjour, ceci est un texte.", "not a WAV file"),
        (b"ID3\x04" + bytes(100), "not a WAV file"),
        (b"RIFF\x00\x00", "not readable as WAV"),
        (b"RIFF" + bytes(200), "not readable as WAV"),
        (riff(1, 16, b""), "without sound"),
        (
            riff(1, 16, SOUND.tobytes(), announced=4 * len(SOUND)),
            "cut short, it holds 8000 of 16000 bytes of sound",
        ),
    ],
    ids=["empty", "text", "mp3", "stump", "zeros", "no sound", "cut short"],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    """The line names the file and what is wrong with it."""
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(AudioFileError) as refused:
        read_wav(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_absent_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """The system's reason is given."""
    for path, reason in ((tmp_path / "no.wav", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(AudioFileError) as refused:
            read_wav(path)
        assert str(refused.value) == f"{path}: {reason}"


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """One line with the file and the reason."""
    path = tmp_path / "absent" / "a.wav"
    with pytest.raises(AudioFileError) as refused:
        write_wav(path, _silence(), 8000)
    assert str(refused.value) == f"{path}: No such file or directory"


def _silence() -> Pcm:
    return np.zeros(10, np.int16)
