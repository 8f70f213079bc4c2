"""Rules on what the file says about itself: Info dictionary and XMP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.model import Case, Hit, Rule
from bookbuild.press.preflight.reading import get

_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MM = "{http://ns.adobe.com/xap/1.0/mm/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PDF = "{http://ns.adobe.com/pdf/1.3/}"
_X = "{http://www.npes.org/pdfx/ns/id/}"
_1A, _4 = "ISO 15930-4:2003", "ISO 15930-7:2010"


def info(case: Case, key: str) -> str:
    """A text of the Info dictionary; names (Trapped) with their slash."""
    value = get(case.opened.pdf.trailer.get("/Info"), key)
    return reading.text(value) or reading.name(value)


def _info_missing(case: Case) -> Iterator[Hit]:
    missing = [key for key in ("/Title", "/CreationDate", "/ModDate") if not info(case, key)]
    if missing:
        yield Hit(f"the Info dictionary lacks {', '.join(missing)}")


def _trapped(case: Case) -> Iterator[Hit]:
    if info(case, "/Trapped") not in ("/True", "/False"):
        yield Hit("the Info dictionary doesn't say whether the file is trapped (True or False)")


def _info_version(case: Case) -> Iterator[Hit]:
    found = info(case, "/GTS_PDFXVersion")
    if found != "PDF/X-1a:2003" and not (
        found == "PDF/X-1:2001" and info(case, "/GTS_PDFXConformance") == "PDF/X-1a:2001"
    ):
        yield Hit(f"the Info dictionary claims “{found}”, not PDF/X-1a:2003")


def _conformance(case: Case) -> Iterator[Hit]:
    if info(case, "/GTS_PDFXVersion") == "PDF/X-1a:2003" and info(case, "/GTS_PDFXConformance"):
        yield Hit("GTS_PDFXConformance belongs to PDF/X-1a:2001 alone")


def _xmp_missing(case: Case) -> Iterator[Hit]:
    if not reading.is_stream(get(case.root, "/Metadata")):
        yield Hit("there is no XMP metadata")


def _xmp_filtered(case: Case) -> Iterator[Hit]:
    if reading.filters_of(get(case.root, "/Metadata")):
        yield Hit("the XMP metadata is compressed")


def _xmp_malformed(case: Case) -> Iterator[Hit]:
    if reading.is_stream(get(case.root, "/Metadata")) and case.xmp is None:
        yield Hit("the XMP metadata is not well-formed")


def _xmp_version(case: Case) -> Iterator[Hit]:
    found = (case.xmp or {}).get(_X + "GTS_PDFXVersion", "")
    if case.xmp is not None and found not in ("PDF/X-4", "PDF/X-4p"):
        yield Hit(f"the XMP metadata claims “{found}”, not PDF/X-4")


def _lacking(case: Case, keys: tuple[str, ...]) -> Iterator[Hit]:
    missing = [key.split("}")[1] for key in keys if not (case.xmp or {}).get(key)]
    if case.xmp is not None and missing:
        yield Hit(f"the XMP metadata lacks {', '.join(missing)}")


def _xmp_dates(case: Case) -> Iterator[Hit]:
    return _lacking(case, (_XMP + "CreateDate", _XMP + "ModifyDate", _XMP + "MetadataDate"))


def _xmp_identifiers(case: Case) -> Iterator[Hit]:
    return _lacking(case, (_MM + "DocumentID", _MM + "VersionID", _MM + "RenditionClass"))


def _xmp_title(case: Case) -> Iterator[Hit]:
    return _lacking(case, (_DC + "title",))


def _xmp_trapped(case: Case) -> Iterator[Hit]:
    if case.xmp is not None and case.xmp.get(_PDF + "Trapped") not in ("True", "False"):
        yield Hit("the XMP metadata doesn't say whether the file is trapped (True or False)")


def _xmp_differs(case: Case) -> Iterator[Hit]:
    xmp = case.xmp or {}
    pairs = (
        ("/Title", _DC + "title"), ("/CreationDate", _XMP + "CreateDate"),
        ("/ModDate", _XMP + "ModifyDate"), ("/Trapped", _PDF + "Trapped"),
        ("/Producer", _PDF + "Producer"),
    )  # fmt: skip
    for key, name in pairs:
        one, two = info(case, key).lstrip("/"), xmp.get(name, "")
        if one and two and not _same(one, two, "Date" in key):
            yield Hit(f"{key[1:]} is “{one[:60]}” in Info, “{two[:60]}” in XMP")


def _same(one: str, two: str, dates: bool) -> bool:
    """Dates are compared to the second, in the time zone that each of them gives."""
    if not dates:
        return one == two
    first, second = (re.sub(r"\D", "", text)[:14] for text in (one, two))
    length = min(len(first), len(second))
    return first[:length] == second[:length]


RULES = (
    Rule("info-missing", "EW-", _1A, "Give the file a title and its dates.", _info_missing),
    Rule("info-trapped", "EW-", _1A, "Say Trapped False; printers trap themselves.", _trapped),
    Rule("info-version", "E--", _1A, "Export it as PDF/X-1a:2003.", _info_version),
    Rule("info-conformance", "W--", _1A, "Leave the key out.", _conformance),
    Rule("xmp-missing", "-E-", _4, "Export it as PDF/X-4.", _xmp_missing),
    Rule("xmp-filtered", "WE-", _4, "Write the metadata uncompressed.", _xmp_filtered),
    Rule("xmp-malformed", "EEW", "ISO 16684-1, 7", "Write the metadata again.", _xmp_malformed),
    Rule("xmp-version", "-E-", _4, "Export it as PDF/X-4.", _xmp_version),
    Rule("xmp-dates", "-E-", _4, "Write the metadata again.", _xmp_dates),
    Rule("xmp-identifiers", "-E-", _4, "Write the metadata again.", _xmp_identifiers),
    Rule("xmp-title", "-E-", _4, "Give the file a title.", _xmp_title),
    Rule("xmp-trapped", "-E-", _4, "Say Trapped False; printers trap themselves.", _xmp_trapped),
    Rule("xmp-differs", "EEW", f"{_1A}; {_4}", "Write Info and XMP together.", _xmp_differs),
)
