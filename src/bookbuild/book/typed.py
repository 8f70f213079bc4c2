"""Markup that was typed but would not arrive: told with its line, before it is lost.

Markdown takes whatever it doesn't understand as text, and drops what has no place. In: a
source's text. Out: findings. Each rule is a function over the lines outside code; `RULES`
lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bookbuild.book.manuscript import Source
from bookbuild.diagnostics import Diagnostic, Place, error, warning

Line = tuple[int, str]
"""Line number in the file, and the line without inline code and formulas."""
Rule = Callable[[str, Sequence[Line]], Iterator[Diagnostic]]

MOST_NOTES = 2000
"""In one section: more than any book has in one, and too many for the page engine."""
_CODE_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})(.*)$")
_INLINE_CODE = re.compile(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)|(?<![\\$])\$(?=\S)[^$\n]+(?<=\S)\$")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:")
TABLE_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$")
ITEM = re.compile(r"( *)([-*+]|\d+[.)]) +\S")
_ATTRIBUTES = re.compile(r"(?<=\S)\{:? *(?!index)([#.:\w][^{}\n]*)\}|(?<=\S) \{([#.][^{}\n]*)\}")
_ATTRIBUTE = re.compile(r"""[#.][\w-]+|[\w-]+=("[^"]*"|'[^']*'|[^\s"'=]+)""")
_LITERAL = (
    (re.compile(r"(?<![\\~])~~[^~\n]+~~"), "struck text", "write <del>…</del>"),
    (re.compile(r"(?<!\\)\^\[[^\]\n]+\]"), "an inline note", "write [^key] and [^key]: its text"),
    (re.compile(r"\w~\w+~|\w\^\w+\^"), "a raised or lowered letter", "write <sub> or <sup>"),
    (re.compile(r"(?<![\\\w])::: *\w"), "a fenced div", "use a /// block"),
)  # fmt: skip


def check(source: Source) -> tuple[Diagnostic, ...]:
    """Every finding of every rule, in order of line."""
    lines = list(_outside_code(source))
    found = [finding for rule in RULES for finding in rule(source.file, lines)]
    found += _open_code(source)
    return tuple(sorted(found, key=lambda item: (item.place and item.place.line) or 0))


def _open_code(source: Source) -> Iterator[Diagnostic]:
    """A code fence that nothing closes: it would be printed, and hide the rest from the rules."""
    fence, opened = "", 0
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        match = _CODE_FENCE.match(line)
        if match and not fence:
            fence, opened = match[1], number
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
    if fence:
        place = Place(source.file, opened)
        yield error(
            "markup-code", "a code fence that is never closed", place, f"close it with {fence}"
        )


def _outside_code(source: Source) -> Iterator[Line]:
    fence = ""
    for number, line in enumerate(source.text.split("\n"), source.first_line):
        match = _CODE_FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
        elif not fence and not line.startswith("    "):
            yield number, _INLINE_CODE.sub(lambda found: "x" * len(found[0]), line)
        elif not fence:
            yield number, "\t" + line.strip()


def _many_notes(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    count = sum(1 for _, line in lines if _NOTE.match(line))
    if count > MOST_NOTES:
        message = f"{count} notes in one section: more than {MOST_NOTES} can't be set"
        yield error("note-many", message, Place(file, lines[0][0]), "divide the section")


def _notes_twice(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for number, line in lines:
        match = _NOTE.match(line)
        if match and match[1] in first:
            message = f"the note “{match[1]}” is already written in line {first[match[1]]}"
            yield error("reference-duplicate", message, Place(file, number), "give it another key")
        elif match:
            first[match[1]] = number


def _tables(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    """Rows with more cells than their table has columns; tables that are none."""
    columns = 0
    for index, (number, line) in enumerate(lines):
        before = lines[index - 1][1] if index else ""
        if "|" in line and "-" in line and TABLE_RULE.match(line) and "|" in before:
            columns = _cells(before)
        elif columns and "|" in line:
            cells = _cells(line)
            if cells > columns:
                message = f"the row has {cells} cells, its table {columns}: the rest is lost"
                hint = "write | inside a cell as \\|"
                yield error("markup-table", message, Place(file, number), hint)
        else:
            columns = 0


def _cells(line: str) -> int:
    return len(re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|")))


def _lists(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    """Items that are indented by too little to be nested."""
    in_list = False
    for index, (number, line) in enumerate(lines):
        before = lines[index - 1][1] if index else ""
        match = ITEM.match(line)
        if not line.strip():
            continue
        if match is None:
            in_list = in_list and (line.startswith((" ", "\t")) or bool(before.strip()))
        elif match[1] and in_list:
            message = "a nested item that is indented by less than four spaces is not nested"
            yield warning("markup-list", message, Place(file, number), "indent it by four spaces")
        else:
            in_list = True


def starts_list(lines: Sequence[str], index: int) -> bool:
    """True for an item that begins a list, not one that only looks so: a dash, a year."""
    line = lines[index]
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return line.split()[0] in ("1.", "1)") or (
        line[0] in "-*+" and ITEM.match(following) is not None
    )


def _headings(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    for number, line in lines:
        if re.match(r"#{1,6}[^#\s]", line):
            message = "a line that begins with # is a heading, and a heading needs a space after #"
            yield error("markup-heading", message, Place(file, number), "write # Title, or \\#")
        elif re.match(r"#{5,6} ", line):
            message = "a heading of the fifth level: a book has four"
            yield error("markup-heading", message, Place(file, number), "write it with ####")


def _attributes(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    for number, line in lines:
        heading = line.startswith("#") and re.search(r" \{[#.][^}]*$", line)
        for match in _ATTRIBUTES.finditer(line):
            inside = (match[1] or match[2] or "").strip()
            if re.sub(r"\s+", "", _ATTRIBUTE.sub("", inside)) and (
                "=" in inside or inside[0] in "#."
            ):
                message = f"“{{{inside}}}” can't be read"
                hint = "write {#id}, {.class} or {lang=en}, parted by spaces"
                yield error("markup-attributes", message, Place(file, number), hint)
        if heading:
            message = "a brace that is never closed"
            yield error("markup-attributes", message, Place(file, number), "write {#id}")


def _fences(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    for number, line in lines:
        if re.match(r" {0,3}/{3,}[^\s/]", line):
            message = "a block's name needs a space after ///"
            yield error(
                "markup-block", message, Place(file, number), "write /// name | attribution"
            )


def _front_matter(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    if lines and lines[0][1].rstrip() == "---":
        message = "a head between --- is not read"
        hint = "write TOML between two lines of +++: status = “outline”"
        yield error("spec-syntax", message, Place(file, lines[0][0]), hint)


def _comments(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    opened = 0
    for number, line in lines:
        last = max(line.rfind("<!--"), line.rfind("-->"))
        if last >= 0:
            opened = number if line.startswith("<!--", last) else 0
    if opened:
        message = "a comment that is never closed would be printed"
        yield error("markup-literal", message, Place(file, opened), "close it with -->")


def _literals(file: str, lines: Sequence[Line]) -> Iterator[Diagnostic]:
    for number, line in lines:
        for pattern, what, hint in _LITERAL:
            if pattern.search(line):
                message = f"{what} would be printed as typed"
                yield warning("markup-literal", message, Place(file, number), hint)


RULES: tuple[Rule, ...] = (
    _front_matter,
    _many_notes,
    _notes_twice,
    _tables,
    _lists,
    _headings,
    _attributes,
    _fences,
    _comments,
    _literals,
)
