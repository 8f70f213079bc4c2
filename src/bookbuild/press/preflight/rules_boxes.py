"""Rules on page boxes, page sizes and the number of pages (ISO 32000-1, 14.11.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bookbuild.press.preflight.model import MM, Case, Hit, PageBoxes, Rule
from bookbuild.press.preflight.painted import Box, PageContent
from bookbuild.press.preflight.reading import get, inherited, name, number
from bookbuild.units import pt

_X = "ISO 15930-4:2003; ISO 15930-7:2010"
_CLOSE = 0.01
"""Points that a box may stick out of another, from rounding."""
_TRIM_TOLERANCE = 0.1 * MM
_BLEED_TOLERANCE = 0.05 * MM
_PREFERENCES = ("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip")


def _inside(one: Box, two: Box) -> bool:
    return (one[0] >= two[0] - _CLOSE and one[1] >= two[1] - _CLOSE
            and one[2] <= two[2] + _CLOSE and one[3] <= two[3] + _CLOSE)  # fmt: skip


def size_of(box: Box) -> tuple[float, float]:
    """Width and height of a box in points."""
    return box[2] - box[0], box[3] - box[1]


def _media(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if boxes.media is None or min(size_of(boxes.media)) <= 0:
            yield Hit("a page has no size (MediaBox)", boxes.number)


def _origin(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if boxes.media is not None and max(abs(boxes.media[0]), abs(boxes.media[1])) > _CLOSE:
            yield Hit("a page's MediaBox doesn't begin at 0 0", boxes.number)


def _trim(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if boxes.trim is None and boxes.art is None:
            yield Hit("a page doesn't say where it is trimmed (TrimBox)", boxes.number)


def _both(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if boxes.trim is not None and boxes.art is not None:
            yield Hit("a page has a TrimBox and an ArtBox", boxes.number)


def _order(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if boxes.media is None or min(size_of(boxes.media)) <= 0:
            continue
        chain = [("TrimBox", boxes.trim or boxes.art), ("BleedBox", boxes.bleed)]
        known = [(label, box) for label, box in chain if box is not None]
        known.append(("MediaBox", boxes.media))
        for (label, box), (outer, around) in pairwise(known):
            if not _inside(box, around):
                yield Hit(f"a page's {label} sticks out of its {outer}", boxes.number)


def _crop(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        inner = boxes.bleed or boxes.trim
        if boxes.crop is not None and inner is not None and not _inside(inner, boxes.crop):
            yield Hit("a page's CropBox cuts into its bleed or trim", boxes.number)


def _preferences(case: Case) -> Iterator[Hit]:
    wishes = get(case.root, "/ViewerPreferences")
    for key in _PREFERENCES:
        if name(get(wishes, key)) not in ("", "/MediaBox", "/BleedBox"):
            yield Hit(f"the viewer preference {key[1:]} is {name(get(wishes, key))[1:]}")


def _unit(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if get(boxes.page, "/UserUnit") not in (None, 1):
            yield Hit("a page has a unit of its own (UserUnit)", boxes.number)


def _rotated(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if (number(inherited(boxes.page, "/Rotate")) or 0) % 360:
            yield Hit("a page is turned (Rotate)", boxes.number)


def _trimmed(case: Case) -> list[PageBoxes]:
    """Pages whose trim is known; a plain PDF is trimmed to its page."""
    known = case.standard == "PDF"
    return [boxes for boxes in case.pages if known or boxes.trim or boxes.art]


def _page_size(case: Case) -> Iterator[Hit]:
    if case.expected.trim is None:
        return
    wanted = case.expected.trim[0].pt, case.expected.trim[1].pt
    for boxes in _trimmed(case):
        found = size_of(boxes.finished)
        if any(abs(a - b) > _TRIM_TOLERANCE for a, b in zip(found, wanted, strict=True)):
            yield Hit(f"a page is {_mm(found)}, the book is {_mm(wanted)}", boxes.number)


def _mm(size: tuple[float, float]) -> str:
    return f"{size[0] / MM:.1f} × {size[1] / MM:.1f} mm"


def _sizes(case: Case) -> Iterator[Hit]:
    sizes = Counter(_mm(size_of(boxes.finished)) for boxes in _trimmed(case))
    usual = sizes.most_common(1)[0][0] if sizes else ""
    for boxes in _trimmed(case):
        found = size_of(boxes.finished)
        if _mm(found) != usual and not _near(boxes, case.pages, usual):
            yield Hit(f"a page is {_mm(found)}, most are {usual}", boxes.number)


def _near(boxes: PageBoxes, pages: tuple[PageBoxes, ...], usual: str) -> bool:
    """True for a size that only rounds to another figure."""
    model = next(page for page in pages if _mm(size_of(page.finished)) == usual)
    pairs = zip(size_of(boxes.finished), size_of(model.finished), strict=True)
    return all(abs(one - two) <= _TRIM_TOLERANCE for one, two in pairs)


def _bleed(case: Case) -> Iterator[Hit]:
    wanted = case.expected.bleed
    if wanted is None:
        return
    for boxes in _trimmed(case):
        outer, trim = boxes.outer, boxes.finished
        sides = [trim[1] - outer[1], outer[3] - trim[3], trim[0] - outer[0], outer[2] - trim[2]]
        if case.part == "interior":
            # A printer may want no bleed where the page is bound, and takes one that has it.
            del sides[2 if boxes.number % 2 else 3]
        if min(sides) < wanted.pt - _BLEED_TOLERANCE:
            least = f"{max(min(sides), 0) / MM:.2f}"
            yield Hit(f"a page has {least} mm bleed; {wanted.mm:g} mm are asked for", boxes.number)


def _count(case: Case) -> Iterator[Hit]:
    found = len(case.pages)
    if case.expected.pages is not None and found != case.expected.pages:
        yield Hit(f"the file has {found} pages, the book {case.expected.pages}")
    elif case.part == "cover" and found != 1:
        yield Hit(f"a cover is one page; the file has {found}")


def _multiple(case: Case) -> Iterator[Hit]:
    if case.profile is None or case.part == "cover":
        return
    width, height = (pt(value) for value in size_of(case.pages[0].finished))
    multiple = case.profile.interior.page_multiple(width, height)
    if len(case.pages) % multiple:
        yield Hit(f"{len(case.pages)} pages are not a multiple of {multiple}")


def _fewest(case: Case) -> Iterator[Hit]:
    if case.profile and case.part == "interior":
        fewest = case.profile.interior.fewest_pages
        if len(case.pages) < fewest:
            yield Hit(f"{len(case.pages)} pages; the printer binds from {fewest}")


def _most(case: Case) -> Iterator[Hit]:
    if case.profile and case.part == "interior":
        most = case.profile.interior.most_pages
        if len(case.pages) > most:
            yield Hit(f"{len(case.pages)} pages; the printer binds up to {most}")


def _last_blank(case: Case, content: PageContent) -> Iterator[str]:
    if case.part == "cover" or case.profile is None or not case.profile.interior.last_page_blank:
        return
    if content.number == len(case.pages) and content.visible():
        yield "the last page isn't blank; the printer's mark goes there"


RULES = (
    Rule("box-media", "EEE", "ISO 32000-1, 14.11.2", "Export the page again.", _media),
    Rule("box-origin", "WW-", "house rule", "Move the page to the origin.", _origin),
    Rule("box-trim", "EE-", _X, "Export it with a TrimBox.", _trim),
    Rule("box-trim-art", "EEW", _X, "Keep the TrimBox alone.", _both),
    Rule("box-order", "EEE", _X, "Put trim in bleed in media.", _order),
    Rule("box-crop", "EEW", _X, "Leave the CropBox out, or let it be the MediaBox.", _crop),
    Rule("box-preference", "EEW", f"{_X}; ISO 32000-1, 12.2", "Leave it out.", _preferences),
    Rule("box-unit", "EEE", "Ghent Workgroup 2022", "Export it at its real size.", _unit),
    Rule("page-rotated", "EEE", "Ghent Workgroup 2022", "Export it upright.", _rotated),
    Rule("page-size", "EEE", "house rule: 0.1 mm", "Export it at the book's trim.", _page_size),
    Rule("page-sizes", "EEE", "Ghent Workgroup 2022", "Give every page one size.", _sizes),
    Rule("bleed-narrow", "EEE", "the printer's profile", "Export it with the bleed.", _bleed),
    Rule("page-count", "EEE", "house rule", "Export every page, once.", _count),
    Rule("page-multiple", "EEE", "the printer's profile", "Add blank pages at the end.",
         _multiple),
    Rule("pages-few", "EEE", "the printer's profile", "Choose another binding or printer.",
         _fewest),
    Rule("pages-many", "EEE", "the printer's profile", "Choose another paper or printer.", _most),
    Rule("last-page", "EEE", "the printer's profile", "Add a blank leaf at the end.",
         on_page=_last_blank),
)  # fmt: skip
