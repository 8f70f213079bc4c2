"""What files are called where a name must be plain everywhere."""

from __future__ import annotations

import re
import unicodedata


def ascii_name(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"
