"""Addresses of orders: take, show and list them, tell their events and payments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses, takes
from bookbuild.counter.room import Body, Caller, Data, There
from bookbuild.desk import service, shown
from bookbuild.desk.model import Money
from bookbuild.desk.refusals import not_valid

router = APIRouter(prefix="/v1", tags=["orders"])
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


@router.post(
    "/orders",
    status_code=201,
    response_model=answers.OrderAnswer,
    response_model_exclude_unset=True,
    openapi_extra=takes(service.OrderForm),
    responses={200: {"model": answers.OrderAnswer, "description": "Asked before: the same order"},
               **refuses(401, 403, 409, 422)},
)  # fmt: skip
def create(
    desk: There,
    caller: Caller,
    body: Body,
    response: Response,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=100)],
    shop: Annotated[str, Query(max_length=40)] = "",
) -> Data:
    """Take an order. The same key with the same order gives the order that it gave before."""
    form = service.read_form(service.OrderForm, body)
    made = service.create_order(desk, caller, form, idempotency_key, shop)
    response.status_code = 201 if made.new else 200
    response.headers["Location"] = f"/v1/orders/{made.order.id}"
    return shown.order_record(made.order, made.jobs)


@router.get(
    "/orders",
    response_model=answers.OrdersAnswer,
    response_model_exclude_unset=True,
    responses=refuses(401, 403, 422),
)
def list_all(
    desk: There,
    caller: Caller,
    edition: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Data:
    """List the caller's orders, the latest first; of one edition, where it is named."""
    found = service.list_orders(desk, caller, edition, limit, offset)
    return {"orders": [shown.order_record(order) for order in found]}


@router.get(
    "/orders/{order}",
    response_model=answers.OrderAnswer,
    response_model_exclude_unset=True,
    responses=refuses(401, 404, 422),
)
def show(desk: There, caller: Caller, order: str) -> Data:
    """An order with its jobs."""
    found, jobs = service.read_order(desk, caller, order)
    return shown.order_record(found, jobs)


@router.get(
    "/orders/{order}/events",
    response_model=answers.EventsAnswer,
    responses=refuses(401, 404, 422),
)
def events(desk: There, caller: Caller, order: str) -> Data:
    """What was done to an order and its jobs."""
    _, jobs = service.read_order(desk, caller, order)
    found = list(service.order_history(desk, caller, order))
    for job in jobs:
        found += service.history(desk, caller, job.id)
    return {"events": [shown.event_record(item) for item in found]}


@router.get(
    "/orders/{order}/payments",
    response_model=answers.PaymentsAnswer,
    responses=refuses(401, 404, 422),
)
def payments(desk: There, caller: Caller, order: str) -> Data:
    """Every payment of an order that was told."""
    found = service.list_payments(desk, caller, order)
    return {"payments": [shown.payment_record(item) for item in found]}


@router.post(
    "/orders/{order}/payments",
    response_model=answers.ReceiptAnswer,
    openapi_extra=takes(answers.PaymentForm),
    responses=refuses(401, 403, 404, 409, 422),
)
def confirm(desk: There, caller: Caller, order: str, body: Body) -> Data:
    """Confirm that money came. For admins."""
    form = service.read_form(answers.PaymentForm, body)
    if (form.amount is None) != (form.currency is None):
        raise not_valid("/currency", "an amount goes with its currency")
    came = Money(form.amount, form.currency) if form.amount is not None and form.currency else None
    return _receipt(service.confirm_payment(desk, caller, order, form.reference, came))


@router.post(
    "/shops/{shop}/notices",
    response_model=answers.ReceiptAnswer,
    openapi_extra=takes(service.NoticeForm),
    responses=refuses(401, 404, 409, 422),
)
def notice(
    desk: There,
    shop: str,
    body: Body,
    bookbuild_timestamp: Annotated[str, Header(max_length=40)],
    bookbuild_signature: Annotated[str, Header(max_length=200)],
) -> Data:
    """Take a shop's notice of payment. Its signature is the entry: no token is needed."""
    signed = service.Signed(bookbuild_timestamp, bookbuild_signature, body)
    return _receipt(service.accept_notice(desk, shop, signed))


def _receipt(receipt: service.Receipt) -> Data:
    said = receipt.said or None
    return {"order": receipt.order, "accepted": receipt.accepted, "said": said, "new": receipt.new}
