"""How often emergencies and dialogue acts are recognised, over lines of the corpus: pure figures for `callbot bench intents`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from callbot.understanding.acts import act_of
from callbot.understanding.emergencies import emergency_number
from callbot.understanding.normalise import normalise

Reader = Callable[[str], tuple[str | None, str | None]]
"""From what was said to the emergency number and the act that were understood."""


@dataclass(frozen=True, slots=True)
class Vigilance:
    """Shares 0–1. Any number counts as recognised; `right_number` is of those recognised. False alarms: of everything else."""

    emergencies: int
    recall: float
    right_number: float
    false_alarms: float
    acts: int
    act_accuracy: float
    false_acts: float


def by_tables(text: str) -> tuple[str | None, str | None]:
    """What the tables of phrases alone understand."""
    said = normalise(text)
    number = emergency_number(said)
    return number, None if number else act_of(said)


def vigilance(lines: Iterable[tuple[str, str, str]], read: Reader = by_tables) -> Vigilance:
    """The figures of lines (kind, label, text), kinds as in the corpus: `emergency`, `act`, and others."""
    heard = [(kind, label, *read(text)) for kind, label, text in lines]
    urgent = [(label, number) for kind, label, number, _ in heard if kind == "emergency"]
    acts = [(label, act) for kind, label, _, act in heard if kind == "act"]
    return Vigilance(
        emergencies=len(urgent),
        recall=_share(number is not None for _, number in urgent),
        right_number=_share(number == label for label, number in urgent if number),
        false_alarms=_share(number is not None for kind, _, number, _ in heard if kind != "emergency"),
        acts=len(acts),
        act_accuracy=_share(act == label for label, act in acts),
        false_acts=_share(act is not None for kind, _, _, act in heard if kind not in ("emergency", "act")),
    )


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0
