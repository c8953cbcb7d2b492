"""French public holidays, of any year: those of the whole country, and those that some departments have besides.

The days are the library's (python-holidays): Code du travail, L3133-1; Alsace-Moselle, L3134-13; overseas, L3422-2.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays as library

DEPARTMENT = re.compile(r"\d{2,3}|2[AB]")
"""A department's number, or an overseas community's."""
_OWN = MappingProxyType(
    dict.fromkeys(("57", "67", "68"), "57")
    | {number: number for number in ("971", "972", "973", "974", "976")}
    | {"975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC"}
)
"""Where there are others than in the rest of France: the department, and its name in the library."""


@lru_cache(maxsize=64)
def named_holidays(year: int, department: str = "") -> Mapping[date, str]:
    """The public holidays of `year` in order, with their names. `department`: its number; empty, or any other: the country's."""
    found = library.country_holidays("FR", subdiv=_OWN.get(department), years=year, language="fr")
    return MappingProxyType({day: found[day].replace("'", "’").replace("; ", ", ") for day in sorted(found)})


def coming_holidays(day: date, count: int, department: str = "") -> list[tuple[date, str]]:
    """The next `count` from `day` on, and their names."""
    named = {**named_holidays(day.year, department), **named_holidays(day.year + 1, department)}
    return [(one, name) for one, name in named.items() if one >= day][:count]


def is_holiday(day: date, department: str = "") -> bool:
    """True when `day` is a public holiday there."""
    return day in named_holidays(day.year, department)
