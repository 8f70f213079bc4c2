"""A build in a few figures: as data, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bookbuild.pipeline import Build


def summary(build: Build) -> Mapping[str, Any]:
    """The build in a few figures, for the command line."""
    return {
        "slug": build.slug,
        "extent": str(build.extent),
        "complete": build.complete,
        "artifacts": [artifact.record() for artifact in build.artifacts],
        "print_sets": [print_set.record() for print_set in build.print_sets],
    }


def lines(made: Build, folder: Path | None) -> Iterator[str]:
    """What was made, how large it is, and whether it is fit for print."""
    state = "complete" if made.complete else "incomplete"
    yield f"{made.slug}: {made.extent} pages, {state}"
    for artifact in made.artifacts:
        size = (
            ""
            if artifact.size_mm is None
            else f"{artifact.size_mm[0]:g} × {artifact.size_mm[1]:g} mm"
        )
        yield f"  {artifact.file:<28}{len(artifact.data) / 1024:>8.0f} KB  {size}".rstrip()
    for print_set in made.print_sets:
        if not print_set.for_print:
            yield f"NOT FOR PRINT at {print_set.printer}: {', '.join(print_set.errors)}"
    yield f"written to {folder}" if folder else "nothing written: this was a check"
