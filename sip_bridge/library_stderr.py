"""What the library's C code prints to stderr goes to our log instead: it bypasses every log handler otherwise.

libre prints `unhandled request from …` for whatever a stranger sends that belongs nowhere. Only the C stream `stderr` of this
process is replaced (fopencookie(3), glibc); the descriptor 2 stays, and with it Python's tracebacks, faulthandler and what
glibc says of a corrupt heap. The replacement is written to at once, by the thread that prints, so that the last words of an
abort are not lost.
"""

import ctypes
import logging
from contextlib import suppress
from typing import Any

from sip_bridge.stack_log import redacted

__all__ = ["capture_stderr", "level_of"]

EVERYDAY = ("unhandled request from ", "unhandled response from ")
"""Beginnings of lines that anybody on the network can cause."""
LONGEST_BYTES = 2000
"""Of one line; the rest is left out."""
LINE_BUFFERED = 1
"""_IOLBF: the library prints a line in pieces."""

_WRITE = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class _Cookie(ctypes.Structure):
    """cookie_io_functions_t."""

    _fields_ = (
        ("read", ctypes.c_void_p),
        ("write", _WRITE),
        ("seek", ctypes.c_void_p),
        ("close", ctypes.c_void_p),
    )


log = logging.getLogger("sip_bridge.library")
_kept: list[Any] = []
"""What the C library points to must not be collected."""


def level_of(line: str) -> int:
    """How loud a line of the library is."""
    return logging.DEBUG if line.startswith(EVERYDAY) else logging.WARNING


def capture_stderr() -> bool:
    """Send the lines of the C library's `stderr` to the log from now on; False where that cannot be done (no glibc). Idempotent."""
    if _kept:
        return True
    libc = ctypes.CDLL(None)
    try:
        libc.fopencookie.restype = ctypes.c_void_p
        libc.fopencookie.argtypes = (ctypes.c_void_p, ctypes.c_char_p, _Cookie)
        stderr = ctypes.c_void_p.in_dll(libc, "stderr")
    except (AttributeError, ValueError):
        return False
    cookie = _Cookie(write=_WRITE(_write))
    stream = libc.fopencookie(None, b"w", cookie)
    if not stream:
        return False
    libc.setvbuf(ctypes.c_void_p(stream), None, LINE_BUFFERED, ctypes.c_size_t(0))
    _kept.append(cookie)
    stderr.value = stream
    return True


def _write(_cookie: int | None, text: int, size: int) -> int:
    """Called by the C library, on the thread that prints. Everything counts as written, whatever becomes of it."""
    with suppress(Exception):  # there is nobody above us but C
        for line in ctypes.string_at(text, min(size, LONGEST_BYTES)).decode("utf-8", "replace").splitlines():
            if line.strip():
                log.log(level_of(line.strip()), "the SIP library prints: %s", redacted(line))
    return size
