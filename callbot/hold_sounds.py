"""Sounds made ready at start: the music of those who wait, and the last words, which our SIP bridge says when we cannot."""

import logging

from callbot.audio.files import read_wav, write_wav
from callbot.audio.music import gymnopedie, levelled
from callbot.audio.resampling import Resampler
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.config import Settings
from callbot.errors import AudioFileError, SettingsError

MUSIC_SECONDS = 600
"""What is longer is cut off here."""

logger = logging.getLogger(__name__)


def check_music(settings: Settings) -> None:
    """Raise SettingsError when the operator's music is not there; what it holds is told by `open_music`."""
    if settings.music and not settings.music.is_file():
        raise SettingsError(f"CALLBOT_MUSIC: there is no file '{settings.music}'")


def open_music(settings: Settings) -> Pcm:
    """The operator's music or our own, int16 at 8 kHz, levelled. Blocking: a second of work.

    Raises SettingsError, one line, when the operator's file cannot be read.
    """
    if settings.music is None:
        return gymnopedie()
    try:
        pcm, rate_hz = read_wav(settings.music)
    except AudioFileError as error:
        raise SettingsError(f"CALLBOT_MUSIC: {error}") from None
    pcm = pcm[: MUSIC_SECONDS * rate_hz]
    resampler = Resampler(rate_hz, TELEPHONE_HZ)
    return levelled([resampler.push(pcm), resampler.flush()])


def keep_last_words(settings: Settings, pcm: Pcm | None) -> None:
    """Put the last words (8 kHz) where the bridge finds them, whole or not at all; None (not rendered) changes nothing.

    What cannot be written is logged: the bridge then transfers without a word.
    """
    if pcm is None:
        logger.warning("the last words are not rendered: the bridge has none to say")
        return
    folder = settings.data_dir / "bridge"
    making = folder / "last-words.making.wav"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "journal").mkdir(
            exist_ok=True, mode=0o700
        )  # where a bridge in a container has its own volume
        write_wav(making, pcm, TELEPHONE_HZ)
        making.replace(folder / "last-words.wav")
    except (OSError, AudioFileError) as error:
        logger.error("the last words cannot be kept for the bridge: %s", error)
