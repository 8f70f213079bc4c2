"""Tables: a table's node in, a pipe table out, and remarks on what no pipe table holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bookbuild.intake.dialect import escape, fold, knows
from bookbuild.intake.inlines import Pen, code_span, line
from bookbuild.intake.nodes import Node, block_text, short

_RULES = {
    "AlignLeft": ":---", "AlignRight": "---:", "AlignCenter": ":---:", "AlignDefault": "---",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with every cell in its place: heads, rows, the alignment of each column."""

    aligned: tuple[str, ...]
    head: tuple[tuple[list[Node], ...], ...]
    rows: tuple[tuple[list[Node], ...], ...]
    spans: bool
    """True when a cell ran over several places; the places after its first are empty."""


def table(item: Node, pen: Pen) -> str:
    """The table as Markdown, its caption with it."""
    grid = _grid(item)
    name = short(block_text([grid.head, grid.rows]), 40)
    if grid.spans:
        hint = "check the table: the places after the first stay empty"
        pen.remark("import-changed", f"cells of the table “{name}” ran over several places", hint)
    head, rows = grid.head, grid.rows
    if not head and rows:
        head, rows = rows[:1], rows[1:]
        hint = "write a line of heads above it, if the first row is none"
        message = f"the table “{name}” has no heads; its first row stands in their place"
        pen.remark("import-guess", message, hint)
    if len(head) > 1:
        message = f"the table “{name}” has {len(head)} lines of heads; the first is kept as such"
        pen.remark("import-changed", message)
        head, rows = head[:1], head[1:] + rows
    if any(not _simple(cell) for row in (*head, *rows) for cell in row):
        hint = "check the table, or set what it holds as running text"
        message = f"cells of the table “{name}” hold more than a line; lines are parted by breaks"
        pen.remark("import-changed", message, hint)
    lines = [_row(row, pen) for row in head]
    lines.append("|" + "|".join(grid.aligned) + "|")
    lines += [_row(row, pen) for row in rows]
    return _captioned("\n".join(lines), item["c"][1][1], pen)


def _captioned(pipes: str, caption: Sequence[Node], pen: Pen) -> str:
    if not block_text(list(caption)).strip():
        return pipes
    text = " ".join(part for block in caption for part in _lines(block, pen))
    if knows("table"):
        return f"/// table | {text}\n\n{pipes}\n///"
    return f"{text}\n\n{pipes}"


def _grid(item: Node) -> Grid:
    _, _, columns, head, bodies, foot = item["c"]
    width, spans = len(columns), False
    heads: list[tuple[list[Node], ...]] = []
    rows: list[tuple[list[Node], ...]] = []
    groups: list[tuple[list[Any], list[Any]]] = [(heads, head[1])]
    for body in bodies:
        groups += [(rows, body[2]), (rows, body[3])]
    groups.append((rows, foot[1]))
    for kept, group in groups:
        filled, ran_over = _fill(group, width)
        kept.extend(filled)
        spans = spans or ran_over
    aligned = tuple(_RULES[column[0]["t"]] for column in columns)
    return Grid(aligned, tuple(heads), tuple(rows), spans)


def _fill(group: Sequence[Any], width: int) -> tuple[list[tuple[list[Node], ...]], bool]:
    """The rows of a group with spanned places left empty, and whether there were any."""
    rows, open_places, spans = [], [0] * width, False
    for _, cells in group:
        row: list[list[Node]] = [[] for _ in range(width)]
        place = 0
        for _, _, down, across, blocks in cells:
            while place < width and open_places[place]:
                place += 1
            if place == width:
                row[-1] = row[-1] + blocks
                continue
            row[place] = blocks
            spans = spans or down > 1 or across > 1
            for covered in range(place, min(place + across, width)):
                open_places[covered] = down
            place += across
        open_places = [max(0, left - 1) for left in open_places]
        rows.append(tuple(row))
    return rows, spans


def _simple(cell: Sequence[Node]) -> bool:
    return not cell or (len(cell) == 1 and cell[0]["t"] in ("Plain", "Para"))


def _row(cells: Sequence[list[Node]], pen: Pen) -> str:
    written = [
        "<br />".join(part for block in cell for part in _lines(block, pen)) for cell in cells
    ]
    return "|" + "|".join(f" {cell} " for cell in written) + "|"


def _lines(block: Node, pen: Pen) -> Iterator[str]:
    """The lines that a block becomes inside a cell."""
    kind: str = block["t"]
    content: Any = block.get("c")
    if kind in ("Para", "Plain"):
        yield line(content, pen)
    elif kind == "Header":
        yield line(content[2], pen)
    elif kind == "CodeBlock":
        yield from (code_span(part) for part in content[1].splitlines() if part.strip())
    elif kind == "LineBlock":
        yield from (line(part, pen) for part in content)
    elif kind in ("BulletList", "OrderedList"):
        items = content if kind == "BulletList" else content[1]
        for number, entry in enumerate(items, 1):
            mark = "• " if kind == "BulletList" else f"{number}. "
            parts = [part for inner in entry for part in _lines(inner, pen)]
            yield from [mark + parts[0], *parts[1:]] if parts else ()
    elif kind in ("BlockQuote", "Div", "Figure"):
        inner_blocks = content if kind == "BlockQuote" else content[-1]
        for inner in inner_blocks:
            yield from _lines(inner, pen)
    elif block_text(block).strip():
        yield escape(fold(block_text(block))).strip()
