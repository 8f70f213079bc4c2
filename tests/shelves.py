"""A store with books on the shelf: for sale, not for sale as EPUB, free, candidate, incomplete."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bookbuild import output
from bookbuild.catalogue.titles import Title
from bookbuild.pipeline import Build
from bookbuild.store.approval import approve
from bookbuild.store.built import read_build
from bookbuild.store.editions import Store, make_store
from bookbuild.store.publish import publish
from bookbuild.store.record import Edition
from tests.support import copy_book, make, small_book

APPROVED_BY, APPROVED_ON = "Siti Rahma", "2026-02-10"
CHAPTER = "# Satu\n\nKebun kecil menyimpan cerita besar.\n"
OUTLINE = '+++\nstatus = "outline"\n+++\n# Dua\n'
PAPER_ONLY = """
[prices]
currency = "IDR"
list = 120000
sale = 95900

[sales]
model = "print-on-demand"
lead_days = 3
"""
FREE = '[prices]\ncurrency = "IDR"\nlist = 50000\nebook = 0\n'


def take_in(store: Store, build: Build, folder: Path, *, approved: bool) -> Edition:
    """The build as an edition of the store, in `folder` on its way there."""
    folder.mkdir(parents=True, exist_ok=True)
    read = read_build(output.write(build, folder))
    edition = publish(store, read, read.manifest.source).edition
    if approved:
        approve(store, edition, APPROVED_BY, APPROVED_ON)
    return edition


def named_book(folder: Path, slug: str, *chapters: str, spec: str = "") -> Path:
    """A small Indonesian book of that slug, with an identifier of its own."""
    small_book(folder, *chapters, spec=spec)
    path = folder / "manuscript/book.toml"
    own = f"3d1c9f0a-1111-4222-8333-{slug.encode().hex():0>12.12}"
    text = path.read_text("utf-8").replace('slug = "kecil"', f'slug = "{slug}"')
    text = text.replace("3d1c9f0a-1111-4222-8333-444455556666", own)
    path.write_text(text.replace("Buku Kecil", f"Buku {slug.title()}"), "utf-8")
    return folder


def shelved(
    store: Store, folder: Path, slug: str, *chapters: str, spec: str = "", revision: int = 1,
    approved: bool = True,
) -> Edition:  # fmt: skip
    """A small book, built and taken into the store."""
    book = named_book(folder / slug, slug, *(chapters or (CHAPTER,)), spec=spec)
    path = book / "manuscript/book.toml"
    path.write_text(path.read_text("utf-8").replace("revision = 1", f"revision = {revision}"))
    return take_in(store, make(book), book, approved=approved)


def complete_serba(folder: Path) -> Path:
    """The fixture book with every fact, its last chapter written."""
    copy_book("serba", folder)
    chapter, spec = folder / "manuscript/03-memanen.md", folder / "manuscript/book.toml"
    chapter.write_text("# Memanen {#memanen}\n\nYang ditanam dipanen pada pagi hari.\n", "utf-8")
    declared = "[extent]\nroman = 10\narabic = 10\n"
    text = spec.read_text("utf-8")
    assert declared in text
    spec.write_text(text.replace(declared, ""), "utf-8")
    return folder


def stocked(folder: Path, serba: Build) -> Store:
    """The store: `serba` with every fact; `kertas` has no EPUB price, `gratis` is free;
    `calon` is a candidate and `rangka` incomplete."""
    store = make_store(folder / "store")
    take_in(store, serba, folder / "serba", approved=True)
    shelved(store, folder, "kertas", spec=PAPER_ONLY)
    shelved(store, folder, "gratis", spec=FREE)
    shelved(store, folder, "calon", spec=PAPER_ONLY, approved=False)
    shelved(store, folder, "rangka", CHAPTER, OUTLINE, approved=False)
    return store


def with_epub(title: Title, epub: bytes) -> Title:
    """The title with another EPUB, as if it had been published so; its store is changed."""
    old = title.epub
    assert old is not None
    new = old.model_copy(update={"sha256": title.store.blobs.put(epub), "bytes": len(epub)})
    files = tuple(new if item == old else item for item in title.edition.files)
    return replace(title, edition=title.edition.model_copy(update={"files": files}))
