"""Citations and the bibliography: clusters in reading order in, XHTML out.

`parse_cluster` reads what stands between the brackets of `[@key, hlm. 5; lihat @other]`;
`set_citations` sets all clusters of a book and its bibliography by a CSL style. Works are cited
as the style says, with the marks and words of the book's language.

What the engine behind it (citeproc-py, mended in `csl_elements`) can't do: numbers
aren't collapsed (`[1]–[3]` are all listed), a repeated author isn't
replaced by a dash in the bibliography, names shortened to `dkk.` aren't lengthened to tell works
apart (year letters do), and a note doesn't name the number of the note that cited a work first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookbuild import xhtml
from bookbuild.cache import NOTHING_KEPT, Cache
from bookbuild.citing.csl import Call, Unusable, render, schema_faults
from bookbuild.citing.csl_flow import Locator
from bookbuild.citing.csl_style import Style, read_style
from bookbuild.citing.csl_text import finished, from_xhtml, marked
from bookbuild.citing.works import PLAIN, Library, Work
from bookbuild.diagnostics import Diagnostic, Place, error, warning
from bookbuild.language import Language
from bookbuild.punctuation import smart_text, smarten

__all__ = [
    "Citations",
    "Cite",
    "Cluster",
    "Style",
    "parse_cluster",
    "read_style",
    "set_citations",
    "unknown_keys",
]

_LABELS = {
    "appendix": "lampiran lamp. appendix app.",
    "article-locator": "pasal article art.",
    "book": "buku book bk.",
    "chapter": "bab chapter chap. ch.",
    "column": "kolom kol. column col.",
    "figure": "gambar gbr. figure fig.",
    "folio": "folio fol.",
    "issue": "nomor no. number issue",
    "line": "baris line lines l. ll.",
    "note": "catatan ctt. note n. nn.",
    "page": "halaman hlm. hal. page pages p. pp.",
    "paragraph": "paragraf par. paragraph para. ¶",
    "part": "bagian bag. part pt.",
    "section": "§ §§ section sec.",
    "sub-verbo": "s.v. lema",
    "supplement": "suplemen supl. supplement",
    "table": "tabel tbl. table",
    "verse": "ayat verse v.",
    "volume": "jilid jil. volume vol. vols.",
}
_LABEL_OF = {word: label for label, words in _LABELS.items() for word in words.split()}
_KEY = r"(?:\{([^{}\s]+)\}|(\w(?:[\w]|[:.#$%&\-+?<>~/](?=\w))*))"
_CITE = re.compile(rf"(?P<prefix>.*?)(?<![\w@])(?P<minus>-)?@{_KEY}(?P<rest>.*)", re.DOTALL)
_PLACES = r"(?:[\dIVXLCDMivxlcdm]+\w?|\d[\w.:]*)(?:\s*[-–—]+\s*[\w.:]+)?"
_LOCATOR = re.compile(
    rf"[,\s]\s*(?:(?P<label>§§?|¶|[^\W\d]+\.?(?:v\.)?)\s*)?"
    rf"(?P<place>{_PLACES}(?:\s*[,&]\s*{_PLACES})*)(?![\w])"
)
_BRACED = re.compile(r",?\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Cite:
    """One work in a cluster."""

    key: str
    prefix: str = ""
    suffix: str = ""
    label: str | None = None
    """CSL's name for the kind of place: `page`, `chapter`."""
    locator: str = ""
    bare: bool = False
    """Without the author, whom the sentence names already."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Works cited together, in one pair of brackets."""

    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class Citations:
    """What a book's clusters and its bibliography look like, as XHTML of running text."""

    clusters: tuple[str, ...]
    """One for each cluster given, in their order; of a note style what stands in the note."""
    bibliography: tuple[tuple[str, str], ...]
    """Key and entry of each work, in the order of the style."""
    is_note_style: bool
    findings: tuple[Diagnostic, ...]


def parse_cluster(text: str) -> Cluster | None:
    """The cluster between two brackets, or None when the text cites nothing."""
    cites = []
    for part in text.split(";"):
        match = _CITE.fullmatch(part)
        if match is None:
            return None
        label, locator, suffix = _split_rest(match["rest"])
        cites.append(
            Cite(
                match[3] or match[4],
                " ".join(match["prefix"].split()),
                suffix,
                label,
                locator,
                bare=match["minus"] is not None,
            )
        )
    return Cluster(tuple(cites))


def _split_rest(rest: str) -> tuple[str | None, str, str]:
    """Label, locator and suffix of what follows a key."""
    if braced := _BRACED.match(rest):
        label, locator, _ = _split_rest(", " + braced[1])
        return (label or "page", locator or braced[1], " ".join(rest[braced.end() :].split()))
    match = _LOCATOR.match(rest)
    if match is not None and (match["label"] is None or match["label"].lower() in _LABEL_OF):
        label = _LABEL_OF[match["label"].lower()] if match["label"] else "page"
        return label, re.sub(r"\s*[-–—]+\s*", "-", match["place"]), rest[match.end() :].strip()
    return None, "", rest.strip()


def unknown_keys(library: Library, cluster: Cluster) -> tuple[str, ...]:
    """The keys of `cluster` that the library doesn't have, each once."""
    return tuple(dict.fromkeys(cite.key for cite in cluster.cites if cite.key not in library))


def set_citations(
    library: Library,
    clusters: Sequence[Cluster],
    style: Style,
    language: Language,
    uncited: Iterable[str] = (),
    cache: Cache = NOTHING_KEPT,
) -> Citations:
    """Every cluster of the book, in reading order, and its bibliography.

    `uncited` are keys of further works to list. Works that the library doesn't have are shown by
    their keys; the caller finds them with `unknown_keys`.
    """
    more = tuple(uncited)
    parts = (repr((library, clusters, style, more)), language.model_dump_json())
    return cache.made("citations", parts, lambda: _set(library, clusters, style, language, more))


def _set(
    library: Library,
    clusters: Sequence[Cluster],
    style: Style,
    language: Language,
    uncited: tuple[str, ...],
) -> Citations:
    findings = _judge(style, language) if style.own else ()
    known = [[cite for cite in cluster.cites if cite.key in library] for cluster in clusters]
    more = [key for key in uncited if key in library]
    used = dict.fromkeys([*(cite.key for cites in known for cite in cites), *more])
    texts = {key: _marked(library.works[key], language) for key in used}
    calls = [[_call(cite, language) for cite in cites] for cites in known]
    try:
        set_ = render(
            style, language, library.works, texts, [cites for cites in calls if cites], more
        )
    except Unusable as fault:
        hint = "take another style, such as chicago-author-date"
        place = Place(style.name) if style.own else None
        message = f"the citation style “{style.name}” can't be used: {fault}"
        found = (*findings, error("citation-style", message, place, hint))
        plain = tuple(_keys(cluster.cites) for cluster in clusters)
        return Citations(plain, (), style.is_note_style, found)
    rendered = iter(set_.clusters)
    tongues = {key: _tongue(library.works[key], language) for key in used}
    written = [
        _written(
            next(rendered) if cites else "", language, set_.comma_inside,
            {tongues[cite.key] for cite in cites}, style.is_note_style,
        )
        for cites in known
    ]  # fmt: skip
    shown = tuple(
        text + _keys([cite for cite in cluster.cites if cite.key not in library], bool(text))
        for text, cluster in zip(written, clusters, strict=True)
    )
    entries = tuple(
        (key, _written(text, language, set_.comma_inside, {tongues[key]}))
        for key, text in set_.entries
    )
    return Citations(shown, entries, style.is_note_style, findings)


def _judge(style: Style, language: Language) -> tuple[Diagnostic, ...]:
    place = Place(style.name)
    hint = "take an independent style from zotero.org/styles"
    return tuple(
        warning("citation-style", f"not as the CSL schema wants it: {said}", place, hint)
        for said in schema_faults(style, language)[:3]
    )


def _keys(cites: Sequence[Cite], after: bool = False) -> str:
    """Keys that nobody knows, where they can't be overlooked."""
    if not cites:
        return ""
    said = "; ".join(f"{xhtml.escape(cite.key)}?" for cite in cites)
    return f"{' ' if after else ''}<strong>({said})</strong>"


def _call(cite: Cite, language: Language) -> Call:
    place = cite.locator.replace("-", language.punctuation.range_dash)
    prefix = smart_text(cite.prefix, language)
    suffix = smart_text(cite.suffix, language)
    gap = "" if not suffix or suffix[0] in ",.;:)" else " "
    return Call(
        cite.key,
        f"{prefix} " if prefix else "",
        gap + suffix,
        Locator(cite.label or "page", place) if place else None,
        cite.bare,
    )


_TITLES = frozenset(
    ("title", "title-short", "container-title", "container-title-short", "collection-title",
     "volume-title", "part-title")
)  # fmt: skip
"""Texts of a work that are in its language."""
_GENRES: Mapping[str, Mapping[str, str]] = {
    "id": {"phdthesis": "Disertasi", "mastersthesis": "Tesis magister"},
    "en": {"phdthesis": "PhD diss.", "mastersthesis": "Master’s thesis"},
}


def _marked(work: Work, language: Language) -> dict[str, str]:
    """The work's texts as the engine takes them, with the language's quotes."""
    genres = _GENRES.get((language.formats or language.code)[:2], _GENRES["en"])
    texts, foreign = {}, _tongue(work, language)
    for name, text in work.texts.items():
        if name in PLAIN:
            texts[name] = text
            continue
        root = xhtml.parse(genres.get(text, text) if name == "genre" else text)
        if name != "page":
            smarten(root, language)
        text = from_xhtml(xhtml.write(root))
        texts[name] = marked("foreign", text) if name in _TITLES and foreign else text
    if not {"title", "title-short"} & set(texts) and not work.names:
        texts["title"] = work.key  # so that it is seen
    texts["language"] = _code(work.texts.get("language", ""), language)
    return texts


def _code(said: str, language: Language) -> str:
    """A work's language as a code; the book's own where nothing is said."""
    names = {"indonesian": "id", "indonesia": "id", "bahasa indonesia": "id", "inggris": "en",
             "english": "en", "american": "en", "british": "en", "ukenglish": "en"}  # fmt: skip
    known = names.get(said.strip().lower(), said.strip().lower())
    return known if re.fullmatch(r"[a-z]{2,3}(-\w+)*", known) else language.formats or language.code


def _tongue(work: Work, language: Language) -> str:
    """The code of a work's language if it isn't the book's, else nothing."""
    code = _code(work.texts.get("language", ""), language)
    own = {language.code.partition("-")[0], (language.formats or "").partition("-")[0]}
    return "" if code.partition("-")[0] in own else code


def _written(
    text: str, language: Language, comma_inside: bool, tongues: set[str], opens: bool = False
) -> str:
    """Marked text as XHTML; with `opens` it begins a note, so with a capital.

    Titles in another language say so, unless works of several are told in one breath.
    """
    if opens:
        text = re.sub(r"^(\W*)([^\W\d_])", lambda first: first[1] + first[2].upper(), text)
    root = xhtml.parse(finished(text.strip(), language.punctuation.close_double, comma_inside))
    foreign = tongues - {""}
    for title in xhtml.elements(root, "foreign") if len(foreign) == 1 else ():
        title.tag = "span"
        title.set("lang", next(iter(foreign)))
    xhtml.unwrap(root, "foreign")
    links = xhtml.elements(root, "a")
    shown = [link.text for link in links]
    for link in links:
        link.text = "\ufffc"
    smarten(root, language)
    for link, address in zip(links, shown, strict=True):
        link.text = address
    return xhtml.write(root)
