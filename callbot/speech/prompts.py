"""Prompts: every text that the bot may say, rendered ahead of time, or at once when a caller waits for it.

They are cached sentence by sentence, so that « Ne quittez pas, je vous passe l'accueil. » is made once for all prompts.

When a sentence is not in the cache and a `fallback` is given (SVOX Pico: plain, but instant), one rule decides who speaks:
the caller is never left without sound for more than `patience_s` in total. A sentence that comes later than that, or fails,
is said by the fallback, with the rest of that prompt; the first voice goes on in the background, for the next time.
"""

import asyncio
import hashlib
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callbot.audio.stretching import slowed
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.config import Settings
from callbot.errors import EngineError
from callbot.speech.engines import open_synthesizer
from callbot.speech.pico import LANGUAGES, PicoSynthesizer
from callbot.speech.prompt_queue import PromptQueue, heard, speak_on
from callbot.speech.prompt_store import PromptStore
from callbot.speech.speaking import join, spoken_sentences, with_pause
from callbot.speech.synthesizer import Synthesizer
from callbot.speech.text import clauses, sentences, speakable

log = logging.getLogger(__name__)

SHAPE_VERSION = "2"
"""To be raised when the same speech would come out of `speaking` or `shape` otherwise: part of the cache's key."""

MEMORY_BYTES = 32 << 20
"""About half an hour of prompts."""

PATIENCE_S = 3.0

SLOWEST_PACE = 1.0
"""Seconds for a second of speech: a voice that takes longer cannot speak while it makes the rest."""

INSTANT = "pico"
"""The engine whose sentences are not cut."""

SLOW_SPEED = 0.8
"""Of the usual speed, where nothing else is said; for each time that the caller asked for it."""
SLOWEST_SPEED = 0.6
"""It slows down no further, unless the setting does: below, stretched speech falls apart."""
_PRIVATE = "private "
"""What the keys of sentences begin with that are kept nowhere."""

Progress = Callable[[int, int], None]
"""Told `(done, total)` after each prompt."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of the texts given to `render`: made now, found in the cache, failed."""

    made: int
    kept: int
    failed: int


class Prompts:
    """The prompts of one voice, cached in `folder` by voice, version and sentence. For one event loop. Owns its synthesisers."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        folder: Path,
        *,
        fallback: Synthesizer | None = None,
        patience_s: float = PATIENCE_S,
        memory_bytes: int = MEMORY_BYTES,
        slow_speed: float = SLOW_SPEED,
    ) -> None:
        self._synthesizer = synthesizer
        self._fallback = fallback
        self._patience_s = patience_s
        self._store = PromptStore(folder, memory_bytes)
        self._queue = PromptQueue(synthesizer, self._keep)
        self._aside = ThreadPoolExecutor(1, "prompts-fallback")
        self._slow_speed = slow_speed
        self._closed = False

    def ready(self, text: str, *, slow: int = 0) -> Pcm | None:
        """The rendered prompt, int16 at 8 kHz, if the cache has it all (memory, or a small read from disk per sentence).

        `slow`: so many times at `slow_speed`; such prompts are kept in memory only.
        """
        pieces: list[Pcm] = []
        for sentence in sentences(speakable(text)):
            piece = self._store.load(self._key(sentence, slow=slow))
            if piece is None:
                return None
            pieces.append(piece)
        return join(pieces) if pieces else None

    async def stream(self, text: str, *, slow: int = 0, private: bool = False) -> AsyncIterator[Pcm]:
        """Yield the prompt, int16 at 8 kHz: from the cache in one piece, else sentence by sentence as it is made.

        `slow`: so many times at `slow_speed`. What is made is stored, even when the caller stops listening, unless it is `private`.
        Raises EngineError when no voice can say it.
        """
        if private:
            async for piece in self._unkept(spoken_sentences(text), slow):
                yield piece
            return
        pcm = self.ready(text, slow=slow)
        if pcm is not None:
            yield pcm
            return
        parts = spoken_sentences(text)
        if slow:
            async for piece in self._slowly(parts, slow):
                yield piece
            return
        said = 0
        try:
            async for piece in self._first_voice(parts):
                said += 1
                yield piece if said == len(parts) else with_pause(piece)
        except TimeoutError:
            log.warning("the voice is late, the fallback speaks")
        except EngineError as error:
            if self._fallback is None:
                raise
            log.warning("the voice failed, the fallback speaks: %s", error)
        if self._fallback:
            for sentence in parts[said:]:
                said += 1
                piece = await speak_on(self._aside, self._fallback, sentence)
                yield piece if said == len(parts) else with_pause(piece)

    async def render(
        self, texts: Sequence[str], progress: Progress | None = None, *, urgent: bool = False
    ) -> Rendered:
        """Have all texts in the cache, one after the other; failures are logged and counted, not raised."""
        made = kept = failed = 0
        for done, text in enumerate(texts, start=1):
            if self.ready(text) is not None:
                kept += 1
                await asyncio.sleep(0)
            elif await self._rendered(text, urgent):
                made += 1
            else:
                failed += 1
            if progress:
                progress(done, len(texts))
        return Rendered(made, kept, failed)

    def hold(self, held: bool) -> None:
        """Render nothing that nobody waits for (true), or go on. A sentence that is being made is finished."""
        self._queue.hold(held=held)

    def prune(self, keep_texts: Collection[str]) -> int:
        """Remove every other sentence: other voices, other versions, other texts. Returns how many files went."""
        keep = {self._key(sentence) for text in keep_texts for sentence in sentences(speakable(text))}
        return self._store.prune(keep)

    async def close(self) -> None:
        """Stop after the sentence being spoken, then free the synthesisers. Idempotent; who still waits gets an EngineError."""
        if self._closed:
            return
        self._closed = True
        await self._queue.close()
        await asyncio.to_thread(self._aside.shutdown, cancel_futures=True)
        self._synthesizer.close()
        if self._fallback:
            self._fallback.close()

    async def _first_voice(self, parts: list[str]) -> AsyncIterator[Pcm]:
        """The sentences as they are made; raises as `_in_time`."""
        async for pcm in self._in_time(self._ask(parts, urgent=True)):
            yield pcm

    async def _in_time(self, made: list[asyncio.Future[Pcm]]) -> AsyncIterator[Pcm]:
        """The pieces. Raises TimeoutError when the caller would wait too long and a fallback can speak."""
        deadline = asyncio.get_running_loop().time() + self._patience_s
        for piece in made:
            async with asyncio.timeout_at(deadline if self._fallback else None):
                pcm = await heard(piece)
            yield pcm
            deadline += len(pcm) / TELEPHONE_HZ

    async def _unkept(self, parts: list[str], slow: int) -> AsyncIterator[Pcm]:
        """The sentences, of which nothing stays in memory or on the disk, clause by clause: nobody could render them ahead.

        A voice that is slower than speech would leave gaps in them: the fallback says all of it.
        """
        cut = [(clause, clause is pieces[-1]) for pieces in map(self._clauses, parts) for clause in pieces]
        said = 0
        async for piece in self._by_whom_can(f"{_PRIVATE}{uuid.uuid4()}", [clause for clause, _ in cut]):
            said += 1
            sound = await asyncio.to_thread(slowed, piece, self._speed(slow)) if slow else piece
            yield with_pause(sound) if cut[said - 1][1] and said < len(cut) else sound

    async def _by_whom_can(self, key: str, texts: list[str]) -> AsyncIterator[Pcm]:
        """Each text as soon as it is made, by the first voice as long as that one is in time. Raises EngineError when no voice can."""
        said = 0
        if not (self._fallback and self._queue.pace > SLOWEST_PACE):
            keys = [f"{key} {place}" for place in range(len(texts))]
            made = [
                self._queue.ask(one, text, place=place, urgent=True)
                for place, (one, text) in enumerate(zip(keys, texts, strict=True))
            ]
            try:
                async for piece in self._in_time(made):
                    said += 1
                    yield piece
            except (TimeoutError, EngineError) as error:
                if self._fallback is None:
                    raise
                log.warning("the voice is late or failed, the fallback speaks: %r", error)
            finally:
                self._queue.drop(keys)
        if self._fallback:
            for text in texts[said:]:
                yield await speak_on(self._aside, self._fallback, text)

    def _clauses(self, sentence: str) -> list[str]:
        """What is made at once: a voice that is instant loses nothing by a whole sentence."""
        return [sentence] if self._synthesizer.engine == INSTANT else clauses(sentence)

    def _speed(self, slow: int) -> float:
        return max(self._slow_speed**slow, min(SLOWEST_SPEED, self._slow_speed))

    async def _slowly(self, parts: list[str], slow: int) -> AsyncIterator[Pcm]:
        """The sentences slowed down in a thread; what the fallback said is not kept."""
        for sentence in parts:
            slow_key = self._key(sentence, slow=slow)
            piece = self._store.load(slow_key)
            if piece is None:
                usual = np.concatenate([pcm async for pcm in self.stream(sentence)])
                piece = await asyncio.to_thread(slowed, usual, self._speed(slow))
                if self._store.load(self._key(sentence)) is not None:
                    self._store.remember(slow_key, piece)
            yield piece if sentence is parts[-1] else with_pause(piece)

    async def _rendered(self, text: str, urgent: bool) -> bool:
        """Make one prompt; False when it failed."""
        try:
            for piece in self._ask(spoken_sentences(text), urgent=urgent):
                await heard(piece)
        except EngineError as error:
            log.error("a prompt was not rendered: %s", error)
            return False
        return True

    def _ask(self, parts: list[str], *, urgent: bool) -> list[asyncio.Future[Pcm]]:
        """Each sentence from the cache, or asked for; all at once, so that one is made while the one before is heard."""
        return [self._piece(sentence, place, urgent) for place, sentence in enumerate(parts)]

    def _piece(self, sentence: str, place: int, urgent: bool) -> asyncio.Future[Pcm]:
        key = self._key(sentence)
        pcm = self._store.load(key)
        if pcm is None:
            return self._queue.ask(key, sentence, place=place, urgent=urgent)
        there: asyncio.Future[Pcm] = asyncio.get_running_loop().create_future()
        there.set_result(pcm)
        return there

    async def _keep(self, key: str, pcm: Pcm) -> None:
        if key.startswith(_PRIVATE):
            return
        self._store.remember(key, pcm)
        await asyncio.to_thread(self._store.save, key, pcm)

    def _key(self, sentence: str, *, slow: int = 0) -> str:
        voice = self._synthesizer
        pace = (f"at {self._speed(slow)}",) if slow else ()
        parts = (voice.engine, voice.voice, voice.version, SHAPE_VERSION, *pace, sentence)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def open_prompts(settings: Settings, language: str = "fr") -> Prompts:
    """The prompts of the configured voice, in `data_dir/prompts`, with Pico as the fallback of a better voice. Blocking.

    Those of another language than French are in a folder of their own inside it. Raises CatalogueError or EngineError, one line, when
    the voice cannot be loaded.
    """
    synthesizer = open_synthesizer(settings, language)
    fallback = None
    if synthesizer.engine != "pico" and language in LANGUAGES:
        fallback = PicoSynthesizer("pico", "fallback", language)
    folder = settings.data_dir / "prompts"
    if language != "fr":
        folder /= language
    return Prompts(synthesizer, folder, fallback=fallback, slow_speed=settings.slow_speed)
