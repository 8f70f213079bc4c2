"""The front cover as pixels: for the EPUB, and for shops.

In: the front as a PDF (`cover`). Out: `Pixels`, each rendered from the drawing, never enlarged.
"""

from __future__ import annotations

import math

from bookbuild.book.facts import Trim
from bookbuild.press.raster import Pixels, render_high, render_page

EMBEDDED_WIDTH = 1600
EMBEDDED_PIXELS = 4_000_000
"""Most that reading apps accept of a picture inside an EPUB (Apple's partner pages)."""
SHOP_HEIGHT = 2560
"""Amazon KDP's ideal (Kindle Publishing Guidelines, 4.2), more than any other shop asks for."""
SHOP_LEAST_WIDTH = 1400
"""Apple Books wants that much of the shorter side; only a very narrow book needs more height."""


def embedded_cover(front: bytes, trim: Trim) -> Pixels:
    """The front for the EPUB and the screen edition: `EMBEDDED_PIXELS` at most."""
    ratio = trim.width.pt / trim.height.pt
    return render_page(front, 0, min(EMBEDDED_WIDTH, int(math.sqrt(EMBEDDED_PIXELS * ratio)) - 1))


def shop_cover(front: bytes, trim: Trim) -> Pixels:
    """The front for shops in the trim's true proportions, `SHOP_HEIGHT` high."""
    if SHOP_HEIGHT * trim.width.pt < SHOP_LEAST_WIDTH * trim.height.pt:
        return render_page(front, 0, SHOP_LEAST_WIDTH)
    return render_high(front, 0, SHOP_HEIGHT)
