"""What a layout asks for in vain is refused before anything is set, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bookbuild.press.lint import Template, lint_page, lint_style
from tests.support import ROOT, found, make, one, small_book

FILE = "layouts/x/interior/page.css"


def codes(css: str, *, flat: bool = True) -> list[str]:
    return [finding.message for finding in lint_style(css, Template(FILE, css), flat=flat)]


BAD = {
    "background: linear-gradient(red, blue)": "gradient",
    "background: repeating-radial-gradient(device-cmyk(0 0 0 1), device-cmyk(0 0 0 0))": "gradient",
    "box-shadow: 1pt 1pt 2pt device-cmyk(0 0 0 1)": "blur",
    "box-shadow: 1pt 1pt 0 device-cmyk(0 0 0 1), 0 0 3pt device-cmyk(0 0 0 1)": "blur",
    "text-shadow: 1pt 1pt device-cmyk(0 0 0 1)": "doesn't set it",
    "filter: grayscale(1)": "doesn't set it",
    "mix-blend-mode: multiply": "doesn't set it",
    "border: 2pt ridge": "ridge",
    "border-bottom-style: inset": "inset",
    "outline: 1pt groove device-cmyk(0 0 0 1)": "groove",
    "color: red": "screens",
    "color: #333": "screens",
    "border-top: 1pt solid black": "screens",
    "color: rgb(0 0 0)": "screens",
    "fill: hsl(120 50% 50%)": "screens",
    "background-image: url(book:tile.png)": "hairlines",
    "background: url('tile.png') no-repeat": "hairlines",
}
GOOD = [
    "color: device-cmyk(0 0 0 1)",
    "color: inherit; background: transparent; border: 0.5pt solid currentcolor",
    "box-shadow: 1pt 1pt 0 device-cmyk(0 0 0 0.5)",
    "filter: none; mix-blend-mode: normal; text-shadow: none",
    "border-style: dashed double solid dotted",
    'font-family: "Red Hat", Tan; content: "#fff red url(x)"',
    "opacity: 1; background-image: none",
    "color: device-cmyk(0 0 0 1 / 1)",
]
SEE_THROUGH = [
    "opacity: 0.5",
    "opacity: 50%",
    "color: device-cmyk(0 0 0 1 / 0.5)",
    "background: device-cmyk(0 0 0 1 / 20%)",
]


@pytest.mark.parametrize("style", BAD)
@pytest.mark.parametrize("frame", ["p {{ {} }}", "@page {{ @top-left {{ {} }} }}",
                                   "@media print {{ p {{ & em {{ {} }} }} }}"])  # fmt: skip
def test_what_cannot_be_printed_is_told_wherever_it_stands(style: str, frame: str) -> None:
    (message,) = codes(frame.format(style), flat=False)
    assert BAD[style] in message
    assert style.split(":")[0] in message


@pytest.mark.parametrize("style", GOOD)
def test_what_can_be_printed_is_left_alone(style: str) -> None:
    assert not codes(f"p {{ {style} }}")


@pytest.mark.parametrize("style", SEE_THROUGH)
def test_what_shows_through_is_told_where_the_standard_forbids_it(style: str) -> None:
    assert len(codes(f"p {{ {style} }}", flat=True)) == 1
    assert not codes(f"p {{ {style} }}", flat=False)


def test_a_colour_profile_of_the_layouts_own_is_refused() -> None:
    assert codes("@color-profile device-cmyk { src: url(x.icc) }", flat=False)


def test_drawings_and_style_attributes_in_a_page_are_read_too() -> None:
    page = (
        '<p style="color: #f00">a</p><style>p { opacity: 0.3 }</style>'
        '<svg><linearGradient id="a"/><rect fill="white" stroke="device-cmyk(0 0 0 1)"/></svg>'
    )
    said = [
        f.message for f in lint_page(page, Template("layouts/x/cover/cover.html", page), flat=True)
    ]
    assert len(said) == 4
    assert "fill: white" in " ".join(said)
    assert "linearGradient" in " ".join(said)


@given(some.text(alphabet="{}():;#@/*\"'\\ab-,url%0.5 \n", max_size=60))
def test_no_style_sheet_breaks_the_reader(css: str) -> None:
    lint_style(css, Template(FILE, css), flat=True)
    lint_page(f"<style>{css}</style><p style='{css}'>", Template(FILE, css), flat=True)


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    text = (ROOT / "layouts/default" / file).read_text("utf-8")
    assert old in text
    target = folder / "layouts/default" / file
    target.parent.mkdir(parents=True)
    target.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("interior/page.css", "p { margin: 0; }", "p { margin: 0; }\nem { filter: invert(1); }"),
        ("cover/cover.css", ".price { color: {{ colour.accent }}; }", ".price { color: tomato; }"),
        ("cover/cover.html", '<div class="back">', '<div class="back" style="color: black">'),
    ],
)  # fmt: skip
def test_file_and_line_are_those_of_the_template(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    folder = changed(small_book(tmp_path / "b", "# A\n\nTeks."), file, old, new)
    finding = found(folder, "layout-press")[0]
    assert finding.place and finding.place.file == f"layouts/default/{file}"
    text = (folder / "layouts/default" / file).read_text("utf-8").splitlines()
    assert finding.place.line
    assert new.splitlines()[-1] in text[finding.place.line - 1]
    assert finding.hint


def test_opacity_keeps_an_x1a_set_from_the_press_but_stops_no_build(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    changed(folder, "cover/cover.css", ".price {", ".title { opacity: 0.9; }\n.price {")
    build = make(folder)
    assert {f.code for f in build.findings if f.severity == "error"} >= {
        "layout-press",
        "press-transparency",
    }


def test_a_palette_over_the_ink_limit_is_an_error_with_the_numbers(tmp_path: Path) -> None:
    folder = small_book(tmp_path / "b", "# A\n\nTeks.")
    changed(folder, "layout.toml", "inks = [92, 58, 46, 38]", "inks = [92, 68, 66, 38]")
    finding = one(folder, "ink-limit")
    assert "92 + 68 + 66 + 38 = 264" in finding.message
    assert "240 %" in finding.message
    assert finding.place and finding.place.file == "layouts/default/layout.toml"
