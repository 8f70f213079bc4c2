"""Small PDFs that keep every rule of the preflight, for tests to break one at a time."""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from bookbuild.press.preflight.model import Expected
from bookbuild.press.printer import PrinterProfile, load_printer
from bookbuild.units import mm
from tests.support import ROOT

X1A, X4 = "PDF/X-1a:2003", "PDF/X-4"
TEXT = "Halo dunia"
BLEED = mm(3).pt
TRIM = mm(150), mm(230)
SPINE = mm(10)
COVER = mm(310), mm(230)
STAMP, XMP_STAMP = "D:20260101000000Z", "2026-01-01T00:00:00Z"
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Buku Kecil</rdf:li></rdf:Alt></dc:title>
<pdf:Trapped>False</pdf:Trapped><pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
<xmp:CreateDate>2026-01-01T00:00:00Z</xmp:CreateDate>
<xmp:ModifyDate>2026-01-01T00:00:00Z</xmp:ModifyDate>
<xmp:MetadataDate>2026-01-01T00:00:00Z</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:3d1c9f0a-1111-4222-8333-444455556666</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID><xmpMM:RenditionClass>default</xmpMM:RenditionClass>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def icc(
    *, kind: bytes = b"prtr", space: bytes = b"CMYK", major: int = 2, tags: tuple[bytes, ...] = (),
    mark: bytes = b"acsp",
) -> bytes:  # fmt: skip
    """The smallest thing that looks like an ICC profile: a header and a table of tags."""
    tags = tags or (b"desc", b"A2B0", b"B2A0")
    table = struct.pack(">L", len(tags))
    start = 128 + 4 + 12 * len(tags)
    table += b"".join(struct.pack(">4sLL", tag, start, 8) for tag in tags)
    size = start + 8
    head = struct.pack(">L4sBB2s4s4s4s", size, b"test", major, 0, b"\0\0", kind, space, b"Lab ")
    head = (head + b"\0" * 12 + mark).ljust(128, b"\0")
    return head + table + b"text\0\0\0\0"


@cache
def font_file() -> tuple[bytes, tuple[int, ...], tuple[int, ...]]:
    """A subset of the text face, the glyphs of `TEXT`, and every glyph's width."""
    font = TTFont(ROOT / "layouts/default/fonts/EBGaramond-Regular.ttf", recalcTimestamp=False)
    options = subset.Options(layout_features=[], notdef_outline=True)
    maker = subset.Subsetter(options)
    maker.populate(text=TEXT)
    maker.subset(font)
    out = io.BytesIO()
    font.save(out)
    names = font.getBestCmap()
    glyphs = tuple(font.getGlyphID(names[ord(char)]) for char in TEXT)
    widths = tuple(font["hmtx"][name][0] for name in font.getGlyphOrder())
    return out.getvalue(), glyphs, widths


def shown() -> str:
    """`TEXT` as a hexadecimal string."""
    return "<" + "".join(f"{glyph:04x}" for glyph in font_file()[1]) + ">"


def font(pdf: pikepdf.Pdf) -> Any:
    program, glyphs, widths = font_file()
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ABCDEF+EBGaramond"), Flags=4, ItalicAngle=0,
        FontBBox=Array([-500, -300, 1500, 1000]), Ascent=800, Descent=-200, CapHeight=650, StemV=80,
        FontFile2=pdf.make_stream(program, Length1=len(program)),
    )  # fmt: skip
    pairs = zip(glyphs, TEXT, strict=True)
    lines = "\n".join(f"<{glyph:04x}> <{ord(char):04x}>" for glyph, char in dict(pairs).items())
    cmap = f"begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(glyphs)} "
    cmap += f"beginbfchar\n{lines}\nendbfchar\nendcmap"
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ABCDEF+EBGaramond"),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor), CIDToGIDMap=Name.Identity, DW=1000,
        W=Array([0, Array(widths)]),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+EBGaramond"),
            Encoding=Name("/Identity-H"), DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(cmap.encode()),
        )
    )  # fmt: skip


def picture(pdf: pikepdf.Pdf, **more: Any) -> Any:
    """A grey picture of 300 × 300 pixels."""
    values: dict[str, Any] = {
        "Type": Name.XObject, "Subtype": Name.Image, "Width": 300, "Height": 300,
        "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray,
    }  # fmt: skip
    return pdf.make_stream(bytes(range(250)) * 360, **(values | more))


PAGE = f"""q 0 0 0 1 k BT /F1 10 Tf 1 0 0 1 100 300 Tm {shown()} Tj ET Q
0 0 0 1 K 0.5 w 100 250 m 200 250 l S
q 72 0 0 72 100 100 cm /Im1 Do Q
0.2 0.1 0 0 k 200 150 40 40 re f
"""


def valid(standard: str = X1A, *, cover: bool = False) -> pikepdf.Pdf:
    """A file of four pages, or a cover, that keeps every rule."""
    pdf = pikepdf.new()
    width, height = (COVER if cover else TRIM)[0].pt, TRIM[1].pt
    face, image = font(pdf), picture(pdf)
    for _ in range(1 if cover else 4):
        page = pdf.add_blank_page(page_size=(width + 2 * BLEED, height + 2 * BLEED)).obj
        outer = [0, 0, round(width + 2 * BLEED, 3), round(height + 2 * BLEED, 3)]
        page.MediaBox, page.BleedBox, page.CropBox = Array(outer), Array(outer), Array(outer)
        trim = (BLEED, BLEED, width + BLEED, height + BLEED)
        page.TrimBox = Array([round(value, 3) for value in trim])
        page.Contents = pdf.make_stream(PAGE.encode())
        page.Resources = Dictionary(
            Font=Dictionary(F1=face), XObject=Dictionary(Im1=image), ExtGState=Dictionary(),
            ColorSpace=Dictionary(), Shading=Dictionary(), Pattern=Dictionary(),
        )  # fmt: skip
    _say(pdf, standard)
    return pdf


def _say(pdf: pikepdf.Pdf, standard: str) -> None:
    pdf.docinfo["/Title"] = "Buku Kecil"
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = STAMP
    pdf.docinfo["/Trapped"] = Name("/False")
    if standard == X1A:
        pdf.docinfo["/GTS_PDFXVersion"] = X1A
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="FOGRA29",
                RegistryName="http://www.color.org", Info="Uncoated white",
                DestOutputProfile=pdf.make_stream(icc(), N=4),
            )
        ]
    )  # fmt: skip
    xmp = XMP if standard == X4 else XMP.replace("<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFX"
                                                 "Version>", "")  # fmt: skip
    pdf.Root.Metadata = pdf.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """The file's bytes, its streams as they are."""
    version = "1.4" if "/GTS_PDFXVersion" in pdf.docinfo else "1.6"
    options: dict[str, Any] = {
        "deterministic_id": True, "fix_metadata_version": False,
        "min_version": version, "force_version": version,
        "object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    }  # fmt: skip
    if "encryption" in how:
        del options["stream_decode_level"], options["deterministic_id"]
    out = io.BytesIO()
    pdf.save(out, **(options | how))
    return out.getvalue()


@cache
def profile(**interior: Any) -> PrinterProfile:
    """The generic printer, who binds four pages, too."""
    loaded = load_printer((ROOT / "layouts",), "digital-id")
    changed = loaded.interior.model_copy(update={"fewest_pages": 2} | interior)
    return loaded.model_copy(update={"interior": changed})


def expected(**changes: Any) -> Expected:
    """What `valid` is; an interior in colour, so that colour alone breaks nothing."""
    known: dict[str, Any] = {
        "part": "interior", "profile": profile(), "trim": TRIM, "bleed": mm(3), "pages": 4,
        "mono": False,
    }  # fmt: skip
    return Expected(**(known | changes))


def of_cover(**changes: Any) -> Expected:
    """What the valid cover is."""
    return expected(**({"part": "cover", "trim": COVER, "pages": 1, "spine": SPINE} | changes))


def add(pdf: pikepdf.Pdf, content: str, **resources: Any) -> None:
    """Add content to the first page, and resources: `ExtGState={"G1": …}`."""
    page = pdf.pages[0].obj
    for kind, values in resources.items():
        for name, value in values.items():
            page.Resources[f"/{kind}"][f"/{name}"] = value
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + content.encode())
