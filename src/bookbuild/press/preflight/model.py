"""What preflight is asked, what it answers, and the form of a rule.

A rule is one plain function with a permanent code (`bookbuild.preflight_codes`), a source, a
severity for each kind of file, and a remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bookbuild.choices import PartOfBook
from bookbuild.diagnostics import Diagnostic, Place, Severity
from bookbuild.press.preflight.icc import Header
from bookbuild.press.preflight.painted import Box, PageContent
from bookbuild.press.preflight.reading import Opened
from bookbuild.press.preflight.walk import Memory
from bookbuild.press.printer import PrinterProfile
from bookbuild.units import MM_PER_INCH, POINTS_PER_INCH, Length

Part = Literal["interior", "cover"]
Kind = Literal["PDF/X-1a:2003", "PDF/X-4", "PDF"]


PARTS: dict[PartOfBook, Part | None] = {
    PartOfBook.INTERIOR: "interior",
    PartOfBook.COVER: "cover",
    PartOfBook.AUTO: None,
}
MM = POINTS_PER_INCH / MM_PER_INCH
"""Points in a millimetre."""
_LEVELS = {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTE, "-": None}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a file beforehand; None is not known."""

    part: Part | None = None
    """None: a single wide page is a cover, all else an interior."""
    standard: Kind | None = None
    """None: the one that the file claims."""
    profile: PrinterProfile | None = None
    """Without it, a printer's own limits aren't looked at."""
    trim: tuple[Length, Length] | None = None
    """Width and height of the trimmed page, or of the trimmed cover with its spine."""
    bleed: Length | None = None
    """On every outer edge."""
    pages: int | None = None
    spine: Length | None = None
    """Thickness; of a cover."""
    mono: bool | None = None
    """Black ink alone. None: an interior is."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that breaks a rule."""

    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a file breaks, with the pages where it does."""

    code: str
    severity: Severity
    message: str
    pages: tuple[int, ...]
    remedy: str
    source: str

    def diagnostic(self, file: str, labels: Sequence[str] = ()) -> Diagnostic:
        """The finding as the other stages list theirs; `labels` are the folios of the pages."""
        text = f"{self.message}{page_list(self.pages, labels)}"
        return Diagnostic(
            self.code, self.severity, text, Place(file), f"{self.remedy} ({self.source})"
        )

    @property
    def text(self) -> str:
        """The message with its pages."""
        return f"{self.message}{page_list(self.pages)}"


@dataclass(frozen=True, slots=True)
class FontFact:
    """A font of the file."""

    name: str
    kind: str
    embedded: bool
    subset: bool
    pages: int


@dataclass(frozen=True, slots=True)
class PictureFact:
    """A picture as it is used on a page."""

    page: int
    width_mm: float
    height_mm: float
    pixels: tuple[int, int]
    ppi: float
    space: str


@dataclass(frozen=True, slots=True)
class PageFact:
    """A page: its boxes in mm, and its ink."""

    number: int
    media_mm: tuple[float, float]
    bleed_mm: tuple[float, float]
    trim_mm: tuple[float, float]
    inks: str
    """Which of `CMYK` are used, `+` for spots."""
    total_ink: int
    """The most on one spot, in percent, as far as it can be told."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured, for a proof to show."""

    standard: str
    """What the file claims to be; `PDF` if nothing more."""
    part: Part
    pages: tuple[PageFact, ...] = ()
    fonts: tuple[FontFact, ...] = ()
    pictures: tuple[PictureFact, ...] = ()
    thinnest_line_pt: float | None = None
    smallest_type_pt: float | None = None


@dataclass(frozen=True, slots=True)
class Preflight:
    """The answer: findings, the gravest first, and what was measured (None if unreadable)."""

    findings: tuple[Finding, ...]
    facts: Facts | None

    @property
    def fit_for_print(self) -> bool:
        """True when no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The boxes of a page in points."""

    number: int
    page: Any = field(repr=False)
    media: Box | None
    crop: Box | None
    bleed: Box | None
    trim: Box | None
    art: Box | None

    @property
    def finished(self) -> Box:
        """The trimmed page, or the best there is."""
        return self.trim or self.art or self.crop or self.media or (0.0, 0.0, 0.0, 0.0)

    @property
    def outer(self) -> Box:
        """The page with its bleed."""
        return self.bleed or self.finished


@dataclass(frozen=True, slots=True)
class Case:
    """A file under examination: what all the rules look at."""

    opened: Opened
    expected: Expected
    standard: Kind
    part: Part
    pages: tuple[PageBoxes, ...]
    intents: tuple[Any, ...]
    """Output intents with the subtype GTS_PDFX."""
    icc_stream: Any = field(repr=False)
    """The profile of the only one of them, or None."""
    icc: Header | None
    xmp: dict[str, str] | None
    """Values by `{namespace}name`; None where there is no metadata, or it isn't XML."""
    streams: tuple[Any, ...] = field(repr=False)
    dictionaries: tuple[Any, ...] = field(repr=False)
    memory: Memory = field(repr=False)

    @property
    def root(self) -> Any:
        """The document's catalogue."""
        return self.opened.pdf.Root

    @property
    def mono(self) -> bool:
        """True where black is the only ink."""
        return self.part == "interior" if self.expected.mono is None else self.expected.mono

    @property
    def profile(self) -> PrinterProfile | None:
        """The printer's profile, if one was named."""
        return self.expected.profile


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `levels` are the severities for PDF/X-1a, PDF/X-4 and plain PDF, `-` for none."""

    code: str
    levels: str
    source: str
    remedy: str
    on_file: Callable[[Case], Iterator[Hit]] | None = None
    on_page: Callable[[Case, PageContent], Iterator[str]] | None = None

    def severity(self, standard: Kind) -> Severity | None:
        """How much it weighs for a file of this kind; None where it doesn't hold."""
        place = ("PDF/X-1a:2003", "PDF/X-4", "PDF").index(standard)
        return _LEVELS[self.levels[place]]


def page_list(pages: tuple[int, ...], labels: Sequence[str] = ()) -> str:
    """`: pages 3, 5–9`; empty for none, cut after ten runs. Labels name the pages from 1."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and runs[-1][-1] == page - 1:
            runs[-1] = [runs[-1][0], page]
        else:
            runs.append([page, page])
    if not runs:
        return ""
    names = [[labels[page - 1] if labels else str(page) for page in run] for run in runs[:10]]
    shown = [first if first == last else f"{first}–{last}" for first, last in names]
    more = ", …" if len(runs) > 10 else ""
    word = "page" if runs == [[runs[0][0]] * 2] else "pages"
    return f": {word} {', '.join(shown)}{more}"
