"""What the pages say of the engines in use, in French: which one, and why it is this one."""

from callbot.config import Settings
from callbot.speech.catalogue import Role
from callbot.speech.engines import candidates, choose, wish
from callbot.web.service import EngineState, EngineStatus


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
