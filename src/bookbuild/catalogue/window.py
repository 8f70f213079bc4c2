"""What the catalogue's pages are made with: their look, their texts, and how a language writes.

In: the folders of layouts. Out: a `Window`, and for each book its `Speech`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from bookbuild.fonts import Face, load_faces, web_font
from bookbuild.language import Language
from bookbuild.layout import Layout, load_language, load_layout
from bookbuild.messages import LANGUAGES, load_messages
from bookbuild.punctuation import smart_text

_STYLES = ("normal", "italic")
_FOR_OTHERS = "en"
"""The pages' language for a book in one that they don't speak."""
_ALWAYS = frozenset((*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "–—‘’“”…→←")))
"""Code points that the fonts keep in any case, so that they seldom change."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a page speaks: its texts, and how its language writes dates, numbers and money."""

    code: str
    texts: Mapping[str, str]
    conventions: Language

    def say(self, key: str, **values: object) -> str:
        """A text of the pages, filled with `values`."""
        return self.texts[key].format(**values)

    def smart(self, text: str) -> str:
        """A text of the specification with the language's quotation marks, as in the book."""
        return smart_text(" ".join(text.split()), self.conventions)

    def money(self, amount: Decimal, currency: str) -> str:
        """`Rp95.900`."""
        return self.conventions.money(amount, currency)

    def day(self, day: date) -> str:
        """`3 Februari 2026`."""
        return self.conventions.day(day)


@dataclass(frozen=True, slots=True)
class Window:
    """What the pages are made with."""

    look: Layout
    faces: tuple[Face, ...]
    """The fonts of the pages: upright and italic of the text face."""
    speeches: Mapping[str, Speech]

    def speech(self, language: str) -> Speech:
        """How a page in a book's language speaks; in English, where the pages don't know it."""
        code = language.split("-")[0]
        return self.speeches[code if code in self.speeches else _FOR_OTHERS]

    def speech_of_all(self, languages: Iterable[str]) -> Speech:
        """How a list speaks: as most of its books do, of equally many as the first of them would.

        The order is that of `LANGUAGES`, not of the books.
        """
        spoken = Counter(self.speech(language).code for language in languages)
        return self.speeches[max(LANGUAGES, key=lambda code: spoken[code])]

    def fonts(self, characters: Collection[int]) -> tuple[tuple[str, bytes], ...]:
        """The fonts as WOFF2, each with its file's name; with `characters` beside the usual."""
        return tuple(
            (font_file(face), web_font(face, _ALWAYS | set(characters))) for face in self.faces
        )


def font_file(face: Face) -> str:
    """What a font of the pages is called: `eb-garamond-italic.woff2`."""
    return f"{face.settings.family.lower().replace(' ', '-')}-{face.settings.style}.woff2"


def open_window(folders: tuple[Path, ...]) -> Window:
    """The look and the texts of the pages.

    Raises:
        BookFaults: a file of them is missing or wrong.
    """
    layout = load_layout(folders, "default")
    faces = load_faces(layout)
    family = next(face.settings.family for face in faces if face.settings.weight == 400)
    plain = [face for face in faces if face.settings.weight == 400]
    chosen = tuple(
        face for style in _STYLES for face in plain
        if (face.settings.family, face.settings.style) == (family, style)
    )  # fmt: skip
    texts = load_messages(folders)
    speeches = {code: Speech(code, texts[code], load_language(folders, code)) for code in LANGUAGES}
    return Window(replace(layout, name="catalogue"), chosen, speeches)
