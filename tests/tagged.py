"""A tagged PDF as a screen reader goes through it: its structure tree with the text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

Mark = tuple[tuple[int, int] | None, int]
"""The form that holds marked content, or None for the page itself; and its number there."""
_MAPPED = re.compile(r"<([0-9a-f]{4})> <([0-9a-f]*)>")


@dataclass
class Read:
    """A tag: its role, its attributes, what is in it in reading order."""

    pdf: pikepdf.Pdf
    """Kept open as long as its tags are looked at."""
    role: str
    raw: Any
    page: int | None
    kids: list[Read | str] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its text, in order."""
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids)

    def all(self, *roles: str) -> Iterator[Read]:
        """The tags in it that have one of `roles`, in order."""
        for kid in self.kids:
            if isinstance(kid, Read):
                if kid.role in roles:
                    yield kid
                yield from kid.all(*roles)


@dataclass
class Page:
    """The marked content of a page by number, and text that is marked in no way."""

    marked: dict[Mark, str]
    artifacts: str = ""
    unmarked: str = ""


class TaggedPdf:
    """Opens a PDF; everything is read afresh from its bytes."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.numbers = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.pages = [_read_page(page) for page in self.pdf.pages]
        self.used: set[tuple[int, Mark]] = set()
        """Every (page, marked content) that a tag holds."""
        self.root = self._read(self.pdf.Root.StructTreeRoot.K, None)

    def _read(self, element: Any, page: int | None) -> Read:
        if "/Pg" in element:
            page = self.numbers[element.Pg.objgen]
        read = Read(self.pdf, str(element.S)[1:], element, page)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                read.kids.append(self._content(page, (None, kid)))
            elif kid.get("/Type") == "/MCR":
                form = kid.Stm.objgen if "/Stm" in kid else None
                mark = (form, int(kid.MCID))
                read.kids.append(self._content(self.numbers[kid.Pg.objgen], mark))
            elif kid.get("/Type") == "/OBJR":
                read.links.append(kid.Obj)
            else:
                assert kid.P.objgen == element.objgen
                read.kids.append(self._read(kid, page))
        return read

    def _content(self, page: int | None, mark: Mark) -> str:
        assert page is not None
        assert (page, mark) not in self.used, "content under two tags"
        self.used.add((page, mark))
        return self.pages[page].marked[mark]

    def parents(self) -> dict[int, Any]:
        """The parent tree: number → what it says."""
        numbers = list(self.pdf.Root.StructTreeRoot.ParentTree.Nums)
        return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))

    def links(self) -> Iterator[tuple[int, Any]]:
        """Every link annotation with its page."""
        for number, page in enumerate(self.pdf.pages):
            for annotation in page.obj.get("/Annots", []):
                yield number, annotation

    def page_of(self, destination: Any) -> int:
        """The page that a destination leads to."""
        return self.numbers[destination[0].objgen]


def _read_page(page: pikepdf.Page) -> Page:
    read = Page({})
    _read_stream(page, page.obj.Resources, None, read)
    return read


def _read_stream(owner: Any, resources: Any, form: tuple[int, int] | None, read: Page) -> None:
    fonts = {name: _unicode(font) for name, font in dict(resources.get("/Font", {})).items()}
    stack: list[Mark | None] = []
    font: dict[int, str] = {}
    instructions: Any = pikepdf.parse_content_stream(owner)
    for operands, operator in instructions:
        name = str(operator)
        if name == "BDC" and "/MCID" in operands[1]:
            mark = (form, int(operands[1].MCID))
            assert mark not in read.marked
            stack.append(mark)
            read.marked[mark] = ""
        elif name in ("BDC", "BMC"):
            assert operands[0] == "/Artifact"
            stack.append(None)
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            text = _text(operands[0], font)
            if not stack:
                read.unmarked += text
            elif (inside := stack[-1]) is None:
                read.artifacts += text
            else:
                read.marked[inside] += text
        elif name == "Do" and not stack:
            inner = resources.XObject[str(operands[0])]
            assert inner.Subtype == "/Form", "a picture is neither tagged nor an artifact"
            _read_stream(inner, inner.Resources, inner.objgen, read)
        elif name in ("f", "S", "B", "sh"):
            assert stack, f"{name} draws what is neither tagged nor an artifact"


def _text(shown: Any, font: dict[int, str]) -> str:
    text = ""
    for item in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(item, pikepdf.String):
            codes = bytes(item)
            pairs = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
            text += "".join(font[code] for code in pairs)
    return text.replace("\u00a0", " ")


def _unicode(font: Any) -> dict[int, str]:
    rows = _MAPPED.findall(font.ToUnicode.read_bytes().decode().partition("endcodespacerange")[2])
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in rows}
