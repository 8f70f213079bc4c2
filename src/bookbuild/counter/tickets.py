"""The ticket of a job as data: what to print, on what, from which files. No price, no buyer.

In: a job, its edition and its files. Out: data for JSON, in a fixed order.
"""

from __future__ import annotations

from typing import Any

from bookbuild.desk.model import Job
from bookbuild.store.editions import StoredSet
from bookbuild.store.record import Edition, FileRecord
from bookbuild.ticket import job_names


def file_name(job: Job, edition: Edition, found: StoredSet, part: str) -> str:
    """The name of one part of a job's files."""
    names = job_names(edition, found, job.id, job.quantity)
    return {
        "interior": names.interior(),
        "cover": names.cover(),
        "ticket": names.ticket("json"),
        "all": names.bundle(),
    }[part]


def ticket(job: Job, edition: Edition, found: StoredSet) -> dict[str, Any]:
    """What goes to the press with a job."""
    spec = edition.specification
    pages = found.interior.block_pages or edition.extent.pages
    return {
        "form": "bookbuild-ticket-1",
        "job": job.id,
        "title": job.title,
        "edition": job.pin.edition,
        "record": job.pin.record,
        "printer": job.printer,
        "quantity": job.quantity,
        "due": job.due.isoformat() if job.due else None,
        "proof": job.proof,
        "reprint_of": job.reprint_of or None,
        "delivery": job.delivery.value,
        "trim": spec.get("trim"),
        "pages": pages,
        "leaves": (pages + 1) // 2,
        "colours": {"interior": "1/1", "cover": "4/0"},
        "paper": _stock(spec.get("paper")),
        "cover": _stock(spec.get("cover")),
        "lamination": spec.get("lamination") or "tidak disebut",
        "binding": spec.get("binding"),
        "wrapping": spec.get("wrapping"),
        "open_cover_mm": found.cover.size_mm,
        "spine_mm": found.cover.spine_mm,
        "block_mm": job.block_mm,
        "files": [
            _file(job, edition, found, "interior", found.interior),
            _file(job, edition, found, "cover", found.cover),
        ],
    }


def _stock(given: Any) -> dict[str, Any] | None:
    return {"name": given.get("name"), "gsm": given.get("gsm")} if given else None


def _file(
    job: Job, edition: Edition, found: StoredSet, part: str, record: FileRecord
) -> dict[str, Any]:
    return {
        "part": part,
        "name": file_name(job, edition, found, part),
        "bytes": record.bytes,
        "sha256": record.sha256,
        "pages": record.pages,
    }
