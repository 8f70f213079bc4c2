"""What a product is, in ONIX: numbers, form, size, title, people, language, extent, subjects.

In: a `Title` and which of its products. Out: `Node`s in the order that EDItEUR's schema asks for.
A fact that the edition doesn't give is left out; `onix_gaps` tells which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bookbuild.book.spec import BookSpec
from bookbuild.catalogue import onix_codes as codes
from bookbuild.catalogue.claims import Accessibility
from bookbuild.catalogue.titles import Title
from bookbuild.language import roman

Product = Literal["print", "ebook"]
PRODUCTS: tuple[Product, ...] = ("print", "ebook")


@dataclass(frozen=True, slots=True)
class Node:
    """An element of a record: its name, and its text or what is inside it."""

    name: str
    value: str | tuple[Node, ...]
    form: str = ""
    """The `dateformat` or `textformat` that its text has."""


def node(name: str, *inside: Node) -> Node:
    """An element that holds others."""
    return Node(name, inside)


def reference(spec: BookSpec, product: Product) -> str:
    """What the record is called for ever: by the book's identifier, whatever numbers it gets."""
    return f"{spec.identifier.rpartition(':')[2]}.{product}"


def isbn(spec: BookSpec, product: Product) -> str:
    """The product's ISBN, digits only; empty without one."""
    number = spec.isbn.print if product == "print" else spec.isbn.ebook
    return (number or "").replace("-", "")


def record(title: Title, product: Product) -> Iterator[Node]:
    """Whose record it is, and the product's numbers."""
    spec = title.spec
    yield Node("RecordReference", reference(spec, product))
    yield Node("NotificationType", "03")  # List 1: confirmed on publication
    if spec.publisher:
        yield Node("RecordSourceType", "01")  # List 3: publisher
        yield Node("RecordSourceName", spec.publisher.name)
    yield from identifiers(spec, product)
    if product == "print" and isbn(spec, product):
        position = Node("PositionOnProduct", "01")  # List 142: back cover
        yield node("Barcode", Node("BarcodeType", "02"), position)  # List 141: GTIN-13


def identifiers(spec: BookSpec, product: Product) -> Iterator[Node]:
    """ISBN and GTIN; without them the EPUB's URN, or the record's own name."""
    if number := isbn(spec, product):
        for kind in ("03", "15"):  # List 5: GTIN-13, ISBN-13
            yield node("ProductIdentifier", Node("ProductIDType", kind), Node("IDValue", number))
    elif product == "ebook":
        urn = Node("ProductIDType", "22")  # List 5
        yield node("ProductIdentifier", urn, Node("IDValue", spec.identifier))
    else:
        yield node(
            "ProductIdentifier",
            Node("ProductIDType", "01"),  # List 5: proprietary
            Node("IDTypeName", "bookbuild"),
            Node("IDValue", reference(spec, product)),
        )


def description(title: Title, product: Product) -> Node:
    """The product itself."""
    spec = title.spec
    return node(
        "DescriptiveDetail",
        Node("ProductComposition", "00"),  # List 2: a single item
        *(_printed(title) if product == "print" else _electronic(title)),
        *_collection(spec),
        *_title(spec),
        *_people(spec),
        *_language(spec),
        *(_pages(title) if product == "print" else _extent(title)),
        *_subjects(spec),
    )


def _printed(title: Title) -> Iterator[Node]:
    spec = title.spec
    yield Node("ProductForm", "BC")  # List 150: paperback
    binding = codes.BINDINGS.get((spec.binding or "").casefold())
    if binding:
        yield Node("ProductFormDetail", binding)
    if codes.SHRINK in (spec.wrapping or "").casefold():
        yield Node("ProductPackaging", "21")  # List 80: shrink-wrapped
    if spec.binding:
        yield Node("ProductFormDescription", spec.binding)
    yield Node("PrimaryContentType", "10")  # List 81: text
    # List 48: height, width, thickness in mm; weight in grams
    yield _measure("01", spec.trim.height.mm, "mm")
    yield _measure("02", spec.trim.width.mm, "mm")
    if title.spine:
        yield _measure("03", title.spine, "mm")
    if title.weight:
        yield _measure("08", round(title.weight), "gr")


def _measure(kind: str, value: float, unit: str) -> Node:
    return node(
        "Measure",
        Node("MeasureType", kind),
        Node("Measurement", f"{round(value, 1):g}"),
        Node("MeasureUnitCode", unit),
    )


def _electronic(title: Title) -> Iterator[Node]:
    yield Node("ProductForm", "ED")  # List 150: digital download
    yield Node("ProductFormDetail", "E101")  # List 175: EPUB
    yield Node("ProductFormDetail", "E200")  # List 175: reflowable
    if title.accessibility is not None:
        yield from _accessibility(title.accessibility)
    yield Node("PrimaryContentType", "10")
    yield Node("EpubTechnicalProtection", "00")  # List 144: none


def _accessibility(said: Accessibility) -> Iterator[Node]:
    """List 79, 09 with List 196, and 12 with List 143: what the EPUB itself shows."""
    if said.summary:
        yield _feature("09", "00", said.summary)
    if "textual" in said.sufficient:
        yield _feature("09", codes.WITHOUT_SIGHT)
    listed = [codes.FEATURES[name] for name in said.features if name in codes.FEATURES]
    for code in sorted(set(listed)):
        yield _feature("09", code)
    yield from _certificate(said)
    for hazard in said.hazards:
        if hazard in codes.HAZARDS:
            yield _feature("12", codes.HAZARDS[hazard])


def _certificate(said: Accessibility) -> Iterator[Node]:
    """What a certifier stands for: `EPUB Accessibility 1.1 - WCAG 2.2 Level AA`, and who it is."""
    if not (said.conforms_to and said.certified_by):
        return
    standard, _, rest = said.conforms_to.partition(" - ")
    version, _, level = rest.partition(" Level ")
    for part in (standard, version, f"Level {level}"):
        if part in codes.CLAIMS:
            yield _feature("09", codes.CLAIMS[part])
    credential = "89" if said.credential.startswith("https://") else "88"
    for code, value in (
        (credential, said.credential),
        ("90", said.certified_by),
        ("91", said.certified_on.replace("-", "")),
        ("94", said.report),
    ):
        if value:
            yield _feature("09", code, value)


def _feature(kind: str, code: str, said: str = "") -> Node:
    described = (Node("ProductFormFeatureDescription", said),) if said else ()
    return node(
        "ProductFormFeature",
        Node("ProductFormFeatureType", kind),
        Node("ProductFormFeatureValue", code),
        *described,
    )


def _collection(spec: BookSpec) -> Iterator[Node]:
    if spec.series is not None:
        number = spec.series.number
        part = (Node("PartNumber", str(number)),) if number is not None else ()
        element = node(
            "TitleElement",
            Node("TitleElementLevel", "02"),  # List 149: collection
            *part,
            Node("TitleText", spec.series.name),
        )
        kind = Node("CollectionType", "10")  # List 148: the publisher's
        yield node("Collection", kind, node("TitleDetail", Node("TitleType", "01"), element))


def _title(spec: BookSpec) -> Iterator[Node]:
    subtitle = (Node("Subtitle", spec.subtitle),) if spec.subtitle else ()
    level = Node("TitleElementLevel", "01")  # List 149: product
    element = node("TitleElement", level, Node("TitleText", spec.title), *subtitle)
    yield node("TitleDetail", Node("TitleType", "01"), element)  # List 15: distinctive


def _people(spec: BookSpec) -> Iterator[Node]:
    people = [(codes.ROLES[item.role], item.name, item.sort) for item in spec.contributors]
    editors = {item.name for item in spec.contributors if item.role == "editor"}
    for role, name in (
        (codes.EDITED_BY, spec.credits.editor),
        (codes.DESIGNED_BY, spec.credits.layout),
        (codes.COVER_BY, spec.credits.cover),
    ):
        if name and not (role == codes.EDITED_BY and name in editors):
            people.append((role, name, None))
    for number, (role, name, filed) in enumerate(people, 1):
        inverted = (Node("PersonNameInverted", filed),) if filed else ()
        yield node(
            "Contributor",
            Node("SequenceNumber", str(number)),
            Node("ContributorRole", role),
            Node("PersonName", name),
            *inverted,
        )


def language(spec: BookSpec) -> str:
    """The book's language by List 74; empty where the table above lacks it."""
    first = spec.language.partition("-")[0]
    return first if len(first) == 3 else codes.LANGUAGES.get(first, "")


def _language(spec: BookSpec) -> Iterator[Node]:
    if code := language(spec):
        yield node("Language", Node("LanguageRole", "01"), Node("LanguageCode", code))


def _pages(title: Title) -> Iterator[Node]:
    """List 23: front matter, main content, all numbered, and the block as it is bound."""
    extent = title.edition.extent
    if extent.roman:
        yield _length("03", extent.roman, "03", roman(extent.roman))
    yield _length("00", extent.arabic, "03")
    yield _length("05", extent.roman + extent.arabic, "03")
    yield _length("06", extent.pages, "03")


def _extent(title: Title) -> Iterator[Node]:
    """List 23: pages of the printed book if they are marked, and the file's size in Kbytes."""
    extent, epub = title.edition.extent, title.epub
    if title.accessibility is not None and title.accessibility.page_list:
        yield _length("08", extent.roman + extent.arabic, "03")
    if epub is not None:
        yield _length("22", max(1, round(epub.bytes / 1000)), "18")


def _length(kind: str, value: int, unit: str, numeral: str = "") -> Node:
    written = (Node("ExtentValueRoman", numeral),) if numeral else ()
    return node(
        "Extent",
        Node("ExtentType", kind),
        Node("ExtentValue", str(value)),
        *written,
        Node("ExtentUnit", unit),
    )


def _subjects(spec: BookSpec) -> Iterator[Node]:
    """Thema codes, the first of which is the main one, and keywords (List 27)."""
    for number, code in enumerate(spec.thema):
        scheme = codes.THEMA.get(code[0], codes.THEMA_SUBJECT)
        yield node(
            "Subject",
            *((node("MainSubject"),) if number == 0 else ()),
            Node("SubjectSchemeIdentifier", scheme),
            Node("SubjectSchemeVersion", codes.THEMA_VERSION),
            Node("SubjectCode", code),
        )
    if spec.subjects:
        keywords = Node("SubjectSchemeIdentifier", "20")
        yield node("Subject", keywords, Node("SubjectHeadingText", "; ".join(spec.subjects)))
