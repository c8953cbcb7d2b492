"""What the operator reads in the log."""

import logging
import sys

from callbot.log_lines import LineFormatter


def test_a_line_says_which_call_and_why() -> None:
    """The extras of the list, in its order, and no other."""
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "name": "sip_bridge.call", "msg": "the service did not take a call"}
        | {"reason": "401", "leg": "abc@host", "caller": "0612345678"}
    )
    line = LineFormatter().format(record)
    assert line.endswith("WARNING sip_bridge.call: the service did not take a call (leg=abc@host reason=401)")


def test_a_traceback_quotes_nobody() -> None:
    """Libraries put the value that they choke on into the message: kind and place are told, the value is not."""
    try:
        try:
            int("06 12 34 56 78")
        except ValueError as error:
            raise KeyError("Madame Lefèvre", "+33612345678") from error
    except KeyError:
        record = logging.makeLogRecord({"levelname": "ERROR", "msg": "a fault", "exc_info": sys.exc_info()})
    text = LineFormatter().format(record)
    assert [line for line in text.splitlines() if not line.startswith(" ")][1:] == [
        "Traceback (most recent call last):",
        "ValueError: invalid literal for int() with base 10: …",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "Traceback (most recent call last):",
        "KeyError: (…)",
    ]
