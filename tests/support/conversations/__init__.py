"""Conversations of several turns as they are written in this folder's `.txt` files.

    # A title
    A: what the caller says
    B: decision motive.aspect « a fragment of the reply »

The title may end in `(caller 0612345678)`, the number that their telephone presents, or `(closed)`: a line at an hour when
nobody is there; or `(drawn)`: one whom the lot has chosen to be asked how satisfied they are.
What the caller says may be keys, `[0612345678#]`.

`-` stands for no motive; an act or an emergency number stands in its place; two questions have two of each: `a + b « … » « … »`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_REPLY = re.compile(r"B: (?P<decision>\w+) (?P<meant>.+?) (?P<fragments>« .+ »)$")


@dataclass(frozen=True)
class Turn:
    """What the caller says, and what the bot makes of it."""

    said: str
    decision: str
    meant: tuple[str, ...]
    fragments: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """One conversation, with its title."""

    title: str
    turns: tuple[Turn, ...]
    caller: str = ""
    closed: bool = False
    drawn: bool = False


def written(language: str = "fr") -> Iterator[Written]:
    """Every conversation in a language: French in this folder, others in one of their own. Raises ValueError for any other line."""
    folder = Path(__file__).parent / ("" if language == "fr" else language)
    for file in sorted(folder.glob("*.txt")):
        for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
            title, *lines = block.splitlines()
            caller = re.search(r"\(caller (\d+)\)", title)
            yield Written(
                f"{file.stem}: {title.removeprefix('# ')}",
                tuple(_turns(lines)),
                caller[1] if caller else "",
                "(closed)" in title,
                "(drawn)" in title,
            )


def _turns(lines: list[str]) -> Iterator[Turn]:
    for said, replied in zip(lines[::2], lines[1::2], strict=True):
        match = _REPLY.match(replied)
        if not said.startswith("A: ") or match is None:
            raise ValueError(f"not a turn: {said!r}, {replied!r}")
        fragments = tuple(match["fragments"].removeprefix("« ").removesuffix(" »").split(" » « "))
        yield Turn(said.removeprefix("A: "), match["decision"], tuple(match["meant"].split(" + ")), fragments)
