"""The colours of the style sheet keep the contrast that RGAA 3.2 and 3.3 (WCAG 1.4.3, 1.4.11) ask for, in both schemes."""

import re

import pytest

from callbot.web.rendering import HERE

TONES = ("good", "warn", "bad", "busy", "quiet")
TEXT = [
    (text, ground)
    for text in ("ink", "ink-soft", "accent")
    for ground in ("ground", "surface", "sunken", "accent-soft")
] + [
    *(
        (text, ground)
        for text in ("on-rail", "on-rail-soft")
        for ground in ("rail", "rail-deep", "rail-raised")
    ),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-caller", "caller"),
    *((tone, ground) for tone in TONES for ground in (f"{tone}-soft", "surface", "ground")),
    *(("ink", f"{tone}-soft") for tone in TONES),
    *(("on-strong", button) for button in ("call", "call-strong", "danger", "danger-strong")),
]
EDGES = [
    *(("line-strong", ground) for ground in ("surface", "ground", "sunken")),
    *((focus, ground) for focus in ("accent",) for ground in ("ground", "surface", "sunken", "accent-soft")),
    *(("spark", ground) for ground in ("rail", "rail-deep", "rail-raised")),
    ("bad", "surface"),
]


def _schemes() -> dict[str, dict[str, str]]:
    style = (HERE / "static" / "styles" / "tokens.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", style)
    return {
        "light": {name: light for name, light, _dark in pairs},
        "dark": {name: dark for name, _light, dark in pairs},
    }


SCHEMES = _schemes()


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1, 1 to 21, of two colours written #rrggbb."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_ratio_is_that_of_the_standard() -> None:
    """Black on white is 21, and WCAG's own example of the limit, #767676 on white, is 4.54."""
    assert (contrast("#000000", "#ffffff"), round(contrast("#767676", "#ffffff"), 2)) == (21.0, 4.54)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_readable(scheme: str) -> None:
    """4.5 to 1 for every pair of text and ground."""
    colours = SCHEMES[scheme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_are_visible(scheme: str) -> None:
    """3 to 1 for what outlines a field or the focus."""
    colours = SCHEMES[scheme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in EDGES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}
