"""What is written down: a build's manifest and report as they are read, editions, approvals.

Strict models at the file border. A record's bytes are canonical JSON, so that equal records have
equal digests.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from bookbuild.book.facts import Slug
from bookbuild.diagnostics import Severity
from bookbuild.edition import Role
from bookbuild.errors import NoFile
from bookbuild.settings import Field, Settings, StringConstraints, Text

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]

_NAME = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)@([1-9][0-9]{0,8})\.([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, order=True)
class EditionName:
    """`peksos-milenial@1.3`: the book, its printing, the revision; in that order."""

    slug: str
    printing: int
    revision: int

    def __str__(self) -> str:
        return f"{self.slug}@{self.printing}.{self.revision}"


def edition_name(text: str) -> EditionName:
    """The name that `text` writes.

    Raises:
        NoFile: it is no edition's name.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        raise NoFile(f"“{text}” is no edition: write slug@printing.revision, buku-saya@1.3")
    slug, printing, revision = found.groups()
    return EditionName(slug, int(printing), int(revision))


class Caliper(Settings):
    """The thickness of paper and cover that a spine was reckoned with, in mm."""

    paper: float
    cover: float
    basis: str


class FileRecord(Settings, extra="ignore"):
    """A file of a build, as its manifest lists it."""

    role: Role
    file: FileName
    bytes: int
    sha256: Digest
    pages: int | None = None
    size_mm: tuple[float, float] | None = None
    pixels: tuple[int, int] | None = None
    page: str = ""
    section: str = ""
    printer: str | None = None
    """None for what isn't printed; so are the facts below."""
    block_pages: int | None = None
    spine_mm: float | None = None
    block_mm: float | None = None
    block_measured: bool | None = None
    caliper_mm: Caliper | None = None
    formula: str | None = None


class PrintSetRecord(Settings, extra="ignore"):
    """Interior and cover for one printer, by the names of their files."""

    printer: str
    interior: FileName
    cover: FileName
    errors: tuple[str, ...]
    """Codes of the errors that its printer would have to accept."""


class WithheldRecord(Settings, extra="ignore"):
    """A file that was not made, and the errors that forbade it."""

    role: Role
    file: FileName
    errors: tuple[str, ...]


class ExtentRecord(Settings, extra="ignore"):
    """The measured extent, in pages."""

    roman: int
    arabic: int
    trailing_blanks: int
    pages: int
    printed: str


class PrintingRecord(Settings, extra="ignore"):
    """A printing of the book."""

    number: int


class DeclaredRecord(Settings, extra="ignore"):
    """The extent that the specification declares, in pages."""

    roman: int
    arabic: int


class SpecificationRecord(Settings, extra="ignore"):
    """What the store has to know of a specification."""

    slug: Slug
    revision: int = Field(ge=1)
    printings: tuple[PrintingRecord, ...] = ()
    extent: DeclaredRecord | None = None

    @property
    def name(self) -> EditionName:
        """What an edition of this specification is called; without printings it is the first."""
        printing = self.printings[-1].number if self.printings else 1
        return EditionName(self.slug, printing, self.revision)


class Manifest(Settings, extra="ignore"):
    """A build's manifest.json, as far as the store reads it."""

    form: Literal["bookbuild-manifest-1"] = Field(alias="schema")
    artifacts: tuple[FileRecord, ...]
    print_sets: tuple[PrintSetRecord, ...]
    withheld: tuple[WithheldRecord, ...]
    extent: ExtentRecord
    complete: bool
    printer: str
    source: str = ""
    """The digest of what the book was made from; builds of old versions have none."""
    specification: SpecificationRecord


class FindingRecord(Settings, extra="ignore"):
    """A finding of the build."""

    code: str
    severity: Severity
    message: str
    file: str | None
    line: int | None
    hint: str | None


class Report(Settings, extra="ignore"):
    """A build's report.json, as far as the store reads it."""

    form: Literal["bookbuild-report-1"] = Field(alias="schema")
    findings: tuple[FindingRecord, ...]


class Edition(Settings):
    """One immutable edition: which files it has, what it was made from, what was allowed."""

    form: Literal["bookbuild-edition-1"] = "bookbuild-edition-1"
    slug: Slug
    printing: int
    revision: int
    content: Digest
    """Of its files, print sets and specification: what an edition of this name must not change."""
    source: Digest
    complete: bool
    """False while sections of it are outlines; then it is never for sale."""
    extent: ExtentRecord
    printer: str
    """Whose print set counts for figures and page-list."""
    allowed: tuple[str, ...]
    """Codes of the errors that it was published with."""
    files: tuple[FileRecord, ...]
    print_sets: tuple[PrintSetRecord, ...]
    withheld: tuple[WithheldRecord, ...]
    manifest: Digest
    report: Digest
    specification: dict[str, Any]

    @property
    def name(self) -> EditionName:
        """What it is called."""
        return EditionName(self.slug, self.printing, self.revision)

    @cached_property
    def digest(self) -> str:
        """The digest of its record, which binds those of all its files."""
        return hashlib.sha256(canonical(self)).hexdigest()

    @property
    def blobs(self) -> tuple[str, ...]:
        """The digests of its files, manifest and report."""
        return (*(item.sha256 for item in self.files), self.manifest, self.report)


State = Literal["candidate", "approved", "withdrawn"]


class Verdict(Settings):
    """What a named person said of an edition: that it may be sold, or no more."""

    form: Literal["bookbuild-verdict-1"] = "bookbuild-verdict-1"
    edition: str
    record: Digest
    """Of the edition's record: the approval is of these bytes and no others."""
    state: Literal["approved", "withdrawn"]
    by: Text
    date: str
    """The day, as YYYY-MM-DD."""
    reason: str = ""


def canonical(record: Settings) -> bytes:
    """A record as JSON: keys in order, no spaces."""
    return canonical_json(record.model_dump(mode="json"))


def canonical_json(content: object) -> bytes:
    """Data as JSON: keys in order, no spaces."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()
