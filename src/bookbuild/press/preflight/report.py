"""A preflight's answer as JSON data and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bookbuild.diagnostics import Severity
from bookbuild.press.preflight.model import Facts, Preflight


def record(file: str, answer: Preflight) -> dict[str, Any]:
    """The answer as JSON data: `file`, `fit_for_print`, `facts`, `findings`."""
    findings = [
        {**asdict(finding), "severity": finding.severity.value, "pages": list(finding.pages)}
        for finding in answer.findings
    ]
    return {
        "file": file,
        "fit_for_print": answer.fit_for_print,
        "facts": asdict(answer.facts) if answer.facts else None,
        "findings": findings,
    }


def lines(file: str, answer: Preflight) -> Iterator[str]:
    """What was measured, and the verdict."""
    if answer.facts is not None:
        yield from _facts(file, answer.facts)
    errors = sum(1 for item in answer.findings if item.severity is Severity.ERROR)
    count = "1 error" if errors == 1 else f"{errors} errors"
    verdict = f"NOT FOR PRINT: {count}" if errors else "fit for print"
    yield f"{file}: {verdict}"


def _facts(file: str, facts: Facts) -> Iterator[str]:
    first = facts.pages[0]
    width, height = first.trim_mm
    inks = "".join(ink for ink in "CMYK+?" if any(ink in page.inks for page in facts.pages))
    most = max(page.total_ink for page in facts.pages)
    count = "1 page" if len(facts.pages) == 1 else f"{len(facts.pages)} pages"
    yield f"{file}: {facts.standard}, {facts.part}, {count}"
    yield f"  trim {width:g} × {height:g} mm, inks {inks or 'none'}, most ink {most} %"
    if facts.smallest_type_pt is not None:
        yield f"  smallest type {facts.smallest_type_pt:g} pt"
    if facts.thinnest_line_pt is not None:
        yield f"  thinnest line {facts.thinnest_line_pt:g} pt"
    if facts.pictures:
        ppi = min(picture.ppi for picture in facts.pictures)
        yield f"  {len(facts.pictures)} pictures, {ppi:.0f} ppi or more"
