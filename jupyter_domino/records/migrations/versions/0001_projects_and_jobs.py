"""Projects and their jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "projects",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_job", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("project", sa.String(64), sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("job", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("reason", sa.Text),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("environment", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("input_revision", sa.String(64)),
        sa.Column("output_revision", sa.String(64)),
        sa.Column("exit_code", sa.Integer),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("seconds", sa.Float),
        *(sa.Column(name, sa.Text) for name in ("progress", "statistics")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("results", "conflicts")),
        sa.Column("failure", sa.Text),
        sa.Column("notebook", sa.Text),
        sa.Column("volume", sa.Text),
        sa.UniqueConstraint("project", "job", name="one_job_a_number"),
    )


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("jobs")
    op.drop_table("projects")
