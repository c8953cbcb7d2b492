"""`/a-apprendre`: in process, then the whole way in a real Chromium, from a question asked in vain to an answer and its effect."""

import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from callbot.accounts import Role
from callbot.config import load
from callbot.learning_loop.language_model import open_language_model
from callbot.web import learning
from tests.browser.test_knowledge import BRUNO, FORM, LEA, SOPHIE, send, signed_in, told
from tests.support.asked import Asked, correct, store
from tests.support.browser import open_browser, sign_in, watch
from tests.support.language_model import language_model
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

PAGE = "/a-apprendre"
TYRES = (
    "où jeter mes pneumatiques",
    "les pneumatiques usagés",
    "vieux pneumatiques de voiture au 06 12 34 56 78",
)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Three people, and five calls in which something was asked in vain."""
    async with scripted_service(tmp_path) as service:
        for name, role in ((SOPHIE, Role.SUPERVISOR), (BRUNO, Role.MANAGER), (LEA, Role.RECEPTIONIST)):
            await service.accounts.add(name, PASSWORD, role, actor="test")
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        words = [*TYRES, "la patinoire municipale", "patinoire municipale tarif"]
        await store(service.database, *(Asked(f"c{n}", text, at=yesterday) for n, text in enumerate(words)))
        await correct(service.database, "c3", "la patinoire municipale", right="piscine_sport")
        yield service


async def test_groups_are_read_named_put_aside_and_taken_up(service: ScriptedService) -> None:
    """Most calls first, numbers masked, what the agents said proposed; a reason is needed; all of it in the journal."""
    async with signed_in(service, SOPHIE) as client:
        empty = told(await client.get(PAGE))
        await send(client, f"{PAGE}/regrouper")
        page = await client.get(PAGE)
        listed = told(page)
        tyres, rink = dict.fromkeys(re.findall(rf'href="({PAGE}/\d+)"', page.text))
        ice = await client.get(rink)
        await send(client, f"{tyres}/nommer", nom="Les pneus")
        refused = await send(client, f"{tyres}/ecarter", raison="parce que")
        await send(client, f"{tyres}/ecarter", raison="À laisser à une personne", precision="pour l’instant")
        aside = told(await client.get(PAGE, params={"vue": "ecartees"}))
        await send(client, f"{tyres}/reprendre")
        back = told(await client.get(PAGE))
        missing = await client.get(f"{PAGE}/77")
    async with signed_in(service, LEA) as client:
        assert (await client.get(PAGE)).status_code == 403
    assert "Rien ici" in empty
    assert listed.index("3 appels") < listed.index("2 appels")
    assert ("…78" in listed, "12 34" in listed, "3 pas comprises." in listed) == (True, False, True)
    assert "Les agents ont indiqué celle-ci." in ice.text
    assert re.search(r'<option value="piscine_sport" selected>', ice.text)
    assert (refused.status_code, missing.status_code) == (400, 404)
    assert "Les pneus À laisser à une personne : pour l’instant." in aside
    assert "Les pneus" in back


async def test_every_group_can_be_reached(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    """By pages, in a view too; those asked for most first."""
    monkeypatch.setattr(learning, "SHOWN", 1)
    async with signed_in(service, SOPHIE) as client:
        await send(client, f"{PAGE}/regrouper")
        first = await client.get(PAGE)
        second = await client.get(f"{PAGE}?page=2")
        aside = await client.get(PAGE, params={"vue": "ecartees", "page": "x"})
    links = [
        re.findall(r'href="(/a-apprendre[^"]*)" rel="(\w+)"', page.text) for page in (first, second, aside)
    ]
    assert links == [[(f"{PAGE}?page=2", "next")], [(PAGE, "prev")], []]
    assert ("3 appels" in told(first), "2 appels" in told(second)) == (True, True)


async def test_sentences_are_added_to_an_answer_or_make_a_new_one(service: ScriptedService) -> None:
    """Those that were chosen, in a draft that the checks look at; the group follows the draft, discarded or approved."""
    async with signed_in(service, SOPHIE) as sophie, signed_in(service, BRUNO) as bruno:
        await send(sophie, f"{PAGE}/regrouper")
        nothing = await send(sophie, f"{PAGE}/1/ajouter", reponse="dechetterie")
        added = await send(sophie, f"{PAGE}/1/ajouter", reponse="dechetterie", phrases=TYRES[2])
        version = added.headers["location"].partition("?")[0]
        draft = told(await sophie.get(version))
        drafted = told(await sophie.get(f"{PAGE}/1"))
        await send(sophie, f"{version}/abandonner")
        discarded = told(await sophie.get(f"{PAGE}/1"))
        form = await send(sophie, f"{PAGE}/1/nouvelle", phrases=TYRES[0])
        written = await send(
            sophie,
            "/connaissances/nouvelle",
            **(FORM | {"groupe": "1", "identifiant": "pneus", "questions": TYRES[0]}),
        )
        version = written.headers["location"].partition("?")[0]
        await send(sophie, f"{version}/soumettre")
        await bruno.get(f"{version}/son")
        await send(bruno, f"{version}/entendu")
        await send(bruno, f"{version}/valider")
        taught = told(await bruno.get(f"{PAGE}/1"))
        listed = told(await bruno.get(PAGE, params={"vue": "apprises"}))
    assert nothing.status_code == 400
    assert ("Une question contient un long numéro" in draft, "entendues au téléphone" in draft) == (
        True,
        True,
    )
    assert ("Brouillon en cours" in drafted, "Brouillon en cours" in discarded) == (True, False)
    assert re.search(rf">\s*{TYRES[0]}</textarea>", form.text)
    assert (
        "Apprise" in taught,
        "L’effet sera mesuré demain" in taught,
        "L’effet sera mesuré demain" in listed,
    ) == (True,) * 3


async def test_a_language_model_drafts_and_names_and_its_failure_is_told(service: ScriptedService) -> None:
    """Its text stands in the form, marked, and on the version for who approves; a bad answer is a sentence on the page."""
    with language_model() as model:
        service.language_model = open_language_model(
            load({}, language_model_url=model.address, language_model="essai")
        )
        async with signed_in(service, SOPHIE) as client:
            await send(client, f"{PAGE}/regrouper")
            form = await send(client, f"{PAGE}/1/nouvelle", avec="modele", phrases=TYRES[0])
            model.says = '{"nom": "Les vieux pneus"}'
            await send(client, f"{PAGE}/1/nommer", avec="modele")
            fields = FORM | {"groupe": "1", "modele": "essai", "identifiant": "pneus"}
            written = await send(client, "/connaissances/nouvelle", **fields)
            version = told(await client.get(written.headers["location"]))
            model.says = "Bonjour !"
            failed = await send(client, f"{PAGE}/1/nouvelle", avec="modele", phrases=TYRES[0])
            named = told(await client.get(f"{PAGE}/1"))
    assert "Les pneus se déposent à la déchetterie." in form.text
    assert (
        "vient d’un modèle de langage (essai)" in told(form),
        "vient d’un modèle de langage (essai)" in version,
    ) == (True, True)
    assert (failed.status_code, "texte inutilisable" in told(failed)) == (502, True)
    assert "Les vieux pneus" in named


async def test_the_whole_way_in_a_browser(service: ScriptedService) -> None:
    """Grouped, chosen, added to the answer that agents named, submitted: with clicks."""
    async with serve_pages(service) as address, open_browser() as browser:
        page = await (await browser.new_context(locale="fr-FR")).new_page()
        seen = watch(page)
        await sign_in(page, address, SOPHIE, PASSWORD, PAGE)
        await page.get_by_role("button", name="Regrouper maintenant").click()
        await page.get_by_role("link", name=re.compile("patinoire")).click()
        await page.get_by_label("patinoire municipale tarif").uncheck()
        await page.get_by_role("button", name="Ajouter les phrases choisies").click()
        await expect(page.get_by_text("Personne ne l’entend encore")).to_be_visible()
        await expect(page.locator("ins", has_text="la patinoire municipale")).to_be_visible()
        await expect(page.locator("ins", has_text="tarif")).to_have_count(0)
        await page.get_by_role("button", name="Proposer à la validation").click()
        await expect(page.get_by_text("une autre personne doit le valider")).to_be_visible()
        await page.goto(f"{address}{PAGE}?vue=en-cours")
        await expect(page.get_by_role("link", name=re.compile("patinoire"))).to_be_visible()
        assert seen.errors == []
