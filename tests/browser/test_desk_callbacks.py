"""Calling back from the desk: in their turn, « Pas de réponse » by key, missed calls. Forms in process, keys in a real Chromium."""

import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import expect

from callbot import callback_turns
from callbot.accounts import Role
from callbot.callback_states import CallbackState
from callbot.humans.desk import Desk
from callbot.humans.desk_cards import Cards
from callbot.humans.queue_events import AgentReady, CallBackChosen, CallerHungUp, OfferAccepted
from callbot.humans.queue_types import AgentState, Caller, Place
from callbot.web.app import create_app
from tests.support.browser import open_browser, sign_in, watch
from tests.support.callbacks import Asked, ask
from tests.support.desks import AGENT, CARD, COLLEAGUE, now, open_desk, said_in_call
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

SITE = "http://mairie.example"
ASKED = Asked(dt.timedelta(), "+33655443322", "Mme Martin")
"""Another number than the one that called."""
MINUTE = dt.timedelta(minutes=1)
NO_TELEPHONE = """addEventListener("click", (event) => event.target.closest('a[href^="tel:"]') && event.preventDefault(), true);"""
"""The browser's question which program is to dial would stand over the page."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Two receptionists; numbers of missed calls are kept for an hour."""
    async with scripted_service(tmp_path) as service:
        service.clock.at = now()
        cards = Cards(service.database, dt.timedelta(hours=1))
        for name in (AGENT, COLLEAGUE):
            await service.accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="test")
        yield replace(service, desk=Desk(service.database, service.queue, cards))


@asynccontextmanager
async def signed_in(service: ScriptedService, name: str = AGENT) -> AsyncIterator[httpx2.AsyncClient]:
    """A receptionist's browser, in process."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        page = await client.get("/connexion")
        given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
        await client.post("/connexion", data=given | {"identifiant": name, "mot_de_passe": PASSWORD})
        yield client


async def send(client: httpx2.AsyncClient, path: str, entry_id: int) -> httpx2.Response:
    """A button of the desk."""
    token = re.findall(r'name="jeton" value="(\w+)"', (await client.get("/poste")).text)[0]
    return await client.post(f"/poste/{path}", data={"jeton": token, "appel": str(entry_id)})


async def promised(service: ScriptedService, call_id: str = "rappel") -> int:
    """Somebody has asked, in the queue, to be called back at another number."""
    await service.desk.cards.put(replace(CARD, call_id=call_id), now())
    entry_id = await service.queue.enter(Caller(call_id, "m", "accueil"), now())
    await service.queue.tell(entry_id, CallBackChosen(now()))
    await ask(service, call_id, ASKED, now())
    return entry_id


async def missed(service: ScriptedService, call_id: str = "manque") -> int:
    """Somebody has waited for two minutes, and hung up."""
    await service.desk.cards.put(replace(CARD, call_id=call_id), now())
    await said_in_call(service, call_id, ("Bonjour.", ""))
    entry_id = await service.queue.enter(Caller(call_id, "m", "etat_civil"), now() - 3 * MINUTE)
    await service.queue.tell(entry_id, CallerHungUp(now() - MINUTE))
    await service.desk.cards.forget_gone(now())
    return entry_id


async def test_no_answer_by_key(service: ScriptedService) -> None:
    """The number that was confirmed is dialled; Alt+Maj+N is a try; the list says so; the desk takes the next call at once."""
    entry_id = await promised(service)
    async with serve_pages(service) as address, open_browser() as browser:
        page = await (await browser.new_context(locale="fr-FR")).new_page()
        await sign_in(page, address, AGENT, PASSWORD, "/poste")
        await expect(page.locator("[data-needs-script]").first).to_be_visible()
        seen = watch(page)
        await open_desk(service, AGENT, ready=True)
        await expect(page.get_by_role("heading", name="À rappeler maintenant")).to_be_visible()
        await expect(page.locator(".desk__who a")).to_have_attribute("href", "tel:+33655443322")
        await page.get_by_role("button", name="Je rappelle").click()
        await expect(page.get_by_role("heading", name="Vous rappelez cette personne")).to_be_visible()
        await page.keyboard.press("Alt+Shift+N")
        await expect(page.locator("[data-state=available]")).to_be_visible()
        await expect(page.locator("#poste-avis")).to_contain_text("C’est noté, sans réponse")
        await expect(page.locator("#poste-file")).to_contain_text("À rappeler à son tour, pas avant")
        await expect(page.locator("#poste-journee")).to_contain_text("Vous n’avez pas encore pris d’appel.")
        await page.goto(f"{address}/rappels")
        await expect(page.locator("#rappel-1")).to_contain_text("En file, à son tour")
        await expect(page.locator("#rappel-1")).to_contain_text("Essayé une fois")
        assert (seen.hosts, seen.errors) == ({"127.0.0.1"}, [])
    entry = await service.queue.entry(entry_id)
    assert entry
    assert (entry.place, entry.unanswered, entry.connected_at) == (Place.PROMISED, 1, None)


async def test_no_answer_is_of_who_calls_back_alone(service: ScriptedService) -> None:
    """Not a colleague's, and not of a call that is on the line: nothing changes, and the page says so."""
    await open_desk(service, COLLEAGUE, ready=True)
    entry_id = await promised(service)
    async with signed_in(service) as jeanne, signed_in(service, COLLEAGUE) as paul:
        assert (await send(jeanne, "sans-reponse", entry_id)).status_code == 409
        await send(paul, "prendre", entry_id)
        assert 'href="/rappels/1#reessayer" data-key="A"' in (await paul.get("/poste")).text
        assert (await send(jeanne, "sans-reponse", entry_id)).status_code == 409
        assert (await send(paul, "sans-reponse", entry_id)).status_code == 303
        await open_desk(service, COLLEAGUE, ready=True)
        talk = await service.queue.enter(Caller("direct", "m", "accueil"), now())
        await send(paul, "prendre", talk)
        assert "Pas de réponse</" not in (await paul.get("/poste")).text
        assert (await send(paul, "sans-reponse", talk)).status_code == 409


async def test_the_list_says_who_is_on_the_line(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has called again cannot be called; who takes them reads what they had asked, and the talk's end makes it done."""
    monkeypatch.setattr(callback_turns, "SHORT", dt.timedelta(0))  # a talk of seconds counts here
    await ask(service, "hier", replace(ASKED, number="+33612345678"), now() - 60 * MINUTE)
    await service.desk.cards.put(replace(CARD, call_id="encore"), now())
    entry_id = await service.queue.enter(Caller("encore", "m", "accueil"), now())
    async with signed_in(service) as jeanne:
        page = (await jeanne.get("/rappels")).text
        assert "La personne a rappelé : elle attend dans la file" in page
        assert 'action="/rappels/1/appeler"' not in page
        await open_desk(service, AGENT)
        await service.queue.tell_agent(AGENT, AgentReady(now()))
        assert "A aussi demandé à être rappelé" in (await jeanne.get("/poste")).text
        await send(jeanne, "prendre", entry_id)
        await send(jeanne, "terminer", entry_id)
    found = await service.callbacks.find(1)
    assert found
    assert (found.state, found.state_by) == (CallbackState.DONE, AGENT)


async def test_a_missed_call_is_called_back_in_one_click(service: ScriptedService) -> None:
    """A request, the receptionist's, where its number is dialled; twice is once, and the line says so from then on."""
    entry_id = await missed(service)
    async with signed_in(service) as jeanne, signed_in(service, COLLEAGUE) as paul:
        assert 'action="/poste/rappeler"' in (await jeanne.get("/poste")).text
        assert "12 34 56" not in (await jeanne.get("/poste")).text
        called = await send(jeanne, "rappeler", entry_id)
        assert (called.status_code, called.headers["location"]) == (303, "/rappels/1?appel=tel")
        assert 'href="tel:+33612345678"' in (await jeanne.get(called.headers["location"])).text
        assert (await send(paul, "rappeler", entry_id)).headers["location"] == "/rappels/1"
        assert "12 34 56" not in (await paul.get("/rappels/1")).text
        desk = (await paul.get("/poste")).text
        assert ('action="/poste/rappeler"' in desk, "Dans les rappels" in desk) == (False, True)
    found = await service.callbacks.find(1)
    assert found
    assert (found.state, found.name, found.motive, [one.by for one in found.tries]) == (
        CallbackState.TRIED,
        "Mme Martin",
        "titre",
        [AGENT],
    )


async def test_who_calls_back_in_another_tab_is_busy_at_their_desk(service: ScriptedService) -> None:
    """« En rappel » at once, and no call; asked in time whether they talk still; what came of it said there, the next call is theirs."""
    await open_desk(service, AGENT, ready=True)
    await open_desk(service, COLLEAGUE)
    entry_id = await missed(service)
    async with serve_pages(service) as address, open_browser() as browser:
        context = await browser.new_context(locale="fr-FR")
        desk, tab = await context.new_page(), await context.new_page()
        await sign_in(desk, address, AGENT, PASSWORD, "/poste")
        await expect(desk.locator("[data-needs-script]").first).to_be_visible()
        await tab.goto(f"{address}/poste")
        await tab.get_by_role("button", name="Rappeler").click()
        await expect(tab.get_by_text("Votre poste est « en rappel »")).to_be_visible()
        await expect(desk.locator("[data-state=dialling]")).to_be_visible()
        await expect(desk.locator(".desk__who a")).to_have_attribute("href", "tel:+33612345678")
        waits = await service.queue.enter(Caller("file", "m", "accueil"), now())
        await expect(desk.locator("#poste-file")).to_contain_text("En ligne")
        assert service.clock.at
        service.clock.at += 16 * MINUTE
        await desk.get_by_role("button", name="Toujours en ligne").click(timeout=15_000)
        await expect(desk.get_by_text("vous êtes toujours en ligne")).to_be_visible()
        await expect(desk.get_by_role("button", name="Toujours en ligne")).to_have_count(0)
        entry = await service.queue.entry(waits)
        assert entry
        assert entry.place is Place.WAITING
        await desk.keyboard.press("Alt+Shift+N")
        await expect(desk.locator("[data-place=offered]")).to_be_visible()
        await expect(desk.locator("#poste-journee")).to_contain_text("Dans les rappels")
    assert (await service.desk.missed(entry_id)) is not None
    found = await service.callbacks.find(1)
    assert found
    assert (found.state, found.claimed(service.clock.at), len(found.tries)) == (CallbackState.TRIED, None, 1)


async def test_each_outcome_has_a_key(service: ScriptedService) -> None:
    """From the desk and on the request's page: T and A lead there, N notes it; another call-back is refused until then, with a link."""
    await open_desk(service, AGENT, ready=True)
    for call_id, number in (("un", "+33655443322"), ("deux", "+33677889900")):
        await ask(service, call_id, replace(ASKED, number=number), now())
    async with serve_pages(service) as address, open_browser() as browser:
        page = await (await browser.new_context(locale="fr-FR")).new_page()
        await page.add_init_script(NO_TELEPHONE)
        await sign_in(page, address, AGENT, PASSWORD, "/rappels/1")
        seen = watch(page)
        await page.get_by_role("button", name="Appeler", exact=True).click()
        await expect(page.get_by_text("Votre poste est « en rappel »")).to_be_visible()
        await expect(page.get_by_role("link", name="Composer")).to_be_focused()
        await page.goto(f"{address}/rappels/2")
        await page.get_by_role("button", name="Appeler", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("dites d’abord ce qu’il en est")
        await page.get_by_role("link", name="Dire ce qu’il en est de l’autre rappel").click()
        await expect(page).to_have_url(f"{address}/rappels/1")
        for letter, field in (("T", "Oui, c’est résolu"), ("A", "Réessayer")):
            await page.goto(f"{address}/poste")
            await expect(page.locator("[data-needs-script]").first).to_be_visible()
            await page.keyboard.press(f"Alt+Shift+{letter}")
            await expect(page).to_have_url(re.compile("/rappels/1#"))
            await expect(page.get_by_label(field, exact=True)).to_be_focused()
        for letter, field in (("T", "Oui, c’est résolu"), ("A", "Réessayer")):
            await page.keyboard.press(f"Alt+Shift+{letter}")
            await expect(page.get_by_label(field, exact=True)).to_be_focused()
        await page.keyboard.press("Alt+Shift+N")
        await expect(page.get_by_text("Votre poste est de nouveau disponible")).to_be_visible()
        assert seen.hosts == {"127.0.0.1"}
    found = [await service.callbacks.find(number) for number in (1, 2)]
    assert [(one.state, len(one.tries)) for one in found if one] == [
        (CallbackState.TRIED, 1),
        (CallbackState.TO_CALL, 0),
    ]


async def test_who_talks_is_told_to_end_it_first(service: ScriptedService) -> None:
    """Of a missed call that is to be called back, and of a desk that is to be closed: in a sentence, without a script too."""
    entry_id = await missed(service)
    await open_desk(service, AGENT, ready=True)
    talk = await service.queue.enter(Caller("direct", "m", "accueil"), now())
    async with signed_in(service) as jeanne:
        await send(jeanne, "prendre", talk)
        answers = [await send(jeanne, "rappeler", entry_id), await send(jeanne, "fermer", entry_id)]
        await send(jeanne, "terminer", talk)
        assert (await send(jeanne, "rappeler", entry_id)).status_code == 303
        answers.append(await send(jeanne, "fermer", entry_id))
    said = ("terminez d’abord cet appel", "ce sera possible après l’appel", "dites d’abord ce qu’il en est")
    for answer, sentence in zip(answers, said, strict=True):
        assert (answer.status_code, sentence in answer.text) == (409, True)


async def test_a_long_talk_from_the_queue_is_asked_about(service: ScriptedService) -> None:
    """Five minutes before it would end by itself; the answer begins the time anew, a colleague's changes nothing."""
    entry_id = await promised(service)
    await open_desk(service, AGENT, ready=True)
    await service.queue.tell(entry_id, OfferAccepted(now() - 26 * MINUTE), by=AGENT)
    async with signed_in(service) as jeanne, signed_in(service, COLLEAGUE) as paul:
        assert "sera noté sans réponse à" in (await jeanne.get("/poste")).text
        assert (await send(paul, "toujours", entry_id)).status_code == 409
        assert (await send(jeanne, "toujours", entry_id)).status_code == 303
        assert "Toujours en ligne" not in (await jeanne.get("/poste")).text
    await service.queue.sweep(now() + 29 * MINUTE)
    entry = await service.queue.entry(entry_id)
    assert entry
    assert entry.place is Place.CONNECTED


async def test_numbers_of_missed_calls_are_forgotten(service: ScriptedService) -> None:
    """After their hours, or at once where none are kept: then there is no button, and a click that is late is told so."""
    entry_id = await missed(service)
    await service.desk.cards.forget_gone(now() + 61 * MINUTE)
    async with signed_in(service) as jeanne:
        assert 'action="/poste/rappeler"' not in (await jeanne.get("/poste")).text
        late = await send(jeanne, "rappeler", entry_id)
        assert (late.status_code, "Ce numéro n’est plus connu" in late.text) == (409, True)
    again = await missed(service, "encore")
    await Cards(service.database).forget_gone(now())
    assert await service.desk.missed(again) is None
    agent = await service.queue.agent(AGENT)
    assert agent is None or agent.state is AgentState.OFFLINE
