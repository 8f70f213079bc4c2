"""Read a build's folder: the manifest, every file that it lists, what was found.

In: ``build/SLUG/``. Out: a `Built` whose files have the digests that their manifest gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.errors import BookFaults, NoFile
from bookbuild.store.record import Manifest, Report

MANIFEST, REPORT = "manifest.json", "report.json"
_AGAIN = "build the book again"
Model = TypeVar("Model", Manifest, Report)


@dataclass(frozen=True, slots=True)
class Built:
    """A build on disk, read whole."""

    folder: Path
    manifest: Manifest
    report: Report
    listed: Mapping[str, Any] = field(repr=False)
    """The manifest as it stands."""
    files: Mapping[str, bytes] = field(repr=False)
    """Every file's content by its name, manifest and report among them."""


def read_build(folder: Path) -> Built:
    """The build in `folder`.

    Raises:
        NoFile: there is none.
        BookFaults: files are missing, or aren't what the manifest says; all are told.
    """
    if not (folder / MANIFEST).is_file():
        raise NoFile(f"{folder} holds no build: {MANIFEST} is not there. Build the book first.")
    manifest_bytes, report_bytes = _bytes(folder, MANIFEST), _bytes(folder, REPORT)
    manifest, report = (
        _read(Manifest, MANIFEST, manifest_bytes),
        _read(Report, REPORT, report_bytes),
    )
    files = {item.file: _bytes(folder, item.file) for item in manifest.artifacts}
    faults = tuple(_differing(manifest, files))
    if faults:
        raise BookFaults(faults)
    files |= {MANIFEST: manifest_bytes, REPORT: report_bytes}
    present = {name: data for name, data in files.items() if data is not None}
    listed = json.loads(present[MANIFEST])
    return Built(folder, manifest, report, listed, present)


def _bytes(folder: Path, name: str) -> bytes | None:
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None


def _read(model: type[Model], name: str, data: bytes | None) -> Model:
    try:
        return model.model_validate_json(data or b"")
    except ValueError as fault:
        said = "is missing" if data is None else f"can't be read: {str(fault).splitlines()[1]}"
        raise BookFaults([error("edition-file", said, Place(name), _AGAIN)]) from None


def _differing(manifest: Manifest, files: Mapping[str, bytes | None]) -> Iterator[Diagnostic]:
    """Files that aren't there, or aren't the ones that were built."""
    for item in manifest.artifacts:
        data = files[item.file]
        if data is None:
            said = f"{MANIFEST} lists it, and it is missing"
        elif hashlib.sha256(data).hexdigest() != item.sha256 or len(data) != item.bytes:
            said = f"it is not the file that {MANIFEST} lists: its digest differs"
        else:
            continue
        yield error("edition-file", said, Place(item.file), _AGAIN)
