"""Whole numbers in the words of a language that counts as English does; French, which counts otherwise, has its own code."""

from dataclasses import dataclass

__all__ = ["NumberWords"]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """`units`: 0 to 19; `tens`: 20, 30 … 90 at the places 2 to 9."""

    units: tuple[str, ...]
    tens: tuple[str, ...]
    hundred: str
    thousand: str

    def cardinal(self, number: int) -> str:
        """A whole number, 0–999 999, in words: « two hundred forty two »."""
        if number < 20:
            return self.units[number]
        if number < 100:
            return self._joined(self.tens[number // 10], number % 10)
        if number < 1000:
            return self._joined(f"{self.units[number // 100]} {self.hundred}", number % 100)
        return self._joined(f"{self.cardinal(number // 1000)} {self.thousand}", number % 1000)

    def spoken(self, digits: str) -> str:
        """Digits as people say them: as a number; longer ones than six, and those led by 0, digit by digit."""
        if len(digits) > 6 or (digits[0] == "0" and len(digits) > 1):
            return " ".join(self.units[int(digit)] for digit in digits)
        return self.cardinal(int(digits))

    def _joined(self, head: str, rest: int) -> str:
        return f"{head} {self.cardinal(rest)}" if rest else head
