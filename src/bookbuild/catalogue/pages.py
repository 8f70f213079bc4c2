"""The catalogue as readers see it: a page for each book, and the list, in pages of some dozens.

In: `Title`s, the `Site` and a `Window`. Out: the files of a `Catalogue`, the same for the same. All
links are relative, so that any folder of any host can serve them; nothing is fetched from
elsewhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.catalogue import particulars, passages
from bookbuild.catalogue.shelf import Catalogue, ShelfFile, Site, is_free, place_of
from bookbuild.catalogue.structured import Places, book_data, list_data, open_graph, script
from bookbuild.catalogue.titles import Title
from bookbuild.catalogue.window import Speech, Window, font_file
from bookbuild.layout import safe

STYLE = "style.css"
ICON = "icon.svg"
FONTS = "fonts"
BOOKS_ON_A_PAGE = 48
_FEEDS = (
    ("application/opds+json", "opds.json"),
    ("application/atom+xml;profile=opds-catalog", "opds.xml"),
)
"""Where reading apps that are given a page's address find the same books."""
_MOST_PREVIEWED = 600_000
"""Bytes of a picture that chats still show beside a link: WhatsApp's limit."""
_MOST_SAID = 200
"""Characters of a description that searches and chats show."""


def book_page(title: Title) -> str:
    """The path of a book's page; a draft's is another than that of the edition for sale."""
    return f"books/{title.slug}{'.draft' if title.draft else ''}.html"


def list_page(number: int) -> str:
    """The path of a page of the list, the first of which is 1."""
    return "index.html" if number == 1 else f"page-{number}.html"


def pages(titles: Sequence[Title], site: Site, window: Window) -> Catalogue:
    """Every page, the style sheet and the fonts.

    Raises:
        BookFaults: a template is missing or wrong.
        BookbuildError: a file of an edition is damaged.
    """
    made = _Maker(tuple(titles), site.address, window)
    written = [*made.lists(), *(made.book(title) for title in titles)]
    characters = set(map(ord, set().union(*(text for _, text in written))))
    fonts = window.fonts(characters)
    style = window.look.fill(STYLE, {"fonts": _faces(window)}).encode()
    return Catalogue(
        (
            *(ShelfFile(path, text.encode()) for path, text in written),
            ShelfFile(STYLE, style),
            ShelfFile(ICON, window.look.bytes_of(ICON)),
            *(ShelfFile(f"{FONTS}/{name}", data) for name, data in fonts),
        )
    )


def _faces(window: Window) -> list[tuple[str, str]]:
    return [(face.settings.style, f"{FONTS}/{font_file(face)}") for face in window.faces]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Fills the templates."""

    titles: tuple[Title, ...]
    address: str
    window: Window

    def book(self, title: Title) -> tuple[str, str]:
        """The page of one book."""
        path, speech = book_page(title), self.window.speech(title.spec.language)
        places = self._places(title, path)
        said = _said(title, speech)
        values = {
            "title": title,
            "spec": title.spec,
            "cover": self._cover(title, path),
            "authors": tuple(map(speech.smart, particulars.authors(title.spec))),
            "others": particulars.others(title.spec, speech),
            "prices": particulars.print_prices(title, speech),
            "ebook_price": particulars.ebook_price(title, speech),
            "delivery": particulars.delivery(title, speech),
            "order_url": _order_url(title),
            **self._readings(title, path),
            "opening": safe(passages.opening(title)),
            "opening_head": _opening_head(title, speech),
            "contents": particulars.contents(title),
            "specification": particulars.specification(title, speech),
            "accessibility": particulars.accessibility(title, speech),
            "about_author": passages.about_author(title),
            "said": said,
            "data": safe(script(book_data(title, places, speech))),
            "graph": open_graph(title, places, speech, said),
        }
        return path, self._filled("book.html", path, speech, values)

    def lists(self) -> Iterator[tuple[str, str]]:
        """The pages of the list."""
        count = max(1, -(-len(self.titles) // BOOKS_ON_A_PAGE))
        speech = self.window.speech_of_all(title.spec.language for title in self.titles)
        for number in range(1, count + 1):
            path = list_page(number)
            shown = self.titles[(number - 1) * BOOKS_ON_A_PAGE : number * BOOKS_ON_A_PAGE]
            where = [(title, self.address and f"{self.address}/{book_page(title)}")
                     for title in shown]  # fmt: skip
            values = {
                "items": [self._item(title, path, speech) for title in shown],
                "number": number,
                "numbers": [(at, list_page(at)) for at in range(1, count + 1)],
                "data": safe(script(list_data(where, speech, (number - 1) * BOOKS_ON_A_PAGE + 1))),
                "publisher": _publisher(self.titles, speech),
            }
            yield path, self._filled("list.html", path, speech, values)

    def _item(self, title: Title, path: str, speech: Speech) -> dict[str, Any]:
        """A book as the list shows it, in the words of its own language."""
        own = self.window.speech(title.spec.language)
        return {
            "title": title,
            "language": title.spec.language,
            "name": own.smart(title.spec.title),
            "subtitle": own.smart(title.spec.subtitle or ""),
            "said": _said(title, own),
            "authors": ", ".join(map(own.smart, particulars.authors(title.spec))),
            "page": _relative(path, book_page(title)),
            "cover": self._cover(title, path),
            "prices": particulars.print_prices(title, speech),
            "ebook_price": particulars.ebook_price(title, speech),
        }

    def _filled(self, template: str, path: str, speech: Speech, values: dict[str, Any]) -> str:
        every = {
            "t": speech.texts,
            "speech": speech,
            "language": speech.code,
            "home": _relative(path, list_page(1)),
            "style": _relative(path, STYLE),
            "icon": _relative(path, ICON),
            "fonts": [_relative(path, f"{FONTS}/{font_file(face)}") for face in self.window.faces],
            "feeds": [(media_type, _relative(path, feed)) for media_type, feed in _FEEDS],
            "canonical": self.address and f"{self.address}/{'' if path == 'index.html' else path}",
        }
        return self.window.look.fill(template, {**every, **values})

    def _cover(self, title: Title, path: str) -> dict[str, Any] | None:
        """The pictures of the cover, small and large, with the size of the largest."""
        files = [file for file in (title.thumbnail, title.cover) if file and file.pixels]
        if not files:
            return None
        places = [_relative(path, place_of(title, file)) for file in files]
        widths = [file.pixels[0] for file in files if file.pixels]
        sources = ", ".join(
            f"{place} {width}w" for place, width in zip(places, widths, strict=True)
        )
        return {"small": places[0], "sources": sources, "size": files[-1].pixels}

    def _readings(self, title: Title, path: str) -> dict[str, str]:
        """Where what can be read at once is: the sample, and the EPUB that costs nothing."""
        wanted = {
            "sample_epub": title.sample_epub,
            "sample_pdf": title.sample_pdf,
            "read_epub": title.epub if is_free(title) else None,
        }
        return {
            name: _relative(path, place_of(title, file)) if file else ""
            for name, file in wanted.items()
        }

    def _places(self, title: Title, path: str) -> Places:
        """For machines: whole addresses, where the catalogue has one."""
        picture = next(
            (file for file in (title.cover, title.thumbnail)
             if file is not None and file.bytes <= _MOST_PREVIEWED),
            title.thumbnail or title.cover,
        )  # fmt: skip
        page = f"{self.address}/{path}" if self.address else ""
        if picture is None:
            return Places(page, "", None)
        place = place_of(title, picture)
        return Places(page, f"{self.address}/{place}" if self.address else _relative(path, place),
                      picture)  # fmt: skip


def _relative(here: str, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(here) or ".")


def _order_url(title: Title) -> str:
    """Where the book is ordered; a draft can't be."""
    sales = title.spec.sales
    return "" if title.draft or sales is None else sales.order_url or ""


def _said(title: Title, speech: Speech) -> str:
    """What the book is about, in a sentence or two: for the list, searches and chats."""
    spec = title.spec
    text = speech.smart(spec.description or spec.tagline or spec.subtitle or title.opening)
    if len(text) <= _MOST_SAID:
        return text
    return text[:_MOST_SAID].rsplit(" ", 1)[0].rstrip(",;:–—") + "…"


def _opening_head(title: Title, speech: Speech) -> str:
    """The name of the section that the opening is of, where its role gives it one."""
    files = [item.section for item in title.edition.files if item.role == "opening-text"]
    roles = {entry.file: entry.role for entry in title.spec.manuscript if entry.file}
    named = {name.removeprefix("manuscript/") for name in files}
    role = next((role for file, role in roles.items() if file in named), "")
    return speech.conventions.headings.get(role, speech.say("opening"))


def _publisher(titles: Sequence[Title], speech: Speech) -> str:
    """The publisher of all books, if it is one."""
    names = {title.spec.publisher.name if title.spec.publisher else "" for title in titles}
    return speech.smart(names.pop()) if len(names) == 1 else ""
