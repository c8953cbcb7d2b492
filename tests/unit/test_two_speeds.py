"""The better model, and under load the faster one: from one utterance to the next, never within one."""

import asyncio

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.load import Level, Pressure
from callbot.speech.recognizer import Recognizer
from callbot.speech.two_speeds import EngineInTwoSpeeds
from tests.support.scripted import ScriptedRecognizer

SOUND: Pcm = np.ones(160, np.int16)


class Engine:
    """Lends recognisers that say whose they are."""

    name = "scripted"

    def __init__(self, model: str, pressure: Pressure) -> None:
        self.model, self._pressure = model, pressure
        self.levels: list[Level] = []
        self.closed = False
        self.asked = self.without = 0

    async def lend(self, language: str = "fr") -> Recognizer:
        """One that always says the same. Raises EngineError when none is left."""
        self.asked += 1
        if self.asked <= self.without:
            raise EngineError("all are lent")
        return ScriptedRecognizer([f"{self.model} {language}"] * 9)

    def pressure(self) -> Pressure:
        """As given."""
        return self._pressure

    def degrade(self, level: Level) -> None:
        """Kept."""
        self.levels.append(level)

    async def close(self) -> None:
        """Kept."""
        self.closed = True


async def test_an_utterance_stays_with_the_model_that_it_began_with() -> None:
    """The load changes within it: only the next one is heard by the other."""
    better, faster = Engine("better", Pressure(10, 100)), Engine("faster", Pressure(40, 20))
    engine = EngineInTwoSpeeds(better, faster)
    assert (engine.model, engine.pressure()) == ("better", Pressure(40, 120))
    recognizer = await engine.lend("en")
    texts = []
    for level in (Level.NO_PARTIALS, Level.FASTER_MODEL, Level.FASTER_MODEL, Level.LINES_BUSY, Level.NORMAL):
        recognizer.push(SOUND)
        engine.degrade(level)
        recognizer.push(SOUND)
        texts.append((await recognizer.final()).text)
        await asyncio.sleep(0)
    assert texts == ["better en", "better en", "better en", "faster en", "faster en"]
    recognizer.push(SOUND)
    assert (await recognizer.final()).text == "better en"
    assert better.levels == faster.levels == [1, 2, 2, 3, 0]
    await recognizer.close()


async def test_what_was_forgotten_binds_to_nothing() -> None:
    """After a reset the next sound is a new utterance; both are given back and closed."""
    better, faster = Engine("better", Pressure()), Engine("faster", Pressure())
    engine = EngineInTwoSpeeds(better, faster)
    recognizer = await engine.lend()
    engine.degrade(Level.FASTER_MODEL)
    recognizer.push(SOUND)
    recognizer.reset()
    await asyncio.sleep(0)
    recognizer.push(SOUND)
    assert (await recognizer.final()).text == "faster fr"
    await recognizer.close()
    await engine.close()
    assert better.closed
    assert faster.closed


async def test_a_call_without_load_takes_no_fast_recogniser() -> None:
    """They are for those who need one."""
    better, faster = Engine("better", Pressure()), Engine("faster", Pressure())
    recognizer = await EngineInTwoSpeeds(better, faster).lend()
    recognizer.push(SOUND)
    await recognizer.final()
    await recognizer.close()
    assert (better.asked, faster.asked) == (1, 0)


async def test_where_no_fast_recogniser_is_left_the_better_one_hears() -> None:
    """No call fails for it; at the next utterance one may be there again."""
    better, faster = Engine("better", Pressure()), Engine("faster", Pressure())
    faster.without = 1
    engine = EngineInTwoSpeeds(better, faster)
    engine.degrade(Level.FASTER_MODEL)
    recognizer = await engine.lend()
    texts = []
    for _ in range(3):
        recognizer.push(SOUND)
        texts.append((await recognizer.final()).text)
        await asyncio.sleep(0)
    assert texts == ["better fr", "better fr", "faster fr"]
    await recognizer.close()
