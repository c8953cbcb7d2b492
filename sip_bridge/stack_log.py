"""What becomes of the library's log: its SIP trace is read and never shown; its warnings are shown without callers."""

import logging
import re
from collections.abc import Callable

__all__ = ["capture", "redacted"]

_USER = re.compile(r"\b(sips?|tel):[^\s@;>]*@?", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d{6,}")

EVERYDAY = ("jbuf:",)
"""Beginnings of warnings that come with ordinary calls: a first packet that was sent before the jitter buffer stood."""


def redacted(text: str) -> str:
    """A line without users of addresses and without long numbers."""
    return _NUMBER.sub("…", _USER.sub(r"\1:…@", text)).strip()


class _Trace(logging.Handler):
    def __init__(self, see: Callable[[str], object]) -> None:
        super().__init__()
        self._see = see

    def emit(self, record: logging.LogRecord) -> None:
        self._see(record.getMessage())


class _Redacted(logging.Handler):
    def __init__(self, target: logging.Logger) -> None:
        super().__init__(logging.WARNING)
        self._target = target

    def emit(self, record: logging.LogRecord) -> None:
        text = redacted(record.getMessage())
        level = logging.DEBUG if text.startswith(EVERYDAY) else record.levelno
        self._target.log(level, "the SIP library says: %s", text)


def capture(see: Callable[[str], object]) -> None:
    """Hand every message of the SIP trace to `see`, on the library's log thread; nothing else may show it."""
    for name, handler, level in (
        ("baresip.native.sip", _Trace(see), logging.DEBUG),
        ("baresip", _Redacted(logging.getLogger("sip_bridge.library")), logging.WARNING),
    ):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
