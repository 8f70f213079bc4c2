"""What the commands of the order desk have in common: their options, and how a desk is opened.

Owner of Typer, with the other modules of the command line. Nothing here loads the database's
packages before a command needs them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookbuild.errors import MissingLibrary, NoFile
from bookbuild.options import data_folder

if TYPE_CHECKING:
    from bookbuild.desk.model import Actor
    from bookbuild.desk.room import Desk
    from bookbuild.store.editions import StoredSet

DeskFolder = Annotated[
    Path | None,
    typer.Option(
        "--desk",
        metavar="PATH",
        envvar="BOOKBUILD_DESK",
        help="The folder of the orders' database.",
        show_default="where the user's data are kept",
    ),
]
By = Annotated[
    str, typer.Option(metavar="NAME", envvar="BOOKBUILD_BY", help="Who does it, for the record.")
]
Shop = Annotated[str, typer.Option(metavar="NAME", help="The shop.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
Job = Annotated[str, typer.Argument(metavar="JOB", help="ORDER-LINE")]


def now() -> datetime:
    """The desk's clock."""
    return datetime.now(UTC)  # noqa: TID251 - when an order came is data, and the desk's to write


def need_packages() -> None:
    """Go on where the order desk's packages are installed; MissingLibrary where they aren't."""
    try:
        import bookbuild.desk.service  # noqa: F401 - to see whether it can be
    except ModuleNotFoundError as lacking:
        said = f"the order desk needs {lacking.name}: pip install 'bookbuild[desk]'"
        raise MissingLibrary(said) from None


@contextmanager
def opened(desk: Path | None, store: Path | None) -> Iterator[Desk]:
    """The desk, for as long as a command lasts."""
    need_packages()
    from bookbuild.desk.service import open_desk

    folders = data_folder(desk, "desk"), data_folder(store, "store")
    there = open_desk(*folders, now, os.urandom, _stamping)
    try:
        yield there
    finally:
        there.database.close()


def _stamping(desk: Desk, made: StoredSet) -> str:
    from bookbuild.stamping import hindrance  # the press is loaded where it is needed

    return hindrance(desk, made)


def person(by: str) -> Actor:
    """Who sits at the shell: whoever can read the database may do what an admin may."""
    from bookbuild.desk.model import Actor, Role

    return Actor(Role.ADMIN, by)


def read(file: Path) -> bytes:
    """A file that was named; NoFile where it can't be read."""
    try:
        return file.read_bytes()
    except OSError as fault:
        raise NoFile(f"{file} can't be read: {fault.strerror}") from None
