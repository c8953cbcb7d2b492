"""Waiting for what another task or process does."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], object | Awaitable[object]], pause_s: float = 0.02) -> None:
    """Let others work until `condition`, or what it leads to when awaited, is true; the test's time limit ends what never is."""
    while True:
        value = condition()
        if await value if inspect.isawaitable(value) else value:
            return
        await asyncio.sleep(pause_s)
