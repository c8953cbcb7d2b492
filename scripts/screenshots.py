"""Pictures of every page into docs/images/pages: `.venv/bin/python -m scripts.screenshots`.

Each scene of tests/support/gallery.py, light and dark on a computer and light on a telephone: those that docs/exploitation/pages.md shows.
`--all` adds a tablet and the rest, to look at rather than to keep: give it another folder with `--out`.
The letters are the system's own: Debian's fonts-noto-core was there when the kept ones were taken.
"""

import argparse
import asyncio
import io
import itertools
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.async_api import Page

from callbot.stats.period import Period
from tests.support.gallery import MONTH, SCENES, Scene, Stage, played, stage

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "images" / "pages"
REPORT = ("rapport-1.webp", "rapport-2.webp")
"""The first two pages of a day's report, as they are printed."""
SCREENS = {"desktop": (1280, 800), "tablet": (820, 1100), "phone": (390, 780)}
EVERYTHING = tuple(itertools.product(SCREENS, ("light", "dark")))
KEPT = (("desktop", "light"), ("desktop", "dark"), ("phone", "light"))
MOST_HEIGHT_PX = 1600
"""The style page is long: the docs show its beginning."""
WIDTH_PX = 960
QUALITY = 78


def compress(png: bytes) -> bytes:
    """A WebP of at most WIDTH_PX in width, some tens of kilobytes."""
    return _webp(Image.open(io.BytesIO(png)).convert("RGB"))


def _webp(image: Image.Image) -> bytes:
    if image.width > WIDTH_PX:
        image = image.resize(
            (WIDTH_PX, round(image.height * WIDTH_PX / image.width)), Image.Resampling.LANCZOS
        )
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


async def photograph(page: Page, width: int, height: int) -> bytes:
    """The page as far as it goes, within MOST_HEIGHT_PX, as a window of that height would show it."""
    whole = await page.evaluate("document.documentElement.scrollHeight")
    await page.set_viewport_size({"width": width, "height": max(height, min(whole, MOST_HEIGHT_PX))})
    return await page.screenshot(animations="disabled")


async def picture(scene: Scene, house: Stage, screen: str, scheme: str) -> bytes:
    """One scene on one screen in one scheme."""
    width, height = SCREENS[screen]
    async with played(scene, house, width, height, scheme) as page:
        return compress(await photograph(page, width, height))


async def take(
    out: Path, kinds: Sequence[tuple[str, str]], only: Sequence[str] = (), *, kept: bool = False
) -> None:
    """Write each scene's pictures of these (screen, scheme) into `out`, a folder that is there.

    `only`: of scenes whose names begin so (none: of all); `kept`: only those that the docs show.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as house:
            for scene in (one for one in SCENES if not only or one.name.startswith(tuple(only))):
                for screen, scheme in (one for one in kinds if not kept or one in scene.kept(KEPT)):
                    data = await picture(scene, house, screen, scheme)
                    (out / f"{scene.name}-{screen}-{scheme}.webp").write_bytes(data)
            for name, data in zip(REPORT, () if only else await report(house), strict=not only):
                (out / name).write_bytes(data)


async def report(house: Stage) -> list[bytes]:
    """Its pages, in order."""
    pdf = pypdfium2.PdfDocument(await house.service.reporter.pdf(Period.day(date.fromisoformat(MONTH))))
    return [_webp(pdf[page].render(scale=1.4).to_pil()) for page in range(len(REPORT))]


def main() -> None:
    """Read the arguments, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--all", action="store_true", help="every screen, light and dark")
    parser.add_argument("--only", nargs="*", default=(), help="scenes whose name begins so")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    kinds = EVERYTHING if arguments.all else KEPT
    asyncio.run(take(arguments.out, kinds, arguments.only, kept=not arguments.all))


if __name__ == "__main__":
    main()
