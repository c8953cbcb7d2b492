"""How the bridge and its supervisor speak: JSON lines, settings and commands on stdin, statuses on stdout. See README.md."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from callbot.config import Settings

__all__ = ["ControlError", "JsonStatus", "LogStatus", "Orders", "Status", "read_commands", "read_settings"]

MAX_LINE_BYTES = 1 << 20


class ControlError(Exception):
    """What came over stdin cannot be used."""


class Status(Protocol):
    """Where the bridge says how it is."""

    def __call__(self, status: str, **fields: Any) -> None:
        """`status` is one of ready, failed, registered, unregistered, calls, dialog_opened, dialog_closed."""


class JsonStatus:
    """Statuses as JSON lines on a file descriptor, for a supervisor. Once it has gone, they go nowhere."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self, status: str, **fields: Any) -> None:
        """Write one line."""
        line = json.dumps({"status": status, **fields}, separators=(",", ":")) + "\n"
        with suppress(BrokenPipeError):
            left = line.encode()
            while left:
                left = left[os.write(self._descriptor, left) :]


class LogStatus:
    """Statuses in words on standard error, for whoever runs the bridge by hand."""

    def __call__(self, status: str, **fields: Any) -> None:
        """Only what an operator wants to see: never an address of a caller."""
        if status in ("ready", "registered", "unregistered", "failed"):
            told = ", ".join(f"{name} {value}" for name, value in fields.items())
            sys.stderr.write(f"sip_bridge: {status}{': ' if told else ''}{told}\n")


@dataclass(frozen=True, slots=True)
class Orders:
    """What the supervisor wants of a bridge: the first line of stdin."""

    settings: Settings
    media_url: str
    ended: frozenset[str] = frozenset()
    """Call-IDs of the bridge before us, whose dialogs the supervisor ends itself."""


def read_settings(line: str) -> Orders:
    """The first line. Raises ControlError without repeating what it said."""
    try:
        fields = json.loads(line)
        url = fields.pop("media_url")
        ended = frozenset(map(str, fields.pop("ended", ())))
        settings = Settings(**fields.get("settings", fields))
    except ValidationError as error:
        names = ", ".join(
            sorted({f"CALLBOT_{'.'.join(map(str, item['loc']))}".upper() for item in error.errors()})
        )
        raise ControlError(f"{names}: not usable as the supervisor gave it") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ControlError(
            "the first line of stdin is not the JSON object of the settings with media_url"
        ) from None
    if not isinstance(url, str):
        raise ControlError("media_url is not text")
    return Orders(settings, url, ended)


async def read_commands(lines: asyncio.StreamReader, commands: dict[str, Callable[[], None]]) -> None:
    """Carry out the commands that come, until the supervisor closes the pipe. What is no command is passed over."""
    while line := await _line(lines):
        try:
            name = json.loads(line)["command"]
            command = commands.get(name)
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if command:
            command()


async def _line(lines: asyncio.StreamReader) -> bytes:
    try:
        return await lines.readline()
    except ValueError:  # longer than MAX_LINE_BYTES: left out
        return b"\n"


async def stdin_lines() -> asyncio.StreamReader:
    """Standard input as lines."""
    reader = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader
