"""Citations: what the library says, what the author typed, and what an editor would print."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild import xhtml
from bookbuild.citing.citations import (
    Cite,
    Cluster,
    Style,
    parse_cluster,
    read_style,
    set_citations,
    unknown_keys,
)
from bookbuild.citing.library import Library, read_library
from bookbuild.folders import layout_folders
from bookbuild.layout import load_language
from tests.support import ROOT

LANGUAGES = {code: load_language(layout_folders(ROOT), code) for code in ("id", "en")}

INDONESIAN = r"""
@string{obor = "Yayasan Obor"}
@book{sukarno, author = {Sukarno}, title = {Di Bawah Bendera Revolusi}, edition = 3, volume = 1,
  publisher = {Panitya Penerbit}, address = {Jakarta}, year = 1964}
@book{toer, author = {Toer, Pramoedya Ananta}, title = {Bumi Manusia}, publisher = {Hasta Mitra},
  address = {Jakarta}, year = 1980}
@article{gambut, author = {Budi Santoso and Rina Wijaya}, title = {Lahan gambut}, year = 2019,
  journal = {Jurnal Tanah}, volume = 12, number = 3, pages = {45--67}, doi = {10.1234/jt.12.3}}
@article{hutan, author = {Budi Santoso and Rina Wijaya}, title = {Air \& hutan}, year = 2019,
  journal = {Jurnal Hutan}, volume = 2, pages = {101--109}}
@article{panen, author = {Ali, A. and Budi, B. and Citra, C. and Dewi, D.}, month = may,
  title = {Panen \emph{mulching}}, journal = {Agronomi}, volume = 2, pages = {1--9}, year = 2020}
@incollection{desa, author = {Sartono Kartodirdjo}, title = {Sejarah desa}, crossref = {kota},
  pages = {11--40}}
@collection{kota, editor = {Mochtar Lubis and S. Hadi}, title = {Desa dan kota}, year = 1993,
  publisher = obor # " Indonesia", location = {Jakarta}}
@report{dinas, author = {{Kementerian Pendidikan dan Kebudayaan}}, title = {Laporan tahunan},
  institution = {Kemdikbud}, number = 12, date = {2018}}
@legislation{uu14, title = {Undang-Undang Nomor 14 Tahun 2019 tentang Pekerja Sosial},
  shorttitle = {UU No. 14 Tahun 2019}, date = {2019}}
@book{babad, author = {Anonim}, title = {Babad}, publisher = {Balai Pustaka}}
@online{web, author = {{BRG}}, title = {Apa itu gambut?}, date = {2020-05},
  url = {https://brg.go.id/gambut?a=1-2}, urldate = {2021-01-03}}
@thesis{tesis, author = {Siti Rahma}, title = {Pola tanam}, type = {mastersthesis},
  institution = {Universitas Gadjah Mada}, year = 2015}
@book{bayang, author = {Benedict Anderson}, translator = {Omi Intan Naomi}, year = 2001,
  origdate = {1983}, title = {Komunitas-komunitas terbayang}, publisher = {Insist}}
@article{banjir, author = {Dewi Sari}, title = {Banjir lagi}, journal = {Kompas},
  entrysubtype = {newspaper}, date = {2020-01-02}, pages = 3}
"""
ENGLISH = r"""
@book{smith, author = {Adam Smith}, title = {The wealth of {UU} nations: a "new" reading},
  edition = 2, publisher = {Oxford University Press}, year = 1999}
@book{zadie, author = {Zadie Smith}, title = {Other matters}, publisher = {Penguin}, year = 2005}
@article{doe, author = {Doe, Jane and Roe, Richard and Poe, Edgar}, title = {Who's afraid?},
  journal = {Nature}, volume = 12, number = 3, pages = {345--367}, year = 2019}
@book{nd, author = {Ann Lee}, title = {No date}, publisher = {Faber}}
@incollection{roe, author = {R. Roe}, title = {On villages}, booktitle = {Villages and towns},
  editor = {Mochtar Lubis}, publisher = {Obor}, year = 1993}
"""


def library(text: str) -> Library:
    read, _ = read_library(text.encode(), "manuscript/pustaka.bib")
    assert read is not None
    return read


def style(name: str) -> Style:
    found, faults = read_style(name)
    assert found is not None, faults
    return found


def clusters(*typed: str) -> list[Cluster]:
    parsed = [parse_cluster(text) for text in typed]
    assert None not in parsed
    return [cluster for cluster in parsed if cluster is not None]


def cited(name: str, code: str, *typed: str) -> list[str]:
    source = library(INDONESIAN if code == "id" else ENGLISH)
    result = set_citations(source, clusters(*typed), style(name), LANGUAGES[code])
    assert not result.findings
    return [text.replace("\u00a0", "~") for text in result.clusters]


def entry(name: str, code: str, key: str) -> str:
    source = library(INDONESIAN if code == "id" else ENGLISH)
    every = clusters(*(f"@{known}" for known in source.works))
    result = set_citations(source, every, style(name), LANGUAGES[code])
    return dict(result.bibliography)[key].replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("typed", "cites"),
    [
        ("@toer", [Cite("toer")]),
        ("@toer, hlm. 5", [Cite("toer", label="page", locator="5")]),
        ("@toer, hal. 5–7", [Cite("toer", label="page", locator="5-7")]),
        ("@toer 12", [Cite("toer", label="page", locator="12")]),
        ("@toer, pp. 5-7, 9", [Cite("toer", label="page", locator="5-7, 9")]),
        ("@toer, bab 2", [Cite("toer", label="chapter", locator="2")]),
        ("@uu, pasal 5", [Cite("uu", label="article-locator", locator="5")]),
        ("@uu, § 5", [Cite("uu", label="section", locator="5")]),
        ("@toer, jilid II", [Cite("toer", label="volume", locator="II")]),
        ("@toer, dan seterusnya", [Cite("toer", suffix=", dan seterusnya")]),
        ("@toer, hlm. 5 dst.", [Cite("toer", suffix="dst.", label="page", locator="5")]),
        ("-@toer", [Cite("toer", bare=True)]),
        (
            "lihat @a; dan -@b, hlm. 1",
            [Cite("a", "lihat"), Cite("b", "dan", "", "page", "1", True)],
        ),
        ("@doi:10.1/x.y", [Cite("doi:10.1/x.y")]),
    ],
)
def test_a_cluster_is_read_as_pandoc_reads_it(typed: str, cites: list[Cite]) -> None:
    assert parse_cluster(typed) == Cluster(tuple(cites))


@pytest.mark.parametrize("typed", ["", "teks", "a@b.id", "@", "@a; teks", ";"])
def test_what_cites_nothing_is_no_cluster(typed: str) -> None:
    assert parse_cluster(typed) is None


@pytest.mark.parametrize(
    ("name", "typed", "set_"),
    [
        ("chicago-author-date", "@toer, hlm. 5-7", "(Toer 1980, 5—7)"),
        ("chicago-author-date", "lihat @toer, bab 2; @sukarno",
         "(lihat Toer 1980, bab~2; Sukarno 1964)"),
        ("chicago-author-date", "-@sukarno, hlm. 3", "(1964, 3)"),
        ("chicago-author-date", "@panen", "(Ali dkk. 2020)"),
        ("chicago-author-date", "@gambut; @hutan", "(Santoso dan Wijaya 2019b, 2019a)"),
        ("chicago-author-date", "@uu14, pasal 5", "(UU~No.~14 Tahun~2019, pasal~5)"),
        ("chicago-author-date", "@babad", "(Anonim, t.t.)"),
        ("chicago-author-date", "@kota", "(Lubis dan Hadi 1993)"),
        ("chicago-author-date", "@dinas", "(Kementerian Pendidikan dan Kebudayaan 2018)"),
        ("apa", "@gambut, hlm. 5", "(Santoso &amp; Wijaya, 2019b, hlm.~5)"),
        ("harvard-cite-them-right", "@hutan", "(Santoso dan Wijaya, 2019a)"),
        ("modern-language-association", "@toer, hlm. 5", "(Toer 5)"),
        ("modern-language-association", "@hutan", "(Santoso dan Wijaya, “Air &amp; hutan”)"),
        ("chicago-fullnote-bibliography", "lihat @toer, hlm. 5",
         "Lihat Pramoedya Ananta Toer, <em>Bumi Manusia</em> (Hasta Mitra, 1980), 5."),
        ("chicago-fullnote-bibliography", "@desa, hlm. 12",
         "Sartono Kartodirdjo, “Sejarah desa,” dalam <em>Desa dan kota</em>, disunting oleh "
         "Mochtar Lubis dan S.~Hadi (Yayasan Obor Indonesia, 1993), 12."),
    ],
)  # fmt: skip
def test_citations_read_as_indonesian(name: str, typed: str, set_: str) -> None:
    everything = ["@gambut; @hutan"] if "gambut" in typed or "hutan" in typed else []
    assert cited(name, "id", typed, *everything)[0] == set_


@pytest.mark.parametrize(
    ("name", "key", "set_"),
    [
        ("chicago-author-date", "sukarno",
         "Sukarno. 1964. <em>Di Bawah Bendera Revolusi</em>. Ed. ke-3. Vol. 1. Panitya Penerbit."),
        ("chicago-author-date", "kota",
         "Lubis, Mochtar, dan S.~Hadi, peny. 1993. <em>Desa dan kota</em>. "
         "Yayasan Obor Indonesia."),
        ("chicago-author-date", "hutan",
         "Santoso, Budi, dan Rina Wijaya. 2019a. “Air &amp; hutan.” "
         "<em>Jurnal Hutan</em> 2: 101—109."),
        ("chicago-author-date", "panen",
         "Ali, A., B.~Budi, C.~Citra, dan D.~Dewi. 2020. “Panen <em>mulching</em>.” "
         "<em>Agronomi</em> 2 (Mei): 1—9."),
        ("chicago-author-date", "uu14",
         "Undang-Undang Nomor~14 Tahun~2019 tentang Pekerja Sosial."),
        ("chicago-author-date", "web",
         'BRG. 2020. “Apa itu gambut?” Mei. <a href="https://brg.go.id/gambut?a=1-2">'
         "https://brg.go.id/gambut?a=1-2</a>."),
        ("chicago-author-date", "bayang",
         "Anderson, Benedict. (1983) 2001. <em>Komunitas-komunitas terbayang</em>. "
         "Diterjemahkan oleh Omi Intan Naomi. Insist."),
        ("apa", "tesis", "Rahma, S.~(2015). <em>Pola tanam</em> [Tesis magister]. "
         "Universitas Gadjah Mada."),
        ("apa", "desa", "Kartodirdjo, S.~(1993). Sejarah desa. Dalam M.~Lubis &amp; S.~Hadi "
         "(peny.), <em>Desa dan kota</em> (hlm.~11—40). Yayasan Obor Indonesia."),
        ("apa", "banjir", "Sari, D. (2020, 2~Januari). Banjir lagi. <em>Kompas</em>, 3."),
        ("apa", "babad", "Anonim. (t.t.). <em>Babad</em>. Balai Pustaka."),
        ("ieee", "toer",
         "[2] P.~A.~Toer, <em>Bumi Manusia</em>. Jakarta: Hasta Mitra, 1980."),
    ],
)  # fmt: skip
def test_entries_read_as_indonesian(name: str, key: str, set_: str) -> None:
    assert entry(name, "id", key).replace("S.~(", "S. (") == set_.replace("S.~(", "S. (")


@pytest.mark.parametrize(
    ("name", "typed", "set_"),
    [
        ("chicago-author-date", "see @smith, ch. 2; @doe",
         "(see A.~Smith 1999, chap. 2; Doe et al. 2019)"),
        ("apa", "@doe, pp. 5-7", "(Doe et al., 2019, pp.~5–7)"),
        ("apa", "@nd", "(Lee, n.d.)"),
        ("ieee", "@smith, p. 3", "[1, p.~3]"),
    ],
)  # fmt: skip
def test_citations_read_as_english(name: str, typed: str, set_: str) -> None:
    assert cited(name, "en", typed, "@zadie")[0].replace("chap.~", "chap. ") == set_


@pytest.mark.parametrize(
    ("name", "key", "set_"),
    [
        ("chicago-author-date", "smith",
         "Smith, Adam. 1999. <em>The Wealth of UU Nations: A “New” Reading</em>. 2nd ed. "
         "Oxford University Press."),
        ("chicago-author-date", "doe",
         "Doe, Jane, Richard Roe, and Edgar Poe. 2019. “Who’s Afraid?” <em>Nature</em> 12 (3): "
         "345–67."),
        ("modern-language-association", "roe",
         "Roe, R. “On Villages.” <em>Villages and Towns</em>, edited by Mochtar Lubis, "
         "Obor, 1993."),
    ],
)  # fmt: skip
def test_entries_read_as_english(name: str, key: str, set_: str) -> None:
    assert entry(name, "en", key) == set_


def test_a_work_cited_again_in_a_note_is_shortened() -> None:
    notes = cited("chicago-notes-bibliography", "id", "@toer", "@toer, hlm. 9")
    assert notes[1] == "Toer, <em>Bumi Manusia</em>, 9."


@pytest.mark.parametrize(
    ("date", "set_"),
    [
        ("date = {2019/2021}", "(Bima dkk. 2019–2021)"),
        ("date = {2020-01/2020-02}", "(Bima dkk. 2020)"),
        ("year = {abad ke-19}", "(Bima dkk. abad ke-19)"),
    ],
)
def test_spans_and_words_are_dates(date: str, set_: str) -> None:
    source = library(f"@book{{a, title = {{T}}, author = {{A. Bima and others}}, {date}}}")
    for name in ("chicago-author-date", "ieee", "apa"):
        result = set_citations(source, clusters("@a"), style(name), LANGUAGES["id"])
        assert not result.findings
        if name == "chicago-author-date":
            assert result.clusters == (set_,)


def test_a_work_without_title_and_author_is_seen_by_its_key() -> None:
    result = set_citations(
        library("@book{kosong}"), clusters("@kosong"), style("ieee"), LANGUAGES["id"]
    )
    assert "kosong" in result.bibliography[0][1]


def test_note_styles_are_told_apart() -> None:
    assert style("chicago-notes-bibliography").is_note_style
    assert not style("apa").is_note_style


def test_the_bibliography_lists_what_is_cited_and_what_is_asked_for() -> None:
    source = library(INDONESIAN)
    arguments = (clusters("@toer"), style("apa"), LANGUAGES["id"])
    assert [key for key, _ in set_citations(source, *arguments).bibliography] == ["toer"]
    more = set_citations(source, *arguments, uncited=("babad", "nowhere"))
    assert [key for key, _ in more.bibliography] == ["babad", "toer"]


def test_an_unknown_key_is_named_and_seen() -> None:
    source, (cluster,) = library(INDONESIAN), clusters("@toer; @tiada; @tiada")
    assert unknown_keys(source, cluster) == ("tiada",)
    (text,) = set_citations(source, [cluster], style("apa"), LANGUAGES["id"]).clusters
    assert text == "(Toer, 1980) <strong>(tiada?; tiada?)</strong>"


@pytest.mark.parametrize("code", ["id", "en"])
@pytest.mark.parametrize(
    "name",
    ["chicago-author-date", "apa", "modern-language-association", "chicago-notes-bibliography",
     "ieee", "harvard-cite-them-right", "elsevier-vancouver",
     "american-political-science-association"],
)  # fmt: skip
def test_every_style_gives_clean_xhtml(name: str, code: str) -> None:
    found = style(name)
    source = library(INDONESIAN + ENGLISH)
    typed = [f"@{key}{place}" for key in source.works for place in ("", ", hlm. 5", ", bab 2")]
    result = set_citations(source, clusters(*typed), found, LANGUAGES[code])
    assert result == set_citations(source, clusters(*typed), found, LANGUAGES[code])
    for text in [*result.clusters, *(entry for _, entry in result.bibliography)]:
        root = xhtml.parse(text)
        assert {element.tag for element in root.iter()} <= {
            "body",
            "em",
            "strong",
            "span",
            "sup",
            "a",
        }
        assert not re.search(r"\.\.|,,|\?\.|[\"'\ue000-\uf8ff]|  ", xhtml.all_text(root)), text


def test_an_unknown_style_is_refused_with_the_nearest() -> None:
    found, (fault,) = read_style("chicago-autor-date")
    assert found is None
    assert fault.code == "citation-style"
    assert "chicago-author-date" in fault.hint


@pytest.mark.parametrize("data", [b"", b"<a", b"<style/>", b"\xff\xfe", b"<!DOCTYPE x><x/>"])
def test_a_file_that_is_no_style_is_refused(data: bytes) -> None:
    found, faults = read_style("gaya.csl", data)
    assert found is None
    assert [fault.code for fault in faults] == ["citation-style"]


def test_a_style_of_the_book_is_used_and_judged() -> None:
    csl = b"""<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
      <citation><layout prefix="{" suffix="}"><text variable="title"/></layout></citation>
    </style>"""
    found, _ = read_style("gaya.csl", csl)
    assert found is not None
    result = set_citations(library(INDONESIAN), clusters("@toer"), found, LANGUAGES["id"])
    assert result.clusters == ("{Bumi Manusia}",)
    assert {finding.code for finding in result.findings} == {"citation-style"}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        (r"{\"o} \'e \AA", "ö é Å"),
        (r"{UU} \& 50\% a--b", '<span class="nocase">UU</span> &amp; 50% a–b'),
        (r"\emph{Mus} dan \textit{x}", "<em>Mus</em> dan <em>x</em>"),
        (r"H$_2$O < 5", "H<sub>2</sub>O &lt; 5"),
    ],
)
def test_latex_becomes_text_with_simple_markup(typed: str, title: str) -> None:
    read = library(f"@book{{a, title = {{{typed}}}, author = {{B}}, year = 1}}")
    assert read.works["a"].texts["title"] == title


@pytest.mark.parametrize(
    ("text", "line", "code", "said"),
    [
        ("\n@book{a, title = {x\n@book{b}", 2, "library-syntax", "can't be read"),
        ("@book{a, title={x}, author={B}, year=1}\n@book{a, title={y}}", 2,
          "library-entry", "taken"),
        ("\n@book{a, title = {x}}", 2, "library-entry", "no author, no year"),
        ("@buku{a, title={x}, author={B}, year=1}", 1, "library-entry", "unknown type"),
        ("@book{a, title={x},\n author=tiada, year=1}", 2, "library-syntax", "no @string"),
        ("@book{a, title={x}, author={B}, year=1, crossref={z}}", 1, "library-entry", "not there"),
        ("@book{a, title={x}, title={y}, author={B}, year=1}", 1, "library-entry",
         "more than once"),
    ],
)  # fmt: skip
def test_faults_of_bibtex_have_their_line(text: str, line: int, code: str, said: str) -> None:
    _, findings = read_library(text.encode(), "pustaka.bib")
    assert [
        (one.code, one.place and one.place.line) for one in findings if said in one.message
    ] == [(code, line)]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[\n{,]", 2, "not valid JSON"),
        ("3", 1, "no list"),
        ('[{"type": "book"}]', None, "without an id"),
        ('[\n{"id": "a", "type": "buku", "title": "x"}]', 2, "unknown type"),
        ('[\n{"id": "a", "type": "book", "author": "x"}]', 2, "wrong form"),
    ],
)
def test_faults_of_csl_json_have_their_line(text: str, line: int | None, said: str) -> None:
    _, findings = read_library(text.encode(), "pustaka.json")
    assert [one.place and one.place.line for one in findings if said in one.message] == [line]


def test_csl_json_and_bibtex_say_the_same() -> None:
    data = json.dumps([{
        "id": "toer", "type": "book", "title": "Bumi Manusia", "publisher": "Hasta Mitra",
        "publisher-place": "Jakarta", "issued": {"date-parts": [[1980]]},
        "author": [{"family": "Toer", "given": "Pramoedya Ananta"}],
    }])  # fmt: skip
    read, findings = read_library(data.encode(), "pustaka.json")
    assert read is not None
    assert not findings
    one, other = read.works["toer"], library(INDONESIAN).works["toer"]
    assert (one.texts, one.names, one.dates) == (other.texts, other.names, other.dates)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("@book{}\"#=,\\ \n%$a1~-'^&"), max_size=80))
def test_no_bibtex_ever_ends_in_a_traceback(text: str) -> None:
    for whole in (text, f"@book{{k, title = {{{text}}}, author = {{{text}}}, year = {{{text}}}}}"):
        read_library(whole.encode(), "x.bib")


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "type", "title", "author", "family", "issued", "date-parts"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_ever_ends_in_a_traceback(value: object) -> None:
    read_library(
        json.dumps([value, {"id": "a", "author": value, "issued": value}]).encode(), "x.json"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("@abc ;,-.5hlm{}§é"), max_size=40))
def test_no_cluster_ever_ends_in_a_traceback(text: str) -> None:
    parse_cluster(text)
