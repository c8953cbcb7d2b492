"""What deletes the sums of a month when a tally of one of its days changes, whichever program changes it, for SQLite and PostgreSQL.

Whatever counts a call changes the tally of its whole day as well, so that only these rows are looked at. On SQLite a migration that
makes `stats_cells` anew drops its triggers with it, and has to make them again.
"""

_SQLITE_MONTH = "date({row}.day, 'start of month')"
_POSTGRES = """
CREATE OR REPLACE FUNCTION stats_forget_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM stats_months WHERE month = CAST(date_trunc('month', COALESCE(NEW.day, OLD.day)) AS date);
    RETURN NULL;
END $$
"""
_ROWS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def statements(dialect: str) -> list[str]:
    """SQL that makes them anew, those of before dropped."""
    return _on_sqlite() if dialect == "sqlite" else _on_postgres()


def _on_sqlite() -> list[str]:
    """The sums go with the month by its foreign key, and without it too: a program need not have it checked."""
    made = []
    for event, row in _ROWS.items():
        month = _SQLITE_MONTH.format(row=row)
        gone = "; ".join(
            f"DELETE FROM {table} WHERE month = {month}"  # noqa: S608 (our own text)
            for table in ("stats_month_cells", "stats_months")
        )
        made += [
            f"DROP TRIGGER IF EXISTS stats_cells_{event}",
            f"CREATE TRIGGER stats_cells_{event} AFTER {event.upper()} ON stats_cells WHEN {row}.kind = 'day' BEGIN {gone}; END",
        ]
    return made


def _on_postgres() -> list[str]:
    made = [_POSTGRES]
    for event, row in _ROWS.items():
        made += [
            f"DROP TRIGGER IF EXISTS stats_cells_{event} ON stats_cells",
            f"CREATE TRIGGER stats_cells_{event} AFTER {event.upper()} ON stats_cells"
            f" FOR EACH ROW WHEN ({row}.kind = 'day') EXECUTE FUNCTION stats_forget_month()",
        ]
    return made
