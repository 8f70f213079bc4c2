"""The citation engine's elements, mended where they don't do what CSL 1.0.2 says.

Owner of citeproc-py, with `csl_names`, `csl_flow` and `csl`, which runs it. citeproc collects
the classes of its elements from the subclasses of `CitationStylesElement`; the ones here come
after its own, so they are the ones a style is made of. Each says what it mends.
"""

from __future__ import annotations

from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement as Element
from citeproc.source import LiteralDate, VariableError

from bookbuild.citing.csl_text import set_case
from bookbuild.citing.works import LEGAL


def tell(layout: Any, text: Any) -> Any:
    """Keep count of the variables asked for, and of those that said something."""
    if layout is None:  # within a date of the locale: the date itself tells
        return text
    held = layout.repressed
    held["asked"] = held.get("asked", 0) + 1
    held["said"] = held.get("said", 0) + bool(text)
    return text


class Cased:
    """Sets cases across markup and leaves `nocase` alone."""

    def case(self, text: Any, language: str | None = None) -> Any:
        how = self.get("text-case")  # type: ignore[attr-defined]
        return set_case(str(text), how, language or "") if how and text else text


class Quick:
    """Finds layout and macro without XPath."""

    def get_layout(self) -> Any:
        element: Any = self
        while element is not None and not isinstance(element, model.Layout):
            element = element.getparent()
        return element

    def get_macro(self, name: str) -> Any:
        root = self.get_root()  # type: ignore[attr-defined]
        known = root.__dict__.get("macros")
        if not isinstance(known, dict):
            known = {macro.get("name"): macro for macro in root.xpath_search("./cs:macro")}
            root.macros = known
        return known[name]


class Pages:
    """Page ranges: `3–12` is not shortened to `3–2`."""

    def _format_last_page(self, first: str, last: str) -> str:
        if len(first) != len(last) or len(first) < 3:
            return last
        return str(super()._format_last_page(first, last))  # type: ignore[misc]


def is_bibliography(layout: Any) -> bool:
    """True where entries are set, False where works are cited."""
    return isinstance(layout.getparent(), model.Bibliography)


class Text(Cased, Quick, Pages, model.Text, Element):  # type: ignore[misc]
    """Quotes inside quotes; what stood in for a missing author isn't said twice."""

    def _variable(self, item: Any, context: Any) -> Any:
        layout, variable = context.get_layout(), self.get("variable")
        if variable in layout.repressed.get("text", ()):
            return tell(layout, None)
        try:
            text = super()._variable(item, context)
        except VariableError:
            if variable != "year-suffix":
                tell(layout, None)
            raise
        tell(layout, text)
        if text:
            layout.repressed.setdefault("seen", []).append(("text", variable))
        return text

    def quote(self, string: Any) -> Any:
        if self.get("quotes", "false") != "true":
            return string
        terms = ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
        marks = [str(self.get_single_term(name=term)) for term in terms]
        text = str(string)
        for outer, inner in zip(marks[:2], marks[2:], strict=True):
            text = text.replace(outer, inner) if outer else text
        return marks[0] + text + marks[1]


class Label(Cased, Quick, model.Label, Element):  # type: ignore[misc]
    """No label for what isn't there."""

    def process(
        self, item: Any, variable: Any = None, plural: Any = None, context: Any = None, **kw: Any
    ) -> Any:
        if variable is None:
            named = self.get("variable")
            there = item.has_locator if named == "locator" else _has(item, named)
            if not there:
                raise VariableError
        return super().process(item, variable, plural, context=context, **kw)


class Group(Quick, model.Group, Element):  # type: ignore[misc]
    """Stays silent when every variable that it asks for is empty, in the branches it takes."""

    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        held = (self if context is None else context).get_layout().repressed
        asked, said = held.get("asked", 0), held.get("said", 0)
        output = []
        for child in self.iterchildren():
            passed = {"delimiter": self.get("delimiter", "")} if _is_choice(child) else {}
            try:
                text = child.render(item, context=context, **passed, **kwargs)
            except VariableError:
                continue
            if text is not None:
                output.append(text)
        if not output or (held.get("asked", 0) > asked and held.get("said", 0) == said):
            raise VariableError
        return self.join(output)


def _is_choice(element: Any) -> bool:
    return isinstance(element, model.Choose)


class Number(Cased, Quick, Pages, model.Number, Element):  # type: ignore[misc]
    """Ordinals that stand before the number: `ke-3`; variables with a hyphen in their name."""

    def process(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        variable = self.get("variable")
        layout = (self if context is None else context).get_layout()
        if variable == "locator":
            return tell(layout, super().process(item, context=context, **kwargs))
        named = "page" if variable == "page-first" else variable
        value = item.reference.get(named.replace("-", "_"))
        if tell(layout, value) is None:
            raise VariableError
        return self._process(value, variable)

    def format_number(self, number: Any) -> str:
        prefix = self.get_single_term(name="ordinal-prefix")
        if self.get("form") in ("ordinal", "long-ordinal") and str(number).isdigit() and prefix:
            return f"{prefix}{number}"
        if self.get("form") == "roman" and not 0 < len(str(number)) < 5:
            return str(number)
        return str(super().format_number(number))


class Date(Quick, model.Date, Element):  # type: ignore[misc]
    """A law whose title gives its year isn't dated again; no space is left behind."""

    def process(
        self,
        item: Any,
        variable: Any = None,
        show_parts: Any = None,
        context: Any = None,
        **kw: Any,
    ) -> Any:
        named = variable or self.get("variable")
        layout = (self if context is None else context).get_layout()
        date = item.reference.get(named.replace("-", "_"))
        if date is None or (named == "issued" and _is_dated_by_title(item.reference, date)):
            tell(layout, None)
            raise VariableError
        if isinstance(date, LiteralDate) and (self.get("date-parts") or "year")[:4] != "year":
            raise VariableError
        text = super().process(item, variable, show_parts, context, **kw)
        return tell(layout, text.rstrip() if isinstance(text, str) else text)

    def render_date_range(
        self, date_range: Any, show_parts: Any = None, context: Any = None
    ) -> Any:
        """A span that lies within what is shown, such as two months of one year, is one date."""
        if "end" not in date_range:
            return self.render_single_date(date_range.begin, show_parts, context)
        parts = list(show_parts or ("year", "month", "day"))
        begin = self.render_single_date(date_range.begin, list(parts), context)
        if begin == self.render_single_date(date_range.end, list(parts), context):
            return begin
        joins = context if isinstance(context, model.Delimited) else self
        text = super().render_date_range(date_range, parts, joins)
        return text if text is None else str(text).replace("– ", "–")


class Date_Part(Cased, model.Date_Part, Element):  # type: ignore[misc]  # noqa: N801
    """What one style's date says of its parts isn't kept for the next date."""

    def render(self, *args: Any, **kwargs: Any) -> Any:
        before = dict(self.attrib)
        try:
            return super().render(*args, **kwargs)
        finally:
            self.attrib.clear()
            self.attrib.update(before)


def _has(item: Any, variable: str) -> bool:
    return variable.replace("-", "_") in item.reference


def _is_dated_by_title(reference: Any, date: Any) -> bool:
    if reference.type not in LEGAL:
        return False
    said = f"{reference.get('title', '')} {reference.get('title_short', '')}"
    return str(date.get("year", "-")) in said
