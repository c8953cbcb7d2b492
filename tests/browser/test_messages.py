"""Messages from the call to their erasure: a real media connection, a real recogniser, real pages, a real Chromium."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import numpy as np
import pytest
from playwright.async_api import expect

from callbot.audio.files import read_wav
from callbot.audio.types import Pcm
from callbot.audit import Wanted
from callbot.caller import Caller
from callbot.dialogue import message_recording
from callbot.events import FinalTranscript, MessageRecorded
from callbot.load import Level
from callbot.messages import MessageState
from callbot.messages_keeper import MessageKeeper
from callbot.speech.whisper import WhisperEngine
from callbot.web.app import create_app
from tests.support import callbacks, messages
from tests.support.browser import open_browser, sign_in, watch
from tests.support.callbacks import RECEPTIONIST
from tests.support.commune import Shut
from tests.support.messages import HANDLED, HIDDEN_NUMBER, NID_DE_POULE, NOT_WRITTEN
from tests.support.recognition import model_folder
from tests.support.scripted import media_server, question
from tests.support.waiting import until
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

SITE = "http://mairie.example"
KEY = b"k" * 32
JUMP = "audio => { audio.currentTime = 1.5; return audio.play().then(() => audio.duration); }"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ScriptedService]:
    """A receptionist, and what calls have left."""
    async with scripted_service(tmp_path) as service:
        await callbacks.fill(service)
        yield service


@asynccontextmanager
async def signed_in(service: ScriptedService) -> AsyncIterator[tuple[httpx2.AsyncClient, dict[str, str]]]:
    """The receptionist's browser, in process, and the field that forms need."""
    transport = httpx2.ASGITransport(create_app(service), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=SITE) as client:
        page = await client.get("/connexion")
        given = dict(re.findall(r'name="(jeton|suite)" value="([^"]*)"', page.text))
        await client.post("/connexion", data=given | {"identifiant": RECEPTIONIST, "mot_de_passe": PASSWORD})
        shown = await client.get("/messages")
        yield client, dict(re.findall(r'name="(jeton)" value="([^"]*)"', shown.text))


def holds(recording: Pcm, sound: Pcm) -> bool:
    """Whether a recording has that sound in it, as the line gave it."""
    found, wanted = recording.astype(np.float64), sound.astype(np.float64)
    size = 1 << int(np.ceil(np.log2(len(found) + len(wanted))))
    matched = np.fft.irfft(np.fft.rfft(found, size) * np.conj(np.fft.rfft(wanted, size)))
    return bool(matched.max() > 0.95 * np.dot(wanted, wanted))


async def test_a_message_from_the_call_to_its_erasure(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A citizen leaves it and hangs up; a receptionist reads it, listens to it, jumps about in it, handles it, and the file is gone."""
    monkeypatch.setattr(message_recording, "SILENCE_MS", 1500)
    said = question("encombrants")
    engine = await asyncio.to_thread(WhisperEngine, model_folder("whisper-base"), "whisper-base", workers=1)
    keeper = MessageKeeper(service.messages, service.settings, KEY, engine, lambda: Level.NORMAL)
    keeping = asyncio.create_task(keeper.run())
    script: list[str | Exception] = ["un agent", "oui", "non merci"]
    async with media_server(service.settings.data_dir, script, presence=Shut(), messages=keeper) as (
        server,
        recorded,
    ):
        turns = [question("un_agent"), question("oui"), said, question("non_merci_au_revoir")]
        await Caller(turns, fast=True, on_event=lambda _event: None).call(
            f"ws://127.0.0.1:{server.port}/media?events=1"
        )
    [left] = [event for event in recorded.only if isinstance(event, MessageRecorded)]
    heard = [event.text for event in recorded.only if isinstance(event, FinalTranscript)]
    assert (left.ended, heard) == ("silence", ["un agent", "oui", "non merci"])

    async def written() -> bool:
        found = await service.messages.listed(MessageState.TO_HANDLE)
        return bool(found) and found[0].transcribed

    await until(written)
    [message] = await service.messages.listed(MessageState.TO_HANDLE)
    path = service.messages.files.path(message.token)
    pcm, rate_hz = read_wav(path)
    assert (rate_hz, abs(message.duration_ms - left.duration_ms) <= 100) == (8000, True)
    assert (holds(pcm, said), holds(pcm, question("oui"))) == (True, False)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "canapé" in (message.transcript or "").lower()

    async with serve_pages(service) as address, open_browser() as browser:
        page = await browser.new_page()
        problems = watch(page)
        await sign_in(page, address, RECEPTIONIST, PASSWORD)
        await page.goto(f"{address}/messages")
        await expect(page.get_by_text(message.transcript or "?")).to_be_visible()
        player = page.locator("audio")
        length_s = await player.evaluate(JUMP)
        assert abs(length_s * 1000 - message.duration_ms) < 100
        await expect(page.locator("[data-count='/messages/combien']")).to_contain_text("1")
        await page.get_by_role("button", name="Traité : effacer l’enregistrement").click()
        await expect(page.get_by_text("son enregistrement est effacé")).to_be_visible()
        await expect(page.get_by_text("Aucun message à traiter")).to_be_visible()
        assert list(service.messages.files.folder.iterdir()) == []
        await page.get_by_role("link", name="Traités").click()
        await expect(page.get_by_text(f"Traité par {RECEPTIONIST}")).to_be_visible()
        await expect(page.locator("audio")).to_have_count(0)
        assert problems.errors == []
    journal = [(one.actor, one.action) for one in await service.trail.changes(Wanted(actor=RECEPTIONIST))]
    assert [line for line in journal if "message" in line[1]] == [
        (RECEPTIONIST, "message handled"),
        (RECEPTIONIST, "message listened"),
    ]
    keeping.cancel()
    await asyncio.wait([keeping])
    await engine.close()


async def test_the_sound_is_given_in_ranges_and_to_nobody_else(service: ScriptedService) -> None:
    """Whole, a part, and 404 once it is erased; nothing without an account, and the name of no file is told."""
    await messages.fill(service)
    async with signed_in(service) as (client, token):
        whole = await client.get(f"/messages/{NID_DE_POULE}/son")
        part = await client.get(f"/messages/{NID_DE_POULE}/son", headers={"range": "bytes=44-143"})
        assert (whole.status_code, whole.headers["content-type"], whole.content[:4]) == (
            200,
            "audio/wav",
            b"RIFF",
        )
        assert (part.status_code, part.content) == (206, whole.content[44:144])
        assert whole.headers["cache-control"] == "no-store"
        assert (await client.get(f"/messages/{HANDLED}/son")).status_code == 404
        shown = (await client.get("/messages")).text + (await client.get(f"/messages/{NID_DE_POULE}")).text
        assert [messages.token(number) in shown for number in (NID_DE_POULE, NOT_WRITTEN)] == [False, False]
        client.cookies.clear()
        assert (await client.get(f"/messages/{NID_DE_POULE}/son")).status_code == 303
    assert token


async def test_the_list_has_what_is_needed_and_the_number_is_on_its_own_page(
    service: ScriptedService,
) -> None:
    """The oldest first; of numbers the last figures; what is not written down yet says so."""
    await messages.fill(service)
    async with signed_in(service) as (client, _token):
        listed, one = await client.get("/messages"), await client.get(f"/messages/{NID_DE_POULE}")
        hidden, done = await client.get(f"/messages/{HIDDEN_NUMBER}"), await client.get("/messages/traites")
        absent = await client.get("/messages/99")
    assert re.findall(r"/messages/(\d+)\">", listed.text) == ["1", "2", "3"]
    assert ("06 12 34 56 78" in listed.text, "Numéro …78" in listed.text) == (False, True)
    assert ("06 12 34 56 78" in one.text, 'href="tel:+33612345678"' in one.text) == (True, True)
    assert "La transcription est en cours." in listed.text
    assert ("Numéro masqué" in listed.text, "Il était masqué" in hidden.text) == (True, True)
    assert ("Rappeler" in hidden.text, "<audio" in done.text) == (False, False)
    assert absent.status_code == 404


async def test_a_message_becomes_a_call_back_that_is_mine(service: ScriptedService) -> None:
    """With number and motive; asked for twice it is one; a hidden number cannot be called."""
    await messages.fill(service)
    async with signed_in(service) as (client, token):
        made = await client.post(f"/messages/{NOT_WRITTEN}/rappeler", data=token)
        again = await client.post(f"/messages/{NOT_WRITTEN}/rappeler", data=token)
        hidden = await client.post(f"/messages/{HIDDEN_NUMBER}/rappeler", data=token)
        there = await client.get(made.headers["location"])
    assert (made.status_code, made.headers["location"]) == (303, again.headers["location"])
    assert "06 99 88 77 66" in there.text
    number = int(made.headers["location"].rpartition("/")[2])
    callback = await service.callbacks.find(number)
    assert callback
    assert (callback.number, callback.motive, callback.claim and callback.claim.by) == (
        "+33699887766",
        "acte_naissance",
        RECEPTIONIST,
    )
    assert (hidden.status_code, "n’a pas de numéro" in hidden.text) == (409, True)
