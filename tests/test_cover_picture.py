"""The front's picture: in the printer's inks on the cover, in sRGB in the EPUB."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image

from bookbuild import inks
from bookbuild.pipeline import Build
from tests.support import ROOT, Epub, findings_of, found, make, small_book

PROFILE = (ROOT / "layouts/profiles/ISOcoated_v2_300_bas.icc").read_bytes()
DARK = (4, 6, 10)


def picture(width: int = 1700, height: int = 1300, *, alpha: bool = False) -> Image.Image:
    """Red above, nearly black below, a hole of white in the middle if it has `alpha`."""
    image = Image.new("RGB", (width, height), (200, 40, 30))
    image.paste(DARK, (0, height // 2, width, height))
    if alpha:
        image.putalpha(255)
        image.paste((0, 0, 0, 0), (width // 3, 0, width // 2, height))
    return image


def pictured(folder: Path, image: Image.Image | None, name: str = "sampul.png") -> Path:
    small_book(folder, "# Satu\n\nTeks.")
    if image is not None:
        image.save(folder / "manuscript" / name)
    file = folder / "manuscript/book.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('"ivory", gsm = 230', f'"ivory", gsm = 230, picture = "{name}"'))
    return folder


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make(pictured(tmp_path_factory.mktemp("sampul"), picture(alpha=True)))


def on_the_cover(build: Build) -> Image.Image:
    with pikepdf.open(io.BytesIO(build.artifacts[1].data)) as pdf:
        images = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        (stream,) = [item for item in images if item.get("/Subtype") == Name.Image]
        assert stream.ColorSpace == Name.DeviceCMYK
        assert "/SMask" not in stream
        return Image.open(io.BytesIO(stream.read_raw_bytes()))


def test_the_picture_stands_on_the_front_in_inks_under_the_limit(build: Build) -> None:
    image = on_the_cover(build)
    assert image.mode == "CMYK"
    assert inks.most_ink(image) <= 240
    assert image.getpixel((200, image.height - 100))[3] > 200  # black carries the dark
    assert max(image.getpixel((image.width * 5 // 12, 100))) <= 2  # the hole is paper
    cyan, magenta, yellow, _ = image.getpixel((200, 100))
    assert magenta > 180 and yellow > 150 and cyan < 60


def test_it_runs_off_the_sheet_and_keeps_away_from_the_fold(build: Build) -> None:
    with pikepdf.open(io.BytesIO(build.artifacts[1].data)) as pdf:
        page = pdf.pages[0]
        place = []
        now = pikepdf.Matrix()
        saved: list[pikepdf.Matrix] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "q":
                    saved.append(now)
                case "Q":
                    now = saved.pop()
                case "cm":
                    now = pikepdf.Matrix(*(float(value) for value in operands)) @ now
                case "Do":
                    if page.obj.Resources.XObject[operands[0]].Subtype == Name.Image:
                        place.append(pikepdf.Rectangle(0, 0, 1, 1))
                        place[-1] = now.transform(place[-1])
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        (box,) = place
        assert box.urx == pytest.approx(width, abs=0.05)
        assert box.ury == pytest.approx(height, abs=0.05)
        fold = width - float(page.obj.TrimBox[0]) - 150 * 72 / 25.4
        assert box.llx == pytest.approx(fold + 15 * 72 / 25.4, abs=0.05)


def test_the_ebooks_front_shows_it_in_srgb(build: Build) -> None:
    data = Epub(build.artifacts[2].data).zip.read("EPUB/cover.jpg")
    with Image.open(io.BytesIO(data)) as front:
        red, green, blue = front.getpixel((front.width - 100, 100))
        assert abs(red - 200) < 12 and abs(green - 40) < 12 and abs(blue - 30) < 12


def test_a_coarse_picture_is_told_with_what_is_wanted(tmp_path: Path) -> None:
    (finding,) = found(pictured(tmp_path / "b", picture(600, 400)), "picture-coarse")
    assert "sampul.png" in finding.message and "front cover" in finding.message
    assert finding.place and finding.place.file == "manuscript/book.toml"


def test_a_fine_picture_is_noted_and_not_warned_of(build: Build) -> None:
    codes = [f.code for f in build.findings if "sampul.png" in f.message]
    assert codes == ["picture-set"]


def test_a_picture_that_is_none_or_missing_is_an_error(tmp_path: Path) -> None:
    missing = pictured(tmp_path / "a", None)
    assert [f.code for f in findings_of(missing) if f.severity == "error"] == ["picture-file"]
    broken = pictured(tmp_path / "b", None)
    (broken / "manuscript/sampul.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert found(broken, "picture-file")
    drawing = pictured(tmp_path / "c", None)
    (drawing / "manuscript/sampul.png").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    assert "SVG" in found(drawing, "picture-file")[0].message
    outside = pictured(tmp_path / "d", None, "../x.png")
    assert "outside" in found(outside, "picture-file")[0].message


@pytest.mark.parametrize("limit", [280, 240, 200])
def test_ink_is_taken_from_the_colours_and_never_from_black(limit: int) -> None:
    noise = Image.effect_noise((160, 120), 90)
    tint = Image.merge(
        "RGB", (noise, noise.rotate(90), noise.transpose(Image.Transpose.ROTATE_180))
    )
    dark = Image.blend(tint, Image.new("RGB", tint.size, DARK), 0.7)
    out = io.BytesIO()
    dark.save(out, "PNG")
    free = inks.ink(out.getvalue(), 4 / 3, 4000, PROFILE, 400).press.data
    held = inks.ink(out.getvalue(), 4 / 3, 4000, PROFILE, limit).press.data
    with Image.open(io.BytesIO(free)) as before, Image.open(io.BytesIO(held)) as after:
        assert inks.most_ink(after) <= limit < inks.most_ink(before)
        blacks = zip(before.getchannel("K").tobytes(), after.getchannel("K").tobytes(), strict=True)
        assert max(abs(a - b) for a, b in blacks) <= 1


def test_only_the_middle_is_shown_and_no_more_pixels_than_a_press_can_use() -> None:
    wide = Image.new("RGB", (3000, 300), "white")
    wide.paste((0, 0, 0), (0, 0, 1200, 300))
    out = io.BytesIO()
    wide.save(out, "PNG")
    inked = inks.ink(out.getvalue(), 2, 200, PROFILE, 300)
    assert (inked.width, inked.height) == (600, 300)
    with Image.open(io.BytesIO(inked.press.data)) as shown:
        assert shown.size == (200, 100)
        assert max(shown.getpixel((5, 50))) <= 2
