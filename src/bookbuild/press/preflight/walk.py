"""The walk through content streams: forms, patterns, Type 3 glyphs and soft masks, each once.

In: decoded streams and a table of what each operator does. It keeps the state, the resources in
force and the budget, and refuses forms that contain themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.drawing import Drawing
from bookbuild.press.preflight.painted import Box, PageContent
from bookbuild.press.preflight.reading import TooMuch, Unreadable, get, name
from bookbuild.press.preflight.spaces import Space, space_of
from bookbuild.press.preflight.state import (
    IDENTITY,
    Colour,
    Matrix,
    State,
    bounds,
    corners,
    multiply,
)
from bookbuild.press.preflight.tokens import operations
from bookbuild.press.preflight.typefaces import Typeface, typeface

MOST_OPERATORS = 30_000_000
"""In the whole file; a book of 1,000 full pages has about two million."""
_FORM = 200
"""What showing a form counts for, in operators, by the time it takes."""
DEEPEST = 20
"""Forms inside forms."""
_SILENT = {"BX", "EX", "MP", "DP", "BMC", "BDC", "EMC", "i", "j", "J", "M", "d", "d0", "d1"}
_WRONG = (ValueError, TypeError, IndexError, KeyError, OverflowError, ZeroDivisionError)


@dataclass(slots=True)
class Budget:
    """What may still be read of the whole file."""

    operators: int = field(default_factory=lambda: MOST_OPERATORS)
    content: int = 2 * 2**30
    """Bytes of content streams, decoded."""

    def take(self, operators: int, content: int = 0) -> None:
        """Count; raises TooMuch when nothing is left."""
        self.operators -= operators
        self.content -= content
        if self.operators < 0 or self.content < 0:
            raise TooMuch("the pages hold more operators than any book needs")


@dataclass(slots=True)
class Memory:
    """What is read once for the whole file: fonts, colour spaces, content of forms."""

    faces: dict[tuple[int, int], Typeface] = field(default_factory=dict)
    loose: list[Typeface] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    def face(self, font: Any) -> Typeface:
        """The typeface of a font dictionary."""
        key = reading.identity(font)
        if key is None:
            self.loose.append(typeface(font))
            return self.loose[-1]
        if key not in self.faces:
            self.faces[key] = typeface(font)
        return self.faces[key]

    def all_faces(self) -> list[Typeface]:
        """Every font of which something was shown, or chosen."""
        return [*self.faces.values(), *self.loose]


class Walk(Drawing):
    """The walk through one page."""

    def __init__(self, found: PageContent, memory: Memory, handlers: Mapping[str, Handler]) -> None:
        super().__init__(found)
        self._handlers = handlers
        self._memory = memory
        self._inside: list[tuple[int, int]] = []
        self._depth = 0
        self._once: set[tuple[Any, ...]] = set()
        self._spaces: dict[tuple[int, str], Space] = {}
        self._fonts: dict[tuple[int, str], Typeface] = {}
        self._kept: list[Any] = []
        """Direct objects whose id is a key above: they must not go away."""
        self.text: Matrix = IDENTITY
        self.line: Matrix = IDENTITY

    def run(self, content: bytes, resources: Any, state: State) -> None:
        """Follow one content stream."""
        self._memory.budget.take(0, len(content))
        outer, self.state, self.resources = (self.state, self.resources), state, resources
        self._kept.append(resources)
        stack: list[State] = []
        count = 0
        for operator, operands in operations(content):
            count += 1
            if count & 1023 == 0:
                self._memory.budget.take(1024)
            if operator == "q":
                if len(stack) > 1000:
                    raise TooMuch("graphics states are saved without end")
                stack.append(self.state.saved())
            elif operator == "Q":
                if stack:
                    self.state = stack.pop()
            else:
                self._do(operator, operands)
        self._memory.budget.take(count & 1023)
        self._kept.pop()
        self.state, self.resources = outer

    def _do(self, operator: str, operands: list[Any]) -> None:
        known = self._handlers.get(operator)
        if known is None:
            if operator not in _SILENT and len(self.found.operators) < 50:
                self.found.operators.add(operator[:20])
            return
        try:
            known(self, operands)
        except (Unreadable, RecursionError):
            self.fault("a part of the content can't be decoded")
        except TooMuch:
            raise
        except _WRONG:
            self.fault(f"the operator {operator.replace('*', '')} has wrong operands")

    def fault(self, message: str) -> None:
        """Note what kept a part from being read, once."""
        if message not in self.found.faults:
            self.found.faults.append(message)

    def space(self, named: str) -> Space:
        """The colour space of a name, from the resources in force."""
        key = (id(self.resources), named)
        if key not in self._spaces:
            made = reading.inline_colour_space(named, self.resources)
            self._spaces[key] = space_of(made, self.resources)
            self._kept.append(self.resources)
        return self._spaces[key]

    def font(self, named: str) -> Typeface | None:
        """The typeface of a name, from the resources in force."""
        key = (id(self.resources), named)
        if key not in self._fonts:
            font = get(get(self.resources, "/Font"), named)
            if font is None:
                return None
            self._fonts[key] = self._memory.face(font)
            self._kept.append(self.resources)
        self._fonts[key].seen.setdefault(self.found.number, set())
        return self._fonts[key]

    def take_face(self, font: Any) -> Typeface:
        """The typeface of a font dictionary, marked as used on this page."""
        face = self._memory.face(font)
        face.seen.setdefault(self.found.number, set())
        return face

    def shade(self, shading: Any, box: Box) -> None:
        """Note a shading and paint it over a box (8.7.4)."""
        if self.first("shading", shading):
            self.found.shadings.append(shading)
        space = space_of(get(shading, "/ColorSpace"), self.resources)
        self.paint("shading", box, Colour(space, None), stroke=False, picture=shading)

    def group(self, group: Any) -> None:
        """Note a transparency group and the space it blends in."""
        if group is not None and self.first("group", group):
            self.found.groups.append(group)
            if get(group, "/CS") is not None:
                self.use(space_of(get(group, "/CS"), self.resources))

    def first(self, what: str, item: Any) -> bool:
        """True when an object is met for the first time on this page."""
        key = (what, reading.identity(item) or id(item))
        if reading.identity(item) is None:
            self._kept.append(item)
        known = key in self._once
        self._once.add(key)
        return not known

    def form(self, form: Any, state: State, matrix: Matrix | None = None) -> None:
        """Follow a form, a pattern's cell or a mask's group."""
        key = reading.identity(form)
        if key in self._inside or self._depth >= DEEPEST:
            self.fault("a form contains itself" if key in self._inside else "forms nest too deep")
            return
        self._memory.budget.take(_FORM)
        own = reading.numbers(get(form, "/Matrix"))
        if matrix is None and len(own) == 6:
            state.matrix = multiply((own[0], own[1], own[2], own[3], own[4], own[5]), state.matrix)
        box = reading.box(get(form, "/BBox"))
        if box is not None:
            state.clip = self.within(bounds(corners(box), state.matrix), state.clip)
        resources = get(form, "/Resources")
        if self.first("form", form):
            self.found.forms.append(form)
        outer_depth, outer_points = self._depth, self.points
        self._depth, self.points = self._depth + 1, []
        if key is not None:
            self._inside.append(key)
        self.group(get(form, "/Group"))
        self.run(reading.decoded(form), self.resources if resources is None else resources, state)
        if key is not None:
            self._inside.pop()
        self._depth, self.points = outer_depth, outer_points

    def pattern(self, named: str, box: Box) -> None:
        """Follow a pattern that a shape of this box is painted with."""
        pattern = get(get(self.resources, "/Pattern"), named)
        if pattern is None:
            return
        shading = get(pattern, "/Shading")
        if shading is not None:
            self.shade(shading, box)
        elif reading.is_stream(pattern) and self.first("pattern", pattern):
            outer, self.fixed = self.fixed, box
            self.form(pattern, State(matrix=IDENTITY), IDENTITY)
            self.fixed = outer

    def glyphs(self, face: Typeface, codes: Sequence[int]) -> None:
        """Follow the glyphs of a Type 3 font, each once."""
        procedures = get(face.font, "/CharProcs")
        for proc in _procedures(face.font, procedures, codes):
            if self.first("glyph", proc):
                state = self.state.saved()
                state.face = None
                resources = get(face.font, "/Resources")
                if self._depth < DEEPEST:
                    self._depth += 1
                    content = reading.decoded(proc)
                    self.run(content, self.resources if resources is None else resources, state)
                    self._depth -= 1

    def mask(self, mask: Any) -> None:
        """Follow the group of a soft mask: it makes no ink, but has colours."""
        group = get(mask, "/G")
        if reading.is_stream(group) and self.first("mask", group):
            outer, self.unseen = self.unseen, True
            self.form(group, State(matrix=self.state.matrix))
            self.unseen = outer


def _procedures(font: Any, procedures: Any, codes: Sequence[int]) -> list[Any]:
    """The glyph procedures of codes, through /Differences."""
    names: dict[int, str] = {}
    code = 0
    for item in reading.array(get(get(font, "/Encoding"), "/Differences")):
        value = reading.number(item)
        if value is not None:
            code = int(value)
        elif name(item):
            names[code] = name(item)
            code += 1
    found = [get(procedures, names[code]) for code in sorted(set(codes)) if code in names]
    return [item for item in found if reading.is_stream(item)]


Handler = Callable[[Walk, list[Any]], None]
