"""Pictures: read once, checked, and made fit for paper and for screens.

Owner of Pillow. In: a file that nobody vouches for. Out: a `Picture` with its two renderings, or
a finding that says what is wrong with the file. What a file is, its bytes say, not its name.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from bookbuild import svg
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.diagnostics import Diagnostic, Place, error, note, warning
from bookbuild.pixels import JPEG, PNG, Rendering, encode, opaque, strict_pillow, upright_srgb
from bookbuild.svg_links import Unusable

SVG = "image/svg+xml"
ENDINGS = {PNG: "png", JPEG: "jpg", SVG: "svg"}
_FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": "image/webp"}
"""What Pillow calls what is read; MPO is the JPEG of phones, with further views behind it."""
_MOST_PIXELS = 100_000_000
"""A 15 × 23 cm page at 1200 dpi holds 77 million; more is a mistake, or a bomb."""
_MOST_BYTES = 200_000_000
_MOST_SVG_BYTES = 20_000_000
SCREEN_PIXELS = 4_000_000
"""Most pixels of a picture in an EPUB (Standard Ebooks manual; Apple's partner pages)."""
_FEW_COLOURS = 256
"""As many as a PNG palette holds: a drawing, which JPEG would blur."""
_OTHERS = (
    (b"GIF8", "a GIF"), (b"II*\0", "a TIFF"), (b"MM\0*", "a TIFF"), (b"BM", "a BMP"),
    (b"%PDF", "a PDF"), (b"%!PS", "an EPS"), (b"8BPS", "a Photoshop file"),
    (b"\x1f\x8b", "compressed with gzip"),
)  # fmt: skip
"""First bytes of what authors try, too."""
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, MemoryError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises on files that are no pictures, or broken ones."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the manuscript: where it is named, its size, and its renderings."""

    path: str
    """Relative to ``manuscript/``."""
    place: Place
    """The line of the manuscript that shows it first."""
    width: int
    height: int
    """In pixels, the right way up; of a drawing in CSS pixels."""
    vector: bool
    bitonal: bool
    """True for line art: black and white and nothing between."""
    text: str
    """The text in a drawing, which needs a font."""
    grey: Rendering
    """Grey and opaque: for a mono interior. In a drawing only the raster pictures are grey."""
    screen: Rendering
    """sRGB, no profile, no metadata, of moderate size: for the EPUB."""


Read = tuple[Picture | None, tuple[Diagnostic, ...]]


def read_picture(file: Path, path: str, place: Place, cache: Cache = NOTHING_KEPT) -> Read:
    """Read, check and render the picture `file`, named `path` in the manuscript."""
    try:
        size = file.stat().st_size
        if size > _MOST_BYTES:
            return _refused(place, f"“{path}” has {size // 1_000_000} MB", "make it smaller")
        data = file.read_bytes()
    except OSError as fault:
        said = f"“{path}” can't be read: {fault.strerror or fault}"
        return _refused(place, said, "mend or replace it")
    if not data:
        return _refused(place, f"“{path}” is empty", "export it anew")
    read = _read_drawing if _looks_like_xml(data) else _read_raster
    return cache.made("picture", (data, path, repr(place)), lambda: read(data, path, place))


def as_jpeg_or_png(data: bytes) -> bytes | None:
    """A picture from elsewhere as the pipeline takes it: what it reads stays, others become PNG.

    None for what is no picture, or a broken one.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
            if image.format in ("JPEG", "MPO", "PNG", "WEBP"):
                return data
            plain = image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else None
            return encode(plain or image.convert("RGB"), PNG).data
    except (OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        return None


def jpeg_from_pixels(width: int, height: int, rgb: bytes) -> bytes:
    """An sRGB JPEG of raw 8-bit RGB pixels, without subsampling of colour."""
    return encode(Image.frombytes("RGB", (width, height), rgb), JPEG).data


def smaller_jpeg(width: int, height: int, rgb: bytes, to: int) -> tuple[bytes, tuple[int, int]]:
    """An sRGB JPEG of raw 8-bit RGB pixels, `to` pixels wide, and its size."""
    size = to, max(1, round(height * to / width))
    image = Image.frombytes("RGB", (width, height), rgb)
    return encode(image.resize(size, Image.Resampling.LANCZOS), JPEG).data, size


def lower_jpeg(data: bytes, height: int) -> tuple[bytes, int, int]:
    """A JPEG at most `height` pixels high, and its size; as it stands where it isn't higher."""
    with strict_pillow(), Image.open(io.BytesIO(data)) as image:
        if image.height <= height:
            return data, image.width, image.height
        width = max(1, round(image.width * height / image.height))
        lower = image.resize((width, height), Image.Resampling.LANCZOS)
        return encode(lower, JPEG).data, width, height


def grey_from_pixels(width: int, height: int, rgb: bytes) -> Rendering:
    """A grey PNG of raw 8-bit RGB pixels."""
    return encode(Image.frombytes("RGB", (width, height), rgb).convert("L"), PNG)


def at_most(rendering: Rendering, width: int) -> Rendering:
    """The same picture, `width` pixels wide at most."""
    with strict_pillow(), Image.open(io.BytesIO(rendering.data)) as image:
        size = width, max(1, round(image.height * width / image.width))
        return encode(image.resize(size, Image.Resampling.LANCZOS), rendering.media_type)


def _refused(place: Place, message: str, hint: str) -> Read:
    return None, (error("picture-file", message, place, hint),)


def _looks_like_xml(data: bytes) -> bool:
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<", b"<\0", b"\0<"))


def _read_raster(data: bytes, path: str, place: Place) -> Read:
    findings: list[Diagnostic] = []
    try:
        with (
            strict_pillow(),
            Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as (image),
        ):
            pixels = image.width * image.height
            if not 0 < pixels <= _MOST_PIXELS:
                said = f"“{path}” has {image.width} × {image.height} pixels"
                return _refused(place, said, "make it smaller" if pixels else "export it anew")
            findings.extend(_oddities(image, path, place))
            image.load()
            upright, honest = upright_srgb(image)
            if not honest:
                said = f"“{path}” carries a colour profile that can't be used"
                hint = "its colours are shown as they stand; export it as sRGB"
                findings.append(warning("picture-changed", said, place, hint))
            picture = _picture(image, upright, data, path, place)
            return picture, tuple(findings)
    except UnidentifiedImageError:
        kind = next((name for start, name in _OTHERS if data.startswith(start)), "")
        said = f"“{path}” is {kind or 'no picture that bookbuild knows'}"
        return _refused(place, said, "save it as JPEG, PNG, WebP or SVG")
    except Image.DecompressionBombError:
        return _refused(place, f"“{path}” has far too many pixels", "make it smaller")
    except _BROKEN as fault:
        return _refused(place, f"“{path}” is broken: {fault}", "export it anew")


def _oddities(image: Image.Image, path: str, place: Place) -> Iterator[Diagnostic]:
    """What the author may not know of a picture that can be used."""
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        said = f"“{path}” moves: only its first frame is shown"
        yield warning("picture-changed", said, place, "a book keeps still; choose the frame")
    if image.mode == "CMYK" and "icc_profile" not in image.info:
        said = f"“{path}” is CMYK without a profile: its colours on screens are a guess"
        yield note("picture-changed", said, place, "export it as sRGB")


def _picture(
    image: Image.Image, upright: Image.Image, data: bytes, path: str, place: Place
) -> Picture:
    lossy = image.format in ("JPEG", "MPO") or data[12:16] == b"VP8 "
    grey = opaque(upright).convert("L")
    bitonal = image.mode == "1" or grey.getcolors(2) is not None
    return Picture(
        path,
        place,
        upright.width,
        upright.height,
        vector=False,
        bitonal=bitonal,
        text="",
        grey=encode(grey, JPEG if lossy and not bitonal else PNG),
        screen=_for_screens(upright),
    )


def _for_screens(image: Image.Image) -> Rendering:
    """At most `SCREEN_PIXELS`; JPEG, unless it is transparent or a drawing in few colours."""
    few = image.getcolors(_FEW_COLOURS) is not None
    if image.mode in ("LA", "RGBA") and image.getextrema()[-1] == (255, 255):
        image = image.convert(image.mode[:-1])
    scale = (SCREEN_PIXELS / (image.width * image.height)) ** 0.5
    if scale < 1:
        size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return encode(image, PNG if few or image.mode in ("LA", "RGBA") else JPEG)


def _read_drawing(data: bytes, path: str, place: Place) -> Read:
    if len(data) > _MOST_SVG_BYTES:
        said = f"“{path}” has {len(data) // 1_000_000} MB"
        return _refused(place, said, "simplify it, or export it as PNG")
    try:
        drawing = svg.clean(data, _screen_inside)
    except Unusable as fault:
        return _refused(place, f"“{path}” can't be used: {fault}", fault.hint)
    picture = Picture(
        path,
        place,
        max(1, round(drawing.width)),
        max(1, round(drawing.height)),
        vector=True,
        bitonal=False,
        text=drawing.text,
        grey=Rendering(SVG, svg.for_print(drawing.data, _grey_inside)),
        screen=Rendering(SVG, drawing.data),
    )
    return picture, tuple(_changes(drawing, path, place))


def _changes(drawing: svg.Drawing, path: str, place: Place) -> Iterator[Diagnostic]:
    """What had to go from a drawing, and what will not look the same everywhere."""
    if drawing.dropped:
        said = f"“{path}”: left out {', '.join(drawing.dropped)}"
        hint = "a book's pictures stand alone and keep still; see how it looks without"
        yield warning("picture-changed", said, place, hint)
    if drawing.unprinted:
        said = f"“{path}”: print leaves out {', '.join(drawing.unprinted)}"
        hint = "flatten these parts in the drawing program, or export it as PNG"
        yield warning("picture-changed", said, place, hint)
    if drawing.text:
        said = f"“{path}” holds text: print sets it in the layout's font, reading apps in their own"
        yield note("picture-text", said, place, "convert text to paths to keep its look")


def _inside(data: bytes) -> Picture | None:
    """A raster picture that a drawing brings along."""
    place = Place("")
    return _read_raster(data, "", place)[0] if data else None


def _screen_inside(data: bytes) -> tuple[str, bytes] | None:
    picture = _inside(data)
    return (picture.screen.media_type, picture.screen.data) if picture else None


def _grey_inside(data: bytes) -> tuple[str, bytes] | None:
    picture = _inside(data)
    return (picture.grey.media_type, picture.grey.data) if picture else None
