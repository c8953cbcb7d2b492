"""What is asked of the dashboard in a measurement: periods, filters, tables and reports. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from callbot.bench.visit import REPORT_MS, Query, Visit, What, nth
from callbot.stats.period import Period

__all__ = ["PERIODS", "TABLEAU", "YEAR", "dashboard"]

Part = Callable[[What], Mapping[str, str]]
"""A part of the address's query."""


def _over(kind: str) -> Part:
    """A period that is over, as the dashboard's address names it."""

    def query(what: What) -> Mapping[str, str]:
        match kind:
            case "jour":
                return {"periode": kind, "du": (what.last - timedelta(days=6)).isoformat()}
            case "semaine":
                return {
                    "periode": kind,
                    "du": (Period.week(what.today).first - timedelta(days=7)).isoformat(),
                }
            case "mois":
                return {"periode": kind, "du": (what.today.replace(day=1) - timedelta(days=1)).isoformat()}
            case "annee":
                return {
                    "periode": kind,
                    "du": what.last.replace(month=1, day=1, year=what.last.year - 1).isoformat(),
                }
        days = {"douze mois": 364, "tout": 729}[kind]
        return {
            "periode": "libre",
            "du": (what.last - timedelta(days=days)).isoformat(),
            "au": what.last.isoformat(),
        }

    return query


YEAR = "365 days"
PERIODS: Mapping[str, Part] = MappingProxyType(
    {
        "today": lambda _what: {},
        "a day": _over("jour"),
        "a week": _over("semaine"),
        "a month": _over("mois"),
        "a year": _over("annee"),
        YEAR: _over("douze mois"),
        "two years": _over("tout"),
    }
)
"""All but today are compared with what was before: 365 days with those that began 53 weeks earlier."""
FILTERS: Mapping[str, Part] = MappingProxyType(
    {
        "a line": lambda what: {"ligne": what.line},
        "a service": lambda what: {"service": what.service},
        "a language": lambda _what: {"langue": "fr"},
        "mornings": lambda _what: {"heures": "matin"},
        "Mondays to Fridays": lambda _what: {"jours": "ouvres"},
        "line, language, mornings": lambda what: {"ligne": what.line, "langue": "fr", "heures": "matin"},
    }
)
TABLEAU = "/tableau"


def dashboard() -> Iterator[Visit]:
    """Every period, some filters on a week and on a year, each table, and every report as HTML, PDF and CSV."""
    for name, period in PERIODS.items():
        yield Visit(f"dashboard, {name}", TABLEAU, query=_asked(period))
    for name, chosen in FILTERS.items():
        for of in ("a week", YEAR):
            yield Visit(f"dashboard, {of}; {name}", TABLEAU, query=_asked(PERIODS[of], chosen))
    yield Visit("dashboard, today, its live part", f"{TABLEAU}/vif")
    yield Visit(
        f"dashboard, {YEAR}: each table as CSV in turn",
        f"{TABLEAU}/{{part}}.csv",
        query=_asked(PERIODS[YEAR]),
        fill=lambda what, n: {"part": nth(what.parts, n)},
    )
    for name, period in PERIODS.items():
        for kind, path in (("CSV", "tout.csv"), ("HTML", "rapport.html"), ("PDF", "rapport.pdf")):
            yield Visit(
                f"report as {kind}, {name}", f"{TABLEAU}/{path}", query=_asked(period), most_ms=REPORT_MS
            )


def _asked(*parts: Part) -> Query:
    return lambda what, _n: {name: value for part in parts for name, value in part(what).items()}
