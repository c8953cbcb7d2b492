"""What has to be known of an INVITE before it is handed over, as soon as the trace has shown it: its true source, and its codec."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress

from sip_bridge.leg import Codec
from sip_bridge.sdp import first_codec
from sip_bridge.trace import Origins, SipMessage

__all__ = ["Arrivals", "ChosenCodecs"]

ORIGIN_SECONDS = 2.0
"""How long the trace may take to show where an INVITE came from; then it is refused."""
MOST = 4096
"""Calls whose codec is remembered; the oldest is forgotten for one more."""


class Arrivals:
    """Where INVITEs came from, waited for where they were not seen yet."""

    def __init__(self) -> None:
        self._origins = Origins()
        self._awaited: dict[str, asyncio.Event] = {}

    def see(self, message: SipMessage) -> None:
        """One message of the trace."""
        self._origins.see(message)
        if message.call_id in self._awaited:
            self._awaited[message.call_id].set()

    async def origin(self, call_id: str) -> str:
        """`host:port` of the sender; empty when it is doubtful, or was not seen in time."""
        if self._origins.of(call_id) is None:
            seen = self._awaited.setdefault(call_id, asyncio.Event())
            with suppress(TimeoutError):
                await asyncio.wait_for(seen.wait(), ORIGIN_SECONDS)
            self._awaited.pop(call_id, None)
        return self._origins.of(call_id) or ""

    def forget(self, call_id: str) -> None:
        """That call is over."""
        self._origins.forget(call_id)


class ChosenCodecs:
    """The codec of each call. The last SDP of a dialog decides: an offer is only seen to be answered, and both sides keep its order."""

    def __init__(self, known: Collection[Codec]) -> None:
        self._known = known
        self._chosen: OrderedDict[str, Codec] = OrderedDict()

    def see(self, message: SipMessage) -> None:
        """One message of the trace."""
        codec = first_codec(message.body, self._known) if message.body else None
        if codec is not None:
            self._chosen[message.call_id] = codec
            self._chosen.move_to_end(message.call_id)
            if len(self._chosen) > MOST:
                self._chosen.popitem(last=False)

    def of(self, call_id: str) -> Codec | None:
        """None where it is not known."""
        return self._chosen.get(call_id)

    def forget(self, call_id: str) -> None:
        """That call is over."""
        self._chosen.pop(call_id, None)
