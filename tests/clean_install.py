"""`python -m tests.clean_install`: what a user without make does, in an environment of its own.

Builds the wheel, installs it without the checkout, and makes a book in another folder.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
        python = place / "venv" / "bin" / "python"
        constraints = ["--constraint", ROOT / "constraints.txt"]
        subprocess.run([python, "-m", "pip", "install", "-q", *constraints, ROOT], check=True)
        shutil.copytree(ROOT / "tests" / "books" / "plain", place / "book")
        subprocess.run(
            [place / "venv" / "bin" / "bookbuild", "build", place / "book"], check=True, cwd=place
        )
        files = sorted(path.name for path in (place / "book" / "build" / "plain").iterdir())
        expected = [
            "contents.html", "contents.json", "cover.pdf", "interior.pdf", "manifest.json",
            "opening.html", "opening.txt", "plain-sample.epub", "plain.epub", "report.json",
            "sample.pdf", "shop-cover.jpg", "thumb-1.png", "thumb-cover.jpg", "thumb-iii.png",
            "thumb-v.png",
        ]  # fmt: skip
        if files != expected:
            sys.exit(f"clean install made {files}, not {expected}")


if __name__ == "__main__":
    main()
