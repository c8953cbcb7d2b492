"""The bot's sentences as sound: what a recording of a call is compared with."""

from collections.abc import Mapping, Sequence

from callbot import config
from callbot.audio.types import Pcm
from callbot.speech.prompts import open_prompts


async def rendered(env: Mapping[str, str], texts: Sequence[str]) -> list[Pcm]:
    """Each text as the service with these settings says it: int16, 8 kHz; made now where it was not kept."""
    prompts = open_prompts(config.load(env))
    try:
        await prompts.render(texts)
        return [sound for text in texts if (sound := prompts.ready(text)) is not None]
    finally:
        await prompts.close()
