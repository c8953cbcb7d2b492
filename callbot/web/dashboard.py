"""`/tableau`: the figures of a period for who leads, with charts, tables, files and the report. Nobody's number, nobody's words."""

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.charts.drawing import PAGE, PHONE
from callbot.conversations import today
from callbot.reports import sections
from callbot.reports.content import cards, filtered, headline
from callbot.reports.document import Section
from callbot.reports.page import html
from callbot.reports.tables import as_csv, french_csv, numeric, shown
from callbot.stats.period import Span
from callbot.stats.reading import Choices
from callbot.stats.report import as_csv as everything_as_csv
from callbot.stats.slices import Figures
from callbot.web.dashboard_query import HOURS, SPANS, WEEKDAYS, Asked, asked, shortcuts
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/tableau"


class DashboardPage:
    """The page, its live part, its tables as CSV and the report as a file."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(f"{PATH}/vif", self.live, methods=["GET"]),
            Route(f"{PATH}/rapport.pdf", self.report, methods=["GET"]),
            Route(f"{PATH}/rapport.html", self.report_page, methods=["GET"]),
            Route(f"{PATH}/tout.csv", self.table_of_all, methods=["GET"]),
            Route(f"{PATH}/{{part}}.csv", self.table, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The whole page."""
        wanted = asked(request.query_params, today())
        return render(
            request,
            "dashboard.html",
            choices=self._choices(await self.service.reporter.choices()),
            shortcuts=[(name, wanted.at(period)) for name, period in shortcuts(today())],
            spans=list(SPANS.items()),
            before=wanted.before(),
            after=wanted.after() if wanted.period.last < today() else None,
            **await self._shown(wanted),
        )

    async def live(self, request: Request) -> Response:
        """What changes by itself, while the period has not ended."""
        return render(
            request, "dashboard_live.html", **await self._shown(asked(request.query_params, today()))
        )

    async def table(self, request: Request) -> Response:
        """The table of one chart as CSV."""
        wanted = asked(request.query_params, today())
        figures, before = await self.service.reporter.figures(wanted.period, wanted.filters)
        for section in self._sections(figures, before):
            if section.key == request.path_params["part"] and section.table:
                return _file(as_csv(section.table).encode(), f"{section.key}-{_of(wanted)}.csv", "text/csv")
        raise HTTPException(404)

    async def table_of_all(self, request: Request) -> Response:
        """Every figure of the period as CSV, with formulas."""
        wanted = asked(request.query_params, today())
        figures, _ = await self.service.reporter.figures(wanted.period, wanted.filters)
        return _file(
            french_csv(everything_as_csv(figures)).encode(), f"chiffres-{_of(wanted)}.csv", "text/csv"
        )

    async def report(self, request: Request) -> Response:
        """The report of the period as PDF."""
        wanted = asked(request.query_params, today())
        made = await self.service.reporter.pdf(wanted.period, wanted.filters)
        return _file(made, f"rapport-{_of(wanted)}.pdf", "application/pdf")

    async def report_page(self, request: Request) -> Response:
        """The report of the period as one HTML file."""
        wanted = asked(request.query_params, today())
        written = await self.service.reporter.document(wanted.period, wanted.filters)
        return _file(html(written).encode(), f"rapport-{_of(wanted)}.html", "text/html")

    async def _shown(self, wanted: Asked) -> dict[str, Any]:
        figures, before = await self.service.reporter.figures(wanted.period, wanted.filters)
        when = sections.WHEN[wanted.period.span]
        return {
            "asked": wanted,
            "query": wanted.query(),
            "title": wanted.period.label,
            "headline": headline(figures.total, of_service=bool(figures.filters.service)),
            "cards": cards(figures, before, when),
            "chosen": filtered(figures.filters, self.service.reporter.names()),
            "sections": list(self._sections(figures, before)),
            "due_days": figures.due_days,
            "moving": wanted.period.first <= today() <= wanted.period.last,
            "drawn": lambda section: Markup(section.chart(PAGE)),
            "drawn_narrow": lambda section: Markup(section.chart(PHONE)),
            "labels": {"d’attente en moyenne": "Attente en moyenne", "de satisfaction": "Satisfaction"},
            "shown": shown,
            "numeric": numeric,
        }

    def _sections(self, now: Figures, before: Figures | None) -> Iterator[Section]:
        names, when = self.service.reporter.names(), sections.WHEN[now.period.span]
        # two charts of like height side by side: the tall ones first
        yield sections.motives(now.total, before.total if before else None, names, when)
        yield sections.becoming(now.total)
        yield sections.moments(now, before, when)
        if now.period.days > 1:
            yield sections.heat(now)
        yield sections.out_of_hours(now.total)
        yield sections.waits(now.total)
        if now.period.span is not Span.DAY:
            yield sections.trend_of(now, before, "automation_rate", "Taux d’automatisation", "automatisation")
            yield sections.trend_of(
                now, before, "answer_speed_s", "Attente moyenne, en secondes", "attente-moyenne"
            )
        yield sections.satisfaction(now.total)
        yield sections.unanswered(now.total, names)
        yield sections.subjects(now.total, names)
        yield sections.parts("Ligne", "lignes", now.lines, names.line)
        yield sections.parts(sections.SERVICE, "services", now.services, names.service)
        yield sections.parts("Langue", "langues", now.languages, names.language)
        yield sections.everything(now.total)

    def _choices(self, found: Choices) -> dict[str, list[tuple[str, str]]]:
        names = self.service.reporter.names()
        every = ("", "Toutes")
        return {
            "ligne": [every, *((key or "-", names.line(key)) for key in found.lines)],
            "service": [("", "Tous"), *((key or "-", names.service(key)) for key in found.services)],
            "langue": [every, *((key, names.language(key)) for key in found.languages)],
            "heures": [every, *((key, words) for key, (words, _) in HOURS.items())],
            "jours": [("", "Tous"), *((key, words) for key, (words, _) in WEEKDAYS.items())],
        }


def _of(wanted: Asked) -> str:
    """The period in a file's name."""
    first, last = wanted.period.first.isoformat(), wanted.period.last.isoformat()
    return (first if first == last else f"{first}_{last}") + ("-choisis" if wanted.filters.some else "")


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type if media_type == "application/pdf" else f"{media_type}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
