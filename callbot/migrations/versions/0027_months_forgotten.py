"""A month's sums go when a day of it changes, whichever program changes it: an older one beside a newer one knows nothing of months."""

import sqlalchemy as sa
from alembic import op

from callbot.migrations.month_triggers import statements

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the triggers; forget the months so far, of which an older program may have changed a day already."""
    for statement in statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
    op.execute(sa.text("DELETE FROM stats_months"))
