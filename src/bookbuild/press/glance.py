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
    inner = list(_inside(page.obj.get("/Resources"), 0))
    marked = [drawing, *(data for data in inner if TAG.encode() in data)]
    named = [bytes.fromhex(found.decode()).decode() for x in marked for found in _NAMED.findall(x)]
    return Look(digest(drawing, *inner), tuple(dict.fromkeys(named)))


def _streams(contents: Any) -> Iterator[bytes]:
    if isinstance(contents, pikepdf.Array):
        for part in contents:
            yield part.read_bytes()
    elif contents is not None:
        yield contents.read_bytes()


def _inside(resources: Any, depth: int) -> Iterator[bytes]:
    """The bytes of everything that a page may draw with; forms within forms down to eight."""
    if resources is None or depth > 8:
        return
    for name, font in sorted(dict(resources.get("/Font", {})).items()):
        yield f"{name} {font.get('/BaseFont')}".encode()
    for kind in ("/ExtGState", "/ColorSpace", "/Shading"):
        if kind in resources:
            yield resources[kind].unparse(resolved=False)
    for name, drawn in sorted(dict(resources.get("/XObject", {})).items()):
        yield str(name).encode()
        yield drawn.read_raw_bytes()
        if drawn.get("/SMask") is not None:
            yield drawn.SMask.read_raw_bytes()
        yield from _inside(drawn.get("/Resources"), depth + 1)


def glances(
    made_from: Ingredients, pages: SetPages, seen: Sequence[Sequence[Look]]
) -> tuple[Glance, ...]:
    """Every page of the book in order, blank ones too; `seen` has the looks of each section."""
    trim, settings = made_from.spec.trim, made_from.layout.settings
    common = digest(
        repr((trim.width, trim.height, settings.folio, settings.page)),
        *(face.digest for face in made_from.faces),
    )
    folios = pages.page_map.folios
    return tuple(
        Glance(bound, _address(bound, seen, folios, common))
        for bound in bound_pages(made_from, pages.parts, pages.placed)
    )


def _address(
    bound: BoundPage, seen: Sequence[Sequence[Look]], folios: Mapping[str, str], common: str
) -> str:
    if bound.section is None:
        return ""
    look = seen[bound.section][bound.page]
    folio = f"{bound.folio.left} {bound.label}" if bound.folio else ""
    named = (f"{target} {folios.get(target, '')}" for target in look.named)
    return digest(common, look.digest, folio, *named)[:32]


def drawn_file(made_from: Ingredients, pages: SetPages, wanted: Sequence[BoundPage]) -> bytes:
    """The wanted pages of one section as a PDF, with their folios, in grey as they are printed."""
    section = wanted[0].section
    assert section is not None
    trim = made_from.spec.trim
    return bind_for_screen(
        [pages.results[section].pdf],
        [replace(bound, section=0, label="") for bound in wanted],
        Boxes(trim.width, trim.height),
        made_from.faces,
        information(made_from),
        folios=pages.page_map.folios,
        mono=True,
    ).pdf
