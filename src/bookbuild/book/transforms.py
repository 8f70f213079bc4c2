"""From trees to the document: titles, numbers, notes, references, figures.

In: the manuscript and its language. Out: a frozen `Document`. Each function does one thing to
one tree; `build_document` says in which order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bookbuild import punctuation, xhtml
from bookbuild.book import elements, markup, notes, references, typed
from bookbuild.book.cited import set_cited
from bookbuild.book.document import Document, Mark, Note, Section
from bookbuild.book.index import take_marks
from bookbuild.book.made import Listed, body_of, has_content
from bookbuild.book.manuscript import SPECIFICATION, Head, Manuscript, Source
from bookbuild.book.sections import HEADINGS, Draft, Numbering, identify, section
from bookbuild.book.spec import Entry
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.diagnostics import Diagnostic, Place, Severity, error
from bookbuild.folders import MANUSCRIPT
from bookbuild.language import Language

_Rest = tuple[str, tuple[Note, ...], Mapping[str, int], tuple[str, ...], tuple[Mark, ...], bool]
_Kept = tuple[tuple[str, str], _Rest]
"""A draft without its source: body and title as text, and all else."""


def build_document(
    manuscript: Manuscript, language: Language, cache: Cache = NOTHING_KEPT
) -> Document:
    """The document that the manuscript says, with everything found wrong on the way."""
    findings: list[Diagnostic] = []
    abbreviations: dict[str, str] = {}
    for source in manuscript.sources:
        abbreviations.update(markup.abbreviations(source))
    trees: list[tuple[Source, xhtml.Element]] = []
    for source in manuscript.sources:
        root, faults = _read(source, abbreviations, cache)
        findings.extend(faults)
        if root is not None:
            trees.append((source, root))
    works, cited_faults = set_cited(manuscript, trees, language, cache)
    findings.extend(cited_faults)
    drafts: dict[str, Draft] = {}
    marks = 0
    for source, root in trees:
        draft, more = _drafted(source, root, language, marks, cache)
        findings.extend(more)
        if draft is not None:
            drafts[source.entry.file or ""] = draft
            marks += len(draft.marks)
    taken, duplicates = identify(tuple(drafts.values()))
    findings.extend(duplicates)
    listed = Listed(manuscript.spec, abbreviations, works)
    sections = _sections(listed, drafts, taken, language)
    targets = {
        target.id: target for item in sections for target in references.targets(item, language)
    }
    for draft in drafts.values():
        fragments = (draft.epigraph, *(note.body for note in draft.notes))
        roots = [draft.root, *map(xhtml.parse, fragments)]
        findings.extend(references.unknown(draft.source, roots, targets))
    told = tuple(dict.fromkeys(findings))
    unspoken = tuple(item for item in told if _leaves_unspoken(item))
    return Document(sections, targets, tuple(x for x in told if x not in unspoken), unspoken)


def _read(
    source: Source, abbreviations: Mapping[str, str], cache: Cache
) -> tuple[xhtml.Element | None, tuple[Diagnostic, ...]]:
    """The source's tree and all that is wrong with the source; None where it makes none."""

    def read() -> tuple[str | None, tuple[Diagnostic, ...]]:
        told = typed.check(source)
        if any(item.code == "note-many" for item in told):
            return None, told
        root, faults = markup.parse(source, abbreviations)
        return None if root is None else xhtml.write(root), told + faults

    fragment, faults = cache.made("markup", (repr((source, abbreviations)),), read)
    return None if fragment is None else xhtml.parse(fragment), faults


def _leaves_unspoken(finding: Diagnostic) -> bool:
    return finding.severity is Severity.ERROR and finding.code == "picture-alt"


def _sections(
    listed: Listed,
    drafts: Mapping[str, Draft],
    taken: dict[str, Place],
    language: Language,
) -> tuple[Section, ...]:
    """Every section in reading order; those that are made come in once the others are known."""
    numbering = Numbering(
        language, any(draft.source.entry.role == "chapter" and draft.source.head.numbered
                      for draft in drafts.values())
    )  # fmt: skip
    written = {name: section(draft, numbering, taken) for name, draft in drafts.items()}
    found: list[Section] = []
    for entry in listed.spec.manuscript:
        if entry.file is not None:
            if entry.file in written:
                found.append(written[entry.file])
        elif has_content(entry.role, listed, tuple(written.values())):
            root = body_of(entry.role, listed, language)
            found.append(section(_made_draft(entry, root, language), numbering, taken))
    return tuple(found)


def _made_draft(entry: Entry, root: xhtml.Element, language: Language) -> Draft:
    source = Source(entry, f"{MANUSCRIPT}/{SPECIFICATION}", Head(), "", 1)
    title = xhtml.new("h1", language.headings[entry.role])
    return Draft(source, root, title, "", (), {}, (), ())


def _drafted(
    source: Source, root: xhtml.Element, language: Language, marks_before: int, cache: Cache
) -> tuple[Draft | None, Sequence[Diagnostic]]:
    """What `_draft` makes, kept with its trees as text."""

    def make() -> tuple[_Kept | None, tuple[Diagnostic, ...]]:
        made, findings = _draft(source, root, language, marks_before)
        if made is None:
            return None, tuple(findings)
        return (
            (xhtml.write(made.root), xhtml.outer(made.title)),
            (made.epigraph, made.notes, made.note_numbers, made.pictures, made.marks, made.titled),
        ), tuple(findings)

    parts = (repr((source, marks_before)), xhtml.write(root), language.model_dump_json())
    kept, findings = cache.made("draft", parts, make)
    if kept is None:
        return None, findings
    (text, title), rest = kept
    return Draft(source, xhtml.parse(text), xhtml.parse_document(title), *rest), findings


def _draft(
    source: Source, root: xhtml.Element, language: Language, marks_before: int
) -> tuple[Draft | None, Sequence[Diagnostic]]:
    taken_notes, numbers, findings = notes.take_notes(source, root)
    pictures, faults = elements.shape(source, root)
    findings.extend(faults)
    findings.extend(references.mark(source, root))
    note_roots = [xhtml.parse(note.body) for note in taken_notes]
    for note_root in note_roots:
        findings.extend(elements.shape(source, note_root)[1])
        findings.extend(references.mark(source, note_root))
    findings.extend(_check_headings(source, root))
    found_marks, faults = _take_marks(source, (root, *note_roots), marks_before, language)
    findings.extend(faults)
    for tree in (root, *note_roots):
        punctuation.smarten(tree, language)
    titled = any(xhtml.text_of(title) for title in xhtml.elements(root, "h1"))
    title, faults = _take_title(source, root, language)
    findings.extend(faults)
    if title is None:
        return None, findings
    epigraph = _take_epigraph(root) or _epigraph_of_head(source, language)
    smart_notes = tuple(
        replace(note, body=xhtml.write(tree))
        for note, tree in zip(taken_notes, note_roots, strict=True)
    )
    return (
        Draft(source, root, title, epigraph, smart_notes, numbers, pictures, found_marks, titled),
        findings,
    )


def _take_marks(
    source: Source, trees: Sequence[xhtml.Element], before: int, language: Language
) -> tuple[tuple[Mark, ...], list[Diagnostic]]:
    found: list[Mark] = []
    findings: list[Diagnostic] = []
    for tree in trees:
        marks, faults = take_marks(source, tree, before + len(found) + 1, language)
        found.extend(marks)
        findings.extend(faults)
    return tuple(found), findings


def _take_title(
    source: Source, root: xhtml.Element, language: Language
) -> tuple[xhtml.Element | None, list[Diagnostic]]:
    titles = xhtml.elements(root, "h1")
    if len(titles) > 1:
        place = source.place_of("# " + xhtml.text_of(titles[1])[:30])
        message = f"a second title, “{xhtml.text_of(titles[1])}”: one file is one section"
        return None, [error("manuscript-title", message, place, "make it ##, or a file of its own")]
    if titles:
        xhtml.remove(titles[0])
        titles[0].tail = None
        if xhtml.text_of(titles[0]):
            return titles[0], []
    if source.entry.role in language.headings:
        return xhtml.new("h1", language.headings[source.entry.role]), []
    place = Place(source.file, source.first_line)
    return None, [
        error("manuscript-title", "the section has no title", place, "begin with # Title")
    ]


def _take_epigraph(root: xhtml.Element) -> str:
    for quote in xhtml.elements(root, "blockquote")[:1]:
        if xhtml.has_class(quote, "epigraph") and quote.getprevious() is None:
            quote.tail = None
            xhtml.remove(quote)
            return xhtml.inner(quote)
    return ""


def _epigraph_of_head(source: Source, language: Language) -> str:
    if source.head.epigraph is None:
        return ""
    root = xhtml.new("body")
    xhtml.child(root, "p", punctuation.smart_text(source.head.epigraph, language))
    if source.head.epigraph_source:
        said = punctuation.smart_text(source.head.epigraph_source, language)
        xhtml.child(root, "p", said, **{"class": "attribution"})
    return xhtml.write(root)


def _check_headings(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    above = 1
    for heading in xhtml.elements(root, *HEADINGS):
        for link in xhtml.elements(heading, "a"):
            if (target := link.get("data-target")) is not None:
                message = f"a heading can't hold a cross-reference (to “{target}”)"
                place = source.place_of(f"(#{target})")
                yield error("markup-heading", message, place, "move it into the text")
        level = int(str(heading.tag)[1])
        if level > above + 1:
            text = xhtml.text_of(heading)
            message = f"“{text}” skips a level: after level {above} comes {above + 1}"
            place = source.place_of("#" * level + " " + text[:20])
            yield error("markup-heading", message, place, f"write it with {'#' * (above + 1)}")
        above = level
