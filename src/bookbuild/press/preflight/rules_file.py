"""Rules on the file as a whole: version, encryption, compression, and what no press needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.model import Case, Hit, Rule
from bookbuild.press.preflight.reading import get, name, number

_1A, _4 = "ISO 15930-4:2003", "ISO 15930-7:2010"
_VERSIONS = {"PDF/X-1a:2003": "1.4", "PDF/X-4": "1.6"}
_MEDIA = ("/Movie", "/Sound", "/Screen", "/3D", "/RichMedia")


def _damaged(case: Case) -> Iterator[Hit]:
    if case.opened.repaired:
        first = case.opened.repaired[0][:100]
        yield Hit(f"the file is damaged and was repaired to be read ({first})")


def _encrypted(case: Case) -> Iterator[Hit]:
    if case.opened.encrypted:
        yield Hit("the file is encrypted")


def _version(case: Case) -> Iterator[Hit]:
    highest = _VERSIONS.get(case.standard, "9")
    if case.opened.header > highest:
        yield Hit(f"the file says PDF {case.opened.header}, {case.standard} goes up to {highest}")


def _object_streams(case: Case) -> Iterator[Hit]:
    if case.opened.object_streams:
        yield Hit("objects or the cross-reference table are packed in streams, as of PDF 1.5")


def _id(case: Case) -> Iterator[Hit]:
    parts = reading.array(case.opened.pdf.trailer.get("/ID"))
    if len(parts) != 2 or not all(bytes(part) for part in parts if part is not None):
        yield Hit("the trailer has no /ID")


def _streams(case: Case, holds: Callable[[Any], bool], what: str) -> Iterator[Hit]:
    count = sum(1 for stream in case.streams if holds(stream))
    if count:
        yield Hit(f"{count} {what}" if count > 1 else f"a {what.replace('streams', 'stream')}")


def _external(case: Case) -> Iterator[Hit]:
    return _streams(case, lambda item: get(item, "/F") is not None, "streams outside the file")


def _filter(filters: str, what: str) -> Callable[[Case], Iterator[Hit]]:
    return lambda case: _streams(case, lambda item: filters in reading.filters_of(item), what)


def _deep(case: Case) -> Iterator[Hit]:
    return _streams(
        case,
        lambda item: (
            name(get(item, "/Subtype")) == "/Image"
            and (number(get(item, "/BitsPerComponent")) or 0) > 8
        ),
        "streams of pictures with 16 bits for each colour",
    )


def _postscript(case: Case) -> Iterator[Hit]:
    return _streams(
        case,
        lambda item: (
            name(get(item, "/Subtype")) == "/PS"
            or name(get(item, "/Subtype2")) == "/PS"
            or (name(get(item, "/Subtype")) == "/Form" and get(item, "/PS") is not None)
        ),
        "streams with PostScript",
    )


def _opi(case: Case) -> Iterator[Hit]:
    return _streams(
        case, lambda item: get(item, "/OPI") is not None, "streams that OPI would replace"
    )


def _reference(case: Case) -> Iterator[Hit]:
    return _streams(
        case,
        lambda item: name(get(item, "/Subtype")) == "/Form" and get(item, "/Ref") is not None,
        "streams that stand for a page of another file",
    )


def _alternates(case: Case) -> Iterator[Hit]:
    def printed_otherwise(item: Any) -> bool:
        others = reading.array(get(item, "/Alternates"))
        return any(get(other, "/DefaultForPrinting") is True for other in others)

    return _streams(case, printed_otherwise, "streams of pictures that print as another picture")


def _actions(case: Case) -> Iterator[Hit]:
    names = get(get(case.root, "/Names"), "/JavaScript")
    found = [key for key in ("/OpenAction", "/AA") if get(case.root, key) is not None]
    found += ["/JavaScript"] if names is not None else []
    if any(get(boxes.page, "/AA") is not None for boxes in case.pages):
        found.append("/AA of a page")
    kinds = {name(get(item, "/S")) for item in case.dictionaries if _is_action(item)}
    found += sorted(kinds)
    if found:
        yield Hit(f"the file holds actions ({', '.join(found)})")


def _is_action(item: Any) -> bool:
    return name(get(item, "/Type")) == "/Action" and bool(name(get(item, "/S")))


def _form(case: Case) -> Iterator[Hit]:
    if get(case.root, "/AcroForm") is not None:
        yield Hit("the file holds a form to fill in")


def _embedded(case: Case) -> Iterator[Hit]:
    names = get(get(case.root, "/Names"), "/EmbeddedFiles")
    specs = [item for item in case.dictionaries if get(item, "/EF") is not None]
    if names is not None or specs or get(case.root, "/AF") is not None:
        yield Hit("other files are embedded")


def _media(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        for note in reading.array(get(boxes.page, "/Annots")):
            kind = name(get(note, "/Subtype"))
            if kind in _MEDIA:
                yield Hit(f"an annotation plays or shows {kind[1:]}", boxes.number)


def _presentation(case: Case) -> Iterator[Hit]:
    for boxes in case.pages:
        if get(boxes.page, "/PresSteps") is not None:
            yield Hit("a page has steps of a presentation", boxes.number)


def _annotations(case: Case) -> Iterator[Hit]:
    """Annotations lie outside the bleed; trap networks and printer's marks may lie inside."""
    for boxes in case.pages:
        for note in reading.array(get(boxes.page, "/Annots")):
            kind, box = name(get(note, "/Subtype")), reading.box(get(note, "/Rect"))
            if kind in ("/TrapNet", "/PrinterMark") or box is None:
                continue
            outer = boxes.outer
            if box[0] < outer[2] and outer[0] < box[2] and box[1] < outer[3] and outer[1] < box[3]:
                yield Hit(f"an annotation ({kind[1:] or '?'}) lies on the page", boxes.number)


def _bookmarks(case: Case) -> Iterator[Hit]:
    if get(get(case.root, "/Outlines"), "/First") is not None:
        yield Hit("the file has bookmarks")


def _layers(case: Case) -> Iterator[Hit]:
    if get(case.root, "/OCProperties") is not None:
        yield Hit("the file has layers")


def _layer_states(case: Case) -> Iterator[Hit]:
    layers = get(case.root, "/OCProperties")
    states = [get(layers, "/D"), *reading.array(get(layers, "/Configs"))]
    for state in states if layers is not None else []:
        if get(state, "/AS") is not None:
            yield Hit("layers switch by themselves (/AS)")
        if not reading.text(get(state, "/Name")):
            yield Hit("a state of the layers has no name")


RULES = (
    Rule("pdf-damaged", "EEE", "ISO 32000-1, 7.5", "Write the file again.", _damaged),
    Rule("pdf-encrypted", "EEE", f"{_1A}; {_4}", "Save it without a password.",
         _encrypted),
    Rule("pdf-version", "EE-", f"{_1A}; {_4}",
         "Export it for the older version of PDF.", _version),
    Rule("pdf-object-streams", "E--", f"{_1A} (PDF 1.4)",
         "Save it for PDF 1.4, without object streams.", _object_streams),
    Rule("pdf-id", "EE-", f"{_1A}; {_4}", "Write the file again.", _id),
    Rule("stream-external", "EEE", f"{_1A}; {_4}", "Put everything into the file.",
         _external),
    Rule("stream-crypt", "EEW", _4, "Save it without encryption.",
         _filter("/Crypt", "streams with a Crypt filter")),
    Rule("stream-lzw", "EW-", _1A, "Compress with Flate.",
         _filter("/LZWDecode", "streams compressed with LZW")),
    Rule("stream-jbig2", "E--", _1A, "Compress the picture with Flate or CCITT.",
         _filter("/JBIG2Decode", "streams compressed with JBIG2")),
    Rule("stream-jpx", "E--", f"{_1A} (PDF 1.4)", "Compress the picture as JPEG.",
         _filter("/JPXDecode", "streams compressed with JPEG 2000")),
    Rule("image-deep", "E--", f"{_1A} (PDF 1.4)", "Save the picture with 8 bits a colour.",
         _deep),
    Rule("xobject-postscript", "EEW", f"{_1A}; {_4}", "Export the page again.",
         _postscript),
    Rule("xobject-opi", "EEE", f"{_1A}; {_4}", "Put the real pictures in.", _opi),
    Rule("xobject-reference", "EEE", _4, "Put the page itself in.", _reference),
    Rule("image-alternates", "EEW", f"{_1A}; {_4}",
         "Keep only the picture that is printed.", _alternates),
    Rule("action", "EEW", f"{_1A}; {_4}", "Export without interaction.", _actions),
    Rule("form-fields", "EEW", _4, "Print the fields into the page.", _form),
    Rule("file-embedded", "EEW", _4, "Take the attachments out.", _embedded),
    Rule("multimedia", "EEE", _4, "Take it out: paper can't play it.", _media),
    Rule("presentation", "EEW", _4, "Export without it.", _presentation),
    Rule("annotation-inside", "EEW", f"{_1A}; {_4}",
         "Export without links and comments.", _annotations),
    Rule("bookmarks", "WWW", "KDP, G201857950", "Export without bookmarks.", _bookmarks),
    Rule("layers", "E-W", f"{_1A} (PDF 1.4)", "Merge the layers.", _layers),
    Rule("layer-states", "-E-", _4, "Name the state, let nothing switch by itself.",
         _layer_states),
)  # fmt: skip
