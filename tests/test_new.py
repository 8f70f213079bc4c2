"""`bookbuild new`: a small book that builds, and that nothing overwrites."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bookbuild.book.manuscript import read_specification
from bookbuild.book.spec import BookSpec
from bookbuild.choices import Tongue
from bookbuild.diagnostics import Severity
from bookbuild.intake import starter
from tests.support import ROOT, make
from tests.test_build import run
from tests.test_docs import keys


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_new_book_builds_at_once_with_nothing_but_notes(tmp_path: Path, language: str) -> None:
    result = run("new", tmp_path / "b", "--language", language, "--title", 'A "b" & *c*')
    assert result.returncode == 0, result.stderr
    made = make(tmp_path / "b")
    assert made.complete
    assert {f.severity for f in made.findings if f.code != "caliper-assumed"} == {Severity.NOTE}
    spec = read_specification(tmp_path / "b")
    assert (spec.title, spec.language) == ('A "b" & *c*', language)


def test_the_same_call_gives_the_same_book_and_another_title_another_identifier(
    tmp_path: Path,
) -> None:
    options = ("--title", "Satu", "--author", "Ani", "--date", "2026-01-02")
    run("new", tmp_path / "a", *options)
    run("new", tmp_path / "b", *options, TZ="Asia/Jakarta", PYTHONHASHSEED="7")
    made_on = datetime(2026, 1, 2, tzinfo=UTC)
    other_book = starter.Facts("Dua", "Ani", Tongue.ID, made_on)
    starter.place(starter.starter(other_book), tmp_path / "c")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    first, other = read_specification(tmp_path / "a"), read_specification(tmp_path / "c")
    assert first.identifier != other.identifier
    assert re.fullmatch(r"urn:uuid:.{8}-.{4}-5.{3}-.{4}-.{12}", first.identifier)
    assert first.modified.isoformat() == "2026-01-02T00:00:00+00:00"


def test_a_folder_with_a_book_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    assert run("new", tmp_path).returncode == 0
    before = contents(tmp_path)
    again = run("new", tmp_path, "--title", "Lain", "--json")
    assert again.returncode == 2
    assert "already holds a book" in json.loads(again.stdout)["error"]
    assert contents(tmp_path) == before


def test_a_file_in_the_way_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manuscript").mkdir()
    (tmp_path / "manuscript/01-prakata.md").write_text("milik saya", "utf-8")
    assert run("new", tmp_path).returncode == 2
    assert contents(tmp_path).keys() == {"manuscript/01-prakata.md"}


def test_a_wrong_language_or_date_is_a_wrong_call(tmp_path: Path) -> None:
    assert run("new", tmp_path, "--language", "xx").returncode == 2
    assert run("new", tmp_path, "--date", "kemarin").returncode == 2
    assert not (tmp_path / "manuscript").exists()


def test_every_key_in_the_template_is_one_the_specification_knows() -> None:
    text = (ROOT / "src/bookbuild/intake/templates/book.toml").read_text("utf-8")
    named = set(re.findall(r"^(?:# )?([a-z_]+) = ", text, re.MULTILINE))
    known = {key.split(".")[-1] for key in keys(BookSpec)}
    assert named <= known, named - known
    assert {"publisher", "isbn", "prices", "rights"} <= set(re.findall(r"\[([a-z]+)\]", text))


def test_the_template_is_valid_with_every_comment_opened(tmp_path: Path) -> None:
    run("new", tmp_path)
    path = tmp_path / "manuscript/book.toml"
    text = path.read_text("utf-8")
    opened = re.sub(r'^# (\[.*|[a-z_]+ = (?!""").*)$', r"\1", text, flags=re.MULTILINE)
    opened = re.sub(r'^(print|ebook) = "978-…"$', "", opened, flags=re.MULTILINE)
    opened = opened.replace("https://…", "https://contoh.id").replace('subjects = ["…", "…"]', "")
    path.write_text(opened, "utf-8")
    spec = read_specification(tmp_path)
    assert spec.publisher and spec.prices and spec.rights and spec.sales and spec.printings
