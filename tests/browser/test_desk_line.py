"""The desk where networks and people are as they are: two calls for two receptionists at once, and a network that goes without a word."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from callbot.accounts import Role
from callbot.humans.queue_types import Caller, Place
from tests.browser.test_desk import CALLER, LOST, House
from tests.support.browser import open_browser
from tests.support.cable import cable
from tests.support.desks import AGENT, CARD, COLLEAGUE, now, open_desk
from tests.support.gallery import SUBJECTS
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

SECOND = Caller("file-2", "m", "accueil", reason="no_match")
NUMBERS = {"file-1": "06 12 34 56 78", "file-2": "06 98 76 54 32"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Two receptionists."""
    async with scripted_service(tmp_path) as service:
        service.answers = SUBJECTS
        for name in (AGENT, COLLEAGUE):
            await service.accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="test")
        yield service


async def served(house: House, page: Page, name: str, note: str) -> str:
    """Whoever is offered to `name` is taken, talked to, ended and written down; the number that the page showed, the only one."""
    offer = page.locator("[data-place=offered]")
    await expect(offer).to_be_visible()
    number = (await offer.locator(".number").inner_text()).replace("\u202f", " ")
    shown = (await page.content()).replace("\u202f", " ")
    assert [one for one in NUMBERS.values() if one in shown] == [number]
    await house.picks_up(int(await offer.get_attribute("data-call") or 0), name)
    await page.get_by_label("Note").fill(note)
    await page.get_by_role("button", name="Terminer").click()
    await page.get_by_role("button", name="Enregistrer le suivi").click()
    await expect(page.locator("#poste-journee tbody tr")).to_have_count(1)
    return number


async def test_two_callers_and_two_receptionists_at_once(service: ScriptedService) -> None:
    """Each is offered one, reads only theirs, and what they write stands with that call."""
    async with serve_pages(service) as address, open_browser() as browser:
        house = House(service, address, browser)
        for name in (AGENT, COLLEAGUE):
            await open_desk(service, name, ready=True)
        async with house.desk(AGENT) as jeanne, house.desk(COLLEAGUE) as paul:
            await service.desk.cards.put(replace(CARD, call_id="file-2", number="0698765432"), now())
            entries = {await house.call(): "file-1", await service.queue.enter(SECOND, now()): "file-2"}
            numbers = [
                await served(house, jeanne, AGENT, "de Jeanne"),
                await served(house, paul, COLLEAGUE, "de Paul"),
            ]
        filed = await service.desk.follow_ups.filed(list(entries))
    assert sorted(numbers) == sorted(NUMBERS.values())
    noted = {NUMBERS[entries[entry_id]]: (one.agent, one.note) for entry_id, one in filed.items()}
    assert noted == {numbers[0]: (AGENT, "de Jeanne"), numbers[1]: (COLLEAGUE, "de Paul")}


async def test_a_network_that_goes_without_a_word(service: ScriptedService) -> None:
    """Nothing is refused, nothing arrives: it is said, a click is answered, a follow-up goes out once the network is back."""
    await open_desk(service, AGENT, ready=True)
    async with (
        serve_pages(service) as pages,
        cable(urlsplit(pages).port or 0) as line,
        open_browser() as browser,
    ):
        house = House(service, line.address, browser)
        entry_id = await house.call(CALLER)
        await house.picks_up(entry_id)
        async with house.desk(AGENT) as page:
            await page.get_by_label("Note").fill("Son fils passera jeudi.")
            line.cut()
            await page.get_by_role("button", name="Enregistrer le suivi").click()
            await expect(page.get_by_text("Pas encore enregistré")).to_be_visible()
            await expect(page.get_by_role("alert").filter(has_text=LOST)).to_be_visible()
            line.mend()
            await expect(page.get_by_text(LOST)).to_have_count(0)
            await expect(page.get_by_text("Le suivi est enregistré.")).to_be_visible()
            await page.get_by_role("button", name="Terminer").click()
            await expect(page.locator("[data-state=wrap_up]")).to_be_visible()
    entry = await service.queue.entry(entry_id)
    assert entry
    assert entry.place is Place.ENDED
    assert [one.note for one in (await service.desk.follow_ups.filed([entry_id])).values()] == [
        "Son fils passera jeudi."
    ]
