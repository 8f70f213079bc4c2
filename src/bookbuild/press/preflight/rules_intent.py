"""Rules on the output intent and its ICC profile (ISO 15930-4, ISO 15930-7)."""

from __future__ import annotations

from collections.abc import Iterator

from bookbuild.press.preflight import reading
from bookbuild.press.preflight.model import Case, Hit, Rule
from bookbuild.press.preflight.reading import get, name, number, text

REGISTRY = "http://www.color.org"
_X = "ISO 15930-4:2003; ISO 15930-7:2010"
_ICC = "ICC.1:2004-10 (ISO 15076-1), 7.2"
_CHANNELS = {"GRAY": 1, "RGB ": 3, "CMYK": 4}


def intent_space(case: Case) -> str:
    """`GRAY`, `RGB ` or `CMYK`; `CMYK` too where there is no profile to ask."""
    header = case.icc
    return header.space if header else "CMYK"


def _missing(case: Case) -> Iterator[Hit]:
    if not case.intents:
        yield Hit("there is no output intent for PDF/X")
    elif len(case.intents) > 1:
        yield Hit(f"there are {len(case.intents)} output intents for PDF/X; one is allowed")


def _identifier(case: Case) -> Iterator[Hit]:
    if len(case.intents) == 1 and not text(get(case.intents[0], "/OutputConditionIdentifier")):
        yield Hit("the output intent doesn't name its printing condition")


def _profile_missing(case: Case) -> Iterator[Hit]:
    if len(case.intents) != 1 or case.icc_stream is not None:
        return
    registered = text(get(case.intents[0], "/RegistryName")).rstrip("/") == REGISTRY
    if case.standard == "PDF/X-4" or not registered:
        yield Hit("the output intent has no ICC profile")


def _info(case: Case) -> Iterator[Hit]:
    for intent in case.intents[:1]:
        if not text(get(intent, "/RegistryName")) and not text(get(intent, "/Info")):
            yield Hit("the printing condition is neither registered nor explained (/Info)")


def _damaged(case: Case) -> Iterator[Hit]:
    header = case.icc
    if header and not (header.marked and header.length == header.size):
        yield Hit("the output intent's ICC profile is damaged")


def _class(case: Case) -> Iterator[Hit]:
    header = case.icc
    if header and header.marked and header.kind != "prtr":
        yield Hit(f"the output intent's profile is of class “{header.kind}”, not “prtr” (output)")


def _space(case: Case) -> Iterator[Hit]:
    header = case.icc
    if header is None or not header.marked:
        return
    channels = number(get(case.icc_stream, "/N"))
    if case.standard == "PDF/X-1a:2003" and header.space != "CMYK":
        yield Hit(f"the output intent's profile is for {header.space.strip()}, not CMYK")
    elif _CHANNELS.get(header.space) != channels:
        yield Hit(
            f"the output intent's profile is for {header.space.strip()}, but /N is {channels}"
        )


def _version(case: Case) -> Iterator[Hit]:
    header = case.icc
    most = 2 if case.standard == "PDF/X-1a:2003" else 4
    if header and header.marked and header.major > most:
        yield Hit(f"the output intent's profile is of ICC version {header.major}, above {most}")


def _tables(case: Case) -> Iterator[Hit]:
    header = case.icc
    if header and header.marked and header.kind == "prtr" and header.space == "CMYK":
        missing = [tag for tag in ("A2B0", "B2A0") if tag not in header.tables]
        if missing:
            yield Hit(f"the output intent's profile lacks the tables {', '.join(missing)}")


def _two_profiles(case: Case) -> Iterator[Hit]:
    every = reading.array(get(case.root, "/OutputIntents"))
    archives = [item for item in every if name(get(item, "/S")) == "/GTS_PDFA1"]
    own = reading.identity(case.icc_stream)
    for intent in archives if case.intents else []:
        if reading.identity(get(intent, "/DestOutputProfile")) != own:
            yield Hit("the intents for PDF/A and PDF/X have different profiles")


RULES = (
    Rule("intent-missing", "EE-", _X, "Export it with the printer's condition.", _missing),
    Rule("intent-identifier", "EE-", _X, "Name the condition: FOGRA39.", _identifier),
    Rule("intent-profile", "EE-", _X, "Embed the printer's ICC profile.", _profile_missing),
    Rule("intent-info", "EE-", _X, "Name the registry, or describe the condition.", _info),
    Rule("icc-damaged", "EEW", _ICC, "Embed the profile again.", _damaged),
    Rule("icc-class", "EEW", f"{_X}; {_ICC}", "Embed an output profile.", _class),
    Rule("icc-space", "EEW", f"{_X}; {_ICC}", "Embed a CMYK output profile.", _space),
    Rule("icc-version", "EEW", f"{_X}; {_ICC}", "Embed a profile of ICC version 2.", _version),
    Rule("icc-tables", "EEW", f"{_ICC}, 8.5", "Embed a complete profile.", _tables),
    Rule("intent-two-profiles", "EEW", "ISO 19005-2:2011, 6.2.3",
         "Let both intents share one profile.", _two_profiles),
)  # fmt: skip
