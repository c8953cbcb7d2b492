"""The server ends in the middle of a queue, as it should and as it should not, and is started again: nobody's place is lost.

`callbot serve` with its engines, callers over real media connections, one of them at a receptionist, her desk open in a real Chromium.
"""

import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from callbot.accounts import Accounts, Role
from callbot.config import load
from callbot.database import Database
from callbot.humans.queue_events import CallBackChosen, CallHeld
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Caller, Entry, Place, Rules
from tests.browser.test_desk import LOST
from tests.support.bridge_leg import ANSWERED, BRIDGED, RINGING, BridgeLeg, leg_at, transferred
from tests.support.browser import open_browser, sign_in
from tests.support.cli import environment
from tests.support.killing import Running, running
from tests.support.learnt import share_prompts
from tests.support.peers.processes import free_port
from tests.support.waiting import PATIENCE_S, until

RECEPTIONIST, PASSWORD = "jeanne.roy", "cheval-agrafe-pile-juste"
ANNE, BRUNO, CHLOE = "0612345671", "0612345672", "0612345673"
LOOK_S = 0.1
PATIENT_MS = PATIENCE_S * 1000


@dataclass
class TownHall:
    """A service that ends and is started again over one database; its callers, by number, and their connections."""

    env: dict[str, str]
    media_port: int
    database: Database
    queue: QueueStore
    calls: dict[str, AsyncExitStack] = field(default_factory=dict)

    @asynccontextmanager
    async def serves(self) -> AsyncIterator[Running]:
        """From when it takes calls."""
        async with running("callbot", "serve", env=self.env) as service:
            await service.said("Ready: call now.")
            yield service

    async def calls_in(self, number: str) -> BridgeLeg:
        """Somebody calls and presses 0; whoever is rung for them picks up."""
        stack = self.calls[number] = AsyncExitStack()
        leg = await stack.enter_async_context(leg_at(self.media_port, number))
        leg.on("CONSULT", RINGING, ANSWERED)
        leg.on("BRIDGE", BRIDGED)
        leg.on("TRANSFER", transferred("answered", 200))
        await leg.until(lambda leg: len(leg.heard) > 50)
        await leg.press("0")
        return leg

    async def all_are_gone(self) -> None:
        """Every caller's line is dead."""
        for stack in self.calls.values():
            await stack.aclose()
        self.calls.clear()

    async def places(self) -> dict[int, Place]:
        """Of everybody who is in the queue or talks, by their place's id."""
        return {entry.id: entry.place for entry in (await self.queue.overview()).entries}

    async def until_places(self, *places: Place) -> list[int]:
        """Wait until these are the places; their ids, in the order of the queue."""

        async def reached() -> bool:
            return sorted((await self.places()).values()) == sorted(places)

        await until(reached, LOOK_S)
        return list(await self.places())

    async def entry(self, entry_id: int) -> Entry:
        """A place."""
        found = await self.queue.entry(entry_id)
        assert found
        return found

    async def asked_to_be_called(self) -> int:
        """Somebody who is to be called back, an hour from now."""
        at = datetime.now(UTC)
        entry_id = await self.queue.enter(Caller("rappel", "gone:1", "accueil"), at)
        await self.queue.tell(entry_id, CallBackChosen(at))
        await self.queue.tell(entry_id, CallHeld(at, at + timedelta(hours=1)))
        return entry_id


@asynccontextmanager
async def town_hall(folder: Path, web_port: int) -> AsyncIterator[TownHall]:
    """Nothing runs yet; one receptionist has an account."""
    share_prompts(folder)
    media_port = free_port()
    ports = {"web_port": web_port, "media_port": media_port}
    env = environment(folder, tts="pico", wrap_up_seconds=600, **ports)
    settings = load({}, data_dir=folder)
    database = await Database.open(settings)
    await Accounts(database, settings).add(RECEPTIONIST, PASSWORD, Role.RECEPTIONIST, actor="test")
    hall = TownHall(env, media_port, database, QueueStore(database, Rules(), News(database)))
    try:
        yield hall
    finally:
        await hall.all_are_gone()
        await database.close()


async def is_back(desk: Page, state: str, *in_queue: str) -> None:
    """The desk, which nobody has touched, shows what holds: no banner, the state, and who waits."""
    await expect(desk.get_by_text(LOST)).to_have_count(0, timeout=PATIENT_MS)
    await expect(desk.locator("#poste-etat [data-state]")).to_have_attribute(
        "data-state", state, timeout=PATIENT_MS
    )
    await expect(desk.locator("#poste-file .row__detail")).to_contain_text([*in_queue], timeout=PATIENT_MS)


@pytest.mark.timeout(300)  # a service is started three times
async def test_a_queue_survives_its_server(tmp_path: Path) -> None:
    """Stopped, then killed: who calls again has the place, the desk comes back by itself, nobody is there who is not, a promise stays."""
    web_port = free_port()
    async with town_hall(tmp_path, web_port) as hall, open_browser() as browser:
        async with hall.serves() as service:
            desk = await browser.new_page(locale="fr-FR")
            await sign_in(desk, f"http://127.0.0.1:{web_port}", RECEPTIONIST, PASSWORD, "/poste")
            await desk.get_by_role("button", name="Ouvrir mon poste").click()
            await desk.get_by_role("button", name="Disponible").click()
            await hall.calls_in(ANNE)
            await expect(desk.locator("[data-place=connected]")).to_be_visible(timeout=PATIENT_MS)
            promised = await hall.asked_to_be_called()
            await hall.calls_in(BRUNO)
            await hall.until_places(Place.CONNECTED, Place.WAITING, Place.PROMISED)
            await hall.calls_in(CHLOE)
            places = await hall.until_places(Place.CONNECTED, Place.WAITING, Place.WAITING, Place.PROMISED)
            talk, bruno, chloe = (one for one in places if one != promised)
            came = [(await hall.entry(one)).entered_at for one in (bruno, chloe)]
            service.process.send_signal(signal.SIGTERM)
            await expect(desk.get_by_text(LOST)).to_be_visible(timeout=PATIENT_MS)
            await hall.all_are_gone()
            assert await service.process.wait() == 0
        assert await hall.places() == {bruno: Place.KEPT, chloe: Place.KEPT, promised: Place.PROMISED}
        assert (await hall.entry(talk)).place is Place.ENDED

        async with hall.serves() as service:
            await is_back(desk, "wrap_up", "À rappeler à son tour")
            await hall.calls_in(CHLOE)
            await hall.until_places(Place.WAITING, Place.KEPT, Place.PROMISED)
            await hall.calls_in(BRUNO)
            places = await hall.until_places(Place.WAITING, Place.WAITING, Place.PROMISED)
            assert set(places) == {bruno, chloe, promised}
            assert [(await hall.entry(one)).entered_at for one in (bruno, chloe)] == came
            await desk.get_by_role("button", name="Disponible").click()
            await expect(desk.locator("[data-place=connected]")).to_be_visible(timeout=PATIENT_MS)
            await service.kill()
            await hall.all_are_gone()
        assert await hall.places() == {bruno: Place.CONNECTED, chloe: Place.WAITING, promised: Place.PROMISED}

        async with hall.serves():
            await hall.until_places(Place.KEPT, Place.PROMISED)  # after LEASE
            assert (await hall.entry(bruno)).place is Place.ENDED
            await is_back(desk, "wrap_up", "À rappeler à son tour")
            await hall.calls_in(CHLOE)
            assert await hall.until_places(Place.WAITING, Place.PROMISED) == [chloe, promised]
            await is_back(desk, "wrap_up", "En ligne", "À rappeler à son tour")
            assert (await hall.entry(chloe)).entered_at == came[1]
