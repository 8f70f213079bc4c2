"""The command that serves the order desk: parse, call, and hand what came of it to `console`.

Owner of Typer, with `cli`, which takes this module's command over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookbuild.commands.desk_options import DeskFolder, opened
from bookbuild.console import Progress, run
from bookbuild.errors import MissingLibrary, NoFile
from bookbuild.options import Quiet, StoreFolder
from bookbuild.outcome import Outcome


def add_to(app: typer.Typer) -> None:
    """Give the command line `serve`."""
    app.command("serve")(_serve)


def _serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Which port.")] = 8600,
    accel: Annotated[
        str,
        typer.Option(metavar="PREFIX", help="Let nginx send files: its inner address of blobs."),
    ] = "",
    secure: Annotated[
        bool, typer.Option("--secure", help="People come by https: mark cookies so.")
    ] = False,
    rate: Annotated[int, typer.Option(min=1, help="Requests a minute from one address.")] = 6000,
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="What “bookbuild catalogue” wrote, to serve under /."),
    ] = None,
    hooks_inside: Annotated[
        bool, typer.Option("--hooks-inside", help="Let webhooks lead into this network.")
    ] = False,
    desk: DeskFolder = None,
    store: StoreFolder = None,
    quiet: Quiet = False,
) -> None:
    """Serve the order desk: the API under /v1, and pages for printers and editors under /desk."""

    def work(progress: Progress) -> Outcome:
        if accel and not (accel.startswith("/") and accel.isascii() and accel.isprintable()):
            raise NoFile(f"--accel {accel}: an address inside nginx begins with /: /blobs")
        with opened(desk, store) as there:
            try:
                from bookbuild.counter.app import make_app, make_counter
                from bookbuild.counter.room import Terms
                from bookbuild.counter.serve import serve
            except ModuleNotFoundError as lacking:
                said = f"serving needs {lacking.name}: pip install 'bookbuild[desk]'"
                raise MissingLibrary(said) from None
            terms = Terms(accel.rstrip("/"), secure, rate, catalogue, hooks_inside)
            serve(make_app(make_counter(there, terms)), host, port)
        return Outcome((), {}, [])

    run(work, quiet, as_json=False)
