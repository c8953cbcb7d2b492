"""Sentences compared in a process of its own at the lowest priority: `python -m callbot.learning_loop.apart` reads JSON and answers JSON.

Sentences go in and labels come out; nothing is kept or logged.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from callbot.config import Settings
from callbot.errors import CallbotError

__all__ = ["Apart", "ComparisonError"]

TIMEOUT_S = 300.0
NICENESS = 15


class ComparisonError(CallbotError):
    """Sentences could not be compared; the reason never holds one."""


class Apart:
    """Asks that process."""

    def __init__(self, settings: Settings) -> None:
        self._models_dir = settings.models_dir

    async def clusters(self, texts: Sequence[str]) -> list[int]:
        """A label for each text; those of one meaning have the same. Raises ComparisonError."""
        if not texts:
            return []
        return [int(one) for one in await self._ask({"texts": list(texts)})]

    async def alike(self, texts: Sequence[str], examples: Sequence[str]) -> list[bool]:
        """Of each text whether one of the examples means the same. Raises ComparisonError."""
        if not texts or not examples:
            return [False] * len(texts)
        return [bool(one) for one in await self._ask({"texts": list(texts), "examples": list(examples)})]

    async def _ask(self, told: dict[str, Any]) -> list[Any]:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "callbot.learning_loop.apart",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the service's to hear
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                out, _ = await child.communicate(
                    json.dumps(told | {"models_dir": str(self._models_dir)}).encode()
                )
        except TimeoutError:
            raise ComparisonError(f"comparing took longer than {TIMEOUT_S:.0f} s") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode:
            raise ComparisonError(f"comparing ended with exit code {child.returncode}")
        answer: list[Any] = json.loads(out)
        return answer


def main() -> None:
    """The child."""
    os.nice(NICENESS)
    from callbot.corpus.vectors import shipped
    from callbot.learning_loop.grouping import alike, clusters
    from callbot.understanding.embedding import Embedder
    from callbot.understanding.training import readable

    told = json.load(sys.stdin)
    embedder = Embedder(Path(told["models_dir"]))
    common = np.mean(list(shipped().values()), axis=0)
    vectors = embedder.embed([readable(text) for text in told["texts"]])
    if "examples" in told:
        answer: Any = alike(vectors, embedder.embed([readable(text) for text in told["examples"]]), common)
    else:
        answer = clusters(vectors, common)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
