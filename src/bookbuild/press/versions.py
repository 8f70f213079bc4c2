"""Versions of the page engine and of the text library under it, which isn't a Python package."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version

_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")


def versions() -> Mapping[str, str]:
    """Versions of the engine and of the text library under it; neither is loaded for that."""
    number = 0
    for name in _PANGO:
        with suppress(OSError):
            number = ctypes.CDLL(name).pango_version()
            break
    written = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return {"weasyprint": version("weasyprint"), "pango": written}
