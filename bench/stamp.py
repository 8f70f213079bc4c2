"""How soon the first byte of a stamped interior is there.

    python bench/stamp.py [--pages 280] [--copies 500]

Builds a book of that many pages, prepares its template once, and stamps copies. Prints the median
and the 99th percentile in milliseconds: of the first byte, of the whole file, and of its digest.
The figure of the order desk is a first byte under 30 ms for 280 pages.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bookbuild.folders import layout_folders
from bookbuild.fonts import load_faces, upright
from bookbuild.layout import load_language, load_layout
from bookbuild.press.printer import load_printer
from bookbuild.press.stamp import prepare, stamp
from bookbuild.ticket import stamp_line
from tests.conftest import long_chapter
from tests.support import make, small_book


def interior(pages: int) -> tuple[bytes, int]:
    """An interior of about so many pages, and how many it has."""
    with tempfile.TemporaryDirectory() as folder:
        chapters = [long_chapter(number, pages * 3 // 7) for number in range(1, 13)]
        build = make(small_book(Path(folder) / "b", *chapters))
        inside = build.made[0].inside
        return inside.pdf, inside.extent.pages


def timed(done: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    start = time.perf_counter()
    done()
    return (time.perf_counter() - start) * 1000


def row(name: str, figures: list[float]) -> str:
    """A line of the result."""
    high = statistics.quantiles(figures, n=100)[98]
    return f"{name:<22}{statistics.median(figures):>9.3f}{high:>9.3f}{max(figures):>9.3f}"


def main() -> None:
    """Measure, and print."""
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("--pages", type=int, default=280)
    wishes.add_argument("--copies", type=int, default=500)
    given = wishes.parse_args()
    folders = layout_folders(Path(__file__).parents[1])
    face = upright(load_faces(load_layout(folders, "default")))
    printer, language = load_printer(folders, "digital-id"), load_language(folders, "id")
    pdf, pages = interior(given.pages)
    start = time.perf_counter()
    template = prepare(pdf, face, printer)
    prepared = (time.perf_counter() - start) * 1000
    first, whole, digest = list[float](), list[float](), list[float]()
    for copy in range(1, given.copies + 1):
        line = stamp_line(language, "20261124-0042", copy, given.copies, date(2026, 11, 24))
        first.append(timed(lambda line=line: stamp(template, line).parts[0][:1].tobytes()))
        whole.append(timed(lambda line=line: stamp(template, line).pdf))
        digest.append(timed(lambda line=line: stamp(template, line).sha256))
    print(f"{pages} pages, {len(pdf) / 1e6:.2f} MB, template {len(template.data) / 1e6:.2f} MB")
    print(f"prepared once in {prepared:.0f} ms")
    print(f"{'milliseconds':<22}{'median':>9}{'p99':>9}{'most':>9}")
    for name, figures in (("first byte", first), ("whole file", whole), ("and its digest", digest)):
        print(row(name, figures))


if __name__ == "__main__":
    main()
