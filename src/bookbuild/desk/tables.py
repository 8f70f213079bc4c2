"""The desk's tables, as SQLAlchemy describes them; `migrations` makes them.

What is appended and never changed: `events`, `payments`, `notices`, `calendars`, `terms`,
`templates`, `copies`. What a job is now stands in `jobs` beside its events, which give the same
when they are replayed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time as text in UTC, to the microsecond: sorts as it passes, on any database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """As it is written."""
        if value is None:
            return None
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """As it is read."""
        return None if value is None else datetime.fromisoformat(value)


class Exact(TypeDecorator[Decimal]):
    """An amount as text: SQLite's numbers would make it a binary fraction."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """As it is written."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """As it is read."""
        return None if value is None else Decimal(value)


class Data(TypeDecorator[dict[str, Any]]):
    """Data as canonical JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """As it is written."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        """As it is read."""
        return dict(json.loads(value or "{}"))


METADATA = MetaData()
_DIGEST = String(64)


def _needed(name: str, kind: Any, *more: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False)


def _key(name: str, kind: Any, *more: Any) -> Column[Any]:
    return Column(name, kind, *more, primary_key=True, autoincrement=False)


orders = Table(
    "orders", METADATA,
    _key("id", String(20)),
    _needed("shop", String(40)),
    _needed("reference", String(40)),
    _needed("proof", Boolean),
    _needed("currency", String(3)),
    _needed("shipping", Exact),
    _needed("total", Exact),
    _needed("created", Moment),
    _needed("expires", Moment),
    Column("paid", Moment),
    Index("orders_by_reference", "shop", "reference"),
    Index("orders_by_number", "reference"),
    Index("orders_by_time", "created", "id"),
    Index("orders_by_shop", "shop", "created", "id"),
)  # fmt: skip

jobs = Table(
    "jobs", METADATA,
    _key("id", String(24)),
    _needed("order_id", String(20), ForeignKey("orders.id")),
    _needed("line", Integer),
    _needed("shop", String(40)),
    _needed("printer", String(40)),
    _needed("title", Text),
    _needed("slug", Text),
    _needed("edition", Text),
    _needed("record", _DIGEST),
    _needed("interior", _DIGEST),
    _needed("cover", _DIGEST),
    _needed("paper", Text),
    _needed("gsm", Integer),
    _needed("block_mm", Float),
    _needed("quantity", Integer),
    _needed("reference", String(40)),
    _needed("price", Exact),
    _needed("currency", String(3)),
    _needed("delivery", String(20)),
    _needed("lead_days", Integer),
    _needed("proof", Boolean),
    _needed("reprint_of", String(24)),
    Column("stamped", Boolean, nullable=False, server_default=false()),
    _needed("state", String(20)),
    _needed("queued", Boolean),
    _needed("reason", Text),
    Column("held_from", String(20)),
    Column("due", Date),
    _needed("calendar", _DIGEST),
    _needed("courier", Text),
    _needed("tracking", Text),
    Column("measured_mm", Float),
    _needed("sequence", Integer),
    _needed("links", Integer),
    Column("placed", Moment, nullable=False, server_default=""),
    UniqueConstraint("order_id", "line"),
    Index("jobs_queued", "queued", "due", "id", "printer"),
    Index("jobs_of_printer", "queued", "printer", "due", "id"),
    Index("jobs_by_state", "state"),
    Index("jobs_by_edition", "edition", "placed", "order_id"),
    Index("jobs_by_reference", "reference"),
    Index("jobs_by_parcel", "tracking"),
)  # fmt: skip

events = Table(
    "events", METADATA,
    _key("order_id", String(20), ForeignKey("orders.id")),
    _key("line", Integer),
    _key("sequence", Integer),
    _needed("kind", String(20)),
    _needed("actor", Text),
    _needed("role", String(10)),
    _needed("at", Moment),
    _needed("data", Data),
)  # fmt: skip

labels = Table(
    "labels", METADATA,
    _key("job_id", String(24), ForeignKey("jobs.id")),
    _needed("media_type", String(40)),
    _needed("data", LargeBinary),
)  # fmt: skip

templates = Table(
    "templates", METADATA,
    _key("interior", _DIGEST),
    _needed("data", LargeBinary),
    _needed("record", Data),
)  # fmt: skip
"""Interiors with an empty slot for a stamp, by the interior's digest."""

copies = Table(
    "copies", METADATA,
    _key("job_id", String(24), ForeignKey("jobs.id")),
    _key("event", Integer),
    _key("copy", Integer),
    _needed("line", Text),
    _needed("sha256", _DIGEST),
)  # fmt: skip
"""What was stamped on each copy, and the digest of the file."""

payments = Table(
    "payments", METADATA,
    _key("order_id", String(20), ForeignKey("orders.id")),
    _key("number", Integer),
    _needed("amount", Exact),
    _needed("currency", String(3)),
    _needed("reference", String(40)),
    _needed("actor", Text),
    _needed("at", Moment),
    _needed("accepted", Boolean),
    _needed("said", Text),
)  # fmt: skip

notices = Table(
    "notices", METADATA,
    _key("shop", String(40)),
    _key("id", String(40)),
    _needed("digest", _DIGEST),
    _needed("order_id", String(20), ForeignKey("orders.id")),
    _needed("at", Moment),
)  # fmt: skip

requests = Table(
    "requests", METADATA,
    _key("shop", String(40)),
    _key("key", String(100)),
    _needed("digest", _DIGEST),
    _needed("order_id", String(20), ForeignKey("orders.id")),
)  # fmt: skip
"""Idempotency keys, with the digest of what was asked."""

tokens = Table(
    "tokens", METADATA,
    _key("id", String(20)),
    _needed("hash", _DIGEST),
    _needed("role", String(10)),
    _needed("scope", String(40)),
    _needed("name", Text),
    _needed("created", Moment),
    _needed("expires", Moment),
    Column("revoked", Moment),
    UniqueConstraint("hash"),
)  # fmt: skip

keys = Table(
    "keys", METADATA,
    _key("id", String(20)),
    _needed("purpose", String(10)),
    _needed("shop", String(40)),
    _needed("secret", LargeBinary),
    _needed("created", Moment),
    Column("revoked", Moment),
    Index("keys_by_purpose", "purpose", "shop"),
)  # fmt: skip
"""Keys that sign; they can't be hashed, so the file is its owner's alone."""

terms = Table(
    "terms", METADATA,
    _key("printer", String(40)),
    _key("version", Integer),
    _needed("record", Text),
    _needed("actor", Text),
    _needed("at", Moment),
)  # fmt: skip

calendars = Table(
    "calendars", METADATA,
    _key("version", _DIGEST),
    _needed("record", Text),
)  # fmt: skip

hooks = Table(
    "hooks", METADATA,
    _key("id", String(20)),
    _needed("shop", String(40)),
    _needed("url", Text),
    _needed("secret", LargeBinary),
    _needed("created", Moment),
    Column("closed", Moment),
    Index("hooks_by_shop", "shop"),
)  # fmt: skip

outbox = Table(
    "outbox", METADATA,
    _key("event_id", String(40)),
    _key("hook_id", String(20), ForeignKey("hooks.id")),
    _needed("body", LargeBinary),
    _needed("state", String(10)),
    _needed("attempts", Integer),
    _needed("next", Moment),
    _needed("said", Text),
    Index("outbox_due", "state", "next"),
)  # fmt: skip
