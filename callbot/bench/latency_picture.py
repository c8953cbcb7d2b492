"""A picture of where the response time goes: a stacked bar for each row of `callbot bench latency`, as SVG. No I/O."""

from collections.abc import Sequence
from html import escape

from callbot.bench.latency_figures import LatencyRow

PARTS = (
    ("endpoint_ms_p50", "endpoint wait", "#717b75"),
    ("decode_ms_p50", "decode", "#0b5d57"),
    ("route_ms_p50", "route", "#b06c00"),
    ("first_audio_ms_p50", "first audio", "#2b4c8a"),
)
LINE = ("line", "#b9c0bb")
"""The rest, until the caller hears it: the way there and back, and the caller's own 20 ms grid."""
LEFT, RIGHT, TOP, BAR, GAP, WIDTH = 190, 40, 64, 26, 18, 820
STEP_MS = 250


def picture(rows: Sequence[LatencyRow]) -> str:
    """Medians of the parts; the bar ends at the caller's median, and a tick stands at the caller's p95."""
    most = max([row.response_ms_p95 or row.response_ms_p50 or 0.0 for row in rows] + [1000.0])
    scale = (WIDTH - LEFT - RIGHT) / most
    bottom = TOP + len(rows) * (BAR + GAP)
    drawn = [*_axis(most, scale, bottom), *_legend()]
    for number, row in enumerate(rows):
        drawn += _bar(row, TOP + number * (BAR + GAP), scale)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 44}" font-family="sans-serif" '
            'font-size="13" role="img" aria-label="Where the response time goes">',
            f'<rect width="{WIDTH}" height="{bottom + 44}" fill="#ffffff"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def spans(row: LatencyRow) -> list[tuple[str, str, float, float]]:
    """(name, colour, from, to) in ms of the pieces of a row's bar."""
    found, at = [], 0.0
    for field, name, colour in PARTS:
        ms = getattr(row, field) or 0.0
        found.append((name, colour, at, at + ms))
        at += ms
    if row.response_ms_p50 is not None and row.response_ms_p50 > at:
        found.append((*LINE, at, row.response_ms_p50))
    return [span for span in found if span[3] > span[2]]


def _bar(row: LatencyRow, y: int, scale: float) -> list[str]:
    name = f"{row.engine}, {row.calls} {'call' if row.calls == 1 else 'calls'}"
    drawn = [f'<text x="{LEFT - 10}" y="{y + 18}" text-anchor="end" fill="#19231e">{escape(name)}</text>']
    for part, colour, begin, end in spans(row):
        x, width = LEFT + begin * scale, (end - begin) * scale
        title = f"<title>{part}: {end - begin:.0f} ms</title>"
        drawn.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}">{title}</rect>'
        )
        if width > 34:
            drawn.append(
                f'<text x="{x + width / 2:.1f}" y="{y + 18}" text-anchor="middle" '
                f'fill="{"#19231e" if part == LINE[0] else "#ffffff"}">{end - begin:.0f}</text>'
            )
    if row.response_ms_p95 is not None:
        x = LEFT + row.response_ms_p95 * scale
        drawn.append(f'<path d="M{x:.1f} {y - 4}v{BAR + 8}" stroke="#9d2219" stroke-width="3"/>')
    return drawn


def _axis(most: float, scale: float, bottom: int) -> list[str]:
    drawn = []
    for ms in range(0, int(most) + 1, STEP_MS * max(1, round(most / 2500))):
        x = LEFT + ms * scale
        drawn.append(f'<path d="M{x:.1f} {TOP - 8}V{bottom}" stroke="#d8ddd6"/>')
        drawn.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#525e57">{ms}</text>')
    drawn.append(
        f'<text x="{LEFT}" y="{bottom + 36}" fill="#525e57">ms from the end of the caller’s speech; medians</text>'
    )
    return drawn


def _legend() -> list[str]:
    drawn, x = [], LEFT
    for name, colour in (*((name, colour) for _, name, colour in PARTS), LINE):
        drawn.append(f'<rect x="{x}" y="20" width="14" height="14" fill="{colour}"/>')
        drawn.append(f'<text x="{x + 20}" y="32" fill="#19231e">{name}</text>')
        x += 36 + 8 * len(name)
    drawn.append(f'<path d="M{x + 6} 18v18" stroke="#9d2219" stroke-width="3"/>')
    drawn.append(f'<text x="{x + 16}" y="32" fill="#19231e">p95</text>')
    return drawn
