"""Has a router learnt beside the service: in a process of its own, at the lowest priority, so that no call notices.

The child (`python -m callbot.editing.learner`) reads the settings and the published entries from its standard input and leaves the routers
where `router_file.artefact` expects them; what is there already is not learnt again.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from weakref import WeakValueDictionary

from callbot.config import Settings
from callbot.editing.overlay import overlaid, read_published, write_published
from callbot.editing.versions import Published
from callbot.errors import CallbotError
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.understanding import router_file, router_learning
from callbot.understanding.embedding import Embedder
from callbot.understanding.router import Understanding

__all__ = ["Learner", "LearningError"]

TIMEOUT_S = 600.0
"""Everything anew takes a minute on an idle machine, and many on one whose calls come first."""
NICENESS = 15


class LearningError(CallbotError):
    """The router could not learn what was approved or is tried."""


class Learner:
    """One thing at a time in this process. What it has loaded, and somebody still uses, is not loaded again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._one = asyncio.Lock()
        self._embedder = Embedder(settings.models_dir)
        self._loaded: WeakValueDictionary[Path, Understanding] = WeakValueDictionary()

    async def learnt(self, knowledge: Knowledge, published: Published) -> dict[str, Understanding]:
        """The routers of all languages of `knowledge` (the files with `published` over them), French first. Raises LearningError."""
        async with self._one:
            files = await asyncio.to_thread(self._files, knowledge)
            missing = [
                code for code, file in files.items() if file not in self._loaded and not file.is_file()
            ]
            await self._learn(published, missing)
            found: dict[str, Understanding] = {}
            for code, file in files.items():
                reader = self._loaded.get(file)
                if reader is None:
                    reader = await asyncio.to_thread(self._load, knowledge.in_language(code))
                found[code] = self._loaded[file] = reader
            return found

    def remember(self, knowledge: Knowledge, understanding: Mapping[str, Understanding]) -> None:
        """These routers are loaded already."""
        for code, file in self._files(knowledge).items():
            self._loaded[file] = understanding[code]

    def _files(self, knowledge: Knowledge) -> dict[str, Path]:
        """Where the routers of that knowledge are, or will be, by language, French first."""
        codes = sorted(knowledge.commune.languages, key=lambda code: code != knowledge.language)
        return {code: router_file.artefact(self._settings, knowledge.in_language(code)) for code in codes}

    def _load(self, own: Knowledge) -> Understanding:
        try:
            return Understanding.load(self._settings, own, self._embedder)
        except (OSError, ValueError) as error:
            raise LearningError(f"the router cannot be loaded: {error}") from error

    async def _learn(self, published: Published, languages: Sequence[str]) -> None:
        """French beside all the others: two cores are worth having."""
        french = [code for code in languages if code == FRENCH]
        others = [code for code in languages if code != FRENCH]
        parts = [self._apart(published, part) for part in (french, others) if part]
        failed = [one for one in await asyncio.gather(*parts, return_exceptions=True) if one]
        if failed:
            raise failed[0]

    async def _apart(self, published: Published, languages: Sequence[str]) -> None:
        told = {
            "settings": self._settings.model_dump(mode="json"),
            "published": write_published(published),
            "languages": list(languages),
        }
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "callbot.editing.learner",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is the service's to hear
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                _, errors = await child.communicate(json.dumps(told).encode())
        except TimeoutError:
            raise LearningError(f"learning took longer than {TIMEOUT_S:.0f} s") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode:
            lines = errors.decode(errors="replace").strip().splitlines()
            raise LearningError(lines[-1] if lines else f"learning ended with exit code {child.returncode}")


def main() -> None:
    """The child: learns what is missing. A fault we know is one line on standard error, exit code 1."""
    os.nice(NICENESS)
    told = json.load(sys.stdin)
    try:
        settings = Settings.model_validate(told["settings"])
        knowledge = overlaid(store.load(settings.knowledge_dir), read_published(told["published"]))
        embedder = Embedder(settings.models_dir)
        for code in told["languages"]:
            own = knowledge.in_language(code)
            if not router_file.artefact(settings, own).is_file():
                router_learning.learn(settings, own, embedder, measure=False)
    except CallbotError as error:
        print(error, file=sys.stderr)  # noqa: T201 (the parent reads it)
        sys.exit(1)


if __name__ == "__main__":
    main()
