"""A line for one copy on a finished interior: a template made once, a stamp in milliseconds.

Owner of pikepdf (`prepare` alone). In: an interior of our own making, a face, a printer. Out: a
`Template`, the interior with a slot of fixed width for the line; and from it, by replacing bytes,
a `Stamped` file that is as long as the template, has its pages, and is the same for the same line.
It is one revision of a PDF, not an update of one: nothing is left of the template's own state.
"""

from __future__ import annotations

import hashlib
import io
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bookbuild.fonts import Face, Outlines
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.shaping import shape
from bookbuild.press.shared_fonts import SharedFonts
from bookbuild.press.stampplace import CannotStamp, StampPlace, stamp_place
from bookbuild.units import pt

SIZE = pt(7.5)
"""Small, and larger than the smallest type of any printer's profile."""
MOST_CHARACTERS = 120
"""Of the line: more don't fit on the narrowest page either."""
_NAME = "/BookStamp"
_SLOT = b"bookbuild.stamp.slot"
_INSTANCE = re.compile(rb"<xmpMM:InstanceID>uuid:([0-9a-f-]{36})<")
_IDENTIFIER = re.compile(rb"/ID \[<[0-9a-f]{32}><([0-9a-f]{32})>\]")
_SMALL = 256
"""A stream of fewer bytes gains nothing from being compressed."""
_LETTERS = (range(0x20, 0x7F), range(0xA0, 0x180), (0x2013, 0x2014, 0x2018, 0x2019, 0x2116))
"""Latin letters, figures, punctuation: what orders, names of months and our own words need."""


@dataclass(frozen=True, slots=True)
class Letter:
    """How a character is drawn: what the slot calls it, and its advance in points."""

    code: str
    advance: float


@dataclass(frozen=True)
class Template:
    """An interior with an empty slot, and where the bytes lie that a stamp replaces."""

    data: bytes = field(repr=False)
    place: StampPlace
    letters: Mapping[str, Letter] = field(repr=False)
    outlined: bool
    """True where the interior has no fonts, and so its stamp has none."""
    slot: int
    length: int
    """Of the slot, in bytes from `slot`."""
    instance: int
    """Where the XMP's instance identifier stands."""
    identifier: int
    """Where the second file identifier of the trailer stands."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the template, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def index(self) -> dict[str, Any]:
        """All but the data, as JSON data.

        Kept with them, so that a copy stamped years later, by another version, is the same to the
        byte.
        """
        place = self.place
        return {
            "place": [
                place.page, place.left.pt, place.baseline.pt, place.room.pt, place.centred
            ],
            "letters": {key: [item.code, item.advance] for key, item in self.letters.items()},
            "outlined": self.outlined,
            "slot": self.slot,
            "length": self.length,
            "instance": self.instance,
            "identifier": self.identifier,
        }  # fmt: skip


@dataclass(frozen=True)
class Stamped:
    """A stamped interior as parts in order; the first is there at once."""

    parts: tuple[memoryview, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes: the template's, whatever the line says."""
        return sum(len(part) for part in self.parts)

    @property
    def pdf(self) -> bytes:
        """The whole file."""
        return b"".join(self.parts)

    @cached_property
    def sha256(self) -> str:
        """The file's digest, in hexadecimal."""
        whole = hashlib.sha256()
        for part in self.parts:
            whole.update(part)
        return whole.hexdigest()


def prepare(interior: bytes, face: Face, printer: PrinterProfile) -> Template:
    """The template of an interior that `bind` made.

    Raises:
        CannotStamp: it has no place for a stamp, or is no interior of ours.
    """
    try:
        book = pikepdf.open(io.BytesIO(interior), attempt_recovery=False)
        left, _, right, _ = (float(value) for value in book.pages[0].trimbox)
        place = stamp_place(interior, len(book.pages), pt(right - left), printer)
        outlined = not any("/Font" in page.obj.get("/Resources", {}) for page in book.pages)
        letters = _letters(face)
        length = MOST_CHARACTERS * (48 if outlined else 4) + 40
        _add_form(book, place, face, letters, length, outlined=outlined)
        data = _saved(book)
    except pikepdf.PdfError as fault:
        raise CannotStamp(f"the interior can't be read: {fault}") from None
    instance, identifier = _INSTANCE.search(data), _last(_IDENTIFIER, data)
    if instance is None or identifier is None or data.count(_SLOT) != 1:
        raise CannotStamp("the interior is none of ours: it names no instance; build it again")
    slot = data.index(_SLOT)
    empty = data[:slot] + b" " * length + data[slot + length :]
    return Template(
        empty, place, letters, outlined, slot, length, instance.start(1), identifier.start(1)
    )


def kept_template(data: bytes, index: Mapping[str, Any]) -> Template:
    """The template of which these data and this index were kept."""
    page, left, baseline, room, centred = index["place"]
    place = StampPlace(page, pt(left), pt(baseline), pt(room), centred=centred)
    letters = {key: Letter(code, advance) for key, (code, advance) in index["letters"].items()}
    offsets = (index[name] for name in ("outlined", "slot", "length", "instance", "identifier"))
    return Template(data, place, letters, *offsets)


def stamp(template: Template, line: str) -> Stamped:
    """The interior of one copy, with `line` on it.

    Raises:
        CannotStamp: the line is too long for its place, or has a letter that isn't prepared.
    """
    drawn = _drawn(template, line).encode("ascii").ljust(template.length)
    names = hashlib.sha256(f"{template.digest}\n{line}".encode()).digest()
    patches = sorted(
        (
            (template.slot, drawn),
            (template.instance, str(uuid.UUID(bytes=names[:16], version=5)).encode()),
            (template.identifier, names[16:].hex().encode()),
        )
    )
    parts, end, whole = [], 0, memoryview(template.data)
    for start, new in patches:
        parts += [whole[end:start], memoryview(new)]
        end = start + len(new)
    return Stamped((*parts, whole[end:]))


def _drawn(template: Template, line: str) -> str:
    """The operators of a line, as many bytes as the slot has at most."""
    unknown = dict.fromkeys(letter for letter in line if letter not in template.letters)
    if unknown:
        raise CannotStamp(f"a stamp can't write “{''.join(unknown)}”: give the order a plain name")
    letters = [template.letters[letter] for letter in line]
    width, place = sum(letter.advance for letter in letters), template.place
    if len(letters) > MOST_CHARACTERS or width > place.room.pt:
        raise CannotStamp(
            f"the stamp “{line}” is {pt(width).mm:.0f} mm long; there are {place.room.mm:.0f} mm: "
            "shorten the order's name"
        )
    left = place.left.pt + ((place.room.pt - width) / 2 if place.centred else 0)
    if not template.outlined:
        codes = "".join(letter.code for letter in letters)
        return f"1 0 0 1 {left:.2f} {place.baseline.pt:.2f} Tm <{codes}> Tj"
    drawn, scale = [], SIZE.pt / 1000
    for letter in letters:
        drawn.append(
            f"q {scale:g} 0 0 {scale:g} {left:.2f} {place.baseline.pt:.2f} cm {letter.code} Do Q"
        )
        left += letter.advance
    return " ".join(drawn)


def _letters(face: Face) -> dict[str, Letter]:
    """The letters that the face has, each drawn by itself: no pair is kerned or joined."""
    letters = {}
    for code in (code for group in _LETTERS for code in group if code in face.characters):
        (glyph,) = shape(chr(code), face, ())
        letters[chr(code)] = Letter(f"{glyph.number:04x}", glyph.advance * SIZE.pt / 1000)
    return letters


def _add_form(
    book: pikepdf.Pdf,
    place: StampPlace,
    face: Face,
    letters: dict[str, Letter],
    length: int,
    *,
    outlined: bool,
) -> None:
    """Draw an empty form on the page, over what stands there; only this page gets it."""
    page: Any = book.pages[place.page]
    across, up, *_ = (float(value) for value in page.trimbox)
    begin, end = (b"", b"") if outlined else (b"BT /F %.2f Tf " % SIZE.pt, b" ET")
    slot = _SLOT.ljust(length, b".")
    form = book.make_stream(b"0 0 0 1 k " + begin + slot + end + b"\n")
    form.Type, form.Subtype = Name.XObject, Name.Form
    width = place.left + place.room
    foot, head = place.baseline - SIZE, place.baseline + SIZE
    form.BBox = Array([round(value, 2) for value in (place.left.pt, foot.pt, width.pt, head.pt)])
    form.Resources = _glyphs(book, face, letters) if outlined else _font(book, face, letters)
    resources: Any = Dictionary(page.obj.get("/Resources", {}))
    forms = Dictionary(resources.get("/XObject", {}))
    forms[_NAME], resources.XObject = form, forms
    page.obj.Resources = resources
    if "/Contents" in page.obj:
        page.contents_add(book.make_stream(b"q\n"), prepend=True)
    shown = f"q 1 0 0 1 {across:.4f} {up:.4f} cm {_NAME} Do Q EMC\n".encode()
    before = b"\nQ\n" if "/Contents" in page.obj else b""
    drawn = book.make_stream(before + b"/Artifact <</Type /Pagination>> BDC " + shown)
    if "/Contents" in page.obj:
        page.contents_add(drawn)
    else:
        page.obj.Contents = drawn


def _font(book: pikepdf.Pdf, face: Face, letters: Mapping[str, Letter]) -> Any:
    """Resources with a font of its own: its glyphs alone, as few as there are letters."""
    registry = SharedFonts(book, [face])
    glyphs = [shape(letter, face, ())[0] for letter in letters]
    font = registry.font(face, glyphs)
    registry.write()
    return Dictionary(Font=Dictionary(F=font))


def _glyphs(book: pikepdf.Pdf, face: Face, letters: dict[str, Letter]) -> Any:
    """Resources with a form for each letter; `letters` are then called by their names."""
    outlines, forms = Outlines(face.data), Dictionary()
    for letter, known in letters.items():
        path, box = outlines.path(int(known.code, 16))
        form = book.make_stream(f"{path} f\n".encode() if path else b"\n")
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([round(value, 2) for value in box])
        forms[f"/G{known.code}"] = form
        letters[letter] = Letter(f"/G{known.code}", known.advance)
    return Dictionary(XObject=forms)


def _saved(book: pikepdf.Pdf) -> bytes:
    """The file as `pdfx` writes it; streams stay as they are, so that the slot is found."""
    for item in book.objects:
        if isinstance(item, pikepdf.Stream) and _is_large(item):
            item.write(zlib.compress(item.read_raw_bytes(), 9), filter=Name.FlateDecode)
    out = io.BytesIO()
    book.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        min_version=book.pdf_version,
        force_version=book.pdf_version,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=False,
    )
    return out.getvalue()


def _is_large(stream: pikepdf.Stream) -> bool:
    """True for a font program of ours, which nothing has compressed; never for the slot."""
    plain = "/Filter" not in stream and stream.get("/Type") not in (Name.Metadata, Name.XObject)
    return plain and len(stream.read_raw_bytes()) > _SMALL


def _last(pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes] | None:
    return pattern.search(data, data.rindex(b"trailer"))
