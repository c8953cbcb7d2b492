"""What the desk says in French: states, reasons, priorities, numbers. Pure."""

from collections.abc import Iterable

from callbot.humans.care import Care
from callbot.humans.queue_types import (
    NO_ANSWER,
    NOTHING_SAID,
    Agent,
    AgentState,
    Entry,
    Place,
    Priority,
)
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
    AgentState.DIALLING: (
        "busy",
        "En rappel",
        "Aucun appel ne vient tant que vous n’avez pas dit ce qu’il en est.",
    ),
}
"""Of each state: the tone, the words, and what follows from it."""
TO_CALL = ("busy", "Quelqu’un à rappeler", "« Je rappelle », puis composez le numéro affiché.")
CALLS_BACK = (
    "busy",
    "En rappel",
    "Dites ce qu’il en est : « Terminer » si vous lui avez parlé, sinon « Pas de réponse ».",
)
"""The same of who is asked to call somebody back in their turn, and of who does: no telephone of theirs rings."""
TEAM_WORDS = {
    AgentState.OFFLINE: "Absent",
    AgentState.AVAILABLE: "Disponible",
    AgentState.RINGING: "Son téléphone sonne",
    AgentState.BUSY: "En communication",
    AgentState.WRAP_UP: "Suivi d’appel",
    AgentState.PAUSED: "En pause",
    AgentState.DIALLING: "En rappel",
}
PRIORITIES = {
    Priority.EMERGENCY: ("bad", "Urgence"),
    Priority.REPEAT: ("warn", "A déjà appelé"),
    Priority.VULNERABLE: ("warn", "Avec attention"),
    Priority.NORMAL: ("quiet", "Normal"),
}
CARES = {
    Care.SLOWLY: "parler lentement",
    Care.CLEARLY: "parler fort et distinctement",
    Care.ALOUD: "tout dire de vive voix, plutôt que d’envoyer à lire",
    Care.PATIENTLY: "prendre son temps",
}
"""How somebody is to be served, after « À servir avec attention : »."""
WAITS = {
    Place.WAITING: "En ligne",
    Place.OFFERED: "Sonne",
    Place.PROMISED: "À rappeler à son tour",
    Place.CALLING_BACK: "Rappel en cours",
    Place.DIALLED: "Transféré, un téléphone sonne",
}
"""How somebody waits, in the queue's list."""
NOTHING_SAID_PAUSE = "Votre rappel n’a pas eu de suite. Dites ce qu’il en est dans « Rappels »"
ASKED_OF = {
    Place.OFFERED: ("Votre téléphone sonne", "Sonne chez {agent}"),
    Place.CALLING_BACK: ("À rappeler par vous", "À rappeler, proposé à {agent}"),
}
"""Of who is offered to somebody: for themselves, and for others."""
NO_ANSWER_PAUSE = "Votre téléphone a sonné sans réponse"
HIDDEN = "Numéro masqué"


def pause_words(reason: str) -> str:
    """Why somebody is paused, for themselves; empty where that says nothing more."""
    said = {NO_ANSWER: NO_ANSWER_PAUSE, NOTHING_SAID: NOTHING_SAID_PAUSE, PAUSES[0]: ""}
    return said.get(reason, reason)


def typeset(text: str) -> str:
    """What is written for the voice, as it is printed."""
    return text.replace("'", "’")


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


def team_pause(agent: Agent) -> str:
    """The same for others; empty for who is not paused, too."""
    if agent.state is not AgentState.PAUSED:
        return ""
    said = {NO_ANSWER: "Ne répond pas", NOTHING_SAID: "Rappel sans suite notée", PAUSES[0]: ""}
    return said.get(agent.reason, agent.reason)


def state_words(agent: Agent | None, entry: Entry | None) -> tuple[str, str, str]:
    """What somebody does, for themselves; `entry`: whom they have to do with."""
    state = agent.state if agent else AgentState.OFFLINE
    if entry and entry.is_call_back and state is AgentState.RINGING:
        return TO_CALL
    return CALLS_BACK if entry and entry.is_call_back and state is AgentState.BUSY else STATES[state]


def doing(agent: Agent, entries: Iterable[Entry]) -> tuple[str, str]:
    """Tone and words of what somebody does, for others; `entries`: all who are in the queue or talk."""
    entry = next((one for one in entries if one.id == agent.entry_id and one.is_call_back), None)
    if entry and agent.state is AgentState.RINGING:
        return STATES[agent.state][0], "Un rappel à faire"
    state = AgentState.DIALLING if entry and agent.state is AgentState.BUSY else agent.state
    return STATES[state][0], TEAM_WORDS[state]


def target_words(target_s: int) -> str:
    """Within how long a caller is to have somebody: « une minute », « 2 minutes », « 90 secondes »."""
    if target_s % 60:
        return f"{target_s} secondes"
    return "une minute" if target_s == 60 else f"{target_s // 60} minutes"


def unanswered_words(times: int) -> str:
    """How often nobody answered a call back."""
    return "Déjà rappelé une fois, sans réponse" if times == 1 else f"Déjà rappelé {times} fois, sans réponse"


def waits_words(entry: Entry, name: str) -> str:
    """How somebody in the queue waits, for the receptionist `name`."""
    if not entry.agent or entry.place not in ASKED_OF:
        return WAITS[entry.place]
    mine, others = ASKED_OF[entry.place]
    return mine if entry.agent == name else others.format(agent=entry.agent)


def passed_words(then: Entry) -> str:  # noqa: PLR0911 (one per place)
    """Where a caller is whom somebody has passed on."""
    passed, agent = then.passed, then.agent
    match then.place:
        case Place.WAITING if passed and passed.is_back:
            return "Personne ne l’a pris : il attend de nouveau, en tête de file. Dès que vous êtes disponible, c’est vous qu’il appelle."
        case Place.WAITING if passed and passed.wanted:
            return f"Attend {passed.wanted}, une minute au plus"
        case Place.WAITING:
            return "Attend, en tête de file"
        case Place.OFFERED:
            return f"Sonne chez {agent}"
        case Place.DIALLED:
            return "Le téléphone sonne"
        case Place.CONNECTED:
            return f"En communication avec {agent}"
        case Place.ENDED:
            return f"Pris par {agent}" if agent else "Pris"
        case Place.PROMISED | Place.CALLING_BACK:
            return "A demandé à être rappelé, à son tour"
        case Place.KEPT:
            return "A raccroché ; sa place est gardée"
        case Place.LEFT:
            return "A raccroché"


def shown_number(number: str) -> str:
    """06 12 34 56 78 with spaces that do not break; foreign ones and extensions as they are; in words when it is hidden."""
    normal = normalise_number(number)
    if not normal:
        return HIDDEN
    if normal.startswith("+33") and len(normal) == 12:
        national = f"0{normal[3:]}"
        return NARROW_SPACE.join(national[at : at + 2] for at in range(0, 10, 2))
    return normal
