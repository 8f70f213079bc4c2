"""What the EPUB's files are called, and how their titles are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from bookbuild.book.document import Document
from bookbuild.filenames import OWN_DOCUMENTS, ascii_name, document_stem
from bookbuild.language import MADE_ROLES
from bookbuild.pictures import ENDINGS, Picture


def section_titles(document: Document, taken: set[str]) -> Mapping[str, str]:
    """For each section's id what its file is called, unlike any other."""
    titles: dict[str, str] = {}
    for section in document.sections:
        title = f"{section.label} {section.text}".strip()
        tries = (f"{title} ({number})" if number > 1 else title for number in count(1))
        titles[section.id] = next(text for text in tries if text not in taken)
        taken.add(titles[section.id])
    return titles


def file_names(document: Document) -> Mapping[str, str]:
    """For each section's id an XHTML file name of plain ASCII, unlike any other."""
    names: dict[str, str] = {}
    taken = {f"{name}.xhtml" for name in OWN_DOCUMENTS}
    for section in document.sections:
        stem = document_stem(section.role if section.role in MADE_ROLES else section.file)
        tries = (f"{stem}{f'-{number}' if number else ''}.xhtml" for number in count())
        names[section.id] = next(name for name in tries if name not in taken)
        taken.add(names[section.id])
    return names


def picture_names(pictures: Mapping[str, Picture]) -> Mapping[str, str]:
    """For each picture of the manuscript its file name in the EPUB."""
    names: dict[str, str] = {}
    for path, picture in pictures.items():
        ending = ENDINGS[picture.screen.media_type]
        stem = ascii_name(path.rpartition(".")[0])
        name = f"pictures/{stem}.{ending}"
        while name in names.values():
            name = name.replace(f".{ending}", f"-x.{ending}")
        names[path] = name
    return names
