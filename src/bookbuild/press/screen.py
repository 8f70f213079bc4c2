"""The screen edition: the printed pages with front cover, links, outline and tags.

In: the interior as it settled, and the front cover. Out: a frozen `Screen`. The sections are set
once more, in colour and with tags; their pages must come out as they were printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bookbuild.book.contents import Line, contents
from bookbuild.diagnostics import Diagnostic, Place, warning
from bookbuild.pictures import Picture
from bookbuild.press.compositors import Compositors, Progress
from bookbuild.press.finish import Boxes
from bookbuild.press.interior import Interior, foreign_fonts, information
from bookbuild.press.prose import PICTURES
from bookbuild.press.screenfile import Bookmark, Front, ScreenBook, join
from bookbuild.press.sheets import Ingredients
from bookbuild.press.tags import links
from bookbuild.press.typeset import Resource, Sheet, Typeset

_INKS = re.compile(r"device-cmyk\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?")


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen edition, its pages counted with the cover."""

    pdf: bytes = field(repr=False)
    pages: int
    findings: tuple[Diagnostic, ...]


def screen(
    made_from: Ingredients,
    inside: Interior,
    front: Front,
    compositors: Compositors,
    progress: Progress,
) -> Screen:
    """Set and join the screen edition of the interior."""
    sections = compositors.set([lit(part.sheet, made_from) for part in inside.parts], progress)
    for number, (part, done) in enumerate(zip(inside.parts, sections, strict=True)):
        printed = sum(bound.section == number for bound in inside.pages)
        assert done.page_count == printed, f"colour moved the pages of “{part.sheet.name}”"
    trim = made_from.spec.trim
    finished = join(
        ScreenBook(
            sections,
            inside.pages,
            front,
            _bookmarks(made_from),
            Boxes(trim.width, trim.height),
            made_from.faces,
            information(made_from),
            inside.page_map.folios,
        )
    )
    style = f"layouts/{made_from.layout.name}/interior/page.css"
    findings = (*foreign_fonts(finished, style), *_astray(sections))
    return Screen(finished.pdf, len(inside.pages) + 1, findings)


def lit(sheet: Sheet, made_from: Ingredients) -> Sheet:
    """The sheet in colour, which changes no size."""
    resources = tuple(_coloured(resource, made_from) for resource in sheet.resources)
    return replace(
        sheet, css=_rgb(sheet.css), html=_rgb(sheet.html), resources=resources, tagged=True
    )


def _astray(sections: Sequence[Typeset]) -> Iterator[Diagnostic]:
    """A warning for each link of a template that leads nowhere; authors' are checked before."""
    tagged = [section.tagged for section in sections if section.tagged]
    known = {f"#{name}" for part in tagged for name in part.places}
    targets = (link.target for part in tagged for tag in part.tags for link in links(tag))
    for target in dict.fromkeys(targets):
        if target.startswith("#") and target not in known:
            message = f"a link leads to “{target}”, which no page has"
            yield warning(
                "layout-engine", message, Place("layouts"), "mend data-to in the template"
            )


def _coloured(resource: Resource, made_from: Ingredients) -> Resource:
    picture: Picture | None = made_from.pictures.get(resource.name.removeprefix(PICTURES))
    if picture is None or not resource.name.startswith(PICTURES):
        return resource
    return replace(resource, media_type=picture.screen.media_type, data=picture.screen.data)


def _rgb(style: str) -> str:
    """A style in which inks are lights: PDF/A takes CMYK only with a CMYK intent (6.2.4.3)."""

    def light(match: re.Match[str]) -> str:
        scale = 100 if match[2] else 1
        cyan, magenta, yellow, black = (float(match[at]) / scale for at in (1, 3, 4, 5))
        levels = ((1 - ink) * (1 - black) * 255 for ink in (cyan, magenta, yellow))
        return "rgb(" + " ".join(f"{level:.1f}" for level in levels)

    return _INKS.sub(light, style)


def _bookmarks(made_from: Ingredients) -> tuple[Bookmark, ...]:
    """Cover, then the sections as the contents list them."""
    lines = contents(made_from.document)
    return (Bookmark(made_from.language.words.cover, ""), *map(bookmark, lines))


def bookmark(line: Line) -> Bookmark:
    """A line of the contents as a bookmark, with what is under it."""
    return Bookmark(line.text, line.id, tuple(map(bookmark, line.under)))
