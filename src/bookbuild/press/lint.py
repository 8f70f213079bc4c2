"""What the page engine can't set in inks, or a press file can't hold, refused before it is set.

Owner of tinycss2. In: a layout's style sheet or page, filled, and the template that it came from.
Out: an error for each such style, with the template's line where it can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

from bookbuild.diagnostics import Diagnostic, Place, error


@dataclass(frozen=True, slots=True)
class Template:
    """A layout's file, as it stands there."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class _Style:
    """One declaration, or an attribute of a drawing that says the same."""

    name: str
    values: tuple[Any, ...]

    @property
    def words(self) -> list[str]:
        """The keywords of its value."""
        return [value.lower_value for value in self.values if value.type == "ident"]

    def functions(self) -> Iterator[Any]:
        """Every function in its value, also those inside others."""
        waiting = list(self.values)
        while waiting:
            value = waiting.pop(0)
            if value.type == "function":
                yield value
                waiting[:0] = value.arguments

    def __str__(self) -> str:
        return f"{self.name}: {tinycss2.serialize(self.values).strip()}"


Objection = tuple[str, str]
"""What is wrong, and what to do instead."""

_INK = "give it as device-cmyk(…), each ink from 0 to 1"
_RGB = frozenset({"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color",
                  "color-mix"})  # fmt: skip
_COLOURED = ("color", "background", "border", "outline", "column-rule", "text-decoration", "fill",
             "stroke", "box-shadow")  # fmt: skip
"""Properties whose keywords may be names of colours, by a part of their own name."""
_UNSET = frozenset({"filter", "backdrop-filter", "mix-blend-mode", "text-shadow", "mask",
                    "mask-image"})  # fmt: skip
_SHADED = frozenset({"ridge", "groove", "inset", "outset"})
_OPACITY = frozenset({"opacity", "fill-opacity", "stroke-opacity", "stop-opacity"})


def _gradient(style: _Style) -> Objection | None:
    if any(function.lower_name.endswith("-gradient") for function in style.functions()):
        return "a gradient can't be set in inks", "use flat colours, or an <img> with the gradient"
    return None


def _blur(style: _Style) -> Objection | None:
    if style.name != "box-shadow":
        return None
    lengths: list[float] = []
    for value in (*style.values, None):
        if value is None or value == ",":
            if len(lengths) > 2 and lengths[2]:
                return "a shadow with blur can't be set in inks", "a sharp shadow, with blur 0"
            lengths = []
        elif value.type in ("number", "dimension"):
            lengths.append(value.value)
    return None


def _unset(style: _Style) -> Objection | None:
    if style.name in _UNSET and style.words != ["none"] and style.words != ["normal"]:
        return "the page engine doesn't set it", "put the effect into a picture, and use <img>"
    return None


def _shaded_line(style: _Style) -> Objection | None:
    if style.name.startswith(("border", "outline", "column-rule")):
        for word in style.words:
            if word in _SHADED:
                return f"a line of style {word} can't be set in inks", "solid, double or dashed"
    return None


def _rgb(style: _Style) -> Objection | None:
    for function in style.functions():
        if function.lower_name in _RGB:
            return f"{function.lower_name}() is a colour of screens, not an ink", _INK
    if not any(part in style.name for part in _COLOURED):
        return None
    for value in style.values:
        if value.type in ("ident", "hash"):
            colour = parse_color(value)
            if colour is not None and colour != "currentcolor" and colour.alpha:
                written = tinycss2.serialize([value])
                return f"{written} is a colour of screens, not an ink", _INK
    return None


def _background_picture(style: _Style) -> Objection | None:
    if style.name in ("background", "background-image") and (
        any(value.type == "url" for value in style.values)
        or any(function.lower_name in ("url", "image-set") for function in style.functions())
    ):
        return "a background picture shows hairlines at its edges", "an <img> under the text"
    return None


def _profile(style: _Style) -> Objection | None:
    if style.name == "@color-profile":
        return "it changes the inks of other colours", "the printer's profile names the condition"
    return None


def _see_through(style: _Style) -> Objection | None:
    """For standards without transparency alone."""
    hint = "an opaque colour, mixed beforehand"
    if style.name in _OPACITY:
        for value in style.values:
            share = value.value if value.type == "number" else 1
            share = value.value / 100 if value.type == "percentage" else share
            if share < 1:
                return "PDF/X-1a has nothing that shows through", hint
    for function in style.functions():
        parts = [part for part in function.arguments if part.type not in ("whitespace", "comment")]
        if function.lower_name == "device-cmyk" and len(parts) > 5 and parts[4] == "/":
            opaque = parts[5].type == "number" and parts[5].value >= 1
            if not opaque:
                return "PDF/X-1a has nothing that shows through", hint
    return None


RULES: tuple[Callable[[_Style], Objection | None], ...] = (
    _gradient, _blur, _unset, _shaded_line, _background_picture, _rgb,
    _profile,
)  # fmt: skip
"""What no press file can have, whatever its standard."""


def lint_style(css: str, template: Template, *, flat: bool) -> tuple[Diagnostic, ...]:
    """What is wrong with a filled style sheet; `flat` where the standard has no transparency."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return tuple(dict.fromkeys(_found(_styles(rules), template, flat)))


def lint_page(html: str, template: Template, *, flat: bool) -> tuple[Diagnostic, ...]:
    """What is wrong with the styles and drawings in a filled page."""
    reader = _Page()
    reader.feed(html)
    reader.close()
    found = list(_found(reader.styles, template, flat))
    for name in reader.gradients:
        message = f"<{name}>: a gradient can't be set in inks"
        place = Place(template.file, _line(template.text, (f"<{name}",)))
        found.append(error("layout-press", message, place, "use flat colours"))
    return tuple(dict.fromkeys(found))


def _found(
    styles: Sequence[_Style] | Iterator[_Style], template: Template, flat: bool
) -> Iterator[Diagnostic]:
    rules = (*RULES, _see_through) if flat else RULES
    for style in styles:
        for rule in rules:
            objection = rule(style)
            if objection is not None:
                said, hint = objection
                value = tinycss2.serialize(style.values).strip()
                written = (f"{style.name}:{value}", f"{style.name}:", style.name)
                place = Place(template.file, _line(template.text, written))
                yield error("layout-press", f"“{style}”: {said}", place, hint)


def _line(text: str, wanted: Sequence[str]) -> int | None:
    """The only line of the template with the first of `wanted` that stands on any; else the first.

    Spaces and capitals don't count. Where several lines have only the property's name, none is
    given: a wrong line is worse than none.
    """
    lines = ["".join(line.split()).lower() for line in text.splitlines()]
    for at, words in enumerate(wanted):
        key = "".join(words.split()).lower()
        there = [number for number, line in enumerate(lines, 1) if key in line]
        if there and (at == 0 or len(there) == 1):
            return there[0]
    return None


def _styles(rules: Sequence[Any]) -> Iterator[_Style]:
    """Every declaration of a style sheet, in order, also in rules inside rules."""
    for rule in rules:
        if rule.type == "declaration":
            yield _style(rule.lower_name, rule.value)
            continue
        keyword = getattr(rule, "lower_at_keyword", "")
        if keyword == "color-profile":
            yield _style("@color-profile", rule.prelude)
        elif rule.type in ("qualified-rule", "at-rule") and rule.content and keyword != "font-face":
            yield from _styles(
                tinycss2.parse_blocks_contents(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
            )


def _style(name: str, values: Sequence[Any]) -> _Style:
    kept = tuple(value for value in values if value.type != "comment")
    return _Style(name, kept)


_ATTRIBUTES = frozenset({"fill", "stroke", "stop-color", "color", "filter", "mask", *_OPACITY})
_GRADIENTS = {"lineargradient": "linearGradient", "radialgradient": "radialGradient"}


class _Page(HTMLParser):
    """Collects what a page says about looks outside its style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[_Style] = []
        self.gradients: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in _GRADIENTS:
            self.gradients.append(_GRADIENTS[tag])
        for name, value in attrs:
            if name == "style":
                self.styles += _styles(tinycss2.parse_blocks_contents(value or ""))
            elif name in _ATTRIBUTES:
                self.styles.append(_style(name, tinycss2.parse_component_value_list(value or "")))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            rules = tinycss2.parse_stylesheet(data, skip_comments=True, skip_whitespace=True)
            self.styles += _styles(rules)
