"""Where each turn's response time went."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = ("endpoint_ms", "route_ms", "first_audio_ms")


def upgrade() -> None:
    """Add the parts that `decode_ms` was the only one of."""
    for name in COLUMNS:
        op.add_column("turns", sa.Column(name, sa.Integer))
