"""Which port SIP listens on. The library does not say when a port is taken, so it is tried here first."""

import errno
import socket
from contextlib import ExitStack

from callbot.config import Settings
from sip_bridge.leg import LegError

__all__ = ["check_listening", "choose_port", "listens_with_tls"]

TRIES = 50


def listens_with_tls(settings: Settings) -> bool:
    """Whether a TLS port is opened."""
    return settings.sip_certificate is not None or settings.sip_transport == "tls"


def choose_port(settings: Settings) -> int:
    """The port of SIP over UDP and TCP: sip_port, or a free one for 0; TLS has the next one, as the library wants it.

    Raises LegError with one line that names the setting.
    """
    has_tls = listens_with_tls(settings)
    host = "127.0.0.1" if settings.sip_host == "localhost" else settings.sip_host
    if settings.sip_port:
        if has_tls and settings.sip_tls_port not in (0, settings.sip_port + 1):
            raise LegError(
                f"CALLBOT_SIP_TLS_PORT: must be {settings.sip_port + 1}, the one after CALLBOT_SIP_PORT"
            )
        _try(host, settings.sip_port, socket.SOCK_DGRAM, "CALLBOT_SIP_PORT")
        _try(host, settings.sip_port, socket.SOCK_STREAM, "CALLBOT_SIP_PORT")
        if has_tls:
            _try(host, settings.sip_port + 1, socket.SOCK_STREAM, "CALLBOT_SIP_TLS_PORT")
        return settings.sip_port
    _try(host, 0, socket.SOCK_DGRAM, "CALLBOT_SIP_PORT")
    for _ in range(TRIES):
        with ExitStack() as held:
            port = held.enter_context(_bound(host, 0, socket.SOCK_DGRAM)).getsockname()[1]
            try:
                held.enter_context(_bound(host, port, socket.SOCK_STREAM))
                if has_tls:
                    held.enter_context(_bound(host, port + 1, socket.SOCK_STREAM))
            except (OSError, OverflowError):
                continue
            return int(port)
    raise LegError("CALLBOT_SIP_PORT: no free port was found")


def check_listening(settings: Settings, port: int) -> None:
    """Raise LegError unless somebody (the library, started since) has the port: it says nothing of an address that it has not."""
    host = "127.0.0.1" if settings.sip_host == "localhost" else settings.sip_host
    try:
        _bound(host, port, socket.SOCK_DGRAM).close()
    except OSError:
        return
    raise _not_here(host)


def _not_here(host: str) -> LegError:
    return LegError(f"CALLBOT_SIP_HOST: no network interface of this machine has the address {host}")


def _try(host: str, port: int, kind: socket.SocketKind, setting: str) -> None:
    try:
        _bound(host, port, kind).close()
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise _not_here(host) from None
        transport = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
        raise LegError(
            f"{setting}: {host}:{port} cannot be bound over {transport}: {error.strerror}"
        ) from None


def _bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    probe = socket.socket(family, kind)
    try:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        if kind is socket.SOCK_STREAM:
            probe.listen(1)
    except OSError:
        probe.close()
        raise
    return probe
