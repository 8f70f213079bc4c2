"""What Alembic runs to migrate: it is handed a connection, and prints nothing. Owner of Alembic,
with the steps and `desk.database`.
"""

from __future__ import annotations

from alembic import context

from bookbuild.desk.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
