"""A section's last form: ids, numbers, captions with their labels.

In: a `Draft`, a tree that can still be changed. Out: a frozen `Section`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bookbuild import punctuation, xhtml
from bookbuild.book import dialect, references
from bookbuild.book.document import Caption, Heading, Mark, Note, Section
from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.language import Language, roman

HEADINGS = ("h1", "h2", "h3", "h4")
_ID = re.compile(r"[\w-]+")
"""Ids that stages make of their own hold a full stop, so that none can meet an author's."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A section on its way: its tree can still be changed."""

    source: Source
    root: xhtml.Element
    title: xhtml.Element
    epigraph: str
    notes: tuple[Note, ...]
    note_numbers: Mapping[str, int]
    pictures: tuple[str, ...]
    marks: tuple[Mark, ...]
    titled: bool = True
    """False where its role brought the title."""


@dataclass(slots=True)
class Numbering:
    """Counts what the book numbers, while sections pass in reading order."""

    language: Language
    by_chapter: bool
    """Figures are numbered within numbered chapters; through the book where there are none."""
    counts: Counter[str] = field(default_factory=Counter)

    def label(self, source: Source) -> tuple[int | None, str]:
        """The number and label of the next section."""
        role, words = source.entry.role, self.language.words
        if role not in ("chapter", "part") or not source.head.numbered:
            return None, ""
        self.counts[role] += 1
        number = self.counts[role]
        if role == "part":
            return number, words.part.format(number=roman(number).upper())
        self.counts["figure"] = self.counts["table"] = 0
        return number, words.chapter.format(number=number)

    def caption(self, kind: str, chapter: int | None) -> str:
        """The label of the next figure or table; empty where nothing numbers it."""
        if self.by_chapter and chapter is None:
            return ""
        self.counts[kind] += 1
        number = f"{chapter}.{self.counts[kind]}" if self.by_chapter else str(self.counts[kind])
        return str(getattr(self.language.words, kind).format(number=number))


def identify(drafts: tuple[Draft, ...]) -> tuple[dict[str, Place], list[Diagnostic]]:
    """Every id that the author gave, with its place; and those given twice."""
    taken: dict[str, Place] = {}
    findings: list[Diagnostic] = []
    for draft in drafts:
        uses: Counter[str] = Counter()
        trees = [draft.root, xhtml.parse(draft.epigraph)]
        trees += [xhtml.parse(note.body) for note in draft.notes]
        for element in (
            draft.title,
            *(item for tree in trees for item in xhtml.elements(tree, "*")),
        ):
            own = element.get("id")
            if own is None or xhtml.has_class(element, "index"):
                continue
            place = draft.source.place_of_id(own, uses[own])
            uses[own] += 1
            if not _ID.fullmatch(own):
                message = f"“{own}” can't be an id"
                hint = "use letters, digits, hyphens and underscores"
                findings.append(error("reference-duplicate", message, place, hint))
            elif own in taken:
                message = f"the id “{own}” is already used at {taken[own]}"
                findings.append(error("reference-duplicate", message, place, "give one another id"))
            taken.setdefault(own, place)
    return taken, findings


def section(draft: Draft, numbering: Numbering, taken: dict[str, Place]) -> Section:
    """The section that the draft has become; ids it lacks are made, unlike those `taken`."""
    source, text, language = draft.source, references.plain_text(draft.title), numbering.language
    number, label = numbering.label(source)
    section_id = draft.title.get("id") or _free_id(text, "", taken)
    chapter = number if source.entry.role == "chapter" else None
    captions = tuple(_captions(draft.root, section_id, numbering, chapter))
    references.point_to_notes(draft.root, section_id, draft.note_numbers)
    return Section(
        id=section_id,
        file=source.file,
        matter=source.entry.matter,
        role=source.entry.role,
        number=number,
        label=label,
        author=source.head.author or "",
        title=xhtml.inner(draft.title),
        text=text,
        shown=source.entry.role != "dedication" or draft.titled,
        short_title=punctuation.smart_text(source.head.short_title or "", language) or text,
        outline=source.head.status == "outline",
        headings_only=not draft.notes and all(str(block.tag) in HEADINGS for block in draft.root),
        epigraph=draft.epigraph,
        headings=tuple(_headings(draft.root, section_id, taken)),
        terms=tuple(_terms(draft, section_id, taken)),
        body=xhtml.write(draft.root).strip(),
        notes=draft.notes,
        captions=captions,
        marks=tuple(replace(mark, section=section_id) for mark in draft.marks),
        pictures=draft.pictures,
    )


def _headings(root: xhtml.Element, section_id: str, taken: dict[str, Place]) -> Iterator[Heading]:
    for element in xhtml.elements(root, *HEADINGS):
        text = references.plain_text(element)
        own = element.get("id") or _free_id(text, section_id, taken)
        element.set("id", own)
        title = references.without_notes(xhtml.inner(element))
        yield Heading(int(str(element.tag)[1]), own, title, text)


def _terms(draft: Draft, section_id: str, taken: dict[str, Place]) -> Iterator[tuple[str, str]]:
    """In a glossary every term can be referred to."""
    if draft.source.entry.role != "glosarium":
        return
    for element in xhtml.elements(draft.root, "dt"):
        text = xhtml.text_of(element)
        own = element.get("id") or _free_id(text, section_id, taken)
        element.set("id", own)
        yield own, text


def _captions(
    root: xhtml.Element, section_id: str, numbering: Numbering, chapter: int | None
) -> Iterator[Caption]:
    """Set the label before each caption; what has no caption yet gets one."""
    counts: Counter[str] = Counter()
    for element in xhtml.elements(root, "figure", "table"):
        if not xhtml.has_class(element, "numbered"):
            continue
        kind = str(element.tag)
        counts[kind] += 1
        own = element.get("id") or f"{section_id}.{kind}.{counts[kind]}"
        element.set("id", own)
        label = numbering.caption(kind, chapter)
        name = "figcaption" if kind == "figure" else "caption"
        line = element.find(name)
        title = "" if line is None else references.without_notes(_without_credit(line))
        if label:
            if line is None:
                line = xhtml.new(name)
                element.insert(len(element) if kind == "figure" else 0, line)
            mark = xhtml.new("span", label, class_="label")
            mark.tail = f" {line.text or ''}"
            line.text = None
            line.insert(0, mark)
        yield Caption("figure" if kind == "figure" else "table", own, label, title)


def _without_credit(line: xhtml.Element) -> str:
    root = xhtml.parse(xhtml.inner(line))
    for span in xhtml.elements(root, "span"):
        if xhtml.has_class(span, "credit"):
            xhtml.remove(span)
    return xhtml.write(root).strip()


def _free_id(text: str, section: str, taken: dict[str, Place]) -> str:
    """A readable id from a title: its slug; behind the section's id if another has it."""
    slug = dialect.slug(text) or "bagian"
    candidates = [slug, f"{section}-{slug}" if section else f"{slug}-2"]
    counter = 2
    while candidates[0] in taken:
        candidates.pop(0)
        counter += 1
        candidates.append(f"{section or slug}-{slug}-{counter}")
    taken[candidates[0]] = Place(section)
    return candidates[0]
