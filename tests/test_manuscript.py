"""Reading the manuscript: every bad file is told with its place, none reaches the pages."""

from pathlib import Path

import pytest

from bookbuild.book.manuscript import read_manuscript
from tests.support import ROOT, found, one, small_book


def test_the_shipped_manuscript_has_its_sections_in_order() -> None:
    sources = read_manuscript(ROOT).sources
    assert [source.head.status for source in sources] == ["complete"] + ["outline"] * 6 + [
        "complete"
    ]
    assert "## Mengapa Buku ini Ditulis?" in sources[0].text
    assert sources[6].text.count("\n## ") == 5


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.", "# Dua\n\nTeks.")
    (folder / "manuscript" / "02.md").unlink()
    assert str(one(folder, "manuscript-file").place) == "manuscript/02.md"


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu")
    (folder / "manuscript" / "01.md").write_bytes(b"# Satu\n\nkaf\xe9\n")
    finding = one(folder, "text-encoding")
    assert str(finding.place) == "manuscript/01.md:3"
    assert "0xe9" in finding.message


def test_control_characters_are_told_with_their_line(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\na\x00b\n\x07")
    places = [str(finding.place) for finding in found(folder, "text-encoding")]
    assert places == ["manuscript/01.md:3", "manuscript/01.md:4"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert one(small_book(tmp_path / "b", " \n\n"), "manuscript-empty")


@pytest.mark.parametrize("name", ["../outside.md", "/etc/hostname", "link.md"])
def test_no_file_outside_the_books_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    (tmp_path / "outside.md").write_text("# Rahasia")
    (folder / "manuscript" / "link.md").symlink_to(tmp_path / "outside.md")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace("01.md", name))
    assert "outside" in one(folder, "manuscript-file").message


def test_a_file_listed_twice_is_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.", "# Dua\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace("02.md", "01.md"))
    assert one(folder, "manuscript-twice")


def test_a_markdown_file_that_nobody_lists_is_a_warning(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.")
    (folder / "manuscript" / "lupa.md").write_text("# Lupa")
    finding = one(folder, "manuscript-unlisted")
    assert (finding.severity, str(finding.place)) == ("warning", "manuscript/lupa.md")


def test_matters_out_of_order_are_refused(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.", "# Dua\n\nTeks.")
    file = folder / "manuscript" / "book.toml"
    file.write_text(file.read_text().replace('matter = "body"', 'matter = "back"', 1))
    assert one(folder, "manuscript-order")


def test_a_head_is_strict_and_keeps_the_files_line_numbers(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", '+++\nstatus = "outline"\nstate = 1\n+++\n\n# Satu\n')
    finding = one(folder, "spec-unknown-key")
    assert str(finding.place) == "manuscript/01.md:3"
    assert "short_title, status" in finding.hint


def test_a_head_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    assert one(small_book(tmp_path / "b", "+++\nstatus = 'outline'\n# Satu"), "spec-syntax")


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu")
    (folder / "manuscript" / "01.md").write_bytes("\ufeff# Satu\r\n\r\nTeks.\r\n".encode())
    assert read_manuscript(folder).sources[0].text == "# Satu\n\nTeks.\n"
