"""What `bookbuild catalogue --for SHOP` answers, as an `Outcome`. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bookbuild.catalogue.packing import Examine, Package, pack, proved
from bookbuild.catalogue.publishing import publish_catalogue
from bookbuild.catalogue.shelf import Catalogue, Site, checked
from bookbuild.catalogue.shops import Shop, load_shop
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.errors import BookFaults, ExitCode, NoFile
from bookbuild.folders import layout_folders
from bookbuild.outcome import Outcome
from bookbuild.store.editions import open_store

Progress = Callable[[str], None]


def packed(
    store: Path,
    to: Path,
    name: str,
    editions: Sequence[str],
    address: str,
    examine: Examine,
    progress: Progress,
) -> Outcome:
    """Packages for the shop called `name` in the folder of that name below `to`.

    `editions`: names, all that are for sale where none is given. `examine`: who looks at each EPUB
    before it is packed. The folder is exchanged in one step, and holds this run's packages alone.

    Raises:
        NoFile: no store, or an edition isn't for sale, or the folder holds something else.
        BookFaults: the shop is unknown, or no package could be made; nothing was written.
        BookbuildError: a file of an edition is damaged, or the disk is full.
    """
    site = Site(checked(address))
    name = Path(name).name
    shop = load_shop(layout_folders(Path()), name)
    kept = open_store(store)
    progress("reading the editions")
    titles = _wanted(read_titles(kept, draft=False), editions)
    made = []
    for title in titles:
        progress(f"packing {title.edition.name}")
        made.append(proved(pack(title, shop, site), examine))
    findings = tuple(finding for package in made for finding in package.findings)
    whole = [package for package in made if package.files]
    if not whole:
        raise BookFaults(findings)
    progress("writing")
    files = tuple(file for package in whole for file in package.files)
    folder = to / name
    publish_catalogue(Catalogue(files), kept, folder)
    code = ExitCode.OK if len(whole) == len(made) else ExitCode.NOT_FOR_PRINT
    return Outcome(findings, _record(shop, folder, made), list(_lines(shop, folder, made)), code)


def _wanted(titles: tuple[Title, ...], editions: Sequence[str]) -> tuple[Title, ...]:
    """The titles that are named; all of them where none is."""
    known = {str(title.edition.name): title for title in titles}
    if not known:
        raise NoFile("no edition in the store is for sale; “bookbuild approve” opens one")
    sold = ", ".join(known)
    for name in editions:
        if name not in known:
            raise NoFile(f"{name} isn't the edition for sale of a book; for sale: {sold}")
    return tuple(known[name] for name in dict.fromkeys(editions)) if editions else titles


def _record(shop: Shop, folder: Path, made: Sequence[Package]) -> dict[str, object]:
    packages = [
        {"edition": str(item.title.edition.name), "files": [file.path for file in item.files]}
        for item in made
    ]
    return {"shop": shop.name, "route": shop.route, "folder": str(folder), "packages": packages}


def _lines(shop: Shop, folder: Path, made: Sequence[Package]) -> list[str]:
    stopped = [str(package.title.edition.name) for package in made if not package.files]
    count = len(made) - len(stopped)
    packages = "1 package" if count == 1 else f"{count} packages"
    lines = [f"{packages} for {shop.name} written to {folder}"]
    if stopped:
        lines.append(f"not made, for the errors above: {', '.join(stopped)}")
    return [*lines, f"route: {shop.route}"]
