"""Digits that a caller presses instead of saying them. Pure: keys in, one frozen value out; who waits for a pause is the caller's shell.

`#` means finished, `*` takes the last key back, `**` begins again. A number of known length is finished without `#`.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from callbot.understanding.spoken_forms.telephone import NATIONAL_DIGITS, Phone, judge

FINISHED = "#"
BACK = "*"
_MOST_KEYS = 17
"""00 and the longest international number (ITU-T E.164: 15 digits)."""


class Progress(StrEnum):
    """Where a caller who presses keys is."""

    COLLECTING = "collecting"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Keys:
    """What was pressed so far. `length`: how many digits are wanted; 0 when only `#` can tell."""

    length: int = 0
    digits: str = field(default="", repr=False)
    progress: Progress = Progress.COLLECTING
    was_back: bool = False
    """Whether the last key was `*`."""

    def press(self, key: str) -> "Keys":
        """The collection after one more key (0–9, `*`, `#`); A–D and what comes after the end change nothing."""
        if self.progress is not Progress.COLLECTING:
            return self
        if key == FINISHED:
            return replace(self, progress=Progress.DONE if self.digits else Progress.SKIPPED)
        if key == BACK:
            return replace(self, digits="" if self.was_back else self.digits[:-1], was_back=True)
        if key not in tuple("0123456789"):
            return self
        digits = self.digits + key
        full = len(digits) >= (self.length or _MOST_KEYS)
        return replace(
            self, digits=digits, progress=Progress.DONE if full else Progress.COLLECTING, was_back=False
        )


@dataclass(frozen=True, slots=True)
class PhoneKeys:
    """A telephone number by keys: ten digits are enough, unless it begins with 00; then `#` ends it."""

    keys: Keys = Keys()

    def press(self, key: str) -> "PhoneKeys":
        """The number after one more key."""
        digits = self.keys.digits
        abroad = digits.startswith("00") or (digits == "0" and key == "0")
        return PhoneKeys(replace(self.keys, length=0 if abroad else NATIONAL_DIGITS).press(key))

    @property
    def progress(self) -> Progress:
        """Whether more keys are awaited."""
        return self.keys.progress

    @property
    def phone(self) -> Phone:
        """The number as it stands."""
        return judge(self.keys.digits)
