"""How long `callbot report` takes as a command, from its start to its end."""

import os
import time
from collections.abc import Iterator
from datetime import date

from callbot.bench.processes import Child
from callbot.bench.times import Times
from callbot.bench.visit import REPORT_MS
from callbot.commands.report import FORMATS
from callbot.config import Settings

__all__ = ["measure_commands"]

ROUNDS = 3


def measure_commands(settings: Settings, day: date) -> Iterator[Times]:
    """A day and its month in each format; the day is over. Raises CallbotError."""
    for span in ("day", "month"):
        for form in FORMATS:
            given = [f"--{span}", day.isoformat(), "--format", form]
            times = [_took_ms(settings, given) for _ in range(ROUNDS)]
            yield Times.of(f"callbot report, a {span} as {form}", "the whole command", times, REPORT_MS)


def _took_ms(settings: Settings, given: list[str]) -> float:
    begun = time.perf_counter()
    with Child(
        "callbot",
        "report",
        *given,
        "-o",
        os.devnull,
        data_dir=settings.data_dir,
        database_url=settings.database,
    ) as command:
        command.success()
        return (time.perf_counter() - begun) * 1000
