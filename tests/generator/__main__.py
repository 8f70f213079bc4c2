"""The command: writes a generated book into a folder."""

import argparse
from pathlib import Path

from tests.generator import prose, technical

parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__)
parser.add_argument("kind", choices=["prose", "technical"])
parser.add_argument("folder", type=Path, help="where the book goes; must not hold one yet")
parser.add_argument("--pages", type=int, default=280, help="how long, within a tenth")
parser.add_argument("--seed", type=int, default=1, help="another seed, another book")
given = parser.parse_args()
write = {"prose": prose, "technical": technical}[given.kind]
write(given.folder, pages=given.pages, seed=given.seed)
