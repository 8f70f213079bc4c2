"""What lands on the plates, measured by Ghostscript; and other readers' opinion of the files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageMath

from bookbuild.pipeline import Build
from tests.support import copy_book, make, own_printer
from tests.test_cover_picture import picture, pictured


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Interior and cover of a book with everything, and the cover of one with a dark picture."""
    folder = tmp_path_factory.mktemp("tinta")
    books = [make(copy_book("serba", folder / "a")), make(pictured(folder / "b", picture()))]
    paths = []
    for number, build in enumerate(books):
        for artifact in build.artifacts[:2]:
            paths.append(folder / f"{number}-{artifact.file}")
            paths[-1].write_bytes(artifact.data)
    return paths


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def plates(file: Path, folder: Path) -> dict[str, Image.Image]:
    """The separations of a file's first page at 100 dpi: 0 is full ink."""
    run("gs", "-q", "-o", folder / "p.tif", "-r100", "-sDEVICE=tiffsep", "-dLastPage=1", file)
    names = {"C": "Cyan", "M": "Magenta", "Y": "Yellow", "K": "Black"}
    return {key: Image.open(folder / f"p({name}).tif").convert("L") for key, name in names.items()}


def test_an_interior_is_on_the_black_plate_alone(files: list[Path]) -> None:
    for file in (files[0], files[2]):
        lines = run("gs", "-q", "-o", "-", "-sDEVICE=ink_cov", file).splitlines()
        inks = [[float(value) for value in line.split()[:4]] for line in lines if "CMYK" in line]
        assert len(inks) == len([line for line in lines if line.strip()])
        assert any(ink[3] > 0.1 for ink in inks)
        assert all(ink[:3] == [0, 0, 0] for ink in inks)


def test_no_spot_of_a_cover_has_more_ink_than_the_printer_allows(
    files: list[Path], tmp_path: Path
) -> None:
    for file in (files[1], files[3]):
        total = ImageMath.lambda_eval(
            lambda of: 1020 - of["c"] - of["m"] - of["y"] - of["k"],
            **{key.lower(): plate.convert("I") for key, plate in plates(file, tmp_path).items()},
        )
        assert 200 < total.getextrema()[1] / 2.55 <= 240.5  # rounding of four plates


def test_black_type_overprints_the_colour_under_it(files: list[Path], tmp_path: Path) -> None:
    """A book whose cover has black type on its ground: cyan goes on under the letters."""
    folder = copy_book("plain", tmp_path / "b")
    cover = folder / "layouts/default/cover"
    cover.mkdir(parents=True)
    css = (Path(__file__).parents[2] / "layouts/default/cover/cover.css").read_text("utf-8")
    old = ".title { font-size"
    assert old in css
    (cover / "cover.css").write_text(css.replace(old, ".title { color: {{ black }}; font-size"))
    file = tmp_path / "cover.pdf"
    file.write_bytes(make(folder).artifacts[1].data)
    separated = plates(file, tmp_path)
    full = [
        cyan
        for black, cyan in zip(separated["K"].tobytes(), separated["C"].tobytes(), strict=True)
        if black == 0
    ]
    assert len(full) > 500
    assert max(full) < 30  # 92 % cyan under every full black


@pytest.mark.parametrize("number", range(4))
def test_other_readers_find_nothing_wrong(number: int, files: list[Path], tmp_path: Path) -> None:
    file = files[number]
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", file)
    assert not run("gs", "-q", "-o", tmp_path / "p.ppm", "-r30", "-sDEVICE=ppmraw", file).strip()
    assert not run("pdftoppm", "-r", "30", file, tmp_path / "q").strip()
    assert "PDF/X-1a:2003" in run("pdfinfo", file)
    fonts = run("pdffonts", file).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_outlined_text_and_marks_print_as_they_should(tmp_path: Path) -> None:
    folder = own_printer(
        copy_book("plain", tmp_path / "b"),
        ("text_as_outlines = false", "text_as_outlines = true"),
        ("\n[interior]\n", '\n[marks]\nlength = "5 mm"\noffset = "4 mm"\n\n[interior]\n'),
    )
    build: Build = make(folder)
    for artifact in build.artifacts[:2]:
        file = tmp_path / artifact.file
        file.write_bytes(artifact.data)
        assert len(run("pdffonts", file).splitlines()) == 2
        assert not run(
            "gs", "-q", "-o", tmp_path / "p.ppm", "-r30", "-sDEVICE=ppmraw", file
        ).strip()
        assert "No syntax" in run("qpdf", "--check", file)
