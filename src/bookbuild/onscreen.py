"""Everything of a book that isn't printed: EPUB, screen edition, and what shops show.

In: the ingredients, the pages as printed, the cover. Out: `Artifact`s and what was found; only what
is asked for is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from bookbuild.book.places import Pages
from bookbuild.cache import Cache
from bookbuild.diagnostics import Diagnostic
from bookbuild.ebook.documents import EbookIngredients
from bookbuild.ebook.package import package
from bookbuild.edition import Artifact, Role, Withheld, codes
from bookbuild.pictures import jpeg_from_pixels
from bookbuild.press.compositors import Compositors
from bookbuild.press.frontcover import embedded_cover
from bookbuild.press.interior import Interior
from bookbuild.press.screen import screen
from bookbuild.press.screenfile import Front
from bookbuild.press.sheets import Ingredients
from bookbuild.publicity import PUBLICITY, Shown, publicity, sample_file

Progress = Callable[[str], None]


def on_screens(
    made_from: Ingredients,
    inside: Interior,
    front: bytes,
    pages: Pages | None,
    only: Collection[str],
    compositors: Compositors,
    progress: Progress,
) -> tuple[list[Artifact], list[Diagnostic]]:
    """Make what `only` names; `front` is the front cover as a PDF, `pages` go into the EPUB.

    Raises:
        BookFaults: a template makes a document that is not well-formed.
    """
    if not {"ebook", "screen", *PUBLICITY} & set(only):
        return [], []
    cover_page = _cover_page(made_from, front, compositors.cache)
    for_ebook = _for_ebook(made_from, cover_page.jpeg, pages)
    artifacts: list[Artifact] = []
    findings: list[Diagnostic] = []
    if "ebook" in only:
        progress("EPUB")
        packed = package(for_ebook)
        artifacts.append(Artifact("ebook", ebook_file(made_from), packed.data))
        findings += packed.findings
    if "screen" in only:
        made = screen(
            made_from,
            inside,
            cover_page,
            compositors,
            lambda part: progress(f"screen edition: {part}"),
        )
        trim = made_from.spec.trim
        size = (trim.width.mm, trim.height.mm)
        artifacts.append(Artifact("screen", "screen.pdf", made.pdf, made.pages, size))
        findings += made.findings
    shown = Shown(made_from, inside, front, for_ebook, cover_page, compositors)
    more, found = publicity(shown, only, progress)
    return [*artifacts, *more], [*findings, *found]


def ebook_file(made_from: Ingredients) -> str:
    """The name of the EPUB."""
    return f"{made_from.spec.slug}.epub"


def withhold(made_from: Ingredients, only: Collection[str]) -> tuple[Withheld, ...]:
    """What is asked for and can't be made, because not all of the book can be read aloud."""
    found = codes(made_from.document.unspoken)
    files: Mapping[Role, str] = {
        "ebook": ebook_file(made_from),
        "screen": "screen.pdf",
        "sample-ebook": sample_file(made_from),
        "sample-pdf": "sample.pdf",
    }
    return tuple(
        Withheld(role, file, found) for role, file in files.items() if found and role in only
    )


def _cover_page(made_from: Ingredients, front: bytes, cache: Cache) -> Front:
    words, trim = made_from.language.words, made_from.spec.trim

    def draw() -> tuple[bytes, int, int]:
        pixels = embedded_cover(front, trim)
        jpeg = jpeg_from_pixels(pixels.width, pixels.height, pixels.rgb)
        return jpeg, pixels.width, pixels.height

    drawn = cache.made("embedded cover", (front, trim.model_dump_json()), draw)
    return Front(*drawn, words.alt_cover.format(title=made_from.spec.title), words.cover)


def _for_ebook(made_from: Ingredients, front: bytes, pages: Pages | None) -> EbookIngredients:
    return EbookIngredients(
        made_from.spec,
        made_from.document,
        made_from.layout,
        made_from.language,
        made_from.faces,
        made_from.pictures,
        front,
        made_from.statute,
        pages,
    )
