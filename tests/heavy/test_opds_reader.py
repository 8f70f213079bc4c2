"""Thorium's OPDS library reads both forms of the catalogue, and finds the same in each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bookbuild.store.editions import Store
from tests.support import ROOT
from tests.test_build import run

TOOLS = ROOT / ".venv" / "ace"
"""Where tools.sh puts the library, with its version."""
READER = Path(__file__).with_name("opds_reader.js")
ADDRESS = "https://daun.example/katalog"
ACQUISITION = "http://opds-spec.org/acquisition"


@pytest.fixture(scope="module")
def site(shelf: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue") / "site"
    answer = run("catalogue", "--store", shelf.folder, "--to", folder, "--address", ADDRESS)
    assert answer.returncode == 0, answer.stderr
    return folder


def read(*files: Path) -> list[dict[str, Any]]:
    """What the library reads in each file."""
    told = subprocess.run(
        ["node", READER, TOOLS, *files], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def acquisitions(book: dict[str, Any]) -> list[dict[str, Any]]:
    return [link for link in book["links"] if link["rel"].startswith(ACQUISITION)]


def test_both_roots_lead_to_the_same_lists(site: Path) -> None:
    json_root, atom_root = read(site / "opds.json", site / "opds.xml")
    assert json_root["title"] == atom_root["title"] == "Katalog buku"
    assert [name for name, _ in json_root["navigation"]] == [
        name for name, _ in atom_root["navigation"]
    ]
    for root in (json_root, atom_root):
        for _, href in root["navigation"]:
            assert (site / href.removeprefix(f"{ADDRESS}/")).is_file()


def test_every_list_holds_the_same_books_and_offers_in_both_forms(site: Path) -> None:
    for path in sorted((site / "opds").glob("*.json")):
        json_list, atom_list = read(path, path.with_suffix(".xml"))
        assert json_list["publications"]
        assert len(json_list["publications"]) == len(atom_list["publications"])
        for book, twin in zip(json_list["publications"], atom_list["publications"], strict=True):
            assert twin["title"].split(":")[0] == book["title"]
            assert twin["authors"] == book["authors"]
            assert acquisitions(twin) == acquisitions(book)
            assert twin["images"][0] == book["images"][0]


def test_the_price_and_what_it_leads_to_are_understood(site: Path) -> None:
    (books,) = read(site / "opds/all.json")
    found = {book["title"]: acquisitions(book) for book in books["publications"]}
    (buy,) = [link for link in found['Serba-serbi "Kebun"'] if link["rel"].endswith("/buy")]
    assert buy["price"] == [45000, "IDR"]
    assert buy["leads_to"] == ["application/epub+zip"]
    assert [link["rel"].rpartition("/")[2] for link in found["Buku Gratis"]] == [
        "open-access", "sample", "sample",
    ]  # fmt: skip


def test_files_that_it_is_offered_are_there(site: Path) -> None:
    (books,) = read(site / "opds/all.xml")
    offered = [link for book in books["publications"] for link in acquisitions(book)]
    for href in (link["href"] for link in offered if not link["rel"].endswith("/buy")):
        assert (site / href.removeprefix(f"{ADDRESS}/")).is_file()
