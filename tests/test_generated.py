"""Generated books: repeatable, as long as asked, and not one word lost, doubled or changed.

The same comparison of words reads the fixture books and the shipped one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bookbuild.pipeline import Build
from tests.generator import prose, technical
from tests.support import BOOKS, ROOT, make, small_book
from tests.words import faults

WRITE = {"prose": prose, "technical": technical}
PAGES = 40
"""A book with everything in it, as short as that allows."""


@pytest.fixture(scope="module", params=list(WRITE))
def generated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Build]:
    folder = tmp_path_factory.mktemp(request.param) / "book"
    WRITE[request.param](folder, pages=PAGES, seed=1)
    return folder, make(folder)


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


@pytest.mark.parametrize("kind", list(WRITE))
def test_the_same_seed_writes_the_same_bytes_and_another_seed_another_book(
    kind: str, tmp_path: Path
) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        WRITE[kind](tmp_path / name, pages=PAGES, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


def test_a_generated_book_is_as_long_as_asked(generated: tuple[Path, Build]) -> None:
    pages = generated[1].extent.pages
    assert abs(pages - PAGES) <= PAGES / 10, pages


def test_a_generated_book_is_without_fault(generated: tuple[Path, Build]) -> None:
    assert [item for item in generated[1].findings if item.severity != "note"] == []


def test_every_word_of_a_generated_book_is_in_print_and_ebook(
    generated: tuple[Path, Build],
) -> None:
    assert faults(*generated) == []


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "parts", "polski"])
def test_every_word_of_the_books_at_hand_is_in_print_and_ebook(
    name: str, request: pytest.FixtureRequest
) -> None:
    folder = ROOT if name == "shipped" else BOOKS / name
    assert faults(folder, request.getfixturevalue(name)) == []


def words_differ(folder: Path, build: Build, file: str, old: str, new: str) -> set[str]:
    """Which outputs differ once the manuscript says `new` for `old`; the build stays."""
    path = folder / "manuscript" / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return {fault.partition(":")[0] for fault in faults(folder, build)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Tiga alat sudah memadai:", "Tiga alat:"),
        ("Tiga alat sudah memadai:", "Tiga alat sudah sudah memadai:"),
        ("Tiga alat sudah memadai:", "Tiga alat sudah memudai:"),
        ("yang kecil untuk semai;", "yang untuk kecil semai;"),
        ("Tanah liat perlu dicampur pasir.", "Tanah liat perlu dicampur pasir kali."),
        ("    - butir kedua\n", ""),
        ("begitu kata tukang kebun", "begitu kata tukang air"),
        ("\nSetelah jeda, pekerjaan", "\nPekerjaan"),
        ("## Alat yang perlu", "## Alat perlu"),
        ("Lihat juga [](#memanen){.label}", "Lihat juga [](#menyiram){.label}"),
    ],
)
def test_a_word_lost_doubled_changed_or_moved_is_found(
    serba: Build, old: str, new: str, tmp_path: Path
) -> None:
    shutil.copytree(BOOKS / "serba" / "manuscript", tmp_path / "manuscript")
    assert words_differ(tmp_path, serba, "01-menanam.md", old, new) == {"print", "EPUB"}


NOTED = "# Menanam\n\nSatu baris.[^a] Lalu yang lain.\n\nPenutup.\n\n[^a]: Catatan yang ikut.\n"


TEMPLATES = {
    "leaves out": [
        ("ebook/section.xhtml", "{% if notes %}", "{% if false %}"),
        ("interior/page.css", "p + p { text-indent: 14pt; }", "p + p { display: none; }"),
    ],
    "repeats": [
        ("ebook/section.xhtml", "{{ body }}", "{{ body }}{{ body }}"),
        ("interior/section.html", "{% else %}{{ body }}", "{% else %}{{ body }}{{ body }}"),
    ],
}


@pytest.mark.parametrize("what", list(TEMPLATES))
def test_a_layout_that_leaves_out_or_repeats_is_found(what: str, tmp_path: Path) -> None:
    folder = small_book(tmp_path / "book", NOTED)
    for file, old, new in TEMPLATES[what]:
        text = (ROOT / "layouts" / "default" / file).read_text("utf-8")
        assert old in text
        own = folder / "layouts" / "default" / file
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(text.replace(old, new), "utf-8")
    found = faults(folder, make(folder))
    assert {fault.partition(":")[0] for fault in found} == {"print", "EPUB"}
