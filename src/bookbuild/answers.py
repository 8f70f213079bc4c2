"""What each command answers, as an `Outcome`. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bookbuild import presswork
from bookbuild.diagnostics import Diagnostic, has_errors
from bookbuild.errors import ExitCode
from bookbuild.evidence import Evidence
from bookbuild.outcome import Outcome
from bookbuild.pipeline import Build
from bookbuild.press.preflight import report
from bookbuild.press.preflight.model import Finding, Preflight
from bookbuild.press.typography import report as typography_report
from bookbuild.press.typography.measure import Typography


def summary(build: Build) -> Mapping[str, Any]:
    """The build in a few figures, for the command line."""
    return {
        "slug": build.slug,
        "extent": str(build.extent),
        "complete": build.complete,
        "artifacts": [artifact.record() for artifact in build.artifacts],
        "print_sets": [print_set.record() for print_set in build.print_sets],
        "withheld": [item.record() for item in build.withheld],
    }


def _lines(made: Build, folder: Path | None) -> Iterator[str]:
    """What was made, how large it is, and whether it is fit for print."""
    state = "complete" if made.complete else "incomplete"
    yield f"{made.slug}: {made.extent} pages, {state}"
    for artifact in made.artifacts:
        size = (
            ""
            if artifact.size_mm is None
            else f"{artifact.size_mm[0]:g} × {artifact.size_mm[1]:g} mm"
        )
        yield f"  {artifact.file:<28}{len(artifact.data) / 1024:>8.0f} KB  {size}".rstrip()
    for print_set in made.print_sets:
        if not print_set.for_print:
            yield f"NOT FOR PRINT at {print_set.printer}: {', '.join(print_set.errors)}"
    for item in made.withheld:
        yield f"NOT MADE: {item.file}: {', '.join(item.errors)}"
    yield f"written to {folder}" if folder else "nothing written: this was a check"


def built(made: Build, folder: Path | None) -> Outcome:
    """A build, written to `folder` or only tried."""
    record = {"folder": str(folder) if folder else None, **summary(made)}
    fit = all(print_set.for_print for print_set in made.print_sets) and not made.withheld
    exit_code = ExitCode.OK if fit else ExitCode.NOT_FOR_PRINT
    return Outcome(made.findings, record, tuple(_lines(made, folder)), exit_code)


def examined(made: Build, proof: Evidence) -> Outcome:
    """A build that was only tried, and what proves its EPUB."""
    tried = built(made, None)
    exit_code = ExitCode.NOT_FOR_PRINT if has_errors(proof.findings) else tried.exit_code
    return Outcome(
        (*tried.findings, *proof.findings),
        {**tried.record, **(proof.record or {})},
        (*tried.lines[:-1], *proof.lines, tried.lines[-1]),
        exit_code,
    )


def checked(answers: Sequence[tuple[str, Preflight]]) -> Outcome:
    """What the preflight found in each file."""
    findings = [item.diagnostic(file) for file, answer in answers for item in answer.findings]
    record = {"files": [report.record(file, answer) for file, answer in answers]}
    lines = [line for file, answer in answers for line in report.lines(file, answer)]
    fit = all(answer.fit_for_print for _, answer in answers)
    return Outcome(findings, record, lines, ExitCode.OK if fit else ExitCode.NOT_FOR_PRINT)


def measured(answers: Sequence[tuple[str, Typography | Finding]]) -> Outcome:
    """The typography of each file, or why there is none."""
    good = [(file, found) for file, found in answers if isinstance(found, Typography)]
    bad = [found.diagnostic(file) for file, found in answers if isinstance(found, Finding)]
    record = {"files": [{"file": file, **typography_report.record(found)} for file, found in good]}
    exit_code = ExitCode.NOT_FOR_PRINT if bad else ExitCode.OK
    return Outcome(bad, record, tuple(typography_report.table(good)), exit_code)


def placed(folder: Path, files: Sequence[str], findings: Sequence[Diagnostic]) -> Outcome:
    """A new book and its files."""
    lines = [f"  {name}" for name in files]
    lines = [f"a new book in {folder}:", *lines, f"next: bookbuild check {folder}"]
    return Outcome(findings, {"folder": str(folder), "files": list(files)}, lines)


def imposed(made: Sequence[presswork.Sheets]) -> Outcome:
    """Press sheets, and how to print and cut them."""
    findings = [finding for sheets in made for finding in sheets.findings]
    lines = [line for sheets in made for line in (str(sheets.target), *sheets.lines)]
    return Outcome(findings, {"sheets": [sheets.record for sheets in made]}, lines)
