"""Who says a line, and which way it takes: drawn by the line's own hash, so always the same. No I/O."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from callbot.corpus.reader import Part
from callbot.heard.callers import Caller, callers
from callbot.heard.ways import WAYS, Way

__all__ = ["Job", "draw", "job", "number_of", "order"]


@dataclass(frozen=True, slots=True)
class Job:
    """One rendition to be made: `text` as written."""

    part: Part
    text: str
    caller: Caller
    way: Way

    @property
    def key(self) -> tuple[str, str, str]:
        """As `transcripts.Heard.key`."""
        return self.text, self.caller.name, str(self.way)


def job(part: Part, text: str) -> Job:
    """The rendition of a line."""
    ways = WAYS[part]
    speakers = [caller for caller in callers(part) for _ in range(caller.weight)]
    return Job(
        part,
        text,
        speakers[number_of("caller", text) % len(speakers)],
        ways[number_of("way", text) % len(ways)],
    )


def order(texts: Iterable[str]) -> list[str]:
    """Each text once, in an order that has nothing to do with what they say: the first ones are a fair sample of all."""
    return sorted(set(texts), key=lambda text: number_of("order", text))


def draw(texts: Iterable[str], share: float, limit: int | None = None) -> list[str]:
    """A `share` (0–1) of the texts, at most `limit`; a greater share contains a smaller one."""
    ordered = order(texts)
    return ordered[: round(len(ordered) * share)][:limit]


def number_of(what: str, text: str) -> int:
    """A number that depends on the text alone; another one for each `what`."""
    return int.from_bytes(hashlib.sha256(f"{what}\t{text}".encode()).digest()[:8])
