"""Preflight: is this PDF fit for the press?

In: the bytes of any PDF, and what is expected of it. Out: a `Preflight` with findings and facts.
The same bytes give the same answer: all limits count, none looks at a clock. A file that somebody
else made is better checked by `isolated`, which also limits memory and time.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.diagnostics import Severity
from bookbuild.press.preflight import reading
from bookbuild.press.preflight.case import case_of
from bookbuild.press.preflight.ink import Measured, page_inks, total_ink
from bookbuild.press.preflight.interpret import page_content
from bookbuild.press.preflight.model import (
    MM,
    Case,
    Expected,
    Facts,
    Finding,
    FontFact,
    Hit,
    PageBoxes,
    PageFact,
    PictureFact,
    Preflight,
    Rule,
)
from bookbuild.press.preflight.painted import Box, PageContent
from bookbuild.press.preflight.rules import BY_CODE, RULES, TOO_MUCH, UNREADABLE
from bookbuild.press.preflight.rules_print import smallest, thinnest

_MOST_MESSAGES = 12
"""Different messages of one rule that are told."""
_MOST_PICTURES = 5_000
_NOTHING = Expected()
Found = dict[tuple[str, str], list[int]]
"""Pages by code and message."""


def check(data: bytes, expected: Expected = _NOTHING) -> Preflight:
    """Apply every rule to a file."""
    try:
        return _examine(case_of(reading.open_pdf(data), expected))
    except reading.Locked as fault:
        return _refused(BY_CODE["pdf-encrypted"], str(fault))
    except reading.TooMuch as fault:
        return _refused(TOO_MUCH, str(fault))
    except reading.Unreadable as fault:
        return _refused(UNREADABLE, str(fault))
    except MemoryError:
        return _refused(TOO_MUCH, "reading it takes more memory than any book")
    except reading.FOREIGN:
        return _refused(UNREADABLE, "its structure can't be followed")


def _refused(rule: Rule, message: str) -> Preflight:
    return Preflight((_finding(rule, Severity.ERROR, message, []),), None)


def _examine(case: Case) -> Preflight:
    found: Found = {}
    measured: Measured = {}
    pages: list[PageFact] = []
    pictures: list[PictureFact] = []
    lines: list[float] = []
    types: list[float] = []
    on_page = [rule for rule in RULES if rule.on_page and rule.severity(case.standard)]
    for boxes in case.pages:
        content = page_content(boxes.page, boxes.number, case.memory)
        content.total_ink = total_ink(content.visible(), measured)
        for rule in on_page:
            _note(found, rule, _on_page(rule, case, content))
        pages.append(_page_fact(boxes, content, measured))
        pictures += _picture_facts(content)[: _MOST_PICTURES - len(pictures)]
        lines += [width for width in (thinnest(content),) if width is not None]
        types += [size for size in (smallest(content),) if size is not None]
    for rule in RULES:
        if rule.on_file is not None and rule.severity(case.standard):
            _note(found, rule, rule.on_file(case))
    facts = Facts(
        case.standard, case.part, tuple(pages), _fonts(case), tuple(pictures),
        round(min(lines), 3) if lines else None, round(min(types), 2) if types else None,
    )  # fmt: skip
    return Preflight(tuple(_findings(case, found)), facts)


def _on_page(rule: Rule, case: Case, content: PageContent) -> Iterator[Hit]:
    for message in rule.on_page(case, content) if rule.on_page else ():
        yield Hit(message, content.number)


def _note(found: Found, rule: Rule, hits: Iterator[Hit]) -> None:
    for hit in hits:
        pages = found.setdefault((rule.code, hit.message), [])
        pages += [] if hit.page is None else [hit.page]


def _findings(case: Case, found: Found) -> Iterator[Finding]:
    """Findings in the order of the rules, the gravest first."""
    made: list[Finding] = []
    for rule in RULES:
        severity = rule.severity(case.standard)
        messages = [(text, pages) for (code, text), pages in found.items() if code == rule.code]
        if severity is None or not messages:
            continue
        for text, pages in messages[:_MOST_MESSAGES]:
            made.append(_finding(rule, severity, text, pages))
        if len(messages) > _MOST_MESSAGES:
            rest = sorted({page for _, pages in messages[_MOST_MESSAGES:] for page in pages})
            more = f"{len(messages) - _MOST_MESSAGES} more of this kind"
            made.append(_finding(rule, severity, more, rest))
    weight = list(Severity)
    yield from sorted(made, key=lambda finding: weight.index(finding.severity))


def _finding(rule: Rule, severity: Severity, message: str, pages: list[int]) -> Finding:
    unique = tuple(sorted(set(pages)))
    return Finding(rule.code, severity, message, unique, rule.remedy, rule.source)


def _page_fact(boxes: PageBoxes, content: PageContent, measured: Measured) -> PageFact:
    return PageFact(
        boxes.number,
        _mm(boxes.media or boxes.finished),
        _mm(boxes.outer),
        _mm(boxes.finished),
        page_inks(content.visible(), measured),
        round(content.total_ink * 100),
    )


def _mm(box: Box) -> tuple[float, float]:
    return round((box[2] - box[0]) / MM, 2), round((box[3] - box[1]) / MM, 2)


def _picture_facts(content: PageContent) -> list[PictureFact]:
    return [
        PictureFact(
            content.number, *item.painted_mm, (item.width, item.height), item.ppi, item.space[1:]
        )
        for item in content.pictures
    ]


def _fonts(case: Case) -> tuple[FontFact, ...]:
    shown = (face for face in case.memory.all_faces() if face.shown)
    facts = {
        (face.name, face.kind, face.embedded): FontFact(
            face.name[1:], face.kind[1:], face.embedded, face.subset, len(face.pages)
        )
        for face in shown
    }
    return tuple(facts[key] for key in sorted(facts))
