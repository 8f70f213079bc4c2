"""An import from end to end: files of a manuscript in, the files of a book's folder out.

Writes nothing. The words of each file are compared with those of the Markdown made from it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bookbuild.book.manuscript import SPECIFICATION
from bookbuild.diagnostics import Diagnostic, Place, note, warning
from bookbuild.folders import MANUSCRIPT
from bookbuild.intake import prose, source, words
from bookbuild.intake.anchors import anchors
from bookbuild.intake.chapters import Chapter, Section, arrange
from bookbuild.intake.dialect import sample_source
from bookbuild.intake.media import Album
from bookbuild.intake.starter import Facts, Listed, specification

_OUTLINE_HEAD = '+++\nstatus = "outline"\n+++\n\n'
_NOBODY = {"id": "Penulis belum disebut", "en": "Author not named yet"}
_SPECIFICATION = Place(f"{MANUSCRIPT}/{SPECIFICATION}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The files of a book's folder, not yet on disk."""

    facts: Facts
    files: Mapping[str, bytes] = field(repr=False)
    listing: tuple[Listed, ...]
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A chapter, written: the file's text and what was said about it."""

    section: Section
    text: str
    findings: tuple[Diagnostic, ...]
    lost: tuple[str, ...]


def bring(files: Sequence[Path], facts: Facts, progress: Callable[[str], None]) -> Arrival:
    """The book that the files make; an empty title or author in `facts` is taken from them.

    Raises:
        source.BadSource: a file is missing, empty or of an unknown kind.
        pandoc.Unreadable: a file is broken.
    """
    album = Album()
    with tempfile.TemporaryDirectory(prefix="bookbuild-") as name:
        read = []
        for number, file in enumerate(files):
            progress(f"reading {file.name}")
            read.append(source.read(file, Path(name) / str(number)))
        progress("writing Markdown")
        made = _write(read, album)
    facts, findings = _complete(facts, read[0])
    findings += [finding for chapter in made for finding in chapter.findings]
    progress("comparing words")
    for manuscript in read:
        findings += _compare(manuscript, made)
    listing = tuple(Listed(m.section.file, m.section.matter, m.section.role) for m in made)
    texts = {f"{MANUSCRIPT}/{m.section.file}": m.text.encode() for m in made}
    pictures = {f"{MANUSCRIPT}/{path}": data for path, data in album.files.items()}
    toml = {f"{MANUSCRIPT}/{SPECIFICATION}": specification(facts, listing)}
    return Arrival(facts, {**toml, **texts, **pictures}, listing, tuple(findings))


def _write(read: Sequence[source.Manuscript], album: Album) -> list[_Made]:
    """Every section of every file in Markdown, in the book's order."""
    taken: set[str] = set()
    homes: dict[int, tuple[source.Manuscript, dict[str, str]]] = {}
    chapters: list[Chapter] = []
    for manuscript in read:
        known = anchors(manuscript.chapters, taken)
        homes |= dict.fromkeys(
            range(len(chapters), len(chapters) + len(manuscript.chapters)), (manuscript, known)
        )
        chapters += manuscript.chapters
    return [_made(section, *homes[index], album) for index, section in enumerate(arrange(chapters))]


def _made(
    section: Section, manuscript: source.Manuscript, known: Mapping[str, str], album: Album
) -> _Made:
    chapter, file = section.chapter, f"{MANUSCRIPT}/{section.file}"
    head = _OUTLINE_HEAD if chapter.outline else ""
    first = head.count("\n") + 1
    folders = (manuscript.file.parent, manuscript.media)
    written = prose.write(chapter.blocks, prose.Sheet(file, first, known, folders), album)
    own = tuple(remark.at(Place(file, first)) for remark in chapter.remarks)
    lost = (*written.lost, *(remark.text for remark in chapter.remarks))
    return _Made(section, head + written.text, own + written.findings, lost)


def _compare(manuscript: source.Manuscript, made: Sequence[_Made]) -> Iterator[Diagnostic]:
    """What is said about a whole file, and where its words differ from the book's."""
    place = Place(manuscript.file.name)
    yield from (remark.at(place) for remark in manuscript.remarks)
    own = [
        m for m in made if any(m.section.chapter.blocks is c.blocks for c in manuscript.chapters)
    ]
    lost = [manuscript.heading, *(remark.text for remark in manuscript.remarks)]
    lost += [text for chapter in own for text in chapter.lost]
    given = [chapter.given for chapter in manuscript.chapters]
    sources = [
        sample_source(m.text.removeprefix(_OUTLINE_HEAD), f"{MANUSCRIPT}/{m.section.file}")
        for m in own
    ]
    yield from words.compare(manuscript.words, words.words_of(sources), lost, given)


def _complete(facts: Facts, first: source.Manuscript) -> tuple[Facts, list[Diagnostic]]:
    """Title and author, from the call, else from the first file, else a stand-in; all said."""
    findings = []
    title = facts.title or first.title or first.heading
    if not title:
        title = " ".join(first.file.stem.replace("_", " ").split())
        message = f"the manuscript names no title; the file's name “{title}” stands for it"
        findings.append(warning("import-guess", message, _SPECIFICATION, "give title = “…”"))
    author = facts.author or first.author
    if not author:
        author = _NOBODY[facts.language]
        message = f"the manuscript names no author; “{author}” stands for one"
        findings.append(warning("import-guess", message, _SPECIFICATION, "name the author"))
    for said in dict.fromkeys((first.title, first.heading)):
        if said and said != title:
            message = f"“{said}” stands above the text and is not the book's title"
            findings.append(warning("import-lost", message, _SPECIFICATION, "use it as a title"))
    if first.heading == title:
        message = f"the first heading, “{title}”, became the book's title"
        findings.append(note("import-guess", message, _SPECIFICATION))
    return replace(facts, title=title, author=author, subtitle=first.subtitle), findings
