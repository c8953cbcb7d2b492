"""The dashboard in a real browser: a manager finds a figure, compares, filters, takes the table and the report away."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from callbot.stats.period import Filters, Period
from callbot.stats.reading import read_figures
from tests.support.gallery import FEW_CALLS, LAST_DAY, Stage, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MONTH = "/tableau?periode=mois&du=2025-11-19"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Two months of calls that nobody made."""
    async with stage(tmp_path_factory.mktemp("tableau"), calls=FEW_CALLS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def page(house: Stage) -> AsyncIterator[Page]:
    """Signed in, in French."""
    context = await house.browser.new_context(locale="fr-FR", storage_state=house.signed_in)
    yield await context.new_page()
    await context.close()


async def _offered(house: Stage, period: Period, filters: Filters) -> int:
    figures = await read_figures(house.service.database, period, filters, parts=frozenset())
    return figures.figure("offered").numerator or 0


def _table(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";"))


def _plain(text: str) -> str:
    """Without the spaces between thousands."""
    return text.replace("\u202f", "")


async def test_a_manager_clicks_through_the_dashboard(house: Stage, page: Page) -> None:
    """From a month to the month before, to the afternoons of it, to the table of the motives, to the files."""
    await page.goto(house.address + MONTH)
    await expect(page.get_by_role("heading", name="Novembre 2025")).to_be_visible()
    november = await _offered(house, Period.month(LAST_DAY), Filters())
    assert _plain(await page.locator(".figure dd").first.inner_text()) == str(november)

    await page.get_by_role("link", name="Octobre 2025").click()
    await expect(page.get_by_role("heading", name="Octobre 2025")).to_be_visible()
    await page.get_by_text("Choisir une autre période, filtrer").click()
    await page.locator("#heures").select_option(label="L’après-midi, de 14 h à 19 h")
    await page.get_by_role("button", name="Afficher").click()
    await expect(page.get_by_role("heading", name="Octobre 2025")).to_be_visible()
    afternoons = await _offered(
        house, Period.month(LAST_DAY.replace(month=10)), Filters(hours=frozenset(range(14, 19)))
    )
    assert 0 < afternoons < november
    assert _plain(await page.locator(".figure dd").first.inner_text()) == str(afternoons)

    motives = page.locator("section", has=page.get_by_role("heading", name="Ce que la ville a demandé"))
    await motives.locator("summary").click()
    rows = motives.locator("tbody tr")
    name, calls = (
        await rows.first.locator("th, td").nth(0).inner_text(),
        await rows.first.locator("td").first.inner_text(),
    )
    async with page.expect_download() as coming:
        await motives.get_by_role("link", name="CSV").click()
    table = _table(Path(await (await coming.value).path()))
    assert (await coming.value).suggested_filename == "sujets-2025-10-01_2025-10-31-choisis.csv"
    assert (table[1][0], float(table[1][1])) == (name, float(_plain(calls)))

    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Rapport (PDF)").click()
    pdf = pypdfium2.PdfDocument(await (await coming.value).path())
    first = _plain(pdf[0].get_textpage().get_text_range())
    assert "Rapport d’octobre 2025, appels choisis" in first
    assert "Seulement : de 14 h à 19 h." in first
    assert f"{afternoons} appels" in first


async def test_an_address_that_makes_no_sense_shows_today_and_says_so(house: Stage, page: Page) -> None:
    """A link that was mistyped is no error page."""
    await page.goto(f"{house.address}/tableau?periode=libre&du=2025-11-19&au=2025-11-01")
    await expect(page.get_by_text("La période finit avant de commencer. Voici le jour même.")).to_be_visible()
    await expect(page.get_by_text("Aucun appel.")).to_be_visible()


async def test_what_is_typed_into_the_address_stays_words(house: Stage, page: Page) -> None:
    """A line that there is not, with markup in it: no calls, no script."""
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    await page.goto(house.address + MONTH + "&ligne=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    await expect(page.get_by_text("Aucun appel.")).to_be_visible()
    assert said == []


async def test_receptionists_do_not_see_the_figures(house: Stage) -> None:
    """Neither the page nor its files."""
    context = await house.browser.new_context(storage_state=house.at_desk)
    for path in ("/tableau", "/tableau/rapport.pdf", "/tableau/sujets.csv", "/tableau/tout.csv"):
        assert (await context.request.get(house.address + path)).status == 403
    await context.close()
