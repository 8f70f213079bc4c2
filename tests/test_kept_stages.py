"""What each stage of a build keeps: the same bytes as without, and only what changed made anew."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from bookbuild import pipeline
from bookbuild.cache import Cache
from bookbuild.pipeline import Build
from bookbuild.press.compositors import Compositors
from bookbuild.press.fingerprint import page_prints
from bookbuild.press.preflight.check import check
from bookbuild.press.streams import Unusual, operations, without_idle_moves
from tests.conftest import long_chapter
from tests.pdfs import expected, saved, valid
from tests.support import BOOKS, small_book


def built(folder: Path, kept: Path | None) -> Build:
    return pipeline.make(folder, lambda step: None, compositors=Compositors(Cache(kept)))


def entries(kept: Path) -> dict[Path, str]:
    """Every entry with the kind of its value."""
    return {
        path: type(pickle.loads(path.read_bytes()[32:])).__name__  # noqa: S301 - just written
        for path in kept.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("kept") / "b"
    return small_book(place, *(long_chapter(number, 24) for number in (1, 2, 3, 4)))


def test_a_build_from_what_was_kept_has_the_bytes_of_one_that_keeps_nothing(
    tmp_path: Path,
) -> None:
    plain = built(BOOKS / "serba", None)
    first = built(BOOKS / "serba", tmp_path / "kept")
    before = entries(tmp_path / "kept")
    again = built(BOOKS / "serba", tmp_path / "kept")
    assert plain.files() == first.files() == again.files()
    assert plain.made[0].preflight == again.made[0].preflight
    assert entries(tmp_path / "kept") == before


def test_a_changed_sentence_makes_anew_only_its_section_and_pages(
    folder: Path, tmp_path: Path
) -> None:
    built(folder, tmp_path / "kept")
    before = entries(tmp_path / "kept")
    file = folder / "manuscript" / "02.md"
    old = file.read_text("utf-8")
    body = old.split("\n\n")
    body[2] += " " + " ".join(body[2].split()[:4]) + "."  # no letter that the book hasn't already
    file.write_text("\n\n".join(body), "utf-8")
    changed = built(folder, tmp_path / "kept")
    fresh = Counter(kind for path, kind in entries(tmp_path / "kept").items() if path not in before)
    assert changed.files() == built(folder, None).files()
    file.write_text(old, "utf-8")
    pages = changed.made[0].inside.page_map.files.count("manuscript/02.md")
    assert 1 <= fresh["PageAnswer"] <= pages < changed.extent.pages / 2
    assert 1 <= fresh["InkedStream"] <= pages
    assert fresh["Typeset"] <= 3  # the section, the contents that name it, and the sample's
    assert fresh["Citations"] == fresh["bytes"] == 0  # no new letter, so no new font


def test_a_page_has_one_print_wherever_it_stands_and_another_once_it_shows_something_else() -> None:
    pdf = valid()
    (alone,) = {found.digest for found in page_prints(saved(pdf))}
    count = len(pdf.pages)
    pdf.Root.Idle = pdf.make_indirect(pikepdf.Dictionary(Idle=True))  # moves all that follows
    pdf.pages.insert(0, pdf.pages[0])
    assert [found.digest for found in page_prints(saved(pdf))] == [alone] * (count + 1)
    pdf.pages[1].contents_add(b"0 0 1 1 re f\n")
    known = [found.digest == alone for found in page_prints(saved(pdf))]
    assert known == [number != 1 for number in range(count + 1)]


@pytest.mark.parametrize("content", [b"0.5 g 10 10 20 20 re f\n", b"1 0 0 rg 0 0 1 1 re f\n"])
def test_preflight_says_the_same_of_a_page_that_it_has_seen_before(
    content: bytes, tmp_path: Path
) -> None:
    pdf = valid()
    pdf.pages[0].contents_add(content)
    data, cache = saved(pdf), Cache(tmp_path)
    plain = check(data, expected())
    assert check(data, expected(), cache) == check(data, expected(), cache) == plain


def test_another_printer_has_every_page_examined_anew(tmp_path: Path) -> None:
    data, cache = saved(valid()), Cache(tmp_path)
    check(data, expected(), cache)
    known = len(entries(tmp_path))
    check(data, expected(profile=None), cache)
    assert len(entries(tmp_path)) > known


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"q 1 0 0 1 0 0 cm", [(b"q", b""), (b"cm", b"1 0 0 1 0 0")]),
        (b"[<0041>0<0042>] TJ T*", [(b"TJ", b"[<0041>0<0042>]"), (b"T*", b"")]),
        (b"/Span <</ActualText (a\\)b)>> BDC", [(b"BDC", b"/Span <</ActualText (a\\)b)>>")]),
        (b"[(a) -20 <62>]TJ", [(b"TJ", b"[(a) -20 <62>]")]),
        (b"[] 0 d true false n", [(b"d", b"[] 0"), (b"n", b"true false")]),
        (b"BI /W 1 ID \x00( EI Q", [(b"INLINE IMAGE", b"BI /W 1 ID \x00( EI"), (b"Q", b"")]),
        (b" \n", []),
    ],
)
def test_operations_come_with_their_operands_as_they_stand(
    content: bytes, found: list[tuple[bytes, bytes]]
) -> None:
    assert [(name, operands.strip()) for name, operands in operations(content)] == found


@pytest.mark.parametrize("content", [b"q % note\nQ", b"(a(b)c) Tj", b"1 2", b"BI /W 1 ID abc"])
def test_a_stream_that_is_written_unusually_is_told(content: bytes) -> None:
    with pytest.raises(Unusual):
        list(operations(content))


@pytest.mark.parametrize(
    ("shown", "shorter"),
    [
        (b"[<0041>0<0042> 0 <0043>-12<0044>]", b"[<004100420043>-12<0044>]"),
        (b"[<0041>10<0042>0.5<0043>]", b"[<0041>10<0042>0.5<0043>]"),
        (b"[<041>0<0042>]", b"[<041>0<0042>]"),
        (b"[(>0<)0<0042>]", b"[(>0<)0<0042>]"),
    ],
)
def test_only_moves_by_nothing_between_whole_codes_are_left_out(
    shown: bytes, shorter: bytes
) -> None:
    assert without_idle_moves(shown) == shorter
