"""The codes that ONIX records are written in, as data, each with the number of its list.

From EDItEUR's code lists, issue 72; a schema of 3.0 or 3.1 refuses a code that is none.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "ar": "ara", "bn": "ben", "cs": "cze", "da": "dan", "de": "ger", "el": "gre", "en": "eng",
    "es": "spa", "fa": "per", "fi": "fin", "fr": "fre", "he": "heb", "hi": "hin", "hu": "hun",
    "id": "ind", "it": "ita", "ja": "jpn", "jv": "jav", "km": "khm", "ko": "kor", "la": "lat",
    "ms": "may", "my": "bur", "nl": "dut", "no": "nor", "pl": "pol", "pt": "por", "ro": "rum",
    "ru": "rus", "su": "sun", "sv": "swe", "th": "tha", "tl": "tgl", "tr": "tur", "uk": "ukr",
    "ur": "urd", "vi": "vie", "zh": "chi",
}  # fmt: skip
"""List 74, which is ISO 639-2/B, by the language tag's first part; tags of three letters stand."""

ROLES: Mapping[str, str] = {
    "author": "A01", "contributor": "A32", "editor": "B01", "translator": "B06",
    "illustrator": "A12",
}  # fmt: skip
"""List 17, for the specification's roles."""
EDITED_BY, DESIGNED_BY, COVER_BY = "B01", "A11", "A36"
"""List 17, for those whom the imprint credits."""

BINDINGS: Mapping[str, str] = {
    "lem panas": "B305", "lem": "B305", "perfect binding": "B305", "perfect bound": "B305",
    "adhesive": "B305", "adhesive bound": "B305", "glued": "B305",
    "jahit benang": "B304", "jahit": "B304", "sewn": "B304",
    "jahit kawat": "B310", "kawat": "B310", "saddle stitch": "B310", "saddle-stitched": "B310",
}  # fmt: skip
"""List 175, by the specification's binding in small letters."""

THEMA: Mapping[str, str] = {"1": "94", "2": "95", "3": "96", "4": "97", "5": "98", "6": "99"}
"""List 27, by a Thema code's first figure: place, language, time, education, interest, style."""
THEMA_SUBJECT = "93"
"""List 27: a Thema code that begins with a letter."""
THEMA_VERSION = "1.6"
"""Of April 2025; every code of an earlier version is in it."""

SHRINK = "shrink"
"""The word by which the specification's wrapping is known as film: List 80, 21."""

AVAILABILITIES: Mapping[str, str] = {"print-on-demand": "23", "stock": "20"}
"""List 65, by the specification's model of sales."""

FEATURES: Mapping[str, str] = {
    "tableOfContents": "11", "index": "12", "readingOrder": "13", "alternativeText": "14",
    "longDescription": "15", "MathML": "17", "pageBreakMarkers": "19",
    "structuralNavigation": "29", "ARIA": "30", "displayTransformability": "36",
    "pageNavigation": "41", "describedMath": "53",
}  # fmt: skip
"""List 196, by the EPUB's own accessibilityFeature."""
WITHOUT_SIGHT = "52"
"""List 196: all that isn't decoration can be read as text."""

CLAIMS: Mapping[str, str] = {
    "EPUB Accessibility 1.1": "04",
    "WCAG 2.0": "80", "WCAG 2.1": "81", "WCAG 2.2": "82",
    "Level A": "84", "Level AA": "85", "Level AAA": "86",
}  # fmt: skip
"""List 196, by the parts of a certified claim."""

HAZARDS: Mapping[str, str] = {
    "noFlashingHazard": "14", "noSoundHazard": "16", "noMotionSimulationHazard": "18",
}  # fmt: skip
"""List 143, by the EPUB's own accessibilityHazard."""
