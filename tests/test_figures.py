"""Figures that fill a page or a spread, set by the page engine with the default layout."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from bookbuild import xhtml
from bookbuild.diagnostics import Place
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces, upright
from bookbuild.layout import load_layout
from bookbuild.pictures import Picture, read_picture
from bookbuild.press.figures import Frame, arrange_figures
from bookbuild.press.geometry import type_area
from bookbuild.press.typeset import Resource, Sheet, Typeset, typeset
from bookbuild.units import mm, pt
from tests.support import ROOT

LAYOUT = load_layout(layout_folders(ROOT), "default")
FACES = load_faces(LAYOUT)
PAGE = LAYOUT.settings.page
TRIM = SimpleNamespace(width=mm(150), height=mm(230))
AREA = type_area(TRIM.height, PAGE)
WIDTH = TRIM.width - PAGE.inside - PAGE.outside
FRAME = Frame(WIDTH, AREA.height, PAGE.inside, upright(FACES), pt(9.8), pt(14))
CAPTION = (
    "Keterangan yang cukup panjang supaya memenuhi lebih dari satu baris di bawah gambarnya. " * 2
)


def picture(folder: Path, width: int, height: int) -> Picture:
    image = Image.new("L", (width, height), 200)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height), fill=40)
    image.save(folder / "a b.png")
    found, _ = read_picture(folder / "a b.png", "a b.png", Place("x"))
    assert found is not None
    return found


def set_figure(shown: Picture, kind: str, before: str = "<p>Awal.</p>") -> Typeset:
    root = xhtml.parse(
        f'{before}<figure class="{kind}" id="gambar"><img src="a b.png" alt="Gambar"/>'
        f"<figcaption>{CAPTION}</figcaption></figure><p>Akhir.</p>"
    )
    arrange_figures(root, {"a b.png": shown}, FRAME)
    for image in xhtml.elements(root, "img"):
        image.set("src", "book:a%20b.png")
    values = {
        "trim": TRIM, "page": PAGE, "area": AREA, "side": "recto", "opener": True,
        "title_size": pt(36), "imprint_leading": pt(14), "code": LAYOUT.settings.code,
        "composition": LAYOUT.settings.composition,
    }  # fmt: skip
    css = LAYOUT.fill("interior/page.css", values)
    html = f'<html lang="id"><body>{xhtml.write(root)}</body></html>'
    resource = Resource("a b.png", shown.grey.media_type, shown.grey.data)
    return typeset(Sheet("a", html, css, FACES, (resource,)))


def page(made: Typeset, number: int) -> Image.Image:
    """A page as pixels, two to a point."""
    image: Image.Image = pypdfium2.PdfDocument(made.pdf)[number].render(scale=2).to_pil()
    return image.convert("L")


@pytest.mark.parametrize(("width", "height"), [(1200, 900), (600, 2000), (30, 30)])
def test_a_page_figure_is_alone_and_as_large_as_its_caption_allows(
    width: int, height: int, tmp_path: Path
) -> None:
    made = set_figure(picture(tmp_path, width, height), "page")
    assert (made.page_count, made.anchors["gambar"], made.findings) == (3, 1, ())
    (placed,) = made.pictures
    assert abs(placed.width.pt / placed.height.pt - width / height) < 0.01
    room = AREA.height - PAGE.leading * 2
    assert placed.width.pt <= WIDTH.pt + 0.1 and placed.height.pt <= room.pt + 0.1
    fills_width = abs(placed.width.pt - WIDTH.pt) < 0.1
    assert fills_width or placed.height.pt > (room - PAGE.leading * 1.1).pt


@pytest.mark.parametrize(
    ("before", "verso"),
    [("<p>Awal.</p>", 1), ('<p>Awal.</p><p style="break-before: page">Dua.</p>', 3)],
)
def test_a_spread_lies_on_a_verso_and_the_recto_that_faces_it(
    before: str, verso: int, tmp_path: Path
) -> None:
    made = set_figure(picture(tmp_path, 1600, 900), "spread", before)
    assert [item.page for item in made.pictures] == [verso, verso + 1]  # page 0 is a recto
    assert made.anchors["gambar"] == verso
    assert made.page_count == verso + 3
    assert made.findings == ()


@pytest.mark.parametrize(("width", "height"), [(1600, 900), (900, 1600)])
def test_the_halves_of_a_spread_meet_at_the_fold(width: int, height: int, tmp_path: Path) -> None:
    made = set_figure(picture(tmp_path, width, height), "spread")
    left, right = page(made, 1), page(made, 2)
    middle = round((PAGE.top.pt + made.pictures[0].height.pt / 2) * 2)
    assert 35 <= left.getpixel((left.width - 2, middle)) <= 45
    assert 195 <= right.getpixel((2, middle)) <= 205
    half = made.pictures[0].width.pt  # at two pixels to a point, half the picture
    assert left.getpixel((round(left.width - half - 4), middle)) == 255
    assert 35 <= left.getpixel((round(left.width - half + 4), middle)) <= 45
    assert right.getpixel((round(half + 4), middle)) == 255
    assert 195 <= right.getpixel((round(half - 4), middle)) <= 205


def test_a_spread_keeps_one_id_one_alternative_and_its_caption(tmp_path: Path) -> None:
    root = xhtml.parse(
        '<figure id="g"><img class="spread" src="a b.png" alt="Gambar"/>'
        "<figcaption>Kata</figcaption></figure>sesudah"
    )
    arrange_figures(root, {"a b.png": picture(tmp_path, 90, 60)}, FRAME)
    written = xhtml.write(root)
    assert written.count('id="g"') == written.count('alt="Gambar"') == 1
    assert written.count("Kata") == written.count("sesudah") == 1
    assert written.endswith("</figcaption></figure>sesudah")


def test_a_figure_in_the_column_ends_on_the_line_grid(tmp_path: Path) -> None:
    text = '<figure><img src="a b.png" alt="x"/></figure>'
    root = xhtml.parse(text)
    arrange_figures(root, {"a b.png": picture(tmp_path, 90, 60)}, FRAME)
    size = "width:67.5pt;height:45pt;margin-bottom:11pt"
    assert xhtml.write(root) == text.replace("/>", f' style="{size}"/>')
