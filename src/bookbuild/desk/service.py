"""The use cases of the order desk: what a web server or the shell calls, and nothing else.

Every use case is a function whose first argument is a `Desk` (database, store, clock, chance; made
by `open_desk`), whose second, where somebody asks, is an `Actor`. It does all of what it says in
one transaction, or nothing, and raises what `refusals` names:

    NoEntry 401 · NotAllowed 403 · NotThere 404 · Conflict 409 · NotValid 422 (with `faults`:
    JSON Pointer and what is wrong); any other BookbuildError: the machine fails (503)

Visibility is decided here: what a function returns may be shown to the actor it was given. A shop
gets its own orders; an operator the jobs of its printer once they are ready, without prices
(`Job.price` is None) and without other lines of the order; editors and admins get everything but
labels. What isn't the actor's sounds as if it weren't there.

Who asks
    enter(desk, token text) → Actor. In the shell, `Actor(Role.ADMIN, name)`.
    issue_token, revoke_token, list_tokens; issue_key, revoke_key (a shop's key for notices)
Orders
    read_form(OrderForm, body) → form; create_order(desk, actor, form, key, shop) → Placed (`new` is
    False for a key that came before: 200, not 201); read_order, list_orders (also by edition),
    order_history, list_payments
Payment
    accept_notice(desk, shop, Signed(stamp, signature, raw body)) → Receipt: no token, the signature
    is the entry. confirm_payment (admin). expire_unpaid: to be called now and then.
Jobs
    read_job, history; legal(job, role) → the moves that may be offered as buttons;
    move_job(desk, actor, id, kind, told, version): the moves in PLAIN, `told` being the texts that
    the move needs (NEEDS: courier and tracking, reason, due). Pass `version=job.sequence` as the
    person saw it, and of two that press a button at once one gets a Conflict.
    measured_block, replace_edition, release_proof, reprint, supply_label
Looking
    list_queue → Queue (groups by edition, paper and printer; `late`), search, counted_by
Files
    files_of(desk, actor, id) → (Job, StoredSet): open its files with `store.editions.open_file`;
    label_of (its printer alone); make_link(desk, actor, id, part, seconds) → a text for an address,
    open_link(desk, text) → (Job, part, StoredSet). move_job(…, "revoke_links") ends them.
Webhooks
    open_hook (secret told once), close_hook, list_hooks, list_told, tell_again. Who sends loops:
    for dispatch in take_due(desk): stamp, signature = signed(desk, dispatch); POST dispatch.body
    with them and dispatch.event_id as headers; settle(desk, dispatch, fault or "").
Printers
    set_terms, read_terms_of (calendar, lead time, tolerance of the block)

A `Desk` may be used by several threads at once; after a fork each process opens its own.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.desk.access import (
    Token,
    enter,
    issue_key,
    issue_token,
    list_tokens,
    revoke_key,
    revoke_token,
)
from bookbuild.desk.agreed import read_terms_of, set_terms
from bookbuild.desk.calendar import Calendar, Terms, read_terms
from bookbuild.desk.database import open_database
from bookbuild.desk.forms import NoticeForm, OrderForm, read_form
from bookbuild.desk.handing import PARTS, files_of, label_of, make_link, open_link
from bookbuild.desk.looking import (
    Group,
    Queue,
    Queued,
    counted_by,
    history,
    list_orders,
    list_payments,
    list_queue,
    order_history,
    search,
)
from bookbuild.desk.moves import legal
from bookbuild.desk.ordering import Placed, create_order, read_job, read_order
from bookbuild.desk.paying import Receipt, accept_notice, confirm_payment, expire_unpaid
from bookbuild.desk.payment import Signed
from bookbuild.desk.printing import (
    NEEDS,
    PLAIN,
    measured_block,
    move_job,
    release_proof,
    replace_edition,
    reprint,
    supply_label,
)
from bookbuild.desk.room import Chance, Clock, Desk, Stamping, unlooked
from bookbuild.desk.telling import (
    Hook,
    close_hook,
    list_hooks,
    list_told,
    open_hook,
    settle,
    signed,
    take_due,
    tell_again,
)
from bookbuild.store.editions import open_store

__all__ = [
    "NEEDS",
    "PARTS",
    "PLAIN",
    "Calendar",
    "Chance",
    "Clock",
    "Desk",
    "Group",
    "Hook",
    "NoticeForm",
    "OrderForm",
    "Placed",
    "Queue",
    "Queued",
    "Receipt",
    "Signed",
    "Terms",
    "Token",
    "accept_notice",
    "close_hook",
    "confirm_payment",
    "counted_by",
    "create_order",
    "enter",
    "expire_unpaid",
    "files_of",
    "history",
    "issue_key",
    "issue_token",
    "label_of",
    "legal",
    "list_hooks",
    "list_orders",
    "list_payments",
    "list_queue",
    "list_tokens",
    "list_told",
    "make_link",
    "measured_block",
    "move_job",
    "open_desk",
    "open_hook",
    "open_link",
    "order_history",
    "read_form",
    "read_job",
    "read_order",
    "read_terms",
    "read_terms_of",
    "release_proof",
    "replace_edition",
    "reprint",
    "revoke_key",
    "revoke_token",
    "search",
    "set_terms",
    "settle",
    "signed",
    "supply_label",
    "take_due",
    "tell_again",
]


def open_desk(
    folder: Path, store: Path, clock: Clock, chance: Chance, stamping: Stamping = unlooked
) -> Desk:
    """The desk whose database is in `folder`, made if need be, and whose editions are in `store`.

    `stamping` is asked before copies are ordered stamped: see `room.Stamping`.

    Raises:
        NoFile: there is no store.
        BookbuildError: the database can't be opened.
    """
    editions = open_store(store)  # first: without it no database is made
    return Desk(open_database(folder), editions, clock, chance, stamping)
