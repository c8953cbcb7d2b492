"""A heat map: a square for each pair of a row and a column, the darker the more. The number stands in it, so that colour is never alone."""

from collections.abc import Callable, Sequence

from callbot.charts.drawing import PAGE, Palette, Sheet, whole

__all__ = ["heat_map"]

NAMES, HEAD, CELL_HIGH = 84.0, 24.0, 30.0


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    title: str,
    palette: Palette = PAGE,
    written: Callable[[float], str] = whole,
) -> str:
    """`values[row][column]`, all at least 0. Shades are equal shares of the largest; 0 has the first shade and no number."""
    sheet = Sheet(palette.width, HEAD + len(rows) * CELL_HIGH + 4, title, palette)
    wide = (palette.width - NAMES) / max(1, len(columns))
    most = max((value for row in values for value in row), default=0)
    for number, name in enumerate(columns):
        sheet.text(NAMES + (number + 0.5) * wide, 15, name, anchor="middle", fill=palette.soft, size=12)
    for line, (name, row) in enumerate(zip(rows, values, strict=True)):
        y = HEAD + line * CELL_HIGH
        sheet.text(NAMES - 10, y + 20, name, anchor="end", fill=palette.soft)
        for number, (column, value) in enumerate(zip(columns, row, strict=True)):
            shade = shade_of(value, most, len(palette.shades))
            x = NAMES + number * wide
            note = f"{name}, {column} : {written(value)}"
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


def shade_of(value: float, most: float, shades: int) -> int:
    """0 for nothing, else 1 to `shades` - 1 by equal shares of `most`."""
    if value <= 0 or most <= 0:
        return 0
    return min(shades - 1, 1 + int((shades - 1) * value / most * 0.9999))
