"""What each role may see and do: one table. The pages enforce it (web/access.py), and docs/exploitation/acces.md shows it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from callbot.accounts import Role


class Right(StrEnum):
    """Something that may be seen or done, in the words of who gives accounts."""

    OWN = "Voir son compte, changer son mot de passe, se déconnecter partout"
    STATUS = "Voir l’état du service"
    TELEPHONE = "Essayer l’assistant avec le téléphone du navigateur"
    DESK = "Tenir un poste d’accueil : prendre les appels, voir qui appelle et ce qui a été dit"
    DIRECT = "Suivre en direct les appels, la file et les postes, sans les numéros"
    CLOSE_DESK = "Fermer le poste d’accueil de quelqu’un d’autre"
    CALLBACKS = (
        "Rappeler qui l’a demandé : voir son nom, ce qui a été dit, et son numéro quand on s’en occupe"
    )
    FIGURES = "Voir le tableau de bord et les rapports, sans numéros ni paroles"
    MESSAGES = "Écouter et traiter les messages laissés pendant la fermeture, avec le numéro de l’appelant"
    CALLS = "Voir les appels et leurs temps de réponse"
    HOURS = "Changer les horaires, fermer exceptionnellement, annoncer un message aux appelants"
    LEARNING = "Voir ce que l’assistant n’a pas su répondre : les phrases des appelants, sans numéros"
    KNOWLEDGE = "Lire, écrire et valider les réponses de l’assistant (jamais son propre texte)"
    ACCOUNTS = "Donner, changer et retirer les accès"
    AUDIT = "Lire le journal des changements"
    PRIVACY = "Voir ce qui est gardé des personnes, le leur remettre, l’effacer ; lire qui a consulté quoi"
    TOKENS = "Donner et retirer les jetons d’API"
    WORKSHOP = "Voir les mesures techniques et les composants des pages"


_EVERYBODY = frozenset({Right.OWN, Right.STATUS, Right.TELEPHONE})
_LEADING = _EVERYBODY | {Right.DIRECT, Right.FIGURES, Right.CALLS, Right.HOURS, Right.KNOWLEDGE}

RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.RECEPTIONIST: _EVERYBODY | {Right.DESK, Right.CALLBACKS, Right.MESSAGES},
        Role.SUPERVISOR: _LEADING
        | {Right.DESK, Right.CLOSE_DESK, Right.CALLBACKS, Right.MESSAGES, Right.LEARNING},
        Role.MANAGER: _LEADING | {Right.LEARNING},
        Role.ADMINISTRATOR: _LEADING
        | {Right.ACCOUNTS, Right.AUDIT, Right.PRIVACY, Right.TOKENS, Right.WORKSHOP},
    }
)
"""Whoever administers the service does not thereby answer callers: what tells of them is not in
their row, but for who asks for their own data (PRIVACY)."""


def may(role: Role, right: Right) -> bool:
    """Whether that role has that right."""
    return right in RIGHTS[role]


def having(right: Right) -> frozenset[Role]:
    """The roles that have it."""
    return frozenset(role for role, rights in RIGHTS.items() if right in rights)
