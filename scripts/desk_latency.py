"""How soon an offer is on the receptionist's page: `.venv/bin/python -m scripts.desk_latency`.

Two desks in a real Chromium, 200 callers who wait for another service, SQLite. From just before a caller enters the queue, who is
offered at once, to the moment at which the page's document has the offer.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import click
from playwright.async_api import Page

from callbot.accounts import Role
from callbot.humans.queue_events import AgentReady, CallerWithdrew
from callbot.humans.queue_types import Caller
from tests.support.browser import open_browser, sign_in
from tests.support.desks import AGENT, COLLEAGUE, now, open_desk
from tests.support.web_service import PASSWORD, ScriptedService, scripted_service, serve_pages

OFFERS = 40
WAITING = 200
SEEN = """() => { window.seen = new Promise((resolve) => new MutationObserver((_, observer) => {
  if (!document.querySelector("[data-place=offered]")) return;
  observer.disconnect();
  resolve(performance.timeOrigin + performance.now());
}).observe(document.getElementById("poste-appel"), { childList: true, subtree: true })); }"""


async def offer_ms(service: ScriptedService, pages: dict[str, Page], number: int) -> float:
    """One offer, milliseconds."""
    for page in pages.values():
        await page.evaluate(SEEN)
    begun_ms = time.time() * 1000
    entry_id = await service.queue.enter(Caller(f"offered-{number}", "m", "accueil"), now())
    entry = await service.queue.entry(entry_id)
    assert entry
    seen_ms: float = await pages[entry.agent].evaluate("window.seen")
    await service.queue.tell(entry_id, CallerWithdrew(now()))
    await asyncio.sleep(0.2)
    return seen_ms - begun_ms


async def measure() -> list[float]:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            scripted_service(Path(folder)) as service,
            serve_pages(service) as address,
            open_browser() as browser,
        ):
            pages = {}
            for name in (AGENT, COLLEAGUE):
                await service.accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="bench")
                await open_desk(service, name)
                pages[name] = await (await browser.new_context()).new_page()
                await sign_in(pages[name], address, name, PASSWORD, "/poste")
            for number in range(WAITING):
                await service.queue.enter(Caller(f"waits-{number}", "m", "autre"), now())
            for name in pages:
                await service.queue.tell_agent(name, AgentReady(now()))
            return [await offer_ms(service, pages, number) for number in range(OFFERS)]


def main() -> None:
    """Print them."""
    took = sorted(asyncio.run(measure()))
    p95 = took[round(0.95 * len(took)) - 1]
    click.echo(
        f"offer to page: median {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, most {took[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
