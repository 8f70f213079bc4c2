"""Pictures of a manuscript: found where the source names them, named anew for `gambar/`.

In: what a source calls a picture. Out: a name under ``manuscript/`` and, at the end, the bytes of
all of them. Nothing is fetched from the network, and nothing outside the source's folder is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from bookbuild import pictures

FOLDER = "gambar"
_DATA = re.compile(r"data:image/(\w+)[^,]*;base64,(.*)", re.DOTALL)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)


class Unusable(ValueError):
    """A picture that can't go into the book; the message says why."""


class Album:
    """The pictures of one import, each once; names are ASCII and unique."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}

    def add(self, target: str, folders: tuple[Path, ...]) -> str:
        """The name under ``manuscript/`` of the picture that the source calls `target`.

        Raises:
            Unusable: it is not there, or no picture that a book can print.
        """
        name, data = _find(target, folders)
        if data in self._names:
            return self._names[data]
        usable = pictures.as_jpeg_or_png(data)
        if usable is None:
            raise Unusable("it is no picture that can be read as JPEG or PNG")
        ending = ".jpg" if usable.startswith(b"\xff\xd8") else ".png"
        path = self._free(ascii_name(PurePosixPath(name).stem), ending)
        self.files[path] = usable
        self._names[data] = path
        return path

    def _free(self, stem: str, ending: str) -> str:
        path, number = f"{FOLDER}/{stem}{ending}", 1
        while path in self.files:
            number += 1
            path = f"{FOLDER}/{stem}-{number}{ending}"
        return path


def ascii_name(text: str, otherwise: str = "gambar") -> str:
    """A text as a file name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or otherwise


def _find(target: str, folders: tuple[Path, ...]) -> tuple[str, bytes]:
    if data := _DATA.match(target):
        try:
            return "gambar", base64.b64decode(data[2], validate=False)
        except binascii.Error:
            raise Unusable("its data is broken") from None
    if _REMOTE.match(target):
        raise Unusable("it lies on the network, which an import leaves alone")
    for folder in folders:
        for name in (target, unquote(target)):
            path = (folder / name).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                return path.name, path.read_bytes()
    raise Unusable("the file is not beside the manuscript")
