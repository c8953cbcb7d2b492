"""The agent's telephone beside a caller's leg: rung, briefed, joined, let go, as the conversation says."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import assert_never

from callbot.errors import EngineError
from callbot.events import BriefAgent, ConnectAgent, OfferAgent, ReleaseAgent
from callbot.media.dialect import Dialect, Message
from callbot.playback import Playback
from callbot.speech.prompts import Prompts
from callbot.speech.speaking import with_pause

WAITING_TEXTS = 4
"""Of each queue; one more is a briefing that is made no sooner than needed, or an agent who is joined without one."""


class AgentLine:
    """What one call does to reach a person. `run` makes and says briefings for as long as the call lasts."""

    def __init__(
        self,
        dialect: Dialect,
        playback: Playback,
        prompts: Prompts,
        ring_ms: int,
        send: Callable[[list[Message]], None],
    ) -> None:
        self._dialect, self._playback, self._prompts = dialect, playback, prompts
        self._ring_ms, self._send = ring_ms, send
        self._to_render: asyncio.Queue[tuple[str, ...]] = asyncio.Queue(WAITING_TEXTS)
        self._to_brief: asyncio.Queue[tuple[str, ...]] = asyncio.Queue(WAITING_TEXTS)

    def take(self, command: OfferAgent | BriefAgent | ConnectAgent | ReleaseAgent) -> None:
        """Do what the conversation wants."""
        match command:
            case OfferAgent(destination, purpose, briefing):
                if not self._to_render.full():
                    self._to_render.put_nowait(briefing)
                self._send(self._dialect.consult(destination, self._ring_ms, purpose))
            case BriefAgent(texts):
                if not self._to_brief.full():
                    self._to_brief.put_nowait(texts)
            case ConnectAgent(way):
                self._send(self._dialect.replace() if way == "attended" else self._dialect.bridge())
            case ReleaseAgent():
                self._send(self._dialect.end_consult())
            case _:
                assert_never(command)

    async def run(self) -> None:
        """Make what is to be said, and say it."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._render())
            tasks.create_task(self._brief())

    async def _render(self) -> None:
        """Make what a person will hear while their telephone rings, where it is not rendered yet."""
        while True:
            await self._prompts.render(await self._to_render.get(), urgent=True)

    async def _brief(self) -> None:
        """Tell who picked up what the call is about; a sentence that no voice can say in time is left out."""
        while True:
            for text in await self._to_brief.get():
                with contextlib.suppress(EngineError):
                    async for chunk in self._prompts.stream(text):
                        self._send(self._dialect.consult_audio(self._playback.at_leg_rate(with_pause(chunk))))
            self._send(self._dialect.consult_mark("briefing"))
