"""The manual's examples are true: each is built, for print and for the EPUB."""

import re
import shutil
from pathlib import Path

import pytest

from bookbuild.evidence import page_list_proof
from bookbuild.pipeline import Build
from tests.support import BOOKS, ROOT, Epub, letters, make, page_texts, small_book
from tests.test_ebook import assert_passes

EXAMPLE = re.compile(r"^## ([^\n]+)$|^````markdown\n(.*?)^````$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, str]:
    """Each section of docs/manuscript.md with its example, or nothing."""
    text = (ROOT / "docs" / "manuscript.md").read_text("utf-8")
    found: dict[str, str] = {}
    heading = ""
    for match in EXAMPLE.finditer(text):
        heading = match[1] or heading
        found[heading] = match[2] or ""
    return found


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A book of which each chapter is one of the manual's examples."""
    chapters = [
        text if text.startswith("# ") else f"# {heading}\n\n{text}"
        for heading, text in examples().items()
    ]
    bibliography = '[bibliography]\nfile = "pustaka.bib"\n'
    folder = small_book(tmp_path_factory.mktemp("manual") / "b", *chapters, spec=bibliography)
    spec = folder / "manuscript" / "book.toml"
    made = ("daftar-singkatan", "daftar-pustaka", "indeks")
    spec.write_text(
        spec.read_text()
        + "".join(f'[[manuscript]]\nmatter = "back"\nrole = "{role}"\n' for role in made)
    )
    sink = BOOKS / "serba" / "manuscript"
    shutil.copytree(sink / "gambar", folder / "manuscript" / "gambar")
    shutil.copy(sink / "pustaka.bib", folder / "manuscript")
    return make(folder)


def test_every_example_of_the_manual_builds_without_a_fault(manual: Build) -> None:
    told = {item.code for item in manual.findings if item.severity != "note"}
    assert told <= {"caliper-assumed", "picture-coarse"}


def test_every_section_of_the_manual_has_an_example() -> None:
    assert len(examples()) > 15
    assert all(examples().values())


@pytest.mark.parametrize(
    "words",
    [
        "Gambar 7.1 Denah kebun, digambar dengan tangan",
        "Tabel 8.1 Takaran air sehari",
        "Bab 1, hlm. 1, hlm. 1, Gambar 7.1, Tabel 8.1, hlm. 17, catatan 1, hlm. 23",
        "catatan 1, hlm.",
        "Penyuluh Pertanian Lapangan",
        "(Wening 2020, 12)",
        "air, lihat juga sungai",
        "humus, lihat kompos",
        "“Kutipan,” katanya, “dan ‘kutipan di dalamnya’…” Tahun 2016—2019—tiga tahun—berlalu.",
    ],
)
def test_the_examples_print_what_the_manual_says(manual: Build, words: str) -> None:
    printed = " ".join(" ".join(page_texts(manual.artifacts[0].data)).split())
    assert letters(words) in letters(printed)


def test_the_examples_pass_epubcheck(manual: Build, tmp_path: Path) -> None:
    assert_passes(manual, tmp_path)


def test_the_examples_page_list_is_the_printed_books(manual: Build) -> None:
    assert page_list_proof(manual).findings == ()


def test_formulas_are_mathml_with_a_text_alternative(manual: Build) -> None:
    book = Epub(manual.artifacts[2].data)
    (name,) = [name for name in book.spine() if b"<math" in book.zip.read(f"EPUB/{name}")]
    maths = book.tree(name).findall(".//{http://www.w3.org/1998/Math/MathML}math")
    assert [item.get("alttext") for item in maths] == [
        r"L = p \times l", r"V = \sum_{i=1}^{n} \frac{a_i}{2}",
    ]  # fmt: skip
