"""Birth dates: a day with its month and year after « né le », « date de naissance »; without such a word where the year is long past.

« née en 1942 » stays, and so does « le 12 mars »: an appointment, an opening, a school year.
"""

from collections.abc import Iterator, Sequence

from callbot.redaction.text import Cues, Span, Word, matches
from callbot.understanding.spoken_forms.days import MONTH_NUMBERS
from callbot.understanding.spoken_forms.numbers import begins_number, number_at, ordinal_at
from callbot.understanding.spoken_forms.words import phrases, word_set

NOT_LONG_PAST = 2015
"""A whole date before this year tells about somebody, whatever is said of it: a birth, a wedding, a death."""
FIRST_YEAR, LAST_YEAR = 1880, 2099
REACH = 8
"""Words between « née » and the date: « née à Toulouse le »."""

NEAR = 5
"""Words between « date de naissance » and one that is all numbers."""

_BORN = frozenset(("né", "née", "nés", "nées", "nee", "nees"))
"""As they are written, with their accent: « ne » is a negation."""
_BIRTH = Cues(phrases("date de naissance", "naissance", "anniversaire", "born", "birth"))
_MARRIED = (
    "marié",
    "mariée",
    "mariés",
    "mariées",
    "pacsé",
    "pacsée",
    "pacsés",
    "pacsées",
    "divorcé",
    "divorcée",
    "divorcés",
)
_DEAD = ("décédé", "décédée", "décédés", "décédées", "mort", "morte", "inhumé", "inhumée")
_EVENTS = frozenset((*_MARRIED, *_DEAD))
EVENT_REACH = 5
"""Words between « mariés » and the date: « on s'est mariés ici le »."""
_LAWS = word_set(
    "tarif tarifs reglements bail contrat courrier lettre permis depuis mis loi decret arrete ordonnance circulaire reglement deliberation "
    "directive armistice"
)
_SIGNS = ("/", "-", ".", " / ", " - ")
_BETWEEN = word_set("le du de l an en mois")


def spans(words: Sequence[Word]) -> Iterator[Span]:
    """Each date that tells when somebody was born."""
    low = [word.low for word in words]
    at = 0
    while at < len(words):
        end = _in_figures(words, at) or _with_month(words, low, at) or _all_numbers(words, low, at)
        if end:
            yield words[at].start, words[end - 1].end
        at = end or at + 1


def _in_figures(words: Sequence[Word], at: int) -> int:
    """The end of « 12/03/1942 » or « 12.03.42 »; 0: none is at `at`."""
    three = words[at : at + 3]
    signs = {word.gap for word in three[1:]}
    if len(three) < 3 or not all(word.written.isdecimal() for word in three) or not signs <= set(_SIGNS):
        return 0
    day, month, year = (int(word.written) for word in three)
    if not (1 <= day <= 31 and 1 <= month <= 12 and len(three[2].written) in (2, 4)):
        return 0
    return at + 3 if _tells(words, at, year if year > 99 else None) else 0


def _with_month(words: Sequence[Word], low: Sequence[str], at: int) -> int:
    """The end of « douze mars mille neuf cent quarante-deux », « mars 1942 »; 0: none."""
    if not (begins_number(low[at]) or low[at] in MONTH_NUMBERS or low[at] in ("premier", "premiere")):
        return 0
    day = None if low[at] in MONTH_NUMBERS else ordinal_at(low, at)
    month = day.end if day else at
    if low[month : month + 1] == ["er"]:
        month += 1
    if month >= len(low) or low[month] not in MONTH_NUMBERS or (day and not 1 <= day.value <= 31):
        return 0
    year, end = _year(low, month + 1)
    if not day and year is None:
        return 0
    if _tells(words, at, year if day else None):
        return end
    return 0


def _all_numbers(words: Sequence[Word], low: Sequence[str], at: int) -> int:
    """The end of « douze zéro trois quarante-deux » right after « né le » or « date de naissance »; 0: none."""
    if not begins_number(low[at]) or (at and begins_number(low[at - 1])):
        return 0
    if not _born_before(words, at, NEAR):
        return _bare(low, at)
    if low[at].isdecimal() and len(low[at]) in (6, 8):  # « né le 120342 »
        return at + 1
    end, numbers = at, 0
    while end < len(words) and begins_number(low[end]) and (found := number_at(low, end)):
        end, numbers = found.end, numbers + 1
    return end if numbers > 1 else 0


def _bare(low: Sequence[str], at: int) -> int:
    """The end of « (le) douze trois quarante-deux », with nothing else: day, month, and a year that is long past; 0: none."""
    if not at or low[at - 1] != "le":
        return 0
    end, values = at, []
    while end < len(low) and begins_number(low[end]) and (found := number_at(low, end)):
        values.append(found.value)
        end = found.end
    if len(values) == 4 and values[1] == 0:  # « douze zéro trois … »
        del values[1]
    if len(values) == 2 and values[1] % 100_000 - 1_000 * (values[1] // 1_000 - 1) >= 1_900:
        month, year = divmod(values[1], 1_000)  # « onze mille neuf cent … » is 11 and 1 9xx
        values = [values[0], month, 1_000 + year]
    if len(values) != 3 or (low[end : end + 1] and low[end] in _NOT_A_YEAR):
        return 0
    day, month, year = values
    past = 28 <= year <= 99 or FIRST_YEAR <= year < NOT_LONG_PAST
    return end if 1 <= day <= 31 and 1 <= month <= 12 and past else 0


_NOT_A_YEAR = word_set("heures heure h euros euro metres ans centimes minutes et rue")


def _year(low: Sequence[str], at: int) -> tuple[int | None, int]:
    """The year at `at` and the end of it: 1942, « dix-neuf cent quarante-deux »; « quarante-deux » has an end, and is no year alone."""
    while at < len(low) and low[at] in _BETWEEN:
        at += 1
    found = number_at(low, at) if at < len(low) and begins_number(low[at]) else None
    if found is None:
        return None, at
    if FIRST_YEAR <= found.value <= LAST_YEAR:
        return found.value, found.end
    if found.value == 19:
        rest = number_at(low, found.end) if found.end < len(low) else None
        return (1900 + rest.value % 100, rest.end) if rest and rest.value < 200 else (None, found.end)
    return None, found.end if found.value < 100 else at


def _tells(words: Sequence[Word], at: int, year: int | None) -> bool:
    """Whether the date at `at` is somebody's."""
    if _born_before(words, at, REACH):
        return True
    law = any(word.low in _LAWS for word in words[max(0, at - 3) : at])
    return year is not None and year < NOT_LONG_PAST and not law


def _born_before(words: Sequence[Word], at: int, reach: int) -> bool:
    for place in range(max(0, at - EVENT_REACH), at):
        if words[place].written.lower() in _EVENTS:
            return True
    if any(matches(words, place, ("a", "eu", "lieu", "le")) for place in range(max(0, at - EVENT_REACH), at)):
        return any(word.low in ("mariage", "pacs", "deces") for word in words[:at])
    for place in range(max(0, at - reach), at):
        if words[place].written.lower() in _BORN or _BIRTH.at(words, place):
            return True
    return matches(words, at - 2, ("nez", "le"))  # as Vosk may write « né le »
