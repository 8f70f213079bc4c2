"""Sections are set once, kept by what goes into them, and set side by side to the same bytes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from bookbuild import pipeline
from bookbuild.cache import Cache
from bookbuild.diagnostics import Place, error
from bookbuild.errors import BookFaults
from bookbuild.pipeline import Build
from bookbuild.press.compositors import Compositors
from tests.conftest import long_chapter, paragraph
from tests.support import small_book
from tests.test_interior import interior, page_texts


def built(folder: Path, compositors: Compositors) -> tuple[Build, list[str]]:
    """The build, and what was set for it."""
    steps: list[str] = []
    build = pipeline.make(folder, steps.append, only=("interior", "cover"), compositors=compositors)
    return build, [step.partition(": ")[2] for step in steps if step.startswith("interior: ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_book(tmp_path / "b", *(long_chapter(number, 24) for number in (1, 2, 3, 4)))


def test_nothing_is_set_twice_and_the_bytes_are_the_same(folder: Path, tmp_path: Path) -> None:
    plain, _ = built(folder, Compositors())
    kept = Compositors(Cache(tmp_path / "kept"))
    first, first_set = built(folder, kept)
    again, set_again = built(folder, kept)
    assert "01" in first_set
    assert set_again == []
    assert plain.files() == first.files() == again.files()


def test_a_changed_sentence_sets_only_its_section(folder: Path, tmp_path: Path) -> None:
    kept = Compositors(Cache(tmp_path / "kept"))
    built(folder, kept)
    file = folder / "manuscript" / "02.md"
    file.write_text(file.read_text("utf-8").replace("Pasal 1 dari 2", "Pasal satu dari 2"), "utf-8")
    changed, set_now = built(folder, kept)
    assert set(set_now) == {"02", "contents"}
    assert changed.files() == built(folder, Compositors())[0].files()


def test_pages_more_do_not_set_the_chapters_that_refer_past_them(
    folder: Path, tmp_path: Path
) -> None:
    kept = Compositors(Cache(tmp_path / "kept"))
    before, _ = built(folder, kept)
    file = folder / "manuscript" / "02.md"
    more = "\n\n".join(paragraph(500 + number) for number in range(14))
    file.write_text(f"{file.read_text('utf-8')}\n\n{more}\n", "utf-8")
    after, set_now = built(folder, kept)
    assert after.extent.arabic > before.extent.arabic
    assert set(set_now) <= {"02", "contents", "imprint"}
    text = "\n".join(page_texts(interior(after))).replace("\u00a0", " ").replace("\n", " ")
    for chapter in (3, 4):
        folio = after.made[0].inside.page_map.label_of(f"bab{chapter}")
        assert f"Lihat Bab {chapter}, hlm. {folio}" in text
    assert after.files() == built(folder, Compositors())[0].files()


def test_sections_set_side_by_side_are_joined_to_the_same_bytes(folder: Path) -> None:
    alone, _ = built(folder, Compositors())
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        together, _ = built(folder, Compositors(pool=pool))
    assert together.files() == alone.files()


def fail() -> None:
    raise BookFaults([error("layout-engine", "salah", Place("layouts"))])


def test_faults_come_back_whole_from_another_process() -> None:
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(BookFaults) as raised,
    ):
        pool.submit(fail).result()
    assert [finding.message for finding in raised.value.findings] == ["salah"]


def test_what_tells_where_others_are_is_set_once_where_it_is_as_long_as_cast_off(
    folder: Path,
) -> None:
    _, names = built(folder, Compositors())
    assert names.count("contents") == names.count("imprint") == 1
