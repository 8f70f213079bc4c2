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

MANIFEST_SCHEMA = "bookbuild-manifest-1"
REPORT_SCHEMA = "bookbuild-report-1"
Role = Literal["interior", "cover", "ebook", "screen"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a build."""

    role: Role
    file: str
    data: bytes = field(repr=False)
    pages: int | None = None
    size_mm: tuple[float, float] | None = None
    """Width and height: of the trimmed page, or of the cover sheet with its bleed."""

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
        }


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


def report(findings: Sequence[Diagnostic]) -> bytes:
    """report.json: every finding, the gravest first."""
    return _json({"schema": REPORT_SCHEMA, "findings": finding_records(findings)})


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


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
