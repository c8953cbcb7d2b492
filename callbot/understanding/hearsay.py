"""Written examples joined by what a recogniser heard of them: each transcript has the label of its line. No I/O."""

from collections.abc import Iterable

from callbot.corpus.reader import Part
from callbot.heard.transcripts import Heard
from callbot.understanding.training import Examples, readable

__all__ = ["joined", "usable"]

_FEWEST = 0.4
"""Share of a line's words that a transcript needs; what is left of a line after less no longer tells what was asked."""


def joined(written: Examples, heard: Iterable[Heard], part: Part) -> Examples:
    """The written lines, then what was heard of them by callers of `part`, each text once; unknown lines are passed over."""
    labels = dict(zip(written.texts, written.labels, strict=True))
    for each in heard:
        if each.part is part and usable(each):
            label = labels.get(readable(each.written))
            if label is not None and each.written != each.heard:
                labels.setdefault(readable(each.heard), label)
    return Examples(tuple(labels), tuple(labels.values()))


def usable(heard: Heard) -> bool:
    """Whether enough of the line came through to be learnt."""
    words = len(readable(heard.heard).split())
    return words > 0 and words >= _FEWEST * len(readable(heard.written).split())
