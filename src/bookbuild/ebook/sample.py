"""The sample as an EPUB of its own: one section of the book, and where the rest is to be had.

In: what the whole EPUB is made from, the section, the last page's words. Out: EPUB bytes. Links
to what isn't in the sample are text; of the printed pages only the section's are marked.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from bookbuild.book.document import Section
from bookbuild.book.sample import Closing
from bookbuild.ebook.documents import EbookIngredients
from bookbuild.ebook.package import package


def sample(book: EbookIngredients, section: Section, closing: Closing) -> bytes:
    """The sample that holds `section`; raises as `package` does."""
    spec = book.spec
    # a shelf that holds book and sample must not take one for the other
    own = spec.model_copy(
        update={
            "identifier": sample_identifier(spec.identifier),
            "accessibility": None,  # certified is the book, not its sample
            "isbn": spec.isbn.model_copy(update={"ebook": None}),
        }
    )
    made = package(
        replace(
            book,
            spec=own,
            document=replace(book.document, sections=(section,)),
            pictures={path: book.pictures[path] for path in section.pictures},
            closing=closing,
        )
    )
    return made.data


def sample_identifier(identifier: str) -> str:
    """The sample's identifier, reckoned from the book's: it stays as long as that does."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{identifier}#sample')}"
