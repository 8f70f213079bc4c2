"""Formulas: LaTeX as an author types it in, MathML out. Owner of latex2mathml."""

from __future__ import annotations

import re

from latex2mathml import exceptions
from latex2mathml.converter import convert

from bookbuild import xhtml

MATH = "{http://www.w3.org/1998/Math/MathML}math"


_FAULTS: tuple[type[Exception], ...] = (
    *(
        item
        for item in vars(exceptions).values()
        if isinstance(item, type) and issubclass(item, Exception)
    ),
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class BadFormula(ValueError):
    """A formula that can't be read; the message says why."""


def mathml(tex: str, *, display: bool) -> xhtml.Element:
    """The formula as a `math` element, its source kept as the text alternative.

    Raises:
        BadFormula: it is not LaTeX, or uses a command that nobody knows.
    """
    try:
        written = convert(tex, display="block" if display else "inline")
    except _FAULTS as fault:
        said = str(fault) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(fault).__name__).lower()
        raise BadFormula(said.removesuffix(" error")) from None
    root = xhtml.parse_document(written)
    for name in xhtml.elements(root, "{*}mi"):
        if (name.text or "").startswith("\\"):
            raise BadFormula(f"there is no command {name.text}")
    root.set("alttext", " ".join(tex.split()))
    return root
