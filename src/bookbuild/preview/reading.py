"""The EPUB's text beside the spreads: one section's document as the EPUB will hold it.

In: a `Shown` book. Out: files of the EPUB by name. Nothing is packed.
"""

from __future__ import annotations

from bookbuild.ebook.documents import STYLE, EbookIngredients, section_document
from bookbuild.ebook.naming import picture_names
from bookbuild.pixels import Rendering
from bookbuild.preview.setting import Shown

XHTML, CSS, TRUETYPE = "application/xhtml+xml", "text/css", "font/ttf"
_FONTS = "fonts/"


def reading_text(book: Shown, section: str) -> Rendering | None:
    """The document of the section with that id, its pages marked; None if there is none.

    Raises:
        BookFaults: the template makes a document that is not well-formed.
    """
    if section not in book.reading:
        return None
    made_from = book.made_from
    for_ebook = EbookIngredients(
        made_from.spec,
        made_from.document,
        made_from.layout,
        made_from.language,
        made_from.faces,
        made_from.pictures,
        b"",
        made_from.statute,
        book.pages.page_map.for_ebook(),
    )
    return Rendering(XHTML, section_document(for_ebook, section).data)


def reading_file(book: Shown, name: str) -> Rendering | None:
    """What the documents use: the style sheet, a font, a picture; None for anything else."""
    made_from = book.made_from
    faces = [face for face in made_from.faces if face.settings.ebook]
    if name == STYLE:
        named = [(face.settings, f"{_FONTS}{face.postscript_name}.ttf") for face in faces]
        style = made_from.layout.fill("ebook/style.css", {"faces": named})
        return Rendering(CSS, style.encode())
    if name.startswith(_FONTS):
        wanted = name.removeprefix(_FONTS).removesuffix(".ttf")
        data = next((face.data for face in faces if face.postscript_name == wanted), None)
        return None if data is None else Rendering(TRUETYPE, data)
    paths = {file: path for path, file in picture_names(made_from.pictures).items()}
    return made_from.pictures[paths[name]].screen if name in paths else None
