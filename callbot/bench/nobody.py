"""How sure the watch for machines and music is: `python -m callbot.bench.nobody DATA [MUSIC.wav …]`. DATA is that of `bench stt`.

Every folder of recordings in DATA/speech is heard as one long call over A-law, so are the noises of DATA/noise (each repeated to a minute),
our own music, and the files named after it (two minutes of each at most). Printed: what was noticed, and when.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone, to_rate
from callbot.audio.music import gymnopedie
from callbot.audio.types import FRAME_MS, SPEECH_HZ, TELEPHONE_HZ, Pcm
from callbot.events import MusicHeard, ToneHeard
from callbot.turn_taking.line_watch import LineWatch

NOISE_SECONDS = 60
MUSIC_SECONDS = 120


def sounds(data: Path, music: list[Path]) -> Iterator[tuple[str, Pcm]]:
    """Each call's name and sound, 8 kHz. Raises AudioFileError."""
    for folder in sorted(path for path in (data / "speech").iterdir() if path.is_dir()):
        yield (
            f"speech/{folder.name}",
            np.concatenate([_line(file) for file in sorted((folder / "wav").glob("*.wav"))]),
        )
    for file in sorted((data / "noise").glob("*.wav")):
        yield f"noise/{file.stem}", np.resize(_line(file), NOISE_SECONDS * TELEPHONE_HZ)
    yield "music/gymnopedie", gymnopedie()
    for file in music:
        yield f"music/{file.stem}", _line(file)[: MUSIC_SECONDS * TELEPHONE_HZ]


def noticed(pcm: Pcm) -> tuple[list[str], int | None]:
    """The machines of a call, and when music was first noticed, in ms."""
    watch, size = LineWatch(TELEPHONE_HZ), TELEPHONE_HZ * FRAME_MS // 1000
    machines, music_ms = [], None
    for number, at in enumerate(range(0, len(pcm), size), start=1):
        for event in watch.push(pcm[at : at + size], number * FRAME_MS):
            if isinstance(event, ToneHeard):
                machines.append(event.machine)
            elif isinstance(event, MusicHeard) and music_ms is None:
                music_ms = event.at_ms
    return machines, music_ms


def _line(file: Path) -> Pcm:
    return to_rate(over_the_telephone(*read_wav(file)), SPEECH_HZ, TELEPHONE_HZ)


def main(arguments: list[str]) -> None:
    """Print a table."""
    data, *music = map(Path, arguments)
    for name, pcm in sounds(data, music):
        machines, music_ms = noticed(pcm)
        first = "-" if music_ms is None else f"{music_ms / 1000:.1f} s"
        print(
            f"{name:40} {len(pcm) / TELEPHONE_HZ:7.1f} s  machines: {', '.join(machines) or '-':10} music: {first}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
