"""The preflight of our own print set: what is expected of interior and cover, and what is found.

In: the bound files and the printer. Out: findings with page labels, and the facts that were
measured. Findings stop no build; errors keep the set from the press.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic
from bookbuild.press.compositors import Compositors
from bookbuild.press.cover import Cover
from bookbuild.press.interior import Interior
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected, Facts, Preflight
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.sheets import Ingredients

_TOLD_BEFORE = frozenset({"image-soft", "pages-few", "pages-many"})
"""Rules that `resolution` and `acceptance` tell of our own files, with their place in the book."""


@dataclass(frozen=True, slots=True)
class Preflighted:
    """What was found in both files, and what was measured on each."""

    findings: tuple[Diagnostic, ...]
    interior: Facts | None
    cover: Facts | None


def checking(
    made_from: Ingredients, printer: PrinterProfile, inside: Interior, compositors: Compositors
) -> Callable[[], Preflight]:
    """Have every rule applied to the interior; what is returned waits for what is found."""
    trim = made_from.spec.trim
    expected = Expected(
        part="interior",
        standard=printer.standard,
        profile=printer,
        trim=(trim.width, trim.height),
        pages=inside.extent.pages,
        mono=True,
    )
    return compositors.aside(partial(check, inside.pdf, expected, compositors.cache))


def preflighted(
    printer: PrinterProfile, inside: Interior, pages: Preflight, outside: Cover, cache: Cache
) -> Preflighted:
    """Apply every rule to the cover, too; `pages` is what was found in the interior."""
    geometry = outside.geometry
    expected = Expected(
        part="cover",
        standard=printer.standard,
        profile=printer,
        trim=(geometry.sheet_width - geometry.bleed * 2, geometry.height),
        bleed=geometry.bleed,
        pages=1,
        spine=geometry.spine,
    )
    sheet = check(outside.pdf, expected, cache)
    findings = (
        *_findings(pages, "interior.pdf", inside.page_map.labels),
        *_findings(sheet, "cover.pdf", ()),
    )
    return Preflighted(findings, pages.facts, sheet.facts)


def _findings(found: Preflight, file: str, labels: Sequence[str]) -> tuple[Diagnostic, ...]:
    return tuple(
        item.diagnostic(file, labels) for item in found.findings if item.code not in _TOLD_BEFORE
    )
