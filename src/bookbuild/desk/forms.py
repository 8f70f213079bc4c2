"""What is handed in, as strict forms: an order, a notice of payment. JSON in, values out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from decimal import Decimal
from typing import Annotated, Literal

from bookbuild.desk.model import Delivery, Label
from bookbuild.desk.refusals import Fault, NotValid, not_valid
from bookbuild.settings import (
    BeforeValidator,
    Field,
    Model,
    Settings,
    StringConstraints,
    model_validator,
    read_json,
)
from bookbuild.store.record import canonical_json

LARGEST_BODY = 2_000_000
"""Bytes of a form: an order of fifty labels fits."""
LARGEST_LABEL = 500_000
"""Bytes of a label: a parcel label as PDF has some tens of kilobytes."""
MOST_LINES = 50
MOST_COPIES = 10_000
MOST_STAMPED = 500
"""Each is a file of its own."""
_LATER = ("stamp",)
"""Keys of a line that weren't in the first form."""
_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")


def _amount(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool | float) or not _AMOUNT.fullmatch(str(value)):
        raise ValueError('an amount is a whole number or a text with a decimal point: "9.50"')
    return Decimal(str(value))


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, max_digits=15, decimal_places=2)]
"""Money, exactly: a JSON number with a point would come through binary fractions."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$")]
"""A number of the shop's own. No spaces and no @: it isn't the place for a name or an address."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""Of a shop or a printer."""


class LabelForm(Settings):
    """A parcel's label, as it is printed; nothing here reads it."""

    media_type: Literal["application/pdf", "image/png", "application/octet-stream"]
    base64: str

    def label(self, pointer: str) -> Label:
        """The label's bytes; NotValid where they aren't base64, or too many."""
        try:
            data = base64.b64decode(self.base64, validate=True)
        except (binascii.Error, ValueError):
            raise not_valid(pointer, "the label isn't base64") from None
        return _label(self.media_type, data, pointer)


def label_from(data: bytes) -> Label:
    """A label from a file, its kind told by how it begins; NotValid for its size."""
    known = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png"}
    kinds = (kind for begins, kind in known.items() if data.startswith(begins))
    return _label(next(kinds, "application/octet-stream"), data, "/label")


def _label(media_type: str, data: bytes, pointer: str) -> Label:
    if not 0 < len(data) <= LARGEST_LABEL:
        raise not_valid(pointer, f"a label has 1 to {LARGEST_LABEL} bytes, not {len(data)}")
    return Label(media_type, data)


class LineForm(Settings):
    """One line: copies of one edition from one printer."""

    edition: str
    printer: Name
    quantity: int = Field(ge=1, le=MOST_COPIES)
    price: Amount
    """Of one copy, shipping apart."""
    reference: Reference | None = None
    delivery: Literal["collect", "to_publisher", "drop_ship"]
    label: LabelForm | None = None
    stamp: bool = False
    """Stamp order, copy and day of printing on each copy."""

    @model_validator(mode="after")
    def _stampable(self) -> LineForm:
        if self.stamp and self.quantity > MOST_STAMPED:
            raise ValueError(f"at most {MOST_STAMPED} copies of a line can be stamped")
        return self

    @model_validator(mode="after")
    def _labelled(self) -> LineForm:
        if (self.label is not None) != (self.delivery == Delivery.DROP_SHIP.value):
            raise ValueError("a label goes with drop_ship, and with nothing else")
        return self


class OrderForm(Settings):
    """An order as a shop sends it."""

    reference: Reference
    currency: Currency
    shipping: Amount
    lines: tuple[LineForm, ...] = Field(min_length=1, max_length=MOST_LINES)
    proof: bool = False


def digests_of(form: OrderForm) -> tuple[str, ...]:
    """What a form is known by; and then what an earlier bookbuild may have written of it.

    A key that a form got later is left out where it isn't used: so an order that was sent before,
    and is sent again after an upgrade, is the same order.
    """
    whole = form.model_dump(mode="json")
    lines = [
        {key: value for key, value in line.items() if key not in _LATER or value}
        for line in whole["lines"]
    ]
    forms = {**whole, "lines": lines}, whole
    return tuple(hashlib.sha256(canonical_json(item)).hexdigest() for item in forms)


class NoticeForm(Settings):
    """A notice of payment, as its signed body says it."""

    id: Reference
    """The notice's own: told twice, it is the same payment."""
    order: str
    amount: Amount
    currency: Currency
    reference: Reference
    """Of the payment: the bank's, or the payment service's."""


def read_form(model: type[Model], body: bytes) -> Model:
    """A form from JSON.

    Raises:
        NotValid: it is no JSON, or not that form; with every fault and where it is.
    """
    if len(body) > LARGEST_BODY:
        raise not_valid("", f"more than {LARGEST_BODY} bytes")
    form, faults = read_json(model, body)
    if form is None:
        raise NotValid(tuple(Fault(pointer, said) for pointer, said in faults))
    return form


def read_amount(text: str) -> Decimal:
    """An amount as it is typed; NotValid where it is none."""
    try:
        return Decimal(str(_amount(text)))
    except ValueError as fault:
        raise not_valid("/amount", str(fault)) from None
