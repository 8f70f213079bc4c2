"""Where a word may be divided at the end of a line.

Owner of pyphen, whose patterns serve every language but Indonesian: its `id_ID` breaks words
where the rules forbid it (`de-ng-an`, `bang-k-rut`), so Indonesian is divided by rule here
(PUEBI/EYD V, II.E). Where the rule leaves two readings, no division is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pyphen

_TOKEN = re.compile(r"ng|ny|sy|kh|.", re.DOTALL)
"""The digraphs are single consonants and never part (PUEBI II.E.1.c)."""
_VOWELS = frozenset("aiueoé")
_GLIDES = frozenset(("ai", "au", "ei", "oi"))
"""May be one sound (*pulau*) or two (*laut*): never divided here."""
_INDONESIAN = re.compile(r"[a-zé]+")
_SUFFIX_UNSURE = re.compile(r"(ng|ny|sy|kh|[b-df-hj-np-tv-z])an|(ng|ny|sy|kh)i")
"""A last syllable that may hide a suffix (*makan-an*, *kurang-i*), which must stay whole."""
_SUFFIX_SURE = re.compile(r".*[b-df-hj-np-tv-z]kan(?<!bankan)")
"""Behind a consonant *-kan* is whole: no root ends in two (but *bank*, of *perbank-an*)."""
_OWNED = "nya"
"""A suffix behind others: what comes before it (*keputusan-nya*) may hide one of them."""
_DERIVED = re.compile(r"[bkpt]e[a-zé]{4,}(an|nya)|me[a-zé]{4,}(kan|nya)")
"""Prefix and suffix: a word that is derived so is no one's name, capital or not."""


def supports(language: str) -> str | None:
    """The language whose division rules serve `language`, or None."""
    if language.split("-")[0] == "id":
        return "id"
    fallback: str | None = pyphen.language_fallback(language)
    return fallback


def positions(word: str, language: str, left: int, right: int) -> tuple[int, ...]:
    """Where `word` may be divided, as counts of letters before the break, ascending.

    `left` and `right` are the fewest letters left before and after a break.
    """
    if language.split("-")[0] == "id":
        found = _indonesian(word)
    else:
        dictionary = pyphen.Pyphen(lang=language, left=left, right=right)
        found = tuple(int(position) for position in dictionary.positions(word))
    return tuple(place for place in found if left <= place <= len(word) - right)


def _indonesian(word: str) -> tuple[int, ...]:
    if word[:1].isupper() and _DERIVED.fullmatch(word.lower()):
        word = word[0].lower() + word[1:]
    if not _INDONESIAN.fullmatch(word):
        return ()  # names, abbreviations and figures are not divided
    if word.endswith(_OWNED) and len(word) > len(_OWNED):
        stem = word.removesuffix(_OWNED)
        return (*_indonesian(stem), len(stem))
    tokens = _TOKEN.findall(word)
    nuclei = list(_nuclei(tokens))
    breaks = []
    for (_, end), (start, _) in pairwise(nuclei):
        consonants = start - end
        breaks.append(end if consonants <= 1 else end + 1)
    offsets = [sum(map(len, tokens[:place])) for place in breaks]
    unsure = offsets and _SUFFIX_UNSURE.fullmatch(word[offsets[-1] :])
    if unsure and not _SUFFIX_SURE.fullmatch(word):
        offsets.pop()
    return tuple(offsets)


def _nuclei(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each vowel, or inseparable pair of vowels, in `tokens`."""
    index = 0
    while index < len(tokens):
        if tokens[index] in _VOWELS:
            pair = "".join(tokens[index : index + 2])
            end = index + (2 if pair in _GLIDES else 1)
            yield index, end
            index = end
        else:
            index += 1


class Divider:
    """The division rules in the shape that page engines know from pyphen."""

    def __init__(self, lang: str, left: int = 2, right: int = 2) -> None:
        self._lang, self._left, self._right = lang, left, right

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """The two parts of `word` at each allowed division, the last one first."""
        for place in reversed(positions(word, self._lang, self._left, self._right)):
            yield word[:place], word[place:]
