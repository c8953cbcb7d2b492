"""What synthetic callers say and the recogniser hears: drawn by hash, heard once, kept whatever happens."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callbot import config
from callbot.audio.types import Pcm
from callbot.config import Settings
from callbot.corpus.reader import Part, utterances
from callbot.errors import EngineError
from callbot.heard import drawing, known, transcripts
from callbot.heard.callers import CALLERS, Caller, Gender, callers
from callbot.heard.drawing import draw, job
from callbot.heard.hearing import Booth, hear, missing
from callbot.heard.transcripts import Heard
from callbot.heard.ways import CLEAN, WAYS, Way
from callbot.knowledge import store
from callbot.speech.recognizer import Recognizer
from callbot.understanding import router_file, router_learning
from callbot.understanding.hearsay import joined, usable
from callbot.understanding.training import Examples
from tests.support import small_commune
from tests.support.scripted import ScriptedRecognizer

LINES = [line.text for line in utterances(Part.TRAIN)][:400]
VOICE = (9000 * np.sin(np.arange(16000) / 5)).astype(np.int16)


def test_no_voice_is_in_two_parts() -> None:
    """Neither a Kokoro timbre nor one of Pico's people; the exam has a natural woman and a man."""
    sounds = [(caller.style, caller.tract, caller.pitch, caller.speed) for caller in CALLERS]
    assert len(set(sounds)) == len(sounds) == len({caller.name for caller in CALLERS})
    assert {caller.gender for caller in callers(Part.EXAM)} == set(Gender)
    assert "ff_siwis" in {caller.style for caller in callers(Part.EXAM)}


def test_a_greater_share_contains_a_smaller_one() -> None:
    """So that what was heard for a small share is never heard again, and a line is always said alike."""
    some, more = draw(LINES, 0.1), draw(LINES, 0.5)
    assert len(some) == 40
    assert more[:40] == some
    assert draw(LINES, 0.5, 10) == some[:10]
    assert job(Part.TRAIN, LINES[0]) == job(Part.TRAIN, LINES[0])


def test_all_callers_and_ways_are_drawn() -> None:
    """Each caller of a part speaks, and every way is taken."""
    jobs = [job(Part.TRAIN, text) for text in LINES]
    assert {one.caller for one in jobs} == set(callers(Part.TRAIN))
    assert {one.way for one in jobs} == set(WAYS[Part.TRAIN])


@pytest.mark.parametrize("way", [CLEAN, Way(down_db=12), Way("street", 15), Way("babble", 10, 6)])
def test_a_way_is_written_and_read(way: Way) -> None:
    """Its name in the file of transcripts says all of it."""
    assert Way.parse(str(way)) == way


def test_a_noisy_way_is_louder_where_nobody_speaks() -> None:
    """Noise fills the silence after the words; a quieter caller arrives quieter."""
    speech = np.concatenate([VOICE, np.zeros(16000, np.int16)])
    noises = {"street": np.random.default_rng(1).normal(0, 3000, 16000).astype(np.int16)}
    clean, noisy, low = (
        way.over(speech, 16000, noises, "a").astype(float)
        for way in (CLEAN, Way("street", 10), Way(down_db=12))
    )
    assert noisy[18000:].std() > 20 * clean[18000:].std()
    assert clean[:15000].std() == pytest.approx(4 * low[:15000].std(), rel=0.1)


def _heard(written: str, heard: str, part: Part = Part.TRAIN) -> Heard:
    return Heard(part, "pico", "alaw", written, heard)


def test_what_was_heard_is_read_again(tmp_path: Path) -> None:
    """Also after a line that a crash cut short, which is passed over and written over no other."""
    file = tmp_path / "heard" / "model.tsv"
    transcripts.append(file, _heard("un", "1\tou\n2"))
    with file.open("ab") as stream:
        stream.write(b"train\tpico\tal")
    assert [one.heard for one in transcripts.read(file)] == ["1 ou 2"]
    transcripts.append(file, _heard("deux", ""))
    assert list(transcripts.read(file)) == [_heard("un", "1 ou 2"), _heard("deux", "")]


class _Engine:
    """An engine whose recognisers say what is scripted, one after the other."""

    name = model = "scripted"

    def __init__(self, script: list[str | Exception]) -> None:
        self._script = script

    async def lend(self) -> Recognizer:
        """All from one script."""
        return ScriptedRecognizer(self._script)

    async def close(self) -> None:
        """Nothing to do."""


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice-activity network that takes a loud sound for speech, so that a tone will do for a voice."""
    monkeypatch.setattr("callbot.speech.listening.VoiceActivity", _Loud)


class _Loud:
    def push(self, pcm: Pcm) -> Iterator[float]:
        """One probability a chunk."""
        yield float(np.abs(pcm.astype(float)).mean() > 500)


def _booth(script: list[str | Exception]) -> tuple[Booth, list[str]]:
    said: list[str] = []

    def say(text: str, _caller: Caller) -> tuple[Pcm, int]:
        said.append(text)
        return VOICE, 16000

    return Booth(_Engine(script), config.load({}, stt_workers=1), say, {}), said


@pytest.mark.usefixtures("loud")
def test_a_stop_loses_one_line_and_nothing_is_heard_twice(tmp_path: Path) -> None:
    """The engine fails at the third of four lines: two are kept, and the second run hears only the other two."""
    jobs = [drawing.Job(Part.TRAIN, text, CALLERS[0], CLEAN) for text in ("un", "deux", "trois", "quatre")]
    file = tmp_path / "scripted.tsv"
    booth, _ = _booth(["Un.", "De.", EngineError("out of memory")])
    done: list[int] = []
    with pytest.raises(EngineError, match="out of memory"):
        asyncio.run(hear(booth, jobs, file, done.append))
    assert [one.heard for one in transcripts.read(file)] == ["Un.", "De."]
    assert done == [1, 1]
    booth, said = _booth(["Trois.", ""])
    asyncio.run(hear(booth, missing(jobs, list(transcripts.read(file))), file))
    assert said == ["trois", "quatre"]
    assert [one.heard for one in transcripts.read(file)] == ["Un.", "De.", "Trois.", ""]
    assert missing(jobs, list(transcripts.read(file))) == []


@pytest.mark.usefixtures("loud")
def test_a_line_in_two_ways_is_said_once(tmp_path: Path) -> None:
    """Speaking costs more than hearing."""
    jobs = [drawing.Job(Part.EXAM, "un", CALLERS[0], way) for way in (CLEAN, Way(down_db=6))]
    booth, said = _booth(["a", "b"])
    asyncio.run(hear(booth, jobs, tmp_path / "a.tsv"))
    assert said == ["un"]


WRITTEN = Examples(("le pacs", "les poubelles du mardi"), (("pacs", ""), ("dechets", "jour")))


def test_transcripts_are_learnt_with_their_lines_labels() -> None:
    """Beside the written line; not what other parts' callers said, not what is unknown, and never over a written line."""
    heard = [
        _heard("Le pacs", "Le pack se"),
        _heard("les poubelles du mardi", "le pacs"),
        _heard("le pacs", "le paque", Part.THRESHOLDS),
        _heard("autre chose", "autre pause"),
    ]
    assert joined(WRITTEN, heard, Part.TRAIN) == Examples(
        (*WRITTEN.texts, "le pack se"), (*WRITTEN.labels, ("pacs", ""))
    )


@pytest.mark.parametrize(
    ("heard", "enough"), [("", False), ("Merci.", False), ("les peaux belles", True), ("…", False)]
)
def test_a_transcript_that_lost_the_line_is_not_learnt(heard: str, enough: bool) -> None:
    """One word of four could be anything."""
    assert usable(_heard("les poubelles du mardi", heard)) is enough


def _settings(folder: Path) -> Settings:
    return config.load({}, data_dir=folder, models_dir=folder)


def test_what_is_heard_makes_another_router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `serve` and `ask` never go on with one that has not learnt it."""
    monkeypatch.setattr(known, "ears", lambda _: "mine")
    settings = _settings(tmp_path)
    commune = store.load(small_commune.write(tmp_path / "commune"))
    versions = [router_file.artefact(settings, commune)]
    for text in ("un", "deux"):
        transcripts.append(known.cache_file(settings, "mine"), _heard("bonjour", text))
        versions.append(router_file.artefact(settings, commune))
    transcripts.append(known.cache_file(settings, "mine", Part.EXAM), _heard("bonjour", "trois"))
    versions.append(router_file.artefact(settings, commune))
    assert [a == b for a, b in itertools.pairwise(versions)] == [False, False, True]


def test_an_entry_that_nobody_validated_is_not_learnt(tmp_path: Path) -> None:
    """It is never spoken, so a caller must not be led to it; an expired one is, for the bot then knows whom to call."""
    entries = [
        small_commune.entry("horaires", small_commune.QUESTIONS["horaires"], expires_on="2021-01-01"),
        small_commune.entry("dechetterie", small_commune.QUESTIONS["dechetterie"], validator=""),
    ]
    commune = store.load(small_commune.write(tmp_path, *entries))
    data, _ = router_learning.lessons(_settings(tmp_path), commune)
    assert {motive for motive, _ in data.labels if motive and ":" not in motive} == {"horaires"}
