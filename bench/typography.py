"""Set a folder of Markdown with several engines, and measure how evenly each fills its lines.

    python bench/typography.py FOLDER OUT [--fonts DIR] [--only NAME,NAME]

FOLDER holds chapters in Markdown and perhaps `chapters.txt`, their names in reading order. OUT gets
a page of HTML, a PDF of each engine and `figures.json`. With `--fonts DIR`, which holds the four
faces of Liberation Serif, text is set as in docs/typography.md; without it, in EB Garamond.
Our own way to set paragraphs and pages (`bookbuild`) and plain WeasyPrint get the same page, with
the limits of our default composition; each engine runs in a process of its own. `typst` (PyPI) and `chromium` are used where they are found, and a
`lualatex` or `xelatex` isn't asked for: measure its PDF by `bookbuild preflight --typography`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import markdown
from lxml import html as lxml_html

from bookbuild.layout import Composition
from bookbuild.press.composer import composer_for
from bookbuild.press.engine import engine
from bookbuild.press.typography.measure import measure
from bookbuild.press.typography.report import figures, table

SHIPPED = Path(__file__).parents[1] / "layouts/default/fonts"
STYLES = {
    "Regular": "normal normal", "Italic": "italic normal", "Bold": "normal bold",
    "BoldItalic": "italic bold",
}  # fmt: skip
CSS = """
@page { size: 150mm 230mm; margin: 21mm 20mm 25mm; }
html { font: 10.5pt/14.5pt "Body"; hyphens: auto; text-align: justify; orphans: 2; widows: 2; }
body, p { margin: 0; }
p { text-indent: 14.5pt; }
h1 { break-before: page; font-size: 18pt; line-height: 29pt; margin: 0 0 29pt; text-align: left; hyphens: none; }
h2, h3 { font-size: 12pt; line-height: 14.5pt; margin: 14.5pt 0; text-align: center; hyphens: none; }
h1 + p, h2 + p { text-indent: 0; }
blockquote { margin: 14.5pt 20pt; }
hr { border: 0; margin: 14.5pt 0; height: 0; }
"""
TYPST = """#set page(width: 150mm, height: 230mm, margin: (top: 21mm, x: 20mm, bottom: 25mm))
#set text(font: "%s", size: 10.5pt, lang: "%s", hyphenate: true, top-edge: "baseline", bottom-edge: "baseline")
#set par(justify: true, leading: 14.5pt, spacing: 14.5pt, first-line-indent: 14.5pt)
#let chapter(title) = { pagebreak(weak: true); v(29pt); text(size: 18pt, hyphenate: false)[#title]; v(29pt) }
#let section(title) = align(center, text(size: 12pt, title))
"""


def chapters(folder: Path) -> list[Path]:
    """The files in reading order."""
    order = folder / "chapters.txt"
    if order.exists():
        return [folder / name for name in order.read_text("utf-8").split()]
    return [file for file in sorted(folder.glob("*.md")) if file.stem.lower() != "readme"]


def page(files: list[Path], fonts: Path, language: str) -> str:
    """All chapters as one page of HTML."""
    faces = ""
    for file in sorted(fonts.glob("*-*.ttf")):
        family, _, face = file.stem.partition("-")
        if face in STYLES and family in ("EBGaramond", "LiberationSerif"):
            style, weight = STYLES[face].split()
            faces += (
                f'@font-face {{ font-family: "Body"; font-style: {style}; font-weight: {weight}; '
                f"src: url({file.resolve().as_uri()}); }}\n"
            )
    body = "\n".join(
        markdown.markdown(file.read_text("utf-8"), extensions=["footnotes", "tables"])
        for file in files
    )
    head = f'<meta charset="utf-8"><title>bench</title><style>{faces}{CSS}</style>'
    return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def by_weasyprint(source: Path, target: Path, fonts: Path) -> None:
    """Plain WeasyPrint, one line after the other."""
    import weasyprint

    weasyprint.HTML(str(source)).write_pdf(target)


def by_bookbuild(source: Path, target: Path, fonts: Path) -> None:
    """WeasyPrint with our paragraphs and our page endings, otherwise as plain."""
    import weasyprint
    from weasyprint.pdf.fonts import Font
    from weasyprint.text.fonts import FontConfiguration

    embed = Font.clean
    engine()
    Font.clean = embed  # this file is read as it is, not bound
    configuration = FontConfiguration()
    configuration.bookbuild_composer = composer_for(Composition())
    weasyprint.HTML(str(source)).write_pdf(target, font_config=configuration)


def by_chromium(source: Path, target: Path, fonts: Path) -> None:
    """Chromium's print."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                f"--user-data-dir={profile}", "--no-pdf-header-footer",
                f"--print-to-pdf={target.resolve()}", source.resolve().as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip


def by_typst(source: Path, target: Path, fonts: Path) -> None:
    """Typst, which sets paragraphs as a whole."""
    import typst

    tree = lxml_html.parse(str(source)).getroot()
    family = "EB Garamond" if fonts == SHIPPED else "Liberation Serif"
    language = tree.get("lang").partition("-")[0]
    text = TYPST % (family, language) + _typst(tree.find("body"))
    file = target.with_suffix(".typ")
    file.write_text(text, "utf-8")
    typst.compile(str(file), output=str(target), font_paths=[str(fonts)])


def _typst(element: lxml_html.HtmlElement) -> str:
    forms = {
        "p": "%s\n\n", "em": "#emph[%s]", "i": "#emph[%s]", "strong": "#strong[%s]",
        "h1": "\n\n#chapter[%s]\n\n", "h2": "\n\n#section[%s]\n\n", "h3": "\n\n#section[%s]\n\n",
        "blockquote": "\n\n#pad(x: 20pt)[%s]\n\n", "br": "%s \\\n",
    }  # fmt: skip
    inner = _escaped(element.text)
    for child in element:
        inner += _typst(child) + _escaped(child.tail)
    return forms.get(element.tag, "%s").replace("%s", inner)


def _escaped(text: str | None) -> str:
    return re.sub(r"""([\\#\[\]*_`$<>@~=\-+/"'])""", r"\\\1", text or "")


ENGINES: dict[str, tuple[Callable[[Path, Path, Path], None], bool]] = {
    "bookbuild": (by_bookbuild, True),
    "weasyprint": (by_weasyprint, True),
    "typst": (by_typst, find_spec("typst") is not None),
    "chromium": (by_chromium, shutil.which("chromium") is not None),
}


def main() -> None:
    """Set, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--fonts", type=Path, default=SHIPPED)
    arguments.add_argument("--lang", default="en-GB")
    arguments.add_argument("--only", default=",".join(ENGINES))
    asked = arguments.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    source = asked.out / "plain.html"
    source.write_text(page(chapters(asked.folder), asked.fonts, asked.lang), "utf-8")
    found, told = [], {}
    for name in asked.only.split(","):
        set_by, there = ENGINES[name]
        if not there:
            print(f"{name}: not installed", file=sys.stderr)
            continue
        target = asked.out / f"{name}.pdf"
        began = time.perf_counter()
        engine_run = get_context("spawn").Process(target=set_by, args=(source, target, asked.fonts))
        engine_run.start()
        engine_run.join()
        seconds = time.perf_counter() - began
        typography = measure(target.read_bytes())
        found.append((f"{name}, {typography.pages} pages, {seconds:.1f} s", typography))
        told[name] = {"seconds": round(seconds, 2), **figures(typography)}
    (asked.out / "figures.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
