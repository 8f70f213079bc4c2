"""What may become an edition, what is refused and why, and the commands about it."""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookbuild import output, pipeline
from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.errors import BookbuildError, BookFaults, NoFile
from bookbuild.sources import source_digest
from bookbuild.store.approval import approve, for_sale
from bookbuild.store.built import read_build
from bookbuild.store.editions import Store, make_store, names
from bookbuild.store.publish import Published, publish
from bookbuild.store.verify import verify
from bookbuild.units import mm
from tests.support import BOOKS, make, small_book
from tests.test_build import run

DESCRIBED = "# Satu\n\nTeks.\n\n![Dua petak](denah.png)\n"
OUTLINE = '+++\nstatus = "outline"\n+++\n# Dua\n'


def made(folder: Path, **wishes: Any) -> Path:
    """The book in `folder`, built and written."""
    return output.write(pipeline.make(folder, lambda step: None, **wishes), folder)


def taken(store: Store, folder: Path, *allow: str) -> Published:
    """What is in the book's build folder, published as the command does."""
    return publish(store, read_build(folder / "build/kecil"), source_digest(folder), allow)


def refused(store: Store, folder: Path, *allow: str) -> list[Diagnostic]:
    """The errors for which a build is refused; the store is as it was before."""
    before = names(store)
    with pytest.raises(BookFaults) as faults:
        taken(store, folder, *allow)
    assert names(store) == before
    return [item for item in faults.value.findings if item.severity is Severity.ERROR]


def change(folder: Path, old: str, new: str) -> None:
    spec = folder / "manuscript/book.toml"
    text = spec.read_text("utf-8")
    assert old in text
    spec.write_text(text.replace(old, new), "utf-8")


def rewrite(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest of a build."""
    path = folder / "build/kecil/manifest.json"
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete book and its build, to be copied."""
    folder = small_book(tmp_path_factory.mktemp("master") / "b", "# Satu\n\nTeks.\n")
    made(folder)
    return folder


@pytest.fixture
def book(master: Path, tmp_path: Path) -> Path:
    return shutil.copytree(master, tmp_path / "b")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path / "store")


# Names


def test_printing_and_revision_name_an_edition(store: Store, tmp_path: Path) -> None:
    spec = (
        '[[printings]]\nnumber = 1\ndate = "2020-05"\n[[printings]]\nnumber = 2\ndate = "2026-05"\n'
    )
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n", spec=spec)
    change(folder, "revision = 1", "revision = 3")
    made(folder)
    assert str(taken(store, folder).edition.name) == "kecil@2.3"


def test_a_book_that_names_no_printing_is_in_its_first(store: Store, book: Path) -> None:
    assert str(taken(store, book).edition.name) == "kecil@1.1"


# The same and the changed


def test_identical_content_returns_the_edition_that_is_there(store: Store, book: Path) -> None:
    first, again = taken(store, book), taken(store, book)
    assert (first.new, again.new) == (True, False)
    assert again.edition == first.edition


def test_a_note_beside_the_manuscript_makes_no_other_edition(store: Store, book: Path) -> None:
    first = taken(store, book)
    (book / "manuscript/catatan.txt").write_text("Tanya editor.")
    assert [item.code for item in refused(store, book)] == ["edition-outdated"]
    made(book)
    again = taken(store, book)
    assert (again.new, again.edition) == (False, first.edition)


def test_changed_content_needs_a_new_revision(store: Store, book: Path) -> None:
    first = taken(store, book).edition
    approve(store, first, "Siti Rahma", "2026-11-24")
    (book / "manuscript/01.md").write_text("# Satu\n\nTeks lain.\n")
    made(book)
    (fault,) = refused(store, book)
    assert fault.code == "edition-changed"
    assert "interior.pdf" in fault.message
    assert "cover.pdf" not in fault.message
    change(book, "revision = 1", "revision = 2")
    made(book)
    then = taken(store, book).edition
    assert [str(name) for name in names(store)] == ["kecil@1.1", "kecil@1.2"]
    assert (for_sale(store, first), for_sale(store, then)) == (True, False)


def test_a_changed_price_is_changed_content(store: Store, book: Path) -> None:
    taken(store, book)
    change(book, 'language = "id"', 'language = "id"\nprices = { currency = "IDR", list = 90000 }')
    made(book)
    assert [item.code for item in refused(store, book)] == ["edition-changed"]


def test_a_cover_for_a_measured_block_is_a_new_revision_to_be_approved(
    store: Store, book: Path
) -> None:
    first = taken(store, book).edition
    approve(store, first, "Siti Rahma", "2026-11-24")
    made(book, block=mm(0.5))
    (fault,) = refused(store, book)
    assert (fault.code, "cover.pdf" in fault.message) == ("edition-changed", True)
    change(book, "revision = 1", "revision = 2")
    made(book, block=mm(0.5))
    then = taken(store, book).edition
    cover = next(item for item in then.files if item.role == "cover")
    assert cover.block_measured
    assert not for_sale(store, then)


# Sources


def test_a_build_older_than_its_manuscript_is_refused(store: Store, book: Path) -> None:
    (book / "manuscript/01.md").write_text("# Satu\n\nTeks yang baru.\n")
    assert [item.code for item in refused(store, book)] == ["edition-outdated"]


def test_a_build_older_than_its_layout_is_refused(store: Store, book: Path) -> None:
    (book / "layouts/default").mkdir(parents=True)
    (book / "layouts/default/cover.css").write_text("")
    assert [item.code for item in refused(store, book)] == ["edition-outdated"]


def test_what_an_editor_program_leaves_is_no_source(store: Store, book: Path) -> None:
    before = source_digest(book)
    (book / "manuscript/.01.md.swp").write_text("x")
    (book / "manuscript/01.md~").write_text("x")
    assert source_digest(book) == before
    assert taken(store, book).new


def test_names_of_files_belong_to_the_source(book: Path) -> None:
    before = source_digest(book)
    (book / "manuscript/a.txt").write_text("x")
    one = source_digest(book)
    (book / "manuscript/a.txt").rename(book / "manuscript/b.txt")
    assert len({before, one, source_digest(book)}) == 3


def test_a_build_that_names_no_source_is_refused(store: Store, book: Path) -> None:
    rewrite(book, lambda manifest: manifest.pop("source"))
    assert [item.code for item in refused(store, book)] == ["edition-outdated"]


# Parts


def test_files_that_were_not_built_are_told_all_at_once(store: Store, book: Path) -> None:
    (book / "build/kecil/cover.pdf").write_bytes(b"%PDF-1.3 another")
    (book / "build/kecil/kecil.epub").unlink()
    found = refused(store, book)
    assert [(item.code, item.place.file if item.place else None) for item in found] == [
        ("edition-file", "cover.pdf"), ("edition-file", "kecil.epub"),
    ]  # fmt: skip


def test_an_interior_and_the_cover_of_another_block_do_not_belong_together(
    store: Store, book: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(book, tmp_path / "other")
    made(other, block=mm(0.5))
    shutil.copy(other / "build/kecil/cover.pdf", book / "build/kecil/cover.pdf")
    theirs = json.loads((other / "build/kecil/manifest.json").read_text("utf-8"))

    def take_their_cover(manifest: dict[str, Any]) -> None:
        manifest["artifacts"] = [
            *(item for item in manifest["artifacts"] if item["role"] != "cover"),
            *(item for item in theirs["artifacts"] if item["role"] == "cover"),
        ]

    rewrite(book, take_their_cover)
    (fault,) = refused(store, book)
    assert fault.code == "edition-parts"
    assert "don't belong together" in fault.message


def test_a_print_set_of_a_file_that_is_not_there_is_refused(store: Store, book: Path) -> None:
    rewrite(book, lambda manifest: manifest["print_sets"][0].update(cover="sampul.pdf"))
    assert [item.code for item in refused(store, book)] == ["edition-parts"]


def test_a_build_of_single_parts_is_no_edition(store: Store, book: Path) -> None:
    made(book, only=["interior"])
    (fault,) = refused(store, book)
    assert fault.code == "edition-parts"
    assert "no cover, no ebook, no shop-cover" in fault.message


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "bookbuild-manifest-1"}', "[1]", "\x00"])
def test_a_manifest_that_is_none_is_told(store: Store, book: Path, content: str) -> None:
    (book / "build/kecil/manifest.json").write_text(content)
    assert [item.code for item in refused(store, book)] == ["edition-file"]


@pytest.mark.parametrize("name", ["../interior.pdf", "/etc/passwd", ".", ""])
def test_a_manifest_reads_no_file_outside_its_build(store: Store, book: Path, name: str) -> None:
    rewrite(book, lambda manifest: manifest["artifacts"][0].update(file=name))
    assert [item.code for item in refused(store, book)] == ["edition-file"]


def test_without_a_build_there_is_nothing_to_publish(store: Store, book: Path) -> None:
    shutil.rmtree(book / "build")
    with pytest.raises(NoFile, match="Build the book first"):
        taken(store, book)


# Errors, outlines, extent


def test_errors_are_refused_unless_somebody_allows_them_and_that_is_recorded(
    store: Store, tmp_path: Path
) -> None:
    folder = small_book(tmp_path / "b", DESCRIBED.replace("Dua petak", ""))
    picture = BOOKS / "serba/manuscript/gambar/denah.png"
    shutil.copy(picture, folder / "manuscript/denah.png")
    made(folder)
    (fault,) = refused(store, folder)
    assert fault.code == "picture-alt"
    assert str(fault.place) == "manuscript/01.md:5"
    assert fault.hint.endswith("--allow picture-alt")
    assert [item.code for item in refused(store, folder, "cover-text")] == ["picture-alt"]
    edition = taken(store, folder, "picture-alt", "cover-text").edition
    assert edition.allowed == ("picture-alt",)
    assert "kecil.epub" in {item.file for item in edition.withheld}


def test_what_keeps_a_set_from_the_press_is_refused(store: Store, book: Path) -> None:
    made(book, printers=["kdp"])
    codes = ("printer-extent", "printer-thickness")
    assert tuple(sorted({item.code for item in refused(store, book)})) == codes
    assert {item.code for item in refused(store, book, codes[0])} == {codes[1]}
    edition = taken(store, book, *codes).edition
    assert (edition.allowed, edition.print_sets[0].errors) == (codes, codes)


def test_a_code_that_no_finding_has_can_not_be_allowed(store: Store, book: Path) -> None:
    with pytest.raises(NoFile, match="--allow picture-alts"):
        taken(store, book, "picture-alts")


def test_a_book_in_outline_is_a_dummy_and_never_for_sale(store: Store, tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n", OUTLINE)
    made(folder)
    published = taken(store, folder)
    assert [(item.code, item.severity) for item in published.findings] == [
        ("edition-incomplete", Severity.WARNING)
    ]
    with pytest.raises(BookFaults) as faults:
        approve(store, published.edition, "Siti Rahma", "2026-11-24")
    assert [item.code for item in faults.value.findings] == ["edition-incomplete"]
    assert not for_sale(store, published.edition)


def test_a_complete_book_of_another_extent_than_declared_is_refused(
    store: Store, tmp_path: Path
) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n")
    change(folder, 'language = "id"', 'language = "id"\nextent = { roman = 20, arabic = 260 }')
    extent = make(folder).extent
    made(folder)
    for allow in ((), ("edition-extent", "extent-differs")):
        (fault,) = refused(store, folder, *allow)
        assert fault.code == "edition-extent"
    change(folder, "roman = 20, arabic = 260", f"roman = {extent.roman}, arabic = {extent.arabic}")
    made(folder)
    assert taken(store, folder).new


def test_an_incomplete_book_may_still_have_another_extent(store: Store, tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n", OUTLINE)
    change(folder, 'language = "id"', 'language = "id"\nextent = { roman = 20, arabic = 260 }')
    made(folder)
    assert taken(store, folder).new


def test_every_reason_is_told_at_once(store: Store, tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# Satu\n\nTeks.\n")
    change(folder, 'language = "id"', 'language = "id"\nextent = { roman = 20, arabic = 260 }')
    made(folder, printers=["kdp"], only=["interior", "cover"])
    change(folder, "Buku Kecil", "Buku Besar")
    assert {item.code for item in refused(store, folder)} == {
        "edition-outdated", "edition-parts", "edition-extent", "printer-extent",
        "printer-thickness",
    }  # fmt: skip


def test_a_full_disk_leaves_the_store_as_it_was(store: Store, book: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(BookbuildError, match="can't be used: File too large"):
            taken(store, book)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (names(store), verify(store).findings) == ((), ())
    assert not list(store.incoming.iterdir())
    assert taken(store, book).new


# The commands


def test_from_publish_to_sale_on_the_command_line(book: Path, tmp_path: Path) -> None:
    place = {"BOOKBUILD_STORE": str(tmp_path / "toko")}
    result = run("publish", book, **place)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("published as kecil@1.1\n")
    assert "next: bookbuild approve kecil@1.1 --by NAME" in result.stdout
    assert run("publish", book, **place).stdout.startswith("already published as kecil@1.1\n")
    result = run("approve", "kecil@1.1", "--by", "Siti Rahma", "--date", "2026-11-24", **place)
    assert result.stdout.startswith("kecil@1.1 approved by Siti Rahma, 2026-11-24\n")
    listed = json.loads(run("editions", "--json", **place).stdout)["editions"]
    assert [(item["name"], item["state"], item["for_sale"]) for item in listed] == [
        ("kecil@1.1", "approved", True)
    ]
    assert "nothing is damaged" in run("store", "verify", **place).stdout
    assert run("store", "collect", **place).stdout == "0 files thrown away, 0.0 MB\n"
    result = run("withdraw", "kecil@1.1", "--by", "Joko", "--reason", "sampul salah", **place)
    assert result.returncode == 0
    assert "withdrawn" in run("editions", **place).stdout


def test_the_store_is_where_the_users_data_are_unless_told_otherwise(
    book: Path, tmp_path: Path
) -> None:
    run("publish", book, XDG_DATA_HOME=str(tmp_path / "data"))
    run("publish", book, "--store", tmp_path / "lain", XDG_DATA_HOME=str(tmp_path / "data"))
    assert (tmp_path / "data/bookbuild/store/blobs").is_dir()
    assert (tmp_path / "lain/blobs").is_dir()


def test_a_refused_publish_exits_with_1_and_says_why_in_json(book: Path, tmp_path: Path) -> None:
    (book / "manuscript/01.md").write_text("# Satu\n\nTeks yang baru.\n")
    result = run("publish", "--json", "--store", tmp_path / "toko", book)
    assert result.returncode == 1
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["findings"][0]["code"]) == (False, "edition-outdated")


def test_a_damaged_store_is_told_with_exit_code_1(book: Path, tmp_path: Path) -> None:
    run("publish", book, "--store", tmp_path / "toko")
    digest = json.loads((book / "build/kecil/manifest.json").read_text())["artifacts"][0]["sha256"]
    path = tmp_path / "toko/blobs" / digest[:2] / digest[2:]
    path.chmod(0o644)
    path.write_bytes(b"x")
    result = run("store", "verify", "--store", tmp_path / "toko")
    assert result.returncode == 1
    assert "kecil@1.1 lacks or has other bytes of interior.pdf" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["editions"],
        ["store", "verify"],
        ["approve", "kecil@1.1", "--by", "Siti"],
        ["diff", "kecil@1.1", "kecil@1.2"],
    ],
)
def test_a_store_that_is_not_there_is_a_wrong_call(command: list[str], tmp_path: Path) -> None:
    result = run(*command, "--store", tmp_path / "toko")
    assert (result.returncode, "is no store of editions" in result.stderr) == (2, True)
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "toko").exists()
