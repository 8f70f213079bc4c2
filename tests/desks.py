"""A desk for the tests: a store with small editions, a clock that is set, chance that repeats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bookbuild.desk import service
from bookbuild.desk.forms import OrderForm, read_form
from bookbuild.desk.model import Actor, Job, Role
from bookbuild.desk.room import Stamping, unlooked
from bookbuild.desk.service import Desk
from bookbuild.store.approval import approve
from bookbuild.store.editions import Store, entry, make_store
from bookbuild.store.record import Edition, ExtentRecord, FileRecord, PrintSetRecord, canonical

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta."""
ADMIN = Actor(Role.ADMIN, "Rina")
EDITOR = Actor(Role.EDITOR, "Siti")
SHOP = Actor(Role.SHOP, "toko", "toko-buku")
OTHER_SHOP = Actor(Role.SHOP, "lain", "toko-lain")
PRINTER = Actor(Role.OPERATOR, "Budi", "digital-id")
OTHER_PRINTER = Actor(Role.OPERATOR, "Wati", "offset-id")
BUYER = "Ibu Sri Wahyuni, Jalan Melati 5, 0812-3456-7890"


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def go(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Chance:
    """Bytes that differ each time and repeat with the test."""

    seed: str = ""
    count: int = field(default=0)

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"{self.seed}{self.count}".encode()).digest(size)


def put_edition(store: Store, revision: int = 1, slug: str = "kebun", **facts: Any) -> Edition:
    """A small edition in a store, with sets for two printers; its files are a few bytes."""
    interior = facts.pop("interior", b"")

    def kept(role: str, file: str, **more: Any) -> FileRecord:
        data = interior if role == "interior" and interior else f"{slug} {revision} {file}".encode()
        values = {"role": role, "file": file, "bytes": len(data), "sha256": store.blobs.put(data)}
        return FileRecord.model_validate({**values, **more})

    files: list[FileRecord] = []
    sets: list[PrintSetRecord] = []
    for printer in facts.pop("printers", ("digital-id", "offset-id")):
        made = {"printer": printer, "block_pages": 280, "block_mm": 12.6, "spine_mm": 13.2}
        pair = (
            kept("interior", f"{printer}-interior.pdf", pages=280, **made),
            kept("cover", f"{printer}-cover.pdf", **made),
        )
        files += pair
        sets.append(
            PrintSetRecord(printer=printer, interior=pair[0].file, cover=pair[1].file, errors=())
        )
    spec = {
        "title": "Kebun Kecil",
        "language": "id",
        "contributors": [],
        "trim": {"width": "150 mm", "height": "230 mm"},
        "paper": {"name": "HVS", "gsm": 70},
        "cover": {"name": "ivory", "gsm": 230},
        "sales": {"lead_days": 3},
    }
    empty = store.blobs.put(b"{}")
    edition = Edition(
        slug=slug,
        printing=1,
        revision=revision,
        content="0" * 64,
        source="0" * 64,
        complete=facts.pop("complete", True),
        extent=ExtentRecord(roman=20, arabic=260, trailing_blanks=0, pages=280, printed="xx + 260"),
        printer="digital-id",
        allowed=(),
        files=tuple(files),
        print_sets=tuple(sets),
        withheld=(),
        manifest=empty,
        report=empty,
        specification={**spec, **facts},
    )
    digest = store.blobs.put(canonical(edition))
    assert store.register.claim(entry(edition.name), digest.encode())
    return edition


def make_desk(folder: Path, seed: str = "", stamping: Stamping = unlooked) -> Desk:
    """A desk over a store with `kebun@1.1`, approved."""
    store = make_store(folder / "store")
    if not (folder / "store/register/editions/kebun/1.1").exists():
        approve(store, put_edition(store), "Siti Rahma", "2026-11-20")
    there = folder / "desk", folder / "store"
    return service.open_desk(*there, Clock(), Chance(seed), stamping)


def clock_of(desk: Desk) -> Clock:
    """The clock that a test may set."""
    assert isinstance(desk.clock, Clock)
    return desk.clock


def line(**changes: Any) -> dict[str, Any]:
    given = {"edition": "kebun@1.1", "printer": "digital-id", "quantity": 2, "price": 95900}
    return {**given, "delivery": "to_publisher", **changes}


def form(*lines: dict[str, Any], **changes: Any) -> OrderForm:
    """An order of these lines, or of one."""
    content = {"reference": "TB-1001", "currency": "IDR", "shipping": 18000, **changes}
    return read_form(OrderForm, json.dumps({**content, "lines": list(lines) or [line()]}).encode())


def placed(desk: Desk, *lines: dict[str, Any], key: str = "key-00000001", **changes: Any) -> Job:
    """The first job of a new order."""
    return service.create_order(desk, SHOP, form(*lines, **changes), key).jobs[0]


def ready(desk: Desk, *lines: dict[str, Any], key: str = "key-00000001") -> Job:
    """The first job of an order that was paid."""
    job = placed(desk, *lines, key=key)
    service.confirm_payment(desk, ADMIN, job.order, "BCA-77")
    return service.read_job(desk, ADMIN, job.id)


def moved(desk: Desk, job: Job, *kinds: str) -> Job:
    """The job after moves by an admin."""
    told = {
        "ship": {"courier": "JNE", "tracking": "JNE-00112233"},
        "hold": {"reason": "kertas habis"},
        "reject_file": {"reason": "huruf hilang di hlm. 12"},
        "cancel": {"reason": "pembeli batal"},
    }
    for kind in kinds:
        job = service.move_job(desk, ADMIN, job.id, kind, told.get(kind))
    return job


Act = Callable[[Desk], object]
