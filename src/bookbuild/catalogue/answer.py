"""What `bookbuild catalogue` answers, as an `Outcome`. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bookbuild.catalogue.publishing import publish_catalogue
from bookbuild.catalogue.shelf import checked
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.catalogue.whole import catalogue
from bookbuild.catalogue.window import open_window
from bookbuild.diagnostics import has_errors
from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.outcome import Outcome
from bookbuild.store.editions import open_store

Progress = Callable[[str], None]


def written(store: Path, to: Path, address: str, progress: Progress, *, draft: bool) -> Outcome:
    """The catalogue of the store's books, written to `to`.

    Raises:
        NoFile: there is no store, or the address is none, or `to` holds something else.
        BookFaults: something is wrong; nothing was written.
        BookbuildError: a file of an edition is damaged, or the disk is full.
    """
    address = checked(address)
    kept = open_store(store)
    progress("reading the editions")
    titles = read_titles(kept, draft=draft)
    progress("making the catalogue")
    made = catalogue(titles, address, open_window(layout_folders(Path())))
    if has_errors(made.findings):
        raise BookFaults(made.findings)
    progress("writing")
    new = publish_catalogue(made, kept, to)
    record = {
        "folder": str(to),
        "new": new,
        "titles": [_record(title) for title in titles],
        "files": [file.path for file in made.files],
    }
    return Outcome(made.findings, record, list(_lines(titles, to, len(made.files), new=new)))


def _record(title: Title) -> dict[str, object]:
    return {"edition": str(title.edition.name), "draft": title.draft}


def _lines(titles: Sequence[Title], to: Path, files: int, *, new: bool) -> list[str]:
    drafts = sum(title.draft for title in titles)
    shown = f"{len(titles) - drafts} for sale" + (f", drafts: {drafts}" if drafts else "")
    said = "written to" if new else "unchanged in"
    return [f"{shown}; {files} files {said} {to}"]
