"""Ace by DAISY looks at each EPUB as rendered: no violation, and it finds what was spoiled."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bookbuild.pipeline import Build
from tests.generator import technical
from tests.support import ROOT, make, rewritten
from tests.test_manual import manual  # noqa: F401 - a fixture

ACE = ROOT / ".venv" / "ace" / "node_modules" / ".bin" / "ace-cli"
"""Put there by tools.sh, with its version."""
ENVIRONMENT = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A technical book: code, formulas, tables, figures, index."""
    folder = tmp_path_factory.mktemp("buatan")
    technical(folder, pages=40, seed=1)
    return make(folder)


def violations(epub: bytes, folder: Path) -> list[str]:
    """What Ace finds: the rule, the file, and what it says of it."""
    file, report = folder / "book.epub", folder / "report"
    file.write_bytes(epub)
    run = subprocess.run(
        [ACE, "-s", "-f", "-E", "-o", report, file],
        env=ENVIRONMENT, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    found = list(_assertions(json.loads((report / "report.json").read_text("utf-8"))))
    assert run.returncode == (2 if found else 0), run.stderr.decode()
    return found


def _assertions(report: dict[str, Any]) -> Iterator[str]:
    for document in report["assertions"]:
        for assertion in document["assertions"]:
            rule = assertion["earl:test"]["dct:title"]
            said = assertion["earl:result"]["dct:description"]
            yield f"{rule}: {document['earl:testSubject']['url']}: {' '.join(said.split())}"


@pytest.mark.parametrize(
    "name", ["shipped", "serba", "plain", "parts", "polski", "manual", "generated"]
)
def test_ace_finds_no_violation(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert violations(request.getfixturevalue(name).artifacts[2].data, tmp_path) == []


SPOILED = {
    "image-alt": (".xhtml", rb' alt="[^"]+"', b""),
    "heading-order": (".xhtml", rb"</h1>", b"</h1><h4>Loncat</h4>"),
    "pagebreak-label": (".xhtml", rb'(role="doc-pagebreak"[^>]*) aria-label="10"', rb"\1"),
    "epub-pagelist-broken": ("nav.xhtml", rb'(xhtml#[^"]*)">11<', rb'\1-gone">11<'),
    "epub-pagelist-missing-pagebreak": ("nav.xhtml", rb'<li><a href="[^"]*">12</a></li>', b""),
    "metadata-conformsto-invalid": (
        ".opf",
        rb"</metadata>",
        b'<meta property="dcterms:conformsTo">EPUB Accessibility 1.1 - WCAG 2.2 Level A+</meta>'
        b"</metadata>",
    ),
    "color-contrast": ("style.css", rb"\Z", b"\np { color: #bbb }\n"),
}
"""A rule of Ace's, and what breaks it: the files, a pattern in them, what becomes of it."""


def test_ace_finds_what_is_spoiled(serba: Build, tmp_path: Path) -> None:
    def spoil(name: str, data: bytes) -> bytes:
        for ending, pattern, becomes in SPOILED.values():
            if name.endswith(ending):
                data = re.sub(pattern, becomes, data)
        return data

    found = violations(rewritten(serba.artifacts[2].data, spoil), tmp_path)
    assert {message.partition(":")[0] for message in found} >= set(SPOILED)
