"""A database that tells how long its long transactions were: others who write wait for these."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.database import Database

__all__ = ["TimedDatabase"]


class TimedDatabase(Database):
    """Of those that are not `quick` it notes how long each was, its commit included."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.took_ms: list[float] = []

    @asynccontextmanager
    async def begin(self, *, quick: bool = False) -> AsyncIterator[AsyncConnection]:
        """The same."""
        begun = 0.0
        async with super().begin(quick=quick) as connection:
            begun = time.perf_counter()
            yield connection
        if not quick:
            self.took_ms.append((time.perf_counter() - begun) * 1000)
