"""Pictures: read once, checked, and made fit for paper or screen.

Owner of Pillow. In: a file. Out: a `Picture`, or a finding that says what is wrong with it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from bookbuild.diagnostics import Diagnostic, Place, error

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_MOST_PIXELS = 150_000_000
"""More than a 15 × 23 cm page at 2400 dpi holds: a mistake, or a bomb."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the manuscript: where it lies, what it is, its bytes."""

    path: str
    """Relative to ``manuscript/``."""
    media_type: str
    width: int
    height: int
    data: bytes = field(repr=False)


def read_picture(
    file: Path, path: str, place: Place
) -> tuple[Picture | None, tuple[Diagnostic, ...]]:
    """Read and decode the picture `file`, named `path` in the manuscript."""
    try:
        data = file.read_bytes()
        with Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES)) as image:
            if image.width * image.height > _MOST_PIXELS:
                message = f"“{path}” has {image.width} × {image.height} pixels"
                return None, (error("picture-file", message, place, "make it smaller"),)
            image.load()
            media_type = MEDIA_TYPES[image.format or "PNG"]
            return Picture(path, media_type, image.width, image.height, data), ()
    except UnidentifiedImageError:
        message, hint = f"“{path}” is no JPEG or PNG", "save it as one of these"
    except OSError as fault:
        message, hint = f"“{path}” can't be read: {fault.strerror or fault}", "mend or replace it"
    except (Image.DecompressionBombError, SyntaxError, ValueError) as fault:
        message, hint = f"“{path}” is broken: {fault}", "export it anew"
    return None, (error("picture-file", message, place, hint),)


def grey(picture: Picture) -> bytes:
    """The picture in grey, without transparency, as PNG or JPEG bytes: for a mono interior."""
    with Image.open(io.BytesIO(picture.data)) as opened:
        image = ImageOps.exif_transpose(opened)
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            image = image.convert("RGBA")
            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image)
        return _encode(image.convert("L"), picture.media_type)


def as_jpeg_or_png(data: bytes) -> bytes | None:
    """A picture from elsewhere as the pipeline takes it: JPEG and PNG stay, others become PNG.

    None for what is no picture, or a broken one.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
            if image.format in MEDIA_TYPES:
                return data
            plain = image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else None
            return _encode(plain or image.convert("RGB"), "image/png")
    except (OSError, Image.DecompressionBombError, SyntaxError, ValueError):
        return None


def jpeg_from_pixels(width: int, height: int, rgb: bytes) -> bytes:
    """An sRGB JPEG of raw 8-bit RGB pixels, without subsampling of colour."""
    return _encode(Image.frombytes("RGB", (width, height), rgb), "image/jpeg")


def _encode(image: Image.Image, media_type: str) -> bytes:
    out = io.BytesIO()
    if media_type == "image/jpeg":
        image.save(out, "JPEG", quality=92, subsampling=0, optimize=True)
    else:
        image.save(out, "PNG", optimize=True)
    return out.getvalue()
