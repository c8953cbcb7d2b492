"""Whom to ask for at a call back, and where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("name", "place")


def upgrade() -> None:
    """Add them, empty for the requests that are there, and for machines that do not write them yet."""
    for name in COLUMNS:
        op.add_column("callbacks", sa.Column(name, sa.Text, nullable=False, server_default=""))
