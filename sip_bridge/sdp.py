"""Which codec an SDP answer chose, and where sound is wanted. Pure; never raises."""

import re
from collections.abc import Collection
from ipaddress import ip_address

from sip_bridge.leg import Codec

__all__ = ["audio_address", "first_codec", "is_encrypted", "is_nowhere", "refuses_audio"]

_STATIC = {"0": Codec.PCMU, "8": Codec.PCMA, "9": Codec.G722}
_RTPMAP = re.compile(r"^a=rtpmap:(\d{1,3}) +([A-Za-z0-9]+)/8000", re.MULTILINE)

_CONNECTION = re.compile(r"^c=IN +IP[46] +([^\s/]+)", re.MULTILINE)
_CRYPTO = re.compile(r"^a=crypto:", re.MULTILINE)


def first_codec(sdp: str, known: Collection[Codec]) -> Codec | None:
    """The first codec of the audio line that is among `known`; None where there is none."""
    media = re.search(r"^m=audio +\d+(?:/\d+)? +\S+((?: +\d{1,3})+)\s*$", sdp, re.MULTILINE)
    if not media:
        return None
    named = {number: name.lower() for number, name in _RTPMAP.findall(sdp)}
    for number in media[1].split():
        codec = _codec(named.get(number, _STATIC.get(number, "")))
        if codec in known:
            return codec
    return None


def audio_address(sdp: str) -> tuple[str, int] | None:
    """Host and port where the audio is wanted; None where there is none, or it is refused (port 0)."""
    session, audio = _parts(sdp)
    host = _CONNECTION.search(audio) or _CONNECTION.search(session)
    port = _port(audio)
    return (host[1], port) if host and port and port < 65536 else None


def refuses_audio(sdp: str) -> bool:
    """Whether there is an audio section, and its port is 0: refused in an answer, taken away in an offer."""
    return _port(_parts(sdp)[1]) == 0


def is_encrypted(sdp: str) -> bool:
    """Whether an answer has keys for SRTP (RFC 4568): then both sides use them."""
    return bool(_CRYPTO.search(_parts(sdp)[1]))


def is_nowhere(host: str) -> bool:
    """Whether sound that is wanted at `host` is wanted nowhere (0.0.0.0): the hold of RFC 2543."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _parts(sdp: str) -> tuple[str, str]:
    """The lines of the session, and those of its first audio section; empty where there is none."""
    session, *sections = re.split(r"^(?=m=)", sdp, flags=re.MULTILINE)
    return session, next((section for section in sections if section.startswith("m=audio ")), "")


def _port(audio: str) -> int | None:
    found = re.match(r"m=audio +(\d{1,5})\b", audio)
    return int(found[1]) if found else None


def _codec(name: str) -> Codec | None:
    try:
        return Codec(name)
    except ValueError:
        return None
