"""What a print shop gets for a job: the ticket, the names of the files, all of them in one ZIP."""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild import output
from bookbuild.errors import BookbuildError
from bookbuild.folders import layout_folders
from bookbuild.job_bundle import MOST_BYTES, Member, bundle, bundle_size
from bookbuild.job_names import MOST_CHARACTERS, JobNames, PrintedOn
from bookbuild.language import Language
from bookbuild.layout import load_language
from bookbuild.pipeline import Build
from bookbuild.press.geometry import weight_grams
from bookbuild.press.printer import load_printer
from bookbuild.press.qr import qr_svg
from bookbuild.store.built import read_build
from bookbuild.store.editions import Store, make_store, print_set
from bookbuild.store.publish import publish
from bookbuild.store.record import Edition
from bookbuild.ticket import JobFacts, Ticket, cover_picture, job_names, ticket_of
from bookbuild.ticket_sheet import ticket_sheet
from bookbuild.wording import TicketWords
from tests.support import ROOT, letters, page_texts

FOLDERS = layout_folders(ROOT)
ADDRESS = "https://toko.example/jobs/J-000117"
JOB = JobFacts("20261124-0042", "J-000117", ADDRESS, 5, date(2026, 11, 24), date(2026, 11, 30), 1.0)
LONG = "Sebuah Catatan Panjang tentang Pekerja Sosial, Pengadilan dan Perjalanan Pulang "


def language(code: str) -> Language:
    return load_language(FOLDERS, code)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def edition(serba: Build, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The fixture book, published."""
    read = read_build(output.write(serba, tmp_path_factory.mktemp("built")))
    allowed = sorted({item.code for item in serba.findings if item.severity.value == "error"})
    return publish(store, read, read.manifest.source, allowed).edition


@pytest.fixture(scope="module")
def ticket(edition: Edition) -> Ticket:
    printer = load_printer(FOLDERS, "digital-id")
    return ticket_of(edition, print_set(edition, "digital-id"), printer, JOB)


@pytest.fixture(scope="module")
def sheet(ticket: Ticket, store: Store, edition: Edition) -> bytes:
    return ticket_sheet(ticket, cover_picture(store, edition), language("id"))


def test_a_ticket_says_what_the_edition_and_its_files_say(ticket: Ticket, serba: Build) -> None:
    made = serba.made[0]
    assert (ticket.title, ticket.edition) == ('Serba-serbi "Kebun"', "serba@2.3")
    assert ticket.pages == made.inside.extent.pages == ticket.leaves * 2
    assert ticket.finished_mm == (150, 230)
    assert ticket.spine_mm == round(made.outside.spine.width.mm, 2)
    assert ticket.open_mm == (round(300 + made.outside.spine.width.mm, 2), 230)
    assert ticket.bleed_mm == (round(made.outside.geometry.sheet_width.mm, 2), 236)
    assert (ticket.inside.inks, ticket.outside.inks) == ("1/1", "4/0")
    assert (ticket.lamination, ticket.binding, ticket.wrapping) == ("doff", "lem panas", "shrink")
    geometry = made.outside.geometry
    assert ticket.weight_g == weight_grams(serba.made_from.spec, ticket.pages, geometry)
    assert ticket.weight_of_all_g == round(ticket.weight_g * 5, 1)
    digests = {item.role: item.sha256 for item in serba.artifacts}
    assert {item.part: item.sha256 for item in ticket.files} == {
        "interior": digests["interior"], "cover": digests["cover"],
    }  # fmt: skip


def test_the_sheet_is_the_first_with_its_grain_along_the_spine(ticket: Ticket) -> None:
    assert ticket.sheet is not None
    assert (ticket.sheet.name, ticket.sheet.grain_mm) == ("A3+", 329)


def test_a_cover_that_fits_no_sheet_has_none(edition: Edition) -> None:
    printer = load_printer(FOLDERS, "digital-id").model_copy(update={"sheets": ()})
    assert ticket_of(edition, print_set(edition, "digital-id"), printer, JOB).sheet is None


def test_the_block_may_differ_by_what_was_agreed(ticket: Ticket, serba: Build) -> None:
    reckoned = serba.made[0].outside.spine.block.mm
    assert ticket.block is not None
    assert ticket.block.mm == round(reckoned, 2)
    assert ticket.block.most_mm == round(round(reckoned, 2) + 1, 2)
    assert 0 <= ticket.block.least_mm < ticket.block.mm


def test_the_record_is_json_and_knows_no_price(ticket: Ticket, edition: Edition) -> None:
    told = json.loads(json.dumps(ticket.record()))
    assert told["schema"] == "bookbuild-ticket-1"
    assert (told["due"], told["quantity"]) == ("2026-11-30", 5)
    assert edition.specification["prices"]["list"] == "85000"
    text = json.dumps(told)
    assert not {"85000", "68000", "45000", "IDR", "price"} & set(re.findall(r"\w+", text))


def test_a_ticket_is_one_page_of_a4(sheet: bytes) -> None:
    with pypdfium2.PdfDocument(sheet) as document:
        assert len(document) == 1
        width, height = document[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


def test_everything_that_a_shop_needs_stands_on_the_page(ticket: Ticket, sheet: bytes) -> None:
    (text,) = page_texts(sheet)
    wanted = [
        ticket.order, ticket.job, ticket.edition, "Serba-serbi", "Ratna Wening",
        "978-602-06-5278-8", str(ticket.pages), f"{ticket.leaves} lembar", "1/1", "4/0",
        "bookpaper 72 g", "ivory 230 g", "doff", "lem panas", "shrink", "150 × 230 mm", "A3+",
        "329 mm", "5 eksemplar", "Senin, 30 November 2026", "Tebal isi terukur",
        "Cetak", "Potong", "Jilid", "Wrap", "QC",
        *(item.short_digest for item in ticket.files), *(item.name for item in ticket.files),
    ]  # fmt: skip
    assert [part for part in wanted if letters(part) not in letters(text)] == []
    assert not {"85000", "85.000", "Rp"} & set(text.split())


def test_what_is_not_told_is_said_to_be_not_told(ticket: Ticket) -> None:
    silent = replace(ticket, lamination=None, binding=None, wrapping=None, sheet=None, block=None)
    (text,) = page_texts(ticket_sheet(silent, None, language("id")))
    assert text.count("tidak disebut") == 5


def test_a_ticket_in_english_is_for_a_shop_that_reads_english(ticket: Ticket) -> None:
    (text,) = page_texts(ticket_sheet(ticket, None, language("en")))
    assert "Monday, 30 November 2026" in text
    assert [step for step in TicketWords().steps if step not in text] == []
    assert "Jilid" not in text


def test_the_code_on_the_page_leads_to_the_job(sheet: bytes) -> None:
    with pypdfium2.PdfDocument(sheet) as document:
        image = document[0].render(scale=2).to_pil()
    assert ADDRESS in [found.text for found in zxingcpp.read_barcodes(image)]


def test_the_code_is_drawn_and_no_picture(sheet: bytes) -> None:
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        pictures = [
            item for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Image
        ]  # fmt: skip
    assert len(pictures) == 1, "the cover"


@pytest.mark.parametrize("code", ["id", "en"])
def test_a_ticket_with_long_facts_stays_one_page_with_its_boxes(ticket: Ticket, code: str) -> None:
    names = [replace(item, name="x" * 95 + ".pdf") for item in ticket.files]
    long = replace(
        ticket, title=LONG * 3, subtitle=LONG * 4, authors=(LONG,) * 6, binding=LONG,
        quantity=12_500, order="PESANAN-2026-11-24-000042", files=tuple(names),
    )  # fmt: skip
    (text,) = page_texts(ticket_sheet(long, None, language(code)))
    steps = language(code).ticket.steps
    assert [step for step in steps if step not in text] == []
    assert long.files[1].short_digest in text


def test_the_same_ticket_makes_the_same_page(
    ticket: Ticket, sheet: bytes, store: Store, edition: Edition
) -> None:
    assert ticket_sheet(ticket, cover_picture(store, edition), language("id")) == sheet


def test_words_with_names_that_nothing_fills_are_refused() -> None:
    with pytest.raises(ValueError, match=r"stamp has \{buyer\}"):
        TicketWords(stamp="Untuk {buyer}")


@pytest.mark.parametrize("text", ["", "x" * 513])
def test_a_code_of_nothing_or_of_too_much_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 512"):
        qr_svg(text)


NAMES = JobNames(
    "P0042", "peksos-milenial", (150, 230), 280, 25.8,
    PrintedOn("HVS", 70, "1/1"), PrintedOn("ivory", 230, "4/0"), 5,
)  # fmt: skip


def test_names_say_what_the_files_are() -> None:
    assert NAMES.interior() == "P0042_peksos-milenial_ISI_15x23_280hlm_HVS70_1-1_5eks.pdf"
    assert NAMES.interior(2) == "P0042_peksos-milenial_ISI_15x23_280hlm_HVS70_1-1_2dari5.pdf"
    cover = "P0042_peksos-milenial_SAMPUL_15x23_punggung25.8mm_ivory230_4-0_5eks.pdf"
    assert NAMES.cover() == cover
    assert NAMES.ticket() == "P0042_peksos-milenial_TIKET_5eks.pdf"
    assert NAMES.ticket("json") == "P0042_peksos-milenial_TIKET_5eks.json"
    assert NAMES.bundle() == "P0042_peksos-milenial_5eks.zip"


def test_the_names_are_those_of_the_edition(edition: Edition, ticket: Ticket) -> None:
    names = job_names(edition, print_set(edition, "digital-id"), JOB.job, 5)
    assert [item.name for item in ticket.files] == [names.interior(), names.cover()]
    assert re.fullmatch(
        r"J-000117_serba_ISI_15x23_\d+hlm_bookpaper72_1-1_5eks\.pdf", names.interior()
    )


def test_a_long_slug_is_cut_between_its_words() -> None:
    long = replace(NAMES, slug="menyusun-kembali-kejayaan-yang-hilang-di-tengah-jalan-pulang")
    slug = long.cover().split("_")[1]
    assert len(slug) < len(long.slug)
    assert long.slug.startswith(slug + "-")


def test_papers_of_other_alphabets_are_written_in_ascii() -> None:
    strange = replace(NAMES, inside=PrintedOn("Łódź Ø paper", 80, "1/1"))
    assert "_Lodz-O-paper80_" in strange.interior()
    assert "_kertas80_" in replace(NAMES, inside=PrintedOn("紙", 80, "1/1")).interior()


STOCKS = st.builds(
    PrintedOn, st.text(max_size=60), st.integers(20, 600), st.sampled_from(["1/1", "4/0", "4/4"])
)
SIDES = st.floats(70, 450)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        JobNames, st.text(max_size=80), st.text(max_size=200), st.tuples(SIDES, SIDES),
        st.integers(2, 10_000), st.floats(0, 100), STOCKS, STOCKS, st.integers(1, 999_999),
    )
)  # fmt: skip
def test_every_name_is_short_plain_and_another(names: JobNames) -> None:
    found = [
        names.interior(), names.interior(names.quantity), names.cover(), names.ticket(),
        names.ticket("json"), names.bundle(),
    ]  # fmt: skip
    assert len(set(found)) == len(found)
    for name in found:
        assert len(name) <= MOST_CHARACTERS
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(pdf|json|zip)", name)
        assert ".." not in name


def member(name: str, data: bytes, piece: int = 7) -> Member:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(data), piece):
            yield data[start : start + piece]

    return Member(name, len(data), chunks)


CONTENT = {"isi.pdf": b"%PDF-1.4 isi" * 100, "sampul.pdf": b"%PDF-1.4", "kosong.json": b""}


def test_a_bundle_holds_the_files_stored_and_whole() -> None:
    members = [member(name, data) for name, data in CONTENT.items()]
    data = b"".join(bundle(members))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == CONTENT
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,9}\.pdf", fullmatch=True), st.binary(max_size=300)),
    st.integers(1, 400),
)
def test_the_length_of_a_bundle_is_known_before(content: dict[str, bytes], piece: int) -> None:
    members = [member(name, data, piece) for name, data in content.items()]
    data = b"".join(bundle(members))
    assert len(data) == bundle_size(members)
    assert data == b"".join(bundle(members))


def test_a_bundle_holds_nothing_back_and_reads_nothing_ahead() -> None:
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(50):
            read.append(number)
            yield bytes(10_000)

    stream = bundle([Member("besar.pdf", 500_000, chunks)])
    for number, sent in enumerate(itertools.islice(stream, 50)):
        assert read[-1] == number
        assert 10_000 <= len(sent) < 11_000


def test_memoryviews_of_a_stamped_file_are_sent_as_they_are() -> None:
    parts = (memoryview(b"satu"), memoryview(b"dua"))
    data = b"".join(bundle([Member("isi.pdf", 7, lambda: parts)]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("isi.pdf") == b"satudua"


@pytest.mark.parametrize("size", [3, 5])
def test_a_file_of_another_length_ends_the_bundle_unfinished(size: int) -> None:
    sent = []
    with pytest.raises(BookbuildError, match=rf"isi.pdf has 4 bytes instead of {size}"):
        sent += bundle([Member("isi.pdf", size, lambda: [b"1234"])])
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(sent)))


def test_a_bundle_too_large_for_its_headers_is_refused_before_it_begins() -> None:
    with pytest.raises(BookbuildError, match="fetch them one by one"):
        next(bundle([Member("isi.pdf", MOST_BYTES, list)]))
