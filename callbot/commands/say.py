"""`callbot say`: text to speech, as a caller would hear it."""

from pathlib import Path

import click

from callbot import config
from callbot.audio.files import write_wav
from callbot.audio.types import TELEPHONE_HZ
from callbot.speech.engines import open_synthesizer
from callbot.speech.speaking import speak


@click.command()
@click.argument("text")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="WAV file to write: 8 kHz, 16 bits, mono.",
)
@click.option("--voice", help="Name of a voice (see: callbot voices list); else the configured one.")
def say(text: str, output: Path, voice: str | None) -> None:
    """Speak TEXT into a WAV file as a caller would hear it: shaped for the telephone."""
    synthesizer = open_synthesizer(config.load(voice=voice) if voice else config.load())
    try:
        pcm = speak(synthesizer, text)
    finally:
        synthesizer.close()
    write_wav(output, pcm, TELEPHONE_HZ)
    click.echo(
        f"{output}: {len(pcm) / TELEPHONE_HZ:.1f} s, {synthesizer.engine} {synthesizer.voice}", err=True
    )
