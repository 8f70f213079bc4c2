"""Whatever is wrong with a book: a message with place and remedy, the last good build kept."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bookbuild.cli import app
from bookbuild.output import write
from tests.support import NAMESPACES, Epub, make, one, page_texts, small_book

TEXT = "# Satu\n\nTeks.\n"
Spoil = Callable[[Path], object]


def chapter(text: str) -> Spoil:
    return lambda book: (book / "manuscript" / "01.md").write_text(text, "utf-8")


def listed(name: str) -> Spoil:
    """Name another file in the specification."""

    def spoil(book: Path) -> None:
        spec = book / "manuscript" / "book.toml"
        spec.write_text(spec.read_text().replace("01.md", name))

    return spoil


def add(line: str) -> Spoil:
    def spoil(book: Path) -> None:
        spec = book / "manuscript" / "book.toml"
        spec.write_text(f"{line}\n{spec.read_text()}")

    return spoil


def link_out(book: Path) -> None:
    (book.parent / "luar.md").write_text(TEXT)
    (book / "manuscript" / "01.md").unlink()
    (book / "manuscript" / "01.md").symlink_to(book.parent / "luar.md")


def unreadable(book: Path) -> None:
    (book / "manuscript" / "01.md").unlink()
    (book / "manuscript" / "01.md").mkdir()


def twice(book: Path) -> None:
    spec = book / "manuscript" / "book.toml"
    text = spec.read_text()
    spec.write_text(text + text[text.index("[[manuscript]]") :])


def broken_picture(book: Path) -> None:
    (book / "manuscript" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    chapter("# A\n\n![x](x.png)\n")(book)


LONG_NOTE = "kata " * 2500
WIDE = "Mempertanggungjawabkannya" * 2

CASES: dict[str, tuple[Spoil, str, str]] = {
    "empty chapter": (chapter(" \n"), "manuscript-empty", "manuscript/01.md"),
    "missing file": (listed("02.md"), "manuscript-file", "manuscript/02.md"),
    "unreadable file": (unreadable, "manuscript-file", "manuscript/01.md"),
    "one file twice": (twice, "manuscript-twice", "manuscript/book.toml"),
    "path with ..": (listed("../01.md"), "manuscript-file", "manuscript/book.toml"),
    "absolute path": (listed("/etc/passwd"), "manuscript-file", "manuscript/book.toml"),
    "link that leads out": (link_out, "manuscript-file", "manuscript/book.toml"),
    "unknown key": (add('judul = "x"'), "spec-unknown-key", "manuscript/book.toml:1"),
    "broken picture": (broken_picture, "picture-file", "manuscript/01.md:3"),
    "picture from outside": (
        chapter("# A\n\n![x](../../x.png)\n"),
        "picture-file",
        "manuscript/01.md:3",
    ),
    "picture from the web": (
        chapter("# A\n\n![x](https://x.example/x.png)\n"),
        "markup-link",
        "manuscript/01.md:3",
    ),
    "id given twice": (
        chapter("# A {#x}\n\n## B {#x}\n"),
        "reference-duplicate",
        "manuscript/01.md:3",
    ),
    "reference to nowhere": (
        chapter("# A\n\n[](#nol)\n"),
        "reference-unknown",
        "manuscript/01.md:3",
    ),
    "malformed HTML": (chapter("# A\n\n<b>x\n"), "markup-html", "manuscript/01.md:3"),
    "script": (
        chapter("# A\n\n<script>x</script>\n"),
        "markup-html",
        "manuscript/01.md:3",
    ),
    "note longer than a page": (
        chapter(f"# A\n\nx[^1]\n\n[^1]: {LONG_NOTE}\n"),
        "note-long",
        "manuscript/01.md:5",
    ),
    "table wider than the page": (
        chapter(f"# A\n\n| {WIDE} | {WIDE} | {WIDE} |\n|---|---|---|\n| a | b | c |\n"),
        "table-wide",
        "manuscript/01.md:3",
    ),
    "100 000 notes": (
        chapter("# A\n\n" + "".join(f"x[^{n}]\n\n[^{n}]: y\n\n" for n in range(100_000))),
        "note-many",
        "manuscript/01.md:1",
    ),
    "row that would lose a cell": (
        chapter("# A\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n"),
        "markup-table",
        "manuscript/01.md:5",
    ),
    "note written twice": (
        chapter("# A\n\nx[^1]\n\n[^1]: y\n\n[^1]: z\n"),
        "reference-duplicate",
        "manuscript/01.md:7",
    ),
    "table in a note": (
        chapter("# A\n\nx[^1]\n\n[^1]: y\n\n    | a |\n    |---|\n    | b |\n"),
        "note-content",
        "manuscript/01.md:5",
    ),
    "head in another language": (
        chapter("---\ntitle: A\n---\n\n# A\n\nx\n"),
        "spec-syntax",
        "manuscript/01.md:1",
    ),
    "braces that can't be read": (
        chapter("# A\n\n## B {#dua kata}\n"),
        "markup-attributes",
        "manuscript/01.md:3",
    ),
    "formula that can't be read": (
        chapter("# A\n\nx $\\frac{a}{$\n"),
        "markup-math",
        "manuscript/01.md:3",
    ),
    "formula nested too deep": (
        chapter(f"# A\n\nx ${'{' * 500}y{'}' * 500}$\n"),
        "markup-math",
        "",
    ),
    "code fence left open": (
        chapter("# A\n\n```python\nx = 1\n"),
        "markup-code",
        "manuscript/01.md:3",
    ),
    "index range left open": (
        chapter("# A\n\nx{index-from: air}\n"),
        "index-mark",
        "manuscript/01.md:3",
    ),
    "citation without a bibliography": (
        chapter("# A\n\nx [@toer]\n"),
        "reference-unknown",
        "manuscript/01.md:3",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_told_with_place_and_remedy_and_the_last_build_stays(
    tmp_path: Path, case: str
) -> None:
    spoil, code, place = CASES[case]
    book = small_book(tmp_path / "b", TEXT)
    good = book / "build" / "kecil"
    good.mkdir(parents=True)
    (good / "interior.pdf").write_bytes(b"good")
    spoil(book)
    result = CliRunner().invoke(app, ["build", str(book)])
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    told = one(book, code) if case != "script" else None
    if told is not None:
        assert str(told.place or "") == place
        assert told.hint or told.message
    assert f"({code})" in result.output
    assert place in result.output
    assert (good / "interior.pdf").read_bytes() == b"good"


def test_a_word_that_no_line_can_hold_is_broken_not_lost(tmp_path: Path) -> None:
    word = "abcdefghij" * 30
    build = make(small_book(tmp_path / "b", f"# A\n\n{word}\n"))
    assert word in "".join(page_texts(build.artifacts[0].data)).replace("\n", "").replace("-", "")


def test_a_line_of_code_wider_than_the_page_is_turned_and_marked(tmp_path: Path) -> None:
    line = "nilai = " + " + ".join(f"suku_{n}" for n in range(40))
    build = make(small_book(tmp_path / "b", f"# A\n\n```python\n{line}\n```\n"))
    (text,) = [text for text in page_texts(build.artifacts[0].data) if "suku_39" in text]
    assert text.count("»") >= 3
    assert line.replace(" ", "") in "".join(text.replace("»", "").split())


def test_a_table_too_wide_for_its_usual_size_is_set_smaller(tmp_path: Path) -> None:
    heads = " | ".join(f"Pertanggungjawaban{n}" for n in range(4))
    text = f"# A\n\n| {heads} |\n|---|---|---|---|\n| a | b | c | d |\n"
    assert not [
        item
        for item in make(small_book(tmp_path / "b", text)).findings
        if item.code in ("table-wide", "interior-overflow")
    ]


def test_a_title_too_long_for_the_running_head_is_cut_there_and_told(tmp_path: Path) -> None:
    title = " ".join(["Judul yang panjang sekali"] * 5)
    book = small_book(tmp_path / "b", f"# {title}\n\n" + "Teks.\n\n" * 120)
    assert one(book, "head-long").severity == "warning"
    texts = page_texts(make(book).artifacts[0].data)
    assert any("…" in text and "Judul yang" in text for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        "Daftar:\n- satu\n- dua",
        "Daftar:\n1. satu\n2. dua",
        "Tabel:\n| satu | dua |\n|---|---|\n| a | b |",
    ],
)
def test_a_list_or_table_right_after_a_paragraph_is_one(tmp_path: Path, text: str) -> None:
    book = small_book(tmp_path / "b", f"# A\n\n{text}\n")
    body = Epub(make(book).artifacts[2].data).tree("01.xhtml")
    assert body.xpath("//x:li[.='dua'] | //x:th[.='dua']", namespaces=NAMESPACES)


def test_a_dash_or_a_year_in_running_text_begins_no_list(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", "# A\n\nIa pergi pada tahun\n1998. Lalu pulang\n- sendiri.\n")
    body = Epub(make(book).artifacts[2].data).tree("01.xhtml")
    assert not body.xpath("//x:li", namespaces=NAMESPACES)


def test_a_long_table_runs_over_pages_with_its_heads(tmp_path: Path) -> None:
    rows = "".join(f"| baris{n} | {n} |\n" for n in range(90))
    build = make(small_book(tmp_path / "b", f"# A\n\n| Kepala | Angka |\n|---|---|\n{rows}"))
    texts = page_texts(build.artifacts[0].data)
    assert sum("Kepala" in text for text in texts) >= 3
    assert all(f"baris{n}" in " ".join(texts) for n in range(90))


def test_a_build_that_is_killed_leaves_the_last_one(tmp_path: Path) -> None:
    book = small_book(tmp_path / "b", TEXT)
    write(make(book), book)
    before = {path.name: path.read_bytes() for path in (book / "build" / "kecil").iterdir()}
    started = subprocess.Popen(
        [sys.executable, "-m", "bookbuild", "build", book],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip
    time.sleep(1.5)
    started.send_signal(signal.SIGKILL)
    started.wait()
    after = {path.name: path.read_bytes() for path in (book / "build" / "kecil").iterdir()}
    assert after == before
