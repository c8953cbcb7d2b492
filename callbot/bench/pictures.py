"""The pictures of docs/benchmarks.md, drawn with matplotlib (an extra: `pip install callbot[bench]`); a PNG each, at most 300 KB.

Blue and orange of Okabe and Ito's palette, which colour-blind people tell apart; every line is named where it ends. The docs say in
words what each one shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from callbot.bench.confusion import Matrix
from callbot.bench.reliability import Bin
from callbot.errors import CallbotError
from callbot.understanding.scores import Point

__all__ = ["Curve", "Learnt", "confusion", "learning", "reliability", "thresholds"]

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#767676"
MOST_WRONG = 0.02
"""The share of wrong answers that the thresholds must keep (docs/benchmarks.md)."""
_DPI = 110


@dataclass(frozen=True, slots=True)
class Curve:
    """What thresholds do with some lines; `name` says whose."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """One point of the learning curve: how many authors and lines were learnt, and what that came to (shares 0–1)."""

    authors: int
    lines: int
    right: float
    answered: float


def confusion(matrix: Matrix, file: Path) -> None:
    """Rows: what was meant; columns: what it was read as. Colour: how often, on a logarithmic scale; white: never."""
    names, size = matrix.names, len(matrix.names)
    figure, axes = _axes((size * 0.135 + 4.2, size * 0.135 + 1.6))
    import matplotlib
    from matplotlib.colors import ListedColormap, LogNorm

    blues = ListedColormap(matplotlib.colormaps["Blues"](np.linspace(0.35, 1, 256)))
    counts = np.ma.masked_equal(matrix.counts, 0)
    top = max(int(matrix.counts.max(initial=1)), 2)
    image = axes.imshow(counts, norm=LogNorm(1, top), cmap=blues, interpolation="none")
    axes.set_xticks(range(size), names, rotation=90, fontsize=6)
    axes.set_yticks(range(size), names, fontsize=6)
    axes.tick_params(length=0, pad=2)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    start = 0
    for group in matrix.groups:
        end = start + len(group.members)
        for line in (axes.axhline, axes.axvline):
            line(end - 0.5, color=GREY, linewidth=0.4)
        axes.annotate(
            group.name,
            (1.005, (start + end) / 2 - 0.5),
            xycoords=("axes fraction", "data"),
            fontsize=7,
            va="center",
        )
        start = end
    bar = figure.colorbar(image, ax=axes, shrink=0.25, aspect=15, pad=0.1, label="lines")
    ticks = [n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500) if n <= top]
    bar.set_ticks(ticks, labels=[str(n) for n in ticks])
    bar.ax.minorticks_off()
    _save(figure, file)


def thresholds(curves: Sequence[Curve], chosen: float, file: Path) -> None:
    """Answered share over wrong answers, a line per curve, with the chosen threshold marked on each."""
    figure, axes = _axes((7.0, 4.4))
    for curve, colour in zip(curves, (ORANGE, BLUE), strict=False):
        points = sorted(curve.points, key=lambda point: point.threshold)
        wrong, answered = [p.wrong * 100 for p in points], [p.answered * 100 for p in points]
        mark = min(points, key=lambda point: abs(point.threshold - chosen))
        told = f"{curve.name}: at {mark.threshold:.2f} {mark.answered:.1%} answered, {mark.wrong:.1%} wrong"
        axes.plot(wrong, answered, color=colour, linewidth=2, label=told)
        axes.plot(mark.wrong * 100, mark.answered * 100, "o", color=colour, markersize=8)
    axes.axvline(
        MOST_WRONG * 100, color=GREY, linestyle="--", linewidth=1, label="most wrong answers allowed"
    )
    axes.set_xlabel("wrong answers, % of all lines")
    axes.set_ylabel("questions answered at once, %")
    axes.set_xlim(0, None)
    figure.legend(loc="outside lower center", frameon=False)
    _save(figure, file)


def reliability(curves: Sequence[tuple[str, Sequence[Bin]]], file: Path) -> None:
    """How often the first candidate was right over how sure the router was; the diagonal is what it should be."""
    figure, axes = _axes((5.6, 5.0))
    axes.plot([0, 100], [0, 100], color=GREY, linestyle="--", linewidth=1, label="as sure as right")
    for (name, found), colour in zip(curves, (ORANGE, BLUE), strict=False):
        axes.plot(
            [one.confidence * 100 for one in found],
            [one.right * 100 for one in found],
            "o-",
            color=colour,
            label=name,
        )
    _, last = curves[-1]
    for one in last:
        axes.annotate(
            f"{one.n}",
            (one.confidence * 100, one.right * 100),
            xytext=(4, -12),
            textcoords="offset points",
            fontsize=7,
        )
    axes.set_xlabel("confidence of the first candidate, %")
    axes.set_ylabel("right, %")
    axes.set_xlim(0, 102)
    axes.set_ylim(0, 102)
    axes.legend(loc="upper left", frameon=False)
    _save(figure, file)


def learning(points: Sequence[Learnt], file: Path) -> None:
    """What is right and what is answered over the lines learnt, on a logarithmic scale."""
    figure, axes = _axes((7.0, 4.4))
    lines = [point.lines for point in points]
    for name, shares, colour in (
        ("right motive", [p.right * 100 for p in points], BLUE),
        ("answered at once", [p.answered * 100 for p in points], ORANGE),
    ):
        axes.plot(lines, shares, "o-", color=colour, linewidth=2, label=name)
    axes.set_xscale("log", base=2)
    axes.set_xticks(lines, [f"{p.lines:,}\n{p.authors}".replace(",", " ") for p in points])
    axes.minorticks_off()
    axes.set_xlabel("lines learnt, and of how many authors (0: the knowledge base alone)")
    axes.set_ylabel("% of the lines of authors kept apart")
    axes.set_ylim(0, 100)
    axes.legend(loc="lower right", frameon=False)
    _save(figure, file)


def _axes(inches: tuple[float, float]) -> tuple[Any, Any]:
    """A figure with one pair of axes. Raises CallbotError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise CallbotError("pictures need matplotlib: pip install 'callbot[bench]'") from None
    figure = Figure(figsize=inches, dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, metadata={"Software": None})
