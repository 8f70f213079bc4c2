"""Page numbers in running text, filled in once every section is set. Owner of pikepdf.

In: a bound page with stand-ins (`standin`), and the folio of each id. The true number takes the
width of its stand-in, so that the line stays as it was set: what its own figures are narrower or
wider is shared out among the gaps around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Name

from bookbuild.fonts import Face
from bookbuild.press.shaping import Glyph, shape, shown
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.press.standin import TAG, stand_in

_MARKED = re.compile(rb"/BookFolio\.([0-9a-f]+)\.([0-9a-z+]*)\s+BMC\s(.*?)\sEMC", re.DOTALL)
_FONT = re.compile(rb"(/\S+)\s+[\d.]+\s+Tf")
_SHOWN = re.compile(rb"\[[^\]]*\]\s*TJ")


@dataclass(frozen=True, slots=True)
class Filling:
    """Fills the stand-ins of a book's pages, each stream once."""

    folios: Mapping[str, str]
    """Id → the label of its page."""
    registry: SharedFonts

    def fill(self, book: pikepdf.Pdf, page: pikepdf.Page) -> None:
        """Draw the true numbers on a page whose fonts are the shared ones already."""
        resources = page.obj.get("/Resources")
        if page.obj.get("/Contents") is None or resources is None:
            return
        for form in dict(resources.get("/XObject", {})).values():
            if form.get("/Subtype") == Name.Form:
                inside = form.get("/Resources", resources)
                self._rewrite(form.read_bytes(), inside, form.write)
        contents = page.obj.Contents
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        for number, stream in enumerate(streams):

            def write(data: bytes, number: int = number) -> None:
                fresh = book.make_stream(data)
                if isinstance(contents, pikepdf.Array):
                    contents[number] = fresh
                else:
                    page.obj.Contents = fresh

            self._rewrite(stream.read_bytes(), resources, write)

    def _rewrite(self, data: bytes, resources: Any, write: Callable[[bytes], None]) -> None:
        if TAG.encode() not in data:
            return

        def drawn(match: re.Match[bytes]) -> bytes:
            target, features = bytes.fromhex(match[1].decode()).decode(), match[2].decode()
            return self._drawn(
                match[3], target, tuple(filter(None, features.split("+"))), resources
            )

        write(_MARKED.sub(drawn, data))

    def _drawn(self, block: bytes, target: str, features: tuple[str, ...], resources: Any) -> bytes:
        """The text object with the stand-in's figures replaced by the folio's."""
        font = _FONT.search(block)
        assert font, "a stand-in is text"
        face = self.registry.face_of(resources.Font[font[1].decode()])
        if face is None:
            return block
        label = self.folios[target]
        real, before = shape(label, face, features), _width(stand_in(label), face, features)
        self.registry.keep(face, real)
        gap = (before - sum(glyph.advance for glyph in real)) / (len(real) + 1)
        spaced = [replace(glyph, advance=glyph.advance + gap) for glyph in real]
        numbers = shown(face, spaced).removeprefix("[")
        return _SHOWN.sub(f"[{-gap:.1f} {numbers}".encode(), block, count=1)


def _width(text: str, face: Face, features: tuple[str, ...]) -> float:
    glyphs: tuple[Glyph, ...] = shape(text, face, features)
    return sum(glyph.advance for glyph in glyphs)
