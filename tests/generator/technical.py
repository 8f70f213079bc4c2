"""A technical book in English: code, tables, diagrams, formulas, lists, at any length."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.generator.binder import LINES, OPENER, Binder, Text, opening, works
from tests.generator.dice import Dice
from tests.generator.drawings import draw
from tests.generator.english import (
    COMMANDS,
    CONDITIONS,
    NAMES,
    OBJECTS,
    PARTS,
    QUALITIES,
    clause,
    sentence,
    title,
)  # fmt: skip
from tests.generator.listings import listing

FIXED = 16
"""Pages around the chapters."""
PAGES_A_LIST_PAGE = 80
"""Contents, lists and index grow by a page with so many pages of text."""
FILLED = 0.92
"""What a reckoned line takes of a real page, measured on books of 40 and 500 pages."""
FORMULAS = (
    r"T = \sum_{i=1}^{n} \frac{a_i}{%d} + \sqrt{b}",
    r"P(k) = \frac{\lambda^k e^{-\lambda}}{k!}, \quad \lambda = %d",
    r"\int_0^{%d} f(x)\,dx \le \max_{x} f(x)",
    r"A = \begin{pmatrix} 1 & %d \\ 0 & 1 \end{pmatrix}",
    r"O(n \log n) \subset O(n^{%d})",
)


@dataclass
class _Writer:
    """What one book's chapters share."""

    dice: Dice
    folder: Path
    chapters: int
    works: list[tuple[str, str, str, int]]
    figures: int = 0
    tables: int = 0


def technical(folder: Path, *, pages: int = 500, seed: int = 1) -> None:
    """Write the folder of a book of about `pages` pages."""
    dice = Dice(seed)
    binder = Binder(folder)
    fixed = FIXED + pages // PAGES_A_LIST_PAGE
    chapters = max(2, min(30, (pages - fixed) // 16))
    share = (pages - fixed) / chapters * FILLED - 0.5
    entries = [
        (f"work{number}", f"Author{number}, Ann", title(dice), 1970 + number)
        for number in range(min(30, pages))
    ]
    writer = _Writer(dice, folder, chapters, entries)
    binder.add("front", "prakata", f"# Preface\n\n{_running(dice, 12)}\n")
    for role in ("daftar-gambar", "daftar-tabel"):
        binder.add("front", role)
    for number in range(1, chapters + 1):
        binder.add("body", "chapter", _chapter(writer, number, share * LINES))
    binder.add("back", "daftar-pustaka")
    terms = "\n\n".join(f"{part}\n:   {sentence(dice)}" for part in sorted(PARTS[:10]))
    binder.add("back", "glosarium", terms + "\n")
    binder.add("back", "indeks")
    (folder / "manuscript" / "works.bib").write_text(works(entries), "utf-8")
    name = f"{title(dice)}: a Handbook"
    binder.bind(slug=f"technical-{seed}", seed=seed, title=name, language="en", author="Ann Author")


def _running(dice: Dice, sentences: int) -> str:
    return " ".join(sentence(dice) for _ in range(sentences))


def _chapter(writer: _Writer, number: int, lines: float) -> Text:
    dice, text = writer.dice, Text()
    text.add(opening(title(dice), f"chapter{number}"), OPENER)
    text.paragraph(_running(dice, 4))
    sections = 0
    while text.lines < lines:
        sections += 1
        level = "##" if sections % 3 == 1 else "###"
        text.add(f"{level} {title(dice)} {{#c{number}s{sections}}}", 3 if level == "##" else 2)
        for step in range(dice.between(2, 4)):
            said = _running(dice, dice.between(3, 6))
            if dice.happens(20):
                said += text.note(f"n{sections}-{step}", _running(dice, 1))
            if dice.happens(20):
                said += f" See [](#chapter{dice.between(1, writer.chapters)})."
            if dice.happens(20):
                said += f" It follows [@{dice.one_of(writer.works)[0]}].{{index: {PARTS[step]}}}"
            if dice.happens(15):
                said += f" Hence ${dice.one_of(FORMULAS[:3]) % dice.between(2, 9)}$ holds."
            text.paragraph(said)
            dice.one_of(_SPECIAL)(writer, text, number)
    return text


def _code(writer: _Writer, text: Text, number: int) -> None:
    language, lines = listing(writer.dice)
    code = "\n".join(lines)
    text.add(f"```{language}\n{code}\n```", 2 + sum(1 + len(line) // 58 for line in lines))


def _settings(writer: _Writer, text: Text, number: int) -> None:
    """A table; every fifth runs over pages."""
    dice = writer.dice
    writer.tables += 1
    rows = dice.between(40, 90) if writer.tables % 5 == 0 else dice.between(3, 12)
    lines = ["| Setting | Default | Unit | Meaning |", "|:--|--:|:-:|:--|"]
    for row in range(rows):
        name = f"`{dice.one_of(NAMES)}_{row}`"
        meaning = f"how the {dice.one_of(PARTS)} treats {dice.one_of(OBJECTS)}"
        unit = dice.one_of(("ms", "bytes", "—"))
        lines.append(f"| {name} | {dice.between(1, 99999)} | {unit} | {meaning} |")
    table = "\n".join(lines)
    head = f"    id: table{writer.tables}\n"
    text.add(f"/// table | {title(dice)}\n{head}\n{table}\n///", 5 + rows * 2.1)


def _matrix(writer: _Writer, text: Text, number: int) -> None:
    """A table of many narrow columns."""
    dice = writer.dice
    columns = dice.between(5, 8)
    names = [f"n={2**column}" for column in range(columns)]
    rows = [[str(dice.between(1, 9999)) for _ in names] for _ in range(dice.between(4, 9))]
    lines = [f"| | {' | '.join(names)} |", "|:--|" + "--:|" * columns]
    lines += [f"| run {index} | {' | '.join(row)} |" for index, row in enumerate(rows, 1)]
    text.add("\n".join(lines), 3 + len(rows))


def _figure(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    writer.figures += 1
    name = f"pictures/{writer.figures:03}.png"
    height = dice.one_of((40, 60, 90))
    draw(writer.folder / "manuscript" / name, dice, height)
    head = f"/// figure | {title(dice)}\n    id: figure{writer.figures}\n"
    text.add(f"{head}\n![{title(dice)}]({name})\n///", 4 + height * 0.2)
    text.paragraph(f"[](#figure{writer.figures}) shows that {clause(dice)}.")


def _formula(writer: _Writer, text: Text, number: int) -> None:
    formula = writer.dice.one_of(FORMULAS) % writer.dice.between(2, 9)
    text.add(f"$$\n{formula}\n$$", 5)


def _nested(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    items = []
    for count in range(1, dice.between(3, 5)):
        items.append(f"{count}. {clause(dice)} {dice.one_of(CONDITIONS)}:")
        items += [f"    - `{dice.one_of(COMMANDS)}` is {dice.one_of(QUALITIES)};"] * 2
        items.append(f"        - {clause(dice)}.")
    text.add("\n".join(items), 2 + len(items) * 1.4)


def _definitions(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    terms = [f"`{name}`\n:   {sentence(dice)}" for name in dice.some_of(NAMES, 4)]
    text.add("\n\n".join(terms), 14)


_SPECIAL = [
    _code, _code, _code, _settings, _matrix, _figure, _formula, _nested, _definitions,
]  # fmt: skip
