"""The knowledge base in service, as one value that is exchanged whole: a call keeps the edition that it began with.

Each machine follows the approvals in the database: it learns beside the service, has the new sentences spoken, and exchanges the edition.
What cannot be learnt changes nothing: the edition before stays, the page says why, and it is tried again.
"""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from callbot.config import Settings
from callbot.conversations import texts_to_render
from callbot.editing.in_use import keep
from callbot.editing.nightly import Nightly, same_commune
from callbot.editing.overlay import overlaid, unusable
from callbot.editing.version_store import VersionStore
from callbot.editing.versions import Published, Version
from callbot.errors import CallbotError, DatabaseError
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding import router_file
from callbot.understanding.interpretation import Reads

__all__ = ["Edition", "LiveKnowledge"]

REFRESH_SECONDS = 5.0
BEAT_SECONDS = 30.0
"""How often a machine tells what it has, when nothing changes."""
AGAIN_SECONDS = 60.0
"""What failed is tried again so much later."""
RENDER_SECONDS = 20.0
"""A sentence that is not spoken by then is made when a caller first hears it."""
TRIED_SECONDS = 900.0
"""How long the router of a draft that was tried stays loaded: 200 MB."""

logger = logging.getLogger(__name__)


Learn = Callable[[Knowledge, Published], Awaitable[Mapping[str, Reads]]]
"""The routers of a knowledge base, which is the files with these edits over them. Raises CallbotError."""
Render = Callable[[str, Sequence[str]], Awaitable[object]]
"""Have texts of a language in the cache of spoken prompts, at once."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of the knowledge base with its routers, by language, French first. `number`: of the last approval in it."""

    number: int
    knowledge: Knowledge
    understanding: Mapping[str, Reads]


class LiveKnowledge:
    """`now`: the edition for new calls. One per process; `keep_fresh` is a task of the service."""

    def __init__(
        self,
        settings: Settings,
        base: Knowledge,
        first: Edition,
        versions: VersionStore,
        learn: Learn,
        *,
        machine: str,
        today: Callable[[], dt.date],
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._settings = settings
        self._base = base
        self._learn = learn
        self._machine = machine
        self._today = today
        self._clock = now
        hour = dt.time.fromisoformat(settings.learn_at) if settings.learn_at else None
        self._nightly = Nightly(hour, now())
        self._code = router_file.code_version()
        self._woken = asyncio.Event()
        self._told_at = self._failed_at = float("-inf")
        self._failed = -1
        self._tried: tuple[tuple[int, dt.datetime], Edition, float] | None = None
        self.now = first
        self.versions = versions

    @property
    def base(self) -> Knowledge:
        """The files, without any edit."""
        return self._base

    def wake(self) -> None:
        """Something was approved here: look at once."""
        self._woken.set()

    async def keep_fresh(self, render: Render) -> NoReturn:
        """Follow what is approved, here and on other machines, until cancelled; then this machine is none any more."""
        try:
            while True:
                try:
                    await self.follow(render)
                    if self._nightly.due(now := self._clock()):
                        await self.read_again(render)  # what raises is tried again
                        self._nightly.done(now)
                except DatabaseError as error:
                    logger.error("the knowledge base stays as it is: %s", error)
                self._forget_tried()
                try:
                    async with asyncio.timeout(REFRESH_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    pass
                self._woken.clear()
        finally:
            try:
                await self.versions.leave(self._machine)
            except DatabaseError as error:
                logger.error("this machine could not take leave: %s", error)

    async def follow(self, render: Render) -> None:
        """Bring into service what has been approved since; tell how it went. Raises DatabaseError."""
        wanted = await self.versions.edition()
        if wanted == self.now.number:
            await self._tell()
            return
        if wanted == self._failed and time.monotonic() < self._failed_at + AGAIN_SECONDS:
            return
        await self.versions.tell(self._machine, self.now.number)
        published = await self.versions.published()
        try:
            edition = await self._made(self._base, published)
            await asyncio.to_thread(keep, self._settings, published)
        except (CallbotError, OSError, ValueError) as error:
            logger.error("what was approved is not in service: %s", error)
            self._failed, self._failed_at = wanted, time.monotonic()
            await self.versions.tell(self._machine, self.now.number, str(error) or repr(error))
            return
        self._failed = -1
        await self._exchange(edition, render)

    async def read_again(self, render: Render) -> bool:
        """Read the files, the corpus and what was heard again, and learn what has changed; whether anything has. Raises DatabaseError.

        What cannot be read or learnt changes nothing. commune.toml and the program itself change with a restart.
        """
        published = await self.versions.published()
        try:
            if await asyncio.to_thread(router_file.code_version) != self._code:
                logger.warning("the program on the disk is another one: restart the service to use it")
                return False
            base = await asyncio.to_thread(self._files)
            edition = await self._made(base, published)
        except (CallbotError, OSError, ValueError) as error:
            logger.error("the files of the knowledge base stay as they were: %s", error)
            return False
        before = self.now
        self._base = base
        if edition.knowledge == before.knowledge and _same(edition, before):
            logger.info("nothing has changed since the last time that the files were read")
            return False
        await self._exchange(edition, render)
        return True

    def _files(self) -> Knowledge:
        """The entries as the files have them now. Raises KnowledgeError."""
        read = store.load(self._settings.knowledge_dir)
        if read.commune != self._base.commune:
            logger.warning("commune.toml has changed: restart the service to use it")
        return same_commune(read, self._base)

    async def _exchange(self, edition: Edition, render: Render) -> None:
        """Have what is new spoken, then let new calls have it; calls that go on keep what they began with."""
        before = self.now
        await _spoken(render, before, edition, self._today())
        self.now = edition
        logger.info("edition %d of the knowledge base is in service", edition.number)
        await self._tell(anyway=True)
        await _rest_spoken(render, before, edition, self._today())

    async def with_draft(self, draft: Version) -> Edition:
        """The knowledge base as if `draft` were approved; kept for a while, for the next question. Raises CallbotError."""
        key = draft.id, draft.written_at
        if self._tried is None or self._tried[0] != key:
            published = (await self.versions.published()).with_draft(draft, self._today())
            self._tried = key, await self._made(self._base, published), time.monotonic()
        return self._tried[1]

    async def _made(self, base: Knowledge, published: Published) -> Edition:
        for language, entry in published.entries:
            if why := unusable(base, language, entry):
                logger.warning("an edit is not used: %s", why)
        knowledge = await asyncio.to_thread(overlaid, base, published)
        return Edition(published.edition, knowledge, await self._learnt(knowledge, published))

    async def _learnt(self, knowledge: Knowledge, published: Published) -> Mapping[str, Reads]:
        """The routers; meanwhile this machine goes on telling that it lives: learning takes minutes where calls come first."""
        learning = asyncio.ensure_future(self._learn(knowledge, published))
        try:
            while not (await asyncio.wait({learning}, timeout=BEAT_SECONDS))[0]:
                await self.versions.tell(self._machine, self.now.number)
            return learning.result()
        finally:
            learning.cancel()

    async def _tell(self, *, anyway: bool = False) -> None:
        if anyway or time.monotonic() >= self._told_at + BEAT_SECONDS:
            await self.versions.tell(self._machine, self.now.number)
            self._told_at = time.monotonic()

    def _forget_tried(self) -> None:
        if self._tried and time.monotonic() > self._tried[2] + TRIED_SECONDS:
            self._tried = None


def _same(one: Edition, other: Edition) -> bool:
    """Whether nothing was learnt: the routers are the very same."""
    pairs = ((reads, other.understanding.get(code)) for code, reads in one.understanding.items())
    return all(reads is again for reads, again in pairs)


async def _spoken(render: Render, before: Edition, after: Edition, day: dt.date) -> None:
    """What callers may hear first: the changed answers. A voice that is late does not hold up the rest."""
    for code in after.knowledge.commune.languages:
        known = {entry.answer for entry in before.knowledge.in_language(code).entries}
        own = after.knowledge.in_language(code).entries
        new = [entry.answer for entry in own if entry.answer not in known and entry.may_be_spoken(day)]
        try:
            async with asyncio.timeout(RENDER_SECONDS):
                await render(code, new)
        except TimeoutError:
            logger.warning("the voice is late with the new answers: they are made when they are said")


async def _rest_spoken(render: Render, before: Edition, after: Edition, day: dt.date) -> None:
    """What is said around them: questions back, slow pieces."""
    for code in after.knowledge.commune.languages:
        known = set(_all_texts(before.knowledge.in_language(code), day))
        await render(
            code, [text for text in _all_texts(after.knowledge.in_language(code), day) if text not in known]
        )


def _all_texts(knowledge: Knowledge, day: dt.date) -> list[str]:
    first, rest = texts_to_render(knowledge, day)
    return [*first, *rest]
