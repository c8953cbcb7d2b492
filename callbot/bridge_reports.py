"""What the SIP bridge tells its supervisor, and how it stands after it. No I/O.

{"status": "ready", "sip_port": 5070, "tls_port": null}  it takes calls
{"status": "failed", "error": "CALLBOT_…: …"}            it cannot start, and ends
{"status": "registered"}  {"status": "unregistered"}
{"status": "calls", "calls": 3}                          callers that it has now
{"status": "dialog_opened", "dialog": {…}}               all that a BYE needs; told again when that changes
{"status": "dialog_closed", "call_id": "…"}
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from callbot.errors import TelephonyError
from sip_bridge.trace import Dialog, dialog_of

OF_THE_PBX = tuple(f"CALLBOT_SIP_{name}: " for name in ("DOMAIN", "PROXY", "USER", "PASSWORD"))
"""What is told of these at a start is the word of the PBX, or of the network; what is wrong in them is told before."""
MOST_DIALOGS = 2048
"""Dialogs that are remembered; the oldest is forgotten for one more."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The bridge takes calls at `port`."""

    port: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot start: `message` names the setting."""

    message: str

    @property
    def passing(self) -> bool:
        """Whether it may succeed later with the same settings: the PBX does not answer, or refuses us."""
        return self.message.startswith(OF_THE_PBX)


@dataclass(frozen=True, slots=True)
class Registration:
    """The PBX has taken our registration, or refuses it."""

    registered: bool


@dataclass(frozen=True, slots=True)
class Calls:
    """How many callers it has."""

    now: int


@dataclass(frozen=True, slots=True)
class DialogOpened:
    """A SIP dialog lives, or has changed."""

    dialog: Dialog = field(repr=False)


@dataclass(frozen=True, slots=True)
class DialogClosed:
    """A SIP dialog is over."""

    call_id: str


Report = Ready | Failed | Registration | Calls | DialogOpened | DialogClosed


READERS: dict[str, Callable[[dict[str, Any]], Report]] = {
    "ready": lambda told: Ready(int(told["sip_port"])),
    "failed": lambda told: Failed(str(told["error"])),
    "registered": lambda _told: Registration(registered=True),
    "unregistered": lambda _told: Registration(registered=False),
    "calls": lambda told: Calls(int(told["calls"])),
    "dialog_opened": lambda told: DialogOpened(dialog_of(told["dialog"])),
    "dialog_closed": lambda told: DialogClosed(str(told["call_id"])),
}
"""A report's name → how its line is read."""


def read_report(line: bytes) -> Report | None:
    """One line of the bridge; None for a report that is not known here. Raises TelephonyError for what is no report."""
    try:
        told = json.loads(line)
        reader = READERS.get(told["status"])
        return reader(told) if reader else None
    except (ValueError, TypeError, KeyError) as error:
        raise TelephonyError("the SIP bridge wrote what is no report") from error


@dataclass
class BridgeState:
    """How one bridge stands, by its own reports."""

    port: int = 0
    registered: bool = False
    calls: int = 0
    failure: Failed | None = None
    dialogs: dict[str, Dialog] = field(default_factory=dict, repr=False)

    def take(self, report: Report) -> None:
        """Take a report in."""
        match report:
            case Ready():
                self.port = report.port
            case Failed():
                self.failure = report
            case Registration():
                self.registered = report.registered
            case Calls():
                self.calls = report.now
            case DialogOpened():
                self.dialogs[report.dialog.call_id] = report.dialog
                if len(self.dialogs) > MOST_DIALOGS:
                    del self.dialogs[next(iter(self.dialogs))]
            case DialogClosed():
                self.dialogs.pop(report.call_id, None)
