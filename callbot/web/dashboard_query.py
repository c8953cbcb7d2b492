"""What the dashboard's address asks for: a period and filters, read from it and written into it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from callbot.stats.period import Filters, Period, Span

__all__ = ["HOURS", "SPANS", "WEEKDAYS", "Asked", "asked", "shortcuts"]

SPANS: Mapping[str, str] = {
    "jour": "Un jour",
    "semaine": "Une semaine",
    "mois": "Un mois",
    "annee": "Une année",
    "libre": "Des dates",
}
"""The values of `periode`, as they are offered."""
_WHOLE = {"jour": Period.day, "semaine": Period.week, "mois": Period.month, "annee": Period.year}
_NAMES = {Span.DAY: "jour", Span.WEEK: "semaine", Span.MONTH: "mois", Span.YEAR: "annee", Span.OTHER: "libre"}
HOURS: Mapping[str, tuple[str, range]] = {
    "matin": ("Le matin, de 7 h à 12 h", range(7, 12)),
    "midi": ("Le midi, de 12 h à 14 h", range(12, 14)),
    "apres-midi": ("L’après-midi, de 14 h à 19 h", range(14, 19)),
    "soir": ("Le soir et la nuit, de 19 h à 7 h", range(19, 31)),
}
WEEKDAYS: Mapping[str, tuple[str, frozenset[int]]] = {
    "ouvres": ("Du lundi au vendredi", frozenset(range(5))),
    "week-end": ("Le samedi et le dimanche", frozenset({5, 6})),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown. `problem`: what the address asks for wrongly, in French; then something sensible is shown instead."""

    period: Period
    filters: Filters
    problem: str = ""

    @property
    def kind(self) -> str:
        """The value of `periode`."""
        return _NAMES[self.period.span]

    @property
    def hours_name(self) -> str:
        """The value of `heures`."""
        return next((name for name in HOURS if self.filters.hours == _hours(name)), "")

    @property
    def days_name(self) -> str:
        """The value of `jours`."""
        return next((name for name in WEEKDAYS if self.filters.weekdays == _days(name)), "")

    def query(self) -> str:
        """The address's query that asks for this."""
        fields = {"periode": self.kind, "du": self.period.first.isoformat()}
        if self.kind == "libre":
            fields["au"] = self.period.last.isoformat()
        filters = self.filters
        for name, value in (
            ("ligne", filters.line),
            ("service", filters.service),
            ("langue", filters.language),
        ):
            if value is not None:
                fields[name] = value or "-"
        fields["heures"], fields["jours"] = self.hours_name, self.days_name
        return urlencode({name: value for name, value in fields.items() if value})

    def at(self, period: Period) -> "Asked":
        """The same filters, of another period."""
        return replace(self, period=period, problem="")

    def before(self) -> "Asked":
        """The period just before it, as long."""
        return self.at(_neighbour(self.period, forward=False))

    def after(self) -> "Asked":
        """The period just after it."""
        return self.at(_neighbour(self.period, forward=True))


def asked(given: Mapping[str, str], today: date) -> Asked:
    """From an address's query; nothing: today."""
    filters = Filters(
        line=_chosen(given.get("ligne")),
        service=_chosen(given.get("service")),
        language=_chosen(given.get("langue")),
        hours=_hours(given.get("heures", "")),
        weekdays=_days(given.get("jours", "")),
    )
    kind = given.get("periode", "jour")
    try:
        first = date.fromisoformat(given["du"]) if given.get("du") else today
        if kind in _WHOLE:
            return Asked(_WHOLE[kind](first), filters)
        last = date.fromisoformat(given["au"]) if given.get("au") else first
        return Asked(Period(first, last), filters)
    except (ValueError, OverflowError) as error:
        known = str(error) if str(error).startswith("la période") else "une date n’existe pas"
        return Asked(Period.day(today), filters, known[:1].upper() + known[1:] + ". Voici le jour même.")


def shortcuts(today: date) -> tuple[tuple[str, Period], ...]:
    """The periods that are looked at most."""
    week, month = Period.week(today), Period.month(today)
    return (
        ("Aujourd’hui", Period.day(today)),
        ("Hier", Period.day(today - timedelta(days=1))),
        ("Cette semaine", week),
        ("La semaine dernière", Period.week(week.first - timedelta(days=1))),
        ("Ce mois", month),
        ("Le mois dernier", Period.month(month.first - timedelta(days=1))),
        ("Cette année", Period.year(today)),
    )


def _neighbour(period: Period, *, forward: bool) -> Period:
    """The period before or after; itself where there is none that may be asked for."""
    try:
        return _beside(period, forward=forward)
    except ValueError:
        return period


def _beside(period: Period, *, forward: bool) -> Period:
    edge = period.last + timedelta(days=1) if forward else period.first - timedelta(days=1)
    whole = {Span.DAY: Period.day, Span.WEEK: Period.week, Span.MONTH: Period.month, Span.YEAR: Period.year}
    if period.span in whole:
        return whole[period.span](edge)
    span = timedelta(days=period.days - 1)
    return Period(edge, edge + span) if forward else Period(edge - span, edge)


def _chosen(text: str | None) -> str | None:
    """« - » is the empty name: calls without a service, or without a number."""
    return None if not text else "" if text == "-" else text


def _hours(name: str) -> frozenset[int] | None:
    return frozenset(hour % 24 for hour in HOURS[name][1]) if name in HOURS else None


def _days(name: str) -> frozenset[int] | None:
    return WEEKDAYS[name][1] if name in WEEKDAYS else None
