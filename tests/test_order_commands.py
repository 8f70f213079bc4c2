"""The order desk from the shell, with a book that was really made."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from bookbuild import output
from bookbuild.cli import app
from bookbuild.commands.desk_options import now
from bookbuild.desk import service
from bookbuild.errors import NoFile
from bookbuild.pipeline import Build
from bookbuild.store.approval import approve
from bookbuild.store.built import read_build
from bookbuild.store.editions import make_store
from bookbuild.store.publish import publish
from tests.counters import running
from tests.desks import ADMIN, PRINTER

ORDER = {
    "reference": "TB-1001",
    "currency": "IDR",
    "shipping": 18000,
    "lines": [
        {
            "edition": "plain@1.1",
            "printer": "digital-id",
            "quantity": 2,
            "price": 95900,
            "delivery": "to_publisher",
        }
    ],
}


@pytest.fixture(scope="module")
def shelf(plain: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the fixture book, approved."""
    folder = tmp_path_factory.mktemp("shelf")
    built = read_build(output.write(plain, folder))
    store = make_store(folder / "store")
    edition = publish(store, built, built.manifest.source).edition
    approve(store, edition, "Siti Rahma", "2026-11-20")
    return folder / "store"


class Shell:
    """A shell with a desk of its own."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.folder = folder
        self.places = ["--desk", str(folder / "desk"), "--store", str(store)]
        self.file = folder / "pesanan.json"
        self.file.write_text(json.dumps(ORDER))

    def __call__(self, *arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*arguments, *self.places])
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    def told(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        result = CliRunner().invoke(app, [*arguments, *self.places, "--json"])
        assert result.exit_code == code, result.output
        return dict(json.loads(result.stdout))

    def ordered(self) -> str:
        """A new order's id."""
        told = self.told("orders", "create", str(self.file), "--shop", "toko-buku")
        return str(told["order"]["id"])


@pytest.fixture
def shell(shelf: Path, tmp_path: Path) -> Shell:
    return Shell(shelf, tmp_path)


def test_an_order_goes_from_its_file_to_the_parcel(shell: Shell) -> None:
    order = shell.ordered()
    job = f"{order}-1"
    assert "awaiting_payment" in shell("orders", "show", order)
    assert f"{order} paid" in shell("orders", "pay", order, "--reference", "BCA-77")
    queue = shell.told("orders", "queue", "--printer", "digital-id")
    assert (queue["total"], queue["groups"][0]["jobs"][0]["id"]) == (1, job)
    for move, state in (("start", "printing"), ("bind", "bound")):
        assert state in shell("orders", "move", job, move, "--by", "Budi")
    shell("orders", "move", job, "ship", "--courier", "JNE", "--tracking", "JNE-1")
    assert job in shell("orders", "find", "JNE-1")
    events = shell.told("orders", "events", job)["events"]
    assert [event["kind"] for event in events] == [
        "create", "request_payment", "pay", "make_ready", "start", "bind", "ship",
    ]  # fmt: skip
    assert (events[4]["actor"], events[4]["role"]) == ("Budi", "admin")
    assert order in shell("orders", "list", "--edition", "plain@1.1")
    assert shell("orders", "list", "--edition", "plain@1.2") == ""


def test_no_database_is_made_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NoFile, match="no store"):
        service.open_desk(tmp_path / "desk", tmp_path / "store", now, os.urandom)
    assert not (tmp_path / "desk").exists()


def test_the_same_file_is_the_same_order(shell: Shell) -> None:
    first = shell.ordered()
    assert shell.ordered() == first
    assert "taken before" in shell("orders", "create", str(shell.file), "--shop", "toko-buku")


def test_a_block_that_is_too_thick_a_file_and_a_hold_stop_a_job(shell: Shell) -> None:
    order = shell.ordered()
    job = f"{order}-1"
    shell("orders", "pay", order, "--reference", "BCA-77")
    assert "on_hold" in shell("orders", "measure", job, "150")
    assert "ready" in shell("orders", "move", job, "resume")
    assert "(huruf hilang)" in shell("orders", "reject", job, "--reason", "huruf hilang")
    assert "ready" in shell("orders", "replace", job, "plain@1.1")
    assert "(kertas habis)" in shell("orders", "hold", job, "--reason", "kertas habis")
    shell("orders", "move", job, "resume")
    shell("orders", "move", job, "start")
    assert f"{order}-2" in shell("orders", "reprint", job, "1", "--reason", "robek")
    told = shell.told("orders", "move", job, "bind", "--version", "1", code=1)
    assert told["ok"] is False


def test_what_cant_be_is_said_in_a_line_without_a_traceback(shell: Shell) -> None:
    order = shell.ordered()
    for arguments, code, said in (
        (("orders", "show", "AAAAAAAAAA"), 1, "there is no order"),
        (("orders", "events", "AAAAAAAAAA-1"), 1, "there is no order"),
        (("orders", "events", f"{order}-9"), 1, "there is no job"),
        (("orders", "move", f"{order}-1", "start"), 1, "is possible where"),
        (("orders", "move", f"{order}-1", "fly"), 1, "none of"),
        (("orders", "pay", order, "--reference", "x", "--amount", "1e9"), 1, "an amount is"),
        (("orders", "create", "tiada.json", "--shop", "toko-buku"), 2, "can't be read"),
        (("orders", "create", str(shell.file), "--shop", "Toko Buku"), 1, "a shop"),
        (("orders", "token", "create", "--role", "shop", "--name", "x"), 1, "needs a name"),
    ):
        told = shell(*arguments, code=code)
        assert said in told
        assert "Traceback" not in told


def test_the_shell_fetches_what_the_page_sends_under_the_same_names(
    shell: Shell, tmp_path: Path
) -> None:
    order = shell.ordered()
    shell("orders", "pay", order, "--reference", "BCA-77")
    desk = service.open_desk(tmp_path / "desk", Path(shell.places[3]), now, os.urandom)
    token = service.issue_token(desk, ADMIN, PRINTER.role, PRINTER.scope, "Budi")[1]
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "id"}
    with running(desk) as url, httpx.Client(base_url=url) as page:
        answer = page.get(f"/v1/jobs/{order}-1/files/all", headers=headers)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            sent = {name: archive.read(name) for name in archive.namelist()}
        link = shell("orders", "link", f"{order}-1", "--part", "cover").strip()
        assert page.get(link).content in sent.values()
    desk.database.close()
    to = ["--address", url, "--language", "id"]
    told = shell.told("orders", "fetch", f"{order}-1", str(tmp_path / "cetak"), *to)
    found = {path.name: path.read_bytes() for path in (tmp_path / "cetak").iterdir()}
    assert found == sent
    assert {Path(item["file"]).name for item in told["files"]} == set(sent)
    shell("orders", "fetch", f"{order}-1", str(tmp_path / "zip"), "--part", "all", *to)
    (whole,) = (tmp_path / "zip").iterdir()
    assert whole.read_bytes() == answer.content
    assert whole.name in answer.headers["content-disposition"]


def test_of_a_damaged_store_nothing_is_fetched(shell: Shell, shelf: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(shelf, store)
    shell.places[3] = str(store)
    job = f"{shell.ordered()}-1"
    pin = shell.told("orders", "events", job)["events"][0]["data"]["cover"]
    blob = store / "blobs" / pin[:2] / pin[2:]
    blob.chmod(0o600)
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    said = shell("orders", "fetch", job, str(tmp_path / "cetak"), code=3)
    assert "store verify" in said
    assert not list((tmp_path / "cetak").iterdir())


def test_a_parcel_gets_another_label_in_the_shell(shell: Shell, tmp_path: Path) -> None:
    label = {"media_type": "image/png", "base64": "YWxhbWF0"}
    lines = [{**ORDER["lines"][0], "delivery": "drop_ship", "label": label}]  # type: ignore[index]
    shell.file.write_text(json.dumps({**ORDER, "lines": lines}))
    job = f"{shell.ordered()}-1"
    (tmp_path / "label.pdf").write_bytes(b"%PDF-1.4 label")
    shell("orders", "label", job, str(tmp_path / "label.pdf"))
    assert shell.told("orders", "events", job)["events"][-1]["kind"] == "relabel"
    (tmp_path / "label.pdf").write_bytes(b"")
    assert "1 to 500000 bytes" in shell("orders", "label", job, str(tmp_path / "label.pdf"), code=1)


def test_a_wrong_amount_is_held(shell: Shell) -> None:
    order = shell.ordered()
    told = shell.told("orders", "pay", order, "--reference", "BCA-77", "--amount", "100")
    assert (told["accepted"], told["order"]["jobs"][0]["state"]) == (False, "on_hold")
    assert "payment_unfit" in shell("orders", "events", order)


def test_a_proof_is_ordered_and_released(shell: Shell) -> None:
    shell.file.write_text(json.dumps({**ORDER, "proof": True}))
    assert "ready" in shell("orders", "release", f"{shell.ordered()}-1")
    assert "0 jobs" in shell("orders", "expire")


def test_secrets_are_told_once(shell: Shell) -> None:
    given = ("--role", "operator", "--scope", "digital-id", "--name", "Budi")
    token = shell.told("orders", "token", "create", *given)
    key = shell.told("orders", "key", "create", "--shop", "toko-buku")
    hook = shell.told("orders", "hook", "open", "https://toko.example/h", "--shop", "toko-buku")
    order = shell.ordered()
    lists = shell("orders", "token", "list") + shell(
        "orders", "hook", "list", "--shop", "toko-buku"
    )
    lists += shell("orders", "events", order)
    assert token["token"]["id"] in lists
    assert f"{order}-1.1" in lists
    for secret in (token["secret"], key["secret"], hook["secret"]):
        assert len(secret) >= 43
        assert secret not in lists
    shell("orders", "token", "revoke", token["token"]["id"])
    shell("orders", "key", "revoke", key["id"])
    shell("orders", "hook", "close", hook["hook"]["id"])
    assert "revoked" in shell("orders", "token", "list")
    assert "closed" in shell("orders", "hook", "list", "--shop", "toko-buku")


def test_terms_are_agreed_from_a_file(shell: Shell) -> None:
    file = shell.folder / "mitra.toml"
    file.write_text('lead_days = 5\n[calendar]\ncut_off = "12:00"\n')
    assert "terms 1" in shell("orders", "printer", "set", "digital-id", str(file))
    assert "cut_off = 12:00" in shell("orders", "printer", "show", "digital-id")
    file.write_text("lead_day = 5\n")
    assert "mitra.toml:1" in shell("orders", "printer", "set", "digital-id", str(file), code=1)


def test_a_backup_brings_store_and_orders_back(shell: Shell, tmp_path: Path) -> None:
    order = shell.ordered()
    file = str(tmp_path / "cadangan.tar")
    assert "every digest compared" in shell("backup", file)
    other = Shell(tmp_path / "new/store", tmp_path)
    other.places[1] = str(tmp_path / "new/desk")
    assert "every digest compared" in other("restore", file)
    assert order in other("orders", "list")
    verified = CliRunner().invoke(app, ["store", "verify", "--store", other.places[3]])
    assert "nothing is damaged" in verified.stdout
    assert "isn't empty" in other("restore", file, code=1)
