import pytest

from bookbuild import units


def test_a_length_reads_back_in_the_unit_it_was_given_in() -> None:
    assert units.mm(150).mm == 150
    assert units.cm(15).mm == 150
    assert units.inch(1).mm == 25.4
    assert units.pt(72).mm == 25.4


def test_fifteen_centimetres_are_425_197_points() -> None:
    assert units.parse("15 cm").css == "425.197pt"


@pytest.mark.parametrize("text", ["15", "15cm x", "cm", "-3 mm", "1,5 cm", ""])
def test_what_is_no_length_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="150 mm"):
        units.parse(text)
