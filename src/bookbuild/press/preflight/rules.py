"""All rules in one tuple: the file's, then the pages', in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.press.preflight import (
    rules_boxes,
    rules_colour,
    rules_file,
    rules_fonts,
    rules_info,
    rules_intent,
    rules_print,
)
from bookbuild.press.preflight.model import Case, Rule
from bookbuild.press.preflight.painted import PageContent


def _ink(case: Case, content: PageContent) -> Iterator[str]:
    if case.profile is None:
        return
    part = case.profile.cover if case.part == "cover" else case.profile.interior
    found = round(content.total_ink * 100)
    if found > part.ink_limit:
        yield f"the inks add up to {found} %; the printer takes {part.ink_limit} %"


UNREADABLE = Rule("pdf-unreadable", "EEE", "ISO 32000-1, 7.5", "Export the file again.")
TOO_MUCH = Rule("pdf-too-much", "EEE", "house rule", "Export the file again, flattened.")
RULES = (
    UNREADABLE,
    TOO_MUCH,
    *rules_file.RULES,
    *rules_info.RULES,
    *rules_intent.RULES,
    *rules_boxes.RULES,
    *rules_colour.RULES,
    *rules_fonts.RULES,
    *rules_print.RULES,
    Rule("ink-total", "EEE", "the printer's profile", "Lighten the darkest colours.", on_page=_ink),
)
"""Every rule; its code is in `bookbuild.preflight_codes` and docs/preflight.md."""
BY_CODE = {rule.code: rule for rule in RULES}
