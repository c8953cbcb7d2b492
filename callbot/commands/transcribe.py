"""`callbot transcribe`: speech to text of recordings, as a call would hear them."""

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from callbot.audio.files import read_wav
from callbot.audio.line import over_the_telephone
from callbot.audio.types import SPEECH_HZ
from callbot.config import Settings, load
from callbot.errors import AudioFileError, EngineError
from callbot.speech.listening import Listener
from callbot.speech.listening import transcribe as hear
from callbot.speech.recognizer import RecognizerEngine


@dataclass(frozen=True, slots=True)
class Transcription:
    """One line of `--json`. `compute_seconds` is processor time, `seconds` the recording's length."""

    path: str
    text: str
    seconds: float
    compute_seconds: float
    engine: str
    model: str


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--engine", type=click.Choice(["auto", "vosk", "whisper"]), help="Instead of the engine in the settings."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file.")
def transcribe(files: tuple[Path, ...], engine: str | None, as_json: bool) -> None:
    """Write down what is said in FILES (WAV, any rate), as a call would hear it: 8 kHz, A-law, turn by turn."""
    settings = load(engine=engine) if engine else load()
    failures = asyncio.run(_transcribe_all(files, settings, as_json))
    if failures:
        sys.exit(1)


async def _transcribe_all(files: tuple[Path, ...], settings: Settings, as_json: bool) -> int:
    """Print each file's transcription, or its error on standard error; how many failed."""
    from callbot.knowledge import store
    from callbot.speech.engines import open_recognizer_engine
    from callbot.understanding import vocabulary

    failures = 0
    prompt = vocabulary.prompt(settings, store.load(settings.knowledge_dir))
    engine = await open_recognizer_engine(settings, prompt=prompt)
    try:
        for path in _progress(files):
            try:
                done = await transcribe_file(engine, settings, path)
            except (AudioFileError, EngineError) as error:
                click.echo(f"callbot: {error}", err=True)
                failures += 1
            else:
                click.echo(
                    json.dumps(asdict(done), ensure_ascii=False) if as_json else f"{done.path}: {done.text}"
                )
    finally:
        await engine.close()
    return failures


async def transcribe_file(engine: RecognizerEngine, settings: Settings, path: Path) -> Transcription:
    """One recording, all its turns joined by spaces. Raises AudioFileError, EngineError."""
    pcm, rate_hz = read_wav(path)
    started = time.process_time()
    listener = Listener(settings.pause_ms, settings.end_of_turn_likely_ms, settings.max_utterance_ms)
    recognizer = await engine.lend()
    try:
        sound = over_the_telephone(pcm, rate_hz)
        turns = await hear(recognizer, listener, sound, settings.end_of_turn_likely_ms)
    finally:
        await recognizer.close()
    return Transcription(
        path=str(path),
        text=" ".join(turn.text for turn in turns if turn.text),
        seconds=round(len(sound) / SPEECH_HZ, 3),
        compute_seconds=round(time.process_time() - started, 3),
        engine=engine.name,
        model=engine.model,
    )


def _progress(files: tuple[Path, ...]) -> Iterable[Path]:
    """The files, with a progress bar on standard error when that is a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(files, "Transcription", console=console, disable=not console.is_terminal, transient=True)
