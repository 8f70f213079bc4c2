"""Show what came of a command, and exit: the one place that prints.

Owner of Rich. Results go to standard output, progress and findings to standard error, so that
`--json` can be piped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from bookbuild.diagnostics import Diagnostic, Severity
from bookbuild.edition import finding_records
from bookbuild.errors import BookbuildError, BookFaults, ExitCode
from bookbuild.outcome import Outcome

Progress = Callable[[str], None]
_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def run(work: Callable[[Progress], Outcome], quiet: bool, as_json: bool) -> NoReturn:
    """Do the work of a command, show what came of it, and exit with its code."""
    console = Console(stderr=True, highlight=False)
    try:
        with _progress(console, quiet) as progress:
            outcome = work(progress)
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
    _report(console, outcome.findings, quiet)
    if as_json:
        findings = finding_records(outcome.findings)
        _print_json(
            {"ok": outcome.exit_code is ExitCode.OK, **outcome.record, "findings": findings}
        )
    elif not quiet:
        for line in outcome.lines:
            typer.echo(line)
    raise typer.Exit(outcome.exit_code)


@contextmanager
def _progress(console: Console, quiet: bool) -> Iterator[Progress]:
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


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
