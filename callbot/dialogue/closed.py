"""What is said when a person is needed and nobody is there: that it is closed, until when, and never a call back.

Every sentence stands alone, so that those with an opening are rendered once for all reasons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from callbot.dialogue.texts import Texts
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
        "story": "Excusez-moi de vous interrompre. Le mieux est d'en parler à une personne.",
        "closing": "Excusez-moi, je dois m'arrêter là.",
        "busy": "Toutes nos lignes sont occupées.",
    }
)
"""What comes before « Nos bureaux sont fermés », by the reason of the handover that cannot be."""

LAST = frozenset({"no_input", "fault", "too_long", "closing", "busy"})
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


def nobody_there(texts: Texts, reason: str, service: Service, closed: Closed) -> str:
    """The whole of what is said instead of the handover to `service` for `reason`, one of BEFORE."""
    state = texts.offices if closed.everywhere else texts.service
    reopening = texts.offices_reopen if closed.everywhere else texts.service_reopens
    parts = [texts.before[reason], state.format(service=service.spoken)]
    if closed.opening:
        parts.append(reopening.format(opening=closed.opening))
    return " ".join(filter(None, parts))


def closed_sentences(texts: Texts, services: Iterable[Service]) -> Iterator[str]:
    """Every sentence of `nobody_there` but those with an opening; `services`: those with hours of their own."""
    yield texts.offices
    yield from filter(None, texts.before.values())
    for service in services:
        yield texts.service.format(service=service.spoken)


def opening_sentences(texts: Texts, openings: Iterable[str], *, everywhere: bool) -> Iterator[str]:
    """The sentences of `nobody_there` that tell these openings."""
    sentence = texts.offices_reopen if everywhere else texts.service_reopens
    for opening in openings:
        yield sentence.format(opening=opening)
