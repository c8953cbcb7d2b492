"""What of an event, and of what was said in it, is kept: in types that every database takes, redacted. Pure."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from callbot.events import Event
from callbot.redaction import redacted_in

SAID = frozenset(
    f.name for kind in get_args(Event) for f in dataclasses.fields(kind) if f.metadata.get("stored")
)
"""Fields of events in which somebody's name may be said, and which are kept all the same, redacted."""


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep: the sign NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def kept_words(text: str, language: str) -> str:
    """What is kept of a caller's words."""
    return redacted_in(language, storable(text).strip())


def kept_fields(event: Event, language: str) -> dict[str, Any]:
    """What an event's row keeps."""
    kind = type(event)
    if kind not in _PUBLIC:
        _PUBLIC[kind] = tuple(
            f.name
            for f in dataclasses.fields(event)
            if f.metadata.get("stored") or (f.repr and f.name != "at_ms")
        )
    return map_said(
        partial(redacted_in, language), {name: _json(getattr(event, name)) for name in _PUBLIC[kind]}
    )


_PUBLIC: dict[type, tuple[str, ...]] = {}
"""The fields that are kept, by kind of event: looked up once."""


def map_said(change: Callable[[str], str], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event with what was said in them changed."""
    return {name: change(value) if name in SAID and value else value for name, value in fields.items()}


def _json(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    return list(value) if isinstance(value, tuple) else value
