"""Bars: upright for what goes along a time, lying for what is compared by name. A period before can stand beside each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.charts.drawing import PAGE, Palette, Sheet, steps, whole

__all__ = ["Bar", "columns", "rows"]

LEFT, RIGHT, TOP, BOTTOM = 48.0, 12.0, 14.0, 30.0
ROW, ROW_GAP = 20.0, 10.0
NAMES = 0.38
"""Share of the width that names have beside lying bars; in a narrow drawing they stand above them."""
LETTER = 6.6
"""Width of a letter, about."""
ABOVE = 20.0
"""Height of a name that stands above its bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and its name. `before`: the same in the period that it is compared with; None: there is none."""

    name: str
    value: float
    before: float | None = None


def columns(
    bars: Sequence[Bar],
    *,
    title: str,
    palette: Palette = PAGE,
    height: float = 220,
    written: Callable[[float], str] = whole,
) -> str:
    """Upright bars, left to right, with an axis; the period before is a dash across each bar's place."""
    sheet = Sheet(palette.width, height, title, palette)
    ticks = steps(max((max(bar.value, bar.before or 0) for bar in bars), default=0))
    room, foot = height - TOP - BOTTOM, height - BOTTOM
    for tick in ticks:
        y = foot - room * tick / ticks[-1]
        sheet.path(f"M{LEFT:.1f} {y:.1f}H{palette.width - RIGHT:.1f}", stroke=palette.line)
        sheet.text(LEFT - 8, y + 4, written(tick), anchor="end", fill=palette.soft, size=12)
    step = (palette.width - LEFT - RIGHT) / max(1, len(bars))
    every = _every(bars, step)
    for number, bar in enumerate(bars):
        x, tall = LEFT + number * step, room * bar.value / ticks[-1]
        note = _note(bar, written)
        sheet.rect(x + step * 0.14, foot - tall, step * 0.72, tall, fill=palette.accent, note=note, rx="2")
        if bar.before is not None:
            y = foot - room * bar.before / ticks[-1]
            sheet.path(
                f"M{x + step * 0.04:.1f} {y:.1f}h{step * 0.92:.1f}",
                note=note,
                stroke=palette.before,
                stroke_width="2.5",
            )
        if number % every == 0:
            over = x + step / 2 + len(bar.name) * LETTER / 2 > palette.width
            place, anchor = (palette.width, "end") if over else (x + step / 2, "middle")
            sheet.text(place, foot + 18, bar.name, anchor=anchor, fill=palette.soft, size=12)
    return sheet.svg()


def rows(
    bars: Sequence[Bar],
    *,
    title: str,
    palette: Palette = PAGE,
    written: Callable[[float], str] = whole,
) -> str:
    """Lying bars, top to bottom, each with its name on the left and its value at its end; the period before is a thinner one under it."""
    names, above = (0.0, ABOVE) if palette.narrow else (palette.width * NAMES, 0.0)
    compared = any(bar.before is not None for bar in bars)
    high = ROW + above + (9 if compared else 0)
    sheet = Sheet(palette.width, len(bars) * (high + ROW_GAP) + 6, title, palette)
    most = max((max(bar.value, bar.before or 0) for bar in bars), default=0) or 1
    room = palette.width - names - 80
    for number, bar in enumerate(bars):
        y, long = 3 + above + number * (high + ROW_GAP), room * bar.value / most
        if palette.narrow:
            sheet.text(0, y - 5, cut(bar.name, palette.width))
        else:
            sheet.text(names - 10, y + 15, cut(bar.name, names - 16), anchor="end")
        sheet.rect(
            names,
            y,
            max(long, 1.5 if bar.value else 0),
            ROW,
            fill=palette.accent,
            note=_note(bar, written),
            rx="2",
        )
        sheet.text(names + long + 8, y + 15, written(bar.value), bold=True)
        if bar.before is not None:
            sheet.rect(
                names,
                y + ROW + 2,
                room * bar.before / most,
                5,
                fill=palette.before,
                note=_note(bar, written),
                rx="2",
            )
    return sheet.svg()


def cut(words: str, room: float, letter: float = LETTER) -> str:
    """`words`, shortened with « … » where they would be wider than `room`."""
    most = int(room / letter)
    return words if len(words) <= most else words[: max(1, most - 1)].rstrip() + "…"


def _every(bars: Sequence[Bar], step: float) -> int:
    """One name in so many is written: as many as have room."""
    widest = max((len(bar.name) for bar in bars), default=1) * LETTER + 8
    return max(1, -(-int(widest) // max(1, int(step))))


def _note(bar: Bar, written: Callable[[float], str]) -> str:
    before = f" (période précédente : {written(bar.before)})" if bar.before is not None else ""
    return f"{bar.name} : {written(bar.value)}{before}"
