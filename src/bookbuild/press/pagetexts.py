"""The text of printed pages, as a PDF library extracts it from a finished file.

In: a PDF's bytes, and how far its type area stays from the trimmed edges. Out: each page's label
and text. Owner of pypdfium2, with `raster` and `sight`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pypdfium2

from bookbuild.units import Length, pt

_SLACK = pt(4)
"""Accents and descenders stand out of the type area; running heads and folios are farther off."""
_LIST_NUMBER = re.compile(r"^\d+\.\s$")
"""A line of its own in what pdfium extracts: it tells the markers of lists after their page."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page: its label, and the text of its type area in reading order."""

    label: str
    text: str


def printed_pages(pdf: bytes, top: Length, bottom: Length) -> tuple[PrintedPage, ...]:
    """Every page; `top` and `bottom` are the type area's distances from the trimmed edges."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(
            PrintedPage(document.get_page_label(number), _text(document[number], top, bottom))
            for number in range(len(document))
        )
    finally:
        document.close()


def first_texts(pdf: bytes, most: int) -> tuple[str, ...]:
    """All text of each of the first pages, `most` of them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for number in range(min(most, len(document))):
            extracted = document[number].get_textpage()
            found.append(str(extracted.get_text_bounded()))
            extracted.close()
        return tuple(found)
    finally:
        document.close()


def _text(page: pypdfium2.PdfPage, top: Length, bottom: Length) -> str:
    left, lower, right, upper = page.get_trimbox()
    area = (left, lower + (bottom - _SLACK).pt, right, upper - (top - _SLACK).pt)
    extracted = page.get_textpage()
    text = str(extracted.get_text_bounded(*area)).replace("\r", "")
    extracted.close()
    page.close()
    return "\n".join(line for line in text.split("\n") if not _LIST_NUMBER.match(line))
