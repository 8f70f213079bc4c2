"""The citation engine's names, mended (see `csl_elements`)."""

from __future__ import annotations

from typing import Any

from citeproc import model
from citeproc.model import CitationStylesElement as Element
from citeproc.source import Name as EngineName

from bookbuild.citing.csl_elements import Cased, Quick, is_bibliography, tell
from bookbuild.citing.works import OTHERS


class Names(Quick, model.Names, Element):  # type: ignore[misc]
    """Names that stood in for a missing author aren't repeated; an author can be left out."""

    def process(
        self, item: Any, names_context: Any = None, context: Any = None, **kwargs: Any
    ) -> Any:
        layout = (self if context is None else context).get_layout()
        roles = self.get("variable").split()
        if item.get("bare") and not is_bibliography(layout) and self._names_authors():
            return None
        hidden = {
            role: item.reference.pop(role)
            for role in layout.repressed.get("names", ())
            if role in roles and role in item.reference
        }
        try:
            if hidden and not any(role in item.reference for role in roles):
                return tell(layout, None)
            shown = [role for role in roles if role in item.reference]
            tell(layout, shown)
            text = super().process(item, names_context, context, **kwargs)
            layout.repressed.setdefault("seen", []).extend(("names", role) for role in shown)
            return text
        finally:
            item.reference.update(hidden)

    def _names_authors(self) -> bool:
        """Says who wrote the work, be it by a substitute."""
        roles = [names.get("variable") for names in self.iter(self.tag)]
        return any("author" in role.split() for role in roles)


class Substitute(Quick, model.Substitute, Element):  # type: ignore[misc]
    """All that a substitute says is left out afterwards, macros included."""

    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        layout = (self if context is None else context).get_layout()
        outside = layout.repressed.pop("seen", [])
        text = super().render(item, context=context, **kwargs)
        seen = layout.repressed.pop("seen", [])
        if text:
            for kind, variable in seen:
                layout.repressed.setdefault(kind, []).append(variable)
        layout.repressed["seen"] = outside
        return text

    def add_to_repressed_list(self, child: Any, context: Any) -> None:
        """Said by `render`, variable by variable."""


class Name(Quick, model.Name, Element):  # type: ignore[misc]
    """Names that are written out though the style has initials; `and others` of BibTeX."""

    def get_option(self, name: str, context: Any = None, sort_options: Any = None) -> Any:
        if name == "initialize-with" and self._is_written_out(context):
            return None
        count = getattr(self, "known_names", None)
        if count and name in ("et-al-min", "et-al-use-first"):
            usual = super().get_option("et-al-min", context, sort_options)
            first = super().get_option("et-al-use-first", context, sort_options)
            short = usual and count >= usual
            return count if name == "et-al-min" else min(first, count) if short else count
        return super().get_option(name, context, sort_options)

    def _is_written_out(self, context: Any) -> bool:
        layout = (self if context is None else context).get_layout()
        for element in (self, layout.getparent(), self.get_root()):
            if element.get("initialize"):
                return bool(element.get("initialize") == "false")
        return False

    def process(self, item: Any, variable: str, context: Any = None, **kwargs: Any) -> Any:
        names = item.reference.get(variable, [])
        layout = (self if context is None else context).get_layout()
        given = item.reference.get("given_names")
        if given and variable in ("author", "editor") and not is_bibliography(layout):
            first = {**names[0], "family": f"{given} {names[0]['family']}"}
            first.pop("given", None)
            names = [EngineName(**first), *names[1:]]
        usual = item.reference.get(variable)
        item.reference[variable] = names
        try:
            return self._process_known(names, item, variable, context, **kwargs)
        finally:
            item.reference[variable] = usual

    def _process_known(
        self, names: Any, item: Any, variable: str, context: Any, **kwargs: Any
    ) -> Any:
        if len(names) < 2 or names[-1].get("literal") != OTHERS:
            return super().process(item, variable, context=context, **kwargs)
        if len(names) == 2:  # the engine never shortens a list of one
            item.reference[variable] = names[:1]
            text = super().process(item, variable, context=context, **kwargs)
            return text if isinstance(text, int) else f"{text} {self.et_al()}"
        self.known_names: int | None = len(names) - 1
        try:
            return super().process(item, variable, context=context, **kwargs)
        finally:
            self.known_names = None


class Name_Part(Cased, model.Name_Part, Element):  # type: ignore[misc]  # noqa: N801
    """A person of one name has no given name to format."""

    def format_part(self, given: Any, family: Any) -> Any:
        has = given if self.get("name") == "given" else family
        return super().format_part(given, family) if has else (given, family)
