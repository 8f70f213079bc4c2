"""Copies stamped in processes that are killed at any statement: run as a program by the tests.

`python -m tests.killed_stamp FOLDER` makes FOLDER/seed, a started job of stamped copies of the
interior FOLDER/isi.pdf, and stamps them in copies of it as `tests.killed_desk` does its work.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bookbuild.counter.room import Counter, Terms
from bookbuild.counter.tickets import Handed, stamped_copies
from bookbuild.counter.workshop import Workshop
from bookbuild.desk import service
from bookbuild.folders import layout_folders
from bookbuild.layout import load_language, load_layout
from bookbuild.store.approval import approve
from bookbuild.store.editions import read_edition
from bookbuild.store.record import edition_name
from tests.desks import ADMIN, PRINTER, line, make_desk, put_edition, ready
from tests.killed_desk import WORK, first, kill_at_every_step, opened
from tests.support import ROOT

COPIES = (1, 2, 3)
LOOK = load_layout(layout_folders(ROOT), "default")
LANGUAGES = {"id": load_language(layout_folders(ROOT), "id")}
"""Loaded once, before processes part."""


def stamp_it(folder: Path) -> dict[int, str]:
    """Stamp all copies; the digest of each file."""
    desk = opened(folder)
    job, made = service.files_of(desk, PRINTER, first(desk).id)
    edition = read_edition(desk.store, edition_name(job.pin.edition))
    shop = Workshop(desk, LANGUAGES)
    given = Handed(Counter(desk, Terms(), LOOK, {}, LANGUAGES, shop), job, edition, made, "", "id")
    return {number: done.sha256 for number, (_, done) in stamped_copies(given, COPIES).items()}


def seed(folder: Path) -> None:
    """A started job."""
    desk = make_desk(folder / "seed")
    interior = (folder / "isi.pdf").read_bytes()
    approve(
        desk.store, put_edition(desk.store, slug="cap", interior=interior), "Siti", "2026-11-20"
    )
    job = ready(desk, line(edition="cap@1.1", quantity=len(COPIES), stamp=True))
    service.move_job(desk, ADMIN, job.id, "start")
    desk.database.close()


if __name__ == "__main__":
    WORK["stamp"] = stamp_it
    seed(Path(sys.argv[1]))
    kill_at_every_step("stamp", Path(sys.argv[1]))
