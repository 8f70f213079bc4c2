"""The preflight beside `page-validation`, which knows PDF/A: where rules are shared, they agree."""

from __future__ import annotations

import page as validation
import pytest

from tests.pdfs import X1A, X4, saved, valid
from tests.test_preflight_rules import BREAKS

PDF_A = validation.ValidationProfile.PDF_A_2B
SHARED = {
    "pdf-encrypted": "ENCRYPTION", "pdf-id": "TRAILER-ID",
    "stream-external": "STREAM-EXTERNAL-DATA", "stream-crypt": "STREAM-FILTER",
    "stream-lzw": "STREAM-FILTER", "action": "ACTION-TYPE", "multimedia": "ANNOTATION-SUBTYPE",
    "presentation": "PRES-STEPS", "layer-states": "OPTIONAL-CONTENT-NAME",
    "xmp-missing": "METADATA-STRUCTURE", "xmp-filtered": "METADATA-FILTER",
    "xmp-malformed": "XMP", "intent-two-profiles": "OUTPUTINTENT-IDENTITY",
    "box-media": "PAGE-BOUNDARY", "colour-rgb": "DEVICE-RGB",
    "rendering-intent": "RENDERING-INTENT", "blend-unknown": "EXTGSTATE-BLEND-MODE",
    "transfer-curve": "EXTGSTATE-TR2", "halftone-phase": "EXTGSTATE-HTP",
    "halftone": "HALFTONE-TYPE", "operator-unknown": "CONTENT-OPERATOR",
    "font-embedded": "FONT-EMBEDDING", "font-damaged": "FONT-EMBEDDING",
    "font-glyph": "NOTDEF-GLYPH", "font-widths": "TRUETYPE-GLYPH-WIDTH",
    "font-cid-map": "CIDTOGIDMAP",
}  # fmt: skip
"""Our code, and the rule of theirs that the same file breaks."""
UNLIKE = ("bookmarks", "info-missing", "icc-class", "font-type3", "line-hairline", "box-order")
"""Files that PDF/A has nothing against."""


def failures(data: bytes) -> set[str]:
    report = validation.validate_pdf_bytes(data, profile=PDF_A)
    return {failure.rule_id.removeprefix("PDFA2B-")[:-4] for failure in report.failures}


@pytest.mark.parametrize("code", SHARED)
def test_both_find_the_same_fault(code: str) -> None:
    broken = BREAKS[code]
    assert SHARED[code] in failures(broken.file()) - failures(saved(valid(broken.standard)))


@pytest.mark.parametrize("code", UNLIKE)
def test_rules_of_the_press_are_not_rules_of_the_archive(code: str) -> None:
    broken = BREAKS[code]
    assert failures(broken.file()) == failures(saved(valid(broken.standard)))


@pytest.mark.parametrize("standard", [X1A, X4])
def test_the_valid_files_lack_only_what_makes_an_archive(standard: str) -> None:
    kinds = {failure.split("-")[0] for failure in failures(saved(valid(standard)))}
    assert kinds == {"DEVICE", "ID", "XMP"}
