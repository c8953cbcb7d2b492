"""The loop's own work: every hour questions are grouped, and what answers have changed is measured, by one machine for all."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from callbot.editing.live import LiveKnowledge
from callbot.editing.versions import Version
from callbot.errors import CallbotError
from callbot.learning_loop.effects import Effect, Measured, due, effect
from callbot.learning_loop.group_store import GroupStore
from callbot.learning_loop.grouping import joined
from callbot.learning_loop.groups import Group, GroupState
from callbot.learning_loop.questions import Kind

__all__ = ["Compares", "LearningLoop"]

EVERY = dt.timedelta(hours=1)
LOOK_SECONDS = 120.0
WORK = "learning"

logger = logging.getLogger(__name__)


class Compares(Protocol):
    """What knows which sentences mean the same. Raises CallbotError."""

    async def clusters(self, texts: Sequence[str]) -> list[int]:
        """A label for each."""

    async def alike(self, texts: Sequence[str], examples: Sequence[str]) -> list[bool]:
        """Of each text whether an example means the same."""


class LearningLoop:
    """One per process; `run` is a task of the service. `today`: of metropolitan France."""

    def __init__(
        self, groups: GroupStore, live: LiveKnowledge, compare: Compares, today: Callable[[], dt.date]
    ) -> None:
        self.groups = groups
        self._live = live
        self._compare = compare
        self._today = today
        self._one = asyncio.Lock()

    async def run(self) -> NoReturn:
        """Until cancelled. What fails is tried again at the next hour."""
        while True:
            try:
                if await self.groups.claim(WORK, EVERY):
                    await self.group()
                    await self.measure()
            except CallbotError as error:
                logger.error("questions were not grouped: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def group(self) -> int:
        """Group what callers asked in vain; how many questions were added to groups. Raises CallbotError."""
        async with self._one:
            await self.groups.forget_empty()
            questions, known = await self.groups.to_group()
            labels = await self._compare.clusters([one.text for one in questions])
            told = [one.kind is Kind.CORRECTED for one in questions]
            targets = dict(joined(labels, known, [one.call_id for one in questions], told))
            added = []
            for label, question, group in zip(labels, questions, known, strict=True):
                if group is not None or label not in targets:
                    continue
                if (there := targets[label]) is None:
                    there = targets[label] = await self.groups.new_group()
                added.append((question, there))
            await self.groups.put(added)
        return len(added)

    async def measure(self) -> int:
        """Measure the days that are over of every answer that was taught; how many. Raises CallbotError.

        Days whose words are gone stay unknown: they are not measured, which is not the same as no calls.
        """
        done = 0
        for group in await self.groups.groups():
            if group.state is not GroupState.TAUGHT or group.taught_on is None:
                continue
            there = [one.day for one in await self.groups.measured(group.id)]
            examples: Sequence[str] = ()
            for day in due(group.taught_on, self._today(), there):
                if not await self.groups.words_left(day):
                    continue
                examples = examples or await self._examples(group)
                await self.groups.measure(group.id, await self._of_day(day, group.entry_id, examples))
                done += 1
        return done

    async def effect(self, group: Group) -> Effect | None:
        """What its answer has changed; None: nothing is taught."""
        if group.taught_on is None:
            return None
        return effect(await self.groups.measured(group.id), group.taught_on)

    async def _of_day(self, day: dt.date, entry_id: str, examples: Sequence[str]) -> Measured:
        asked = await self.groups.asked_on(day, entry_id)
        alike = await self._compare.alike([text for _, text, _ in asked], examples)
        meant = [one for one, same in zip(asked, alike, strict=True) if same]
        answered = {call for call, _, heard in meant if heard}
        return Measured(day, len({call for call, _, _ in meant}), len(answered))

    async def _examples(self, group: Group) -> Sequence[str]:
        """The questions that the answer has gained; where it gained none, all that it has."""
        version = await self._live.versions.version(group.version_id)
        before = await self._before(version)
        new = [question for question in version.entry.questions if question not in before]
        return new or list(version.entry.questions)

    async def _before(self, version: Version) -> Sequence[str]:
        history = await self._live.versions.history(version.language, version.entry_id)
        older = [one for one in history if one.edition is not None and one.number < version.number]
        if older:
            return older[0].entry.questions
        entry = self._live.base.in_language(version.language).by_id.get(version.entry_id)
        return entry.questions if entry else ()
