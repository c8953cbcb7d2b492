"""The pictures of the pages in docs/: all there, small, shown, and none of a page that is gone."""

from pathlib import Path

from scripts.screenshots import KEPT, PICTURES, REPORT
from tests.support.gallery import SCENES

SHOWN_IN = Path(__file__).parents[2] / "docs" / "exploitation" / "pages.md"
NAMES = {f"{scene.name}-{screen}-{scheme}.webp" for scene in SCENES for screen, scheme in scene.kept(KEPT)}


def test_every_scene_has_its_pictures() -> None:
    """Run `python -m scripts.screenshots` after a scene has come or gone."""
    assert {path.name for path in PICTURES.iterdir()} == NAMES | set(REPORT)


def test_the_pictures_are_small() -> None:
    """Less than 150 kB each, 6 MB in all: the repository carries every version of them."""
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert {name for name, size in sizes.items() if size > 150_000} == set()
    assert sum(sizes.values()) <= 6_000_000


def test_the_docs_show_them_all() -> None:
    """In docs/exploitation/pages.md."""
    page = SHOWN_IN.read_text(encoding="utf-8")
    assert {name for name in NAMES if f"../images/pages/{name}" not in page} == set()
