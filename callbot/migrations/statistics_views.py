"""The SQL views of the statistics, as the last migration that changes them makes them (docs/sql.md), for SQLite and PostgreSQL.

They are made of the calls' facts and turns, not of the tallies that the pages are read from, and give the same figures: a test
compares all three. None tells who called or what was said.
"""

import sqlalchemy as sa

from callbot.stats.days import SETTLED_AFTER_DAYS


def ended(*endings: str) -> str:
    """The number of calls that ended in one of these ways."""
    return f"count(*) FILTER (WHERE f.ending IN ({', '.join(map(repr, endings))}))"


def those(condition: str) -> str:
    """The number of calls of which it is true."""
    return f"count(*) FILTER (WHERE {condition})"


def known_closed(condition: str) -> str:
    """The same of whether the offices were closed; NULL where that is known of no call."""
    return f"CASE WHEN count(f.arrived_closed) > 0 THEN {those(condition)} END"


def added(value: str) -> str:
    """The sum of a column."""
    return f"COALESCE(sum({value}), 0)"


WORDS = "length(f.unanswered) - length(replace(f.unanswered, ' ', '')) + 1"
COUNTS = {
    "offered": "count(*)",
    "picked_up": those("f.ending <> 'refused'"),
    "answered": ended("answered"),
    "handed_over": ended("agent"),
    "callback": ended("callback"),
    "abandoned": ended("abandoned_bot", "abandoned_queue"),
    "abandoned_bot": ended("abandoned_bot"),
    "abandoned_queue": ended("abandoned_queue"),
    "not_reached": ended("not_reached"),
    "closed": ended("closed"),
    "absent": ended("absent"),
    "refused": ended("refused"),
    "failed": ended("failed"),
    "in_progress": ended("in_progress"),
    "out_of_hours": those("f.needed_when_closed"),
    "closed_known": "count(f.arrived_closed)",
    "closed_offered": known_closed("f.arrived_closed"),
    "closed_answered": known_closed("f.arrived_closed AND f.ending = 'answered'"),
    "needed_agent": those("f.needed_agent"),
    "handled_by_agent": those("f.handled_by_agent"),
    "turns": added("f.turns"),
    "unanswered": added(f"CASE WHEN f.unanswered = '' THEN 0 ELSE {WORDS} END"),
}
KNOWN = "f.repeat IS NOT NULL"
LAST_SETTLED = "{last_settled}"
SETTLED_BY = {
    "sqlite": f"date('now', '-{SETTLED_AFTER_DAYS} days')",
    "postgresql": f"CAST(now() AT TIME ZONE 'UTC' AS date) - {SETTLED_AFTER_DAYS}",
}
"""`days.last_settled` in each dialect, in the place of LAST_SETTLED."""
ANSWERED_KNOWN = f"f.ending = 'answered' AND {KNOWN} AND f.day <= {LAST_SETTLED}"
TAKEN = "f.handled_by_agent AND f.wait_s IS NOT NULL"
SPOKEN_S = "CASE WHEN f.ending NOT IN ('refused', 'absent') THEN f.duration_s END"
IN_VAIN = "f.ending IN ('callback', 'not_reached') AND f.wait_s IS NOT NULL"
LEFT = "f.ending = 'abandoned_queue' AND f.wait_s IS NOT NULL"
TALKED = "f.handled_by_agent AND f.talk_s IS NOT NULL"
RATES = {
    "automation_rate": (ended("answered"), those("f.ending NOT IN ('in_progress', 'absent', 'refused')")),
    "closed_answered_rate": (
        those("f.arrived_closed AND f.ending = 'answered'"),
        those("f.arrived_closed"),
    ),
    "answered_repeat_rate": (
        those(f"{ANSWERED_KNOWN} AND f.called_again"),
        those(ANSWERED_KNOWN),
    ),
    "repeat_rate": (those("f.repeat"), those(KNOWN)),
    "repeat_caller_rate": (those("f.nth_of_day = 2"), those("f.nth_of_day = 1")),
    "agent_rate": (those("f.handled_by_agent"), those("f.needed_agent")),
    "global_rate": (ended("answered", "agent"), those("f.ending NOT IN ('in_progress', 'absent')")),
    "service_level": (
        those(f"{TAKEN} AND f.wait_s <= v.level_s"),
        those(f"({TAKEN}) OR ({LEFT}) OR f.ending = 'not_reached'"),
    ),
    "queue_abandon_rate": (ended("abandoned_queue"), those("f.needed_agent")),
    "answer_speed_s": (added(f"CASE WHEN {TAKEN} THEN f.wait_s END"), those(TAKEN)),
    "handle_s": (added(f"CASE WHEN {TALKED} THEN f.talk_s END"), those(TALKED)),
    "call_s": (added(SPOKEN_S), f"count({SPOKEN_S})"),
    "no_match_rate": (added("f.no_match"), added("f.decided")),
    "clarification_rate": (added("f.clarified"), added("f.decided")),
    "barge_in_rate": (added("f.interrupted"), added("f.replies")),
    "satisfaction": (added("f.satisfaction"), "count(f.satisfaction)"),
    "satisfied_rate": (those("f.satisfaction >= 4"), "count(f.satisfaction)"),
    "satisfaction_response_rate": ("count(f.satisfaction)", those("f.asked_satisfaction")),
}


OF_WHOLE_DAYS = ("repeat_caller_rate",)
"""Of a part of a day they tell nothing; their numerators and denominators, added up over the whole day, do."""


def figures(*by: str) -> str:
    """Every figure that is a number of calls or turns, or a quotient of two, by these columns."""
    columns = [f"{made} AS {name}" for name, made in COUNTS.items()]
    for name, (numerator, denominator) in RATES.items():
        columns += [f"{numerator} AS {name}_numerator", f"{denominator} AS {name}_denominator"]
    quotients = [
        f"CAST(NULL AS double precision) AS {name}"
        if name in OF_WHOLE_DAYS and by != ("day",)
        else f"CAST({name}_numerator AS double precision) / NULLIF({name}_denominator, 0) AS {name}"
        for name in RATES
    ]
    keys = ", ".join(f"f.{name}" for name in by)
    made = f"SELECT {keys}, {', '.join(columns)} FROM call_facts f CROSS JOIN stats_version v GROUP BY {keys}"  # noqa: S608
    return f"SELECT c.*, {', '.join(quotients)} FROM ({made}) c"  # noqa: S608 (our own text)


SETTLED = "t.decision IN ('answer', 'orient', 'handover', 'emergency') AND t.motive <> ''"
SLICES = "f.day, f.hour, f.weekday, f.line, f.service, f.language"
OF_TURNS = "FROM turns t JOIN call_facts f ON f.call_id = t.call_id"
SOURCES = {
    "response_ms": (OF_TURNS, "t.response_ms IS NOT NULL", "(t.response_ms + 5) / 10 * 10"),
    "pick_up_ms": ("FROM call_facts f", "f.pick_up_ms IS NOT NULL", "(f.pick_up_ms + 5) / 10 * 10"),
    "wait_s": ("FROM call_facts f", f"({TAKEN}) OR ({LEFT}) OR ({IN_VAIN})", "f.wait_s"),
}
"""Where each kind of time is, of which calls or turns, and its value."""
TIMES = " UNION ALL ".join(
    f"SELECT {SLICES}, '{what}' AS what, {value} AS value {source} WHERE {condition}"
    for what, (source, condition, value) in SOURCES.items()
)
PERCENTILES = {
    "pick_up_ms_p50": ("pick_up_ms", 50),
    "pick_up_ms_p95": ("pick_up_ms", 95),
    "wait_s_p95": ("wait_s", 95),
    "longest_wait_s": ("wait_s", 100),
    "response_ms_p50": ("response_ms", 50),
    "response_ms_p95": ("response_ms", 95),
}
RUNNING = """
    SELECT day, what, value, sum(count(*)) OVER (PARTITION BY day, what ORDER BY value) AS so_far,
        sum(count(*)) OVER (PARTITION BY day, what) AS number
    FROM stats_times GROUP BY day, what, value
"""


def percentiles() -> str:
    """By nearest rank, of each day: as PostgreSQL reads the days that are asked for."""
    columns = []
    for name, (what, percent) in PERCENTILES.items():
        columns += [
            f"COALESCE(max(number) FILTER (WHERE what = '{what}'), 0) AS {name}_denominator",
            f"min(value) FILTER (WHERE what = '{what}' AND so_far * 100 >= number * {percent}) AS {name}",
        ]
    return f"SELECT day, {', '.join(columns)} FROM ({RUNNING}) r GROUP BY day"  # noqa: S608


def percentiles_by_day() -> str:
    """The same, day by day, as SQLite does: of the query above it would make all days whichever are asked for."""
    columns = []
    for name, (what, percent) in PERCENTILES.items():
        source, condition, value = SOURCES[what]
        of_day = f"{source} WHERE f.day = d.day AND ({condition})"
        ranked = (
            f"SELECT {value} AS value, sum(count(*)) OVER (ORDER BY {value}) AS so_far,"
            f" sum(count(*)) OVER () AS number {of_day} GROUP BY {value}"
        )
        columns += [
            f"(SELECT count(*) {of_day}) AS {name}_denominator",
            f"(SELECT min(value) FROM ({ranked}) r WHERE so_far * 100 >= number * {percent}) AS {name}",  # noqa: S608
        ]
    timed = "pick_up_ms IS NOT NULL OR wait_s IS NOT NULL OR response_ms <> ''"
    days = f"SELECT DISTINCT day FROM call_facts WHERE {timed}"  # noqa: S608
    return f"SELECT d.day, {', '.join(columns)} FROM ({days}) d"  # noqa: S608


QUESTION = "CASE WHEN t.decision = 'no_match' THEN '?' ELSE t.motive END"
VIEWS = {
    "stats_calls": "SELECT f.*, c.started_at, c.engine FROM call_facts f JOIN calls c ON c.id = f.call_id",
    "stats_days": figures("day"),
    "stats_hours": figures("day", "hour", "weekday", "line", "service", "language"),
    "stats_times": TIMES,
    "stats_day_times": percentiles(),
    "stats_motives": f"""
        SELECT {SLICES}, t.motive, '' AS aspect, count(DISTINCT t.call_id) AS calls
        {OF_TURNS} WHERE {SETTLED} GROUP BY {SLICES}, t.motive
        UNION ALL
        SELECT {SLICES}, t.motive, t.aspect, count(DISTINCT t.call_id)
        {OF_TURNS} WHERE {SETTLED} AND t.aspect <> '' GROUP BY {SLICES}, t.motive, t.aspect
    """,
    "stats_questions": f"""
        SELECT {SLICES}, {QUESTION} AS motive, count(*) AS questions {OF_TURNS}
        WHERE t.decision = 'no_match' OR (t.decision = 'handover' AND t.motive <> '' AND t.answer_id IS NULL)
        GROUP BY {SLICES}, {QUESTION}
    """,
}
"""In the order in which they are made."""


def readers(connection: sa.Connection) -> list[tuple[str, str]]:
    """Views and the roles, quoted, that may read them on PostgreSQL: a view that is dropped forgets them."""
    granted = sa.text(
        "SELECT table_name, CASE grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(grantee) END"
        " FROM information_schema.table_privileges WHERE table_schema = current_schema()"
        " AND privilege_type = 'SELECT' AND grantee <> current_user"
    )
    return [(view, role) for view, role in connection.execute(granted) if view in VIEWS]


def statements(dialect: str) -> list[str]:
    """SQL that makes all the views anew, those of before dropped."""
    gone = [f"DROP VIEW IF EXISTS {name}" for name in reversed(VIEWS)]
    views = VIEWS | ({"stats_day_times": percentiles_by_day()} if dialect == "sqlite" else {})
    made = [
        f"CREATE VIEW {name} AS {query.replace(LAST_SETTLED, SETTLED_BY[dialect])}"
        for name, query in views.items()
    ]
    return gone + made
