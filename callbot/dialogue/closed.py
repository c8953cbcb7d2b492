"""What is said when a person is needed and nobody is there: that it is closed, until when, and never a call back.

Every sentence stands alone, so that those with an opening are rendered once for all reasons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from callbot.knowledge.entries import Service

OFFICES = "Nos bureaux sont fermés."
OFFICES_REOPEN = "Ils rouvrent {opening}."
SERVICE = "En ce moment, je ne peux pas vous passer {service}."
SERVICE_REOPENS = "Rappelez {opening}."

BEFORE = MappingProxyType(
    {
        "asked": "",
        "entry": "Pour cette question, il faut parler à une personne.",
        "no_match": "Je suis désolé, je ne sais pas vous répondre.",
        "no_input": "Je ne vous entends toujours pas.",
        "expired": "Pour cette question, le mieux est de demander à une personne.",
        "callback": "",
        "language": "I am sorry, I speak French only, and our offices are closed.",
        "fault": "Excusez-moi, j'ai un problème technique.",
        "too_long": "Nous parlons depuis un bon moment, je dois m'arrêter là.",
        "closing": "Excusez-moi, je dois m'arrêter là.",
    }
)
"""What comes before « Nos bureaux sont fermés », by the reason of the handover that cannot be."""

LAST = frozenset({"no_input", "fault", "too_long", "closing"})
"""Reasons after which the call cannot go on with the bot either: it says so, and hangs up."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody is there. `opening`: when somebody will be, as « demain à neuf heures », empty when that is not known.

    `everywhere`: the offices are closed; false: only the service that was wanted.
    """

    opening: str
    everywhere: bool = True


class Presence(Protocol):
    """Whether somebody is there at this moment; None: yes."""

    def of_line(self) -> Closed | None:
        """For the callers of this line, as the greeting tells them."""

    def of_service(self, service: Service) -> Closed | None:
        """To take over a caller of this line."""


class AlwaysThere:
    """A commune without hours."""

    def of_line(self) -> None:
        """Somebody is there."""

    def of_service(self, service: Service) -> None:
        """Somebody is there."""


def nobody_there(reason: str, service: Service, closed: Closed) -> str:
    """The whole of what is said instead of the handover to `service` for `reason`, one of BEFORE."""
    state, reopening = (OFFICES, OFFICES_REOPEN) if closed.everywhere else (SERVICE, SERVICE_REOPENS)
    parts = [BEFORE[reason], state.format(service=service.spoken)]
    if closed.opening:
        parts.append(reopening.format(opening=closed.opening))
    return " ".join(filter(None, parts))


def closed_sentences(services: Iterable[Service]) -> Iterator[str]:
    """Every sentence of `nobody_there` but those with an opening; `services`: those with hours of their own."""
    yield OFFICES
    yield from filter(None, BEFORE.values())
    for service in services:
        yield SERVICE.format(service=service.spoken)


def opening_sentences(openings: Iterable[str], *, everywhere: bool) -> Iterator[str]:
    """The sentences of `nobody_there` that tell these openings."""
    sentence = OFFICES_REOPEN if everywhere else SERVICE_REOPENS
    for opening in openings:
        yield sentence.format(opening=opening)
