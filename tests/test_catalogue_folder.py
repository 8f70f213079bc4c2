"""The catalogue's folder: whole or not at all, the same for the same, and who reads meanwhile."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bookbuild.catalogue.publishing import publish_catalogue
from bookbuild.catalogue.shelf import Catalogue, ShelfFile, Site
from bookbuild.catalogue.titles import read_titles
from bookbuild.catalogue.whole import catalogue
from bookbuild.catalogue.window import open_window
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.folders import layout_folders
from bookbuild.store.approval import withdraw
from bookbuild.store.editions import Store
from tests.support import ROOT
from tests.test_build import run


def small(*files: tuple[str, str]) -> Catalogue:
    return Catalogue(tuple(ShelfFile(path, text.encode()) for path, text in files))


def whole(store: Store, *, draft: bool = False, address: str = "") -> Catalogue:
    """The catalogue of a store."""
    window = open_window(layout_folders(ROOT))
    return catalogue(read_titles(store, draft=draft), address, window)


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder, by its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# What is in it


def test_covers_and_samples_are_there_as_the_edition_holds_them(
    shelf: Store, tmp_path: Path
) -> None:
    made = whole(shelf)
    publish_catalogue(made, shelf, tmp_path / "site")
    book = read_titles(shelf, draft=False)[-1]
    assert book.cover is not None
    served = tmp_path / "site/files/serba-2.3/shop-cover.jpg"
    assert served.read_bytes() == book.read(book.cover)
    assert (tmp_path / "site/files/serba-2.3/serba-sample.epub").is_file()


def test_only_an_epub_that_costs_nothing_is_there_whole(shelf: Store) -> None:
    paths = {file.path for file in whole(shelf, draft=True).files}
    books = {path for path in paths if path.endswith(".epub") and "sample" not in path}
    assert books == {"files/gratis-1.1/gratis.epub"}


def test_what_is_for_the_press_is_not_there(shelf: Store) -> None:
    paths = {file.path for file in whole(shelf, draft=True).files}
    assert not any("interior" in path or path.endswith("/cover.pdf") for path in paths)


def test_a_link_is_whole_with_an_address_and_relative_without() -> None:
    assert Site("https://daun.example/buku").link("files/a/b.jpg", "opds/2.json") == (
        "https://daun.example/buku/files/a/b.jpg"
    )
    assert Site().link("files/a/b.jpg", "opds/2.json") == "../files/a/b.jpg"
    assert Site().link("opds.json", "opds.json") == "opds.json"


# Whole or not at all


def test_the_same_catalogue_again_changes_nothing(shelf: Store, tmp_path: Path) -> None:
    made, site = whole(shelf), tmp_path / "site"
    assert publish_catalogue(made, shelf, site)
    before = (site.readlink(), content(site))
    assert not publish_catalogue(made, shelf, site)
    assert (site.readlink(), content(site)) == before


def test_a_withdrawn_title_disappears(own_shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "site"
    titles = read_titles(own_shelf, draft=False)
    publish_catalogue(whole(own_shelf), own_shelf, site)
    withdraw(own_shelf, titles[-1].edition, "Siti", "2026-11-25", "salah cetak")
    publish_catalogue(whole(own_shelf), own_shelf, site)
    assert not list(site.rglob("*serba*"))
    assert list(site.rglob("kertas*"))


def test_a_file_that_somebody_changed_is_mended(shelf: Store, tmp_path: Path) -> None:
    site, made = tmp_path / "site", small(("a.txt", "satu"))
    publish_catalogue(made, shelf, site)
    for _ in range(2):
        (site / "a.txt").write_text("rusak")
        (site / "b.txt").write_text("lain")
        assert publish_catalogue(made, shelf, site)
        assert content(site) == {"a.txt": hashlib.sha256(b"satu").hexdigest()}


def test_only_the_catalogue_before_is_kept_beside(shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "rak/site"
    for word in ("satu", "dua", "tiga"):
        publish_catalogue(small(("a.txt", word)), shelf, site)
    beside = [path for path in site.parent.iterdir() if path.is_dir() and not path.is_symlink()]
    assert sorted((path / "a.txt").read_text() for path in beside) == ["dua", "tiga"]


def test_a_file_that_stays_is_not_written_again_and_one_that_changed_is_left_to_its_readers(
    shelf: Store, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    publish_catalogue(small(("a.txt", "satu"), ("b/c.txt", "tetap")), shelf, site)
    before = site.resolve()
    publish_catalogue(small(("a.txt", "dua"), ("b/c.txt", "tetap")), shelf, site)
    assert (site / "b/c.txt").stat().st_ino == (before / "b/c.txt").stat().st_ino
    assert ((before / "a.txt").read_text(), (site / "a.txt").read_text()) == ("satu", "dua")
    (site / "b/c.txt").write_text("lain")
    publish_catalogue(small(("a.txt", "tiga"), ("b/c.txt", "tetap")), shelf, site)
    assert content(site) == content_of(("a.txt", "tiga"), ("b/c.txt", "tetap"))


def test_a_disk_without_links_gets_copies(
    shelf: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    publish_catalogue(small(("a.txt", "satu"), ("b.txt", "tetap")), shelf, tmp_path / "site")
    monkeypatch.setattr(Path, "hardlink_to", refused)
    publish_catalogue(small(("a.txt", "dua"), ("b.txt", "tetap")), shelf, tmp_path / "site")
    assert content(tmp_path / "site") == content_of(("a.txt", "dua"), ("b.txt", "tetap"))


def test_two_that_write_at_once_leave_one_whole_catalogue(shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "site"
    wanted = [(("a.txt", text), ("b.txt", text), ("c.txt", "tetap")) for text in ("satu", "dua")]

    def write(number: int) -> None:
        for _ in range(15):
            publish_catalogue(small(*wanted[number]), shelf, site)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, (0, 1, 0, 1)))
    assert content(site) in [content_of(*files) for files in wanted]
    folders = [path.name for path in tmp_path.glob(".site-*") if path.is_dir()]
    assert len(folders) <= 3 and not [name for name in folders if ".new-" in name]


def content_of(*files: tuple[str, str]) -> dict[str, str]:
    return {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files}


def test_a_damaged_cover_leaves_what_was_served(own_shelf: Store, tmp_path: Path) -> None:
    site, titles = tmp_path / "site", read_titles(own_shelf, draft=False)
    publish_catalogue(small(("a.txt", "satu")), own_shelf, site)
    cover = titles[-1].cover
    assert cover is not None
    path = own_shelf.folder / "blobs" / cover.sha256[:2] / cover.sha256[2:]
    path.chmod(0o644)
    path.write_bytes(b"rusak")
    with pytest.raises(BookbuildError, match=r"files/serba-2\.3/shop-cover\.jpg"):
        publish_catalogue(whole(own_shelf), own_shelf, site)
    assert content(site) == {"a.txt": hashlib.sha256(b"satu").hexdigest()}
    assert len([path for path in tmp_path.glob(".site-*") if path.is_dir()]) == 1


def test_whoever_reads_meanwhile_finds_the_old_or_the_new(shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "site"
    texts = ["satu" * 4000, "dua" * 4000]
    publish_catalogue(small(("a.txt", texts[0])), shelf, site)
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.add((site / "a.txt").read_text())

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, 60):
            publish_catalogue(small(("a.txt", texts[number % 2])), shelf, site)
    finally:
        over.set()
        reader.join()
    assert seen == set(texts)


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_place_that_somebody_else_filled_is_refused(
    shelf: Store, tmp_path: Path, kind: str
) -> None:
    site = tmp_path / "site"
    if kind == "file":
        site.write_text("lain")
    elif kind == "folder":
        site.mkdir()
        (site / "lain.txt").write_text("lain")
    else:
        site.symlink_to(tmp_path)
    with pytest.raises(NoFile, match="name another folder"):
        publish_catalogue(small(("a.txt", "satu")), shelf, site)


def test_an_empty_folder_becomes_the_catalogue(shelf: Store, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    publish_catalogue(small(("a.txt", "satu")), shelf, tmp_path / "site")
    assert (tmp_path / "site/a.txt").read_text() == "satu"


def test_a_disk_without_room_leaves_what_was_served(shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_catalogue(small(("a.txt", "satu")), shelf, site)
    before = sorted(path.name for path in tmp_path.iterdir())
    answer = subprocess.run(
        [sys.executable, "-m", "bookbuild", "catalogue", "--store", shelf.folder, "--to", site],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 3
    assert "What was served is untouched" in " ".join(answer.stderr.split())
    assert "Traceback" not in answer.stderr
    assert content(site) == {"a.txt": hashlib.sha256(b"satu").hexdigest()}
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_run_that_is_killed_leaves_a_whole_catalogue_and_the_next_clears_up(
    shelf: Store, tmp_path: Path
) -> None:
    site, new = tmp_path / "site", whole(shelf)
    publish_catalogue(new, shelf, tmp_path / "wanted")
    old, wanted = {"a.txt": hashlib.sha256(b"satu").hexdigest()}, content(tmp_path / "wanted")
    begun = 0
    while begun < 5:
        publish_catalogue(small(("a.txt", "satu")), shelf, site)
        child = subprocess.Popen(
            [sys.executable, "-m", "bookbuild", "catalogue", "--store", shelf.folder, "--to", site],
            stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while child.poll() is None and len(list(tmp_path.glob(".site-*new-*/*"))) < begun:
            pass
        child.kill()
        child.wait()
        assert content(site) in (old, wanted)
        begun += 1
    publish_catalogue(new, shelf, site)
    assert content(site) == wanted
    assert not list(tmp_path.glob(".site-*new-*"))


def test_two_files_of_one_path_are_refused() -> None:
    with pytest.raises(BookbuildError, match=r"a\.txt"):
        small(("a.txt", "satu"), ("a.txt", "dua"))


# The command


def test_the_command_writes_and_tells(shelf: Store, tmp_path: Path) -> None:
    site = tmp_path / "site"
    call = ("catalogue", "--store", str(shelf.folder), "--to", str(site))
    first, again = run(*call), run(*call)
    assert (first.returncode, again.returncode) == (0, 0)
    assert "3 for sale" in first.stdout
    assert f"written to {site}" in first.stdout
    assert f"unchanged in {site}" in again.stdout


@pytest.mark.parametrize("address", ["daun.example", "https://daun.example/?q=1"])
def test_an_address_that_is_none_is_refused(shelf: Store, tmp_path: Path, address: str) -> None:
    site = tmp_path / "site"
    answer = run("catalogue", "--store", str(shelf.folder), "--to", str(site),
                 "--address", address)  # fmt: skip
    assert answer.returncode == 2
    assert "https://" in answer.stderr
    assert not site.exists()


def test_the_catalogue_is_the_same_in_another_time_zone_and_locale(
    shelf: Store, tmp_path: Path
) -> None:
    worlds = (
        {"TZ": "Asia/Jakarta", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    )
    made = []
    for number, world in enumerate(worlds):
        site = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-m", "bookbuild", "catalogue", "--quiet", "--draft",
             "--store", shelf.folder, "--to", site, "--address", "https://daun.example"],
            env={**os.environ, **world}, check=True, umask=0o022 if number else 0o077,
        )  # fmt: skip
        made.append((content(site), {path.stat().st_mode for path in site.rglob("*")}))
    assert made[0] == made[1]


def test_a_catalogue_leaves_that_of_a_neighbour_alone(own_shelf: Store, tmp_path: Path) -> None:
    site, beta = tmp_path / "site", tmp_path / "site-beta"
    publish_catalogue(small(("index.html", "beta")), own_shelf, beta)
    for text in ("one", "two", "three"):
        publish_catalogue(small(("index.html", text)), own_shelf, site)
    assert (beta / "index.html").read_text() == "beta"
    assert (site / "index.html").read_text() == "three"
    assert sum(path.is_dir() and not path.is_symlink() for path in tmp_path.glob(".site-*")) == 3
    site.unlink()
    site.symlink_to(beta.readlink())
    with pytest.raises(NoFile, match="no catalogue made"):
        publish_catalogue(small(("index.html", "four")), own_shelf, site)
