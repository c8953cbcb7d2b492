"""Written lines said by Pico's people and by Kokoro's timbres, over a telephone line, heard by Whisper as in a call."""

import asyncio
from pathlib import Path

import pytest

from callbot import config
from callbot.corpus.reader import Part
from callbot.errors import EngineError
from callbot.heard import transcripts
from callbot.heard.callers import by_name
from callbot.heard.drawing import Job
from callbot.heard.hearing import Booth, hear
from callbot.heard.mouths import STYLES, Mouths
from callbot.heard.noises import made
from callbot.heard.ways import CLEAN, Way
from callbot.speech.engines import open_recognizer_engine
from tests.support.hearing import words

SETTINGS = config.load(engine="whisper", stt_workers=1)
LINE = "où est-ce que je peux demander une carte d'identité"


async def _listen(jobs: list[Job], file: Path) -> None:
    engine = await open_recognizer_engine(SETTINGS)
    try:
        mouths = Mouths(SETTINGS.voices_dir)
        await hear(Booth(engine, SETTINGS, mouths.say, made(mouths.say)), jobs, file)
    finally:
        await engine.close()


def test_a_man_and_a_woman_of_pico_are_heard_in_quiet_and_in_noise(tmp_path: Path) -> None:
    """The words that make the question arrive; the same line is written down for each way it took."""
    file = tmp_path / "heard.tsv"
    jobs = [
        Job(Part.TRAIN, LINE, by_name(name), way)
        for name, way in (("pico", CLEAN), ("pico-man", Way(down_db=12)), ("pico-man", Way("street", 20)))
    ]
    asyncio.run(_listen(jobs, file))
    heard = list(transcripts.read(file))
    assert [one.way for one in heard] == ["alaw", "alaw-12", "street20"]
    assert all({"peux", "demander", "carte"} <= words(one.heard) for one in heard)


def test_pico_s_people_do_not_sound_alike() -> None:
    """A slow man takes longer for the line than a quick woman."""
    mouths = Mouths(SETTINGS.voices_dir)
    lengths = {name: mouths.say(LINE, by_name(name)) for name in ("pico-quick", "pico-man-slow")}
    seconds = {name: len(pcm) / rate_hz for name, (pcm, rate_hz) in lengths.items()}
    assert seconds["pico-man-slow"] > 1.2 * seconds["pico-quick"]


@pytest.mark.skipif(not (SETTINGS.voices_dir / STYLES).is_dir(), reason=f"{STYLES} is not installed")
def test_a_timbre_of_another_language_speaks_french(tmp_path: Path) -> None:
    """An Italian woman's timbre says the line with French sounds."""
    file = tmp_path / "heard.tsv"
    asyncio.run(_listen([Job(Part.TRAIN, LINE, by_name("if_sara"), CLEAN)], file))
    assert words(next(transcripts.read(file)).heard) >= {"demander", "carte"}


def test_a_missing_timbre_is_named_with_the_mend(tmp_path: Path) -> None:
    """One line, one command."""
    (tmp_path / "kokoro-ff_siwis").symlink_to((SETTINGS.voices_dir / "kokoro-ff_siwis").resolve())
    with pytest.raises(EngineError, match="callbot voices pull kokoro-callers"):
        Mouths(tmp_path).say(LINE, by_name("if_sara"))
