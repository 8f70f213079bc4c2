"""Press files: PDF/X from the first byte to the last, as the printer's profile asks."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from bookbuild.pipeline import Build
from bookbuild.press.inking import BLACK
from bookbuild.press.overprint import settle_inks
from tests.support import ROOT, found, make, own_printer, page_texts, small_book

TEXT = "# Satu\n\nTeks tentang kebun, lihat [](#dua). Sebuah catatan.[^a]\n\n[^a]: Catatan kaki.\n"
MORE = "# Dua {#dua}\n\nTeks lain, *miring* dan **tebal**.\n\n![Denah](denah.svg)\n"
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120">
<rect width="120" height="80" fill="#c33"/><circle cx="120" cy="70" r="45" fill="blue" {}/>
<text x="10" y="110" fill="black">teks</text></svg>"""
FOURTH = ('standard = "PDF/X-1a:2003"', 'standard = "PDF/X-4"')
OUTLINED = ("text_as_outlines = false", "text_as_outlines = true")
MARKED = ("\n[interior]\n", '\n[marks]\nlength = "5 mm"\noffset = "4 mm"\n\n[interior]\n')


def book(folder: Path, *changes: tuple[str, str], see_through: str = "") -> Build:
    small_book(folder, TEXT, MORE)
    (folder / "manuscript/denah.svg").write_text(DRAWING.format(see_through))
    return make(own_printer(folder, *changes))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return book(tmp_path_factory.mktemp("x1a"), see_through='opacity="0.5"')


@pytest.fixture(scope="module")
def fourth(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return book(tmp_path_factory.mktemp("x4"), FOURTH)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return book(tmp_path_factory.mktemp("marks"), MARKED)


@pytest.fixture(scope="module")
def outlined(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return book(tmp_path_factory.mktemp("outlines"), OUTLINED)


def press_files(build: Build) -> list[bytes]:
    return [artifact.data for artifact in build.artifacts[:2]]


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def streams(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Every page and form, with its resources."""
    for page in pdf.pages:
        yield page, page.obj.get("/Resources", Dictionary())
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Form:
            yield item, item.get("/Resources", Dictionary())


def test_x1a_is_pdf_1_4_with_a_classic_table_and_says_so(first: Build) -> None:
    for data in press_files(first):
        assert data.startswith(b"%PDF-1.4")
        assert b"\nxref\n" in data
        assert b"/ObjStm" not in data and b"/XRef" not in data
        pdf = opened(data)
        info = pdf.docinfo
        assert info["/GTS_PDFXVersion"] == "PDF/X-1a:2003"
        assert "/GTS_PDFXConformance" not in info
        assert info["/Trapped"] == Name("/False")
        assert info["/Title"] == "Buku Kecil"
        assert info["/CreationDate"] == info["/ModDate"] == "D:20260101000000Z"


def test_x4_is_pdf_1_6_and_says_so_in_its_metadata(fourth: Build) -> None:
    for data in press_files(fourth):
        assert data.startswith(b"%PDF-1.6")
        pdf = opened(data)
        assert "/GTS_PDFXVersion" not in pdf.docinfo
        assert b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in data


@pytest.mark.parametrize("name", ["first", "fourth"])
def test_one_output_intent_names_the_condition_and_holds_its_profile(
    name: str, request: pytest.FixtureRequest
) -> None:
    build: Build = request.getfixturevalue(name)
    conditions = (
        ("FOGRA29", "FOGRA29L-uncoated.icc"),
        ("FOGRA39", "ISOcoated_v2_300_bas.icc"),
    )
    for data, (identifier, profile) in zip(press_files(build), conditions, strict=True):
        pdf = opened(data)
        (intent,) = list(pdf.Root.OutputIntents)
        assert intent.S == Name.GTS_PDFX
        assert intent.OutputConditionIdentifier == identifier
        assert intent.RegistryName == "http://www.color.org"
        assert str(intent.Info)
        assert intent.DestOutputProfile.N == 4
        assert (
            intent.DestOutputProfile.read_bytes()
            == (ROOT / "layouts/profiles" / profile).read_bytes()
        )


def test_every_page_has_its_boxes_from_the_origin(first: Build) -> None:
    interior, cover = (opened(data) for data in press_files(first))
    for page in interior.pages:
        for box in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox"):
            assert [float(v) for v in page.obj[box]] == pytest.approx([0, 0, 425.197, 651.969])
    (sheet,) = cover.pages
    width, height = (float(v) for v in sheet.mediabox[2:])
    assert [float(v) for v in sheet.obj.BleedBox] == pytest.approx([0, 0, width, height])
    trim = [8.504, 8.504, width - 8.504, height - 8.504]
    assert [float(v) for v in sheet.obj.TrimBox] == pytest.approx(trim, abs=0.002)
    for pdf in (interior, cover):
        assert not any("/ArtBox" in page.obj or "/Rotate" in page.obj for page in pdf.pages)


def test_the_metadata_packet_says_what_the_information_says(first: Build) -> None:
    for data in press_files(first):
        pdf = opened(data)
        assert "/Filter" not in pdf.Root.Metadata
        with pdf.open_metadata() as packet:
            assert packet["dc:title"] == pdf.docinfo["/Title"] == "Buku Kecil"
            assert packet["dc:creator"] == [str(pdf.docinfo["/Author"])]
            assert packet["dc:language"] == {"id"}
            assert packet["pdf:Trapped"] == "False"
            for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
                assert packet[key] == "2026-01-01T00:00:00Z"
            for key in ("xmpMM:DocumentID", "xmpMM:InstanceID"):
                assert re.fullmatch(r"uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", packet[key])
            assert packet["xmpMM:VersionID"] == "1"
            assert packet["xmpMM:RenditionClass"] == "default"


def test_the_same_book_gives_the_same_bytes_and_another_other_names(
    first: Build, tmp_path: Path
) -> None:
    again = book(tmp_path / "again", see_through='opacity="0.5"')
    assert press_files(again) == press_files(first)
    other = book(tmp_path / "other")
    names = [
        re.findall(rb"InstanceID>(.*?)<", press_files(build)[0])[0] for build in (first, other)
    ]
    assert names[0] != names[1]


def test_a_press_file_has_nothing_of_a_screen(first: Build) -> None:
    for data in press_files(first):
        pdf = opened(data)
        kept = {"/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents", "/PageLabels"}
        assert set(pdf.Root.keys()) <= kept
        for page in pdf.pages:
            assert not {"/Annots", "/AA", "/Group", "/Tabs"} & set(page.obj.keys())
        for word in (b"/JavaScript", b"/URI", b"/GoTo", b"/EmbeddedFile"):
            assert word not in data


@pytest.mark.parametrize("name", ["first", "fourth", "outlined", "marked", "plain"])
def test_all_colour_is_ink(name: str, request: pytest.FixtureRequest) -> None:
    build: Build = request.getfixturevalue(name)
    for number, data in enumerate(press_files(build)):
        pdf = opened(data)
        for owner, resources in streams(pdf):
            assert not [
                space
                for space in dict(resources.get("/ColorSpace", {})).values()
                if "RGB" in repr(space) or "Lab" in repr(space) or "ICC" in repr(space)
            ]
            for operands, operator in pikepdf.parse_content_stream(owner):
                assert str(operator) not in ("rg", "RG", "sc", "SC", "ri")
                if number == 0 and str(operator) in ("k", "K"):
                    assert [float(value) for value in operands[:3]] == [0, 0, 0]
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image:
                assert item.ColorSpace in (Name.DeviceGray, Name.DeviceCMYK)


def test_x1a_holds_no_transparency_even_where_a_drawing_has(first: Build) -> None:
    assert not [f for f in first.findings if f.code == "press-transparency"]
    for data in press_files(first):
        for word in (b"/ca ", b"/CA ", b"/SMask", b"/Group", b"/BM"):
            assert word not in data
    interior = opened(press_files(first)[0])
    images = [item for item in interior.objects if isinstance(item, pikepdf.Stream)]
    (drawing,) = [item for item in images if item.get("/Subtype") == Name.Image]
    pixels = pikepdf.PdfImage(drawing).as_pil_image()
    assert pixels.width == round(113 / 25.4 * 600)
    assert len(pixels.resize((40, 24)).getcolors() or []) > 3


def test_a_drawing_without_transparency_stays_a_vector(fourth: Build) -> None:
    interior = opened(press_files(fourth)[0])
    assert not [
        item
        for item in interior.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image
    ]


def shown_text(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, bool]]:
    """For each piece of text: the inks it is filled with, and whether it overprints."""
    for owner, resources in streams(pdf):
        states = resources.get("/ExtGState", Dictionary())
        now: tuple[Any, bool] = (None, False)
        saved = []
        for operands, operator in pikepdf.parse_content_stream(owner):
            match str(operator):
                case "q":
                    saved.append(now)
                case "Q":
                    now = saved.pop()
                case "k":
                    now = (tuple(float(value) for value in operands), now[1])
                case "gs":
                    state = states[operands[0]]
                    if "/op" in state:
                        assert bool(state.op) == bool(state.OP)
                        assert not state.op or state.OPM == 1
                        now = (now[0], bool(state.op))
                case "Tj" | "TJ":
                    yield now
                case "f" | "f*" | "S" | "Do" | "B" | "B*":
                    assert not now[1], "only text overprints"


@pytest.mark.parametrize("name", ["first", "fourth", "serba"])
def test_black_text_overprints_and_other_text_knocks_out(
    name: str, request: pytest.FixtureRequest
) -> None:
    interior, cover = press_files(request.getfixturevalue(name))
    inside, outside = list(shown_text(opened(interior))), list(shown_text(opened(cover)))
    for inks, overprints in inside + outside:
        assert overprints == (inks == BLACK)
    assert (BLACK, True) in inside
    assert any(not overprints for _, overprints in outside)


def test_marks_stand_outside_the_bleed_and_folds_where_the_spine_bends(marked: Build) -> None:
    pdf = opened(press_files(marked)[1])
    cover = pdf.pages[0]
    low, trim = [float(v) for v in cover.obj.BleedBox], [float(v) for v in cover.obj.TrimBox]
    assert float(cover.mediabox[0]) == 0 and low[0] > 17
    lines = re.findall(
        rb"^([\d.-]+) ([\d.-]+) m ([\d.-]+) ([\d.-]+) l S$",
        cover.obj.Contents[-1].read_bytes(),
        re.MULTILINE,
    )
    points = [(float(x), float(y)) for line in lines for x, y in (line[:2], line[2:])]
    assert len(lines) == 8 + 4
    for x, y in points:
        assert not (low[0] < x < low[2] and low[1] < y < low[3])
        assert 0 < x < float(cover.mediabox[2]) and 0 < y < float(cover.mediabox[3])
    folds = sorted({round(x - trim[0], 2) for x, _ in points[16:]})
    spine = marked.artifacts[1].size_mm[0] - 306 if marked.artifacts[1].size_mm else 0
    assert folds == pytest.approx([425.197, 425.197 + spine * 72 / 25.4], abs=0.05)


def test_a_page_with_marks_keeps_its_trim_and_its_place(marked: Build, fourth: Build) -> None:
    with_marks, without = (opened(press_files(build)[0]) for build in (marked, fourth))
    trim = [float(v) for v in with_marks.pages[0].obj.TrimBox]
    assert trim[2] - trim[0] == pytest.approx(425.197, abs=0.01)
    boxes = []
    for build, page in ((marked, with_marks), (fourth, without)):
        document = pypdfium2.PdfDocument(press_files(build)[0])
        text = document[2].get_textpage()
        assert text.count_rects()
        left, bottom, *_ = text.get_rect(0)
        boxes.append(
            (
                left - float(page.pages[2].obj.TrimBox[0]),
                bottom - float(page.pages[2].obj.TrimBox[1]),
            )
        )
        document.close()
    assert boxes[0] == pytest.approx(boxes[1], abs=0.01)


def test_text_as_outlines_looks_the_same_and_needs_no_font(outlined: Build, tmp_path: Path) -> None:
    plain_text = book(tmp_path / "text")
    for drawn, set_ in zip(press_files(outlined), press_files(plain_text), strict=True):
        for owner, resources in streams(opened(drawn)):
            assert "/Font" not in resources
            names = {str(operator) for _, operator in pikepdf.parse_content_stream(owner)}
            assert not names & {"Tj", "TJ", "BT", "Tf"}
        pages = [pypdfium2.PdfDocument(data) for data in (drawn, set_)]
        for left, right in zip(*pages, strict=True):
            one, two = (page.render(scale=2, grayscale=True).to_pil() for page in (left, right))
            different = [abs(a - b) for a, b in zip(one.tobytes(), two.tobytes(), strict=True)]
            assert sum(different) / len(different) < 0.6
        for document in pages:
            document.close()
    assert not "".join(page_texts(press_files(outlined)[0])).strip()


def by_hand(content: bytes, **resources: Any) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(100, 100))
    page.obj.Resources = Dictionary(**resources)
    page.obj.Contents = pdf.make_stream(content)
    return pdf


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (b"1 0 0 rg 0 0 9 9 re f", ["colour"]),
        (b"/Lab cs 50 20 20 scn 0 0 9 9 re f", ["colour"]),
        (b"/half gs 0 0 0 1 k 0 0 9 9 re f", ["transparency"]),
        (b"/blend gs 0 0 9 9 re f", ["transparency"]),
        (b"0.5 0.5 0.5 rg 0 0 9 9 re f", []),
        (b"0.2 0.1 0 0.3 k 0 0 9 9 re f /full gs", []),
    ],
)
def test_what_is_no_ink_or_shows_through_is_told(content: bytes, kinds: list[str]) -> None:
    def page() -> pikepdf.Pdf:
        lab = Array([Name.Lab, Dictionary(WhitePoint=Array([0.96, 1, 0.82]))])
        states = Dictionary(
            half=Dictionary(ca=0.5), full=Dictionary(ca=1), blend=Dictionary(BM=Name.Multiply)
        )
        return by_hand(content, ColorSpace=Dictionary(Lab=lab), ExtGState=states)

    assert [flaw.kind for flaw in settle_inks(page(), flat=True)] == kinds
    still = settle_inks(page(), flat=False)
    assert [flaw.kind for flaw in still] == [kind for kind in kinds if kind == "colour"]


def test_a_grey_becomes_black_ink_and_black_text_that_nobody_coloured_overprints() -> None:
    pdf = by_hand(b"0.25 g 0 0 9 9 re f q 1 1 1 RG 0 0 m 9 9 l S Q")
    assert not settle_inks(pdf, flat=True)
    content = pdf.pages[0].obj.Contents.read_bytes()
    assert b"0 0 0 0.75 k" in content and b"0 0 0 0 K" in content
    text = by_hand(b"BT (a) Tj ET 0 0 9 9 re f")
    settle_inks(text, flat=True)
    assert list(shown_text(text)) == [(BLACK, True)]


def test_colour_that_a_layouts_cover_brings_in_is_an_error(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    cover = folder / "layouts/default/cover"
    cover.mkdir(parents=True)
    text = (ROOT / "layouts/default/cover/cover.html").read_text("utf-8")
    pixel = io.BytesIO()
    Image.new("RGB", (1, 1), "red").save(pixel, "PNG")
    address = f"data:image/png;base64,{base64.b64encode(pixel.getvalue()).decode()}"
    picture = f'<img src="{address}" alt="">'
    (cover / "cover.html").write_text(
        text.replace('<div class="front">', picture + '<div class="front">')
    )
    (finding,) = found(folder, "press-colour")
    assert "RGB" in finding.message and finding.place
    assert finding.place.file == "layouts/default/cover/cover.html"


def test_a_huge_picture_is_made_coarser_and_a_tall_drawing_fits_in_memory(tmp_path: Path) -> None:
    text = "# Satu\n\nTeks.\n\n![Besar](besar.jpg)\n\n![Tinggi](tinggi.svg)\n"
    folder = small_book(tmp_path / "b", text)
    Image.effect_noise((8000, 500), 60).save(folder / "manuscript/besar.jpg")
    (folder / "manuscript/tinggi.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="9000">'
        '<rect width="20" height="9000" fill="red" opacity="0.5"/></svg>'
    )
    pdf = opened(press_files(make(folder))[0])
    images = [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == Name.Image
    ]
    wide, tall = sorted(images, key=lambda image: -int(image.Width))
    assert int(wide.Width) == round(2 * 133 / 25.4 * 600)
    assert int(tall.Height) <= round(230 / 25.4 * 600) + 300


def test_no_stream_of_a_press_file_is_empty_also_where_a_page_shows_through(tmp_path: Path) -> None:
    """An empty form, as a translucent block without text makes one; Ghostscript calls it broken."""
    folder = small_book(tmp_path / "b", "# Satu {#dua}\n\n" + TEXT.split("\n\n", 1)[1])
    style = folder / "layouts" / "default" / "interior" / "page.css"
    style.parent.mkdir(parents=True)
    own = (ROOT / "layouts" / "default" / "interior" / "page.css").read_text("utf-8")
    style.write_text(own + "\np { opacity: 0.5 }\n", "utf-8")
    for data in press_files(make(folder)):
        pdf = opened(data)
        raw = [
            len(item.read_raw_bytes()) for item in pdf.objects if isinstance(item, pikepdf.Stream)
        ]
        assert min(raw) > 0
