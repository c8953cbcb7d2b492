"""An answer edited in the browser is what the running service says: real router, real voice, real recogniser, no restart."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from callbot.accounts import Role
from callbot.config import load
from callbot.knowledge.store import DEMO
from callbot.media.dialect import LegOpened
from callbot.service import Service
from tests.support.browser import open_browser, sign_in
from tests.support.cli import callbot, environment
from tests.support.learnt import share_prompts

PASSWORD = "une phrase de passe"
QUESTION = "où vont les pneus de camion usés"
ANSWER = "Les pneus se déposent à la déchetterie, quatre par an et par foyer."
LEARNT_MS = 400_000
"""Some twenty seconds of one core, after everybody else's."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service in this process, for the demonstration commune as it is where nobody speaks but French."""
    share_prompts(tmp_path)
    folder = tmp_path / "knowledge"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("languages"))
    file = folder / "commune.toml"
    only_french = file.read_text("utf-8").replace('["fr", "en"]', '["fr"]').replace('language = "en"', "")
    file.write_text(only_french, "utf-8")
    async with Service.open(load(environment(tmp_path, tts="pico", knowledge_dir=folder))) as running:
        await running.accounts.add("sophie", PASSWORD, Role.SUPERVISOR, actor="test")
        await running.accounts.add("bruno", PASSWORD, Role.MANAGER, actor="test")
        yield running


async def _edit(page: Page) -> None:
    """A new sentence and a new question, submitted."""
    await page.get_by_label("Chercher").fill("dechetterie")
    await page.get_by_role("button", name="Chercher").click()
    await page.get_by_role("link", name=re.compile("La déchetterie et ce qu.on peut y déposer")).click()
    await page.get_by_role("link", name="Modifier").click()
    await page.get_by_label("Ce que l’appelant entend").fill(ANSWER)
    questions = page.get_by_label("Questions d’exemple, une par ligne")
    await questions.fill(f"{await questions.input_value()}\n{QUESTION}")
    await page.get_by_label("À relire avant le").fill("2027-11-01")
    await page.get_by_role("button", name="Enregistrer le brouillon").click()
    await page.get_by_role("button", name="Proposer à la validation").click()
    await expect(page.get_by_text("une autre personne doit le valider")).to_be_visible()


@pytest.mark.timeout(900)  # a service starts, and learns twice
async def test_what_is_approved_is_what_callers_hear(service: Service, tmp_path: Path) -> None:
    """Search, edit, submit; listen to the real voice, approve; calls from then on and `callbot ask` have it, a call before does not."""
    address = f"http://127.0.0.1:{service.web_port}"
    opened = service._opened
    leg = LegOpened("leg", "", "", 8000)
    before = await opened.make_parts(leg)
    async with open_browser() as browser:
        page = await (await browser.new_context(locale="fr-FR")).new_page()
        await sign_in(page, address, "sophie", PASSWORD, "/connaissances")
        await _edit(page)
        other = await (await browser.new_context(locale="fr-FR")).new_page()
        await sign_in(other, address, "bruno", PASSWORD, "/connaissances")
        await other.get_by_role("list", name="À valider et brouillons").get_by_role("link").click()
        player = other.get_by_label("Écouter la réponse")
        await player.evaluate("player => { player.muted = true; player.play(); }")
        await other.get_by_role("button", name="Valider").click(timeout=60_000)
        await expect(other.get_by_text("L’assistant apprend", exact=False).first).to_be_visible()
        await expect(other.get_by_text("Sur cette machine")).to_be_visible(timeout=LEARNT_MS)
        await other.goto(f"{address}/connaissances/essayer")
        await other.get_by_label("Question").fill(QUESTION)
        await other.get_by_role("button", name="Demander").click()
        await expect(other.get_by_text(ANSWER)).to_be_visible()
    after = await opened.make_parts(leg)
    readings = [await asyncio.to_thread(parts.interpret, QUESTION) for parts in (before, after)]
    confident = [
        reading.best.confidence if reading.best and reading.best.motive == "dechetterie" else 0.0
        for reading in readings
    ]
    assert confident[0] < 0.85 <= confident[1]
    for parts in (before, after):
        await parts.recognizer.close()
    ran = callbot(tmp_path, "ask", QUESTION, "--json", knowledge_dir=tmp_path / "knowledge")
    told = json.loads(ran.out)
    assert (told["decision"], told["answer_id"], ANSWER in told["reply"]) == ("answer", "dechetterie", True)
