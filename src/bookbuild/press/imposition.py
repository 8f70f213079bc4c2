"""Which page goes where on the sheets of a cut-and-stack imposition: arithmetic, no files.

In: the size of a piece, how many leaves, a sheet. Out: a frozen `Plan`. Pages stand upright on the
front; position 0 is at the top left, and positions run along the rows. Of a stack of S sheets,
position i holds the leaves from i × S on, so that the piles, cut apart and laid on one another in
order, are the book.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bookbuild.choices import Flip, Grain
from bookbuild.press.stock import CannotImpose, Stock
from bookbuild.units import Length, mm

MARK_OFFSET = mm(1)
"""From bleed to mark: a mark that is cut a little askew leaves nothing. Trade custom."""
MARK_LENGTH = mm(3)
"""Enough to lay a knife on. Trade custom."""
_MARK_ROOM = MARK_OFFSET + MARK_LENGTH


@dataclass(frozen=True, slots=True)
class Piece:
    """What is cut out of the sheet: its trimmed size, and the bleed it brings on every edge."""

    width: Length
    height: Length
    bleed: Length


@dataclass(frozen=True, slots=True)
class Grid:
    """Pieces in columns and rows, centred on a sheet that lies as the pages stand."""

    piece: Piece
    stock: Stock
    width: Length
    height: Length
    columns: int
    rows: int
    gap: Length

    @property
    def pieces(self) -> int:
        """How many pieces stand on a side."""
        return self.columns * self.rows

    @property
    def grain(self) -> Grain:
        """The grain that the sheet must have for it to run along the pages' height."""
        return Grain.LONG if self.height >= self.width else Grain.SHORT

    @property
    def block_width(self) -> Length:
        """Of all pieces with the gaps between them."""
        return self.piece.width * self.columns + self.gap * (self.columns - 1)

    @property
    def block_height(self) -> Length:
        """Of all pieces with the gaps between them."""
        return self.piece.height * self.rows + self.gap * (self.rows - 1)

    @property
    def left(self) -> Length:
        """From the sheet's left edge to the first piece."""
        return (self.width - self.block_width) / 2

    @property
    def bottom(self) -> Length:
        """From the sheet's lower edge to the last piece."""
        return (self.height - self.block_height) / 2

    @property
    def waste(self) -> float:
        """The part of the sheet that no piece covers, 0 to 1."""
        used = self.piece.width.pt * self.piece.height.pt * self.pieces
        return 1 - used / (self.width.pt * self.height.pt)

    def corner(self, column: int, row: int) -> tuple[Length, Length]:
        """Lower left corner of a piece's trim; rows count from the top."""
        return (
            self.left + (self.piece.width + self.gap) * column,
            self.bottom + (self.piece.height + self.gap) * (self.rows - 1 - row),
        )

    def cuts(self) -> tuple[tuple[Length, ...], tuple[Length, ...]]:
        """Where the knife goes: distances from the left edge, and from the lower edge."""
        across = {self.left + (self.piece.width + self.gap) * i for i in range(self.columns)}
        across |= {left + self.piece.width for left in across}
        up = {self.bottom + (self.piece.height + self.gap) * i for i in range(self.rows)}
        up |= {bottom + self.piece.height for bottom in up}
        return _distinct(across), _distinct(up)


@dataclass(frozen=True, slots=True)
class Placed:
    """A page of the master on one side of a sheet."""

    page: int
    """Index in the master."""
    left: Length
    bottom: Length
    turned: bool
    """Upside down."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about an imposition but the ink."""

    grid: Grid
    pages: int
    repeat: bool
    """Every position of a sheet holds the same leaf: each pile is a whole book."""
    flip: Flip

    @property
    def leaves(self) -> int:
        """A leaf has two pages."""
        return (self.pages + 1) // 2

    @property
    def sheets(self) -> int:
        """How many sheets the book takes; of `repeat`, all books of one run."""
        return self.leaves if self.repeat else -(-self.leaves // self.grid.pieces)

    @property
    def blanks(self) -> int:
        """Positions without a leaf, all at the end of the book."""
        return 0 if self.repeat else self.sheets * self.grid.pieces - self.leaves

    @property
    def turns_about_upright_edge(self) -> bool:
        """True when the sheet turns like a page of the book, not like one of a calendar."""
        portrait = self.grid.height >= self.grid.width
        return portrait == (self.flip is Flip.LONG)

    def leaf(self, position: int, sheet: int) -> int | None:
        """The leaf at a position (from 0) of a sheet (from 0); None where there is none."""
        number = sheet if self.repeat else position * self.sheets + sheet
        return number if number < self.leaves else None

    def front(self, sheet: int) -> Iterator[Placed]:
        """What stands on the front of a sheet: the rectos."""
        for position in range(self.grid.pieces):
            row, column = divmod(position, self.grid.columns)
            leaf = self.leaf(position, sheet)
            if leaf is not None:
                yield Placed(leaf * 2, *self.grid.corner(column, row), turned=False)

    def back(self, sheet: int) -> Iterator[Placed]:
        """What stands on its back, as one sees it after the turn: the versos.

        A sheet that turns about its upright edge swaps left and right. One that turns about its
        lying edge swaps top and bottom, and its backs are printed upside down.
        """
        upright = self.turns_about_upright_edge
        for position in range(self.grid.pieces):
            row, column = divmod(position, self.grid.columns)
            leaf = self.leaf(position, sheet)
            if leaf is not None and leaf * 2 + 1 < self.pages:
                if upright:
                    column = self.grid.columns - 1 - column
                else:
                    row = self.grid.rows - 1 - row
                yield Placed(leaf * 2 + 1, *self.grid.corner(column, row), turned=not upright)


def choose_grid(piece: Piece, stock: Stock, grain: Grain | None, gap: Length) -> Grid:
    """The way to lay `stock` that holds most pieces; with the grain known, the one it allows.

    Pieces with bleed stand apart by twice the bleed at least, so that each keeps its own.

    Raises:
        CannotImpose: not even one piece fits.
    """
    gap = max(gap, piece.bleed * 2)
    ways = [(Grain.LONG, stock.short, stock.long), (Grain.SHORT, stock.long, stock.short)]
    grids = [
        _grid(piece, stock, width, height, gap)
        for needed, width, height in ways
        if grain in (None, needed)
    ]
    best = max(grids, key=lambda grid: grid.pieces)
    if best.pieces == 0:
        raise CannotImpose(_refusal(best, grain))
    return best


def choose_cover_grid(piece: Piece, stock: Stock, grain: Grain | None) -> Grid:
    """A single cover on its sheet, the grain along the spine if it fits so at all.

    Raises:
        CannotImpose: it fits neither way.
    """
    try:
        grid = choose_grid(piece, stock, grain, Length(0))
    except CannotImpose:
        grid = choose_grid(piece, stock, None, Length(0))
    return Grid(piece, stock, grid.width, grid.height, 1, 1, Length(0))


def _grid(piece: Piece, stock: Stock, width: Length, height: Length, gap: Length) -> Grid:
    lost = _lost(piece, stock)
    columns = max(0, (width - lost + gap) // (piece.width + gap))
    rows = max(0, (height - lost + gap) // (piece.height + gap))
    return Grid(piece, stock, width, height, columns, rows, gap)


def _lost(piece: Piece, stock: Stock) -> Length:
    """What margins, bleed and marks take from a sheet's width, and from its height."""
    return (stock.margin + piece.bleed + _MARK_ROOM) * 2


def _refusal(grid: Grid, grain: Grain | None) -> str:
    piece, stock = grid.piece, grid.stock
    lost = _lost(piece, stock)
    room = f"{(stock.short - lost).mm:g} × {(stock.long - lost).mm:g} mm"
    way = f" with its grain along the {grain} side and the pages' height" if grain else ""
    return (
        f"a piece of {piece.width.mm:g} × {piece.height.mm:g} mm doesn't fit on "
        f"{stock.name} ({stock.short.mm:g} × {stock.long.mm:g} mm){way}: edges that don't print "
        f"({stock.margin.mm:g} mm), bleed ({piece.bleed.mm:g} mm) and marks ({_MARK_ROOM.mm:g} mm) "
        f"leave {room}. Take a larger sheet"
    )


def _distinct(distances: set[Length]) -> tuple[Length, ...]:
    """In order, without those that differ by rounding alone."""
    kept: list[Length] = []
    for distance in sorted(distances):
        if not kept or distance.pt - kept[-1].pt > 0.01:
            kept.append(distance)
    return tuple(kept)
