"""What is asked for is made once: alone or among many, and not at all where it stands already."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bookbuild.cache import Cache
from bookbuild.errors import BookFaults, ExitCode
from bookbuild.outcome import Outcome
from bookbuild.production import Shop, produce, produce_all
from bookbuild.standing import Wanted, key
from tests.conftest import long_chapter
from tests.support import small_book

HEAVY = ("weasyprint", "pikepdf", "PIL", "fontTools", "ebooklib", "lxml", "jinja2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_book(tmp_path / "b", *(f"# Bab {name}\n\nIsi bab {name}.\n" for name in "AB"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(Cache(tmp_path / "kept"))


def made(wanted: Wanted, shop: Shop) -> tuple[Outcome, list[str]]:
    """The outcome, and the steps that were taken for it."""
    steps: list[str] = []
    return produce(wanted, shop, steps.append), steps


def files(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "build").glob("*/*"))
    }


def test_where_nothing_changed_nothing_is_made_and_the_same_is_said(
    folder: Path, shop: Shop
) -> None:
    wanted = Wanted(folder)
    first, steps = made(wanted, shop)
    before = {path: path.stat().st_mtime_ns for path in (folder / "build").rglob("*")}
    again, none = made(wanted, shop)
    assert steps
    assert none == []
    assert again == first
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "build").rglob("*")}


CHANGES = {
    "a sentence": lambda book: (book / "manuscript" / "01.md").write_text("# Bab A\n\nBaru.\n"),
    "a file that nothing lists": lambda book: (book / "manuscript" / "x.md").write_text("# X\n"),
    "a layout's file": lambda book: [
        (book / "layouts" / "printers").mkdir(parents=True),
        (book / "layouts" / "printers" / "x.toml").write_text("x = 1\n"),
    ],
    "a file of the build": lambda book: next((book / "build").glob("*/cover.pdf")).write_bytes(b""),
    "a lost file of the build": lambda book: next((book / "build").glob("*/*.epub")).unlink(),
    "a foreign file in the build": lambda book: (
        next((book / "build").glob("*/")) / "x.txt"
    ).write_text("x"),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_the_book_is_made_again_after_a_change_of(change: str, folder: Path, shop: Shop) -> None:
    wanted = Wanted(folder, only=("cover", "ebook"))
    made(wanted, shop)
    CHANGES[change](folder)
    outcome, steps = made(wanted, shop)
    assert steps
    assert sorted(files(folder)) == sorted(
        f"build/kecil/{name}"
        for name in ("cover.pdf", "kecil.epub", "manifest.json", "report.json")
    )
    assert outcome.exit_code is ExitCode.OK
    assert made(wanted, shop)[1] == []


def test_the_book_is_made_again_for_other_options(folder: Path, shop: Shop) -> None:
    made(Wanted(folder, only=("interior",)), shop)
    assert made(Wanted(folder, only=("interior", "cover")), shop)[1]
    assert made(Wanted(folder, only=("interior", "cover"), block_mm=9.5), shop)[1]


def test_folders_that_stand_elsewhere_are_never_taken_as_unchanged(
    folder: Path, tmp_path: Path
) -> None:
    assert key(Wanted(folder))
    (tmp_path / "gambar").mkdir()
    (folder / "manuscript" / "gambar").symlink_to(tmp_path / "gambar")
    assert key(Wanted(folder)) is None
    assert key(Wanted(tmp_path / "nowhere")) is None


def built(folder: Path, *options: str) -> tuple[Any, str]:
    """What a build in a process of its own says, and which heavy packages it loaded."""
    program = (
        "import sys; from bookbuild.cli import app\n"
        "try: app()\n"
        f"finally: print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, "build", str(folder), "--json", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout), ran.stderr.splitlines()[-1]


def test_nothing_heavy_is_loaded_for_a_build_that_stands(folder: Path, tmp_path: Path) -> None:
    cache = ("--cache", str(tmp_path / "kept"))
    first, loaded = built(folder, *cache, "--jobs", "1")
    again, loaded_again = built(folder, *cache, "--jobs", "1")
    assert first == again
    assert "weasyprint" in loaded
    assert loaded_again == "[]"


def test_after_a_changed_sentence_only_the_worker_loads_the_page_engine(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", *(long_chapter(number, 24) for number in (1, 2, 3, 4)))
    options = ("--cache", str(tmp_path / "kept"), "--jobs", "2")
    built(folder, *options)
    file = folder / "manuscript" / "02.md"
    file.write_text(f"{file.read_text('utf-8').rstrip()} Satu kalimat lagi.\n", "utf-8")
    _, loaded = built(folder, *options)
    assert "pikepdf" in loaded
    assert "weasyprint" not in loaded


def test_many_books_come_out_as_each_alone(folder: Path, tmp_path: Path) -> None:
    other = small_book(tmp_path / "c", "# Satu\n\nIsi.\n")
    outcome = produce_all([Wanted(folder), Wanted(other)], Shop(jobs=2), lambda step: None)
    together = [files(folder), files(other)]
    for book in (folder, other):
        shutil.rmtree(book / "build")
        made(Wanted(book), Shop())
    assert [files(folder), files(other)] == together
    assert [book["book"] for book in outcome.record["books"]] == [str(folder), str(other)]
    assert outcome.exit_code is ExitCode.OK


def test_a_bad_book_among_many_keeps_no_other_from_being_made(folder: Path, tmp_path: Path) -> None:
    bad = small_book(tmp_path / "bad", "# Satu\n\nLihat [](#nirgends).\n")
    wanted = [Wanted(bad), Wanted(tmp_path / "none"), Wanted(folder)]
    outcome = produce_all(wanted, Shop(jobs=2), lambda step: None)
    assert files(folder)
    assert not files(bad)
    assert outcome.exit_code is ExitCode.FAULTS
    assert [book["ok"] for book in outcome.record["books"]] == [False, False, True]
    said = {finding.code: str(finding.place) for finding in outcome.findings}
    assert said["reference-unknown"] == f"{bad}/manuscript/01.md:3"
    assert said["book-unmade"] == str(tmp_path / "none")


def test_a_bad_book_is_not_remembered(tmp_path: Path, shop: Shop) -> None:
    bad = small_book(tmp_path / "bad", "# Satu\n\nLihat [](#nirgends).\n")
    for _ in range(2):
        with pytest.raises(BookFaults):
            produce(Wanted(bad), shop, lambda step: None)


def run(*arguments: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bookbuild", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_builds_with_and_without_cache_and_workers_are_the_same_bytes(
    folder: Path, tmp_path: Path
) -> None:
    seen = []
    for options in (
        ("--no-cache", "--jobs", "1"),
        ("--cache", tmp_path / "k", "--jobs", "3"),
        ("--cache", tmp_path / "k", "--only", "interior"),
        ("--cache", tmp_path / "k", "--jobs", "1"),
    ):
        ran = run("build", folder, "--quiet", *options)
        assert ran.returncode == 0, ran.stderr
        seen.append(files(folder))
    assert seen[0] == seen[1] == seen[3]
    assert len(seen[2]) == 3


def test_the_environment_can_name_the_cache(folder: Path, tmp_path: Path) -> None:
    run("build", folder, "--quiet", BOOKBUILD_CACHE=str(tmp_path / "here"))
    assert any((tmp_path / "here").rglob("*"))
