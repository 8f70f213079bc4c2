"""The works a book cites, as values: what CSL calls items.

Nothing is read or set here. Texts are XHTML fragments (`em`, `strong`, `sup`, `sub`,
`span.small-caps`, and `span.nocase` for what keeps its capitals); names, dates and kinds are
those of CSL 1.0.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bookbuild.diagnostics import Diagnostic, Place, error, warning

KINDS = frozenset(
    [
        "article",
        "article-journal",
        "article-magazine",
        "article-newspaper",
        "bill",
        "book",
        "broadcast",
        "chapter",
        "classic",
        "collection",
        "dataset",
        "document",
        "entry",
        "entry-dictionary",
        "entry-encyclopedia",
        "event",
        "figure",
        "graphic",
        "hearing",
        "interview",
        "legal_case",
        "legislation",
        "manuscript",
        "map",
        "motion_picture",
        "musical_score",
        "pamphlet",
        "paper-conference",
        "patent",
        "performance",
        "periodical",
        "personal_communication",
        "post",
        "post-weblog",
        "regulation",
        "report",
        "review",
        "review-book",
        "software",
        "song",
        "speech",
        "standard",
        "thesis",
        "treaty",
        "webpage",
    ]
)
"""Types of CSL 1.0.2, appendix III."""

NAMES = frozenset(
    [
        "author",
        "chair",
        "collection-editor",
        "compiler",
        "composer",
        "container-author",
        "contributor",
        "curator",
        "director",
        "editor",
        "editorial-director",
        "executive-producer",
        "guest",
        "host",
        "illustrator",
        "interviewer",
        "narrator",
        "organizer",
        "original-author",
        "performer",
        "producer",
        "recipient",
        "reviewed-author",
        "script-writer",
        "series-creator",
        "translator",
    ]
)
DATES = frozenset(
    ["accessed", "available-date", "event-date", "issued", "original-date", "submitted"]
)
TEXTS = frozenset(
    [
        "abstract",
        "annote",
        "archive",
        "archive_collection",
        "archive_location",
        "archive-place",
        "authority",
        "call-number",
        "chapter-number",
        "citation-key",
        "citation-label",
        "collection-number",
        "collection-title",
        "container-title",
        "container-title-short",
        "dimensions",
        "division",
        "DOI",
        "edition",
        "event",
        "event-place",
        "event-title",
        "genre",
        "ISBN",
        "ISSN",
        "issue",
        "journalAbbreviation",
        "jurisdiction",
        "keyword",
        "language",
        "license",
        "medium",
        "note",
        "number",
        "number-of-pages",
        "number-of-volumes",
        "original-publisher",
        "original-publisher-place",
        "original-title",
        "page",
        "page-first",
        "part",
        "part-number",
        "part-title",
        "PMCID",
        "PMID",
        "printing-number",
        "publisher",
        "publisher-place",
        "references",
        "reviewed-genre",
        "reviewed-title",
        "scale",
        "section",
        "shortTitle",
        "source",
        "status",
        "supplement-number",
        "title",
        "title-short",
        "URL",
        "version",
        "volume",
        "volume-title",
        "volume-title-short",
    ]
)
"""Variables of CSL 1.0.2, appendix IV, by what they hold."""

PLAIN = frozenset(["DOI", "URL", "ISBN", "ISSN", "PMCID", "PMID", "language", "citation-key"])
"""Texts that are codes or addresses: neither markup nor smart punctuation."""
LEGAL = frozenset(["bill", "hearing", "legal_case", "legislation", "regulation", "treaty"])
OTHERS = "others"
"""As the last of a list of names: there are more of them."""

_CIRCA = re.compile(r"^(c\.|ca\.|circa|sekitar|kira-kira|±)\s*", re.IGNORECASE)
_YEAR = re.compile(r"(-?\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or with nothing but a family name a person of one name or an institution."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    institution: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A year, perhaps with its month and day."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """A day, a span of two, or what words say of it (`abad ke-19`)."""

    begin: Day | None = None
    end: Day | None = None
    words: str = ""
    circa: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """One entry of the library."""

    key: str
    kind: str
    texts: Mapping[str, str]
    names: Mapping[str, tuple[Name, ...]]
    dates: Mapping[str, Date]
    place: Place


@dataclass(frozen=True, slots=True)
class Library:
    """Every work by its key, in the order of the file."""

    works: Mapping[str, Work]

    def __contains__(self, key: str) -> bool:
        return key in self.works


def parse_date(text: str) -> Date | None:
    """`2020`, `2020-05-03`, `2019/2020`, `2020~`, or other words; None for an empty text."""
    text = text.strip()
    bare = _CIRCA.sub("", text.rstrip("~?"))
    circa = bare != text
    days = [parse_day(part) for part in bare.split("/")]
    if len(days) <= 2 and all(days):
        return Date(days[0], days[1] if len(days) == 2 else None, circa=circa)
    return Date(words=text) if text else None


def parse_day(text: str) -> Day | None:
    """`2020-05-03` and its shorter forms; None if it isn't one."""
    match = _YEAR.fullmatch(text.strip())
    return day_of(*(int(part) for part in match.groups() if part)) if match else None


def day_of(year: int, month: int | None = None, day: int | None = None) -> Day | None:
    """A day whose parts are possible, or None."""
    if not -9999 <= year <= 9999 or year == 0 or not 1 <= (month or 1) <= 12:
        return None
    return Day(year, month, day) if 1 <= (day or 1) <= 31 else None


def collect(works: Iterator[Work] | list[Work]) -> tuple[Library, list[Diagnostic]]:
    """The library of `works`, with a finding for each that is there twice or lacks something."""
    known: dict[str, Work] = {}
    findings: list[Diagnostic] = []
    for work in works:
        if work.key in known:
            first = known[work.key].place.line
            message = f"the key “{work.key}” is taken already, on line {first}"
            findings.append(error("library-entry", message, work.place, "give it another key"))
            continue
        known[work.key] = work
        if missing := _missing(work):
            message = f"“{work.key}” has no {', no '.join(missing)}"
            findings.append(warning("library-entry", message, work.place, "add it if there is one"))
    return Library(known), findings


def _missing(work: Work) -> list[str]:
    lacks = []
    if not any(work.texts.get(name) for name in ("title", "title-short")):
        lacks.append("title")
    anonymous = work.kind in LEGAL or work.kind.startswith("entry") or work.kind == "periodical"
    if not work.names and not anonymous:
        lacks.append("author")
    if not {"issued", "original-date", "event-date"} & set(work.dates):
        lacks.append("year")
    return lacks
