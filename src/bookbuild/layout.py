"""The look of a book: find layout files, read their settings, fill their templates.

A book's own ``layouts/`` overrides the default ones file by file. Owner of Jinja2; a template
that uses a name nobody gave is an error, never an empty string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import jinja2
from markupsafe import Markup

from bookbuild.book.spec import Role
from bookbuild.diagnostics import Place, error
from bookbuild.errors import BookFaults
from bookbuild.folders import FOLDER
from bookbuild.language import Language
from bookbuild.settings import Field, LengthField, Settings, Text, model_validator, read
from bookbuild.textfile import decode

UPRIGHT = (400, "normal")
"""Weight and style of the text face."""
Model = TypeVar("Model", bound=Settings)


class FontFile(Settings):
    """One font file of the layout and the style it draws."""

    file: Text
    family: Text
    weight: int = Field(default=400, ge=1, le=1000)
    style: Literal["normal", "italic"] = "normal"
    ebook: bool = True
    """Also embed it in the EPUB."""
    licence: Text | None = None
    """Its licence file, if that is not `font_licence`."""


class Page(Settings):
    """The type area: margins in the page, and the grid that lines sit on."""

    leading: LengthField
    size: LengthField
    top: LengthField
    bottom_minimum: LengthField
    inside: LengthField
    outside: LengthField
    title_size: LengthField
    """Size of the title on the title page."""


class FolioStyle(Settings):
    """How page numbers look; they are drawn into finished pages."""

    family: Text
    size: LengthField
    drop: LengthField
    """From the foot of the type area to the baseline of the folio."""
    align: Literal["centre", "outside"]
    features: tuple[Text, ...] = ()


class CodeStyle(Settings):
    """How code is set."""

    family: Text
    size: LengthField


class Composition(Settings):
    """How justified paragraphs are set: the limits of their lines, and what faults cost.

    Widths of spaces are counted in the font's own word space, penalties and demerits as TeX's.
    """

    optimal: bool = True
    """Choose the breaks for the whole paragraph; else fill line after line."""
    level: bool = True
    """Set paragraphs a line longer or shorter where a page would end badly."""
    tolerance: float = Field(default=5_000, ge=0, le=10_000)
    """Worst badness of a line, before anything worse is tried."""
    space: float = Field(default=1.15, ge=0.5, le=2)
    """The ideal word space."""
    space_stretch: float = Field(default=0.28, gt=0, le=2)
    """What a space gains in a line as bad as 100."""
    space_shrink: float = Field(default=0.26, ge=0, lt=1)
    """What a space may lose."""
    letter_space: float = Field(default=0.015, ge=0, le=0.015)
    """What may come between letters, or off them, in em."""
    letter_width: float = Field(default=0.02, ge=0, le=0.02)
    """The part of their width by which letters may be drawn wider or narrower."""
    hyphen_penalty: float = Field(default=220, ge=0)
    mark_penalty: float = Field(default=220, ge=0)
    """Of a break after a hyphen or slash that stands in the text; after a dash it is free."""
    most_hyphens: float = Field(default=7.5, ge=0, le=100)
    """Of 100 lines of a section so many may end in a hyphen before each costs more."""
    hyphens_in_a_row: int = Field(default=2, ge=0)
    shortest_divided: int = Field(default=5, ge=2)
    """Letters of the shortest word that is divided."""
    letters_before: int = Field(default=2, ge=1)
    letters_after: int = Field(default=3, ge=1)
    shortest_last_line: float = Field(default=2, ge=0)
    """Width of a last line, in em, that a shorter one is avoided for."""
    contrast_demerits: float = Field(default=10_000, ge=0)
    """Of a loose line next to a tight one."""
    hyphen_pair_demerits: float = Field(default=10_000, ge=0)
    last_hyphen_demerits: float = Field(default=5_000, ge=0)
    """Of a hyphen before the last line."""


class Placement(Settings):
    """On which side a kind of section begins, and whether its first page is an opener."""

    side: Literal["recto", "verso"] = "recto"
    opener: bool = True


class Palette(Settings):
    """The cover's colours: once as inks in percent, once for screens."""

    inks: tuple[int, int, int, int]
    screen: Text


class CoverStyle(Settings):
    """Measures of the cover's design."""

    margin: LengthField
    """Text stands this far inside the trimmed edge."""
    foot: LengthField
    """Height of the ornament at the foot of the cover; text stays above it."""
    picture_height: LengthField
    """Height of the front's picture, if the book has one, from the trimmed edge."""
    title_sizes: tuple[LengthField, ...] = Field(min_length=1)
    """Sizes to try for the title, the largest first."""
    title_height: LengthField
    """What the title may fill."""
    spine_size: LengthField
    """Largest size of the spine text."""
    spine_smallest: LengthField
    """Below this, the spine stays blank."""


class LayoutSettings(Settings):
    """``layout.toml``."""

    typeface: Text
    """What the colophon calls the text face."""
    fonts: tuple[FontFile, ...] = Field(min_length=1)
    font_licence: Text
    """The licence of fonts that name no other; licences go into the EPUB with their fonts."""
    page: Page
    folio: FolioStyle
    code: CodeStyle
    composition: Composition = Composition()
    placement: dict[Literal["contents", "colophon"] | Role, Placement] = Field(default_factory=dict)
    cover: CoverStyle
    palette: dict[str, Palette]

    @model_validator(mode="after")
    def _has_the_faces_it_needs(self) -> Self:
        upright = {font.family for font in self.fonts if (font.weight, font.style) == UPRIGHT}
        if not upright:
            raise ValueError("[[fonts]] has no upright font of weight 400, the text face")
        for key, family in (("folio", self.folio.family), ("code", self.code.family)):
            if family not in upright:
                message = f"{key}.family “{family}” has no upright font of weight 400 in [[fonts]]"
                raise ValueError(message)
        return self


@dataclass(frozen=True)
class Layout:
    """A layout: its settings, and templates filled on demand."""

    name: str
    folders: tuple[Path, ...]
    """Where its files are looked for: the book's own layouts first."""
    settings: LayoutSettings

    def placement(self, role: str) -> Placement:
        """Where a section of this role begins."""
        return {**self.settings.placement}.get(role, Placement())  # type: ignore[call-overload,no-any-return]

    def fill(self, template: str, values: Mapping[str, Any]) -> str:
        """The template of this layout, filled with `values`.

        Raises:
            BookFaults: the template is missing, broken, or uses a name that has no value.
        """
        name = f"{self.name}/{template}"
        try:
            return self._environment.get_template(name).render(values)
        except jinja2.TemplateNotFound as fault:
            raise _fault(f"{FOLDER}/{fault.name}", "the layout lacks this file") from None
        except jinja2.TemplateSyntaxError as fault:
            raise _fault(f"{FOLDER}/{fault.name}", str(fault.message), fault.lineno) from None
        except jinja2.UndefinedError as fault:
            raise _fault(f"{FOLDER}/{name}", str(fault.message)) from None
        except UnicodeDecodeError:
            raise _fault(f"{FOLDER}/{name}", "not UTF-8", hint="save the file as UTF-8") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
            raise _fault(f"{FOLDER}/{name}", f"can't be filled: {fault}") from None

    def source(self, template: str) -> str:
        """A template as it stands in its file; raises as `read_text` does."""
        return read_text(self.folders, f"{self.name}/{template}")

    def bytes_of(self, file: str) -> bytes:
        """The content of one of the layout's files; raises as `find` does."""
        return find(self.folders, f"{self.name}/{file}").read_bytes()

    @cached_property
    def _environment(self) -> jinja2.Environment:
        return jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.folders),
            undefined=jinja2.StrictUndefined,
            autoescape=lambda name: ".css" not in (name or ""),  # noqa: S701 - CSS is no markup
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )


def safe(markup: str) -> Any:
    """Mark XHTML of our own making, so that a template doesn't escape it."""
    return Markup(markup)  # noqa: S704 - fragments are parsed strictly before they come here


def find(folders: tuple[Path, ...], name: str) -> Path:
    """The first file `name` in `folders`.

    Raises:
        BookFaults: none of the folders has it; the message lists what there is.
    """
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    parent = Path(name).parent
    known = sorted(
        {path.name for folder in folders for path in (folder / parent).glob("*") if path.is_file()}
    )
    hint = f"there: {', '.join(known)}" if known else "the folder does not exist"
    raise _fault(f"{FOLDER}/{name}", "the file is missing", hint=hint)


def read_settings(folders: tuple[Path, ...], name: str, model: type[Model]) -> Model:
    """Read a settings file of the layouts.

    Raises:
        BookFaults: it is missing or has faults; all are listed with their lines.
    """
    settings, faults = read(model, read_text(folders, name), f"{FOLDER}/{name}")
    if settings is None:
        raise BookFaults(faults)
    return settings


def read_text(folders: tuple[Path, ...], name: str) -> str:
    """The text of a file of the layouts.

    Raises:
        BookFaults: it is missing or not clean UTF-8.
    """
    text, faults = decode(find(folders, name).read_bytes(), f"{FOLDER}/{name}")
    if text is None:
        raise BookFaults(faults)
    return text


def load_layout(folders: tuple[Path, ...], name: str) -> Layout:
    """The layout called `name`; raises as `read_settings` does."""
    return Layout(name, folders, read_settings(folders, f"{name}/layout.toml", LayoutSettings))


def load_language(folders: tuple[Path, ...], code: str) -> Language:
    """The language file for `code`, or for its language without region.

    Raises:
        BookFaults: there is none; the message lists the known ones.
    """
    known = {path.stem for folder in folders for path in (folder / "languages").glob("*.toml")}
    for candidate in (code, code.split("-")[0]):
        if candidate in known:
            return read_settings(folders, f"languages/{candidate}.toml", Language)
    hint = f"known: {', '.join(sorted(known))}; a book may bring layouts/languages/{code}.toml"
    place = Place("manuscript/book.toml")
    raise BookFaults([error("spec-language", f"no language file for “{code}”", place, hint)])


def _fault(file: str, message: str, line: int | None = None, hint: str = "") -> BookFaults:
    return BookFaults([error("layout-file", message, Place(file, line), hint)])
