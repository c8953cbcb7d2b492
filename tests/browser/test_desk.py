"""The receptionists' desk in a real Chromium: two at once, a call from the offer to the follow-up, cuts, a restart, keys and alerts."""

import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from callbot.accounts import Role
from callbot.audit import Wanted
from callbot.database import Database
from callbot.humans.desk import Desk
from callbot.humans.desk_cards import Cards
from callbot.humans.desk_follow_ups import Correction, FollowUp
from callbot.humans.queue_events import CallBackChosen, OfferAccepted, TalkEnded
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState, Caller, Place
from tests.support.browser import open_browser, sign_in, watch
from tests.support.desks import AGENT, CARD, COLLEAGUE, SERVICES, now, open_desk, said_in_call, talk
from tests.support.gallery import SUBJECTS
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLER = Caller("file-1", "m", "etat_civil", reason="asked")
LOST = re.compile("Connexion perdue, nouvel essai")
NOTIFICATIONS = """
window.notified = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, { body }) { window.notified.push([title, body]); }
  close() { window.notified.push(["closed", ""]); }
};
"""


@dataclass
class House:
    """The pages with two receptionists, and a browser."""

    service: ScriptedService
    address: str
    browser: Browser

    @asynccontextmanager
    async def desk(self, name: str = AGENT, init: str = "", *, scripts: bool = True) -> AsyncIterator[Page]:
        """The desk of `name`, signed in, in a browser of its own."""
        context: BrowserContext = await self.browser.new_context(
            locale="fr-FR", viewport={"width": 1280, "height": 800}, java_script_enabled=scripts
        )
        if init:
            await context.add_init_script(init)
        page = await context.new_page()
        await sign_in(page, self.address, name, PASSWORD, "/poste")
        if scripts:  # a click before they run loads the page anew, which may then make no sound
            await expect(page.locator("[data-needs-script]").first).to_be_visible()
        yield page
        await context.close()

    async def call(self, caller: Caller = CALLER) -> int:
        """Somebody joins the queue, with a card."""
        await self.service.desk.cards.put(replace(CARD, call_id=caller.call_id), now())
        return await self.service.queue.enter(caller, now())

    async def picks_up(self, entry_id: int, name: str = AGENT) -> None:
        """The telephone of `name` is picked up."""
        assert await self.service.queue.tell(entry_id, OfferAccepted(now()), by=name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """For all tests of this module."""
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Two receptionists."""
    async with scripted_service(tmp_path) as service:
        service.answers = SUBJECTS
        for name in (AGENT, COLLEAGUE):
            await service.accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="test")
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def house(service: ScriptedService, browser: Browser) -> AsyncIterator[House]:
    """Served; no window stays open."""
    async with serve_pages(service) as address:
        yield House(service, address, browser)
        for context in browser.contexts:
            await context.close()


async def state_of(service: ScriptedService, name: str = AGENT) -> tuple[AgentState, str]:
    """State and reason."""
    agent = await service.queue.agent(name)
    assert agent
    return agent.state, agent.reason


async def test_two_receptionists_and_one_call(house: House) -> None:
    """Opened by both; offered to the first, who declines; taken by the second, ended, followed up; neither page reloads."""
    async with house.desk(AGENT) as jeanne, house.desk(COLLEAGUE) as paul:
        seen = [watch(page) for page in (jeanne, paul)]
        for page, telephone in ((jeanne, "101"), (paul, "01 99 00 00 02")):
            await page.get_by_label("Mon téléphone").fill(telephone)
            await page.get_by_role("button", name="Ouvrir mon poste").click()
            await expect(page.locator("#poste-etat").get_by_text("En pause", exact=True)).to_be_visible()
            await page.get_by_role("button", name="Disponible").click()
            await expect(page.locator("[data-state=available]")).to_be_visible()
        assert (await house.service.queue.agent(COLLEAGUE)).telephone == "+33199000002"  # type: ignore[union-attr]
        await expect(jeanne.locator("#poste-equipe")).to_contain_text(COLLEAGUE)

        entry_id = await house.call()
        offer = jeanne.locator("[data-place=offered]")
        await expect(offer).to_contain_text("06 12 34 56 78")
        await expect(offer).to_contain_text("Mme Martin")
        await expect(offer.locator(".desk__subject")).to_have_text(SUBJECTS["titre"])
        await expect(offer.locator(".bubble--caller")).to_have_count(2)
        await expect(paul.locator("#poste-file")).to_contain_text(f"Sonne chez {AGENT}")
        assert "12 34 56" not in await paul.content()

        await jeanne.get_by_role("button", name="Refuser").click()
        await expect(paul.locator("[data-place=offered]")).to_be_visible()
        await expect(jeanne.locator("[data-call]")).to_have_attribute("data-call", "")
        assert "12 34 56" not in await jeanne.content()

        await house.picks_up(entry_id, COLLEAGUE)
        await paul.get_by_label("Le vrai sujet de l’appel").select_option("acte_naissance")
        await paul.get_by_role("button", name="La bonne réponse était ce sujet").click()
        await expect(paul.get_by_text("la correction est notée")).to_be_visible()
        await paul.get_by_role("button", name="Terminer").click()
        await paul.get_by_label("Non", exact=True).check()
        await paul.get_by_label("Note").fill("Rappeler mardi.")
        await paul.get_by_role("button", name="Enregistrer le suivi").click()
        await expect(paul.locator("[data-state=available]")).to_be_visible()
        await expect(paul.locator("#poste-journee")).to_contain_text("Pas réglé")
        assert [one.errors for one in seen] == [[], []]

    filed = (await house.service.desk.follow_ups.filed([entry_id]))[entry_id]
    corrections = await house.service.desk.follow_ups.corrections()
    assert filed == FollowUp(
        entry_id, "file-1", COLLEAGUE, filed.at, "etat_civil", "acte_naissance", resolved=False, note="Rappeler mardi."
    )  # fmt: skip
    assert corrections == [
        Correction("file-1", corrections[0].at, COLLEAGUE, CARD.said[3].text, "titre", "acte_naissance")
    ]
    entry = await house.service.queue.entry(entry_id)
    assert entry
    assert (entry.place, entry.agent) == (Place.ENDED, COLLEAGUE)


async def test_a_cut_loses_nothing(house: House) -> None:
    """The network goes while a note is written: it is said, the note is kept, and sent when the network is back."""
    await open_desk(house.service, AGENT, ready=True)
    entry_id = await house.call()
    await house.picks_up(entry_id)
    async with house.desk() as page:
        await page.get_by_label("Note").fill("Son fils passera")
        await page.context.set_offline(True)
        await expect(page.get_by_role("alert").filter(has_text=LOST)).to_be_visible()
        await page.get_by_label("Note").press_sequentially(" jeudi.")
        await page.get_by_role("button", name="Enregistrer le suivi").click()
        await expect(page.get_by_text("Pas encore enregistré")).to_be_visible()
        await expect(page.get_by_label("Note")).to_have_value("Son fils passera jeudi.")
        await house.service.queue.enter(Caller("file-2", "m", "accueil"), now())
        await page.context.set_offline(False)
        await expect(page.get_by_text(LOST)).to_have_count(0)
        await expect(page.get_by_text("Le suivi est enregistré.")).to_be_visible()
        await expect(page.locator("#poste-file .row")).to_have_count(1)
    filed = await house.service.desk.follow_ups.filed([entry_id])
    assert [one.note for one in filed.values()] == ["Son fils passera jeudi."]


async def test_the_server_is_restarted_in_the_middle_of_a_queue(
    service: ScriptedService, browser: Browser
) -> None:
    """The page says so, keeps what is written, and goes on by itself with what another process offers meanwhile."""
    await open_desk(service, AGENT, ready=True)
    async with serve_pages(service) as address:
        house = House(service, address, browser)
        first = await house.call()
        await house.picks_up(first)
        desk = house.desk()
        page = await desk.__aenter__()
        await page.get_by_label("Note").fill("à moitié")
    await expect(page.get_by_text(LOST)).to_be_visible()
    await service.queue.enter(Caller("file-2", "m", "accueil"), now())
    database = await Database.open(service.settings)
    queue = QueueStore(database, service.queue.rules, News(database))
    again = replace(service, queue=queue, desk=Desk(database, queue, Cards(database)))
    async with serve_pages(again, urlsplit(address).port or 0):
        await expect(page.get_by_text(LOST)).to_have_count(0)
        await expect(page.locator("#poste-file .row")).to_have_count(1)
        await expect(page.get_by_label("Note")).to_have_value("à moitié")
        await page.get_by_role("button", name="Terminer").click()
        await expect(page.locator("[data-state=wrap_up]")).to_be_visible()
        await page.reload()
        await expect(page.get_by_label("Note")).to_have_value("à moitié")
        await page.get_by_role("button", name="Enregistrer, puis pause").click()
        await expect(page.locator("[data-state=paused]")).to_be_visible()
        filed = await again.desk.follow_ups.filed([first])
        await desk.__aexit__(None, None, None)
    await database.close()
    assert [one.note for one in filed.values()] == ["à moitié"]


async def test_it_rings_and_tells(house: House) -> None:
    """A sound, a notification without a number, the title, and words for a screen reader; all stop with the offer."""
    await open_desk(house.service, AGENT)
    async with house.desk(init=NOTIFICATIONS) as page:
        await page.get_by_role("button", name="Disponible").click()
        await house.call()
        await expect(page.locator("#poste-annonce")).to_have_text(
            re.compile(
                r"^Appel pour État civil\. Au sujet de la carte d’identité ou le passeport, attend depuis \d secondes?\.$"
            )
        )
        await expect(page.locator("#poste-son")).to_have_attribute("data-played", re.compile(r"\d"))
        assert (await page.title()).startswith("☎ Appel : État civil")
        await page.get_by_role("button", name="Refuser").click()
        await expect(page).to_have_title("Poste d’accueil – Callbot")
        told = await page.evaluate("window.notified")
    assert [title for title, _ in told] == ["Appel : État civil", "closed"]
    assert not re.search(r"\d\d.\d\d.\d\d", told[0][1])


async def test_the_keys_do_it_all(house: House) -> None:
    """Available, pause, decline, end, and the follow-up, without a mouse; what is focused stays focused while the page changes."""
    await open_desk(house.service, AGENT)
    async with house.desk() as page:
        await page.keyboard.press("Alt+Shift+D")
        await expect(page.locator("[data-state=available]")).to_be_visible()
        await page.locator("#raison").select_option("Réunion")
        await page.keyboard.press("Alt+Shift+P")
        await expect(page.locator("#poste-etat").get_by_text("En pause : Réunion")).to_be_visible()
        await page.keyboard.press("Alt+Shift+D")
        await expect(page.locator("[data-state=available]")).to_be_visible()
        entry_id = await house.call()
        await expect(page.locator("[data-place=offered]")).to_be_visible()
        await page.keyboard.press("Alt+Shift+R")
        await expect(page.locator("[data-state=available]")).to_be_visible()
        entry = await house.service.queue.entry(entry_id)
        assert entry
        assert (entry.place, [one.agent for one in entry.tried]) == (Place.WAITING, [AGENT])
        await house.service.queue.offer_all(now() + dt.timedelta(minutes=2))
        await house.picks_up(entry_id)
        await expect(page.get_by_role("button", name="Terminer")).to_be_visible()
        await page.keyboard.press("Alt+Shift+T")
        await expect(page.locator("[data-state=wrap_up]")).to_be_visible()
        await page.keyboard.press("Alt+Shift+S")
        await expect(page.get_by_label("Le vrai sujet de l’appel")).to_be_focused()
        await house.service.queue.enter(Caller("file-2", "m", "accueil"), now())
        await expect(page.locator("#poste-file .row")).to_have_count(1)
        await expect(page.get_by_label("Le vrai sujet de l’appel")).to_be_focused()
        await page.keyboard.press("Alt+Shift+E")
        await expect(page.locator("[data-state=ringing]")).to_be_visible()
    assert [one.note for one in (await house.service.desk.follow_ups.filed([entry_id])).values()] == [""]


async def test_a_call_back_in_its_turn(house: House) -> None:
    """Who chose to be called back is shown with a number to dial; taken, written down while talking, ended, paused."""
    entry_id = await house.call()
    await house.service.queue.tell(entry_id, CallBackChosen(now()))
    await open_desk(house.service, AGENT, ready=True)
    async with house.desk() as page:
        await expect(page.get_by_role("heading", name="À rappeler maintenant")).to_be_visible()
        await expect(page.get_by_role("link", name="06 12 34 56 78")).to_have_attribute(
            "href", "tel:+33612345678"
        )
        await page.get_by_role("button", name="Je rappelle").click()
        await page.get_by_label("Note").fill("Convenu pour lundi.")
        await expect(page.get_by_role("button", name="puis pause")).to_have_count(0)
        await page.get_by_role("button", name="Terminer").click()
        await page.get_by_role("button", name="puis pause").click()
        await expect(page.locator("[data-state=paused]")).to_be_visible()
    filed = await house.service.desk.follow_ups.filed([entry_id])
    assert [one.note for one in filed.values()] == ["Convenu pour lundi."]
    assert await state_of(house.service) == (AgentState.PAUSED, "Pause")


async def test_it_works_without_a_script(house: House) -> None:
    """Read and used by plain pages: opened with a mistake first, available, the call shown, declined."""
    house.service.settings = house.service.settings.model_copy(update={"sip_domain": "192.0.2.9"})
    async with house.desk(scripts=False) as page:
        await page.get_by_label("Mon téléphone").fill("08 99 00 00 00")
        await page.get_by_role("button", name="Ouvrir mon poste").click()
        await expect(page.locator("#telephone-erreur")).to_contain_text("Écrivez un numéro de poste")
        await page.get_by_label("Mon téléphone").fill("sip:jeanne@192.0.2.7")
        await page.get_by_role("button", name="Ouvrir mon poste").click()
        await expect(page.locator("#telephone-erreur")).to_contain_text("en @192.0.2.9 (réglage sip_domain)")
        house.service.settings = house.service.settings.model_copy(update={"sip_domain": "192.0.2.7"})
        await page.get_by_role("button", name="Ouvrir mon poste").click()
        await page.get_by_role("button", name="Disponible").click()
        agent = await house.service.queue.agent(AGENT)
        assert agent
        assert (agent.telephone, agent.services) == ("sip:jeanne@192.0.2.7", SERVICES)
        entered = now() - dt.timedelta(minutes=2, seconds=5)
        await house.service.queue.enter(CALLER, entered)
        await page.reload()
        await expect(page.locator("#poste-appel .timer")).to_have_text(re.compile("02:[01]"))
        await page.get_by_role("button", name="Refuser").click()
        await expect(page.locator("#poste-file .row")).to_have_count(1)
        await page.get_by_role("button", name="Fermer le poste").click()
        await expect(page.locator("#poste-etat").get_by_text("Poste fermé")).to_be_visible()
        await expect(page.get_by_label("Mon téléphone")).to_have_value("sip:jeanne@192.0.2.7")


async def test_too_late_is_said(house: House) -> None:
    """A button of a call that is somebody else's by now changes nothing."""
    await open_desk(house.service, AGENT, ready=True)
    async with house.desk() as page:
        await house.call()
        await expect(page.get_by_role("button", name="Refuser")).to_be_visible()
        await page.locator("[name=appel]").first.evaluate("(field) => { field.value = '999'; }")
        await page.get_by_role("button", name="Refuser").click()
        await expect(page.get_by_text("C’est déjà passé")).to_be_visible()
        assert await state_of(house.service) == (AgentState.RINGING, "")


async def test_who_supervises_sees_it_all_and_no_number(house: House) -> None:
    """Waiting, longest wait, states and level are those of the tables; the page follows by itself."""
    await house.service.accounts.add("louis", PASSWORD, Role.SUPERVISOR, actor="test")
    await open_desk(house.service, AGENT, ready=True)
    await open_desk(house.service, COLLEAGUE)
    first = await house.call()
    await house.picks_up(first)
    for call_id, seconds in (("a", 200), ("b", 20)):
        await house.service.queue.enter(
            Caller(call_id, "m", "accueil"), now() - dt.timedelta(seconds=seconds)
        )
    async with house.desk("louis") as page:
        await page.get_by_role("link", name="En direct").click()
        figures = page.locator(".figure dd:first-of-type")
        await expect(figures).to_have_text(["0", "2", re.compile("03:[23]"), "100 %"])
        await expect(page.get_by_text("1 avec un poste, tous serveurs compris")).to_be_visible()
        await expect(page.locator(".row")).to_have_count(2)
        await expect(page.locator(".row", has_text=COLLEAGUE)).to_contain_text("Repas · Accueil, État civil")
        assert "12 34 56" not in await page.content()
        await house.service.queue.tell(first, TalkEnded(now()), by=AGENT)
        await expect(page.locator(".row", has_text=AGENT)).to_contain_text("Suivi d’appel")


async def test_a_receptionist_does_not_supervise(house: House) -> None:
    """The page is closed to them, and no link leads there."""
    async with house.desk() as page:
        await expect(page.get_by_role("link", name="En direct")).to_have_count(0)
        answer = await page.goto(house.address + "/direct")
        assert answer
        assert answer.status == 403


async def on_the_line(house: House, page: Page, *, note: bool = False) -> int:
    """Jeanne talks to a caller, and is about to pass them on; the place."""
    entry_id = await house.call(replace(CALLER, overflow=("accueil",)))
    await house.picks_up(entry_id)
    await expect(page.locator("[data-place=connected]")).to_be_visible()
    await page.keyboard.press("Alt+Shift+KeyV")
    await expect(page.get_by_label("À qui")).to_be_focused()
    if note:
        await page.get_by_label("Un mot pour qui le prendra").fill("Il a déjà la photo.")
    return entry_id


async def test_a_call_is_passed_on_to_a_colleague_who_declines(house: House) -> None:
    """By keys; the colleague sees who and what, and what was written for him; declined, it comes back to who passed it on."""
    await open_desk(house.service, AGENT, ready=True)
    async with house.desk(AGENT) as jeanne, house.desk(COLLEAGUE) as paul:
        first = await on_the_line(house, jeanne, note=True)
        await open_desk(house.service, COLLEAGUE, telephone="102", ready=True)
        await expect(jeanne.locator("#cible option", has_text=f"{COLLEAGUE} (disponible)")).to_have_count(1)
        await expect(jeanne.get_by_label("Un mot pour qui le prendra")).to_have_value("Il a déjà la photo.")
        await jeanne.get_by_label("À qui").select_option(f"poste:{COLLEAGUE}")
        await jeanne.get_by_label("Un mot pour qui le prendra").press("Enter")
        await expect(jeanne.get_by_text("L’appel est passé.")).to_be_visible()
        then = jeanne.locator("#poste-suivi [role=status]")
        await expect(then).to_have_text(f"Passé à {COLLEAGUE} : Sonne chez {COLLEAGUE}")
        assert await state_of(house.service) == (AgentState.WRAP_UP, "")

        offer = paul.locator("[data-place=offered]")
        await expect(offer).to_contain_text("06 12 34 56 78")
        await expect(offer).to_contain_text(f"Transmis par {AGENT}")
        await expect(offer).to_contain_text(f"{AGENT} : « Il a déjà la photo. »")
        await expect(offer.locator(".bubble--caller")).to_have_count(2)
        await jeanne.get_by_role("button", name="Disponible").click()
        await paul.get_by_role("button", name="Refuser").click()
        back = jeanne.locator("[data-place=offered]")
        await expect(back).to_contain_text("Revient à vous : personne ne l’a pris")
        places = [await house.service.queue.newest(CALLER.call_id), await house.service.queue.entry(first)]
    assert [(one.place, one.agent, one.passed_to) for one in places if one] == [
        (Place.OFFERED, AGENT, ""),
        (Place.ENDED, AGENT, COLLEAGUE),
    ]


async def test_a_call_is_passed_on_to_a_service_and_taken(house: House) -> None:
    """Where somebody answers for it, through the queue, and ahead; taken, both have a follow-up to write, and both see the card."""
    await open_desk(house.service, AGENT, ready=True)
    async with house.desk(AGENT) as jeanne, house.desk(COLLEAGUE) as paul:
        await on_the_line(house, jeanne)
        await open_desk(house.service, COLLEAGUE, telephone="102", ready=True)
        await jeanne.get_by_label("À qui").select_option("service:accueil")
        await jeanne.get_by_role("button", name="Passer l’appel", exact=True).click()
        then = jeanne.locator("#poste-suivi [role=status]")
        await expect(then).to_have_text(f"Passé à Accueil : Sonne chez {COLLEAGUE}")
        second = await house.service.queue.newest(CALLER.call_id)
        assert second
        await house.picks_up(second.id, COLLEAGUE)
        await expect(then).to_have_text(f"Passé à Accueil : En communication avec {COLLEAGUE}")
        await jeanne.get_by_role("button", name="Enregistrer le suivi").click()
        await expect(jeanne.get_by_text("Le suivi est enregistré.")).to_be_visible()
        await paul.get_by_role("button", name="Terminer").click()
        await expect(paul.locator("[data-state=wrap_up]")).to_be_visible()
        await house.service.desk.cards.forget_gone(now())
        card = await house.service.desk.cards.of(CALLER.call_id)
        assert card
        assert (card.number, card.said) == ("", CARD.said)  # for who has not written his follow-up
        await expect(paul.locator("#poste-suivi")).to_contain_text("L’assistant s’est trompé")
        await expect(jeanne.locator("#poste-journee")).to_contain_text("passé à Accueil")


async def test_only_listed_numbers_are_dialled(house: House) -> None:
    """A service without a desk at its own telephone; any other number is refused by name, and the journal has what was done."""
    house.service.settings = house.service.settings.model_copy(
        update={"transfer_numbers": ("3xx", "+33199000005")}
    )
    await open_desk(house.service, AGENT, ready=True)
    async with house.desk(AGENT) as jeanne:
        entry_id = await on_the_line(house, jeanne)
        await expect(jeanne.locator("#cible option", has_text="01 99 00 00 05")).to_have_count(1)
        await jeanne.get_by_label("Ou un numéro autorisé").fill("0899000000")
        await jeanne.get_by_role("button", name="Passer l’appel", exact=True).click()
        await expect(jeanne.locator("#poste-avis")).to_contain_text("numéro")
        assert (await house.service.queue.entry(entry_id)).place is Place.CONNECTED  # type: ignore[union-attr]
        await jeanne.get_by_label("Ou un numéro autorisé").fill("3 12")
        await jeanne.get_by_role("button", name="Passer l’appel", exact=True).click()
        await expect(jeanne.locator("#poste-suivi [role=status]")).to_have_text(
            "Passé à 312 : Le téléphone sonne"
        )
    dialled = await house.service.queue.newest(CALLER.call_id)
    assert dialled
    assert dialled.passed
    assert (dialled.place, dialled.passed.number) == (Place.DIALLED, "312")
    assert [(one.actor, one.action) for one in await house.service.trail.changes(Wanted(), 1)] == [
        (AGENT, "call transferred")
    ]


async def test_a_call_of_the_day_is_corrected_after_its_follow_up(house: House) -> None:
    """From the history, by what the statistics keep of the conversation; the page says that it was sent, at once and in the list."""
    await open_desk(house.service, AGENT)
    entry_id = await talk(house.service, AGENT, "c1", 30)
    await house.service.desk.follow_ups.file(
        FollowUp(entry_id, "c1", AGENT, now(), "etat_civil", "titre", True, "")
    )
    await said_in_call(house.service, "c1", ("je veux un acte", "titre"), ("oui", ""))
    async with house.desk() as page:
        await page.get_by_role("link", name="Revoir").click()
        await page.wait_for_load_state("load")  # nobody chooses before the page's scripts are there
        await page.get_by_label("Ce que l’appelant avait dit").select_option(label="je veux un acte")
        await page.get_by_label("Le vrai sujet de l’appel").select_option("acte_naissance")
        await page.get_by_role("button", name="La bonne réponse était ce sujet").click()
        await expect(page.locator("#corrections")).to_contain_text("Correction envoyée : « je veux un acte »")
        await expect(page.locator("#poste-journee")).to_contain_text("Corrigé")
    [made] = await house.service.desk.follow_ups.corrections()
    assert (made.said, made.understood, made.right) == ("je veux un acte", "titre", "acte_naissance")


async def test_a_call_of_the_pbx_is_found_by_its_number(house: House) -> None:
    """By hand, by a softphone's address, or out of the list; nobody's number is in the list, and other numbers find nothing."""
    card = replace(CARD, service="etat_civil", reason="asked", referred_at=now())
    async with house.desk() as page:
        assert await page.get_by_text("Transférés par le standard").count() == 0
        await house.service.desk.cards.put(card, now())
        await expect(page.locator("#poste-standard")).to_contain_text("se termine par 78")
        assert "12 34 56" not in await page.content()
        await page.get_by_role("button", name="Ouvrir l’appel").click()
        await expect(page.locator("#poste-trouve")).to_contain_text("06 12 34 56 78")
        await expect(page.locator("#poste-trouve .bubble--caller")).to_have_count(2)
        await page.goto(f"{house.address}/poste?numero=%2B33612345678")
        await expect(page.locator("#poste-trouve")).to_contain_text("Mme Martin")
        await page.get_by_label("Retrouver un appel par numéro").fill("06 12 34 56 79")
        await page.get_by_role("button", name="Retrouver").click()
        await expect(page.get_by_text("Aucun appel transféré")).to_be_visible()
    looks = await house.service.trail.changes(Wanted(action="call looked up"))
    assert [(one.actor, one.detail) for one in looks] == [
        (AGENT, "0 found"),
        (AGENT, "1 found"),
        (AGENT, "1 found"),
    ]
