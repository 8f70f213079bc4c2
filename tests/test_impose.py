"""Press sheets as the printer gets them: cut apart on the screen and laid together again."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageStat

from bookbuild import output
from bookbuild.choices import Flip, Grain
from bookbuild.press.stock import CannotImpose
from bookbuild.presswork import Sheets, Wishes, impose, make_sheets
from bookbuild.units import mm
from tests.conftest import long_chapter
from tests.support import letters, make, page_texts, small_book

MM = 72 / 25.4
DOTS = 4
"""Pixels in a millimetre."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built book of about thirty pages of 150 × 230 mm."""
    chapters = [long_chapter(number, 20) for number in range(1, 5)]
    folder = small_book(tmp_path_factory.mktemp("cetak"), *chapters)
    output.write(make(folder), folder)
    return folder


@pytest.fixture(scope="module")
def master(book: Path) -> Path:
    return book / "build" / "kecil" / "interior.pdf"


def foreign(pages: int, bleed: float = 0, size: tuple[float, float] = (100, 150)) -> pikepdf.Pdf:
    """Another tool's PDF in millimetres: its boxes off the origin, a different drawing a page."""
    pdf = pikepdf.new()
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(500, 500))
        left, foot = 20.0 + number % 2, 30.0
        trim = [left, foot, left + size[0], foot + size[1]]
        outer = [trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed]
        page.obj.MediaBox = Array([v * MM for v in (0, 0, size[0] + 50, size[1] + 60)])
        page.obj.TrimBox = Array([v * MM for v in trim])
        page.obj.BleedBox = Array([v * MM for v in outer])
        bars = "".join(
            f"{left + 10 + 5 * bar} {foot + 20} 3 {10 + 9 * (number >> bar & 1)} re f "
            for bar in range(6)
        )
        ground = f"0.1 0.2 0 0 k 0 0 {size[0] + 50} {size[1] + 60} re f"
        page.obj.Contents = pdf.make_stream(f"{MM} 0 0 {MM} 0 0 cm {ground} 0 g {bars}".encode())
    return pdf


def saved(pdf: pikepdf.Pdf, file: Path) -> Path:
    pdf.save(file, fix_metadata_version=False)
    return file


def one(source: Path, wishes: Wishes) -> Sheets:
    (sheets,) = make_sheets(source, wishes)
    return sheets


def pictures(pdf: bytes, boxes: bool = False) -> list[Image.Image]:
    """Every page in grey; with `boxes` what its TrimBox shows."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        images = []
        for page in document:
            left, foot, right, top = page.get_trimbox() if boxes else page.get_mediabox()
            width, height = (round((v / MM) * DOTS) / DOTS * MM for v in (right - left, top - foot))
            page.set_cropbox(left, foot, left + width - 1e-3, foot + height - 1e-3)
            images.append(page.render(scale=DOTS / MM).to_pil().convert("L"))
        return images
    finally:
        document.close()


def cut_and_stacked(sheets: Sheets) -> list[Image.Image]:
    """What a binder does: look at both sides of each sheet, cut all, lay the piles together."""
    record = sheets.record
    sides = pictures(sheets.pdf)
    width, height = (round(v * DOTS) for v in record["piece_mm"])
    upright = (record["sheet_mm"][1] >= record["sheet_mm"][0]) == (record["flip"] == "long")
    turn = Image.Transpose.FLIP_LEFT_RIGHT if upright else Image.Transpose.FLIP_TOP_BOTTOM
    leaves = []
    for place in range(record["pieces"]):
        row, column = divmod(place, record["columns"])
        gap = record["gap_mm"] * DOTS
        left = (sides[0].width - record["columns"] * (width + gap) + gap) / 2
        top = (sides[0].height - record["rows"] * (height + gap) + gap) / 2
        box = [left + column * (width + gap), top + row * (height + gap)]
        edges = tuple(round(v) for v in (*box, box[0] + width, box[1] + height))
        for sheet in range(record["sheets"]):
            through = sides[sheet * 2 + 1].transpose(turn)
            recto, back = sides[sheet * 2].crop(edges), through.crop(edges)
            leaves += [recto, back.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    return leaves


def is_blank(leaf: Image.Image) -> bool:
    """True without ink; the outermost pixel may show the neighbour's edge."""
    inner = leaf.crop((1, 1, leaf.width - 1, leaf.height - 1))
    return bool(inner.getextrema() == (255, 255))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in grey, 0 to 255, of a look from farther away: turned letters are drawn
    with other edges."""
    assert one.size == other.size
    one, other = one.reduce(DOTS), other.reduce(DOTS)
    return float(ImageStat.Stat(ImageChops.difference(one, other)).mean[0])


@pytest.mark.parametrize("flip", Flip)
@pytest.mark.parametrize("sheet", ["A3+", "65 × 50", "F4"])
def test_cut_and_stacked_the_sheets_are_the_book(master: Path, sheet: str, flip: Flip) -> None:
    sheets = one(master, Wishes(sheet, flip=flip))
    wanted = pictures(master.read_bytes())
    leaves = cut_and_stacked(sheets)
    assert len(leaves) >= len(wanted)
    for number, (found, page) in enumerate(zip(leaves, wanted, strict=False)):
        away = difference(found, page)
        assert away < 1.5, f"page {number + 1}"
        others = [other for other in wanted if difference(other, page) > 0]
        assert all(difference(found, other) > 2 * away for other in others)
    assert all(is_blank(leaf) for leaf in leaves[len(wanted) :])


@pytest.mark.parametrize("flip", Flip)
@pytest.mark.parametrize("bleed", [0, 3])
def test_other_tools_pages_with_bleed_and_odd_boxes_are_cut_alike(
    tmp_path: Path, flip: Flip, bleed: float
) -> None:
    source = saved(foreign(13, bleed), tmp_path / "asing.pdf")
    sheets = one(source, Wishes("A3+", flip=flip))
    assert sheets.record["pieces"] == (4 if bleed else 9)
    wanted = pictures(source.read_bytes(), boxes=True)
    leaves = cut_and_stacked(sheets)
    for found, page in zip(leaves, wanted, strict=False):
        assert difference(found, page) < 1
    assert all(is_blank(leaf) for leaf in leaves[13:])


def test_bleed_reaches_beyond_the_cut_on_every_edge(tmp_path: Path) -> None:
    source = saved(foreign(4, 3), tmp_path / "asing.pdf")
    front = pictures(one(source, Wishes("140 x 190 mm")).pdf)[0]
    left, top = (front.width - 100 * DOTS) // 2, (front.height - 150 * DOTS) // 2
    inside = [(left - 10, 400), (left + 100 * DOTS + 9, 400), (400, top - 10), (400, top + 609)]
    outside = [(left - 14, 400), (left + 100 * DOTS + 14, 400), (400, top - 14), (400, top + 614)]
    assert all(front.getpixel(spot) != 255 for spot in inside)
    assert all(front.getpixel(spot) == 255 for spot in outside)


def test_repeated_leaves_make_a_whole_book_of_each_pile(master: Path) -> None:
    sheets = one(master, Wishes("A3+", repeat=True))
    wanted = pictures(master.read_bytes())
    leaves = cut_and_stacked(sheets)
    assert len(leaves) == len(wanted) * 4
    for found, page in zip(leaves, wanted * 4, strict=True):
        assert difference(found, page) < 1


def test_the_text_of_the_master_is_all_there_and_nothing_else(master: Path) -> None:
    sheets = one(master, Wishes("A3+", order="Z"))
    found = letters("".join(page_texts(sheets.pdf)))
    for number in range(sheets.record["sheets"]):
        for side in ("front", "back"):
            slug = f"sheet{number + 1}of{sheets.record['sheets']}{side}master"
            assert found.count(slug) == 1
    text = letters("".join(page_texts(master.read_bytes())))
    slugs = len("sheet1of4frontmaster12345678z") + len("sheet1of4backmaster12345678z")
    assert len(found) == len(text) + slugs * sheets.record["sheets"]


def test_sheets_are_the_size_of_the_paper_and_scale_nothing(master: Path) -> None:
    pdf = pikepdf.open(io.BytesIO(one(master, Wishes("A3+")).pdf))
    for page in pdf.pages:
        for box in (page.obj.MediaBox, page.obj.TrimBox, page.obj.BleedBox):
            assert [float(v) for v in box] == pytest.approx([0, 0, 329 * MM, 483 * MM], abs=0.01)
        placed = [
            [float(v) for v in operands]
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "cm"
        ]
        assert all(matrix[:4] == [1, 0, 0, 1] for matrix in placed)
    assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"


def test_only_black_is_added_to_the_masters_own_objects(master: Path) -> None:
    pdf = pikepdf.open(io.BytesIO(one(master, Wishes("A3+")).pdf))
    colour = {"rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "cs", "CS", "gs", "sh"}
    fonts: set[str] = set()
    for page in pdf.pages:
        operators = [str(operator) for _, operator in pikepdf.parse_content_stream(page)]
        assert not colour & set(operators)
        for form in page.obj.Resources.XObject.values():
            assert "/Group" not in form
            fonts |= {str(font.BaseFont) for font in form.Resources.get("/Font", {}).values()}
        (slug,) = page.obj.Resources.Font.values()
        assert "/FontFile2" in slug.DescendantFonts[0].FontDescriptor
    before = pikepdf.open(master)
    names = {
        str(font.BaseFont)
        for page in before.pages
        for font in page.obj.Resources.get("/Font", {}).values()
    }
    assert fonts == names


def test_intent_information_and_metadata_are_the_masters(tmp_path: Path) -> None:
    pdf = foreign(4)
    pdf.docinfo["/Title"] = "Judul"
    pdf.docinfo["/GTS_PDFXVersion"] = "PDF/X-1a:2003"
    pdf.docinfo["/Trapped"] = Name("/False")
    pdf.docinfo["/ModDate"] = "D:20260101000000Z"
    intent = Dictionary(S=Name.GTS_PDFX, OutputConditionIdentifier="FOGRA39")
    intent.DestOutputProfile = pdf.make_stream(b"profile", N=4)
    pdf.Root.OutputIntents = Array([intent])
    pdf.Root.Metadata = pdf.make_stream(b"<x/>", Type=Name.Metadata, Subtype=Name.XML)
    sheets = one(saved(pdf, tmp_path / "a.pdf"), Wishes("A3+"))
    found = pikepdf.open(io.BytesIO(sheets.pdf))
    assert dict(found.docinfo) == dict(pdf.docinfo)
    (kept,) = found.Root.OutputIntents
    assert str(kept.OutputConditionIdentifier) == "FOGRA39"
    assert kept.DestOutputProfile.read_bytes() == b"profile"
    assert found.Root.Metadata.read_bytes() == b"<x/>"
    assert "Judul" in page_texts(sheets.pdf)[0]


def test_a_master_without_a_title_gets_the_orders(tmp_path: Path) -> None:
    source = saved(foreign(4), tmp_path / "asing.pdf")
    for order, title in (("", "asing"), ("Pesanan 7", "Pesanan 7")):
        sheets = one(source, Wishes("A3+", order=order))
        pdf = pikepdf.open(io.BytesIO(sheets.pdf))
        assert str(pdf.docinfo["/Title"]) == title


def strokes(page: pikepdf.Page) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Every line drawn on a sheet, in millimetres, and whether it is dashed."""
    start: tuple[float, ...] = ()
    dashed = False
    waiting: list[tuple[float, ...]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "d":
                dashed = bool(len(operands[0]))
            case "m":
                start = tuple(float(v) / MM for v in operands)
            case "l":
                waiting.append((*start, *(float(v) / MM for v in operands)))
            case "S":
                yield from ((line, dashed) for line in waiting)
                waiting = []


def rectangles(record: Mapping[str, Any], bleed: float) -> list[tuple[float, ...]]:
    """Each piece with its bleed: left, foot, right, top."""
    (width, height), (across, up), gap = record["sheet_mm"], record["piece_mm"], record["gap_mm"]
    left = (width - record["columns"] * (across + gap) + gap) / 2
    foot = (height - record["rows"] * (up + gap) + gap) / 2
    return [
        (x - bleed, y - bleed, x + across + bleed, y + up + bleed)
        for x in (left + i * (across + gap) for i in range(record["columns"]))
        for y in (foot + i * (up + gap) for i in range(record["rows"]))
    ]


@pytest.mark.parametrize("bleed", [0, 3])
@pytest.mark.parametrize("flip", Flip)
def test_marks_and_slug_keep_off_every_piece_and_lie_in_what_prints(
    tmp_path: Path, bleed: float, flip: Flip
) -> None:
    source = saved(foreign(40, bleed), tmp_path / "asing.pdf")
    sheets = one(source, Wishes("SRA3", order="Pesanan " * 60, flip=flip, gap=mm(2)))
    width, height = sheets.record["sheet_mm"]
    pieces = rectangles(sheets.record, bleed)
    pdf = pikepdf.open(io.BytesIO(sheets.pdf))
    for page in pdf.pages:
        lines = [line for line, _ in strokes(page)]
        assert len(lines) == 4 * (sheets.record["columns"] + sheets.record["rows"])
        for x0, y0, x1, y1 in lines:
            assert min(x0, x1, y0, y1, width - x0, width - x1, height - y0, height - y1) >= 4.99
            for left, foot, right, top in pieces:
                assert (
                    max(x0, x1) < left
                    or min(x0, x1) > right
                    or (max(y0, y1) < foot or min(y0, y1) > top)
                )
    document = pypdfium2.PdfDocument(sheets.pdf)
    text = document[0].get_textpage()
    boxes = [[v / MM for v in text.get_rect(index)] for index in range(text.count_rects())]
    document.close()
    assert boxes
    for left, foot, right, top in boxes:
        assert left > pieces[0][0] + 1
        assert right < pieces[0][2] - 1
        assert foot >= 4.9
        assert top < min(piece[1] for piece in pieces)


def test_every_cut_has_a_mark_at_both_ends(master: Path) -> None:
    sheets = one(master, Wishes("A3+"))
    pdf = pikepdf.open(io.BytesIO(sheets.pdf))
    lines = [line for line, _ in strokes(pdf.pages[0])]
    upright = sorted(round(line[0], 1) for line in lines if line[0] == line[2])
    lying = sorted(round(line[1], 1) for line in lines if line[1] == line[3])
    assert upright == [14.5, 14.5, 164.5, 164.5, 314.5, 314.5]
    assert lying == [11.5, 11.5, 241.5, 241.5, 471.5, 471.5]


def test_the_slug_is_the_orders_and_what_the_font_lacks_is_a_question_mark(master: Path) -> None:
    texts = page_texts(one(master, Wishes("A3+", order="Pesanan 12 漢 2026-11-24")).pdf)
    assert "sheet 1 of 4 · front · master" in texts[0]
    assert "sheet 4 of 4 · back · master" in texts[-1]
    assert all("Pesanan 12 ? 2026-11-24" in text for text in texts)
    assert "Buku Kecil" in page_texts(one(master, Wishes("A3+")).pdf)[0].split("master")[1]


def test_a_cover_lies_in_the_middle_with_its_folds_marked(book: Path) -> None:
    folder = book / "build" / "kecil"
    cover = folder / "cover.pdf"
    sheets = one(cover, Wishes("33 x 66 cm"))
    listed = json.loads((folder / "manifest.json").read_text())["artifacts"]
    spine = next(item["spine_mm"] for item in listed if item["role"] == "cover")
    pdf = pikepdf.open(io.BytesIO(sheets.pdf))
    (page,) = pdf.pages
    width = sheets.record["sheet_mm"][0]
    lines = list(strokes(page))
    folds = sorted({round(line[0], 2) for line, dashed in lines if dashed})
    cuts = sorted(
        {round(line[0], 2) for line, dashed in lines if not dashed and line[0] == line[2]}
    )
    assert folds == pytest.approx([(width - spine) / 2, (width + spine) / 2], abs=0.02)
    assert cuts == pytest.approx(
        [width / 2 - 150 - spine / 2, width / 2 + 150 + spine / 2], abs=0.02
    )
    found = pictures(sheets.pdf)[0]
    wanted = pictures(cover.read_bytes())[0]
    left, top = (found.width - wanted.width) / 2, (found.height - wanted.height) / 2
    piece = found.crop(
        (round(left), round(top), round(left) + wanted.width, round(top) + wanted.height)
    )
    assert difference(piece, wanted) < 4
    assert found.getpixel((found.width // 2, round(top) - 2)) == 255


def test_a_cover_across_the_grain_is_a_warning(book: Path) -> None:
    cover = book / "build" / "kecil" / "cover.pdf"
    long, short = (one(cover, Wishes("33 x 45 cm", grain=grain)) for grain in Grain)
    assert not short.findings
    assert not long.findings
    wide = replace(Wishes("31.5 x 45 cm"), grain=Grain.LONG)
    (finding,) = one(cover, wide).findings
    assert finding.code == "cover-sheet"
    assert "315 mm side" in finding.hint
    assert not one(cover, replace(wide, grain=None)).findings


def test_the_output_says_what_the_binder_must_know(master: Path) -> None:
    said = "\n".join(one(master, Wishes("A3+")).lines)
    for words in (
        "4 sheets, 4 pieces a side (2 × 2)", "13% waste", "1 blank piece at the end",
        "grain along the 483 mm side", "cut at 14.5, 164.5, 314.5 mm from the left",
        "turned about the long edge", "sheet 1 on top", "at 100 %",
    ):  # fmt: skip
        assert words in said


def test_a_book_is_imposed_whole_into_a_folder_of_its_own(book: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(book, tmp_path / "b"))
    made = impose(folder, Wishes("A3+"))
    names = [sheets.target.relative_to(folder).as_posix() for sheets in made]
    assert names == ["build/kecil-sheets/interior.pdf", "build/kecil-sheets/cover.pdf"]
    assert all(sheets.target.read_bytes() == sheets.pdf for sheets in made)
    assert "spine_mm" in made[1].record
    output.write(make(folder), folder)
    assert made[0].target.is_file()
    assert (
        impose(folder, Wishes("A3+", out=tmp_path / "lain"))[0].target
        == tmp_path / "lain/interior.pdf"
    )


def test_a_set_that_is_not_for_print_is_imposed_with_a_warning(book: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(book, tmp_path / "b"))
    file = folder / "build" / "kecil" / "manifest.json"
    content = json.loads(file.read_text())
    content["print_sets"][0]["errors"] = ["printer-gutter"]
    file.write_text(json.dumps(content))
    for sheets in make_sheets(folder, Wishes("A3+")):
        (finding,) = sheets.findings
        assert finding.code == "impose-not-for-print"
        assert "printer-gutter" in finding.message


def test_a_file_that_is_not_what_was_built_is_refused(book: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(book, tmp_path / "b"))
    built = folder / "build" / "kecil"
    (built / "cover.pdf").write_bytes((built / "interior.pdf").read_bytes())
    with pytest.raises(CannotImpose, match="not what was built"):
        make_sheets(folder, Wishes("A3+"))
    (built / "manifest.json").write_text('{"artifacts": [{"role": "cover", "file": "cover.pdf"}]}')
    with pytest.raises(CannotImpose, match="damaged"):
        make_sheets(folder, Wishes("A3+"))
    shutil.rmtree(built)
    with pytest.raises(CannotImpose, match="bookbuild build first"):
        make_sheets(folder, Wishes("A3+"))


def turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Rotate = 90


def of_two_sizes(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].obj.TrimBox = Array([0, 0, 300, 400])


def tiny(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Array([0, 0, 10, 10])


def nonsense(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Array([Name.A, Name.B, 3])


def without_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[:]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (turned, "page 2 is turned"),
        (of_two_sizes, r"page 1 is 100.0 × 150.0 mm, page 3 105.8 × 141.1 mm"),
        (tiny, "smaller than 20 mm"),
        (nonsense, "damaged"),
        (without_pages, "has 0 pages|is no PDF"),  # qpdf says so itself where limits are set
    ],
)
def test_a_master_that_cannot_be_cut_is_refused(change: Any, said: str, tmp_path: Path) -> None:
    pdf = foreign(4)
    change(pdf)
    with pytest.raises(CannotImpose, match=said):
        make_sheets(saved(pdf, tmp_path / "a.pdf"), Wishes("A3+"))


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    for user in ("", "rahasia"):
        foreign(4).save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(owner="x", user=user))
        with pytest.raises(CannotImpose, match="encrypted"):
            make_sheets(tmp_path / "a.pdf", Wishes("A3+"))


def test_a_cover_is_no_interior_and_an_interior_no_cover(tmp_path: Path) -> None:
    sampul = saved(foreign(1, 3, (212, 150)), tmp_path / "sampul.pdf")
    with pytest.raises(CannotImpose, match="--spine-mm"):
        make_sheets(sampul, Wishes("A3+"))
    assert one(sampul, Wishes("A3+", spine=mm(12))).record["spine_mm"] == 12
    with pytest.raises(CannotImpose, match="spine of 130 mm"):
        make_sheets(sampul, Wishes("A3+", spine=mm(130)))
    isi = saved(foreign(8), tmp_path / "isi.pdf")
    with pytest.raises(CannotImpose, match="8 pages; a cover is one page"):
        make_sheets(isi, Wishes("A3+", spine=mm(12)))


def test_a_master_is_never_written_over(tmp_path: Path) -> None:
    source = saved(foreign(4), tmp_path / "a.pdf")
    with pytest.raises(CannotImpose, match="the master itself"):
        make_sheets(source, Wishes("A3+", out=tmp_path / "x" / ".." / "a.pdf"))


WHOLE = io.BytesIO()
foreign(5, 3).save(WHOLE, deterministic_id=True)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE.getvalue()) - 1), st.binary(min_size=1, max_size=6)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 400),
)
def test_damaged_files_are_imposed_or_refused(
    tmp_path: Path, changes: list[tuple[int, bytes]], lost: int
) -> None:
    data = bytearray(WHOLE.getvalue())
    for where, what in changes:
        data[where : where + len(what)] = what
    file = tmp_path / "a.pdf"
    file.write_bytes(data[: len(data) - lost])
    try:
        sheets = one(file, Wishes("A3+"))
    except CannotImpose:
        return
    assert len(pikepdf.open(io.BytesIO(sheets.pdf)).pages) == sheets.record["sheets"] * 2


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bookbuild", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_same_master_gives_the_same_bytes(master: Path, tmp_path: Path) -> None:
    for name, zone, seed in (("a", "Asia/Jakarta", "1"), ("b", "UTC", "2")):
        file = str(tmp_path / f"{name}.pdf")
        result = run(
            "impose", str(master), "--sheet", "A3+", "--out", file, TZ=zone, PYTHONHASHSEED=seed
        )
        assert result.returncode == 0, result.stderr
        assert "4 sheets" in result.stdout
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_the_command_answers_in_json_and_refuses_with_exit_code_2(
    master: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "a.pdf")
    result = run("impose", str(master), "--sheet", "F4", "--out", out, "--json")
    (record,) = json.loads(result.stdout)["sheets"]
    assert (record["pieces"], record["grain"], record["file"]) == (1, "long", out)
    for source, sheet in ((master, "A9"), (tmp_path / "none.pdf", "A3+"), (Path(__file__), "A3+")):
        refused = run("impose", str(source), "--sheet", sheet)
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr
        assert "0x" not in refused.stderr
