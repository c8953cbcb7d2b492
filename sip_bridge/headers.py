"""Who calls whom, read from SIP headers, and what we write into them. Pure; never raises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

__all__ = ["EXPOSED", "Address", "Parties", "caller_headers", "parse_address", "parties"]

EXPOSED = (
    "From",
    "To",
    "P-Asserted-Identity",
    "Diversion",
    "P-Called-Party-ID",
    "Privacy",
    "X-Callbot-Watch",
)
"""Headers of an INVITE that the stack hands over."""

_ADDRESS = re.compile(
    r'^\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<"]*))\s*<(?P<uri>[^>]*)>|^\s*(?P<bare>[^;,\s]+)'
)
_URI = re.compile(r"^(?:sips?|tel):(?:(?P<user>[^@]*)@)?(?P<host>[^;?]*)", re.IGNORECASE)
_WITHHELD = frozenset({"anonymous", "unknown", "unavailable", "restricted", "private", "withheld"})
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class Address:
    """A SIP address: display name, user part without parameters, host with port."""

    name: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    host: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """The caller's number and name (empty when withheld) and the number that was called."""

    caller: str = field(repr=False)
    name: str = field(repr=False)
    line: str


def parse_address(value: str) -> Address:
    """The first address of a header value (RFC 3261 20.10); empty fields where there is nothing readable."""
    found = _ADDRESS.match(value[:2048])
    if not found:
        return Address()
    name = found["quoted"]
    name = re.sub(r"\\(.)", r"\1", name) if name is not None else (found["plain"] or "").strip()
    uri = _URI.match(found["uri"] or found["bare"] or "")
    if not uri:
        return Address(name=_clean(name))
    is_tel = uri[0][:4].lower() == "tel:"
    user = uri["host"] if is_tel and uri["user"] is None else uri["user"] or ""
    host = "" if is_tel else uri["host"]
    return Address(_clean(name), _clean(_unescape(user).split(";", 1)[0].split(":", 1)[0]), host)


def parties(headers: Mapping[str, str]) -> Parties:
    """Who calls which line: P-Asserted-Identity before From; P-Called-Party-ID, then Diversion, then To."""
    given = {name.lower(): value for name, value in headers.items()}
    sender = parse_address(given.get("from", ""))
    asserted = parse_address(given.get("p-asserted-identity", ""))
    called = (parse_address(given.get(name, "")).user for name in ("p-called-party-id", "diversion", "to"))
    line = next((user for user in called if user), "")
    wants_privacy = {"id", "user", "full"} & set(re.split(r"[;,\s]+", given.get("privacy", "").lower()))
    if wants_privacy or (not asserted.user and _withheld(sender)):
        return Parties("", "", line)
    caller = asserted if asserted.user else sender
    name = "" if _withheld(caller) else asserted.name or ("" if _withheld(sender) else sender.name)
    user = "" if _withheld(caller) else caller.user
    return Parties(user, "" if name == user else name, line)


def caller_headers(caller: str, name: str, host: str) -> dict[str, str]:
    """Headers that show a caller to whoever is rung; none for a withheld number and no name.

    What is not a letter, digit or harmless mark is dropped, so that nothing can leave the quotes or the line.
    """
    user = re.sub(r"[^0-9A-Za-z+*#._-]", "", caller)[:64]
    shown = " ".join(re.sub(r'["\\<>\x00-\x1f\x7f]', " ", name).split())[:80]
    headers: dict[str, str] = {}
    if user:
        quoted = f'"{shown}" ' if shown else ""
        headers["P-Asserted-Identity"] = f"{quoted}<sip:{user.replace('#', '%23')}@{_bracketed(host)}>"
        headers["X-Callbot-Caller"] = user
    if shown:
        headers["X-Callbot-Name"] = shown
    return headers


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host


def _withheld(address: Address) -> bool:
    return address.user.lower() in _WITHHELD or address.host.lower().split(":")[0] == "anonymous.invalid"


def _unescape(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), text)


def _clean(text: str) -> str:
    """At most 128 printable characters."""
    return "".join(mark for mark in text if mark.isprintable())[:_LONGEST].strip()
