"""SVG: what is kept, what goes and is told, and that no drawing can do harm."""

from __future__ import annotations

import base64
import io
import time
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageChops

from bookbuild import svg
from bookbuild.diagnostics import Diagnostic, Place
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces
from bookbuild.layout import load_layout
from bookbuild.pictures import Picture, read_picture
from bookbuild.press.mono import make_mono
from bookbuild.press.typeset import Resource, Sheet, Typeset, typeset
from tests.support import ROOT, found, make, small_book
from tests.test_ebook import assert_passes

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PLACE = Place("manuscript/01.md", 3)
XLINK = "{http://www.w3.org/1999/xlink}href"


def drawing(inside: str, attributes: str = 'viewBox="0 0 100 50"', before: str = "") -> bytes:
    return f"{before}{HEAD} {attributes}>{inside}</svg>".encode()


def raster(colour: str = "red") -> str:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def refused(folder: Path, data: bytes) -> tuple[Picture | None, tuple[Diagnostic, ...]]:
    (folder / "x.svg").write_bytes(data)
    return read_picture(folder / "x.svg", "x.svg", PLACE)


def cleaned(folder: Path, data: bytes) -> tuple[str, str]:
    """The drawing as the EPUB gets it, and what was said of it."""
    picture, findings = refused(folder, data)
    assert picture is not None, findings
    return picture.screen.data.decode(), " ".join(item.message for item in findings)


@pytest.mark.parametrize(
    ("inside", "gone", "said"),
    [
        ("<script>alert(1)</script>", "alert", "<script>"),
        ('<rect onclick="alert(1)" width="9"/>', "alert", ""),
        ("<foreignObject><p xmlns='x'>Hai</p></foreignObject>", "Hai", "<foreignObject>"),
        ('<image href="http://a.example/x.png"/>', "a.example", "<image> from outside"),
        ('<image xlink:href="file:///etc/passwd"/>', "passwd", "<image> from outside"),
        ('<image href="data:text/html;base64,PGI+"/>', "PGI", "<image> from outside"),
        ('<image href="data:image/png;base64,AAAA"/>', "AAAA", "no raster picture"),
        ('<use href="other.svg#a"/>', "other", "<use> from outside"),
        ('<rect fill="url(http://a.example/#g)"/>', "a.example", "a reference to outside"),
        ("<rect style=\"fill:url('http://a.example/#g')\"/>", "a.example", "to outside"),
        ('<rect style="fill:u\\72l(http://a.example/#g)"/>', "a.example", "to outside"),
        ('<style>@import "http://a.example/x.css";</style>', "a.example", "an imported style"),
        ("<style>@\\69mport url(http://a.example/x);</style>", "a.example", "an imported style"),
        ("<style>@font-face{src:url(http://a.example/f)}</style>", "a.example", "a font"),
        ("<style>a{background:url(http://a.example/f)}</style>", "a.example", "to outside"),
        ("<style><![CDATA[/*]]>*/@import 'a.example';</style>", "a.example", "imported"),
        ("<style>@keyframes k{from{x:1}to{x:2}}</style>", "keyframes", "animation"),
        ('<rect width="9"><animate attributeName="x" dur="1s"/></rect>', "animate ", "animation"),
        ('<a href="http://a.example/"><rect width="9"/></a>', "a.example", ""),
        ("<metadata>siapa</metadata>", "siapa", ""),
        ('<x:y xmlns:x="http://sodipodi" x:z="1">q</x:y>', "sodipodi", ""),
        ("<?xml-stylesheet href='http://a.example/x.css'?>", "a.example", ""),
        ('<video src="http://a.example/v"/>', "a.example", "<video>"),
    ],
)
def test_what_runs_moves_or_leads_out_goes_and_is_told_if_it_showed(
    inside: str, gone: str, said: str, tmp_path: Path
) -> None:
    data, findings = cleaned(tmp_path, drawing(f'{inside}<rect id="stays" width="5"/>'))
    assert gone not in data
    assert 'id="stays"' in data
    assert said in findings
    assert bool(findings) == bool(said)


def test_what_a_drawing_needs_of_itself_stays(tmp_path: Path) -> None:
    inside = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>'
        '<clipPath id="c"><circle r="9"/></clipPath><g id="part"><rect width="3"/></g></defs>'
        "<style>.a{fill:url(#g)}@media print{.a{fill:red}}</style>"
        '<rect class="a" clip-path="url(#c)" style="stroke:url(#g)"/><use href="#part"/>'
        f'<image width="9" height="9" href="{raster()}"/>'
    )
    data, findings = cleaned(tmp_path, drawing(inside))
    assert findings == ""
    root = etree.fromstring(data.encode())
    kept = [etree.QName(element).localname for element in root.iter()]
    assert kept == [
        "svg", "defs", "linearGradient", "stop", "clipPath", "circle", "g", "rect", "style", "rect",
        "use", "image",
    ]  # fmt: skip
    assert ".a{fill:url(#g)}@media print{.a{fill:red}}" in data
    assert [element.get(XLINK, "")[:15] for element in root[-2:]] == ["#part", "data:image/png;"]


def test_entities_are_filled_in_and_the_document_type_goes(tmp_path: Path) -> None:
    before = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://127.0.0.1:9/svg11.dtd" '
        '[<!ENTITY warna "#123456">]>'
    )
    data, findings = cleaned(tmp_path, drawing('<rect fill="&warna;"/>', before=before))
    assert 'fill="#123456"' in data
    assert "DOCTYPE" not in data and findings == ""


def bomb(where: str) -> bytes:
    entities = '<!ENTITY e0 "ha">' + "".join(
        f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12)
    )
    return drawing(where, before=f"<!DOCTYPE svg [{entities}]>")


def uses(levels: int) -> bytes:
    steps = "".join(
        f'<g id="u{level}">' + f'<use href="#u{level - 1}"/>' * 10 + "</g>"
        for level in range(1, levels)
    )
    return drawing(f'<g id="u0"><rect width="1"/></g>{steps}')


@pytest.mark.parametrize(
    "data",
    [
        bomb("<text>&e11;</text>"),
        bomb('<rect fill="&e11;"/>'),
        uses(12),
        drawing("&x;", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        drawing("", before='<!DOCTYPE svg [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'),
        drawing("<g>" * 5000 + "</g>" * 5000),
        b"<svg><rect></svg>",
        b"<html><body/></html>",
        drawing("", ""),
        drawing("", 'viewBox="0 0 0 50"'),
        drawing("", 'viewBox="0 0 nan 50"'),
        drawing("", 'width="0" height="5"'),
    ],
)
def test_a_bomb_or_a_broken_drawing_is_refused_at_once(data: bytes, tmp_path: Path) -> None:
    begun = time.monotonic()
    picture, findings = refused(tmp_path, data)
    assert time.monotonic() - begun < 3
    assert picture is None
    assert [(item.code, item.place) for item in findings] == [("picture-file", PLACE)]
    assert findings[0].hint


def test_no_outside_entity_is_ever_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("rahasia")
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{tmp_path}/secret.txt">]>'
    picture, findings = refused(tmp_path, drawing("<text>&x;</text>", before=entity))
    assert picture is None
    assert "rahasia" not in findings[0].message


def test_a_part_drawn_inside_itself_is_cut_and_told(tmp_path: Path) -> None:
    data, said = cleaned(tmp_path, drawing('<g id="a"><rect width="1"/><use href="#a"/></g>'))
    assert "#a" not in data
    assert "drawn inside itself" in said


@pytest.mark.parametrize(
    ("attributes", "size", "box"),
    [
        ('viewBox="0 0 100 50"', ("100", "50"), "0 0 100 50"),
        ('width="2in" height="96px"', ("192", "96"), "0 0 192 96"),
        ('width="50mm" viewBox="0,0,100,50"', ("188.976", "94.4882"), "0 0 100 50"),
        ('width="100%" height="100%" viewBox="-5 0 10 10"', ("10", "10"), "-5 0 10 10"),
    ],
)
def test_every_drawing_says_its_size_and_its_view_box(
    attributes: str, size: tuple[str, str], box: str, tmp_path: Path
) -> None:
    root = etree.fromstring(cleaned(tmp_path, drawing("", attributes))[0].encode())
    assert ((root.get("width"), root.get("height")), root.get("viewBox")) == (size, box)


def test_ids_become_names_that_xml_allows_and_references_follow(tmp_path: Path) -> None:
    inside = (
        '<style>#1ab{fill:#1ab}</style><g id="1ab"/><g id="dua kata"/><g id="a"/><g id="a"/>'
        '<use href="#1ab"/><rect fill="url(#1ab)"/>'
    )
    data, _ = cleaned(tmp_path, drawing(inside))
    root = etree.fromstring(data.encode())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids == ["x-1ab", "x-dua-kata", "a"]
    assert root[-2].get(XLINK) == "#x-1ab"
    assert root[-1].get("fill") == "url(#x-1ab)"
    assert "#x-1ab{fill:#1ab}" in data


def test_text_in_a_drawing_is_told_and_its_characters_are_checked(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\n![x](x.svg)\n")
    (folder / "manuscript" / "x.svg").write_bytes(drawing("<text>Halo 漢</text>"))
    assert [str(item.place) for item in found(folder, "picture-text")] == ["manuscript/01.md:3"]
    assert ["漢" in item.message for item in found(folder, "font-character")] == [True]


SEED = drawing(
    '<defs><g id="a"><path d="M0 0L5 5"/></g></defs><style>.b{fill:url(#g)}</style>'
    f'<use href="#a"/><text x="1">T</text><image href="{raster()}"/>',
    before='<!DOCTYPE svg [<!ENTITY e "x">]>',
)


@given(
    st.lists(st.tuples(st.integers(0, len(SEED) - 1), st.sampled_from(list(b"<>&;\"'#()/ {}\\a0"))))
)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_change_of_a_drawing_breaks_the_reading(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(SEED)
    for position, byte in changes:
        data[position] = byte
    picture, findings = refused(tmp_path, bytes(data))
    assert (picture is None) == any(item.severity == "error" for item in findings)
    if picture is not None:
        again = svg.clean(picture.screen.data, lambda raw: ("image/png", raw))
        assert again.dropped == ()


COLOURFUL = drawing(
    "<style>.a{fill:#0a0;stroke:rebeccapurple;stroke-width:4} .b{fill:oklch(0.6 0.05 30)}</style>"
    '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset=".5" '
    'stop-color="yellow" stop-opacity=".4"/><stop offset="1" stop-color="blue"/></linearGradient>'
    '<radialGradient id="r"><stop offset="0" stop-color="#fff"/><stop offset="1" '
    'stop-color="#a0f"/></radialGradient><pattern id="p" width="10" height="10" '
    'patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="orange"/></pattern></defs>'
    '<rect width="100" height="60" fill="url(#g)"/><rect x="110" width="90" height="60" '
    'fill="url(#r)" opacity=".5"/><rect class="a" x="5" y="70" width="80" height="40"/>'
    '<rect class="b" x="100" y="70" width="80" height="40"/><g opacity=".5"><circle cx="220" '
    'cy="90" r="25" fill="red"/><circle cx="240" cy="90" r="25" fill="blue"/></g>'
    '<rect x="10" y="120" width="80" height="60" fill="url(#p)"/>'
    '<path d="M200 20L290 60L200 60z" fill="crimson" fill-opacity=".6" stroke="teal"/>'
    f'<image x="250" y="110" width="40" height="40" href="{raster("lime")}"/>',
    'viewBox="0 0 300 200"',
)


def set_alone(data: bytes) -> Typeset:
    faces = load_faces(load_layout(layout_folders(ROOT), "default"))
    css = "@page{size:150mm 100mm;margin:0}img{width:150mm;display:block}"
    html = '<html><body style="margin:0"><img src="book:a.svg"/></body></html>'
    return typeset(Sheet("a", html, css, faces, (Resource("a.svg", "image/svg+xml", data),)))


def test_a_drawing_in_grey_looks_like_the_grey_of_the_drawing() -> None:
    made = set_alone(COLOURFUL)
    assert made.findings == ()
    pdf = pikepdf.open(io.BytesIO(made.pdf))
    make_mono(pdf)
    out = io.BytesIO()
    pdf.save(out)
    assert b"DeviceRGB" not in b"".join(item.unparse(resolved=True) for item in pdf.objects)
    coloured, grey = (
        pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil().convert("RGB")
        for data in (made.pdf, out.getvalue())
    )
    assert len(coloured.getcolors(99999) or []) > 500
    assert all(red == green == blue for _, (red, green, blue) in grey.getcolors(99999) or [])
    difference = ImageChops.difference(coloured.convert("L"), grey.convert("L"))
    assert difference.getextrema()[1] <= 8


@pytest.mark.parametrize(
    "units", ["", 'maskUnits="userSpaceOnUse" x="0" y="0" width="9" height="9"']
)
def test_a_masked_part_is_printed(units: str, tmp_path: Path) -> None:
    mask = f'<mask id="m" {units}><rect width="300" height="200" fill="white"/></mask>'
    part = f'{mask}<rect x="100" y="20" width="80" height="60" mask="url(#m)"/>'
    picture, findings = refused(tmp_path, drawing(part, 'viewBox="0 0 300 200"'))
    assert picture is not None and findings == ()
    page = pypdfium2.PdfDocument(set_alone(picture.grey.data).pdf)[0].render(scale=1).to_pil()
    assert page.convert("L").getextrema() == ((0, 255) if not units else (255, 255))


@pytest.mark.parametrize(
    "inside",
    ['<filter id="f"><feGaussianBlur/></filter>', '<mask maskContentUnits="objectBoundingBox"/>'],
)
def test_what_print_can_not_draw_is_told(inside: str, tmp_path: Path) -> None:
    assert "print leaves out" in cleaned(tmp_path, drawing(inside))[1]


def test_the_engine_reports_where_a_picture_is_set_and_how_large() -> None:
    placed = set_alone(COLOURFUL).pictures
    assert [(item.name, item.page) for item in placed] == [("a.svg", 0)]
    assert (round(placed[0].width.mm, 2), round(placed[0].height.mm, 2)) == (150, 100)


def test_epubcheck_accepts_what_cleaning_leaves(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\n![x](x.svg)\n\n![y](y.svg)\n")
    wild = (
        '<rect onclick="x()" data-a="1" xlink:title="t" x:y="1" id="1 2" role="img" '
        'aria-label="x" width="1" height="1"/><a href="http://a.example"><text>T<a href="x">U</a>'
        '</text></a><script/><use href="#1 2"/><foreignObject/><filter id="f"><feGaussianBlur '
        'stdDeviation="2"/></filter><circle r="4" filter="url(#f)"/><title>Judul</title>'
        '<switch><g id="a"/></switch><marker id="a"/><symbol id="s" viewBox="0 0 1 1"/>'
    )
    attributes = 'xmlns:x="http://x" version="1.1" baseProfile="full" enable-background="new"'
    (folder / "manuscript" / "x.svg").write_bytes(
        drawing(wild, f'{attributes} width="9" height="9"')
    )
    (folder / "manuscript" / "y.svg").write_bytes(COLOURFUL)
    assert_passes(make(folder), tmp_path)
