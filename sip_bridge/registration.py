"""Registered mode: where the PBX is, and why it did not take us."""

import asyncio
import socket

from callbot.config import Settings
from sip_bridge.admission import host_of
from sip_bridge.leg import LegError

__all__ = ["pbx_addresses", "why_not_registered"]


async def pbx_addresses(settings: Settings) -> frozenset[str]:
    """In registered mode the PBX may call, whatever sip_peers says: its addresses. Raises LegError where it has none."""
    if settings.sip_mode != "registered":
        return frozenset()
    addresses = set()
    for name in filter(None, (settings.sip_domain, settings.sip_proxy)):
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host_of(name), None, type=socket.SOCK_DGRAM)
        except OSError:
            setting = "CALLBOT_SIP_PROXY" if name == settings.sip_proxy else "CALLBOT_SIP_DOMAIN"
            raise LegError(f"{setting}: no address is known for '{host_of(name)}'") from None
        addresses |= {str(address[0]).split("%")[0] for *_, address in found}
    return frozenset(addresses)


def why_not_registered(settings: Settings, status: int | None) -> str:
    """A line that names the setting to look at; `status`: of SIP, None where nobody answered."""
    domain, user = settings.sip_domain, settings.sip_user
    if status in (401, 403, 407):
        return f"CALLBOT_SIP_PASSWORD: {domain} refuses to register '{user}' with it ({status})"
    if status == 404:
        return f"CALLBOT_SIP_USER: {domain} knows no '{user}' (404)"
    if status is not None:
        return f"CALLBOT_SIP_DOMAIN: {domain} refuses to register '{user}' ({status})"
    return f"CALLBOT_SIP_DOMAIN: no PBX answers at {domain} over {settings.sip_transport.upper()}"
