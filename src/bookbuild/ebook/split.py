"""Chapters too long for old readers, in several files; links, notes and page marks go along.

In: every document of the EPUB. Out: the same, each under `MOST_BYTES` as far as its blocks allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from bookbuild import xhtml
from bookbuild.diagnostics import Diagnostic, Place, warning
from bookbuild.ebook.documents import EbookDocument, Entry, written
from bookbuild.ebook.text import EPUB_TYPE

MOST_BYTES = 260_000
"""Adobe's engine, in many older reading devices, stops at 300 KB a file (EDRLab's Qualebook)."""
TOO_MANY_BYTES = 300_000
"""What that engine no longer opens."""
_ROOM = 200_000
"""What a part is filled to: links that lead into other files make it longer."""
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SECTION = f"{_XHTML}body/{_XHTML}section"
_HEADINGS = frozenset(f"{_XHTML}h{level}" for level in range(1, 7))
_Moved = Mapping[tuple[str, str], str]
"""For (file, id) the file that the id is in now."""


def split(documents: tuple[EbookDocument, ...]) -> tuple[EbookDocument, ...]:
    """The documents in reading order, the long ones parted before a heading or another block."""
    if all(len(item.data) <= MOST_BYTES for item in documents):
        return documents
    taken = {item.name for item in documents}
    parted = [(item.name, tuple(_parts(item, taken))) for item in documents]
    moved = {
        (name, id_): part.name
        for name, parts in parted
        for part, root in parts[1:]
        for element in root.iter("*")
        if (id_ := element.get("id"))
    }
    return tuple(_linked(part, root, name, moved) for name, parts in parted for part, root in parts)


def _parts(item: EbookDocument, taken: set[str]) -> Iterator[tuple[EbookDocument, xhtml.Element]]:
    """The document's parts, each with its tree, in which links lead where they led before."""
    whole, section = _tree(item)
    blocks = _blocks(section) if len(item.data) > MOST_BYTES else []
    notes = {note.get("id", ""): _size(note) for note in whole.iter(f"{_XHTML}aside")}
    cuts = _cuts(blocks, notes)
    ends = [*cuts, len(blocks)]
    for number, (start, end) in enumerate(zip([0, *cuts], ends, strict=True), 1):
        root, section = _tree(item)
        if section is not None and cuts:
            _keep(section, start, end)
        if number == 1:
            yield item, root
            continue
        _go_on(root, item.title, f"{item.title} ({number}/{len(ends)})")
        tries = (f"{item.name.removesuffix('.xhtml')}-{suffix}.xhtml" for suffix in count(number))
        name = next(text for text in tries if text not in taken)
        taken.add(name)
        yield replace(item, name=name, entry=None, landmark="", is_part=False), root


def _tree(item: EbookDocument) -> tuple[xhtml.Element, xhtml.Element | None]:
    root = xhtml.parse_document(item.data.decode())
    return root, root.find(_SECTION)


def _blocks(section: xhtml.Element | None) -> list[xhtml.Element]:
    """What may be parted: everything in a section but its notes."""
    return [] if section is None else [block for block in section if not _holds_notes(block)]


def _holds_notes(element: xhtml.Element) -> bool:
    return element.get(EPUB_TYPE) == "footnotes"


def _called(blocks: Sequence[xhtml.Element]) -> set[str]:
    """The notes that are called for the first time in these blocks."""
    return {
        link.get("href", "").removeprefix("#")
        for block in blocks
        for link in block.iter(f"{_XHTML}a")
        if link.get("role") == "doc-noteref" and link.get("id")
    }


def _cuts(blocks: Sequence[xhtml.Element], notes: Mapping[str, int]) -> list[int]:
    """The blocks that a new file begins with; a block's notes weigh with it."""
    weights = [
        _size(block) + sum(notes.get(note, 0) for note in _called([block])) for block in blocks
    ]
    cuts: list[int] = []
    start = filled = 0
    for at, weight in enumerate(weights):
        if filled + weight > _ROOM and at > start:
            cut = _before(blocks, start, at)
            if cut > start:
                cuts.append(cut)
                start, filled = cut, sum(weights[cut:at])
        filled += weight
    return cuts


def oversized(items: Sequence[EbookDocument]) -> Iterator[Diagnostic]:
    """What is too long for old readers and can't be parted: a single list, table or paragraph."""
    for item in items:
        if len(item.data) > TOO_MANY_BYTES:
            message = f"{item.name} has {len(item.data) // 1000} KB; old readers stop at 300"
            place = Place(item.source) if item.source else None
            hint = (
                "break up its longest list, table or paragraph; a file is parted only between them"
            )
            yield warning("ebook-long", message, place, hint)


def _size(element: xhtml.Element) -> int:
    return len(xhtml.outer(element).encode())


def _before(blocks: Sequence[xhtml.Element], start: int, at: int) -> int:
    """Before the last heading of the second half; else before `at` and what leads to it."""
    half = (start + at) // 2
    heads = [cut for cut in range(half + 1, at + 1) if blocks[cut].tag in _HEADINGS]
    cut = heads[-1] if heads else at
    while cut > start and _leads_on(blocks[cut - 1]):
        cut -= 1
    return cut


def _leads_on(block: xhtml.Element) -> bool:
    """True for what belongs to the block after it: a heading, a page's mark."""
    return block.tag in _HEADINGS or block.get("role") == "doc-pagebreak"


def _keep(section: xhtml.Element, start: int, end: int) -> None:
    """Of a section only some of its blocks, and their notes; what nobody calls stays at first."""
    blocks = _blocks(section)
    inside, outside = blocks[start:end], blocks[:start] + blocks[end:]
    wanted, elsewhere = _called(inside), _called(outside)
    for block in outside:
        section.remove(block)
    for holder in [element for element in section if _holds_notes(element)]:
        for note in list(holder):
            mine = note.get("id", "") not in elsewhere if not start else note.get("id") in wanted
            if not mine:
                holder.remove(note)
        if not len(holder):
            section.remove(holder)


def _go_on(root: xhtml.Element, title: str, name: str) -> None:
    """A part that isn't the first: it has a name of its own, and opens no chapter."""
    for section in root.iterfind(_SECTION):
        for attribute in (EPUB_TYPE, "role", "id", "aria-labelledby"):
            section.attrib.pop(attribute, None)
        section.set("aria-label", name)
    for element in root.iter(f"{_XHTML}title"):
        element.text = name + (element.text or "").removeprefix(title)


def _linked(item: EbookDocument, root: xhtml.Element, before: str, moved: _Moved) -> EbookDocument:
    """A part with its links, entries and page marks as they are after the parting."""
    for link in root.iter(f"{_XHTML}a"):
        if href := link.get("href"):
            link.set("href", _href(href, before, item.name, moved))
    ids = {element.get("id") for element in root.iter("*")}
    breaks = tuple(mark for mark in item.breaks if mark.id in ids)
    entry = item.entry and _entry(item.entry, moved)
    return replace(item, data=written(root), entry=entry, breaks=breaks)


def _href(href: str, before: str, here: str, moved: _Moved) -> str:
    """A link in file `here`, which was `before`, to where its target is now."""
    name, mark, target = href.partition("#")
    if not mark:
        return href
    file = moved.get((name or before, target), name or before)
    return f"#{target}" if file == here else f"{file}#{target}"


def _entry(entry: Entry, moved: _Moved) -> Entry:
    under = tuple(_entry(item, moved) for item in entry.entries)
    return replace(entry, href=_href(entry.href, "", "", moved), entries=under)
