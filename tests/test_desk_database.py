"""The desk's database: whole after every kill, one at a time, never changed behind, backed up."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from bookbuild.desk import records, service, tables
from bookbuild.desk.backup import backup, restore, verify_backup
from bookbuild.desk.database import FILE, HEAD, open_database
from bookbuild.desk.model import Job, Money, State
from bookbuild.desk.moves import replay
from bookbuild.desk.refusals import Conflict
from bookbuild.desk.service import Desk
from bookbuild.errors import BookbuildError, NoFile
from bookbuild.store.blobs import FolderBlobs
from bookbuild.store.verify import verify
from tests.desks import ADMIN, PRINTER, SHOP, line, make_desk, moved, placed, ready
from tests.killed_desk import WORK, opened
from tests.support import ROOT

NEW_INDEXES = ("jobs_by_edition", "jobs_by_reference", "jobs_by_parcel", "orders_by_number")
"""Those of the second form."""


def drive(*arguments: str | Path) -> list[str]:
    """Run `tests.killed_desk`; the lines that it prints."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.killed_desk", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def first_form(job: Job, digests: dict[str, str]) -> Job:
    """A job as it was before its first event."""
    names = ("state", "reason", "held_from", "due", "calendar", "courier", "tracking",
             "measured_mm", "sequence", "links")  # fmt: skip
    fresh = {name: Job.__dataclass_fields__[name].default for name in names}
    return replace(job, pin=type(job.pin)(**digests), **fresh)  # type: ignore[arg-type]


def assert_whole(desk: Desk) -> dict[str, State]:
    """Every order has its lines, every job is its history, every event its messages; the states."""
    states = {}
    with desk.database.reading() as connection:
        hooks = connection.scalars(select(tables.hooks.c.id)).all()
        told = Counter(connection.scalars(select(tables.outbox.c.event_id)))
        asked = Counter(connection.scalars(select(tables.requests.c.order_id)))
        queued = set(connection.scalars(select(tables.jobs.c.id).where(tables.jobs.c.queued)))
        known = [records.order_of(row) for row in connection.execute(select(tables.orders))]
        assert Counter(order.id for order in known) == asked
        logged = 0
        for order in known:
            jobs = records.jobs_of(connection, order.id)
            copies = sum(job.price.amount * job.quantity for job in jobs if job.price)
            assert order.total == Money(copies + order.shipping.amount, "IDR")
            for job in jobs:
                events = records.events_of(connection, order.id, job.line)
                assert [item.sequence for item in events] == list(range(1, job.sequence + 1))
                pinned = {name: str(events[0].event.data[name])
                          for name in ("edition", "record", "interior", "cover")}  # fmt: skip
                history = tuple(item.event for item in events)
                assert replay(first_form(job, pinned), history) == job
                label = records.find_label(connection, job.id)
                kept = job.delivery == "drop_ship" and job.state is not State.DELIVERED
                assert (label is not None) == kept
                assert all(told[item.id] == len(hooks) for item in events)
                logged += len(events)
                states[job.id] = job.state
                assert job.queued == (job.id in queued)
            payments = service.list_payments(desk, ADMIN, order.id)
            paid = [job for job in jobs if job.due is not None]
            assert len(paid) in (0, len(jobs))
            assert (order.paid is not None) == bool(paid) == bool(payments)
        assert sum(told.values()) == logged * len(hooks)
    return states


# Killed


@pytest.mark.parametrize("what", WORK)
def test_a_process_killed_at_any_statement_leaves_all_of_it_or_nothing(
    what: str, tmp_path: Path
) -> None:
    (steps,) = drive("steps", what, tmp_path)
    assert int(steps) > 10
    ends, afterwards = [], []
    for step in range(1, int(steps) + 1):
        folder = tmp_path / f"{step:04}"
        desk = opened(folder)
        states = assert_whole(desk)
        ends.append(tuple(states.values()))
        desk.database.close()
        if what in ("open", "order", "tell") or ends[-1] == ends[0]:
            WORK[what](folder)  # whoever was killed does it again
        again = opened(folder)
        afterwards.append(tuple(assert_whole(again).items()))
        again.database.close()
        shutil.rmtree(folder)
    assert len(set(afterwards)) == 1
    # Either it was done or it wasn't, and once it was, it stayed.
    assert len(set(ends)) <= 2
    assert sorted(ends, key=lambda end: end != ends[0]) == ends
    if what in ("order", "pay", "start", "deliver"):
        assert ends[-1] == tuple(dict(afterwards[-1]).values()) != ends[0]


def test_what_was_told_to_be_done_is_there_whenever_the_power_goes(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    service.open_hook(desk, SHOP, "https://toko.example/hook")
    desk.database.close()
    done: list[tuple[str, str]] = []
    for acknowledged in (1, 2, 3, 5, 8, 13, 4, 7, 6, 9):
        flood = subprocess.Popen(
            [sys.executable, "-m", "tests.killed_desk", "flood", tmp_path],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert flood.stdout is not None
        for _ in range(acknowledged):
            what, order = flood.stdout.readline().split()
            done.append((what, order))
        flood.send_signal(signal.SIGKILL)
        done += [(what, order) for what, order in map(str.split, flood.stdout)]
        assert flood.wait() == -signal.SIGKILL
        flood.stdout.close()
    desk = opened(tmp_path)
    states = assert_whole(desk)
    for what, order in done:
        jobs = [state for job, state in states.items() if job.startswith(order)]
        assert len(jobs) == 2
        if what == "paid":
            assert jobs[1] is State.READY
        if what == "started":
            assert jobs == [State.PRINTING, State.READY]


# At once


def test_two_processes_never_get_the_same_job(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    jobs = [ready(desk, key=f"key-{number:08}").id for number in range(30)]
    desk.database.close()
    taken = [got.split() for got in drive("race", tmp_path, "4", "30")]
    assert sorted(job for job, _ in taken) == sorted(jobs)
    desk = opened(tmp_path)
    for job, name in taken:
        last = service.history(desk, ADMIN, job)[-1].event
        assert (last.kind, last.actor) == ("start", name)
    assert_whole(desk)


def test_processes_that_send_the_same_order_get_the_same_order(tmp_path: Path) -> None:
    make_desk(tmp_path).database.close()
    got = [line.split() for line in drive("keys", tmp_path, "4", "10")]
    assert len(got) == 40
    assert len({(number, order) for number, order, _ in got}) == 10
    assert Counter(new for _, _, new in got) == {"True": 10, "False": 30}
    assert_whole(opened(tmp_path))


def test_who_comes_second_changes_no_row(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    job = ready(desk)
    event = service.history(desk, ADMIN, moved(desk, job, "start").id)[-1].event
    with desk.database.writing() as connection, pytest.raises(Conflict, match="meanwhile"):
        records.apply(connection, job, event)  # as it was read before
    assert_whole(desk)


# Opened


def test_migrated_tables_are_those_that_the_code_knows(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    with database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, tables.METADATA) == []


@pytest.mark.parametrize(
    "table", ["events", "payments", "notices", "calendars", "terms", "templates", "copies"]
)
def test_what_is_appended_is_never_changed(tmp_path: Path, table: str) -> None:
    desk = make_desk(tmp_path)
    job = ready(desk)
    service.set_terms(desk, ADMIN, "digital-id", service.read_terms(b"", "m.toml"))
    with closing(sqlite3.connect(tmp_path / "desk" / FILE)) as raw:
        raw.execute("INSERT INTO notices VALUES ('toko-buku', 'n', 'd', ?, '2026')", (job.order,))
        raw.execute("INSERT INTO templates VALUES ('d', x'00', '{}')")
        raw.execute("INSERT INTO copies VALUES (?, 5, 1, 'baris', 'd')", (job.id,))
        raw.commit()
        named = raw.execute("SELECT name FROM pragma_table_info(?)", (table,))
        first = named.fetchone()[0]
        for act in (f"UPDATE {table} SET {first} = 'x'", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                raw.execute(act)


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    placed(desk)
    for path in (tmp_path / "desk").glob(f"{FILE}*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "desk").stat().st_mode) == 0o700


def test_a_commit_waits_for_the_disk_and_rows_belong_together(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    with desk.database.reading() as connection:

        def told(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert [told(name) for name in ("journal_mode", "synchronous", "foreign_keys")] == [
            "wal", 2, 1,
        ]  # fmt: skip


def test_a_database_of_the_first_form_keeps_what_is_in_it(tmp_path: Path) -> None:
    """Taken back to the first form by hand, as it was before stamps."""
    desk = make_desk(tmp_path)
    job = ready(desk)
    desk.database.close()
    with closing(sqlite3.connect(tmp_path / "desk" / FILE)) as raw:
        for name in NEW_INDEXES:
            raw.execute(f"DROP INDEX {name}")
        raw.execute("DROP TABLE copies")
        raw.execute("DROP TABLE templates")
        raw.execute("ALTER TABLE jobs DROP COLUMN stamped")
        raw.execute("ALTER TABLE jobs DROP COLUMN placed")
        raw.execute("CREATE INDEX jobs_by_edition ON jobs (edition)")
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
        raw.commit()
    desk = make_desk(tmp_path)
    assert service.search(desk, ADMIN, "kebun") == (job,)
    assert_whole(desk)
    with desk.database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.METADATA) == []


def test_a_full_disk_is_told_once_and_leaves_whole_orders(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    large = {"media_type": "application/pdf", "base64": "QUFB" * 100_000}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    try:
        with pytest.raises(BookbuildError, match="Nothing of it was changed"):
            for number in range(20):
                placed(desk, line(delivery="drop_ship", label=large), key=f"full-{number:04}")
        there = assert_whole(desk)
        with pytest.raises(BookbuildError, match="make room"):
            placed(desk, line(delivery="drop_ship", label=large), key="full-9999")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(there) == number
    assert assert_whole(desk) == there
    assert placed(desk, line(delivery="drop_ship", label=large), key="full-9999")
    assert len(assert_whole(desk)) == number + 1


class Busy(FolderBlobs):
    """Blobs during whose reading somebody else takes an order."""

    others: Callable[[], object]

    def intact(self, digest: str) -> bool:
        self.others()
        return super().intact(digest)


def test_files_are_read_while_others_can_write(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    job = placed(desk)
    other = make_desk(tmp_path, "others")
    keys = (f"key-of-another-{number}" for number in count(1))
    blobs = Busy(desk.store.folder / "blobs", desk.store.incoming)
    object.__setattr__(blobs, "others", lambda: placed(other, key=next(keys)))
    busy = replace(desk, store=replace(desk.store, blobs=blobs, verified=set()))
    service.confirm_payment(busy, ADMIN, job.order, "BCA-77")
    states = sorted(assert_whole(desk).values())
    assert states.count(State.READY) == 1
    assert states.count(State.AWAITING_PAYMENT) >= 4, "one for each file that was read"


def test_a_database_of_a_later_bookbuild_is_left_alone(tmp_path: Path) -> None:
    make_desk(tmp_path).database.close()
    with closing(sqlite3.connect(tmp_path / "desk" / FILE)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    with pytest.raises(BookbuildError, match="later bookbuild"):
        open_database(tmp_path / "desk")


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 50])
def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BookbuildError, match="can't be used"):
        open_database(tmp_path)


# Backed up


def test_a_backup_gives_back_every_order_and_every_file(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    label = {"media_type": "application/pdf", "base64": "YWxhbWF0"}
    job = ready(desk, line(delivery="drop_ship", label=label))
    file = tmp_path / "cadangan.tar"
    saved = backup(desk.database, desk.store, file)
    assert verify_backup(file) == saved
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restore(file, tmp_path / "new/desk", tmp_path / "new/store")
    again = opened(tmp_path / "new")
    assert service.read_job(again, ADMIN, job.id) == job
    assert service.label_of(again, PRINTER, job.id) == service.label_of(desk, PRINTER, job.id)
    assert service.history(again, ADMIN, job.id) == service.history(desk, ADMIN, job.id)
    assert verify(again.store).findings == ()
    assert service.files_of(again, PRINTER, job.id) == service.files_of(desk, PRINTER, job.id)
    assert placed(again, key="key-00000009").state is State.AWAITING_PAYMENT
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".bookbuild-")]


def test_a_backup_made_while_orders_come_in_is_of_one_moment(tmp_path: Path) -> None:
    make_desk(tmp_path).database.close()
    flood = subprocess.Popen(
        [sys.executable, "-m", "tests.killed_desk", "flood", tmp_path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert flood.stdout is not None
        flood.stdout.readline()
        desk = opened(tmp_path)
        for number in range(5):
            order = flood.stdout.readline().split()[1]
            backup(desk.database, desk.store, tmp_path / "b.tar")
            here = tmp_path / f"back{number}"
            restore(tmp_path / "b.tar", here / "desk", here / "store")
            assert f"{order}-1" in assert_whole(opened(here))
    finally:
        flood.kill()
        flood.wait()
        assert flood.stdout is not None
        flood.stdout.close()


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


def _flip(file: Path) -> None:
    """Change a byte of the database in the middle of a backup."""
    data = bytearray(file.read_bytes())
    at = data.index(b"SQLite format 3") + 5000
    data[at] ^= 1
    file.write_bytes(data)


def _add(file: Path) -> None:
    with tarfile.open(file, "a") as archive:
        archive.add(ROOT / "README.md", "../../evil")


def _other(file: Path) -> None:
    with tarfile.open(file, "w") as archive:
        archive.add(ROOT / "README.md", "store/blobs/aa/bb")


@pytest.mark.parametrize("damage", [_cut, _flip, _add, _other])
def test_a_damaged_backup_restores_nothing(tmp_path: Path, damage: object) -> None:
    desk = make_desk(tmp_path)
    ready(desk)
    backup(desk.database, desk.store, tmp_path / "b.tar")
    assert callable(damage)
    damage(tmp_path / "b.tar")
    with pytest.raises(BookbuildError):
        restore(tmp_path / "b.tar", tmp_path / "new/desk", tmp_path / "new/store")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_a_damaged_store_makes_no_backup_and_leaves_the_last_one(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    job = ready(desk)
    file = tmp_path / "b.tar"
    backup(desk.database, desk.store, file)
    before = file.read_bytes()
    blob = tmp_path / "store/blobs" / job.pin.cover[:2] / job.pin.cover[2:]
    blob.chmod(0o644)
    blob.write_bytes(b"x")
    with pytest.raises(BookbuildError, match="damaged"):
        backup(desk.database, desk.store, file)
    blob.unlink()
    with pytest.raises(BookbuildError, match="lacks"):
        backup(desk.database, desk.store, file)
    assert file.read_bytes() == before


def test_nothing_is_restored_over_what_is_there(tmp_path: Path) -> None:
    desk = make_desk(tmp_path)
    backup(desk.database, desk.store, tmp_path / "b.tar")
    for folders in (("desk", "other"), ("other", "store"), ("b.tar", "other")):
        with pytest.raises(Conflict):
            restore(tmp_path / "b.tar", *(tmp_path / name for name in folders))
    with pytest.raises(NoFile):
        restore(tmp_path / "none.tar", tmp_path / "x", tmp_path / "y")
