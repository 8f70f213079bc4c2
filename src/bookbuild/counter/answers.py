"""What the API answers and takes, as models: the contract that OpenAPI writes down.

The answers are those of `desk.shown`; a model says their form once more, so that what leaves it is
found in the tests, and a caller can make a client from it.
"""

from __future__ import annotations

from typing import Any, Literal

from bookbuild.desk.forms import Amount, Currency, LabelForm, Reference
from bookbuild.settings import Field, Settings


class FaultAnswer(Settings):
    """One thing that is wrong: where, as a JSON Pointer, and what."""

    pointer: str
    detail: str


class Problem(Settings):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultAnswer] = Field(default_factory=list)


class MoneyAnswer(Settings):
    """An amount with its currency."""

    amount: str
    currency: str


class JobAnswer(Settings):
    """A job: one line of an order at one printer."""

    id: str
    order: str
    line: int
    printer: str
    state: str
    version: int
    due: str | None
    calendar: str | None
    title: str
    edition: str
    record: str
    interior: str
    cover: str
    paper: str
    quantity: int
    reference: str | None
    delivery: str
    lead_days: int
    proof: bool
    reprint_of: str | None
    stamped: bool
    reason: str | None
    held_from: str | None
    block_mm: float
    measured_mm: float | None
    courier: str | None
    tracking: str | None
    price: MoneyAnswer | None = None
    late: bool = False
    moves: list[str] = Field(default_factory=list)


class JobsAnswer(Settings):
    """Jobs that were found."""

    jobs: list[JobAnswer]


class GroupAnswer(Settings):
    """Jobs that are printed together."""

    edition: str
    title: str
    paper: str
    printer: str
    copies: int
    jobs: list[JobAnswer]


class QueueAnswer(Settings):
    """A page of a queue."""

    total: int
    late: int
    groups: list[GroupAnswer]


class OrderAnswer(Settings):
    """An order, with its jobs where one is asked for."""

    id: str
    shop: str
    reference: str
    proof: bool
    shipping: MoneyAnswer
    total: MoneyAnswer
    created: str
    expires: str
    paid: str | None
    jobs: list[JobAnswer] = Field(default_factory=list)


class OrdersAnswer(Settings):
    """A page of orders, the latest first."""

    orders: list[OrderAnswer]


class EventAnswer(Settings):
    """What was done to a job or an order."""

    id: str
    kind: str
    at: str
    actor: str
    role: str
    data: dict[str, Any]


class EventsAnswer(Settings):
    """A history, the first first."""

    events: list[EventAnswer]


class PaymentAnswer(Settings):
    """A payment that was told."""

    number: int
    amount: str
    currency: str
    reference: str
    by: str
    at: str
    accepted: bool
    said: str | None


class PaymentsAnswer(Settings):
    """All payments of an order."""

    payments: list[PaymentAnswer]


class ReceiptAnswer(Settings):
    """What a payment did."""

    order: str
    accepted: bool
    said: str | None
    new: bool


class FileAnswer(Settings):
    """A file of a job, and where to fetch it."""

    part: str
    name: str
    bytes: int
    sha256: str
    pages: int | None
    url: str


class FilesAnswer(Settings):
    """The files of a job."""

    job: str
    files: list[FileAnswer]
    all: str


class LinkAnswer(Settings):
    """An address that opens one part of a job's files for a while, without a token."""

    url: str
    seconds: int


class EditionAnswer(Settings):
    """An edition, as far as its asker may see it."""

    name: str
    title: str
    state: str
    complete: bool
    pages: int
    printers: list[str]
    record: str


class EditionsAnswer(Settings):
    """Editions, of each book the latest last."""

    editions: list[EditionAnswer]


class HookAnswer(Settings):
    """A webhook, without its secret."""

    id: str
    shop: str
    url: str
    created: str
    closed: str | None


class NewHookAnswer(Settings):
    """A webhook, with its secret: told this once."""

    hook: HookAnswer
    secret: str


class ToldAnswer(Settings):
    """How it stands with an event for a webhook."""

    event: str
    hook: str
    state: str
    attempts: int
    next: str
    said: str | None


class HooksAnswer(Settings):
    """A shop's webhooks, and what they were told last."""

    hooks: list[HookAnswer]
    told: list[ToldAnswer]


class MoveForm(Settings):
    """A move of a job; `version` is the one that the person saw."""

    kind: str
    told: dict[str, str] = Field(default_factory=dict)
    version: int | None = None


class BlockForm(Settings):
    """A measured block, in mm."""

    block_mm: float
    version: int | None = None


class EditionForm(Settings):
    """The edition that a held job is printed from instead."""

    edition: str
    version: int | None = None


class ReprintForm(Settings):
    """Spoiled copies to be printed again."""

    copies: int
    reason: str
    label: LabelForm | None = None
    version: int | None = None


class VerdictForm(Settings):
    """What is said of an edition; `record` is the digest of what the person looked at."""

    state: Literal["approved", "withdrawn"]
    record: str
    reason: str = Field(default="", max_length=300)


class PaymentForm(Settings):
    """An admin's word that money came: all of it, where no amount is given."""

    reference: Reference
    amount: Amount | None = None
    currency: Currency | None = None


class LinkForm(Settings):
    """A link to be made: to which part, and for how many seconds."""

    part: str
    seconds: int = 900


class HookForm(Settings):
    """Where to tell of events."""

    url: str
