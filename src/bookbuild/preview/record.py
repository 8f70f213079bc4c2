"""A state of the desk as data for the page in the browser.

In: a `State`. Out: what JSON can say. The pages go along only where they aren't known yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.edition import finding_records
from bookbuild.preview.desk import State
from bookbuild.preview.setting import Shown, key_of
from bookbuild.proof_facts import found_in
from bookbuild.punctuation import smart_text


def record(state: State, known: int) -> dict[str, Any]:
    """The state for one who has the pages of edition `known` already."""
    told: dict[str, Any] = {
        "number": state.number,
        "stage": state.stage,
        "step": state.step,
        "edition": state.edition,
        "faults": finding_records(state.faults),
        "trouble": state.trouble,
    }
    book = state.book
    if book is None:
        return told
    told["findings"] = _findings(state.findings, book)
    if state.edition != known:
        told["book"] = _book(book)
        if known == state.edition - 1:
            told["moved"] = {key: list(pages) for key, pages in state.change.moved.items()}
            told["changed"] = state.change.page
    return told


def _book(book: Shown) -> dict[str, Any]:
    made_from = book.made_from
    trim = made_from.spec.trim
    keys = [key_of(part) for part in book.pages.parts]
    return {
        "title": smart_text(made_from.spec.title, made_from.language),
        "language": made_from.spec.language,
        "size": [trim.width.mm, trim.height.mm],
        "extent": str(book.pages.placed.extent),
        "pages": [
            {
                "label": glance.bound.label,
                "address": glance.address,
                "section": None if glance.bound.section is None else keys[glance.bound.section],
                "page": glance.bound.page,
            }
            for glance in book.glances
        ],
        "sections": [
            {
                "key": section.id,
                "name": f"{section.label} {section.text}".strip(),
                "file": section.file,
                "text": book.reading.get(section.id, ""),
            }
            for section in made_from.document.sections
        ],
    }


def _findings(findings: Sequence[Diagnostic], book: Shown) -> list[dict[str, Any]]:
    """Errors and warnings with the pages that they name, or where their file begins."""
    weighty = [item for item in findings if item.severity is not Severity.NOTE]
    return [
        {
            "severity": found.finding.severity.value,
            "code": found.finding.code,
            "message": found.finding.message,
            "hint": found.finding.hint,
            "place": str(found.finding.place or ""),
            "pages": list(found.pages) or ([] if found.starts is None else [found.starts]),
        }
        for found in found_in(list(dict.fromkeys(weighty)), book.pages.page_map)
    ]
