"""Call-backs on their pages: the forms in process, then a real Chromium with two receptionists at once, with and without JavaScript."""

import datetime as dt
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Page, expect

from callbot.accounts import Role
from callbot.callback_states import CLAIM_LASTS, CallbackState, Done, Take
from callbot.web.app import create_app
from callbot.web.callbacks_words import (
    LATER,
    age,
    clock,
    dial_addresses,
    point,
    retry_choices,
    sip_host,
    soon,
)
from callbot.web.service import TelephoneState, TelephoneStatus
from tests.support import callbacks
from tests.support.browser import open_browser, sign_in, watch
from tests.support.callbacks import (
    BENALI,
    COLLEAGUE,
    COSTA,
    GARNIER,
    LEFEVRE,
    NAMELESS,
    PEOPLE,
    RECEPTIONIST,
    TEN,
)
from tests.support.web_service import (
    NAME,
    PASSWORD,
    READY,
    ScriptedService,
    scripted_service,
    serve_pages,
)

SITE = "http://mairie.example"
NUMBERS = ("06 12 34 56 78", "+33612345678", "612345678")
DIALS = """
window.dialled = [];
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^=tel], a[href^=sip]");
  if (link) dialled.push(link.href), event.preventDefault();
});
"""
"""Keeps the addresses of the links that are clicked, by hand or by a script: no telephone opens in a test."""


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """Six requests, in every state; it is ten past ten on a Monday."""
    async with scripted_service(tmp_path) as service:
        await callbacks.fill(service)
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


@pytest.fixture
async def lea(service: ScriptedService) -> AsyncIterator[httpx2.AsyncClient]:
    """A receptionist."""
    async with signed_in(service, RECEPTIONIST) as client:
        yield client


async def send(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    """A form of ours."""
    page = await client.get("/rappels")
    token = re.findall(r'name="jeton" value="(\w+)"', page.text)[0]
    return await client.post(path, data={"jeton": token} | fields)


def listed(page: httpx2.Response) -> list[int]:
    """The requests of a page, in order."""
    return [int(number) for number in re.findall(r'id="rappel-(\d+)"', page.text)]


# -- in process ----------------------------------------------------------------------------------------------------


async def test_the_list_is_in_the_order_of_calling(lea: httpx2.AsyncClient) -> None:
    """One's own first, then what is overdue, due, not yet; each tab has its states; the filters take away."""
    assert listed(await lea.get("/rappels")) == [NAMELESS, LEFEVRE, BENALI, GARNIER]
    assert listed(await lea.get("/rappels/a-rappeler")) == [NAMELESS, GARNIER]
    assert listed(await lea.get("/rappels/essayes")) == [LEFEVRE, BENALI]
    assert listed(await lea.get("/rappels/faits")) == [callbacks.NGUYEN, COSTA]
    assert listed(await lea.get("/rappels?service=etat_civil&jour=")) == [BENALI]
    assert len(listed(await lea.get("/rappels?service=tous&jour="))) == 4
    assert listed(await lea.get("/rappels?jour=2025-12-01")) == [NAMELESS, BENALI]
    assert (await lea.get(f"/rappels/{'9' * 20}")).status_code == 404
    assert (await lea.get("/rappels/autre")).status_code == 404
    assert (await lea.get("/rappels/combien")).json() == {"count": 4}


async def test_what_is_late_is_said_in_words(lea: httpx2.AsyncClient) -> None:
    """Beside the colour."""
    page = (await lea.get("/rappels")).text
    assert "En retard" in page
    assert "C’était au plus tard vendredi 28 novembre à 18\u202fh" in page
    assert "Pas avant mercredi 3 décembre à 10\u202fh" in page
    assert "Essayé une fois, vendredi 28 novembre à 16\u202fh\u202f12 par omar" in page
    assert "omar s’en occupe depuis 10\u202fh\u202f06" in page


async def test_a_number_is_seen_by_who_takes_it_on(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """By nobody before, by nobody else, and no more once it is done."""
    one = f"/rappels/{LEFEVRE}"

    async def seen(client: httpx2.AsyncClient) -> bool:
        pages = [(await client.get(path)).text for path in ("/rappels", "/rappels/faits", one)]
        return any(number in page for number in NUMBERS for page in pages)

    async with signed_in(service, COLLEAGUE) as omar:
        assert (await seen(lea), await seen(omar)) == (False, False)
        assert (await send(lea, f"{one}/prendre")).headers["location"] == one
        assert (await seen(lea), await seen(omar)) == (True, False)
        await send(lea, f"{one}/fait", resolu="oui")
        assert (await seen(lea), await seen(omar)) == (False, False)


@pytest.mark.parametrize("name", [NAME, "chef"])
async def test_others_have_no_business_there(service: ScriptedService, name: str) -> None:
    """Who administers or leads sees neither the page nor its place in the navigation, and can change nothing."""
    await service.accounts.add("chef", PASSWORD, Role.MANAGER, actor="test")
    async with signed_in(service, name) as client:
        assert 'href="/rappels"' not in (await client.get("/")).text
        pages = ("/rappels", "/rappels/faits", "/rappels/combien", f"/rappels/{LEFEVRE}")
        assert [(await client.get(path)).status_code for path in pages] == [403] * 4
        token = re.findall(r'name="jeton" value="(\w+)"', (await client.get("/")).text)[0]
        refused = await client.post(f"/rappels/{LEFEVRE}/fait", data={"jeton": token, "resolu": "oui"})
        assert (refused.status_code, "rôle ne donne pas accès" in refused.text) == (403, True)
    found = await service.callbacks.find(LEFEVRE)
    assert found is not None
    assert found.state is CallbackState.TRIED


async def test_forms_need_their_token(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """Every one of them."""
    for what in ("prendre", "appeler", "sans-reponse", "fait", "rendre", "refaire"):
        assert (await lea.post(f"/rappels/{GARNIER}/{what}", data={"resolu": "oui"})).status_code == 403
    found = await service.callbacks.find(GARNIER)
    assert found is not None
    assert (found.state, found.claim, found.tries) == (CallbackState.TO_CALL, None, ())


async def test_calling_without_a_script(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """« Appeler » notes the try and leads to the link that dials; where there is a PBX, by SIP as well."""
    service.now = READY.__class__(
        READY.recognition,
        READY.voice,
        42,
        42,
        0,
        20,
        telephone=TelephoneStatus(TelephoneState.READY, 5070, 0, "pbx.mairie"),
    )
    sent = await send(lea, f"/rappels/{LEFEVRE}/appeler", par="sip")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/rappels/{LEFEVRE}?appel=sip")
    page = (await lea.get(sent.headers["location"])).text
    assert re.findall(r'href="((?:tel|sip):[^"]+)"( data-dials)?', page) == [
        ("tel:+33612345678", ""),
        ("sip:0612345678@pbx.mairie", " data-dials"),
    ]
    found = await service.callbacks.find(LEFEVRE)
    assert found is not None
    assert [(one.at, one.by) for one in found.tries][1:] == [(TEN, RECEPTIONIST)]


async def test_another_try_is_put_off(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """To a time that is offered, or to one of one's own; a past one is refused beside its field, the note is kept."""
    path = f"/rappels/{NAMELESS}/sans-reponse"
    refused = await send(lea, path, moment="2025-11-30T10:00", note="occupé")
    assert (refused.status_code, "Ce moment est déjà passé." in refused.text, "occupé" in refused.text) == (
        400,
        True,
        True,
    )
    for wrong in ("demain", "2026-09-01T10:00"):
        assert (await send(lea, path, reessayer=wrong)).status_code == 400
    done = await send(lea, path, reessayer=LATER, moment="2025-12-03T16:30", note="occupé")
    page = await lea.get(done.headers["location"])
    assert "C’est noté. Numéro …22 : pas avant mercredi 3 décembre à 16\u202fh\u202f30." in page.text
    found = await service.callbacks.find(NAMELESS)
    assert found is not None
    assert (found.state, found.retry_at, found.note, found.claim) == (
        CallbackState.TRIED,
        dt.datetime(2025, 12, 3, 15, 30, tzinfo=dt.UTC),
        "occupé",
        None,
    )


async def test_done_can_be_undone(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """At once above the list, by who did it, and later in « Faits »."""
    assert (await send(lea, f"/rappels/{NAMELESS}/fait")).status_code == 400
    done = await send(lea, f"/rappels/{NAMELESS}/fait", resolu="non", bilan="n’habite pas ici")
    page = await lea.get(done.headers["location"])
    assert f'action="/rappels/{NAMELESS}/refaire"' in page.text
    assert f'action="/rappels/{COSTA}/refaire"' in (await lea.get("/rappels/faits")).text
    assert f'action="/rappels/{COSTA}/refaire"' not in (await lea.get(f"/rappels?fait={COSTA}")).text
    assert (await send(lea, f"/rappels/{NAMELESS}/refaire")).headers["location"] == f"/rappels/{NAMELESS}"
    assert listed(await lea.get("/rappels"))[0] == NAMELESS


async def test_who_comes_too_late_is_told(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """Who is at it and since when; who has settled it; nothing is changed, and after a while it is free."""
    late = await send(lea, f"/rappels/{BENALI}/appeler")
    assert (
        late.status_code,
        "omar s’en occupe déjà depuis 10\u202fh\u202f06. Rien n’a été changé." in late.text,
    ) == (409, True)
    settled = await send(lea, f"/rappels/{callbacks.NGUYEN}/prendre")
    assert (settled.status_code, "omar l’a noté fait aujourd’hui à 9\u202fh\u202f12" in settled.text) == (
        409,
        True,
    )
    assert (await send(lea, f"/rappels/{BENALI}/rendre")).status_code == 409
    assert (await send(lea, "/rappels/99/prendre")).status_code == 404
    service.clock.at = TEN + CLAIM_LASTS
    assert (await send(lea, f"/rappels/{BENALI}/appeler")).status_code == 303


async def test_a_person_who_asked_twice_is_one_person(
    service: ScriptedService, lea: httpx2.AsyncClient
) -> None:
    """The second request says so, and belongs to who has the first."""
    await callbacks.ask(service, "encore", PEOPLE[LEFEVRE - 1])
    await service.callbacks.act(LEFEVRE, Take(), actor=COLLEAGUE)
    assert "Ce numéro a une autre demande" in (await lea.get("/rappels/7")).text
    assert (await send(lea, "/rappels/7/appeler")).status_code == 409


async def test_words_are_escaped(service: ScriptedService, lea: httpx2.AsyncClient) -> None:
    """What a caller said and what a colleague wrote is text."""
    await service.callbacks.act(GARNIER, Done(note="<script>alert(1)</script>"), actor=COLLEAGUE)
    assert "<script>alert" not in (await lea.get("/rappels/faits")).text


def test_times_in_words() -> None:
    """As people say them."""
    assert [point(TEN + dt.timedelta(days=n), TEN) for n in (-1, 0, 1, 4, 40)] == [
        f"{day} à 10\u202fh\u202f12"
        for day in ("hier", "aujourd’hui", "demain", "vendredi 5 décembre", "samedi 10 janvier 2026")
    ]
    assert [age(TEN - dt.timedelta(minutes=n), TEN) for n in (0, 5, 180, 1500, 4500)] == [
        "à l’instant", "il y a 5\u202fmin", "il y a 3\u202fh", "il y a 1 jour", "il y a 3 jours"
    ]  # fmt: skip
    assert [soon(TEN + dt.timedelta(days=n), TEN) for n in (0, 1, 3, 8)] == [
        f"{day}10\u202fh\u202f12" for day in ("", "demain ", "jeudi ", "mardi 9 décembre ")
    ]
    assert clock(TEN + dt.timedelta(minutes=48)) == "11\u202fh"


def test_another_try_is_offered_when_somebody_works() -> None:
    """In an hour, this afternoon, the next working days, none of them past, none on a Sunday; nothing in the evening."""
    offered = [value for value, _words in retry_choices(TEN)]
    assert offered[:5] == [
        LATER,
        "2025-12-01T11:12",
        "2025-12-01T14:00",
        "2025-12-02T09:00",
        "2025-12-02T14:00",
    ]
    assert offered[-1] == "2025-12-08T14:00"
    evening = [value for value, _words in retry_choices(TEN + dt.timedelta(hours=9))]
    assert evening[1] == "2025-12-02T09:00"


def test_sip_goes_where_the_receptionist_s_address_is() -> None:
    """Else to the PBX; an extension or a number is no address, and nothing odd gets into a link."""
    telephones = (
        "",
        "102",
        "0199000001",
        "sip:lea@telephone.mairie:5062;transport=tcp",
        "lea@pbx2",
        "sip:102",
        "a@b c",
    )
    hosts = [sip_host(telephone, "pbx") for telephone in telephones]
    assert hosts == ["pbx", "pbx", "pbx", "telephone.mairie:5062", "pbx2", "pbx", "pbx"]


async def test_foreign_and_short_numbers_are_dialled_as_they_are(service: ScriptedService) -> None:
    """Nothing is put before them."""
    found = await service.callbacks.find(LEFEVRE)
    assert found is not None
    foreign = found.__class__(
        **{name: getattr(found, name) for name in found.__slots__} | {"number": "+32470123456"}
    )
    assert dial_addresses(foreign, "pbx:5060") == {
        "tel": "tel:+32470123456",
        "sip": "sip:+32470123456@pbx:5060",
    }


# -- in a browser --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def two_at_once(service: ScriptedService, *, scripts: bool = True) -> AsyncIterator[tuple[Page, Page]]:
    """Léa's and Omar's pages, each in a browser context of their own, on the list."""
    async with serve_pages(service) as address, open_browser() as browser:
        pages = []
        for name in (RECEPTIONIST, COLLEAGUE):
            context = await browser.new_context(locale="fr-FR", java_script_enabled=scripts, base_url=address)
            page = await context.new_page()
            await page.add_init_script(DIALS)
            await sign_in(page, address, name, PASSWORD, "/rappels")
            pages.append(page)
        yield pages[0], pages[1]


async def test_two_receptionists_at_once(service: ScriptedService) -> None:
    """Both press « Appeler » for the same person: one dials, the other reads who does; the lists follow by themselves."""
    async with two_at_once(service) as (lea, omar):
        seen = watch(lea)
        await lea.get_by_role("button", name="Appeler Madame Lefèvre").click()
        await expect(lea.get_by_role("heading", name="Le numéro se compose")).to_be_visible()
        await lea.wait_for_load_state()
        assert await lea.evaluate("dialled") == ["tel:+33612345678"]
        await omar.get_by_role("button", name="Appeler Madame Lefèvre").click()
        await expect(omar.get_by_role("alert")).to_contain_text("léa s’en occupe déjà")
        await expect(omar.locator("main")).not_to_contain_text("06 12 34 56 78")
        await omar.wait_for_load_state()
        assert await omar.evaluate("dialled") == []
        await omar.get_by_role("link", name="Tous les rappels").click()
        await expect(omar.locator(f"#rappel-{LEFEVRE}")).to_contain_text("léa s’en occupe depuis")

        await lea.reload()
        await expect(lea.get_by_role("button", name="Appeler")).to_be_visible()
        assert await lea.evaluate("dialled") == []  # a reload dials no second time
        await lea.get_by_label("Oui, c’est résolu").check()
        await lea.get_by_role("button", name="C’est fait").click()
        await expect(lea.get_by_role("status").first).to_contain_text("Madame Lefèvre : c’est noté fait.")
        await expect(omar.locator(f"#rappel-{LEFEVRE}")).to_have_count(0)

        await lea.get_by_role("button", name="Annuler, ce n’est pas fait").click()
        await expect(lea.get_by_role("heading", name="Le numéro à rappeler")).to_be_visible()
        await expect(omar.locator(f"#rappel-{LEFEVRE}")).to_contain_text("léa s’en occupe depuis")
        assert (seen.hosts, seen.errors) == ({"127.0.0.1"}, [])


async def test_it_works_by_keyboard_and_stays_under_the_fingers(service: ScriptedService) -> None:
    """Arrows go from request to request; one that comes meanwhile moves nothing away, and the navigation counts it."""
    async with two_at_once(service) as (lea, _omar):
        count = lea.locator("[data-count='/rappels/combien'] [data-number]")
        await expect(count).to_have_text("4")
        first, second = lea.locator(".callback a").nth(0), lea.locator(f"#rappel-{LEFEVRE} a").first
        await first.focus()
        await lea.keyboard.press("ArrowDown")
        await expect(second).to_be_focused()
        await callbacks.ask(service, "nouveau", PEOPLE[COSTA - 1])
        await expect(lea.get_by_role("status").first).to_contain_text("La liste a changé")
        await expect(second).to_be_focused()
        assert await lea.locator(".callback").count() == 4
        await lea.get_by_role("heading", level=1).click()
        await expect(lea.locator("#rappel-7")).to_be_visible()
        await expect(lea.get_by_role("status").first).to_contain_text("Une nouvelle demande.")
        await second.focus()
        await lea.keyboard.press("Enter")
        await expect(lea.get_by_role("heading", level=1)).to_have_text("Madame Lefèvre")
        await expect(count).to_have_text("5")


async def test_it_works_without_scripts(service: ScriptedService) -> None:
    """Take, dial by the link, file, undo: forms alone."""
    async with two_at_once(service, scripts=False) as (lea, omar):
        await lea.locator(f"#rappel-{GARNIER}").get_by_role("button", name="Je m’en occupe").click()
        await expect(lea.get_by_text("01 44 55 66 77")).to_be_visible()
        await lea.get_by_role("button", name="Appeler", exact=True).click()
        link = lea.get_by_role("link", name="Composer", exact=True)
        await expect(link).to_have_attribute("href", "tel:+33144556677")
        await omar.goto(f"/rappels/{GARNIER}")
        await expect(omar.get_by_text("léa s’en occupe")).to_be_visible()
        await lea.get_by_label("Réessayer").select_option(label="Demain à 14\u202fh")
        await lea.get_by_role("button", name="Personne n’a répondu").click()
        await expect(
            lea.get_by_text("C’est noté. Madame Garnier : pas avant demain à 14\u202fh.")
        ).to_be_visible()
        await omar.reload()
        await omar.get_by_role("button", name="Je m’en occupe").click()
        await omar.get_by_label("Non, pas résolu").check()
        await omar.get_by_role("button", name="C’est fait").click()
        await omar.get_by_role("button", name="Annuler, ce n’est pas fait").click()
        await expect(omar.get_by_role("heading", level=1)).to_have_text("Madame Garnier")
