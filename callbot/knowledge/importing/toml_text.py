"""Entries as TOML text, written as a person would: what `kb import` adds to files that people keep editing."""

import json
import re
from collections.abc import Iterator

from callbot.knowledge.entries import Entry

_START = re.compile(r"(?m)^(?=\[\[entry\]\][ \t]*(?:#.*)?$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def blocks(text: str) -> tuple[str, list[str]]:
    """What stands before the first entry, and the text of each entry with all that follows it."""
    head, *entries = _START.split(text)
    return head, entries


def entry_text(entry: Entry) -> str:
    """The `[[entry]]` of one entry; empty fields are left out."""
    return "\n".join(_lines(entry)) + "\n"


def _lines(entry: Entry) -> Iterator[str]:
    yield "[[entry]]"
    texts = ("motive", "aspect", "subject", "kind", "answer", "service", "author", "validator")
    for name in texts:
        value = getattr(entry, name)
        if value and (name, value) != ("kind", "answer"):
            yield f"{name} = {_string(value)}"
    for name in ("validated_on", "expires_on"):
        if day := getattr(entry, name):
            yield f"{name} = {day.isoformat()}"
    yield "questions = ["
    yield from (f"  {_string(question)}," for question in entry.questions)
    yield "]"
    for source in entry.sources:
        yield ""
        yield "[[entry.sources]]"
        yield f"title = {_string(source.title)}"
        if source.url:
            yield f"url = {_string(source.url)}"
        yield f"checked_on = {source.checked_on.isoformat()}"


def _string(text: str) -> str:
    """A basic string of TOML: JSON's escapes are TOML's, once there are no control characters."""
    return json.dumps(_CONTROL.sub(" ", text), ensure_ascii=False)
