"""The second form: stamped copies, and what a search of 100,000 orders needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPENDED = ("templates", "copies")


def upgrade() -> None:
    """Add what is new."""
    op.add_column(
        "jobs", sa.Column("stamped", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "templates",
        sa.Column("interior", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("interior"),
    )
    op.create_table(
        "copies",
        sa.Column("job_id", sa.String(length=24), autoincrement=False, nullable=False),
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("copy", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"]),
        sa.PrimaryKeyConstraint("job_id", "event", "copy"),
    )
    add_indexes()
    if op.get_bind().dialect.name == "sqlite":
        keep_what_is_appended()


def add_indexes() -> None:
    """Let lists and searches come from indexes; when a job was placed is its order's time."""
    op.add_column(
        "jobs", sa.Column("placed", sa.String(length=27), nullable=False, server_default="")
    )
    op.execute(
        "UPDATE jobs SET placed = (SELECT created FROM orders WHERE orders.id = jobs.order_id)"
    )
    op.drop_index("jobs_by_edition", "jobs")
    for name, table, columns in (
        ("jobs_by_edition", "jobs", ["edition", "placed", "order_id"]),
        ("jobs_by_reference", "jobs", ["reference"]),
        ("jobs_by_parcel", "jobs", ["tracking"]),
        ("orders_by_number", "orders", ["reference"]),
    ):
        op.create_index(name, table, columns, unique=False)


def keep_what_is_appended() -> None:
    """Let the database itself refuse to change or delete a row of these."""
    for table in APPENDED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are appended, never changed'); END"
            )
