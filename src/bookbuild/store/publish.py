"""Take a build into the store as one edition that never changes.

In: a `Built` and what was allowed. Out: the `Edition`, new or the one that was there, or every
reason against it. The edition is there from the moment its name is entered; before that each file
is in the store, on the disk and verified. Whoever is killed leaves files that nothing names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from bookbuild.diagnostics import CODES, Diagnostic, Place, error, has_errors
from bookbuild.errors import BookFaults, NoFile
from bookbuild.preflight_codes import PREFLIGHT_CODES
from bookbuild.store import durable
from bookbuild.store.built import MANIFEST, REPORT, Built
from bookbuild.store.checks import allowed, check
from bookbuild.store.editions import Store, entry, read_edition, verify_files
from bookbuild.store.lock import publishing
from bookbuild.store.record import Edition, canonical, canonical_json

_CONTENT = ("artifacts", "print_sets", "withheld", "specification")
"""Of the manifest: what an edition is. Versions of tools, say, are not."""


@dataclass(frozen=True, slots=True)
class Published:
    """An edition in the store, and whether this publish put it there."""

    edition: Edition
    new: bool
    findings: tuple[Diagnostic, ...]


def publish(store: Store, build: Built, source: str, allow: Collection[str] = ()) -> Published:
    """The build as an edition of the store; `source` is the digest of the present manuscript.

    Raises:
        BookFaults: it is refused; every reason is told.
        NoFile: `allow` names no code of a finding.
        BookbuildError: the disk is full, or the store can't be written.
    """
    unknown = sorted(set(allow) - set(CODES) - set(PREFLIGHT_CODES))
    if unknown:
        raise NoFile(f"--allow {unknown[0]}: no finding has this code; see docs/diagnostics.md")
    findings = check(build, source, allow)
    if has_errors(findings):
        raise BookFaults(findings)
    edition = _edition(build, allowed(build, allow))
    with durable.told(store.folder), publishing(store.folder):
        name = entry(edition.name)
        new = store.register.read(name) is None and _enter(store, build, edition)
        kept = edition if new else _kept(store, build, edition)
        verify_files(store, kept)
    return Published(kept, new, findings)


def _edition(build: Built, codes: tuple[str, ...]) -> Edition:
    manifest = build.manifest
    name = manifest.specification.name
    content = {key: build.listed[key] for key in _CONTENT}
    digests = {file: hashlib.sha256(data).hexdigest() for file, data in build.files.items()}
    return Edition(
        slug=name.slug,
        printing=name.printing,
        revision=name.revision,
        content=hashlib.sha256(canonical_json(content)).hexdigest(),
        source=manifest.source,
        complete=manifest.complete,
        extent=manifest.extent,
        printer=manifest.printer,
        allowed=codes,
        files=manifest.artifacts,
        print_sets=manifest.print_sets,
        withheld=manifest.withheld,
        manifest=digests[MANIFEST],
        report=digests[REPORT],
        specification=build.listed["specification"],
    )


def _enter(store: Store, build: Built, edition: Edition) -> bool:
    """Put everything in the store, the name last; False if another publish was faster."""
    for data in build.files.values():
        store.blobs.put(data)
    verify_files(store, edition)
    digest = store.blobs.put(canonical(edition))
    return store.register.claim(entry(edition.name), f"{digest}\n".encode())


def _kept(store: Store, build: Built, edition: Edition) -> Edition:
    """The edition that is there, its damaged files mended; raises as `_unchanged` does."""
    if store.register.read(entry(edition.name)) == f"{edition.digest}\n".encode():
        store.blobs.put(canonical(edition))
    kept = _unchanged(store, edition)
    wanted = set(kept.blobs)
    for data in build.files.values():
        if hashlib.sha256(data).hexdigest() in wanted:
            store.blobs.put(data)
    return kept


def _unchanged(store: Store, edition: Edition) -> Edition:
    """The edition of that name, which has the same content.

    Raises:
        BookFaults: it has another.
    """
    kept = read_edition(store, edition.name)
    if kept.content == edition.content:
        return kept
    said = f"{edition.name} is in the store, and not with this content: {_changes(kept, edition)}"
    hint = "an edition never changes: raise the revision in book.toml, then build and publish again"
    raise BookFaults([error("edition-changed", said, Place("manuscript/book.toml"), hint)])


def _changes(kept: Edition, edition: Edition) -> str:
    """Which of its files differ; else, that the specification does."""
    before = {item.file: item.sha256 for item in kept.files}
    after = {item.file: item.sha256 for item in edition.files}
    differing = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    shown = ", ".join(differing[:5]) + (f" and {len(differing) - 5} more" * (len(differing) > 5))
    return f"{shown} changed" if shown else "the specification changed"
