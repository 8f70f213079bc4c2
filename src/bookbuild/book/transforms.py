"""From trees to the document: titles, numbers, notes, references, figures.

In: the manuscript and its language. Out: a frozen `Document`. Each function does one thing to
one tree; `build_document` says in which order.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookbuild import xhtml
from bookbuild.book import markup, punctuation, references
from bookbuild.book.document import Document, Heading, Note, Section
from bookbuild.book.manuscript import Manuscript, Source
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.language import Language

_HEADINGS = ("h1", "h2", "h3", "h4")
_ID = re.compile(r"[\w-]+")
"""Ids that stages make of their own hold a full stop, so that none can meet an author's."""
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A section on its way: its tree can still be changed."""

    source: Source
    root: xhtml.Element
    title: xhtml.Element
    epigraph: str
    notes: tuple[Note, ...]
    pictures: tuple[str, ...]


def build_document(manuscript: Manuscript, language: Language) -> Document:
    """The document that the manuscript says, with everything found wrong on the way."""
    drafts: list[_Draft] = []
    findings: list[Diagnostic] = []
    for source in manuscript.sources:
        root, faults = markup.parse(source)
        findings.extend(faults)
        if root is not None:
            draft, more = _draft(source, root, language)
            findings.extend(more)
            if draft is not None:
                drafts.append(draft)
    sections, duplicates = _identify(drafts, language)
    findings.extend(duplicates)
    targets = {
        target.id: target
        for section in sections
        for target in references.targets(section, language)
    }
    for draft in drafts:
        fragments = (draft.epigraph, *(note.body for note in draft.notes))
        trees = [draft.root, *map(xhtml.parse, fragments)]
        findings.extend(references.unknown(draft.source, trees, targets))
    return Document(sections, targets, tuple(findings))


def _draft(
    source: Source, root: xhtml.Element, language: Language
) -> tuple[_Draft | None, Sequence[Diagnostic]]:
    notes, findings = _take_notes(source, root)
    pictures, faults = _take_figures(source, root)
    findings.extend(faults)
    findings.extend(references.mark(source, root))
    note_roots = [xhtml.parse(note.body) for note in notes]
    for note_root in note_roots:
        findings.extend(references.mark(source, note_root))
    findings.extend(_check_headings(source, root))
    for tree in (root, *note_roots):
        punctuation.smarten(tree, language)
    title, faults = _take_title(source, root, language)
    findings.extend(faults)
    if title is None:
        return None, findings
    epigraph = _take_epigraph(root)
    smart_notes = tuple(
        replace(note, body=xhtml.write(tree)) for note, tree in zip(notes, note_roots, strict=True)
    )
    return _Draft(source, root, title, epigraph, smart_notes, pictures), findings


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


def _take_notes(source: Source, root: xhtml.Element) -> tuple[tuple[Note, ...], list[Diagnostic]]:
    """Notes out of the text, numbered as their calls come; `a.note` stays at each call."""
    written: dict[str, str] = {}
    for block in xhtml.elements(root, "div"):
        if xhtml.has_class(block, "footnote"):
            for item in xhtml.elements(block, "li"):
                if (item.get("id") or "").startswith("fn:"):
                    written[item.get("id", "")] = _note_body(item)
            xhtml.remove(block)
    order: list[str] = []
    for call in xhtml.elements(root, "sup"):
        link = call.find("a")
        if link is None or not xhtml.has_class(link, "footnote-ref"):
            continue
        key = link.get("href", "").removeprefix("#")
        first = key not in order
        if first:
            order.append(key)
        number = str(order.index(key) + 1)
        mark = xhtml.new("a", number, class_="note" if first else "note again", data_note=number)
        xhtml.replace(call, mark)
    findings = [
        error(
            "reference-unused",
            f"the note “{key[3:]}” is written but never called",
            source.place_of(f"[^{key[3:]}]:"),
            f"put [^{key[3:]}] where it belongs, or delete the note",
        )
        for key in written
        if key not in order
    ]
    return tuple(
        Note(n, written[key]) for n, key in enumerate(order, 1) if key in written
    ), findings


def _note_body(item: xhtml.Element) -> str:
    for link in xhtml.elements(item, "a"):
        if xhtml.has_class(link, "footnote-backref"):
            previous = link.getprevious()
            holder, slot = (
                (xhtml.parent_of(link), "text") if previous is None else (previous, "tail")
            )
            setattr(holder, slot, (getattr(holder, slot) or "").rstrip("\u00a0 "))
            xhtml.remove(link)
    for paragraph in xhtml.elements(item, "p"):
        if not len(paragraph) and not (paragraph.text or "").strip():
            xhtml.remove(paragraph)
    return xhtml.inner(item).strip()


def _check_headings(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    above = 1
    for heading in xhtml.elements(root, *_HEADINGS):
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


def _take_figures(source: Source, root: xhtml.Element) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """A picture alone in its paragraph becomes a figure, its title the caption."""
    paths: list[str] = []
    findings: list[Diagnostic] = []
    for image in xhtml.elements(root, "img"):
        src = image.get("src", "")
        place = source.place_of(f"]({src}")
        if _REMOTE.match(src):
            hint = "save the picture in manuscript/ and name that file"
            findings.append(
                error("markup-link", f"“{src}” is not in the book's folder", place, hint)
            )
            continue
        folder = posixpath.dirname(source.file.removeprefix("manuscript/"))
        path = posixpath.normpath(posixpath.join(folder, src))
        if path.startswith(("../", "/")):
            hint = "keep every picture inside manuscript/"
            findings.append(error("picture-file", f"“{src}” lies outside manuscript/", place, hint))
            continue
        if not image.get("alt"):
            hint = "write what it shows: ![what it shows](file)"
            findings.append(warning("picture-alt", f"“{src}” has no text alternative", place, hint))
        image.set("src", path)
        paths.append(path)
        _make_figure(image)
    return tuple(dict.fromkeys(paths)), findings


def _make_figure(image: xhtml.Element) -> None:
    paragraph = xhtml.parent_of(image)
    alone = (
        len(paragraph) == 1
        and not (paragraph.text or "").strip()
        and not (image.tail or "").strip()
    )
    caption = image.attrib.pop("title", "")
    if paragraph.tag != "p" or not alone:
        return
    figure = xhtml.new("figure")
    image.tail = None
    figure.append(image)
    if caption:
        figure.append(xhtml.new("figcaption", caption))
    xhtml.replace(paragraph, figure)


def _identify(
    drafts: list[_Draft], language: Language
) -> tuple[tuple[Section, ...], list[Diagnostic]]:
    """Give every section and heading its id and every chapter its number."""
    taken: dict[str, Place] = {}
    findings: list[Diagnostic] = []
    for draft in drafts:
        uses: Counter[str] = Counter()
        for element in (draft.title, *xhtml.elements(draft.root, "*")):
            own = element.get("id")
            if own is None:
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
    sections: list[Section] = []
    chapters = 0
    for draft in drafts:
        numbered = draft.source.entry.role == "chapter"
        chapters += numbered
        sections.append(_section(draft, chapters if numbered else None, taken, language))
    return tuple(sections), findings


def _section(
    draft: _Draft, number: int | None, taken: dict[str, Place], language: Language
) -> Section:
    source, text = draft.source, references.plain_text(draft.title)
    section_id = draft.title.get("id") or _free_id(text, "", taken)
    headings = []
    for element in xhtml.elements(draft.root, *_HEADINGS):
        heading_text = references.plain_text(element)
        heading_id = element.get("id") or _free_id(heading_text, section_id, taken)
        element.set("id", heading_id)
        level = int(str(element.tag)[1])
        title = references.without_notes(xhtml.inner(element))
        headings.append(Heading(level, heading_id, title, heading_text))
    label = language.words.chapter.format(number=number) if number is not None else ""
    return Section(
        id=section_id,
        file=source.file,
        matter=source.entry.matter,
        role=source.entry.role,
        number=number,
        label=label,
        title=xhtml.inner(draft.title),
        text=text,
        short_title=punctuation.smart_text(source.head.short_title or "", language) or text,
        outline=source.head.status == "outline",
        headings_only=all(str(block.tag) in _HEADINGS for block in draft.root),
        epigraph=draft.epigraph,
        headings=tuple(headings),
        body=xhtml.write(draft.root).strip(),
        notes=draft.notes,
        pictures=draft.pictures,
    )


def _free_id(text: str, section: str, taken: dict[str, Place]) -> str:
    """A readable id from a title: its slug; behind the section's id if another has it."""
    slug = markup.slug(text) or "bagian"
    candidates = [slug, f"{section}-{slug}" if section else f"{slug}-2"]
    counter = 2
    while candidates[0] in taken:
        candidates.pop(0)
        counter += 1
        candidates.append(f"{section or slug}-{slug}-{counter}")
    taken[candidates[0]] = Place(section)
    return candidates[0]
