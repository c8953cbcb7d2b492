"""The knowledge base edited on the pages: versions, approvals, what each machine has in service; groups of questions to be learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "knowledge_editions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UTC, nullable=False),
    )
    op.create_table(
        "knowledge_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("written_at", UTC, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("heard_by", sa.Text, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", UTC),
        sa.Column("edition", sa.Integer, sa.ForeignKey("knowledge_editions.number")),
        sa.Column("restores", sa.Integer),
        sa.Column("group_id", sa.Integer),
        sa.Column("drafted_with", sa.Text),
    )
    op.create_index(
        "ix_knowledge_versions_language_entry_id_number",
        "knowledge_versions",
        ["language", "entry_id", "number"],
        unique=True,
    )
    op.create_index("ix_knowledge_versions_state", "knowledge_versions", ["state"])
    op.create_index("ix_knowledge_versions_edition", "knowledge_versions", ["edition"], unique=True)
    op.create_table(
        "knowledge_machines",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
    )
    op.create_table(
        "learning_groups",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("dismissed_by", sa.Text),
        sa.Column("dismissed_at", UTC),
        sa.Column("reason", sa.Text, nullable=False),
    )
    group = sa.ForeignKey("learning_groups.id", ondelete="CASCADE")
    op.create_table(
        "learning_questions",
        sa.Column("source", sa.String(16), primary_key=True),
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("group_id", sa.Integer, group, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
    )
    op.create_index("ix_learning_questions_group_id", "learning_questions", ["group_id"])
    op.create_index("ix_learning_questions_call_id", "learning_questions", ["call_id"])
    group = sa.ForeignKey("learning_groups.id", ondelete="CASCADE")
    op.create_table(
        "learning_effects",
        sa.Column("group_id", sa.Integer, group, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
    )
    op.create_table(
        "learning_runs",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", UTC, nullable=False),
    )
