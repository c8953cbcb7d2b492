"""Where this machine's own programs reach the service."""

from callbot.config import Settings

EVERYWHERE = ("0.0.0.0", "::", "localhost", "")  # noqa: S104 (compared)


def reachable(host: str) -> str:
    """An address that reaches a listener bound to `host` from this machine."""
    return "127.0.0.1" if host in EVERYWHERE else host


def bracketed(host: str) -> str:
    """`host` as it is written before a port."""
    return f"[{host}]" if ":" in host else host


def media_server(settings: Settings, port: int) -> str:
    """The media server, without a path; `port` is the one that it has bound."""
    return f"ws://{bracketed(reachable(settings.host))}:{port}"
