"""From what Markdown makes to the book's own vocabulary: figures, tables, code, formulas.

Each function changes one tree in place and tells what is wrong with it.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from bookbuild import xhtml
from bookbuild.book import highlight
from bookbuild.book.dialect import SIZES
from bookbuild.book.manuscript import Source
from bookbuild.book.mathematics import BadFormula, mathml
from bookbuild.diagnostics import Diagnostic, Place, error, warning

_FILE_NAME = re.compile(r"\S+\.(jpe?g|png|webp|svg|gif|tiff?)", re.IGNORECASE)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def shape(source: Source, root: xhtml.Element) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """Everything below, in order; returns the paths of the section's pictures."""
    findings = list(_shape_figures(source, root))
    findings.extend(_shape_tables(source, root))
    pictures, faults = _take_pictures(source, root)
    findings.extend(faults)
    findings.extend(_shape_code(source, root))
    findings.extend(_shape_formulas(source, root))
    return pictures, findings


def _captioned(root: xhtml.Element, kind: str) -> Iterator[xhtml.Element]:
    for block in xhtml.elements(root, "div"):
        if xhtml.has_class(block, "captioned") and xhtml.has_class(block, kind):
            yield block


def _part(block: xhtml.Element, name: str) -> xhtml.Element | None:
    """The paragraph of a block that carries its caption or credit."""
    for paragraph in block.findall("p"):
        if xhtml.has_class(paragraph, name):
            return paragraph
    return None


def _shape_figures(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    """`/// figure`: the picture, its caption and credit as one `figure.numbered`."""
    for block in _captioned(root, "figure"):
        caption, credit = _part(block, "caption"), _part(block, "credit")
        place = source.place_of("/// figure")
        size = (block.get("class") or "").removeprefix("captioned figure").strip()
        images = xhtml.elements(block, "img")
        if not images:
            hint = "put a picture between the fences: ![what it shows](file)"
            yield error("picture-file", "a figure without a picture", place, hint)
        if size not in SIZES:
            hint = f"write {', '.join(SIZES)}"
            yield error("markup-block", f"a figure has no size “{size}”", place, hint)
        figure = xhtml.new("figure", class_=f"numbered {size}")
        if block.get("id"):
            figure.set("id", block.get("id", ""))
        for image in images:
            image.tail = None
            image.attrib.pop("title", None)
            figure.append(image)
        if caption is not None or credit is not None:
            line = xhtml.child(figure, "figcaption")
            if caption is not None:
                xhtml.move_children(caption, line)
            if credit is not None:
                span = xhtml.child(line, "span", **{"class": "credit"})
                xhtml.move_children(credit, span)
                _space_before(span)
        xhtml.replace(block, figure)


def _space_before(element: xhtml.Element) -> None:
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + " "
    else:
        parent = xhtml.parent_of(element)
        parent.text = f"{parent.text} " if parent.text else None


def _shape_tables(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    """`/// table`: its caption goes into the table, which is then numbered."""
    for block in _captioned(root, "table"):
        caption, tables = _part(block, "caption"), block.findall("table")
        if len(tables) != 1:
            hint = "put one table between the fences, with an empty line before it"
            place = source.place_of("/// table")
            yield error("markup-block", "not one table in a table block", place, hint)
            continue
        (table,) = tables
        table.set("class", "numbered")
        if block.get("id"):
            table.set("id", block.get("id", ""))
        if caption is not None:
            head = xhtml.new("caption")
            xhtml.move_children(caption, head)
            table.insert(0, head)
        xhtml.replace(block, table)
    for table in xhtml.elements(root, "table"):
        for cell in xhtml.elements(table, "th"):
            cell.set("scope", "col" if xhtml.inside(cell, "thead") else "row")
            if not xhtml.text_of(cell) and not len(cell):
                cell.tag = "td"  # a corner without words heads nothing
                cell.attrib.pop("scope", None)


def _take_pictures(source: Source, root: xhtml.Element) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """Paths made relative to manuscript/; a picture alone in its paragraph becomes a figure."""
    paths: list[str] = []
    findings: list[Diagnostic] = []
    before: Counter[str] = Counter()
    for image in xhtml.elements(root, "img"):
        typed = image.get("src", "")
        place, src = _place_of_picture(source, typed, before[typed]), unquote(typed)
        before[typed] += 1
        if _REMOTE.match(src):
            hint = "save the picture in manuscript/ and name that file"
            message = f"“{src}” is not in the book's folder"
            findings.append(error("markup-link", message, place, hint))
            continue
        folder = posixpath.dirname(source.file.removeprefix("manuscript/"))
        path = posixpath.normpath(posixpath.join(folder, src))
        if path.startswith(("../", "/")):
            hint = "keep every picture inside manuscript/"
            findings.append(error("picture-file", f"“{src}” lies outside manuscript/", place, hint))
            continue
        findings.extend(_check_alternative(image, src, place))
        image.set("src", path)
        paths.append(path)
        if xhtml.parent_of(image).tag != "figure" and not _make_figure(image):
            message = f"the picture “{src}” stands inside a paragraph, without caption"
            hint = "put an empty line before and after it, and it becomes a figure"
            findings.append(warning("picture-inline", message, place, hint))
    return tuple(dict.fromkeys(paths)), findings


def _place_of_picture(source: Source, typed: str, before: int) -> Place:
    """Where a file is shown, as Markdown or raw, for the nth time after the first."""
    start = re.compile(rf"""\]\(<?{re.escape(typed)}|src=["']{re.escape(typed)}["']""")
    return source.place_of_match(start, before)


def _check_alternative(image: xhtml.Element, src: str, place: Place) -> Iterator[Diagnostic]:
    """What is said to those who can't see a picture: a text, or that it only decorates."""
    said = (image.get("alt") or "").strip()
    if xhtml.has_class(image, "decorative"):
        if said:
            message = f"“{src}” is marked as decoration, so nobody hears its text alternative"
            yield warning("picture-alt", message, place, "take out {.decorative}, or the text")
        image.set("alt", "")
        return
    hint = "write what it shows, ![what it shows](file), or ![](file){.decorative} of an ornament"
    if not said:
        yield error("picture-alt", f"“{src}” has no text alternative", place, hint)
    elif _FILE_NAME.fullmatch(said):
        message = f"“{src}” has a file's name for a text alternative"
        yield error("picture-alt", message, place, hint)


def _make_figure(image: xhtml.Element) -> bool:
    """A picture alone in its paragraph, or beside others alone, becomes a figure of its own."""
    paragraph = xhtml.parent_of(image)
    alone = all(child.tag == "img" and not (child.tail or "").strip() for child in paragraph)
    caption = image.attrib.pop("title", "")
    if paragraph.tag != "p" or not alone or (paragraph.text or "").strip():
        return False
    figure = xhtml.new("figure")
    last = len(paragraph) == 1
    image.tail = None
    if own := image.attrib.pop("id", None):
        figure.set("id", own)
    figure.append(image)
    if caption:
        figure.append(xhtml.new("figcaption", caption))
    if last:
        xhtml.replace(paragraph, figure)
    else:
        paragraph.addprevious(figure)
    return True


def _shape_code(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    for block in xhtml.elements(root, "pre"):
        code = block.find("code")
        if code is None or len(block) != 1:
            continue
        language = (code.get("class") or "").removeprefix("language-")
        if language and highlight.lexer(language) is None:
            place = source.place_of(f"```{language}")
            hint = "write a name that Pygments knows, or none"
            yield warning("markup-code", f"nobody can highlight “{language}”", place, hint)
            language = ""
        block.set("class", "code")
        lines = highlight.lines(xhtml.all_text(code), language)
        for child in list(code):
            code.remove(child)
        code.text = None
        code.extend(lines)


def _shape_formulas(source: Source, root: xhtml.Element) -> Iterator[Diagnostic]:
    for element in xhtml.elements(root, "span", "div"):
        if not xhtml.has_class(element, "arithmatex"):
            continue
        display = element.tag == "div"
        tex = xhtml.all_text(element).strip()[2:-2].strip()
        try:
            formula = mathml(tex, display=display)
        except BadFormula as fault:
            place = source.place_of(tex.split("\n")[0])
            yield error("markup-math", f"the formula “{tex}” can't be read: {fault}", place)
            continue
        if display:
            holder = xhtml.new("p", class_="formula")
            holder.append(formula)
            formula = holder
        xhtml.replace(element, formula)
