"""What is found on one page, kept by what the page shows.

In: a page of a file under examination. Out: a `PageAnswer`. An answer of an earlier build holds as
long as the page's digest and all that the rules of pages ask of a `Case` are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bookbuild.cache import NOTHING_KEPT, Cache, digest, made_by
from bookbuild.press.fingerprint import PagePrint, page_prints
from bookbuild.press.preflight import reading
from bookbuild.press.preflight.ink import Measured, page_inks, total_ink
from bookbuild.press.preflight.interpret import page_content
from bookbuild.press.preflight.model import Case, PageBoxes, PictureFact
from bookbuild.press.preflight.painted import PageContent
from bookbuild.press.preflight.rules import RULES
from bookbuild.press.preflight.rules_print import smallest, thinnest


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What rules found on a page, and what was measured there."""

    hits: tuple[tuple[str, str], ...]
    """Codes and messages."""
    inks: str
    total_ink: int
    """In percent."""
    pictures: tuple[PictureFact, ...]
    thinnest: float | None
    smallest: float | None
    shown: tuple[tuple[str, frozenset[int]], ...]
    """Which codes of which font, by the font's digest."""
    taken: tuple[int, int]
    """What the page took of the file's budget: operators, and bytes of content."""


def page_answers(case: Case, cache: Cache = NOTHING_KEPT) -> Iterator[PageAnswer]:
    """What is found on every page, in order.

    Raises:
        TooMuch: the file's budget is spent.
    """
    measured: Measured = {}
    if cache.folder is None:
        yield from (_examined(case, boxes, measured, {}) for boxes in case.pages)
        return
    about = _asked(case)
    for boxes, seen in zip(case.pages, page_prints(case.opened.data), strict=True):
        place = f"{boxes.number % 2} {boxes.number == len(case.pages)}"
        key = digest("preflight page", made_by(), about, place, seen.digest)
        answer: PageAnswer | None = cache.load(key)
        if answer is None:
            fonts = {number: font for font, number in seen.fonts.items()}
            answer = _examined(case, boxes, measured, fonts)
            if _tells_all(case, boxes, seen, answer):
                cache.save(key, answer)
        else:
            _recall(case, boxes, seen, answer)
        pictures = (replace(item, page=boxes.number) for item in answer.pictures)
        yield replace(answer, pictures=tuple(pictures))


def _asked(case: Case) -> str:
    """All that rules of pages ask of a case, but for the page itself and where it stands."""
    profile = "" if case.profile is None else case.profile.model_dump_json()
    icc = b"" if case.icc_stream is None else case.icc_stream.read_raw_bytes()
    expected = replace(case.expected, profile=None, pages=None)
    return digest(repr(expected), case.standard, case.part, profile, repr(case.gutter), icc)


def _examined(
    case: Case, boxes: PageBoxes, measured: Measured, fonts: dict[tuple[int, int], str]
) -> PageAnswer:
    budget = case.memory.budget
    before = budget.operators, budget.content
    content = page_content(boxes.page, boxes.number, case.memory)
    content.total_ink = total_ink(content.visible(), measured)
    on_page = [rule for rule in RULES if rule.on_page and rule.severity(case.standard)]
    shown = {
        fonts[number]: frozenset(face.seen[boxes.number])
        for number, face in case.memory.faces.items()
        if boxes.number in face.seen and number in fonts
    }
    return PageAnswer(
        tuple(
            (rule.code, message)
            for rule in on_page
            for message in (rule.on_page(case, content) if rule.on_page else ())
        ),
        page_inks(content.visible(), measured),
        round(content.total_ink * 100),
        tuple(_picture_facts(content)),
        thinnest(content),
        smallest(content),
        tuple(shown.items()),
        (before[0] - budget.operators, before[1] - budget.content),
    )


def _picture_facts(content: PageContent) -> Iterator[PictureFact]:
    for item in content.pictures:
        size = (item.width, item.height)
        yield PictureFact(content.number, *item.painted_mm, size, item.ppi, item.space[1:])


def _tells_all(case: Case, boxes: PageBoxes, seen: PagePrint, answer: PageAnswer) -> bool:
    """True when every font of the page can be found again by its digest."""
    used = sum(1 for face in case.memory.all_faces() if boxes.number in face.seen)
    return used == len(answer.shown) <= len(seen.fonts)


def _recall(case: Case, boxes: PageBoxes, seen: PagePrint, answer: PageAnswer) -> None:
    """Note in the file's memory what reading the page would have left there."""
    case.memory.budget.take(*answer.taken)
    for font, codes in answer.shown:
        face = case.memory.face(reading.numbered(case.opened, seen.fonts[font]))
        face.seen.setdefault(boxes.number, set()).update(codes)
