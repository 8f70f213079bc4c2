"""A proof to look at: one page of HTML for editors, or sheets of A4 for authors.

In: a finished `Build`. Out: the bytes of one file that needs nothing beside it: no network, no
fonts, no other files. Templates lie in ``layouts/proof/``.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from bookbuild.diagnostics import Severity
from bookbuild.fonts import upright
from bookbuild.language import Language, roman
from bookbuild.layout import read_text, safe
from bookbuild.pipeline import Build
from bookbuild.pixels import Rendering
from bookbuild.press.draft import DraftLines, draft
from bookbuild.press.interior import information
from bookbuild.press.typography.measure import Spot
from bookbuild.press.typography.report import row
from bookbuild.printsets import Made
from bookbuild.proof_facts import ProofFacts, mm_box, proof_facts, shown_mm
from bookbuild.punctuation import smart_text

Rows = list[tuple[str, str]]
MOST_LINES = 10
"""So many of the loosest and of the tightest lines are listed; all are marked."""


def proof_page(build: Build) -> bytes:
    """The proof of the build's first print set as one HTML page.

    Raises:
        BookFaults: a template of ``layouts/proof/`` is missing or wrong.
    """
    made_from, made = build.made_from, build.made[0]
    facts = proof_facts(build, made)
    look = replace(made_from.layout, name="proof")
    folders = made_from.layout.folders
    style = look.fill("proof.css", {"size": facts.recto.size})
    values = {
        **_words(build, made),
        **_shown(facts, made_from.language),
        "facts": facts,
        "found_on": {page.number: () for page in facts.pages} | dict(facts.found_on()),
        "kinds": _kinds(facts, made_from.language),
        "spine": _spine(build, made),
        "book": _book(build, made),
        "typography": _typography(build),
        "uneven": _uneven(build),
        "wanted": made.printer.resolution.tones.wanted,
        "css": safe(style),
        "script": safe(read_text(folders, "proof/proof.js")),
    }
    return look.fill("proof.html", values).encode()


def draft_sheets(build: Build) -> bytes:
    """The interior of the build's first print set, two pages on a sheet, marked as a draft."""
    made_from = build.made_from
    words = made_from.language.proof
    lines = DraftLines(words.draft, _title(build), _state(build), words.sheet)
    face = upright(made_from.faces)
    return draft(build.made[0].inside.pdf, lines, face, information(made_from))


def _title(build: Build) -> str:
    return smart_text(build.made_from.spec.title, build.made_from.language)


def _state(build: Build) -> str:
    spec, language = build.made_from.spec, build.made_from.language
    date = language.day(spec.modified.date())
    return language.proof.state.format(revision=spec.revision, date=date)


def _words(build: Build, made: Made) -> dict[str, Any]:
    spec, language = build.made_from.spec, build.made_from.language
    print_set = next(item for item in build.print_sets if item.printer == made.name)
    return {
        "lang": spec.language,
        "words": language.proof,
        "title": _title(build),
        "authors": ", ".join(spec.people("author")),
        "state": _state(build),
        "extent": str(made.inside.extent),
        "printer": made.printer,
        "complete": build.complete,
        "for_print": print_set.for_print,
        "artifacts": build.artifacts,
    }


def _shown(facts: ProofFacts, language: Language) -> dict[str, Any]:
    """What the template writes numbers, measures and pictures with."""
    words = language.proof
    longest = max(facts.most_inked.ink.mean, 1)

    def spread_name(verso: int | None, recto: int | None) -> str:
        labels = [facts.pages[number].label for number in (verso, recto) if number is not None]
        if len(labels) == 1:
            return words.page.format(page=labels[0])
        return words.spread.format(verso=labels[0], recto=labels[1])

    return {
        "decimal": language.decimal,
        "percent": lambda share: f"{language.decimal(round(share, 1))} %",
        "bar": lambda share: round(share / longest * 100, 1),
        "rect": lambda box: safe(mm_box(box)),
        "view_box": lambda size: f"0 0 {size[0]:g} {size[1]:g}",
        "spread_name": spread_name,
        "uri": _data_uri,
    }


def _data_uri(picture: Rendering) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode('ascii')}"


def _kinds(facts: ProofFacts, language: Language) -> list[dict[str, Any]]:
    words = language.proof
    named = {
        Severity.ERROR: words.errors,
        Severity.WARNING: words.warnings,
        Severity.NOTE: words.notes,
    }
    return [
        {
            "severity": severity.value,
            "word": word,
            "found": [item for item in facts.findings if item.finding.severity is severity],
        }
        for severity, word in named.items()
    ]


def _typography(build: Build) -> Rows:
    """The columns of ``bookbuild preflight --typography``, in words."""
    words = build.made_from.language.proof
    names = (
        words.word_space, words.spread_of_lines, words.loose, words.tight, words.hyphenated,
        words.ladders, words.rectos_hyphen, words.versos_hyphen, words.widows, words.orphans,
        words.short_pages, words.uneven_spreads, words.off_grid, words.short_lines,
    )  # fmt: skip
    decimal_point = build.made_from.language.decimal(1.5)[1]
    values = [value.replace(".", decimal_point) for value in row(build.typography)]
    return list(zip(names, [f"{values[0]} em", *values[1:]], strict=True))


def _uneven(build: Build) -> list[tuple[Spot, str]]:
    """The loosest and the tightest lines, with their word space."""
    spacing, decimal = build.typography.spacing, build.made_from.language.decimal
    spots = (*spacing.loose[:MOST_LINES], *spacing.tight[:MOST_LINES]) if spacing else ()
    return [(spot, f"{decimal(round(spot.value or 0, 3))} em") for spot in spots]


def _spine(build: Build, made: Made) -> Rows:
    """The cover's numbers, as the manifest gives them."""
    language, outside = build.made_from.language, made.outside
    words, spine, geometry = language.proof, outside.spine, outside.geometry
    known = {"measured": words.measured, "published": words.published, "assumed": words.assumed}
    basis = known[spine.calipers.basis]
    block = words.measured if spine.measured else basis
    size = f"{shown_mm(geometry.sheet_width):g} × {shown_mm(geometry.sheet_height):g}"
    return [
        (words.spine, f"{shown_mm(spine.width):g} mm"),
        (words.formula, spine.formula),
        (words.pages, str(outside.pages)),
        (words.leaf, f"{spine.calipers.paper.mm:g} mm ({basis})"),
        (words.board, f"{spine.calipers.cover.mm:g} mm ({basis})"),
        (words.block, f"{shown_mm(spine.block):g} mm ({block})"),
        (words.sheet_size, f"{size} mm"),
        (words.bleed, f"{geometry.bleed.mm:g} mm"),
        (words.safe, f"{made.printer.cover.safe.mm:g} mm"),
        (words.spine_clear, f"{made.printer.spine.text_clearance.mm:g} mm"),
        (words.weight, f"{outside.weight_g:g} g"),
    ]


def _book(build: Build, made: Made) -> Rows:
    """What the manifest says of the book as a whole."""
    spec, words = build.made_from.spec, build.made_from.language.proof
    extent, rule = made.inside.extent, made.printer.interior
    versions = json.loads(build.manifest)["versions"]
    declared = words.none
    if spec.extent is not None:
        declared = f"{roman(spec.extent.roman)} + " if spec.extent.roman else ""
        declared += str(spec.extent.arabic)
    return [
        (f"{words.extent}, {words.declared}", declared),
        (f"{words.extent}, {words.measured}", f"{extent} ({extent.pages})"),
        (words.trimmed, f"{spec.trim.width.mm:g} × {spec.trim.height.mm:g} mm"),
        (words.safe, f"{rule.safe.mm:g} mm"),
        (words.gutter, f"{rule.gutter(extent.pages).mm:g} mm"),
        (words.printer, f"{made.printer.name} ({made.name}), {made.printer.standard}"),
        (words.paper, f"{spec.paper.name} {spec.paper.gsm} g"),
        (words.cover, f"{spec.cover.name} {spec.cover.gsm} g"),
        (words.binding, spec.binding or words.none),
        (words.identifier, spec.identifier),
        (words.layout, build.made_from.layout.name),
        (words.tools, ", ".join(f"{name} {number}" for name, number in versions.items())),
    ]
