"""A book of prose in Indonesian: history told in chapters, with everything such a book has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.generator.binder import CHARACTERS, LINES, OPENER, Binder, Text, opening, works
from tests.generator.dice import Dice
from tests.generator.drawings import draw
from tests.generator.indonesian import (
    LINKS,
    NAMES,
    PLACES,
    QUALITIES,
    THINGS,
    clause,
    date,
    money,
    sentence,
    title,
    years,
)  # fmt: skip

FIXED = 20
"""Pages around the chapters: front matter with its lists, works, glossary, index, author."""
PAGES_A_LIST_PAGE = 40
"""Contents, lists and index grow by a page with so many pages of text."""
FILLED = 0.97
"""What a reckoned line takes of a real page, measured on books of 40 and 280 pages."""
WORKS = 40
CHAPTERS_A_PART = 4
ABBREVIATIONS = {
    "VOC": "Vereenigde Oostindische Compagnie",
    "KUD": "Koperasi Unit Desa",
    "BPS": "Badan Pusat Statistik",
}


@dataclass
class _Writer:
    """What one book's chapters share."""

    dice: Dice
    folder: Path
    works: list[tuple[str, str, str, int]]
    chapters: int
    notes_left: int
    figures: int = 0

    def cite(self) -> str:
        return f"[@{self.dice.one_of(self.works)[0]}, hlm. {self.dice.between(2, 320)}]"


def prose(
    folder: Path, *, pages: int = 280, chapters: int = 12, notes: int = 250, seed: int = 1
) -> None:
    """Write the folder of a book of about `pages` pages."""
    dice = Dice(seed)
    binder = Binder(folder)
    chapters = max(2, min(chapters, (pages - FIXED) // 12))
    notes = min(notes, max(6, (pages - FIXED) * 2))
    fixed = FIXED + pages // PAGES_A_LIST_PAGE
    parts = -(-chapters // CHAPTERS_A_PART) if pages > 100 else 0
    share = (
        pages - fixed - 2 * parts
    ) / chapters * FILLED - 0.5  # half of the chapters end on a recto
    writer = _Writer(dice, folder, _works(dice, min(WORKS, pages)), chapters, notes)
    _front(binder, dice)
    for number in range(1, chapters + 1):
        if parts and number % CHAPTERS_A_PART == 1:
            binder.add("body", "part", f"{opening(title(dice), f'bagian{number}')}\n")
        binder.add("body", "chapter", _chapter(writer, number, share * LINES))
    _back(binder, dice)
    (folder / "manuscript" / "works.bib").write_text(works(writer.works), "utf-8")
    name = title(dice)
    binder.bind(slug=f"prosa-{seed}", seed=seed, title=name, language="id", author=NAMES[0])


def _works(dice: Dice, count: int) -> list[tuple[str, str, str, int]]:
    found = []
    for number in range(count):
        given, _, family = dice.one_of(NAMES).replace(".", "").rpartition(" ")
        author = f"{family}, {given}" if given else f"{{{family}}}"
        found.append((f"karya{number}", author, title(dice), 1930 + number * 2))
    return found


def _front(binder: Binder, dice: Dice) -> None:
    binder.add("front", "dedication", f"# Untuk {dice.one_of(NAMES)}\n\nyang menyimpan semuanya\n")
    preface = Text()
    for _ in range(5):
        preface.paragraph(_running(dice, 5))
    preface.add(f"/// signature\n{dice.one_of(PLACES)}, {date(dice)}\n{NAMES[0]}\n///", 3)
    binder.add("front", "prakata", preface)
    for role in ("daftar-gambar", "daftar-tabel", "daftar-singkatan"):
        binder.add("front", role)


def _back(binder: Binder, dice: Dice) -> None:
    binder.add("back", "daftar-pustaka")
    terms = sorted(set(dice.some_of(THINGS, 12)))
    glossary = "\n\n".join(f"{term}\n:   {sentence(dice)}" for term in terms)
    binder.add("back", "glosarium", glossary + "\n")
    binder.add("back", "indeks")
    binder.add("back", "tentang-penulis", f"{NAMES[0]} {_running(dice, 6)}\n")


def _running(dice: Dice, sentences: int) -> str:
    return " ".join(sentence(dice) for _ in range(sentences))


def _chapter(writer: _Writer, number: int, lines: float) -> Text:
    dice, text = writer.dice, Text()
    text.add(opening(title(dice), f"bab{number}"), OPENER)
    if dice.happens(50):
        text.add(f"/// epigraph | {dice.one_of(NAMES)}\n{sentence(dice)}\n///", 4)
    if number == 1:
        text.add("\n".join(f"*[{key}]: {said}" for key, said in ABBREVIATIONS.items()), 0)
        text.paragraph(f"{_running(dice, 3)} Arsip VOC, laporan KUD, dan angka BPS dibandingkan.")
    budget = writer.notes_left // (writer.chapters - number + 1)
    writer.notes_left -= budget
    special = _SPECIAL[number % len(_SPECIAL) :] + _SPECIAL[: number % len(_SPECIAL)]
    every = max(3, int(lines) // 6 // len(special))
    called = paragraphs = sections = 0
    while text.lines < lines:
        if paragraphs % 14 == 6:
            sections += 1
            level = "###" if sections % 3 == 2 else "##"
            text.add(f"{level} {title(dice)} {{#b{number}p{sections}}}", 3 if level == "##" else 2)
        due = called < budget * min(1.0, (text.lines + 20) / lines)
        text.paragraph(_paragraph(writer, text, number, called if due else None))
        called += due
        paragraphs += 1
        if paragraphs % every == 0:
            special[paragraphs // every % len(special)](writer, text, number)
    return text


def _paragraph(writer: _Writer, text: Text, number: int, note: int | None) -> str:
    dice = writer.dice
    said = [sentence(dice) for _ in range(dice.between(2, 7))]
    place = dice.between(0, len(said) - 1)
    if note is not None:
        body = _running(dice, 5 if dice.happens(4) else dice.between(1, 2))
        if dice.happens(40):
            body = f"Lihat {writer.cite()}. {body}"
        said[place] += text.note(f"n{note}", body)
    elif dice.happens(12):
        target = dice.between(1, writer.chapters)
        form = dice.one_of(("", "{.page}", "{.label}"))
        said.append(f"{dice.one_of(LINKS)}, lihat [](#bab{target}){form}.")
    elif dice.happens(25):
        thing = dice.one_of(THINGS)
        said[place] += f"{{index: {thing} > {dice.one_of(PLACES)}}}"
    elif dice.happens(25):
        said[place] = f"{clause(dice)} {writer.cite()}, menurut [{dice.one_of(PLACES)}]{{index}}."
        said[place] = said[place][0].upper() + said[place][1:]
    return " ".join(said)


def _verse(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    stanzas = "\n\n".join(
        "\n".join(f"{'  ' * (line % 2)}{clause(dice)}," for line in range(4)) for _ in range(2)
    )
    text.add(f"/// verse | {dice.one_of(NAMES)}\n{stanzas}\n///", 14)


def _quotation(writer: _Writer, text: Text, number: int) -> None:
    said = _running(writer.dice, 4)
    text.add(f"> {said}", 2 + len(said) / (CHARACTERS - 9))


def _attributed(writer: _Writer, text: Text, number: int) -> None:
    said = _running(writer.dice, 3)
    who = writer.dice.one_of(NAMES)
    text.add(f"/// quote | {who}, *Kenangan*\n{said}\n///", 3 + len(said) / (CHARACTERS - 9))


def _dialogue(writer: _Writer, text: Text, number: int) -> None:
    speeches = [f"{who}: {sentence(writer.dice)}" for who in ("Ratna", "Bima", "Ratna", "Sari")]
    text.add("/// dialogue\n" + "\n\n".join(speeches) + "\n///", 9)


def _letter(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    body = f"{dice.one_of(PLACES)}, {date(dice)}\n\n{_running(dice, 3)}"
    text.add(f"//// letter\n{body}\n\n/// signature\nSalam,\n{dice.one_of(NAMES)}\n///\n////", 13)


def _list(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    items = [f"{count}. {clause(dice)};" for count in range(1, 6)]
    items[2] += f"\n    - {dice.one_of(THINGS)};\n    - {dice.one_of(THINGS)};"
    text.add("\n".join(items), 12)


def _table(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    rows = dice.one_of((4, 6, 9, 24))
    lines = ["| Kota | Kurun | Jumlah | Keterangan |", "|:--|:-:|--:|:--|"]
    for place in (PLACES * 2)[:rows]:
        said = f"{dice.one_of(THINGS)} yang {dice.one_of(QUALITIES)}"
        lines.append(f"| {place} | {years(dice)} | {money(dice)} | {said} |")
    table = "\n".join(lines)
    text.add(f"/// table | {title(dice)}\n\n{table}\n///", 5 + rows * 1.9)


def _figure(writer: _Writer, text: Text, number: int) -> None:
    dice = writer.dice
    writer.figures += 1
    name = f"gambar/{writer.figures:03}.png"
    draw(writer.folder / "manuscript" / name, dice)
    label = f"    id: gambar{writer.figures}\n    credit: Gambar: {dice.one_of(NAMES)}\n"
    picture = f"![{title(dice)}]({name})"
    text.add(f"/// figure | {title(dice)}\n{label}\n{picture}\n///", 14)
    text.paragraph(f"{_running(dice, 2)} Tampak pada [](#gambar{writer.figures}).")


def _scene(writer: _Writer, text: Text, number: int) -> None:
    text.add("* * *", 3)
    text.paragraph(_running(writer.dice, 3))


_SPECIAL = [
    _figure, _quotation, _table, _verse, _list, _attributed, _dialogue, _letter, _scene,
]  # fmt: skip
