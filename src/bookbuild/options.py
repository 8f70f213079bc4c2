"""Arguments and options of single commands, as Typer reads them. Owner of Typer, with `cli`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_cache_path, user_data_path

from bookbuild.cache import Cache
from bookbuild.choices import Flip, Grain, Output, PartOfBook
from bookbuild.production import Shop

PageList = Annotated[
    bool,
    typer.Option(
        " /--no-page-list", help="Leave printed pages out of the EPUB.", show_default=False
    ),
]
Printers = Annotated[
    list[str] | None,
    typer.Option(
        "--printer",
        metavar="NAME[,NAME…]",
        help="Make the print set for this printer; may be given several times.",
        show_default="the specification's",
    ),
]
Block = Annotated[
    float | None,
    typer.Option(
        "--block-mm",
        metavar="MM",
        min=0.5,
        max=150,
        help="The measured thickness of the bound leaves: the cover is made to fit it.",
    ),
]
Book = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help="The book's folder.", show_default="here"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="PATH", envvar="BOOKBUILD_STORE", help="The store's folder.",
        show_default="where the user's data are kept",
    ),
]  # fmt: skip
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", min=1, max=64, help="How many processes may work at once.",
        show_default="as many as there are processors",
    ),
]  # fmt: skip
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache", metavar="DIR", envvar="BOOKBUILD_CACHE", show_default="the user's",
        help="Where what was made is kept, so that only what changed is made again.",
    ),
]  # fmt: skip
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Make everything anew, and keep nothing.")
]
Printer = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Whose print set.", show_default="the specification's"),
]
ProofOut = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Where to.", show_default="DIR/build/SLUG-proof.html"
    ),
]
Pdf = Annotated[
    bool, typer.Option("--pdf", help="For comments on paper: two pages on a sheet of A4.")
]
Title = Annotated[str, typer.Option(help="The book's title.")]
Author = Annotated[str, typer.Option(help="The author's name.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="PDFs, of any origin.")]
Limits = Annotated[str, typer.Option(metavar="NAME", help="The printer whose limits hold.")]
Part = Annotated[PartOfBook, typer.Option(help="What the files are.")]
Typography = Annotated[
    bool,
    typer.Option("--typography", help="Measure word spaces, hyphens and page ends instead."),
]
Source = Annotated[
    Path, typer.Argument(metavar="FILE|DIR", help="A PDF of single pages, or a built book.")
]
Sheet = Annotated[str, typer.Option(help='Name or size of the sheet: A3+, SRA3, "330 x 487 mm".')]
Order = Annotated[
    str, typer.Option(metavar="TEXT", help="For the slug line.", show_default="the title")
]
SheetGrain = Annotated[
    Grain | None,
    typer.Option(help="The sheet's side that the fibres run along.", show_default="as needed"),
]
SheetFlip = Annotated[Flip, typer.Option(help="The edge that the sheet is turned about.")]
Gap = Annotated[
    float, typer.Option("--gap-mm", metavar="MM", min=0, max=100, help="Between pieces.")
]
Repeat = Annotated[
    bool, typer.Option("--repeat", help="The same leaf at every place: several books at once.")
]
Spine = Annotated[
    float | None,
    typer.Option(
        "--spine-mm", metavar="MM", min=0.1, max=150, help="FILE is a cover with this spine."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="The file to write; for a book, the folder.",
        show_default="FILE-imposed.pdf, DIR/build/SLUG-sheets",
    ),
]

Port = Annotated[
    int, typer.Option(metavar="N", min=0, max=65535, help="Of this machine; 0 takes any.")
]

CropMarks = Annotated[
    bool, typer.Option("--marks", help="Crop marks, and for the cover fold marks, off the bleed.")
]


Only = Annotated[
    list[Output] | None,
    typer.Option("--only", help="Write only this; may be given more than once."),
]


def shop(jobs: int | None, cache: Path | None, no_cache: bool) -> Shop:
    """Where work is done and kept, as it was asked for."""
    kept = Cache() if no_cache else Cache(cache or user_cache_path("bookbuild"))
    return Shop(kept, jobs or len(os.sched_getaffinity(0)))


def data_folder(given: Path | None, name: str) -> Path:
    """A folder as given, else where the user's data are kept."""
    return given or user_data_path("bookbuild") / name


def names(printers: Sequence[str] | None) -> tuple[str, ...]:
    """The printers that `--printer` names, each option perhaps several."""
    found = [name.strip() for given in printers or () for name in given.split(",")]
    return tuple(name for name in found if name)
