"""Callers who are passed on from a desk, or by the PBX; and how they are to be served."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def upgrade() -> None:
    """Add the columns."""
    for column in (
        _text("care"),
        _text("passed_by"),
        sa.Column("came_at", UTC),
        _text("passed_back_to"),
        _text("passed_to_agent"),
        _text("passed_to_number"),
        _text("passed_to"),
    ):
        op.add_column("queue_entries", column)
    for column in (
        sa.Column("notes", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("referred_at", UTC),
        _text("service"),
        _text("reason"),
        _text("care"),
    ):
        op.add_column("desk_cards", column)
