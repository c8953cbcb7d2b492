"""Was: the views of the figures anew. They are made by the last migration that changes them (0019), whose column is not there yet."""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing any more: a database that has the views has them made again by that one, its readers included."""
