"""The tallies of months that are over, beside those of their days: the service adds them up, or `callbot stats count`.

Lists of groups of questions are read from two indices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make tables and indices."""
    op.create_table(
        "stats_months",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("layout", sa.Integer, nullable=False),
    )
    op.create_table(
        "stats_month_cells",
        sa.Column(
            "month", sa.Date, sa.ForeignKey("stats_months.month", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("detail", sa.String(8), primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.drop_index("ix_learning_questions_group_id", "learning_questions")
    for columns in (["group_id", "call_id", "at", "kind"], ["group_id", "at"]):
        op.create_index(op.f(f"ix_learning_questions_{'_'.join(columns)}"), "learning_questions", columns)
