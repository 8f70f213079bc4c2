"""A smaller font draws what is wanted as the whole font does, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from bookbuild import fonts, subsets
from bookbuild.errors import BookFaults
from bookbuild.fonts import Face, load_faces, upright
from bookbuild.layout import load_layout

LAYOUTS = Path(__file__).parents[1] / "layouts"
TEXT = frozenset(map(ord, "Aksara fi—1"))


@pytest.fixture(scope="module")
def face() -> Face:
    return upright(load_faces(load_layout((LAYOUTS,), "default")))


def opened(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data), recalcTimestamp=False)


def outline(font: TTFont, number: int) -> list[object]:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[font.getGlyphName(number)].draw(pen)
    return list(pen.value)


def test_glyphs_keep_their_numbers_outlines_and_widths(face: Face) -> None:
    whole = opened(face.data)
    wanted = sorted(whole.getGlyphID(whole.getBestCmap()[code]) for code in TEXT)
    small = opened(fonts.keep_glyphs(face, wanted))
    for number in wanted:
        assert outline(small, number) == outline(whole, number)
        widths = [font["hmtx"][font.getGlyphName(number)] for font in (small, whole)]
        assert widths[0] == widths[1]
    parts = {
        whole.getGlyphID(name)
        for number in wanted
        for name in whole["glyf"][whole.getGlyphName(number)].getComponentNames(whole["glyf"])
    }
    others = set(range(1, max(wanted))) - set(wanted) - parts
    assert not any(outline(small, number) for number in others)
    assert len(fonts.keep_glyphs(face, wanted)) < len(face.data) / 10


def test_characters_keep_what_features_put_in_their_place(face: Face) -> None:
    small = opened(fonts.keep_characters(face, TEXT))
    assert set(small.getBestCmap()) == TEXT
    features = {record.FeatureTag for record in small["GSUB"].table.FeatureList.FeatureRecord}
    assert {"liga", "smcp", "onum"} <= features
    assert not {"swsh", "ss01", "frac"} & features
    assert small["maxp"].numGlyphs > len(TEXT)  # the ligature, small capitals, other figures
    assert small["name"].getDebugName(13) == opened(face.data)["name"].getDebugName(13)


def test_the_same_font_and_characters_give_the_same_bytes_in_any_order(face: Face) -> None:
    forwards, backwards = sorted(TEXT), sorted(TEXT, reverse=True)
    assert fonts.keep_characters(face, forwards) == fonts.keep_characters(face, backwards)
    assert fonts.keep_glyphs(face, [5, 9, 70]) == fonts.keep_glyphs(face, [70, 9, 5])


def test_a_font_for_the_web_has_the_same_characters(face: Face) -> None:
    data = fonts.web_font(face, TEXT)
    assert data[:4] == b"wOF2"
    assert set(opened(data).getBestCmap()) == TEXT
    assert data == fonts.web_font(face, TEXT)


def test_a_broken_font_is_refused() -> None:
    with pytest.raises(ValueError, match="broken"):
        subsets.of_glyphs(b"no font", [1])
    with pytest.raises(ValueError, match="broken"):
        subsets.of_characters(b"no font", [65], ["liga"])


def test_a_font_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    name = "default/fonts/EBGaramond-Regular.ttf"
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes((LAYOUTS / name).read_bytes()[:200_000])
    with pytest.raises(BookFaults) as faults:
        load_faces(load_layout((tmp_path, LAYOUTS), "default"))
    (finding,) = faults.value.findings
    assert finding.code == "font-missing"
    assert "cut off" in finding.message
