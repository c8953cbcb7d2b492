"""A trend: a line along days or months, and a paler, dashed one for the period before. A day without a value breaks the line."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from callbot.charts.drawing import PAGE, Palette, Sheet, steps, whole

__all__ = ["Point", "trend"]

LEFT, RIGHT, TOP, BOTTOM = 48.0, 16.0, 14.0, 30.0
DOTS_APART = 8.0
"""Points that are so far from each other are marked one by one; where they are nearer there is only the line."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment; None: there is none. `before`: at the same place of the period before; `says`: its name in full."""

    name: str
    value: float | None
    before: float | None = None
    says: str = ""


def trend(
    points: Sequence[Point],
    *,
    title: str,
    palette: Palette = PAGE,
    height: float = 220,
    written: Callable[[float], str] = whole,
    most: float | None = None,
) -> str:
    """From 0 to `most` (the largest value when None)."""
    sheet = Sheet(palette.width, height, title, palette)
    known = [value for point in points for value in (point.value, point.before) if value is not None]
    ticks = steps(most, parts=True) if most is not None else steps(max(known, default=0))
    room, foot = height - TOP - BOTTOM, height - BOTTOM
    for tick in ticks:
        y = foot - room * tick / ticks[-1]
        sheet.path(f"M{LEFT:.1f} {y:.1f}H{palette.width - RIGHT:.1f}", stroke=palette.line)
        sheet.text(LEFT - 8, y + 4, written(tick), anchor="end", fill=palette.soft, size=12)
    places = [
        LEFT + (palette.width - LEFT - RIGHT) * (number / (len(points) - 1) if len(points) > 1 else 0.5)
        for number in range(len(points))
    ]

    def line(values: Sequence[float | None]) -> str:
        drawn, down = [], False
        for x, value in zip(places, values, strict=True):
            if value is not None:
                place = f"{x:.1f} {foot - room * value / ticks[-1]:.1f}"
                drawn.append(f"L{place}" if down else f"M{place}h0")  # a point alone is a dot
            down = value is not None
        return "".join(drawn)

    if any(point.before is not None for point in points):
        sheet.path(
            line([point.before for point in points]),
            stroke=palette.before,
            stroke_width="2",
            stroke_dasharray="5 4",
        )
    sheet.path(
        line([point.value for point in points]),
        stroke=palette.accent,
        stroke_width="2.5",
        stroke_linejoin="round",
        stroke_linecap="round",
    )
    if len(places) < 2 or places[1] - places[0] >= DOTS_APART:
        _dots(sheet, zip(points, places, strict=True), foot=foot, scale=room / ticks[-1], written=written)
    _names(sheet, points, places, foot)
    return sheet.svg()


def _dots(
    sheet: Sheet,
    placed: Iterable[tuple[Point, float]],
    *,
    foot: float,
    scale: float,
    written: Callable[[float], str],
) -> None:
    for point, x in placed:
        if point.value is None:
            continue
        before = f" (période précédente : {written(point.before)})" if point.before is not None else ""
        note = f"{point.says or point.name} : {written(point.value)}{before}"
        y = foot - point.value * scale
        sheet.rect(x - 3.5, y - 3.5, 7, 7, fill=sheet.palette.accent, note=note, rx="3.5")


def _names(sheet: Sheet, points: Sequence[Point], places: Sequence[float], foot: float) -> None:
    """As many names as have room, at equal distances from the last one backwards."""
    if not points:
        return
    widest = max(len(point.name) for point in points) * 6.6 + 14
    room = max(1.0, places[-1] - places[0])
    every = max(1, math.ceil(widest * (len(points) - 1) / room))
    for number in range(len(points) - 1, -1, -every):
        last = number == len(points) - 1 and number > 0
        x = places[number] + (8 if last else 0)
        sheet.text(
            x,
            foot + 18,
            points[number].name,
            anchor="end" if last else "middle",
            fill=sheet.palette.soft,
            size=12,
        )
