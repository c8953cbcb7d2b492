"""Sound is taken from who was agreed on only: the library takes RTP into a call from any address that sends it.

What both sides agreed on is read off the SIP trace: our port, and where the other side said that it listens. From then on the
kernel drops what comes to that port, and to RTCP's beside it, from other addresses than that one and the one that signals. Who
can forge those addresses still gets in: only SRTP keeps them out.
"""

import logging
from collections import OrderedDict
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import islice
from typing import TypeVar

from sip_bridge.admission import host_of
from sip_bridge.own_sockets import attach, detach, own_sockets
from sip_bridge.packet_filter import drop_strangers
from sip_bridge.sdp import audio_address
from sip_bridge.trace import SipMessage

__all__ = ["Agreed", "MediaGuard", "Negotiations"]

MOST = 2048
"""Offers without an answer that are remembered; the oldest is forgotten for one more."""
REFRESHES = ("INVITE", "UPDATE")
Agreed = tuple[int, frozenset[IPv4Network | IPv6Network]]
"""Our port of RTP, and whose sound is taken there; nobody: the other side named a host, so everybody's."""
_Key = tuple[str, int]
_V = TypeVar("_V")

log = logging.getLogger(__name__)


class Negotiations:
    """Offers and answers of all calls. Only what one side has said and the other has taken counts: anybody may offer."""

    def __init__(self) -> None:
        self._ours: OrderedDict[_Key, int] = OrderedDict()
        """Our offers that wait for an answer: our port."""
        self._theirs: OrderedDict[_Key, frozenset[IPv4Network | IPv6Network]] = OrderedDict()

    def see(self, message: SipMessage) -> Agreed | None:
        """What a message has settled."""
        spoken = audio_address(message.body) if message.body else None
        if spoken is None or (message.method not in REFRESHES and message.method != "ACK"):
            return None
        key = (message.call_id, message.cseq)
        return self._received(message, spoken, key) if message.received else self._sent(message, spoken, key)

    def _received(self, message: SipMessage, spoken: tuple[str, int], key: _Key) -> Agreed | None:
        networks = _networks(spoken[0], host_of(message.source))
        if message.is_request and message.method in REFRESHES:
            _keep(self._theirs, key, networks)
            return None
        accepted = message.method == "ACK" or 200 <= message.status < 300
        port = self._ours.pop(key, None) if accepted else None
        return (port, networks) if port else None

    def _sent(self, message: SipMessage, spoken: tuple[str, int], key: _Key) -> Agreed | None:
        if message.is_request or key not in self._theirs:
            if message.is_request or 200 <= message.status < 300:
                _keep(self._ours, key, spoken[1])  # our offer, in a request or where theirs had none
            return None
        if not 200 <= message.status < 300:
            return None
        return spoken[1], self._theirs.pop(key)


class MediaGuard:
    """Closes each call's ports of sound to strangers, as soon as it is agreed who is none."""

    def __init__(self) -> None:
        self._negotiations = Negotiations()

    def see(self, message: SipMessage) -> None:
        """One message of the trace."""
        agreed = self._negotiations.see(message)
        if agreed is None:
            return
        port, networks = agreed
        for one in islice(own_sockets((port, port + 1)), 2):
            try:
                if networks:
                    attach(one, drop_strangers(networks, invites_only=False))
                else:
                    with suppress(OSError):  # there was none
                        detach(one)
            except OSError as error:
                log.warning("the sound of a call is not protected: %s", error.strerror)


def _networks(*hosts: str) -> frozenset[IPv4Network | IPv6Network]:
    """These addresses; none at all when one is a name. That nobody listens at (on hold) is left out."""
    try:
        addresses = [ip_address(host) for host in hosts]
    except ValueError:
        return frozenset()
    return frozenset(ip_network(address) for address in addresses if not address.is_unspecified)


def _keep(table: OrderedDict[_Key, _V], key: _Key, value: _V) -> None:
    table[key] = value
    if len(table) > MOST:
        table.popitem(last=False)
