"""Log lines for the operator: the constant message, then the harmless extras that say which call and why."""

import logging

SHOWN = ("call_id", "leg", "status", "reason", "error")
"""Extras that are printed; nothing that a caller said, and nobody's number, is ever among them."""


class LineFormatter(logging.Formatter):
    """`time level logger: message (leg=… reason=…)`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """The line without a traceback."""
        told = [f"{name}={value}" for name in SHOWN if (value := getattr(record, name, None)) is not None]
        return super().formatMessage(record) + (f" ({' '.join(told)})" if told else "")
