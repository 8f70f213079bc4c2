"""Raster pictures: what is read, how it is rendered, what is told; and how fine it is set."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from bookbuild.diagnostics import Diagnostic, Place
from bookbuild.folders import layout_folders
from bookbuild.pictures import SCREEN_PIXELS, Picture, Rendering, read_picture
from bookbuild.pipeline import Build
from bookbuild.press.printer import load_printer
from bookbuild.press.resolution import resolution_findings
from bookbuild.press.typeset import PlacedPicture
from bookbuild.units import mm
from tests.support import ROOT, Epub, make, small_book
from tests.test_ebook import assert_passes

PLACE = Place("manuscript/01.md", 3)
RULE = load_printer(layout_folders(ROOT), "digital-id").resolution
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<style>.a{fill:lime}</style>
<defs><linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue"
stop-opacity=".4"/></linearGradient></defs><rect width="90" height="90" fill="url(#g)"/>
<rect class="a" x="100" width="40" height="90"/><g opacity=".5"><circle cx="170" cy="40" r="25"
fill="orange"/><circle cx="180" cy="60" r="25" stroke="#06c" fill="oklch(.6 .2 30)"/></g></svg>"""


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture in many colours."""
    image = Image.radial_gradient("L").resize(size)
    other = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (image, other, image.rotate(90).resize(size))).convert(mode)


def see_through(size: tuple[int, int], alpha: int) -> Image.Image:
    image = noise(size, "RGBA")
    image.putalpha(alpha)
    return image


def read(folder: Path, data: bytes, name: str = "x.bin") -> tuple[Picture, tuple[Diagnostic, ...]]:
    picture, findings = refused(folder, data, name)
    assert picture is not None, findings
    return picture, findings


def refused(
    folder: Path, data: bytes, name: str = "x.bin"
) -> tuple[Picture | None, tuple[Diagnostic, ...]]:
    (folder / name).write_bytes(data)
    return read_picture(folder / name, name, PLACE)


def opened(rendering: Rendering) -> Image.Image:
    image = Image.open(io.BytesIO(rendering.data))
    image.load()
    return image


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_colour_space_is_read(mode: str, tmp_path: Path) -> None:
    plain = noise((64, 40), "L" if mode == "I;16" else mode if mode in ("1", "L") else "RGB")
    image = plain.convert("I").point(lambda v: v * 257).convert("I;16") if mode == "I;16" else (
        plain.convert(mode)
    )  # fmt: skip
    picture, findings = read(tmp_path, encoded(image, "PNG"))
    assert findings == ()
    assert (picture.width, picture.height) == (64, 40)
    assert opened(picture.grey).mode == "L"
    assert opened(picture.screen).mode in ("L", "RGB", "LA", "RGBA")


def test_sixteen_bit_greys_keep_their_tones(tmp_path: Path) -> None:
    image = Image.new("I;16", (4, 4), 32896)
    picture, _ = read(tmp_path, encoded(image, "PNG"))
    assert opened(picture.grey).getpixel((1, 1)) == 128
    assert opened(picture.screen).getpixel((1, 1)) == 128


def test_cmyk_is_read_as_inks_with_and_without_adobes_mark(tmp_path: Path) -> None:
    adobe = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=100)
    start = adobe.index(b"\xff\xee")
    length = struct.unpack(">H", adobe[start + 2 : start + 4])[0]
    upside_down = encoded(Image.new("CMYK", (16, 16), (255, 0, 0, 255)), "JPEG", quality=100)
    plain = upside_down[:start] + upside_down[start + 2 + length :]
    for data in (adobe, plain):
        picture, findings = read(tmp_path, data)
        red, green, blue = opened(picture.screen).getpixel((5, 5))
        assert red > 230 and green < 40 and blue < 40
        assert [finding.code for finding in findings] == ["picture-changed"]


def test_colours_go_to_srgb_through_the_embedded_profile(tmp_path: Path) -> None:
    swapped = SRGB.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    image = Image.new("RGB", (8, 8), (255, 0, 0))
    for profile, colour in ((SRGB, (255, 0, 0)), (swapped, (0, 0, 255))):
        picture, findings = read(tmp_path, encoded(image, "PNG", icc_profile=profile))
        assert findings == ()
        shown = opened(picture.screen).convert("RGB").getpixel((1, 1))
        assert max(abs(one - other) for one, other in zip(shown, colour, strict=True)) < 4
        grey = opened(picture.grey).getpixel((1, 1))
        assert abs(grey - (76 if profile is SRGB else 29)) < 4
        assert "icc_profile" not in opened(picture.screen).info


def test_a_profile_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    data = encoded(noise((9, 9)), "PNG", icc_profile=b"no profile")
    picture, findings = read(tmp_path, data)
    assert [(item.code, item.place) for item in findings] == [("picture-changed", PLACE)]
    assert findings[0].hint
    assert "icc_profile" not in opened(picture.screen).info


def test_a_picture_stands_upright_and_its_metadata_stay_behind(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "S", 2: (6.0, 10.0, 0.0)}
    data = encoded(noise((60, 40)), "JPEG", exif=exif.tobytes(), comment="Ambon")
    picture, _ = read(tmp_path, data)
    assert (picture.width, picture.height) == (40, 60)
    for rendering in (picture.screen, picture.grey):
        assert opened(rendering).size == (40, 60)
        assert not opened(rendering).getexif()
        assert b"Exif" not in rendering.data and b"Ambon" not in rendering.data


def test_transparency_becomes_paper_in_print_and_stays_on_screens(tmp_path: Path) -> None:
    image = see_through((30, 30), 0)
    picture, _ = read(tmp_path, encoded(image, "PNG"))
    assert opened(picture.grey).getextrema() == (255, 255)
    assert (picture.screen.media_type, opened(picture.screen).mode) == ("image/png", "RGBA")


@pytest.mark.parametrize(
    ("image", "kind", "media_type"),
    [
        (noise((300, 200)), "PNG", "image/jpeg"),
        (noise((300, 200)), "WEBP", "image/jpeg"),
        (noise((300, 200)), "JPEG", "image/jpeg"),
        (Image.new("RGB", (300, 200), "red"), "PNG", "image/png"),
        (Image.new("1", (300, 200)), "PNG", "image/png"),
    ],
)
def test_screens_get_jpeg_unless_the_colours_are_few(
    image: Image.Image, kind: str, media_type: str, tmp_path: Path
) -> None:
    assert read(tmp_path, encoded(image, kind))[0].screen.media_type == media_type


def test_screens_get_at_most_four_megapixels(tmp_path: Path) -> None:
    large, _ = read(tmp_path, encoded(noise((3000, 2000)), "JPEG"))
    small, _ = read(tmp_path, encoded(noise((300, 200)), "JPEG"))
    width, height = opened(large.screen).size
    assert 0.99 * SCREEN_PIXELS < width * height <= SCREEN_PIXELS
    assert abs(width / height - 1.5) < 0.01
    assert opened(small.screen).size == (300, 200)
    assert opened(large.grey).size == (3000, 2000)


def test_a_picture_of_noise_alone_is_rendered(tmp_path: Path) -> None:
    grain = Image.effect_noise((1000, 800), 90)
    image = Image.merge("RGB", (grain, grain.rotate(180), grain.rotate(90).resize(grain.size)))
    picture, findings = read(tmp_path, encoded(image, "PNG"))
    assert findings == ()
    assert opened(picture.screen).size == (1000, 800)


def test_a_phones_jpeg_with_further_views_is_a_jpeg(tmp_path: Path) -> None:
    data = encoded(noise((40, 40)), "MPO", save_all=True, append_images=[noise((40, 40))])
    picture, findings = read(tmp_path, data)
    assert findings == ()
    assert picture.screen.media_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_gives_its_first_frame_and_is_told(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    picture, findings = read(tmp_path, data)
    assert opened(picture.screen).convert("RGB").getpixel((2, 2)) == (255, 0, 0)
    assert [item.code for item in findings] == ["picture-changed"]


def test_a_picture_cut_off_is_refused_also_once_the_page_engine_has_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does
    picture, findings = refused(tmp_path, encoded(noise((90, 90)), "JPEG")[:900])
    assert picture is None and findings[0].code == "picture-file"
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_says(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(40), "a GIF"),
        (b"II*\0" + bytes(40), "a TIFF"),
        (b"%PDF-1.7", "a PDF"),
        (b"hello", "no picture"),
        (png_that_says(60000, 60000), "far too many pixels"),
        (png_that_says(12000, 12000), "12000 × 12000 pixels"),
        (png_that_says(0, 10), ""),
        (encoded(noise((90, 90)), "PNG")[:2000], "broken"),
        (encoded(noise((90, 90)), "JPEG")[:900], "broken"),
        (encoded(noise((90, 90)), "WEBP")[:300], ""),
    ],
)
def test_what_is_no_picture_is_told_with_place_and_remedy(
    data: bytes, says: str, tmp_path: Path
) -> None:
    picture, findings = refused(tmp_path, data)
    assert picture is None
    assert [(item.code, item.severity, item.place) for item in findings] == [
        ("picture-file", "error", PLACE)
    ]
    assert says in findings[0].message
    assert findings[0].hint


REAL = [
    encoded(noise((40, 30)), "JPEG", icc_profile=SRGB),
    encoded(noise((40, 30), "CMYK"), "JPEG"),
    encoded(noise((40, 30)), "PNG", icc_profile=SRGB),
    encoded(noise((40, 30)).convert("P"), "PNG", transparency=3),
    encoded(see_through((40, 30), 9), "WEBP"),
    DRAWING,
]


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A real file, cut off or with bytes changed; or no file at all."""
    data = bytearray(draw(st.sampled_from(REAL)))
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    for _ in range(draw(st.integers(0, 6))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
    return bytes(data)


@given(st.one_of(mangled(), mangled(), st.binary(max_size=200)))
@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_file_whatever_breaks_the_reading(tmp_path: Path, data: bytes) -> None:
    picture, findings = refused(tmp_path, data)
    assert (picture is None) == any(item.severity == "error" for item in findings)
    assert all(item.place == PLACE and item.hint for item in findings)


@pytest.fixture(scope="module")
def illustrated(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A book with one picture of each kind."""
    files = {
        "foto besar.png": encoded(noise((1600, 1200)), "JPEG"),
        "kasar.jpg": encoded(noise((600, 300)), "WEBP"),
        "bening.webp": encoded(see_through((1300, 500), 120), "PNG"),
        "warna.svg": DRAWING,
    }
    text = "# Gambar\n\n" + "".join(f"![Sebuah gambar](<{name}>)\n\n" for name in files)
    folder = small_book(tmp_path_factory.mktemp("gambar"), text)
    for name, data in files.items():
        (folder / "manuscript" / name).write_bytes(data)
    return make(folder)


def test_epubcheck_finds_nothing_in_a_book_of_pictures(illustrated: Build, tmp_path: Path) -> None:
    assert_passes(illustrated, tmp_path)


def test_names_and_media_types_in_the_ebook_say_what_the_bytes_are(illustrated: Build) -> None:
    book = Epub(illustrated.artifacts[2].data)
    listed = {
        item.get("href"): item.get("media-type")
        for item in book.package.iter("{*}item")
        if item.get("href", "").startswith("pictures/")
    }
    assert listed == {
        "pictures/foto-besar.jpg": "image/jpeg",
        "pictures/kasar.jpg": "image/jpeg",
        "pictures/bening.png": "image/png",
        "pictures/warna.svg": "image/svg+xml",
    }
    for href, media_type in listed.items():
        data = book.zip.read(f"EPUB/{href}")
        if media_type != "image/svg+xml":
            assert Image.open(io.BytesIO(data)).get_format_mimetype() == media_type


def test_the_interior_holds_no_colour(illustrated: Build) -> None:
    pdf = pikepdf.open(io.BytesIO(illustrated.artifacts[0].data))
    for item in pdf.objects:
        written = item.unparse(resolved=True)
        assert b"DeviceRGB" not in written and b"/Lab" not in written and b"ICC" not in written
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
            assert item.ColorSpace == "/DeviceGray" and "/SMask" not in item
        elif isinstance(item, pikepdf.Stream) and not {"/Length1", "/N"} & set(item.keys()):
            assert not re.search(rb"\b(rg|RG)\b|/lab-|/DeviceRGB", item.read_bytes())


def test_every_picture_is_listed_with_its_size_and_resolution(illustrated: Build) -> None:
    notes = [item for item in illustrated.findings if item.code == "picture-set"]
    assert [str(item.place) for item in notes] == [f"manuscript/01.md:{n}" for n in (3, 5, 7, 9)]
    said = [item.message for item in notes]
    assert "1600 × 1200 pixels" in said[0] and said[0].endswith("360 ppi")
    assert "113.0 × 56.5 mm" in said[1] and said[1].endswith("135 ppi")
    assert said[3].endswith("52.9 × 26.5 mm, vector")


def test_a_coarse_picture_is_told_and_a_fine_one_not(illustrated: Build) -> None:
    coarse = [item for item in illustrated.findings if item.code == "picture-coarse"]
    assert [(item.severity, str(item.place)) for item in coarse] == [
        ("warning", "manuscript/01.md:5")
    ]
    assert "bring it 1112 pixels wide" in coarse[0].hint


@pytest.mark.parametrize(
    ("pixels", "bitonal", "severities"),
    [
        (250, False, ["note"]),
        (249, False, ["note", "warning"]),
        (99, False, ["note", "warning"]),
        (250, True, ["note", "warning"]),
        (550, True, ["note"]),
    ],
)
def test_resolution_is_judged_at_the_size_that_is_set(
    pixels: int, bitonal: bool, severities: list[str], tmp_path: Path
) -> None:
    image = Image.new("1", (pixels, pixels)) if bitonal else noise((pixels, pixels))
    picture, _ = read(tmp_path, encoded(image, "PNG"))
    placed = PlacedPicture("x.bin", mm(25.4), mm(25.4), 0)
    found = list(resolution_findings([(placed, "7")], {"x.bin": picture}, RULE))
    assert [item.severity for item in found] == severities
