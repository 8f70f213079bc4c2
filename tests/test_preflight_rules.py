"""For each rule of the preflight a file that breaks just it; the valid files keep them all."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from bookbuild.preflight_codes import PREFLIGHT_CODES
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected
from bookbuild.press.preflight.rules import RULES
from bookbuild.press.printer import Multiple, Smallest
from bookbuild.units import mm, pt
from tests import pdfs
from tests.pdfs import X1A, X4, add, expected, of_cover, profile, saved, shown, valid
from tests.support import ROOT

Change = Callable[[pikepdf.Pdf], object]


@dataclass(frozen=True)
class Break:
    """How a valid file comes to break one rule."""

    change: Change = lambda pdf: None
    standard: str = X1A
    cover: bool = False
    expect: Expected | None = None
    how: dict[str, Any] = field(default_factory=dict)
    after: Callable[[bytes], bytes] = lambda data: data

    def file(self) -> bytes:
        pdf = valid(self.standard, cover=self.cover)
        self.change(pdf)
        return self.after(saved(pdf, **self.how))

    def expected(self) -> Expected:
        return self.expect or (of_cover() if self.cover else expected())


def extra(**keys: Any) -> Change:
    """A stream of the file that nothing shows, with these keys."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Extra = pdf.make_stream(b"x", **keys)

    return change


def root(key: str, value: Any) -> Change:
    return lambda pdf: pdf.Root.__setitem__(key, value)


def page(key: str, value: Any) -> Change:
    return lambda pdf: pdf.pages[0].obj.__setitem__(key, value)


def content(text: str, **resources: Any) -> Change:
    return lambda pdf: add(pdf, text, **resources)


def state(text: str = "200 150 40 40 re f", **keys: Any) -> Change:
    """A graphics state, and something painted in it."""
    return content(f"/G1 gs 0.2 0.1 0 0 k {text}\n", ExtGState={"G1": Dictionary(**keys)})


def info(key: str, value: Any) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del pdf.docinfo[key]
        else:
            pdf.docinfo[key] = value

    return change


def xmp(old: str, new: str = "") -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        before = pdf.Root.Metadata.read_bytes().decode()
        assert old in before
        pdf.Root.Metadata = pdf.make_stream(
            before.replace(old, new).encode(), Type=Name.Metadata, Subtype=Name.XML
        )

    return change


def intent(**values: Any) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in values.items():
            if value is None:
                del pdf.Root.OutputIntents[0][f"/{key}"]
            else:
                pdf.Root.OutputIntents[0][f"/{key}"] = value

    return change


def icc(
    channels: int = 4, after: Callable[[bytes], bytes] = lambda data: data, **how: Any
) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(after(pdfs.icc(**how)), N=channels)
        pdf.Root.OutputIntents[0].DestOutputProfile = stream

    return change


def both(*changes: Change) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        for one in changes:
            one(pdf)

    return change


def font(change: Callable[[pikepdf.Pdf, Any, Any], object]) -> Change:
    """Change the font: `change` gets the file, the font and its descendant."""

    def changed(pdf: pikepdf.Pdf) -> None:
        found = pdf.pages[0].Resources.Font.F1
        change(pdf, found, found.DescendantFonts[0])

    return changed


def not_embedded(pdf: pikepdf.Pdf, _: Any, descendant: Any) -> None:
    del descendant.FontDescriptor["/FontFile2"]


def opentype(pdf: pikepdf.Pdf, _: Any, descendant: Any) -> None:
    program = descendant.FontDescriptor.FontFile2.read_bytes()
    del descendant.FontDescriptor["/FontFile2"]
    descendant.FontDescriptor.FontFile3 = pdf.make_stream(program, Subtype=Name.OpenType)


def drawn_font(pdf: pikepdf.Pdf) -> None:
    glyph = pdf.make_stream(b"500 0 0 0 400 400 d1 0 0 400 400 re f")
    face = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 400, 400]), FirstChar=65,
        LastChar=65, FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), Widths=Array([500]),
        CharProcs=Dictionary(kotak=glyph), Resources=Dictionary(),
        Encoding=Dictionary(Differences=Array([65, Name.kotak])),
    )  # fmt: skip
    add(pdf, "BT /F3 10 Tf 100 350 Td (AA) Tj ET\n", Font={"F3": pdf.make_indirect(face)})


def spots(pdf: pikepdf.Pdf) -> None:
    for name, ink in (("S1", 1), ("S2", 0.5)):
        tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, ink, 0, 0], N=1)
        space = Array([Name.Separation, Name.Merah, Name.DeviceCMYK, tint])
        pdf.pages[0].Resources.ColorSpace[f"/{name}"] = space


def own_profile(pdf: pikepdf.Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    space = Array([Name.ICCBased, profile])
    add(pdf, "/CS1 cs 0 0 0 1 sc 200 150 40 40 re f\n", ColorSpace={"CS1": space})


def gradient(pdf: pikepdf.Pdf) -> None:
    steps = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[0, 1, 0], N=1)
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 1, 1], Function=steps
    )
    add(pdf, "q 200 150 40 40 re W n /Sh1 sh Q\n", Shading={"Sh1": shading})


def annotated(subtype: Any, box: list[float]) -> Change:
    return page("/Annots", Array([Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array(box))]))


def archive(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(pdfs.icc(), N=4)
    pdf.Root.OutputIntents.append(Dictionary(S=Name.GTS_PDFA1, DestOutputProfile=profile))


def soft_mask(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.XObject.Im1.SMask = pdfs.picture(pdf)


def group(pdf: pikepdf.Pdf) -> None:
    about = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    form = pdf.make_stream(
        b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Group=about
    )
    add(pdf, "/Fm1 Do\n", XObject={"Fm1": form})


def compressed_xmp(pdf: pikepdf.Pdf) -> None:
    """Without /Type, or qpdf would write it plain."""
    packed = zlib.compress(pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata = pikepdf.Stream(pdf, packed, Subtype=Name.XML, Filter=Name.FlateDecode)


def larger(pdf: pikepdf.Pdf) -> None:
    for key in ("/MediaBox", "/BleedBox", "/CropBox", "/TrimBox"):
        box = [float(value) for value in pdf.pages[1].obj[key]]
        pdf.pages[1].obj[key] = Array([*box[:3], box[3] + 20])


def of_page(**rules: Any) -> Expected:
    return expected(profile=profile(**rules))


def small_type() -> Expected:
    least = Smallest(type_size=pt(4), line=pt(0.25), hairline=pt(0.1))
    return expected(profile=profile().model_copy(update={"smallest": least}))


def line(words: str, at: str = "100 350", size: float = 10, colour: str = "0 0 0 1 k") -> Change:
    return content(f"{colour} BT /F1 {size} Tf {at} Td {words} Tj ET\n")


WIDE, HIGH = pdfs.TRIM[0].pt + 2 * pdfs.BLEED, pdfs.TRIM[1].pt + 2 * pdfs.BLEED
BEYOND = [-5, 0, WIDE, HIGH]
RED = "200 150 40 40 re f\n"
BREAKS = {
    "pdf-unreadable": Break(after=lambda data: b"not a PDF"),
    "pdf-too-much": Break(content("[" * 60)),
    "pdf-damaged": Break(after=lambda data: re.sub(rb"startxref\n\d+", b"startxref\n7", data)),
    "pdf-encrypted": Break(how={"encryption": pikepdf.Encryption(owner="a", R=3, metadata=False,
                                                                 aes=False)}),
    "pdf-version": Break(how={"force_version": "1.5"}),
    "pdf-object-streams": Break(
        how={"force_version": "1.5", "object_stream_mode": pikepdf.ObjectStreamMode.generate},
        after=lambda data: data.replace(b"%PDF-1.5", b"%PDF-1.4"),
    ),
    "pdf-id": Break(after=lambda data: data.replace(b"/ID [", b"/XY [")),
    "stream-external": Break(extra(F=String("other.dat"))),
    "stream-crypt": Break(
        extra(Filter=Name.Crypx), after=lambda data: data.replace(b"/Crypx", b"/Crypt")
    ),
    "stream-lzw": Break(extra(Filter=Name.LZWDecode)),
    "stream-jbig2": Break(extra(Filter=Name.JBIG2Decode)),
    "stream-jpx": Break(extra(Filter=Name.JPXDecode)),
    "image-deep": Break(extra(Subtype=Name.Image, BitsPerComponent=16)),
    "xobject-postscript": Break(extra(Subtype=Name.PS)),
    "xobject-opi": Break(extra(Subtype=Name.Image, OPI=Dictionary())),
    "xobject-reference": Break(extra(Subtype=Name.Form, Ref=Dictionary())),
    "image-alternates": Break(
        extra(Subtype=Name.Image, Alternates=Array([Dictionary(DefaultForPrinting=True)]))
    ),
    "action": Break(root("/OpenAction", Dictionary(S=Name.JavaScript, JS="app.beep()"))),
    "form-fields": Break(root("/AcroForm", Dictionary(Fields=Array([])))),
    "file-embedded": Break(root("/Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([]))))),
    "multimedia": Break(annotated(Name.Movie, [-90, -90, -50, -50])),
    "presentation": Break(page("/PresSteps", Dictionary())),
    "annotation-inside": Break(annotated(Name.Link, [100, 100, 200, 120])),
    "bookmarks": Break(root("/Outlines", Dictionary(First=Dictionary(Title="Satu"), Count=1))),
    "layers": Break(root("/OCProperties", Dictionary(D=Dictionary(Name="Semua")))),
    "layer-states": Break(root("/OCProperties", Dictionary(D=Dictionary())), X4),
    "info-missing": Break(info("/Title", None)),
    "info-trapped": Break(info("/Trapped", None)),
    "info-version": Break(info("/GTS_PDFXVersion", "PDF/X-1a:2007")),
    "info-conformance": Break(info("/GTS_PDFXConformance", "PDF/X-1a:2003")),
    "xmp-missing": Break(lambda pdf: pdf.Root.__delitem__("/Metadata"), X4,
                         expect=expected(standard=X4)),
    "xmp-filtered": Break(compressed_xmp, X4),
    "xmp-malformed": Break(xmp("</rdf:RDF>"), X4, expect=expected(standard=X4)),
    "xmp-version": Break(xmp(">PDF/X-4<", ">PDF/X-3<"), X4, expect=expected(standard=X4)),
    "xmp-dates": Break(xmp("<xmp:MetadataDate>2026-01-01T00:00:00Z</xmp:MetadataDate>"), X4),
    "xmp-identifiers": Break(xmp("<xmpMM:VersionID>1</xmpMM:VersionID>"), X4),
    "xmp-title": Break(xmp("Buku Kecil"), X4),
    "xmp-trapped": Break(xmp("<pdf:Trapped>False</pdf:Trapped>"), X4),
    "xmp-differs": Break(info("/Title", "Buku Lain")),
    "intent-missing": Break(root("/OutputIntents", Array([]))),
    "intent-identifier": Break(intent(OutputConditionIdentifier=None)),
    "intent-profile": Break(intent(DestOutputProfile=None), X4),
    "intent-info": Break(intent(RegistryName=None, Info=None)),
    "icc-damaged": Break(icc(after=lambda data: data + b"more")),
    "icc-class": Break(icc(kind=b"mntr")),
    "icc-space": Break(icc(channels=3)),
    "icc-version": Break(icc(major=4)),
    "icc-tables": Break(icc(tags=(b"A2B0",))),
    "intent-two-profiles": Break(archive),
    "box-media": Break(page("/MediaBox", Array([0, 0, 0, 0]))),
    "box-origin": Break(page("/MediaBox", Array([-5, -5, WIDE, HIGH]))),
    "box-trim": Break(lambda pdf: pdf.pages[0].obj.__delitem__("/TrimBox")),
    "box-trim-art": Break(lambda pdf: page("/ArtBox", pdf.pages[0].TrimBox)(pdf)),
    "box-order": Break(
        both(page("/BleedBox", Array(BEYOND)), page("/CropBox", Array(BEYOND)))
    ),
    "box-crop": Break(page("/CropBox", Array([20, 20, 300, 300]))),
    "box-preference": Break(root("/ViewerPreferences", Dictionary(PrintArea=Name.CropBox))),
    "box-unit": Break(page("/UserUnit", 2)),
    "page-rotated": Break(page("/Rotate", 90)),
    "page-size": Break(expect=expected(trim=(mm(148), mm(210)))),
    "page-sizes": Break(larger, expect=expected(trim=None)),
    "bleed-narrow": Break(expect=expected(bleed=mm(5))),
    "page-count": Break(expect=expected(pages=6)),
    "page-multiple": Break(expect=of_page(multiples=(Multiple(pages=3),))),
    "pages-few": Break(expect=of_page(fewest_pages=24)),
    "pages-many": Break(expect=of_page(most_pages=2)),
    "last-page": Break(expect=of_page(last_page_blank=True)),
    "colour-rgb": Break(content("1 0 0 rg " + RED)),
    "colour-managed": Break(content(
        "/L1 cs 50 0 0 sc " + RED,
        ColorSpace={"L1": Array([Name.Lab, Dictionary(WhitePoint=[0.96, 1, 0.82])])},
    )),
    "colour-intent-icc": Break(own_profile, X4),
    "colour-cmyk-intent": Break(icc(channels=3, space=b"RGB "), X4),
    "colour-unknown": Break(content("/Nowhere cs 0 sc " + RED)),
    "shading-components": Break(gradient),
    "spot-differs": Break(spots),
    "rendering-intent": Break(content("/Vivid ri\n")),
    "transparency-alpha": Break(state(ca=0.5)),
    "transparency-blend": Break(state(BM=Name.Multiply)),
    "transparency-mask": Break(soft_mask),
    "transparency-group": Break(group),
    "blend-unknown": Break(both(state(BM=Name.Glow), page("/Group", Dictionary(
        S=Name.Transparency, CS=Name.DeviceCMYK))), X4),
    "page-group": Break(state(ca=0.5), X4),
    "transfer-curve": Break(state(TR2=Name.Identity)),
    "halftone-phase": Break(state(HTP=Array([1, 1]))),
    "halftone": Break(state(HT=Dictionary(HalftoneType=6))),
    "operator-unknown": Break(content("1 2 shine\n")),
    "content-damaged": Break(content("/Nowhere gs\n")),
    "font-embedded": Break(font(not_embedded)),
    "font-type3": Break(drawn_font),
    "font-opentype": Break(font(opentype)),
    "font-damaged": Break(font(lambda pdf, face, down: down.FontDescriptor.__setitem__(
        "/FontFile2", pdf.make_stream(b"no font")))),
    "font-glyph": Break(line("<0000>")),
    "font-widths": Break(font(lambda pdf, face, down: down.__setitem__("/W", Array([])))),
    "font-cid-map": Break(font(lambda pdf, face, down: down.__delitem__("/CIDToGIDMap"))),
    "font-unicode": Break(font(lambda pdf, face, down: face.__delitem__("/ToUnicode"))),
    "interior-colour": Break(expect=expected(mono=True)),
    "text-rich-black": Break(line(shown(), colour="0.5 0 0 1 k")),
    "black-overprint": Break(both(content("0.5 0 0 0 k 90 340 80 30 re f\n"), line(shown()))),
    "white-overprint": Break(content(
        "/G1 gs 0 0 0 0 k " + RED, ExtGState={"G1": Dictionary(OP=True, op=True, OPM=1)})),
    "text-reversed": Break(line(shown(), size=5, colour="0 0 0 0 k"), expect=small_type()),
    "tint-faint": Break(content("0 0 0 0.05 k " + RED)),
    "line-hairline": Break(content("0 w 0 0 0 1 K 100 200 m 200 200 l S\n")),
    "line-thin": Break(content("0 0 0 1 k 100 200 100 0.15 re f\n")),
    "type-small": Break(line(shown(), size=5)),
    "image-coarse": Break(content("q 200 0 0 200 100 350 cm /Im1 Do Q\n")),
    "image-soft": Break(content("q 100 0 0 100 100 350 cm /Im1 Do Q\n")),
    "gutter-narrow": Break(line(shown(), at="30 350")),
    "safe-zone": Break(line(shown(), at="100 20")),
    "bleed-short": Break(content("0 0 0 1 k 8.5 350 40 40 re f\n")),
    "fold-text": Break(line(shown(), at="420 350"), cover=True),
    "ink-total": Break(content("1 1 1 0.5 k " + RED)),
}  # fmt: skip


@pytest.mark.parametrize("code", BREAKS)
def test_a_file_that_breaks_one_rule_gets_its_code_alone(code: str) -> None:
    broken = BREAKS[code]
    answer = check(broken.file(), broken.expected())
    assert [finding.code for finding in answer.findings] == [code], answer.findings


@pytest.mark.parametrize("standard", [X1A, X4])
@pytest.mark.parametrize("cover", [False, True])
def test_a_valid_file_keeps_every_rule(standard: str, cover: bool) -> None:
    answer = check(saved(valid(standard, cover=cover)), of_cover() if cover else expected())
    assert not answer.findings
    assert answer.fit_for_print
    assert answer.facts is not None
    assert answer.facts.standard == standard


def test_every_rule_has_a_file_that_breaks_it() -> None:
    assert list(BREAKS) == list(PREFLIGHT_CODES)


def test_every_code_belongs_to_one_rule() -> None:
    assert sorted(rule.code for rule in RULES) == sorted(PREFLIGHT_CODES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented_with_its_source_severity_and_remedy(rule: Any) -> None:
    text = (ROOT / "docs/preflight.md").read_text("utf-8")
    words = {"E": "error", "W": "warning", "N": "note", "-": "–"}
    levels = " | ".join(words[level] for level in rule.levels)
    meaning = PREFLIGHT_CODES[rule.code]
    row = f"| `{rule.code}` | {meaning} | {levels} | {rule.source} | {rule.remedy} |"
    assert row in text


def test_pages_are_told_as_runs() -> None:
    pdf = valid()
    for number in (0, 1, 3):
        pdf.pages[number].obj.UserUnit = 2
    (finding,) = check(saved(pdf), expected()).findings
    assert finding.pages == (1, 2, 4)
    assert finding.text.endswith(": pages 1–2, 4")
