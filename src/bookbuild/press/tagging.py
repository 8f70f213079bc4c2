"""Which part of the text each stretch of a page belongs to: the engine's boxes as a tree of tags.

In: a document that WeasyPrint has laid out and painted with marked content. Out: frozen `Tag`s
(ISO 32000-1, 14.8), merged over pages, and the places that links lead to. It walks the engine's
private boxes and is called where the engine would write tags of its own (`take_over`).

The markup says what HTML has no word for: `data-to` (where a link leads: `#id` or an address),
`data-say` (what is announced of it), `data-back` (of the way back from a note), `data-tag` (a
role of `ROLES`, or `Artifact` for what only decorates).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bookbuild.press.standin import STAND_IN_FOR, spoken
from bookbuild.press.tags import Content, Link, Tag, Tagged

_POINTS = 0.75
"""Points in a CSS pixel."""
ROLES = frozenset(
    {"Art", "BlockQuote", "Code", "Div", "Formula", "NonStruct", "P", "Quote", "Sect", "Span",
     "TOC", "TOCI"}
)  # fmt: skip
"""What `data-tag` may say."""
_BY_ELEMENT = {
    "div": "Div", "header": "Div", "figure": "Div", "section": "Sect", "blockquote": "BlockQuote",
    "p": "P", "pre": "P", "code": "Code", "q": "Quote", "ul": "L", "ol": "L", "dl": "L",
    "table": "Table", "caption": "Caption", "figcaption": "Caption", "thead": "THead",
    "tbody": "TBody", "tfoot": "TFoot", "tr": "TR", "th": "TH", "td": "TD", "img": "Figure",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
}  # fmt: skip
_MAY_BE_EMPTY = ("TD", "TH")


@dataclass(slots=True)
class _Node:
    """A tag in the making."""

    role: str
    kids: list[_Node | Content | Link] = field(default_factory=list)
    said: str = ""
    language: str = ""
    id: str = ""
    spans: tuple[int, int] = (1, 1)
    scope: str = ""
    numbering: str = ""
    box: tuple[float, float, float, float] | None = None

    def open(self, role: str, **more: Any) -> _Node:
        node = _Node(role, **more)
        self.kids.append(node)
        return node


def take_over(pdf: Any, document: Any, version: object, streams: Any) -> None:
    """Stands in for WeasyPrint's `add_tags`: leaves a `Tagged` on the document."""
    walk = _Walk(pdf)
    for number, (page, stream) in enumerate(zip(document.pages, streams, strict=True)):
        walk.page(number, page, stream)
    document.bookbuild_tagged = Tagged(_frozen(walk.root).kids, walk.places)  # type: ignore[arg-type]


class _Walk:
    """Goes through the boxes of a document, page by page.

    Boxes of one element are one node, on whatever lines and pages they lie; the engine's
    anonymous boxes carry the element of the box around them, and so fall to its node.
    """

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.root = _Node("Document")
        self.places: dict[str, tuple[int, float]] = {}
        self._nodes: dict[tuple[int, str], _Node] = {}
        self._items: dict[int, _Node] = {}
        self._heads: dict[int, int] = {}
        self._above: dict[int, _Node] = {}
        self._notes_after: dict[int, int] = {}
        self._page, self._height = 0, 0.0
        self._marks: dict[Any, Any] = {}
        self._forms: dict[int, tuple[str, ...]] = {}

    def page(self, number: int, page: Any, stream: Any) -> None:
        self._page, self._height = number, page.height * _POINTS
        self._marks = dict(stream._tags)
        streams = list(_streams(self._pdf, stream))
        self._forms = {mark: form for form, part in streams for _, mark in _marks(part)}
        for name, (_, top, _, _) in page.anchors.items():
            self.places.setdefault(name, (number, self._height - top * _POINTS))
        for box in page._page_box.children:
            if type(box).__name__ != "MarginBox":
                self._visit(box, self.root)
        unread = {mark["mcid"] for mark in self._marks.values()}
        for _, part in streams:
            _make_artifacts(part, unread)

    def _visit(self, box: Any, around: _Node) -> None:
        box = getattr(box, "_box", box)  # what is placed absolutely stands behind a placeholder
        if box.is_leader or _decorates(box):
            return
        node = around if box.element is None else self._node(box, around)
        if node is None:
            return
        if (mark := self._marks.pop(box, None)) is not None:
            number = mark["mcid"]
            node.kids.append(Content(self._page, number, self._forms[number]))
        self._link(box, node)
        for child in getattr(box, "children", ()):
            self._visit(child, node)

    def _node(self, box: Any, around: _Node) -> _Node | None:
        """The node for what is in the box; None for what stands on the page once more."""
        key = (id(box.element), str(box.element_tag))
        if key[1] == "thead" and self._heads.setdefault(key[0], self._page) != self._page:
            return None
        if key not in self._nodes:
            self._nodes[key] = self._new(box, around)
            self._above.setdefault(id(self._nodes[key]), around)
        return self._nodes[key]

    def _new(self, box: Any, around: _Node) -> _Node:
        element, name = box.element, str(box.element_tag)
        if name.endswith("::footnote-call"):
            return self._note(element, around)
        if name.endswith("::footnote-marker"):
            return around.open("Lbl").open("Link")
        if name.endswith("::marker"):
            return self._marker(element, around)
        if "::" in name or name in ("html", "body"):
            return around
        if name in ("li", "dt", "dd") and element.get("data-tag") not in ROLES:
            return self._item(element, name, around)
        if element.get("data-to"):
            outer = around.open("Reference") if around.role == "TOCI" else around
            return outer.open("Link")
        return self._plain(box, around)

    def _plain(self, box: Any, around: _Node) -> _Node:
        element, name = box.element, str(box.element_tag)
        role = given if (given := element.get("data-tag")) in ROLES else _BY_ELEMENT.get(name, "")
        if name == "div" and around.role == "L":
            role = ""  # holds a pair of a list of definitions together
        language = _language(element)
        meaning = element.get("title") if name == "abbr" else ""
        if not role:
            plain = not language and not meaning
            return around if plain else around.open("Span", language=language, said=meaning or "")
        node = around.open(role, language=language)
        if name == "img":
            node.said, node.box = element.get("alt", ""), self._rectangle(box)
        elif role == "L":
            plain = name == "dl" or box.style["list_style_type"] == "none"
            node.numbering = "None" if plain else "Decimal" if name == "ol" else "Disc"
        elif role in ("TH", "TD"):
            node.spans = (box.colspan, box.rowspan)
            if role == "TH":
                node.scope = "Row" if element.get("scope") == "row" else "Column"
        return node

    def _item(self, element: Any, name: str, around: _Node) -> _Node:
        """The body of a list's item; a term is the label of the item that its meaning fills."""
        if around.role != "L":
            return around.open("P")
        items = [kid for kid in around.kids if isinstance(kid, _Node)]
        parts = [kid.role for kid in items[-1].kids if isinstance(kid, _Node)] if items else []
        joins = parts and (name == "dd" or (name == "dt" and "LBody" not in parts))
        item = self._items[id(element)] = items[-1] if joins else around.open("LI")
        return item.open("Lbl" if name == "dt" else "LBody", language=_language(element))

    def _marker(self, element: Any, around: _Node) -> _Node:
        item = self._items.get(id(element))
        if item is None:
            return around
        label = _Node("Lbl")
        item.kids.insert(0, label)
        return label

    def _note(self, element: Any, around: _Node) -> _Node:
        """A call, as a link; its note follows the paragraph or heading that calls it."""
        note = _Node("Note", id=element.get("id", ""))
        self._nodes[id(element), str(element.tag)] = note
        block = around
        while block.role in ("Span", "Link", "Quote", "Code") and id(block) in self._above:
            block = self._above[id(block)]
        above = self._above.get(id(block))
        if above is not None and (block.role == "P" or block.role[0] == "H"):
            before = self._notes_after[id(block)] = self._notes_after.get(id(block), 0) + 1
            where = next(at for at, kid in enumerate(above.kids) if kid is block)
            above.kids.insert(where + before, note)
            self._above[id(note)] = above
        call = around.open("Reference").open("Link")
        if id(note) not in self._above:
            around.kids.append(note)
            self._above[id(note)] = around
        return call

    def _link(self, box: Any, node: _Node) -> None:
        element, name = box.element, str(box.element_tag)
        if element is None or node.role != "Link" or type(box).__name__ in ("LineBox", "TextBox"):
            return
        rectangle = self._rectangle(box)
        said = element.get("data-say") or _text(element)
        own = element.get("id", "")
        if name.endswith("::footnote-call"):
            self.places.setdefault(f"{own}.call", (self._page, rectangle[3]))
            node.kids.append(Link(self._page, rectangle, f"#{own}", said))
        elif name.endswith("::footnote-marker"):
            said = element.get("data-back") or said
            node.kids.append(Link(self._page, rectangle, f"#{own}.call", said))
        elif element.get("data-to") and name == str(element.tag):
            node.kids.append(Link(self._page, rectangle, element.get("data-to"), said))

    def _rectangle(self, box: Any) -> tuple[float, float, float, float]:
        left, top, width, height = (value * _POINTS for value in box.hit_area())
        foot = self._height - top - height
        return left, foot, left + width, foot + height


def _decorates(box: Any) -> bool:
    """True for an ornament, and for a picture without text alternative."""
    if box.element is None:
        return False
    bare = str(box.element_tag) == "img" and not (box.element.get("alt") or "").strip()
    return bare or box.element.get("data-tag") == "Artifact"


def _text(element: Any) -> str:
    """The text of a link; what stands in spans of its own is apart from what follows it."""
    parts = [element.text or ""]
    for child in element:
        if target := child.get(STAND_IN_FOR):
            parts += [spoken(target), child.tail or ""]
        else:
            parts += [_text(child), " " if child.tag == "span" else "", child.tail or ""]
    return " ".join("".join(parts).replace("\u2060", "").split())


def _language(element: Any) -> str:
    own = element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang")
    return own or ""


def _streams(
    pdf: Any, stream: Any, name: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A page's content, and the forms that what is translucent was drawn to."""
    yield name, stream
    forms = stream._resources["XObject"]
    for item in stream.stream:
        drawn = item.decode() if isinstance(item, bytes) else str(item)
        reference = forms.get(drawn[1:-3]) if drawn.endswith(" Do") else None
        form = pdf.objects[int(reference.split()[0])] if reference else None
        if hasattr(form, "_resources"):
            yield from _streams(pdf, form, (*name, f"/{drawn[1:-3]}"))


def _marks(stream: Any) -> Iterator[tuple[int, int]]:
    """Where marked content begins in a stream, and its number."""
    for at, item in enumerate(stream.stream):
        if isinstance(item, dict) and "MCID" in item:
            yield at, item["MCID"]


def _make_artifacts(stream: Any, numbers: set[int]) -> None:
    """Running heads and the like belong to no tag (ISO 32000-1, 14.8.2.2)."""
    for at, number in list(_marks(stream)):
        if number in numbers:
            stream.stream[at - 1 : at + 2] = ["/Artifact", "", b"BMC"]


def _frozen(node: _Node) -> Tag:
    """The finished tag, without empty ones inside."""
    kids: list[Tag | Content | Link] = []
    for kid in node.kids:
        if not isinstance(kid, _Node):
            kids.append(kid)
        elif (tag := _frozen(kid)).kids or tag.role in _MAY_BE_EMPTY:
            kids.append(tag)
    return Tag(
        node.role, tuple(kids), node.said, node.language, node.id, node.spans, node.scope,
        node.numbering, node.box,
    )  # fmt: skip
