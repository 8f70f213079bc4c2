"""What belongs together: the files of one build, by role and digest.

In: finished bytes and what was measured. Out: frozen `Artifact`s and the manifest's JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.errors import BookbuildError

MANIFEST_SCHEMA = "bookbuild-manifest-1"
REPORT_SCHEMA = "bookbuild-report-1"
Role = Literal[
    "interior", "cover", "ebook", "screen", "shop-cover", "sample-ebook", "sample-pdf",
    "thumbnail", "contents", "opening-text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """What a file for the press was made for: the printer, the block, and the spine."""

    printer: str
    pages: int
    """Of the block, blank ones counted."""
    spine_mm: float
    block_mm: float
    block_measured: bool
    paper_caliper_mm: float
    cover_caliper_mm: float
    caliper_basis: str
    """measured, published (by the printer, for its own stock) or assumed."""
    formula: str

    def record(self) -> dict[str, Any]:
        """The facts as the manifest lists them."""
        return {
            "printer": self.printer,
            "block_pages": self.pages,
            "spine_mm": round(self.spine_mm, 2),
            "block_mm": round(self.block_mm, 2),
            "block_measured": self.block_measured,
            "caliper_mm": {
                "paper": round(self.paper_caliper_mm, 4),
                "cover": round(self.cover_caliper_mm, 4),
                "basis": self.caliper_basis,
            },
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a build."""

    role: Role
    file: str
    data: bytes = field(repr=False)
    pages: int | None = None
    size_mm: tuple[float, float] | None = None
    """Width and height: of the trimmed page, or of the cover sheet with its bleed."""
    made_for: PrintFacts | None = None
    """None for what isn't printed."""
    pixels: tuple[int, int] | None = None
    """Width and height of a picture."""
    page: str = ""
    """What a thumbnail shows: the printed page's label, or `cover`."""
    section: str = ""
    """What of the text a sample holds: the section's file."""

    @property
    def sha256(self) -> str:
        """The content's digest, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def record(self) -> dict[str, Any]:
        """The artifact as the manifest lists it."""
        return {
            "role": self.role,
            "file": self.file,
            "bytes": len(self.data),
            "sha256": self.sha256,
            "pages": self.pages,
            "size_mm": list(self.size_mm) if self.size_mm else None,
            **({"pixels": list(self.pixels)} if self.pixels else {}),
            **({"page": self.page} if self.page else {}),
            **({"section": self.section} if self.section else {}),
            **(self.made_for.record() if self.made_for else {}),
        }


@dataclass(frozen=True, slots=True)
class PrintSet:
    """Interior and cover that one printer gets together.

    Raises:
        BookbuildError: they don't belong together.
    """

    printer: str
    interior: Artifact
    cover: Artifact
    errors: tuple[str, ...] = ()
    """Codes of the errors that keep the set from the press."""

    def __post_init__(self) -> None:
        if (self.interior.role, self.cover.role) != ("interior", "cover"):
            raise BookbuildError("a print set is an interior and a cover")
        inside, outside = self.interior.made_for, self.cover.made_for
        if inside is None or inside != outside or inside.printer != self.printer:
            raise BookbuildError(
                f"{self.interior.file} and {self.cover.file} don't belong together: one was made "
                f"for {_made_for(inside)}, the other for {_made_for(outside)}. Build both again."
            )
        if self.interior.pages != inside.pages:
            raise BookbuildError(
                f"{self.interior.file} has {self.interior.pages} pages, and the cover fits "
                f"{inside.pages}. Build both again."
            )

    @property
    def for_print(self) -> bool:
        """True when nothing that was found keeps the set from the press."""
        return not self.errors

    def record(self) -> dict[str, Any]:
        """The set as the manifest lists it."""
        return {
            "printer": self.printer,
            "interior": self.interior.file,
            "cover": self.cover.file,
            "for_print": self.for_print,
            "errors": list(self.errors),
        }


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file that was asked for and not made, and the codes of the errors that forbid it."""

    role: Role
    file: str
    errors: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """The file as the manifest tells that it is not there."""
        return {"role": self.role, "file": self.file, "errors": list(self.errors)}


def _made_for(facts: PrintFacts | None) -> str:
    return "no printer" if facts is None else f"{facts.printer}, {facts.formula}"


def manifest(
    artifacts: Sequence[Artifact], measured: Mapping[str, Any], specification: Mapping[str, Any]
) -> bytes:
    """manifest.json; `measured` holds extent, spine_mm, complete and the like."""
    content = {
        "schema": MANIFEST_SCHEMA,
        "artifacts": [artifact.record() for artifact in artifacts],
        **measured,
        "specification": specification,
    }
    return _json(content)


def report(findings: Sequence[Diagnostic], typography: Mapping[str, Any]) -> bytes:
    """report.json: every finding, the gravest first, and how evenly the interior is set."""
    content = {"findings": finding_records(findings), "typography": typography}
    return _json({"schema": REPORT_SCHEMA, **content})


def finding_records(findings: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Findings as JSON data, the gravest first, otherwise in the order they were made."""
    weight = list(Severity)
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "file": finding.place.file if finding.place else None,
            "line": finding.place.line if finding.place else None,
            "hint": finding.hint or None,
        }
        for finding in sorted(findings, key=lambda finding: weight.index(finding.severity))
    ]


def codes(findings: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The codes of the errors among the findings, in alphabetical order."""
    return tuple(sorted({item.code for item in findings if item.severity is Severity.ERROR}))


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
