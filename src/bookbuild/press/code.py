"""Code in print: lines longer than the measure are turned, and the turn is marked."""

from __future__ import annotations

from bookbuild import xhtml
from bookbuild.book.places import MADE

TURN = "» "
"""Stands before what was carried over from the line above."""

Letters = list[tuple[str, str]]
"""The characters of a line, each with the tag that it stands in, or nothing."""


def turn_lines(block: xhtml.Element, columns: int) -> None:
    """Break every `span.line` of a `pre.code` that has more than `columns` characters."""
    code = block.find("code")
    if code is None:
        return
    for line in xhtml.elements(code, "span"):
        letters = _letters(line)
        if len(letters) <= columns:
            continue
        pieces = _pieces(letters, columns)
        for number, piece in enumerate(pieces):
            turned = xhtml.new("span", class_="line turned" if number else "line")
            if number:
                xhtml.child(
                    turned, "span", TURN, **{"class": "turn", "data-tag": "Artifact", MADE: ""}
                )
            last = number == len(pieces) - 1
            _write(turned, piece + ([] if last else [("\n", "")]))
            line.addprevious(turned)
        xhtml.remove(line)


def _letters(line: xhtml.Element) -> Letters:
    letters = [(char, "") for char in line.text or ""]
    for child in line:
        tag = f"{child.tag!s} {child.get('class', '')}"
        letters += [(char, tag) for char in xhtml.all_text(child)]
        letters += [(char, "") for char in child.tail or ""]
    return letters


def _pieces(letters: Letters, columns: int) -> list[Letters]:
    """Break after a space where one stands in the second half of the line, else at the edge."""
    pieces = []
    room = columns
    while len(letters) > room:
        spaces = [at for at in range(room // 2, room) if letters[at][0] == " "]
        cut = spaces[-1] + 1 if spaces else room
        pieces.append(letters[:cut])
        letters = letters[cut:]
        room = max(columns - len(TURN), 1)
    return [*pieces, letters]


def _write(line: xhtml.Element, letters: Letters) -> None:
    run, current = "", ""
    for char, tag in [*letters, ("", "end")]:
        if tag != current and run:
            name, _, class_ = current.partition(" ")
            if name:
                xhtml.child(line, name, run, **{"class": class_})
            elif len(line):
                line[-1].tail = (line[-1].tail or "") + run
            else:
                line.text = (line.text or "") + run
            run = ""
        current = tag
        run += char
