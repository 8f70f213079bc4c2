"""Preflight: is this PDF fit for the press?

In: the bytes of any PDF, and what is expected of it. Out: a `Preflight` with findings and facts.
The same bytes give the same answer: all limits count, none looks at a clock. A file that somebody
else made is better checked by `isolated`, which also limits memory and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.diagnostics import Severity
from bookbuild.press.preflight import reading
from bookbuild.press.preflight.case import case_of
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
from bookbuild.press.preflight.pages import PageAnswer, page_answers
from bookbuild.press.preflight.painted import Box
from bookbuild.press.preflight.rules import BY_CODE, RULES, TOO_MUCH, UNREADABLE

_MOST_MESSAGES = 12
"""Different messages of one rule that are told."""
_MOST_PICTURES = 5_000
_NOTHING = Expected()
Found = dict[tuple[str, str], list[int]]
"""Pages by code and message."""


def check(data: bytes, expected: Expected = _NOTHING, cache: Cache = NOTHING_KEPT) -> Preflight:
    """Apply every rule to a file; a `cache` is for files of our own making alone."""
    try:
        return _examine(case_of(reading.open_pdf(data), expected), cache)
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


def _examine(case: Case, cache: Cache) -> Preflight:
    found: Found = {}
    answers = tuple(page_answers(case, cache))
    pictures: list[PictureFact] = []
    for number, answer in enumerate(answers, 1):
        for code, message in answer.hits:
            _note(found, code, Hit(message, number))
        pictures += answer.pictures[: _MOST_PICTURES - len(pictures)]
    for rule in RULES:
        if rule.on_file is not None and rule.severity(case.standard):
            for hit in rule.on_file(case):
                _note(found, rule.code, hit)
    facts = Facts(
        case.standard,
        case.part,
        tuple(map(_page_fact, case.pages, answers)),
        _fonts(case),
        tuple(pictures),
        _least((answer.thinnest for answer in answers), 3),
        _least((answer.smallest for answer in answers), 2),
    )
    return Preflight(tuple(_findings(case, found)), facts)


def _least(found: Iterable[float | None], digits: int) -> float | None:
    known = [value for value in found if value is not None]
    return round(min(known), digits) if known else None


def _note(found: Found, code: str, hit: Hit) -> None:
    pages = found.setdefault((code, hit.message), [])
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


def _page_fact(boxes: PageBoxes, answer: PageAnswer) -> PageFact:
    return PageFact(
        boxes.number,
        _mm(boxes.media or boxes.finished),
        _mm(boxes.outer),
        _mm(boxes.finished),
        answer.inks,
        answer.total_ink,
    )


def _mm(box: Box) -> tuple[float, float]:
    return round((box[2] - box[0]) / MM, 2), round((box[3] - box[1]) / MM, 2)


def _fonts(case: Case) -> tuple[FontFact, ...]:
    shown = (face for face in case.memory.all_faces() if face.shown)
    facts = {
        (face.name, face.kind, face.embedded): FontFact(
            face.name[1:], face.kind[1:], face.embedded, face.subset, len(face.seen)
        )
        for face in shown
    }
    return tuple(facts[key] for key in sorted(facts))
