"""Passages of the book that its page shows: the opening, and who the author is.

In: a `Title`. Out: markup of paragraphs, and plain ones. The opening is a file of the edition; what
is said of the author stands in the EPUB, under the name of its file in the manuscript.
"""

from __future__ import annotations

import io
import zipfile

from bookbuild import xhtml
from bookbuild.catalogue.titles import Title
from bookbuild.filenames import ascii_name

_INLINE = frozenset(("p", "em", "strong", "i", "b", "sub", "sup", "cite", "br"))
"""What the opening may be made of (`book.opening`)."""
_X = "{http://www.w3.org/1999/xhtml}"
_ABOUT_AUTHOR = "tentang-penulis"


def opening(title: Title) -> str:
    """The opening as markup of paragraphs; empty where the edition has none.

    Other markup than is known isn't let onto a page; then its plain text is shown.
    """
    try:
        root = xhtml.parse(title.opening_markup)
    except xhtml.Malformed:
        root = None
    if root is not None and all(_is_plain(element) for element in xhtml.elements(root, "*")):
        return xhtml.write(root)
    paragraphs = title.opening.split("\n\n")
    return "".join(f"<p>{xhtml.escape(text)}</p>" for text in paragraphs if text)


def _is_plain(element: xhtml.Element) -> bool:
    return element.tag in _INLINE and not element.attrib


def about_author(title: Title) -> tuple[str, ...]:
    """The paragraphs of the section about the author; none without an EPUB that has it."""
    files = [entry.file for entry in title.spec.manuscript if entry.role == _ABOUT_AUTHOR]
    if title.epub is None or not files or files[0] is None:
        return ()
    wanted = f"{ascii_name(files[0].removesuffix('.md'))}.xhtml"
    with zipfile.ZipFile(io.BytesIO(title.read(title.epub))) as epub:
        found = [name for name in epub.namelist() if name.rpartition("/")[2] == wanted]
        if not found:
            return ()
        root = xhtml.parse_foreign(epub.read(found[0]))
    return tuple(text for item in root.iter(f"{_X}p") if (text := xhtml.text_of(item)))
