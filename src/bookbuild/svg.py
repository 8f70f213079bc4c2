"""SVG pictures made harmless: a drawing that stands alone, in the part of SVG that books can use.

In: the bytes of a file that nobody vouches for. Out: a `Drawing`, with what had to go, or
`Unusable`. Nothing outside the file is ever read, and nothing in it runs, moves or leads out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from bookbuild import xhtml
from bookbuild.svg_links import (
    SVG,
    URL,
    XLINK_HREF,
    Unusable,
    cut_circles,
    local,
    make_ids_safe,
)
from bookbuild.xhtml import Element

_XML = "{http://www.w3.org/XML/1998/namespace}"
TEXT = frozenset(("text", "tspan", "textPath"))
KEPT = TEXT | frozenset(
    """
    svg g defs symbol use switch title desc path rect circle ellipse line polyline polygon image
    linearGradient radialGradient stop pattern clipPath mask marker style filter
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting
    feDisplacementMap feDistantLight feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur
    feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
    feTurbulence
    """.split()  # noqa: SIM905 - a list of words reads better than quotes and commas
)
_UNSEEN = frozenset(("metadata", "view", "cursor", "font", "font-face"))
"""SVG elements that draw nothing: they go without a word."""
_MOVING = frozenset(
    ("animate", "animateColor", "animateMotion", "animateTransform", "discard", "mpath", "set")
)
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}
"""CSS absolute units in pixels (CSS Values 3, 6.2)."""
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|([^\n]))")
_CSS_IMPORT = re.compile(r"@(?:import|charset|namespace)\b[^;{}]*(?:;|$)", re.IGNORECASE)
_CSS_BLOCK = re.compile(
    r"@(-\w+-)?(?P<name>keyframes|font-face)\b[^{]*\{(?:[^{}]|\{[^{}]*\})*\}?", re.IGNORECASE
)
_CSS_MOVES = re.compile(r"\b(?:animation|transition)(?:-[a-z-]+)?\s*:[^;}]*;?", re.IGNORECASE)
_DATA_URL = re.compile(r"data:(?:image/[\w.+-]+)?(?:;[\w=-]+)*?(;base64)?,(.*)", re.DOTALL)

Recode = Callable[[bytes], tuple[str, bytes] | None]
"""Makes raster bytes fit to stand in a drawing: (media type, bytes), or None if they are broken."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A cleaned SVG: its bytes, its size in CSS pixels, the text in it, and what had to go."""

    data: bytes = field(repr=False)
    width: float
    height: float
    text: str
    dropped: tuple[str, ...]
    unprinted: tuple[str, ...] = ()
    """What reading apps show and the page engine doesn't draw."""


def clean(data: bytes, recode: Recode) -> Drawing:
    """A drawing that shows what `data` shows, as far as a book can.

    Raises:
        Unusable: the file is no SVG, or one that can't be drawn.
    """
    root = _root(data)
    dropped: list[str] = []
    _clean_elements(root, dropped)
    for element in root.iter(f"{SVG}*"):
        _clean_attributes(element, dropped)
    for style in root.findall(f".//{SVG}style"):
        style.text = _clean_css(xhtml.all_text(style), dropped)
        for inner in list(style):
            style.remove(inner)
    _recode_images(root, recode, dropped)
    make_ids_safe(root)
    cut_circles(root, dropped)
    width, height = _size(root)
    text = " ".join(xhtml.text_of(element) for element in root.iter(f"{SVG}text"))
    return Drawing(
        xhtml.bare_document(root),
        width,
        height,
        text,
        tuple(dict.fromkeys(dropped)),
        tuple(_unprinted(root)),
    )


def for_print(data: bytes, recode: Recode) -> bytes:
    """A cleaned drawing as the page engine can set it, the raster pictures in it made anew.

    The engine draws nothing under a mask whose extent is given by what it masks, the default; so
    such masks get an extent in which nothing is cut off that the drawing shows.
    """
    root = xhtml.parse_foreign(data)
    _recode_images(root, recode, [])
    left, top, width, height = _numbers(root.get("viewBox", ""))
    extent = {"x": left - width, "y": top - height, "width": width * 3, "height": height * 3}
    for mask in root.iter(f"{SVG}mask"):
        if mask.get("maskUnits") != "userSpaceOnUse":
            mask.set("maskUnits", "userSpaceOnUse")
            for key, value in extent.items():
                mask.set(key, f"{value:g}")
    return xhtml.bare_document(root)


def _unprinted(root: Element) -> Iterator[str]:
    if next(root.iter(f"{SVG}filter"), None) is not None:
        yield "filters"
    if any(mask.get("maskContentUnits") == "objectBoundingBox" for mask in root.iter(f"{SVG}mask")):
        yield "what lies under a mask in objectBoundingBox units"


def _root(data: bytes) -> Element:
    try:
        root = xhtml.parse_foreign(data)
    except xhtml.Malformed as fault:
        raise Unusable(f"not well-formed: {fault} (line {fault.line})", "export it anew") from None
    if root.tag == "svg":  # written without its namespace, as inside HTML
        for element in root.iter("*"):
            name = str(element.tag)
            if not name.startswith("{"):
                element.tag = f"{SVG}{name}"
    if root.tag != f"{SVG}svg":
        raise Unusable("XML, but no SVG", "save it as SVG, PNG or JPEG")
    return root


def _clean_elements(root: Element, dropped: list[str]) -> None:
    """Elements that a book can't hold; those of drawing programs go without a word."""
    for element in list(root.iter("*")):
        name = local(element)
        if element is root:
            continue
        if not str(element.tag).startswith(SVG):
            _take_out(element)
        elif name == "a":  # a picture leads nowhere: its parts stay
            inside_text = local(xhtml.parent_of(element)) in TEXT
            element.tag = f"{SVG}tspan" if inside_text else f"{SVG}g"
        elif name not in KEPT:
            _take_out(element)
            if name not in _UNSEEN:
                dropped.append("animation" if name in _MOVING else f"<{name}>")


def _take_out(element: Element) -> None:
    """Take out an element, unless one around it is gone already."""
    if element.getparent() is not None:
        xhtml.remove(element)


def _clean_attributes(element: Element, dropped: list[str]) -> None:
    for key in list(element.attrib):
        name, value = str(key), str(element.get(key))
        if name in ("href", XLINK_HREF):
            del element.attrib[key]
            if (target := _href(element, value)) is not None:
                element.set(XLINK_HREF, target)
            elif local(element) in ("image", "use"):
                dropped.append(f"<{local(element)}> from outside")
                _take_out(element)
        elif _is_useless(name):
            del element.attrib[key]
        elif name == "style":
            element.set("style", _clean_css(value, dropped))
        elif "(" in value or "\\" in value:
            element.set(key, _clean_urls(_unescaped(value), dropped))


def _is_useless(name: str) -> bool:
    """True for attributes of other vocabularies, and for those that act or lead somewhere."""
    if name.startswith("{"):
        return name not in (f"{_XML}space", f"{_XML}lang")
    return name in ("base", "role") or name.lower().startswith(("on", "data-", "aria-"))


def _href(element: Element, value: str) -> str | None:
    """Where a reference may lead: inside the drawing, or to the picture that it brings along."""
    value = value.strip()
    if value.startswith("#"):
        return value
    if local(element) == "image" and _DATA_URL.fullmatch(value):
        return value
    return None


def _clean_urls(value: str, dropped: list[str]) -> str:
    def inside(match: re.Match[str]) -> str:
        if match[2].strip().startswith("#"):
            return f"url({match[2].strip()})"
        dropped.append("a reference to outside")
        return "none"

    cleaned = URL.sub(inside, value)
    if "url(" in cleaned.lower() and not URL.search(cleaned):  # never closed
        dropped.append("a reference to outside")
        return "none"
    return cleaned


def _clean_css(text: str, dropped: list[str]) -> str:
    """A style without imports, fonts, animation and references to outside."""

    def block(match: re.Match[str]) -> str:
        dropped.append("a font" if match["name"].lower() == "font-face" else "animation")
        return ""

    def moves(match: re.Match[str]) -> str:
        dropped.append("animation")
        return ""

    def imports(match: re.Match[str]) -> str:
        if match[0].lower().startswith("@import"):
            dropped.append("an imported style sheet")
        return ""

    text = _unescaped(_CSS_COMMENT.sub("", text))
    text = _CSS_IMPORT.sub(imports, _CSS_BLOCK.sub(block, text))
    return _clean_urls(_CSS_MOVES.sub(moves, text), dropped).strip()


def _unescaped(text: str) -> str:
    """CSS with its escapes resolved, so that none can hide a word that is looked for."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else ord(match[2])
        return chr(number) if 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE else ""

    return _CSS_ESCAPE.sub(character, text)


def _recode_images(root: Element, recode: Recode, dropped: list[str]) -> None:
    for image in list(root.iter(f"{SVG}image")):
        match = _DATA_URL.fullmatch(image.get(XLINK_HREF, ""))
        made = recode(_payload(match)) if match else None
        if made is None:
            dropped.append("<image> that is no raster picture")
            _take_out(image)
        else:
            media_type, data = made
            encoded = base64.b64encode(data).decode("ascii")
            image.set(XLINK_HREF, f"data:{media_type};base64,{encoded}")


def _payload(match: re.Match[str]) -> bytes:
    if not match[1]:
        return unquote_to_bytes(match[2])
    try:
        return base64.b64decode(unquote_to_bytes(match[2]))
    except binascii.Error:
        return b""


def _size(root: Element) -> tuple[float, float]:
    """Width and height in CSS pixels, written on the root, with a view box.

    Raises:
        Unusable: the drawing says no size, or one of nothing.
    """
    width, height = (_pixels(root.get(side, "")) for side in ("width", "height"))
    box = _numbers(root.get("viewBox", ""))
    if len(box) != 4:
        if not width or not height:
            raise Unusable("it has no viewBox and no size", "export it with its width and height")
        box = [0.0, 0.0, width, height]
    if not (0 < box[2] < 1e6 and 0 < box[3] < 1e6):
        raise Unusable("its viewBox is empty or far too large", "export it anew")
    ratio = box[2] / box[3]
    width = width or (height * ratio if height else box[2])
    height = height or width / ratio
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise Unusable("its size is nothing, or far too large", "export it anew")
    root.set("viewBox", " ".join(f"{number:g}" for number in box))
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    return width, height


def _pixels(written: str) -> float | None:
    match = _LENGTH.fullmatch(written)
    return float(match[1]) * _PIXELS[match[2]] if match else None


def _numbers(written: str) -> list[float]:
    try:
        return [float(part) for part in re.split(r"[\s,]+", written.strip())]
    except ValueError:
        return []
