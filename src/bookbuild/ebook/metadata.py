"""The package's metadata: what the EPUB says of itself to shops, libraries and reading apps.

In: the specification, and what `accessibility` found in the finished documents. Out: the rows
under `metadata`, each followed by what refines it (EPUB 3.3, 5.5). What the specification
doesn't say has no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from bookbuild import xhtml
from bookbuild.book.facts import Certificate
from bookbuild.book.spec import BookSpec
from bookbuild.diagnostics import Diagnostic, Place, warning
from bookbuild.ebook.accessibility import Finished, accessibility, failures, summary
from bookbuild.ebook.documents import EbookIngredients
from bookbuild.ebook.naming import file_names
from bookbuild.language import Language, roman

IDENTIFIER_ID = "pub-id"
CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
"""The one wording that says so (EPUB Accessibility 1.1, 3.5)."""
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_DC = f"{{{_DUBLIN_CORE}}}"
_SPECIFICATION = Place("manuscript/book.toml")
_MARC = {
    "author": "aut",
    "contributor": "ctb",
    "editor": "edt",
    "translator": "trl",
    "illustrator": "ill",
}
"""MARC relator codes."""


def metadata(
    root: xhtml.Element,
    made_from: EbookIngredients,
    made: Finished,
    certificate: Certificate | None,
) -> None:
    """Write the metadata of the package whose element `root` is.

    `certificate`: the specification's, if nothing in the documents contradicts it.
    """
    spec = made_from.spec
    rows = xhtml.child(root, "metadata")
    xhtml.child(rows, f"{_DC}identifier", spec.identifier, id=IDENTIFIER_ID)
    isbn = _isbn_urn(spec.isbn.ebook)
    if isbn and isbn != spec.identifier:
        xhtml.child(rows, f"{_DC}identifier", isbn)
    _titles(rows, made_from)
    xhtml.child(rows, f"{_DC}language", spec.language)
    _people(rows, spec)
    _facts(rows, spec)
    _series(rows, spec)
    if made_from.closing is not None:  # EPUB Previews 1.0
        xhtml.child(rows, f"{_DC}type", "preview")
        xhtml.child(rows, f"{_DC}source", made_from.closing.book)
    if made_from.pages:
        source = print_edition(spec, made_from.language)
        xhtml.child(rows, f"{_DC}source", source, id="print-edition")
        _meta(rows, "source-of", "pagination", refines="#print-edition")
        _meta(rows, "pageBreakSource", source)
    _meta(rows, "dcterms:modified", spec.modified.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _accessibility(rows, made_from, made, certified=certificate is not None)
    if certificate is not None:
        _conformance(rows, certificate)
    _meta(rows, "ibooks:specified-fonts", "true")
    xhtml.child(rows, "meta", name="cover", content="cover-picture")
    xhtml.declare_once(root, "dc", _DUBLIN_CORE)


def unproven(made_from: EbookIngredients, made: Finished) -> tuple[Diagnostic, ...]:
    """Why the certificate that the specification names is left out; empty when it isn't."""
    claim = made_from.spec.accessibility
    if claim is None:
        return ()
    hint = "mend it and have the EPUB checked again, or take [accessibility] out of book.toml"
    said = f"the EPUB doesn't name the certificate of {claim.certified_by}"
    files = {name: id_ for id_, name in file_names(made_from.document).items()}
    sources = {section.id: Place(section.file) for section in made_from.document.sections}
    found = [
        warning("accessibility-claim", f"{said}: {name} has {failure}",
                sources.get(files.get(name, ""), _SPECIFICATION), hint)
        for name, failure in failures(made)
    ]  # fmt: skip
    changed = made_from.spec.modified.date()
    if claim.date < changed:
        message = f"{said}: it is of {claim.date}, and the book was changed on {changed}"
        found.append(warning("accessibility-claim", message, _SPECIFICATION, hint))
    return tuple(found)


def _titles(rows: xhtml.Element, made_from: EbookIngredients) -> None:
    """The title before all others: weak readers show but one."""
    spec = made_from.spec
    xhtml.child(rows, f"{_DC}title", made_from.title, id="title")
    _meta(rows, "title-type", "main", refines="#title")
    if spec.sort_title:
        _meta(rows, "file-as", spec.sort_title, refines="#title")
    if spec.subtitle:
        _meta(rows, "display-seq", "1", refines="#title")
        xhtml.child(rows, f"{_DC}title", spec.subtitle, id="subtitle")
        _meta(rows, "title-type", "subtitle", refines="#subtitle")
        _meta(rows, "display-seq", "2", refines="#subtitle")


def _people(rows: xhtml.Element, spec: BookSpec) -> None:
    """Everyone with a role, counted in the order in which they are to be named."""
    numbers = count(1)
    for person in spec.contributors:
        name = "creator" if person.role == "author" else "contributor"
        id_ = f"person-{(number := next(numbers))}"
        xhtml.child(rows, f"{_DC}{name}", person.name, id=id_)
        _meta(rows, "role", _MARC[person.role], refines=f"#{id_}", scheme="marc:relators")
        if person.sort:
            _meta(rows, "file-as", person.sort, refines=f"#{id_}")
        _meta(rows, "display-seq", str(number), refines=f"#{id_}")
    for role, credited in _credits(spec):
        id_ = f"credit-{role}"
        xhtml.child(rows, f"{_DC}contributor", credited, id=id_)
        _meta(rows, "role", role, refines=f"#{id_}", scheme="marc:relators")
        _meta(rows, "display-seq", str(next(numbers)), refines=f"#{id_}")


def _credits(spec: BookSpec) -> Iterator[tuple[str, str]]:
    """MARC role and name of those whom the imprint credits; an editor named above only there."""
    named = {person.name for person in spec.contributors if person.role == "editor"}
    makers = (
        ("edt", spec.credits.editor),
        ("bkd", spec.credits.layout),
        ("cov", spec.credits.cover),
    )
    for role, credited in makers:
        if credited and not (role == "edt" and credited in named):
            yield role, credited


def _facts(rows: xhtml.Element, spec: BookSpec) -> None:
    plain = [
        ("publisher", spec.publisher.name if spec.publisher else None),
        ("date", spec.printings[0].date if spec.printings else None),
        ("description", spec.description),
        ("rights", f"© {spec.rights.year} {spec.rights.holder}" if spec.rights else None),
        *(("subject", subject) for subject in spec.subjects),
    ]
    for name, value in plain:
        if value:
            xhtml.child(rows, f"{_DC}{name}", value)


def _series(rows: xhtml.Element, spec: BookSpec) -> None:
    """The series (EPUB 3.3, D.3.3), and once more as Calibre reads it."""
    series = spec.series
    if series is None:
        return
    _meta(rows, "belongs-to-collection", series.name, id="series")
    _meta(rows, "collection-type", series.kind, refines="#series")
    if series.number is not None:
        _meta(rows, "group-position", str(series.number), refines="#series")
    xhtml.child(rows, "meta", name="calibre:series", content=series.name)
    if series.number is not None:
        xhtml.child(rows, "meta", name="calibre:series_index", content=str(series.number))


def _accessibility(
    rows: xhtml.Element, made_from: EbookIngredients, made: Finished, *, certified: bool
) -> None:
    words = made_from.language.accessibility
    for name, value in accessibility(made):
        _meta(rows, f"schema:{name}", value)
    if words and (text := summary(made, words, certified=certified)):
        _meta(rows, "schema:accessibilitySummary", text)


def _conformance(rows: xhtml.Element, certificate: Certificate) -> None:
    """The claim, and who stands for it (EPUB Accessibility 1.1, 3.5)."""
    _meta(rows, "dcterms:conformsTo", CONFORMANCE, id="conformance")
    by = {"refines": "#conformance", "id": "certifier"}
    _meta(rows, "a11y:certifiedBy", certificate.certified_by, **by)
    _meta(rows, "dcterms:date", certificate.date.isoformat(), refines="#certifier")
    if certificate.credential:
        _meta(rows, "a11y:certifierCredential", certificate.credential, refines="#certifier")
    if certificate.report:
        where = {"rel": "a11y:certifierReport", "refines": "#certifier"}
        xhtml.child(rows, "link", **where, href=certificate.report)


def print_edition(spec: BookSpec, language: Language) -> str:
    """The printed edition whose pages the EPUB marks (EPUB Accessibility 1.1, 4.2).

    Its ISBN as URN; without one, title, printing, date, binding, trim and revision in words.
    """
    if isbn := _isbn_urn(spec.isbn.print):
        return isbn
    words, facts = language.words, [spec.title, language.words.print_edition]
    if spec.printings:
        last = spec.printings[-1]
        date = language.month_and_year(last.month)
        facts.append(words.printing.format(number=roman(last.number).upper(), date=date))
    else:
        facts.append(spec.modified.date().isoformat())
    if spec.binding:
        facts.append(spec.binding)
    width, height = (language.decimal(side.mm / 10) for side in spec.trim_size)
    return ", ".join(
        [*facts, f"{width} × {height} cm", words.revision.format(number=spec.revision)]
    )


def _isbn_urn(isbn: str | None) -> str:
    return f"urn:isbn:{isbn.replace('-', '')}" if isbn else ""


def _meta(rows: xhtml.Element, name: str, value: str, **attributes: str) -> None:
    xhtml.child(rows, "meta", value, property=name, **attributes)
