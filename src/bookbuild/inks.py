"""Pictures in inks: from sRGB to CMYK through a press's ICC profile, within its ink limit.

With `pictures` and `pixels` the owner of Pillow. In: a picture that `pictures` has read without
complaint. Out: a CMYK JPEG for the press and an sRGB one for screens, both of the same part.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageMath

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.pixels import JPEG, Rendering, encode, opaque, strict_pillow, upright_srgb

FINENESS = 400
"""Pixels per inch beyond which a picture with tones gains nothing: twice the finest usual screen
of 175 to 200 lines per inch."""
_QUALITY = 95
_MARGINS = (0, 3, 6, 12, 24)
"""Percent of ink to stay below the limit by: JPEG puts a little more here, a little less there."""


@dataclass(frozen=True, slots=True)
class Inked:
    """The part of a picture that is shown, twice, and how many pixels the file has for it."""

    press: Rendering
    screen: Rendering
    width: int
    height: int


def ink(
    data: bytes, ratio: float, most: int, profile: bytes, limit: int, cache: Cache = NOTHING_KEPT
) -> Inked:
    """The middle of a picture, in the `ratio` of width to height, `most` pixels wide at most.

    `limit` is the most ink on one spot, in percent of all four together. Tones go through the
    profile relative-colorimetrically with the black point compensated, so that what the press can
    print stays as it is.
    """
    parts = (data, profile, repr((ratio, most, limit)))
    return cache.made("inked", parts, lambda: _inked(data, ratio, most, profile, limit))


def _inked(data: bytes, ratio: float, most: int, profile: bytes, limit: int) -> Inked:
    with strict_pillow(), Image.open(io.BytesIO(data)) as image:
        image.load()
        upright = opaque(upright_srgb(image)[0]).convert("RGB")
    shown = _middle(upright, ratio)
    width, height = shown.size
    if width > most:
        size = most, max(1, round(height * most / width))
        shown = shown.resize(size, Image.Resampling.LANCZOS)
    return Inked(_for_press(shown, profile, limit), encode(shown, JPEG), width, height)


def _middle(image: Image.Image, ratio: float) -> Image.Image:
    """The largest part of that ratio, from the middle."""
    width = min(image.width, max(1, round(image.height * ratio)))
    height = min(image.height, max(1, round(image.width / ratio)))
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _for_press(image: Image.Image, profile: bytes, limit: int) -> Rendering:
    inks = ImageCms.profileToProfile(
        image,
        ImageCms.createProfile("sRGB"),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="CMYK",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if inks is None:  # only when Pillow is told to work in place
        raise ValueError("the profile gives no picture")
    data = b""
    for margin in _MARGINS:
        out = io.BytesIO()
        _limited(inks, limit - margin).save(out, "JPEG", quality=_QUALITY, subsampling=0)
        data = out.getvalue()
        with Image.open(io.BytesIO(data)) as written:
            if most_ink(written) <= limit:
                break
    return Rendering(JPEG, data)


def most_ink(image: Image.Image) -> float:
    """The most ink on any pixel of a CMYK picture, in percent of all four together."""
    total = ImageMath.lambda_eval(
        lambda of: of["c"] + of["m"] + of["y"] + of["k"], **_channels(image)
    )
    return float(total.getextrema()[1]) / 2.55


def _limited(image: Image.Image, limit: int) -> Image.Image:
    """The picture with less cyan, magenta and yellow where there is too much; black stays."""
    channels = _channels(image)
    room = round(limit * 2.55)

    def less(name: str) -> Image.Image:
        scaled: Image.Image = ImageMath.lambda_eval(
            lambda of: of["convert"](
                of["min"](
                    of[name],
                    of[name] * of["max"](room - of["k"], 0)
                    / of["max"](of["c"] + of["m"] + of["y"], 1),
                ),
                "L",
            ),
            **channels,
        )  # fmt: skip
        return scaled

    return Image.merge("CMYK", [less("c"), less("m"), less("y"), image.getchannel("K")])


def _channels(image: Image.Image) -> dict[str, Image.Image]:
    """The four inks as whole numbers that don't overflow."""
    parts = zip("cmyk", image.split(), strict=True)
    return {name: channel.convert("I") for name, channel in parts}
