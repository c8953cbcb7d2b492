"""Answers being edited, and questions asked in vain, for the pages to show."""

import datetime as dt

from callbot.accounts import Role
from callbot.events import Decision
from tests.support.asked import Asked, correct, store
from tests.support.web_service import PASSWORD, ScriptedService

SUPERVISOR, MANAGER = "sophie", "bruno"
TYRES = (
    "où est-ce que je peux jeter des pneumatiques usagés",
    "vous reprenez les pneumatiques de voiture à la déchetterie",
    "j'ai quatre vieux pneumatiques à donner",
)
ICE = ("la patinoire municipale est ouverte ce soir", "c'est combien la patinoire municipale")
RAINY = dt.datetime(2025, 12, 1, 9, 40, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


async def fill_knowledge(service: ScriptedService) -> None:
    """Two people; an answer to be validated, a draft, an older version; two groups of questions, one with a correction."""
    for name, role in ((SUPERVISOR, Role.SUPERVISOR), (MANAGER, Role.MANAGER)):
        await service.accounts.add(name, PASSWORD, role, actor="test")
    versions = service.live.versions
    versions._clock = lambda: RAINY
    tips = service.live.now.knowledge.by_id["dechetterie"]
    shorter = tips.model_copy(
        update={
            "answer": f"{tips.answer.split('.')[0]}. Les pneus de voiture y sont repris, quatre par an et par foyer.",
            "questions": (*tips.questions, *TYRES),
            "expires_on": dt.date.today() + dt.timedelta(days=200),
        }
    )
    reason = "Les pneus sont demandés tous les jours."
    draft = await versions.write("fr", shorter, author=SUPERVISOR, reason=reason)
    await versions.submit(draft.id, person=SUPERVISOR)
    market = service.live.now.knowledge.by_id["marche"]
    await versions.write("fr", market, author=MANAGER, reason="Nouveaux horaires d’hiver.")
    said = [*TYRES, *ICE]
    await store(
        service.database,
        *(Asked(f"pneus{n}", text, at=RAINY - n * MINUTE) for n, text in enumerate(said)),
        Asked(
            "pneus9",
            TYRES[0],
            Decision.ANSWER,
            "dechets_collecte",
            "dechets_collecte",
            0.5,
            RAINY - 20 * MINUTE,
        ),
    )
    await correct(service.database, "pneus4", ICE[1], right="piscine_sport.prix")
    await service.learning.group()
