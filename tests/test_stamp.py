"""A line for one copy: where it stands, what it leaves alone, and that it comes out the same."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.folders import layout_folders
from bookbuild.fonts import Face, upright
from bookbuild.layout import load_language
from bookbuild.pipeline import Build
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.model import Expected
from bookbuild.press.raster import render_trimmed
from bookbuild.press.stamp import CannotStamp, Template, kept_template, prepare, stamp
from bookbuild.ticket import stamp_line
from bookbuild.units import mm
from tests import pdfs
from tests.support import ROOT, lines_of, make, own_printer, page_texts, small_book

LINE = "Pesanan 20261124-0042 · eksemplar 2 dari 5 · dicetak 24 November 2026"
MM = 72 / 25.4


def interior(build: Build) -> bytes:
    return build.made[0].inside.pdf


def template_of(build: Build) -> Template:
    return prepare(interior(build), face(build), build.made[0].printer)


def face(build: Build) -> Face:
    return upright(build.made_from.faces)


def padded(folder: Path, *changes: tuple[str, str]) -> Build:
    """A book with blank leaves at its end, as a printer of signatures wants it."""
    small_book(folder, "# Satu\n\nTeks.\n")
    pages = ("multiples = [{ pages = 2 }]", "multiples = [{ pages = 16 }]")
    own_printer(folder, pages, *changes)
    return make(folder)


@pytest.fixture(scope="module")
def template(serba: Build) -> Template:
    return template_of(serba)


@pytest.fixture(scope="module")
def stamped(template: Template) -> bytes:
    return stamp(template, LINE).pdf


def test_the_line_names_order_copy_and_day(serba: Build) -> None:
    language = serba.made_from.language
    line = stamp_line(language, "20261124-0042", 2, 5, date(2026, 11, 24))
    assert line == LINE
    english = load_language(layout_folders(ROOT), "en")
    line = stamp_line(english, "20261124-0042", 2, 5, date(2026, 11, 24))
    assert line == "Order 20261124-0042 · copy 2 of 5 · printed 24 November 2026"


def test_the_line_stands_on_the_imprint_page_in_line_with_it(
    serba: Build, template: Template, stamped: bytes
) -> None:
    page = template.place.page
    assert "ISBN" in page_texts(interior(serba))[page]
    (drawn,) = (line for line in lines_of(stamped, page) if LINE in line.text)
    others = lines_of(interior(serba), page)
    assert abs(drawn.left - min(line.left for line in others)) < MM
    assert drawn.top < min(line.bottom for line in others) or drawn.bottom > max(
        line.top for line in others
    )


def test_the_line_keeps_to_the_printers_safe_zone(serba: Build, template: Template) -> None:
    (pixels,) = render_trimmed(stamp(template, LINE).pdf, [template.place.page], 600)
    (before,) = render_trimmed(interior(serba), [template.place.page], 600)
    row = 600 * 3
    changed = [
        (index % row // 3, index // row)
        for index, (one, other) in enumerate(zip(pixels.rgb, before.rgb, strict=True))
        if one != other
    ]
    safe = serba.made[0].printer.interior.safe.mm * 4
    assert changed
    assert all(safe < x < 600 - safe and safe < y < pixels.height - safe for x, y in changed)


def test_every_other_page_is_as_it_was(serba: Build, template: Template, stamped: bytes) -> None:
    pages = range(serba.made[0].inside.extent.pages)
    before, after = (render_trimmed(data, pages, 200) for data in (interior(serba), stamped))
    changed = [page for page in pages if before[page] != after[page]]
    assert changed == [template.place.page]


@pytest.mark.parametrize("printer", ["digital-id", "lulu", "ingram"])
def test_a_stamped_file_is_as_fit_for_the_press_as_it_was(tmp_path: Path, printer: str) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n")
    spec = folder / "manuscript/book.toml"
    spec.write_text(f'printer = "{printer}"\n' + spec.read_text("utf-8"), "utf-8")
    build = make(folder)
    made = build.made[0]
    trim = made.outside.geometry.panel, made.outside.geometry.height
    expected = Expected(
        part="interior", standard=made.printer.standard, profile=made.printer, trim=trim,
        pages=made.inside.extent.pages, mono=True,
    )  # fmt: skip
    before = check(interior(build), expected)
    after = check(stamp(template_of(build), LINE).pdf, expected)
    assert after.findings == before.findings
    assert before.facts is not None
    assert after.facts is not None
    assert after.facts.standard == made.printer.standard
    assert len(after.facts.fonts) == len(before.facts.fonts) + 1
    assert all(font.embedded and font.subset for font in after.facts.fonts)
    assert {ink for page in after.facts.pages for ink in page.inks} == {"K"}


def test_a_stamped_file_is_one_revision_without_faults(template: Template, stamped: bytes) -> None:
    assert stamped.count(b"%%EOF") == 1
    with pikepdf.open(io.BytesIO(stamped), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pdf_version == "1.4"


def test_the_template_itself_shows_nothing_new(serba: Build, template: Template) -> None:
    page = [template.place.page]
    assert render_trimmed(template.data, page, 400) == render_trimmed(interior(serba), page, 400)


def test_the_first_bytes_are_the_templates_and_the_length_is_known(template: Template) -> None:
    one, other = stamp(template, LINE), stamp(template, "Pesanan 1")
    head = bytes(one.parts[0])
    assert len(head) > 8
    assert template.data.startswith(head)
    assert one.size == other.size == len(template.data) == len(one.pdf)


def test_each_copy_has_identifiers_of_its_own(template: Template) -> None:
    named = []
    for line in (LINE, LINE.replace("2 dari", "3 dari")):
        with pikepdf.open(io.BytesIO(stamp(template, line).pdf)) as pdf:
            instance = bytes(pdf.Root.Metadata.read_bytes()).partition(b"InstanceID>")[2][:41]
            named.append((bytes(pdf.trailer.ID[0]), bytes(pdf.trailer.ID[1]), instance))
    (first, second, third), (other_first, other_second, other_third) = named
    assert first == other_first
    assert second != other_second
    assert third != other_third


def test_the_same_line_makes_the_same_bytes_in_any_process(tmp_path: Path, serba: Build) -> None:
    (tmp_path / "in.pdf").write_bytes(interior(serba))
    code = (
        "import sys; from pathlib import Path\n"
        "from bookbuild.fonts import load_faces, upright\n"
        "from bookbuild.folders import layout_folders\n"
        "from bookbuild.layout import load_layout\n"
        "from bookbuild.press.printer import load_printer\n"
        "from bookbuild.press.stamp import prepare, stamp\n"
        "folders = layout_folders(Path(sys.argv[2]).parent)\n"
        "face = upright(load_faces(load_layout(folders, 'default')))\n"
        "printer = load_printer(folders, 'digital-id')\n"
        "template = prepare(Path(sys.argv[2]).read_bytes(), face, printer)\n"
        "sys.stdout.write(stamp(template, sys.argv[1]).sha256)\n"
    )
    digests = {stamp(template_of(serba), LINE).sha256}
    for zone, seed in (("Asia/Jakarta", "1"), ("America/Lima", "77")):
        around = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", code, LINE, str(tmp_path / "in.pdf")]
        done = subprocess.run(
            command, cwd=ROOT, env=around, capture_output=True, text=True, check=True
        )
        digests.add(done.stdout)
    assert len(digests) == 1


def test_a_template_that_was_kept_stamps_the_same_bytes(template: Template) -> None:
    index = json.loads(json.dumps(template.index()))
    again = kept_template(template.data, index)
    assert stamp(again, LINE).sha256 == stamp(template, LINE).sha256


def test_a_blank_last_page_takes_the_line_in_its_middle(tmp_path: Path) -> None:
    build = padded(tmp_path / "b")
    template = template_of(build)
    count = build.made[0].inside.extent.pages
    assert template.place.page == count - 1
    (line,) = lines_of(stamp(template, LINE).pdf, count - 1)
    assert line.text.strip() == LINE
    assert abs((line.left + line.right) / 2 - 75 * MM) < MM


def test_crop_marks_do_not_move_the_line(tmp_path: Path) -> None:
    marks = '[marks]\nlength = "5 mm"\noffset = "4 mm"\n\n[interior]\nmultiples'
    lines = []
    for name, changes in (("plain", ()), ("marked", (("[interior]\nmultiples", marks),))):
        build = padded(tmp_path / name, *changes)
        template = template_of(build)
        data = stamp(template, LINE).pdf
        (line,) = (item for item in lines_of(data, template.place.page) if LINE in item.text)
        with pikepdf.open(io.BytesIO(data)) as pdf:
            left, bottom, *_ = (float(side) for side in pdf.pages[template.place.page].trimbox)
        lines.append((round(line.left - left, 1), round(line.bottom - bottom, 1), left))
    assert lines[0][:2] == lines[1][:2]
    assert lines[0][2] < lines[1][2]


def test_a_last_page_that_the_printer_keeps_stays_blank(tmp_path: Path) -> None:
    keeps = ("last_page_blank = false", "last_page_blank = true")
    template = template_of(padded(tmp_path / "b", keeps))
    assert template.place.page < 8


def test_an_interior_in_outlines_gets_a_line_in_outlines(tmp_path: Path) -> None:
    outlines = ("text_as_outlines = false", "text_as_outlines = true")
    build = padded(tmp_path / "b", outlines)
    data, last = stamp(template_of(build), LINE).pdf, build.made[0].inside.extent.pages - 1
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)
                 and item.get("/Type") == pikepdf.Name.Font]  # fmt: skip
        assert fonts == []
    (drawn,) = render_trimmed(data, [last], 600)
    (as_text,) = render_trimmed(stamp(template_of(padded(tmp_path / "t")), LINE).pdf, [last], 600)
    assert sum(value < 128 for value in drawn.rgb) > 500
    dark = [sum(value < 128 for value in pixels.rgb) for pixels in (drawn, as_text)]
    assert abs(dark[0] - dark[1]) < dark[1] / 4


def test_an_interior_without_imprint_and_blank_page_has_no_place(serba: Build) -> None:
    data = pdfs.saved(pdfs.valid())
    with pytest.raises(CannotStamp, match="neither a blank last page nor an imprint"):
        prepare(data, face(serba), pdfs.profile())


def test_a_full_imprint_page_takes_no_stamp(serba: Build) -> None:
    with pikepdf.open(io.BytesIO(interior(serba))) as book:
        page = book.pages[template_of(serba).place.page]
        page.contents_add(b"\n0 0 0 1 k 20 20 385 610 re f\n")
        out = io.BytesIO()
        book.save(out)
    with pytest.raises(CannotStamp, match="the imprint page, is full"):
        prepare(out.getvalue(), face(serba), serba.made[0].printer)


def test_what_is_no_pdf_is_refused_in_words(serba: Build) -> None:
    with pytest.raises(CannotStamp, match="can't be read"):
        prepare(b"%PDF-1.4 nothing", face(serba), serba.made[0].printer)


@pytest.mark.parametrize(
    ("line", "why"), [("Pesanan " + "W" * 60, "shorten"), ("Заказ 1", "can't write “Закз”")]
)
def test_a_line_that_does_not_fit_is_refused(template: Template, line: str, why: str) -> None:
    with pytest.raises(CannotStamp, match=why):
        stamp(template, line)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("ABKXYZabgkxyz0123456789-/.,()#\\<>[]éłŠ·"), min_size=1, max_size=50)
)
def test_any_line_of_prepared_letters_can_be_read_again(template: Template, line: str) -> None:
    try:
        done = stamp(template, line)
    except CannotStamp:
        return
    with pikepdf.open(io.BytesIO(done.pdf), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
    text = page_texts(done.pdf)[template.place.page]
    assert "".join(line.split()) in "".join(text.split())


def test_the_safe_zone_of_the_place_is_the_printers(template: Template, serba: Build) -> None:
    assert template.place.baseline > serba.made[0].printer.interior.safe
    assert template.place.room < mm(150)
