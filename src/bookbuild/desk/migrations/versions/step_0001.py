"""The first form: all tables, and triggers that keep what is appended from being changed.

As Alembic wrote it from `desk.tables`; it stays as it is, whatever becomes of those.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPENDED = ("events", "payments", "notices", "calendars", "terms")


def upgrade() -> None:
    """Make the tables."""
    make_tables()
    if op.get_bind().dialect.name == "sqlite":
        keep_what_is_appended()


def keep_what_is_appended() -> None:
    """Let the database itself refuse to change or delete a row of these."""
    for table in APPENDED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are appended, never changed'); END"
            )


def make_tables() -> None:
    """Every table and index, as `desk.tables` had them then."""
    op.create_table(
        "calendars",
        sa.Column("version", sa.String(length=64), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "hooks",
        sa.Column("id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("closed", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hooks_by_shop", "hooks", ["shop"], unique=False)
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("revoked", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("keys_by_purpose", "keys", ["purpose", "shop"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shipping", sa.String(length=20), nullable=False),
        sa.Column("total", sa.String(length=20), nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("expires", sa.String(length=27), nullable=False),
        sa.Column("paid", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("orders_by_reference", "orders", ["shop", "reference"], unique=False)
    op.create_index("orders_by_shop", "orders", ["shop", "created", "id"], unique=False)
    op.create_index("orders_by_time", "orders", ["created", "id"], unique=False)
    op.create_table(
        "terms",
        sa.Column("printer", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("printer", "version"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("expires", sa.String(length=27), nullable=False),
        sa.Column("revoked", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_table(
        "events",
        sa.Column("order_id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "line", "sequence"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=24), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.String(length=20), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("shop", sa.String(length=40), nullable=False),
        sa.Column("printer", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("interior", sa.String(length=64), nullable=False),
        sa.Column("cover", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("gsm", sa.Integer(), nullable=False),
        sa.Column("block_mm", sa.Float(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("price", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.Column("reprint_of", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_from", sa.String(length=20), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("courier", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("measured_mm", sa.Float(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", "line"),
    )
    op.create_index("jobs_by_edition", "jobs", ["edition"], unique=False)
    op.create_index("jobs_by_state", "jobs", ["state"], unique=False)
    op.create_index("jobs_of_printer", "jobs", ["queued", "printer", "due", "id"], unique=False)
    op.create_index("jobs_queued", "jobs", ["queued", "due", "id", "printer"], unique=False)
    op.create_table(
        "notices",
        sa.Column("shop", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("shop", "id"),
    )
    op.create_table(
        "outbox",
        sa.Column("event_id", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("hook_id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next", sa.String(length=27), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["hooks.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "hook_id"),
    )
    op.create_index("outbox_due", "outbox", ["state", "next"], unique=False)
    op.create_table(
        "payments",
        sa.Column("order_id", sa.String(length=20), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "number"),
    )
    op.create_table(
        "requests",
        sa.Column("shop", sa.String(length=40), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=100), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("shop", "key"),
    )
    op.create_table(
        "labels",
        sa.Column("job_id", sa.String(length=24), autoincrement=False, nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
        ),
        sa.PrimaryKeyConstraint("job_id"),
    )
