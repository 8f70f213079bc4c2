"""The same book by other tools, each in a process of its own: `python bench/peers.py NAME FOLDER`.

`prepare` writes what they read into a folder: for plain WeasyPrint the very HTML, styles and fonts
that bookbuild sets its sections from, as one document; for the others the manuscript's Markdown as
one file. None of them writes an EPUB, a cover, a PDF/X or a checked file: only a PDF.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_OURS = {
    r"\A\s*\+\+\+.*?^\+\+\+$": "",
    r"^///.*?$(?:\n {4}\w+:.*?$)*": "",
    r"\[\]\(#[\w-]+\)": "57",
    r"\]\(#[\w-]+\)": "](https://example.org)",
    r"\{[#.][^}\n]*\}": "",
}
_PAGE = "set page(width: 150mm, height: 230mm, margin: (top: 21mm, x: 17mm, bottom: 21mm))"
_TYPST = f"""#{_PAGE}
#set text(font: "EB Garamond", size: 11.2pt, hyphenate: true, lang: "LANG", top-edge: "baseline",
  bottom-edge: "baseline")
#set par(justify: true, first-line-indent: 14pt, leading: 14pt, spacing: 14pt)
#show heading.where(level: 1): it => {{ pagebreak(weak: true); it }}
#show raw: set text(size: 8.5pt)
#let horizontalrule = line(length: 100%)
"""


def prepare(book: Path, out: Path) -> None:
    """Write what the peers read of a book."""
    from bookbuild.book.manuscript import read_manuscript
    from bookbuild.folders import layout_folders
    from bookbuild.gathering import gather
    from bookbuild.press.castoff import cast_off
    from bookbuild.press.compositors import ALONE
    from bookbuild.press.sheets import parts

    manuscript = read_manuscript(book)
    made_from, _ = gather(manuscript, layout_folders(book), ALONE)
    sheets = [part.sheet for part in parts(made_from, cast_off(made_from))]
    longest = max(sheets, key=lambda sheet: len(sheet.html))
    faces = "".join(
        f'@font-face{{font-family:"{face.settings.family}";font-weight:{face.settings.weight};'
        f"font-style:{face.settings.style};src:url({face.settings.file})}}\n"
        for face in longest.faces
    )
    (out / "fonts").mkdir(parents=True, exist_ok=True)
    for face in longest.faces:
        (out / face.settings.file).write_bytes(face.data)
    for sheet in sheets:
        for resource in sheet.resources:
            path = out / resource.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(resource.data)
    bodies = (
        "\n".join(_BODY.findall(sheet.html)[0] for sheet in sheets)
        .replace("book:fonts/fonts/", "fonts/")
        .replace("book:", "")
    )
    css = (
        faces
        + longest.css.replace("book:fonts/fonts/", "fonts/").replace("book:", "")
        + "\nsection { break-before: page }\n"
    )
    language = made_from.spec.language
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><style>{css}</style>'
    )
    (out / "book.html").write_text(f"{page}</head><body>{bodies}</body></html>", "utf-8")
    entries = manuscript.spec.manuscript
    listed = [book / "manuscript" / entry.file for entry in entries if entry.file]
    texts = "\n\n".join(_pandocs(path.read_text("utf-8")) for path in listed)
    (out / "book.md").write_text(texts, "utf-8")
    (out / "style.css").write_text(faces + _plain_css(), "utf-8")
    (out / "head.typ").write_text(_TYPST.replace("LANG", language), "utf-8")
    for folder in (path for path in (book / "manuscript").iterdir() if path.is_dir()):
        shutil.copytree(folder, out / folder.name, dirs_exist_ok=True)


def _pandocs(text: str) -> str:
    """A chapter without what only bookbuild reads: its head, /// blocks, references, index marks."""
    for pattern, becomes in _OURS.items():
        text = re.sub(pattern, becomes, text, flags=re.DOTALL | re.MULTILINE)
    return text


def _plain_css() -> str:
    return (
        "@page { size: 150mm 230mm; margin: 21mm 17mm }\n"
        'body { font: 11.2pt/14pt "EB Garamond"; margin: 0; hyphens: auto; text-align: justify }\n'
        "p { margin: 0; text-indent: 14pt } h1 { break-before: page }\n"
    )


def plain_weasyprint(folder: Path) -> None:
    """Stock WeasyPrint on bookbuild's own HTML, one document."""
    import weasyprint

    weasyprint.HTML(folder / "book.html").write_pdf(folder / "plain-weasyprint.pdf")


def pandoc_weasyprint(folder: Path) -> None:
    """Pandoc's HTML, set by WeasyPrint."""
    _pandoc(folder, "-s", "--mathml", "--css", "style.css", "-o", "pandoc.html")
    import weasyprint

    weasyprint.HTML(folder / "pandoc.html").write_pdf(folder / "pandoc-weasyprint.pdf")


def pandoc_typst(folder: Path) -> None:
    """Pandoc's Typst markup, set by Typst."""
    _pandoc(folder, "-t", "typst", "-o", "body.typ")
    head, body = (folder / name for name in ("head.typ", "body.typ"))
    (folder / "pandoc.typ").write_text(head.read_text("utf-8") + body.read_text("utf-8"), "utf-8")
    import typst

    typst.compile(
        folder / "pandoc.typ", output=folder / "pandoc-typst.pdf", font_paths=[folder / "fonts"]
    )


def _pandoc(folder: Path, *arguments: str) -> None:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "-f", "markdown-citations", "book.md", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


PEERS: dict[str, Callable[[Path], None]] = {
    "plain-weasyprint": plain_weasyprint,
    "pandoc-weasyprint": pandoc_weasyprint,
    "pandoc-typst": pandoc_typst,
}


def installed() -> list[str]:
    """The peers that this machine has."""
    return [name for name in PEERS if name != "pandoc-typst" or find_spec("typst")]


if __name__ == "__main__":
    PEERS[sys.argv[1]](Path(sys.argv[2]))
