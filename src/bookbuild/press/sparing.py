"""How much a hyphen has to cost so that no more lines than allowed end in one.

In: a document's paragraphs as they were planned. Out: a factor for the cost of hyphens.
"""

from __future__ import annotations

from bookbuild.press.planner import Composer

_FACTORS = (1.0, 1.15, 1.3, 1.5, 1.8, 2.15)
"""What the cost of a hyphen is multiplied by where too many lines end in one."""


def hyphen_factor(composer: Composer) -> float:
    """How much more a hyphen has to cost so that a document has no more than it should; 1 if none.

    It is asked of the paragraphs as they were planned, before any was changed for its page.
    """
    plans = [plan for _, plan in composer.known.values() if plan is not None]
    most = composer.composition.most_hyphens / 100
    factor = 1.0
    for factor in _FACTORS:
        ended = [marks for plan in plans for marks in plan.marks(factor)]
        if sum(ended) <= most * len(ended) + 1:  # a short section may have one
            break
    return factor
