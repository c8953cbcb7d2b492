"""A heat map: a square for each pair of a row and a column, the darker the more. The number stands in it, so that colour is never alone."""

from collections.abc import Callable, Sequence

from callbot.charts.drawing import PAGE, Palette, Sheet, whole

__all__ = ["heat_map"]

NAMES, HEAD, CELL_HIGH = 84.0, 24.0, 30.0
NAMES_NARROW, SHORT = 44.0, 3
"""In a narrow drawing: room for the names on the left, and the letters that are left of those above."""


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    title: str,
    palette: Palette = PAGE,
    written: Callable[[float], str] = whole,
) -> str:
    """`values[row][column]`, all at least 0. Shades are equal shares of the largest; 0 has the first shade and no number.

    In a narrow drawing the rows, of which there are fewer, stand beside each other.
    """
    turned, left = palette.narrow, NAMES_NARROW if palette.narrow else NAMES
    down, across = (columns, rows) if turned else (rows, columns)
    cells = list(zip(*values, strict=True)) if turned else values
    sheet = Sheet(palette.width, HEAD + len(down) * CELL_HIGH + 4, title, palette)
    wide = (palette.width - left) / max(1, len(across))
    most = max((value for row in values for value in row), default=0)
    for number, name in enumerate(across):
        short = _short(name) if turned else name
        sheet.text(left + (number + 0.5) * wide, 15, short, anchor="middle", fill=palette.soft, size=12)
    for line, (name, row) in enumerate(zip(down, cells, strict=True)):
        y = HEAD + line * CELL_HIGH
        sheet.text(left - 10, y + 20, name, anchor="end", fill=palette.soft)
        for number, (beside, value) in enumerate(zip(across, row, strict=True)):
            shade = shade_of(value, most, len(palette.shades))
            x = left + number * wide
            of_row, of_column = (beside, name) if turned else (name, beside)
            note = f"{of_row}, {of_column} : {written(value)}"
            sheet.rect(x + 1, y + 1, wide - 2, CELL_HIGH - 2, fill=palette.shades[shade], note=note, rx="3")
            if value:
                sheet.text(
                    x + wide / 2,
                    y + 20,
                    written(value),
                    anchor="middle",
                    fill=palette.on_shades[shade],
                    size=11.5,
                )
    return sheet.svg()


def _short(name: str) -> str:
    """« lun. » of « lundi »."""
    return name if len(name) <= SHORT else f"{name[:SHORT]}."


def shade_of(value: float, most: float, shades: int) -> int:
    """0 for nothing, else 1 to `shades` - 1 by equal shares of `most`."""
    if value <= 0 or most <= 0:
        return 0
    return min(shades - 1, 1 + int((shades - 1) * value / most * 0.9999))
