"""Whom the bridge may call: the destinations of the commune's services, and telephones as agents may write them. Pure."""

import re
from collections.abc import Iterable, Sequence

from callbot.humans.desk_telephone import TelephoneError, checked, is_elsewhere
from callbot.knowledge.entries import Commune

__all__ = ["Destinations", "NotAllowedError"]

_EXTENSION = re.compile(r"[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,64}", re.ASCII)
"""The user part of a SIP address (RFC 3261 25.1), without escapes and passwords."""
_SEPARATORS = frozenset(";?")
"""Allowed by the grammar, and refused here: they would start parameters or headers."""
_ADDRESS = re.compile(
    r"sips?:[A-Za-z0-9_.!~*'()&=+$,/-]{1,64}@[A-Za-z0-9.\[\]:-]{1,255}(;[A-Za-z0-9=._-]+)*", re.ASCII
)


class NotAllowedError(Exception):
    """Nobody may be called there. The message does not name the destination."""

    def __init__(self) -> None:
        super().__init__("this is not the destination of a service")


class Destinations:
    """The allow-list, each with the address that is dialled. Extensions are dialled at `domain` over `transport`.

    A telephone is rung beside a call where it is one that an agent may write on the desk's page: an extension, a French number that costs
    nothing special, a SIP address of the same domain; no emergency number. Callers are sent to services only.
    """

    def __init__(
        self,
        configured: Iterable[str],
        *,
        domain: str,
        transport: str,
        default: str = "",
        listed: Sequence[str] = (),
    ) -> None:
        self._uris = {
            destination: uri
            for destination in configured
            if (uri := _uri(destination, domain, transport)) is not None
        }
        self._domain, self._transport, self._listed = domain, transport, listed
        self.default = default
        """Where callers go when the service is lost; empty: nowhere."""

    @classmethod
    def of_commune(
        cls, commune: Commune, *, domain: str, transport: str, listed: Sequence[str] = ()
    ) -> "Destinations":
        """Those of all services; the default is that of the default service. `listed`: transfer_numbers."""
        of_service = {service.id: service.destination for service in commune.services}
        return cls(
            of_service.values(),
            domain=domain,
            transport=transport,
            default=of_service.get(commune.default_service, ""),
            listed=listed,
        )

    def __len__(self) -> int:
        return len(self._uris)

    def uri(self, destination: str) -> str:
        """The SIP address of a configured destination. Raises NotAllowedError for everything else."""
        try:
            return self._uris[destination]
        except KeyError:
            raise NotAllowedError from None

    def telephone(self, destination: str) -> str:
        """The same for whom to ring beside a call: an agent's telephone, too."""
        if destination in self._uris:
            return self._uris[destination]
        uri = _uri(destination, self._domain, self._transport) if self._is_telephone(destination) else None
        if uri is None or is_elsewhere(destination, self._domain):
            raise NotAllowedError
        return uri

    def _is_telephone(self, destination: str) -> bool:
        """Whether an agent may have it, written as it is dialled; a number within an address is looked at as well."""
        try:
            return bool(destination) and checked(destination, self._listed) == destination
        except TelephoneError:
            return False


def _uri(destination: str, domain: str, transport: str) -> str | None:
    """The address to dial; None for what is none, even when it is configured."""
    if _ADDRESS.fullmatch(destination):
        return destination
    if _EXTENSION.fullmatch(destination) and not _SEPARATORS & set(destination):
        return f"sip:{destination}@{domain};transport={transport}"
    return None
