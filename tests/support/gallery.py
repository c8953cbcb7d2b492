"""Every page of the service in the states worth looking at: what axe checks (test_accessibility.py) and scripts/screenshots.py photographs.

A new page: one Scene in SCENES, and what it needs to have something to show in `furnish`.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, Page, StorageState, expect
from sqlalchemy import update

from callbot import tables
from callbot.access_log import Looked
from callbot.api.tokens import Scope
from callbot.callback_states import Call
from callbot.commands.demo import town
from callbot.demo.filling import fill
from callbot.events import Decision, Outcome
from callbot.humans.hours import WEEKDAYS
from callbot.humans.queue_events import AgentReady, AgentSignedIn, OfferAccepted
from callbot.knowledge.entries import Line
from callbot.knowledge.hours import Hours
from callbot.privacy import purge
from callbot.spoken_hours import HourAnswer
from callbot.stats.call_list import TimedCall, TimedTurn
from callbot.stats.period import Period
from callbot.web.service import DayFigures, TelephoneState, TelephoneStatus
from tests.support import callbacks, messages
from tests.support.browser import open_browser, sign_in
from tests.support.callbacks import RECEPTIONIST as AGENT
from tests.support.commune import COMMUNE, entry
from tests.support.desks import CARD, COLLEAGUE, empty_desks, fill_call_back, fill_desks
from tests.support.lessons import SUPERVISOR, TYRES, fill_knowledge
from tests.support.scripted_media import ScriptedMedia
from tests.support.web_service import (
    DAY,
    NAME,
    PASSWORD,
    READY,
    ScriptedService,
    scripted_service,
    serve_pages,
)

WAIT_S = 20
FIRST_DAY, LAST_DAY, MONTH = dt.date(2025, 10, 1), dt.date(2025, 11, 30), "2025-11-19"
"""The days of the dashboard's calls, and one of them."""
CALLS_OF_A_TOWN, FEW_CALLS = 9000, 3000
"""In these days: as pictures show them, and enough for every figure and list to have something in it."""
NINE = dt.datetime(2025, 12, 1, 9, 12, tzinfo=dt.UTC)
CALLS = (
    TimedCall("c6", NINE + dt.timedelta(minutes=3), "whisper-base", None, None, 0, ()),
    TimedCall("c1", NINE, "whisper-base", Outcome.ANSWERED, 75_000, 3, (820, 1240, 960)),
    TimedCall("c2", NINE - dt.timedelta(minutes=4), "whisper-base", Outcome.HANDED_OVER, 132_000, 4, (1100, 900)),
    TimedCall("c3", NINE - dt.timedelta(minutes=9), "whisper-base", Outcome.ABANDONED, 21_000, 1, (1310,)),
    TimedCall("c4", NINE - dt.timedelta(minutes=15), "whisper-base", Outcome.REFUSED, 6_000, 0, ()),
    TimedCall("c5", NINE - dt.timedelta(minutes=31), "whisper-base", Outcome.FAILED, 12_000, 1, ()),
)  # fmt: skip
TURNS = [
    TimedTurn(1, 6000, Decision.ANSWER, "acte_naissance", 820, 560, 120, 60, 80),
    TimedTurn(2, 20_000, Decision.NO_MATCH, None, 1240, 700, 310, 90, 140),
    TimedTurn(3, 41_000, Decision.ANSWER, "titre", 960, None, None, None, None),
]
SUBJECTS = {
    "acte_naissance": "la demande d’un acte de naissance",
    "signalement_voirie": "un problème dans la rue",
    "titre": "la carte d’identité ou le passeport",
}
GREETING = "Bonjour, mairie de Valbourg-sur-Ourcelle. Je suis un assistant vocal automatique. Que puis-je pour vous ?"
ANSWER = "L’acte de naissance est gratuit. Demandez-le à la mairie du lieu de naissance, en ligne, par courrier ou sur place."
MATCHED = {
    "motive": "acte_naissance",
    "aspect": None,
    "act": None,
    "emergency": None,
    "answer_id": "acte_naissance",
}
HOURS = Hours.model_validate(
    dict.fromkeys(WEEKDAYS[:5], "8:30-12:00, 13:30-17:30")
    | {"samedi": "9:00-12:00", "closed_days": ["jours fériés"]}
)
HOURS_SAID = (
    "La mairie est ouverte du lundi au vendredi, de huit heures trente à midi et de treize heures trente à dix-sept heures trente, "
    "et le samedi de neuf heures à midi."
)
LINES = (
    Line(number="0199000001", name="Standard", spoken="la mairie"),
    Line(number="0199000002", name="État civil", spoken="l'état civil", service="etat_civil"),
)
SAID: tuple[tuple[str, dict[str, object]], ...] = (
    ("PlaybackStarted", {"text": GREETING, "response_ms": None}),
    ("FinalTranscript", {"text": "Bonjour, je voudrais un acte de naissance.", "confidence": 0.9, "decode_ms": 90}),
    ("IntentMatched", {"decision": "answer", "confidence": 0.93, **MATCHED}),
    ("PlaybackStarted", {"text": ANSWER, "response_ms": 820}),
    ("PartialTranscript", {"text": "et pour un passe…"}),
)  # fmt: skip
"""A call so far, as events of the call."""


@dataclass(frozen=True)
class Stage:
    """The furnished service, served: its address, its media server, a browser, and a signed-in person's cookies."""

    service: ScriptedService
    media: ScriptedMedia
    address: str
    browser: Browser
    signed_in: StorageState
    at_desk: StorageState
    """The same of a receptionist."""
    leading: StorageState
    """The same of a supervisor."""
    asked: callbacks.Rows
    """The call-backs as every scene finds them."""


async def _as_it_comes(page: Page, stage: Stage) -> None:
    """Nothing to do."""


async def _calling(page: Page, stage: Stage) -> None:
    """A call in progress, some of it said."""
    await page.get_by_role("button", name="Appeler").click()
    line = await asyncio.wait_for(stage.media.lines.get(), WAIT_S)
    await line.command("ANSWER")
    await expect(page.get_by_text("En communication")).to_be_visible()
    for name, fields in SAID:
        await line.call_event(name, **fields)
    await expect(page.locator("#en-cours")).to_have_text("et pour un passe…")


async def _without_microphone(page: Page, stage: Stage) -> None:
    """The notice of a call that could not be."""
    await page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); }; }"
    )
    await page.get_by_role("button", name="Appeler").click()
    await expect(page.get_by_role("alert")).to_contain_text("Aucun microphone")


async def _wrong_password(page: Page, stage: Stage) -> None:
    """The form that came back."""
    await page.get_by_label("Identifiant").fill("claire")
    await page.get_by_label("Mot de passe").fill("faux-faux-faux")
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.wait_for_load_state()  # its style sheets too


async def _dialog_open(page: Page, stage: Stage) -> None:
    """The window of the style page, and a notice given by a script."""
    await page.get_by_role("button", name="Donner un avis").click()
    await page.get_by_role("button", name="Supprimer", exact=True).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def _desk_is(stage: Stage, *, open_desk: bool = True) -> None:
    """A queue of four and a colleague; the receptionist is paused, or has not opened the desk."""
    await empty_desks(stage.service)
    await fill_desks(stage.service, AGENT if open_desk else "")


async def _desk_closed(page: Page, stage: Stage) -> None:
    """Before the desk is opened."""
    await _desk_is(stage, open_desk=False)
    await page.reload()
    await expect(page.locator("#poste-etat").get_by_text("Poste fermé")).to_be_visible()


async def _desk_paused(page: Page, stage: Stage) -> None:
    """A quiet moment, with callers who wait for a colleague's services."""
    await _desk_is(stage)
    await expect(page.locator("#poste-etat").get_by_text("En pause : Repas")).to_be_visible()


async def _desk_rings(page: Page, stage: Stage) -> None:
    """The first caller is offered."""
    await _desk_is(stage)
    await stage.service.queue.tell_agent(AGENT, AgentReady(dt.datetime.now(dt.UTC)))
    await expect(page.get_by_role("button", name="Refuser")).to_be_visible()


async def _desk_talks(page: Page, stage: Stage) -> None:
    """The first caller is taken, and something is written about them."""
    await _desk_rings(page, stage)
    agent = await stage.service.queue.agent(AGENT)
    assert agent
    assert agent.entry_id
    await stage.service.queue.tell(agent.entry_id, OfferAccepted(dt.datetime.now(dt.UTC)), by=AGENT)
    await expect(page.get_by_role("button", name="Terminer")).to_be_visible()
    await page.get_by_label("Note").fill("Rendez-vous pris pour mardi, avec son fils.")


async def _desk_to_call(page: Page, stage: Stage) -> None:
    """Somebody has asked to be called back, and it is their turn."""
    await empty_desks(stage.service)
    await fill_call_back(stage.service, AGENT, f"rappel{callbacks.GARNIER}")
    await expect(page.get_by_role("heading", name="À rappeler maintenant")).to_be_visible()
    await expect(page.locator("#poste-file .row")).to_have_count(
        5
    )  # what is about others is sent a little later


async def _desk_calls_back(page: Page, stage: Stage) -> None:
    """The receptionist dials."""
    await _desk_to_call(page, stage)
    await page.get_by_role("button", name="Je rappelle").click()
    await expect(page.get_by_role("button", name="Pas de réponse")).to_be_visible()


async def _desk_dials(page: Page, stage: Stage) -> None:
    """The receptionist has called back out of the list for long: the desk asks whether they talk still."""
    service, now = stage.service, callbacks.TEN
    await _desk_is(stage)
    await service.queue.tell_agent(AGENT, AgentReady(dt.datetime.now(dt.UTC)))
    await service.callbacks.act(callbacks.NAMELESS, Call(), actor=AGENT, now=now - dt.timedelta(minutes=16))
    async with service.database.begin() as connection:  # the desk's timers go by the clock of today
        since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=16)
        await connection.execute(
            update(tables.queue_agents).where(tables.queue_agents.c.name == AGENT).values(since=since)
        )
    await page.reload()
    await expect(page.get_by_role("button", name="Toujours en ligne")).to_be_visible()


async def _desk_passed_on(page: Page, stage: Stage) -> None:
    """The caller was passed on to a colleague, whose telephone rings."""
    await _desk_talks(page, stage)
    await stage.service.queue.tell_agent(
        COLLEAGUE, AgentSignedIn(dt.datetime.now(dt.UTC), ("elus",), telephone="102")
    )
    await stage.service.queue.tell_agent(COLLEAGUE, AgentReady(dt.datetime.now(dt.UTC)))
    await page.locator(f"#cible option[value='poste:{COLLEAGUE}']").wait_for(state="attached")
    await page.get_by_text("Passer l’appel à quelqu’un d’autre").click()
    await page.get_by_label("À qui").select_option(f"poste:{COLLEAGUE}")
    await page.get_by_role("button", name="Passer l’appel", exact=True).click()
    await expect(page.locator("#poste-suivi [role=status]")).to_contain_text("Sonne chez")


async def _desk_finds(page: Page, stage: Stage) -> None:
    """A call that the PBX has passed on, opened by its number."""
    await _desk_is(stage)
    at = dt.datetime.now(dt.UTC)
    referred = replace(CARD, service="etat_civil", reason="asked", care="clearly")
    await stage.service.desk.cards.put(
        replace(referred, call_id="pbx-1", referred_at=at - dt.timedelta(minutes=2)), at
    )
    other = replace(referred, call_id="pbx-2", number="0199000042", referred_at=at - dt.timedelta(minutes=19))
    await stage.service.desk.cards.put(other, at)
    await page.reload()
    await page.get_by_label("Retrouver un appel par numéro").fill("06 12 34 56 78")
    await page.get_by_role("button", name="Retrouver").click()
    await expect(page.locator("#poste-trouve")).to_contain_text("Mme Martin")


async def _live(page: Page, stage: Stage) -> None:
    """Somebody talks, others wait."""
    await empty_desks(stage.service)
    await fill_desks(stage.service, AGENT)
    await stage.service.queue.tell_agent(AGENT, AgentReady(dt.datetime.now(dt.UTC)))
    await page.reload()
    await expect(page.locator(".row", has_text=AGENT)).to_be_visible()


async def _desk_cut_off(page: Page, stage: Stage) -> None:
    """The network is gone in the middle of a call."""
    await _desk_talks(page, stage)
    await page.context.set_offline(True)
    await expect(page.get_by_text("Connexion perdue, nouvel essai")).to_be_visible()


async def _filtered(page: Page, stage: Stage) -> None:
    """The calls of the afternoon alone, and a table unfolded."""
    await page.get_by_text("Choisir une autre période, filtrer").click()
    await page.locator("#heures").select_option("apres-midi")
    await page.get_by_role("button", name="Afficher").click()
    await page.wait_for_load_state()
    await page.locator("summary", has_text="Le tableau : Ce que la ville a demandé").click()


async def _unfolded(page: Page, stage: Stage) -> None:
    """Some are in the queue as well; the words of one call are shown."""
    await empty_desks(stage.service)
    await callbacks.fill_turns(stage.service)
    await page.reload()
    await page.get_by_text("L’appel de Madame Lefèvre").click()
    await page.evaluate("scrollTo(0, 0)")


async def _caller_found(page: Page, stage: Stage) -> None:
    """Somebody asks for what is kept of their number."""
    await page.get_by_label("Son numéro de téléphone").fill("06 12 34 56 78")
    await page.get_by_role("button", name="Chercher").click()
    await expect(page.get_by_role("button", name="Effacer")).to_be_visible()
    await page.wait_for_load_state()


async def _number_dialled(page: Page, stage: Stage) -> None:
    """« Appeler » was clicked: the number is dialled, the desk takes no call, and there is something to say of it."""
    await _desk_is(stage)
    await page.get_by_role("button", name="Appeler", exact=True).click()
    await expect(page.get_by_role("heading", name="Le numéro se compose")).to_be_visible()
    await expect(page.locator("[data-dials]")).to_be_focused()


async def _in_the_past(page: Page, stage: Stage) -> None:
    """Another try, wanted for yesterday."""
    await page.get_by_label("Ou à un moment précis").fill("2025-11-30T10:00")
    await page.get_by_role("button", name="Personne n’a répondu").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.wait_for_load_state()


async def _week_to_check(page: Page, stage: Stage) -> None:
    """Other hours on Thursday, shown in words before they are saved."""
    await page.get_by_label("Jeudi, plage 2, à").fill("19:00")
    await page.get_by_role("button", name="Relire en toutes lettres").click()
    await expect(page.get_by_role("heading", name="Relire avant d’enregistrer")).to_be_visible()
    await page.wait_for_load_state()


async def _wrong_answer(page: Page, stage: Stage) -> None:
    """The form of a new answer that came back."""
    await page.get_by_label("Identifiant").fill("Carte cadeau")
    await page.get_by_label("Ce que l’appelant entend").fill("Non")
    await page.get_by_label("Questions d’exemple").fill("la carte cadeau s'il vous plaît")
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    await expect(page.get_by_role("alert").first).to_be_visible()
    await page.wait_for_load_state()


async def _tried(page: Page, stage: Stage) -> None:
    """A question, answered as today and with a draft."""
    await page.get_by_label("Question").fill(TYRES[0])
    await page.get_by_role("button", name="Demander").click()
    await expect(page.get_by_text("Avec le brouillon")).to_be_visible()
    await page.wait_for_load_state()


@dataclass(frozen=True)
class Scene:
    """A page in a state: the route that it shows, where it is, and what to do there. `name` is its pictures' name."""

    name: str
    route: str
    path: str
    title: str
    signed_in: bool = True
    prepare: Callable[[Page, Stage], Awaitable[None]] = _as_it_comes
    at_desk: bool = False
    """Signed in as a receptionist."""
    leading: bool = False
    """Signed in as a supervisor."""
    by_day_only: bool = False
    """The docs show it on a computer, in light: a form among others."""

    def kept(self, kinds: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """Of these (screen, scheme), light on a computer first, those that the docs show of it."""
        return kinds[:1] if self.by_day_only else kinds


ANSWER_ROUTE, TIPS = "/connaissances/{language}/{entry_id}", "/connaissances/fr/dechetterie"
REQUEST = "/rappels/{number:int}"
NEW, TRY = "/connaissances/nouvelle", "/connaissances/essayer"
SCENES = (
    Scene("connexion", "/connexion", "/connexion", "Connexion", signed_in=False),
    Scene("connexion-erreur", "/connexion", "/connexion", "Connexion refusée", signed_in=False, prepare=_wrong_password),
    Scene("accueil", "/", "/", "Accueil"),
    Scene("poste-ferme", "/poste", "/poste", "Poste d’accueil, fermé", at_desk=True, prepare=_desk_closed),
    Scene("poste", "/poste", "/poste", "Poste d’accueil, en pause", at_desk=True, prepare=_desk_paused),
    Scene("poste-appel", "/poste", "/poste", "Poste d’accueil, un appel est proposé", at_desk=True, prepare=_desk_rings),
    Scene("poste-en-ligne", "/poste", "/poste", "Poste d’accueil, en communication", at_desk=True, prepare=_desk_talks),
    Scene("poste-a-rappeler", "/poste", "/poste", "Poste d’accueil, quelqu’un à rappeler", at_desk=True, prepare=_desk_to_call),
    Scene("poste-rappelle", "/poste", "/poste", "Poste d’accueil, un rappel de la file", True, _desk_calls_back, True, by_day_only=True),
    Scene("poste-en-rappel", "/poste", "/poste", "Poste d’accueil, un rappel de la liste", True, _desk_dials, True, by_day_only=True),
    Scene("poste-passe", "/poste", "/poste", "Poste d’accueil, l’appel est passé", at_desk=True, prepare=_desk_passed_on),
    Scene("poste-retrouve", "/poste", "/poste", "Poste d’accueil, un appel du standard", at_desk=True, prepare=_desk_finds),
    Scene("poste-coupure", "/poste", "/poste", "Poste d’accueil, connexion perdue", at_desk=True, prepare=_desk_cut_off),
    Scene("direct", "/direct", "/direct", "En direct", prepare=_live),
    Scene("tableau", "/tableau", f"/tableau?periode=mois&du={MONTH}", "Tableau de bord"),
    Scene("tableau-jour", "/tableau", f"/tableau?periode=jour&du={MONTH}", "Tableau de bord d’un jour, filtré", prepare=_filtered),
    Scene("appels", "/appels", "/appels", "Appels"),
    Scene("appel", "/appels/{call_id}", "/appels/c1", "Un appel"),
    Scene("appel-en-cours", "/appels/{call_id}", "/appels/c6", "Un appel en cours"),
    Scene("rappels", "/rappels", "/rappels", "Rappels", prepare=_unfolded, at_desk=True),
    Scene("rappels-faits", "/rappels/{view}", "/rappels/faits", "Rappels faits", at_desk=True),
    Scene("rappel", REQUEST, "/rappels/3", "Un rappel", at_desk=True),
    Scene("rappel-appel", REQUEST, "/rappels/3", "Un rappel, le numéro se compose", True, _number_dialled, True, by_day_only=True),
    Scene("rappel-erreur", REQUEST, "/rappels/3", "Un rappel, réponse à corriger", prepare=_in_the_past, at_desk=True),
    Scene("messages", "/messages", "/messages", "Messages reçus", at_desk=True),
    Scene("messages-traites", "/messages/traites", "/messages/traites", "Messages traités", at_desk=True),
    Scene("message", "/messages/{number:int}", "/messages/1", "Un message", at_desk=True),
    Scene("telephone", "/telephone", "/telephone", "Téléphone"),
    Scene("telephone-en-appel", "/telephone", "/telephone", "Téléphone, pendant un appel", prepare=_calling),
    Scene("telephone-refus", "/telephone", "/telephone", "Téléphone, sans microphone", prepare=_without_microphone),
    Scene("horaires", "/horaires", "/horaires", "Horaires et messages"),
    Scene("horaires-semaine", "/horaires/semaine", "/horaires/semaine", "Horaires de la semaine, à relire", prepare=_week_to_check),
    Scene("horaires-jour", "/horaires/jour", "/horaires/jour?date=2026-12-25", "Ouvrir ou changer un jour"),
    Scene("connaissances", "/connaissances", "/connaissances", "Connaissances", by_day_only=True),
    Scene("reponse", ANSWER_ROUTE, TIPS, "Une réponse", by_day_only=True),
    Scene("reponse-modifier", f"{ANSWER_ROUTE}/modifier", f"{TIPS}/modifier", "Modifier une réponse", by_day_only=True),
    Scene("reponse-nouvelle", NEW, NEW, "Nouvelle réponse, à corriger", prepare=_wrong_answer, by_day_only=True),
    Scene("reponse-a-valider", "/connaissances/versions/{number:int}", "/connaissances/versions/1", "Une réponse à valider"),
    Scene("reponse-essayer", TRY, f"{TRY}?version=1", "Essayer une question", prepare=_tried, by_day_only=True),
    Scene("a-apprendre", "/a-apprendre", "/a-apprendre", "À apprendre", leading=True, by_day_only=True),
    Scene("a-apprendre-groupe", "/a-apprendre/{number:int}", "/a-apprendre/1", "Un groupe de questions", leading=True),
    Scene("acces", "/acces", "/acces", "Accès"),
    Scene("journal", "/journal", "/journal", "Journal"),
    Scene("donnees-personnelles", "/donnees-personnelles", "/donnees-personnelles", "Données personnelles", prepare=_caller_found),
    Scene("consultations", "/donnees-personnelles/consultations", "/donnees-personnelles/consultations", "Qui a consulté quoi"),
    Scene("jetons", "/jetons", "/jetons", "Jetons d’API"),
    Scene("mon-compte", "/mon-compte", "/mon-compte", "Mon compte"),
    Scene("page-introuvable", "/{any}", "/nulle-part", "Page introuvable"),
    Scene("composants", "/composants", "/composants", "Composants"),
    Scene("composants-dialogue", "/composants", "/composants", "Composants, fenêtre ouverte", prepare=_dialog_open),
)  # fmt: skip

NO_PAGES = {
    "/poste/vif": "events, which the desk shows",
    "/poste/etat": "JSON",
    "/direct/vif": "the live part of its page, which shows it",
    "/tableau/vif": "the live part of its page, which shows it",
    "/tableau/rapport.pdf": "a file",
    "/tableau/rapport.html": "a file",
    "/tableau/tout.csv": "a table for spreadsheets",
    "/tableau/{part}.csv": "a table for spreadsheets",
    "/etat": "the live part of the home page, which shows it",
    "/telephone/lignes": "JSON",
    "/rappels/combien": "JSON",
    "/messages/combien": "JSON",
    "/messages/{number:int}/son": "sound",
    "/telephone/sujets": "JSON",
    "/connexion/fournisseur": "the way out to the identity provider",
    "/connexion/retour": "the way back from it",
    "/connexion/sortie": "the way out of it, which goes on by itself",
    "/horaires/messages/{number:int}/son": "sound",
    "/connaissances/etat": "JSON",
    "/connaissances/versions/{number:int}/son": "sound",
    "/connaissances/{language}/{entry_id}/son": "sound",
    "/journal.csv": "a table for spreadsheets",
    "/metrics": "text for Prometheus",
    "/next": "text for a PBX",
    "/sante": "text for monitors",
    "/favicon.ico": "a picture",
}
"""Routes for GET that nobody reads as a page, and why."""


def furnish(service: ScriptedService) -> None:
    """Give the pages something to show."""
    service.now = replace(READY, calls_now=3, telephone=TelephoneStatus(TelephoneState.READY, 5070, 3))
    service.figures = DayFigures(DAY, 1284, 1012, 197)
    service.calls = {call.id: (call, TURNS if call.id == "c1" else []) for call in CALLS}
    service.answers = SUBJECTS
    service.directory = COMMUNE.model_copy(update={"hours": HOURS, "lines": LINES})
    told = {"subject": "les heures d’ouverture de la mairie", "service": "accueil", "answer": HOURS_SAID}
    service.hour_entries = [HourAnswer(entry("horaires", **told), "entries/mairie.toml")]


@asynccontextmanager
async def stage(folder: Path, calls: int = CALLS_OF_A_TOWN) -> AsyncIterator[Stage]:
    """Everything that scenes need, over a database in `folder`; `calls` in its two months."""
    async with (
        scripted_service(folder) as service,
        ScriptedMedia(service.tickets.redeem).running() as media,
        serve_pages(service) as address,
        open_browser() as browser,
    ):
        service.media_port = media.port
        furnish(service)
        await fill(service.database, town(service.settings), Period(FIRST_DAY, LAST_DAY), calls, 1)
        await callbacks.fill(service)
        await fill_knowledge(service)
        await messages.fill(service)
        signed_in = await _cookies(browser, address, NAME)
        at_desk = await _cookies(browser, address, callbacks.RECEPTIONIST)
        await purge(service.database, service.settings, now=callbacks.TEN)
        await service.api_tokens.add("Metabase", [Scope.FIGURES, Scope.CALLS], 365, actor=NAME)
        await service.api_tokens.add("Écran accueil", [Scope.QUEUE], None, actor=NAME)
        await service.access_log.looked(callbacks.RECEPTIONIST, Looked.CALLBACK, ["c1", "c2"])
        await service.access_log.looked(NAME, Looked.CALL, ["c1"])
        leading = await _cookies(browser, address, SUPERVISOR)
        asked = await callbacks.kept(service)
        yield Stage(service, media, address, browser, signed_in, at_desk, leading, asked)


async def _cookies(browser: Browser, address: str, name: str) -> StorageState:
    """What a browser keeps of somebody who has signed in."""
    page = await browser.new_page()
    await sign_in(page, address, name, PASSWORD)
    kept = await page.context.storage_state()
    await page.close()
    return kept


def _who(scene: Scene, stage: Stage) -> StorageState:
    if scene.leading:
        return stage.leading
    return stage.at_desk if scene.at_desk else stage.signed_in


@asynccontextmanager
async def played(
    scene: Scene, stage: Stage, width: int = 1280, height: int = 800, scheme: str = "light"
) -> AsyncIterator[Page]:
    """The scene in a fresh context, for `scheme` light or dark."""
    await callbacks.restore(stage.service, stage.asked)
    context = await stage.browser.new_context(
        locale="fr-FR",
        storage_state=_who(scene, stage) if scene.signed_in else None,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    await page.goto(stage.address + scene.path)
    await scene.prepare(page, stage)
    yield page
    await context.close()
