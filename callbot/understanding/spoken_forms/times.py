"""Times of day as callers say them: « dix heures et quart », « midi moins le quart », « en fin de matinée », « après 17 h »."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from callbot.understanding.spoken_forms.numbers import Found, is_number, number_at
from callbot.understanding.spoken_forms.words import find, words

DAY_BEGINS = time(8)
"""The earliest hour that « avant … » may mean: when town halls begin to call back."""
DAY_ENDS = time(20)
"""The latest hour that « après … » may mean."""
_ABOUT_MINUTES = 15
_AFTERNOON_HOURS = range(1, 7)
"""Hours that, said alone, are taken for the afternoon: nobody wants to be called at three in the night."""
_HOURS = ("heure", "heures", "h", ":")


@dataclass(frozen=True, slots=True)
class Times:
    """An instant of the day, or from one to another. `assumed`: « trois heures » alone was taken for the afternoon."""

    first: time
    last: time
    assumed: bool = False

    @property
    def at(self) -> time | None:
        """The one instant; None for a range."""
        return self.first if self.first == self.last else None


_RANGES = (
    ("en fin de matinée", time(11), time(12)),
    ("fin de matinée", time(11), time(12)),
    ("en début de matinée", time(8), time(10)),
    ("début de matinée", time(8), time(10)),
    ("en milieu de matinée", time(9, 30), time(11)),
    ("tôt le matin", time(8), time(9)),
    ("en fin d'après-midi", time(16), time(18)),
    ("fin d'après-midi", time(16), time(18)),
    ("fin de l'après-midi", time(16), time(18)),
    ("en début d'après-midi", time(13, 30), time(15)),
    ("début d'après-midi", time(13, 30), time(15)),
    ("début de l'après-midi", time(13, 30), time(15)),
    ("milieu d'après-midi", time(15), time(16)),
    ("milieu de l'après-midi", time(15), time(16)),
    ("en fin de journée", time(16, 30), time(18, 30)),
    ("fin de journée", time(16, 30), time(18, 30)),
    ("midi et deux", time(12), time(14)),
    ("midi deux", time(12), time(14)),
    ("pause déjeuner", time(12), time(14)),
    ("à l'heure du déjeuner", time(12), time(14)),
    ("heure du repas", time(12), time(14)),
    ("matinée", time(8), time(12)),
    ("après-midi", time(13, 30), time(18)),
    ("aprèm", time(13, 30), time(18)),
    ("le matin", time(8), time(12)),
    ("ce matin", time(8), time(12)),
    ("demain matin", time(8), time(12)),
    ("matin", time(8), time(12)),
    ("soirée", time(18), time(20)),
    ("soir", time(18), time(20)),
    ("toute la journée", DAY_BEGINS, DAY_ENDS),
    ("n'importe quand", DAY_BEGINS, DAY_ENDS),
)
"""Parts of the day, the more precise ones first."""
_RANGE_WORDS = tuple((words(said), first, last) for said, first, last in _RANGES)

_PARTS_OF_DAY = {
    "matin": 0,
    "soir": 12,
    "aprem": 12,
    "apres midi": 12,
    "nuit": 0,
}
_AFTER = tuple(words(c) for c in ("à partir de", "après", "pas avant", "dès", "passé"))
_BEFORE = tuple(words(c) for c in ("avant", "jusqu'à", "au plus tard"))
_ABOUT = tuple(words(c) for c in ("vers", "aux alentours de", "autour de", "environ", "aux environs de"))
_DURATIONS = ("dans", "pendant", "depuis", "durant", "toutes")


def read_times(text: str) -> Times | None:
    """The time or the span of a day that the utterance names first; None when it names none. « dans deux heures » is no time."""
    said = words(text)
    found = _instants(said)
    if not found:
        return next((Times(a, b) for name, a, b in _RANGE_WORDS if find(said, name) >= 0), None)
    if find(said, ("midi", "et", "deux")) >= 0 and not any(word in _HOURS for word in said):
        return Times(time(12), time(14))
    if len(found) > 1 and _between(said, found):
        return _ordered(found[0], found[1])
    first = found[0]
    for cues, reading in ((_AFTER, _after), (_BEFORE, _before), (_ABOUT, _about)):
        if any(_precedes(said, cue, first.start) for cue in cues):
            return reading(first)
    return Times(first.time, first.time, first.assumed)


@dataclass(frozen=True, slots=True)
class _Instant:
    start: int
    end: int
    time: time
    assumed: bool


def _instants(said: Sequence[str]) -> list[_Instant]:
    found: list[_Instant] = []
    at = 0
    while at < len(said):
        instant = _instant(said, at)
        if instant:
            found.append(instant)
        at = instant.end if instant else at + 1
    return found


def _instant(said: Sequence[str], at: int) -> _Instant | None:
    """Noon, midnight, or an hour with its minutes; « dix » alone only between « entre » and another hour, « de dix à onze heures »."""
    hour = _hour(said, at)
    if hour is None or (at and said[at - 1] in _DURATIONS):
        return None
    minutes = _minutes(said, hour.end)
    total = hour.value * 60 + minutes.value
    end, shift, named = _part_of_day(said, minutes.end)
    assumed = (
        not named
        and hour.value in _AFTERNOON_HOURS
        and said[at] not in ("midi", "minuit")
        and _plain(said, at)
    )
    if (shift and total < 12 * 60) or assumed:
        total += 12 * 60
    return _Instant(at, end, time(total // 60 % 24, total % 60), assumed)


def _plain(said: Sequence[str], at: int) -> bool:
    """Whether the hour is not written as on a clock of twenty-four hours, 03:00."""
    return not (said[at].isdecimal() and said[at].startswith("0"))


def _hour(said: Sequence[str], at: int) -> Found | None:
    if said[at] in ("midi", "minuit"):
        if said[at] == "midi" and said[max(at - 1, 0) : at] == ("apres",):
            return (
                None
                if at < 2 or said[at - 2] in ("l", "cet", "d", "cette", "demain", "un")
                else Found(12, at + 1)
            )
        return Found(12 if said[at] == "midi" else 0, at + 1)
    if not is_number(said[at]) or (at and is_number(said[at - 1])):
        return None
    found = number_at(said, at)
    if not found or found.value > 24:
        return None
    follows = said[found.end : found.end + 1]
    if follows and follows[0] in _HOURS:
        return Found(found.value, found.end + 1)
    return found if _shares_its_hours(said, at, found.end) else None


def _shares_its_hours(said: Sequence[str], at: int, end: int) -> bool:
    """« entre dix et onze heures », « de dix à onze heures »: the first hour has no « heures » of its own."""
    if at == 0 or said[at - 1] not in ("entre", "de") or said[end : end + 1] not in (("et",), ("a",)):
        return False
    other = number_at(said, end + 1)
    return other is not None and said[other.end : other.end + 1] in tuple((word,) for word in _HOURS)


_MINUTES = tuple(
    (words(said), value)
    for said, value in (
        ("et quart", 15),
        ("un quart", 15),
        ("et demie", 30),
        ("et demi", 30),
        ("trois quarts", 45),
        ("moins le quart", -15),
        ("moins un quart", -15),
        ("moins quart", -15),
        ("pile", 0),
        ("précises", 0),
    )
)


def _minutes(said: Sequence[str], at: int) -> Found:
    """The minutes after the hour, negative for « moins … »; none is zero."""
    for name, value in _MINUTES:
        if tuple(said[at : at + len(name)]) == name:
            return Found(value, at + len(name))
    sign = -1 if said[at : at + 1] == ("moins",) else 1
    found = number_at(said, at + (sign < 0))
    # « dix heures et onze heures »: what has hours of its own is no minute
    if not found or found.value > 59 or said[found.end : found.end + 1] in tuple((word,) for word in _HOURS):
        return Found(0, at)
    return Found(sign * found.value, found.end)


def _part_of_day(said: Sequence[str], at: int) -> tuple[int, int, bool]:
    """« du matin », « de l'après-midi », « le soir » after an hour: where it ends, hours to add, whether it was said."""
    near = said[at : at + 5]
    for name, shift in _PARTS_OF_DAY.items():
        where = find(near, words(name))
        if where >= 0 and all(
            word in ("du", "de", "la", "l", "le", "cet", "dans", "ce", "minutes") for word in near[:where]
        ):
            return at + where + len(words(name)), shift, True
    return at, 0, False


def _precedes(said: Sequence[str], cue: Sequence[str], start: int) -> bool:
    """Whether the words before `start` are the cue, articles aside."""
    before = tuple(said[:start])
    while before[-1:] in (("les",), ("de",), ("d",), ("a",)) and before[-len(cue) :] != tuple(cue):
        before = before[:-1]
    return before[-len(cue) :] == tuple(cue)


def _between(said: Sequence[str], found: Sequence[_Instant]) -> bool:
    gap = tuple(said[found[0].end : found[1].start])
    before = tuple(said[: found[0].start])
    return gap in (("et",), ("a",), ("jusqu", "a"), ("et", "avant"), ("et", "les"), ("ou",)) and (
        before[-1:] in (("entre",), ("de",), ("a",), ("apres",)) or gap != ("ou",)
    )


def _ordered(first: _Instant, last: _Instant) -> Times:
    """A span; « entre dix et deux heures » ends in the afternoon, « de deux à quatre » lies in it."""
    begin, end = first.time, last.time
    return Times(min(begin, end), max(begin, end), first.assumed or last.assumed)


def _after(instant: _Instant) -> Times:
    return Times(instant.time, max(DAY_ENDS, instant.time), instant.assumed)


def _before(instant: _Instant) -> Times:
    return Times(min(DAY_BEGINS, instant.time), instant.time, instant.assumed)


def _about(instant: _Instant) -> Times:
    minute = instant.time.hour * 60 + instant.time.minute
    first, last = max(minute - _ABOUT_MINUTES, 0), min(minute + _ABOUT_MINUTES, 24 * 60 - 1)
    return Times(time(first // 60, first % 60), time(last // 60, last % 60), instant.assumed)
