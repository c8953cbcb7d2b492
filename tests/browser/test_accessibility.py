"""Every page in a real Chromium: axe finds nothing, it fits narrow screens and fingers; and no page is left out."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from starlette.routing import Route

from callbot.web.app import create_app
from callbot.web.rendering import HERE
from tests.support.gallery import FEW_CALLS, NO_PAGES, SCENES, Scene, Stage, played, stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""All of axe's rules, its good practices among them, and the size of targets (WCAG 2.2), which is off by default."""
COLOURS = AXE | {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules that look at colours: between light and dark nothing else differs."""
FINGER_PX = 44
TOO_SMALL = """(least) => [...document.querySelectorAll(
      "button, .button, nav a, .back, .brand, textarea, select, .tick, input:not([type=hidden], .tick input)")]
    .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < least)
    .map((target) => target.outerHTML)"""
"""What is lower than a finger."""
LIVE = ("/telephone", "/poste", "/direct", "/rappels/{number:int}")
"""Pages that keep a connection, or a call, or have the computer dial."""
BY_NAME = {scene.name: scene for scene in SCENES}
STYLE_PAGE = BY_NAME["composants"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The furnished service and a browser, for all tests of this module."""
    async with stage(tmp_path_factory.mktemp("gallery"), calls=FEW_CALLS) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def windows(house: Stage) -> AsyncIterator[dict[str, Page]]:
    """By role, the window in which its scenes are played one after the other: to open one takes as long as to look at a scene."""
    roles = {"": house.signed_in, "desk": house.at_desk, "leading": house.leading}
    pages = {}
    for role, cookies in roles.items():
        context = await house.browser.new_context(locale="fr-FR", storage_state=cookies)
        pages[role] = await context.new_page()
    yield pages
    for page in pages.values():
        await page.context.close()


@asynccontextmanager
async def shown(scene: Scene, house: Stage, windows: dict[str, Page]) -> AsyncIterator[Page]:
    """The scene, played; in a window of its own if it is nobody's, or goes on by itself."""
    if not scene.signed_in or scene.route in LIVE:
        async with played(scene, house) as page:
            yield page
        return
    page = windows["leading" if scene.leading else "desk" if scene.at_desk else ""]
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.goto(house.address + scene.path)
    await scene.prepare(page, house)
    yield page


def every_scene(test: Any) -> Any:
    """Run the test once for each scene."""
    return pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)(test)


async def violations(page: Page, options: dict[str, Any] = AXE) -> list[tuple[str, list[str]]]:
    """What axe finds: the rules broken, and where."""
    results = await Axe().run(page, options=options)
    return [
        (found["id"], [node["html"] for node in found["nodes"]]) for found in results.response["violations"]
    ]


async def test_no_page_is_left_out(house: Stage) -> None:
    """Every route that answers GET is a scene's, or said to be no page; what is listed exists."""
    routes = {
        route.path
        for route in create_app(house.service).routes
        if isinstance(route, Route) and "GET" in (route.methods or ())
    }
    listed = {scene.route for scene in SCENES} - {"/{any}"}
    assert (routes - NO_PAGES.keys(), NO_PAGES.keys() - routes) == (listed, set())


async def test_the_style_page_shows_every_component() -> None:
    """Each macro of components.html is used by /composants, or by the frame around every page."""
    templates = HERE / "templates"
    macros = set(
        re.findall(r"macro ([a-z]\w*)\(", (templates / "components.html").read_text(encoding="utf-8"))
    )
    used = {
        name
        for page in ("composants.html", "base.html")
        for name in re.findall(r"ui\.([a-z]\w*)\(", (templates / page).read_text(encoding="utf-8"))
    }
    assert macros - used == set()


@every_scene
async def test_it_is_for_everybody(house: Stage, windows: dict[str, Page], scene: Scene) -> None:
    """Axe finds nothing in light, in dark, and 320 pixels wide (RGAA 10.11), where nothing is to be scrolled sideways.

    On a tablet, whatever is no link within a sentence is at least 44 pixels high.
    """
    found = {}
    async with shown(scene, house, windows) as page:
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
        found["light"] = await violations(page)
        await page.emulate_media(color_scheme="dark")
        found["dark"] = await violations(page, COLOURS)
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": 820, "height": 1100})
        small = await page.evaluate(TOO_SMALL, FINGER_PX)
        await page.set_viewport_size({"width": 320, "height": 640})
        width = await page.evaluate("document.documentElement.scrollWidth")
        found["narrow"] = await violations(page)
    assert (found, small, width) == ({"light": [], "dark": [], "narrow": []}, [], 320)


async def test_axe_would_find_something(house: Stage) -> None:
    """A page spoilt on purpose: the check above can fail."""
    async with played(BY_NAME["accueil"], house) as page:
        await page.evaluate("document.querySelector('main').append(document.createElement('button'))")
        assert [rule for rule, _where in await violations(page)] == ["button-name"]
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await page.evaluate("document.querySelector('h1').style.color = '#333'")
        assert [rule for rule, _where in await violations(page, COLOURS)] == ["color-contrast"]


async def test_the_choice_of_colours_is_kept(house: Stage) -> None:
    """Dark, though the system is light: at once, on the next page, and until « Automatique » is chosen again."""

    async def ground(page: Page) -> str:
        return str(await page.evaluate("getComputedStyle(document.body).color"))

    async with played(STYLE_PAGE, house) as page:
        light = await ground(page)
        await page.get_by_role("button", name="Sombre").click()
        dark = await ground(page)
        await page.goto(house.address + "/appels")
        assert (light != dark, await ground(page)) == (True, dark)
        await expect(page.get_by_role("button", name="Sombre")).to_have_attribute("aria-pressed", "true")
        await page.get_by_role("button", name="Automatique").click()
        assert await ground(page) == light
        await page.reload()
        assert await ground(page) == light


async def test_the_menu_opens_without_a_script(house: Stage) -> None:
    """On a telephone: hidden, opened by its button, closed by Escape, and leading elsewhere."""
    context = await house.browser.new_context(
        storage_state=house.signed_in, java_script_enabled=False, viewport={"width": 390, "height": 780}
    )
    page = await context.new_page()
    await page.goto(house.address + "/appels")
    link = page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="Accueil")
    await expect(link).to_be_hidden()
    await page.get_by_role("button", name="Menu").click()
    await expect(link).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(link).to_be_hidden()
    await page.get_by_role("button", name="Menu").click()
    await link.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Le service répond aux appels")
    await context.close()


async def test_a_dialog_keeps_and_returns_the_focus(house: Stage) -> None:
    """Opened by its button, closed by Escape; the button has the focus again."""
    async with played(STYLE_PAGE, house) as page:
        opener = page.get_by_role("button", name="Supprimer", exact=True)
        await opener.press("Enter")
        await expect(page.get_by_role("button", name="Supprimer la réponse")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(opener).to_be_focused()


async def test_a_page_prints_as_its_content_alone(house: Stage) -> None:
    """Black on white, without the rail, the buttons and the footer, whatever the screen shows."""
    async with played(BY_NAME["appels"], house, scheme="dark") as page:
        await page.emulate_media(media="print")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert (
            await page.locator("header, footer, .skip-link").evaluate_all(
                "(all) => all.map((one) => getComputedStyle(one).display)"
            )
            == ["none"] * 3
        )
        await expect(page.get_by_role("table")).to_be_visible()
