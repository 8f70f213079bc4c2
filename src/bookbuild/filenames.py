"""What files are called where a name must be plain everywhere."""

from __future__ import annotations

import re
import unicodedata


def ascii_name(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


OWN_DOCUMENTS = ("cover", "title", "imprint", "nav", "colophon", "closing")
"""Documents of an EPUB that no file of the manuscript brings."""


def document_stem(file: str) -> str:
    """What the EPUB's document of a file of the manuscript is called, unless others are so, too."""
    return ascii_name(file.removeprefix("manuscript/").removesuffix(".md"))
