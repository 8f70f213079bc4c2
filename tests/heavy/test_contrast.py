"""Contrast and targets as axe sees them in Chromium, by day and in a reader's dark theme."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from bookbuild.pipeline import Build
from tests.heavy.chromium import chromium
from tests.support import ROOT, Epub, changed_epub

AXE = ROOT / ".venv" / "ace" / "node_modules" / "@daisy" / "axe-core-for-ace" / "axe.min.js"
"""The one that comes with Ace (tools.sh): plain axe-core takes page marks for faults."""
RULES = ["color-contrast", "link-in-text-block", "target-size"]
DARK = "html { background: #121212; color: #e6e6e6 } a { color: #9ecbff }"
"""What reading apps put under a book's own styles at night."""
THEME = """
const style = document.createElementNS("http://www.w3.org/1999/xhtml", "style");
style.textContent = arguments[0];
document.head.prepend(style);
"""
RUN = """
const done = arguments[1];
axe.run(document, {runOnly: arguments[0]}).then(found => done(found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


def violations(browser: webdriver.Chrome, epub: bytes, theme: str, folder: Path) -> list[str]:
    """What axe finds in the documents of the reading order."""
    with zipfile.ZipFile(io.BytesIO(epub)) as files:
        files.extractall(folder)
    found = []
    for name in Epub(epub).spine():
        browser.get((folder / "EPUB" / name).as_uri())
        browser.execute_script(THEME, theme)
        browser.execute_script(AXE.read_text("utf-8"))
        said = browser.execute_async_script(RUN, RULES)
        found += [f"{name}: {' '.join(item.split())}" for item in said]
    return found


@pytest.mark.parametrize("name", ["shipped", "serba"])
@pytest.mark.parametrize("theme", ["", DARK])
def test_every_document_can_be_read_by_day_and_at_night(
    name: str, theme: str, browser: webdriver.Chrome, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    epub = request.getfixturevalue(name).artifacts[2].data
    assert violations(browser, epub, theme, tmp_path) == []


def test_a_colour_that_is_lost_in_the_dark_is_found(
    browser: webdriver.Chrome, serba: Build, tmp_path: Path
) -> None:
    epub = changed_epub(serba.artifacts[2].data, "style.css", b"body {", b"body { color: #222;")
    assert violations(browser, epub, "", tmp_path / "day") == []
    assert violations(browser, epub, DARK, tmp_path / "night")
