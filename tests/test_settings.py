"""Strict settings: every fault at once, each with its line and what would be right."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.settings import LengthField, Settings, read


class Inner(Settings):
    width: LengthField
    kind: Literal["a", "b"] = "a"


class Outer(Settings):
    name: str
    count: int = 1
    inner: Inner | None = None
    rows: tuple[Inner, ...] = ()


def test_unknown_keys_are_refused_with_the_known_ones_and_the_nearest() -> None:
    model, faults = read(Outer, 'nam = "x"\nname = "y"\n', "book.toml")
    assert model is None
    (fault,) = faults
    assert (fault.code, str(fault.place)) == ("spec-unknown-key", "book.toml:1")
    assert "did you mean “name”?" in fault.hint
    assert "count, inner, name, rows" in fault.hint


def test_an_unknown_key_of_a_nested_table_lists_that_tables_keys() -> None:
    _, faults = read(Outer, 'name = "x"\n[[rows]]\nwidth = "1 mm"\nhigh = 3\n', "f")
    (fault,) = faults
    assert str(fault.place) == "f:4"
    assert "known keys here: kind, width" in fault.hint


def test_all_faults_are_told_at_once_each_with_its_line() -> None:
    text = '\ncount = "two"\n[inner]\nwidth = "wide"\nkind = "c"\n'
    _, faults = read(Outer, text, "f")
    assert [(fault.code, str(fault.place)) for fault in faults] == [
        ("spec-missing-key", "f:1"),
        ("spec-value", "f:2"),
        ("spec-value", "f:4"),
        ("spec-value", "f:5"),
    ]


def test_a_fault_in_the_second_of_many_tables_is_found_there() -> None:
    text = 'name = "x"\n[[rows]]\nwidth = "1 mm"\n\n[[rows]]\nwidth = 3\n'
    _, (fault,) = read(Outer, text, "f")
    assert str(fault.place) == "f:6"


def test_invalid_toml_is_told_with_its_line() -> None:
    _, (fault,) = read(Outer, 'name = "x"\ncount = = 1\n', "f")
    assert (fault.code, str(fault.place)) == ("spec-syntax", "f:2")


def test_a_models_lines_may_begin_further_down_the_file() -> None:
    _, (fault,) = read(Outer, 'name = "x"\nbad = 1\n', "f", first_line=10)
    assert str(fault.place) == "f:11"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    model, faults = read(Outer, text, "f")
    assert (model is None) == bool(faults)


KEYS = st.sampled_from(["name", "count", "inner", "rows", "width", "kind", "x.y", '"q"'])
VALUES = st.sampled_from(
    ['"x"', "1", "1.5", "true", "[1, {a = 2}]", "{width = '1 mm'}", "''", "{}"]
)


@given(
    st.lists(st.tuples(st.sampled_from(["", "[inner]\n", "[[rows]]\n"]), KEYS, VALUES), max_size=6)
)
def test_no_table_makes_the_reader_fall_over(rows: list[tuple[str, str, str]]) -> None:
    text = "".join(f"{table}{key} = {value}\n" for table, key, value in rows)
    model, faults = read(Outer, text, "f")
    assert (model is None) == bool(faults)
    assert all(fault.place and fault.place.line for fault in faults)


@pytest.mark.parametrize("value", ["3", "true", '"3 ells"'])
def test_a_length_needs_its_unit(value: str) -> None:
    _, (fault,) = read(Inner, f"width = {value}\n", "f")
    assert "mm" in fault.message
