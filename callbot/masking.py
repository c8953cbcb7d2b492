"""What tells who somebody is, taken out for whatever is written down: of telephone numbers the last two figures stay. Pure functions.

A number is French or English, in words or in figures, and may be broken by what people say between its parts: « zéro six, euh, douze ».
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from callbot.understanding.normalise import fold
from callbot.understanding.spoken_forms.numbers import is_number, number_at
from callbot.understanding.spoken_forms.words import HESITATIONS, word_set

MOST_FIGURES = 8
"""Runs of numbers with fewer figures are prices, dates and years."""
MOST_AFTER_ZERO = 6
"""The same for one that begins with « zéro six », as telephone numbers do: a caller may give it in two breaths."""
REACH = 8
"""Words between « mon numéro » and the number."""
MOST_JOINTS = 5
"""Words between two parts of one number."""

_WORD = re.compile(r"\d+|[^\W\d_]+")
_SLASHED = re.compile(r"(?<![\d/])0\d(?:[/:]\d\d){3}[/:](\d\d)(?![\d/])")
_TENS = word_set(
    "dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante septante huitante nonante "
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
"""Words worth two figures; « dix-sept » and « quatre-vingt » are two words."""
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_DOZENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {word: value for value, word in enumerate(_UNITS.split())} | {
    word: 10 * value for value, word in enumerate(_DOZENS.split(), 2)
}
"""English number words and what they are worth."""
_NOUGHTS = word_set("oh o nought double triple")
"""What English numbers are read out with besides; never alone."""
_JOINTS = HESITATIONS | word_set(
    "c est le je repete redis recommence reprends disais pardon non hein and then uh um er sorry so well again repeat"
)
"""What people say between two parts of one number."""
_ANNOUNCE = word_set(
    "numero numeros telephone tel portable fixe mobile rappelez rappeler appelez joindre joignable contacter number phone call reach "
    "dossier reference compte siret secu allocataire fiscal securite"
)
_YEARS = range(1900, 2100)
_OF_NOW = range(2015, 2100)
"""Whole dates of those years are appointments and terms; earlier ones tell of somebody (redaction/birth_dates.py)."""
_MOST_OF_A_LIST = 60
"""Hours, minutes, days of a month, lines of a bus are below it."""
_PUNCTUATION = " ,.-–…;!?\u202f\u00a0"


def masked_number(number: str) -> str:
    """« …78 »."""
    return f"…{number[-2:]}" if number else ""


def masked_words(text: str) -> str:
    """« … » for a name or an address; empty where there is none."""
    return "…" if text else ""


def without_numbers(text: str) -> str:
    """The text with « … » and the last word in place of each long run of figures or number words."""
    text = _SLASHED.sub(r"…\1", text)
    words = list(_WORD.finditer(text))
    low = [fold(word[0].lower()) for word in words]
    out, at, start = "", 0, 0
    while start < len(words):
        end = _run_end(text, words, low, start)
        if end == start or not _is_long([one for one in low[start:end] if _numeric(one)], low[:start]):
            start = max(end, start + 1)
            continue
        last = words[end - 1]
        kept = last[0][-2:] if last[0].isdecimal() else last[0]
        out += f"{text[at : words[start].start()]}…{kept}"
        at, start = last.end(), end
    return out + text[at:]


def _run_end(text: str, words: Sequence[re.Match[str]], low: Sequence[str], start: int) -> int:
    """The end of the number that begins at `start`, whatever is said between its parts; `start` where none does."""
    if not _begins(low, start):
        return start
    end = at = start + 1
    while at < len(words) and at - end <= MOST_JOINTS:
        if text[words[at - 1].end() : words[at].start()].strip(_PUNCTUATION):
            break
        if _numeric(low[at]):
            end = at + 1
        elif low[at] not in _JOINTS:
            break
        at += 1
    return end


def _begins(low: Sequence[str], at: int) -> bool:
    return _numeric(low[at]) and (low[at] not in _NOUGHTS or (at + 1 < len(low) and _numeric(low[at + 1])))


def _numeric(low: str) -> bool:
    return is_number(low) or low in ENGLISH or low in _NOUGHTS


def _is_long(run: Sequence[str], before: Sequence[str]) -> bool:
    """Whether the numbers are a telephone number or another that must not stay."""
    figures = sum(map(_figures, run))
    if figures < MOST_AFTER_ZERO or _is_one_number(run) or _is_date(run):
        return False
    if _from_zero(run):
        return True
    if figures < MOST_FIGURES:
        return False
    abroad = before[-1:] == ["plus"] or run[0] in ("33", "0033")
    return abroad or not _ANNOUNCE.isdisjoint(before[-REACH:]) or not _is_list(_values(run))


def _from_zero(run: Sequence[str]) -> bool:
    """Whether « 06 » or « zéro six » stands in it, and enough after that."""
    for at, word in enumerate(run):
        unit = run[at + 1 : at + 2]
        figure = word.isdecimal() and len(word) > 1 and word[0] == "0" and word[1] != "0"
        spoken = word in ("zero", "oh", "o", "0") and unit and 0 < _value(unit) < 10
        if (figure or spoken) and sum(map(_figures, run[at:])) >= MOST_AFTER_ZERO:
            return True
    return False


def _is_list(values: Sequence[int]) -> bool:
    """Days, hours, years: none of them is a telephone number's pairs, which go beyond sixty or begin with six or seven."""
    rising = all(low < high for low, high in pairwise(values))
    if len(values) == 5 and values[0] in (6, 7) and not (rising and values[-1] <= 31):
        return False
    return all(value < _MOST_OF_A_LIST or value in _YEARS for value in values)


def _is_one_number(run: Sequence[str]) -> bool:
    """« mille neuf cent quatre-vingt-dix-huit »: a price or a year, however many words it has."""
    found = None if any(word.isdecimal() for word in run) else number_at(run)
    return found is not None and found.end == len(run)


def _is_date(run: Sequence[str]) -> bool:
    """« 01.03.2026 », and nothing else."""
    if len(run) != 3 or not all(word.isdecimal() for word in run):
        return False
    day, month, year = map(int, run)
    return 1 <= day <= 31 and 1 <= month <= 12 and year in _OF_NOW


def _values(run: Sequence[str]) -> list[int]:
    """The numbers that the words say, one after the other."""
    values, at = [], 0
    while at < len(run):
        found = number_at(run, at)
        end = found.end if found else at + 1
        tens = not found and ENGLISH.get(run[at], 0) >= 20 and run[at + 1 : at + 2]
        if tens and 0 < ENGLISH.get(tens[0], 0) < 10:
            end += 1
        values.append(found.value if found else sum(ENGLISH.get(word, 0) for word in run[at:end]))
        at = end
    return values


def _value(run: Sequence[str]) -> int:
    return _values(run)[0]


def _figures(word: str) -> int:
    return len(word) if word.isdecimal() else 0 if word in ("double", "triple") else 2 if word in _TENS else 1
