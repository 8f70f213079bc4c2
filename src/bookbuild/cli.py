"""The command line: parse, call, and hand what came of it to `console`. Owner of Typer."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bookbuild import __version__, options, output, pipeline, presswork
from bookbuild.book.manuscript import read_specification
from bookbuild.cache import Cache
from bookbuild.console import Progress, run
from bookbuild.evidence import evidence
from bookbuild.intake import starter
from bookbuild.intake.bring import bring
from bookbuild.layout import layout_folders
from bookbuild.outcome import (
    Outcome,
    built,
    checked,
    examined,
    imposed,
    measured,
    placed,
    summary,
)
from bookbuild.press.imposition import Flip
from bookbuild.press.preflight.isolated import check_isolated
from bookbuild.press.preflight.model import PARTS, Expected, PartOfBook
from bookbuild.press.printer import load_printer
from bookbuild.press.typography.isolated import measure_isolated
from bookbuild.proof import draft_sheets, proof_page
from bookbuild.units import mm

app = typer.Typer(
    help="Make a book: print-ready interior and cover, and an EPUB, from one Markdown manuscript.",
    epilog="A book is a folder with manuscript/book.toml in it. Exit codes: 0 done, 1 the book has "
    "errors, 2 wrong call, 3 the machine lacks something, 4 made, but not all of it can go out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Book = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help="The book's folder.", show_default="here"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Tongue = Annotated[starter.Tongue, typer.Option(help="The book's language.")]
Date = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"],
        help="When the book was made, in UTC.",
        show_default="today",
    ),
]


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"bookbuild {__version__}")
        raise typer.Exit


@app.command()
def build(
    folder: Book = Path(),
    printer: options.Printers = None,
    block: options.Block = None,
    only: options.Only = None,
    marks: options.CropMarks = False,
    page_list: options.PageList = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make interior.pdf, cover.pdf and the EPUB in DIR/build/SLUG/.

    --only screen makes screen.pdf: the printed pages with the front cover, links and bookmarks.

    What is wrong with the book is listed with its place and a remedy. Errors leave the last
    build untouched. What a printer would refuse marks the print set as not for print; a picture
    without text alternative keeps the EPUB and screen.pdf from being made, not the print files.
    """

    def work(progress: Progress) -> Outcome:
        made = _make(folder, progress, printer, block, only, marks=marks, page_list=page_list)
        return built(made, output.write(made, folder))

    run(work, quiet, as_json)


@app.command()
def check(
    folder: Book = Path(),
    printer: options.Printers = None,
    block: options.Block = None,
    page_list: options.PageList = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Do everything that build does, but write nothing: say what is wrong or missing.

    The EPUB is examined, too: its page-list against the printed pages, and by EPUBCheck where
    that is installed.
    """

    def work(progress: Progress) -> Outcome:
        made = _make(folder, progress, printer, block, page_list=page_list)
        return examined(made, evidence(made, progress))

    run(work, quiet, as_json)


@app.command()
def proof(
    folder: Book = Path(),
    printer: options.Printer = None,
    out: options.ProofOut = None,
    pdf: options.Pdf = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a proof to look at: every spread, the cover, ink, fonts and findings in one page.

    It needs no network and no other file. The book is built anew; its folder is left alone.
    """

    def work(progress: Progress) -> Outcome:
        made = pipeline.make(folder, progress, [printer] if printer else [])
        progress("proof")
        data = draft_sheets(made) if pdf else proof_page(made)
        path = out or folder / "build" / f"{made.slug}-proof.{'pdf' if pdf else 'html'}"
        output.write_file(path, data)
        lines = [f"{path}  {len(data) / 1e6:.1f} MB"]
        return Outcome(made.findings, {"file": str(path), **summary(made)}, lines)

    run(work, quiet, as_json)


def _make(
    folder: Path,
    progress: Progress,
    printers: Sequence[str] | None,
    block: float | None,
    only: Sequence[options.Output] | None = None,
    *,
    marks: bool = False,
    page_list: bool = True,
) -> pipeline.Build:
    names = [name.strip() for given in printers or () for name in given.split(",")]
    thickness = None if block is None else mm(block)
    wanted = [role.value for role in only or ()] or pipeline.USUAL
    chosen = [name for name in names if name]
    return pipeline.make(
        folder, progress, chosen, thickness, wanted, marks=marks, page_list=page_list
    )


@app.command()
def preflight(
    files: options.Files,
    printer: options.Limits = "digital-id",
    part: options.Part = PartOfBook.AUTO,
    typography: options.Typography = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say whether PDFs are fit for the press: every rule that they break, and where."""

    def work(progress: Progress) -> Outcome:
        if typography:
            return measured([(str(file), measure_isolated(file)) for file in files])
        profile = load_printer(layout_folders(Path()), printer)
        expected = Expected(part=PARTS[part], profile=profile)
        answers = []
        for file in files:
            progress(f"reading {file}")
            answers.append((str(file), check_isolated(file, expected)))
        return checked(answers)

    run(work, quiet, as_json)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    title: options.Title = "Buku Baru",
    author: options.Author = "Nama Penulis",
    language: Tongue = starter.Tongue.ID,
    date: Date = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Begin a book: DIR/manuscript/ with three short sections and a book.toml full of comments.

    It builds at once. A folder that already holds a book is left alone.
    """

    def work(progress: Progress) -> Outcome:
        files = starter.starter(starter.Facts(title, author, language, date or _today()))
        starter.place(files, folder)
        return placed(folder, sorted(files), ())

    run(work, quiet, as_json)


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Manuscripts: .docx, .odt, .html, .md or .txt."),
    ],
    folder: Annotated[Path, typer.Option("--into", metavar="DIR", help="The folder to make.")],
    title: options.Title = "",
    author: options.Author = "",
    language: Tongue = starter.Tongue.ID,
    date: Date = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Turn manuscripts into a book: DIR/manuscript/ with a Markdown file for each chapter.

    Nothing goes silently: what was guessed, changed or left out is listed with its place, and
    every word of the result is compared with the source. Without --title and --author they are
    taken from the first file. A folder that already holds a book is left alone.
    """

    def work(progress: Progress) -> Outcome:
        starter.refuse_existing(folder)
        facts = starter.Facts(title, author, language, date or _today())
        arrival = bring(files, facts, progress)
        starter.place(arrival.files, folder)
        return placed(folder, sorted(arrival.files), arrival.findings)

    run(work, quiet, as_json)


@app.command()
def impose(
    source: options.Source,
    sheet: options.Sheet,
    order: options.Order = "",
    grain: options.SheetGrain = None,
    flip: options.SheetFlip = Flip.LONG,
    gap: options.Gap = 0,
    repeat: options.Repeat = False,
    spine: options.Spine = None,
    out: options.Out = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Lay finished pages on press sheets, to be cut and stacked; or a cover on its sheet.

    The pages stay as they are; crop marks and a slug line are added, for a cover fold marks, too.
    """
    thickness = None if spine is None else mm(spine)
    wishes = presswork.Wishes(sheet, order, grain, flip, mm(gap), repeat, thickness, out)
    run(lambda progress: imposed(presswork.impose(source, wishes)), quiet, as_json)


@app.command()
def preview(
    folder: Book = Path(), port: options.Port = 8750, printer: options.Printer = None
) -> None:
    """Show the book in a browser as it is written: spreads, the EPUB's text, findings.

    Whatever is saved is set anew and shown where you are looking. On this machine alone, until
    Ctrl-C; nothing is written.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.preview.desk import Desk
        from bookbuild.preview.server import Preview

        read_specification(folder)
        with tempfile.TemporaryDirectory(prefix="bookbuild-") as kept:
            shown = Preview(folder, Desk(folder, printer, Cache(Path(kept))), port)
            typer.echo(f"{shown.address}  (Ctrl-C ends it)")
            shown.serve()
        return Outcome((), {}, ())

    run(work, quiet=True, as_json=False)


def _today() -> datetime:
    """Midnight of the day, in UTC: the one place where the clock is read."""
    now = datetime.now(UTC)  # noqa: TID251 - the user's date goes into book.toml, once, as data
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
