"""BibTeX and BibLaTeX: a file's text in, its works and every fault with its line out.

Owner of bibtexparser, of which only the splitter and the rules for names are used: values are
joined and @string names looked up here, so that an unknown one is found with its line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from bibtexparser import model
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.splitter import Splitter

from bookbuild.citing import latex
from bookbuild.citing.bibtex_fields import ADDRESSES, genre_of, kind_of, variable_of
from bookbuild.citing.works import DATES, NAMES, OTHERS, Date, Day, Name, Work, day_of, parse_date
from bookbuild.diagnostics import Diagnostic, Place, error, warning

_PART = re.compile(r"\s*(?:(\d+)|([^\s\"#%'(),={}]+))\s*")
_MONTHS = (
    ("jan", "januari"), ("feb", "februari"), ("mar", "maret"), ("apr", "april"), ("may", "mei"),
    ("jun", "juni"), ("jul", "juli"), ("aug", "agu"), ("sep", "september"), ("oct", "okt"),
    ("nov", "november"), ("dec", "des"),
)  # fmt: skip
_INHERITED = {"title": "booktitle", "subtitle": "booksubtitle"}
_NOT_INHERITED = frozenset(("crossref", "xref", "label", "doi", "shorttitle", "pages", "abstract"))


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    kind: str
    fields: Mapping[str, str]
    """LaTeX values by their names in small letters."""
    lines: Mapping[str, int]
    line: int


def parse(text: str, file: str) -> tuple[list[Work], list[Diagnostic]]:
    """The works of a BibTeX file in its order, those that can be read, and its faults."""
    findings: list[Diagnostic] = []
    entries = list(_entries(text, file, findings))
    by_key: dict[str, _Entry] = {}
    for entry in entries:
        by_key.setdefault(entry.key.lower(), entry)
    works = [_work(_inherit(entry, by_key, file, findings), file, findings) for entry in entries]
    return works, findings


def _entries(text: str, file: str, findings: list[Diagnostic]) -> Iterator[_Entry]:
    strings = {name: name for names in _MONTHS for name in names}
    with _silence():
        blocks = Splitter(text).split().blocks
    for block in blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, model.DuplicateFieldKeyBlock):
            findings.append(_doubled(block, file, line))
        if isinstance(block, model.DuplicateFieldKeyBlock | model.DuplicateBlockKeyBlock):
            block = block.ignore_error_block or block  # keys are judged by `works`
        if isinstance(block, model.ParsingFailedBlock):
            findings.append(_failed(block, file, line))
        elif isinstance(block, model.String):
            place = Place(file, line)
            strings[block.key.lower()] = _value(block.value, strings, place, findings)
        elif isinstance(block, model.Entry):
            yield _entry(block, file, line, strings, findings)


def _doubled(block: model.DuplicateFieldKeyBlock, file: str, line: int) -> Diagnostic:
    names = ", ".join(sorted(block.duplicate_keys))
    message = f"the entry gives {names} more than once"
    return error("library-entry", message, Place(file, line), "keep one; the first was taken")


def _failed(block: model.ParsingFailedBlock, file: str, line: int) -> Diagnostic:
    said = str(getattr(block.error, "abort_reason", "")).strip().rstrip(".")
    message = f"can't be read: {said[:1].lower()}{said[1:]}" if said else "can't be read"
    hint = "look for a missing comma, brace or quotation mark"
    return error("library-syntax", message, Place(file, line), hint)


def _entry(
    block: model.Entry,
    file: str,
    line: int,
    strings: Mapping[str, str],
    findings: list[Diagnostic],
) -> _Entry:
    fields: dict[str, str] = {}
    lines: dict[str, int] = {}
    if not block.key:
        findings.append(error("library-syntax", "an entry has no key", Place(file, line), "add it"))
    for field in block.fields:
        name = field.key.lower()
        lines.setdefault(name, (field.start_line or 0) + 1)
        value = _value(str(field.value), strings, Place(file, lines[name]), findings)
        fields.setdefault(name, value)
    return _Entry(block.key, block.entry_type.lower(), fields, lines, line)


def _value(raw: str, strings: Mapping[str, str], place: Place, findings: list[Diagnostic]) -> str:
    """A field's value: braces and quotes taken off, parts joined by `#`, names looked up."""
    parts: list[str] = []
    rest = raw.strip()
    while rest:
        if rest[0] in '{"' and (end := _end(rest)):
            parts.append(rest[1:end])
            rest = rest[end + 1 :].strip()
        elif match := _PART.match(rest):
            name = match[2]
            if name and name.lower() not in strings:
                message = f"no @string defines “{name}”"
                hint = "put the value in braces, or define the name above"
                findings.append(error("library-syntax", message, place, hint))
            parts.append(match[1] or strings.get(name.lower(), name))
            rest = rest[match.end() :]
        if not rest:
            break
        if not rest.startswith("#"):
            said = f"“{rest[:20]}” stands after a value"
            findings.append(error("library-syntax", said, place, "add the comma, or a #"))
            break
        rest = rest[1:].strip()
    return "".join(parts)


def _end(text: str) -> int:
    """Where the brace or quote that opens `text` is closed; 0 if it isn't."""
    depth = 0
    for index, char in enumerate(text):
        if char in "{}" and text[index - 1 : index] != "\\":
            depth += 1 if char == "{" else -1
        if index and depth == 0 and char == ("}" if text[0] == "{" else '"'):
            return index
    return 0


def _inherit(
    entry: _Entry, by_key: Mapping[str, _Entry], file: str, findings: list[Diagnostic]
) -> _Entry:
    """The entry with what its crossref lends it, as BibLaTeX does: a title becomes booktitle."""
    named = entry.fields.get("crossref", "").strip()
    if not named:
        return entry
    parent = by_key.get(named.lower())
    if parent is None or parent is entry:
        message = f"“{entry.key}” refers to “{named}”, which is not there"
        place = Place(file, entry.lines["crossref"])
        findings.append(error("library-entry", message, place, "mend the crossref"))
        return entry
    lent = {
        _INHERITED.get(name, name): value
        for name, value in parent.fields.items()
        if name not in _NOT_INHERITED
    }
    return _Entry(entry.key, entry.kind, {**lent, **entry.fields}, entry.lines, entry.line)


def _work(entry: _Entry, file: str, findings: list[Diagnostic]) -> Work:
    place = Place(file, entry.line)
    kind = kind_of(entry.kind, entry.fields)
    if kind is None:
        hint = "use @book, @article, @incollection, @online, @report, @thesis, @legislation, …"
        message = f"“{entry.key}” is of an unknown type: @{entry.kind}"
        findings.append(warning("library-entry", message, place, hint))
    texts: dict[str, str] = {}
    names: dict[str, tuple[Name, ...]] = {}
    dates: dict[str, Date] = {}
    for field, value in entry.fields.items():
        variable = variable_of(field, entry.kind)
        if variable is None or not value.strip():
            continue
        try:
            if variable in NAMES:
                names[variable] = tuple(_names(value))
            elif variable in DATES:
                _take_date(dates, variable, latex.plain(value))
            else:
                written = latex.address(value) if field in ADDRESSES else latex.fragment(value)
                texts.setdefault(variable, _tidy(variable, written))
        except (latex.BadLatex, InvalidNameError) as fault:
            said = str(getattr(fault, "reason", fault))
            message = f"{field} of “{entry.key}” can't be read: {said}"
            where = Place(file, entry.lines.get(field, entry.line))
            findings.append(error("library-syntax", message, where, "look at its braces"))
    _join_titles(entry, texts)
    if genre := genre_of(entry.kind, texts.get("genre", "")):
        texts["genre"] = genre
    if "issued" not in dates and (issued := _issued(entry.fields)):
        dates["issued"] = issued
    return Work(entry.key, kind or "document", texts, names, dates, place)


def _names(value: str) -> Iterator[Name]:
    for name in split_multiple_persons_names(" ".join(value.split())):
        if name == OTHERS:
            yield Name(OTHERS)
        elif name.startswith("{") and _end(name) == len(name) - 1:
            yield Name(latex.plain(name[1:-1]), institution=True)
        else:
            parts = parse_single_name_into_parts(name)
            given, particle, family, suffix = (
                latex.plain(" ".join(part))
                for part in (parts.first, parts.von, parts.last, parts.jr)
            )
            yield Name(family or given, given if family else "", particle, suffix)


def _tidy(variable: str, text: str) -> str:
    if variable in ("page", "volume", "issue", "number"):
        return re.sub(r"\s*[-–—]+\s*", "-", text)
    if variable == "DOI":
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text, flags=re.IGNORECASE)
    return text


def _join_titles(entry: _Entry, texts: dict[str, str]) -> None:
    for main, sub in (("title", "subtitle"), ("container-title", "booksubtitle")):
        value = entry.fields.get(sub, "").strip()
        if value and main in texts:
            try:
                texts[main] = f"{texts[main]}: {latex.fragment(value)}"
            except latex.BadLatex:
                continue  # found with the field itself


def _take_date(dates: dict[str, Date], variable: str, text: str) -> None:
    date = parse_date(text)
    if date is not None:
        dates[variable] = date


def _issued(fields: Mapping[str, str]) -> Date | None:
    """The date that `year` and `month` give."""
    try:
        date = parse_date(latex.plain(fields.get("year", "")))
    except latex.BadLatex:
        return None
    if date is None or date.begin is None or date.end is not None:
        return date
    month, day = _month(fields.get("month", ""))
    whole: Day | None = day_of(date.begin.year, month, day if month else None)
    return Date(whole or date.begin, circa=date.circa)


def _month(text: str) -> tuple[int | None, int | None]:
    """Month and day of `may`, `5`, `3~mei`, `mei 3`."""
    words = re.findall(r"[a-z]+|\d+", text.lower())
    month = next(
        (at for at, names in enumerate(_MONTHS, 1) for word in words
         if word.isalpha() and word[:3] in {name[:3] for name in names}),
        None,
    )  # fmt: skip
    numbers = [int(word) for word in words if word.isdigit() and len(word) <= 2]
    if month is None:
        return (numbers[0], None) if numbers else (None, None)
    return month, numbers[0] if numbers else None


@contextmanager
def _silence() -> Iterator[None]:
    """Quiet: the parser logs what it also returns as failed blocks."""
    logger = logging.getLogger("bibtexparser")
    before, logger.disabled = logger.disabled, True
    splitter = logging.getLogger("bibtexparser.splitter")
    splitter_before, splitter.disabled = splitter.disabled, True
    try:
        yield
    finally:
        logger.disabled, splitter.disabled = before, splitter_before
