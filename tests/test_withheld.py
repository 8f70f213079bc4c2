"""A picture without text alternative: the print files are made, what is read aloud is not."""

import json
from pathlib import Path

import pytest

from bookbuild import pipeline
from tests.support import BOOKS, Epub, make, one, small_book
from tests.test_build import digests, run
from tests.test_ebook import epub

PICTURES = BOOKS / "serba/manuscript/gambar"
DESCRIBED = "# Satu\n\nTeks.\n\n![Dua petak](denah.png)\n\nTeks.\n"
BARE = DESCRIBED.replace("Dua petak", "")


def book(folder: Path, text: str) -> Path:
    small_book(folder, text)
    for name in ("denah.png", "hiasan.svg"):
        (folder / "manuscript" / name).write_bytes((PICTURES / name).read_bytes())
    return folder


def test_the_print_files_are_written_the_epub_is_not_and_no_old_one_stays(tmp_path: Path) -> None:
    folder = book(tmp_path / "b", DESCRIBED)
    assert run("build", folder).returncode == 0
    target = folder / "build" / "kecil"
    before = digests(target)
    (folder / "manuscript/01.md").write_text(BARE)
    result = run("build", folder)
    after = digests(target)
    assert result.returncode == 4
    assert sorted(after) == ["cover.pdf", "interior.pdf", "manifest.json", "report.json"]
    assert after["cover.pdf"] == before["cover.pdf"]
    assert after["interior.pdf"] == before["interior.pdf"]
    assert "error manuscript/01.md:5: “denah.png” has no text alternative" in result.stderr
    assert "NOT MADE: kecil.epub: picture-alt" in result.stdout
    manifest = json.loads((target / "manifest.json").read_text())
    assert manifest["withheld"] == [
        {"role": "ebook", "file": "kecil.epub", "errors": ["picture-alt"]}
    ]
    assert [item["role"] for item in manifest["artifacts"]] == ["interior", "cover"]
    assert all(print_set["for_print"] for print_set in manifest["print_sets"])
    report = json.loads((target / "report.json").read_text())
    assert report["findings"][0]["code"] == "picture-alt"
    (folder / "manuscript/01.md").write_text(DESCRIBED)
    assert run("build", folder).returncode == 0
    assert digests(target) == before


def test_json_says_what_was_withheld_and_that_all_is_not_well(tmp_path: Path) -> None:
    result = run("check", "--json", book(tmp_path / "b", BARE))
    said = json.loads(result.stdout)
    assert (result.returncode, said["ok"]) == (4, False)
    assert said["withheld"][0]["file"] == "kecil.epub"


def test_what_claims_to_be_read_aloud_is_withheld_and_only_if_it_is_asked_for(
    tmp_path: Path,
) -> None:
    folder = book(tmp_path / "b", BARE)
    screen = pipeline.make(folder, lambda step: None, only=("screen",))
    assert [item.file for item in screen.withheld] == ["screen.pdf"]
    assert screen.artifacts == ()
    printed = pipeline.make(folder, lambda step: None, only=("interior",))
    assert printed.withheld == ()
    assert [item.role for item in printed.artifacts] == ["interior"]


def test_every_picture_without_alternative_is_told_with_its_own_line(tmp_path: Path) -> None:
    text = (
        "# Satu\n\n![](denah.png)\n\n![Dua petak](denah.png)\n\n"
        '/// figure | Denah\n\n![ ](denah.png)\n///\n\nTeks.\n\n![](hiasan.svg "Judul")\n'
    )
    build = make(book(tmp_path / "b", text))
    told = [str(item.place) for item in build.findings if item.code == "picture-alt"]
    assert told == [f"manuscript/01.md:{line}" for line in (3, 9, 14)]


@pytest.mark.parametrize("alt", ["denah.png", "gambar/denah.JPG"])
def test_a_files_name_is_no_text_alternative(alt: str, tmp_path: Path) -> None:
    folder = book(tmp_path / "b", DESCRIBED.replace("Dua petak", alt))
    assert "a file's name for a text alternative" in one(folder, "picture-alt").message
    assert [item.file for item in make(folder).withheld] == ["kecil.epub"]


def test_an_ornament_is_passed_over_in_the_epub_and_nothing_is_withheld(tmp_path: Path) -> None:
    text = "# Satu\n\nTeks.\n\n![](hiasan.svg){.decorative}\n\nTeks.\n"
    build = make(book(tmp_path / "b", text))
    assert not build.withheld
    assert not [item for item in build.findings if item.code == "picture-alt"]
    shown: Epub = epub(build)
    (image,) = shown.find("01.xhtml", "//x:img")
    assert (image.get("alt"), image.get("role")) == ("", "presentation")
    (figure,) = shown.find("01.xhtml", "//x:figure")
    assert figure.get("role") == "presentation"


def test_an_ornament_with_a_text_alternative_is_told(tmp_path: Path) -> None:
    text = "# Satu\n\n![Garis](hiasan.svg){.decorative}\n\nTeks.\n"
    folder = book(tmp_path / "b", text)
    finding = one(folder, "picture-alt")
    assert (finding.severity, str(finding.place)) == ("warning", "manuscript/01.md:3")
    (image,) = epub(make(folder)).find("01.xhtml", "//x:img")
    assert image.get("alt") == ""
