"""PDF/X: what a press file says about itself, and the form that it is written in.

Owner of pikepdf, with `finish`. In: a bound PDF whose pages are done, and its `Target`. Out: bytes
after ISO 15930-4 (PDF/X-1a:2003) or ISO 15930-7 (PDF/X-4), the same for the same input.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild.press.condition import Target
from bookbuild.press.printer import Standard

PRODUCER = "bookbuild"
REGISTRY = "http://www.color.org"
"""The ICC's register of printing conditions (ISO 15930-4, 6.2)."""
_VERSIONS: dict[Standard, str] = {"PDF/X-1a:2003": "1.4", "PDF/X-4": "1.6"}
"""The version of PDF that each standard is built on (ISO 15930-4, 6.1; 15930-7, 6.1)."""
_ON_SCREEN = ("/Names", "/Dests", "/Outlines", "/OpenAction", "/AA", "/AcroForm", "/PageMode",
              "/ViewerPreferences", "/OCProperties", "/URI")  # fmt: skip
"""Entries of the catalogue that belong to a screen."""


@dataclass(frozen=True, slots=True)
class Information:
    """What the file says about itself."""

    title: str
    authors: tuple[str, ...]
    language: str
    subjects: tuple[str, ...]
    modified: datetime


def write_press_file(book: pikepdf.Pdf, about: Information, target: Target) -> bytes:
    """The bytes of `book` as a press file."""
    for key in [key for key in _ON_SCREEN if key in book.Root]:
        del book.Root[key]
    book.Root.Lang = String(about.language)
    _set_intent(book, target)
    _set_information(book, about)
    book.docinfo["/Trapped"] = Name("/False")
    if target.standard == "PDF/X-1a:2003":
        book.docinfo["/GTS_PDFXVersion"] = String(target.standard)
    book.remove_unreferenced_resources()
    _fill_empty_streams(book)
    packet = book.make_stream(_packet(about, target.standard).encode())
    packet.Type, packet.Subtype = Name.Metadata, Name.XML
    book.Root.Metadata = packet
    return _named(_save(book, target.standard))


def _named(data: bytes) -> bytes:
    """The file with identifiers made from all the rest of it, so that the same has the same."""
    digest = hashlib.sha256(data).digest()
    for blank, part in ((_DOCUMENT, digest[:16]), (_INSTANCE, digest[16:])):
        data = data.replace(blank.encode(), str(uuid.UUID(bytes=part, version=5)).encode(), 1)
    return data


def _fill_empty_streams(book: pikepdf.Pdf) -> None:
    """Nothing, compressed, is a stream of no bytes, which Ghostscript 10.0 takes for broken."""
    for item in book.objects:
        if isinstance(item, pikepdf.Stream) and not item.read_raw_bytes():
            item.write(b"\n")


def write_plain_file(book: pikepdf.Pdf, about: Information) -> bytes:
    """The bytes of `book` as it is: for a screen, or to be made into pixels."""
    book.Root.Lang = String(about.language)
    _set_information(book, about)
    book.remove_unreferenced_resources()
    return _save(book, "PDF/X-1a:2003")


def _set_intent(book: pikepdf.Pdf, target: Target) -> None:
    """The one output intent, its profile inside the file (ISO 15930-7, 6.2)."""
    condition = target.condition
    profile = book.make_stream(condition.profile, N=4)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(condition.identifier),
        OutputCondition=String(condition.name),
        RegistryName=String(REGISTRY),
        Info=String(condition.name),
        DestOutputProfile=profile,
    )
    book.Root.OutputIntents = Array([book.make_indirect(intent)])


def _set_information(book: pikepdf.Pdf, about: Information) -> None:
    stamp = about.modified.strftime("D:%Y%m%d%H%M%SZ")
    info = {
        "/Title": about.title,
        "/Author": ", ".join(about.authors),
        "/Subject": "; ".join(about.subjects),
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
        "/CreationDate": stamp,
        "/ModDate": stamp,
    }
    for key, value in info.items():
        if value:
            book.docinfo[key] = String(value)


_DOCUMENT, _INSTANCE = (f"{kind * 8}-0000-0000-0000-bookbuild000" for kind in "di")
"""Stand where the identifiers go, as long as they are and like nothing else in a file."""


def _packet(about: Information, standard: Standard) -> str:
    """The XMP packet (ISO 16684-1), saying what the information dictionary says."""
    stamp = about.modified.strftime("%Y-%m-%dT%H:%M:%SZ")
    authors, subjects = ", ".join(about.authors), "; ".join(about.subjects)
    properties = [
        "<dc:format>application/pdf</dc:format>",
        f"<dc:title>{_alternative(about.title)}</dc:title>",
        f"<dc:language>{_list('Bag', about.language)}</dc:language>",
        f"<dc:creator>{_list('Seq', authors)}</dc:creator>" if authors else "",
        f"<dc:description>{_alternative(subjects)}</dc:description>" if subjects else "",
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>",
        f"<xmp:CreateDate>{stamp}</xmp:CreateDate>",
        f"<xmp:ModifyDate>{stamp}</xmp:ModifyDate>",
        f"<xmp:MetadataDate>{stamp}</xmp:MetadataDate>",
        f"<xmpMM:DocumentID>uuid:{_DOCUMENT}</xmpMM:DocumentID>",
        f"<xmpMM:InstanceID>uuid:{_INSTANCE}</xmpMM:InstanceID>",
        "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>",
        "<xmpMM:VersionID>1</xmpMM:VersionID>",
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>",
        "<pdf:Trapped>False</pdf:Trapped>",
    ]
    if standard == "PDF/X-4":
        properties.append(f"<pdfxid:GTS_PDFXVersion>{standard}</pdfxid:GTS_PDFXVersion>")
    lines = "\n".join(line for line in properties if line)
    return _FRAME.format(properties=lines)


_FRAME = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
{properties}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def _alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _list(kind: str, item: str) -> str:
    return f"<rdf:{kind}><rdf:li>{escape(item)}</rdf:li></rdf:{kind}>"


def _save(book: pikepdf.Pdf, standard: Standard) -> bytes:
    """Written with a classic table of references, which every workflow reads.

    The metadata stream is never compressed (ISO 15930-7, 6.3): qpdf leaves it as it is.
    """
    version = _VERSIONS[standard]
    out = io.BytesIO()
    book.save(
        out,
        deterministic_id=True,
        min_version=version,
        force_version=version,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        recompress_flate=False,
    )
    return out.getvalue()
