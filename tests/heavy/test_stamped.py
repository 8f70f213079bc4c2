"""A stamped interior, judged by the programs that a print shop has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bookbuild.fonts import upright
from bookbuild.press.stamp import prepare, stamp
from tests.support import make, small_book

LINE = "Pesanan 20261124-0042 · eksemplar 2 dari 5 · dicetak 24 November 2026"


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A stamped interior, and the page of the stamp, from 1."""
    folder = tmp_path_factory.mktemp("stamped")
    build = make(small_book(folder / "b", "# Satu\n\nTeks.\n"))
    made = build.made[0]
    template = prepare(made.inside.pdf, upright(build.made_from.faces), made.printer)
    (folder / "isi.pdf").write_bytes(stamp(template, LINE).pdf)
    return folder / "isi.pdf", template.place.page + 1


def ran(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_qpdf_finds_no_fault(stamped: tuple[Path, int]) -> None:
    assert "No syntax or stream encoding errors" in ran("qpdf", "--check", str(stamped[0]))


def test_poppler_reads_the_line_and_finds_its_font_embedded(stamped: tuple[Path, int]) -> None:
    path, page = stamped
    assert LINE in ran("pdftotext", "-f", str(page), "-l", str(page), str(path), "-")
    fonts = ran("pdffonts", str(path)).splitlines()[2:]
    assert len(fonts) > 1
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_ghostscript_puts_black_ink_alone_on_the_page(stamped: tuple[Path, int]) -> None:
    path, page = stamped
    said = ran(
        "gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=inkcov", "-o", "-",
        f"-dFirstPage={page}", f"-dLastPage={page}", str(path),
    )  # fmt: skip
    cyan, magenta, yellow, black, *_ = said.split()
    assert (cyan, magenta, yellow) == ("0.00000",) * 3
    assert float(black) > 0
