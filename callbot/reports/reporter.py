"""The reports of a commune: reads the figures of a period and writes them as a document, a file or a letter."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

from callbot.config import Settings
from callbot.database import Database
from callbot.knowledge.entries import Commune
from callbot.knowledge.motives import title_of
from callbot.languages.tongues import tongue
from callbot.phone_numbers import line_key
from callbot.reports.calendar import Due
from callbot.reports.content import document
from callbot.reports.document import Document, Names
from callbot.reports.page import drawings, letter, picture_id, plain
from callbot.reports.paper import sources
from callbot.reports.post import letter_of
from callbot.reports.sections import SHOWN
from callbot.reports.tables import french_csv
from callbot.reports.typesetting import drawn_apart, set_apart
from callbot.stats.days import day_of
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.reading import Choices, choices, read_figures
from callbot.stats.report import as_csv
from callbot.stats.slices import Figures, Part

__all__ = ["Reporter", "names_of"]


LONG = frozenset({Part.DAYS, Part.STEPS})
"""What more than a day is told by."""
NAMED = frozenset({Part.LINES, Part.SERVICES, Part.LANGUAGES})


class Reporter:
    """Writes reports. `subjects`: what answers are about, by their id (asked each time: the knowledge base may change)."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        commune: Commune,
        subjects: Callable[[], Mapping[str, str]],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._settings = settings
        self._commune = commune
        self._subjects = subjects
        self._now = now

    async def figures(self, period: Period, filters: Filters = EVERYTHING) -> tuple[Figures, Figures | None]:
        """A period with its parts, and the one before; None as long as it is not over. Raises DatabaseError.

        Of a day there are its hours, of more the weekdays' hours; of all parts only what is SHOWN can be asked for.
        """
        now = await self._read(
            period, filters, NAMED | ({Part.DAYS, Part.HOURS} if period.days == 1 else LONG | {Part.HEAT})
        )
        if period.last >= day_of(self._now()):
            return now, None
        earlier = period.previous()
        parts = frozenset({Part.HOURS}) if period.days == 1 else LONG
        return now, await self._read(earlier, filters, parts)

    async def _read(self, period: Period, filters: Filters, parts: frozenset[Part]) -> Figures:
        level_s = self._settings.service_level_seconds
        return await read_figures(self._database, period, filters, level_s=level_s, parts=parts, whats=SHOWN)

    async def choices(self) -> Choices:
        """What there is to filter by. Raises DatabaseError."""
        return await choices(self._database)

    async def document(self, period: Period, filters: Filters = EVERYTHING) -> Document:
        """The report of a period. Raises DatabaseError."""
        return document(*await self.figures(period, filters), self.names(), self._now())

    async def pdf(self, period: Period, filters: Filters = EVERYTHING) -> bytes:
        """The same as a PDF file. Raises DatabaseError, ReportError."""
        return await set_apart(sources(await self.document(period, filters)))

    async def letter(self, due: Due) -> EmailMessage:
        """The letter with a report that is due: its first page, and the whole as PDF and CSV. Raises DatabaseError, ReportError."""
        figures, before = await self.figures(due.period)
        written = document(figures, before, self.names(), self._now())
        name = f"callbot-{due.key.replace(' ', '-')}"
        made = await drawn_apart(drawings(written))
        pictures = {picture_id(number, due.key): picture for number, picture in enumerate(made)}
        return letter_of(
            self._settings,
            subject=f"{written.title} — {written.commune}",
            plain=plain(written),
            html=letter(written, tuple(pictures)),
            pictures=pictures,
            files={
                f"{name}.pdf": await set_apart(sources(written)),
                f"{name}.csv": french_csv(as_csv(figures)).encode(),
            },
            at=self._now(),
            key=due.key,
        )

    def names(self) -> Names:
        """What things are called in this commune."""
        return names_of(self._commune, self._subjects())


def names_of(commune: Commune, subjects: Mapping[str, str]) -> Names:
    """The same of any commune."""
    services = {service.id: service.name for service in commune.services}
    lines = {line_key(line.number): line.name for line in commune.lines}
    languages = {code: tongue(code).name for code in commune.languages}
    return Names(
        commune.name,
        motive=lambda key: title_of(key, _without_examples(subjects.get(key, ""))),
        line=lambda key: lines.get(key, key or "Sans numéro"),
        service=lambda key: services.get(key, key) if key else "L’assistant seul",
        language=lambda key: languages.get(key, key).capitalize(),
    )


def _without_examples(subject: str) -> str:
    """As the name of a line in a chart: « l’enlèvement des encombrants », without the examples that callers are given."""
    return subject.partition(",")[0].replace("'", "’")
