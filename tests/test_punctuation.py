"""Smart punctuation: what is typed, and what the language sets for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild import xhtml
from bookbuild.folders import layout_folders
from bookbuild.language import Language
from bookbuild.layout import load_language
from bookbuild.punctuation import smart_text, smarten
from tests.support import ROOT

INDONESIAN = load_language(layout_folders(ROOT), "id")
ENGLISH = load_language(layout_folders(ROOT), "en")


def smart(fragment: str, language: Language) -> str:
    root = xhtml.parse(fragment)
    smarten(root, language)
    return xhtml.write(root).replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ('Ia berkata, "Ya."', "Ia berkata, “Ya.”"),
        ("\"Kata 'ini' penting,\" katanya.", "“Kata ‘ini’ penting,” katanya."),
        ("tahun '98 dan 'kan", "tahun ’98 dan ’kan"),
        ("Jum'at", "Jum’at"),
        ("2016-2019", "2016—2019"),
        ("5-10 April", "5—10~April"),
        ("begini --- kira-kira --- jadi", "begini—kira-kira—jadi"),
        ("021-5551234 dan 12-05-2020", "021-5551234 dan 12-05-2020"),
        ("2020-05", "2020-05"),
        ("lalu ... diam", "lalu~… diam"),
        ("diam....", "diam…."),
        ("hlm. 57", "hlm.~57"),
        ("UU No. 14 Tahun 2019, Pasal 1", "UU~No.~14 Tahun~2019, Pasal~1"),
        ("Bab IV dan Bab 3", "Bab~IV dan Bab~3"),
        ("Rp95.900 dan Rp10 triliun", "Rp95.900 dan Rp10~triliun"),
        ("Samuel P. Huntington", "Samuel P.~Huntington"),
        ("Revolusi Industri 4.0", "Revolusi Industri~4.0"),
        ('("dalam kurung")', "(“dalam kurung”)"),
        ("anak-anak ke-2 se-Indonesia", "anak-anak ke-2 se-Indonesia"),
    ],
)
def test_indonesian_marks(typed: str, set_: str) -> None:
    assert smart(f"<p>{xhtml.escape(typed)}</p>", INDONESIAN) == f"<p>{set_}</p>"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("It's the '90s; 'tis \"so\".", "It’s the ’90s; ’tis “so”."),
        ("pp. 12-15", "pp.~12–15"),
        ("'Stop,' he said. The dogs' bowls.", "‘Stop,’ he said. The dogs’ bowls."),
        ("a word -- another", "a word – another"),
    ],
)
def test_english_marks(typed: str, set_: str) -> None:
    assert smart(f"<p>{xhtml.escape(typed)}</p>", ENGLISH) == f"<p>{set_}</p>"


def test_a_quotation_mark_is_judged_across_inline_markup() -> None:
    typed = '<p>"<em>Satu</em>" dan (<em>"dua"</em>)</p>'
    assert smart(typed, INDONESIAN) == "<p>“<em>Satu</em>” dan (<em>“dua”</em>)</p>"


def test_code_is_left_alone() -> None:
    typed = "<p><code>\"x\" -- 1-2</code> dan</p><pre>'a'...</pre>"
    assert smart(typed, INDONESIAN) == typed.replace("&quot;", '"')


def test_each_block_begins_afresh() -> None:
    typed = '<ul><li>"satu"<ul><li>"dua"</li></ul></li></ul>'
    assert smart(typed, INDONESIAN) == "<ul><li>“satu”<ul><li>“dua”</li></ul></li></ul>"


@given(st.text(alphabet=st.sampled_from("ab1 \n'\"-.(5Z"), max_size=60))
def test_no_letter_or_digit_is_ever_lost(typed: str) -> None:
    kept = [char for char in typed if char.isalnum()]
    assert [char for char in smart_text(typed, INDONESIAN) if char.isalnum()] == kept


@given(st.text(alphabet=st.sampled_from("ab1 \n'\"-.(5Z"), max_size=60))
def test_smart_text_is_smart_already(typed: str) -> None:
    once = smart_text(typed, ENGLISH)
    assert '"' not in once
    assert "'" not in once
    assert smart_text(once, ENGLISH) == once
