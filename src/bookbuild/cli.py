"""The command line: parse, call, print, exit. Nobody else prints or exits.

Owner of Typer and Rich. Results go to standard output, progress and findings to standard
error, so that `--json` can be piped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bookbuild import __version__, pipeline
from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.edition import finding_records
from bookbuild.errors import BookbuildError, BookFaults, ExitCode

app = typer.Typer(
    help="Make a book: print-ready interior and cover, and an EPUB, from one Markdown manuscript.",
    epilog="A book is a folder with manuscript/book.toml in it. Exit codes: 0 done, 1 the book has "
    "errors, 2 wrong call, 3 the machine lacks something.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}

Book = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help="The book's folder.", show_default="here"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"bookbuild {__version__}")
        raise typer.Exit


@app.command()
def build(folder: Book = Path(), quiet: Quiet = False, as_json: Json = False) -> None:
    """Make interior.pdf, cover.pdf and the EPUB in DIR/build/SLUG/.

    What is wrong with the book is listed with its place and a remedy. Errors leave the last
    build untouched; warnings and notes stop nothing.
    """

    def work(progress: Callable[[str], None]) -> tuple[pipeline.Build, Path | None]:
        made = pipeline.make(folder, progress)
        return made, pipeline.write(made, folder)

    _run(work, quiet, as_json)


@app.command()
def check(folder: Book = Path(), quiet: Quiet = False, as_json: Json = False) -> None:
    """Do everything that build does, but write nothing: say what is wrong or missing."""
    _run(lambda progress: (pipeline.make(folder, progress), None), quiet, as_json)


def _run(
    work: Callable[[Callable[[str], None]], tuple[pipeline.Build, Path | None]],
    quiet: bool,
    as_json: bool,
) -> None:
    console = Console(stderr=True, highlight=False)
    try:
        with _progress(console, quiet) as progress:
            made, folder = work(progress)
    except BookFaults as faults:
        _report(console, faults.findings, quiet)
        if as_json:
            _print_json({"ok": False, "findings": finding_records(faults.findings)})
        elif not quiet:
            console.print("[bold red]Nothing was written.[/] Mend the errors and run again.")
        raise typer.Exit(faults.exit_code) from None
    except BookbuildError as fault:
        console.print(f"[bold red]error[/] {escape(str(fault))}", soft_wrap=True)
        if as_json:
            _print_json({"ok": False, "error": str(fault)})
        raise typer.Exit(fault.exit_code) from None
    _report(console, made.findings, quiet)
    if as_json:
        findings = finding_records(made.findings)
        where = str(folder) if folder else None
        _print_json({"ok": True, "folder": where, **pipeline.summary(made), "findings": findings})
    elif not quiet:
        _print_summary(made, folder)
    raise typer.Exit(ExitCode.OK)


@contextmanager
def _progress(console: Console, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A line that says what is being made, where somebody watches."""
    if quiet or not console.is_terminal:
        yield lambda step: None
        return
    with console.status("bookbuild") as status:
        yield lambda step: status.update(escape(step))


def _report(console: Console, findings: Sequence[Diagnostic], quiet: bool) -> None:
    shown = [item for item in findings if not quiet or item.severity is Severity.ERROR]
    for finding in sorted(shown, key=lambda item: list(Severity).index(item.severity)):
        colour = _COLOURS[finding.severity]
        place = f"{finding.place}: " if finding.place else ""
        line = f"[{colour}]{finding.severity}[/] {escape(place + finding.message)}"
        console.print(f"{line} [dim]({finding.code})[/]", soft_wrap=True)
        if finding.hint:
            console.print(f"        {escape(finding.hint)}", style="dim", soft_wrap=True)


def _print_summary(made: pipeline.Build, folder: Path | None) -> None:
    state = "complete" if made.complete else "incomplete"
    typer.echo(f"{made.slug}: {made.extent} pages, {state}")
    for artifact in made.artifacts:
        size = (
            ""
            if artifact.size_mm is None
            else f"{artifact.size_mm[0]:g} × {artifact.size_mm[1]:g} mm"
        )
        typer.echo(f"  {artifact.file:<28}{len(artifact.data) / 1024:>8.0f} KB  {size}".rstrip())
    typer.echo(f"written to {folder}" if folder else "nothing written: this was a check")


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
