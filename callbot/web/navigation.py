"""The pages that the navigation leads to, in order, and who sees each. A new page is one line here."""

from dataclasses import dataclass

from callbot.accounts import Role
from callbot.rights import Right, having

EVERYBODY = frozenset(Role)
ROLE_NAMES = {
    Role.RECEPTIONIST: "Accueil du public",
    Role.SUPERVISOR: "Supervision",
    Role.MANAGER: "Direction",
    Role.ADMINISTRATOR: "Administration",
}
"""A role as its holder reads it: the work, so that it suits everybody."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation. `icon` is a name of `icon()` in components.html; `roles` see it (the page decides who enters)."""

    path: str
    label: str
    icon: str
    roles: frozenset[Role] = EVERYBODY
    count: str = ""
    """The address that tells how much waits there, as JSON (`count`); empty: nothing is counted."""

    def holds(self, path: str) -> bool:
        """Whether `path` is this page or one under it."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


PLACES = (
    Place("/", "Accueil", "home"),
    Place("/poste", "Poste d’accueil", "headset", having(Right.DESK)),
    Place("/direct", "En direct", "eye", having(Right.DIRECT)),
    Place("/tableau", "Tableau de bord", "chart", having(Right.FIGURES)),
    Place("/appels", "Appels", "list", having(Right.CALLS)),
    Place("/horaires", "Horaires et messages", "clock", having(Right.HOURS)),
    Place("/connaissances", "Connaissances", "note", having(Right.KNOWLEDGE)),
    Place("/a-apprendre", "À apprendre", "book", having(Right.LEARNING)),
    Place("/rappels", "Rappels", "history", having(Right.CALLBACKS), "/rappels/combien"),
    Place("/messages", "Messages reçus", "note", having(Right.MESSAGES), "/messages/combien"),
    Place("/telephone", "Téléphone", "phone"),
    Place("/acces", "Accès", "people", having(Right.ACCOUNTS)),
    Place("/donnees-personnelles", "Données personnelles", "person", having(Right.PRIVACY)),
    Place("/jetons", "Jetons d’API", "settings", having(Right.TOKENS)),
    Place("/journal", "Journal", "book", having(Right.AUDIT)),
)


def places_for(role: Role) -> tuple[Place, ...]:
    """What somebody of that role finds in the navigation."""
    return tuple(place for place in PLACES if role in place.roles)
