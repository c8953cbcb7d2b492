"""The statistics: what each call counts as, and tallies that are kept up to date. Calls that are there are counted after the start.

Their views are made by the last migration that changes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; every day with calls is to be counted."""
    _create_facts()
    op.create_table(
        "stats_cells",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fold", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "stats_words",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("word", sa.Text, nullable=False, unique=True),
    )
    op.create_table("stats_due", sa.Column("day", sa.Date, primary_key=True))
    op.create_table(
        "stats_version",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("level_s", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO stats_due (day) SELECT DISTINCT day FROM calls")
    op.execute("INSERT INTO stats_version (version, level_s) VALUES (1, 60)")


def _create_facts() -> None:
    numbers = ("turns", "decided", "no_match", "clarified", "replies", "interrupted")
    words = ("response_ms", "motives", "aspects", "answers", "unanswered")
    op.create_table(
        "call_facts",
        sa.Column("call_id", sa.String(64), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("fold", sa.Integer, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("pick_up_ms", sa.Integer),
        sa.Column("duration_s", sa.Integer),
        sa.Column("needed_agent", sa.Boolean, nullable=False),
        sa.Column("needed_when_closed", sa.Boolean, nullable=False),
        sa.Column("handled_by_agent", sa.Boolean, nullable=False),
        sa.Column("wait_s", sa.Integer),
        sa.Column("talk_s", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("callback_asked", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        *(sa.Column(name, sa.Text, nullable=False) for name in words),
        sa.Column("asked_satisfaction", sa.Boolean, nullable=False),
        sa.Column("satisfaction", sa.Integer),
        sa.Column("repeat", sa.Boolean),
        sa.Column("called_again", sa.Boolean),
        sa.Column("nth_of_day", sa.Integer),
    )
    op.create_index("ix_call_facts_day", "call_facts", ["day"])
