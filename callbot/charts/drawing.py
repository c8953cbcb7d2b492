"""What all charts are drawn with: a palette, a sheet of SVG, round steps for an axis, numbers as they are written in French."""

import math
from dataclasses import dataclass, replace
from typing import Self
from xml.etree.ElementTree import Element, SubElement, indent, tostring

__all__ = [
    "PAGE",
    "PHONE",
    "PRINT",
    "PRINT_PHONE",
    "Palette",
    "Sheet",
    "decimal",
    "percent",
    "steps",
    "whole",
]

NARROW = "\u202f"
"""The space that French puts between thousands, and before « % »."""
NARROW_BELOW = 400


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours, letters and width of a drawing. `shades`: from nothing to the most, for heat maps; `on_shades`: text upon each."""

    ink: str
    soft: str
    line: str
    accent: str
    before: str
    series: tuple[str, ...]
    shades: tuple[str, ...]
    on_shades: tuple[str, ...]
    letters: str
    width: float
    """Of a drawing, in its own units: what keeps its letters as large as those around it."""

    @property
    def narrow(self) -> bool:
        """Whether there is no room for names beside what they name."""
        return self.width < NARROW_BELOW


PAGE = Palette(
    ink="var(--ink)",
    soft="var(--ink-soft)",
    line="var(--line)",
    accent="var(--accent)",
    before="var(--line-strong)",
    series=("var(--accent)", "var(--busy)", "var(--warn)", "var(--bad)", "var(--quiet)"),
    shades=("var(--shade-0)", "var(--shade-1)", "var(--shade-2)", "var(--shade-3)", "var(--shade-4)"),
    on_shades=("var(--ink-soft)", "var(--ink)", "var(--ink)", "var(--on-accent)", "var(--on-accent)"),
    letters="inherit",
    width=540,
)
"""On a page: the tokens of styles/tokens.css, so that a chart follows light and dark."""

PHONE_WIDTH = 310
PHONE = replace(PAGE, width=PHONE_WIDTH)
"""The same on a telephone: drawn narrower, since letters that are scaled down, or a drawing that is cut off, cannot be read."""

PRINT = Palette(
    ink="#18211e",
    soft="#535d58",
    line="#dfdad0",
    accent="#0a5c55",
    before="#75776d",
    series=("#0a5c55", "#2b4c8a", "#b06c00", "#9d2219", "#525b57"),
    shades=("#f6f4ef", "#d3e6e2", "#8fc4bb", "#2f8379", "#0a4f49"),
    on_shades=("#75776d", "#18211e", "#18211e", "#ffffff", "#ffffff"),
    letters="Libertinus Serif",
    width=720,
)
"""On paper: the light values, and the letters that the typesetter brings."""

PRINT_PHONE = replace(PRINT, width=PHONE_WIDTH)
"""The same where a report is read on a telephone."""


class Sheet:
    """An SVG drawing that says what it shows. Lengths are in its own units, about a pixel each."""

    def __init__(self, width: float, height: float, title: str, palette: Palette) -> None:
        self.palette = palette
        self._root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {_number(width)} {_number(height)}",
                "width": _number(width),
                "height": _number(height),
                "role": "img",
                "aria-label": title,
                "class": "chart",
                "font-family": palette.letters,
                "font-size": "13",
            },
        )

    def rect(
        self, x: float, y: float, width: float, height: float, *, fill: str, note: str = "", **more: str
    ) -> Self:
        """A rectangle; `note` shows when it is pointed at."""
        place = {
            "x": _number(x),
            "y": _number(y),
            "width": _number(max(0.0, width)),
            "height": _number(max(0.0, height)),
        }
        return self._add("rect", place | {"fill": fill} | _attributes(more), note)

    def path(self, line: str, *, note: str = "", **more: str) -> Self:
        """A path, in SVG's own commands."""
        return self._add("path", {"d": line, "fill": "none"} | _attributes(more), note)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        fill: str = "",
        size: float = 13,
        bold: bool = False,
    ) -> Self:
        """Words, with their baseline at `y`."""
        attributes = {"x": _number(x), "y": _number(y), "fill": fill or self.palette.ink}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if size != 13:
            attributes["font-size"] = _number(size)
        if bold:
            attributes["font-weight"] = "600"
        SubElement(self._root, "text", attributes).text = words
        return self

    def svg(self) -> str:
        """The drawing, as text."""
        indent(self._root, space=" ")
        return tostring(self._root, encoding="unicode") + "\n"

    def _add(self, name: str, attributes: dict[str, str], note: str) -> Self:
        element = SubElement(self._root, name, attributes)
        if note:
            SubElement(element, "title").text = note
        return self


def steps(most: float, wanted: int = 4, *, parts: bool = False) -> list[float]:
    """Round values from 0 to at least `most`, about `wanted` steps apart: 1, 2, 2.5 or 5 times a power of ten.

    A step is a whole number where `most` is at least one, unless there are `parts` of one.
    """
    if most <= 0:
        return [0.0, 1.0]
    rough = most / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    if most >= 1 and step < 1 and not parts:
        step = 1.0
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]


def whole(value: float) -> str:
    """« 12 345 »."""
    return f"{round(value):,}".replace(",", NARROW)


def decimal(value: float, digits: int = 1) -> str:
    """« 1 234,5 »; a whole number is written without decimals."""
    if value == round(value):
        return whole(value)
    return f"{value:,.{digits}f}".replace(",", NARROW).replace(".", ",")


def percent(share: float, digits: int = 0) -> str:
    """« 87 % » of a share of one."""
    return f"{100 * share:.{digits}f}{NARROW}%".replace(".", ",")


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _attributes(more: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in more.items()}
