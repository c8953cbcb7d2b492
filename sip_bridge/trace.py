"""What the stack's SIP trace tells that its events do not: where an INVITE truly came from, and what a BYE needs. Pure.

The trace is the one place where the library shows addresses, tags and sequence numbers. Nothing here ever raises on what a
stranger sent; every table is bounded and drops its oldest entry.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = [
    "Dialog",
    "DialogChange",
    "DialogClosed",
    "DialogOpened",
    "Dialogs",
    "Origins",
    "SipMessage",
    "dialog_of",
    "opens_dialog",
    "parse_trace",
    "tag_of",
]

_FIRST_LINE = re.compile(r"^(RX|TX) (UDP|TCP|TLS|WSS|WS) (\S+) -> (\S+)$")
_COMPACT = {"i": "call-id", "f": "from", "t": "to", "m": "contact", "v": "via", "c": "content-type"}
_TAG = re.compile(r";\s*tag\s*=\s*([^\s;,>]+)", re.IGNORECASE)
_MAX_HEADERS = 200


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One message of the trace. `status` is 0 for a request; `method` of a response is that of its CSeq."""

    received: bool
    transport: str
    source: str
    destination: str
    method: str
    status: int
    cseq: int
    headers: Mapping[str, tuple[str, ...]] = field(repr=False)
    body: str = field(repr=False)

    def first(self, name: str) -> str:
        """The first value of a header, by its long name in lower case; empty where there is none."""
        values = self.headers.get(name, ())
        return values[0] if values else ""

    @property
    def call_id(self) -> str:
        """The Call-ID, which ties messages to a leg."""
        return self.first("call-id")

    @property
    def is_request(self) -> bool:
        """Whether this asks rather than answers."""
        return self.status == 0


def parse_trace(text: str) -> SipMessage | None:
    """Read one entry of the trace; None for what is no SIP message."""
    opening, _, rest = text.partition("\n")
    found = _FIRST_LINE.match(opening.strip())
    head, _, body = rest.replace("\r\n", "\n").partition("\n\n")
    lines = head.split("\n")
    words = lines[0].split(" ", 2)
    if not found or len(words) < 3:
        return None
    headers = _headers(lines[1:])
    number, _, cseq_method = (headers.get("cseq", ("",))[0]).partition(" ")
    if not (_is_number(number) and headers.get("call-id", ("",))[0]):
        return None
    is_response = words[0].upper() == "SIP/2.0"
    if is_response and not (_is_number(words[1]) and len(words[1]) == 3):
        return None
    return SipMessage(
        received=found[1] == "RX",
        transport=found[2].lower(),
        source=found[3],
        destination=found[4],
        method=(cseq_method.strip() if is_response else words[0]).upper(),
        status=int(words[1]) if is_response else 0,
        cseq=int(number),
        headers=headers,
        body=body,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _headers(lines: list[str]) -> dict[str, tuple[str, ...]]:
    unfolded: list[str] = []
    for line in lines[:_MAX_HEADERS]:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip()
        else:
            unfolded.append(line)
    headers: dict[str, tuple[str, ...]] = {}
    for line in unfolded:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if colon:
            key = _COMPACT.get(key, key)
            headers[key] = (*headers.get(key, ()), value.strip())
    return headers


def tag_of(address: str) -> str:
    """The tag of a From or To, empty where there is none: one inside the brackets belongs to the URI, and opens a dialog all the same."""
    found = _TAG.search(address.rpartition(">")[2])
    return found[1] if found else ""


def opens_dialog(message: SipMessage) -> bool:
    """Whether this is a received INVITE that opens a dialog: a call."""
    return (
        message.received
        and message.is_request
        and message.method == "INVITE"
        and not tag_of(message.first("to"))
    )


class Origins:
    """Where the INVITEs came from: Call-ID to `host:port`. Two sources for one Call-ID are a forgery: then neither is given."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._sources: OrderedDict[str, str] = OrderedDict()

    def see(self, message: SipMessage) -> None:
        """Remember a received INVITE that opens a dialog."""
        if not opens_dialog(message):
            return
        known = self._sources.get(message.call_id, message.source)
        self._sources[message.call_id] = message.source if known == message.source else ""
        if len(self._sources) > self._capacity:
            self._sources.popitem(last=False)

    def of(self, call_id: str) -> str | None:
        """`host:port` of the sender; empty when it is doubtful, None when no INVITE was seen yet."""
        return self._sources.get(call_id)

    def forget(self, call_id: str) -> None:
        """That call is over."""
        self._sources.pop(call_id, None)


@dataclass(frozen=True, slots=True)
class Dialog:
    """All that a BYE needs (RFC 3261 12.1 and 12.2.1.1), as header values ready to be written."""

    call_id: str
    local: str = field(repr=False)
    """Our From, with its tag."""
    remote: str = field(repr=False)
    """Our To, with the peer's tag."""
    next_cseq: int
    target: str = field(repr=False)
    """The peer's Contact address."""
    routes: tuple[str, ...]
    transport: str
    local_address: str
    peer_address: str


@dataclass(frozen=True, slots=True)
class DialogOpened:
    """A dialog lives; sent again, whole, whenever something about it has changed."""

    dialog: Dialog


@dataclass(frozen=True, slots=True)
class DialogClosed:
    """A dialog is over."""

    call_id: str


DialogChange = DialogOpened | DialogClosed


class Dialogs:
    """The live dialogs of this process, followed by their messages."""

    def __init__(self, capacity: int = 1024) -> None:
        self._capacity = capacity
        self._live: OrderedDict[str, Dialog] = OrderedDict()
        self._offers: OrderedDict[tuple[str, int], SipMessage] = OrderedDict()
        """INVITEs and UPDATEs that were received and not answered yet."""
        self._asked: OrderedDict[tuple[str, int], None] = OrderedDict()
        """INVITEs that we sent: a 2xx to anything else is a forgery."""

    @property
    def live(self) -> tuple[Dialog, ...]:
        """All of them, oldest first."""
        return tuple(self._live.values())

    def see(self, message: SipMessage) -> tuple[DialogChange, ...]:
        """What a message changed."""
        if message.received:
            return self._see_received(message)
        return self._see_sent(message)

    def forget(self, call_id: str) -> tuple[DialogChange, ...]:
        """The stack says that this call is over."""
        for table in (self._offers, self._asked):
            for key in [key for key in table if key[0] == call_id]:
                table.pop(key)
        return (DialogClosed(call_id),) if self._live.pop(call_id, None) else ()

    def _see_received(self, message: SipMessage) -> tuple[DialogChange, ...]:
        refreshes = message.method in ("INVITE", "UPDATE")
        if message.is_request:
            if refreshes:
                self._offers[message.call_id, message.cseq] = message
                self._bound(self._offers)
            return ()
        dialog = self._live.get(message.call_id)
        if not refreshes or not 200 <= message.status < 300:
            return ()
        if dialog is None:
            asked = (message.call_id, message.cseq) in self._asked
            return self._open_as_caller(message) if asked and message.method == "INVITE" else ()
        target = _uri(message.first("contact"))
        return self._replace(dialog, target=target or dialog.target)

    def _see_sent(self, message: SipMessage) -> tuple[DialogChange, ...]:
        dialog = self._live.get(message.call_id)
        if not message.is_request:
            return self._see_answer(message, dialog)
        if dialog is None:
            if message.method == "INVITE":
                self._asked[message.call_id, message.cseq] = None
                if len(self._asked) > self._capacity:
                    self._asked.popitem(last=False)
            return ()
        if message.method == "BYE":
            return self.forget(message.call_id)
        return self._replace(dialog, next_cseq=max(dialog.next_cseq, message.cseq + 1))

    def _see_answer(self, message: SipMessage, dialog: Dialog | None) -> tuple[DialogChange, ...]:
        """Our own answers are what counts: the stack has checked the request before it gave them."""
        if message.status < 200:
            return ()
        offer = self._offers.pop((message.call_id, message.cseq), None)
        if message.status >= 300:
            return ()
        if message.method == "BYE":
            return self.forget(message.call_id)
        if offer is None or message.method not in ("INVITE", "UPDATE"):
            return ()
        if dialog is not None:
            return self._replace(dialog, target=_uri(offer.first("contact")) or dialog.target)
        return self._open_as_callee(offer, message) if message.method == "INVITE" else ()

    def _open_as_callee(self, offer: SipMessage, answer: SipMessage) -> tuple[DialogChange, ...]:
        return self._open(
            Dialog(
                call_id=offer.call_id,
                local=answer.first("to"),
                remote=offer.first("from"),
                next_cseq=1,
                target=_uri(offer.first("contact")),
                routes=_route_set(offer),
                transport=offer.transport,
                local_address=offer.destination,
                peer_address=offer.source,
            )
        )

    def _open_as_caller(self, answer: SipMessage) -> tuple[DialogChange, ...]:
        return self._open(
            Dialog(
                call_id=answer.call_id,
                local=answer.first("from"),
                remote=answer.first("to"),
                next_cseq=answer.cseq + 1,
                target=_uri(answer.first("contact")),
                routes=tuple(reversed(_route_set(answer))),
                transport=answer.transport,
                local_address=answer.destination,
                peer_address=answer.source,
            )
        )

    def _open(self, dialog: Dialog) -> tuple[DialogChange, ...]:
        if not (dialog.target and _TAG.search(dialog.local)):
            return ()
        self._live[dialog.call_id] = dialog
        self._bound(self._live)
        return (DialogOpened(dialog),)

    def _replace(self, dialog: Dialog, **changes: Any) -> tuple[DialogChange, ...]:
        changed = replace(dialog, **changes)
        if changed == dialog:
            return ()
        self._live[dialog.call_id] = changed
        return (DialogOpened(changed),)

    def _bound(self, table: OrderedDict[Any, Any]) -> None:
        while len(table) > self._capacity:
            table.popitem(last=False)


def _route_set(message: SipMessage) -> tuple[str, ...]:
    """Every Record-Route of a message, in its order, several in one line taken apart."""
    values = message.headers.get("record-route", ())
    return tuple(route for value in values for route in re.findall(r"<[^<>\s]+>[^,<>]*", value))


def _uri(contact: str) -> str:
    """The address in a Contact, without angle brackets and what follows them; empty where there is none."""
    inside = re.search(r"<([^<>\s]+)>", contact)
    return inside[1] if inside else re.split(r"[;,\s]", contact.strip(), maxsplit=1)[0]


def dialog_of(values: Mapping[str, Any]) -> Dialog:
    """A dialog from its JSON (`dataclasses.asdict`). Raises ValueError for what is none."""
    try:
        dialog = Dialog(**{**values, "routes": tuple(values["routes"])})
    except (TypeError, KeyError) as error:
        raise ValueError("not a dialog") from error
    texts = (dialog.call_id, dialog.local, dialog.remote, dialog.target, *dialog.routes)
    if not all(isinstance(text, str) and "\n" not in text and "\r" not in text for text in texts):
        raise ValueError("not a dialog")
    if not isinstance(dialog.next_cseq, int):
        raise ValueError("not a dialog")
    return dialog
