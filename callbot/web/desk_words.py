"""What the desk says in French: states, reasons, priorities, numbers. Pure."""

from callbot.humans.queue_types import NO_ANSWER, AgentState, Place, Priority
from callbot.phone_numbers import normalise_number
from callbot.web.rendering import NARROW_SPACE

PAUSES = ("Pause", "Repas", "Au guichet", "Réunion", "Autre travail")
"""Why a receptionist takes no calls; what they choose is what everybody reads."""
STATES: dict[AgentState, tuple[str, str, str]] = {
    AgentState.OFFLINE: ("quiet", "Poste fermé", "Ouvrez votre poste pour recevoir des appels."),
    AgentState.AVAILABLE: ("good", "Disponible", "Le prochain appel fera sonner votre téléphone."),
    AgentState.RINGING: (
        "busy",
        "Un appel pour vous",
        "Décrochez : une phrase vous l’annonce, puis vous êtes en ligne.",
    ),
    AgentState.BUSY: ("busy", "En communication", "La pause sera possible après l’appel."),
    AgentState.WRAP_UP: ("warn", "Suivi d’appel", "Aucun appel ne vient pendant ce temps."),
    AgentState.PAUSED: ("quiet", "En pause", "Aucun appel ne vient. Reprenez quand vous êtes là."),
}
"""Of each state: the tone, the words, and what follows from it."""
TEAM_WORDS = {
    AgentState.OFFLINE: "Absent",
    AgentState.AVAILABLE: "Disponible",
    AgentState.RINGING: "Son téléphone sonne",
    AgentState.BUSY: "En communication",
    AgentState.WRAP_UP: "Suivi d’appel",
    AgentState.PAUSED: "En pause",
}
PRIORITIES = {
    Priority.EMERGENCY: ("bad", "Urgence"),
    Priority.REPEAT: ("warn", "A déjà appelé"),
    Priority.VULNERABLE: ("warn", "Personne fragile"),
    Priority.NORMAL: ("quiet", "Normal"),
}
WAITS = {
    Place.WAITING: "En ligne",
    Place.OFFERED: "Sonne",
    Place.PROMISED: "À rappeler à son tour",
    Place.CALLING_BACK: "Rappel en cours",
}
"""How somebody waits, in the queue's list."""
NO_ANSWER_PAUSE = "Votre téléphone a sonné sans réponse"
HIDDEN = "Numéro masqué"


def pause_words(reason: str) -> str:
    """Why somebody is paused, for themselves."""
    return NO_ANSWER_PAUSE if reason == NO_ANSWER else reason


def shown_number(number: str) -> str:
    """06 12 34 56 78 with spaces that do not break; foreign ones and extensions as they are; in words when it is hidden."""
    normal = normalise_number(number)
    if not normal:
        return HIDDEN
    if normal.startswith("+33") and len(normal) == 12:
        national = f"0{normal[3:]}"
        return NARROW_SPACE.join(national[at : at + 2] for at in range(0, 10, 2))
    return normal
