"""Notes: taken out of the text, numbered as their calls come.

`a.note[data-note]` stays at each call; a second call of the same note is `a.note.again`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild import xhtml
from bookbuild.book.document import Note
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, error

_HELD = {"table": "table", "pre": "block of code", "img": "picture", "dl": "list of definitions"}


def take_notes(
    source: Source, root: xhtml.Element
) -> tuple[tuple[Note, ...], dict[str, int], list[Diagnostic]]:
    """The notes of a section, the number of each by its key, and what is wrong with them."""
    written = _written(root)
    numbers: dict[str, int] = {}
    for call in xhtml.elements(root, "sup"):
        link = call.find("a")
        if link is None or not xhtml.has_class(link, "footnote-ref"):
            continue
        key = link.get("href", "").removeprefix("#fn:")
        class_ = "note again" if key in numbers else "note"
        number = str(numbers.setdefault(key, len(numbers) + 1))
        xhtml.replace(call, xhtml.new("a", number, class_=class_, data_note=number))
    findings = list(_check_bodies(source, written))
    findings += [
        error(
            "reference-unused",
            f"the note “{key}” is written but never called",
            source.place_of(f"[^{key}]:"),
            f"put [^{key}] where it belongs, or delete the note",
        )
        for key in written
        if key not in numbers and f'#fn:{key}"' not in "".join(written.values())
    ]
    notes = tuple(
        Note(number, key, written[key]) for key, number in numbers.items() if key in written
    )
    return notes, numbers, findings


def _check_bodies(source: Source, written: dict[str, str]) -> Iterator[Diagnostic]:
    """A note stands at the foot of the page, so it holds running text and plain lists."""
    for key, text in written.items():
        root, place = xhtml.parse(text), source.place_of(f"[^{key}]:")
        if any(xhtml.has_class(link, "footnote-ref") for link in xhtml.elements(root, "a")):
            message, hint = f"the note “{key}” calls a note", "say it in the note itself"
            yield error("note-content", message, place, hint)
        if held := xhtml.elements(root, "table", "pre", "img", "div", "dl"):
            message = f"the note “{key}” holds a {_HELD.get(str(held[0].tag), 'block')}"
            hint = "move it into the text, and refer to it from the note"
            yield error("note-content", message, place, hint)


def _written(root: xhtml.Element) -> dict[str, str]:
    written: dict[str, str] = {}
    for block in xhtml.elements(root, "div"):
        if xhtml.has_class(block, "footnote"):
            items = [
                item
                for item in xhtml.elements(block, "li")
                if (item.get("id") or "").startswith("fn:")
            ]
            for item in items:
                written[item.get("id", "").removeprefix("fn:")] = _body(item)
            if items:
                xhtml.remove(block)
    return written


def _body(item: xhtml.Element) -> str:
    for link in xhtml.elements(item, "a"):
        if xhtml.has_class(link, "footnote-backref"):
            previous = link.getprevious()
            holder, slot = (
                (xhtml.parent_of(link), "text") if previous is None else (previous, "tail")
            )
            setattr(holder, slot, (getattr(holder, slot) or "").rstrip("\u00a0 "))
            xhtml.remove(link)
    for paragraph in xhtml.elements(item, "p"):
        if not len(paragraph) and not (paragraph.text or "").strip():
            xhtml.remove(paragraph)
    return xhtml.inner(item).strip()
