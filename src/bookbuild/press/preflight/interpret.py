"""What one page paints, from its content streams and the operators' table.

In: a page. Out: a `PageContent`. Boxes of paths are those of their control points, boxes of text
reach from 0.2 of the type size below the baseline to 0.7 above, both cut to the box of the
clipping path: hardly ever smaller than what is seen.
"""

from __future__ import annotations

from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.operators import HANDLERS
from bookbuild.press.preflight.painted import PageContent
from bookbuild.press.preflight.reading import Unreadable, get
from bookbuild.press.preflight.state import State
from bookbuild.press.preflight.walk import Memory, Walk


def page_content(page: Any, number: int, memory: Memory) -> PageContent:
    """What one page paints.

    Raises:
        TooMuch: the file's budget is spent.
    """
    found = PageContent(number, page)
    walk = Walk(found, memory, HANDLERS)
    resources = reading.inherited(page, "/Resources")
    walk.group(get(page, "/Group"))
    try:
        parts = [reading.decoded(stream) for stream in reading.streams_of(page)]
        walk.run(b"\n".join(parts), resources, State())
    except Unreadable as fault:
        found.faults.append(str(fault))
    return found
