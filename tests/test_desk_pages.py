"""The counter's pages without a browser: who gets in, what a button does, what a thief can't."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import httpx
import pytest

from bookbuild.counter.room import Terms
from bookbuild.desk import service
from bookbuild.desk.model import QUEUED, Actor, Delivery, Job, State
from bookbuild.desk.moves import KINDS
from bookbuild.store.approval import for_sale, state, verdicts
from tests.counters import Served, served
from tests.desks import (
    ADMIN,
    EDITOR,
    OTHER_PRINTER,
    PRINTER,
    SHOP,
    clock_of,
    line,
    moved,
    put_edition,
    ready,
)
from tests.support import ROOT

_KEYS = count(1)
WORDS = {
    name: tomllib.loads((ROOT / "layouts" / "messages" / f"{name}.toml").read_text("utf-8"))[
        "words"
    ]
    for name in ("id", "en")
}


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("pages")) as there:
        yield there


@pytest.fixture
def job(counter: Served) -> Job:
    return ready(counter.desk, key=f"ready-{next(_KEYS):08}")


def form_of(page: httpx.Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


@contextmanager
def log_in(counter: Served, actor: Actor) -> Iterator[httpx.Client]:
    """A browser's session."""
    with httpx.Client(base_url=counter.url, timeout=30, follow_redirects=True) as browser:
        form = form_of(browser.get("/desk/login"))
        browser.post("/desk/login", data={"form": form, "token": counter.tokens[actor]})
        yield browser


@pytest.fixture(scope="module")
def operator(counter: Served) -> Iterator[httpx.Client]:
    with log_in(counter, PRINTER) as browser:
        yield browser


@pytest.mark.parametrize("path", ["/desk", "/desk/find?text=ab", "/desk/editions", "/desk/jobs/x"])
def test_nobody_sees_a_page_without_a_token(counter: Served, path: str) -> None:
    answer = counter.client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login")


def test_the_cookie_holds_no_secret_and_scripts_can_t_read_it(counter: Served) -> None:
    with httpx.Client(base_url=counter.url) as browser:
        form = form_of(browser.get("/desk/login"))
        token = counter.tokens[PRINTER]
        answer = browser.post("/desk/login", data={"form": form, "token": token})
    cookie = answer.headers["set-cookie"]
    assert {"httponly", "samesite=lax", "path=/desk"} <= set(cookie.lower().split("; "))
    assert token not in cookie


def test_where_people_come_by_https_cookies_go_no_other_way(tmp_path: Path) -> None:
    with served(tmp_path, Terms(secure=True)) as there:
        answer = there.client.get("/desk/login")
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")
    assert answer.headers["strict-transport-security"]


def test_a_wrong_token_and_a_shop_s_are_refused(counter: Served) -> None:
    for token, said in (("x", "enter_refused"), (counter.tokens[SHOP], "enter_not_for_shops")):
        with httpx.Client(base_url=counter.url) as browser:
            form = form_of(browser.get("/desk/login"))
            answer = browser.post("/desk/login", data={"form": form, "token": token})
            assert answer.status_code == 422
            assert WORDS["id"][said] in answer.text
            assert browser.get("/desk").status_code == 303


def test_a_session_ends_with_its_token(counter: Served) -> None:
    token, text = service.issue_token(counter.desk, ADMIN, PRINTER.role, PRINTER.scope, "x")
    with httpx.Client(base_url=counter.url) as browser:
        form = form_of(browser.get("/desk/login"))
        browser.post("/desk/login", data={"form": form, "token": text})
        assert browser.get("/desk").status_code == 200
        service.revoke_token(counter.desk, ADMIN, token.id)
        assert browser.get("/desk").status_code == 303


def test_who_leaves_has_to_enter_again(counter: Served) -> None:
    with log_in(counter, PRINTER) as browser:
        browser.post("/desk/logout", data={"form": form_of(browser.get("/desk"))})
        assert str(browser.get("/desk").url).endswith("/desk/login")


def test_the_queue_shows_a_printer_its_own_jobs_late_ones_marked(tmp_path: Path) -> None:
    with served(tmp_path) as there:
        mine = ready(there.desk, key="mine-000001")
        other = ready(there.desk, line(printer="offset-id"), key="other-00001")
        clock_of(there.desk).go(days=9)
        fresh = ready(there.desk, key="fresh-00001")
        with log_in(there, PRINTER) as browser:
            page = browser.get("/desk").text
    assert other.id not in page
    assert page.index(mine.id) < page.index(fresh.id)
    assert page.count('class="is-late"') == 1
    assert "Kebun Kecil" in page and "HVS 70" in page and "95900" not in page


def test_a_button_moves_a_job_and_an_old_page_s_doesn_t(
    counter: Served, operator: httpx.Client, job: Job
) -> None:
    sent = {"form": form_of(operator.get("/desk")), "kind": "start", "version": str(job.sequence)}
    assert operator.post(f"/desk/jobs/{job.id}/move", data=sent).status_code == 200
    assert service.read_job(counter.desk, ADMIN, job.id).state == "printing"
    again = operator.post(f"/desk/jobs/{job.id}/move", data={**sent, "kind": "bind"})
    assert again.status_code == 409
    assert WORDS["id"]["problem_409"] in again.text
    assert service.read_job(counter.desk, ADMIN, job.id).state == "printing"


@pytest.mark.parametrize("text", ["12,6", "12.6"])
def test_a_block_is_measured_with_a_comma_or_a_point(
    counter: Served, operator: httpx.Client, job: Job, text: str
) -> None:
    form = form_of(operator.get("/desk"))
    sent = {"form": form, "block_mm": text, "version": str(job.sequence)}
    operator.post(f"/desk/jobs/{job.id}/block", data=sent)
    assert service.read_job(counter.desk, ADMIN, job.id).measured_mm == 12.6


@pytest.mark.parametrize("text", ["", "tebal", "nan", "inf", "-1", "1e9"])
def test_what_is_no_thickness_is_refused(
    counter: Served, operator: httpx.Client, job: Job, text: str
) -> None:
    form = form_of(operator.get("/desk"))
    sent = {"form": form, "block_mm": text, "version": str(job.sequence)}
    assert operator.post(f"/desk/jobs/{job.id}/block", data=sent).status_code == 422
    assert service.read_job(counter.desk, ADMIN, job.id).measured_mm is None


@pytest.mark.parametrize(
    ("form", "headers"),
    [("", {}), ("forged", {}), (None, {"Sec-Fetch-Site": "cross-site"}),
     (None, {"Sec-Fetch-Site": "same-site"}), (None, {"Origin": "https://evil.example"}),
     (None, {"Origin": "null"})],
)  # fmt: skip
def test_a_form_from_elsewhere_does_nothing(
    counter: Served, operator: httpx.Client, job: Job, form: str | None, headers: dict[str, str]
) -> None:
    own = form_of(operator.get("/desk")) if form is None else form
    sent = {"form": own, "kind": "start", "version": str(job.sequence)}
    answer = operator.post(f"/desk/jobs/{job.id}/move", data=sent, headers=headers)
    assert answer.status_code == 403
    assert service.read_job(counter.desk, ADMIN, job.id) == job


def test_another_printer_s_job_can_t_be_seen_or_moved(counter: Served, job: Job) -> None:
    with log_in(counter, OTHER_PRINTER) as browser:
        form = form_of(browser.get("/desk"))
        sent = {"form": form, "kind": "start", "version": str(job.sequence)}
        answers = [browser.get(f"/desk/jobs/{job.id}{suffix}")
                   for suffix in ("", "/files/all", "/label")]  # fmt: skip
        answers.append(browser.post(f"/desk/jobs/{job.id}/move", data=sent))
    assert [answer.status_code for answer in answers] == [404] * 4
    assert all("Kebun" not in answer.text for answer in answers)


def test_all_files_come_by_one_button(operator: httpx.Client, job: Job) -> None:
    assert f'href="/desk/jobs/{job.id}/files/all"' in operator.get("/desk").text
    answer = operator.get(f"/desk/jobs/{job.id}/files/all")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")


def test_what_a_person_wrote_stays_text(counter: Served, job: Job) -> None:
    told = {"reason": '<script>alert("x")</script>'}
    service.move_job(counter.desk, ADMIN, job.id, "reject_file", told)
    with log_in(counter, PRINTER) as browser:
        pages = browser.get(f"/desk/jobs/{job.id}").text + browser.get("/desk").text
        pages += browser.get("/desk/find", params={"text": '"><script>'}).text
    assert "<script" not in pages and "&lt;script&gt;" in pages


def test_a_page_speaks_the_language_that_was_chosen(counter: Served) -> None:
    with log_in(counter, PRINTER) as browser:
        browser.headers["accept-language"] = "fr,en;q=0.5"
        page = browser.get("/desk")
        assert '<html lang="en">' in page.text and WORDS["en"]["queue"] in page.text
        browser.post("/desk/language", data={"form": form_of(page), "language": "id"})
        page = browser.get("/desk")
        assert '<html lang="id">' in page.text and WORDS["id"]["queue"] in page.text


def test_both_languages_have_all_texts() -> None:
    assert list(WORDS["id"]) == list(WORDS["en"])
    for name in (*(f"state_{item}" for item in State), *(f"delivery_{way}" for way in Delivery)):
        assert WORDS["id"][name]
    for kind in KINDS:
        assert f"move_{kind}" in WORDS["id"] or f"event_{kind}" in WORDS["id"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_can_be_shown_to_everybody_who_may_see_it(
    counter: Served, job: Job, language: str
) -> None:
    seen = set()
    ways = (("hold",), ("resume", "reject_file"), ("resume", "start"), ("bind",), ("ship",),
            ("deliver",))  # fmt: skip
    with ExitStack() as open_ones:
        browsers = [
            open_ones.enter_context(log_in(counter, actor)) for actor in (PRINTER, ADMIN, EDITOR)
        ]
        for way in ((), *ways):
            job = moved(counter.desk, job, *way)
            seen.add(job.state)
            for browser in browsers:
                browser.cookies.set("bookbuild_language", language, path="/desk")
                answer = browser.get(f"/desk/jobs/{job.id}")
                assert answer.status_code == 200
                assert WORDS[language][f"state_{job.state}"] in answer.text
    assert set(QUEUED) <= seen


def test_an_editor_sees_editions_with_approval_and_orders(counter: Served, job: Job) -> None:
    with log_in(counter, EDITOR) as browser:
        assert "kebun@1.1" in browser.get("/desk/editions").text
        page = browser.get("/desk/editions/kebun@1.1").text
    assert "Siti Rahma" in page and job.order in page and "Rp209.800" in page
    with log_in(counter, PRINTER) as browser:
        assert browser.get("/desk/editions").status_code == 403


def test_spoiled_copies_are_ordered_again_on_the_job_s_page(
    counter: Served, operator: httpx.Client, job: Job
) -> None:
    job = moved(counter.desk, job, "start")
    page = operator.get(f"/desk/jobs/{job.id}")
    assert WORDS["id"]["move_reprint"] in page.text
    sent = {"form": form_of(page), "version": str(job.sequence), "copies": "1", "reason": "sobek"}
    answer = operator.post(f"/desk/jobs/{job.id}/reprint", data=sent)
    again = service.read_job(counter.desk, ADMIN, f"{job.order}-2")
    assert str(answer.url).endswith(f"/desk/jobs/{again.id}")
    assert (again.quantity, again.reprint_of, again.state) == (1, job.id, "ready")
    twice = operator.post(f"/desk/jobs/{job.id}/reprint", data=sent)
    assert twice.status_code == 409


@pytest.mark.parametrize("copies", ["", "0", "3", "-1", "satu", "1.5", "9" * 40])
def test_copies_that_there_aren_t_can_t_have_been_spoiled(
    counter: Served, operator: httpx.Client, job: Job, copies: str
) -> None:
    job = moved(counter.desk, job, "start")
    sent = {"form": form_of(operator.get("/desk")), "version": str(job.sequence), "reason": "x"}
    answer = operator.post(f"/desk/jobs/{job.id}/reprint", data={**sent, "copies": copies})
    assert answer.status_code == 422
    assert len(service.read_order(counter.desk, ADMIN, job.order)[1]) == 1


def test_the_label_is_offered_to_its_printer_alone(counter: Served) -> None:
    label = {"media_type": "image/png", "base64": "AAAA"}
    job = ready(
        counter.desk, line(delivery="drop_ship", label=label), key=f"label-{next(_KEYS):06}"
    )
    for actor, there in ((PRINTER, True), (EDITOR, False), (ADMIN, False)):
        with log_in(counter, actor) as browser:
            assert (
                f"/desk/jobs/{job.id}/label" in browser.get(f"/desk/jobs/{job.id}").text
            ) is there
            assert (browser.get(f"/desk/jobs/{job.id}/label").status_code == 200) is there


def test_an_editor_approves_in_the_name_of_the_token_and_withdraws_with_a_reason(
    counter: Served,
) -> None:
    edition = put_edition(counter.desk.store, next(_KEYS) + 100)
    path = f"/desk/editions/{edition.name}"
    with log_in(counter, EDITOR) as browser:
        page = browser.get(path)
        assert f"<strong>{EDITOR.name}</strong>" in page.text
        sent = {"form": form_of(page), "record": edition.digest, "state": "approved"}
        other = browser.post(f"{path}/verdict", data={**sent, "record": "0" * 64})
        assert (other.status_code, state(counter.desk.store, edition)) == (409, "candidate")
        assert WORDS["id"]["edition_approved"] in browser.post(f"{path}/verdict", data=sent).text
        assert for_sale(counter.desk.store, edition)
        sent["state"] = "withdrawn"
        assert browser.post(f"{path}/verdict", data=sent).status_code == 422
        browser.post(f"{path}/verdict", data={**sent, "reason": "salah cetak hlm. 12"})
    (approved, withdrawn) = verdicts(counter.desk.store, edition)
    assert (approved.by, approved.date, approved.record) == (
        EDITOR.name, "2026-11-23", edition.digest,
    )  # fmt: skip
    assert (withdrawn.state, withdrawn.reason) == ("withdrawn", "salah cetak hlm. 12")


def test_nobody_else_approves_and_nothing_incomplete_is_approved(counter: Served) -> None:
    edition = put_edition(counter.desk.store, next(_KEYS) + 100)
    outline = put_edition(counter.desk.store, next(_KEYS) + 100, complete=False)
    for item, actor, code in (
        (edition, PRINTER, 403), (edition, SHOP, 404), (outline, EDITOR, 409),
    ):  # fmt: skip
        sent = {"record": item.digest, "state": "approved"}
        path = f"/v1/editions/{item.name}/verdicts"
        assert counter.ask(actor, path, "POST", json=sent).status_code == code
        assert state(counter.desk.store, item) == "candidate"
    sent = {"record": edition.digest, "state": "approved"}
    path = f"/v1/editions/{edition.name}/verdicts"
    assert counter.ask(EDITOR, path, "POST", json=sent).json()["state"] == "approved"
