"""Ends the SIP calls of a bridge that was killed: a BYE for each dialog that it had reported.

The supervisor keeps the dialogs (`DialogOpened`, `DialogClosed`) and calls `end_dialogs` once the process is gone. Rendering is pure;
sending knows UDP (repeated, RFC 3261 17.1.2), TCP and TLS.
"""

import asyncio
import logging
import re
import secrets
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sip_bridge.trace import Dialog, dialog_of

__all__ = ["Hop", "dialog_of", "end_dialogs", "hops", "json_of", "render_bye", "status_of"]

log = logging.getLogger(__name__)

LONGEST_SECONDS = 2.0
FIRST_REPEAT_SECONDS = 0.25
AT_ONCE = 50

Hop = tuple[str, int]
"""Host and port."""
REASON = 'Reason: Q.850;cause=41;text="Temporary failure"'
"""RFC 3326: not how a conversation ends, so that a PBX may send the caller to a person instead of hanging up."""


def json_of(dialog: Dialog) -> dict[str, Any]:
    """A dialog as JSON values; `dialog_of` reads them back."""
    return {**asdict(dialog), "routes": list(dialog.routes)}


def render_bye(dialog: Dialog, via: str, branch: str) -> bytes:
    """The BYE of a dialog (RFC 3261 12.2.1.1), sent from `via` (host:port). A first route without `;lr` is taken as a strict one."""
    target, routes = dialog.target, list(dialog.routes)
    if routes and not re.search(r";\s*lr\b", routes[0], re.IGNORECASE):
        first = re.search(r"<([^<>]+)>", routes.pop(0))
        routes.append(f"<{dialog.target}>")
        target = first[1] if first else target
    lines = [
        f"BYE {target} SIP/2.0",
        f"Via: SIP/2.0/{dialog.transport.upper()} {via};branch=z9hG4bK{branch};rport",
        *(f"Route: {route}" for route in routes),
        "Max-Forwards: 70",
        f"From: {dialog.local}",
        f"To: {dialog.remote}",
        f"Call-ID: {dialog.call_id}",
        f"CSeq: {dialog.next_cseq} BYE",
        REASON,
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def hops(dialog: Dialog) -> tuple[Hop, ...]:
    """Where the BYE may be sent, best first: the address that the dialog was heard from, then its first route or its target.

    Over TCP and TLS the heard address may be a port that nobody listens on: then the other way round.
    """
    named = _hop_of_uri(dialog.routes[0] if dialog.routes else dialog.target, dialog.transport)
    heard = _hop(dialog.peer_address, 5060)
    order = (heard, named) if dialog.transport == "udp" else (named, heard)
    return tuple(dict.fromkeys(hop for hop in order if hop))


def status_of(answer: bytes, branch: str) -> int | None:
    """The final status that answers our BYE; None for anything else."""
    head = re.match(rb"SIP/2\.0 (\d{3}) ", answer)
    if not head or f"z9hG4bK{branch}".encode() not in answer:
        return None
    status = int(head[1])
    return status if status >= 200 else None


def _hop_of_uri(uri: str, transport: str) -> Hop | None:
    found = re.search(r"sips?:(?:[^@<>]*@)?(\[[^\]]+\]|[^:;?<>]+)(?::(\d{1,5}))?", uri, re.IGNORECASE)
    if not found:
        return None
    return found[1].strip("[]"), int(found[2] or (5061 if transport == "tls" else 5060))


def _hop(address: str, port: int) -> Hop | None:
    host, colon, number = address.rpartition(":")
    if not colon or not number.isdigit():
        return (address, port) if address else None
    return host.strip("[]"), int(number)


async def end_dialogs(dialogs: Iterable[Dialog], seconds: float = LONGEST_SECONDS) -> int:
    """Send BYE for every dialog; how many were confirmed (any final answer) within `seconds` each. Never raises for a peer's faults."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def end(dialog: Dialog) -> bool:
        async with limit:
            for hop in hops(dialog):
                with suppress(OSError, TimeoutError, ValueError):
                    async with asyncio.timeout(seconds):
                        status = await _end_at(dialog, hop)
                        log.info("ended a call in place of the bridge", extra={"status": status})
                        return True
        log.warning("the end of a call was not confirmed", extra={"leg": dialog.call_id})
        return False

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(end(dialog)) for dialog in dialogs]
    return sum(task.result() for task in tasks)


async def _end_at(dialog: Dialog, hop: Hop) -> int:
    branch = secrets.token_hex(8)
    if dialog.transport == "udp":
        return await _over_udp(dialog, hop, branch)
    return await _over_stream(dialog, hop, branch)


class _Answers(asyncio.DatagramProtocol):
    """Takes the first final answer to our branch."""

    def __init__(self, branch: str) -> None:
        self._branch = branch
        self.status: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 – asyncio's signature
        status = status_of(data, self._branch)
        if status is not None and not self.status.done():
            self.status.set_result(status)

    def error_received(self, exc: Exception) -> None:
        if not self.status.done():
            self.status.set_exception(OSError(str(exc)))


async def _over_udp(dialog: Dialog, hop: Hop, branch: str) -> int:
    local = _hop(dialog.local_address, 0)
    transport, answers = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Answers(branch), local_addr=(local[0], 0) if local else None, remote_addr=hop
    )
    try:
        message = render_bye(dialog, _address(transport.get_extra_info("sockname")), branch)
        pause = FIRST_REPEAT_SECONDS
        while True:
            transport.sendto(message)
            with suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(answers.status), pause)
            pause *= 2
    finally:
        answers.status.cancel()
        transport.close()


async def _over_stream(dialog: Dialog, hop: Hop, branch: str) -> int:
    local = _hop(dialog.local_address, 0)
    reader, writer = await asyncio.open_connection(
        *hop,
        ssl=_unverified() if dialog.transport == "tls" else None,
        local_addr=(local[0], 0) if local else None,
    )
    try:
        writer.write(render_bye(dialog, _address(writer.get_extra_info("sockname")), branch))
        await writer.drain()
        while True:
            answer = await reader.readuntil(b"\r\n\r\n")
            status = status_of(answer, branch)
            if status is not None:
                return status
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise ConnectionResetError("the peer closed the connection") from error
    finally:
        writer.close()


def _unverified() -> ssl.SSLContext:
    """A BYE betrays nothing, and the certificate was judged when the call came: here it only has to be encrypted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _address(name: Sequence[Any]) -> str:
    host, port = str(name[0]), name[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
