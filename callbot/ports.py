"""The ports that the service listens on: bound, or refused in one line that names the setting."""

import socket

from callbot.config import Settings
from callbot.errors import PortInUseError


def check(settings: Settings, *, pages: bool) -> None:
    """Before anything is loaded, which takes its time: raises PortInUseError for a port that another program has."""
    names = ["media_port", "audiosocket_port", *(["web_port"] if pages else [])]
    for name in names:
        bound(settings.host, getattr(settings, name), name).close()


def bound(host: str, port: int, setting: str) -> socket.socket:
    """A socket that may listen there. Raises PortInUseError, naming the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortInUseError(port_taken(setting, port, error)) from None
    return listening


def port_taken(setting: str, port: int, error: OSError) -> str:
    """The line for a port that cannot be bound, naming its setting."""
    return f"CALLBOT_{setting.upper()}: cannot listen on port {port} ({error.strerror}); stop what uses it or choose another"
