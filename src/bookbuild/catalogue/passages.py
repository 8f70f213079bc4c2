"""Passages of the book that its page shows: the opening, and who the author is.

In: a `Title`. Out: markup of paragraphs, and plain ones. The opening is a file of the edition; what
is said of the author stands in the EPUB, under the name of its file in the manuscript.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bookbuild import xhtml
from bookbuild.catalogue.claims import NoEpub, opened
from bookbuild.catalogue.titles import Title, unread
from bookbuild.filenames import OWN_DOCUMENTS, document_stem

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
    """The paragraphs of the section about the author; none without an EPUB that has it.

    Nor where its document's name isn't certain, for another file's may be much like it: what is
    sold must not be shown by mistake.

    Raises:
        BookbuildError: the EPUB is damaged, or that document can't be read.
    """
    entries = title.spec.manuscript
    stems = Counter([*OWN_DOCUMENTS, *(document_stem(each.file or each.role) for each in entries)])
    file = next((entry.file for entry in entries if entry.role == _ABOUT_AUTHOR), None)
    if title.epub is None or file is None:
        return ()
    wanted = document_stem(file)
    if any(f"{wanted}-".startswith(f"{stem}-") for stem, times in stems.items() if times > 1):
        return ()
    try:
        return tuple(_paragraphs(title.read(title.epub), f"{wanted}.xhtml"))
    except NoEpub as fault:
        raise unread(title.edition, title.epub.file, str(fault)) from None


def _paragraphs(data: bytes, document: str) -> Iterator[str]:
    with opened(data) as epub:
        found = [name for name in epub.namelist() if name.rpartition("/")[2] == document]
        for name in found[:1]:
            root = xhtml.parse_foreign(epub.read(name))
            yield from filter(None, (xhtml.text_of(item) for item in root.iter(f"{_X}p")))
