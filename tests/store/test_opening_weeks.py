"""Weekly hours that staff set, in the database: kept, followed by every machine, taken back, told in the journal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from callbot.audit import Trail, Wanted
from callbot.database import Database
from callbot.humans.boards import BoardError, Boards
from callbot.humans.hours import Season, Span

AT = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
"""Half past eleven at night in Paris."""
MORNING, EVENING = Span(540, 720), Span(1080, 1440)


def season(*spans: Span, first: date | None = None, last: date | None = None) -> Season:
    """The same on working days, closed at the week-end."""
    return Season((spans,) * 5 + ((), ()), first, last, closed_on_holidays=True)


async def test_a_week_is_set_on_every_machine_and_taken_back(database: Database) -> None:
    """As it was given; a second one takes the place of the first; the journal has who, what and when."""
    here, elsewhere = Boards(database, lambda: AT), Boards(database, lambda: AT)
    first = await here.set_week("", "etat_civil", season(MORNING), actor="sophie")
    wanted = season(MORNING, EVENING)
    second = await here.set_week("", "etat_civil", wanted, actor="marc")
    assert here.now.weeks == (await elsewhere.refresh()).weeks
    assert [(one.id, one.service, one.season, one.made_by, one.made_at) for one in elsewhere.now.weeks] == [
        (second, "etat_civil", wanted, "marc", AT)
    ]
    assert (await elsewhere.end_week(second, actor="sophie")).season == wanted
    assert (await here.refresh()).weeks == ()
    for number in (first, second, 99):
        with pytest.raises(BoardError):
            await here.end_week(number, actor="sophie")
    past = await here.past_weeks("", "etat_civil")
    assert [(one.id, one.made_by, one.ended_by, one.ended_at) for one in past] == [
        (second, "marc", "sophie", AT),
        (first, "sophie", "marc", AT),
    ]
    days = "; ".join(
        f"{day} 9:00-12:00, 18:00-24:00" for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
    )
    assert [(one.actor, one.action, one.detail) for one in await Trail(database).changes(Wanted())] == [
        ("sophie", "hours taken back", "etat_civil"),
        ("marc", "hours set", f"etat_civil: {days}"),
        ("sophie", "hours set", f"etat_civil: {days.replace(', 18:00-24:00', '')}"),
    ]


async def test_a_season_is_over_after_its_last_day_in_paris(database: Database) -> None:
    """At midnight there, not in UTC; then it is history."""
    clock = [AT]
    boards = Boards(database, lambda: clock[0])
    await boards.set_week("0199000001", "", season(MORNING, last=date(2026, 11, 30)), actor="sophie")
    known = [len((await boards.refresh()).weeks)]
    clock[0] += timedelta(hours=1)
    known.append(len((await boards.refresh()).weeks))
    assert known == [1, 0]
    assert [one.line for one in await boards.past_weeks("0199000001", "")] == ["0199000001"]
    assert await boards.past_weeks("", "") == []
