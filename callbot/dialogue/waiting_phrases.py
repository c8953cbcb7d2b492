"""What a caller hears in the queue: their position, how long it may take, that they have their place back. Written for the ear.

Every sentence is one of a few, so that all are rendered ahead: twenty positions, and waiting times rounded up to `BOUNDS`.
"""

from bisect import bisect_left
from types import MappingProxyType

from callbot.dialogue.texts import Texts

BOUNDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60)
"""Minutes that have words."""

POSITION = "Vous êtes le {position} appel en attente."
ORDINALS = (
    "premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième", "neuvième", "dixième",
    "onzième", "douzième", "treizième", "quatorzième", "quinzième", "seizième", "dix-septième", "dix-huitième",
    "dix-neuvième", "vingtième",
)  # fmt: skip
FAR = "Il y a au moins vingt appels avant le vôtre."
TIME = "Comptez {time}."
TIMES = MappingProxyType(
    {
        "1": "moins d'une minute",
        "2": "moins de deux minutes",
        "3": "moins de trois minutes",
        "4": "moins de quatre minutes",
        "5": "moins de cinq minutes",
        "6": "moins de six minutes",
        "7": "moins de sept minutes",
        "8": "moins de huit minutes",
        "9": "moins de neuf minutes",
        "10": "moins de dix minutes",
        "12": "moins de douze minutes",
        "15": "moins d'un quart d'heure",
        "20": "moins de vingt minutes",
        "25": "moins de vingt-cinq minutes",
        "30": "moins d'une demi-heure",
        "40": "moins de quarante minutes",
        "50": "moins de cinquante minutes",
        "60": "moins d'une heure",
    }
)
"""By the minutes of BOUNDS."""
LONG = "L'attente peut dépasser une heure."
UNKNOWN = "Je ne sais pas encore combien de temps cela prendra."
BACK = "Vous retrouvez votre place dans la file."
FULL = "Je suis désolé, trop de personnes attendent déjà : je ne peux pas vous mettre en attente."
DIGITS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def place_said(texts: Texts, position: int, minutes: int | None) -> tuple[str, str]:
    """Where a caller stands, and within how many minutes somebody will most likely be there; None: it is not known."""
    return _position(texts, position), _time(texts, minutes)


def _position(texts: Texts, position: int) -> str:
    ordinals = texts.queue_ordinals
    if position > len(ordinals):
        return texts.queue_far
    return texts.queue_position.format(position=ordinals[position - 1])


def _time(texts: Texts, minutes: int | None) -> str:
    if minutes is None:
        return texts.queue_unknown
    if minutes > BOUNDS[-1]:
        return texts.queue_long
    return texts.queue_time.format(time=texts.queue_times[str(BOUNDS[bisect_left(BOUNDS, minutes)])])


def waiting_phrases(texts: Texts) -> list[str]:
    """Every sentence of the queue, the nearest positions and times first."""
    said = [texts.queue_back, *(text for text in texts.queue_callback.values() if "{" not in text)]
    for nth in range(1, len(texts.queue_ordinals) + 2):
        minutes = BOUNDS[nth - 1] if nth <= len(BOUNDS) else None
        said += place_said(texts, nth, minutes)
    return list(dict.fromkeys([*said, texts.queue_long, texts.queue_unknown, texts.queue_full]))
