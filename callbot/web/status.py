"""What the pages say of the engines and of the telephone, in French: which engine and why it is this one, how the bridge stands."""

from dataclasses import dataclass

from callbot.config import Settings
from callbot.load import Level
from callbot.speech.catalogue import Role
from callbot.speech.engines import candidates, choose, wish
from callbot.web.service import EngineState, EngineStatus, TelephoneState, TelephoneStatus


def engine_status(settings: Settings, role: Role) -> EngineStatus:
    """The engine of `role` as it is now. Raises CatalogueError when nothing usable is installed."""
    item = choose(settings, role).item
    best = candidates(settings, role)[0]
    if wish(settings, role).name or item.name == best.name:
        reason = (
            "Choisi par la configuration." if wish(settings, role).name else "Premier choix du catalogue."
        )
        return EngineStatus(item.engine, item.name, reason, EngineState.READY)
    reason = f"Moteur de secours : le premier choix, {best.name}, n’est pas installé sur cette machine."
    return EngineStatus(item.engine, item.name, reason, EngineState.FALLBACK)


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A part of the service in a word, coloured by `tone` (good, busy, warn or bad), and in a sentence."""

    tone: str
    word: str
    sentence: str


LOADS = {
    Level.NORMAL: StatusLine("good", "Normale", "La machine suit toutes les conversations."),
    Level.NO_PARTIALS: StatusLine(
        "busy", "Élevée", "La transcription n’anticipe plus : les réponses viennent un peu moins vite."
    ),
    Level.FASTER_MODEL: StatusLine(
        "warn", "Très élevée", "La transcription est abrégée pour suivre : elle est un peu moins sûre."
    ),
    Level.LINES_BUSY: StatusLine(
        "bad",
        "Trop élevée",
        "Les nouveaux appelants entendent que toutes les lignes sont occupées et sont passés à l’accueil ; "
        "les conversations en cours continuent.",
    ),
}
"""How far the machine is behind, and what is given up for it."""


def telephone_line(status: TelephoneStatus) -> StatusLine:
    """How the SIP bridge stands, for the home page."""
    match status.state:
        case TelephoneState.READY:
            calls = f"{status.calls} {'appel' if status.calls < 2 else 'appels'}"
            where = f", enregistré auprès de {status.pbx}" if status.pbx else ""
            return StatusLine("good", "Prêt", f"Prêt, port {status.port}, {calls}{where}.")
        case TelephoneState.STARTING:
            return StatusLine("busy", "Démarre", "Le téléphone démarre ; encore un instant.")
        case TelephoneState.RESTARTING:
            return StatusLine(
                "bad",
                "Redémarre",
                "Le téléphone s’est arrêté tout seul et redémarre. Les appels en cours ont été coupés ; "
                "les prochains seront pris dès qu’il sera prêt.",
            )
        case TelephoneState.UNREGISTERED:
            return StatusLine(
                "bad",
                "Non enregistré",
                f"Non enregistré auprès du standard {status.pbx} : il ne nous passe pas d’appel. "
                "Nous lui redemandons sans cesse ; vérifiez l’extension et son mot de passe.",
            )
        case TelephoneState.STOPPING:
            return StatusLine("busy", "S’arrête", "Le service s’arrête : les appels en cours se terminent.")
