"""The ICC profile of a printing condition is checked before it goes into a press file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import ImageCms

from bookbuild.errors import BookFaults
from bookbuild.folders import layout_folders
from bookbuild.press.condition import output_condition, target
from bookbuild.press.printer import Condition, Standard, load_printer
from tests.support import ROOT, found, own_printer, small_book

WHOLE = (ROOT / "layouts/profiles/FOGRA29L-uncoated.icc").read_bytes()
SCREEN = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def faults(data: bytes, folder: Path, standard: Standard = "PDF/X-1a:2003") -> list[str]:
    (folder / "profiles").mkdir(parents=True, exist_ok=True)
    (folder / "profiles/x.icc").write_bytes(data)
    condition = Condition(identifier="FOGRA29", name="Uncoated", profile="x.icc")
    try:
        assert output_condition((folder,), condition, standard).profile == data
    except BookFaults as stopped:
        assert {finding.code for finding in stopped.findings} == {"icc-profile"}
        assert all(finding.place and finding.hint for finding in stopped.findings)
        return [finding.message for finding in stopped.findings]
    return []


def version(number: int) -> bytes:
    return WHOLE[:8] + bytes([number]) + WHOLE[9:]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no ICC profile"),
        (b"%PDF-1.4" + bytes(400), "no ICC profile"),
        (WHOLE[:-1000], "cut off"),
        (WHOLE + b"\0", "cut off or padded"),
        (SCREEN, "“mntr” for RGB"),
        (WHOLE[:12] + b"scnr" + WHOLE[16:], "“scnr” for CMYK"),
        (version(4), "ICC version 4"),
        (WHOLE.replace(b"A2B0", b"A2Bx", 1), "lacks the table A2B0"),
    ],
)
def test_what_cannot_be_an_output_intent_is_told(data: bytes, said: str, tmp_path: Path) -> None:
    assert any(said in message for message in faults(data, tmp_path))


def test_the_vendored_profiles_serve_both_standards(tmp_path: Path) -> None:
    for file in sorted((ROOT / "layouts/profiles").glob("*.icc")):
        assert not faults(file.read_bytes(), tmp_path)
        assert not faults(file.read_bytes(), tmp_path, "PDF/X-4")
    assert not faults(version(4), tmp_path, "PDF/X-4")


@settings(deadline=None, max_examples=40)
@given(
    at=some.integers(0, 400), damage=some.binary(max_size=12), length=some.integers(0, len(WHOLE))
)
def test_a_damaged_profile_is_a_finding_or_a_profile(
    at: int, damage: bytes, length: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "icc"
    faults((WHOLE[:at] + damage + WHOLE[at + len(damage) :])[:length], folder)


def test_each_part_of_a_book_has_its_own_condition() -> None:
    folders = layout_folders(ROOT)
    printer = load_printer(folders, "digital-id")
    assert target(folders, printer, "interior").condition.identifier == "FOGRA29"
    assert target(folders, printer, "cover").condition.identifier == "FOGRA39"
    assert target(folders, printer, "cover").flat


def test_a_profile_that_is_missing_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    folder = own_printer(
        small_book(tmp_path / "b", "# A\n\nTeks."), ("FOGRA29L-uncoated.icc", "lain.icc")
    )
    (finding,) = found(folder, "layout-file")
    assert finding.place and finding.place.file == "layouts/profiles/lain.icc"
    assert "FOGRA29L-uncoated.icc" in finding.hint
