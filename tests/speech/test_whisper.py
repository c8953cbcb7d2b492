"""Whisper with real French: words, speculative decoding, and nothing where nobody speaks."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Hashable
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from callbot.audio.types import SPEECH_HZ, Pcm
from callbot.errors import EngineError
from callbot.speech.fair_queue import Kind
from callbot.speech.pool import Ticket
from callbot.speech.recognizer import Recognizer, Transcript
from callbot.speech.whisper import NOTHING, WhisperEngine
from tests.support.recognition import SAID, heard, model_folder, quiet, word_error_rate
from tests.support.sound import sine

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Watched(WhisperEngine):
    """An engine with one thread that remembers the jobs it was given."""

    def __init__(self) -> None:
        super().__init__(model_folder("whisper-base"), "whisper-base", workers=1)
        self.jobs: list[Future[Transcript]] = []

    def submit(
        self, pcm_16k: Pcm, language: str = "fr", *, call: Hashable = None, kind: Kind = Kind.FINAL
    ) -> Ticket[Transcript]:
        """As the engine does."""
        ticket = super().submit(pcm_16k, language, call=call, kind=kind)
        self.jobs.append(ticket.future)
        return ticket


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Watched]:
    """One model for the module."""
    engine = await asyncio.to_thread(Watched)
    yield engine
    await engine.close()


@pytest_asyncio.fixture(loop_scope="module")
async def recognizer(engine: Watched) -> AsyncIterator[Recognizer]:
    """A recogniser of a call, and an empty list of jobs."""
    engine.jobs.clear()
    recognizer = await engine.lend()
    yield recognizer
    await recognizer.close()


async def plain(recognizer: Recognizer, sound: Pcm) -> Transcript:
    """The transcript without any preparation."""
    recognizer.push(sound)
    return await recognizer.final()


async def test_french_over_the_telephone_is_written_down(recognizer: Recognizer) -> None:
    """Four readers through A-law: at most one word in five wrong, together and in Latin letters."""
    rates = []
    for name, said in SAID.items():
        transcript = await plain(recognizer, heard(name))
        assert not transcript.no_speech
        assert 0.5 < transcript.confidence <= 1
        rates.append(word_error_rate(said, transcript.text))
    assert np.mean(rates) <= 0.2
    assert min(rates) == 0


@pytest.mark.parametrize("seconds", [0.5, 5])
@pytest.mark.parametrize(
    "kind", ["silence", "hiss", "white noise", "tone 440", "tone 1000", "key 5", "music", "street"]
)
async def test_nothing_is_invented(recognizer: Recognizer, kind: str, seconds: float) -> None:
    """Silence, noises, tones and music on hold: no words, whatever their length, even without voice activity before it."""
    noise = np.random.default_rng(5)
    samples = int(seconds * SPEECH_HZ)
    match kind.split():
        case ["silence"]:
            sound = quiet(int(seconds * 1000))
        case ["hiss"]:
            sound = noise.normal(0, 30, samples).astype(np.int16)
        case ["white", "noise"]:
            sound = noise.normal(0, 3000, samples).astype(np.int16)
        case ["tone", hz]:
            sound = sine(float(hz), SPEECH_HZ, seconds)
        case ["key", "5"]:
            sound = sine(770, SPEECH_HZ, seconds) // 2 + sine(1336, SPEECH_HZ, seconds) // 2
        case _:
            sound = heard(kind)[:samples]
    assert await plain(recognizer, sound) == NOTHING
    assert Transcript("", 0.0, no_speech=True) == NOTHING


async def test_silence_is_not_even_decoded(engine: Watched, recognizer: Recognizer) -> None:
    """Nor is an utterance in which nothing was pushed."""
    recognizer.prepare()
    assert await recognizer.final() == NOTHING
    assert await plain(recognizer, quiet(2000)) == NOTHING
    assert engine.jobs == []


async def test_what_was_prepared_is_the_final_text(engine: Watched, recognizer: Recognizer) -> None:
    """One decoding, of the same text as without preparation; silence after the pause does not spoil it."""
    expected = await plain(recognizer, heard("secteur"))
    engine.jobs.clear()
    recognizer.push(heard("secteur"))
    assert recognizer.partial() == ""
    recognizer.prepare()
    recognizer.prepare()
    recognizer.push(quiet(400))
    await asyncio.wrap_future(engine.jobs[0])
    assert recognizer.partial() == expected.text
    assert await recognizer.final() == expected
    assert len(engine.jobs) == 1
    assert recognizer.partial() == ""


async def test_speech_that_goes_on_voids_what_was_prepared(engine: Watched, recognizer: Recognizer) -> None:
    """The final text is that of everything pushed; the partial text of the pause stays to be looked at."""
    sound = heard("secteur")
    expected = await plain(recognizer, sound)
    engine.jobs.clear()
    recognizer.push(sound[:32000])
    recognizer.prepare()
    prepared = await asyncio.wrap_future(engine.jobs[0])
    recognizer.push(sound[32000:])
    assert recognizer.partial() == prepared.text != expected.text
    assert await recognizer.final() == expected
    assert len(engine.jobs) == 2


async def test_stale_jobs_leave_the_queue(engine: Watched, recognizer: Recognizer) -> None:
    """While the thread is busy with another call, a void preparation is never decoded."""
    busy = engine.submit(heard("question"))
    sound = heard("secteur")
    recognizer.push(sound[:32000])
    recognizer.prepare()
    recognizer.push(sound[32000:48000])
    recognizer.prepare()
    recognizer.push(sound[48000:])
    assert not (await recognizer.final()).no_speech
    assert [job.cancelled() for job in engine.jobs] == [False, True, True, False]
    assert engine.jobs[0] is busy.future


async def test_utterances_and_calls_do_not_mix(engine: Watched) -> None:
    """Three calls at once, two utterances each: every one gets its own texts, in order."""

    async def call(*names: str) -> list[str]:
        recognizer = await engine.lend()
        texts = [(await plain(recognizer, heard(name))).text for name in names]
        await recognizer.close()
        return texts

    one, two = await call("secteur", "question")
    plans = [("secteur", "question"), ("question", "secteur"), ("secteur", "secteur")]
    assert await asyncio.gather(*(call(*plan) for plan in plans)) == [[one, two], [two, one], [one, one]]


async def test_final_leaves_the_event_loop_free(recognizer: Recognizer) -> None:
    """Other calls go on while one waits."""
    recognizer.push(heard("question"))
    final = asyncio.ensure_future(recognizer.final())
    turns = 0
    while not final.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 10


async def test_reset_forgets(engine: Watched, recognizer: Recognizer) -> None:
    """What was pushed and prepared is gone."""
    engine.submit(heard("question"))
    recognizer.push(heard("secteur"))
    recognizer.prepare()
    recognizer.reset()
    assert await recognizer.final() == NOTHING
    assert engine.jobs[1].cancelled()


async def test_a_cancelled_final_drops_its_job(engine: Watched, recognizer: Recognizer) -> None:
    """The call that ends while it waits leaves nothing behind, and the recogniser can be used again."""
    engine.submit(heard("question"))
    recognizer.push(heard("secteur"))
    final = asyncio.ensure_future(recognizer.final())
    await asyncio.sleep(0)
    final.cancel()
    with pytest.raises(asyncio.CancelledError):
        await final
    assert engine.jobs[1].cancelled()
    assert not (await plain(recognizer, heard("secteur"))).no_speech


async def test_an_utterance_has_a_limit(recognizer: Recognizer) -> None:
    """Thirty seconds; then one line says so, and after a reset the next utterance is heard."""
    for _ in range(30):
        recognizer.push(sine(300, SPEECH_HZ, 1.0))
    with pytest.raises(EngineError, match="whisper-base: more than 30 s in one utterance"):
        recognizer.push(sine(300, SPEECH_HZ, 0.1))
    recognizer.reset()
    assert not (await plain(recognizer, heard("secteur"))).no_speech


async def test_a_recogniser_that_was_given_back_is_refused(engine: Watched) -> None:
    """Closing twice is fine, pushing afterwards is not."""
    recognizer = await engine.lend()
    await recognizer.close()
    await recognizer.close()
    with pytest.raises(EngineError, match="given back"):
        recognizer.push(quiet(20))


async def test_closing_the_engine_fails_what_waits() -> None:
    """Whoever waits gets an error, not eternity; afterwards nothing is lent."""
    engine = await asyncio.to_thread(Watched)
    recognizer = await engine.lend()
    engine.submit(heard("question"))
    recognizer.push(heard("secteur"))
    final = asyncio.ensure_future(recognizer.final())
    await asyncio.sleep(0)
    await engine.close()
    with pytest.raises(EngineError, match="whisper-base is closed"):
        await final
    with pytest.raises(EngineError, match="whisper-base is closed"):
        await engine.lend()
    await engine.close()


@pytest.mark.parametrize("damage", ["absent", "stump", "no tokenizer", "bad tokenizer"])
async def test_a_damaged_model_is_refused(tmp_path: Path, damage: str) -> None:
    """One line that names the folder."""
    folder = tmp_path / "whisper-base"
    if damage != "absent":
        shutil.copytree(model_folder("whisper-base"), folder, copy_function=_link)
    if damage == "stump":
        _replace(folder / "model.bin", (folder / "model.bin").read_bytes()[:100_000])
    if damage == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    if damage == "bad tokenizer":
        _replace(folder / "tokenizer.json", b"{")
    with pytest.raises(EngineError) as refused:
        await asyncio.to_thread(WhisperEngine, folder, "whisper-base", workers=1)
    assert str(refused.value).startswith(f"{folder}: ")
    assert "\n" not in str(refused.value)


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(Path(source).absolute())


def _replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)
