"""The desk's database: one SQLite file, opened, migrated, and written one transaction at a time.

In: the desk's folder. Out: a `Database` that gives connections for reading and for writing. A
transaction is there whole or not at all, also after a power cut: SQLite's log is flushed at every
commit. What is peculiar to SQLite stands here alone. Owner of SQLAlchemy's engine and of Alembic.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text

from bookbuild.errors import BookbuildError

FILE = "orders.sqlite"
LOCK = "lock"
HEAD = "0002"
"""The latest step of `migrations`."""
_PATIENCE_MS = 15_000
"""How long a writer waits for those before it: thousands of commits."""
_PRAGMAS = (
    "journal_mode = WAL",  # readers don't wait for who writes
    "synchronous = FULL",  # a commit is on the disk when it returns
    "foreign_keys = ON",
    "secure_delete = ON",  # a label that was deleted is overwritten
    f"busy_timeout = {_PATIENCE_MS}",
)


class Watch:
    """A connection that never writes and so sees whether any other did."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._raw: sqlite3.Connection | None = None

    def version(self) -> object:
        """SQLite's own count of the others' commits; something new where it can't tell."""
        with self._lock:
            try:
                if self._raw is None:
                    self._raw = sqlite3.connect(self._file, check_same_thread=False)
                return self._raw.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                return object()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._raw is not None:
                self._raw.close()
            self._raw = None


@dataclass(frozen=True, slots=True)
class Database:
    """The open database; `reading` and `writing` give connections to it."""

    engine: Engine
    file: Path
    watch: Watch

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of it all; raises BookbuildError where it can't be read."""
        with _told(self.file), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, alone: committed at the end, undone by any exception."""
        with _told(self.file), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def forget_deleted(self) -> None:
        """Take what was deleted out of SQLite's log, too, unless a reader still needs it."""
        with _told(self.file), self.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, target: Path) -> None:
        """Write the database as it is at one moment to a new file, while others go on writing."""
        with (
            _told(self.file),
            self.engine.connect() as connection,
            closing(sqlite3.connect(target)) as copy,
        ):
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.backup(copy)

    def version(self) -> object:
        """Another value after every commit of anybody, in this process or another.

        A database that can't tell, as others than SQLite, gives a new value each time.
        """
        return self.watch.version()

    def close(self) -> None:
        """Let go of the file."""
        self.watch.close()
        self.engine.dispose()


def open_database(folder: Path) -> Database:
    """The database in `folder`, made if need be, of the latest form.

    Raises:
        BookbuildError: it can't be read or written, or is of a later form than is known here.
    """
    file = folder / FILE
    with _told(file):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Labels and keys are in it: made for its owner alone, before SQLite would for everybody.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        engine = create_engine(f"sqlite:///{file}")
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begun)
        database = Database(engine, file, Watch(file))
        if _form(engine) != HEAD:
            _migrate(database, folder)
    return database


def damage_of(file: Path) -> str:
    """What is wrong with a database file that nobody has open; empty where nothing is."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as raw:
            (said,) = raw.execute("PRAGMA integrity_check").fetchone()
            if said != "ok":
                return str(said)
            if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                return "rows that belong to none"
            ((form,),) = raw.execute("SELECT version_num FROM alembic_version").fetchall()
            return "" if form <= HEAD else f"written by a later bookbuild (form {form})"
    except (sqlite3.Error, ValueError) as fault:
        return str(fault)


def pinned_digests(file: Path) -> set[str]:
    """The digests that the jobs of a database file pin."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as raw:
        rows = raw.execute("SELECT record, interior, cover FROM jobs")
        return {digest for row in rows for digest in row}


def _connected(raw: Any, _: object) -> None:
    raw.isolation_level = None  # transactions are begun by `_begun`, not by the driver's guess
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    # Who will write says so at once: upgrading a read lock later could fail at any statement.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _form(engine: Engine) -> str:
    """The last step that the file took; empty for a new one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _migrate(database: Database, folder: Path) -> None:
    """Take all steps to the latest form in one transaction, while nobody else does."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        try:
            with database.writing() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as fault:
            raise BookbuildError(
                f"{database.file} was written by a later bookbuild: install that one ({fault})"
            ) from None


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn what the database and the disk say into words."""
    try:
        yield
    except (exc.OperationalError, exc.DatabaseError) as fault:
        if isinstance(fault, exc.IntegrityError | exc.ProgrammingError):
            raise  # a bug
        raise BookbuildError(
            f"the desk's database {file} can't be used: {fault.orig}. Nothing of it was changed; "
            "make room, mend the permissions, or restore a backup."
        ) from None
    except OSError as fault:
        raise BookbuildError(
            f"the desk's folder {file.parent} can't be used: {fault.strerror or fault}"
        ) from None
