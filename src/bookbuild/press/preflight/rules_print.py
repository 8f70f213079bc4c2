"""Rules on what comes off the press: ink, black, type, lines, pictures, margins, folds."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.press.preflight.ink import beneath
from bookbuild.press.preflight.model import MM, Case, Rule
from bookbuild.press.preflight.painted import Box, PageContent, Painted, Picture
from bookbuild.press.preflight.spaces import NO_INK, Inks
from bookbuild.units import Length

_GWG = "Ghent Workgroup 2022"
_PROFILE = "the printer's profile"
_TRACE = 0.005
"""Less of an ink counts as none: half a step of 8 bits is 0.002."""
_RICH_TYPE = 14.0
"""Points: below, a slip of the inks shows at the edges of letters (house rule)."""
_OVERPRINT_TYPE = 12.0
"""Points: below, black text overprints (Ghent Workgroup 2022, R0007)."""
_REVERSED_TYPE = 6.0
"""Points: smaller white letters fill in (Ghent Workgroup 2022, R0016: 5 to 9 by process)."""
_FAINT = 0.10
"""KDP's least tint."""
_AT_EDGE = 0.5 * MM
"""What ends so near to the trim was meant to run off."""


_SOME: Inks = (1.0, 0.0, 0.0, 0.0, 0.0)
"""Stands for any colour."""


def _coloured(item: Painted) -> bool:
    return item.inks is not None and max(*item.inks[:3], item.inks[4]) > _TRACE


def _interior(case: Case, content: PageContent) -> Iterator[str]:
    """A press with black ink alone gets nothing else."""
    if not case.mono:
        return
    for item in content.visible():
        unknown = item.inks is None and item.space.components > 1
        spots = item.kind in ("image", "shading") and _more_than_black(item)
        if _coloured(item) or unknown or spots:
            yield "there is colour on a page that is printed in black"
            return


def _more_than_black(item: Painted) -> bool:
    return any(family not in ("/DeviceGray", "/CalGray", "/Indexed", "/ICCBased", "/Separation")
               for family in item.space.families())  # fmt: skip


def _texts(content: PageContent) -> Iterator[Painted]:
    return (item for item in content.visible() if item.kind == "text")


def _rich_black(case: Case, content: PageContent) -> Iterator[str]:
    for item in _texts(content):
        if item.inks and item.inks[3] >= 0.85 and _coloured(item) and item.size < _RICH_TYPE:
            yield f"black text of {item.size:.3g} pt is made of several inks"
            return


def _black_overprint(case: Case, content: PageContent) -> Iterator[str]:
    """Black text knocks white letters into colour where it doesn't overprint."""
    under: list[tuple[Painted, Inks]] = []
    for item in content.visible():
        if item.kind != "text":
            coloured = _coloured(item) or (item.kind == "image" and item.space.components == 4)
            under.append((item, _SOME if coloured else NO_INK))
        elif _knocks_out(item) and _SOME in beneath(item, under):
            yield "small black text on colour doesn't overprint"
            return


def _knocks_out(item: Painted) -> bool:
    black = item.inks is not None and item.inks[3] > 0.99 and not _coloured(item)
    return black and item.size < _OVERPRINT_TYPE and not (item.overprint and item.keeps)


def _overlap(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _white_overprint(case: Case, content: PageContent) -> Iterator[str]:
    for item in content.visible():
        if item.inks == NO_INK and item.overprint and item.kind not in ("image", "shading"):
            yield "something white overprints, so it doesn't print at all"
            return


def _reversed(case: Case, content: PageContent) -> Iterator[str]:
    for item in _texts(content):
        if item.inks == NO_INK and item.size < _REVERSED_TYPE:
            yield f"white text of {item.size:.3g} pt fills in"
            return


def _faint(case: Case, content: PageContent) -> Iterator[str]:
    for item in content.visible():
        if item.kind not in ("fill", "text") or item.inks is None or _coloured(item):
            continue
        if _TRACE < item.inks[3] < _FAINT - _TRACE:
            yield f"a grey of {item.inks[3]:.0%} hardly prints"
            return


def _lines(content: PageContent) -> Iterator[tuple[float, Painted]]:
    for item in content.visible():
        if item.inks == NO_INK:
            continue
        if item.kind == "stroke":
            yield item.size, item
        elif item.kind == "fill" and item.rectangle:
            yield min(item.box[2] - item.box[0], item.box[3] - item.box[1]), item


def thinnest(content: PageContent) -> float | None:
    """The thinnest line of a page in points; None without any."""
    return min((width for width, _ in _lines(content)), default=None)


def smallest(content: PageContent) -> float | None:
    """The smallest type of a page in points; None without any."""
    return min((item.size for item in _texts(content)), default=None)


def _hairline(case: Case, content: PageContent) -> Iterator[str]:
    least = case.profile.smallest.hairline.pt if case.profile else 0.0
    width = thinnest(content)
    if width is not None and (width < least or width == 0):
        yield f"a line of {width:.2f} pt is too thin for any press"


def _thin(case: Case, content: PageContent) -> Iterator[str]:
    if case.profile is None:
        return
    least, line = case.profile.smallest.hairline.pt, case.profile.smallest.line.pt
    widths = [width for width, _ in _lines(content) if least <= width < line - 0.005]
    if widths:
        yield f"a line of {min(widths):.2f} pt is thin; the printer asks for {line:g} pt"


def _small(case: Case, content: PageContent) -> Iterator[str]:
    size = smallest(content)
    if case.profile and size is not None:
        least = case.profile.smallest.type_size.pt
        if size < least - 0.01:
            yield f"type of {size:.3g} pt is small; the printer asks for {least:g} pt"


def _coarse(case: Case, content: PageContent) -> Iterator[str]:
    for picture in content.pictures:
        least = _resolution(case, picture)[0]
        if picture.ppi < least:
            yield f"a picture has {picture.ppi:.0f} ppi; {least} is the least"


def _soft(case: Case, content: PageContent) -> Iterator[str]:
    for picture in content.pictures:
        least, wanted = _resolution(case, picture)
        if least <= picture.ppi < wanted:
            yield f"a picture has {picture.ppi:.0f} ppi; {wanted} is better"


def _resolution(case: Case, picture: Picture) -> tuple[int, int]:
    """Least and wanted pixels per inch."""
    if case.profile is None:
        return 0, 0
    rule = case.profile.resolution
    wanted = rule.line_art if picture.line_art else rule.tones
    return wanted.least, wanted.wanted


def _matters(content: PageContent) -> Iterator[Painted]:
    """Text that isn't white."""
    return (item for item in _texts(content) if item.inks != NO_INK)


def _gutter(case: Case, content: PageContent) -> Iterator[str]:
    least = case.gutter
    if least is None:
        return
    trim = case.pages[content.number - 1].finished
    for item in _matters(content):
        recto = content.number % 2
        room = item.box[0] - trim[0] if recto else trim[2] - item.box[2]
        if room < least.pt - 0.1:
            yield f"text is {_mm(room)} mm from the fold; {least.mm:g} mm are needed"
            return


def _safe(case: Case, content: PageContent) -> Iterator[str]:
    if case.profile is None:
        return
    trim = case.pages[content.number - 1].finished
    cover = case.part == "cover"
    safe = case.profile.cover.safe if cover else case.profile.interior.safe
    for item in _matters(content):
        box = item.box
        rooms = [box[1] - trim[1], trim[3] - box[3]]
        rooms += [box[0] - trim[0], trim[2] - box[2]]
        if not cover:
            del rooms[2 if content.number % 2 else 3]
        inside = min(rooms) > -1 or _overlap(box, trim)
        if inside and min(rooms) < safe.pt - 0.1:
            yield f"text is {_mm(min(rooms))} mm from the trim; {safe.mm:g} mm are safe"
            return


def _mm(points: float) -> str:
    return f"{Length(points).mm:.1f}"


def _short_bleed(case: Case, content: PageContent) -> Iterator[str]:
    """What reaches the trim runs on to the end of the bleed."""
    boxes = case.pages[content.number - 1]
    trim, outer = boxes.finished, boxes.outer
    for item in content.visible():
        if not (item.rectangle or item.kind in ("image", "shading")) or item.inks == NO_INK:
            continue
        for side in range(4):
            room = abs(outer[side] - trim[side])
            sign = 1 if side > 1 else -1
            beyond = (item.box[side] - trim[side]) * sign
            if room > 1 and -_AT_EDGE < beyond < room - _AT_EDGE and _overlap(item.box, trim):
                yield "something ends at the trim and doesn't run on into the bleed"
                return


def _folds(case: Case, content: PageContent) -> Iterator[str]:
    """Text of a cover stays off the folds, as of the trim."""
    if case.part != "cover" or case.expected.spine is None or case.profile is None:
        return
    trim = case.pages[content.number - 1].finished
    middle, half = (trim[0] + trim[2]) / 2, case.expected.spine.pt / 2
    clear = case.profile.spine.text_clearance.pt
    for item in _matters(content):
        for fold in (middle - half, middle + half):
            if item.box[0] < fold + clear - 0.1 and item.box[2] > fold - clear + 0.1:
                yield "text lies on a fold, or nearer to it than the printer allows"
                return


RULES = (
    Rule("interior-colour", "EEE", "Lightning Source, 5294072525197", "Print it in black alone.",
         on_page=_interior),
    Rule("text-rich-black", "WWW", f"{_GWG}, R0015; house rule", "Set it in black alone (K 100).",
         on_page=_rich_black),
    Rule("black-overprint", "WWW", f"{_GWG}, R0007", "Let black text overprint (OPM 1).",
         on_page=_black_overprint),
    Rule("white-overprint", "EEE", f"{_GWG}, R0010", "Let white knock out.",
         on_page=_white_overprint),
    Rule("text-reversed", "WWW", f"{_GWG}, R0016", "Set it larger.", on_page=_reversed),
    Rule("tint-faint", "WWW", "KDP, print options", "Use 10 % or more.", on_page=_faint),
    Rule("line-hairline", "EEE", _PROFILE, "Draw it thicker.", on_page=_hairline),
    Rule("line-thin", "WWW", _PROFILE, "Draw it thicker.", on_page=_thin),
    Rule("type-small", "WWW", _PROFILE, "Set it larger.", on_page=_small),
    Rule("image-coarse", "EEE", _PROFILE, "Print it smaller, or find a larger one.",
         on_page=_coarse),
    Rule("image-soft", "WWW", _PROFILE, "Print it smaller, or find a larger one.",
         on_page=_soft),
    Rule("gutter-narrow", "EEE", _PROFILE, "Widen the inner margin.", on_page=_gutter),
    Rule("safe-zone", "WWW", _PROFILE, "Move it inwards.", on_page=_safe),
    Rule("bleed-short", "WWW", "house rule: 0.5 mm", "Draw it to the end of the bleed.",
         on_page=_short_bleed),
    Rule("fold-text", "WWW", _PROFILE, "Move it away from the fold.", on_page=_folds),
)  # fmt: skip
