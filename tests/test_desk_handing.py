"""What a printer fetches of a real edition: the ticket with its code, stamped copies, pictures."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from itertools import count

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from bookbuild import output
from bookbuild.desk import service
from bookbuild.desk.model import Job
from bookbuild.desk.pressing import read_template
from bookbuild.desk.refusals import NotValid
from bookbuild.pipeline import Build
from bookbuild.store.approval import approve
from bookbuild.store.built import read_build
from bookbuild.store.editions import print_set, read_file
from bookbuild.store.publish import publish
from bookbuild.store.record import Edition
from tests.counters import Served, served
from tests.desks import (
    ADMIN,
    EDITOR,
    OTHER_PRINTER,
    PRINTER,
    SHOP,
    clock_of,
    form,
    line,
    put_edition,
)
from tests.support import page_texts
from tests.test_desk_pages import log_in

_KEYS = count(1)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("handing")) as there:
        yield there


@pytest.fixture(scope="module")
def edition(serba: Build, counter: Served, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The fixture book, published."""
    read = read_build(output.write(serba, tmp_path_factory.mktemp("built")))
    allowed = sorted({item.code for item in serba.findings if item.severity.value == "error"})
    return publish(counter.desk.store, read, read.manifest.source, allowed).edition


def proof(counter: Served, edition: Edition, stamped: bool, copies: int = 2) -> Job:
    """A job that its printer may print."""
    wanted = form(
        line(edition=str(edition.name), quantity=copies, stamp=stamped, price=0),
        shipping=0,
        proof=True,
    )
    key = f"handing-{next(_KEYS):04}"
    made = service.create_order(counter.desk, EDITOR, wanted, key, "toko-buku")
    return service.release_proof(counter.desk, EDITOR, made.jobs[0].id)


@pytest.fixture
def plain(counter: Served, edition: Edition) -> Job:
    return proof(counter, edition, stamped=False)


@pytest.fixture
def stamped(counter: Served, edition: Edition) -> Job:
    """A job whose copies are stamped, and which was started."""
    job = proof(counter, edition, stamped=True)
    return service.move_job(counter.desk, PRINTER, job.id, "start")


def fetch(counter: Served, job: Job, part: str) -> bytes:
    answer = counter.ask(PRINTER, f"/v1/jobs/{job.id}/files/{part}")
    assert answer.status_code == 200, answer.text
    return answer.content


def test_the_ticket_is_one_page_of_a4_whose_code_leads_to_the_job(
    counter: Served, plain: Job
) -> None:
    answer = counter.ask(PRINTER, f"/v1/jobs/{plain.id}/files/ticket")
    assert answer.headers["content-type"] == "application/pdf"
    assert f'{plain.id}_serba_TIKET_2eks.pdf"' in answer.headers["content-disposition"]
    with pypdfium2.PdfDocument(answer.content) as document:
        assert len(document) == 1
        assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [210, 297]
        image = document[0].render(scale=2).to_pil()
    codes = [found.text for found in zxingcpp.read_barcodes(image)]
    assert f"{counter.url}/desk/jobs/{plain.id}" in codes
    assert counter.ask(PRINTER, f"/v1/jobs/{plain.id}/files/ticket").content == answer.content


def test_a_ticket_speaks_the_language_of_who_fetches_it(counter: Served, plain: Job) -> None:
    path = f"/v1/jobs/{plain.id}/files/ticket"
    texts = {
        code: page_texts(counter.ask(PRINTER, path, headers={"Accept-Language": code}).content)[0]
        for code in ("id", "en")
    }
    assert "Jilid" in texts["id"]
    assert "Jilid" not in texts["en"]


def test_a_ticket_s_limits_are_those_that_hold_the_job(counter: Served, plain: Job) -> None:
    block = json.loads(fetch(counter, plain, "data"))["block"]
    job = service.measured_block(counter.desk, PRINTER, plain.id, block["most_mm"])
    assert job.state == "ready"
    job = service.measured_block(counter.desk, PRINTER, plain.id, block["most_mm"] + 0.02)
    assert job.state == "on_hold"


def test_a_ticket_names_the_files_that_the_archive_holds(counter: Served, plain: Job) -> None:
    archive = zipfile.ZipFile(io.BytesIO(fetch(counter, plain, "all")))
    ticket = json.loads(archive.read(archive.namelist()[-1]))
    for item in ticket["files"]:
        assert hashlib.sha256(archive.read(item["name"])).hexdigest() == item["sha256"]


def test_each_stamped_copy_says_which_it_is(
    counter: Served, edition: Edition, stamped: Job
) -> None:
    store = counter.desk.store
    whole = read_file(store, print_set(edition, "digital-id").interior)
    for number in (1, 2):
        data = fetch(counter, stamped, f"interior?copy={number}")
        said = f"Pesanan {stamped.id} · eksemplar {number} dari 2 · dicetak 23 November 2026"
        found = [text for text in page_texts(data) if said in " ".join(text.split())]
        assert len(found) == 1
        with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.open(io.BytesIO(whole)) as before:
            assert len(pdf.pages) == len(before.pages)
            assert "/OutputIntents" in pdf.Root


def test_a_stamped_copy_is_the_same_whenever_and_however_it_is_fetched(
    counter: Served, stamped: Job
) -> None:
    listed = counter.ask(PRINTER, f"/v1/jobs/{stamped.id}/files").json()["files"]
    copies = [item for item in listed if item["part"] == "interior"]
    assert [item["url"].split("=")[-1] for item in copies] == ["1", "2"]
    first = [counter.ask(PRINTER, item["url"]).content for item in copies]
    assert [hashlib.sha256(data).hexdigest() for data in first] == [
        item["sha256"] for item in copies
    ]
    clock_of(counter.desk).go(days=3)
    archive = zipfile.ZipFile(io.BytesIO(fetch(counter, stamped, "all")))
    assert [archive.read(item["name"]) for item in copies] == first
    part = counter.ask(PRINTER, copies[1]["url"], headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.content) == (206, first[1][10:100])
    beyond = counter.ask(PRINTER, copies[1]["url"], headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


def test_a_copy_isn_t_stamped_before_its_day_is_known(counter: Served, edition: Edition) -> None:
    job = proof(counter, edition, stamped=True)
    for part in ("interior?copy=1", "all"):
        assert counter.ask(PRINTER, f"/v1/jobs/{job.id}/files/{part}").status_code == 409
    listed = counter.ask(PRINTER, f"/v1/jobs/{job.id}/files").json()["files"]
    assert [item["part"] for item in listed] == ["cover"]
    assert fetch(counter, job, "cover")


def test_stamps_for_a_printer_without_a_profile_are_refused_when_they_are_ordered(
    counter: Served,
) -> None:
    put = put_edition(counter.desk.store, slug="jauh", printers=("tanpa-profil",))
    approve(counter.desk.store, put, "Siti Rahma", "2026-11-20")
    there = line(edition="jauh@1.1", printer="tanpa-profil")
    body = {"reference": "TB-1", "currency": "IDR", "shipping": 0}
    headers = {"Idempotency-Key": "without-a-profile"}
    refused = counter.ask(
        SHOP, "/v1/orders", "POST", json={**body, "lines": [{**there, "stamp": True}]},
        headers=headers,
    )  # fmt: skip
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/lines/0/stamp"
    assert "tanpa-profil.toml" in refused.text
    taken = counter.ask(
        SHOP, "/v1/orders", "POST", json={**body, "lines": [there]}, headers=headers
    )
    assert taken.status_code == 201


def test_an_interior_without_room_for_a_stamp_is_refused_when_it_is_ordered(
    counter: Served,
) -> None:
    put_edition(counter.desk.store, slug="sempit")
    with pytest.raises(NotValid, match="interior"):
        wanted = form(line(edition="sempit@1.1", stamp=True, price=0), shipping=0, proof=True)
        service.create_order(counter.desk, EDITOR, wanted, "no-room-01", "toko-buku")


def test_a_stamped_job_isn_t_replaced_by_an_edition_that_can_t_be_stamped(
    counter: Served, edition: Edition
) -> None:
    job = proof(counter, edition, stamped=True)
    service.move_job(counter.desk, PRINTER, job.id, "reject_file", {"reason": "huruf hilang"})
    put_edition(counter.desk.store, revision=99, slug="serba")
    with pytest.raises(NotValid):
        service.replace_edition(counter.desk, EDITOR, job.id, "serba@1.99")
    assert service.read_job(counter.desk, EDITOR, job.id).state == "file_rejected"


def test_the_template_is_there_before_the_first_copy_is_fetched(
    counter: Served, edition: Edition
) -> None:
    job = proof(counter, edition, stamped=True)
    assert read_template(counter.desk, job.pin.interior) is not None


@pytest.mark.parametrize("asked", ["interior", "interior?copy=3", "interior?copy=0"])
def test_a_copy_that_there_isn_t_is_refused(counter: Served, stamped: Job, asked: str) -> None:
    assert counter.ask(PRINTER, f"/v1/jobs/{stamped.id}/files/{asked}").status_code == 422


def test_a_copy_of_a_job_without_stamps_is_refused(counter: Served, plain: Job) -> None:
    answer = counter.ask(PRINTER, f"/v1/jobs/{plain.id}/files/interior?copy=1")
    assert answer.status_code == 422


def test_a_link_opens_each_stamped_copy(counter: Served, stamped: Job) -> None:
    asked = {"part": "interior"}
    made = counter.ask(PRINTER, f"/v1/jobs/{stamped.id}/links", "POST", json=asked).json()
    copy = counter.ask(None, f"{made['url']}?copy=2")
    assert copy.content == fetch(counter, stamped, "interior?copy=2")


def test_spoiled_copies_of_a_stamped_job_are_stamped_with_their_own_job(
    counter: Served, stamped: Job
) -> None:
    again = service.reprint(counter.desk, ADMIN, stamped.id, 1, "lembar tercoret")
    service.move_job(counter.desk, PRINTER, again.id, "start")
    text = " ".join(" ".join(page_texts(fetch(counter, again, "interior?copy=1"))).split())
    assert f"Pesanan {again.id} · eksemplar 1 dari 1" in text


def test_a_job_s_page_shows_cover_and_first_page(counter: Served, plain: Job) -> None:
    with log_in(counter, PRINTER) as browser:
        page = browser.get(f"/desk/jobs/{plain.id}").text
        for which in ("cover", "first"):
            path = f"/desk/jobs/{plain.id}/pictures/{which}"
            assert f'src="{path}"' in page
            answer = browser.get(path)
            assert answer.headers["content-type"] == "image/jpeg"
            tag = {"If-None-Match": answer.headers["etag"]}
            assert browser.get(path, headers=tag).status_code == 304
        assert '/pictures/cover" alt="" loading="lazy"' in browser.get("/desk").text
        assert browser.get(f"/desk/jobs/{plain.id}/pictures/spine").status_code == 422
    with log_in(counter, OTHER_PRINTER) as browser:
        assert browser.get(f"/desk/jobs/{plain.id}/pictures/cover").status_code == 404


def test_a_page_offers_stamped_files_once_there_are_any(counter: Served, edition: Edition) -> None:
    job = proof(counter, edition, stamped=True)
    with log_in(counter, PRINTER) as browser:
        for path in ("/desk", f"/desk/jobs/{job.id}"):
            assert f"{job.id}/files/all" not in browser.get(path).text
        service.move_job(counter.desk, PRINTER, job.id, "start")
        page = browser.get(f"/desk/jobs/{job.id}").text
        for asked in ("all", "interior?copy=1", "interior?copy=2"):
            assert f'href="/desk/jobs/{job.id}/files/{asked}"' in page
            assert browser.get(f"/desk/jobs/{job.id}/files/{asked}").status_code == 200
