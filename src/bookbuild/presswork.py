"""Press sheets from finished PDFs: read a file or a build, impose it, put the sheets on the disk.

In: a PDF of single pages or a book's folder, and what the printer wishes. Out: frozen `Sheets` with
their bytes. The manifest beside a file tells what it is; without one, a spine makes it a cover.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.book.manuscript import read_specification
from bookbuild.choices import Flip, Grain
from bookbuild.diagnostics import Diagnostic, Place, warning
from bookbuild.errors import BookbuildError
from bookbuild.folders import layout_folders
from bookbuild.fonts import Face, load_faces, upright
from bookbuild.layout import load_layout
from bookbuild.press.impose import Master, Slug, impose_cover, impose_interior, read_master
from bookbuild.press.imposition import Grid, Plan, choose_cover_grid, choose_grid
from bookbuild.press.stock import CannotImpose, Stock, read_stock
from bookbuild.units import Length, mm

SLUG_LAYOUT = "default"
"""The layout whose text face draws the slug, whatever the book is set in."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants the sheets."""

    sheet: str
    order: str = ""
    """Stands in the slug instead of the title."""
    grain: Grain | None = None
    flip: Flip = Flip.LONG
    gap: Length = field(default=Length(0))
    """Least space between pieces."""
    repeat: bool = False
    spine: Length | None = None
    """Makes the file a cover, whatever its manifest says."""
    out: Path | None = None
    """A file; for a book's folder, a folder."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Finished press sheets, not yet on the disk."""

    source: Path
    target: Path
    pdf: bytes = field(repr=False)
    record: Mapping[str, Any]
    lines: tuple[str, ...]
    """What the operator must know."""
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to impose, and what its manifest says about it."""

    file: Path
    data: bytes = field(repr=False)
    title: str
    spine: Length | None
    """Of a cover."""
    faults: tuple[str, ...] = ()
    """Codes that keep its print set from the press."""


def impose(source: Path, wishes: Wishes) -> tuple[Sheets, ...]:
    """Make the press sheets of `source` and write them, once all are made.

    Raises:
        BookbuildError: as `make_sheets` does; or they can't be written.
    """
    made = make_sheets(source, wishes)
    for sheets in made:
        _write(sheets)
    return made


def make_sheets(source: Path, wishes: Wishes) -> tuple[Sheets, ...]:
    """The press sheets of a file, or of every print file of the last build of a book.

    Raises:
        CannotImpose: a file can't be used, or doesn't fit the sheet.
        NoBook, BookFaults: see `errors`.
    """
    folders = layout_folders(source)
    stock = read_stock(folders, wishes.sheet)
    face = upright(load_faces(load_layout(folders, SLUG_LAYOUT)))
    if source.is_dir():
        if wishes.spine is not None:
            raise CannotImpose(
                "a book's spine is known from its build; name a file with --spine-mm"
            )
        slug = read_specification(source).slug
        sources = tuple(_of_build(source / "build" / slug))
        folder = wishes.out or source / "build" / f"{slug}-sheets"
        targets = [folder / item.file.name for item in sources]
    else:
        sources = (_of_file(source),)
        targets = [wishes.out or source.with_name(f"{source.stem}-imposed.pdf")]
    return tuple(
        _sheets(item, target, stock, wishes, face)
        for item, target in zip(sources, targets, strict=True)
    )


def _of_build(folder: Path) -> Iterator[_Source]:
    """Every print file that the manifest of a build lists."""
    content = _manifest(folder)
    if content is None:
        raise CannotImpose(f"{folder} holds no build; run bookbuild build first")
    for artifact in content["artifacts"]:
        if artifact["role"] in ("interior", "cover"):
            file = folder / str(artifact["file"])
            source = _known(content, file, _read(file))
            if source is None:
                raise CannotImpose(f"{file} is not what was built; run bookbuild build again")
            yield source


def _of_file(file: Path) -> _Source:
    data = _read(file)
    content = _manifest(file.parent)
    known = _known(content, file, data) if content else None
    return known or _Source(file, data, "", None)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise CannotImpose(f"can't read {file}: {fault.strerror or fault}") from None


def _manifest(folder: Path) -> Mapping[str, Any] | None:
    """The manifest in a folder; None where there is none of ours."""
    try:
        content = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(content, dict) and isinstance(content.get("artifacts"), list)
    return content if ours else None


def _known(content: Mapping[str, Any], file: Path, data: bytes) -> _Source | None:
    """The file with what the manifest says about it, if it is the very file listed there."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        for artifact in content["artifacts"]:
            if artifact["sha256"] == digest and artifact["file"] == file.name:
                cover = artifact["role"] == "cover"
                spine = mm(float(artifact["spine_mm"])) if cover else None
                title = str(content["specification"]["title"])
                return _Source(file, data, title, spine, tuple(_faults(content, file.name)))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CannotImpose(
            f"{file.parent / 'manifest.json'} is damaged; run bookbuild build again"
        ) from None
    return None


def _faults(content: Mapping[str, Any], name: str) -> Iterator[str]:
    for print_set in content["print_sets"]:
        if name in (print_set["interior"], print_set["cover"]):
            yield from map(str, print_set["errors"])


def _sheets(source: _Source, target: Path, stock: Stock, wishes: Wishes, face: Face) -> Sheets:
    if target.resolve() == source.file.resolve():
        raise CannotImpose(f"{target} is the master itself; give another file with --out")
    master = read_master(source.data, source.file.name)
    line = Slug(wishes.order or source.title or master.title or source.file.stem, face)
    spine = wishes.spine or source.spine
    if spine is not None:
        return _cover_sheet(source, master, target, stock, wishes, line, spine)
    if len(master.pages) < 2:
        raise CannotImpose(
            f"{master.name} has a single page. If it is a cover, say how thick its spine is: "
            "--spine-mm 8.4; a book has two pages at least"
        )
    grid = choose_grid(master.piece, stock, wishes.grain, wishes.gap)
    plan = Plan(grid, len(master.pages), wishes.repeat, wishes.flip)
    record = {
        "pages": plan.pages, "sheets": plan.sheets, "columns": grid.columns, "rows": grid.rows,
        "flip": str(plan.flip), "blank_pieces": plan.blanks,
    }  # fmt: skip
    return Sheets(
        source.file, target, impose_interior(master, plan, line),
        {**_record(source, target, grid, wishes), **record},
        tuple(_interior_lines(plan, wishes)), tuple(_findings(source)),
    )  # fmt: skip


def _cover_sheet(
    source: _Source, master: Master, target: Path, stock: Stock, wishes: Wishes,
    slug: Slug, spine: Length,
) -> Sheets:  # fmt: skip
    if len(master.pages) > 1:
        raise CannotImpose(
            f"{master.name} has {len(master.pages)} pages; a cover is one page, back, spine and "
            "front side by side. For a book's interior leave --spine-mm away"
        )
    if not Length(0) < spine < master.piece.width / 2:
        raise CannotImpose(
            f"a spine of {spine.mm:g} mm on a cover of {master.piece.width.mm:g} mm can't be"
        )
    grid = choose_cover_grid(master.piece, stock, wishes.grain)
    findings = [*_findings(source), *_across(source, grid, wishes)]
    first = (master.piece.width - spine) / 2
    lines = (
        *_sheet_lines(grid, wishes),
        f"fold at {first.mm:.1f} and {(first + spine).mm:.1f} mm from the cover's left edge",
    )
    record = {"sheets": 1, "spine_mm": round(spine.mm, 2)}
    return Sheets(
        source.file, target, impose_cover(master, grid, spine, slug),
        {**_record(source, target, grid, wishes), **record}, lines, tuple(findings),
    )  # fmt: skip


def _findings(source: _Source) -> Iterator[Diagnostic]:
    if source.faults:
        codes = ", ".join(source.faults)
        yield warning(
            "impose-not-for-print", f"the master is not for print: {codes}",
            Place(source.file.name), "mend the book and build it again before you print",
        )  # fmt: skip


def _across(source: _Source, grid: Grid, wishes: Wishes) -> Iterator[Diagnostic]:
    if wishes.grain not in (None, grid.grain):
        yield warning(
            "cover-sheet",
            f"on {grid.stock.name} with its grain along the {wishes.grain} side the cover fits "
            "only with the grain across the spine, where board cracks",
            Place(source.file.name),
            f"take a sheet with its grain along the {_grain_side(grid)} side, or a larger one",
        )


def _record(source: _Source, target: Path, grid: Grid, wishes: Wishes) -> dict[str, Any]:
    return {
        "source": str(source.file),
        "file": str(target),
        "sheet": grid.stock.name,
        "sheet_mm": [round(grid.width.mm, 2), round(grid.height.mm, 2)],
        "pieces": grid.pieces,
        "piece_mm": [round(grid.piece.width.mm, 2), round(grid.piece.height.mm, 2)],
        "gap_mm": round(grid.gap.mm, 2),
        "waste": round(grid.waste, 3),
        "grain": str(wishes.grain or grid.grain),
    }


def _interior_lines(plan: Plan, wishes: Wishes) -> Iterator[str]:
    grid = plan.grid
    yield (
        f"{_count(plan.sheets, 'sheet')}, {_count(grid.pieces, 'piece')} a side "
        f"({grid.columns} × {grid.rows}), {plan.pages} pages, "
        f"{_count(plan.blanks, 'blank piece')} at the end"
    )
    yield from _sheet_lines(grid, wishes)
    yield f"print both sides, turned about the {plan.flip} edge"
    if plan.repeat:
        yield f"cut the stack: each of the {grid.pieces} piles is a whole book"
    elif grid.pieces > 1:
        yield (
            "cut the stack, sheet 1 on top; the piles follow each other in rows from the top left: "
            f"lay pile 1 on pile 2 and so on to pile {grid.pieces}"
        )


def _sheet_lines(grid: Grid, wishes: Wishes) -> Iterator[str]:
    yield (
        f"{grid.stock.name}, {grid.width.mm:g} mm wide and {grid.height.mm:g} mm high, "
        f"{grid.waste:.0%} waste; print at 100 %, never fitted to the sheet"
    )
    if wishes.grain is None:
        yield f"take paper with its grain along the {_grain_side(grid)} side"
    across, up = grid.cuts()
    places = [", ".join(f"{cut.mm:.1f}" for cut in cuts) for cuts in (across, up)]
    yield f"cut at {places[0]} mm from the left and at {places[1]} mm from the foot"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _grain_side(grid: Grid) -> str:
    return f"{grid.height.mm:g} mm"


def _write(sheets: Sheets) -> None:
    """Put the sheets on the disk, whole or not at all."""
    fresh = sheets.target.with_name(f".{sheets.target.name}.new")
    try:
        sheets.target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(sheets.pdf)
        fresh.replace(sheets.target)
    except OSError as fault:
        raise BookbuildError(f"can't write {sheets.target}: {fault.strerror or fault}") from None
