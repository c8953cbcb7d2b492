"""What C code prints to stderr is in our log; what the interpreter and the C library cry at their end still comes out."""

import logging
import subprocess
import sys

import pytest

from sip_bridge.library_stderr import level_of

PRINTS = """
import ctypes, logging, sys
from sip_bridge.library_stderr import capture_stderr
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(levelname)s %(message)s")
assert capture_stderr() and capture_stderr()
libc = ctypes.CDLL(None)
stream = ctypes.c_void_p.in_dll(libc, "stderr")
for piece in (b"unhandled request from 192.0.2.7:5060: ", b"PUBLISH ", b"sip:0612345678@x\\n", b"it is broken\\n"):
    libc.fputs(piece, stream)
sys.stderr.write("a traceback\\n")
sys.stderr.flush()
"""
ABORTS = """
libc.__assert_fail(b"sound of mind", b"call.c", 7, b"answer")
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: the replacement is for good."""
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )


def test_lines_of_the_library_are_log_lines() -> None:
    """Whole, without callers; Python's own stderr is where it was."""
    ran = run(PRINTS)
    assert ran.stdout.splitlines() == [
        "DEBUG the SIP library prints: unhandled request from 192.0.2.7:5060: PUBLISH sip:…@x",
        "WARNING the SIP library prints: it is broken",
    ]
    assert ran.stderr == "a traceback\n"


def test_the_last_words_of_an_abort_are_not_lost() -> None:
    """The log has them before the process dies."""
    ran = run(PRINTS + ABORTS)
    assert ran.returncode < 0
    assert "sound of mind" in ran.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("unhandled request from 192.0.2.7:5060: PUBLISH sip:x", logging.DEBUG),
        ("unhandled response from 192.0.2.7:5060: 200 OK (BYE)", logging.DEBUG),
        ("mqueue: read error", logging.WARNING),
    ],
)
def test_what_anybody_can_cause_is_not_loud(line: str, level: int) -> None:
    """All else is a warning."""
    assert level_of(line) == level
