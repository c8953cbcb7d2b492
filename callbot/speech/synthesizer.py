"""Text to speech, as the prompts see it."""

from collections.abc import Iterator
from typing import Protocol

from callbot.audio.types import Pcm


class Synthesizer(Protocol):
    """Speaks French text. Blocking: call it from a worker thread, one call at a time."""

    engine: str
    """`piper`, `kokoro`, `pico`."""
    voice: str
    """The catalogue's name of the voice."""
    version: str
    """Changes when the same text would sound different (library, model checksum): part of the prompt cache's key."""
    rate_hz: int
    """Sample rate of the chunks."""

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Yield the speech in chunks (a sentence or part of one), mono int16 at `rate_hz`, unshaped. Raises EngineError."""

    def close(self) -> None:
        """Free the model."""
