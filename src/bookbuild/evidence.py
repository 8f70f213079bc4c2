"""What proves a finished EPUB: EPUBCheck's verdict, and its page-list against the printed pages.

In: a build. Out: `Evidence`: findings, data for `--json`, lines for people. `check` asks for it; a
build doesn't wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.epubcheck import check_epub
from bookbuild.pagelist_proof import Proof, prove
from bookbuild.pipeline import Build
from bookbuild.press.geometry import type_area


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, and by what."""

    findings: Sequence[Diagnostic] = ()
    record: Mapping[str, Any] | None = None
    lines: Sequence[str] = ()


def evidence(made: Build, progress: Callable[[str], None]) -> Evidence:
    """Examine the EPUB of a build; nothing where it has none."""
    ebook = next((item for item in made.artifacts if item.role == "ebook"), None)
    if ebook is None:
        return Evidence()
    progress("page-list")
    proof = page_list_proof(made)
    progress("EPUBCheck")
    verdict = check_epub(ebook.data, ebook.file)
    return Evidence(
        (*proof.findings, *verdict.findings),
        {
            "epubcheck": verdict.version,
            "page_list": {"pages": proof.pages, "differ": len(proof.findings)},
        },
        (proof.line, verdict.line),
    )


def page_list_proof(made: Build) -> Proof:
    """The proof of a build's page-list, from its interior and its EPUB."""
    files = {item.role: item for item in reversed(made.artifacts)}  # of several sets the first
    page, trim = made.made_from.layout.settings.page, made.made_from.spec.trim
    bottom = type_area(trim.height, page).bottom
    ebook = files["ebook"]
    return prove(files["interior"].data, ebook.data, ebook.file, page.top, bottom)
