"""The pages of set sections as they will be printed, to look at: a few at a time, and by address.

Owner of pikepdf. In: `SetPages`. Out: for each page an address that changes with its look, and a
small file of the pages that somebody looks at. Nothing here goes to press.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf

from bookbuild.cache import digest
from bookbuild.press.finish import BoundPage, Boxes, bind_for_screen
from bookbuild.press.interior import SetPages, bound_pages, information
from bookbuild.press.sheets import Ingredients
from bookbuild.press.standin import TAG
from bookbuild.press.typeset import Sheet, typeset_from

_DEEPEST = 8
_WORD = re.compile(rb"/[^\s/\[\]()<>{}%]+")
_NAMED = re.compile(rb"/" + TAG.encode() + rb"\.([0-9a-f]+)\.")


@dataclass(frozen=True, slots=True)
class Look:
    """What the picture of one page of a section is made of, before it is bound."""

    digest: str
    """Of its drawing and all that it draws with; the same for pages that look alike."""
    named: tuple[str, ...]
    """Ids whose folios it prints."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A page of the book as it can be looked at."""

    bound: BoundPage
    address: str
    """Empty for a blank page."""


def looks(pdf: bytes) -> tuple[Look, ...]:
    """The looks of a set section's pages, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as section:
        return tuple(_look(page) for page in section.pages)


def _look(page: pikepdf.Page) -> Look:
    drawing = b"\n".join(_streams(page.obj.get("/Contents")))
    inner = list(_inside(page.obj.get("/Resources"), drawing, 0))
    marked = [drawing, *(data for data in inner if TAG.encode() in data)]
    named = [bytes.fromhex(found.decode()).decode() for x in marked for found in _NAMED.findall(x)]
    return Look(digest(drawing, *inner), tuple(dict.fromkeys(named)))


def _streams(contents: Any) -> Iterator[bytes]:
    if isinstance(contents, pikepdf.Array):
        for part in contents:
            yield part.read_bytes()
    elif contents is not None:
        yield contents.read_bytes()


def _inside(resources: Any, drawing: bytes, depth: int) -> Iterator[bytes]:
    """The bytes of everything that a drawing uses; forms within forms down to eight."""
    if resources is None or depth > _DEEPEST:
        return
    words = frozenset(_WORD.findall(drawing))
    for kind in ("/Font", "/ExtGState", "/ColorSpace", "/Shading", "/Pattern", "/XObject"):
        for name, used in sorted(dict(resources.get(kind, {})).items()):
            if str(name).encode() not in words:
                continue
            yield f"{kind} {name}".encode()
            if kind == "/Font":
                yield str(used.get("/BaseFont")).encode()
            elif isinstance(used, pikepdf.Stream):
                yield used.read_raw_bytes()
                if used.get("/SMask") is not None:
                    yield used.SMask.read_raw_bytes()
                form = used.read_bytes() if used.get("/Subtype") == pikepdf.Name.Form else b""
                yield from _inside(used.get("/Resources"), form, depth + 1)
            else:
                yield used.unparse(resolved=True)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Gives each page an address by all that its picture is drawn from."""

    common: str
    """Digest of what all pages have in common."""
    folios: Mapping[str, str]

    def of(self, bound: BoundPage, look: Look) -> str:
        """The address of a page with that look."""
        folio = f"{bound.folio.left} {bound.label}" if bound.folio else ""
        named = (f"{target} {self.folios.get(target, '')}" for target in look.named)
        return digest(self.common, look.digest, folio, *named)[:32]


def addresses(made_from: Ingredients, pages: SetPages) -> Addresses:
    """The addresses of a book's pages."""
    trim, settings = made_from.spec.trim, made_from.layout.settings
    shape = repr((trim.width, trim.height, settings.folio, settings.page))
    common = digest(shape, *(face.digest for face in made_from.faces))
    return Addresses(common, pages.page_map.folios)


def glances(
    made_from: Ingredients, pages: SetPages, seen: Sequence[Sequence[Look]]
) -> tuple[Glance, ...]:
    """Every page of the book in order, blank ones too; `seen` has the looks of each section."""
    own = addresses(made_from, pages)
    return tuple(
        Glance(bound, own.of(bound, seen[bound.section][bound.page]))
        if bound.section is not None
        else Glance(bound, "")
        for bound in bound_pages(made_from, pages.parts, pages.placed)
    )


def drawn_file(
    made_from: Ingredients, section: bytes, wanted: Sequence[BoundPage], folios: Mapping[str, str]
) -> bytes:
    """The wanted pages of a set section as a PDF, with their folios, in grey as they are printed.

    `folios` has the label of the page of each id that they refer to.
    """
    trim = made_from.spec.trim
    return bind_for_screen(
        [section],
        [replace(bound, section=0, label="") for bound in wanted],
        Boxes(trim.width, trim.height),
        made_from.faces,
        information(made_from),
        folios=folios,
        mono=True,
    ).pdf


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A few pages as they look after an edit, before the whole section is set."""

    addresses: Mapping[int, str]
    """By the number of the page in the book, from 0."""
    pdf: bytes
    """These pages, in their order."""


def glimpse(
    made_from: Ingredients, pages: SetPages, before: Sequence[Glance], part: int, sheet: Sheet,
    page: int,
) -> Glimpse | None:  # fmt: skip
    """Page number `page` (from 0) of a section whose `sheet` has changed there, and the next one.

    `pages` are the book's as it was set last, `before` its glances. None where nothing can be
    shown before the section is set.
    """
    starts = pages.results[part].starts
    first = next((at for at in range(page - 1, 0, -1) if starts[at] is not None), 0)
    start = starts[first] if starts else None
    if start is None:
        return None
    section = typeset_from(sheet, start, page + 2 - first)
    own, shown = addresses(made_from, pages), {}
    numbers = {(g.bound.section, g.bound.page): number for number, g in enumerate(before)}
    for at, look in enumerate(looks(section)):
        number = numbers.get((part, first + at))
        if number is not None and (at or not first):  # the first may lack its running head
            bound = replace(before[number].bound, page=at)
            shown[number] = (own.of(bound, look), bound)
    bounds = [bound for _, bound in shown.values()]
    if not bounds:
        return None
    pdf = drawn_file(made_from, section, bounds, pages.page_map.folios)
    return Glimpse({number: address for number, (address, _) in shown.items()}, pdf)
