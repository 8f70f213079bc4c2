"""Arguments and options of commands, as Typer reads them. Owner of Typer, with `cli`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookbuild.press.imposition import Flip, Grain

NoPageList = Annotated[
    bool, typer.Option("--no-page-list", help="Leave the printed pages out of the EPUB.")
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
