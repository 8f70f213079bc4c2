"""What keeps the press files of a layout from the press, as errors with a remedy.

In: filled sheets before and after they are set, and the flaws of bound files. Out: findings.
"""

from __future__ import annotations

from collections.abc import Mapping

from bookbuild.diagnostics import Diagnostic, Place, error, note
from bookbuild.errors import BookFaults
from bookbuild.layout import Layout
from bookbuild.press.lint import Template, lint_page, lint_style
from bookbuild.press.overprint import Flaw
from bookbuild.press.sheets import Part
from bookbuild.press.typeset import Sheet, Typeset

_ENDINGS = {
    "uneven": "ends higher or lower than the page it faces",
    "hyphen": "ends in a divided word",
    "few-lines": "is a section's last and has fewer than five lines",
    "note-parted": "calls a note that begins on a later page",
}
_ENDING_HINT = "no paragraph near could be set longer or shorter; add or cut a few words"


def lint_interior(
    layout: Layout, planned: tuple[Part, ...], *, flat: bool
) -> tuple[Diagnostic, ...]:
    """What the interior's style sheet asks for in vain; its pictures are turned to grey later."""
    template = _template(layout, "interior/page.css")
    filled = dict.fromkeys(part.sheet.css for part in planned)
    found = (finding for css in filled for finding in lint_style(css, template, flat=flat))
    return tuple(dict.fromkeys(found))


def lint_cover(layout: Layout, sheet: Sheet, *, flat: bool) -> tuple[Diagnostic, ...]:
    """What the cover's style sheet and its page ask for in vain."""
    css = lint_style(sheet.css, _template(layout, "cover/cover.css"), flat=flat)
    return css + lint_page(sheet.html, _template(layout, "cover/cover.html"), flat=flat)


def _template(layout: Layout, name: str) -> Template:
    return Template(f"layouts/{layout.name}/{name}", layout.source(name))


def refuse(findings: tuple[Diagnostic, ...]) -> None:
    """Stop before the page engine gets to see what it can't set.

    Raises:
        BookFaults: there are findings.
    """
    if findings:
        raise BookFaults(findings)


def flaw_finding(flaw: Flaw, where: str, file: str) -> Diagnostic:
    """What keeps a press file from its standard; `file` is where it most likely comes from."""
    place = Place(file) if file else None
    if flaw.kind == "transparency":
        message = f"{where}: {flaw.what}, which this printer's files must not hold (PDF/X-1a)"
        hint = "make what shows through opaque in the drawing program, or export it as PNG"
        return error("press-transparency", message, place, hint)
    message = f"{where}: {flaw.what}, which is no ink"
    return error("press-colour", message, place, "give colours as device-cmyk(…)")


def overfull(planned: tuple[Part, ...], results: tuple[Typeset, ...]) -> tuple[Diagnostic, ...]:
    """An error for each part that has one page and fills more."""
    return tuple(
        error(
            "interior-overflow",
            f"“{part.sheet.name}” fills {result.page_count} pages and has one",
            Place("manuscript/book.toml"),
            "shorten what it says",
        )
        for part, result in zip(planned, results, strict=True)
        if part.single and result.page_count > 1
    )


def unplanned(results: tuple[Typeset, ...]) -> tuple[Diagnostic, ...]:
    """A note that counts the justified paragraphs which couldn't be set as a whole."""
    left = sum(result.composed.unplanned for result in results)
    every = left + sum(result.composed.planned for result in results)
    if not left:
        return ()
    message = f"{left} of {every} justified paragraphs had their lines filled one after another"
    hint = "floats, preformatted text and words wider than a line can't be planned"
    return (note("lines-unplanned", message, None, hint),)


def badly_ended(
    results: tuple[Typeset, ...], labels: Mapping[tuple[int, int], str]
) -> tuple[Diagnostic, ...]:
    """A note for each page that ends otherwise than it should; `labels` by part and its page."""
    return tuple(
        note("page-ending", f"page {labels[part, page]} {_ENDINGS[flaw]}", None, _ENDING_HINT)
        for part, result in enumerate(results)
        for page, flaw in result.composed.flaws
    )
