"""What the preflight measures: inks, pictures, lines, type, and limits that are just kept."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from typer.testing import CliRunner

from bookbuild.cli import app
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Facts
from tests.pdfs import BLEED, COVER, add, expected, of_cover, picture, saved, shown, valid

OVERPRINT = {"G1": Dictionary(OP=True, op=True, OPM=1)}
BOX = "200 400 40 40 re f\n"


def codes(content: str, **resources: Any) -> set[str]:
    pdf = valid()
    add(pdf, content, **resources)
    return {finding.code for finding in check(saved(pdf), expected()).findings}


def facts(content: str = "", cover: bool = False, **resources: Any) -> Facts:
    pdf = valid(cover=cover)
    add(pdf, content, **resources)
    found = check(saved(pdf), of_cover() if cover else expected()).facts
    assert found is not None
    return found


def cmyk_jpeg(pdf: pikepdf.Pdf, inks: tuple[int, int, int, int], *, turned: bool) -> Any:
    """Adobe's JPEGs hold the inks turned round; Pillow writes them so, and /Decode turns back."""
    out = io.BytesIO()
    Image.new("CMYK", (600, 600), inks).save(out, "JPEG", quality=95)
    decode = {"Decode": Array([1, 0] * 4)} if turned else {}
    return pikepdf.Stream(
        pdf, out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=600, Height=600,
        BitsPerComponent=8, ColorSpace=Name.DeviceCMYK, Filter=Name.DCTDecode, **decode,
    )  # fmt: skip


def test_a_picture_counts_with_its_inks() -> None:
    pdf = valid()
    image = pdf.make_indirect(cmyk_jpeg(pdf, (128, 128, 0, 51), turned=True))
    add(pdf, "q 100 0 0 100 100 400 cm /Im2 Do Q\n", XObject={"Im2": image})
    found = check(saved(pdf), expected()).facts
    assert found is not None
    assert found.pages[0].total_ink == pytest.approx(120, abs=3)
    assert found.pages[0].inks == "CMK"


def test_a_picture_whose_inks_are_not_turned_back_is_heavy() -> None:
    pdf = valid()
    image = pdf.make_indirect(cmyk_jpeg(pdf, (0, 0, 0, 0), turned=False))
    add(pdf, "q 100 0 0 100 100 400 cm /Im2 Do Q\n", XObject={"Im2": image})
    answer = check(saved(pdf), expected())
    assert [finding.code for finding in answer.findings] == ["ink-total"]
    assert "400 %" in answer.findings[0].message


@pytest.mark.parametrize(
    ("content", "ink"),
    [
        ("1 1 0.8 0 k " + BOX, 280),
        ("1 1 0.8 0 k " + BOX + "0 0 0 1 k " + BOX, 280),
        ("1 1 0 0 k " + BOX + "/G1 gs 0 0 0 1 k " + BOX, 300),
        ("1 1 0 0 k " + BOX + "/G1 gs 0 0 0 1 k 300 500 9 9 re f\n", 200),
        ("1 1 0 0 k " + BOX + "0 0 0 0 k " + BOX + "/G1 gs 0 0 0 1 k " + BOX, 200),
        ("1 1 0 0 k " + BOX + "/A1 gs 0 0 0.5 0 k " + BOX, 250),
        ("1 1 0 0 k " + BOX + "/M1 gs 0.5 0 0.5 0 k " + BOX, 250),
        ("/S1 cs 0.5 scn " + BOX, 100),
        ("/All cs 0.5 scn " + BOX, 200),
    ],
)
def test_inks_add_up_where_they_lie_on_each_other(content: str, ink: int) -> None:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0], N=1)
    spaces = {
        "S1": Array([Name.Separation, Name.Merah, Name.DeviceCMYK, tint]),
        "All": Array([Name.Separation, Name.All, Name.DeviceCMYK, tint]),
    }
    states = {**OVERPRINT, "A1": Dictionary(ca=0.5), "M1": Dictionary(BM=Name.Multiply)}
    assert facts(content, ExtGState=states, ColorSpace=spaces).pages[0].total_ink == ink


def test_a_mono_interior_uses_black_alone() -> None:
    pdf = valid()
    for page in pdf.pages:
        page.obj.Contents = pdf.make_stream(b"0 0 0 1 k 0.5 g " + BOX.encode())
    answer = check(saved(pdf), expected(mono=None))
    assert not answer.findings
    assert answer.facts is not None
    assert {page.inks for page in answer.facts.pages} == {"K"}


def test_boxes_fonts_pictures_lines_and_type_are_measured() -> None:
    found = facts()
    assert found.pages[0].trim_mm == (150, 230)
    assert found.pages[0].bleed_mm == found.pages[0].media_mm == (156, 236)
    (font,) = found.fonts
    assert (font.name, font.kind, font.embedded, font.subset, font.pages) == (
        "ABCDEF+EBGaramond", "Type0", True, True, 4,
    )  # fmt: skip
    first = found.pictures[0]
    assert (first.page, first.pixels, first.ppi, first.space) == (1, (300, 300), 300, "DeviceGray")
    assert (first.width_mm, first.height_mm) == (25.4, 25.4)
    assert (found.thinnest_line_pt, found.smallest_type_pt) == (0.5, 10)


def test_sizes_are_those_after_scaling() -> None:
    found = facts(f"q 0.5 0 0 0.5 0 0 cm 0.8 w 200 200 m 300 200 l S 0 0 0 1 k BT /F1 18 Tf "
                  f"300 700 Td {shown()} Tj ET Q\n")  # fmt: skip
    assert (found.thinnest_line_pt, found.smallest_type_pt) == (0.4, 9)


def test_an_inline_picture_is_measured_like_the_others() -> None:
    data = "".join(chr(65 + at % 20) for at in range(100))
    found = facts(f"q 50 0 0 50 100 400 cm BI /W 10 /H 10 /BPC 8 /CS /G ID {data} EI Q\n")
    assert found.pictures[1].ppi == 14.4
    assert codes(f"q 50 0 0 50 100 400 cm BI /W 10 /H 10 /BPC 8 /CS /G ID {data} EI Q\n") == {
        "image-coarse"
    }


@pytest.mark.parametrize("place", ["form", "pattern", "glyph", "inline", "indexed", "mask"])
def test_rgb_is_found_wherever_it_hides(place: str) -> None:
    pdf = valid()
    red = b"1 0 0 rg 0 0 40 40 re f"
    box = Array([0, 0, 40, 40])
    if place == "form":
        form = pdf.make_stream(red, Subtype=Name.Form, BBox=box)
        add(pdf, "/X Do\n", XObject={"X": form})
    elif place == "pattern":
        cell = pdf.make_stream(red, PatternType=1, PaintType=1, TilingType=1, BBox=box, XStep=40,
                               YStep=40, Resources=Dictionary())  # fmt: skip
        add(pdf, f"/Pattern cs /X scn {BOX}", Pattern={"X": cell})
    elif place == "glyph":
        glyph = pdf.make_stream(b"40 0 d0 " + red)
        face = Dictionary(Subtype=Name.Type3, FontMatrix=Array([0.01, 0, 0, 0.01, 0, 0]),
                          CharProcs=Dictionary(a=glyph), Resources=Dictionary(),
                          Encoding=Dictionary(Differences=Array([65, Name.a])))  # fmt: skip
        add(pdf, "BT /X 9 Tf 100 400 Td (A) Tj ET\n", Font={"X": pdf.make_indirect(face)})
    elif place == "inline":
        data = "abc" * 100
        add(pdf, f"q 2 0 0 2 99 400 cm BI /W 10 /H 10 /BPC 8 /CS /RGB ID {data} EI Q\n")
    elif place == "indexed":
        space = Array([Name.Indexed, Name.DeviceRGB, 0, b"\xff\0\0"])
        image = picture(pdf, ColorSpace=space)
        add(pdf, "q 72 0 0 72 99 400 cm /X Do Q\n", XObject={"X": image})
    else:
        group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
        form = pdf.make_stream(b"", Subtype=Name.Form, BBox=box, Group=group)
        mask = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form))
        add(pdf, "/X gs\n", ExtGState={"X": mask})
    assert "colour-rgb" in {item.code for item in check(saved(pdf), expected()).findings}


@pytest.mark.parametrize(
    "content",
    [
        "0 0 0 1 k 100 200 100 0.25 re f\n",
        "0 0 0 0.1 k " + BOX,
        f"0 0 0 1 k BT /F1 6 Tf 100 350 Td {shown()} Tj ET\n",
        "q 86.4 0 0 86.4 100 350 cm /Im1 Do Q\n",
        f"0 0 0 1 k BT /F1 10 Tf {BLEED + 27.3} 350 Td {shown()} Tj ET\n",
        f"0 0 0 1 k BT /F1 10 Tf 100 {BLEED + 20.2} Td {shown()} Tj ET\n",
        "0 0 0 1 k 0 350 40 40 re f\n",
        "1 1 0.8 0 k " + BOX,
        f"0.5 0 0 0 k 90 340 80 30 re f /G1 gs 0 0 0 1 k BT /F1 10 Tf 100 350 Td {shown()} Tj ET\n",
        f"0.5 0 0 0 k 90 340 80 30 re f 0 0 0 0 k 92 342 76 26 re f 0 0 0 1 k BT /F1 10 Tf "
        f"100 350 Td {shown()} Tj ET\n",
        f"0.5 0 0 1 k BT /F1 14 Tf 100 350 Td {shown()} Tj ET\n",
        "0 0 0 0 k " + BOX,
        "/Perceptual ri\n",
        "BX 1 2 EX\n",
    ],
)
def test_what_just_keeps_a_limit_is_not_told(content: str) -> None:
    assert codes(content, ExtGState=OVERPRINT) == set()


def test_text_between_the_folds_and_the_clearance_is_not_told() -> None:
    pdf = valid(cover=True)
    middle = COVER[0].pt / 2 + BLEED
    turned = f"0 0 0 1 k BT /F1 8 Tf 0 -1 1 0 {middle - 2} 400 Tm {shown()} Tj ET\n"
    add(pdf, turned)
    assert not check(saved(pdf), of_cover()).findings


def test_rgb_counts_also_where_a_clip_hides_it() -> None:
    assert "colour-rgb" in codes("q 0 0 5 5 re W n 1 0 0 rg 100 100 40 40 re f Q\n")


def test_a_wide_single_page_is_a_cover_and_pages_are_an_interior() -> None:
    for cover, part in ((True, "cover"), (False, "interior")):
        found = check(saved(valid(cover=cover)), expected(part=None)).facts
        assert found is not None
        assert found.part == part


def test_a_plain_pdf_is_judged_by_what_the_printer_asks_for() -> None:
    pdf = pikepdf.new()
    for _ in range(4):
        pdf.add_blank_page(page_size=(425.2, 652))
    as_plain = check(saved(pdf), expected(bleed=None, standard="PDF"))
    assert as_plain.facts is not None
    assert (as_plain.facts.standard, as_plain.findings) == ("PDF", ())
    as_asked = check(saved(pdf), expected(bleed=None))
    assert as_asked.facts is not None
    assert as_asked.facts.standard == "PDF/X-1a:2003"
    assert {"info-version", "intent-missing"} <= {item.code for item in as_asked.findings}
    nobody_asks = check(saved(pdf), expected(bleed=None, profile=None))
    assert nobody_asks.facts is not None
    assert nobody_asks.facts.standard == "PDF"


def test_a_file_that_claims_another_standard_is_judged_by_what_the_printer_asks_for() -> None:
    pdf = valid()
    pdf.docinfo["/GTS_PDFXVersion"] = "PDF/X-3:2003"
    assert "info-version" in {item.code for item in check(saved(pdf), expected()).findings}


def test_the_command_prints_findings_facts_and_a_verdict(tmp_path: Path) -> None:
    good, bad = tmp_path / "baik.pdf", tmp_path / "buruk.pdf"
    good.write_bytes(saved(valid(cover=True)))
    pdf = valid(cover=True)
    add(pdf, "1 0 0 rg " + BOX)
    bad.write_bytes(saved(pdf))
    result = CliRunner().invoke(app, ["preflight", str(good), str(bad)])
    assert result.exit_code == 4
    assert f"{good}: fit for print" in result.stdout
    assert f"{bad}: NOT FOR PRINT: 1 error\n" in result.stdout
    assert "there is RGB colour: page 1 (colour-rgb)" in result.stderr
    result = CliRunner().invoke(app, ["preflight", "--json", str(good)])
    assert result.exit_code == 0
    (record,) = json.loads(result.stdout)["files"]
    assert record["fit_for_print"] is True
    assert record["facts"]["pages"][0]["trim_mm"] == [310, 230]


def test_an_unknown_printer_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "buku.pdf"
    file.write_bytes(saved(valid(cover=True)))
    result = CliRunner().invoke(app, ["preflight", "--printer", "tidak-ada", str(file)])
    assert result.exit_code == 1
