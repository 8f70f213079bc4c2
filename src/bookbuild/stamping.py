"""Templates for stamped copies: made of an edition's interior the first time, and kept by the desk.

In: a desk, a print set. Out: the press's `Template`, or why there can be none. The desk asks before
it takes an order (`Desk.stamping`); whoever serves files asks when a copy is fetched.
"""

from __future__ import annotations

from pathlib import Path

from bookbuild.desk.pressing import keep_template, read_template
from bookbuild.desk.room import Desk
from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces, upright
from bookbuild.layout import load_layout
from bookbuild.press.printer import PrinterProfile, load_printer
from bookbuild.press.stamp import Template, kept_template, prepare
from bookbuild.press.stampplace import CannotStamp
from bookbuild.store.editions import StoredSet, read_file


def template_of(desk: Desk, made: StoredSet) -> Template:
    """The template of a print set's interior, kept in the desk from the first time on.

    Raises:
        CannotStamp: the interior has no place for a stamp, or its printer's profile isn't here.
    """
    kept = read_template(desk, made.interior.sha256)
    if kept is None:
        new = _prepare(desk, made)
        keep_template(desk, made.interior.sha256, new.data, new.index())
        # What was kept counts: somebody else may have been first.
        kept = read_template(desk, made.interior.sha256) or (new.data, new.index())
    return kept_template(*kept)


def hindrance(desk: Desk, made: StoredSet) -> str:
    """Why copies of a print set can't be stamped; nothing where they can, and are prepared for."""
    try:
        template_of(desk, made)
    except CannotStamp as fault:
        return str(fault)
    return ""


def profile(printer: str) -> PrinterProfile | None:
    """The profile of a printer; None where this machine has none of that name."""
    try:
        return load_printer(layout_folders(Path()), printer)
    except BookFaults:
        return None


def _prepare(desk: Desk, made: StoredSet) -> Template:
    printer = profile(made.printer)
    if printer is None:
        raise CannotStamp(
            f"copies for {made.printer} can't be stamped: this machine has no profile of that "
            f"printer, which says where its pages may be printed (layouts/printers/{made.printer}"
            ".toml beside where the desk is served)"
        )
    face = upright(load_faces(load_layout(layout_folders(Path()), "default")))
    try:
        return prepare(read_file(desk.store, made.interior), face, printer)
    except CannotStamp as fault:
        raise CannotStamp(f"{made.interior.file} can't be stamped: {fault}") from None
