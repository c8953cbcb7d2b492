"""Figures as they are read in French: « 61 % », « 2 min 05 », « 4,4 / 5 », and what made them: « 190 ÷ 312 »."""

from callbot.charts.drawing import NARROW, decimal, percent, whole
from callbot.stats.figures import Figure, change

__all__ = ["NOTHING", "against", "calculation", "duration", "value"]

NOTHING = "–"
"""A figure that there is none of: nothing to divide by."""


def value(figure: Figure, digits: int = 0) -> str:
    """Its value, with its unit where it has one; shares with so many decimals."""
    if figure.value is None:
        return NOTHING
    match figure.unit:
        case "ratio":
            return percent(figure.value, digits)
        case "ms":
            return f"{figure.value / 1000:.1f}".replace(".", ",") + f"{NARROW}s"
        case "s":
            return duration(figure.value)
        case "score":
            return f"{figure.value:.1f}".replace(".", ",") + f"{NARROW}/ 5"
        case _:
            return whole(figure.value)


def calculation(figure: Figure) -> str:
    """« 190 ÷ 312 »; for a percentile the number of values; empty for a count."""
    if figure.numerator is not None and figure.denominator is not None:
        return f"{decimal(figure.numerator)} ÷ {whole(figure.denominator)}"
    return f"sur {whole(figure.denominator)}" if figure.denominator is not None else ""


def duration(seconds: float) -> str:
    """« 48 s », « 2 min 05 », « 1 h 12 »."""
    whole_s = round(seconds)
    if whole_s < 60:
        return f"{whole_s}{NARROW}s"
    if whole_s < 3600:
        minutes, rest = divmod(whole_s, 60)
        return f"{minutes}{NARROW}min" + (f"{NARROW}{rest:02}" if rest else "")
    hours, rest = divmod(whole_s // 60, 60)
    return f"{hours}{NARROW}h{NARROW}{rest:02}"


def against(now: Figure, before: Figure, when: str) -> str:
    """« 278 lundi dernier (+12 %) »; shares are compared in points. Empty where there is nothing to compare with."""
    if before.value is None or now.value is None:
        return ""
    told = f"{value(before)} {when}"
    changed = change(now, before)
    if not changed.difference:
        return told
    if now.unit == "ratio":
        points = f"{100 * changed.difference:+.0f}".replace("-", "−")
        return told if points in ("+0", "−0") else f"{told} ({points}\u00a0{_plural('point', points)})"
    ratio = f"{100 * changed.ratio:+.0f}" if changed.ratio is not None else ""
    if now.unit == "score" or ratio in ("", "+0", "-0"):
        return told
    return f"{told} ({ratio.replace('-', '−')}{NARROW}%)"


def _plural(word: str, number: str) -> str:
    return word if number in ("+1", "−1") else word + "s"
