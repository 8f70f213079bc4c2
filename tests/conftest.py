"""Books that many tests read; each is made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bookbuild.pipeline import Build
from bookbuild.store.editions import Store, open_store
from tests.shelves import complete_serba, stocked
from tests.support import ROOT, copy_book, make, small_book

WORDS = """
kebun pagi menyimpan cerita panjang tentang tanah yang digemburkan perlahan dan air yang
disiramkan berulang ulang oleh tangan tangan sabar sementara matahari merambat naik di balik
pagar bambu tetangga kami mempertanggungjawabkan setiap benih kepada musim
""".split()  # noqa: SIM905 - running text


def paragraph(seed: int, length: int = 60) -> str:
    """Repeatable running text, different for each seed."""
    chosen = [
        WORDS[(seed * 31 + index * index * 7 + index) % len(WORDS)] for index in range(length)
    ]
    return " ".join(chosen).capitalize() + "."


def long_chapter(number: int, paragraphs: int = 90) -> str:
    """A chapter with sections, notes and references to other chapters."""
    text = f"# Bagian ke-{number} {{#bab{number}}}\n\n"
    for index in range(paragraphs):
        if index % 15 == 0:
            text += f"## Pasal {index // 15 + 1} dari {number} {{#b{number}p{index // 15 + 1}}}\n\n"
        text += paragraph(number * 100 + index)
        if index % 20 == 7:
            text += f"[^n{index}]"
        if index % 30 == 11:
            text += f" Lihat [](#bab{number % 4 + 1})."
        text += "\n\n"
    for index in range(7, paragraphs, 20):
        text += f"[^n{index}]: {paragraph(index, 25)}\n\n"
    return text


@pytest.fixture(scope="session")
def shipped() -> Build:
    """The book that the project ships with."""
    return make(ROOT)


@pytest.fixture(scope="session")
def serba(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fixture book with every key and every element."""
    return make(copy_book("serba", tmp_path_factory.mktemp("serba")))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fixture book with the fewest keys, in English, at another trim size."""
    return make(copy_book("plain", tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The English fixture book in two parts, at 6 × 9 inches."""
    return make(copy_book("parts", tmp_path_factory.mktemp("parts")))


@pytest.fixture(scope="session")
def polski(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fixture book with other letters and quotation marks, and a language file of its own."""
    return make(copy_book("polski", tmp_path_factory.mktemp("polski")))


@pytest.fixture(scope="session")
def long_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book of four long chapters."""
    chapters = [long_chapter(number) for number in range(1, 5)]
    return small_book(tmp_path_factory.mktemp("panjang"), *chapters)


@pytest.fixture(scope="session")
def long_book(long_folder: Path) -> Build:
    """A book long enough for a spine with text."""
    return make(long_folder)


@pytest.fixture(scope="session")
def lengthy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book whose first chapter is longer than old readers take."""
    return small_book(
        tmp_path_factory.mktemp("lengthy"),
        f"{long_chapter(1, 680)}Lihat [](#b1p1).\n", "# Dua {#bab2}\n\n[](#b1p40)\n",
        "# Tiga {#bab3}\n\nTeks.", "# Empat {#bab4}\n\nTeks.",
    )  # fmt: skip


@pytest.fixture(scope="session")
def lengthy(lengthy_folder: Path) -> Build:
    """A book with a chapter of 300 KB."""
    return make(lengthy_folder)


@pytest.fixture(scope="session")
def whole_serba(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fixture book with every key, complete, as it may be sold."""
    return make(complete_serba(tmp_path_factory.mktemp("whole")))


@pytest.fixture(scope="session")
def shelf(whole_serba: Build, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with books for sale and others; a test reads it, and copies it to change it."""
    return stocked(tmp_path_factory.mktemp("shelf"), whole_serba)


@pytest.fixture
def own_shelf(shelf: Store, tmp_path: Path) -> Store:
    """A copy of the shelf that a test may change."""
    return open_store(shutil.copytree(shelf.folder, tmp_path / "store"))
