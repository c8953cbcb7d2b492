"""What the operator reads in the log."""

import logging

from callbot.log_lines import LineFormatter


def test_a_line_says_which_call_and_why() -> None:
    """The extras of the list, in its order, and no other."""
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "name": "sip_bridge.call", "msg": "the service did not take a call"}
        | {"reason": "401", "leg": "abc@host", "caller": "0612345678"}
    )
    line = LineFormatter().format(record)
    assert line.endswith("WARNING sip_bridge.call: the service did not take a call (leg=abc@host reason=401)")
