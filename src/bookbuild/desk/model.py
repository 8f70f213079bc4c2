"""What the desk talks about: orders, jobs, money, delivery, events. Values only, no I/O.

An order is what a shop sent; each of its lines is one job at one printer. A job pins an edition's
record and its print set by digest when it is made, so what is printed years later is what was
ordered. Nothing here names a buyer: an order has the shop's reference, a parcel an opaque label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Role(StrEnum):
    """Who acts. `SYSTEM` is the desk itself: nobody holds a token for it."""

    SHOP = "shop"
    OPERATOR = "operator"
    """Of one printer."""
    EDITOR = "editor"
    ADMIN = "admin"
    SYSTEM = "system"


class State(StrEnum):
    """Where a job is; `moves` says what may follow."""

    CREATED = "created"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    READY = "ready"
    PRINTING = "printing"
    BOUND = "bound"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FILE_REJECTED = "file_rejected"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


AT_PRINTER = (State.READY, State.PRINTING, State.BOUND)
"""While a job is here, its printer may fetch files and label."""
QUEUED = (*AT_PRINTER, State.FILE_REJECTED, State.ON_HOLD)
"""What a queue shows: work to be done, or in the way."""
ENDED = (State.DELIVERED, State.CANCELLED, State.EXPIRED)


class Delivery(StrEnum):
    """How the copies leave the printer."""

    COLLECT = "collect"
    TO_PUBLISHER = "to_publisher"
    DROP_SHIP = "drop_ship"
    """Under a label that the shop supplied: opaque here, seen by that printer alone."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, as it was ordered."""

    amount: Decimal
    currency: str
    """Three capital letters, as ISO 4217 has them."""

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:f}"


@dataclass(frozen=True, slots=True)
class Label:
    """A parcel's label, as bytes that nobody here reads."""

    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pin:
    """Which bytes are printed: an edition's record and one printer's set, by digest."""

    edition: str
    """`slug@printing.revision`, for people; the digests are what counts."""
    record: str
    interior: str
    cover: str

    def digests(self) -> Mapping[str, str]:
        """The pin as an event carries it."""
        return {
            "edition": self.edition,
            "record": self.record,
            "interior": self.interior,
            "cover": self.cover,
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """What lies in the press: orders of one stock are printed together."""

    name: str
    gsm: int

    def __str__(self) -> str:
        return f"{self.name} {self.gsm}"


@dataclass(frozen=True, slots=True)
class Job:
    """One line of an order, at one printer."""

    id: str
    """ORDER-LINE, `K7Q2M9XDAB-1`."""
    order: str
    line: int
    shop: str
    printer: str
    title: str
    slug: str
    pin: Pin
    paper: Paper
    block_mm: float
    """How thick the block was reckoned, in mm: the cover fits that."""
    quantity: int
    reference: str
    """The shop's, of the line; may be empty."""
    price: Money | None
    """Of one copy, as ordered, shipping apart; None for who may not see it."""
    delivery: Delivery
    lead_days: int
    """Working days from payment to the finished copy."""
    proof: bool = False
    reprint_of: str = ""
    """The job whose spoiled copies this one replaces."""
    stamped: bool = False
    """True where each copy is printed from a file of its own, with a line that says which it is."""
    state: State = State.CREATED
    reason: str = ""
    """Why it is held, rejected or cancelled."""
    held_from: State | None = None
    """Where a job on hold, or with a rejected file, was before."""
    due: date | None = None
    """The day in the printer's time zone; set by payment, changed by an event alone."""
    calendar: str = ""
    """The digest of the calendar by which `due` was counted."""
    courier: str = ""
    tracking: str = ""
    measured_mm: float | None = None
    """The block as the operator measured it, in mm."""
    sequence: int = 0
    """How many events it has; also its version: a move names the one that it saw."""
    links: int = 0
    """Raised to revoke the download links that were given out."""

    @property
    def reached_printer(self) -> bool:
        """True for a job that its printer got to see: it was ready once."""
        return self.due is not None and State.PAID not in (self.state, self.held_from)

    @property
    def queued(self) -> bool:
        """True for a job that stands in its printer's queue."""
        return self.state in QUEUED and self.reached_printer


@dataclass(frozen=True, slots=True)
class Order:
    """What a shop ordered, and what became of the payment."""

    id: str
    shop: str
    reference: str
    """The shop's own number."""
    proof: bool
    """True for a dummy that the publisher orders: it isn't paid, an editor releases it."""
    shipping: Money
    total: Money
    """Copies and shipping."""
    created: datetime
    expires: datetime
    """When it expires unpaid."""
    paid: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that was reported; `accepted` is False for what didn't fit the order."""

    order: str
    number: int
    amount: Money
    reference: str
    by: str
    at: datetime
    accepted: bool
    said: str = ""
    """Why it wasn't accepted."""


Fact = str | int | float
"""What an event's data are made of."""


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to a job: appended, never changed. Its data are texts and numbers."""

    kind: str
    actor: str
    role: Role
    at: datetime
    data: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Logged:
    """An event in its place."""

    order: str
    line: int
    """0 for what concerns the whole order."""
    sequence: int
    event: Event

    @property
    def id(self) -> str:
        """`ORDER-LINE.SEQUENCE`: the same however often it is told."""
        return f"{self.order}-{self.line}.{self.sequence}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a role, a name for the record, and what the role is confined to."""

    role: Role
    name: str
    scope: str = ""
    """The shop's or the printer's name; empty for editors and admins."""
    token: str = ""
    """The id of the token that it came with; empty in the shell."""


SYSTEM = Actor(Role.SYSTEM, "desk")
