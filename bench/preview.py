"""How soon a saved edit is to be seen in the preview: `python bench/preview.py OUT [--edits 10]`.

A generated prose book is shown by `bookbuild preview` in a process of its own. Again and again a
sentence in the middle of its longest chapter is rewritten; the time runs from the saving of the file
until the picture of the first changed page has been received, as a browser would ask for it. What
the browser needs to show a picture, a few hundredths of a second, isn't counted.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.generator import prose  # noqa: E402 - the repository isn't a package

PORT = 8791
_ADDRESS = f"http://127.0.0.1:{PORT}"
_SENTENCE = re.compile(r"(?<=[a-z]\. )[A-Z][a-z ]{30,90}\.(?= [A-Z])")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("out", type=Path)
    given.add_argument("--pages", type=int, default=280)
    given.add_argument("--edits", type=int, default=10)
    asked = given.parse_args()
    book = asked.out / "preview-book"
    shutil.rmtree(book, ignore_errors=True)
    prose(book, pages=asked.pages, seed=1)
    command = [sys.executable, "-m", "bookbuild", "preview", str(book), "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            waits, pages = _edited(book, _states(), asked.edits)
        finally:
            server.terminate()
    print(f"chapter of {pages} pages, {len(waits)} edits: median {statistics.median(waits):.2f} s,")
    print(f"fastest {min(waits):.2f} s, slowest {max(waits):.2f} s from saving to picture")


def _states() -> Iterator[dict[str, Any]]:
    """What the server tells, once it is there."""
    for _ in range(100):
        try:
            stream = urllib.request.urlopen(f"{_ADDRESS}/events")  # noqa: S310 - our own server
            break
        except OSError:
            time.sleep(0.2)
    else:
        raise SystemExit("the preview doesn't answer")
    for line in stream:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def _edited(book: Path, states: Iterator[dict[str, Any]], edits: int) -> tuple[list[float], int]:
    path = max((book / "manuscript").glob("*.md"), key=lambda path: path.stat().st_size)
    before = _settled(states)
    waits, pages = [], 0
    for number in range(edits):
        text = path.read_text("utf-8")
        places = list(_SENTENCE.finditer(text))
        place = places[len(places) // 2]
        changed = f"{text[: place.start()]}Kalimat ini ditulis {'sekali lagi ' * number}kembali."
        known = {page["address"] for page in before["pages"]}
        begun = time.perf_counter()
        path.write_text(changed + text[place.end() :], "utf-8")
        fresh, section = next(
            (page["address"], page["section"])
            for state in states if "book" in state
            for page in state["book"]["pages"] if page["address"] not in known
        )  # fmt: skip
        with urllib.request.urlopen(f"{_ADDRESS}/pages/{fresh}/720") as picture:  # noqa: S310
            picture.read()
        waits.append(time.perf_counter() - begun)
        before = _settled(states, before)
        pages = sum(page["section"] == section for page in before["pages"])
    return waits, pages


def _settled(states: Iterator[dict[str, Any]], last: Any = None) -> dict[str, Any]:
    """The book as it is once all of it is set."""
    for state in states:
        last = state.get("book", last)
        if last is not None and state["stage"] in ("checking", "checked"):
            return dict(last)
    raise SystemExit("the preview ended")


if __name__ == "__main__":
    main()
