"""The sample as a PDF for screens: cover, title page, imprint, one section, and where to buy.

In: the interior as it settled, the section, the last page's words. Out: a `Screen`. The pages are
the printed ones with their folios, set as the screen edition sets them; links to pages that are
not there are text like any other.
"""

from __future__ import annotations

from dataclasses import replace

from bookbuild.book.contents import section_line
from bookbuild.book.document import Section
from bookbuild.book.sample import Closing
from bookbuild.press.compositors import Compositors, Progress
from bookbuild.press.finish import BoundPage, Boxes
from bookbuild.press.interior import Interior, foreign_fonts, information
from bookbuild.press.screen import Screen, bookmark, lit
from bookbuild.press.screenfile import Bookmark, Front, ScreenBook, join
from bookbuild.press.sheets import Ingredients, Part, closing_part

_PRELIMINARY = ("title", "imprint")
"""What the sample has of the pages before the text."""


def excerpt(
    made_from: Ingredients,
    inside: Interior,
    section: Section,
    closing: Closing,
    front: Front,
    compositors: Compositors,
    progress: Progress,
) -> Screen:
    """Set and join the sample."""
    chosen = [at for at, part in enumerate(inside.parts) if _is_wanted(part, section)]
    parts = [*(inside.parts[at] for at in chosen), closing_part(made_from, closing)]
    sections = compositors.set([lit(part.sheet, made_from) for part in parts], progress)
    pages = [
        replace(bound, section=chosen.index(bound.section))
        for bound in inside.pages
        if bound.section in chosen
    ]
    pages += [
        BoundPage(len(chosen), page, closing.heading) for page in range(sections[-1].page_count)
    ]
    trim, line = made_from.spec.trim, section_line(section)
    finished = join(
        ScreenBook(
            sections,
            tuple(pages),
            front,
            (Bookmark(front.label, ""), bookmark(line)),
            Boxes(trim.width, trim.height),
            made_from.faces,
            replace(information(made_from), title=closing.title),
            inside.page_map.folios,
        )
    )
    style = f"layouts/{made_from.layout.name}/interior/page.css"
    return Screen(finished.pdf, len(pages) + 1, foreign_fonts(finished, style))


def _is_wanted(part: Part, section: Section) -> bool:
    if part.section:
        return part.section == section.id
    return part.sheet.name in _PRELIMINARY
