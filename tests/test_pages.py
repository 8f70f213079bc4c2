"""The page-list is the printed book's: proved page by page, from the two written files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookbuild.pipeline import Build
from tests.generator import prose, technical
from tests.pages import faults
from tests.support import BOOKS, ROOT, make

WRITE = {"prose": prose, "technical": technical}


@pytest.mark.parametrize("name", ["shipped", "serba", "plain", "parts", "polski"])
def test_each_page_of_the_books_at_hand_begins_at_its_mark(
    name: str, request: pytest.FixtureRequest
) -> None:
    folder = ROOT if name == "shipped" else BOOKS / name
    assert faults(folder, request.getfixturevalue(name)) == []


def test_each_page_of_a_long_book_begins_at_its_mark(long_folder: Path, long_book: Build) -> None:
    assert faults(long_folder, long_book) == []


@pytest.mark.parametrize("kind", list(WRITE))
def test_each_page_of_a_generated_book_begins_at_its_mark(kind: str, tmp_path: Path) -> None:
    WRITE[kind](tmp_path, pages=60, seed=1)
    assert faults(tmp_path, make(tmp_path)) == []
