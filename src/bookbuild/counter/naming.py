"""What the files of a job are called: names that say what they are, for people in a print shop.

In: a job and its edition. Out: ORDER_SLUG_ISI_15x23_280hlm_HVS70_1-1_QTY.pdf: ASCII, at most 100
characters, made of what the edition says, never of what a caller sent.
"""

from __future__ import annotations

import re
from typing import Any

from bookbuild.desk.model import Job
from bookbuild.store.editions import StoredSet
from bookbuild.store.record import Edition

LONGEST = 100
_WORDS = {"interior": "ISI", "cover": "SAMPUL", "ticket": "TIKET", "all": "SEMUA"}
_ENDS = {"interior": "pdf", "cover": "pdf", "ticket": "json", "all": "zip"}
_MM = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(mm|cm)")


def file_name(job: Job, edition: Edition, found: StoredSet, part: str) -> str:
    """The name of one part of a job's files."""
    spec = edition.specification
    words = [_WORDS[part]]
    if part == "interior":
        paper = spec.get("paper") or {}
        words += [_trim(spec), f"{found.interior.block_pages or edition.extent.pages}hlm",
                  f"{paper.get('name', '')}{paper.get('gsm', '')}", "1-1"]  # fmt: skip
    elif part == "cover":
        cover = spec.get("cover") or {}
        spine = f"p{found.cover.spine_mm:g}mm" if found.cover.spine_mm else ""
        words += [_trim(spec), spine, f"{cover.get('name', '')}{cover.get('gsm', '')}", "4-0"]
    words = [_plain(word) for word in words]
    tail = "_".join([*(word for word in words if word), str(job.quantity)])
    end = f".{_ENDS[part]}"
    slug = job.slug[: LONGEST - len(job.id) - len(tail) - len(end) - 2]
    return "_".join((job.id, slug, tail)) + end


def _trim(spec: dict[str, Any]) -> str:
    """The trim size in cm: 15x23."""
    trim = spec.get("trim") or {}
    sides = [_MM.fullmatch(str(trim.get(side, ""))) for side in ("width", "height")]
    if None in sides:
        return ""
    return "x".join(
        f"{float(side[1]) / (10 if side[2] == 'mm' else 1):g}" for side in sides if side
    )


def _plain(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "", word)[:20]
