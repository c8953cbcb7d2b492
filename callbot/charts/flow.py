"""A flow: what became of all calls, from left to right, as bands whose breadth is the number of calls (a Sankey diagram)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from callbot.charts.drawing import PAGE, Palette, Sheet, whole

__all__ = ["Link", "flow"]

NODE, GAP, NAMES, EDGE, LABEL = 14.0, 10.0, 190.0, 2.0, 32.0
"""In the drawing's units: a node's width, what lies between two nodes above each other, room for the names on the right, the margin above
and below all, and the height of a name with its number. In a narrow drawing, names of what leads further stand above it."""


@dataclass(frozen=True, slots=True)
class Link:
    """So many calls went from one stage to another. A name is a node; a node's column is one after its sources'."""

    source: str
    target: str
    value: float
    tone: int = 0
    """The target's colour: an index of `Palette.series`."""


@dataclass(slots=True)
class _Node:
    name: str
    column: int
    value: float
    tone: int
    y: float = 0.0
    left: float = 0.0
    right: float = 0.0
    """How much of its height is taken by bands, on each side."""


def flow(
    links: Sequence[Link],
    *,
    title: str,
    palette: Palette = PAGE,
    height: float = 320,
    written: Callable[[float], str] = whole,
) -> str:
    """Links must not go in a circle. Those of 0 are left out.

    Nodes keep the order in which they are first named; early ends are below the others.
    """
    links = [link for link in links if link.value > 0]
    nodes = _nodes(links)
    head = LABEL if palette.narrow else 0.0
    height = head + max(height, _least(nodes))
    scale = _place(nodes, height, head + EDGE)
    last = max((node.column for node in nodes.values()), default=0) or 1
    sheet = Sheet(palette.width, height, title, palette)

    def x_of(node: _Node) -> float:
        return (palette.width - NAMES - NODE) * node.column / last

    for link in links:
        a, b, broad = nodes[link.source], nodes[link.target], link.value * scale
        y1, y2 = a.y + a.right, b.y + b.left
        a.right, b.left = a.right + broad, b.left + broad
        sheet.path(
            _band(x_of(a) + NODE, y1, x_of(b), y2, broad),
            note=f"{link.source} → {link.target} : {written(link.value)}",
            fill=_tone(palette, link.tone),
            fill_opacity="0.28",
        )
    for node in nodes.values():
        x, high = x_of(node), node.value * scale
        sheet.rect(
            x,
            node.y,
            NODE,
            max(high, 1.5),
            fill=_tone(palette, node.tone),
            note=f"{node.name} : {written(node.value)}",
            rx="2",
        )
        above = palette.narrow and node.column < last
        left, middle = (x, node.y - LABEL / 2 + 2) if above else (x + NODE + 8, node.y + high / 2 + 4)
        sheet.text(left, middle - 7, node.name)
        sheet.text(left, middle + 9, written(node.value), bold=True)
    return sheet.svg()


def _nodes(links: Sequence[Link]) -> dict[str, _Node]:
    found: dict[str, _Node] = {}
    into: dict[str, float] = defaultdict(float)
    out: dict[str, float] = defaultdict(float)
    for link in links:
        source = found.setdefault(link.source, _Node(link.source, 0, 0, 0))
        target = found.setdefault(link.target, _Node(link.target, 0, 0, link.tone))
        target.column = max(target.column, source.column + 1)
        into[link.target] += link.value
        out[link.source] += link.value
    for name, node in found.items():
        node.value = max(into[name], out[name])
    return _ends_at_the_edge(found, out)


def _ends_at_the_edge(nodes: dict[str, _Node], out: Mapping[str, float]) -> dict[str, _Node]:
    """What leads no further stands in the last column, that of early ends lowest: between the columns its name would lie on bands."""
    last = max((node.column for node in nodes.values()), default=0)
    early = [node for node in nodes.values() if not out[node.name] and node.column < last]
    for node in early:
        node.column = last
    return {node.name: node for node in (*(one for one in nodes.values() if one not in early), *early)}


def _least(nodes: dict[str, _Node]) -> float:
    """The height at which the fullest column has room for its names, and as much again for what they are worth."""
    fullest = max(Counter(node.column for node in nodes.values()).values(), default=0)
    return fullest * (LABEL + GAP) + (LABEL + GAP) * 4


def _place(nodes: dict[str, _Node], height: float, top: float) -> float:
    """Nodes above each other in their columns, from `top` on; units of height per call."""
    columns: dict[int, list[_Node]] = defaultdict(list)
    for node in nodes.values():
        columns[node.column].append(node)
    scale = min((_scale(column, height - top - EDGE) for column in columns.values()), default=0.0)
    for column in columns.values():
        y = top
        for node in column:
            high = node.value * scale
            node.y = y + max(0.0, LABEL - high) / 2
            y += max(high, LABEL) + GAP
    return scale


def _scale(column: Sequence[_Node], room: float) -> float:
    """The largest at which the column fits, each node with room for its two lines of text."""
    low, high = 0.0, room / max(sum(node.value for node in column), 1e-9)
    for _ in range(24):
        middle = (low + high) / 2
        taken = sum(max(node.value * middle, LABEL) for node in column) + GAP * (len(column) - 1)
        low, high = (middle, high) if taken <= room else (low, middle)
    return low


def _band(x1: float, y1: float, x2: float, y2: float, broad: float) -> str:
    half = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"v{broad:.1f}C{half:.1f} {y2 + broad:.1f} {half:.1f} {y1 + broad:.1f} {x1:.1f} {y1 + broad:.1f}Z"
    )


def _tone(palette: Palette, tone: int) -> str:
    return palette.series[tone % len(palette.series)]
