"""What leads from one part of a drawing to another: ids made safe, circles cut, bombs refused.

In: an SVG tree, changed in place. References in attributes and in style sheets are followed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bookbuild.xhtml import Element

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
URL = re.compile(r"""url\(\s*(["']?)(.*?)\1\s*\)""", re.IGNORECASE | re.DOTALL)
MOST_SHAPES = 200_000
"""As many as a detailed map has, patterns and re-used parts counted each time they are drawn."""
_SAFE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_INSIDE = re.compile(r"#([^\s\"'()]+)")


class Unusable(ValueError):
    """No drawing can be made of the file; `hint` says what would help."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def make_ids_safe(root: Element) -> None:
    """Ids as XML asks for them, each once; references and styles follow."""
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    taken = {value for element in root.iter("*") if (value := element.get("id"))}
    for element in root.iter("*"):
        own = element.get("id")
        if own is None:
            continue
        seen[own] += 1
        if seen[own] > 1 or not own:
            del element.attrib["id"]
        elif not _SAFE_ID.fullmatch(own):
            names[own] = _free_name(own, taken)
            taken.add(names[own])
            element.set("id", names[own])
    if names:
        _rename(root, names)


def _free_name(own: str, taken: set[str]) -> str:
    name = "x-" + re.sub(r"[^A-Za-z0-9_.-]", "-", own)
    while name in taken:
        name += "-"
    return name


def _rename(root: Element, names: dict[str, str]) -> None:
    def in_url(match: re.Match[str]) -> str:
        return f"url(#{names.get(match[2][1:], match[2][1:])})"

    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    selector = re.compile(rf"#({known})(?![\w-])(?=[^{{}}]*{{)")
    for element in root.iter("*"):
        for key, value in element.attrib.items():
            if key == XLINK_HREF and str(value).startswith("#"):
                element.set(key, "#" + names.get(str(value)[1:], str(value)[1:]))
            elif "url(#" in str(value):
                element.set(key, URL.sub(in_url, str(value)))
        if local(element) == "style" and element.text:
            style = URL.sub(in_url, element.text)
            element.text = selector.sub(lambda match: f"#{names[match[1]]}", style)


def _references(element: Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key == XLINK_HREF and str(value).startswith("#"):
            yield str(value)[1:]
        elif "url(#" in str(value):
            yield from _INSIDE.findall(str(value))


def cut_circles(root: Element, dropped: list[str]) -> None:
    """References that lead back to themselves are cut; a drawing that multiplies is refused.

    Raises:
        Unusable: parts used in parts add up to more than `MOST_SHAPES`.
    """
    by_id = {element.get("id"): element for element in root.iter("*") if element.get("id")}
    weights: dict[Element, int] = {}
    open_now: set[Element] = set()
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        if done:
            open_now.discard(element)
            parts = [*element, *(by_id[name] for name in _references(element) if name in by_id)]
            weights[element] = 1 + sum(weights.get(part, 1) for part in parts)
            if weights[element] > MOST_SHAPES:
                raise Unusable(
                    f"it draws more than {MOST_SHAPES} shapes", "simplify it, or export it as PNG"
                )
        elif element not in weights:
            open_now.add(element)
            stack.append((element, True))
            for name in list(_references(element)):
                target = by_id.get(name)
                if target is not None and target in open_now:
                    _cut(element, name)
                    dropped.append("a part that is drawn inside itself")
                elif target is not None:
                    stack.append((target, False))
            stack.extend((part, False) for part in element if part not in open_now)


def _cut(element: Element, name: str) -> None:
    for key, value in list(element.attrib.items()):
        if key == XLINK_HREF and value == f"#{name}":
            del element.attrib[key]
        elif f"url(#{name})" in str(value):
            element.set(key, str(value).replace(f"url(#{name})", "none"))
