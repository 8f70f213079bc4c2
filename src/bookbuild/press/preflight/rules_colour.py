"""Rules on colour spaces, spots, shadings, transparency and the graphics state."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.model import Case, Hit, Rule
from bookbuild.press.preflight.painted import PageContent
from bookbuild.press.preflight.reading import get, name, number, numbers
from bookbuild.press.preflight.rules_intent import intent_space
from bookbuild.press.preflight.spaces import Space, space_of

_1A, _4 = "ISO 15930-4:2003", "ISO 15930-7:2010"
_COLOUR = f"{_1A}; {_4}"
_OPAQUE = _1A
_STATE = f"{_1A}; {_4}"
_MODES = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
    "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue",
    "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
"""ISO 32000-1, 11.3.5."""
_INTENTS = {"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"}
_MANAGED = ("/ICCBased", "/CalGray", "/CalRGB", "/Lab")


def _families(content: PageContent) -> set[str]:
    return {family for space in content.spaces for family in space.families()}


def _rgb(case: Case, content: PageContent) -> Iterator[str]:
    if "/DeviceRGB" in _families(content) and intent_space(case) != "RGB ":
        yield "there is RGB colour"


def _managed(case: Case, content: PageContent) -> Iterator[str]:
    found = sorted(_families(content) & set(_MANAGED))
    if found:
        yield f"there is colour by measure or profile ({', '.join(key[1:] for key in found)})"


def _intent_icc(case: Case, content: PageContent) -> Iterator[str]:
    own = case.icc_stream
    if own is None:
        return
    for space in _nested(content.spaces):
        if space.components == 4 and space.profile is not None and _same(space.profile, own):
            yield "CMYK carries the output intent's own profile"
            return


def _same(one: Any, two: Any) -> bool:
    if reading.identity(one) == reading.identity(two):
        return True
    try:
        return reading.decoded(one) == reading.decoded(two)
    except (reading.Unreadable, reading.TooMuch):
        return False


def _nested(spaces: list[Space]) -> Iterator[Space]:
    for space in spaces:
        current: Space | None = space
        while current is not None:
            yield current
            current = current.base


def _cmyk_intent(case: Case, content: PageContent) -> Iterator[str]:
    if "/DeviceCMYK" in _families(content) and intent_space(case) != "CMYK":
        yield f"CMYK is used, but the output intent is {intent_space(case).strip()}"


def _unknown(case: Case, content: PageContent) -> Iterator[str]:
    if "/?" in _families(content) or "" in _families(content):
        yield "a colour space can't be read"


def _shading(case: Case, content: PageContent) -> Iterator[str]:
    for shading in content.shadings:
        space = space_of(get(shading, "/ColorSpace"))
        function = get(shading, "/Function")
        given = _outputs(function)
        if function is not None and given and space.components and given != space.components:
            yield f"a gradient gives {given} components where its colour space has {_n(space)}"


def _n(space: Space) -> str:
    return str(space.components)


def _outputs(function: Any, depth: int = 0) -> int:
    """How many components a function gives; 0 where that can't be told (7.10)."""
    parts = reading.array(function)
    if parts:
        return len(parts)
    if depth > 5 or not reading.is_dictionary(function):
        return 0
    output = numbers(get(function, "/Range"))
    if output:
        return len(output) // 2
    kind = number(get(function, "/FunctionType"))
    if kind == 3:
        inner = reading.array(get(function, "/Functions"))
        return _outputs(inner[0], depth + 1) if inner else 0
    return len(numbers(get(function, "/C0"))) or 1 if kind == 2 else 0


def _spots(case: Case) -> Iterator[Hit]:
    """One spot colour, one look: the same alternate space and tint transform."""
    looks: dict[str, list[tuple[Any, Any]]] = {}
    for value in reading.arrays(case.opened):
        parts = reading.array(value)
        if len(parts) >= 4 and name(parts[0]) == "/Separation":
            looks.setdefault(name(parts[1]), []).append((parts[2], parts[3]))
    for ink in sorted(looks):
        first = looks[ink][0]
        others = [look for look in looks[ink][1:] if not _looks_like(first, look)]
        if others and ink not in ("/All", "/None"):
            yield Hit(f"the spot colour {ink[1:]} has different looks")


def _looks_like(one: tuple[Any, Any], two: tuple[Any, Any]) -> bool:
    return bool(one[0] == two[0]) and bool(one[1] == two[1])


def _intents(case: Case, content: PageContent) -> Iterator[str]:
    for intent in sorted(content.intents - _INTENTS):
        yield f"the rendering intent {intent[1:] or '?'} doesn't exist"


def _alpha(case: Case, content: PageContent) -> Iterator[str]:
    values = (number(get(state, key)) for state in content.states for key in ("/ca", "/CA"))
    if any(value is not None and value < 1 for value in values):
        yield "something is translucent (ca, CA)"


def _modes(content: PageContent) -> list[str]:
    found: list[str] = []
    for state in content.states:
        value = get(state, "/BM")
        found += [name(value)] if name(value) else [name(item) for item in reading.array(value)]
    return sorted(set(found) - {""})


def _blend(case: Case, content: PageContent) -> Iterator[str]:
    for mode in _modes(content):
        if mode not in ("/Normal", "/Compatible"):
            yield f"something is blended ({mode[1:]})"


def _blend_unknown(case: Case, content: PageContent) -> Iterator[str]:
    for mode in _modes(content):
        if mode not in _MODES:
            yield f"the blend mode {mode[1:]} doesn't exist"


def _mask(case: Case, content: PageContent) -> Iterator[str]:
    if any(reading.is_dictionary(get(state, "/SMask")) for state in content.states):
        yield "something shows through a soft mask"
    if any(reading.is_stream(get(image, "/SMask")) or (number(get(image, "/SMaskInData")) or 0)
           for image in content.images):  # fmt: skip
        yield "a picture has a soft mask"


def _group(case: Case, content: PageContent) -> Iterator[str]:
    if any(name(get(group, "/S")) == "/Transparency" for group in content.groups):
        yield "there is a transparency group"


def _page_group(case: Case, content: PageContent) -> Iterator[str]:
    lively = next(chain(_alpha(case, content), _mask(case, content), _blend(case, content)), None)
    space = name(get(get(content.page, "/Group"), "/CS"))
    if lively and space != "/DeviceCMYK" and intent_space(case) == "CMYK":
        yield "a page with transparency doesn't say that it blends in CMYK"


def _transfer(case: Case, content: PageContent) -> Iterator[str]:
    for state in content.states:
        curve = get(state, "/TR2")
        if get(state, "/TR") is not None or (curve is not None and name(curve) != "/Default"):
            yield "a transfer curve changes the inks"
            return


def _halftone_phase(case: Case, content: PageContent) -> Iterator[str]:
    if any(get(state, "/HTP") is not None for state in content.states):
        yield "a halftone phase is set"


def _halftone(case: Case, content: PageContent) -> Iterator[str]:
    for state in content.states:
        screen = get(state, "/HT")
        if not reading.is_dictionary(screen):
            continue
        kind = number(get(screen, "/HalftoneType"))
        if kind not in (1, 5) or get(screen, "/HalftoneName") is not None:
            yield "a halftone of another type than 1 or 5, or with a name"
            return


def _operators(case: Case, content: PageContent) -> Iterator[str]:
    if content.operators:
        shown = ", ".join(sorted(content.operators)[:5])
        yield f"the content uses operators that PDF doesn't know ({shown})"


def _faults(case: Case, content: PageContent) -> Iterator[str]:
    yield from content.faults[:5]


RULES = (
    Rule("colour-rgb", "EEW", _COLOUR, "Convert it to CMYK or grey.", on_page=_rgb),
    Rule("colour-managed", "E--", _COLOUR, "Convert it to CMYK or grey.", on_page=_managed),
    Rule("colour-intent-icc", "-E-", _COLOUR, "Write it as DeviceCMYK.", on_page=_intent_icc),
    Rule("colour-cmyk-intent", "EE-", _COLOUR, "Give the file a CMYK intent.",
         on_page=_cmyk_intent),
    Rule("colour-unknown", "EEE", "ISO 32000-1, 8.6", "Export the page again.", on_page=_unknown),
    Rule("shading-components", "EEE", "ISO 32000-1, 8.7.4.5", "Export the gradient again.",
         on_page=_shading),
    Rule("spot-differs", "EEW", f"{_1A}; {_4}", "Define the colour once.", _spots),
    Rule("rendering-intent", "EEW", f"{_1A}; {_4}", "Leave it out.", on_page=_intents),
    Rule("transparency-alpha", "E--", _OPAQUE, "Flatten it.", on_page=_alpha),
    Rule("transparency-blend", "E--", _OPAQUE, "Flatten it.", on_page=_blend),
    Rule("transparency-mask", "E--", _OPAQUE, "Flatten it.", on_page=_mask),
    Rule("transparency-group", "E--", _OPAQUE, "Flatten it.", on_page=_group),
    Rule("blend-unknown", "EEE", "ISO 32000-1, 11.3.5", "Use a mode of the standard.",
         on_page=_blend_unknown),
    Rule("page-group", "-W-", f"{_4}; house rule", "Give the page a DeviceCMYK group.",
         on_page=_page_group),
    Rule("transfer-curve", "EEW", _STATE, "Leave it out.", on_page=_transfer),
    Rule("halftone-phase", "EEW", _STATE, "Leave it out.", on_page=_halftone_phase),
    Rule("halftone", "EEW", _STATE, "Leave screening to the press.", on_page=_halftone),
    Rule("operator-unknown", "EEW", "ISO 32000-1, 7.8.2", "Export the page again.",
         on_page=_operators),
    Rule("content-damaged", "EEE", "ISO 32000-1, 7.8", "Export the page again.",
         on_page=_faults),
)  # fmt: skip
