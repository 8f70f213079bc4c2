"""Justified paragraphs in the finished PDF: their lines are planned, and nothing else changes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest

from bookbuild.pipeline import Build
from bookbuild.press.typeset import typeset
from tests.support import ROOT, Line, lines_of, make, page_texts, small_book
from tests.words import faults

SENTENCES = (
    "Pertanggungjawaban kemasyarakatan *diperjuangkan* bersama-sama oleh **keluarga** besar itu.",
    "Air disiramkan pada pagi hari, sebelum matahari meninggi; sesudahnya tanah dibiarkan kering.",
    "Perintah `siram --semua` menjalankannya, dan H~2~O menguap; lihat [laman](https://example.org).",
    "Menurut *Catatan harian keluarga petani*, keberlangsungan perekonomian menentukan segalanya.",
    "Efisiensi affair fluktuasi: konflik dan grafik dalam “tanda petik” serta 1945–1998.",
    "Setiap orang mempunyai bakat, keadaan, dan kesempatan yang berlainan[^1] sejak dilahirkan.",
)
LONG_WORDS = (
    "Pertanggungjawaban keberlangsungan perekonomian mempertimbangkan keanekaragaman "
    "kemasyarakatan dan memperjuangkan ketidakberuntungan perkebunan menyelenggarakan "
    "kesinambungan penanggulangan kekeringan. "
)
NOTE = "Mempertimbangkan keanekaragaman hayati perkebunan, " + SENTENCES[1] + " " + SENTENCES[3]


def paragraphs() -> list[str]:
    """Paragraphs that each begin and end elsewhere in the sentences."""
    return [
        " ".join(SENTENCES[(begin + at) % len(SENTENCES)] for at in range(2 + begin % 4)).replace(
            "[^1]", f"[^{begin}]"
        )
        for begin in range(24)
    ]


def text() -> str:
    body = "\n\n".join([*paragraphs(), LONG_WORDS * 4])
    called = sorted(set(re.findall(r"\[\^\d+\]", body)))
    notes = "\n\n".join(f"{call}: {NOTE}" for call in called)
    quotes = "\n>\n".join(f"> {SENTENCES[at]} {SENTENCES[at - 1]}" for at in (1, 3, 4))
    points = "\n".join(f"- {SENTENCES[at]} {SENTENCES[at - 1]}" for at in (1, 3, 4))
    return (
        f"# Satu\n\n{body}\n\n{quotes}\n\n{points}\n\nSatu baris\\\ndan {SENTENCES[3]}\n\n{notes}\n"
    )


def book(folder: Path, composition: str, css: str = "", chapter: str = "") -> Path:
    folder = small_book(folder, chapter or text())
    own = folder / "layouts/default"
    (own / "interior").mkdir(parents=True)
    default = ROOT / "layouts/default"
    settings = (default / "layout.toml").read_text("utf-8")
    (own / "layout.toml").write_text(f"{settings}{composition}\n", "utf-8")
    style = (default / "interior/page.css").read_text("utf-8")
    (own / "interior/page.css").write_text(style + css, "utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("composition")
    return {
        "planned": book(folder / "a", "optimal = true"),
        "plain": book(folder / "b", "optimal = false"),
    }


@pytest.fixture(scope="module")
def builds(folders: dict[str, Path]) -> dict[str, Build]:
    return {name: make(folder) for name, folder in folders.items()}


def pdf_of(build: Build) -> bytes:
    return build.artifacts[0].data


def lines(build: Build) -> list[str]:
    """The lines of the chapter, notes too, as pdfium reads them."""
    pages = [text for text in page_texts(pdf_of(build)) if "erkebunan" in text or "Satu" in text]
    return [line.rstrip() for text in pages for line in text.splitlines()]


def longest_run(marks: list[bool]) -> int:
    return max(map(len, "".join("h" if mark else " " for mark in marks).split()), default=0)


def ends_in_hyphen(line: str) -> bool:
    return line.endswith(("-", "\u2010", "\u0002"))


def test_no_letter_is_lost_or_changed(folders: dict[str, Path], builds: dict[str, Build]) -> None:
    assert faults(folders["planned"], builds["planned"]) == []


def test_fewer_lines_end_in_a_hyphen_and_never_three_in_a_row(builds: dict[str, Build]) -> None:
    planned, plain = (
        [ends_in_hyphen(line) for line in lines(builds[name])] for name in ("planned", "plain")
    )
    assert longest_run(planned) <= 2 < longest_run(plain)
    assert sum(planned) < sum(plain)


def test_divided_lines_end_at_the_edge_as_most_lines_do(builds: dict[str, Build]) -> None:
    pdf = pdf_of(builds["planned"])
    divided, full = 0, 0
    for number, text in enumerate(page_texts(pdf)):
        if "erkebunan" in text:
            found = rows(pdf, number)
            edge = max(line.right for line in found)
            at_edge = [line for line in found if edge - line.right < 1.2]
            full += len(at_edge)
            for line in found:
                if ends_in_hyphen(line.text.rstrip()) and line.right > edge - 20:  # no quotation
                    assert line in at_edge
                    divided += 1
    assert full > 100
    assert divided > 3


def rows(pdf: bytes, page: int) -> list[Line]:
    """Lines of text, put together from runs that stand at one height."""
    found: dict[int, Line] = {}
    for line in lines_of(pdf, page):
        key = round(line.bottom / 3)
        if key not in found or found[key].right < line.right:
            found[key] = line
    return list(found.values())


def test_ligatures_are_drawn_where_letters_are_spaced(builds: dict[str, Build]) -> None:
    with pikepdf.Pdf.open(io.BytesIO(pdf_of(builds["planned"]))) as pdf:
        content = b"".join(page.Contents.read_bytes() for page in pdf.pages if "/Contents" in page)
        maps = b"".join(
            font.ToUnicode.read_bytes()
            for page in pdf.pages
            for font in page.get("/Resources", {}).get("/Font", {}).values()
        )
    assert re.search(rb"\n-?0?\.\d+ Tc", content)
    assert b"<00660069>" in maps.lower()  # one glyph stands for “fi”


def widths(build: Build) -> list[float]:
    """How wide the letters of each piece of text are drawn, 1 as the font has them."""
    with pikepdf.Pdf.open(io.BytesIO(pdf_of(build))) as pdf:
        content = b"\n".join(
            page.Contents.read_bytes() for page in pdf.pages if "/Contents" in page
        )
    return [float(found) for found in re.findall(rb"\n(\S+) 0 0 -1 \S+ \S+ Tm", content)]


def test_glyphs_are_placed_by_one_whole_number_from_each_to_each(builds: dict[str, Build]) -> None:
    with pikepdf.Pdf.open(io.BytesIO(pdf_of(builds["planned"]))) as pdf:
        shown = [
            operands[0]
            for page in pdf.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "TJ"
        ]
    pieces = [isinstance(piece, pikepdf.String) for array in shown for piece in array]
    assert sum(pieces) > 1000
    for array in shown:
        numbers = [piece for piece in array if not isinstance(piece, pikepdf.String)]
        assert all(number == int(number) for number in numbers)
        assert len(numbers) <= len(array) - len(numbers) + 1


def test_letters_are_drawn_wider_or_narrower_by_no_more_than_allowed(
    builds: dict[str, Build], tmp_path: Path
) -> None:
    found = widths(builds["planned"])
    assert 0.9799 < min(found) < 0.999
    assert 1.001 < max(found) < 1.0201
    assert set(widths(builds["plain"])) == {1}
    assert set(widths(make(book(tmp_path, "letter_width = 0")))) == {1}


def test_no_more_lines_are_divided_than_a_section_may_have(tmp_path: Path) -> None:
    chapter = "# Satu\n\n" + "\n\n".join(LONG_WORDS * count for count in (3, 4, 5))
    cheap = "letter_space = 0.006\nletter_width = 0\nhyphen_penalty = 120\nmost_hyphens = "
    shares = []
    for most in (100, 5):
        build = make(book(tmp_path / str(most), f"{cheap}{most}", chapter=chapter))
        found = [line for line in lines(build) if len(line) > 30]
        shares.append(sum(map(ends_in_hyphen, found)) / len(found))
    assert shares[0] > 0.2
    assert shares[1] < shares[0] * 0.8


def test_every_paragraph_is_planned(builds: dict[str, Build]) -> None:
    codes = [finding.code for finding in builds["planned"].findings]
    assert "lines-unplanned" not in codes


def test_a_note_counts_once_however_often_its_page_is_made(builds: dict[str, Build]) -> None:
    (sheet,) = [part.sheet for part in builds["planned"].made[0].inside.parts if part.section]
    called = len(set(re.findall(r"\[\^\d+\]", text())))
    quotes, points, verse = 3, 3, 1
    every = len(paragraphs()) + 1 + quotes + points + verse + called
    composed = typeset(sheet).composed
    assert (composed.planned, composed.unplanned) == (every, 0)


def test_a_paragraph_that_cannot_be_planned_is_counted(tmp_path: Path) -> None:
    chapter = f"# Satu\n\n{SENTENCES[1]} {SENTENCES[0]}\n\n{SENTENCES[4]} {SENTENCES[1]}\n"
    folder = book(tmp_path, "optimal = true", "p strong { float: right; }", chapter)
    (finding,) = [found for found in make(folder).findings if found.code == "lines-unplanned"]
    assert finding.severity == "note"
    assert re.match(r"1 of \d+ justified", finding.message)


def test_lines_beside_a_drop_cap_are_planned(tmp_path: Path) -> None:
    chapter = f"# Satu\n\n*T*anah subur. {SENTENCES[1]} {SENTENCES[3]} {SENTENCES[1]}\n"
    style = "em:first-of-type { float: left; font-size: 40pt; line-height: 28pt; }"
    build = make(book(tmp_path, "optimal = true", style, chapter))
    assert "lines-unplanned" not in [finding.code for finding in build.findings]
    (page,) = [n for n, text in enumerate(page_texts(pdf_of(build))) if "anah subur" in text]
    rights = [line.right for line in lines_of(pdf_of(build), page)]
    assert sum(max(rights) - right < 0.6 for right in rights) == 4


def test_no_last_line_is_only_the_rest_of_a_word(tmp_path: Path) -> None:
    words = "sawah dan kebun yang luas di tanah itu "
    said = [words * 4 + "air " * count + "mempertanggungjawabkan." for count in range(24)]
    pdf = pdf_of(make(book(tmp_path, "optimal = true", chapter="# Satu\n\n" + "\n\n".join(said))))
    found = [line.rstrip() for text in page_texts(pdf) for line in text.splitlines()]
    lasts = [line for line in found if line.endswith("bkan.")]
    assert len(lasts) == len(said)
    assert all(line.endswith("mempertanggungjawabkan.") for line in lasts)
