"""What changed from one edition or build to another, found in the finished files.

In: two `Side`s. Out: `Differences`: pages, whether the pagination moved, extent, spines, cover,
metadata, files. Pages are aligned by their text, as lines are by `diff`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from bookbuild.press.pageviews import PageView, page_views
from bookbuild.store.built import MANIFEST, Built
from bookbuild.store.editions import Store
from bookbuild.store.record import Edition

Pair = tuple[PageView | None, PageView | None]


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: an edition, or a build."""

    name: str
    manifest: Mapping[str, Any] = field(repr=False)
    read: Callable[[str], bytes] = field(repr=False)
    """The bytes of one of its files."""

    def part(self, part: str) -> bytes | None:
        """The interior or cover of the print set that counts; None where there is none."""
        sets = {item["printer"]: item for item in self.manifest["print_sets"]}
        return self.read(sets[self.manifest["printer"]][part]) if sets else None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact before and after; None where it was not, or is no more."""

    name: str
    before: Any
    after: Any

    def record(self) -> dict[str, Any]:
        """The change as `--json` gives it."""
        return {"name": self.name, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs."""

    before: str
    after: str
    same: int
    """Pages that are the same to the pixel."""
    changed: tuple[tuple[PageView, PageView], ...]
    shifted: tuple[tuple[PageView, PageView], ...]
    """The same pages under another number."""
    added: tuple[PageView, ...]
    removed: tuple[PageView, ...]
    elsewhere: tuple[str, ...]
    """Labels of pages that begin at another word than before, or are only in one of the two."""
    cover: bool
    """Whether the cover changed."""
    facts: tuple[Change, ...]
    """Extent, pages, and the spine for each printer."""
    metadata: tuple[Change, ...]
    files: tuple[Change, ...]
    """By name, with their digests."""

    @property
    def pagination_moved(self) -> bool:
        """True when a reference to a page may no longer hold."""
        return bool(self.elsewhere)

    @property
    def moved(self) -> str:
        """The pages that begin elsewhere, in words: `vii, 120–242`."""
        runs: list[list[str]] = []
        for label in self.elsewhere:
            last = runs[-1][-1] if runs else ""
            if label.isdecimal() and last.isdecimal() and int(label) == int(last) + 1:
                runs[-1].append(label)
            else:
                runs.append([label])
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def edition_side(store: Store, edition: Edition) -> Side:
    """An edition of the store, to be compared."""
    digests = {item.file: item.sha256 for item in edition.files}
    manifest = json.loads(store.blobs.get(edition.manifest))
    return Side(str(edition.name), manifest, lambda name: store.blobs.get(digests[name]))


def build_side(name: str, build: Built) -> Side:
    """A build on disk, to be compared."""
    return Side(name, json.loads(build.files[MANIFEST]), lambda file: build.files[file])


def compare(before: Side, after: Side) -> Differences:
    """Everything that changed from `before` to `after`."""
    pairs = _paired(_pages(before, after, "before"), _pages(before, after, "after"))
    both = [(one, other) for one, other in pairs if one and other]
    same = [pair for pair in both if pair[0].look == pair[1].look]
    others = [pair for pair in both if pair[0].look != pair[1].look]
    shifted = tuple(
        (one, other)
        for one, other in others
        if one.key == other.key and one.matter == other.matter and one.label != other.label
    )
    return Differences(
        before.name,
        after.name,
        len(same),
        tuple(pair for pair in others if pair not in shifted),
        shifted,
        tuple(other for one, other in pairs if other and not one),
        tuple(one for one, other in pairs if one and not other),
        tuple(_elsewhere(pairs)),
        before.part("cover") != after.part("cover"),
        tuple(_facts(before.manifest, after.manifest)),
        _changes(_flat(before.manifest["specification"]), _flat(after.manifest["specification"])),
        _changes(_digests(before.manifest), _digests(after.manifest)),
    )


def _pages(before: Side, after: Side, which: str) -> tuple[PageView, ...]:
    one, other = before.part("interior"), after.part("interior")
    if one == other:
        return ()
    data = one if which == "before" else other
    return page_views(data) if data else ()


def _paired(before: Sequence[PageView], after: Sequence[PageView]) -> list[Pair]:
    """Pages of both that are the same or took each other's place, in order."""
    keys = [page.key for page in before], [page.key for page in after]
    pairs: list[Pair] = []
    for _, first, last, other_first, other_last in SequenceMatcher(
        None, *keys, autojunk=False
    ).get_opcodes():
        pairs += zip_longest(before[first:last], after[other_first:other_last])
    return pairs


def _elsewhere(pairs: Sequence[Pair]) -> Iterator[str]:
    """Labels of pages that don't begin where they did.

    A page after one that has the same text and number begins at the same place, even where its
    own first words were rewritten.
    """
    stood = True
    for one, other in pairs:
        if one and other:
            in_place = one.label == other.label
            if not in_place or not (stood or one.start == other.start):
                yield other.label
            stood = in_place and one.text == other.text
        else:
            yield from (page.label for page in (one, other) if page)
            stood = False


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    known = [_measures(before), _measures(after)]
    for name in dict.fromkeys([*known[0], *known[1]]):
        yield Change(name, known[0].get(name), known[1].get(name))


def _measures(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Extent, block and spines, by names for people."""
    extent = manifest["extent"]
    measures: dict[str, Any] = {"extent": extent["printed"], "pages": extent["pages"]}
    for item in manifest["artifacts"]:
        if item["role"] == "cover" and "spine_mm" in item:
            measures[f"spine_mm, {item['printer']}"] = item["spine_mm"]
    return measures


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    names = dict.fromkeys([*before, *after])
    found = (Change(name, before.get(name), after.get(name)) for name in names)
    return tuple(change for change in found if change.before != change.after)


def _digests(manifest: Mapping[str, Any]) -> dict[str, str]:
    return {item["file"]: item["sha256"] for item in manifest["artifacts"]}


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """A specification as single facts: `prices.list`, `contributors.1.name`."""
    if isinstance(value, dict):
        inner = [(key, item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [(str(number), item) for number, item in enumerate(value, 1)]
    else:
        return {name: value}
    found: dict[str, Any] = {}
    for key, item in inner:
        found |= _flat(item, f"{name}.{key}" if name else key)
    return found


def record(found: Differences) -> dict[str, Any]:
    """The differences as `--json` gives them."""
    return {
        "before": found.before,
        "after": found.after,
        "pagination_moved": found.pagination_moved,
        "begin_elsewhere": list(found.elsewhere),
        "pages": {
            "same": found.same,
            "changed": [[one.label, other.label] for one, other in found.changed],
            "shifted": [[one.label, other.label] for one, other in found.shifted],
            "added": [page.label for page in found.added],
            "removed": [page.label for page in found.removed],
        },
        "cover_changed": found.cover,
        "facts": [change.record() for change in found.facts],
        "metadata": [change.record() for change in found.metadata],
        "files": [change.record() for change in found.files],
    }


def lines(found: Differences) -> Iterator[str]:
    """The differences in words."""
    yield f"from {found.before} to {found.after}:"
    if not found.files and not found.metadata:
        yield "  nothing changed"
        return
    changed = [_arrow(one.label, other.label) for one, other in found.changed]
    yield f"  pages changed: {_listed(changed)}"
    for word, pages in (("added", found.added), ("removed", found.removed)):
        if pages:
            yield f"  pages {word}: {_listed([page.label for page in pages])}"
    moved = found.pagination_moved
    yield f"  pagination: {f'moved, page {found.moved}' if moved else 'as it was'}"
    for change in found.facts:
        same = change.before == change.after
        yield f"  {change.name}: {change.after if same else _arrow(change.before, change.after)}"
    yield f"  cover: {'changed' if found.cover else 'the same'}"
    for change in found.metadata:
        yield f"  {change.name}: {_arrow(change.before, change.after)}"
    yield f"  files changed: {_listed([change.name for change in found.files])}"


def _arrow(before: object, after: object) -> str:
    if before == after:
        return str(after)
    return " → ".join("none" if value is None else str(value) for value in (before, after))


def _listed(names: Sequence[str]) -> str:
    """The names; of many the first ones and how many there are."""
    shown = ", ".join(names[:12]) or "none"
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown
