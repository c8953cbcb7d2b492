"""When people are there again, said in a language whose words are a table (callbot/languages/CODE/language.toml)."""

from dataclasses import dataclass
from datetime import datetime, time

from callbot.humans.hours import PARIS
from callbot.numbers import NumberWords

__all__ = ["HourWords"]


@dataclass(frozen=True, slots=True)
class HourWords:
    """The words of a language for days and times. `clock` has the 24 hours, `days` the 31 of a month, both in words."""

    numbers: NumberWords
    opening: str
    tomorrow: str
    weekday: str
    date: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: tuple[str, ...]
    clock: tuple[str, ...]
    noon: str
    midnight: str
    zero_minutes: str

    def __post_init__(self) -> None:
        """Raise ValueError where a table is not as long as what it stands for."""
        for name, length in (("weekdays", 7), ("months", 12), ("days", 31), ("clock", 24)):
            if len(getattr(self, name)) != length:
                raise ValueError(f"hours: {name} needs {length} words, and has {len(getattr(self, name))}")

    def say(self, opening: datetime, now: datetime) -> str:
        """When it is, as one says it at `now` (both aware): as `callbot.humans.hours.spoken_opening` does in French."""
        local, today = opening.astimezone(PARIS), now.astimezone(PARIS).date()
        clock, days = self._time(local.time()), (local.date() - today).days
        form = {0: self.opening, 1: self.tomorrow}.get(days, self.weekday if days < 7 else self.date)
        return form.format(
            time=clock,
            weekday=self.weekdays[local.weekday()],
            day=self.days[local.day - 1],
            month=self.months[local.month - 1],
        )

    def _time(self, clock: time) -> str:
        if clock.minute == 0 and clock.hour in (0, 12):
            return self.noon if clock.hour else self.midnight
        return self.clock[clock.hour].format(minutes=self._minutes(clock.minute))

    def _minutes(self, minute: int) -> str:
        if not minute:
            return ""
        words = self.numbers.cardinal(minute)
        return f" {self.zero_minutes.format(digit=words) if minute < 10 else words}"
