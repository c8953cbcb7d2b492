"""Log lines for the operator: the constant message, then the harmless extras that say which call and why."""

import logging
import re
from types import TracebackType

SHOWN = ("call_id", "leg", "status", "reason", "error")
"""Extras that are printed; nothing that a caller said, and nobody's number, is ever among them."""
_QUOTED = re.compile(r"""['"«].*['"»]|\+?\d[\d .-]{6,}\d|\S+@\S+""")
"""In a message: from the first quotation mark to the last, numbers, e-mails."""
_FRAME = re.compile(r'^[ |+-]*File "')
_CODE = re.compile(r"^(?:[ +-]*\| )? {4,}[^\s|+-]")
"""Of a traceback: where it was, and the line of our source that follows."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """`time level logger: message (leg=… reason=…)`, and tracebacks without what the exceptions quote."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One record; a traceback that another formatter has left in it is made anew."""
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """The line without a traceback."""
        told = [f"{name}={value}" for name in SHOWN if (value := getattr(record, name, None)) is not None]
        return super().formatMessage(record) + (f" ({' '.join(told)})" if told else "")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (the standard library's name)
        """Where it happened and what kind of fault it is; what its message quotes is hidden, and so are numbers and e-mails."""
        return without_quotations(super().formatException(ei))


def without_quotations(traceback: str) -> str:
    """A traceback whose exceptions tell their kind and their message, with « … » for what it quotes; the source stays."""
    lines, in_frame = [], False
    for line in traceback.splitlines():
        in_frame = bool(_FRAME.match(line) or (in_frame and _CODE.match(line)))
        lines.append(line if in_frame else _QUOTED.sub("…", line))
    return "\n".join(lines)
