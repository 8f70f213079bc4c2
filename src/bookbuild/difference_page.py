"""Two editions side by side in one page of HTML that needs no network and no other file.

In: `Differences` and the sides that were compared. Out: the page's bytes. Its template lies in
``layouts/difference/``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bookbuild.differences import Differences, Side
from bookbuild.folders import layout_folders
from bookbuild.layout import load_layout, safe
from bookbuild.pixels import changed_box, page_picture
from bookbuild.press.raster import Pixels, render_trimmed

PAGE, COVER = 480, 1000
"""Widths in pixels."""
_AT_ONCE = 16
"""Pages that are drawn together: more would need more memory, fewer more time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page, or the cover, before and after; pictures as addresses that hold them."""

    before: str
    after: str
    pictures: tuple[str, ...]
    """One, where it is only in one of the two."""
    box: str = ""
    """Where two pages differ, as a style: in percent of the page."""


def difference_page(found: Differences, before: Side, after: Side) -> bytes:
    """The page.

    Raises:
        BookFaults: its template is missing or wrong.
    """
    folders = layout_folders(Path())
    look = replace(load_layout(folders, "default"), name="difference")
    old, new = before.part("interior") or b"", after.part("interior") or b""
    pages = [(one.number, other.number) for one, other in found.changed]
    labels = [(one.label, other.label) for one, other in found.changed]
    values = {
        "found": found,
        "css": safe(look.fill("difference.css", {})),
        "changed": list(_side_by_side(old, new, pages, labels)),
        "added": list(_alone(new, [(page.number, page.label) for page in found.added])),
        "removed": list(_alone(old, [(page.number, page.label) for page in found.removed])),
        "cover": _cover(found, before, after),
    }
    return look.fill("difference.html", values).encode()


def _side_by_side(
    old: bytes, new: bytes, pages: Sequence[tuple[int, int]], labels: Sequence[tuple[str, str]]
) -> Iterator[Shown]:
    for first in range(0, len(pages), _AT_ONCE):
        some = pages[first : first + _AT_ONCE]
        befores = render_trimmed(old, [one for one, _ in some], PAGE)
        afters = render_trimmed(new, [other for _, other in some], PAGE)
        named = labels[first : first + _AT_ONCE]
        for names, one, other in zip(named, befores, afters, strict=True):
            yield _shown(*names, one, other)


def _alone(pdf: bytes, pages: Sequence[tuple[int, str]]) -> Iterator[Shown]:
    for first in range(0, len(pages), _AT_ONCE):
        some = pages[first : first + _AT_ONCE]
        drawn = render_trimmed(pdf, [number for number, _ in some], PAGE)
        for (_, label), picture in zip(some, drawn, strict=True):
            yield Shown(label, label, (_uri(picture),))


def _cover(found: Differences, before: Side, after: Side) -> Shown | None:
    old, new = before.part("cover"), after.part("cover")
    if not found.cover or not old or not new:
        return None
    drawn = [render_trimmed(data, [0], COVER)[0] for data in (old, new)]
    return Shown(found.before, found.after, tuple(_uri(picture) for picture in drawn))


def _shown(before: str, after: str, one: Pixels, other: Pixels) -> Shown:
    return Shown(before, after, (_uri(one), _uri(other)), _box(one, other))


def _box(one: Pixels, other: Pixels) -> str:
    """The frame round what differs; none where the sizes do."""
    if (one.width, one.height) != (other.width, other.height):
        return ""
    found = changed_box(one.width, one.height, one.rgb, other.rgb)
    if found is None:
        return ""
    left, upper, right, lower = found
    across, down = 100 / one.width, 100 / one.height
    return (
        f"left:{left * across:.2f}%;top:{upper * down:.2f}%;"
        f"width:{(right - left) * across:.2f}%;height:{(lower - upper) * down:.2f}%"
    )


def _uri(pixels: Pixels) -> str:
    red, green, blue = (pixels.rgb[channel::3] for channel in range(3))
    data = red if red == green == blue else pixels.rgb
    picture = page_picture(pixels.width, pixels.height, data)
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode('ascii')}"
