"""The preflight beside qpdf and Ghostscript, which `make check` installs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pytest

from bookbuild.press.preflight.check import check
from tests.pdfs import X1A, X4, add, expected, saved, valid
from tests.test_preflight_rules import BREAKS


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=120
    )


def ink_cover(file: Path) -> list[list[float]]:
    """Percent of cyan, magenta, yellow and black on each page, as Ghostscript renders them."""
    result = run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=ink_cov", "-o", "-", file)
    rows = [line.split() for line in result.stdout.splitlines() if "CMYK" in line]
    return [[float(part) for part in row[:4]] for row in rows]


@pytest.mark.parametrize("standard", [X1A, X4])
def test_qpdf_finds_nothing_wrong_with_the_valid_files(standard: str, tmp_path: Path) -> None:
    file = tmp_path / "buku.pdf"
    file.write_bytes(saved(valid(standard)))
    assert run("qpdf", "--check", file).returncode == 0


def test_qpdf_finds_the_damage_too(tmp_path: Path) -> None:
    file = tmp_path / "buku.pdf"
    file.write_bytes(BREAKS["pdf-damaged"].file())
    assert run("qpdf", "--check", file).returncode != 0


def test_the_inks_of_a_page_are_those_that_ghostscript_prints(tmp_path: Path) -> None:
    pdf = valid()
    add(pdf, "1 0 0 0 k 200 400 40 40 re f\n")
    file = tmp_path / "buku.pdf"
    file.write_bytes(saved(pdf))
    facts = check(saved(pdf), expected()).facts
    assert facts is not None
    for page, cover in zip(facts.pages, ink_cover(file), strict=True):
        printed = "".join(ink for ink, part in zip("CMYK", cover, strict=True) if part > 0)
        assert page.inks == printed


def test_an_empty_packed_page_that_ghostscript_refuses_is_told(tmp_path: Path) -> None:
    pdf = valid()
    pdf.pages[0].obj.Contents = pdf.make_stream(b"")
    file = tmp_path / "buku.pdf"
    level = pikepdf.StreamDecodeLevel.generalized
    file.write_bytes(saved(pdf, compress_streams=True, stream_decode_level=level))
    result = run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=ink_cov", "-o", "-", file)
    assert "rror" in result.stdout + result.stderr
    assert [item.code for item in check(file.read_bytes(), expected()).findings] == [
        "content-damaged"
    ]
