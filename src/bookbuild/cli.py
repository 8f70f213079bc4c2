"""The command line: parse, call, and hand what came of it to `console`. Owner of Typer.

What does the work is imported by the command that needs it: a build in which nothing changed is
over before the typesetter would be loaded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bookbuild import __version__, options
from bookbuild.choices import Flip, PartOfBook, Tongue
from bookbuild.commands import desk, serve, store
from bookbuild.console import Progress, run
from bookbuild.outcome import Outcome
from bookbuild.production import make, produce, produce_all
from bookbuild.standing import Wanted
from bookbuild.units import mm

app = typer.Typer(
    help="Make a book: print-ready interior and cover, and an EPUB, from one Markdown manuscript.",
    epilog="A book is a folder with manuscript/book.toml in it. Exit codes: 0 done, 1 the book has "
    "errors, 2 wrong call, 3 the machine lacks something, 4 made, but not all of it can go out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Book = options.Book
Books = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[DIR…]", help="The folders of one or more books.", show_default="here"),
]
Quiet = options.Quiet
Json = options.Json
Language = Annotated[Tongue, typer.Option(help="The book's language.")]
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
    folders: Books = None,
    printer: options.Printers = None,
    block: options.Block = None,
    only: options.Only = None,
    marks: options.CropMarks = False,
    page_list: options.PageList = True,
    jobs: options.Jobs = None,
    cache: options.CacheFolder = None,
    no_cache: options.NoCache = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make interior.pdf, cover.pdf and the EPUB in DIR/build/SLUG/.

    --only screen makes screen.pdf: the printed pages with the front cover, links and bookmarks.

    What is wrong with the book is listed with its place and a remedy. Errors leave the last
    build untouched; of several books, all are tried. What a printer would refuse marks the print
    set as not for print; a picture without text alternative keeps the EPUB and screen.pdf from
    being made, not the print files.

    What was made before and hasn't changed is taken from the cache; the files are the same with
    and without it.
    """
    shop = options.shop(jobs, cache, no_cache)
    names = options.names(printer)
    roles = tuple(role.value for role in only or ())
    wanted = [
        Wanted(folder, names, block, roles, marks, page_list)
        for folder in dict.fromkeys(folders or [Path()])
    ]

    def work(progress: Progress) -> Outcome:
        if len(wanted) == 1:
            return produce(wanted[0], shop, progress)
        return produce_all(wanted, shop, progress)

    run(work, quiet, as_json)


@app.command()
def check(
    folder: Book = Path(),
    printer: options.Printers = None,
    block: options.Block = None,
    page_list: options.PageList = True,
    jobs: options.Jobs = None,
    cache: options.CacheFolder = None,
    no_cache: options.NoCache = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Do everything that build does, but write nothing: say what is wrong or missing.

    The EPUB is examined, too: its page-list against the printed pages, and by EPUBCheck where
    that is installed.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.answers import examined
        from bookbuild.evidence import evidence

        wanted = Wanted(folder, options.names(printer), block, page_list=page_list)
        made = make(wanted, options.shop(jobs, cache, no_cache), progress)
        return examined(made, evidence(made, progress))

    run(work, quiet, as_json)


@app.command()
def proof(
    folder: Book = Path(),
    printer: options.Printer = None,
    out: options.ProofOut = None,
    pdf: options.Pdf = False,
    jobs: options.Jobs = None,
    cache: options.CacheFolder = None,
    no_cache: options.NoCache = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a proof to look at: every spread, the cover, ink, fonts and findings in one page.

    It needs no network and no other file. The book is built anew; its folder is left alone.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild import output
        from bookbuild.answers import summary
        from bookbuild.proof import draft_sheets, proof_page

        wanted = Wanted(folder, (printer,) if printer else ())
        made = make(wanted, options.shop(jobs, cache, no_cache), progress)
        progress("proof")
        data = draft_sheets(made) if pdf else proof_page(made)
        path = out or folder / "build" / f"{made.slug}-proof.{'pdf' if pdf else 'html'}"
        output.write_file(path, data)
        lines = [f"{path}  {len(data) / 1e6:.1f} MB"]
        return Outcome(made.findings, {"file": str(path), **summary(made)}, lines)

    run(work, quiet, as_json)


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
        from bookbuild.answers import checked, measured
        from bookbuild.folders import layout_folders
        from bookbuild.press.preflight.isolated import check_isolated
        from bookbuild.press.preflight.model import PARTS, Expected
        from bookbuild.press.printer import load_printer
        from bookbuild.press.typography.isolated import measure_isolated

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
    language: Language = Tongue.ID,
    date: Date = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Begin a book: DIR/manuscript/ with three short sections and a book.toml full of comments.

    It builds at once. A folder that already holds a book is left alone.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.answers import placed
        from bookbuild.intake import starter

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
    language: Language = Tongue.ID,
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
        from bookbuild.answers import placed
        from bookbuild.intake import starter
        from bookbuild.intake.bring import bring

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

    def work(progress: Progress) -> Outcome:
        from bookbuild.answers import imposed
        from bookbuild.presswork import Wishes, impose

        wishes = Wishes(sheet, order, grain, flip, mm(gap), repeat, thickness, out)
        return imposed(impose(source, wishes))

    run(work, quiet, as_json)


@app.command()
def preview(
    folder: Book = Path(), port: options.Port = 8750, printer: options.Printer = None
) -> None:
    """Show the book in a browser as it is written: spreads, the EPUB's text, findings.

    Whatever is saved is set anew and shown where you are looking. On this machine alone, until
    Ctrl-C; nothing is written into the book's folder.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.preview.server import open_preview

        with options.shop(None, None, False).compositors() as compositors:
            open_preview(folder, port, printer, compositors, typer.echo)
        return Outcome((), {}, ())

    run(work, quiet=True, as_json=False)


def _today() -> datetime:
    """Midnight of the day, in UTC: the one place where the clock is read."""
    now = datetime.now(UTC)  # noqa: TID251 - the user's date goes into book.toml, once, as data
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


store.add_to(app)
desk.add_to(app)
serve.add_to(app)
