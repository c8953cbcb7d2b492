"""What the dialects share: the limits of a message, JSON objects and their fields taken with suspicion, keys, marks."""

import json
from collections import OrderedDict
from typing import Any

from callbot.errors import MediaProtocolError

MAX_MESSAGE_BYTES = 65536
"""Longest message that a leg may send; Asterisk's own limit is 65500."""
MAX_TEXT = 128
"""Longest name or number kept; the rest of it is cut off."""
MAX_MARKS = 1000
"""Marks that may be under way; past it the oldest is given up. A call has one per sentence."""

Fields = dict[str, Any]


def json_object(message: str) -> Fields:
    """The JSON object that `message` is. Raises MediaProtocolError."""
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        raise MediaProtocolError("a control message is not JSON") from None
    if not isinstance(value, dict):
        raise MediaProtocolError("a control message is not a JSON object")
    return value


def part(fields: Fields, name: str) -> Fields:
    """The object `name` inside `fields`, empty where absent. Raises MediaProtocolError."""
    value = fields.get(name, {})
    if not isinstance(value, dict):
        raise MediaProtocolError(f"'{name}' is not a JSON object")
    return value


def text(fields: Fields, name: str) -> str:
    """The text `name` in `fields` without unprintable characters, empty where absent. Raises MediaProtocolError."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise MediaProtocolError(f"'{name}' is not text")
    return "".join(filter(str.isprintable, value[:MAX_TEXT]))


def whole_number(fields: Fields, name: str, default: int) -> int:
    """The number `name` in `fields`, written as JSON number or as text. Raises MediaProtocolError."""
    value = fields.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MediaProtocolError(f"'{name}' is not a whole number")
    return value


def key_of(digit: str) -> str | None:
    """The key that a leg signals, in capitals; None for what is no key (a hook flash, for instance)."""
    return digit.upper() if len(digit) == 1 and digit in "0123456789*#ABCDabcd" else None


class Marks:
    """The marks under way to one leg, each by a short number of its own, so that names may be long, or alike."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()
        self._count = 0

    def sent(self, name: str) -> str:
        """The number to send for the mark `name`."""
        self._count += 1
        self._names[str(self._count)] = name
        if len(self._names) > MAX_MARKS:
            self._names.popitem(last=False)
        return str(self._count)

    def returned(self, number: str) -> str | None:
        """The name of the mark that came back; None if it is unknown or was cleared."""
        return self._names.pop(number, None)

    def clear(self) -> None:
        """Forget the marks under way: what they stand behind will not be heard, whether the leg returns them or not."""
        self._names.clear()
