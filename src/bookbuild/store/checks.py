"""Why a build can't become an edition: plain functions, each of one reason.

In: a `Built`, the digest of the present manuscript, the codes that were allowed. Out: Diagnostics,
all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bookbuild.diagnostics import CODES, Diagnostic, Place, Severity, error, warning
from bookbuild.edition import Artifact, PrintFacts, PrintSet, Role
from bookbuild.errors import BookbuildError
from bookbuild.preflight_codes import PREFLIGHT_CODES
from bookbuild.store.built import MANIFEST, REPORT, Built
from bookbuild.store.record import FileRecord, FindingRecord

NEEDED: tuple[Role, ...] = ("interior", "cover", "ebook", "shop-cover")
"""What an edition can't be sold or shown without; a withheld file is told by its errors."""
_BOOK = Place("manuscript/book.toml")
_MANIFEST = Place(MANIFEST)


def check(build: Built, source: str, allow: Collection[str]) -> tuple[Diagnostic, ...]:
    """Everything that keeps a build from being an edition, and what to know of one that may be."""
    return (
        *_outdated(build, source),
        *_incomplete_parts(build),
        *_foreign_parts(build),
        *_other_extent(build),
        *_errors(build, allow),
        *_outlines(build),
    )


def allowed(build: Built, allow: Collection[str]) -> tuple[str, ...]:
    """The codes that the build needs to be allowed, and that are, in alphabetical order."""
    return tuple(sorted(_needed(build) & set(allow)))


def _needed(build: Built) -> set[str]:
    """The codes of all errors of the build, whichever file of it tells them."""
    manifest = build.manifest
    needed = {code for item in manifest.print_sets for code in item.errors}
    needed |= {code for item in manifest.withheld for code in item.errors}
    graves = (item for item in build.report.findings if item.severity is Severity.ERROR)
    return needed | {item.code for item in graves}


def _outdated(build: Built, source: str) -> Iterator[Diagnostic]:
    if build.manifest.source != source:
        said = "the build is not what the manuscript and its layouts give now"
        yield error("edition-outdated", said, _MANIFEST, "build the book again, then publish")


def _incomplete_parts(build: Built) -> Iterator[Diagnostic]:
    manifest = build.manifest
    there = {item.role for item in manifest.artifacts} | {item.role for item in manifest.withheld}
    missing = [role for role in NEEDED if role not in there]
    if missing or not manifest.print_sets:
        said = f"the build has no {', no '.join(missing) or 'print set'}"
        hint = "build the book again, without --only"
        yield error("edition-parts", said, _MANIFEST, hint)


def _foreign_parts(build: Built) -> Iterator[Diagnostic]:
    """Interior and cover that were made for different blocks, or aren't there."""
    files = {item.file: item for item in build.manifest.artifacts}
    for item in build.manifest.print_sets:
        try:
            inside, outside = (_artifact(files[name]) for name in (item.interior, item.cover))
            PrintSet(item.printer, inside, outside)
        except KeyError as fault:
            said = f"the print set of {item.printer} names {fault}, which the build hasn't"
            yield error("edition-parts", said, _MANIFEST, "build the book again")
        except BookbuildError as fault:
            yield error("edition-parts", str(fault), _MANIFEST)
    if len({item.printer for item in build.manifest.print_sets}) < len(build.manifest.print_sets):
        said = "two print sets are for one printer"
        yield error("edition-parts", said, _MANIFEST, "build the book again")


def _artifact(record: FileRecord) -> Artifact:
    """The file as `PrintSet` judges it, without its bytes."""
    facts = None
    if record.printer and record.caliper_mm and record.formula:
        calipers = record.caliper_mm
        facts = PrintFacts(
            record.printer, record.block_pages or 0, record.spine_mm or 0, record.block_mm or 0,
            bool(record.block_measured), calipers.paper, calipers.cover, calipers.basis,
            record.formula,
        )  # fmt: skip
    return Artifact(record.role, record.file, b"", record.pages, record.size_mm, facts)


def _other_extent(build: Built) -> Iterator[Diagnostic]:
    """Of a complete book; an incomplete one has the extent that it has so far."""
    manifest = build.manifest
    declared, extent = manifest.specification.extent, manifest.extent
    if not manifest.complete or declared is None:
        return
    if (declared.roman, declared.arabic) != (extent.roman, extent.arabic):
        said = (
            f"the book has {extent.printed} pages; the specification declares "
            f"{declared.roman} roman and {declared.arabic} arabic ones"
        )
        yield error("edition-extent", said, _BOOK, "correct [extent], then build again")


def _errors(build: Built, allow: Collection[str]) -> Iterator[Diagnostic]:
    """The build's own errors that nobody allowed, each as the build told it."""
    told = set()
    for finding in build.report.findings:
        if finding.severity is Severity.ERROR and finding.code not in allow:
            told.add(finding.code)
            yield _again(finding)
    for code in sorted(_needed(build) - told - set(allow)):
        said = f"{MANIFEST} names the error {code}, and {REPORT} doesn't tell it"
        yield error("edition-file", said, _MANIFEST, "build the book again")


def _again(finding: FindingRecord) -> Diagnostic:
    place = Place(finding.file, finding.line) if finding.file else None
    if finding.code not in CODES and finding.code not in PREFLIGHT_CODES:
        said = f"an error that this version doesn't know: {finding.code}: {finding.message}"
        return error("edition-file", said, place, "build the book again")
    remedy = f"or allow it for this edition: --allow {finding.code}"
    hint = f"{finding.hint}; {remedy}" if finding.hint else f"mend it, {remedy}"
    return error(finding.code, finding.message, place, hint)


def _outlines(build: Built) -> Iterator[Diagnostic]:
    if not build.manifest.complete:
        said = "sections are still outlines: this edition can be printed as a dummy, never sold"
        hint = "write them, raise the revision, then build and publish again"
        yield warning("edition-incomplete", said, _BOOK, hint)
