"""`bookbuild catalogue`: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`; `store` takes this module's command over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookbuild.console import Progress, run
from bookbuild.diagnostics import Diagnostic
from bookbuild.errors import NoFile
from bookbuild.options import Json, Quiet, StoreFolder, data_folder
from bookbuild.outcome import Outcome

Editions = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[EDITION]…", help="With --for: which books.", show_default="all that are for sale"
    ),
]
For = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="SHOP", help="Pack the EPUBs for kobo, google, apple or kdp instead."
    ),
]
To = Annotated[
    Path | None,
    typer.Option(
        "--to", metavar="FOLDER", help="Where the catalogue is served.",
        show_default="catalogue; with --for, shops",
    ),
]  # fmt: skip
Draft = Annotated[
    bool, typer.Option("--draft", help="Show what isn't for sale too, marked so, without offers.")
]
Address = Annotated[
    str,
    typer.Option(
        metavar="https://…", help="Where readers find it.", show_default="links stay relative"
    ),
]


def add_to(app: typer.Typer) -> None:
    """Give the command line the command."""
    app.command("catalogue")(_catalogue)


def _catalogue(
    editions: Editions = None,
    shop: For = None,
    to: To = None,
    address: Address = "",
    draft: Draft = False,
    store: StoreFolder = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write what shops, libraries, reading apps and readers are to know of the books for sale.

    Pages, ONIX, OPDS and what they point at, in a folder that any web server can serve. It takes
    the place of the last one in one step. What the specifications don't give is left out and told.
    With --for, packages for a shop instead, as far as its rules let the books pass.
    """

    def work(progress: Progress) -> Outcome:
        from bookbuild.catalogue.answer import written
        from bookbuild.catalogue.packages import packed
        from bookbuild.ebook.epubcheck import check_epub

        kept = data_folder(store, "store")
        if shop is not None:
            if draft:
                raise NoFile("--draft doesn't go with --for: shops get what is for sale")
            where = to or Path("shops")

            def examine(epub: bytes, name: str) -> tuple[Diagnostic, ...]:
                return check_epub(epub, name).findings

            return packed(kept, where, shop, editions or (), address, examine, progress)
        if editions:
            raise NoFile(f"{editions[0]}: editions are named for a shop: --for NAME")
        return written(kept, to or Path("catalogue"), address, progress, draft=draft)

    run(work, quiet, as_json)
