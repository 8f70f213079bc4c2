"""Word division: never where the rules of Indonesian forbid it."""

from itertools import pairwise

import pytest

from bookbuild.book.division import positions

ALLOWED = """
bu-ah sa-at ni-at ba-pak la-wan de-ngan ke-nyang mu-ta-khir mu-sya-wa-rah man-di som-bong swas-ta
ap-ril bang-sa makh-luk ul-tra in-fra ben-trok in-stru-men bang-krut kong-res te-man per-gi
pe-ker-ja-an so-si-al ke-mis-ki-nan ma-sya-ra-kat pen-di-dik-an pe-nge-ta-hu-an ber-sa-ma
""".split()  # noqa: SIM905 - words with their divisions as PUEBI II.E and KBBI give them


@pytest.mark.parametrize("divided", ALLOWED)
def test_indonesian_is_divided_only_where_the_rules_allow(divided: str) -> None:
    word = divided.replace("-", "")
    allowed = [len(divided[:index].replace("-", "")) for index, c in enumerate(divided) if c == "-"]
    assert set(positions(word, "id", 2, 2)) <= set(allowed)


@pytest.mark.parametrize("word", ["Huntington", "UU", "PPP", "a", "", "ia", "2019"])
def test_names_abbreviations_and_short_words_are_not_divided(word: str) -> None:
    assert positions(word, "id", 2, 2) == ()


@pytest.mark.parametrize(
    ("word", "divided"),
    [
        ("menyimpan", "me-nyimpan"),  # *simp-an* is another reading
        ("mengharapkan", "meng-ha-rap-kan"),
        ("sedangkan", "se-dang-kan"),
        ("perbankan", "per-bankan"),  # *per-bank-an*
        ("memakan", "me-makan"),
        ("keputusannya", "ke-pu-tusan-nya"),
        ("Kesejahteraan", "Ke-se-jah-te-ra-an"),
        ("Pekerjaannya", "Pe-ker-ja-an-nya"),
        ("Setiawan", "Setiawan"),
        ("KESEHATAN", "KESEHATAN"),
    ],
)
def test_suffixes_stay_whole_and_derived_words_are_divided_in_capitals_too(
    word: str, divided: str
) -> None:
    places = positions(word, "id", 2, 2)
    assert "-".join(word[a:b] for a, b in pairwise((0, *places, len(word)))) == divided


def test_no_part_is_shorter_than_asked() -> None:
    word = "mempertanggungjawabkan"
    assert all(3 <= place <= len(word) - 3 for place in positions(word, "id", 3, 3))


def test_long_words_can_be_divided() -> None:
    assert len(positions("mempertanggungjawabkan", "id", 3, 3)) >= 5


def test_words_of_another_language_follow_their_own_rules() -> None:
    assert positions("trendsetter", "en", 2, 3) != positions("trendsetter", "id", 2, 3)
    assert positions("example", "en", 2, 2)
