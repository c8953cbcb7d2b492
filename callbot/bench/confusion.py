"""Who is taken for whom: the confusion matrix of motives, dialogue acts, emergencies and what nobody answers. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callbot.bench.understood import Answer

__all__ = ["EMERGENCY", "NOTHING", "Group", "Matrix", "Pair", "groups_of", "matrix", "pairs"]

EMERGENCY, NOTHING = "emergency", "nothing"
_ACT = "act: "
_OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours in the matrix: a domain of the knowledge base, or the acts."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """`counts` int (n, n): how often what the row names was read as what the column names, in the order of the groups."""

    groups: tuple[Group, ...]
    counts: NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        """Of the rows, and of the columns."""
        return [name for group in self.groups for name in group.members]


@dataclass(frozen=True, slots=True)
class Pair:
    """`n` of the `asked` lines that meant one thing were read as another."""

    meant: str
    read: str
    n: int
    asked: int


def meant(answer: Answer) -> str:
    """What the question's author meant."""
    question = answer.question
    if question.emergency:
        return EMERGENCY
    return _ACT + question.act if question.act else question.motive or NOTHING


def read_as(answer: Answer) -> str:
    """What it was read as; NOTHING where the bot would say that it has not understood."""
    reading, best = answer.reading, answer.reading.best
    if reading.emergency:
        return EMERGENCY
    if reading.act:
        return _ACT + reading.act
    return best.motive if best and best.confidence >= answer.confirm_threshold else NOTHING


def groups_of(motives: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> tuple[Group, ...]:
    """The domains of `motives` (domain, motive) in their order, then what else the answers name: other motives, acts, the rest."""
    seen = sorted({name for answer in answers for name in (meant(answer), read_as(answer))})
    domains: dict[str, dict[str, None]] = {}
    for domain, motive in motives:
        domains.setdefault(domain, {})[motive] = None
    known = {motive for _, motive in motives} | {EMERGENCY, NOTHING}
    found = [Group(domain, tuple(members)) for domain, members in domains.items()]
    acts = tuple(name for name in seen if name.startswith(_ACT))
    others = tuple(name for name in seen if name not in known and not name.startswith(_ACT))
    found += [Group(name, members) for name, members in ((_OTHERS, others), ("acts", acts)) if members]
    return (*found, Group("rest", (EMERGENCY, NOTHING)))


def matrix(motives: Sequence[tuple[str, str]], answers: Sequence[Answer]) -> Matrix:
    """The confusion matrix of answers, motives ordered as `motives` (domain, motive)."""
    groups = groups_of(motives, answers)
    place = {name: n for n, name in enumerate(name for group in groups for name in group.members)}
    counts = np.zeros((len(place), len(place)), dtype=np.int64)
    for answer in answers:
        counts[place[meant(answer)], place[read_as(answer)]] += 1
    return Matrix(groups, counts)


def pairs(answers: Sequence[Answer], most: int = 15) -> list[Pair]:
    """What was most often read as something else, at most `most`; being read as nothing is no confusion."""
    asked = Counter(map(meant, answers))
    taken = Counter((meant(answer), read_as(answer)) for answer in answers)
    found = [
        Pair(one, other, n, asked[one]) for (one, other), n in taken.items() if other not in (one, NOTHING)
    ]
    return sorted(found, key=lambda pair: (-pair.n, pair.meant, pair.read))[:most]
