"""Sound is taken from who was agreed on only: the library takes RTP into a call from any address that sends it.

What both sides agreed on is read off the SIP trace (`negotiations.py`): our port, and where the other side said that it listens.
From then on the kernel drops what comes to that port, and to RTCP's beside it, from other addresses than that one and the one that
signals. Who can forge those addresses still gets in: only SRTP keeps them out, and a call that has it needs no filter.
"""

import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from sip_bridge.negotiations import Agreed
from sip_bridge.own_sockets import attach, detach, dropped, own_sockets
from sip_bridge.packet_filter import drop_strangers

__all__ = ["MediaGuard"]

MOST = 2048
"""Calls whose ports are remembered; the oldest is forgotten for one more: a call that ends while it is agreed on is not told."""

log = logging.getLogger(__name__)


class MediaGuard:
    """Closes each call's ports of sound to strangers, as soon as it is agreed who is none."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}
        """Call-ID to our port of RTP: legs with a filter."""
        self._opened: set[str] = set()

    def agreed(self, agreed: Agreed) -> None:
        """Close a leg's ports, or open them where nobody can say who is a stranger, or where SRTP says it better."""
        if not agreed.port:
            return
        is_open = agreed.call_id in self._opened or agreed.encrypted or not agreed.sources
        self._ports.pop(agreed.call_id, None)
        if not is_open:
            self._ports[agreed.call_id] = agreed.port
        if len(self._ports) > MOST:
            self._ports.pop(next(iter(self._ports)))
        for one in _sockets(agreed.port):
            try:
                if is_open:
                    with suppress(OSError):  # there was none
                        detach(one)
                else:
                    attach(one, drop_strangers(agreed.sources, invites_only=False))
            except OSError as error:
                log.warning("the sound of a call is not protected: %s", error.strerror)

    def open(self, call_id: str) -> None:
        """Take sound of everybody into that call from now on."""
        self._opened.add(call_id)
        for one in _sockets(self._ports.pop(call_id, 0)):
            with suppress(OSError):
                detach(one)

    def dropped(self, call_id: str) -> int | None:
        """Packets of RTP that never reached that call so far; None where that is not known."""
        port = self._ports.get(call_id)
        if port is None:
            return None
        with suppress(OSError):
            for one in islice(own_sockets((port,), (socket.SOCK_DGRAM,)), 1):
                return dropped(one)
        return None

    def forget(self, call_id: str) -> None:
        """That call is over."""
        self._ports.pop(call_id, None)
        self._opened.discard(call_id)


def _sockets(port: int) -> Iterator[socket.socket]:
    """RTP's and RTCP's; none for port 0."""
    return islice(own_sockets((port, port + 1), (socket.SOCK_DGRAM,)), 2 if port else 0)
