"""Runs the citation engine: works and clusters in, marked text out.

Owner of citeproc-py, with the modules that mend it (`csl_elements`). Works are told apart here
(given names, `disambiguate`, year letters), because the engine does not: it is asked for every
work alone, and those that it cites alike are changed until they differ.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.source import Date as EngineDate
from citeproc.source import DateRange, LiteralDate, Reference
from citeproc.source import Name as EngineName
from citeproc.string import String

from bookbuild.citing import csl_names
from bookbuild.citing.csl_flow import Formatter, Locator
from bookbuild.citing.csl_style import Style, locale_of, ready
from bookbuild.citing.csl_text import without_marks
from bookbuild.citing.works import OTHERS, Date, Day, Name, Work
from bookbuild.language import Language

MENDED = (csl_names.Names, csl_names.Name)
"""Named so that they are there: citeproc finds the classes of its elements by itself."""
ENGINE_FAULTS = (AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError)
"""What citeproc-py raises for a style or a date that it can't set."""


class Unusable(ValueError):
    """The engine can't do what the style asks."""


@dataclass(frozen=True, slots=True)
class Call:
    """One work called in a cluster; text before, after, and whether its author is left out."""

    key: str
    prefix: str = ""
    suffix: str = ""
    locator: Locator | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Rendering:
    """Marked text for every cluster, and the bibliography's entries in their order."""

    clusters: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    comma_inside: bool
    """The locale puts a comma before the closing quotation mark."""


def render(
    style: Style,
    language: Language,
    works: Mapping[str, Work],
    texts: Mapping[str, Mapping[str, str]],
    clusters: Sequence[Sequence[Call]],
    uncited: Iterable[str],
) -> Rendering:
    """The clusters in their order, and the works cited with those of `uncited` as entries.

    `texts` are each work's texts as marked text.

    Raises:
        Unusable: the engine can't use the style.
    """
    cited = dict.fromkeys(call.key for cluster in clusters for call in cluster)
    keys = [*cited, *(key for key in uncited if key not in cited)]
    try:
        run = _Run(style, language, {key: (works[key], texts[key]) for key in keys})
        run.tell_apart()
        entries = run.entries()
        return Rendering(run.citations(clusters), entries, run.comma_inside)
    except ENGINE_FAULTS as fault:
        raise Unusable(f"{type(fault).__name__}: {fault}") from fault


def schema_faults(style: Style, language: Language) -> tuple[str, ...]:
    """What the CSL schema has against a style."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            CitationStylesStyle(
                BytesIO(style.source.encode()), locale=locale_of(language), validate=True
            )
        except ENGINE_FAULTS as fault:
            return (f"{type(fault).__name__}: {fault}",)
    said = (str(warning.message) for warning in caught if "schema" in str(warning.message))
    return tuple(line for text in said for line in text.split("\n")[1:] if line)


class _Run:
    """One style at work on the works of one book."""

    def __init__(
        self,
        style: Style,
        language: Language,
        works: Mapping[str, tuple[Work, Mapping[str, str]]],
    ) -> None:
        self._style, self._works = style, works
        self._keys = list(works)
        self._ids = {key: f"work{at}" for at, key in enumerate(works)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the schema's complaints are `schema_faults`
            self._engine: Any = CitationStylesStyle(
                BytesIO(ready(style, language)), locale=locale_of(language), validate=False
            )
        source = {
            self._ids[key]: _reference(self._ids[key], work, texts)
            for key, (work, texts) in works.items()
        }
        self._book: Any = CitationStylesBibliography(self._engine, source, Formatter)
        self._book.items = [self._item(Call(key)) for key in works]
        self._book.keys = list(self._ids.values())
        Citation(self._book.items).bibliography = self._book
        if style.has_bibliography:
            self._book.sort()
        by_id = {name: key for key, name in self._ids.items()}
        self._keys = [by_id[item.key] for item in self._book.items]
        piq = self._engine.root.citation.get_locale_option("punctuation-in-quote")
        self.comma_inside = piq == "true"

    def _item(self, call: Call) -> Any:
        item = CitationItem(self._ids[call.key])
        item.update(
            {
                name: value
                for name, value in (
                    ("prefix", call.prefix), ("suffix", call.suffix),
                    ("locator", call.locator), ("bare", call.bare),
                )
                if value
            }
        )  # fmt: skip
        return item

    def _reference(self, key: str) -> Any:
        return self._book.source[self._ids[key]]

    def _cite(self, calls: Sequence[Call], number: int, before: list[Any]) -> str:
        citation = Citation([self._item(call) for call in calls])
        citation.bibliography, citation.number = self._book, number
        text = self._engine.render_citation(citation, before, self._fallback)
        return str(text)

    def _fallback(self, item: Any) -> str:
        """For a cite that would be empty: its title."""
        return str(item.reference.get("title") or "?")

    def _alone(self, key: str) -> str:
        """How a work is cited after others; in a note style, when it was cited long before."""
        before: list[Any] = []
        if self._style.is_note_style:
            self._cite((Call(key),), -99, before)
        return without_marks(self._cite((Call(key),), 1, before))

    def _alike(self) -> list[list[str]]:
        groups: dict[str, list[str]] = {}
        for key in self._keys:
            groups.setdefault(self._alone(key), []).append(key)
        return [group for group in groups.values() if len(group) > 1]

    def tell_apart(self) -> None:
        """Change the works that would be cited alike, as far as the style allows."""
        if len(self._keys) < 2:
            return
        if self._style.adds_given_names and not self._style.is_note_style:
            self._give_names()
        if not self._style.adds_year_letters and 'disambiguate="true"' not in self._style.source:
            return
        for group in self._alike():
            for key in group:
                self._reference(key)["is_ambiguous"] = True
        if self._style.adds_year_letters:
            for group in self._alike():
                for at, key in enumerate(group):
                    self._reference(key)["year_suffix"] = String(_letters(at))

    def _give_names(self) -> None:
        """First authors of one family name are cited with their initials, or in full."""
        people: dict[str, dict[str, list[str]]] = {}
        for key in self._keys:
            names = self._works[key][0].names
            first = next((names[role] for role in ("author", "editor") if role in names), ())
            if first and first[0].given and not first[0].institution:
                same = people.setdefault(first[0].family, {})
                same.setdefault(first[0].given, []).append(key)
        for same in people.values():
            short = [_initials(given) for given in same]
            for at, (given, keys) in enumerate(same.items()):
                if len(same) > 1:
                    shown = given if short.count(short[at]) > 1 else short[at]
                    for key in keys:
                        self._reference(key)["given_names"] = shown

    def citations(self, clusters: Sequence[Sequence[Call]]) -> tuple[str, ...]:
        before: list[Any] = []
        return tuple(self._cite(calls, at, before) for at, calls in enumerate(clusters, 1))

    def entries(self) -> tuple[tuple[str, str], ...]:
        if not self._style.has_bibliography:
            return ()
        texts = self._book.bibliography()
        return tuple((key, str(text)) for key, text in zip(self._keys, texts, strict=True))


def _initials(given: str) -> str:
    return " ".join(f"{word[0]}." for word in given.replace(".", " ").split())


def _letters(at: int) -> str:
    """a, b, …, z, aa, ab, …"""
    rest, letter = divmod(at, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("a") + letter)


def _reference(name: str, work: Work, texts: Mapping[str, str]) -> Any:
    reference = Reference(name, work.kind)
    for variable, text in texts.items():
        reference[variable.replace("-", "_")] = String(text)
    for role, people in work.names.items():
        reference[role.replace("-", "_")] = [_name(person) for person in people]
        reference[role] = reference[role.replace("-", "_")]
    for variable, date in work.dates.items():
        reference[variable.replace("-", "_")] = _date(date)
    return reference


def _name(person: Name) -> Any:
    if person.institution or person.family == OTHERS:
        return EngineName(literal=person.family)
    parts = {
        "family": person.family,
        "given": person.given,
        "non-dropping-particle": person.particle,
        "suffix": person.suffix,
    }
    return EngineName(**{part: text for part, text in parts.items() if text})


def _date(date: Date) -> Any:
    if date.begin is None:
        return LiteralDate(date.words, circa=date.circa)
    if date.end is None:
        return _day(date.begin, date.circa)
    return DateRange(begin=_day(date.begin), end=_day(date.end), circa=date.circa)


def _day(day: Day, circa: bool = False) -> Any:
    parts = {"year": day.year, "month": day.month, "day": day.day}
    return EngineDate(circa=circa, **{part: value for part, value in parts.items() if value})
