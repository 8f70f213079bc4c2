"""Covers for every printer, from thin to thick, measured on the finished file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from bookbuild.book.manuscript import read_manuscript
from bookbuild.folders import layout_folders
from bookbuild.gathering import gather
from bookbuild.press.compositors import ALONE
from bookbuild.press.cover import cover
from bookbuild.press.interior import Extent
from bookbuild.press.printer import load_printer
from bookbuild.press.raster import text_boxes
from bookbuild.press.sheets import Ingredients
from tests.support import ROOT, copy_book

MM = 72 / 25.4
PRINTERS = ("digital-id", "ingram", "kdp", "lulu", "offset-id")
EXTENTS = (40, 78, 80, 150, 280, 500, 800)
SPINES = {  # of 280 pages in mm, from the formulas that the printers publish
    "digital-id": 280 / 2 * 0.090 + 2 * 0.30,
    "kdp": 280 * 0.0025 * 25.4,
    "lulu": (280 / 444 + 0.06) * 25.4,
    "ingram": 280 / 2 * 0.0050 * 25.4 + 2 * 0.26,
    "offset-id": 280 / 2 * 0.090 + 2 * 0.30 + 0.3,
}


@pytest.fixture(scope="module")
def made_from(tmp_path_factory: pytest.TempPathFactory) -> Ingredients:
    folder = copy_book("serba", tmp_path_factory.mktemp("serba"))
    return gather(read_manuscript(Path(folder)), layout_folders(folder), ALONE)[0]


@pytest.mark.parametrize("pages", EXTENTS)
@pytest.mark.parametrize("name", PRINTERS)
def test_the_cover_fits_the_block(made_from: Ingredients, name: str, pages: int) -> None:
    printer = load_printer(layout_folders(ROOT), name)
    made = cover(made_from, Extent(0, pages, 0), printer, ALONE)
    geometry, bleed = made.geometry, printer.cover.bleed.pt
    (page,) = (book := pikepdf.open(io.BytesIO(made.pdf))).pages
    trim = [float(value) for value in page.trimbox]
    outer = [float(value) for value in page.get("/BleedBox", page.mediabox)]
    assert outer[2] - outer[0] == pytest.approx(geometry.sheet_width.pt, abs=0.01)
    assert trim[2] - trim[0] == pytest.approx(300 * MM + geometry.spine.pt, abs=0.01)
    assert trim[3] - trim[1] == pytest.approx(230 * MM, abs=0.01)
    assert trim[0] - outer[0] == pytest.approx(bleed, abs=0.01)
    assert len(book.pages) == 1
    left = 150 * MM  # boxes of text count from the trim
    right = left + geometry.spine.pt
    on_spine = [
        box for box in text_boxes(made.pdf)[0] if box.right > left - 3 and box.left < right + 3
    ]
    clear = printer.spine.text_clearance.pt
    for box in on_spine:
        assert left + clear <= box.left
        assert box.right <= right - clear
    if pages < printer.spine.text_pages:
        assert not on_spine
    if pages >= 280:
        assert on_spine
        middle = (min(b.left for b in on_spine) + max(b.right for b in on_spine)) / 2
        assert middle == pytest.approx((left + right) / 2, abs=geometry.spine.pt * 0.12)
    assert scanned(made.pdf) == ["9786020652788"]


def scanned(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    finally:
        document.close()
    return [item.text for item in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("name", PRINTERS)
def test_the_spine_is_what_the_printers_formula_gives(made_from: Ingredients, name: str) -> None:
    plain = made_from.spec.paper.model_copy(update={"name": "HVS", "gsm": 70, "caliper": None})
    board = made_from.spec.cover.model_copy(update={"caliper": None})
    spec = made_from.spec.model_copy(update={"paper": plain, "cover": board})
    bare = replace(made_from, spec=spec)
    printer = load_printer(layout_folders(ROOT), name)
    made = cover(bare, Extent(0, 280, 0), printer, ALONE)
    assert made.geometry.spine.mm == pytest.approx(SPINES[name], abs=0.001)
