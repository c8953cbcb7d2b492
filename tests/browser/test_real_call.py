"""A citizen calls from a real browser: microphone, page, media server, engines, answer, transcript."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import expect

from callbot.accounts import Role
from callbot.audio.files import write_wav
from callbot.audio.types import TELEPHONE_HZ
from callbot.config import load
from callbot.service import Service
from tests.support.browser import TAP, loudspeaker, open_browser, sign_in, watch
from tests.support.cli import environment
from tests.support.learnt import share_prompts
from tests.support.scripted import question

PASSWORD = "une phrase de passe"
PATIENCE_S = 90


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service in this process, with the instant voice."""
    share_prompts(tmp_path)
    settings = load(environment(tmp_path, tts="pico"))
    async with Service.open(settings) as running:
        await running.accounts.add("accueil", PASSWORD, Role.RECEPTIONIST, actor="test")
        yield running


async def test_a_question_in_the_browser_is_answered(service: Service, tmp_path: Path) -> None:
    """The microphone's words stand in the transcript, and the answer in writing and in sound."""
    wav = tmp_path / "microphone.wav"
    silence = np.zeros(TELEPHONE_HZ * 16, np.int16)  # while the greeting plays
    asked = [silence, question("passeport_enfant_prix")] * 4  # a caller whose words are lost says them again
    write_wav(wav, np.concatenate([*asked, silence]), TELEPHONE_HZ)
    async with open_browser(wav) as browser:
        page = await browser.new_page()
        seen = watch(page)
        await page.add_init_script(TAP)
        await sign_in(page, f"http://127.0.0.1:{service.web_port}", "accueil", PASSWORD, "/telephone")
        await page.get_by_role("button", name="Appeler").click()
        transcript = page.get_by_role("log")
        await expect(transcript.get_by_text("c'est combien", exact=False).first).to_be_visible(timeout=60_000)
        levels = [(await loudspeaker(page))[1]]
        until = time.monotonic() + PATIENCE_S
        while not await transcript.get_by_text("Avez-vous une autre question").count():
            assert time.monotonic() < until, await transcript.inner_text()
            await page.wait_for_timeout(200)
            levels.append((await loudspeaker(page))[1])
        text = await transcript.inner_text()
        assert "Je suis un assistant vocal automatique" in text
        await page.get_by_role("button", name="Raccrocher").click()
        assert max(levels) > -50
        assert seen.errors == []
        assert seen.hosts <= {"127.0.0.1"}
