"""Accessibility metadata, derived from what the book holds (EPUB Accessibility 1.1, 3).

Nothing is claimed that the text doesn't show; conformance to WCAG is not claimed at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild import xhtml
from bookbuild.ebook.documents import EbookIngredients


def accessibility(made_from: EbookIngredients) -> Iterator[tuple[str, str]]:
    """Rows of schema.org accessibility metadata: (property, value)."""
    images = [
        image
        for section in made_from.document.sections
        for image in xhtml.elements(xhtml.parse(section.epigraph + section.body), "img")
    ]
    described = all(image.get("alt") for image in images)
    yield "accessMode", "textual"
    if images:
        yield "accessMode", "visual"
    if described:
        yield "accessModeSufficient", "textual"
    else:
        yield "accessModeSufficient", "textual,visual"
    for feature in (
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ):
        yield "accessibilityFeature", feature
    if made_from.pages:
        yield "accessibilityFeature", "pageBreakMarkers"
        yield "accessibilityFeature", "pageNavigation"
    if images and described:
        yield "accessibilityFeature", "alternativeText"
    for hazard in ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"):
        yield "accessibilityHazard", hazard
