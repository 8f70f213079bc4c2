"""What BibTeX's and BibLaTeX's entry types and fields are in CSL."""

from __future__ import annotations

from collections.abc import Mapping

_KINDS = {
    "article": "article-journal", "book": "book", "mvbook": "book", "bookinbook": "chapter",
    "booklet": "pamphlet", "collection": "book", "mvcollection": "book", "proceedings": "book",
    "mvproceedings": "book", "reference": "book", "mvreference": "book", "manual": "book",
    "inbook": "chapter", "incollection": "chapter", "suppbook": "chapter",
    "suppcollection": "chapter", "inreference": "entry-encyclopedia",
    "inproceedings": "paper-conference", "conference": "paper-conference", "report": "report",
    "techreport": "report", "thesis": "thesis", "phdthesis": "thesis", "mastersthesis": "thesis",
    "online": "webpage", "electronic": "webpage", "www": "webpage", "unpublished": "manuscript",
    "misc": "document", "periodical": "periodical", "suppperiodical": "article-journal",
    "patent": "patent", "dataset": "dataset", "software": "software", "standard": "standard",
    "legislation": "legislation", "legal": "legislation", "jurisdiction": "legal_case",
    "letter": "personal_communication", "movie": "motion_picture", "video": "motion_picture",
    "audio": "song", "music": "song", "image": "graphic", "artwork": "graphic",
    "performance": "performance", "review": "review", "newspaper": "article-newspaper",
    "magazine": "article-magazine", "map": "map", "interview": "interview", "speech": "speech",
}  # fmt: skip

_FIELDS = {
    "author": "author", "editor": "editor", "translator": "translator",
    "bookauthor": "container-author", "illustrator": "illustrator", "compiler": "compiler",
    "director": "director", "origauthor": "original-author", "interviewer": "interviewer",
    "title": "title", "shorttitle": "title-short", "booktitle": "container-title",
    "maintitle": "volume-title", "journal": "container-title", "journaltitle": "container-title",
    "shortjournal": "container-title-short", "series": "collection-title", "volume": "volume",
    "volumes": "number-of-volumes", "edition": "edition", "pages": "page",
    "pagetotal": "number-of-pages", "chapter": "chapter-number", "publisher": "publisher",
    "institution": "publisher", "school": "publisher", "organization": "publisher",
    "address": "publisher-place", "location": "publisher-place", "venue": "event-place",
    "eventtitle": "event-title", "howpublished": "medium", "type": "genre", "version": "version",
    "doi": "DOI", "url": "URL", "isbn": "ISBN", "issn": "ISSN", "pmid": "PMID",
    "langid": "language", "language": "language", "note": "note", "annote": "annote",
    "annotation": "annote", "abstract": "abstract", "keywords": "keyword",
    "origtitle": "original-title", "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place", "date": "issued", "urldate": "accessed",
    "origdate": "original-date", "eventdate": "event-date",
}  # fmt: skip

ADDRESSES = frozenset(("doi", "url", "isbn", "issn", "pmid"))
"""Fields that are no LaTeX text."""

_GENRES = {
    "phdthesis": "phdthesis", "mastersthesis": "mastersthesis", "mathesis": "mastersthesis",
}  # fmt: skip


def kind_of(entry_type: str, fields: Mapping[str, str]) -> str | None:
    """The CSL type of an entry; None when nobody knows it."""
    kind = _KINDS.get(entry_type)
    subtype = fields.get("entrysubtype", "").strip().lower()
    if entry_type == "article" and subtype in ("newspaper", "magazine"):
        return f"article-{subtype}"
    if entry_type == "misc" and fields.get("url"):
        return "webpage"
    return kind


def variable_of(field: str, entry_type: str) -> str | None:
    """The CSL variable that a field of such an entry fills, or None."""
    if field == "number":
        articles = ("article", "periodical", "suppperiodical", "newspaper", "magazine")
        books = ("book", "collection", "incollection", "inbook", "proceedings", "inproceedings")
        return "issue" if entry_type in articles else (
            "collection-number" if entry_type in books else "number"
        )  # fmt: skip
    return _FIELDS.get(field)


def genre_of(entry_type: str, given: str) -> str:
    """`phdthesis` or `mastersthesis` for what a @thesis says of itself, else what it says."""
    return _GENRES.get(given.strip().lower(), given) or _GENRES.get(entry_type, "")
