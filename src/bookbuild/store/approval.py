"""What named persons said of an edition: approved for sale, or withdrawn from it.

Verdicts are entries of the register, numbered; none is ever changed or taken out, and the last one
holds. Each binds the digest of the edition's record, and so every byte of it.
"""

from __future__ import annotations

from bookbuild.diagnostics import Place, error
from bookbuild.errors import BookbuildError, BookFaults, NoFile
from bookbuild.store import durable
from bookbuild.store.editions import Store, verify_files
from bookbuild.store.lock import publishing
from bookbuild.store.record import Edition, EditionName, State, Verdict, canonical

VERDICTS = "verdicts"


def verdicts(store: Store, edition: Edition) -> tuple[Verdict, ...]:
    """All that was said of an edition, the last word last.

    Raises:
        BookbuildError: an entry is damaged, or of other bytes than the edition's.
    """
    found = []
    for name in store.register.names(_folder(edition.name)):
        try:
            verdict = Verdict.model_validate_json(store.register.read(name) or b"")
        except ValueError:
            verdict = None
        if verdict is None or verdict.record != edition.digest:
            raise BookbuildError(f"{name} in the store is no approval of this {edition.name}")
        found.append(verdict)
    return tuple(found)


def state(store: Store, edition: Edition) -> State:
    """What the last verdict made of an edition; without any it is a candidate."""
    found = verdicts(store, edition)
    return found[-1].state if found else "candidate"


def for_sale(store: Store, edition: Edition) -> bool:
    """True for a complete edition that a named person approved, and nobody withdrew since."""
    return edition.complete and state(store, edition) == "approved"


def approve(store: Store, edition: Edition, by: str, date: str) -> Verdict:
    """Open an edition for sale in a person's name; `date` is the day, YYYY-MM-DD.

    Raises:
        BookFaults: sections of it are outlines.
        NoFile: `by` names nobody.
        BookbuildError: one of its files is damaged, or the disk is full.
    """
    if not edition.complete:
        said = f"{edition.name} can't be approved for sale: sections of it are outlines"
        hint = "write them, raise the revision, then build and publish again"
        place = Place("manuscript/book.toml")
        raise BookFaults([error("edition-incomplete", said, place, hint)])
    verify_files(store, edition)
    return _say(store, edition, "approved", by, date)


def withdraw(store: Store, edition: Edition, by: str, date: str, reason: str) -> Verdict:
    """Close the sale of an edition, which stays in the store; raises as `approve` does."""
    return _say(store, edition, "withdrawn", by, date, reason)


def _say(
    store: Store,
    edition: Edition,
    said: State,
    by: str,
    date: str,
    reason: str = "",
) -> Verdict:
    name = str(edition.name)
    given = {"edition": name, "record": edition.digest, "state": said, "by": by}
    try:
        verdict = Verdict.model_validate({**given, "date": date, "reason": reason})
    except ValueError:
        raise NoFile("name the person who says so, in letters: --by “Siti Rahma”") from None
    with durable.told(store.folder), publishing(store.folder):
        while True:
            before = verdicts(store, edition)
            if before and (before[-1].state, before[-1].by) == (verdict.state, verdict.by):
                return before[-1]
            name = f"{_folder(edition.name)}/{len(before) + 1:06}"
            if store.register.claim(name, canonical(verdict)):
                return verdict


def _folder(name: EditionName) -> str:
    return f"{VERDICTS}/{name.slug}/{name.printing}.{name.revision}"
