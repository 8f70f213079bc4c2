"""A PDF's typography, measured on pages whose figures are known by construction."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median, pstdev

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from typer.testing import CliRunner

from bookbuild.cli import app
from bookbuild.pipeline import Build
from bookbuild.press.typography.glyphs import page_texts
from bookbuild.press.typography.lines import Line, page_lines
from bookbuild.press.typography.measure import Typography, measure
from bookbuild.press.typography.report import record
from tests.pdfs import saved
from tests.support import make, small_book
from tests.typeset_lines import (
    FIRST,
    FULL,
    HYPHEN,
    LEADING,
    MEASURE,
    SHORT,
    SIZE,
    Row,
    paragraph,
    typeset_rows,
)

BODY = "Tanah yang baik menyimpan air, udara, dan cerita panjang tentang musim. "
LOOSE, TIGHT = Row(words=6), Row(words=10)


def measured(*pages: list[Row]) -> Typography:
    return measure(typeset_rows(*pages))


def lines_of(pdf: bytes) -> list[Line]:
    return [
        line
        for number, text in enumerate(page_texts(pdf))
        for line in page_lines(number, text.words)
    ]


@pytest.mark.parametrize("row", [FULL, LOOSE, TIGHT, HYPHEN, Row(words=7, letters=5)])
def test_a_word_space_is_measured_from_ink_to_ink(row: Row) -> None:
    (line,) = lines_of(typeset_rows([row], furniture=False))
    assert len(line.spaces) == row.words - 1
    assert line.mean_space == pytest.approx(row.space, abs=0.01)
    assert line.text == row.text
    assert line.ends_in_hyphen == row.hyphen


def test_text_with_formulas_stands_on_the_grid(tmp_path: Path) -> None:
    tall = r"$P(k) = \frac{\lambda^k e^{-\lambda}}{k!}$"
    text = " ".join(f"{BODY * 2}Maka {formula} berlaku." for formula in ("$x^2_i$", tall) * 4)
    found = make(small_book(tmp_path / "b", f"# Satu\n\n{text}\n\n{text}\n")).typography
    assert found.body_lines > 30
    assert found.off_grid == ()


@pytest.mark.parametrize("rows", [1, 5])
def test_text_after_a_table_stands_on_the_grid(rows: int, tmp_path: Path) -> None:
    table = "| Nama | Isi |\n|---|---|\n" + "| satu | dua |\n" * rows
    text = f"{BODY * 9}\n\n{table}\n{BODY * 20}\n"
    found = make(small_book(tmp_path / "b", f"# Satu\n\n{text}\n{text}")).typography
    assert found.body_lines > 40
    assert found.off_grid == ()


def test_the_figures_are_those_of_the_full_lines() -> None:
    rows = [FULL] * 14 + [Row(words=8)] * 3 + [LOOSE] + [TIGHT] * 2
    found = measured([FIRST, *rows[:10], SHORT], [FIRST, *rows[10:], SHORT])
    spaces = [row.space for row in rows]
    middle = median(spaces)
    assert found.spacing is not None
    assert found.spacing.lines == len(rows)
    assert found.spacing.median_space == pytest.approx(middle, abs=0.01)
    assert found.spacing.mean_space == pytest.approx(fmean(spaces), abs=0.01)
    spread = pstdev(space / middle for space in spaces)
    assert found.spacing.spread == pytest.approx(spread, abs=0.01)
    assert [spot.text for spot in found.spacing.loose] == [LOOSE.text]
    assert [spot.text for spot in found.spacing.tight] == [TIGHT.text] * 2
    assert found.spacing.loose[0].value == pytest.approx(LOOSE.space, abs=0.01)


def test_the_block_is_found_on_the_page() -> None:
    found = measured(*[paragraph(6) + paragraph(9)] * 4)
    assert found.block is not None
    assert found.block.size == pytest.approx(SIZE)
    assert found.block.leading == pytest.approx(LEADING, abs=0.01)
    for left, right in found.block.edges:
        assert right - left == pytest.approx(MEASURE * SIZE, abs=0.3)
    assert found.block.indent == pytest.approx(15, abs=0.3)


def test_running_heads_folios_and_headings_are_no_lines_of_the_block() -> None:
    heading = Row(words=1, full=False, heading=True)
    pages = [paragraph(6) + paragraph(9) for _ in range(4)]
    pages[2].insert(0, heading)
    assert measured(*pages).body_lines == 4 * 15


def test_ragged_lines_have_no_spacing() -> None:
    ragged = [Row(words=5 + number * 5 % 4, letters=3 + number % 3, full=False)
              for number in range(20)]  # fmt: skip
    found = measured(ragged)
    assert found.spacing is None
    assert found.body_lines == 20


def test_three_hyphens_in_a_row_are_a_ladder() -> None:
    found = measured([FIRST, HYPHEN, HYPHEN, HYPHEN, FULL, SHORT])
    assert [[spot.line for spot in run] for run in found.ladders] == [[2, 3, 4]]
    assert found.spacing is not None
    assert found.spacing.hyphenated == 3


def test_two_hyphens_in_a_row_are_no_ladder() -> None:
    assert measured([FIRST, HYPHEN, HYPHEN, FULL, HYPHEN, SHORT]).ladders == ()


def test_a_ladder_goes_on_over_a_page_break() -> None:
    found = measured([*paragraph(5), FIRST, FULL, HYPHEN], [HYPHEN, HYPHEN, FULL, SHORT])
    assert [(spot.page, spot.line) for spot in found.ladders[0]] == [(0, 8), (1, 1), (1, 2)]


def test_a_hyphen_at_a_page_s_foot_is_told_by_the_side_it_is_on() -> None:
    recto = measured([FIRST, FULL, HYPHEN], [FULL, FULL, SHORT])
    assert ([spot.page for spot in recto.recto_hyphens], recto.verso_hyphens) == ([0], ())
    verso = measured(paragraph(4), [FIRST, FULL, HYPHEN], [FULL, SHORT])
    assert (verso.recto_hyphens, [spot.page for spot in verso.verso_hyphens]) == ((), [1])


def test_a_last_line_alone_at_a_page_s_head_is_a_widow() -> None:
    found = measured([*paragraph(4), FIRST, FULL, FULL], [SHORT, *paragraph(5)])
    assert [(spot.page, spot.line) for spot in found.widows] == [(1, 1)]
    assert found.orphans == ()


def test_a_full_last_line_is_a_widow_too_when_the_next_line_is_indented() -> None:
    found = measured([*paragraph(4), FIRST, FULL, FULL], [FULL, *paragraph(5)])
    assert [(spot.page, spot.line) for spot in found.widows] == [(1, 1)]


def test_a_first_line_alone_at_a_page_s_foot_is_an_orphan() -> None:
    found = measured([*paragraph(5), FIRST], [FULL, FULL, SHORT, *paragraph(3)])
    assert [(spot.page, spot.line) for spot in found.orphans] == [(0, 6)]
    assert found.widows == ()


def test_a_paragraph_of_one_line_is_neither_widow_nor_orphan() -> None:
    one = Row(words=4, full=False, indented=True)
    found = measured([*paragraph(4), one], [one, *paragraph(4)])
    assert (found.widows, found.orphans) == ((), ())


def test_a_line_that_begins_its_paragraph_is_no_widow_in_a_text_without_indents() -> None:
    whole = [FULL, FULL, SHORT]
    assert measured(whole * 2, [SHORT, *whole]).widows == ()
    found = measured([*whole, FULL, FULL], [SHORT, *whole])
    assert [(spot.page, spot.line) for spot in found.widows] == [(1, 1)]


def test_a_heading_in_italics_at_a_page_s_head_is_no_last_line() -> None:
    heading = Row(words=5, full=False, italic=True)
    pages = [*paragraph(5), FIRST, FULL], [heading, *paragraph(5)]
    found = measured(*pages)
    assert (found.widows, found.orphans) == ((), ())
    upright = measured(pages[0], [replace(heading, italic=False), *paragraph(5)])
    assert len(upright.widows) == 1


@pytest.mark.parametrize(("listed", "lines"), [(3, 15), (2, 16)])
def test_a_page_of_lines_with_leaders_is_no_text(listed: int, lines: int) -> None:
    entries = [Row(leaders=True, full=False)] * listed + [Row(words=4, full=False, shift=7)]
    found = measured(entries, paragraph(9) + paragraph(6))
    assert found.body_lines == lines
    assert len(found.off_grid) == (listed == 2)


def test_lines_off_the_grid_are_counted_with_their_distance() -> None:
    page = paragraph(5) + paragraph(5)
    found = measured([*page, Row(shift=3), SHORT], page)
    assert [(spot.page, spot.line) for spot in found.off_grid] == [(0, 11)]
    assert found.off_grid[0].value == pytest.approx(-3, abs=0.1)


def test_the_last_page_of_a_chapter_must_not_be_short() -> None:
    opening = [Row(words=1, full=False, heading=True), *paragraph(6)]
    found = measured([*opening, FIRST, FULL], [FULL, SHORT], opening)
    assert [(spot.page, spot.value) for spot in found.short_pages] == [(1, 2)]
    enough = measured([*opening, FIRST, FULL], [FULL, FULL, FULL, FULL, SHORT], opening)
    assert enough.short_pages == ()


def test_facing_pages_end_on_the_same_line() -> None:
    long, short = [*paragraph(5), FIRST, FULL], [FULL, *paragraph(4)[1:], FIRST, FULL]
    after = [FULL, FULL, FULL, SHORT]
    found = measured(long, long[:3] + long[3:], short, after)
    assert [(spot.page, spot.value) for spot in found.uneven] == [(2, pytest.approx(-1, abs=0.1))]
    assert measured(short, long, long, after).uneven == ()


def test_a_last_line_shorter_than_the_indent_is_told() -> None:
    found = measured([FIRST, FULL, Row(words=1, letters=2, full=False), *paragraph(5)])
    assert [spot.line for spot in found.short_endings] == [3]


def test_letterspaced_words_stay_whole() -> None:
    assert [line.text for line in lines_of(letterspaced())] == ["nnnn nnnn nnnn"]


def letterspaced() -> bytes:
    """Three words, their letters 0.12 em apart, their words by gaps alone."""
    pieces, x = [], 20.0
    for _ in range(3):
        for _ in range(4):
            pieces.append((x, 400.0, "n"))
            x += 6 + 1.2
        x += 6
    return drawn(pieces)


def drawn(pieces: list[tuple[float, float, str]], turned: bool = False) -> bytes:
    """A page with text at these places, in ten points of Courier; a quarter turn on its side."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(500, 500))
    page = pdf.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
    page.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    matrix = "0 1 -1 0 {1:.3f} {0:.3f}" if turned else "1 0 0 1 {0:.3f} {1:.3f}"
    shown = [
        f"BT /F 10 Tf {matrix.format(x, -y + 500 if turned else y)} Tm ({text}) Tj ET"
        for x, y, text in pieces
    ]
    page.Contents = pdf.make_stream("\n".join(shown).encode())
    return saved(pdf)


def courier_line(y: float, words: list[str], measure: float) -> list[tuple[float, float, str]]:
    """A justified line without space glyphs: each word at its place."""
    gap = (measure - sum(map(len, words)) * 6) / (len(words) - 1)
    pieces, x = [], 50.0
    for word in words:
        pieces.append((x, y, word))
        x += len(word) * 6 + gap
    return pieces


WORDS = ["nunu", "mom", "humus", "num", "unum", "mum", "hunum", "monu", "nom", "muon", "hum", "on"]
PIECES = [
    piece
    for number in range(24)
    for piece in courier_line(450 - 14 * number, WORDS[number % 4 : number % 4 + 8], 300)
]
GLYPHS = [(x + 6 * index, y, char) for x, y, text in PIECES for index, char in enumerate(text)]


@pytest.mark.parametrize(
    "pdf",
    [
        pytest.param(drawn(PIECES[::-1]), id="painted from the foot up"),
        pytest.param(drawn(GLYPHS), id="glyph by glyph"),
        pytest.param(drawn(PIECES, turned=True), id="on its side"),
    ],
)
def test_how_a_line_was_painted_makes_no_difference(pdf: bytes) -> None:
    usual, other = measure(drawn(PIECES)).spacing, measure(pdf).spacing
    assert usual is not None
    assert other is not None
    assert usual.lines == other.lines == 24
    assert other.median_space == pytest.approx(usual.median_space, abs=0.005)
    assert other.spread == pytest.approx(usual.spread, abs=0.01)


def test_the_columns_of_a_page_are_lines_of_their_own() -> None:
    right = [(x + 240, y, text) for x, y, text in PIECES]
    narrow = [piece for piece in PIECES if piece[0] < 210]
    rows = lines_of(drawn(narrow + [piece for piece in right if piece[0] < 450]))
    assert len(rows) == 48


def broken(data: bytes) -> Typography | None:
    try:
        return measure(data)
    except ValueError:
        return None


@settings(
    max_examples=80, deadline=20_000, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12),
       cut=st.integers(0, 10**6))  # fmt: skip
def test_a_broken_file_is_measured_or_refused(flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(drawn(PIECES[:40]))
    for place, value in flips:
        data[place % len(data)] = value
    found = broken(bytes(data[: len(data) - cut % 400]))
    assert found is None or json.dumps(record(found))


NUMBERS = st.sampled_from(["0", "1", "-1", "10", "1e9", "-99999999999", "0.0001", "nan", "7"])
OPERATORS = st.sampled_from(
    [
        "BT", "ET", "/F 10 Tf", "(nn n) Tj", "(n-) Tj", "q", "Q", "T*", "[(n) -300 (n)] TJ",
        "{0} {1} {2} {3} {4} {5} Tm", "{0} {1} Td", "/F {0} Tf", "{0} Ts", "{0} Tc", "{0} Tw",
        "{0} Tz", "{0} {1} {2} {3} {4} {5} cm", "{0} TL",
    ]
)  # fmt: skip


@settings(
    max_examples=80, deadline=20_000, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(st.tuples(OPERATORS, st.lists(NUMBERS, min_size=6, max_size=6)), max_size=40))
def test_any_operators_give_figures(operations: list[tuple[str, list[str]]]) -> None:
    pdf = pikepdf.open(io.BytesIO(drawn(PIECES[:8])))
    page = pdf.pages[0]
    extra = "\n".join(operator.format(*numbers) for operator, numbers in operations)
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\nBT\n" + extra.encode())
    found = measure(saved(pdf))
    assert json.dumps(record(found))


def test_preflight_prints_a_row_for_each_file(tmp_path: Path) -> None:
    one, other = tmp_path / "one.pdf", tmp_path / "other.pdf"
    one.write_bytes(typeset_rows([FIRST, *[FULL] * 8, LOOSE, SHORT]))
    other.write_bytes(typeset_rows([FIRST, HYPHEN, HYPHEN, HYPHEN, FULL, SHORT]))
    result = CliRunner().invoke(app, ["preflight", "--typography", str(one), str(other)])
    assert result.exit_code == 0, result.output
    head, *rows = result.stdout.splitlines()
    assert head.split()[:3] == ["space", "spread", "loose"]
    assert float(rows[0].split()[0]) == pytest.approx(FULL.space, abs=0.01)
    assert rows[0].endswith(str(one))
    assert rows[1].endswith(str(other))
    assert any(f"loose, page 1, line 10: {LOOSE.space:.2f}" in row for row in rows[2:])


def test_preflight_gives_every_place_as_json(tmp_path: Path) -> None:
    file = tmp_path / "one.pdf"
    file.write_bytes(typeset_rows([FIRST, *[FULL] * 8, LOOSE, LOOSE, SHORT]))
    result = CliRunner().invoke(app, ["preflight", "--typography", "--json", str(file)])
    (answer,) = json.loads(result.stdout)["files"]
    assert answer["full_lines"] == 10
    assert answer["loose_percent"] == 20
    assert [(place["page"], place["line"]) for place in answer["places"]["loose"]] == [
        ("1", 11),
        ("1", 10),
    ]
    assert answer["block"]["size_pt"] == SIZE


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"# a heading\n" * 50])
def test_what_is_no_pdf_is_a_finding(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["preflight", "--typography", "--json", str(file)])
    assert result.exit_code == 4
    assert [item["code"] for item in json.loads(result.stdout)["findings"]] == ["pdf-unreadable"]


def test_a_file_without_text_has_no_figures(tmp_path: Path) -> None:
    found = measure(drawn([]))
    assert (found.block, found.spacing, found.pages) == (None, None, 1)


def test_report_and_manifest_tell_how_the_interior_is_set(long_book: Build) -> None:
    files = long_book.files()
    told = json.loads(files["report.json"])["typography"]
    figures = json.loads(files["manifest.json"])["typography"]
    assert figures["full_lines"] > 500
    assert figures.items() <= told.items()
    labels = long_book.made[0].inside.page_map.labels
    assert told["pages"] == len(labels)
    assert {place["page"] for spots in told["places"].values() for place in spots} <= set(labels)
    assert told == json.loads(json.dumps(record(measure(long_book.made[0].inside.pdf), labels)))


def test_our_own_lines_stand_on_the_grid(long_book: Build) -> None:
    assert long_book.typography.off_grid == ()
    assert long_book.typography.block is not None
    assert long_book.typography.block.leading == pytest.approx(14, abs=0.01)


def test_places_are_told_in_the_order_of_pages(long_book: Build) -> None:
    spots = long_book.typography.verso_hyphens
    assert all(one.page < other.page for one, other in pairwise(spots))
