"""The commands about editions: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`, which takes this module's commands over.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bookbuild import differences, output
from bookbuild.book.manuscript import read_specification
from bookbuild.console import Progress, run
from bookbuild.difference_page import difference_page
from bookbuild.errors import ExitCode
from bookbuild.outcome import Outcome
from bookbuild.sources import source_digest
from bookbuild.store import approval, editions
from bookbuild.store.built import read_build
from bookbuild.store.collect import collect
from bookbuild.store.publish import publish
from bookbuild.store.record import Edition, Verdict
from bookbuild.store.verify import verify

Book = Annotated[
    Path, typer.Argument(metavar="[DIR]", help="The book's folder.", show_default="here")
]
Place = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="PATH",
        envvar="BOOKBUILD_STORE",
        help="The store's folder.",
        show_default="$XDG_DATA_HOME/bookbuild/store",
    ),
]
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
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line the commands about editions."""
    app.command("publish")(_publish)
    app.command("approve")(_approve)
    app.command("withdraw")(_withdraw)
    app.command("editions")(_editions)
    app.command("diff")(_diff)
    store = typer.Typer(help="Look after a store of editions.", no_args_is_help=True)
    store.command("verify")(_verify)
    store.command("collect")(_collect)
    app.add_typer(store, name="store")


def _publish(
    folder: Book = Path(),
    store: Place = None,
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
        progress("reading the build")
        spec = read_specification(folder)
        build = read_build(folder / "build" / spec.slug)
        kept = editions.make_store(_folder(store))
        progress("publishing")
        made = publish(kept, build, source_digest(folder), allow or ())
        record = _record(kept, made.edition)
        said = "published as" if made.new else "already published as"
        lines = [f"{said} {made.edition.name}", *_lines(kept, made.edition)]
        return Outcome(made.findings, {"new": made.new, "edition": record}, lines)

    run(work, quiet, as_json)


def _approve(
    edition: Name,
    by: By,
    date: Day = None,
    store: Place = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Open an edition for sale, in your name: its files are verified, their digests approved."""

    def work(progress: Progress) -> Outcome:
        kept = editions.open_store(_folder(store))
        opened = editions.open_edition(kept, edition)
        return _said(kept, opened, approval.approve(kept, opened, by, _day(date)))

    run(work, quiet, as_json)


def _withdraw(
    edition: Name,
    by: By,
    reason: Reason,
    date: Day = None,
    store: Place = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Sell an edition no more; it stays in the store."""

    def work(progress: Progress) -> Outcome:
        kept = editions.open_store(_folder(store))
        opened = editions.open_edition(kept, edition)
        return _said(kept, opened, approval.withdraw(kept, opened, by, _day(date), reason))

    run(work, quiet, as_json)


def _editions(store: Place = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """List what is in the store, of each book the latest edition last."""

    def work(progress: Progress) -> Outcome:
        kept = editions.open_store(_folder(store))
        found = list(editions.editions(kept))
        lines = [_line(kept, edition) for edition in found]
        return Outcome((), {"editions": [_record(kept, item) for item in found]}, lines)

    run(work, quiet, as_json)


def _verify(store: Place = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """Read every file of the store and compare its digest."""

    def work(progress: Progress) -> Outcome:
        progress("reading the store")
        answer = verify(editions.open_store(_folder(store)))
        said = "nothing is damaged" if not answer.findings else f"{len(answer.findings)} damaged"
        lines = [f"{answer.editions} editions, {answer.files} files: {said}"]
        record = {"editions": answer.editions, "files": answer.files}
        code = ExitCode.FAULTS if answer.findings else ExitCode.OK
        return Outcome(answer.findings, record, lines, code)

    run(work, quiet, as_json)


def _collect(store: Place = None, quiet: Quiet = False, as_json: Json = False) -> None:
    """Throw away files that no edition names; waits for those who publish."""

    def work(progress: Progress) -> Outcome:
        gone = collect(editions.open_store(_folder(store)))
        lines = [f"{gone.files} files thrown away, {gone.bytes / 1e6:.1f} MB"]
        return Outcome((), {"files": gone.files, "bytes": gone.bytes}, lines)

    run(work, quiet, as_json)


def _diff(
    before: Sides,
    after: Sides,
    out: Page = None,
    store: Place = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what changed from one edition or build to another: pages, extent, spine, metadata.

    With --out the changed pages are shown side by side in one page of HTML.
    """

    def work(progress: Progress) -> Outcome:
        sides = [_side(given, store) for given in (before, after)]
        progress("comparing")
        found = differences.compare(*sides)
        lines = list(differences.lines(found))
        if out is not None:
            progress("drawing pages")
            output.write_file(out, difference_page(found, *sides))
            lines.append(f"written to {out}")
        return Outcome((), differences.record(found), lines)

    run(work, quiet, as_json)


def _side(given: str, store: Path | None) -> differences.Side:
    """An edition by its name, anything else as the folder of a build."""
    if "@" in given and not Path(given).is_dir():
        kept = editions.open_store(_folder(store))
        return differences.edition_side(kept, editions.open_edition(kept, given))
    return differences.build_side(given, read_build(Path(given)))


def _said(store: editions.Store, edition: Edition, verdict: Verdict) -> Outcome:
    line = f"{edition.name} {verdict.state} by {verdict.by}, {verdict.date}"
    record = {"edition": _record(store, edition), "verdict": verdict.model_dump(mode="json")}
    return Outcome((), record, [line, f"  record {edition.digest}"])


def _record(store: editions.Store, edition: Edition) -> dict[str, object]:
    return {
        "name": str(edition.name),
        "digest": edition.digest,
        "state": approval.state(store, edition),
        "for_sale": approval.for_sale(store, edition),
        "complete": edition.complete,
        "extent": edition.extent.printed,
        "printers": [item.printer for item in edition.print_sets],
        "allowed": list(edition.allowed),
    }


def _line(store: editions.Store, edition: Edition) -> str:
    state = approval.state(store, edition) + ("" if edition.complete else ", incomplete")
    printers = ", ".join(item.printer for item in edition.print_sets)
    return f"{edition.name!s:<32} {state:<24} {edition.extent.printed} pages  {printers}"


def _lines(store: editions.Store, edition: Edition) -> list[str]:
    size = sum(item.bytes for item in edition.files)
    printers = ", ".join(item.printer for item in edition.print_sets)
    state = approval.state(store, edition)
    lines = [
        f"  {len(edition.files)} files, {size / 1e6:.1f} MB, for {printers}",
        f"  record {edition.digest}",
    ]
    if edition.allowed:
        lines.append(f"  ALLOWED: {', '.join(edition.allowed)}")
    if state == "candidate" and edition.complete:
        lines.append(f"a candidate; next: bookbuild approve {edition.name} --by NAME")
    else:
        lines.append(state if edition.complete else f"{state}, incomplete: not for sale")
    return lines


def _folder(given: Path | None) -> Path:
    """The store's folder: as given, else where the user's data are kept."""
    if given is not None:
        return given
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "bookbuild" / "store"


def _day(given: datetime | None) -> str:
    """The day of a verdict: it is a person's act and has a date."""
    day = given or datetime.now(UTC)  # noqa: TID251 - when somebody approved is data, not output
    return day.date().isoformat()
