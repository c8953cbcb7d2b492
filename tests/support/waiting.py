"""Waiting for what another task or process does."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

PATIENCE_S = 60
"""How long a test waits for what must come: so long, only what is broken takes, also on a slow machine with other things to do."""


async def until(condition: Callable[[], object | Awaitable[object]], pause_s: float = 0.02) -> None:
    """Let others work until `condition`, or what it leads to when awaited, is true; the test's time limit ends what never is."""
    while True:
        value = condition()
        if await value if inspect.isawaitable(value) else value:
            return
        await asyncio.sleep(pause_s)
