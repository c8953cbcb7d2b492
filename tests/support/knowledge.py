"""The demonstration commune's answers with their edits in a database, read by a router that knows its questions word for word."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from callbot.config import Settings
from callbot.database import Database
from callbot.editing.live import Edition, LiveKnowledge
from callbot.editing.version_store import VersionStore
from callbot.editing.versions import Published
from callbot.errors import CallbotError
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding.interpretation import Candidate, Interpretation, Reads
from callbot.understanding.normalise import normalise

MACHINE = "valbourg:1"


@lru_cache
def demo() -> Knowledge:
    """Read once."""
    return store.load()


_normalised = lru_cache(maxsize=None)(normalise)
"""The questions of the demonstration commune are thousands, and the same ones in every test."""


class ByHeart:
    """Reads what is written in the knowledge base, and nothing else."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known = {
            _normalised(question): entry for entry in knowledge.validated for question in entry.questions
        }

    def interpret(self, text: str) -> Interpretation:
        """Sure of its own questions; of any other, a poor guess."""
        said = normalise(text)
        entry = self._known.get(said)
        candidate = Candidate(entry.motive, entry.aspect, 0.97) if entry else Candidate("horaires", "", 0.05)
        return Interpretation(said, candidates=(candidate,), ranking=(candidate,), said=text)


@dataclass
class Learning:
    """In place of the process that learns: at once, and failing when the test says so."""

    fails: str = ""
    learnt: list[int] = field(default_factory=list)

    async def __call__(self, knowledge: Knowledge, published: Published) -> Mapping[str, Reads]:
        """Routers of all languages."""
        if self.fails:
            raise CallbotError(self.fails)
        self.learnt.append(published.edition)
        return readers(knowledge)


def readers(knowledge: Knowledge) -> Mapping[str, Reads]:
    """One that knows each language by heart."""
    return {code: ByHeart(knowledge.in_language(code)) for code in knowledge.commune.languages}


def live_knowledge(
    settings: Settings,
    database: Database,
    *,
    base: Knowledge | None = None,
    learn: Learning | None = None,
    today: Callable[[], dt.date] = dt.date.today,
    machine: str = MACHINE,
) -> LiveKnowledge:
    """One machine's, that has brought no edit into service yet."""
    base = base or demo()
    first = Edition(0, base, readers(base))
    versions = VersionStore(database, today)
    return LiveKnowledge(settings, base, first, versions, learn or Learning(), machine=machine, today=today)


class SameWords:
    """In place of sentence vectors: sentences mean the same when their longest word is the same."""

    async def clusters(self, texts: Sequence[str]) -> list[int]:
        """A label per longest word."""
        longest = [_longest(text) for text in texts]
        return [longest.index(word) for word in longest]

    async def alike(self, texts: Sequence[str], examples: Sequence[str]) -> list[bool]:
        """Whether an example has it too."""
        known = {_longest(example) for example in examples}
        return [_longest(text) in known for text in texts]


def _longest(text: str) -> str:
    return max(normalise(text).split(), key=len)
