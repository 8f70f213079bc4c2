"""The catalogue under the desk's /: for everybody, with what its readers need, never half."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bookbuild.catalogue.publishing import publish_catalogue
from bookbuild.catalogue.shelf import Catalogue, ShelfFile
from bookbuild.store.editions import Store
from tests.counters import UNHURRIED, Served, served
from tests.test_build import run


@pytest.fixture(scope="module")
def desk(shelf: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk that serves the shelf's catalogue."""
    folder = tmp_path_factory.mktemp("served")
    site = folder / "site"
    answer = run("catalogue", "--store", shelf.folder, "--to", site)
    assert answer.returncode == 0, answer.stderr
    with served(folder / "desk", replace(UNHURRIED, catalogue=site)) as there:
        yield there


def test_everybody_gets_the_list_of_books_at_the_root(desk: Served) -> None:
    answer = desk.ask(None, "/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Buku Kertas" in answer.text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/opds.json", "application/opds+json"),
        ("/opds/all.json", "application/opds+json"),
        ("/opds/books/serba.json", "application/opds-publication+json"),
        ("/opds.xml", "application/atom+xml;profile=opds-catalog;kind=navigation"),
        ("/opds/all.xml", "application/atom+xml;profile=opds-catalog;kind=acquisition"),
        ("/files/gratis-1.1/gratis.epub", "application/epub+zip"),
        ("/files/serba-2.3/shop-cover.jpg", "image/jpeg"),
    ],
)
def test_each_file_has_its_media_type(desk: Served, path: str, media_type: str) -> None:
    answer = desk.ask(None, path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    "path",
    ["/%00", "/a%00b", "/%ff%fe", f"/{'x' * 5000}", f"/{'x/' * 3000}", "/opds.json/x",
     "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd"],
)  # fmt: skip
def test_an_odd_address_is_not_found_and_leads_nowhere(desk: Served, path: str) -> None:
    assert desk.ask(None, path).status_code in (400, 404)


def test_an_editions_file_may_be_kept_and_a_list_is_asked_for_again(desk: Served) -> None:
    assert "immutable" in desk.ask(None, "/files/serba-2.3/shop-cover.jpg").headers["cache-control"]
    answer = desk.ask(None, "/opds.json")
    assert "no-cache" in answer.headers["cache-control"]
    again = desk.ask(None, "/opds.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_page_may_load_its_own_styles_and_fonts_and_nothing_else(desk: Served) -> None:
    policy = desk.ask(None, "/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "font-src 'self'" in policy
    assert "script-src" not in policy


def test_the_desks_own_addresses_stay_what_they_are(desk: Served) -> None:
    assert desk.ask(None, "/health").json() == {"status": "ok"}
    assert desk.ask(None, "/v1/jobs").status_code == 401
    assert desk.ask(None, "/desk").status_code in (200, 303)


@pytest.mark.parametrize(
    "path", ["/tidak-ada.html", "/../desk/database.sqlite", "/%2e%2e/desk", "/files/%00", "/.lock"]
)
def test_what_isnt_of_the_catalogue_is_not_found(desk: Served, path: str) -> None:
    assert desk.ask(None, path).status_code == 404


def test_a_link_out_of_the_catalogue_is_not_followed(tmp_path: Path, shelf: Store) -> None:
    site, secret = tmp_path / "site", tmp_path / "rahasia.txt"
    publish_catalogue(Catalogue((ShelfFile("a.txt", b"satu"),)), shelf, site)
    secret.write_text("rahasia")
    (site / "keluar.txt").symlink_to(secret)
    with served(tmp_path / "desk", replace(UNHURRIED, catalogue=site)) as there:
        assert there.ask(None, "/a.txt").text == "satu"
        assert there.ask(None, "/keluar.txt").status_code == 404


def test_a_catalogue_made_later_is_served_and_exchanged_without_a_gap(
    tmp_path: Path, shelf: Store
) -> None:
    site = tmp_path / "site"
    texts = ["satu" * 3000, "dua" * 9000]
    with served(tmp_path / "desk", replace(UNHURRIED, catalogue=site)) as there:
        assert there.ask(None, "/a.txt").status_code == 404
        over = threading.Event()

        def write() -> None:
            number = 0
            while not over.is_set():
                content = texts[(number := number + 1) % 2].encode()
                publish_catalogue(Catalogue((ShelfFile("a.txt", content),)), shelf, site)

        publish_catalogue(Catalogue((ShelfFile("a.txt", texts[0].encode()),)), shelf, site)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            seen = {there.ask(None, "/a.txt").text for _ in range(300)}
        finally:
            over.set()
            writer.join()
    assert seen == set(texts)


def test_without_a_catalogue_the_root_leads_to_the_desk(tmp_path: Path) -> None:
    with served(tmp_path) as there:
        answer = there.ask(None, "/", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
