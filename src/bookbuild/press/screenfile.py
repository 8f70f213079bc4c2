"""Join tagged sections to one PDF for screens: PDF/UA-1 and PDF/A-2a in one file.

Owner of pikepdf, with `finish`. In: set sections with their tags, the pages of the book, the
front cover as a JPEG. Out: PDF bytes, the same for the same input. What PDF/A-2a (ISO 19005-2)
and PDF/UA-1 (ISO 14289-1) ask of a file, it has: tags, language, a display title, an output
intent (sRGB), metadata in XMP, embedded fonts, no hidden interpolation.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild import xhtml
from bookbuild.fonts import Face
from bookbuild.language import roman
from bookbuild.press.engine import srgb_profile
from bookbuild.press.finish import BoundPage, Boxes, Finished, Information, draw_line
from bookbuild.press.folios import Filling
from bookbuild.press.mono import set_apart
from bookbuild.press.pdfx import PRODUCER
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.press.structure import Structure
from bookbuild.press.tags import Content, Tag, Tagged
from bookbuild.press.typeset import Typeset

_MOST_ROMAN = 1000
"""No front matter is longer."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline: its title, the id that it leads to, what is under it."""

    title: str
    target: str
    under: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Front:
    """The front cover as the first page."""

    jpeg: bytes = field(repr=False)
    width: int
    """In pixels."""
    height: int
    said: str
    """Its text alternative."""
    label: str
    """What stands for its page number."""


@dataclass(frozen=True, slots=True)
class ScreenBook:
    """All that a screen edition is joined from."""

    sections: tuple[Typeset, ...]
    """Set with their tags."""
    pages: tuple[BoundPage, ...]
    front: Front
    bookmarks: tuple[Bookmark, ...]
    boxes: Boxes
    faces: tuple[Face, ...]
    about: Information
    folios: Mapping[str, str]
    """The label of each id's page."""


def join(made_from: ScreenBook) -> Finished:
    """The screen edition's bytes, and the fonts in it that the layout doesn't know."""
    book = pikepdf.new()
    sources = [pikepdf.open(io.BytesIO(section.pdf)) for section in made_from.sections]
    _add_front(book, made_from)
    for bound in made_from.pages:
        if bound.section is None:
            book.add_blank_page(page_size=_size(made_from.boxes))
        else:
            book.pages.append(sources[bound.section].pages[bound.page])
    registry = SharedFonts(book, made_from.faces)
    filling = Filling(made_from.folios, registry)
    for bound, page in zip(made_from.pages, list(book.pages)[1:], strict=True):
        _drop(page, "/Annots", "/StructParents", "/Group")
        registry.take_fonts_of(page)
        filling.fill(book, page)
        if bound.folio is not None:
            draw_line(book, page, bound.folio, registry, "0 g")
    for page in book.pages:
        page.obj.MediaBox = page.obj.CropBox = Array([0, 0, *_size(made_from.boxes)])
        _drop(page, "/TrimBox", "/BleedBox")
        page.obj.Tabs = Name.S
    foreign = registry.write()
    _add_structure(book, made_from)
    _settle_pictures(book)
    _set_page_labels(book, made_from)
    _describe(book, made_from.about)
    return Finished(_save(book), foreign)


def _drop(page: pikepdf.Page, *keys: str) -> None:
    for key in keys:
        if key in page.obj:
            del page.obj[key]


def _size(boxes: Boxes) -> tuple[float, float]:
    return round(boxes.width.pt, 3), round(boxes.height.pt, 3)


def _add_front(book: pikepdf.Pdf, made_from: ScreenBook) -> None:
    """The cover's picture over the whole first page, marked as content 0."""
    front, (width, height) = made_from.front, _size(made_from.boxes)
    page = book.add_blank_page(page_size=(width, height))
    image = book.make_stream(front.jpeg)
    image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
    image.Width, image.Height = front.width, front.height
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    page.obj.Resources = Dictionary(XObject=Dictionary(Front=image))
    drawn = f"/Figure <</MCID 0>> BDC q {width} 0 0 {height} 0 0 cm /Front Do Q EMC"
    page.obj.Contents = book.make_stream(drawn.encode())


def _add_structure(book: pikepdf.Pdf, made_from: ScreenBook) -> None:
    """The tags of all sections, links, and the outline."""
    numbers = _page_numbers(made_from)
    places: dict[str, tuple[int, float]] = {"": (0, made_from.boxes.height.pt)}
    for section, pages in zip(made_from.sections, numbers, strict=True):
        for name, (page, top) in _tagged(section).places.items():
            places.setdefault(name, (pages[page], top))
    structure = Structure(book, places, made_from.folios)
    sheet = (0.0, 0.0, made_from.boxes.width.pt, made_from.boxes.height.pt)
    cover = Tag("Figure", (Content(0, 0),), made_from.front.said, box=sheet)
    structure.add(Tagged((cover,), {}), [0])
    for section, pages in zip(made_from.sections, numbers, strict=True):
        structure.add(_tagged(section), pages)
    structure.finish()
    with book.open_outline() as outline:
        outline.root.extend(_items(made_from.bookmarks, structure))
    book.Root.PageMode = Name.UseOutlines


def _items(marks: tuple[Bookmark, ...], structure: Structure) -> Iterator[pikepdf.OutlineItem]:
    for mark in marks:
        item = pikepdf.OutlineItem(mark.title, structure.destination(mark.target))
        item.children.extend(_items(mark.under, structure))
        yield item


def _tagged(section: Typeset) -> Tagged:
    return section.tagged or Tagged((), {})


def _page_numbers(made_from: ScreenBook) -> list[list[int]]:
    """For each section the book's pages, from 0, of its own; the cover is page 0."""
    numbers: list[list[int]] = [[] for _ in made_from.sections]
    for number, bound in enumerate(made_from.pages, 1):
        if bound.section is not None:
            numbers[bound.section].append(number)
    return numbers


def _settle_pictures(book: pikepdf.Pdf) -> None:
    """No interpolation (ISO 19005-2, 6.2.8), and tiles of gradients apart."""
    for item in book.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if "/Interpolate" in item:
            del item["/Interpolate"]
        if item.get("/PatternType") == 1:
            set_apart(item)


def _set_page_labels(book: pikepdf.Pdf, made_from: ScreenBook) -> None:
    """The cover by name, then the folios as printed (ISO 32000-1, 12.4.2), in runs that count on.

    What is no number, such as the last page of a sample, stands as it is.
    """
    values = {roman(number): number for number in range(1, _MOST_ROMAN)}
    numbers: list[Any] = [0, Dictionary(P=String(made_from.front.label))]
    following: tuple[Name, int] | None = None
    for at, bound in enumerate(made_from.pages, 1):
        label = bound.label
        if not label.isdigit() and label not in values:
            numbers += [at, Dictionary(P=String(label))]
            following = None
            continue
        style = Name.D if label.isdigit() else Name.r
        value = int(label) if label.isdigit() else values[label]
        if following != (style, value):
            numbers += [at, Dictionary(S=style, St=value)]
        following = (style, value + 1)
    book.Root.PageLabels = book.make_indirect(Dictionary(Nums=Array(numbers)))


def _describe(book: pikepdf.Pdf, about: Information) -> None:
    """Language, title, dates, colours: in the catalogue, in Info and, saying the same, in XMP."""
    book.Root.Lang = String(about.language)
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stamp = about.modified.strftime("D:%Y%m%d%H%M%SZ")
    info = {
        "/Title": about.title, "/Author": ", ".join(about.authors), "/Producer": PRODUCER,
        "/CreationDate": stamp, "/ModDate": stamp,
    }  # fmt: skip
    for key, value in info.items():
        if value:
            book.docinfo[key] = String(value)
    metadata = book.make_stream(_xmp(about))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    book.Root.Metadata = metadata
    book.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                RegistryName=String("http://www.color.org"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=book.make_stream(srgb_profile(), N=3),
            )
        ]
    )


_NAMESPACES: Mapping[str, str] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
_EXTENSION = """<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
"""PDF/A knows no `pdfuaid` and wants it described (ISO 19005-2, 6.6.2.3)."""


def _xmp(about: Information) -> bytes:
    """The XMP packet (ISO 16684-1), with what PDF/A (6.6.4) and PDF/UA (clause 5) want in it."""
    stamp = about.modified.strftime("%Y-%m-%dT%H:%M:%SZ")
    spaces = " ".join(f'xmlns:{name}="{address}"' for name, address in _NAMESPACES.items())
    title = f'<rdf:Alt><rdf:li xml:lang="x-default">{xhtml.escape(about.title)}</rdf:li></rdf:Alt>'
    lines = [
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}><rdf:Description rdf:about="">',
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        f"<dc:title>{title}</dc:title>",
        *_listed("dc:creator", "Seq", (", ".join(about.authors),) if about.authors else ()),
        *_listed("dc:subject", "Bag", about.subjects),
        *_listed("dc:language", "Bag", (about.language,)),
        f"<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>",
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>",
        _EXTENSION,
        "</rdf:Description></rdf:RDF></x:xmpmeta>",
        '<?xpacket end="w"?>',
    ]
    return "\n".join(lines).encode()


def _listed(name: str, kind: str, values: Sequence[str]) -> list[str]:
    items = "".join(f"<rdf:li>{xhtml.escape(value)}</rdf:li>" for value in values)
    return [f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"] if values else []


def _save(book: pikepdf.Pdf) -> bytes:
    book.remove_unreferenced_resources()
    out = io.BytesIO()
    book.save(
        out,
        deterministic_id=True,
        force_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
    return out.getvalue()
