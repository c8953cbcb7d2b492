"""Who may call: the allow-list of sip_peers. Pure."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

__all__ = ["AllowList", "host_of"]

Network = IPv4Network | IPv6Network


class AllowList:
    """Addresses and networks that calls are taken from."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Raises ValueError with the entry that is neither an address nor a network."""
        self._networks: set[Network] = set()
        for entry in entries:
            self.add(entry)

    @property
    def networks(self) -> frozenset[Network]:
        """All that is listed."""
        return frozenset(self._networks)

    def add(self, entry: str) -> None:
        """Take calls from an address (192.0.2.1) or a network (192.0.2.0/24) as well. Raises ValueError."""
        text = entry.strip()
        self._networks.add(ip_network("127.0.0.1" if text == "localhost" else text, strict=False))

    def admits(self, address: str) -> bool:
        """Whether `address` (no port) is listed; what is not an address is not."""
        try:
            peer = _plain(ip_address(address.strip("[]").split("%")[0]))
        except ValueError:
            return False
        return any(peer.version == network.version and peer in network for network in self._networks)


def host_of(endpoint: str) -> str:
    """The host of `host:port`, `[2001:db8::1]:5060` or a bare host."""
    if endpoint.startswith("["):
        return endpoint[1:].split("]", 1)[0]
    return endpoint if endpoint.count(":") > 1 else endpoint.split(":", 1)[0]


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address behind an IPv6 socket, as IPv4."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
