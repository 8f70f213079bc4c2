"""Where a passage is written: the file and line of the manuscript behind words of a page.

In: words as they are printed and a source's text. Out: a `Place`. Only letters are compared, so
that hyphens, quotation marks, notes' numbers and markup between them do no harm; nothing is put
into the text for it, neither in print nor in the EPUB.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bookbuild.diagnostics import Place

_LENGTHS = (64, 40, 26, 16, 10)
"""Letters that are looked for together, the surest first."""
_STEPS = (0.5, 0.15, 0.85, 0.0, 1.0, -0.6, 1.6, -1.5, 2.5)
"""How much of them stands before the place that is meant; notes and lists may cut one side off."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text in one case, and at which character of it each stands."""

    text: str = field(repr=False)
    at: tuple[int, ...] = field(repr=False)


def letters(text: str) -> Letters:
    """The letters of `text`, without figures: notes' numbers stand among the words."""
    folded = [
        (char, at) for at, whole in enumerate(text) if whole.isalpha() for char in _fold(whole)
    ]
    return Letters("".join(char for char, _ in folded), tuple(at for _, at in folded))


def _fold(char: str) -> str:
    return "".join(filter(str.isalpha, char.casefold()))


def written_at(
    printed: str, index: int, source: str, file: str, first_line: int, share: float
) -> Place:
    """Where the character number `index` of what is `printed` stands in the source.

    `share` says how far into the section it is, from 0 to 1: of several places the nearest counts.
    The file alone, where nothing like it is found.
    """
    page, text = letters(printed), letters(source)
    here = sum(1 for at in page.at if at < index)
    expected = share * len(text.text)
    for length in _LENGTHS:
        for step in _STEPS:
            begin = here - int(length * step)
            if begin < 0 or begin + length > len(page.text):
                continue
            wanted = page.text[begin : begin + length]
            places = _all(wanted, text.text)
            if places:
                nearest = min(places, key=lambda place: abs(place - expected))
                letter = min(max(nearest + here - begin, nearest), nearest + length - 1)
                return Place(file, first_line + source.count("\n", 0, text.at[letter]))
    return Place(file)


def _all(wanted: str, text: str) -> list[int]:
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found
