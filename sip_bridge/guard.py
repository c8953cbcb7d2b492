"""Against a flood of calls from addresses that may not call: for a while the kernel drops them, before the library reads one.

A few strangers are refused one by one, which their telephone hears and the log tells. Many at once would take all of the
library's calls, and our answers, repeated for want of an ACK, would hit whoever the sender pretends to be.
"""

import asyncio
import logging
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network

from sip_bridge.admission import AllowList, host_of
from sip_bridge.own_sockets import attach, detach, own_sockets
from sip_bridge.packet_filter import drop_strangers
from sip_bridge.trace import Dialog, SipMessage, opens_dialog

__all__ = ["Guard"]

FLOOD_CALLS, FLOOD_SECONDS = 20, 1.0
"""So many calls of strangers in such a time are a flood."""
CLOSED_SECONDS = 60.0
"""How long strangers are then not heard."""

log = logging.getLogger(__name__)


class Guard:
    """Watches what comes in at `ports`; `dialogs` gives those that live, whose far ends may change their calls."""

    def __init__(
        self, allowed: AllowList, dialogs: Callable[[], Iterable[Dialog]], ports: tuple[int, ...]
    ) -> None:
        self._allowed, self._dialogs, self._ports = allowed, dialogs, ports
        self._strangers: deque[float] = deque(maxlen=FLOOD_CALLS)
        self._opening: asyncio.TimerHandle | None = None
        self._closed_to: frozenset[IPv4Network | IPv6Network] = frozenset()

    def see(self, message: SipMessage) -> None:
        """One message of the trace."""
        if not opens_dialog(message) or self._allowed.admits(host_of(message.source)):
            return
        now = asyncio.get_running_loop().time()
        self._strangers.append(now)
        many = len(self._strangers) == FLOOD_CALLS and now - self._strangers[0] <= FLOOD_SECONDS
        if many and self._opening is None and sys.platform == "linux":
            log.warning(
                "a flood of calls from addresses that are not in sip_peers: not heard for %d s",
                CLOSED_SECONDS,
            )
            self._opening = asyncio.get_running_loop().call_later(CLOSED_SECONDS, self.open)
            self._close()

    def dialogs_changed(self) -> None:
        """The far ends of calls may have changed: they are heard, listed or not."""
        if self._opening is not None and self._known() != self._closed_to:
            self._close()

    def open(self) -> None:
        """Hear everybody again. Idempotent."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
            self._strangers.clear()
            for one in own_sockets(self._ports):
                with suppress(OSError):
                    detach(one)

    def _close(self) -> None:
        self._closed_to = self._known()
        for one in own_sockets(self._ports):
            with suppress(OSError):  # closed since
                if one.type is socket.SOCK_DGRAM:
                    attach(one, drop_strangers(self._closed_to, invites_only=True))
                elif one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    attach(one, drop_strangers(self._closed_to, invites_only=False))
                elif not AllowList(map(str, self._closed_to)).admits(str(one.getpeername()[0])):
                    one.shutdown(socket.SHUT_RDWR)

    def _known(self) -> frozenset[IPv4Network | IPv6Network]:
        known = AllowList()
        for dialog in self._dialogs():
            with suppress(ValueError):
                known.add(host_of(dialog.peer_address))
        return self._allowed.networks | known.networks
