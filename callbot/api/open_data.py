"""What the API reads: figures, the calls of a day, the queue now; never a number, a hash, or words."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import and_, or_, select

from callbot.api.answers import (
    CallAnswer,
    CallsAnswer,
    DayAnswer,
    FigureAnswer,
    FiguresAnswer,
    QueueAnswer,
    ServiceQueue,
)
from callbot.database import Database
from callbot.humans.desk_level import longest_wait
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import IN_QUEUE, Place
from callbot.knowledge.entries import Commune
from callbot.phone_numbers import line_key
from callbot.stats.period import Filters, Period
from callbot.stats.reading import choices, read_figures
from callbot.stats.slices import Part
from callbot.tables import call_facts, calls

MOST_CALLS = 500
"""Calls of one answer."""


class OpenData:
    """That of one database. Every method raises DatabaseError when it is unavailable."""

    def __init__(
        self,
        database: Database,
        queue: QueueStore,
        *,
        level_s: int,
        calls_now: Callable[[], int],
        calls_most: int,
    ) -> None:
        self._database = database
        self._queue = queue
        self._level_s = level_s
        self._calls_now = calls_now
        self._calls_most = calls_most

    async def figures(self, period: Period, filters: Filters, *, by_day: bool) -> FiguresAnswer:
        """The figures of a period, and of each of its days if wanted."""
        parts = frozenset({Part.DAYS}) if by_day else frozenset[Part]()
        read = await read_figures(self._database, period, filters, level_s=self._level_s, parts=parts)
        return FiguresAnswer(
            first=period.first,
            last=period.last,
            line=filters.line,
            service=filters.service,
            language=filters.language,
            figures=[FigureAnswer.of(figure) for figure in read.figures],
            days=[
                DayAnswer(day=cast("date", one.key), values=one.values)
                for one in (read.days if by_day else ())
            ],
        )

    async def line(self, number: str, commune: Commune) -> str:
        """A line as figures name it, however it is written; ValueError, in French, for one that the commune has not and nobody called."""
        wanted = line_key(f"+{number[1:]}" if number.startswith(" ") else number)  # an address's + is a space
        known = {line_key(line.number) for line in commune.lines}
        if wanted not in known and wanted not in (await choices(self._database)).lines:
            raise ValueError(f"la ligne « {number.strip()} » n'existe pas")
        return wanted

    async def calls(self, day: date, after: str | None, most: int = MOST_CALLS) -> CallsAnswer:
        """Those of a day of metropolitan France; `after`: the id of the last one that was given before."""
        wanted = (
            select(calls, call_facts.c.ending, call_facts.c.motives)
            .join(call_facts, isouter=True)
            .where(calls.c.day == day)
            .order_by(calls.c.started_at, calls.c.id)
            .limit(most + 1)
        )
        async with self._database.read() as connection:
            if after is not None:
                begun = await connection.scalar(select(calls.c.started_at).where(calls.c.id == after))
                if begun is None:
                    return CallsAnswer(day=day, calls=[], next=None)
                same = and_(calls.c.started_at == begun, calls.c.id > after)
                wanted = wanted.where(or_(calls.c.started_at > begun, same))
            rows = (await connection.execute(wanted)).all()
        found = [
            CallAnswer(
                id=row.id,
                started_at=row.started_at,
                line=line_key(row.line),
                language=row.language,
                outcome=row.outcome,
                ending=row.ending,
                service=row.service,
                handover_reason=row.handover_reason,
                duration_s=None if row.duration_ms is None else row.duration_ms / 1000,
                turns=row.turns,
                motives=list(row.motives or ()),
            )
            for row in rows[:most]
        ]
        return CallsAnswer(day=day, calls=found, next=found[-1].id if len(rows) > most else None)

    async def queue(self) -> QueueAnswer:
        """Who waits, who talks, and which agents there are, now."""
        at = datetime.now(UTC)
        overview = await self._queue.overview()
        waiting = [one for one in overview.entries if one.place in IN_QUEUE or one.place is Place.OFFERED]
        since = longest_wait(overview.entries)
        services = Counter(one.caller.service for one in waiting)
        return QueueAnswer(
            at=at,
            calls_now=self._calls_now(),
            calls_most=self._calls_most,
            waiting=len(waiting),
            talking=sum(one.place is Place.CONNECTED for one in overview.entries),
            longest_wait_s=max(0, int((at - since).total_seconds())) if since else 0,
            services=[ServiceQueue(service=name, waiting=count) for name, count in services.most_common()],
            agents=dict(Counter(agent.state.value for agent in overview.agents)),
        )
