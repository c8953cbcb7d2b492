"""What offers and answers have settled about a call's sound, read off the SIP trace. Pure; never raises.

Only what one side has said and the other has taken counts: anybody may offer, and anybody may send us an answer.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeVar

from sip_bridge.admission import host_of
from sip_bridge.sdp import audio_address, is_encrypted, is_nowhere, refuses_audio
from sip_bridge.trace import SipMessage, tag_of

__all__ = ["Agreed", "Negotiations", "SoundRefused"]

MOST = 2048
"""Offers without an answer that are remembered; the oldest is forgotten for one more."""
REFRESHES = ("INVITE", "UPDATE")
_Key = tuple[str, int]
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Where sound goes from now on."""

    call_id: str
    port: int
    """Ours, of RTP; 0: there is no sound for now."""
    sources: frozenset[IPv4Network | IPv6Network]
    """Whose sound is taken there; nobody: the other side named a host, so everybody's."""
    encrypted: bool = False
    """With SRTP."""
    held: bool | None = None
    """Whether the other side wants sound nowhere (RFC 2543's way to hold); None: what it said says nothing about that."""


@dataclass(frozen=True, slots=True)
class SoundRefused:
    """We took an offer without its sound: there was no codec that we have."""

    call_id: str


@dataclass(frozen=True, slots=True)
class _Ours:
    """An offer of ours that waits for an answer."""

    port: int
    answerer: str
    """Where it went: host."""
    tag: str
    """Our tag, where it was in a response: then the ACK brings the answer, maybe from elsewhere, and has that tag."""


@dataclass(frozen=True, slots=True)
class _Theirs:
    """An offer of theirs that we have not answered yet."""

    sources: frozenset[IPv4Network | IPv6Network]
    held: bool
    has_sound: bool


class Negotiations:
    """Offers and answers of all calls."""

    def __init__(self) -> None:
        self._ours: OrderedDict[_Key, _Ours] = OrderedDict()
        self._theirs: OrderedDict[_Key, _Theirs] = OrderedDict()

    def see(self, message: SipMessage) -> Agreed | SoundRefused | None:
        """What a message has settled."""
        if not message.body or (message.method not in REFRESHES and message.method != "ACK"):
            return None
        key = (message.call_id, message.cseq)
        return self._received(message, key) if message.received else self._sent(message, key)

    def _received(self, message: SipMessage, key: _Key) -> Agreed | None:
        spoken = audio_address(message.body)
        if message.is_request and message.method in REFRESHES:
            if spoken or refuses_audio(message.body):
                _keep(self._theirs, key, _offer(message, spoken))
            return None
        ours = self._ours.get(key)
        if ours is None or not spoken or not _answers(message, ours):
            return None
        del self._ours[key]
        held = is_nowhere(spoken[0])
        return Agreed(
            message.call_id,
            ours.port,
            _networks(spoken[0], host_of(message.source)),
            is_encrypted(message.body),
            # An answer to our own re-INVITE may say so only because we hold.
            held if message.method == "ACK" or not held else None,
        )

    def _sent(self, message: SipMessage, key: _Key) -> Agreed | SoundRefused | None:
        spoken = audio_address(message.body)
        is_final = 200 <= message.status < 300
        if message.is_request or key not in self._theirs:
            if spoken and message.method in REFRESHES and (message.is_request or is_final):
                tag = "" if message.is_request else tag_of(message.first("to"))
                _keep(self._ours, key, _Ours(spoken[1], host_of(message.destination), tag))
            return None
        if not is_final:
            return None
        theirs = self._theirs.pop(key)
        if spoken is None and theirs.has_sound:
            return SoundRefused(message.call_id)
        port = spoken[1] if spoken else 0
        return Agreed(message.call_id, port, theirs.sources, is_encrypted(message.body), theirs.held)


def _offer(message: SipMessage, spoken: tuple[str, int] | None) -> _Theirs:
    if spoken is None:
        return _Theirs(frozenset(), held=True, has_sound=False)
    return _Theirs(_networks(spoken[0], host_of(message.source)), held=is_nowhere(spoken[0]), has_sound=True)


def _answers(message: SipMessage, ours: _Ours) -> bool:
    """Whether this is the answer that our offer waits for: from where it went, or with the tag that we gave."""
    if message.method == "ACK":
        return bool(ours.tag) and tag_of(message.first("to")) == ours.tag
    return 200 <= message.status < 300 and host_of(message.source) == ours.answerer


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
