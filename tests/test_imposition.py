"""Which page goes where: the arithmetic of cut and stack, played through with paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.folders import layout_folders
from bookbuild.press.imposition import (
    Flip,
    Grain,
    Grid,
    Piece,
    Placed,
    Plan,
    choose_cover_grid,
    choose_grid,
)
from bookbuild.press.stock import CannotImpose, Stock, read_stock
from bookbuild.units import Length, mm

FOLDERS = layout_folders(Path("no-such-folder"))
A3_PLUS = Stock("A3+", mm(329), mm(483), mm(5))
TRADE = Piece(mm(150), mm(230), Length(0))


def sheet_of(columns: int, rows: int, landscape: bool) -> Grid:
    """A sheet with room for just these pieces."""
    across, up = columns * 100 + 30, rows * 100 + 30
    width, height = (max(across, up), min(across, up)) if landscape else (across, up)
    stock = Stock("made", mm(min(width, height)), mm(max(width, height)), mm(5))
    piece = Piece(mm((width - 30) / columns), mm((height - 30) / rows), Length(0))
    return Grid(piece, stock, mm(width), mm(height), columns, rows, Length(0))


plans = st.builds(
    Plan,
    st.builds(sheet_of, st.integers(1, 5), st.integers(1, 5), st.booleans()),
    st.integers(1, 400),
    st.booleans(),
    st.sampled_from(Flip),
)


def where(item: Placed) -> tuple[float, float]:
    return round(item.left.mm, 1), round(item.bottom.mm, 1)


def through_the_paper(item: Placed, plan: Plan) -> tuple[float, float]:
    """Where something on the back lies, seen from the front, when the sheet has been turned."""
    grid = plan.grid
    left, bottom = item.left, item.bottom
    if (grid.height >= grid.width) == (plan.flip is Flip.LONG):  # about an edge that stands
        left = grid.width - left - grid.piece.width
    else:
        bottom = grid.height - bottom - grid.piece.height
    return round(left.mm, 1), round(bottom.mm, 1)


def piles(plan: Plan) -> list[list[tuple[int | None, int | None]]]:
    """The stack cut apart: for each place, rows from the top left, its leaves from the top."""
    grid = plan.grid
    places = [
        tuple(round(v.mm, 1) for v in grid.corner(column, row))
        for row in range(grid.rows)
        for column in range(grid.columns)
    ]
    cut: list[list[tuple[int | None, int | None]]] = [[] for _ in places]
    for sheet in range(plan.sheets):
        fronts = {where(item): item.page for item in plan.front(sheet)}
        backs = {through_the_paper(item, plan): item.page for item in plan.back(sheet)}
        assert set(backs) <= set(fronts) <= set(places)
        for pile, place in zip(cut, places, strict=True):
            pile.append((fronts.get(place), backs.get(place)))
    return cut


@settings(deadline=None)
@given(plans)
def test_the_piles_laid_on_one_another_are_the_book(plan: Plan) -> None:
    leaves = [
        (page, page + 1 if page + 1 < plan.pages else None) for page in range(0, plan.pages, 2)
    ]
    cut = piles(plan)
    if plan.repeat:
        assert all(pile == leaves for pile in cut)
        return
    stacked = [leaf for pile in cut for leaf in pile]
    blanks = [(None, None)] * plan.blanks
    assert stacked == leaves + blanks
    assert len(stacked) == plan.sheets * plan.grid.pieces


@settings(deadline=None)
@given(plans)
def test_no_sheet_is_wasted(plan: Plan) -> None:
    assert plan.blanks >= 0
    assert list(plan.front(plan.sheets - 1))
    if not plan.repeat:
        assert plan.sheets == -(-plan.leaves // plan.grid.pieces)


def test_backs_are_upside_down_only_when_the_sheet_turns_about_its_lying_edge() -> None:
    for landscape in (False, True):
        for flip in Flip:
            plan = Plan(
                sheet_of(3, 2, True) if landscape else sheet_of(2, 3, False), 24, False, flip
            )
            turned = {item.turned for item in plan.back(0)}
            assert turned == {landscape == (flip is Flip.LONG)}
            assert not any(item.turned for item in plan.front(0))


def test_the_way_that_holds_most_pieces_is_taken() -> None:
    grid = choose_grid(TRADE, A3_PLUS, None, Length(0))
    assert (grid.columns, grid.rows, grid.width) == (2, 2, mm(329))
    wide = choose_grid(Piece(mm(230), mm(150), Length(0)), A3_PLUS, None, Length(0))
    assert (wide.columns, wide.rows, wide.width) == (2, 2, mm(483))


def test_a_known_grain_runs_along_the_pages_height() -> None:
    long = choose_grid(TRADE, A3_PLUS, Grain.LONG, Length(0))
    short = choose_grid(TRADE, A3_PLUS, Grain.SHORT, Length(0))
    assert (long.height, long.grain, long.pieces) == (mm(483), Grain.LONG, 4)
    assert (short.height, short.grain, short.pieces) == (mm(329), Grain.SHORT, 3)


def test_pieces_with_bleed_stand_apart_by_both_bleeds() -> None:
    grid = choose_grid(Piece(mm(100), mm(150), mm(3)), A3_PLUS, None, mm(2))
    assert grid.gap == mm(6)
    assert grid.corner(1, 0)[0].mm == pytest.approx(grid.corner(0, 0)[0].mm + 106)
    bare = choose_grid(Piece(mm(100), mm(150), Length(0)), A3_PLUS, None, mm(2))
    assert bare.gap == mm(2)


piece_sizes = st.builds(
    Piece,
    st.integers(40, 300).map(mm),
    st.integers(40, 300).map(mm),
    st.integers(0, 5).map(mm),
)


@given(piece_sizes, st.integers(0, 10).map(mm), st.sampled_from([None, *Grain]))
def test_everything_lies_in_what_prints_and_no_further_piece_would_fit(
    piece: Piece, gap: Length, grain: Grain | None
) -> None:
    try:
        grid = choose_grid(piece, A3_PLUS, grain, gap)
    except CannotImpose:
        small, large = sorted((piece.width.mm, piece.height.mm))
        room = 2 * (5 + piece.bleed.mm + 4)
        assert large > 329 - room or small > 329 - room or large > 483 - room
        return
    inked = piece.bleed.mm + 4
    assert grid.left.mm - inked >= 4.999
    assert grid.bottom.mm - inked >= 4.999
    assert grid.left.mm - inked < 5 + (piece.width + grid.gap).mm / 2
    assert grid.bottom.mm - inked < 5 + (piece.height + grid.gap).mm / 2


def test_a_piece_that_is_too_large_is_refused_with_the_numbers() -> None:
    with pytest.raises(CannotImpose, match=r"330 × 230 mm .* \(329 × 483 mm\).* leave 305 × 459"):
        choose_grid(Piece(mm(330), mm(230), mm(3)), A3_PLUS, Grain.LONG, Length(0))


def test_a_cover_keeps_the_grain_along_its_spine_where_it_can() -> None:
    cover = Piece(mm(316), mm(230), mm(3))
    assert choose_cover_grid(cover, A3_PLUS, None).grain is Grain.SHORT
    assert choose_cover_grid(cover, A3_PLUS, Grain.LONG).grain is Grain.SHORT
    small = Piece(mm(220), mm(150), mm(3))
    for grain in Grain:
        grid = choose_cover_grid(small, A3_PLUS, grain)
        assert grid.grain is grain
        assert grid.pieces == 1
        assert grid.left.mm == pytest.approx((grid.width.mm - 220) / 2)


@pytest.mark.parametrize("name", ["A3+", "a3+", " A3+ "])
def test_sheets_are_known_by_name(name: str) -> None:
    assert read_stock(FOLDERS, name) == A3_PLUS


@pytest.mark.parametrize(
    "size", ["330 x 487 mm", "487mm × 330mm", "33x48.7 cm", "330 mm X 487 mm", "13 x 19.17 in"]
)
def test_sheets_are_known_by_size(size: str) -> None:
    stock = read_stock(FOLDERS, size)
    assert (stock.short.mm, stock.long.mm) == pytest.approx((330, 487), abs=0.3)
    assert stock.margin == mm(5)


@pytest.mark.parametrize("wanted", ["A9", "", "330", "3 x 4 mm", "9000 x 9000 mm", "1.2.3 x 4 cm"])
def test_what_is_no_sheet_is_refused(wanted: str) -> None:
    with pytest.raises(CannotImpose):
        read_stock(FOLDERS, wanted)


@given(st.text(max_size=30) | st.from_regex(r"[\d.]+ ?(mm|cm)? ?x ?[\d.]+ ?(mm|cm)"))
def test_any_text_is_a_sheet_or_refused(wanted: str) -> None:
    try:
        stock = read_stock(FOLDERS, wanted)
    except CannotImpose:
        return
    assert mm(50) <= stock.short <= stock.long <= mm(2000)


def test_a_book_may_bring_sheets_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "sheets.toml").write_text(
        'margin = "8 mm"\n[[sheets]]\nname = "Kiswala"\nwidth = "360 mm"\nheight = "520 mm"\n'
    )
    stock = read_stock(layout_folders(tmp_path), "kiswala")
    assert (stock.long, stock.margin) == (mm(520), mm(8))
    with pytest.raises(CannotImpose, match="Kiswala"):
        read_stock(layout_folders(tmp_path), "A3+")
