"""One question to the pages in a measurement, and what the database has to ask for. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from callbot.accounts import Role

__all__ = ["PAGE_MS", "REPORT_MS", "Query", "Visit", "What", "nth"]

Thing = TypeVar("Thing")

PAGE_MS, REPORT_MS = 300, 5000
"""The aims, of the median."""


@dataclass(frozen=True, slots=True)
class What:
    """What the database has to ask for. Ids are those of as many different things as there are, as each may be noted once as seen."""

    today: date
    last: date
    """The last day that is over."""
    line: str = "+33100000000"
    service: str = "accueil"
    entry: str = "fr/accueil"
    number: str = "+33639980000"
    calls: Sequence[str] = ("call",)
    callbacks: Sequence[int] = (1,)
    messages: Sequence[int] = (1,)
    groups: Sequence[int] = (1,)
    parts: Sequence[str] = ("moments",)
    """Charts of the dashboard that have a table."""


Query = Callable[[What, int], Mapping[str, str]]
"""What stands after the question mark, or in the form; the number is that of the visit."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One question. `route`: the path as the application has it; `fill`: what stands in its braces; `form`: it is sent as one.

    `role`: whose session asks; None: a token of the API, or nobody. `streams`: the answer goes on: its first line is waited for.
    """

    name: str
    route: str
    role: Role | None = Role.MANAGER
    query: Query = field(default=lambda _what, _n: {})
    fill: Query = field(default=lambda _what, _n: {})
    form: bool = False
    streams: bool = False
    most_ms: int = PAGE_MS

    def path(self, what: What, n: int) -> str:
        """The path of the `n`-th visit."""
        path = self.route
        for name, value in self.fill(what, n).items():
            path = path.replace(f"{{{name}}}", value)
        return path


def nth(things: Sequence[Thing], n: int) -> Thing:
    """One of them after the other, and from the first again."""
    return things[n % len(things)]
