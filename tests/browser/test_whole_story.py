"""The whole story on real parts, from a citizen's telephone to the day's figures.

Two baresips with real RTP, `callbot serve` with its engines, a real Chromium. Read the test first: it is the story; what stands
above it are its people and what they can do.
"""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from callbot.accounts import Accounts, Role
from callbot.audio.music import gymnopedie
from callbot.config import Settings, load
from callbot.conversations import today
from callbot.database import Database
from callbot.dialogue.transfer_phrases import INTRODUCTION, REASONS
from callbot.dialogue.waiting_phrases import ORDINALS, POSITION, UNKNOWN
from callbot.humans.desk_cards import Cards
from callbot.humans.desk_follow_ups import FollowUp, FollowUps
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Place, Rules
from tests.sip.test_from_question_to_person import clip, serve
from tests.support.browser import Watch, open_browser, sign_in, watch
from tests.support.cli import ROOT, environment
from tests.support.learnt import share_prompts
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.processes import free_port
from tests.support.peers.sound import heard, heard_at
from tests.support.prompts import rendered
from tests.support.scripted import question
from tests.support.waiting import PATIENCE_S, until

RECEPTIONIST, SUPERVISOR, PASSWORD = "jeanne.roy", "louis.petit", "cheval-agrafe-pile-juste"
CITIZEN = "0612345678"
FIRST, SECOND = (POSITION.format(position=nth) for nth in ORDINALS[:2])
MUSIC = gymnopedie()[: 4 * 8000]
NOTE = "Se présente mardi avec son fils."
LOUD = 300
"""Of a voice on the line; silence between two sentences is below."""
PATIENT_MS = PATIENCE_S * 1000


# -- the citizen ---------------------------------------------------------------------------------------------------------


async def lets_the_assistant_finish(citizen: BaresipPhone) -> None:
    """Listen until it has spoken and is silent for a second and a half, as people do before they speak."""

    def finished() -> bool:
        so_far = citizen.heard()
        tenths = so_far[: len(so_far) // 800 * 800].reshape(-1, 800)
        loud = np.flatnonzero(np.abs(tenths.astype(np.int32)).max(axis=1) > LOUD)
        return len(loud) > 30 and len(tenths) - loud[-1] > 15

    await until(finished, 0.2)


async def hears(telephone: BaresipPhone, *sounds: Any) -> None:
    """Wait until that was heard on the telephone, all of it."""
    await until(lambda: all(heard(telephone.heard(), sound) > 0.9 for sound in sounds), 0.5)


# -- the receptionist, and who supervises ----------------------------------------------------------------------------------


async def opens_her_desk(page: Page, telephone: str) -> None:
    """Her telephone is known, she is not available yet."""
    await page.get_by_label("Mon téléphone").fill(telephone)
    await page.get_by_role("button", name="Ouvrir mon poste").click()
    await expect(page.locator("#poste-etat").get_by_text("En pause", exact=True)).to_be_visible()
    await expect(page.get_by_label("Mon téléphone")).to_be_hidden()


async def sees_one_caller_wait(page: Page) -> None:
    """In the queue, without a number."""
    await expect(page.locator("#poste-file .row")).to_have_count(1, timeout=PATIENT_MS)
    assert "12 34 56" not in await page.content()


async def is_available(page: Page) -> None:
    """The next call is hers."""
    await page.get_by_role("button", name="Disponible").click()


async def reads_who_calls_and_why(page: Page) -> None:
    """Before she picks up: number, what caller and assistant said to each other, and why a person is wanted."""
    offer = page.locator("[data-place=offered]")
    await expect(offer).to_contain_text("06 12 34 56 78")
    await expect(offer.locator(".bubble--caller")).to_contain_text("parler à quelqu")
    await expect(offer.locator(".bubble--caller")).to_be_in_viewport()
    await expect(offer.locator(".bubble--bot").first).to_contain_text("assistant vocal automatique")
    await expect(offer).to_contain_text(REASONS["asked"].replace("'", "’"))


async def ends_the_call(page: Page) -> None:
    """On the page."""
    await page.get_by_role("button", name="Terminer").click()
    await expect(page.locator("[data-state=wrap_up]")).to_be_visible()


async def files_the_follow_up(page: Page) -> None:
    """The real subject, settled, a note; she is available again, and the day's list shows it."""
    await page.get_by_label("Le vrai sujet de l’appel").select_option("titre_rendez_vous")
    await page.get_by_label("Oui", exact=True).check()
    await page.get_by_label("Note").fill(NOTE)
    await page.get_by_role("button", name="Enregistrer le suivi").click()
    await expect(page.locator("[data-state=available]")).to_be_visible()
    await expect(page.locator("#poste-journee")).to_contain_text("Réglé")


async def sees_live(page: Page, calls: str, waiting: str, level: str, told: str) -> None:
    """Calls now, callers who wait, taken within a minute; and what is said of the day. The page follows by itself."""
    figures = page.locator(".figure dd:first-of-type")
    await expect(figures).to_have_text([calls, waiting, re.compile(".*"), level])
    await expect(page.locator(".figure", has_text="Pris en moins d’une minute")).to_contain_text(told)


# -- the town hall ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TownHall:
    """A running service: where its telephone and its pages are, and what its database holds."""

    sip: str
    pages: str
    database: Database
    env: dict[str, str]
    browser: Browser

    @asynccontextmanager
    async def page(self, name: str, path: str, seen: list[Watch]) -> AsyncIterator[Page]:
        """What `name` sees there, signed in, in a browser of their own."""
        context = await self.browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
        page = await context.new_page()
        seen.append(watch(page))
        await sign_in(page, self.pages, name, PASSWORD, path)
        yield page
        await context.close()

    async def filed(self) -> tuple[Place, str, FollowUp]:
        """What became of the one place in the queue, who had it, and what they wrote."""
        queue = QueueStore(self.database, Rules(), News(self.database))
        entry = await queue.entry(1)
        assert entry
        return entry.place, entry.agent, (await FollowUps(self.database).filed([1]))[1]

    async def card_is_forgotten(self) -> bool:
        """Whether the caller's number and words are gone; that takes the desk's task a moment."""
        entry = await QueueStore(self.database, Rules(), News(self.database)).entry(1)
        assert entry
        card = await Cards(self.database).of(entry.caller.call_id)
        return card is None or not (card.said or card.number)

    async def report_of_today(self) -> dict[str, Any]:
        """`callbot report --format json`, its figures' values."""
        ran = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "callbot", "report", "--day", today().isoformat(), "--format", "json"),
            env=self.env,
            cwd=ROOT,
            stdout=PIPE,
        )
        told, _ = await ran.communicate()
        assert ran.returncode == 0
        return {key: figure["value"] for key, figure in json.loads(told)["figures"].items()}


async def add_people(database: Database, settings: Settings) -> None:
    """One who answers, one who supervises."""
    accounts = Accounts(database, settings)
    await accounts.add(RECEPTIONIST, PASSWORD, Role.RECEPTIONIST, actor="test")
    await accounts.add(SUPERVISOR, PASSWORD, Role.SUPERVISOR, actor="test")


@asynccontextmanager
async def town_hall(folder: Path, pbx: str) -> AsyncIterator[TownHall]:
    """`callbot serve` whose extensions are rung at `pbx`, and a browser."""
    share_prompts(folder)
    web_port = free_port()
    env = environment(
        folder,
        tts="pico",
        sip_mode="peer",
        sip_port=0,
        sip_domain=pbx,
        web_port=web_port,
        wrap_up_seconds=120,
    )
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(open_browser())
        served = await stack.enter_async_context(serve(env))
        database = await Database.open(load({}, data_dir=folder))
        stack.push_async_callback(database.close)
        await add_people(database, load({}, data_dir=folder))
        sip, pages = f"sip:mairie@127.0.0.1:{served['CALLBOT_SIP_PORT']}", f"http://127.0.0.1:{web_port}"
        yield TownHall(sip, pages, database, env, browser)


# -- the story -------------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(400)  # a service with its engines, and a minute of a real call
async def test_a_citizen_gets_a_person_who_knows_already_and_the_day_counts_it(tmp_path: Path) -> None:
    """Asks for a person, waits with position and music, is offered, read, picked up, talked to, ended, followed up, counted."""
    citizens_voice, receptionists_voice = clip("woman_thirties"), clip("man_sixties")
    seen: list[Watch] = []
    async with (
        BaresipPhone("201") as her_telephone,
        BaresipPhone(CITIZEN) as citizen,
        town_hall(tmp_path, her_telephone.address) as hall,
        hall.page(RECEPTIONIST, "/poste", seen) as desk,
        hall.page(SUPERVISOR, "/direct", seen) as live,
    ):
        spoken = await rendered(hall.env, [FIRST, UNKNOWN, SECOND, INTRODUCTION, REASONS["asked"]])
        first, unknown, second, introduction, reason = spoken
        await opens_her_desk(desk, "201")
        await sees_live(live, calls="0", waiting="0", level="–", told="0 pris, 0 parti avant")

        await citizen.dial(hall.sip)
        await lets_the_assistant_finish(citizen)
        await citizen.say(question("un_agent"))
        await sees_one_caller_wait(desk)
        await hears(citizen, first, unknown, MUSIC)
        assert heard(citizen.heard(), second) < 0.9
        assert heard_at(citizen.heard(), first) < heard_at(citizen.heard(), unknown)
        await sees_live(live, calls="1", waiting="1", level="–", told="0 pris, 0 parti avant")

        await is_available(desk)
        await reads_who_calls_and_why(desk)
        await her_telephone.event("CALL_INCOMING")
        await her_telephone.accept()
        await hears(her_telephone, introduction, reason)
        await expect(desk.locator("[data-place=connected] .bubble--caller")).to_contain_text(
            "parler à quelqu"
        )

        await citizen.say(citizens_voice)
        await hears(her_telephone, citizens_voice)
        await her_telephone.say(receptionists_voice)
        await hears(citizen, receptionists_voice)

        await ends_the_call(desk)
        await her_telephone.event("CALL_CLOSED")
        await citizen.event("CALL_CLOSED")
        await files_the_follow_up(desk)
        await sees_live(live, calls="0", waiting="0", level="100 %", told="1 pris, 0 parti avant")

        place, agent, filed = await hall.filed()
        await until(hall.card_is_forgotten, 0.2)
        report = await hall.report_of_today()
    assert (place, agent) == (Place.ENDED, RECEPTIONIST)
    assert (filed.agent, filed.service, filed.answer_id, filed.resolved, filed.note) == (
        RECEPTIONIST, "accueil", "titre_rendez_vous", True, NOTE,
    )  # fmt: skip
    counted = {
        key: report[key]
        for key in ("offered", "picked_up", "handed_over", "answered", "abandoned", "in_progress")
    }
    assert counted == {
        "offered": 1,
        "picked_up": 1,
        "handed_over": 1,
        "answered": 0,
        "abandoned": 0,
        "in_progress": 0,
    }
    assert [one.errors for one in seen] == [[], []]
