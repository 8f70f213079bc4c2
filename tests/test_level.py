"""Pages that end level: facing pages on the same line, no divided word at a foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bookbuild.pipeline import Build
from tests.support import ROOT, letters, lines_of, make, page_texts, small_book

WORDS = """
    tanah air pagi hari kebun petani menanam padi di sawah yang luas dan subur sejak lama karena
    hujan turun deras pada bulan itu maka semua orang pergi ke ladang untuk memanen jagung serta
    kacang lalu mereka pulang membawa hasil dengan hati senang sambil bernyanyi bersama teman lama
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
LEADING = 14.0


def chapter(number: int, count: int) -> str:
    """Paragraphs of one to eight lines; the same at every call."""
    at, found = 17 * number, []
    for paragraph in range(count):
        size = 6 + (paragraph * 37 + number * 11) % 80
        said = [WORDS[(at + word * word + 3 * word) % len(WORDS)] for word in range(size)]
        at += size + 5
        found.append(" ".join(said).capitalize() + ".")
    return f"# Bab ke-{number}\n\n" + "\n\n".join(found) + "\n"


CHAPTERS = [chapter(number, count) for number, count in enumerate((95, 71, 88, 68), 1)]


def book(folder: Path, composition: str) -> Build:
    folder = small_book(folder, *CHAPTERS)
    own = folder / "layouts/default"
    own.mkdir(parents=True)
    settings = (ROOT / "layouts/default/layout.toml").read_text("utf-8")
    (own / "layout.toml").write_text(f"{settings}{composition}\n", "utf-8")
    return make(folder)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Build]:
    folder = tmp_path_factory.mktemp("level")
    return {
        "level": book(folder / "a", "level = true"),
        "plain": book(folder / "b", "level = false"),
    }


def inner_pages(build: Build) -> Iterator[tuple[int, int]]:
    """Number and section of each page of a chapter that isn't the chapter's last."""
    pages = build.made[0].inside.pages
    for number, (page, after) in enumerate(pairwise(pages)):
        if page.section is not None and page.section == after.section:
            yield number, page.section


def foot(build: Build, number: int) -> float:
    """How high the last line of a page stands; the folio below it is none."""
    found = lines_of(build.artifacts[0].data, number)
    return min(line.bottom for line in found if not line.text.strip().isalnum())


def uneven(build: Build) -> list[str]:
    """The rectos that end on another line than the verso before them, by their folio."""
    labels = [page.label for page in build.made[0].inside.pages]
    return [
        labels[recto]
        for (verso, one), (recto, other) in pairwise(inner_pages(build))
        if recto == verso + 1 and recto % 2 == 0 and one == other
        and abs(foot(build, verso) - foot(build, recto)) > LEADING / 2
    ]  # fmt: skip


def divided(build: Build) -> list[int]:
    texts = page_texts(build.artifacts[0].data)
    return [
        number
        for number, _ in inner_pages(build)
        if [line for line in texts[number].splitlines() if not line.strip().isalnum()][-1]
        .rstrip()
        .endswith(("-", "\u2010", "\u0002"))
    ]


def endings(build: Build) -> list[str]:
    return [finding.message for finding in build.findings if finding.code == "page-ending"]


def test_facing_pages_end_on_the_same_line_or_the_report_says_which_do_not(
    builds: dict[str, Build],
) -> None:
    assert len(uneven(builds["plain"])) >= 2
    left = uneven(builds["level"])
    assert len(left) <= 1
    assert all(
        f"page {label} ends higher or lower" in " ".join(endings(builds["level"])) for label in left
    )


def test_no_page_ends_in_a_divided_word(builds: dict[str, Build]) -> None:
    assert divided(builds["level"]) == []


def test_no_chapter_ends_on_a_page_with_fewer_than_five_lines(builds: dict[str, Build]) -> None:
    pages = builds["level"].made[0].inside.pages
    lasts = [
        number
        for number, (page, after) in enumerate(pairwise(pages))
        if page.section is not None and page.section != after.section and page.page > 1
    ]
    assert len(lasts) == 4
    for number in lasts:
        found = lines_of(builds["level"].artifacts[0].data, number)
        assert len({round(line.bottom / LEADING) for line in found}) >= 5 + 2  # head and folio


def test_every_word_is_printed_where_pages_are_made_again(builds: dict[str, Build]) -> None:
    level, plain = (
        Counter(letters("".join(page_texts(build.artifacts[0].data)))) for build in builds.values()
    )
    lost = {letter: level[letter] - plain[letter] for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert not any(lost.values())
