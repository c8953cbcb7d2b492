"""Which codec an SDP answer chose, and where sound is wanted. Pure; never raises."""

import re
from collections.abc import Collection

from sip_bridge.leg import Codec

__all__ = ["audio_address", "first_codec"]

_STATIC = {"0": Codec.PCMU, "8": Codec.PCMA, "9": Codec.G722}
_RTPMAP = re.compile(r"^a=rtpmap:(\d{1,3}) +([A-Za-z0-9]+)/8000", re.MULTILINE)

_CONNECTION = re.compile(r"^c=IN +IP[46] +([^\s/]+)", re.MULTILINE)


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
    session, *sections = re.split(r"^(?=m=)", sdp, flags=re.MULTILINE)
    for section in sections:
        if audio := re.match(r"m=audio +(\d{1,5})\b", section):
            host = _CONNECTION.search(section) or _CONNECTION.search(session)
            port = int(audio[1])
            return (host[1], port) if host and 0 < port < 65536 else None
    return None


def _codec(name: str) -> Codec | None:
    try:
        return Codec(name)
    except ValueError:
        return None
