"""How long a build takes, cold and after an edit, beside other tools on the same book.

    python bench/speed.py OUT [FOLDER…] [--pages 280] [--jobs 2] [--runs 1] [--growth]

Made and measured are the generated prose and technical books (`tests/generator`) and any FOLDER of
Markdown. Every figure is of a process of its own, from its start to its end; ratios are within one
run. With `--growth`, instead: cold builds of 70 to 1120 pages, with 1 and 2 jobs. OUT gets
`speed.json`, with versions and machine.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import peers
import pikepdf
from processes import Cost, cost

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.generator import prose, technical  # noqa: E402 - the repository isn't a package

GENERATED = {"prose": prose, "technical": technical}
GROWTH = (70, 140, 280, 560, 1120)
TOOLS = ("bookbuild", "weasyprint", "typst", "pypandoc-binary", "pikepdf", "fonttools")
_PARAGRAPH = re.compile(r"^[A-Z\"“][^\n]{200,}$", re.MULTILINE)
_PAGE_OF_TEXT = 3200
"""Letters, more than a page of the default layout holds."""


def main() -> None:
    """Read the command line, measure, print and write."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("out", type=Path)
    given.add_argument("folders", type=Path, nargs="*")
    given.add_argument("--pages", type=int, default=280)
    given.add_argument("--jobs", type=int, default=2)
    given.add_argument("--runs", type=int, default=1)
    given.add_argument("--growth", action="store_true")
    asked = given.parse_args()
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)
    if asked.growth:
        found = growth(asked.out)
    else:
        found = {
            book.name: _book(book, asked.out, asked.jobs, asked.runs)
            for book in _books(asked.out, asked.folders, asked.pages)
        }
    record = {"machine": machine(), "jobs": asked.jobs, "runs": asked.runs, "figures": found}
    (asked.out / "speed.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def machine() -> Mapping[str, str]:
    """What was measured, and where."""
    versions = {}
    for tool in TOOLS:
        try:
            versions[tool] = version(tool)
        except PackageNotFoundError:
            versions[tool] = "not installed"
    cpuinfo = Path("/proc/cpuinfo").read_text("utf-8")
    model = next(re.finditer(r"model name\s*: (.*)", cpuinfo), None)
    processors = str(len(re.findall(r"^processor", cpuinfo, re.MULTILINE)))
    return {
        "processor": model[1] if model else platform.machine(), "processors": processors,
        "system": platform.platform(), "python": platform.python_version(), **versions,
    }  # fmt: skip


def growth(out: Path) -> dict[str, object]:
    """Cold builds of books of growing length."""
    found: dict[str, object] = {}
    for kind, write in GENERATED.items():
        for pages in GROWTH:
            book = out / f"{kind}-{pages}"
            write(book, pages=pages, seed=1)
            for jobs in (1, 2):
                name = f"{kind}, {pages} pages, {jobs} jobs"
                found[name] = _told(name, _built(book, out / "cache", jobs))
                shutil.rmtree(out / "cache")
    return found


def _books(out: Path, folders: list[Path], pages: int) -> Iterator[Path]:
    for kind, write in GENERATED.items():
        write(out / kind, pages=pages, seed=1)
        yield out / kind
    for folder in folders:
        order = folder / "chapters.txt"
        names = order.read_text("utf-8").split() if order.exists() else []
        files = [folder / name for name in names] or sorted(folder.glob("*.md"))
        book = out / folder.name
        options = ["--title", folder.name, "--author", "-", "--language", "en"]
        command = [sys.executable, "-m", "bookbuild", "import", *map(str, files)]
        subprocess.run([*command, "--into", str(book), *options], check=True, capture_output=True)
        yield book


def _book(book: Path, out: Path, jobs: int, runs: int) -> dict[str, object]:
    """Every figure of one book."""
    shutil.copytree(book, out / "kept" / book.name)
    taken: dict[str, list[Cost]] = {}
    for _ in range(runs):
        for name, used in _sequence(book, out, jobs):
            taken.setdefault(name, []).append(used)
        for name in peers.installed():
            folder = out / "peers" / book.name
            if not folder.exists():
                peers.prepare(book, folder)
            command = [sys.executable, str(ROOT / "bench" / "peers.py"), name, str(folder)]
            taken.setdefault(name, []).append(cost(command))
    found = {name: _told(f"{book.name}: {name}", _median(costs)) for name, costs in taken.items()}
    return {**found, "files": _files(book, out)}


def _sequence(book: Path, out: Path, jobs: int) -> Iterator[tuple[str, Cost]]:
    """A book built from nothing, and again after each kind of change; left as it was."""
    cache = out / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    yield "cold", _built(book, cache, jobs)
    yield "no change", _built(book, cache, jobs)
    for name, change in CHANGES.items():
        change(book)
        yield name, _built(book, cache, jobs)
        shutil.rmtree(book / "manuscript")
        shutil.rmtree(book / "layouts", ignore_errors=True)
        shutil.copytree(out / "kept" / book.name / "manuscript", book / "manuscript")
        _built(book, cache, jobs)


def _built(book: Path, cache: Path, jobs: int) -> Cost:
    options = ["--quiet", "--cache", str(cache), "--jobs", str(jobs)]
    return cost([sys.executable, "-m", "bookbuild", "build", str(book), *options], good=(0, 4))


def _sentence(book: Path) -> None:
    """One more sentence in the middle of the book."""
    path, text, place = _middle(book)
    path.write_text(f"{text[:place]} Satu kalimat lagi.{text[place:]}", "utf-8")


def _page(book: Path) -> None:
    """A page more in the middle of the book."""
    path, text, place = _middle(book)
    paragraph = _PARAGRAPH.findall(text)[0]
    more = f"\n\n{paragraph}" * (_PAGE_OF_TEXT // len(paragraph) + 1)
    path.write_text(text[:place] + more + text[place:], "utf-8")


def _layout(book: Path) -> None:
    """Another style sheet for every page."""
    style = Path("layouts/default/interior/page.css")
    (book / style).parent.mkdir(parents=True)
    more = "\nh2 { letter-spacing: 0.01em }\n"
    (book / style).write_text((ROOT / style).read_text("utf-8") + more, "utf-8")


CHANGES: dict[str, Callable[[Path], None]] = {
    "a sentence": _sentence, "a page more": _page, "the layout": _layout,
}  # fmt: skip


def _middle(book: Path) -> tuple[Path, str, int]:
    """The file in the middle of the book, its text, and the end of a paragraph in its middle."""
    files = [
        path for path in sorted((book / "manuscript").glob("*.md"))
        if len(_PARAGRAPH.findall(path.read_text("utf-8"))) > 3
    ]  # fmt: skip
    path = files[len(files) // 2]
    text = path.read_text("utf-8")
    ends = [match.end() for match in _PARAGRAPH.finditer(text)]
    return path, text, ends[len(ends) // 2]


def _median(costs: list[Cost]) -> Cost:
    figures = zip(*(asdict(item).values() for item in costs), strict=True)
    return Cost(*(statistics.median(figure) for figure in figures))


def _told(name: str, used: Cost) -> dict[str, float]:
    print(f"{name:<40}{used.wall:8.2f} s {used.processor:8.2f} CPU s {used.memory:8.0f} MB")
    return {key: round(value, 2) for key, value in asdict(used).items()}


def _files(book: Path, out: Path) -> dict[str, dict[str, int]]:
    """Pages and kilobytes of each interior."""
    made = next((book / "build").glob("*/interior.pdf"))
    found = {}
    for path in (made, *sorted((out / "peers" / book.name).glob("*.pdf"))):
        with pikepdf.open(path) as pdf:
            found[path.stem] = {"pages": len(pdf.pages), "kilobytes": path.stat().st_size // 1000}
    print(f"{book.name}: {found}")
    return found


if __name__ == "__main__":
    main()
