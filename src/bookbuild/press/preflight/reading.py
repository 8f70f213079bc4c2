"""Open a PDF that nobody vouches for, in bounded memory, and read its values without surprises.

Owner of pikepdf here. In: bytes. Out: an `Opened` file, and plain numbers, names and lists of its
objects. What can't be opened ends as `Unreadable`, what is too much as `TooMuch`; the limits
count bytes and objects, not seconds, so that the same file always ends the same way.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import settings

# What qpdf has to say is read from the file's own list of warnings.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())

MOST_BYTES = 700 * 2**20
"""The largest file read: KDP takes 650 MB (kdp.amazon.com, G201857950)."""
MOST_DECODED = 64 * 2**20
"""The most that one stream may hold decoded, but for pictures."""
MOST_OBJECTS = 2_000_000
MOST_PAGES = 20_000
MOST_PIXELS = 150_000_000
"""The largest picture decoded: a cover of 60 × 40 cm at 600 ppi has 134 million pixels."""
MOST_NESTING = 100
"""Arrays and dictionaries inside each other; PDF needs fewer than ten."""
_BAD_VALUE = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError,
              OverflowError)  # fmt: skip
"""What pikepdf raises for odd values; qpdf's own errors are RuntimeErrors."""


class Unreadable(ValueError):
    """The file can't be opened; the message says why."""


class Locked(Unreadable):
    """The file is encrypted and asks for a password."""


class TooMuch(ValueError):
    """The file holds more than any book needs, or more than this reader takes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file and what was wrong with it on the way."""

    pdf: Any
    repaired: tuple[str, ...]
    header: str
    """`1.4`, the greater of header and catalogue."""
    object_streams: bool
    encrypted: bool
    data: bytes = field(repr=False)


_NAMELESS = re.compile(r"^(?:stream )?<[^>]*>(?: \([^)]*\))?: ")
"""How qpdf calls a file that has no name: an address in memory, other on every run."""


def open_pdf(data: bytes) -> Opened:
    """Open a file.

    Raises:
        Unreadable: it is empty, not a PDF, or damaged beyond repair; `Locked` without a password.
        TooMuch: it is larger, or holds more objects or pages, than is read.
    """
    if not data:
        raise Unreadable("the file is empty")
    if len(data) > MOST_BYTES:
        raise TooMuch(f"the file has {len(data) // 2**20} MB; up to {MOST_BYTES // 2**20} are read")
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("it is not a PDF: there is no %PDF- at the start")
    settings.set_qpdf_limits(
        parser_max_nesting=MOST_NESTING,
        flate_max_memory=4 * MOST_PIXELS,
        run_length_max_memory=4 * MOST_PIXELS,
        png_max_memory=4 * MOST_PIXELS,
        tiff_max_memory=4 * MOST_PIXELS,
        dct_max_memory=4 * MOST_PIXELS,
        doc_max_warnings=500,
    )
    try:
        pdf = pikepdf.open(io.BytesIO(data))
        return _opened(pdf, data)
    except pikepdf.PasswordError:
        raise Locked("it is encrypted and asks for a password") from None
    except _BAD_VALUE as fault:
        reason = _NAMELESS.sub("", str(fault).split("\n")[0]) or type(fault).__name__
        raise Unreadable(f"it is damaged: {reason[:120]}") from None


def _opened(pdf: Any, data: bytes) -> Opened:
    if len(pdf.objects) > MOST_OBJECTS:
        raise TooMuch(f"it holds {len(pdf.objects)} objects; up to {MOST_OBJECTS} are read")
    if len(pdf.pages) > MOST_PAGES:
        raise TooMuch(f"it has {len(pdf.pages)} pages; up to {MOST_PAGES} are read")
    if not len(pdf.pages):
        raise Unreadable("it has no pages")
    trailer = pdf.trailer
    return Opened(
        pdf,
        tuple(str(warning).split("\n")[0] for warning in pdf.get_warnings()),
        str(pdf.pdf_version),
        "/Type" in trailer and name(trailer.get("/Type")) == "/XRef",
        bool(pdf.is_encrypted),
        data,
    )


def decoded(stream: Any, limit: int = MOST_DECODED) -> bytes:
    """The content of a stream that is no picture.

    Raises:
        TooMuch: there is more than `limit` bytes.
        Unreadable: it can't be decoded.
    """
    try:
        filters = filters_of(stream)
        if filters == ["/FlateDecode"] and stream.get("/DecodeParms") is None:
            unpacked = zlib.decompressobj()
            raw = stream.read_raw_bytes()
            # Deflate packs 1032 : 1 at best; a buffer for the whole limit would cost time.
            content = unpacked.decompress(raw, min(limit, 1040 * len(raw) + 1024))
            if unpacked.unconsumed_tail:
                raise TooMuch(f"a stream holds more than {limit // 2**20} MB")
            if not unpacked.eof:
                # Ghostscript refuses such a page, an empty one, too.
                raise Unreadable("a compressed stream is cut off")
            return content
        content = bytes(stream.read_bytes()) if filters else bytes(stream.read_raw_bytes())
    except (*_BAD_VALUE, zlib.error) as fault:
        if isinstance(fault, TooMuch | Unreadable):
            raise
        raise Unreadable("a stream can't be decoded") from None
    if len(content) > limit:
        raise TooMuch(f"a stream holds more than {limit // 2**20} MB")
    return content


def picture(stream: Any) -> Any | None:
    """An image XObject as a Pillow image, or None if it can't be decoded, or is too large."""
    width, height = number(get(stream, "/Width")), number(get(stream, "/Height"))
    if width is None or height is None or not 0 < width * height <= MOST_PIXELS:
        return None
    try:
        image = pikepdf.PdfImage(stream).as_pil_image()
        image.load()
    except (*_BAD_VALUE, pikepdf.UnsupportedImageTypeError, NotImplementedError, OSError,
            RuntimeError, SyntaxError, MemoryError, zlib.error):  # fmt: skip
        return None
    return image


def filters_of(stream: Any) -> list[str]:
    """The names of a stream's filters, in the order they are undone."""
    value = get(stream, "/Filter")
    return [name(value)] if name(value) else [name(item) for item in array(value)]


def streams_of(page: Any) -> list[Any]:
    """The content streams of a page."""
    contents = get(page, "/Contents")
    return [item for item in (array(contents) or [contents]) if is_stream(item)]


def get(owner: Any, key: str) -> Any:
    """A value of a dictionary or stream; None where there is none, or no dictionary."""
    if not isinstance(owner, pikepdf.Dictionary | pikepdf.Stream):
        return None
    try:
        return owner.get(key)
    except _BAD_VALUE:
        return None


def items(owner: Any) -> list[tuple[str, Any]]:
    """Keys and values of a dictionary or stream; none of anything else."""
    if not isinstance(owner, pikepdf.Dictionary | pikepdf.Stream):
        return []
    return [(key, get(owner, key)) for key in sorted(owner.keys())]


def array(value: Any) -> list[Any]:
    """The members of an array; none of anything else."""
    if not isinstance(value, pikepdf.Array):
        return []
    try:
        return list(value)
    except _BAD_VALUE:
        return []


def name(value: Any) -> str:
    """A name with its slash; empty for anything else."""
    if isinstance(value, pikepdf.Name):
        try:
            return str(value)
        except ValueError:
            return "/?"
    return ""


def number(value: Any) -> float | None:
    """A number; None for anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, pikepdf.Object):
        return None
    try:
        found = float(value)
    except _BAD_VALUE:
        return None
    return found if abs(found) < 1e9 else None


def numbers(value: Any) -> list[float]:
    """The numbers of an array; none if one of its members isn't a number."""
    found = [number(item) for item in array(value)]
    return [item for item in found if item is not None] if None not in found else []


def text(value: Any) -> str:
    """A text string; empty for anything else."""
    if not isinstance(value, pikepdf.String):
        return ""
    try:
        return str(value).strip("\0 \t\r\n")
    except _BAD_VALUE:
        return "?"


def is_stream(value: Any) -> bool:
    """True for a stream."""
    return isinstance(value, pikepdf.Stream)


def is_dictionary(value: Any) -> bool:
    """True for a dictionary or a stream."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream)


def identity(value: Any) -> tuple[int, int] | None:
    """The number of an indirect object; None of a direct one."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return value.objgen
    return None


def numbered(opened: Opened, number: tuple[int, int]) -> Any:
    """The indirect object of a number, with its generation."""
    return opened.pdf.get_object(number)


def inherited(page: Any, key: str) -> Any:
    """A page's value, its own or from the nodes above (ISO 32000-1, 7.7.3.4)."""
    node = page
    for _ in range(50):
        value = get(node, key)
        if value is not None or node is None:
            return value
        node = get(node, "/Parent")
    return None


def box(value: Any) -> tuple[float, float, float, float] | None:
    """A rectangle in points, its corners in order; None where there is none."""
    corners = numbers(value)
    if len(corners) != 4:
        return None
    left, bottom, right, top = corners
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def objects(opened: Opened) -> Iterator[Any]:
    """Every indirect object that can be read."""
    for item in opened.pdf.objects:
        if isinstance(item, pikepdf.Object):
            yield item


def inline_colour_space(content: str, resources: Any) -> Any:
    """The colour space that an inline picture names: a device's, or one of the resources."""
    short = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK"}
    named = get(get(resources, "/ColorSpace"), content)
    return named if named is not None else pikepdf.Name(short.get(content, content))


def arrays(opened: Opened) -> Iterator[Any]:
    """Every array that could be a colour space: indirect ones, and those of resources."""
    for item in objects(opened):
        if isinstance(item, pikepdf.Array):
            yield item
        else:
            spaces = get(get(item, "/Resources"), "/ColorSpace") or get(item, "/ColorSpace")
            if isinstance(spaces, pikepdf.Dictionary):
                yield from (value for _, value in items(spaces))
            elif spaces is not None:
                yield spaces


def dictionaries(every: list[Any]) -> Iterator[Any]:
    """The dictionaries among objects, and those directly in them, two steps down."""
    for item in every:
        if isinstance(item, pikepdf.Dictionary):
            yield item
            for _, value in items(item):
                if isinstance(value, pikepdf.Dictionary) and not value.is_indirect:
                    yield value


FOREIGN = (pikepdf.PdfError, RuntimeError)
"""What qpdf or a bottomless file may still raise."""
