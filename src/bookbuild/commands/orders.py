"""The commands about orders: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`, which takes this module's commands over. Who sits at the shell can read
the database, and so acts as an admin, under the name that `--by` gives.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bookbuild.commands.desk_options import By, DeskFolder, Shop, opened, person, read
from bookbuild.commands.jobs import line
from bookbuild.console import Progress, run
from bookbuild.options import Json, Quiet, StoreFolder
from bookbuild.outcome import Outcome

if TYPE_CHECKING:
    from bookbuild.desk import model
    from bookbuild.desk.looking import Queue

Name = Annotated[str, typer.Argument(metavar="ID", help="An order, or a job of one.")]

_DIGEST = 64
"""Characters of a SHA-256 in hexadecimal."""


def add_to(app: typer.Typer) -> None:
    """Give the command line the commands about orders."""
    for name, command in (
        ("create", _create),
        ("list", _list),
        ("queue", _queue),
        ("find", _find),
        ("show", _show),
        ("events", _events),
        ("pay", _pay),
        ("expire", _expire),
    ):
        app.command(name)(command)


def _create(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, as JSON.")],
    shop: Shop,
    key: Annotated[
        str,
        typer.Option(
            help="Given twice with the same order, it is one order.",
            show_default="the digest of FILE",
        ),
    ] = "",
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take an order. The same file again gives the same order."""

    def work(progress: Progress) -> Outcome:
        body = read(file)
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            form = service.read_form(service.OrderForm, body)
            given = key or hashlib.sha256(body).hexdigest()
            made = service.create_order(there, person(by), form, given, shop)
        said = "taken" if made.new else "taken before"
        lines = [f"{made.order.id} {said}: {made.order.total}", *map(line, made.jobs)]
        record = {"new": made.new, "order": shown.order_record(made.order, made.jobs)}
        return Outcome((), record, lines)

    run(work, quiet, as_json)


def _list(
    edition: Annotated[str, typer.Option(help="Of this edition alone.")] = "",
    limit: Annotated[int, typer.Option(help="How many, the latest first.")] = 50,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List orders, the latest first."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            found = service.list_orders(there, person("shell"), edition, limit)
        lines = [
            f"{order.id}  {shown.moment(order.created)}  {order.shop}  {order.reference}  "
            f"{order.total}  {_paid(order)}"
            for order in found
        ]
        return Outcome((), {"orders": [shown.order_record(order) for order in found]}, lines)

    run(work, quiet, as_json)


def _queue(
    printer: Annotated[str, typer.Option(help="Of this printer alone.")] = "",
    limit: Annotated[int, typer.Option(help="How many jobs.")] = 200,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List what is to be printed, late jobs first, by edition, paper and printer."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            found = service.list_queue(there, person("shell"), printer, limit)
        return Outcome((), shown.queue_record(found), list(_queue_lines(found)))

    run(work, quiet, as_json)


def _find(
    text: Annotated[str, typer.Argument(help="What an order, reference or parcel begins with.")],
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find jobs by order, the shop's reference, edition or parcel number."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            found = service.search(there, person("shell"), text)
        record = {"jobs": [shown.job_record(job) for job in found]}
        return Outcome((), record, [line(job) for job in found] or ["nothing"])

    run(work, quiet, as_json)


def _show(
    name: Name,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show an order with its jobs and payments."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            order, jobs = service.read_order(there, person("shell"), name.split("-")[0])
            paid = service.list_payments(there, person("shell"), order.id)
        lines = [f"{order.id}  {order.shop}  {order.reference}  {order.total}  {_paid(order)}"]
        lines += [line(job) for job in jobs if "-" not in name or job.id == name]
        lines += [
            f"  {shown.moment(item.at)}  {item.amount}  {item.reference}  "
            f"{'accepted' if item.accepted else item.said}"
            for item in paid
        ]
        payments = [shown.payment_record(item) for item in paid]
        return Outcome((), {"order": shown.order_record(order, jobs), "payments": payments}, lines)

    run(work, quiet, as_json)


def _events(
    name: Name,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell what was done to a job, or to all of an order."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            actor = person("shell")
            order, jobs = service.read_order(there, actor, name.split("-")[0])
            wanted = [job.id for job in jobs if name in (job.id, order.id)]
            if not wanted:
                service.read_job(there, actor, name)
            found = [] if "-" in name else list(service.order_history(there, actor, order.id))
            for job in wanted:
                found += service.history(there, actor, job)
        records = [shown.event_record(item) for item in found]
        lines = [f"{item['id']:<16} {item['at']}  {item['kind']:<16} {item['actor']} "
                 f"{_facts(item['data'])}".rstrip() for item in records]  # fmt: skip
        return Outcome((), {"events": records}, lines)

    run(work, quiet, as_json)


def _pay(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The order.")],
    reference: Annotated[str, typer.Option(metavar="TEXT", help="The payment's: the bank's.")],
    amount: Annotated[
        str,
        typer.Option(metavar="AMOUNT", help="What came, in the order's currency.",
                     show_default="all of it"),
    ] = "",
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Confirm that an order is paid. Another amount than is due puts it on hold."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import forms, service, shown
            from bookbuild.desk.model import Money

            asked, _ = service.read_order(there, person(by), order)
            came = Money(forms.read_amount(amount), asked.total.currency) if amount else None
            receipt = service.confirm_payment(there, person(by), order, reference, came)
            paid, jobs = service.read_order(there, person(by), order)
        said = "paid" if receipt.accepted else f"not accepted: {receipt.said}"
        record = {"accepted": receipt.accepted, "said": receipt.said or None}
        lines = [f"{order} {said}", *map(line, jobs)]
        return Outcome((), {**record, "order": shown.order_record(paid, jobs)}, lines)

    run(work, quiet, as_json)


def _expire(
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Let orders expire that weren't paid in time: for a timer."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            gone = service.expire_unpaid(there)
        return Outcome((), {"expired": list(gone)}, [f"{len(gone)} jobs expired unpaid", *gone])

    run(work, quiet, as_json)


def _queue_lines(queue: Queue) -> list[str]:
    lines = [f"jobs: {queue.total}, late: {queue.late}"]
    for group in queue.groups:
        copies = f"{group.copies} copies"
        lines.append(f"{group.edition}  {group.paper}  {group.printer}: {copies}")
        lines += [("! " if item.late else "  ") + line(item.job) for item in group.jobs]
    return lines


def _paid(order: model.Order) -> str:
    return "not paid" if order.paid is None else f"paid {order.paid:%Y-%m-%d}"


def _facts(data: dict[str, Any]) -> str:
    """An event's data for people: digests short."""
    texts = {name: str(value) for name, value in data.items()}
    return " ".join(
        f"{name}={text[:8] + '…' if len(text) == _DIGEST else text}" for name, text in texts.items()
    )
