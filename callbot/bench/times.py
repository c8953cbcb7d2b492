"""How long something took in a measurement, many times over. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Times"]


@dataclass(frozen=True, slots=True)
class Times:
    """How long one thing took, in milliseconds: of `n` times the median, what 95 % stay below, and the longest."""

    operation: str
    what: str
    n: int
    ms_p50: float
    ms_p95: float
    ms_max: float
    aim_ms: int | None = None

    @classmethod
    def of(cls, operation: str, what: str, times: Sequence[float], aim_ms: int | None = None) -> "Times":
        """From each time."""
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
        p50, p95, longest = (round(one, 1) for one in (statistics.median(times), p95, max(times)))
        return cls(operation, what, len(times), p50, p95, longest, aim_ms)
