"""A job ticket on one page of A4, set by the typesetter that sets the books.

In: a `Ticket`, the cover as a picture, the language of the shop. Out: PDF bytes, the same for the
same input. Its template lies in ``layouts/ticket/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces
from bookbuild.language import Language
from bookbuild.layout import load_layout
from bookbuild.press.finish import BoundPage, Boxes, Information, bind_for_screen
from bookbuild.press.qr import qr_svg
from bookbuild.press.typeset import Resource, Sheet, typeset
from bookbuild.ticket import Ticket, TicketFile
from bookbuild.units import mm

Rows = list[tuple[str, str, str]]
"""What, how, and what is said of it in small."""
A4 = (mm(210), mm(297))
_KILO = 1000
_MOST_FILES = 3
_LONG_TITLE, _LONGEST_TITLE = 40, 90
"""Characters from which a title is set smaller, and smallest."""


def ticket_sheet(ticket: Ticket, picture: bytes | None, language: Language) -> bytes:
    """The ticket's page; `picture` is a JPEG of the front cover.

    Raises:
        BookFaults: the template is missing or wrong, or no font draws the title.
    """
    look = load_layout(layout_folders(Path()), "default")
    faces = load_faces(look)
    resources = [Resource("qr.svg", "image/svg+xml", qr_svg(ticket.address).encode())]
    if picture is not None:
        resources.append(Resource("cover.jpg", "image/jpeg", picture))
    form = replace(look, name="ticket")
    html = form.fill("ticket.html", _values(ticket, language, pictured=picture is not None))
    css = form.fill("ticket.css", {})
    done = typeset(Sheet("ticket", html, css, faces, tuple(resources)))
    if done.findings:
        raise BookFaults(done.findings)
    about = Information(
        f"{language.ticket.title} {ticket.order}", (), language.code, (), _day(ticket)
    )
    pages = [BoundPage(0, number, "") for number in range(done.page_count)]
    return bind_for_screen([done.pdf], pages, Boxes(*A4), faces, about).pdf


def _day(ticket: Ticket) -> datetime:
    """When the file was made, it says: on the day of the order, whenever it is fetched."""
    return datetime.combine(ticket.ordered, time(), UTC)


def _values(ticket: Ticket, language: Language, *, pictured: bool) -> Mapping[str, Any]:
    words, block = language.ticket, ticket.block
    limits = (language.decimal(side) for side in ((block.least_mm, block.most_mm) if block else ()))
    return {
        "ticket": ticket,
        "words": words,
        "lang": language.code,
        "pictured": pictured,
        "title_class": _title_class(ticket.title),
        "due": language.weekday(ticket.due) if ticket.due else words.not_told,
        "ordered": language.day(ticket.ordered),
        "copies": words.copies.format(quantity=ticket.quantity),
        "parts": {"interior": words.interior, "cover": words.cover},
        "files": _shown(ticket),
        "megabytes": lambda count: f"{language.decimal(round(count / 1e6, 2))} MB",
        "groups": (
            (words.interior, _interior(ticket, language)),
            (words.cover, _cover(ticket, language)),
            (words.finishing, _finishing(ticket, language)),
        ),
        "block": f"{language.decimal(block.mm)} mm" if block else words.not_told,
        "hold": words.hold.format(**dict(zip(("least", "most"), limits, strict=True)))
        if block
        else "",
    }


def _shown(ticket: Ticket) -> tuple[TicketFile, ...]:
    """The files, of stamped copies the first and the last, whose names tell how many there are."""
    files = ticket.files
    return files if len(files) <= _MOST_FILES else (files[0], *files[-2:])


def _title_class(title: str) -> str:
    if len(title) > _LONGEST_TITLE:
        return "longest"
    return "long" if len(title) > _LONG_TITLE else "short"


def _interior(ticket: Ticket, language: Language) -> Rows:
    words, inside = language.ticket, ticket.inside
    return [
        (words.pages, str(ticket.pages), f"{ticket.leaves} {words.leaves.lower()}"),
        (words.print_, inside.inks, words.black),
        (words.stock, words.grams.format(paper=inside.paper, gsm=inside.gsm), ""),
        (words.finished, f"{_size(ticket.finished_mm, language)} mm", ""),
        (words.grain, words.along_spine, ""),
    ]


def _cover(ticket: Ticket, language: Language) -> Rows:
    words, outside, sheet = language.ticket, ticket.outside, ticket.sheet
    width, height = (language.decimal(round(side, 1)) for side in ticket.bleed_mm)
    rows = [
        (words.spine, f"{language.decimal(round(ticket.spine_mm, 1))} mm", ""),
        (words.print_, outside.inks, words.colours),
        (words.stock, words.grams.format(paper=outside.paper, gsm=outside.gsm), ""),
        (words.open_size, f"{_size(ticket.open_mm, language)} mm",
         words.with_bleed.format(width=width, height=height)),
    ]  # fmt: skip
    if sheet is None:
        return [*rows, (words.sheet, words.not_told, "")]
    grain = words.sheet_of.format(
        width=f"{sheet.width_mm:g}", height=f"{sheet.height_mm:g}", grain=f"{sheet.grain_mm:g}"
    )
    return [*rows, (words.sheet, sheet.name, grain)]


def _finishing(ticket: Ticket, language: Language) -> Rows:
    words = language.ticket
    weight = _weight(ticket.weight_of_all_g, language)
    return [
        (words.lamination, ticket.lamination or words.not_told, ""),
        (words.binding, ticket.binding or words.not_told, ""),
        (words.wrapping, ticket.wrapping or words.not_told, ""),
        (words.weight, _weight(ticket.weight_g, language), words.all_copies.format(weight=weight)),
    ]


def _size(sides: tuple[float, float], language: Language) -> str:
    return " × ".join(language.decimal(round(side, 1)) for side in sides)


def _weight(grams: float, language: Language) -> str:
    if grams < _KILO:
        return f"{language.decimal(round(grams))} g"
    return f"{language.decimal(round(grams / _KILO, 2))} kg"
