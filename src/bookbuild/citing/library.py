"""The library of works that a book may cite: a file's bytes in, a `Library` with findings out.

Reads BibTeX (``.bib``, through `bibtex`) and CSL-JSON (``.json``, here). What can be read is
kept; the library is None only when nothing of the file can be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TypeVar

from bookbuild import xhtml
from bookbuild.citing import bibtex
from bookbuild.citing.works import (
    DATES,
    KINDS,
    NAMES,
    PLAIN,
    TEXTS,
    Date,
    Day,
    Library,
    Name,
    Work,
    collect,
    day_of,
    parse_date,
)
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.textfile import decode

__all__ = ["Library", "Work", "read_library"]

Value = TypeVar("Value")
_TAG = re.compile(
    r"<(/?)(i|b|sup|sub|sc|span)(?:\s+(?:class=\"(nocase)\"|style=\"font-variant:\s*small-caps;?\"))?>"
)
_ALIASES = {
    "shortTitle": "title-short",
    "journalAbbreviation": "container-title-short",
    "event": "event-title",
}
_ELEMENTS = {
    "i": "<em>", "b": "<strong>", "sup": "<sup>", "sub": "<sub>",
    "sc": '<span class="small-caps">', "span": '<span class="small-caps">',
}  # fmt: skip


def read_library(data: bytes, file: str) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library in `data`; `file` tells BibTeX from CSL-JSON and names it in the findings."""
    form = PurePosixPath(file).suffix.lower()
    if form not in (".bib", ".json"):
        hint = "a bibliography is BibTeX (.bib) or CSL-JSON (.json)"
        message = f"“{form or file}” is no form of a bibliography"
        return None, (error("library-syntax", message, Place(file), hint),)
    text, faults = decode(data, file)
    if text is None:
        return None, faults
    works, findings = (bibtex.parse if form == ".bib" else _parse_json)(text, file)
    library, more = collect(works)
    found = tuple(sorted([*findings, *more], key=lambda one: (one.place and one.place.line) or 0))
    return (library if library.works or not found else None), found


def _parse_json(text: str, file: str) -> tuple[list[Work], list[Diagnostic]]:
    findings: list[Diagnostic] = []
    try:
        data = json.loads(text)
    except json.JSONDecodeError as fault:
        message = f"not valid JSON: {fault.msg}"
        return [], [error("library-syntax", message, Place(file, fault.lineno), "see json.org")]
    except (RecursionError, ValueError):
        message = "not valid JSON: too deep, or a number that is too long"
        return [], [error("library-syntax", message, Place(file), "export the file again")]
    if isinstance(data, dict):
        data = data.get("items", data.get("references"))
    if not isinstance(data, list):
        message = "no list of works"
        return [], [error("library-syntax", message, Place(file, 1), "export it as CSL-JSON")]
    lines = _Lines(text)
    return [
        work for item in data if (work := _work(item, file, lines, findings)) is not None
    ], findings


class _Lines:
    """Where an id is given in a JSON text: each asked for once for every time it is there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: dict[str, int] = {}

    def line_of(self, key: object) -> int | None:
        for written in (json.dumps(key), json.dumps(key, ensure_ascii=False)):
            given = re.compile(rf'"id"\s*:\s*{re.escape(written)}')
            match = given.search(self._text, self._seen.get(written, 0))
            if match:
                self._seen[written] = match.end()
                return self._text.count("\n", 0, match.start()) + 1
        return None


def _work(item: object, file: str, lines: _Lines, findings: list[Diagnostic]) -> Work | None:
    key = item.get("id") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(key, str | int) or isinstance(key, bool):
        message = "an item without an id" if isinstance(item, dict) else "an item that is no object"
        findings.append(error("library-syntax", message, Place(file), "give it a key: “id”"))
        return None
    place = Place(file, lines.line_of(key))
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        message = f"“{key}” is of an unknown type: {kind}"
        hint = f"use one of CSL's: {', '.join(sorted(KINDS))}"
        findings.append(warning("library-entry", message, place, hint))
        kind = "document"
    texts: dict[str, str] = {}
    names: dict[str, tuple[Name, ...]] = {}
    dates: dict[str, Date] = {}
    for name, value in item.items():
        read = True
        if name in NAMES:
            read = _take(names, name, _names(value))
        elif name in DATES:
            read = _take(dates, name, _date(value))
        elif name in TEXTS:
            variable = _ALIASES.get(str(name), str(name))
            read = _take(texts, variable, _text(variable, value))
        if not read:
            message = f"{name} of “{key}” has the wrong form"
            findings.append(error("library-syntax", message, place, "see the CSL-JSON schema"))
    return Work(str(key), str(kind), texts, names, dates, place)


def _take(into: dict[str, Value], name: str, value: Value | None) -> bool:
    if value is None:
        return False
    if value:
        into[name] = value
    return True


def _text(name: str, value: object) -> str | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    text = " ".join(re.sub("[\ue000-\uf8ff]", "", str(value)).split())
    return text if name in PLAIN else _fragment(text)


def _fragment(text: str) -> str:
    """CSL's rich text as XHTML; a tag that has no partner is text."""
    out: list[str] = []
    pending: list[tuple[str, int, str]] = []
    end = 0
    for match in _TAG.finditer(text):
        out.append(xhtml.escape(text[end : match.start()]))
        end = match.end()
        closes, tag, nocase = match.groups()
        if closes and pending and pending[-1][0] == tag:
            pending.pop()
            element = _ELEMENTS[tag]
            out.append(f"</{re.split('[ >]', element[1:])[0]}>")
        elif closes:
            out.append(xhtml.escape(match[0]))
        else:
            pending.append((tag, len(out), match[0]))
            out.append('<span class="nocase">' if nocase else _ELEMENTS[tag])
    for _, at, written in pending:
        out[at] = xhtml.escape(written)
    return "".join(out) + xhtml.escape(text[end:])


def _names(value: object) -> tuple[Name, ...] | None:
    if not isinstance(value, list):
        return None
    names = [_name(person) for person in value]
    return None if None in names else tuple(name for name in names if name is not None)


def _name(person: object) -> Name | None:
    if not isinstance(person, dict):
        return None
    part = {key: " ".join(text.split()) for key, text in person.items() if isinstance(text, str)}
    literal = part.get("literal")
    if literal:
        return Name(literal, institution=True)
    family, given = part.get("family", ""), part.get("given", "")
    particles = (part.get("dropping-particle"), part.get("non-dropping-particle"))
    if not family and not given:
        return None
    return Name(
        family or given,
        given if family else "",
        " ".join(particle for particle in particles if particle),
        part.get("suffix", ""),
    )


def _date(value: object) -> Date | None:
    if isinstance(value, str):
        return parse_date(value)
    if not isinstance(value, dict):
        return None
    circa = bool(value.get("circa"))
    for words in (value.get("literal"), value.get("raw")):
        if isinstance(words, str) and words.strip():
            return parse_date(words)
    parts = value.get("date-parts")
    days = list(_days(parts)) if isinstance(parts, list) else []
    if not 1 <= len(days) <= 2 or None in days:
        return None
    return Date(days[0], days[1] if len(days) == 2 else None, circa=circa)


def _days(parts: list[object]) -> Iterator[Day | None]:
    for part in parts:
        numbers = part if isinstance(part, list) else [None]
        whole = [str(number) for number in numbers]
        if not 1 <= len(whole) <= 3 or not all(re.fullmatch(r"-?\d{1,4}", one) for one in whole):
            yield None
        else:
            yield day_of(*(int(one) for one in whole))
