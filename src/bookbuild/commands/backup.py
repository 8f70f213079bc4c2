"""The commands that keep store and orders safe: parse, call, and hand the outcome to `console`.

Owner of Typer, with `cli`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookbuild.commands.desk_options import DeskFolder, need_packages, opened
from bookbuild.console import Progress, run
from bookbuild.options import Json, Quiet, StoreFolder, data_folder
from bookbuild.outcome import Outcome

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line backup and restore."""
    app.command("backup")(_backup)
    app.command("restore")(_restore)


def _backup(
    file: File,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write store and orders to one file, while both are in use, and read it again to be sure."""

    def work(progress: Progress) -> Outcome:
        with opened(desk, store) as there:
            from bookbuild.desk.backup import backup

            progress("copying and comparing")
            saved = backup(there.database, there.store, file)
        return _saved(file, saved.files, saved.bytes)

    run(work, quiet, as_json)


def _restore(
    file: File,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make store and orders from a backup, in folders that aren't there yet, or are empty."""

    def work(progress: Progress) -> Outcome:
        need_packages()
        from bookbuild.desk.backup import restore

        progress("reading and comparing")
        saved = restore(file, data_folder(desk, "desk"), data_folder(store, "store"))
        return _saved(file, saved.files, saved.bytes)

    run(work, quiet, as_json)


def _saved(file: Path, files: int, size: int) -> Outcome:
    lines = [f"{file}: {files} files, {size / 1e6:.1f} MB, every digest compared"]
    return Outcome((), {"file": str(file), "files": files, "bytes": size}, lines)
