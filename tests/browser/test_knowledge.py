"""Answers on their pages: in process with two people, then a real Chromium that searches, edits, listens and approves."""

import asyncio
import contextlib
import datetime as dt
import html
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from callbot.accounts import Role
from callbot.editing.version_store import VersionStore
from callbot.web.app import create_app
from callbot.web.knowledge_words import name as name_of
from tests.support.browser import open_browser, sign_in, watch
from tests.support.knowledge import Learning, live_knowledge
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

SITE = "http://mairie.example"
SOPHIE, BRUNO, LEA = "sophie", "bruno", "léa"
"""A supervisor, a manager, a receptionist."""
QUESTION = "où trouver la carte cadeau de la commune"
ANSWER = "La carte cadeau se retire à l'accueil de la mairie."
ENTRY = "/connaissances/fr/horaires"
NEXT_YEAR = (dt.date.today() + dt.timedelta(days=300)).isoformat()
FORM = {
    "identifiant": "carte_cadeau",
    "aspect": "",
    "sujet": "la carte cadeau",
    "reponse": ANSWER,
    "questions": f"{QUESTION}\nla carte cadeau s'il vous plaît\n\nla carte cadeau s'il vous plaît",
    "type": "answer",
    "service": "accueil",
    "relecture": NEXT_YEAR,
    "sources": "Délibération du conseil ; https://mairie.example/d ; 01/12/2025",
    "raison": "On nous la demande.",
}


async def _render(_language: str, _texts: Sequence[str]) -> None:
    """Nobody listens."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Pages with three people."""
    async with scripted_service(tmp_path) as service:
        for name, role in ((SOPHIE, Role.SUPERVISOR), (BRUNO, Role.MANAGER), (LEA, Role.RECEPTIONIST)):
            await service.accounts.add(name, PASSWORD, role, actor="test")
        yield service


@asynccontextmanager
async def signed_in(service: ScriptedService, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody's browser, in process."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        page = await client.get("/connexion")
        given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
        await client.post("/connexion", data=given | {"identifiant": name, "mot_de_passe": PASSWORD})
        yield client


async def send(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    """A form of ours."""
    page = await client.get("/connaissances/essayer")
    token = re.findall(r'name="jeton" value="([^"]*)"', page.text)[0]
    return await client.post(path, data={"jeton": token, **fields})


def told(response: httpx2.Response) -> str:
    """The text of a page, its spaces made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def test_answers_are_sought_and_read(service: ScriptedService) -> None:
    """By text, motive, state and language; what is found can be read; what is not there says so."""
    async with signed_in(service, SOPHIE) as client:
        everything = told(await client.get("/connaissances"))
        some = told(
            await client.get("/connaissances", params={"q": "acte naissance", "motif": "acte_naissance"})
        )
        none = told(await client.get("/connaissances", params={"q": "girafe volante"}))
        english = told(await client.get("/connaissances", params={"langue": "en", "q": "birth"}))
        page = told(await client.get(ENTRY))
        missing = await client.get("/connaissances/fr/girafe"), await client.get("/connaissances/xx/horaires")
    assert f"{len(service.live.now.knowledge.entries)} réponses" in everything
    assert 1 < int(re.findall(r"Réponses (\d+) réponses?", some)[0]) < 40
    assert "Aucune réponse ne correspond" in none
    assert "birth" in english
    entry = service.live.now.knowledge.by_id["horaires"]
    assert [
        piece in page
        for piece in (entry.questions[0], f"Validée par {entry.validator}", "Version du fichier")
    ] == [True] * 3
    assert [one.status_code for one in missing] == [404, 404]


async def test_a_new_answer_is_written_checked_heard_and_approved_by_another(
    service: ScriptedService,
) -> None:
    """What is wrong is said at its field; nobody approves their own text, nor unheard; then the bot answers with it."""
    async with signed_in(service, SOPHIE) as sophie, signed_in(service, BRUNO) as bruno:
        wrong = await send(
            sophie,
            "/connaissances/nouvelle",
            **(FORM | {"identifiant": "Carte", "reponse": "Non", "sources": "x"}),
        )
        taken = await send(sophie, "/connaissances/nouvelle", **(FORM | {"identifiant": "horaires"}))
        written = await send(
            sophie, "/connaissances/nouvelle", **(FORM | {"reponse": "Voir www.mairie.fr pour la carte."})
        )
        version = written.headers["location"].partition("?")[0]
        refused = await send(sophie, f"{version}/soumettre")
        await send(sophie, "/connaissances/fr/carte_cadeau/modifier", **FORM)
        submitted = await send(sophie, f"{version}/soumettre")
        own = await send(sophie, f"{version}/valider")
        unheard = await send(bruno, f"{version}/valider")
        sound = await bruno.get(f"{version}/son")
        await send(bruno, f"{version}/entendu")
        approved = await send(bruno, f"{version}/valider")
        waiting = told(await bruno.get("/connaissances/fr/carte_cadeau"))
        before = told(await send(bruno, "/connaissances/essayer", question=QUESTION, langue="fr"))
        await service.live.follow(_render)
        after = told(await send(bruno, "/connaissances/essayer", question=QUESTION, langue="fr"))
        state = (await bruno.get("/connaissances/etat")).json()
        page = told(await bruno.get("/connaissances/fr/carte_cadeau"))
    assert [one.status_code for one in (wrong, taken, written, refused, submitted, own, unheard, approved)] == [
        400, 400, 303, 409, 303, 409, 409, 303,
    ]  # fmt: skip
    assert [
        piece in told(wrong) for piece in ("lettres minuscules", "de 10 à 1000 signes", "écrivez le titre")
    ] == [True] * 3
    assert "Une adresse de site" in told(refused)
    assert ("une autre personne doit le valider" in told(own), "Écoutez d’abord" in told(unheard)) == (
        True,
        True,
    )
    assert (sound.headers["content-type"], len(sound.content)) == ("audio/wav", 1644)
    assert "Pas encore en service" in waiting
    assert (ANSWER in before, ANSWER in after) == (False, True)
    assert state == {"edition": 1, "problem": ""}
    assert [
        piece in page
        for piece in ("En service Sur cette machine", "validée par bruno", "On nous la demande.")
    ] == [True] * 3


async def test_an_answer_is_given_back_suspended_and_restored(service: ScriptedService) -> None:
    """Each with its reason; what was suspended leads callers to a person, until what was validated comes back."""
    question = service.live.now.knowledge.by_id["horaires"].questions[0]
    async with signed_in(service, SOPHIE) as sophie, signed_in(service, BRUNO) as bruno:
        form = dict(
            re.findall(
                r'<(?:input|textarea)[^>]* name="(\w+)"[^>]*value="([^"]*)"',
                (await sophie.get(f"{ENTRY}/modifier")).text,
            )
        )
        fields = FORM | {"relecture": form["relecture"] or NEXT_YEAR}
        version = (await send(sophie, f"{ENTRY}/modifier", **fields)).headers["location"].partition("?")[0]
        await send(sophie, f"{version}/soumettre")
        silent = await send(bruno, f"{version}/rendre", remarque=" ")
        await send(bruno, f"{version}/rendre", remarque="Ce ne sont pas les horaires.")
        given_back = told(await sophie.get(version))
        await send(sophie, f"{version}/abandonner")
        late = await send(bruno, f"{version}/valider")
        no_reason = await send(bruno, f"{ENTRY}/suspendre", raison="")
        await send(bruno, f"{ENTRY}/suspendre", raison="Travaux, tout est faux.")
        await service.live.follow(_render)
        suspended = told(await send(bruno, "/connaissances/essayer", question=question, langue="fr"))
        await send(bruno, f"{ENTRY}/retablir", version="0")
        await service.live.follow(_render)
        restored = told(await send(bruno, "/connaissances/essayer", question=question, langue="fr"))
        cannot = await send(bruno, f"{ENTRY}/retablir", version="1")
        history = told(await bruno.get(ENTRY))
    assert (silent.status_code, late.status_code, no_reason.status_code, cannot.status_code) == (
        400,
        409,
        400,
        409,
    )
    assert "Ce ne sont pas les horaires." in given_back
    assert ("Il passe une personne" in suspended, "Il répond" in restored) == (True, True)
    assert [
        piece in history
        for piece in (
            "Rétablit la version du fichier, par bruno",
            "suspendue par bruno",
            "Travaux, tout est faux.",
        )
    ] == [True] * 3


async def test_a_draft_is_tried_and_failures_are_told(service: ScriptedService) -> None:
    """Both answers side by side; where the draft cannot be learnt, or what was approved cannot, the page says why."""
    learning = Learning()
    service.live = live_knowledge(service.settings, service.database, learn=learning)
    async with signed_in(service, SOPHIE) as sophie, signed_in(service, BRUNO) as bruno:
        version = (
            (await send(sophie, "/connaissances/nouvelle", **FORM)).headers["location"].partition("?")[0]
        )
        number = version.rpartition("/")[2]
        asked = {"question": QUESTION, "langue": "fr", "version": number}
        both = told(await send(sophie, "/connaissances/essayer", **asked))
        edited = FORM | {"reponse": "La carte cadeau se retire au guichet de la mairie."}
        await send(sophie, "/connaissances/fr/carte_cadeau/modifier", **edited)
        learning.fails = "plus de place"
        failed = told(await send(sophie, "/connaissances/essayer", **asked))
        empty = await send(sophie, "/connaissances/essayer", **(asked | {"question": " "}))
        await send(sophie, f"{version}/soumettre")
        unsent = await send(bruno, f"{version}/entendu")
        await bruno.get(f"{version}/son")
        await send(bruno, f"{version}/entendu")
        await send(bruno, f"{version}/valider")
        await service.live.follow(_render)
        page = told(await bruno.get("/connaissances/fr/carte_cadeau"))
    assert (unsent.status_code, "Écoutez d’abord la réponse" in unsent.text) == (409, True)
    now, draft = both.split("Avec le brouillon")
    assert ("Aujourd’hui Il dit qu’il n’a pas compris" in now, ANSWER in now) == (True, False)
    assert ("Il répond" in draft, ANSWER in draft, "97 %" in draft) == (True, True, True)
    assert "n’a pas pu apprendre le brouillon : plus de place" in failed
    assert empty.status_code == 400
    assert "Pas en service La réponse précédente reste dite. valbourg:1 : plus de place" in page


async def test_an_answer_that_takes_too_long_is_not_submitted(service: ScriptedService) -> None:
    """Twenty-five seconds of the real voice, whatever the words."""
    service.sound = np.zeros(8000 * 31, np.int16)
    async with signed_in(service, SOPHIE) as sophie:
        version = (
            (await send(sophie, "/connaissances/nouvelle", **FORM)).headers["location"].partition("?")[0]
        )
        refused = await send(sophie, f"{version}/soumettre")
        service.sound = None
        silent = await send(sophie, f"{version}/soumettre")
    assert (refused.status_code, "dure 31 secondes" in told(refused)) == (409, True)
    assert (silent.status_code, "La voix n’a pas pu dire" in told(silent)) == (409, True)


async def _listened(page: Page) -> None:
    """The whole answer, played."""
    await page.get_by_label("Écouter la réponse").evaluate(
        "player => { player.muted = true; player.play(); }"
    )


async def test_two_people_in_a_browser(service: ScriptedService) -> None:
    """Search, edit, submit; the second one listens to the end, approves, and sees the page say that it is in service."""
    following = asyncio.create_task(service.live.keep_fresh(_render))
    try:
        async with serve_pages(service) as address, open_browser() as browser:
            page = await (await browser.new_context(locale="fr-FR")).new_page()
            seen = watch(page)
            await sign_in(page, address, SOPHIE, PASSWORD, "/connaissances")
            await page.get_by_label("Chercher").fill("horaires")
            await page.get_by_role("button", name="Chercher").click()
            title = name_of(service.live.now.knowledge.by_id["horaires"])
            await page.get_by_role("link", name=title, exact=True).first.click()
            await page.get_by_role("link", name="Modifier").click()
            await page.get_by_label("Ce que l’appelant entend").fill(ANSWER)
            questions = page.get_by_label("Questions d’exemple, une par ligne")
            await questions.fill(f"{await questions.input_value()}\n{QUESTION}")
            await page.get_by_role("button", name="Enregistrer le brouillon").click()
            await expect(page.get_by_text("Personne ne l’entend encore")).to_be_visible()
            await page.get_by_role("button", name="Proposer à la validation").click()
            await expect(page.get_by_text("une autre personne doit le valider")).to_be_visible()
            await expect(page.get_by_role("button", name="Valider")).to_have_count(0)

            other = await (await browser.new_context(locale="fr-FR")).new_page()
            await sign_in(other, address, BRUNO, PASSWORD, "/connaissances")
            await other.get_by_role("list", name="À valider et brouillons").get_by_role("link").click()
            await _listened(other)
            await other.get_by_role("button", name="Valider").click()
            await expect(other.get_by_text("En service", exact=True).first).to_be_visible()
            await expect(other.get_by_text("Sur cette machine")).to_be_visible()
            await page.goto(f"{address}/connaissances/essayer")
            await page.get_by_label("Question").fill(QUESTION)
            await page.get_by_role("button", name="Demander").click()
            await expect(page.get_by_text(ANSWER)).to_be_visible()
            assert seen.errors == []
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following
    assert (await VersionStore(service.database, dt.date.today).machines()) == []


async def test_a_receptionist_has_no_key(service: ScriptedService) -> None:
    """Reading and writing answers is not theirs."""
    async with signed_in(service, LEA) as client:
        assert (await client.get("/connaissances")).status_code == 403
