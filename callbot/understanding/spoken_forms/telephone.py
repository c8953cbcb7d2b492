"""Telephone numbers: what a string of digits is worth, and the digits within what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from callbot.phone_numbers import normalise_number
from callbot.understanding.spoken_forms.numbers import Reading, digit_readings, is_number, plain
from callbot.understanding.spoken_forms.words import BOUND, HESITATIONS, tokens

NATIONAL_DIGITS = 10
FOREIGN_DIGITS = range(8, 16)
"""Digits of an international number, country code included (ITU-T E.164: 15 at most)."""


class Status(StrEnum):
    """What a telephone number that is being said has come to."""

    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    FOREIGN = "foreign"
    TOO_LONG = "too_long"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as far as it is known. `digits` is what was dialled in thought: 06…, +44…, or a part of that."""

    status: Status
    digits: str = field(default="", repr=False)

    @property
    def usable(self) -> bool:
        """Whether somebody can be called there."""
        return self.status in (Status.COMPLETE, Status.FOREIGN)

    @property
    def e164(self) -> str | None:
        """The number as +33612345678; None when it is not usable."""
        return normalise_number(self.digits) if self.usable else None

    @property
    def national(self) -> str | None:
        """The number as 0612345678; None for foreign numbers and those that are not complete."""
        return self.digits if self.status is Status.COMPLETE else None


def judge(digits: str) -> Phone:
    """What `digits` (0–9, with + or 00 in front for abroad) are: +33 and 0033 become national, a lost + or 0 is put back."""
    if not digits:
        return Phone(Status.EMPTY)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+33"):
        digits = "0" + digits[3:].removeprefix("0")
        return Phone(_length(digits), digits)
    if digits.startswith("+"):
        size = len(digits) - 1
        known = digits[1:2] not in ("", "0")
        status = Status.FOREIGN if size in FOREIGN_DIGITS and known else Status.INCOMPLETE
        return Phone(Status.TOO_LONG if size >= FOREIGN_DIGITS.stop else status, digits)
    if digits.startswith("33") and len(digits) == NATIONAL_DIGITS + 1:
        digits = "0" + digits[2:]
    if digits[0] != "0" and len(digits) == NATIONAL_DIGITS - 1:
        digits = "0" + digits
    return Phone(_length(digits), digits)


def _length(digits: str) -> Status:
    if len(digits) < NATIONAL_DIGITS:
        return Status.INCOMPLETE
    if len(digits) > NATIONAL_DIGITS:
        return Status.TOO_LONG
    return Status.COMPLETE if digits[0] == "0" and digits[1] != "0" else Status.INVALID


PENALTY = {
    Status.COMPLETE: 0.0,
    Status.FOREIGN: 1.0,
    Status.INCOMPLETE: 1.6,
    Status.INVALID: 4.0,
    Status.TOO_LONG: 6.0,
    Status.EMPTY: 9.0,
}
"""What speaks against a reading that comes to this, in the unit of a reading's cost: one number more than necessary is 1.

So « soixante dix » is 60 10 where that makes ten digits. Two such in one number are rarer than a caller who pauses.
"""
_LOST_ZERO_PENALTY = 1.0


def implausibility(reading: Reading) -> float:
    """The reading's cost, and what its length has against it; the smallest is to be taken."""
    phone = judge(reading.digits)
    lost = phone.usable and reading.digits[0] not in "0+"
    return reading.cost + PENALTY[phone.status] + (_LOST_ZERO_PENALTY if lost else 0)


MISHEARD = {
    "cette": "sept",
    "set": "sept",
    "sete": "sept",
    "huitre": "huit",
    "sang": "cent",
    "sans": "cent",
    "vin": "vingt",
    "vint": "vingt",
    "vain": "vingt",
    "dit": "dix",
    "dis": "dix",
    "deuze": "douze",
    "saint": "cinq",
    "cinque": "cinq",
    "sink": "cinq",
    "heros": "zero",
    "sero": "zero",
    "si": "six",
    "sis": "six",
    "siz": "six",
    "onde": "onze",
    "carante": "quarante",
    "quatorce": "quatorze",
    "trait": "treize",
    "quart": "quatre",
    "quatres": "quatre",
    "neufs": "neuf",
}
"""What recognisers make of number words; believed only between two numbers of the same run."""

_JOINTS = frozenset(("double", "fois", "plus"))
"""Words that belong to a telephone number without being numbers."""


def phone_tokens(text: str) -> tuple[str, ...]:
    """The tokens of an utterance that may hold a number, with hyphens within numbers: « soixante-dix » is hardly 60 10."""
    said = tokens(text, hyphens=True)
    sides = zip(("", *said), said, (*said[1:], ""), strict=False)
    return tuple(
        word for a, word, b in sides if word != BOUND or (is_number(a) and (is_number(b) or b == "et"))
    )


def runs(said: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The stretches of number words in `said`, with their commas; hesitations do not part them, other words do.

    « un » and « une » before an ordinary word are articles.
    """
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for at, word in enumerate((*said, ".")):
        if _belongs(said, at, run):
            run.append(MISHEARD.get(word, word) if not is_number(word) else word)
            continue
        if word in HESITATIONS or (word == "le" and run[-1:] == ["fois"]):
            continue
        while run and run[-1] in (",", BOUND, "double", "fois", "plus", "+"):
            run.pop()
        if run and not (len(run) == 1 and plain(run[0]) == "un" and word != "."):
            found.append(tuple(run))
        run = []
    return tuple(found)


def _belongs(said: Sequence[str], at: int, run: Sequence[str]) -> bool:
    if at == len(said):
        return False
    word = said[at]
    if is_number(word):
        return True
    following = next((w for w in said[at + 1 :] if w not in HESITATIONS and w not in (",", BOUND)), ".")
    if word == "et":
        return bool(run) and plain(following) in ("un", "onze")
    if word in (",", "fois", BOUND):
        return bool(run)
    return is_number(following) and (word in _JOINTS or word == "+" or (bool(run) and word in MISHEARD))


def readings(run: Sequence[str]) -> tuple[Reading, ...]:
    """What a run may mean, + included, the most natural first."""
    abroad = run[:1] in (("plus",), ("+",))
    rest = [word for word in run if word not in ("plus", "+")]
    sign = "+" if abroad else ""
    return tuple(Reading(sign + r.digits, r.cost, r.last) for r in digit_readings(rest))


def best(candidates: Iterable[Reading], *, unfinished: bool = False) -> Reading:
    """The most plausible reading; `unfinished`: the caller broke off, so that nothing speaks against few digits."""

    def against(reading: Reading) -> tuple[float, str]:
        short = unfinished and judge(reading.digits).status is Status.INCOMPLETE
        return implausibility(reading) - (PENALTY[Status.INCOMPLETE] if short else 0), reading.digits

    return min(candidates, key=against, default=Reading("", 0))


def read_phone(text: str) -> Phone:
    """The telephone number in one utterance without corrections: « mon numéro c'est le zéro six douze trente-quatre … »."""
    return judge(best(join_runs(runs(phone_tokens(text)))).digits)


def in_a_row(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """All runs as one, with a pause between them."""
    return tuple(word for part in parts for word in (",", *part))[1:]


def join_runs(parts: Sequence[Sequence[str]]) -> tuple[Reading, ...]:
    """The readings of the one run that is a number by itself, else of all runs in a row."""
    for part in parts:
        alone = readings(part)
        if judge(best(alone).digits).usable:
            return alone
    return readings(in_a_row(parts))
