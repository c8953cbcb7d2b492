"""Which codec an SDP answer chose. Pure; never raises."""

import re
from collections.abc import Collection

from sip_bridge.leg import Codec

__all__ = ["first_codec"]

_STATIC = {"0": Codec.PCMU, "8": Codec.PCMA, "9": Codec.G722}
_RTPMAP = re.compile(r"^a=rtpmap:(\d{1,3}) +([A-Za-z0-9]+)/8000", re.MULTILINE)


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


def _codec(name: str) -> Codec | None:
    try:
        return Codec(name)
    except ValueError:
        return None
