"""What isn't in the store and is made when it is asked for: ticket sheets, templates for stamps.

In: values. Out: bytes, made by the press, one at a time, and kept while they are likely to be asked
for again. The page engine is loaded when the first ticket is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock

from bookbuild.desk.pressing import keep_template, read_template
from bookbuild.desk.refusals import Conflict
from bookbuild.desk.room import Desk
from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces, upright
from bookbuild.language import Language
from bookbuild.layout import load_layout
from bookbuild.press.printer import PrinterProfile, load_printer
from bookbuild.press.stamp import Template, kept_template, prepare
from bookbuild.press.stampplace import CannotStamp
from bookbuild.store.editions import StoredSet, read_file
from bookbuild.ticket import Ticket

_SHEETS, _TEMPLATES = 256, 4
"""How many are kept: a sheet has some 60 kB, a template the interior's megabytes."""


class Workshop:
    """Makes tickets and templates for the counter; may be used by several threads."""

    def __init__(self, desk: Desk, languages: Mapping[str, Language]) -> None:
        self._desk = desk
        self._languages = languages
        self._lock = Lock()
        self._sheet = lru_cache(_SHEETS)(self._set_sheet)
        self._template = lru_cache(_TEMPLATES)(self._find_template)

    def sheet(self, ticket: Ticket, picture: bytes | None, language: str) -> bytes:
        """A ticket as a page of A4; raises as `ticket_sheet`."""
        with self._lock:
            return self._sheet(ticket, picture, language)

    def template(self, made: StoredSet) -> Template:
        """The template of a print set's interior, kept in the desk from the first time on.

        Raises:
            Conflict: the interior has no place for a stamp, or its printer's profile isn't here.
        """
        with self._lock:
            return self._template(made)

    def _set_sheet(self, ticket: Ticket, picture: bytes | None, language: str) -> bytes:
        from bookbuild.ticket_sheet import ticket_sheet

        return ticket_sheet(ticket, picture, self._languages[language])

    def _find_template(self, made: StoredSet) -> Template:
        kept = read_template(self._desk, made.interior.sha256)
        if kept is None:
            new = self._prepare(made)
            keep_template(self._desk, made.interior.sha256, new.data, new.index())
            # What was kept counts: somebody else may have been first.
            kept = read_template(self._desk, made.interior.sha256) or (new.data, new.index())
        return kept_template(*kept)

    def _prepare(self, made: StoredSet) -> Template:
        printer = profile(made.printer)
        if printer is None:
            raise Conflict(f"copies for {made.printer} can't be stamped: its profile isn't here")
        face = upright(load_faces(load_layout(layout_folders(Path()), "default")))
        try:
            return prepare(read_file(self._desk.store, made.interior), face, printer)
        except CannotStamp as fault:
            raise Conflict(f"{made.interior.file} can't be stamped: {fault}") from None


def profile(printer: str) -> PrinterProfile | None:
    """The profile of a printer; None where this machine has none of that name."""
    try:
        return load_printer(layout_folders(Path()), printer)
    except BookFaults:
        return None
