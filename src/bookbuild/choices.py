"""What is chosen by name on the command line. Light, so that asking costs nothing."""

from __future__ import annotations

from enum import StrEnum


class Grain(StrEnum):
    """The side of the sheet that the fibres run along."""

    LONG = "long"
    SHORT = "short"


class Flip(StrEnum):
    """The edge about which the sheet is turned to print its back."""

    LONG = "long"
    SHORT = "short"


class PartOfBook(StrEnum):
    """What the command line is told about a file."""

    INTERIOR = "interior"
    COVER = "cover"
    AUTO = "auto"


class Tongue(StrEnum):
    """The languages that a new book can begin in."""

    ID = "id"
    EN = "en"


class Output(StrEnum):
    """What a build can make (`edition.Role`, as the command line reads it)."""

    INTERIOR = "interior"
    COVER = "cover"
    EBOOK = "ebook"
    SCREEN = "screen"
    SHOP_COVER = "shop-cover"
    SAMPLE_EBOOK = "sample-ebook"
    SAMPLE_PDF = "sample-pdf"
    THUMBNAIL = "thumbnail"
    CONTENTS = "contents"
    OPENING_TEXT = "opening-text"
