"""What changed from one edition to another: pages, pagination, extent, spine, metadata."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bookbuild import output, pipeline
from bookbuild.difference_page import difference_page
from bookbuild.differences import Differences, Side, _elsewhere, _paired, build_side, compare
from bookbuild.press.pageviews import PageView
from bookbuild.store.built import read_build
from tests.conftest import long_chapter, paragraph
from tests.support import small_book
from tests.test_build import run

CHAPTERS = [long_chapter(number, 30) for number in range(1, 5)]


def side(folder: Path) -> Side:
    return build_side(
        folder.name, read_build(output.write(pipeline.make(folder, print_no), folder))
    )


def print_no(step: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("buku")


def book(folders: Path, name: str, *chapters: str, revision: int = 1) -> Path:
    folder = small_book(folders / name, *chapters)
    spec = folder / "manuscript/book.toml"
    spec.write_text(
        spec.read_text("utf-8").replace("revision = 1", f"revision = {revision}"), "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def first(folders: Path) -> Side:
    return side(book(folders, "first", *CHAPTERS))


@pytest.fixture(scope="module")
def word(folders: Path) -> Side:
    """One word of the second chapter has other letters of the same width."""
    chapter = CHAPTERS[1].replace("musim", "misum", 1)
    assert chapter != CHAPTERS[1]
    return side(book(folders, "word", CHAPTERS[0], chapter, *CHAPTERS[2:], revision=2))


@pytest.fixture(scope="module")
def longer(folders: Path) -> Side:
    """The second chapter is several pages longer."""
    more = "".join(f"{paragraph(900 + number)}\n\n" for number in range(40))
    return side(book(folders, "longer", CHAPTERS[0], CHAPTERS[1] + more, *CHAPTERS[2:]))


@pytest.fixture(scope="module")
def in_one_word(first: Side, word: Side) -> Differences:
    return compare(first, word)


@pytest.fixture(scope="module")
def in_length(first: Side, longer: Side) -> Differences:
    return compare(first, longer)


def labels(found: Differences) -> list[tuple[str, str]]:
    return [(one.label, other.label) for one, other in found.changed]


def test_a_build_does_not_differ_from_itself(first: Side) -> None:
    found = compare(first, first)
    assert (found.changed, found.shifted, found.added, found.removed) == ((), (), (), ())
    assert (found.files, found.metadata, found.cover, found.pagination_moved) == (
        (), (), False, False,
    )  # fmt: skip
    assert all(change.before == change.after for change in found.facts)


def test_a_changed_word_changes_its_page_and_moves_nothing(in_one_word: Differences) -> None:
    ((page, same),) = labels(in_one_word)
    assert page == same
    assert (in_one_word.added, in_one_word.removed, in_one_word.shifted) == ((), (), ())
    assert not in_one_word.pagination_moved
    assert not in_one_word.cover
    facts = {change.name: (change.before, change.after) for change in in_one_word.facts}
    assert facts["extent"][0] == facts["extent"][1]


def test_metadata_and_files_are_compared_by_name(in_one_word: Differences) -> None:
    assert [(item.name, item.before, item.after) for item in in_one_word.metadata] == [
        ("revision", 1, 2)
    ]
    names = {item.name for item in in_one_word.files}
    assert {"interior.pdf", "kecil.epub"} <= names
    assert "cover.pdf" not in names


def test_what_comes_after_a_longer_chapter_is_the_same_under_another_number(
    first: Side, longer: Side, in_length: Differences
) -> None:
    assert in_length.added
    assert not in_length.removed
    assert in_length.pagination_moved
    assert in_length.shifted
    steps = {int(other.label) - int(one.label) for one, other in in_length.shifted}
    assert len(steps) == 1
    (step,) = steps
    assert step > 0
    assert {other.label for _, other in in_length.shifted} <= set(in_length.elsewhere)
    facts = {change.name: change for change in in_length.facts}
    assert facts["pages"].after > facts["pages"].before
    assert facts["spine_mm, digital-id"].after > facts["spine_mm, digital-id"].before
    assert in_length.cover


def test_pages_before_the_change_stay_where_they_are(in_length: Differences) -> None:
    begin = int(re.findall(r"\d+", " ".join(in_length.elsewhere))[0])
    assert in_length.same > 3
    assert begin > 3


def test_added_and_removed_change_places_when_the_sides_do(
    first: Side, longer: Side, in_length: Differences
) -> None:
    back = compare(longer, first)
    assert [page.label for page in back.removed] == [page.label for page in in_length.added]
    assert back.added == in_length.removed
    assert back.same == in_length.same
    assert len(back.shifted) == len(in_length.shifted)


def test_every_page_of_both_is_told_once(first: Side, longer: Side, in_length: Differences) -> None:
    both = in_length.same + len(in_length.changed) + len(in_length.shifted)
    pages = [side.manifest["extent"]["pages"] for side in (first, longer)]
    assert both + len(in_length.removed) == pages[0]
    assert both + len(in_length.added) == pages[1]


def view(number: int, text: str) -> PageView:
    return PageView(number, str(number + 1), text, f"{number}{text}", text)


TEXTS = st.lists(st.sampled_from(["aa", "bb", "cc", "dd", ""]), max_size=12)


@given(TEXTS, TEXTS)
def test_pairing_loses_no_page_and_keeps_the_order(before: list[str], after: list[str]) -> None:
    sides = [[view(number, text) for number, text in enumerate(texts)] for texts in (before, after)]
    pairs = _paired(*sides)
    assert [one for one, _ in pairs if one] == sides[0]
    assert [other for _, other in pairs if other] == sides[1]


@given(TEXTS)
def test_pages_under_their_own_number_begin_where_they_did(texts: list[str]) -> None:
    pages = [view(number, text) for number, text in enumerate(texts)]
    assert list(_elsewhere(_paired(pages, pages))) == []


def test_a_rewritten_first_word_moves_no_page_that_follows_an_unchanged_one() -> None:
    before = [view(0, "aa"), view(1, "bb"), view(2, "cc")]
    after = [view(0, "aa"), view(1, "xx"), view(2, "cc")]
    assert list(_elsewhere(_paired(before, after))) == []
    after = [view(0, "xx"), view(1, "yy"), view(2, "cc")]
    assert list(_elsewhere(_paired(before, after))) == ["2"]


def test_pages_that_follow_each_other_are_named_as_a_run() -> None:
    labels = ("vii", "viii", "3", "9", "10", "11", "iv")
    found = Differences("a", "b", 0, (), (), (), (), labels, False, (), (), ())
    assert found.moved == "vii, viii, 3, 9–11, iv"


# The page of HTML


@pytest.fixture(scope="module")
def page(first: Side, word: Side, in_one_word: Differences) -> html.HtmlElement:
    return html.fromstring(difference_page(in_one_word, first, word).decode())


def test_the_changed_page_is_shown_before_and_after(page: html.HtmlElement) -> None:
    (figure,) = page.xpath("//section[@id='changed']//figure")
    sources = figure.xpath(".//img/@src")
    pictures = [base64.b64decode(source.partition("base64,")[2]) for source in sources]
    assert len(pictures) == 2
    assert pictures[0] != pictures[1]
    assert all(data.startswith((b"\x89PNG", b"\xff\xd8")) for data in pictures)


def test_what_differs_on_a_page_is_framed_closely(page: html.HtmlElement) -> None:
    styles = page.xpath("//section[@id='changed']//i/@style")
    assert len(styles) == 2
    sizes = [float(value) for value in re.findall(r"(?:width|height):([\d.]+)%", styles[0])]
    assert len(sizes) == 2
    assert 0 < sizes[0] < 90
    assert 0 < sizes[1] < 10


def test_the_page_needs_no_network_and_no_other_file(page: html.HtmlElement) -> None:
    assert all(src.startswith("data:image/") for src in page.xpath("//@src"))
    assert not page.xpath("//script")
    assert page.xpath("//@href") == ["data:,"]


def test_the_page_says_what_the_command_says(page: html.HtmlElement) -> None:
    text = page.text_content()
    assert "The pagination is as it was" in text
    rows = {
        row[0].text_content(): [cell.text_content() for cell in row[1:]]
        for row in page.xpath("//section[@id='metadata']//tr")
    }
    assert rows["revision"] == ["1", "2"]


def test_added_pages_and_the_cover_are_shown(
    first: Side, longer: Side, in_length: Differences
) -> None:
    page = html.fromstring(difference_page(in_length, first, longer).decode())
    assert len(page.xpath("//section[@id='added']//img")) == len(in_length.added)
    assert len(page.xpath("//section[@id='cover']//img")) == 2
    assert "The pagination moved" in page.text_content()


def test_the_page_is_the_same_for_the_same(
    first: Side, word: Side, in_one_word: Differences
) -> None:
    again = difference_page(compare(first, word), first, word)
    assert again == difference_page(in_one_word, first, word)


# The command


def test_an_edition_is_compared_with_a_build(
    folders: Path, first: Side, word: Side, tmp_path: Path
) -> None:
    store = str(tmp_path / "toko")
    run("publish", folders / "first", BOOKBUILD_STORE=store)
    run("publish", folders / "word", BOOKBUILD_STORE=store)
    target = tmp_path / "beda.html"
    build = folders / "word/build/kecil"
    result = run("diff", "kecil@1.1", build, "--out", target, BOOKBUILD_STORE=store)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"from kecil@1.1 to {build}:\n  pages changed: " in result.stdout
    assert "  pagination: as it was\n" in result.stdout
    assert "  revision: 1 → 2\n" in result.stdout
    assert target.read_bytes().startswith(b"<!DOCTYPE html>")
    answers = [
        json.loads(run("diff", "--json", *sides, BOOKBUILD_STORE=store).stdout)
        for sides in (["kecil@1.1", build], ["kecil@1.1", "kecil@1.2"])
    ]
    assert answers[0]["pages"]["changed"]
    assert answers[0] | {"after": ""} == answers[1] | {"after": ""}


def test_what_is_no_build_can_not_be_compared(tmp_path: Path) -> None:
    result = run("diff", tmp_path, tmp_path)
    assert (result.returncode, "holds no build" in result.stderr) == (2, True)


def test_a_book_without_print_files_has_its_metadata_compared(
    folders: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(folders / "first", tmp_path / "b")
    spec = folder / "manuscript/book.toml"
    before = output.write(pipeline.make(folder, print_no, only=["ebook"]), folder)
    one = build_side("one", read_build(before))
    spec.write_text(spec.read_text("utf-8").replace("Buku Kecil", "Buku Besar"), "utf-8")
    after = output.write(pipeline.make(folder, print_no, only=["ebook"]), folder)
    found = compare(one, build_side("two", read_build(after)))
    assert [change.name for change in found.metadata] == ["title"]
    assert (found.changed, found.pagination_moved, found.cover) == ((), False, False)
