"""Raster pictures, turned from one form into another: upright, sRGB, opaque, encoded.

With `pictures` the owner of Pillow. In: images. Out: images and bytes, the same for the same.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageCms, ImageFile, ImageOps, ImageStat

PNG, JPEG = "image/png", "image/jpeg"
_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture as it goes into one of the outputs."""

    media_type: str
    data: bytes = field(repr=False)


def upright_srgb(image: Image.Image) -> tuple[Image.Image, bool]:
    """The picture the right way up, as L, LA, RGB or RGBA in sRGB; and if its profile was used."""
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK" and image.format in ("JPEG", "MPO") and "adobe" not in image.info:
        plain: Image.Image = ImageChops.invert(image)  # Pillow takes every CMYK JPEG for Adobe's
    else:
        plain = image
    plain = ImageOps.exif_transpose(plain)
    if plain.mode.startswith("I"):
        plain = _eight_bits(plain)
    alpha = None
    if plain.has_transparency_data:
        plain = plain.convert("LA" if plain.mode in ("1", "L", "LA") else "RGBA")
        alpha = plain.getchannel("A")
        plain = plain.convert(plain.mode[:-1])
    elif plain.mode not in ("L", "RGB", "CMYK"):
        plain = plain.convert("L" if plain.mode == "1" else "RGB")
    converted = _through_profile(plain, profile) if profile else plain
    honest = converted is not None
    shown = plain if converted is None else converted
    if shown.mode not in ("L", "RGB"):
        shown = shown.convert("RGB")
    if alpha is not None:
        shown.putalpha(alpha)
    return shown, honest


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys as 8-bit ones; Pillow's own conversion would make most of them white."""
    return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture in sRGB, or None if its profile is broken or another colour space's."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def opaque(image: Image.Image) -> Image.Image:
    """The picture on white paper."""
    if image.mode not in ("LA", "RGBA"):
        return image
    colour = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, colour).convert(image.mode[:-1])


def encode(image: Image.Image, media_type: str) -> Rendering:
    """The image as JPEG or PNG, without whatever its file said about itself."""
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}  # what the file said about itself, place and camera included, stays behind
    if media_type == JPEG:  # not optimized: Pillow's buffer for that is too small for noise
        bare.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    else:
        bare.save(out, "PNG", optimize=True)
    return Rendering(media_type, out.getvalue())


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Pillow refuses what is cut off, also after WeasyPrint has told it to be lenient.

    Its warnings are of what is checked here, or does no harm.
    """
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


_GREYS = 16
"""Greys of a page to look at: text keeps its edges, and a page takes a third of a JPEG's bytes."""
_PAGE_QUALITY = 75


def page_picture(width: int, height: int, pixels: bytes) -> Rendering:
    """A page to look at, from 8-bit greys or RGB: whichever of PNG and JPEG is smaller."""
    image = Image.frombytes(
        "L" if len(pixels) == width * height else "RGB", (width, height), pixels
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_PAGE_QUALITY)
    photographic = Rendering(JPEG, out.getvalue())
    if image.mode != "L":
        return photographic
    step = 255 // (_GREYS - 1)
    levels = image.point([(value + step // 2) // step for value in range(256)])
    few = Image.frombytes("P", levels.size, levels.tobytes())
    few.putpalette([level * step for level in range(_GREYS) for _ in range(3)])
    out = io.BytesIO()
    few.save(out, "PNG", bits=4, compress_level=6)
    drawn = Rendering(PNG, out.getvalue())
    return drawn if len(drawn.data) <= len(photographic.data) else photographic


def changed_box(
    width: int, height: int, before: bytes, after: bytes
) -> tuple[int, int, int, int] | None:
    """Left, upper, right, lower edge of what differs between two pages in RGB; None if nothing."""
    images = (Image.frombytes("RGB", (width, height), data) for data in (before, after))
    return ImageChops.difference(*images).getbbox()


def coverage(width: int, height: int, greys: bytes) -> tuple[float, float]:
    """How much of a grey page is covered, in percent: on the whole, and its darkest spot."""
    image = Image.frombytes("L", (width, height), greys)
    mean = ImageStat.Stat(image).mean[0]
    darkest = next(level for level, count in enumerate(image.histogram()) if count)
    return (255 - mean) / 2.55, (255 - darkest) / 2.55
