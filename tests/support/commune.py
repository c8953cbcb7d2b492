"""A commune of three entries for tests of the dialogue."""

from collections.abc import Sequence
from datetime import date

from callbot.dialogue.closed import Closed, Presence
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.phrases import Phrases
from callbot.dialogue.satisfaction_table import Drawn
from callbot.knowledge.entries import Commune, Entry, Service

TODAY = date(2026, 11, 23)
COMMUNE = Commune(
    name="Essai",
    spoken_town_hall="la mairie d'Essai",
    default_service="accueil",
    services=(
        Service(id="accueil", name="Accueil", spoken="l'accueil", destination="100"),
        Service(id="etat_civil", name="État civil", spoken="le service état civil", destination="110"),
    ),
)


def entry(motive: str, **changes: object) -> Entry:
    """A validated entry of `motive`, with `changes`."""
    fields: dict[str, object] = {
        "motive": motive,
        "questions": ("une question",),
        "subject": f"le sujet {motive}",
        "answer": f"Voici la réponse sur {motive}.",
        "service": "etat_civil",
        "author": "Une agente",
        "validator": "Un directeur",
        "validated_on": date(2026, 11, 1),
        "expires_on": date(2027, 6, 30),
    }
    return Entry.model_validate(fields | changes)


class SmallKnowledge:
    """The dialogue's Answers over a few entries. `destinations` replaces those of the commune's services, by id."""

    def __init__(self, *entries: Entry, destinations: dict[str, str] | None = None) -> None:
        self.entries = entries
        self._destinations = destinations or {}
        self._entries = {e.id: e for e in entries}

    def find(self, motive: str, aspect: str) -> Entry | None:
        """The aspect's entry, else the general one."""
        return self._entries.get(f"{motive}.{aspect}") or self._entries.get(motive)

    def service(self, service_id: str) -> Service:
        """The service, or the reception."""
        service = next(s for s in COMMUNE.services if s.id == (service_id or "accueil"))
        return service.model_copy(
            update={"destination": self._destinations.get(service.id, service.destination)}
        )


KNOWLEDGE = SmallKnowledge(
    entry("acte_naissance"),
    entry("acte_naissance", aspect="prix", answer="C'est gratuit."),
    entry("suivi_demande", kind="transfer"),
    entry("hors_competence", kind="orient"),
    entry("mariage", expires_on=date(2026, 11, 22)),
    entry("pacs", validator=""),
)


OPENING = "lundi à neuf heures"


class Shut:
    """Nobody is there."""

    def of_line(self) -> Closed | None:
        """For the greeting."""
        return Closed(OPENING)

    def of_service(self, service: Service) -> Closed | None:  # noqa: ARG002
        """For a handover."""
        return Closed(OPENING)


def new_dialogue(
    knowledge: SmallKnowledge = KNOWLEDGE,
    *,
    presence: Presence | None = None,
    on_call: Service | None = None,
    no_match_limit: int = 2,
    most_asked: Sequence[str] = (),
    takes_callbacks: bool = False,
    caller: str = "",
    survey: Drawn | None = None,
    message_ms: int = 0,
) -> Dialogue:
    """A fresh conversation with the small commune."""
    return Dialogue(
        Phrases(COMMUNE),
        knowledge,
        today=TODAY,
        answer_threshold=0.8,
        confirm_threshold=0.4,
        clarify_threshold=0.5,
        clarify_ratio=0.4,
        no_match_limit=no_match_limit,
        most_asked=most_asked,
        presence=presence,
        on_call=on_call,
        takes_callbacks=takes_callbacks,
        caller=caller,
        survey=survey,
        message_ms=message_ms,
    )
