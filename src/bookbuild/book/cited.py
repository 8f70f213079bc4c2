"""Citations put into the text: every cluster of the book set at once, in reading order.

In: the parsed trees of all sources and the library. The trees are changed in place; out come the
bibliography's entries and findings. In a note style each citation becomes a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.book.manuscript import Manuscript, Source
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.citing.citations import Cluster, parse_cluster, set_citations, unknown_keys
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.language import Language

Tree = tuple[Source, xhtml.Element]


@dataclass(frozen=True, slots=True)
class _Call:
    """A place in the text that cites."""

    source: Source
    root: xhtml.Element
    element: xhtml.Element
    cluster: Cluster


def set_cited(
    manuscript: Manuscript,
    trees: Sequence[Tree],
    language: Language,
    cache: Cache = NOTHING_KEPT,
) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """Set every citation of the trees; returns the bibliography's entries as XHTML."""
    calls, findings = _calls(trees)
    library, style = manuscript.library, manuscript.style
    if library is None or style is None:
        findings += [
            error(
                "reference-unknown",
                "a work is cited, but the specification names no [bibliography]",
                _place(call),
                "give [bibliography] with file = “….bib”, or write \\[@…]",
            )
            for call in calls
        ]
        return (), findings
    for call in calls:
        for key in unknown_keys(library, call.cluster):
            message = f"the library has no work “{key}”"
            hint = "name a key of the file that [bibliography] gives"
            findings.append(error("reference-unknown", message, _place(call), hint))
    more = tuple(library.works) if manuscript.spec.bibliography.all else ()  # type: ignore[union-attr]
    clusters = [call.cluster for call in calls]
    done = set_citations(library, clusters, style, language, more, cache)
    findings.extend(done.findings)
    for number, (call, text) in enumerate(zip(calls, done.clusters, strict=True), 1):
        if done.is_note_style and not xhtml.inside(call.element, "li"):
            _put_in_note(call, text, number)
        else:
            _put_in_text(call.element, text)
    entries = tuple(text for _, text in done.bibliography)
    if entries and not any(entry.role == "daftar-pustaka" for entry in manuscript.spec.manuscript):
        message = "works are cited, but no section lists them"
        hint = "add [[manuscript]] with role = “daftar-pustaka”"
        findings.append(warning("spec-absent", message, Place("manuscript/book.toml"), hint))
    return entries, findings


def _calls(trees: Sequence[Tree]) -> tuple[list[_Call], list[Diagnostic]]:
    calls: list[_Call] = []
    findings: list[Diagnostic] = []
    for source, root in trees:
        for element in xhtml.elements(root, "span"):
            typed = element.get("data-cite")
            if typed is None:
                continue
            cluster = parse_cluster(typed)
            if cluster is None:
                message, hint = f"“[{typed}]” can't be read as a citation", "write [@key, hlm. 5]"
                place = source.place_of(typed)
                findings.append(error("reference-unknown", message, place, hint))
            else:
                calls.append(_Call(source, root, element, cluster))
    return calls, findings


def _place(call: _Call) -> Place:
    return call.source.place_of(call.element.get("data-cite", ""))


def _put_in_text(element: xhtml.Element, text: str) -> None:
    shown = xhtml.new("span", class_="citation")
    if (element.tail or "").startswith("."):
        text = text.removesuffix(".")
    xhtml.move_children(xhtml.parse(text), shown)
    xhtml.replace(element, shown)


def _put_in_note(call: _Call, text: str, number: int) -> None:
    """A note of its own, as an author would have written it, its mark close to the word before."""
    key = f"cite.{number}"
    mark = xhtml.new("sup")
    xhtml.child(mark, "a", str(number), **{"class": "footnote-ref", "href": f"#fn:{key}"})
    previous = call.element.getprevious()
    holder, slot = (
        (xhtml.parent_of(call.element), "text") if previous is None else (previous, "tail")
    )
    after = call.element.tail or ""
    marks = after[: len(after) - len(after.lstrip(".,;:!?"))]  # the mark stands after them
    setattr(holder, slot, (getattr(holder, slot) or "").rstrip() + marks)
    call.element.tail = after[len(marks) :]
    xhtml.replace(call.element, mark)
    item = xhtml.child(_notes_of(call.root), "li", id=f"fn:{key}")
    paragraph = xhtml.child(item, "p")
    xhtml.move_children(xhtml.parse(text), paragraph)


def _notes_of(root: xhtml.Element) -> xhtml.Element:
    for block in root.findall("div"):
        if xhtml.has_class(block, "footnote") and (listing := block.find("ol")) is not None:
            return listing
    return xhtml.child(xhtml.child(root, "div", **{"class": "footnote"}), "ol")
