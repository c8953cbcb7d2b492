"""Text made for a screen, as plain text: no HTML, no pictograms, one line."""

import html
import re
from collections.abc import Iterable
from datetime import date

from callbot.knowledge.entries import Source

_TAG = re.compile(r"<[^>]+>")
_PICTOGRAM = re.compile("[\U0001f000-\U0001faff\u2139\u2190-\u21ff\u2600-\u27bf\ufe0f\u20e3•▪◦]")
TO_CHECK = "À vérifier"
"""Opens the title of a source that nobody has checked."""


def plain(text: object) -> str:
    """`text` on one line without tags, entities and pictograms; empty for what is no text."""
    if not isinstance(text, str):
        return ""
    words = _PICTOGRAM.sub(" ", _TAG.sub(" ", html.unescape(text)))
    return " ".join(words.replace("’", "'").split())


def sentence(text: str) -> str:
    """A phrase as a sentence: a capital first, a full stop last."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def unchecked(title: str, url: object, day: date) -> Source:
    """A source taken over from a file on `day`: its title says that somebody must check it."""
    address = url if isinstance(url, str) and url.startswith(("http://", "https://")) else ""
    return Source(title=f"{TO_CHECK} : {title}", url=address, checked_on=day)


def only_texts(values: Iterable[object]) -> list[str]:
    """Those of the values that are text once they are plain."""
    return [text for text in map(plain, values) if text]
