"""What a print shop must know of a job: from the edition's record, the printer and the order.

In: an `Edition`, its print set, the printer's profile, the job's own facts. Out: a frozen `Ticket`,
its record as JSON data, and the line that is stamped on a copy. No price and nothing of the buyer
goes in, and so none comes out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bookbuild.job_names import JobNames, PrintedOn
from bookbuild.language import Language
from bookbuild.press.geometry import copy_weight
from bookbuild.press.printer import PrinterProfile
from bookbuild.store.editions import Store, StoredSet, artifacts, read_file
from bookbuild.store.record import Edition, FileRecord
from bookbuild.units import Length, mm, parse

TICKET_SCHEMA = "bookbuild-ticket-1"
INTERIOR_INKS, COVER_INKS = "1/1", "4/0"
"""Black on both sides of a leaf, four colours on the outside of the cover: what `interior` and
`cover` bind."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What the order says about a job."""

    order: str
    job: str
    address: str
    """Of the job, as the QR code gives it; its identifier where it has none."""
    quantity: int
    ordered: date
    due: date | None
    """None before it is paid."""
    tolerance_mm: float
    """By how much the block may differ before the job is held."""


@dataclass(frozen=True, slots=True)
class TicketFile:
    """A file of the job, under the name that it is fetched by."""

    part: str
    """`interior` or `cover`."""
    name: str
    bytes: int
    pages: int | None
    sha256: str

    @property
    def short_digest(self) -> str:
        """Its first twelve digits in threes, for people to compare."""
        return " ".join(self.sha256[start : start + 4] for start in range(0, 12, 4))


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """A sheet that the cover is printed on; its grain lies along the spine."""

    name: str
    width_mm: float
    height_mm: float
    grain_mm: float
    """Length of the side that the fibres run along."""


@dataclass(frozen=True, slots=True)
class Block:
    """The thickness of the leaves together, in mm: what it should be, and within which limits."""

    mm: float
    least_mm: float
    most_mm: float
    measured: bool
    """True where the cover was made for a measured block."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Everything that stands on a job ticket."""

    order: str
    job: str
    address: str
    edition: str
    title: str
    subtitle: str | None
    authors: tuple[str, ...]
    isbn: str | None
    printer: str
    quantity: int
    ordered: date
    due: date | None
    pages: int
    leaves: int
    finished_mm: tuple[float, float]
    inside: PrintedOn
    outside: PrintedOn
    lamination: str | None
    """None where the specification doesn't tell."""
    open_mm: tuple[float, float]
    """The cover unfolded and trimmed."""
    bleed_mm: tuple[float, float]
    """The cover's file: with its bleed."""
    spine_mm: float
    sheet: CoverSheet | None
    """None where the printer's profile has none that the cover fits."""
    binding: str | None
    wrapping: str | None
    weight_g: float
    """Of one copy."""
    block: Block | None
    files: tuple[TicketFile, ...]

    @property
    def weight_of_all_g(self) -> float:
        """Of all copies."""
        return round(self.weight_g * self.quantity, 1)

    def record(self) -> dict[str, Any]:
        """The ticket as JSON data."""
        due = self.due.isoformat() if self.due else None
        told = asdict(self) | {"ordered": self.ordered.isoformat(), "due": due}
        return {"schema": TICKET_SCHEMA, **told, "weight_of_all_g": self.weight_of_all_g}


def ticket_of(
    edition: Edition,
    made: StoredSet,
    printer: PrinterProfile | None,
    job: JobFacts,
    copies: tuple[TicketFile, ...] | None = None,
) -> Ticket:
    """The ticket of a job that prints `made`, one of the edition's print sets.

    Without the `printer`'s profile it names no sheet for the cover. `copies` are the files of
    stamped copies, in place of the one interior; none before they are dated.
    """
    told = edition.specification
    trim = parse(told["trim"]["width"]), parse(told["trim"]["height"])
    paper, board = told["paper"], told["cover"]
    pages, spine = made.interior.pages or 0, mm(made.cover.spine_mm or 0)
    size = made.cover.size_mm or (0, 0)
    authors = (person["name"] for person in told["contributors"] if person["role"] == "author")
    return Ticket(
        order=job.order, job=job.job, address=job.address,
        edition=str(edition.name), title=told["title"], subtitle=told.get("subtitle"),
        authors=tuple(authors), isbn=told.get("isbn", {}).get("print"),
        printer=printer.name if printer else made.printer, quantity=job.quantity,
        ordered=job.ordered, due=job.due,
        pages=pages, leaves=pages // 2,
        finished_mm=_pair(*trim),
        inside=PrintedOn(paper["name"], paper["gsm"], INTERIOR_INKS),
        outside=PrintedOn(board["name"], board["gsm"], COVER_INKS),
        lamination=told.get("lamination"),
        open_mm=_pair(trim[0] * 2 + spine, trim[1]),
        bleed_mm=(size[0], size[1]),
        spine_mm=round(spine.mm, 2),
        sheet=_sheet(printer, mm(size[0]), mm(size[1])),
        binding=told.get("binding"), wrapping=told.get("wrapping"),
        weight_g=copy_weight(trim, pages, spine, paper["gsm"], board["gsm"]),
        block=_block(made.cover, job.tolerance_mm),
        files=_files(edition, made, job, copies),
    )  # fmt: skip


def job_names(edition: Edition, made: StoredSet, job: str, quantity: int) -> JobNames:
    """The names of a job's files; they begin with the job, since an order may have several."""
    told = edition.specification
    paper, board = told["paper"], told["cover"]
    return JobNames(
        order=job,
        slug=edition.slug,
        trim_mm=_pair(parse(told["trim"]["width"]), parse(told["trim"]["height"])),
        pages=made.interior.pages or 0,
        spine_mm=made.cover.spine_mm or 0,
        inside=PrintedOn(paper["name"], paper["gsm"], INTERIOR_INKS),
        outside=PrintedOn(board["name"], board["gsm"], COVER_INKS),
        quantity=quantity,
    )


def stamp_line(language: Language, order: str, copy: int, quantity: int, printed: date) -> str:
    """The line that is stamped on a copy; `printed` is the day on which it went to the press."""
    return language.ticket.stamp.format(
        order=order, copy=copy, quantity=quantity, date=language.day(printed)
    )


def cover_picture(store: Store, edition: Edition) -> bytes | None:
    """The front of the edition as a small JPEG; None where it was published without one."""
    pictures = artifacts(edition, "thumbnail")
    front = next((item for item in pictures if item.page == "cover"), None)
    return read_file(store, front) if front else None


def _pair(width: Length, height: Length) -> tuple[float, float]:
    return round(width.mm, 2), round(height.mm, 2)


def _sheet(printer: PrinterProfile | None, width: Length, height: Length) -> CoverSheet | None:
    """The first of the printer's sheets on which the cover's grain lies along its spine."""
    for sheet in printer.sheets if printer else ():
        if sheet.holds(width, height):
            return CoverSheet(sheet.name, *_pair(sheet.width, sheet.height), sheet.along.mm)
    return None


def _block(cover: FileRecord, leeway: float) -> Block | None:
    if cover.block_mm is None:
        return None
    return Block(
        cover.block_mm,
        round(max(cover.block_mm - leeway, 0), 2),
        round(cover.block_mm + leeway, 2),
        bool(cover.block_measured),
    )


def _files(
    edition: Edition, made: StoredSet, job: JobFacts, copies: tuple[TicketFile, ...] | None
) -> tuple[TicketFile, ...]:
    names = job_names(edition, made, job.job, job.quantity)
    cover = _file(names.cover(), made.cover)
    inside = (_file(names.interior(), made.interior),) if copies is None else copies
    return (*inside, cover)


def _file(name: str, record: FileRecord) -> TicketFile:
    return TicketFile(record.role, name, record.bytes, record.pages, record.sha256)
