"""What the settings of SIP must be together, and the files that they name. `config.load` asks; each problem names its setting.

A problem stops callbot. A warning is told once at the start: it works, but the operator should know.
"""

import ssl
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from callbot.errors import AudioFileError

if TYPE_CHECKING:
    from callbot.config import Settings

CODECS = ("pcma", "pcmu", "g722")
PORTS_PER_CALL = 4
"""RTP and RTCP of the caller's leg, and of the leg to a person."""
FIRST_FREE_PORT = 1024
LOCAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""Linux: ports that connections going out are given …"""
RESERVED_PORTS = Path("/proc/sys/net/ipv4/ip_local_reserved_ports")
"""… but for these."""
LAST_PORT = 65535

Problem = tuple[str, str]
"""The setting's name, and what is wrong with it and how to mend it."""


def problems(settings: "Settings") -> Iterator[Problem]:
    """Everything that keeps callbot from taking calls by SIP; nothing when sip_mode is off."""
    yield from _music(settings.music)
    if settings.sip_mode == "off":
        return
    yield from _ports(settings)
    yield from _rtp_ports(settings)
    yield from _who_may_call(settings)
    yield from _registration(settings)
    yield from _certificates(settings)


def warnings(settings: "Settings") -> Iterator[Problem]:
    """What works, but not as the operator may think."""
    if settings.sip_mode == "off":
        return
    yield from _given_away(settings)
    if settings.sip_srtp != "off" and settings.sip_transport != "tls":
        yield (
            "sip_srtp",
            f"its keys travel in the clear over {settings.sip_transport}; set sip_transport to tls",
        )
    if (
        settings.sip_mode == "registered"
        and is_loopback(settings.sip_host)
        and not _here(settings.sip_domain)
    ):
        yield (
            "sip_host",
            "a PBX on another machine cannot reach the loopback; set it to this machine's address",
        )


def listens_with_tls(settings: "Settings") -> bool:
    """Whether the TLS port is opened."""
    return settings.sip_certificate is not None or settings.sip_transport == "tls"


def is_loopback(host: str) -> bool:
    """Whether `host`, an address or localhost, is reached from this machine only."""
    return host == "localhost" or ip_address(host).is_loopback


def is_here(host: str) -> bool:
    """The same of a host that may also be a name."""
    try:
        return is_loopback(host)
    except ValueError:
        return False


def is_peer(text: str) -> bool:
    """Whether `text` is an address or a network."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _here(domain: str) -> bool:
    """Whether host or host:port is this machine; names are taken for what they may be."""
    host = domain.rsplit(":", 1)[0] if domain.count(":") == 1 else domain
    try:
        return is_loopback(host.strip("[]"))
    except ValueError:
        return False


def _ports(settings: "Settings") -> Iterator[Problem]:
    names = ["web_port", "media_port", "audiosocket_port", "sip_port"]
    if listens_with_tls(settings):
        names.append("sip_tls_port")
        if settings.sip_port and settings.sip_tls_port not in (0, settings.sip_port + 1):
            yield "sip_tls_port", f"must be {settings.sip_port + 1}, the one after sip_port"
    taken: dict[int, str] = {}
    for name in names:
        port: int = getattr(settings, name)
        if port and port in taken and name.startswith("sip_"):
            yield name, f"{port} is {taken[port]} already; choose another"
        taken.setdefault(port, name)


def _rtp_ports(settings: "Settings") -> Iterator[Problem]:
    first, last = map(int, settings.sip_rtp_ports.split("-"))
    if not FIRST_FREE_PORT <= first < last <= LAST_PORT:
        yield (
            "sip_rtp_ports",
            f"'{settings.sip_rtp_ports}' is not first-last within {FIRST_FREE_PORT}–{LAST_PORT}",
        )
        return
    needed = PORTS_PER_CALL * settings.most_calls
    if last - first + 1 < needed:
        yield (
            "sip_rtp_ports",
            f"{last - first + 1} ports are too few: max_calls {settings.max_calls} and max_waiting {settings.max_waiting} need {needed}, "
            f"{PORTS_PER_CALL} a call",
        )
    for name in ("sip_port", "sip_tls_port"):
        port: int = getattr(settings, name)
        if first <= port <= last:
            yield "sip_rtp_ports", f"{name} {port} is among them; choose other ports"


def _given_away(settings: "Settings") -> Iterator[Problem]:
    """Ports of sound that this machine may give to a connection that goes out, before a call needs them."""
    first, last = map(int, settings.sip_rtp_ports.split("-"))
    try:
        low, high = map(int, LOCAL_PORTS.read_text().split())
        reserved = [_range(text) for text in RESERVED_PORTS.read_text().strip().split(",") if text]
    except (OSError, ValueError):
        return
    low, high = max(first, low), min(last, high)
    if low <= high and not all(any(a <= port <= b for a, b in reserved) for port in range(low, high + 1)):
        yield (
            "sip_rtp_ports",
            f"{low}-{high} may be taken by other programs' connections (net.ipv4.ip_local_port_range); choose others, "
            f"or: sysctl net.ipv4.ip_local_reserved_ports={first}-{last}",
        )


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _who_may_call(settings: "Settings") -> Iterator[Problem]:
    if settings.sip_mode != "peer" or is_loopback(settings.sip_host):
        return
    if all(ip_network(peer, strict=False).is_loopback for peer in settings.sip_peers):
        yield (
            "sip_peers",
            f"sip_host {settings.sip_host} is open to other machines, so say which may call, "
            "for instance 192.168.1.20 or 192.168.1.0/24",
        )


def _registration(settings: "Settings") -> Iterator[Problem]:
    if settings.sip_mode != "registered":
        return
    for name, empty, what in (
        ("sip_user", not settings.sip_user, "the extension that the PBX gave callbot"),
        ("sip_password", not settings.sip_password.get_secret_value(), "that extension's password"),
        ("sip_domain", not settings.sip_domain, "the PBX, host or host:port"),
    ):
        if empty:
            yield name, f"sip_mode registered needs it: {what}"


def _certificates(settings: "Settings") -> Iterator[Problem]:
    if path := settings.sip_certificate:
        yield from _pem(path, "sip_certificate", "a certificate and its key, without a passphrase")
    if path := settings.sip_ca:
        yield from _pem(path, "sip_ca", "certificates of authorities")
    elif settings.sip_transport == "tls" and not ssl.get_default_verify_paths().cafile:
        yield (
            "sip_ca",
            "sip_transport tls needs it, as this machine has no list of authorities: the PEM file of the one "
            "that signed the PBX's certificate",
        )


def _pem(path: Path, name: str, what: str) -> Iterator[Problem]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        path.open("rb").close()
        if name == "sip_ca":
            context.load_verify_locations(path)
        else:
            context.load_cert_chain(path, password=lambda: b"")
    except ssl.SSLError:
        yield name, f"'{path}' is not a PEM file with {what}"
    except OSError as error:
        yield name, f"'{path}' cannot be read ({error.strerror})"


def _music(path: Path | None) -> Iterator[Problem]:
    if path is None:
        return
    from callbot.audio.files import read_wav  # takes time that `--help` need not

    try:
        read_wav(path)
    except AudioFileError as error:
        yield "music", f"{error}; name a WAV file, or leave it empty for our own piano piece"
