"""Opening hours as a supervisor changes them, in a real browser: read again in words, saved, taken back; and a message, quickly."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from callbot.audit import Wanted
from callbot.humans.hours import Span
from callbot.web.app import create_app
from callbot.web.security import form_token
from callbot.web.sessions import SESSION_COOKIE
from tests.support.browser import open_browser, sign_in
from tests.support.gallery import furnish
from tests.support.web_service import NAME, PASSWORD, ScriptedService, scripted_service, serve_pages

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID = (
    "Voici nos horaires. Du lundi au mercredi et le vendredi, de huit heures trente à midi et de treize heures trente à dix-sept "
    "heures trente. Le jeudi, de huit heures trente à midi et de treize heures trente à dix-neuf heures. Le samedi, de neuf heures "
    "à midi. Nous sommes fermés le dimanche et les jours fériés."
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """For all tests of this module."""
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """A town hall with hours, two lines, and a validated sentence about its hours."""
    async with scripted_service(tmp_path) as service:
        furnish(service)
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def page(service: ScriptedService, browser: Browser) -> AsyncIterator[Page]:
    """A supervisor in front of the page."""
    async with serve_pages(service) as address:
        context = await browser.new_context(locale="fr-FR", base_url=address)
        page = await context.new_page()
        await sign_in(page, address, NAME, PASSWORD)
        await page.goto("/horaires")
        yield page
        await context.close()


async def test_a_week_is_changed_and_taken_back(page: Page, service: ScriptedService) -> None:
    """What is wrong is said first; nothing is saved before it is shown in words; the journal tells who."""
    await page.get_by_role("link", name="Modifier").click()
    await page.get_by_label("Jeudi, plage 2, à", exact=True).fill("12")
    await page.get_by_role("button", name="Relire en toutes lettres").click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "Jeudi : la plage de 13 h 30 à 12 h finit avant de commencer."
    )
    await page.get_by_label("Jeudi, plage 2, à", exact=True).fill("19h")
    await page.get_by_role("button", name="Relire en toutes lettres").click()
    await expect(page.get_by_text(f"« {SAID} »")).to_be_visible()
    await expect(page.get_by_text("Réponse remplacée")).to_be_visible()
    assert service.boards.now.weeks == ()
    await page.get_by_label("Samedi, plage 1, à", exact=True).fill("13")  # changed after it was shown
    await page.get_by_role("button", name="Enregistrer ces horaires").click()
    await expect(page.get_by_text("de neuf heures à treize heures")).to_be_visible()
    assert service.boards.now.weeks == ()
    await page.get_by_role("button", name="Enregistrer ces horaires").click()
    await expect(page.get_by_text("Les horaires sont enregistrés")).to_be_visible()
    week = (await service.boards.refresh()).weeks[0]
    assert (week.made_by, week.season.weekly[3][1], week.season.weekly[5]) == (
        NAME,
        Span(810, 1140),
        (Span(540, 780),),
    )
    await page.get_by_role("button", name="Retirer les horaires jusqu’à nouvel ordre").click()
    await expect(page.get_by_text("Ces horaires sont retirés.")).to_be_visible()
    await expect(page.get_by_text("D’origine")).to_be_visible()
    assert service.boards.now.weeks == ()
    changes = [(one.actor, one.action) for one in await service.trail.changes(Wanted())]
    assert changes[:2] == [(NAME, "hours taken back"), (NAME, "hours set")]


async def test_a_day_is_filled_with_few_keys(page: Page) -> None:
    """Monday is copied, a third range appears when it is asked for, a closed day keeps no hours."""
    await page.goto("/horaires/semaine?lieu=service:etat_civil")
    await page.get_by_label("Lundi, plage 1, de", exact=True).fill("9")
    await page.get_by_role("button", name="Ajouter une plage, Lundi").click()
    await expect(page.get_by_label("Lundi, plage 3, de", exact=True)).to_be_focused()
    await page.get_by_label("Lundi, plage 3, de", exact=True).fill("18")
    await page.get_by_label("Lundi, plage 3, à", exact=True).fill("20")
    await page.get_by_role("button", name="Copier le lundi").click()
    await page.get_by_label("Fermé mercredi").check()
    values = [
        await page.locator(f"#{day}_{number}_debut").input_value()
        for day in ("mardi", "mercredi", "vendredi", "samedi")
        for number in (1, 3)
    ]
    assert values == ["9", "18", "", "", "9", "18", "9:00", ""]


async def test_a_holiday_is_opened(page: Page, service: ScriptedService) -> None:
    """From the list of those that come."""
    rows = page.locator(".card", has=page.get_by_role("heading", name="Jours fériés")).get_by_role("listitem")
    row = rows.first
    await expect(row.get_by_text("Fermé")).to_be_visible()
    await row.get_by_role("link", name="Ouvrir ou changer").click()
    await page.get_by_label("Ce jour, plage 1, de", exact=True).fill("9")
    await page.get_by_label("Ce jour, plage 1, à", exact=True).fill("12")
    await page.get_by_role("button", name="Enregistrer ce jour").click()
    await expect(page.get_by_text("Les horaires de ce jour sont enregistrés.")).to_be_visible()
    await expect(rows.first.get_by_text("Ouvert")).to_be_visible()
    [week] = service.boards.now.weeks
    assert week.season.one_day


async def test_a_message_is_announced_in_three_clicks(page: Page, service: ScriptedService) -> None:
    """A sentence to begin with, until tonight, listened to, switched on."""
    await page.get_by_role("button", name="La mairie est fermée cet après-midi.").click()
    await page.get_by_role("button", name="Préparer et écouter").click()
    await page.evaluate("document.querySelector('audio[data-heard]').play()")
    await page.get_by_role("button", name="Diffuser").click()
    await expect(page.get_by_text("Le message est diffusé")).to_be_visible()
    assert service.boards.now.texts() == ["La mairie est fermée cet après-midi."]


async def test_two_who_change_the_same_hours_are_told(service: ScriptedService) -> None:
    """Who comes later sees what is in force before saving; a place that does not exist is not found."""
    account = await service.accounts.verify(NAME, PASSWORD, "here")
    assert account
    session = await service.accounts.open_session(account)
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://mairie.example") as client:
        client.cookies.set(SESSION_COOKIE, session)
        token = {"jeton": form_token(session), "lieu": "mairie"}
        form = {f"{day}_1_{end}": time for day in ("lundi",) for end, time in (("debut", "9"), ("fin", "12"))}
        form |= {
            f"{day}_ferme": "oui" for day in ("mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
        }
        first = await client.post("/horaires/semaine", data=token | form)
        [seen] = re.findall(r'name="vu" value="([^"]+)"', first.text)
        saved = await client.post("/horaires/semaine", data=token | form | {"vu": seen, "depuis": ""})
        assert saved.status_code == 303
        again = await client.post("/horaires/semaine", data=token | form | {"vu": seen, "depuis": ""})
        assert (again.status_code, "Une autre personne vient de changer" in again.text) == (200, True)
        assert len(service.boards.now.weeks) == 1
        gone = await client.post("/horaires/semaine/99/retirer", data=token)
        assert (gone.status_code, "déjà été retirés" in gone.text) == (409, True)
        assert (await client.get("/horaires/semaine?lieu=service:piscine")).status_code == 404
