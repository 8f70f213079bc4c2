"""Where the files of layouts are looked for."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

FOLDER = "layouts"
"""In a book's folder, and in the package."""


def layout_folders(book: Path) -> tuple[Path, ...]:
    """The folders in which layouts are looked for: the book's, then the default ones."""
    own = book / FOLDER
    default = _default_folder()
    if own.is_dir() and own.resolve() != default.resolve():
        return own, default
    return (default,)


def _default_folder() -> Path:
    """The layouts of the installed package, or of the checkout it is developed in."""
    packaged = Path(str(resources.files("bookbuild"))) / FOLDER
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / FOLDER
