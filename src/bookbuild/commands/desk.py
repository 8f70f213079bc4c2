"""The commands around the order desk: tokens, keys, webhooks, printers.

Owner of Typer, with `cli`, which takes this module's commands over. Secrets are printed once, when
they are made.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bookbuild.commands import backup, files, jobs, orders
from bookbuild.commands.desk_options import By, DeskFolder, Shop, opened, person, read
from bookbuild.console import Progress, run
from bookbuild.options import Json, Quiet, StoreFolder
from bookbuild.outcome import Outcome


class Role(StrEnum):
    """Who a token can be for."""

    SHOP = "shop"
    OPERATOR = "operator"
    EDITOR = "editor"
    ADMIN = "admin"


Printer = Annotated[str, typer.Argument(metavar="PRINTER", help="The printer's name.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As “create” or “list” told it.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line the order desk's commands."""
    taken = typer.Typer(help="Take orders and look after them.", no_args_is_help=True)
    orders.add_to(taken)
    jobs.add_to(taken)
    files.add_to(taken)
    for name, about, commands in (
        ("token", "Let people and programs in.",
         (("create", _issue), ("list", _tokens), ("revoke", _revoke))),
        ("key", "Keys for notices of payment.", (("create", _key), ("revoke", _end_key))),
        ("hook", "Tell a shop of events.",
         (("open", _hook), ("list", _hooks), ("again", _again), ("close", _close))),
        ("printer", "What is agreed with printers.", (("set", _agree), ("show", _agreed))),
    ):  # fmt: skip
        inner = typer.Typer(help=about, no_args_is_help=True)
        for word, command in commands:
            inner.command(word)(command)
        taken.add_typer(inner, name=name)
    app.add_typer(taken, name="orders")
    backup.add_to(app)


def _issue(
    role: Annotated[Role, typer.Option(help="What it may do.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Who gets it.")],
    scope: Annotated[str, typer.Option(metavar="NAME", help="The shop or the printer.")] = "",
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 365,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a token. It is shown this once; the database keeps a digest."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import model, service, shown

            given = model.Role(role.value)
            token, text = service.issue_token(there, person(by), given, scope, name, days)
        whose = f"{role.value} {scope}".rstrip()
        lines = [text, f"  {token.id}, {whose}, until {token.expires:%Y-%m-%d}"]
        return Outcome((), {"token": shown.token_record(token), "secret": text}, lines)

    run(work, quiet, as_json)


def _tokens(
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List tokens, without their secrets."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            found = service.list_tokens(there, person("shell"))
        lines = [
            f"{item.id}  {item.role:<9} {item.scope:<20} {item.name}  "
            + (f"revoked {item.revoked:%Y-%m-%d}" if item.revoked else f"{item.expires:%Y-%m-%d}")
            for item in found
        ]
        return Outcome((), {"tokens": [shown.token_record(item) for item in found]}, lines)

    run(work, quiet, as_json)


def _revoke(
    token: Id,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """End a token, and the links that were made with it."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            service.revoke_token(there, person(by), token)
        return Outcome((), {"revoked": token}, [f"{token} is revoked"])

    run(work, quiet, as_json)


def _key(
    shop: Shop,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a key with which a shop signs notices of payment. It is shown this once."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            name, text = service.issue_key(there, person(by), shop)
        return Outcome((), {"id": name, "secret": text}, [text, f"  {name}, for {shop}"])

    run(work, quiet, as_json)


def _end_key(
    key: Id,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Let a key sign no more."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            service.revoke_key(there, person(by), key)
        return Outcome((), {"revoked": key}, [f"{key} is revoked"])

    run(work, quiet, as_json)


def _hook(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to tell it.")],
    shop: Shop,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell an address of every event of a shop's orders. Its secret is shown this once."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            hook, text = service.open_hook(there, person(by), url, shop)
        record = {"hook": shown.hook_record(hook), "secret": text}
        return Outcome((), record, [text, f"  {hook.id}, {hook.url}"])

    run(work, quiet, as_json)


def _hooks(
    shop: Shop,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List a shop's webhooks, and what they were told last."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service, shown

            found = service.list_hooks(there, person("shell"), shop)
            told = service.list_told(there, person("shell"), shop)
        lines = [f"{item.id}  {item.url}{'  closed' if item.closed else ''}" for item in found]
        lines += [f"  {item.event_id:<16} {item.state} ({item.attempts})  {item.said}".rstrip()
                  for item in told]  # fmt: skip
        hooks = [shown.hook_record(item) for item in found]
        return Outcome((), {"hooks": hooks, "told": [shown.told_record(t) for t in told]}, lines)

    run(work, quiet, as_json)


def _again(
    hook: Id,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="As “list” told it.")],
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell an address of an event once more, whatever came of it."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            service.tell_again(there, person(by), event, hook)
        record = {"hook": hook, "event": event}
        return Outcome((), record, [f"{event} will be told to {hook} again"])

    run(work, quiet, as_json)


def _close(
    hook: Id,
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Tell an address no more."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            service.close_hook(there, person(by), hook)
        return Outcome((), {"closed": hook}, [f"{hook} is closed"])

    run(work, quiet, as_json)


def _agree(
    printer: Printer,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The terms, as TOML.")],
    by: By = "shell",
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Agree on terms with a printer: lead time, tolerance, working days."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            terms = service.read_terms(read(file), file.name)
            version = service.set_terms(there, person(by), printer, terms)
        record = {"printer": printer, "version": version, "terms": terms.model_dump(mode="json")}
        return Outcome((), record, [f"terms {version} with {printer}"])

    run(work, quiet, as_json)


def _agreed(
    printer: Printer,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Show what is agreed with a printer; the defaults where nothing is."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk import service

            terms = service.read_terms_of(there, printer).model_dump(mode="json")
        calendar = terms.pop("calendar")
        lines = [f"{name} = {value}" for name, value in {**terms, **calendar}.items()]
        return Outcome((), {"printer": printer, "terms": {**terms, "calendar": calendar}}, lines)

    run(work, quiet, as_json)
