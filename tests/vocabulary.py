"""The vocabulary of schema.org, as `pydantic2-schemaorg` was made from its published form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import get_annotations
from typing import Any

ADDRESS = "https://schema.org/"
_PRIMITIVE = {"Text", "URL", "Date", "DateTime", "Integer", "Number", "Boolean"}


@cache
def kind(name: str) -> type:
    """A type of the vocabulary; ModuleNotFoundError where there is none of that name."""
    found: type = getattr(import_module(f"pydantic2_schemaorg.{name}"), name)
    return found


@cache
def properties(name: str) -> dict[str, set[str]]:
    """What is said of a thing of that type, its own and inherited, with the types of values."""
    known: dict[str, set[str]] = {}
    for base in kind(name).__mro__:
        for key, value in get_annotations(base).items():
            known.setdefault(key, set(re.findall(r"[A-Z]\w+", str(value))))
    return known


def faults(data: dict[str, Any], where: str = "") -> Iterator[str]:
    """What of JSON-LD isn't in the vocabulary, with the path to it."""
    name = data["@type"]
    for key, value in data.items():
        if key.startswith("@"):
            continue
        if key not in properties(name):
            yield f"{where}/{key}: no property of {name}"
            continue
        for item in value if isinstance(value, list) else [value]:
            yield from _value_faults(item, properties(name)[key], f"{where}/{key}")


def _value_faults(value: Any, wanted: set[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        names = {base.__name__ for base in kind(value["@type"]).__mro__}
        if not names & wanted:
            yield f"{where}: {value['@type']} is none of {sorted(wanted)}"
        yield from faults(value, where)
    elif isinstance(value, str) and value.startswith(ADDRESS):
        names = {base.__name__ for base in kind(value.removeprefix(ADDRESS)).__mro__}
        if not names & wanted:
            yield f"{where}: {value} is none of {sorted(wanted)}"
    elif isinstance(value, int) and not {"Integer", "Number", "StrictInt"} & wanted:
        yield f"{where}: a number, where {sorted(wanted)} is asked for"
    elif isinstance(value, str) and not _PRIMITIVE & wanted:
        yield f"{where}: a text, where {sorted(wanted)} is asked for"
