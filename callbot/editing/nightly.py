"""When the files are read and learnt anew, once a day at a set hour; and what of them a running service can take. Pure."""

from dataclasses import replace
from datetime import date, datetime, time

from callbot.humans.hours import PARIS
from callbot.knowledge.store import Knowledge

__all__ = ["Nightly", "same_commune"]


class Nightly:
    """`due` from `hour` (of Paris; None: never) on, each day until it is `done`. Whatever began after the hour waits for the next day."""

    def __init__(self, hour: time | None, began: datetime) -> None:
        self._hour = hour
        self._done = self._day(began)

    def due(self, now: datetime) -> bool:
        """Whether it is time (`now` is aware); a machine that slept through the hour does it when it wakes."""
        day = self._day(now)
        return day is not None and day != self._done

    def done(self, now: datetime) -> None:
        """The work has been done, at `now`, for this day."""
        self._done = self._day(now) or self._done

    def _day(self, at: datetime) -> date | None:
        """The day on which the hour has come; None: it has not come yet."""
        local = at.astimezone(PARIS)
        return local.date() if self._hour is not None and local.time() >= self._hour else None


def same_commune(read: Knowledge, running: Knowledge) -> Knowledge:
    """The entries that were `read` for the commune that is `running`: services, lines and languages change with a restart."""
    french = replace(read, commune=running.commune, translations={})
    translations = {
        code: replace(read.translations.get(code, other), commune=other.commune, original=french)
        for code, other in running.translations.items()
    }
    return replace(french, translations=translations)
