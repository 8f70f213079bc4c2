"""What isn't in the store and is made when it is asked for: ticket sheets, templates for stamps.

In: values. Out: bytes, made by the press, one at a time, and kept while they are likely to be asked
for again. The page engine is loaded when the first ticket is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

from bookbuild.desk.refusals import Conflict
from bookbuild.desk.room import Desk
from bookbuild.folders import layout_folders
from bookbuild.language import Language
from bookbuild.layout import load_language
from bookbuild.press.stamp import Template
from bookbuild.press.stampplace import CannotStamp
from bookbuild.stamping import template_of
from bookbuild.store.editions import StoredSet
from bookbuild.ticket import Ticket

_SHEETS, _TEMPLATES = 256, 4
"""How many are kept: a sheet has some 60 kB, a template the interior's megabytes."""


class Workshop:
    """Makes tickets and templates for the counter; may be used by several threads."""

    def __init__(self, desk: Desk, languages: Mapping[str, Language]) -> None:
        self._languages = languages
        self._setting, self._preparing = Lock(), Lock()
        self._sheet = lru_cache(_SHEETS)(self._set_sheet)
        self._template = lru_cache(_TEMPLATES)(partial(template_of, desk))
        self._words = lru_cache(partial(load_language, layout_folders(Path())))

    def sheet(self, ticket: Ticket, picture: bytes | None, language: str) -> bytes:
        """A ticket as a page of A4; raises as `ticket_sheet`."""
        with self._setting:
            return self._sheet(ticket, picture, language)

    def template(self, made: StoredSet) -> Template:
        """The template of a print set's interior; Conflict where there can be none."""
        with self._preparing:
            try:
                return self._template(made)
            except CannotStamp as fault:
                raise Conflict(str(fault)) from None

    def words(self, code: str) -> Language:
        """A book's language; raises as `load_language`."""
        known = self._languages.get(code)
        return self._words(code) if known is None else known

    def _set_sheet(self, ticket: Ticket, picture: bytes | None, language: str) -> bytes:
        from bookbuild.ticket_sheet import ticket_sheet

        return ticket_sheet(ticket, picture, self._languages[language])
