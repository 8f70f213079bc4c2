"""The live preview: who is answered, what is shown while a book is edited, where a passage is."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.press.compositors import Compositors
from bookbuild.press.glance import Glimpse, drawn_file
from bookbuild.press.raster import text_boxes
from bookbuild.preview.checks import examine
from bookbuild.preview.desk import Desk, State
from bookbuild.preview.memory import AtHand
from bookbuild.preview.passages import Passage, first_difference, moved
from bookbuild.preview.places import written_at
from bookbuild.preview.record import record
from bookbuild.preview.server import Preview, open_preview
from bookbuild.preview.setting import Setter, Shown
from tests.support import page_texts, small_book

SENTENCE = "Pagi itu {} datang ke pasar membawa dua keranjang besar berisi buah nomor {}. "
NAMES = ("Andi", "Budi", "Cici", "Dewi", "Eka", "Fajar", "Gita", "Hasan", "Indra", "Joko")
SECONDS = 60


def chapter(title: str, paragraphs: int) -> str:
    """A chapter whose paragraphs differ, one to a line, from line 3 on."""
    texts = [
        "".join(SENTENCE.format(NAMES[(number + at) % 10], number * 7 + at) for at in range(5))
        for number in range(paragraphs)
    ]
    return f"# {title}\n\n" + "\n\n".join(text.strip() for text in texts) + "\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return small_book(
        tmp_path / "buku", chapter("Pasar", 24), chapter("Ladang", 6), chapter("Kota", 6)
    )


def edit(book: Path, file: str, old: str, new: str) -> None:
    path = book / "manuscript" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@contextmanager
def served(book: Path) -> Iterator[tuple[Preview, Desk]]:
    desk = Desk(book)
    preview = Preview(book, desk, 0)
    thread = threading.Thread(target=preview.serve)
    thread.start()
    try:
        yield preview, desk
    finally:
        preview.close()
        thread.join(SECONDS)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Preview, Desk]]:
    """A preview whose book nobody edits, once its pages are there."""
    folder = small_book(tmp_path_factory.mktemp("preview"), chapter("Pasar", 8))
    with served(folder) as (preview, desk):
        until(desk, lambda state: state.book is not None)
        yield preview, desk


def until(desk: Desk, reached: Callable[[State], bool]) -> State:
    """The first state from now on of which `reached` is true."""
    state: State | None = desk.state
    while not reached(desk.state):
        state = desk.wait(desk.state.number, SECONDS)
        assert state is not None, f"nothing more came after {desk.state}"
    return desk.state


def ask(
    preview: Preview, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """The answer to a request, whose headers may be given as a browser sends them."""
    link = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=SECONDS)
    link.request(method, path, headers={name.replace("_", "-"): x for name, x in headers.items()})
    answer = link.getresponse()
    told = {name.lower(): value for name, value in answer.getheaders()}
    endless = told.get("content-type", "").startswith("text/event-stream")
    body = answer.readline() if endless else answer.read()
    link.close()
    return answer.status, told, body


PATHS = ("/", "/preview.js", "/events", "/text/pasar", "/written?page=x&x=0&y=0")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "localhost.evil:1"]
)
def test_another_host_s_name_is_refused(
    running: tuple[Preview, Desk], path: str, host: str
) -> None:
    preview, _ = running
    status, _, body = ask(preview, path, Host=host.format(port=preview.port))
    assert status == 403
    assert b"own names" in body


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "https://localhost:{port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_origin_is_refused(
    running: tuple[Preview, Desk], path: str, headers: dict[str, str]
) -> None:
    preview, _ = running
    given = {name: value.format(port=preview.port) for name, value in headers.items()}
    assert ask(preview, path, **given)[0] == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_the_machine_s_own_names_are_answered(running: tuple[Preview, Desk], name: str) -> None:
    preview, _ = running
    own = f"{name}:{preview.port}"
    for path in ("/", "/events"):
        answer = ask(preview, path, Host=own, Origin=f"http://{own}", Sec_Fetch_Site="same-origin")
        assert answer[0] == 200
    assert "access-control-allow-origin" not in ask(preview, "/")[1]


def test_no_request_may_change_anything(running: tuple[Preview, Desk]) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ask(running[0], "/", method)[0] == 403


def test_other_addresses_of_the_machine_are_not_listened_at(running: tuple[Preview, Desk]) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", running[0].port), 5).close()


def test_a_taken_port_is_refused_with_a_remedy(running: tuple[Preview, Desk]) -> None:
    preview, desk = running
    with pytest.raises(BookbuildError, match="--port"):
        Preview(Path(), desk, preview.port)


def test_a_printer_that_there_is_not_is_refused_before_anything_is_served(book: Path) -> None:
    with pytest.raises(BookFaults) as refused:
        open_preview(book, 0, "nirgends", Compositors(), pytest.fail)
    assert "nirgends" in str(refused.value.findings[0].place)


def test_no_file_but_the_page_s_own_can_be_fetched(running: tuple[Preview, Desk]) -> None:
    for path in ("/proof.js", "/..%2fproof%2fproof.js", "/text/../preview.js", "/pages/x/480",
                 "/pages/x/481", "/text/%2e%2e%2fbook.toml"):  # fmt: skip
        assert ask(running[0], path)[0] == 404


def test_the_reading_text_is_the_epub_s_and_may_run_no_script(
    running: tuple[Preview, Desk],
) -> None:
    preview, desk = running
    assert desk.state.book is not None
    key = next(iter(desk.state.book.reading))
    status, headers, body = ask(preview, f"/text/{key}")
    assert status == 200
    assert headers["content-type"].startswith("application/xhtml+xml")
    assert b'aria-label="1"' in body
    policy = headers["content-security-policy"]
    assert "sandbox allow-same-origin" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert ask(preview, "/text/style.css")[1]["content-type"].startswith("text/css")
    assert ask(preview, "/")[1]["x-content-type-options"] == "nosniff"


def test_the_events_tell_the_pages_once(running: tuple[Preview, Desk]) -> None:
    preview, desk = running
    until(desk, lambda state: state.stage == "checked")
    link = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=SECONDS)
    link.request("GET", "/events")
    answer = link.getresponse()
    told = next_event(answer)
    assert [page["label"] for page in told["book"]["pages"]][:2] == ["i", "ii"]
    desk._show(step="x")
    assert "book" not in next_event(answer)
    link.close()


def next_event(answer: http.client.HTTPResponse) -> dict[str, Any]:
    while True:
        line = answer.readline().decode()
        if line.startswith("data: "):
            found: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return found


def test_a_broken_file_shows_its_message_and_keeps_the_last_good_pages(book: Path) -> None:
    with served(book) as (preview, desk):
        good = until(desk, lambda state: state.book is not None)
        assert good.book is not None
        edit(book, "02.md", "# Ladang", "# Ladang\n\n<b>tebal")
        broken = until(desk, lambda state: state.stage == "broken")
        assert broken.book is good.book
        assert [(item.code, str(item.place)) for item in broken.faults] == [
            ("markup-html", "manuscript/02.md:3")
        ]
        address = next(glance.address for glance in good.book.glances if glance.address)
        status, headers, picture = ask(preview, f"/pages/{address}/480")
        assert status == 200
        assert headers["content-type"] == "image/png"
        assert picture.startswith(b"\x89PNG")
        edit(book, "02.md", "<b>tebal", "<b>tebal</b>")
        mended = until(desk, lambda state: state.stage == "checking")
        assert mended.edition > good.edition
        assert not mended.faults


def test_a_missing_file_is_told_and_comes_back(book: Path) -> None:
    path = book / "manuscript" / "03.md"
    text = path.read_text("utf-8")
    with served(book) as (_, desk):
        until(desk, lambda state: state.book is not None)
        path.unlink()
        broken = until(desk, lambda state: state.stage == "broken")
        assert [item.code for item in broken.faults] == ["manuscript-file"]
        path.write_text(text, "utf-8")
        until(desk, lambda state: state.stage == "checking")


class Bench:
    """A book set again and again, without server."""

    def __init__(self, folder: Path) -> None:
        self.setter = Setter(folder, Compositors(AtHand()))
        self.steps: list[str] = []
        self.peeked: list[tuple[Shown, Glimpse]] = []
        self.shown = self.set(None)

    def set(self, last: Shown | None) -> Shown:
        self.steps.clear()
        self.peeked.clear()
        return self.setter.set(self.steps.append, last, lambda *given: self.peeked.append(given))

    def again(self) -> Shown:
        self.shown = self.set(self.shown)
        return self.shown


def test_only_the_changed_section_is_set_again(book: Path) -> None:
    bench = Bench(book)
    edit(book, "02.md", "Pagi itu", "Pada suatu pagi")
    bench.again()
    assert bench.steps == ["reading", "02"]
    bench.again()
    assert bench.steps == ["reading"]


def test_a_page_that_looks_as_before_keeps_its_address(book: Path) -> None:
    bench = Bench(book)
    before = [glance.address for glance in bench.shown.glances]
    number = page_with(bench.shown, "nomor 114")
    edit(book, "01.md", "nomor 114", "nomor 411")
    after = [glance.address for glance in bench.again().glances]
    changed = [
        page for page, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1
    ]
    assert changed == [number]


def test_an_edited_page_is_shown_as_it_will_be_before_its_section_is_set(book: Path) -> None:
    bench = Bench(book)
    number = page_with(bench.shown, "nomor 114")
    edit(book, "01.md", "nomor 114", "nomor 411")
    settled = bench.again()
    ((early, found),) = bench.peeked
    assert number in found.addresses
    assert early.glances[number].address == settled.glances[number].address
    assert len({glance.address for glance in early.glances}) == len(
        {glance.address for glance in settled.glances}
    )


def page_with(shown: Shown, words: str) -> int:
    """The page, from 0, on which the words stand."""
    for number, glance in enumerate(shown.glances):
        if glance.address:
            (text,) = page_texts(file_of(shown, number))
            if words in " ".join(text.split()):
                return number
    raise AssertionError(words)


def file_of(shown: Shown, number: int) -> bytes:
    bound = shown.glances[number].bound
    assert bound.section is not None
    section = shown.pages.results[bound.section].pdf
    return drawn_file(shown.made_from, section, [bound], shown.pages.page_map.folios)


def test_a_click_on_a_passage_tells_its_file_and_line(book: Path) -> None:
    with served(book) as (preview, desk):
        shown = until(desk, lambda state: state.book is not None).book
        assert shown is not None
        for wanted in ("nomor 0.", "nomor 73.", "nomor 164."):
            number = page_with(shown, wanted)
            box = next(b for b in text_boxes(file_of(shown, number))[0] if wanted[6:] in b.text)
            trim = shown.made_from.spec.trim
            x = (box.left + box.right) / 2 / trim.width.pt
            y = 1 - (box.top + box.bottom) / 2 / trim.height.pt
            address = shown.glances[number].address
            status, _, body = ask(preview, f"/written?page={address}&x={x:.4f}&y={y:.4f}")
            assert status == 200
            place = json.loads(body)
            lines = (book / "manuscript/01.md").read_text("utf-8").split("\n")
            near = box.text.strip().split()[-1]
            assert place["file"] == "manuscript/01.md"
            assert near in lines[place["line"] - 1]
            assert wanted in lines[place["line"] - 1]


def test_a_passage_is_found_through_hyphens_notes_and_markup() -> None:
    printed = "kata peng\u00ad\nantar yang “panjang”12 sekali lagi di sini\nCatatan kaki"
    source = (
        '# Judul\n\nIsi lain.\n\nKata pengantar yang *"panjang"*[^catatan] sekali lagi di sini.'
    )
    place = written_at(printed, printed.index("sekali"), source, "manuscript/x.md", 4, 0.5)
    assert str(place) == "manuscript/x.md:8"


def test_of_two_like_passages_the_nearer_is_meant() -> None:
    source = (
        "ulang kata yang sama\n" + "selingan yang lain sekali\n" * 20 + "ulang kata yang sama\n"
    )
    for share, line in ((0.02, 1), (0.98, 22)):
        place = written_at("ulang kata yang sama", 6, source, "x.md", 1, share)
        assert place.line == line


def test_pages_are_found_again_by_their_text() -> None:
    old = Passage("abcdefghij" * 4, (0, 10, 20, 30))
    grown = Passage("abcdefghij" + "x" * 20 + "abcdefghij" * 3, (0, 10, 20, 30, 40, 50))
    assert first_difference(old, grown) == 10
    assert moved(old, grown) == (0, 1, 4, 5)
    assert moved(grown, old) == (0, 1, 1, 1, 2, 3)
    assert moved(old, old) == (0, 1, 2, 3)


def test_the_complete_checks_find_what_a_build_finds(book: Path) -> None:
    edit(book, "03.md", "# Kota", "# Kota\n\n![](tiada.png)")
    codes = {finding.code for finding in examine(book, None, Compositors())}
    assert "picture-file" in codes


def test_findings_stand_with_their_page_and_the_complete_ones_follow(book: Path) -> None:
    edit(book, "02.md", "# Ladang", '+++\nstatus = "outline"\n+++\n\n# Ladang')
    with served(book) as (_, desk):
        shown = until(desk, lambda state: state.book is not None)
        assert shown.book is not None
        checked = until(desk, lambda state: state.stage == "checked")
        codes = [{finding.code for finding in state.findings} for state in (shown, checked)]
        assert "book-incomplete" in codes[0] & codes[1]
        assert "spine-text" in codes[1] - codes[0]
        begins = shown.book.pages.page_map.files.index("manuscript/02.md")
        told = record(checked, 0)["findings"]
        assert [x["pages"] for x in told if x["code"] == "book-incomplete"] == [[begins]]
