"""One bridge after another at the same address: waits for one that is leaving, and ends the calls of one that was killed."""

import asyncio
import logging
from collections.abc import Collection
from pathlib import Path

from sip_bridge.journal import Journal, JournalHeldError, want
from sip_bridge.orphans import end_dialogs
from sip_bridge.trace import DialogClosed

__all__ = ["end_left", "take_over"]

LONGEST_WAIT_SECONDS = 40.0
"""How long a bridge that is leaving may keep its port: what its last callers may take to be brought to a person."""
POLL_SECONDS = 0.2

log = logging.getLogger(__name__)


async def take_over(path: Path) -> Journal | None:
    """The journal at `path`, once a bridge that is leaving has let go of it.

    None when another bridge has it and does not leave (its port tells the rest), or when it cannot be written: then a line
    in the log says so, and nobody will end our calls for us.
    """
    waits = 0.0
    while True:
        try:
            return Journal(path)
        except JournalHeldError as held:
            if not held.leaving or waits >= LONGEST_WAIT_SECONDS:
                return None
        except OSError as error:
            log.warning("no journal of SIP dialogs: %s cannot be written (%s)", path, error.strerror)
            return None
        if not waits:
            log.warning(
                "the bridge of a service that has died still has the port: waiting for it, %d s at most",
                LONGEST_WAIT_SECONDS,
            )
            want(path)
        await asyncio.sleep(POLL_SECONDS)
        waits += POLL_SECONDS


async def end_left(journal: Journal, ended: Collection[str] = ()) -> None:
    """Send BYE for what a killed bridge has left, but for the Call-IDs in `ended`, which somebody else ends."""
    left = [dialog for call_id, dialog in journal.left.items() if call_id not in ended]
    try:
        if left:
            confirmed = await end_dialogs(left)
            log.warning(
                "a bridge was killed: %d SIP dialogs ended in its place, %d confirmed", len(left), confirmed
            )
    finally:
        for call_id in journal.left:
            journal.take(DialogClosed(call_id))
