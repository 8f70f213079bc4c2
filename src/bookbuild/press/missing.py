"""What should be on the pages and is not, found when they are set.

In: the document and the interior. Out: findings.
"""

from __future__ import annotations

from bookbuild.book.document import Document
from bookbuild.book.references import note_id
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.press.interior import Interior


def check_notes(document: Document, inside: Interior) -> tuple[Diagnostic, ...]:
    """An error for each note that is called on a page and stands on none."""
    return tuple(
        error(
            "note-lost",
            f"the text of the note “{note.key}” is on no page",
            Place(section.file),
            "show notes in page.css; if it does, move the call by a sentence",
        )
        for section in document.sections
        if not (section.outline and section.headings_only)
        for note in section.notes
        if note_id(section.id, note.number) not in inside.page_map.anchors
    )
