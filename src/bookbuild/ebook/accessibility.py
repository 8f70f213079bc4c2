"""What the EPUB's finished documents offer those who can't see them, and what they lack.

In: the documents, navigation and style sheet as they go out. Out: rows of schema.org metadata
(EPUB Accessibility 1.1, 2; Schema.org Accessibility Properties for Discoverability), and the
failures of WCAG that a program can know. Nothing is claimed that the documents don't show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bookbuild import xhtml
from bookbuild.book.mathematics import MATH
from bookbuild.ebook.documents import EbookDocument
from bookbuild.ebook.text import EPUB_TYPE
from bookbuild.wording import AccessibilityWords

HTML = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_HEADINGS = tuple(f"{HTML}h{level}" for level in range(1, 7))
_MOVING = tuple(
    f"{HTML}{tag}" for tag in ("script", "audio", "video", "iframe", "object", "embed", "canvas")
)
"""What could flash, move or sound; books of ours hold none, a layout's templates might."""
_MOVING_STYLE = re.compile(r"@keyframes|\b(animation|transition)(-[a-z]+)?\s*:")
_FIXED_SIZE = re.compile(r"\b(font-size|line-height)\s*:\s*[\d.]+(px|pt|pc|mm|cm|in)\b")


@dataclass(frozen=True, slots=True)
class Finished:
    """The documents in reading order, by name; the cover, which informs nobody, left out."""

    documents: Mapping[str, xhtml.Element]
    navigation: xhtml.Element
    navigation_name: str
    style: str

    def every(self, *tags: str) -> list[xhtml.Element]:
        """All elements with one of `tags`."""
        return [item for root in self.documents.values() for item in xhtml.elements(root, *tags)]

    def roles(self) -> set[str]:
        """Every ARIA role that is given, in the navigation, too."""
        roots = (*self.documents.values(), self.navigation)
        given = (element.get("role", "") for root in roots for element in root.iter("*"))
        return {role for roles in given for role in roles.split()}


def finished(
    documents: tuple[EbookDocument, ...], navigation: bytes, navigation_name: str, style: bytes
) -> Finished:
    """The finished documents as trees."""
    roots = {
        item.name: xhtml.parse_document(item.data.decode())
        for item in documents
        if item.landmark != "cover"
    }
    nav = xhtml.parse_document(navigation.decode())
    return Finished(roots, nav, navigation_name, style.decode())


def accessibility(made: Finished) -> Iterator[tuple[str, str]]:
    """Rows of schema.org accessibility metadata: (property, value)."""
    shown = _pictures(made)
    textual = all(map(_described, shown))
    yield "accessMode", "textual"
    if shown:
        yield "accessMode", "visual"
        yield "accessModeSufficient", "textual,visual"
    if textual:
        yield "accessModeSufficient", "textual"
    for feature in _features(made):
        yield "accessibilityFeature", feature
    for hazard in _hazards(made):
        yield "accessibilityHazard", hazard


def _features(made: Finished) -> Iterator[str]:
    roles, shown, formulas = made.roles(), _pictures(made), made.every(MATH)
    contents = _listed(made, "toc")
    marks, pages = _page_marks(made), _listed(made, "page-list")
    holds = {
        "alternativeText": bool(shown) and all(map(_described, shown)),
        "MathML": bool(formulas),
        "describedMath": bool(formulas) and all(map(_described, formulas)),
        "tableOfContents": bool(contents),
        "index": "doc-index" in roles,
        "pageBreakMarkers": bool(marks),
        "pageNavigation": bool(pages),
        "structuralNavigation": bool(made.every(*_HEADINGS)),
        "readingOrder": bool(made.documents),  # the spine's, and each document's is its source's
        "displayTransformability": not _FIXED_SIZE.search(made.style),
        "ARIA": any(role.startswith("doc-") for role in roles),
    }
    yield from (feature for feature, held in holds.items() if held)


def _hazards(made: Finished) -> Iterator[str]:
    """What moves or sounds was brought by a layout, and nobody has looked at it."""
    if made.every(*_MOVING) or _MOVING_STYLE.search(made.style):
        yield "unknown"
        return
    yield from ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard")


def summary(made: Finished, words: AccessibilityWords, *, certified: bool) -> str:
    """What the other rows don't say, in the book's language; empty when there is nothing."""
    tables, notes = _tables(made), _with_role(made, "doc-footnote")
    decoration = [image for image in made.every(f"{HTML}img") if image.get("alt") == ""]
    backlinks = _with_role(made, "doc-backlink")
    holds = (
        (words.tables, bool(tables) and all(map(_headed, tables))),
        (words.notes, bool(notes) and len(backlinks) >= len(notes)),
        (words.languages, any(map(_foreign, made.documents.values()))),
        (words.abbreviations, bool(made.every(f"{HTML}abbr"))),
        (words.formulas, bool(made.every(MATH))),
        (words.decoration, bool(decoration)),
        (words.uncertified, not certified),
    )
    return " ".join(sentence for sentence, held in holds if held)


def failures(made: Finished) -> Iterator[tuple[str, str]]:
    """What keeps the EPUB from WCAG 2.2 AA for certain: (document, failure), each once.

    The numbers are those of WCAG's success criteria, or of EPUB Accessibility 1.1.
    """
    found = [(name, said) for name, root in made.documents.items() for said in _wrong(root)]
    if _FIXED_SIZE.search(made.style):
        found.append(("style.css", "sizes of type that the reader can't change (1.4.4)"))
    if Counter(_page_marks(made)) != Counter(_listed(made, "page-list")):
        found.append((made.navigation_name, "a list of pages unlike the marks in the text (2.4.5)"))
    yield from dict.fromkeys(found)


def _wrong(root: xhtml.Element) -> Iterator[str]:
    """The failures of one document."""
    if not (root.get("lang") and root.get(xhtml.XML_LANG)):
        yield "no language (3.1.1)"
    if not any(xhtml.text_of(title) for title in root.iter(f"{HTML}title")):
        yield "no title (2.4.2)"
    if not all(map(_described, _pictures_of(root))):
        yield "a picture without text alternative (1.1.1)"
    if not all(map(_described, root.iter(MATH))):
        yield "a formula without text alternative (1.1.1)"
    if not all(map(_headed, _tables_of(root))):
        yield "a table without header cells (1.3.1)"
    levels = [int(str(heading.tag)[-1]) for heading in root.iter(*_HEADINGS)]
    if any(below > above + 1 for above, below in pairwise(levels)):
        yield "a heading that skips a level (1.3.1)"
    if not all(xhtml.text_of(heading) for heading in root.iter(*_HEADINGS)):
        yield "a heading without text (2.4.6)"
    if not all(map(_named, root.iter(f"{HTML}a"))):
        yield "a link without text (2.4.4)"
    ids = Counter(element.get("id") for element in root.iter("*") if element.get("id"))
    if any(number > 1 for number in ids.values()):
        yield "an id given twice (1.3.1)"


def _pictures(made: Finished) -> list[xhtml.Element]:
    return [picture for root in made.documents.values() for picture in _pictures_of(root)]


def _pictures_of(root: xhtml.Element) -> list[xhtml.Element]:
    """The pictures that carry information: all but those marked as decoration."""
    images = [image for image in root.iter(f"{HTML}img") if image.get("alt") != ""]
    drawings = [drawing for drawing in root.iter(f"{_SVG}svg") if not drawing.get("aria-hidden")]
    return images + drawings


def _described(element: xhtml.Element) -> bool:
    """True when a picture or formula can be read aloud."""
    said = element.get("alt") or element.get("alttext") or element.get("aria-label") or ""
    title = element.find(f"{_SVG}title")
    return bool(said.strip() or (title is not None and xhtml.text_of(title)))


def _tables(made: Finished) -> list[xhtml.Element]:
    return [table for root in made.documents.values() for table in _tables_of(root)]


def _tables_of(root: xhtml.Element) -> list[xhtml.Element]:
    return [table for table in root.iter(f"{HTML}table") if table.get("role") != "presentation"]


def _headed(table: xhtml.Element) -> bool:
    return any(xhtml.text_of(cell) for cell in table.iter(f"{HTML}th"))


def _named(link: xhtml.Element) -> bool:
    pictures = [image.get("alt", "") for image in link.iter(f"{HTML}img")]
    return bool(xhtml.text_of(link) or link.get("aria-label") or "".join(pictures).strip())


def _foreign(root: xhtml.Element) -> bool:
    own = root.get("lang")
    return any(element.get("lang") not in (None, own) for element in root.iter("*"))


def _with_role(made: Finished, role: str) -> list[xhtml.Element]:
    return [item for item in made.every("*") if role in item.get("role", "").split()]


def _page_marks(made: Finished) -> list[str]:
    """Where the marks of printed pages stand, as links lead there."""
    return [
        f"{name}#{element.get('id')}"
        for name, root in made.documents.items()
        for element in root.iter("*")
        if element.get("role") == "doc-pagebreak"
    ]


def _listed(made: Finished, kind: str) -> list[str]:
    """The targets of one of the navigation's lists."""
    return [
        link.get("href", "")
        for nav in made.navigation.iter(f"{HTML}nav")
        if nav.get(EPUB_TYPE) == kind
        for link in nav.iter(f"{HTML}a")
    ]
