"""What the preview shows at any moment, and how it comes to show something else.

In: a book's folder; `refresh` when its files change. Out: frozen `State`s, one after another. A
book that can't be set leaves the last good pages where they are, and its faults beside them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bookbuild.diagnostics import Diagnostic, Place
from bookbuild.errors import BookbuildError, BookFaults
from bookbuild.press.compositors import ALONE, Compositors
from bookbuild.press.glance import Glimpse
from bookbuild.preview.checks import Checks
from bookbuild.preview.drawing import Drawings
from bookbuild.preview.memory import AtHand
from bookbuild.preview.places import written_at
from bookbuild.preview.setting import Change, Setter, Shown, change, key_of

Stage = Literal["setting", "checking", "checked", "broken"]
_PAUSE_SECONDS = 0.15
"""Between the edited pages and the rest: so long the browser takes to ask for them and get them."""
NOWHERE = Change({}, None)


@dataclass(frozen=True, slots=True)
class State:
    """What is shown: a book, where its pages went, and what is known to be wrong with it."""

    number: int = 0
    stage: Stage = "setting"
    step: str = ""
    """What is being done just now."""
    book: Shown | None = None
    edition: int = 0
    """Counts the books that were shown."""
    change: Change = NOWHERE
    """What became of the pages of the edition before."""
    findings: tuple[Diagnostic, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    """Why there is no newer book."""
    trouble: str = ""
    """The same, where it isn't the book's own fault."""


class Desk:
    """Holds the state; many may wait for the next one."""

    def __init__(
        self, folder: Path, printer: str | None = None, compositors: Compositors = ALONE
    ) -> None:
        kept = compositors.cache
        at_hand = AtHand(kept.folder, kept.most_bytes)
        self._setter = Setter(folder, Compositors(at_hand, compositors.pool))
        self._checks = Checks(folder, printer, kept.folder)
        self._state = State()
        self._changed = threading.Condition()
        self._closed = False
        self._pause = threading.Event()
        self.drawings = Drawings()

    @property
    def state(self) -> State:
        """What is shown now."""
        return self._state

    def wait(self, after: int, seconds: float) -> State | None:
        """The state once it is later than number `after`; None if it isn't in so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state.number > after, seconds)
            return self._state if self._state.number > after else None

    @property
    def closed(self) -> bool:
        """True once nothing more is going to be shown."""
        return self._closed

    def close(self) -> None:
        """Show nothing more."""
        self._checks.stop()
        with self._changed:
            self._closed = True
            self._pause.set()
            self._changed.notify_all()

    def refresh(self) -> None:
        """Set the book as its files are now, show it, and have it checked."""
        self._checks.stop()
        self._show(stage="setting", step="")
        try:
            book = self._setter.set(
                lambda step: self._show(step=step), self._state.book, self._peek
            )
        except BookFaults as found:
            self._show(stage="broken", faults=found.findings, trouble="")
        except (BookbuildError, OSError) as found:
            self._show(stage="broken", faults=(), trouble=str(found))
        else:
            self._take(book)

    def _peek(self, book: Shown, found: Glimpse) -> None:
        """Show the edited pages at once, and leave the machine to who draws them for a moment."""
        self.drawings.give(list(found.addresses.values()), found.pdf)
        page = min(found.addresses)
        self._show(book=book, edition=self._state.edition + 1, change=Change({}, page))
        self._pause.wait(_PAUSE_SECONDS)

    def _take(self, book: Shown) -> None:
        last = self._state.book
        self.drawings.show(book)
        self._show(
            stage="checking",
            book=book,
            edition=self._state.edition + 1,
            change=change(last, book) if last else NOWHERE,
            findings=book.findings,
            faults=(),
            trouble="",
        )
        if not self._closed:
            self._checks.start(self._checked)

    def _checked(self, findings: tuple[Diagnostic, ...]) -> None:
        self._show(stage="checked", findings=findings)

    def _show(self, **changed: Any) -> None:
        with self._changed:
            self._state = replace(self._state, number=self._state.number + 1, **changed)
            self._changed.notify_all()

    def written_at(self, address: str, x: float, y: float) -> Place | None:
        """Where what stands at a point of a page is written; None if no such page is shown.

        `x` and `y` are shares of the page's width and height, from its left and upper edge.
        """
        book, words = self._state.book, self.drawings.words(address, x, y)
        glance = next((g for g in book.glances if g.address == address), None) if book else None
        if book is None or words is None or glance is None or glance.bound.section is None:
            return None
        part = book.pages.parts[glance.bound.section]
        source = next((s for s in book.manuscript.sources if s.file == part.file), None)
        if source is None:
            return Place("manuscript/book.toml")
        text = book.passages[key_of(part)]
        share = (text.starts[glance.bound.page] + words[1]) / max(len(text.letters), 1)
        if words[1] < 0:
            return Place(source.file)
        return written_at(*words, source.text, source.file, source.first_line, share)
