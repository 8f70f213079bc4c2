"""A QR code as vectors: one path of squares. Owner of segno.

In: a text, an address or a number. Out: an SVG with the quiet zone around the code (ISO/IEC
18004, 6.3.8), the same for the same text.
"""

from __future__ import annotations

import io

import segno

QUIET = 4
"""Modules that stay white around the code."""
_MOST = 512
"""Characters: a denser code is not read from paper by the phone of a busy man."""


def qr_svg(text: str) -> str:
    """The code of `text`, which survives a thumbprint (level M), as a drawing of one unit a module.

    Raises:
        ValueError: the text is empty or too long for a code that is read from paper.
    """
    if not 0 < len(text) <= _MOST:
        raise ValueError(f"a QR code holds 1 to {_MOST} characters; these are {len(text)}")
    code = segno.make(text, error="m", micro=False, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=QUIET, xmldecl=False, omitsize=True)
    return out.getvalue().decode("ascii")
