"""Strict reading of TOML: text in, a frozen model or findings with file and line out.

Owner of tomllib, tree-sitter (line numbers) and pydantic (models). Unknown keys are refused
with the known ones listed, and all faults of a file are reported at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from typing import Annotated, Any, TypeVar, get_args, get_origin

import tree_sitter
import tree_sitter_toml
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from bookbuild.diagnostics import Diagnostic, Place, error
from bookbuild.textfile import is_control
from bookbuild.units import Length
from bookbuild.units import parse as parse_length

__all__ = [
    "AwareDatetime",
    "BeforeValidator",
    "Field",
    "LengthField",
    "Model",
    "Settings",
    "StringConstraints",
    "Text",
    "field_validator",
    "model_validator",
    "read",
    "read_json",
]

Path = tuple[str | int, ...]
_ADDRESS = "an address that begins with https://, any letter beside a to z encoded (%C3%A9)"
_SHAPES = {
    "slug": "lower-case letters, digits and hyphens: buku-saya",
    "layout": "lower-case letters, digits and hyphens",
    "printer": "lower-case letters, digits and hyphens",
    "statute": "lower-case letters, digits and hyphens",
    "language": "a language tag: id, en, en-GB",
    "identifier": "urn:uuid: and a UUID in small letters (uuidgen makes one), or urn:isbn: and "
    "13 digits",
    "currency": "three capital letters: IDR",
    "website": _ADDRESS,
    "report": _ADDRESS,
    "order_url": _ADDRESS,
}
"""What a text of a certain form looks like, by the last part of its key."""
_SAID_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_TOML = tree_sitter.Language(tree_sitter_toml.language())


class Settings(BaseModel):
    """A settings table: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True
    )


def _length(value: object) -> object:
    if isinstance(value, str):
        return parse_length(value)
    if isinstance(value, Length):
        return value
    raise ValueError("a length is a text with its unit, such as “150 mm”")


LengthField = Annotated[
    Length, BeforeValidator(_length), PlainSerializer(lambda length: f"{length.mm:g} mm")
]
"""A length, written in TOML as a text with its unit."""


def _clean(text: str) -> str:
    """Composed (NFC), and without the control characters that escapes bring in; ValueError."""
    for char in text:
        if is_control(char):
            raise ValueError(f"control character U+{ord(char):04X}: delete it")
    return unicodedata.normalize("NFC", text)


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_clean)
]
"""A text that says something: never empty."""

Model = TypeVar("Model", bound=Settings)


def read(
    model: type[Model], text: str, file: str, first_line: int = 1
) -> tuple[Model | None, tuple[Diagnostic, ...]]:
    """Read `text` as TOML into `model`; `file` and `first_line` locate the findings.

    Returns the model and no findings, or None and every fault found.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        said, line = _SAID_WHERE.sub("", str(fault)), _line_of_fault(text, str(fault))
        place = Place(file, line + first_line - 1)
        return None, (error("spec-syntax", f"not valid TOML: {said}", place, "see toml.io"),)
    try:
        return model.model_validate(_frozen(data)), ()
    except ValidationError as faults:
        lines = _line_numbers(text)
        return None, tuple(
            _translate(dict(fault), model, file, lines, first_line) for fault in faults.errors()
        )


def read_json(model: type[Model], data: bytes) -> tuple[Model | None, tuple[tuple[str, str], ...]]:
    """Read JSON into `model`; or None and every fault: where, as a JSON Pointer, and what."""
    try:
        return model.model_validate_json(data), ()
    except ValidationError as faults:
        found = (_pointed(dict(fault)) for fault in faults.errors(include_url=False))
        return None, tuple(found)


def _pointed(fault: dict[str, Any]) -> tuple[str, str]:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in fault["loc"])
    said = str(fault["msg"]).removeprefix("Value error, ")
    return "".join(f"/{part}" for part in parts), said


def _frozen(value: Any) -> Any:
    """`value` with every TOML array as a tuple, which a strict frozen model asks for."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


def _translate(
    fault: dict[str, Any], model: type[Settings], file: str, lines: dict[Path, int], first: int
) -> Diagnostic:
    path: Path = tuple(fault["loc"])
    place = Place(file, _line(path, lines) + first - 1)
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    match fault["type"]:
        case "extra_forbidden":
            known = _known_keys(model, path[:-1])
            close = difflib.get_close_matches(str(path[-1]), known, n=1)
            hint = f"did you mean “{close[0]}”? " if close else ""
            hint += "known keys here: " + ", ".join(known)
            return error("spec-unknown-key", f"unknown key “{name}”", place, hint)
        case "missing":
            return error("spec-missing-key", f"“{name}” is missing", place, f"add {path[-1]} = …")
        case "string_pattern_mismatch":
            wanted = _SHAPES.get(str(path[-1]), "")
            return error(
                "spec-value", f"“{name}”: “{fault['input']}” has the wrong form", place, wanted
            )
        case "datetime_type" | "datetime_parsing" | "datetime_from_date_parsing" | "timezone_aware":
            hint = "write day and time in UTC, without quotes: 2026-11-24T08:00:00Z"
            return error("spec-value", f"“{name}” is no point in time", place, hint)
        case "date_type" | "date_parsing" | "date_from_datetime_parsing":
            hint = "write the day, without quotes: 2026-02-05"
            return error("spec-value", f"“{name}” is no date", place, hint)
        case "string_too_short":
            return error("spec-value", f"“{name}” is empty", place, "write it, or take it out")
        case "int_type" | "int_from_float" | "int_parsing":
            hint = "write it without quotes and without a point: 3"
            return error("spec-value", f"“{name}” is no whole number", place, hint)
        case "model_type" | "model_attributes_type":
            hint = f"write it as a table: [{name}], with each key on a line of its own"
            return error("spec-value", f"“{name}” is no table", place, hint)
        case _:
            said = str(fault["msg"]).removeprefix("Value error, ")
            return error("spec-value", f"“{name}”: {said}" if name else said, place)


def _known_keys(model: type[Settings], path: Path) -> list[str]:
    current: Any = model
    for part in path:
        if _is_model(current):
            current = current.model_fields[part].annotation
        else:  # a table with keys of its own, or an array: its values
            current = get_args(current)[-1 if get_origin(current) is dict else 0]
        current = _settings_inside(current)
    return sorted(current.model_fields) if _is_model(current) else []


def _settings_inside(annotation: Any) -> Any:
    """The model inside `Model | None`, or the annotation itself."""
    if get_origin(annotation) in (dict, tuple):
        return annotation
    return next(filter(_is_model, get_args(annotation)), annotation)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _line(path: Path, lines: dict[Path, int]) -> int:
    """The line of `path`, or of the nearest table that holds it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _parse_tree(text: str) -> tree_sitter.Node:
    return tree_sitter.Parser(_TOML).parse(text.encode()).root_node


def _line_of_fault(text: str, said: str) -> int:
    """The first line that tree-sitter can't read either; if it reads all, what tomllib said."""
    pending = [_parse_tree(text)]
    found: list[int] = []
    while pending:
        node = pending.pop()
        if node.type == "ERROR" or node.is_missing:
            found.append(node.start_point[0] + 1)
        pending.extend(node.children)
    match = _SAID_WHERE.search(said)
    return min(found, default=int(match[1]) if match and match[1] else 1)


def _line_numbers(text: str) -> dict[Path, int]:
    """For every key of a valid TOML text, the line on which it stands."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    for node in _parse_tree(text).children:
        if node.type == "pair":
            _collect_pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            prefix = _key(node.children[1])
            if node.type == "table_array_element":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = (*prefix, counts[prefix])
            lines[prefix] = node.start_point[0] + 1
            for child in node.children:
                if child.type == "pair":
                    _collect_pair(child, prefix, lines)
    return lines


def _collect_pair(node: tree_sitter.Node, prefix: Path, lines: dict[Path, int]) -> None:
    path = prefix + _key(node.children[0])
    lines[path] = node.start_point[0] + 1
    _collect_value(node.children[-1], path, lines)


def _collect_value(node: tree_sitter.Node, path: Path, lines: dict[Path, int]) -> None:
    if node.type == "inline_table":
        for child in node.children:
            if child.type == "pair":
                _collect_pair(child, path, lines)
    elif node.type == "array":
        values = [child for child in node.children if child.is_named and child.type != "comment"]
        for index, child in enumerate(values):
            lines[(*path, index)] = child.start_point[0] + 1
            _collect_value(child, (*path, index), lines)


def _key(node: tree_sitter.Node) -> Path:
    if node.type == "dotted_key":
        return tuple(part for child in node.children if child.is_named for part in _key(child))
    return ((node.text or b"").decode().strip("\"'"),)
