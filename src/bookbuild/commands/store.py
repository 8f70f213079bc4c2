"""The commands about editions: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`, which takes this module's commands over.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bookbuild.commands import catalogue
from bookbuild.console import Progress, run
from bookbuild.options import Book, Json, Quiet, StoreFolder, data_folder
from bookbuild.outcome import Outcome

Allow = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Publish with errors of this code; it is recorded."),
]
Name = Annotated[str, typer.Argument(metavar="EDITION", help="slug@printing.revision")]
By = Annotated[str, typer.Option(metavar="NAME", help="Who says so.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="The day of it.", show_default="today"),
]
Sides = Annotated[str, typer.Argument(help="An edition, or the folder of a build.")]
Page = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Also write a page of HTML with pictures."),
]


def add_to(app: typer.Typer) -> None:
    """Give the command line the commands about editions."""
    app.command("publish")(_publish)
    app.command("approve")(_approve)
    app.command("withdraw")(_withdraw)
    app.command("editions")(_editions)
    app.command("diff")(_diff)
    catalogue.add_to(app)
    store = typer.Typer(help="Look after a store of editions.", no_args_is_help=True)
    store.command("verify")(_verify)
    store.command("collect")(_collect)
    app.add_typer(store, name="store")


def _publish(
    folder: Book = Path(),
    store: StoreFolder = None,
    allow: Allow = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take the build in DIR/build/SLUG/ into the store, as an edition that never changes.

    It is a candidate until a named person approves it. Refused: errors that nobody allowed, parts
    that don't belong together, a build older than its manuscript, other content under an
    unchanged revision. The same content again gives the edition that is there.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import published

        return published(folder, data_folder(store, "store"), allow or (), progress)

    run(work, quiet, as_json)


def _approve(
    edition: Name,
    by: By,
    date: Day = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Open an edition for sale, in your name: its files are verified, their digests approved."""

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import approved

        return approved(edition, data_folder(store, "store"), by, _day(date))

    run(work, quiet, as_json)


def _withdraw(
    edition: Name,
    by: By,
    reason: Reason,
    date: Day = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Sell an edition no more; it stays in the store."""

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import withdrawn

        return withdrawn(edition, data_folder(store, "store"), by, _day(date), reason)

    run(work, quiet, as_json)


def _editions(store: StoreFolder = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """List what is in the store, of each book the latest edition last."""

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import listed

        return listed(data_folder(store, "store"))

    run(work, quiet, as_json)


def _verify(store: StoreFolder = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """Read every file of the store and compare its digest."""

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import verified

        return verified(data_folder(store, "store"), progress)

    run(work, quiet, as_json)


def _collect(store: StoreFolder = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """Throw away files that no edition names; waits for those who publish."""

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import collected

        return collected(data_folder(store, "store"))

    run(work, quiet, as_json)


def _diff(
    before: Sides,
    after: Sides,
    out: Page = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what changed from one edition or build to another: pages, extent, spine, metadata.

    With --out the changed pages are shown side by side in one page of HTML.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.store_answers import compared

        return compared(before, after, out, data_folder(store, "store"), progress)

    run(work, quiet, as_json)


def _day(given: datetime | None) -> str:
    """The day of a verdict: it is a person's act and has a date."""
    day = given or datetime.now(UTC)  # noqa: TID251 - when somebody approved is data, not output
    return day.date().isoformat()
