"""Names of a job's files that say what they are, wherever they are copied to.

In: what a print shop tells jobs apart by. Out: names of letters, digits, hyphens, underscores and
dots alone, shorter than `MOST_CHARACTERS`, which every system and mail programme takes as they are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_CHARACTERS = 99
_ORDER, _PAPER, _SHORTEST_SLUG = 24, 14, 12
"""Most characters of an order and of a paper; the least that is left of a slug."""
_OTHER = re.compile(r"[^A-Za-z0-9]+")
_PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "AE",
     "œ": "oe", "Œ": "OE", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d"}
)  # fmt: skip
"""Letters that are no other letter with a mark."""


@dataclass(frozen=True, slots=True)
class PrintedOn:
    """A paper and how it is printed: `HVS`, 70, `1/1`."""

    paper: str
    gsm: int
    inks: str

    @property
    def parts(self) -> tuple[str, str]:
        """As names have them: `HVS70`, `1-1`."""
        return f"{_plain(self.paper, _PAPER) or 'kertas'}{self.gsm}", self.inks.replace("/", "-")


@dataclass(frozen=True, slots=True)
class JobNames:
    """What the names of a job's files say."""

    order: str
    slug: str
    trim_mm: tuple[float, float]
    pages: int
    spine_mm: float
    inside: PrintedOn
    outside: PrintedOn
    quantity: int

    def interior(self, copy: int | None = None) -> str:
        """`P0042-1_peksos-milenial_ISI_15x23_280hlm_HVS70_1-1_5eks.pdf`.

        A stamped one is of a single `copy`, counted from 1: `…_1-1_2dari5.pdf`.
        """
        said = f"{self.quantity}eks" if copy is None else f"{copy}dari{self.quantity}"
        return self._name("ISI", self._trim, f"{self.pages}hlm", *self.inside.parts, said)

    def cover(self) -> str:
        """`P0042-1_peksos-milenial_SAMPUL_15x23_punggung13.2mm_ivory230_4-0_5eks.pdf`."""
        spine = f"punggung{_number(self.spine_mm)}mm"
        return self._name("SAMPUL", self._trim, spine, *self.outside.parts, self._copies)

    def ticket(self, ending: str = "pdf") -> str:
        """`P0042-1_peksos-milenial_TIKET_5eks.pdf`."""
        return self._name("TIKET", self._copies, ending=ending)

    def bundle(self) -> str:
        """`P0042-1_peksos-milenial_5eks.zip`: everything."""
        return self._name(self._copies, ending="zip")

    @property
    def _copies(self) -> str:
        return f"{self.quantity}eks"

    @property
    def _trim(self) -> str:
        return "x".join(_number(side / 10) for side in self.trim_mm)

    def _name(self, *said: str, ending: str = "pdf") -> str:
        order, rest = _plain(self.order, _ORDER) or "pesanan", "_".join(said)
        room = MOST_CHARACTERS - len(f"{order}__{rest}.{ending}")
        slug = _plain(self.slug, max(room, _SHORTEST_SLUG)) or "buku"
        return f"{order}_{slug}_{rest}.{ending}"


def _plain(text: str, most: int) -> str:
    """`text` in ASCII with hyphens between its words, cut between two of them where it is long."""
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    written = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = [word for word in _OTHER.split(written) if word]
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:most]
        if len(longer) > most:
            break
        kept = longer
    return kept


def _number(value: float) -> str:
    """With one decimal at most: `15`, `14.8`."""
    return f"{value:.1f}".removesuffix(".0")
