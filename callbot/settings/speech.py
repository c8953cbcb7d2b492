"""Engines: speech to text, and the voice."""

from typing import Literal

from pydantic import Field

from callbot.settings.kinds import Part

__all__ = ["Speech"]


class Speech(Part):
    """Engines: speech to text, and the voice."""

    engine: Literal["auto", "vosk", "whisper"] = Field(
        "auto",
        description="Speech to text. auto: the first one of the catalogue that this machine has or can have.",
    )
    stt_model: str = Field("", description="Name in models.toml; empty: the engine's default.")
    stt_fast_model: str = Field(
        "",
        description="Name in models.toml, or a folder in models_dir, of a faster model that hears new utterances while the load is high "
        "(docs/architecture.md, « Load »), in the languages it knows; empty: none, and that level is skipped.",
    )
    stt_workers: int = Field(2, ge=1, le=64, description="Threads that transcribe, shared by all calls.")
    lines_busy_ms: int = Field(
        2500,
        ge=0,
        le=60_000,
        description="When finished turns wait so long to be transcribed, and nothing else is left to be spared, new callers are told "
        "that all lines are busy and go to the reception (docs/architecture.md, « Load »); 0: never.",
    )
    stt_prompt: Literal["off", "commune"] = Field(
        "off",
        description="What Whisper is told before it listens. commune: the name and the words of the knowledge base; "
        "docs/benchmarks.md has what that gains and costs. Vosk has nothing of the kind.",
    )
    tts: Literal["auto", "piper", "kokoro", "pico"] = Field(
        "auto",
        description="Text to speech. auto: the first one of the catalogue that this machine has or can have.",
    )
    voice: str = Field("", description="Name in voices.toml; empty: the engine's default.")

    slow_speed: float = Field(
        0.8,
        ge=0.5,
        le=1,
        description="Speed of the voice, of its usual one, for a caller who said « plus lentement ».",
    )
