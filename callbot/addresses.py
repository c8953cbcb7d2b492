"""Where this machine's own programs reach the service."""

import socket
from contextlib import suppress

from callbot.config import Settings

ANY = ("0.0.0.0", "::")  # noqa: S104 (compared)


def reachable(host: str) -> str:
    """An address that reaches a listener bound to `host` from this machine."""
    return "127.0.0.1" if host in (*ANY, "localhost") else host


def sip_host(settings: Settings) -> str:
    """An address where this machine's SIP is reached. Bound to all of them, it takes no calls on the loopback."""
    if settings.sip_host in ANY:
        return own_address(socket.AF_INET6 if ":" in settings.sip_host else socket.AF_INET)
    return reachable(settings.sip_host)


def own_address(family: int) -> str:
    """The address that this machine has towards others; the loopback when it has no network. Sends nothing."""
    beyond, loopback = ("2001:db8::1", "::1") if family == socket.AF_INET6 else ("192.0.2.1", "127.0.0.1")
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((beyond, 9))
        return str(probe.getsockname()[0])
    return loopback


def bracketed(host: str) -> str:
    """`host` as it is written before a port."""
    return f"[{host}]" if ":" in host else host


def media_server(settings: Settings, port: int) -> str:
    """The media server, without a path; `port` is the one that it has bound."""
    return f"ws://{bracketed(reachable(settings.host))}:{port}"
