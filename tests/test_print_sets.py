"""One edition, a print set for each printer: what differs, what is recorded, what is refused."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from bookbuild import pipeline
from bookbuild.cli import app
from bookbuild.edition import Artifact, PrintSet
from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.pipeline import Build
from bookbuild.units import mm
from tests.conftest import long_chapter
from tests.support import ROOT, page_texts, small_book

PRINTERS = ("digital-id", "ingram", "kdp", "lulu", "offset-id")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_book(
        tmp_path_factory.mktemp("cetak"), *(long_chapter(number, 45) for number in range(1, 5))
    )


@pytest.fixture(scope="module")
def build(folder: Path) -> Build:
    return pipeline.make(folder, lambda step: None, PRINTERS)


def artifact(build: Build, file: str) -> Artifact:
    return next(item for item in build.artifacts if item.file == file)


def test_each_printer_gets_an_interior_and_a_cover_of_its_own(build: Build) -> None:
    assert [item.printer for item in build.print_sets] == list(PRINTERS)
    for print_set in build.print_sets:
        name = print_set.printer
        assert print_set.interior.file == f"interior-{name}.pdf"
        assert print_set.cover.file == f"cover-{name}.pdf"


@pytest.mark.parametrize("name", PRINTERS)
def test_the_interior_ends_with_the_blanks_that_the_printer_asks_for(
    build: Build, name: str
) -> None:
    texts = page_texts(artifact(build, f"interior-{name}.pdf").data)
    multiple = {"ingram": 6, "lulu": 4, "offset-id": 8}.get(name, 2)
    assert len(texts) % multiple == 0
    own = page_texts(artifact(build, "interior-digital-id.pdf").data)
    assert texts[: len(own)] == own
    assert not any(text.strip() for text in texts[len(own) :])
    assert len(texts) - len(own) < multiple + 2
    if name == "ingram":
        assert texts[-1].strip() == ""


def test_the_manifest_says_how_each_spine_was_reckoned(build: Build) -> None:
    record = json.loads(build.manifest)
    by_file = {item["file"]: item for item in record["artifacts"]}
    for name in PRINTERS:
        inside, outside = by_file[f"interior-{name}.pdf"], by_file[f"cover-{name}.pdf"]
        for item in (inside, outside):
            assert item["printer"] == name
            assert item["block_pages"] == inside["pages"]
            assert item["formula"].startswith(f"{inside['pages']} / 2 × ")
            assert item["formula"].endswith(f"= {item['spine_mm']:.2f} mm")
        bleed = 3 if name.endswith("-id") else 3.175
        expected = 2 * bleed + 300 + outside["spine_mm"]
        assert outside["size_mm"][0] == pytest.approx(expected, abs=0.011)
    assert by_file["cover-kdp.pdf"]["caliper_mm"]["basis"] == "published"
    assert by_file["cover-digital-id.pdf"]["caliper_mm"]["basis"] == "assumed"


def test_a_caliper_that_nobody_measured_is_a_warning_for_each_printer(build: Build) -> None:
    warned = [item.message for item in build.findings if item.code == "caliper-assumed"]
    assert [message.split(":")[0] for message in warned] == [
        "Digital printer, Indonesia",
        "IngramSpark / Lightning Source",
        "Offset press, Indonesia",
    ]


def test_interior_and_cover_that_dont_belong_together_cant_be_one_set(build: Build) -> None:
    first, second = build.print_sets[0], build.print_sets[1]
    with pytest.raises(BookbuildError, match="don't belong together"):
        PrintSet(first.printer, first.interior, second.cover)
    assert first.interior.made_for is not None
    thicker = replace(first.cover, made_for=replace(first.interior.made_for, block_mm=20.0))
    with pytest.raises(BookbuildError, match="don't belong together"):
        PrintSet(first.printer, first.interior, thicker)
    with pytest.raises(BookbuildError, match="pages, and the cover fits"):
        PrintSet(first.printer, replace(first.interior, pages=2), first.cover)


def test_a_measured_block_makes_a_cover_that_fits_it(folder: Path, build: Build) -> None:
    measured = pipeline.make(folder, lambda step: None, ["digital-id"], mm(13.4))
    outside = artifact(measured, "cover.pdf")
    assert outside.size_mm == (320.0, 236.0)  # 3 + 150 + 13.4 + 2 × 0.3 + 150 + 3
    assert outside.made_for is not None
    assert outside.made_for.block_measured
    assert "caliper-assumed" not in [item.code for item in measured.findings]
    differs = [item for item in measured.findings if item.code == "block-differs"]
    assert len(differs) == 1
    assert "13.4 mm" in differs[0].message
    assert (
        artifact(measured, "interior.pdf").data == artifact(build, "interior-digital-id.pdf").data
    )


LIMITS = {
    "printer-trim": ('widest = "220 mm"', 'widest = "140 mm"', "140 × 130 to 310 mm"),
    "printer-extent": ("fewest_pages = 4 ", "fewest_pages = 400 ", "400 to 800 pages"),
    "printer-margin": ('inside = "9.6 mm"', 'inside = "21 mm"', "21 mm inside for"),
    "printer-type": ('type_size = "6 pt"', 'type_size = "9 pt"', "code has 8.4"),
    "printer-thickness": ('thinnest = "0.6 mm"', 'thinnest = "30 mm"', "30 to 50 mm"),
}


def own_printer(folder: Path, book: Path, old: str, new: str) -> Path:
    """A copy of the book that brings a printer called own: the default one with a change."""
    shutil.copytree(folder, book)
    text = (ROOT / "layouts" / "printers" / "digital-id.toml").read_text("utf-8")
    assert old in text
    (book / "layouts" / "printers").mkdir(parents=True)
    (book / "layouts" / "printers" / "own.toml").write_text(text.replace(old, new), "utf-8")
    return book


@pytest.mark.parametrize("code", LIMITS)
def test_a_limit_that_the_book_breaks_is_an_error_with_the_numbers(
    folder: Path, code: str, tmp_path: Path
) -> None:
    old, new, said = LIMITS[code]
    book = own_printer(folder, tmp_path / "b", old, new)
    result = CliRunner().invoke(app, ["build", str(book), "--printer", "own", "--json"])
    assert result.exit_code == 4
    record = json.loads(result.stdout)
    measured = ["gutter-narrow"] if code == "printer-margin" else []
    assert record["print_sets"][0]["errors"] == [*measured, code]
    assert not record["print_sets"][0]["for_print"]
    (finding,) = [item for item in record["findings"] if item["code"] == code]
    assert said in finding["message"]
    assert (book / "build" / "kecil" / "interior.pdf").exists()


def test_a_cover_that_fits_a_sheet_only_across_the_grain_is_a_warning(
    folder: Path, build: Build, tmp_path: Path
) -> None:
    # 236 mm along the grain and over 308 across it: no room left on 329 × 483 or 330 × 660 mm
    book = own_printer(folder, tmp_path / "b", 'margin = "5 mm"', 'margin = "90 mm"')
    made = pipeline.make(book, lambda step: None, ["own"])
    (finding,) = [item for item in made.findings if item.code == "cover-sheet"]
    assert "× 236.0 mm" in finding.message
    assert made.print_sets[0].for_print
    assert "cover-sheet" not in [item.code for item in build.findings]


def test_an_unknown_printer_is_refused_with_the_known_ones(folder: Path) -> None:
    for name in ("nobody", "../printers/kdp/x", ".."):
        with pytest.raises(BookFaults) as faults:
            pipeline.make(folder, lambda step: None, [name])
        assert "kdp.toml" in faults.value.findings[0].hint


def test_crop_marks_on_request_stand_off_the_bleed(folder: Path, build: Build) -> None:
    marked = pipeline.make(folder, lambda step: None, ["digital-id"], marks=True)
    for file, bleed in (("interior.pdf", 0), ("cover.pdf", 3)):
        book = pikepdf.open(io.BytesIO(artifact(marked, file).data))
        page = book.pages[0]
        trim, media = ([float(v) for v in box] for box in (page.trimbox, page.mediabox))
        bled = [float(v) for v in page.obj.BleedBox]
        assert 9 <= (trim[0] - media[0]) / 72 * 25.4 < 10  # 4 + 5 mm
        assert trim[0] - bled[0] == pytest.approx(bleed * 72 / 25.4, abs=0.01)
    plain = pikepdf.open(io.BytesIO(artifact(build, "interior-digital-id.pdf").data))
    assert list(plain.pages[0].mediabox) == list(plain.pages[0].trimbox)
    assert marked.print_sets[0].for_print
