"""Whether a container is well: `healthy.py service` (the pages answer) or `healthy.py bridge` (SIP answers OPTIONS). Exit code 0 or 1."""

import http.client
import secrets
import socket
import sys

from callbot import config
from callbot.errors import SettingsError

SECONDS = 4
EVERY = ("0.0.0.0", "::")  # noqa: S104 (what is compared with, not bound)


def main(part: str) -> int:
    """The exit code."""
    try:
        settings = config.load()
        if part == "service":
            well = _pages_answer(_reachable(settings.host), settings.web_port)
        else:
            well = _sip_answers(_reachable(settings.sip_host), settings.sip_port)
    except (OSError, http.client.HTTPException, SettingsError) as error:
        print(error, file=sys.stderr)  # noqa: T201 (the engine keeps it: `docker inspect`)
        return 1
    return 0 if well else 1


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in EVERY or host == "localhost" else host


def _pages_answer(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    connection.request("GET", "/sante")
    return connection.getresponse().status == http.client.OK


def _sip_answers(host: str, port: int) -> bool:
    """Any answer to OPTIONS will do: who refuses is there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(SECONDS)
        asking.connect((host, port))
        own, own_port = asking.getsockname()[:2]
        key = secrets.token_hex(8)
        asking.send(
            f"OPTIONS sip:{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {own}:{own_port};branch=z9hG4bK{key};rport\r\n"
            f"From: <sip:sante@{own}>;tag={key}\r\nTo: <sip:{host}:{port}>\r\n"
            f"Call-ID: {key}@sante\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 1\r\nContent-Length: 0\r\n\r\n".encode()
        )
        return asking.recv(65535).startswith(b"SIP/2.0 ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
