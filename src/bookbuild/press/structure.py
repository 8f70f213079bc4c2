"""A PDF's structure tree: what the text is, for reading aloud, reflow and search; and its links.

Owner of pikepdf, with `finish`. In: the `Tagged` sections of a book, and the pages of the joined
PDF. Out: nothing; the PDF gets its StructTreeRoot (ISO 32000-1, 14.7) and link annotations, as
PDF/UA-1 (ISO 14289-1) wants them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from bookbuild.press.standin import told
from bookbuild.press.tags import Content, Link, Tag, Tagged

_PRINT = 4
"""Annotation flag (ISO 32000-1, table 165), which PDF/A-2 asks for (ISO 19005-2, 6.3.2)."""


class Structure:
    """The tree of a book, grown section by section; `finish` hangs it into the file."""

    def __init__(
        self,
        book: pikepdf.Pdf,
        places: Mapping[str, tuple[int, float]],
        folios: Mapping[str, str],
    ) -> None:
        self._book = book
        self._places, self._folios = places, folios
        self._root = book.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = self._element("Document", self._root)
        self._tops: list[Any] = []
        self._marked: dict[tuple[int, tuple[str, ...]], dict[int, Any]] = {}
        """Page and form → number of the content → its tag."""
        self._links: list[Any] = []
        self._notes: dict[str, Any] = {}
        self._level = 0

    def add(self, section: Tagged, pages: Sequence[int]) -> None:
        """Add a section; `pages` are the book's pages of its pages."""
        self._tops += [self._grow(tag, self._document, pages) for tag in section.tags]

    def finish(self) -> None:
        """Write the tree's root, the way back from content to tags, and the notes' names."""
        self._document.K = Array(self._tops)
        self._root.K = self._document
        rows: list[Any] = []
        for number, (page, form) in enumerate(sorted(self._marked)):
            marked = self._marked[page, form]
            numbers = range(max(marked) + 1)
            self._owner(page, form).StructParents = number
            rows += [number, self._book.make_indirect(Array([marked.get(n) for n in numbers]))]
        for number, (annotation, parent) in enumerate(self._links, len(self._marked)):
            annotation.StructParent = number
            rows += [number, parent]
        self._root.ParentTree = self._book.make_indirect(Dictionary(Nums=Array(rows)))
        self._root.ParentTreeNextKey = len(rows) // 2
        if self._notes:
            names = sorted(self._notes.items(), key=lambda item: item[0].encode())
            pairs = [part for name, note in names for part in (String(name), note)]
            self._root.IDTree = self._book.make_indirect(Dictionary(Names=Array(pairs)))
        self._book.Root.StructTreeRoot = self._root
        self._book.Root.MarkInfo = Dictionary(Marked=True)

    def _element(self, role: str, parent: Any) -> Any:
        element = Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent)
        return self._book.make_indirect(element)

    def _grow(self, tag: Tag, parent: Any, pages: Sequence[int]) -> Any:
        tag = self._without_astray(tag)
        element = self._element(self._role(tag), parent)
        self._describe(element, tag)
        own = next((kid.page for kid in tag.kids if not isinstance(kid, Tag)), None)
        if own is not None:
            element.Pg = self._book.pages[pages[own]].obj
        kids: list[Any] = []
        for kid in tag.kids:
            if isinstance(kid, Tag):
                kids.append(self._grow(kid, element, pages))
            elif isinstance(kid, Content):
                self._marked.setdefault((pages[kid.page], kid.form), {})[kid.number] = element
                here = kid.page == own and not kid.form
                kids.append(kid.number if here else self._elsewhere(kid, pages))
            else:
                kids.append(self._annotate(kid, element, pages))
        element.K = Array(kids)
        return element

    def _elsewhere(self, kid: Content, pages: Sequence[int]) -> Any:
        """Content on another page than the element's first, or in a form (14.7.4.2)."""
        page = self._book.pages[pages[kid.page]].obj
        found = Dictionary(Type=Name.MCR, Pg=page, MCID=kid.number)
        if kid.form:
            found.Stm = self._owner(pages[kid.page], kid.form)
        return found

    def _owner(self, page: int, form: tuple[str, ...]) -> Any:
        """The page or the form whose content is marked."""
        owner: Any = self._book.pages[page].obj
        for name in form:
            owner = owner.Resources.XObject[name]
        return owner

    def _without_astray(self, tag: Tag) -> Tag:
        """A link that leads nowhere is text like any other."""
        if tag.role != "Link":
            return tag
        kids = tuple(kid for kid in tag.kids if not (isinstance(kid, Link) and self._astray(kid)))
        led = any(isinstance(kid, Link) for kid in kids)
        return replace(tag, role="Link" if led else "Span", kids=kids)

    def _astray(self, link: Link) -> bool:
        return link.target.startswith("#") and link.target[1:] not in self._places

    def _role(self, tag: Tag) -> str:
        """Headings come down one level at a time (ISO 14289-1, 7.4.2), whatever the layout does."""
        if tag.role[0] != "H" or not tag.role[1:].isdigit():
            return tag.role
        self._level = min(int(tag.role[1:]), self._level + 1)
        return f"H{self._level}"

    def _describe(self, element: Any, tag: Tag) -> None:
        if tag.said:
            element["/E" if tag.role == "Span" else "/Alt"] = String(tag.said)
        if tag.language:
            element.Lang = String(tag.language)
        if tag.id:
            element.ID = String(tag.id)
            self._notes[tag.id] = element
        spans = zip(("/ColSpan", "/RowSpan"), tag.spans, strict=True)
        attributes: dict[str, Any] = {key: number for key, number in spans if number > 1}
        if tag.scope:
            attributes["/Scope"] = Name(f"/{tag.scope}")
        if attributes:
            element.A = Dictionary({"/O": Name.Table, **attributes})
        if tag.numbering:
            element.A = Dictionary(O=Name.List, ListNumbering=Name(f"/{tag.numbering}"))
        if tag.box:
            box = Array([round(value, 2) for value in tag.box])
            element.A = Dictionary(O=Name.Layout, BBox=box)

    def _annotate(self, link: Link, parent: Any, pages: Sequence[int]) -> Any:
        """A link annotation and the reference to it (ISO 14289-1, 7.18.5)."""
        page = self._book.pages[pages[link.page]]
        annotation = self._book.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([round(value, 2) for value in link.box]),
                Border=Array([0, 0, 0]),
                F=_PRINT,
                Contents=String(told(link.said, self._folios) or link.target),
            )
        )
        if link.target.startswith("#"):
            annotation.Dest = self.destination(link.target[1:])
        else:
            annotation.A = Dictionary(S=Name.URI, URI=String(link.target))
        if "/Annots" not in page.obj:
            page.obj.Annots = Array()
        page.obj.Annots.append(annotation)
        self._links.append((annotation, parent))
        return Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page.obj)

    def destination(self, target: str) -> Any:
        """The page and height at which an id stands (ISO 32000-1, 12.3.2)."""
        page, top = self._places[target]
        return Array([self._book.pages[page].obj, Name.XYZ, None, round(top, 2), None])
