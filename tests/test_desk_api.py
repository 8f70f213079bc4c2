"""The counter over HTTP, as a shop, a printer and a thief would use it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.counter.guard import LOG
from bookbuild.counter.room import Terms
from bookbuild.desk import service
from bookbuild.desk.model import Actor, Job
from bookbuild.desk.payment import signature
from bookbuild.store.editions import read_file
from tests.counters import PEOPLE, Served, served
from tests.desks import (
    ADMIN,
    BUYER,
    EDITOR,
    OTHER_PRINTER,
    OTHER_SHOP,
    PRINTER,
    SHOP,
    clock_of,
    line,
    moved,
    placed,
    put_edition,
    ready,
)

_KEYS = count(1)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("counter")) as there:
        yield there


@pytest.fixture
def job(counter: Served) -> Job:
    return ready(counter.desk, key=f"ready-{next(_KEYS):08}")


@pytest.fixture(scope="module")
def lasting(counter: Served) -> Job:
    """A job that no test moves."""
    return ready(counter.desk, key="lasting-00001")


def order(**changes: Any) -> dict[str, Any]:
    content = {"reference": "TB-1001", "currency": "IDR", "shipping": 18000}
    return {**content, "lines": [line()], **changes}


def create(counter: Served, key: str, actor: Actor = SHOP, **changes: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key}
    return counter.ask(actor, "/v1/orders", "POST", headers=headers, json=order(**changes))


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert content["status"] == status
    assert content["type"] and content["title"] and content["detail"]
    return content


def interior(counter: Served, job: Job) -> bytes:
    _, found = service.files_of(counter.desk, ADMIN, job.id)
    return read_file(counter.desk.store, found.interior)


# Orders


def test_a_shop_orders_and_sees_its_order(counter: Served) -> None:
    made = create(counter, "shop-orders-1")
    assert made.status_code == 201
    shown = counter.ask(SHOP, made.headers["location"]).json()
    assert shown["total"] == {"amount": "209800", "currency": "IDR"}
    assert [job["state"] for job in shown["jobs"]] == ["awaiting_payment"]


def test_the_same_key_gives_the_same_order_and_another_body_a_conflict(counter: Served) -> None:
    first, again = create(counter, "same-key-1"), create(counter, "same-key-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    is_problem(create(counter, "same-key-1", shipping=1), 409)


def test_an_order_without_a_key_is_refused(counter: Served) -> None:
    is_problem(counter.ask(SHOP, "/v1/orders", "POST", json=order()), 422)


def test_every_fault_of_an_order_is_told_with_its_place(counter: Served) -> None:
    lines = [line(edition="kebun@9.9"), line(quantity=0)]
    faults = is_problem(create(counter, "faulty-1", lines=lines), 422)["errors"]
    assert [fault["pointer"] for fault in faults] == ["/lines/1/quantity"]
    lines = [line(edition="kebun@9.9"), line(printer="nobody")]
    faults = is_problem(create(counter, "faulty-2", lines=lines), 422)["errors"]
    assert [fault["pointer"] for fault in faults] == ["/lines/0/edition", "/lines/1/printer"]


def test_a_printer_orders_nothing(counter: Served) -> None:
    is_problem(create(counter, "printer-orders", PRINTER), 403)


@pytest.mark.parametrize("suffix", ["", "/events", "/payments"])
@pytest.mark.parametrize("thief", [OTHER_SHOP, PRINTER, OTHER_PRINTER])
def test_another_ones_order_isn_t_there(counter: Served, thief: Actor, suffix: str) -> None:
    known = create(counter, "not-yours-1").json()["id"]
    there = is_problem(counter.ask(thief, f"/v1/orders/{known}{suffix}"), 404)
    never = is_problem(counter.ask(thief, f"/v1/orders/0000000000{suffix}"), 404)
    assert there["detail"].replace(known, "") == never["detail"].replace("0000000000", "")


JOB_PATHS = (
    ("GET", ""), ("GET", "/events"), ("GET", "/files"), ("GET", "/files/interior"),
    ("GET", "/files/all"), ("POST", "/moves"), ("POST", "/block"), ("POST", "/links"),
)  # fmt: skip
BODIES = {
    "/moves": {"kind": "start"},
    "/block": {"block_mm": 12.6},
    "/links": {"part": "interior"},
}


@pytest.mark.parametrize(("method", "suffix"), JOB_PATHS)
@pytest.mark.parametrize("thief", [OTHER_SHOP, OTHER_PRINTER])
def test_another_ones_job_isn_t_there(
    counter: Served, job: Job, thief: Actor, method: str, suffix: str
) -> None:
    path = f"/v1/jobs/{job.id}{suffix}"
    is_problem(counter.ask(thief, path, method, json=BODIES.get(suffix)), 404)
    assert service.read_job(counter.desk, ADMIN, job.id) == job


@pytest.mark.parametrize(
    "path", ["/v1/orders", "/v1/jobs", "/v1/editions", "/v1/webhooks", "/v1/search?text=TB"]
)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer \xff"])
def test_nobody_gets_anything_without_a_token(counter: Served, path: str, header: str) -> None:
    headers = [(b"authorization", header.encode("latin-1"))] if header else []
    answer = counter.client.get(path, headers=headers)
    is_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_token_ends(counter: Served) -> None:
    token, text = service.issue_token(counter.desk, ADMIN, SHOP.role, "toko-buku", "x")
    headers = {"Authorization": f"Bearer {text}"}
    assert counter.client.get("/v1/orders", headers=headers).status_code == 200
    service.revoke_token(counter.desk, ADMIN, token.id)
    is_problem(counter.client.get("/v1/orders", headers=headers), 401)


def test_a_printer_sees_neither_price_nor_order(counter: Served, job: Job) -> None:
    shown = counter.ask(PRINTER, f"/v1/jobs/{job.id}").text
    queue = counter.ask(PRINTER, "/v1/jobs?limit=1000").text
    assert "95900" not in shown + queue and "price" not in shown + queue
    is_problem(counter.ask(PRINTER, "/v1/orders"), 403)


# Jobs


def test_a_printer_moves_a_job_as_far_as_the_parcel(counter: Served, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/moves"
    parcel = {"courier": "JNE", "tracking": "JNE-1"}
    for kind, told in (("start", {}), ("bind", {}), ("ship", parcel)):
        assert kind in counter.ask(PRINTER, f"/v1/jobs/{job.id}").json()["moves"]
        done = counter.ask(PRINTER, path, "POST", json={"kind": kind, "told": told})
        assert done.status_code == 200, done.text
    shown = counter.ask(SHOP, f"/v1/jobs/{job.id}").json()
    assert (shown["state"], shown["tracking"]) == ("shipped", "JNE-1")


def test_of_two_who_saw_the_same_job_one_gets_a_conflict(counter: Served, job: Job) -> None:
    body = {"kind": "start", "version": job.sequence}
    path = f"/v1/jobs/{job.id}/moves"
    assert counter.ask(PRINTER, path, "POST", json=body).status_code == 200
    is_problem(counter.ask(ADMIN, path, "POST", json=body), 409)


def test_a_file_is_rejected_with_a_reason(counter: Served, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/moves"
    is_problem(counter.ask(PRINTER, path, "POST", json={"kind": "reject_file"}), 422)
    told = {"reason": "huruf hilang"}
    done = counter.ask(PRINTER, path, "POST", json={"kind": "reject_file", "told": told})
    assert (done.json()["state"], done.json()["reason"]) == ("file_rejected", "huruf hilang")


def test_a_block_out_of_tolerance_holds_the_job(counter: Served, job: Job) -> None:
    done = counter.ask(PRINTER, f"/v1/jobs/{job.id}/block", "POST", json={"block_mm": 15.0})
    assert done.json()["state"] == "on_hold"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"kind": 1}', b"\xff", b"{}" * 9])
def test_a_body_that_is_no_form_is_refused(counter: Served, job: Job, body: bytes) -> None:
    is_problem(counter.ask(PRINTER, f"/v1/jobs/{job.id}/moves", "POST", content=body), 422)


def test_a_body_that_is_too_large_is_refused_also_without_a_length(counter: Served) -> None:
    large = b"x" * 2_000_001
    headers = {"Idempotency-Key": "too-large-1"}
    is_problem(counter.ask(SHOP, "/v1/orders", "POST", headers=headers, content=large), 413)
    pieces = iter([large[:1_500_000], large[1_500_000:]])
    is_problem(counter.ask(SHOP, "/v1/orders", "POST", headers=headers, content=pieces), 413)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path",
    ["/v1", "/v1/none", "/v1/jobs/..%2f..%2fetc%2fpasswd", "/v1/jobs/x/files/..%2fregister",
     "/v1/links/..%2f..%2fetc%2fpasswd", "/desk/../v1/none", "/v1/editions/..%2f..%2f@1.1",
     "/v1/jobs/%00", "/v1/jobs/x/files/%2e%2e", "/blobs/00"],
)  # fmt: skip
def test_what_isn_t_there_is_a_problem_for_everybody(
    counter: Served, path: str, method: str
) -> None:
    answer = counter.ask(ADMIN, path, method)
    assert answer.status_code in (401, 404, 405, 422)
    is_problem(answer, answer.status_code)


# Files


def test_a_printer_fetches_the_very_bytes(counter: Served, job: Job) -> None:
    listed = counter.ask(PRINTER, f"/v1/jobs/{job.id}/files").json()
    for item in listed["files"]:
        answer = counter.ask(PRINTER, item["url"])
        digest = hashlib.sha256(answer.content).hexdigest()
        assert digest == item["sha256"] == answer.headers["etag"].strip('"')
        assert len(answer.content) == item["bytes"]
        sent = re.fullmatch(r"sha-256=:(.+):", answer.headers["repr-digest"])
        assert sent is not None
        assert base64.b64decode(sent[1]).hex() == digest
        assert answer.headers["content-disposition"] == f'attachment; filename="{item["name"]}"'
        assert answer.headers["content-type"] == "application/pdf"


def test_a_file_s_name_says_what_it_is_in_few_plain_letters(counter: Served) -> None:
    facts = {
        "trim": {"width": "150 mm", "height": "230 mm"},
        "cover": {"name": "ivory", "gsm": 230},
    }
    slug = "-".join(["kebun"] * 30)
    edition = put_edition(counter.desk.store, 1, slug, title="Ké “b” \r\n", **facts)
    service_form = order(lines=[line(edition=str(edition.name))], proof=True)
    made = counter.ask(EDITOR, "/v1/orders?shop=toko-buku", "POST", json=service_form,
                       headers={"Idempotency-Key": "long-names-1"}).json()  # fmt: skip
    job = made["jobs"][0]["id"]
    assert counter.ask(EDITOR, f"/v1/jobs/{job}/release", "POST").status_code == 200
    names = [item["name"] for item in counter.ask(PRINTER, f"/v1/jobs/{job}/files").json()["files"]]
    assert re.fullmatch(rf"{job}_[a-z-]+_ISI_15x23_280hlm_HVS70_1-1_2eks\.pdf", names[0])
    assert re.fullmatch(
        rf"{job}_[a-z-]+_SAMPUL_15x23_punggung13.2mm_ivory230_4-0_2eks\.pdf", names[1]
    )
    assert all(name.isascii() and len(name) <= 100 for name in names)


def test_all_files_come_as_one_archive_of_the_length_that_was_told(
    counter: Served, job: Job
) -> None:
    path = f"/v1/jobs/{job.id}/files/all"
    first, second = counter.ask(PRINTER, path), counter.ask(PRINTER, path)
    assert first.content == second.content
    assert int(first.headers["content-length"]) == len(first.content)
    archive = zipfile.ZipFile(io.BytesIO(first.content))
    assert archive.testzip() is None
    contents = [archive.read(name) for name in archive.namelist()]
    assert contents[0] == interior(counter, job)
    assert contents[2].startswith(b"%PDF-")
    ticket = json.loads(contents[3])
    digests = [hashlib.sha256(data).hexdigest() for data in contents[:2]]
    assert [item["sha256"] for item in ticket["files"]] == digests
    assert [item["name"] for item in ticket["files"]] == archive.namelist()[:2]
    assert "95900" not in json.dumps(ticket)


@pytest.mark.parametrize("part", ["interior", "cover", "ticket", "data", "all"])
def test_head_says_what_get_does_without_the_bytes(counter: Served, job: Job, part: str) -> None:
    path = f"/v1/jobs/{job.id}/files/{part}"
    get, head = counter.ask(PRINTER, path), counter.ask(PRINTER, path, "HEAD")
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-length", "content-type", "content-disposition"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("part", ["interior", "cover", "ticket", "data", "all"])
def test_what_a_printer_has_isn_t_sent_again(counter: Served, job: Job, part: str) -> None:
    path = f"/v1/jobs/{job.id}/files/{part}"
    tag = counter.ask(PRINTER, path).headers["etag"]
    for given_tag in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = counter.ask(PRINTER, path, headers={"If-None-Match": given_tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert counter.ask(PRINTER, path, headers={"If-None-Match": '"other"'}).status_code == 200


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, 60), last=st.integers(0, 60) | st.none())
def test_a_range_gives_just_those_bytes(
    counter: Served, lasting: Job, first: int, last: int | None
) -> None:
    data = interior(counter, lasting)
    asked = f"bytes={first}-{'' if last is None else last}"
    answer = counter.ask(PRINTER, f"/v1/jobs/{lasting.id}/files/interior", headers={"Range": asked})
    if last is not None and last < first:
        assert (answer.status_code, answer.content) == (200, data)
    elif first >= len(data):
        is_problem(answer, 416)
        assert answer.headers["content-range"] == f"bytes */{len(data)}"
    else:
        end = len(data) if last is None else min(last + 1, len(data))
        assert (answer.status_code, answer.content) == (206, data[first:end])
        assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/{len(data)}"


@settings(max_examples=150, deadline=None)
@given(
    asked=st.text(st.sampled_from("bytes=-,0123456789 \tx;%"), max_size=40).map(str.strip)
    | st.from_regex(r"bytes=-[0-9]{1,30}", fullmatch=True)
    | st.from_regex(r"bytes=[0-9]{1,30}-[0-9]{0,30}(,[0-9]*-[0-9]*){0,8}", fullmatch=True)
)
def test_no_range_gets_anything_else_than_the_file(
    counter: Served, lasting: Job, asked: str
) -> None:
    data = interior(counter, lasting)
    answer = counter.ask(PRINTER, f"/v1/jobs/{lasting.id}/files/interior", headers={"Range": asked})
    if answer.status_code == 206:
        span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers["content-range"])
        assert span is not None
        first, end = int(span[1]), int(span[2]) + 1
        assert answer.content == data[first:end] != b""
    elif answer.status_code == 416:
        is_problem(answer, 416)
    else:
        assert (answer.status_code, answer.content) == (200, data)


def test_a_part_of_something_else_is_answered_with_the_whole(counter: Served, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/files/interior"
    tag = counter.ask(PRINTER, path).headers["etag"]
    for given_tag, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
        headers = {"Range": "bytes=0-3", "If-Range": given_tag}
        assert counter.ask(PRINTER, path, headers=headers).status_code == status


def test_files_are_for_the_printer_while_the_job_is_there(counter: Served, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/files/interior"
    is_problem(counter.ask(SHOP, path), 403)
    moved(counter.desk, job, "start", "bind", "ship")
    is_problem(counter.ask(PRINTER, path), 409)
    assert counter.ask(EDITOR, path).status_code == 200


def test_a_label_is_shown_to_its_printer_alone(counter: Served) -> None:
    label = {"media_type": "application/pdf", "base64": base64.b64encode(BUYER.encode()).decode()}
    job = ready(
        counter.desk, line(delivery="drop_ship", label=label), key=f"label-{next(_KEYS):08}"
    )
    path = f"/v1/jobs/{job.id}/label"
    assert counter.ask(PRINTER, path).content == BUYER.encode()
    is_problem(counter.ask(OTHER_PRINTER, path), 404)
    for actor in (SHOP, EDITOR, ADMIN):
        is_problem(counter.ask(actor, path), 403)
    archive = counter.ask(PRINTER, f"/v1/jobs/{job.id}/files/all").content
    assert b"Sri" not in archive


def test_with_nginx_in_front_it_sends_the_bytes(tmp_path: Path) -> None:
    with served(tmp_path, Terms(accel="/blobs")) as there:
        job = ready(there.desk)
        answer = there.ask(PRINTER, f"/v1/jobs/{job.id}/files/interior")
        inner = answer.headers["x-accel-redirect"]
        assert answer.content == b""
        digest = job.pin.interior
        assert inner == f"/blobs/{digest[:2]}/{digest[2:]}"
        assert (there.desk.store.folder / inner[1:]).read_bytes() == interior(there, job)
        known = {"If-None-Match": answer.headers["etag"]}
        again = there.ask(PRINTER, f"/v1/jobs/{job.id}/files/interior", headers=known)
        assert again.status_code == 304


# Links


def link(counter: Served, job: Job, **changes: Any) -> str:
    body = {"part": "interior", **changes}
    made = counter.ask(PRINTER, f"/v1/jobs/{job.id}/links", "POST", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["url"])


def test_a_link_opens_one_part_without_a_token(counter: Served, job: Job) -> None:
    url = link(counter, job)
    assert counter.client.get(url).content == interior(counter, job)
    assert counter.client.get(url, headers={"Range": "bytes=0-3"}).status_code == 206
    is_problem(counter.client.get(url.replace("interior", "cover")), 401)


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 200), letter=st.sampled_from("0aZ~-"))
def test_a_forged_link_opens_nothing(counter: Served, lasting: Job, at: int, letter: str) -> None:
    text = link(counter, lasting).removeprefix("/v1/links/")
    at %= len(text)
    if text[at] != letter:
        forged = text[:at] + letter + text[at + 1 :]
        is_problem(counter.client.get(f"/v1/links/{forged}"), 401)


def test_a_link_ends_by_its_time_with_its_token_or_when_revoked(tmp_path: Path) -> None:
    with served(tmp_path) as there:
        job = ready(there.desk)
        url = link(there, job, seconds=60)
        clock_of(there.desk).go(seconds=59)
        assert there.client.get(url).status_code == 200
        clock_of(there.desk).go(seconds=2)
        is_problem(there.client.get(url), 401)
        url = link(there, job)
        revoked = there.ask(
            EDITOR, f"/v1/jobs/{job.id}/moves", "POST", json={"kind": "revoke_links"}
        )
        assert revoked.status_code == 200
        is_problem(there.client.get(url), 401)
        url = link(there, job)
        mine = [
            token
            for token in service.list_tokens(there.desk, ADMIN)
            if token.scope == PRINTER.scope
        ]
        service.revoke_token(there.desk, ADMIN, mine[0].id)
        is_problem(there.client.get(url), 401)


# Payment


def notice(counter: Served, key: str, body: bytes, stamp: str | None = None) -> httpx.Response:
    moment = stamp or str(int(clock_of(counter.desk).now.timestamp()))
    signed = signature(key.encode(), moment, body)
    headers = {"Bookbuild-Timestamp": moment, "Bookbuild-Signature": signed}
    return counter.client.post("/v1/shops/toko-buku/notices", content=body, headers=headers)


def test_a_signed_notice_pays_once(counter: Served) -> None:
    _, key = service.issue_key(counter.desk, ADMIN, "toko-buku")
    job = placed(counter.desk, key="noticed-0001")
    said = {"id": "N-1", "order": job.order, "amount": 209800, "currency": "IDR",
            "reference": "BCA-1"}  # fmt: skip
    body = json.dumps(said).encode()
    first, again = notice(counter, key, body), notice(counter, key, body)
    assert (first.json()["accepted"], first.json()["new"]) == (True, True)
    assert again.json()["new"] is False
    paid = counter.ask(SHOP, f"/v1/orders/{job.order}/payments").json()["payments"]
    assert len(paid) == 1
    other = json.dumps({**said, "amount": 1}).encode()
    is_problem(notice(counter, key, other), 409)


def test_a_forged_or_replayed_notice_is_refused(counter: Served) -> None:
    _, key = service.issue_key(counter.desk, ADMIN, "toko-buku")
    now = int(clock_of(counter.desk).now.timestamp())
    job = placed(counter.desk, key="noticed-0002")
    said = {"id": "N-2", "order": job.order, "amount": 209800, "currency": "IDR",
            "reference": "BCA-2"}  # fmt: skip
    body = json.dumps(said).encode()
    is_problem(notice(counter, "another key", body), 401)
    for stamp in (now - 301, now + 301):
        is_problem(notice(counter, key, body, str(stamp)), 401)
    is_problem(notice(counter, key, body, "9" * 40), 401)
    headers = {
        "Bookbuild-Timestamp": str(now),
        "Bookbuild-Signature": signature(key.encode(), str(now), body),
    }
    altered = body.replace(b"209800", b"209801")
    is_problem(
        counter.client.post("/v1/shops/toko-buku/notices", content=altered, headers=headers), 401
    )
    is_problem(
        counter.client.post("/v1/shops/toko-lain/notices", content=body, headers=headers), 401
    )
    assert service.read_job(counter.desk, ADMIN, job.id).state == "awaiting_payment"


def test_an_admin_alone_confirms_a_transfer(counter: Served) -> None:
    job = placed(counter.desk, key="transfer-001")
    path = f"/v1/orders/{job.order}/payments"
    for actor in (SHOP, EDITOR):
        is_problem(counter.ask(actor, path, "POST", json={"reference": "BCA-9"}), 403)
    assert counter.ask(ADMIN, path, "POST", json={"reference": "BCA-9"}).json()["accepted"]


# Editions and webhooks


def test_a_shop_sees_what_is_for_sale_and_editors_all(counter: Served) -> None:
    put_edition(counter.desk.store, 7)
    names = [item["name"] for item in counter.ask(SHOP, "/v1/editions").json()["editions"]]
    assert "kebun@1.1" in names and "kebun@1.7" not in names
    is_problem(counter.ask(SHOP, "/v1/editions/kebun@1.7"), 404)
    assert counter.ask(EDITOR, "/v1/editions/kebun@1.7").json()["state"] == "candidate"
    is_problem(counter.ask(PRINTER, "/v1/editions"), 403)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:22/", "ftp://a.example/", "https://u:p@a.example/"]
)
def test_a_webhook_goes_nowhere_inside(counter: Served, url: str) -> None:
    is_problem(counter.ask(SHOP, "/v1/webhooks", "POST", json={"url": url}), 422)


def test_a_webhook_is_its_shop_s(counter: Served) -> None:
    made = counter.ask(SHOP, "/v1/webhooks", "POST", json={"url": "https://toko.example/h"})
    hook = made.json()["hook"]["id"]
    is_problem(counter.ask(OTHER_SHOP, f"/v1/webhooks/{hook}", "DELETE"), 404)
    listed = counter.ask(SHOP, "/v1/webhooks")
    assert made.json()["secret"] not in listed.text
    assert counter.ask(SHOP, f"/v1/webhooks/{hook}", "DELETE").status_code == 204


# The server


@pytest.mark.parametrize("path", ["/v1/orders", "/desk/login", "/v1/none", "/health"])
def test_every_answer_carries_the_headers_that_keep_browsers_safe(
    counter: Served, path: str
) -> None:
    headers = counter.ask(SHOP, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_who_asks_too_often_has_to_wait(tmp_path: Path) -> None:
    with served(tmp_path, Terms(rate=5)) as there:
        for _ in range(5):
            assert there.client.get("/health").status_code == 200
        answer = there.client.get("/health")
        is_problem(answer, 429)
        assert answer.headers["retry-after"] == "60"


def test_no_secret_is_logged_or_counted(
    counter: Served, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        url = link(counter, job)
        counter.client.get(url)
        counter.client.get("/health")  # a line is written after the last byte
    # The client in this process writes, too; what counts is what the server wrote.
    mine = [item for item in caplog.records if not item.name.startswith(("httpx", "httpcore"))]
    assert LOG.name in {item.name for item in mine}
    lines = "\n".join(item.getMessage() for item in mine)
    written = lines + counter.client.get("/metrics").text
    assert "/v1/links/{link}" in written
    assert url.rsplit("~", 1)[1] not in written
    assert not any(token in written for token in counter.tokens.values())


def test_health_readiness_and_figures_are_told(counter: Served, job: Job) -> None:
    assert counter.client.get("/health").json() == {"status": "ok"}
    assert counter.client.get("/ready").json() == {"status": "ok"}
    assert "bookbuild_queue_jobs " in counter.client.get("/metrics").text


def test_the_contract_names_every_address_and_its_refusals(counter: Served) -> None:
    contract = counter.client.get("/v1/openapi.json").json()
    assert {"/v1/orders", "/v1/jobs/{job}/files/{part}", "/v1/links/{link}"} <= set(
        contract["paths"]
    )
    known = set(contract["components"]["schemas"])
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(contract)))
    assert named <= known
    assert len(PEOPLE) == len(counter.tokens)
