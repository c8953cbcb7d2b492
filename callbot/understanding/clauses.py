"""An utterance cut into clauses, each to be judged for danger by itself: business in one must not hide what another tells. Pure."""

import re

__all__ = ["clauses"]

CONNECTORS = (
    "mais",
    "sauf que",
    "attendez",
    "attends",
    "ne quittez pas",
    "et",
    "et puis",
    "et là",
    "parce que",
    "au fait",
    "tiens",
    "mon dieu",
    "tout à coup",
    "d'un coup",
    "soudain",
    "là",
    "pendant que",
    "depuis que",
    "quand",
    "merci",
)
"""What stands between two clauses. A pause is none: a recogniser writes no comma."""

SUBJECTS = ("il y a", "y a", "il", "elle", "on", "je", "j'ai", "quelqu'un", "mon", "ma")
"""What may begin a clause without a connector, in an utterance that has no connector and is long."""

_CONNECTOR = re.compile(
    r"(?<![\w'])(?:" + "|".join(sorted(CONNECTORS, key=len, reverse=True)) + r")(?![\w'])"
)
_SUBJECT = re.compile(r"(?<![\w'])(?=(?:" + "|".join(SUBJECTS) + r")(?![\w]))")
_FEWEST, _LONG, _MOST = 3, 8, 6


def clauses(normalised: str) -> tuple[str, ...]:
    """The clauses of a normalised utterance, at most six, in order; none when it is one clause.

    Each has at least three words: less tells of nothing by itself.
    """
    found: list[str] = []
    for part in _CONNECTOR.split(normalised):
        found += _parts(part.strip()) if len(part.split()) > _LONG else [part.strip()]
    found = [part for part in found if len(part.split()) >= _FEWEST and part != normalised]
    return tuple(dict.fromkeys(found))[-_MOST:]


def _parts(text: str) -> list[str]:
    """A long clause, cut where a subject begins another one; a piece that is too short joins the one before."""
    parts: list[str] = []
    for piece in _SUBJECT.split(text):
        if parts and min(len(piece.split()), len(parts[-1].split())) < _FEWEST + 1:
            parts[-1] += piece
        else:
            parts.append(piece)
    return [part.strip() for part in parts]
