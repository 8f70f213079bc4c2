"""What the commands about editions answer, as `Outcome`s. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bookbuild import differences, output
from bookbuild.book.manuscript import read_specification
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

Progress = Callable[[str], None]


def published(folder: Path, store: Path, allow: Sequence[str], progress: Progress) -> Outcome:
    """The build of the book in `folder`, taken into the store."""
    progress("reading the build")
    spec = read_specification(folder)
    build = read_build(folder / "build" / spec.slug)
    kept = editions.make_store(store)
    progress("publishing")
    made = publish(kept, build, source_digest(folder), allow)
    record = _record(kept, made.edition)
    said = "published as" if made.new else "already published as"
    lines = [f"{said} {made.edition.name}", *_lines(kept, made.edition)]
    return Outcome(made.findings, {"new": made.new, "edition": record}, lines)


def approved(edition: str, store: Path, by: str, day: str) -> Outcome:
    """An edition that a named person opens for sale."""
    kept = editions.open_store(store)
    opened = editions.open_edition(kept, edition)
    return _said(kept, opened, approval.approve(kept, opened, by, day))


def withdrawn(edition: str, store: Path, by: str, day: str, reason: str) -> Outcome:
    """An edition that is sold no more."""
    kept = editions.open_store(store)
    opened = editions.open_edition(kept, edition)
    return _said(kept, opened, approval.withdraw(kept, opened, by, day, reason))


def listed(store: Path) -> Outcome:
    """Every edition in the store."""
    kept = editions.open_store(store)
    found = list(editions.editions(kept))
    lines = [_line(kept, edition) for edition in found]
    return Outcome((), {"editions": [_record(kept, item) for item in found]}, lines)


def verified(store: Path, progress: Progress) -> Outcome:
    """Every file of the store read, and what of it is damaged."""
    progress("reading the store")
    answer = verify(editions.open_store(store))
    said = "nothing is damaged" if not answer.findings else f"{len(answer.findings)} damaged"
    lines = [f"{answer.editions} editions, {answer.files} files: {said}"]
    record = {"editions": answer.editions, "files": answer.files}
    code = ExitCode.FAULTS if answer.findings else ExitCode.OK
    return Outcome(answer.findings, record, lines, code)


def collected(store: Path) -> Outcome:
    """What no edition names, thrown away."""
    gone = collect(editions.open_store(store))
    lines = [f"{gone.files} files thrown away, {gone.bytes / 1e6:.1f} MB"]
    return Outcome((), {"files": gone.files, "bytes": gone.bytes}, lines)


def compared(before: str, after: str, out: Path | None, store: Path, progress: Progress) -> Outcome:
    """What changed from one edition or build to another; `out` gets a page with pictures."""
    sides = [_side(given, store) for given in (before, after)]
    progress("comparing")
    found = differences.compare(*sides)
    lines = list(differences.lines(found))
    if out is not None:
        progress("drawing pages")
        output.write_file(out, difference_page(found, *sides))
        lines.append(f"written to {out}")
    return Outcome((), differences.record(found), lines)


def _side(given: str, store: Path) -> differences.Side:
    """An edition by its name, anything else as the folder of a build."""
    if "@" in given and not Path(given).is_dir():
        kept = editions.open_store(store)
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
