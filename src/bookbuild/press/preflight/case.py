"""Make a `Case` of an open file: what the rules look at, gathered once.

In: an `Opened` file and what is expected of it. Out: a `Case`.
"""

from __future__ import annotations

from typing import Any

from bookbuild import xhtml
from bookbuild.press.preflight import reading
from bookbuild.press.preflight.icc import header_of
from bookbuild.press.preflight.model import Case, Expected, Kind, PageBoxes, Part
from bookbuild.press.preflight.reading import Opened, box, get, inherited, name, text
from bookbuild.press.preflight.walk import Memory

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_X4 = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"
_MOST_XMP = 4 * 2**20
_COVER_SHAPE = 1.2
"""A single page so much wider than high is a cover: two panels of 2 : 3 are 1.33."""


def case_of(opened: Opened, expected: Expected) -> Case:
    """Everything that rules look at, but for the pages' content.

    Raises:
        TooMuch, Unreadable: as `reading` says.
    """
    pages = tuple(_boxes(page.obj, at) for at, page in enumerate(opened.pdf.pages, 1))
    every_intent = reading.array(get(opened.pdf.Root, "/OutputIntents"))
    intents = tuple(item for item in every_intent if name(get(item, "/S")) == "/GTS_PDFX")
    profile = get(intents[0], "/DestOutputProfile") if len(intents) == 1 else None
    profile = profile if reading.is_stream(profile) else None
    xmp = _xmp(opened)
    every = list(reading.objects(opened))
    return Case(
        opened,
        expected,
        expected.standard or _standard(claimed(opened, xmp), expected),
        expected.part or _part(pages),
        pages,
        intents,
        profile,
        None if profile is None else header_of(profile),
        xmp,
        tuple(item for item in every if reading.is_stream(item)),
        tuple(reading.dictionaries(every)),
        Memory(),
    )


def _standard(claim: Kind, expected: Expected) -> Kind:
    """What the file claims; where that is nothing that counts, what the printer asks for."""
    return expected.profile.standard if claim == "PDF" and expected.profile else claim


def claimed(opened: Opened, xmp: dict[str, str] | None) -> Kind:
    """The standard that the file says it conforms to."""
    if (xmp or {}).get(_X4, "").startswith("PDF/X-4"):
        return "PDF/X-4"
    info = text(get(opened.pdf.trailer.get("/Info"), "/GTS_PDFXVersion"))
    return "PDF/X-1a:2003" if info.startswith("PDF/X-1") else "PDF"


def _part(pages: tuple[PageBoxes, ...]) -> Part:
    left, bottom, right, top = pages[0].finished
    wide = right - left > _COVER_SHAPE * (top - bottom)
    return "cover" if len(pages) == 1 and wide else "interior"


def _boxes(page: Any, number: int) -> PageBoxes:
    """Media and crop come from above, too; the others are the page's own (ISO 32000-1, 7.7.3.3)."""
    return PageBoxes(
        number,
        page,
        box(inherited(page, "/MediaBox")),
        box(inherited(page, "/CropBox")),
        box(get(page, "/BleedBox")),
        box(get(page, "/TrimBox")),
        box(get(page, "/ArtBox")),
    )


def _xmp(opened: Opened) -> dict[str, str] | None:
    """The metadata's values; of lists the first one."""
    stream = get(opened.pdf.Root, "/Metadata")
    if not reading.is_stream(stream):
        return None
    try:
        root = xhtml.parse_foreign(reading.decoded(stream, _MOST_XMP).strip(b"\0 \t\r\n"))
    except (xhtml.Malformed, reading.Unreadable):
        return None
    found: dict[str, str] = {}
    for description in root.iter(_RDF + "Description"):
        found.update((str(key), str(value)) for key, value in description.attrib.items())
        for child in description:
            if isinstance(child.tag, str):
                first = next(child.iter(_RDF + "li"), child)
                found[child.tag] = "".join(first.itertext()).strip()
    return found
