"""The catalogue's folder under /, for readers, shops and reading apps: no login, nothing to write.

In: the folder that `bookbuild catalogue` writes. Out: its files, each with the media type and the
headers that its readers need.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_ATOM = "application/atom+xml;profile=opds-catalog"
_MEDIA_TYPES = (
    ("opds/books/", ".json", "application/opds-publication+json"),
    ("opds", ".json", "application/opds+json"),
    ("opds/", ".xml", f"{_ATOM};kind=acquisition"),
    ("opds", ".xml", f"{_ATOM};kind=navigation"),
    ("", ".epub", "application/epub+zip"),
    ("", ".woff2", "font/woff2"),
)
"""By the beginning and end of a path, the first that fits; others have the usual one."""
_FOR_GOOD = "public, max-age=31536000, immutable"
"""What is below files/ never changes."""
_HEADERS = {
    "cache-control": "public, no-cache",
    "access-control-allow-origin": "*",  # reading apps in a browser
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'",
}


class Shelf(StaticFiles):
    """The catalogue's files; the one that is served may be exchanged while this runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self.folder = folder

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The file at `path` of the catalogue that is served now, and its facts.

        The link is followed once: size and bytes are of one catalogue, though it be exchanged
        before the file is opened.
        """
        served = self.folder.resolve()
        file = (served / path).resolve()
        if not file.is_relative_to(served):
            return "", None
        try:
            return str(file), file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return "", None

    async def check_config(self) -> None:
        """The folder may be made later; until then nothing is found."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file, with its headers."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        path = self.get_path(scope)
        response.headers.update(_HEADERS)
        if path.startswith("files/"):
            response.headers["cache-control"] = _FOR_GOOD
        for beginning, ending, media_type in _MEDIA_TYPES:
            if path.startswith(beginning) and path.endswith(ending):
                response.headers["content-type"] = media_type
                break
        return response
