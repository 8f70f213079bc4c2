"""The citation engine's conditions, order and layout, mended (see `csl_elements`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement as Element

from bookbuild.citing.csl_elements import Quick, is_bibliography
from bookbuild.citing.csl_text import folded, marked, without_marks

_NUMERIC = re.compile(r"[A-Za-z]*\d+[A-Za-z]*(\s*[-–—,&]\s*[A-Za-z]*\d+[A-Za-z]*)*")


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in a work; equal to another when both mean the same (citeproc's never are)."""

    label: str
    identifier: str


class _Tests:
    """Conditions: `disambiguate`, numeric locators, and positions."""

    def _is_numeric(self, item: Any) -> list[bool]:
        found = []
        for name in self.get("is-numeric").split():  # type: ignore[attr-defined]
            if name == "locator":
                value = item.locator.identifier if item.has_locator else ""
            else:
                value = item.reference.get(name.replace("-", "_"), "")
            found.append(_NUMERIC.fullmatch(without_marks(str(value)).strip()) is not None)
        return found

    def _locator(self, item: Any) -> list[bool]:
        label = item.locator.label if item.has_locator else None
        return [name == label for name in self.get("locator").split()]  # type: ignore[attr-defined]

    def _position(self, item: Any, context: Any) -> list[bool]:
        element: Any = self if context is None else context
        layout = element.get_layout()
        asked = self.get("position").split()  # type: ignore[attr-defined]
        if is_bibliography(layout):
            return [False for _ in asked]
        held = _positions(item, layout.getparent())
        return [position in held for position in asked]


def _positions(item: Any, citation: Any) -> set[str]:
    """Every position that `item` has after the cites that came before it."""
    cites = citation.cites
    if all(cite.key != item.key for cite in cites):
        return {"first"}
    held = {"subsequent"}
    last = cites[-1]
    if last.key == item.key and (last.citation is item.citation or len(last.citation.cites) == 1):
        mine, theirs = item.get("locator"), last.get("locator")
        if mine == theirs:
            held.add("ibid")
        elif mine is not None:
            held |= {"ibid", "ibid-with-locator"}
    near = int(citation.get("near-note-distance", 5))
    recent = {cite.citation.number for cite in cites if cite.key == item.key}
    if item.citation.number - max(recent) <= near:
        held.add("near-note")
    return held


class If(_Tests, Quick, model.If, Element):  # type: ignore[misc]
    """With `_Tests`."""

    def render(self, item: Any, context: Any = None, delimiter: str = "", **kw: Any) -> Any:
        held: list[bool] = []
        if self.get("disambiguate"):
            held.append(bool(item.reference.get("is_ambiguous")))
        for name in ("type", "variable", "is-numeric", "is-uncertain-date", "locator"):
            if self.get(name):
                held += getattr(self, f"_{name.replace('-', '_')}")(item)
        if self.get("position"):
            held += self._position(item, context)
        match = self.get("match", "all")
        if not (any(held) if match == "any" else all(held) if match == "all" else not any(held)):
            raise model.ConditionFailed
        return self.render_children(item, context=context, delimiter=delimiter, **kw)


class Else_If(If, Element):  # type: ignore[misc]  # noqa: N801
    """As `If`."""


class Key(Quick, model.Key, Element):  # type: ignore[misc]
    """Sorts by letters: without accents, marks, and quotes before the first."""

    def sort_keys(self, items: Any, context: Any) -> Any:
        keys = super().sort_keys(items, context)
        return [folded(str(key)) if key is not None else None for key in keys]


class Layout(Quick, model.Layout, Element):  # type: ignore[misc]
    """Cites stand as the author wrote them, unless the style sorts them."""

    def render_citation(self, citation: Any, callback: Any) -> str:
        cites = list(citation.cites)
        self.repressed: dict[str, list[Any]] = {}
        if self.getparent().sort is not None and not any(
            cite.get("prefix") or cite.get("suffix") for cite in cites
        ):
            cites = self.getparent().sort.sort(cites, self)
        return str(self.format(self.wrap(self._joined(cites, callback))))

    def render_bibliography(self, items: Any) -> list[str]:
        texts = []
        for item in items:
            self.repressed = {}
            text = self.format(self.wrap(self.render_children(item)) or "")
            texts.append(str(text or item.reference.get("title", "?")))
        return texts

    def _joined(self, cites: Any, callback: Any) -> str:
        citation = self.getparent()
        groups = str(citation.get("collapse", "")).startswith("year")
        text, previous = "", None
        for item in cites:
            self.repressed = {}
            again = groups and previous is not None and _same_authors(previous, item)
            if again:
                item["bare"] = True
            said = str(self.render_children(item) or "") or callback(item)
            said = f"{item.get('prefix', '')}{said}{item.get('suffix', '')}"
            gap = citation.get("cite-group-delimiter", ", ") if again else self.get("delimiter", "")
            text = f"{text}{gap}{said}" if previous is not None else said
            citation.cites.append(item)
            previous = item
        return text


def _same_authors(one: Any, other: Any) -> bool:
    """True for two cites of which the second needs its year only."""
    if any(other.get(part) or one.get(part) for part in ("prefix", "suffix", "locator")):
        return False
    authors = one.reference.get("author")
    return bool(authors) and authors == other.reference.get("author") and not other.get("bare")


class Formatter:
    """citeproc's seam for output: marks, and no escaping before the end."""

    Italic = Oblique = staticmethod(lambda text: marked("em", str(text)))
    Bold = staticmethod(lambda text: marked("strong", str(text)))
    Light = Underline = staticmethod(lambda text: str(text))
    Superscript = staticmethod(lambda text: marked("sup", str(text)))
    Subscript = staticmethod(lambda text: marked("sub", str(text)))
    SmallCaps = staticmethod(lambda text: marked("small-caps", str(text)))
    preformat = staticmethod(str)
