"""Hostile and broken PDFs end in a finding, in bounded work, never in a traceback."""

from __future__ import annotations

import io
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from typer.testing import CliRunner

from bookbuild.cli import app
from bookbuild.press import apart
from bookbuild.press.preflight import walk
from bookbuild.press.preflight.check import check
from bookbuild.press.preflight.isolated import check_isolated
from bookbuild.press.preflight.model import Preflight
from bookbuild.press.preflight.reading import TooMuch
from bookbuild.press.preflight.tokens import operations
from tests.pdfs import PAGE, X4, add, expected, saved, valid

SLOW = settings(
    max_examples=60, deadline=20_000, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@cache
def good() -> bytes:
    return saved(valid(), stream_decode_level=pikepdf.StreamDecodeLevel.generalized)


@cache
def packed() -> bytes:
    """With object streams, whose bytes a flip reaches, too."""
    return saved(
        valid(X4), object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True
    )


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in check(data, expected()).findings]


def made(change: Any) -> Preflight:
    pdf = valid()
    change(pdf)
    return check(saved(pdf), expected())


@pytest.mark.parametrize("part", range(0, 100, 4))
def test_a_truncated_file_is_an_error(part: int) -> None:
    data = good()[: len(good()) * part // 100]
    answer = check(data, expected())
    assert not answer.fit_for_print
    assert {"pdf-damaged", "pdf-unreadable"} & {finding.code for finding in answer.findings}


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n" + b"0" * 5000, b"PK\x03\x04", b"%PDF-1.7\n%%EOF\n",
     b"%PDF-" + b"[" * 100_000, b"%PDF-1.4\n1 0 obj\n" + b"<</A" * 50_000],
)  # fmt: skip
def test_what_is_no_pdf_is_unreadable(data: bytes) -> None:
    assert codes(data) == ["pdf-unreadable"]


def test_a_file_that_asks_for_a_password_is_encrypted_and_not_read() -> None:
    locked = saved(
        valid(), encryption=pikepdf.Encryption(owner="a", user="b", R=3, aes=False, metadata=False)
    )
    answer = check(locked, expected())
    assert [finding.code for finding in answer.findings] == ["pdf-encrypted"]
    assert answer.facts is None


def bomb(pdf: pikepdf.Pdf) -> None:
    data = zlib.compress(b"0 0 m\n" * 20_000_000, 9)
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, data, Filter=Name.FlateDecode)


def double_bomb(pdf: pikepdf.Pdf) -> None:
    data = zlib.compress(zlib.compress(b" " * 200_000_000, 9), 9)
    filters = Array([Name.FlateDecode, Name.FlateDecode])
    pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, data, Filter=filters)


def many_forms(pdf: pikepdf.Pdf) -> None:
    """Sixteen forms, each of which shows the next one ten times."""
    inner = pdf.make_stream(b"0 0 m", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for _ in range(16):
        inner = pdf.make_stream(
            b"/F Do\n" * 10, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]),
            Resources=Dictionary(XObject=Dictionary(F=inner)),
        )  # fmt: skip
    add(pdf, "/Fm Do\n", XObject={"Fm": inner})


def many_states(pdf: pikepdf.Pdf) -> None:
    add(pdf, "q " * 200_000)


def many_operands(pdf: pikepdf.Pdf) -> None:
    add(pdf, "1 " * 200_000)


@pytest.mark.parametrize(
    "change", [bomb, double_bomb, many_forms, many_states, many_operands], ids=lambda f: f.__name__
)
def test_a_bomb_is_too_much(change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_OPERATORS", 300_000)
    answer = made(change)
    assert [finding.code for finding in answer.findings] == ["pdf-too-much"]


def cyclic_form(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/Fm Do", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(Fm=form))
    add(pdf, "/Fm Do\n", XObject={"Fm": form})


def cyclic_pattern(pdf: pikepdf.Pdf) -> None:
    pattern = pdf.make_stream(
        b"/Pattern cs /P1 scn 0 0 9 9 re f", PatternType=1, PaintType=1, TilingType=1,
        BBox=Array([0, 0, 9, 9]), XStep=9, YStep=9,
    )  # fmt: skip
    pattern.Resources = Dictionary(Pattern=Dictionary(P1=pattern))
    add(pdf, "/Pattern cs /P1 scn 10 10 90 90 re f\n", Pattern={"P1": pattern})


def cyclic_mask(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/G1 gs", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    state = pdf.make_indirect(Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form)))
    form.Resources = Dictionary(ExtGState=Dictionary(G1=state))
    add(pdf, "/G1 gs\n", ExtGState={"G1": state})


def cyclic_space(pdf: pikepdf.Pdf) -> None:
    space = pdf.make_indirect(Array([Name.Indexed, Name.DeviceGray, 1, b"ab"]))
    space[1] = space
    add(pdf, "/CS1 cs 0 sc 9 9 9 9 re f\n", ColorSpace={"CS1": space})


def cyclic_tint(pdf: pikepdf.Pdf) -> None:
    for name in ("S1", "S2"):
        tint = pdf.make_indirect(Dictionary(FunctionType=3))
        tint.Functions = Array([tint])
        space = Array([Name.Separation, Name.Merah, Name.DeviceCMYK, tint])
        add(pdf, f"/{name} cs 1 scn 9 9 9 9 re f\n", ColorSpace={name: space})


def cyclic_function(pdf: pikepdf.Pdf) -> None:
    function = pdf.make_indirect(Dictionary(FunctionType=3, Domain=[0, 1], Bounds=[], Encode=[]))
    function.Functions = Array([function, function])
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Function=function)
    add(pdf, "/Sh1 sh\n", Shading={"Sh1": shading})


def cyclic_glyph(pdf: pikepdf.Pdf) -> None:
    glyph = pdf.make_stream(b"500 0 d0 BT /F3 9 Tf (A) Tj ET")
    face = pdf.make_indirect(
        Dictionary(Subtype=Name.Type3, CharProcs=Dictionary(a=glyph),
                   Encoding=Dictionary(Differences=Array([65, Name.a])))
    )  # fmt: skip
    face.Resources = Dictionary(Font=Dictionary(F3=face))
    add(pdf, "BT /F3 9 Tf (A) Tj ET\n", Font={"F3": face})


def cyclic_parent(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.Parent.Parent = page.Parent


def cyclic_bookmarks(pdf: pikepdf.Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title="Satu"))
    item.Next = item.First = item
    pdf.Root.Outlines = Dictionary(First=item, Last=item)


def deep_dictionary(pdf: pikepdf.Pdf) -> None:
    value: Any = Dictionary()
    for _ in range(90):
        value = Dictionary(A=value)
    pdf.Root.Deep = value


@pytest.mark.parametrize(
    "change",
    [cyclic_form, cyclic_pattern, cyclic_mask, cyclic_space, cyclic_function, cyclic_tint,
     cyclic_glyph, cyclic_parent, cyclic_bookmarks, deep_dictionary],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_a_file_that_bites_its_tail_is_read_to_the_end(change: Any) -> None:
    assert made(change).facts is not None


def test_a_form_that_contains_itself_is_told() -> None:
    findings = made(cyclic_form).findings
    assert [(item.code, item.message) for item in findings] == [
        ("content-damaged", "a form contains itself")
    ]


def test_a_page_tree_that_bites_its_tail_is_unreadable_or_damaged() -> None:
    pdf = valid()
    pdf.Root.Pages.Kids = Array([*pdf.Root.Pages.Kids, pdf.Root.Pages])
    out = io.BytesIO()
    pdf.save(out)
    assert {"pdf-unreadable", "pdf-damaged"} & set(codes(out.getvalue()))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"/Kids [ 6", b"/Kids [ 1"), (b"/Kids [ 6", b"/Kids [ 99"),
     (b"/Kids [ 6 0 R", b"/Kids [ [0]"),
     (b"/Kids [", b"/Kids {"), (b"/Type /Pages", b"/Typ  /Pages"), (b"/Count 4", b"/Count {")],
)  # fmt: skip
def test_a_damaged_page_tree_is_told(old: bytes, new: bytes) -> None:
    assert old in good()
    assert {"pdf-unreadable", "pdf-damaged"} & set(codes(good().replace(old, new)))


@SLOW
@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 255)), min_size=1, max_size=12))
def test_flipped_bytes_never_raise(flips: list[tuple[int, int]]) -> None:
    for source in (good(), packed()):
        data = bytearray(source)
        for place, value in flips:
            data[place % len(data)] = value
        check(bytes(data), expected())


@SLOW
@given(st.lists(st.sampled_from(PAGE.split()), max_size=60), st.binary(max_size=40))
def test_any_content_is_walked(words: list[str], noise: bytes) -> None:
    pdf = valid()
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(" ".join(words).encode() + b" " + noise)
    assert check(saved(pdf), expected()).facts is not None


@given(st.binary(max_size=300))
def test_any_bytes_are_tokens(data: bytes) -> None:
    assert all(isinstance(operator, str) for operator, _ in operations(data))


VALUES = st.recursive(
    st.integers(-(2**40), 2**40) | st.booleans() | st.binary(max_size=4)
    | st.sampled_from(["/DeviceRGB", "/Form", "/Image", "/Separation", "/X"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["/A", "/N", "/S", "/Type"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def value_of(plain: Any) -> Any:
    """A PDF's value of plain data; text stands for names."""
    if isinstance(plain, dict):
        return Dictionary({key: value_of(item) for key, item in plain.items()})
    if isinstance(plain, list):
        return Array([value_of(item) for item in plain])
    return Name(plain) if isinstance(plain, str) else plain


@SLOW
@given(st.sampled_from(
    ["MediaBox", "TrimBox", "Resources", "Contents", "Annots", "Group", "Rotate", "UserUnit"]),
    VALUES)  # fmt: skip
def test_a_page_with_any_value_is_examined(key: str, value: Any) -> None:
    pdf = valid()
    pdf.pages[1].obj[f"/{key}"] = value_of(value)
    check(saved(pdf), expected())


@SLOW
@given(
    st.sampled_from(["Font", "XObject", "ExtGState", "ColorSpace", "Shading", "Pattern"]), VALUES
)
def test_a_resource_with_any_value_is_examined(kind: str, value: Any) -> None:
    pdf = valid()
    used = "/X gs /X Do /X sh /X cs 0 sc /X scn 1 1 9 9 re f BT /X 9 Tf (a) Tj ET"
    add(pdf, used, **{kind: {"X": value_of(value)}})
    check(saved(pdf), expected())


@SLOW
@given(st.sampled_from(["OutputIntents", "Metadata", "Names", "OCProperties", "Outlines",
                        "ViewerPreferences", "OpenAction", "AcroForm"]), VALUES)  # fmt: skip
def test_a_catalogue_with_any_value_is_examined(key: str, value: Any) -> None:
    pdf = valid()
    pdf.Root[f"/{key}"] = value_of(value)
    check(saved(pdf), expected())


def test_operators_are_counted_over_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_OPERATORS", 60)
    assert codes(good()) == ["pdf-too-much"]


def test_arrays_nested_too_deep_are_refused() -> None:
    with pytest.raises(TooMuch):
        list(operations(b"[" * 1000))


def test_a_process_of_its_own_gives_the_same_answer(tmp_path: Path) -> None:
    file = tmp_path / "buku.pdf"
    file.write_bytes(good())
    assert check_isolated(file, expected()) == check(good(), expected())


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream packed twice, so that only qpdf can unpack it, and pages of endless operators."""
    pdf = valid()
    content = zlib.compress(b"0 0 m " * 10_000_000, 9)
    for page in pdf.pages:
        page.obj.Contents = pikepdf.Stream(pdf, content, Filter=Name.FlateDecode)
    file = tmp_path / "buku.pdf"
    file.write_bytes(saved(pdf))
    (finding,) = check_isolated(file, expected(), seconds=2).findings
    assert (finding.code, finding.message) == (
        "pdf-too-much", "reading it takes more time or memory than any book",
    )  # fmt: skip


def test_what_takes_too_much_memory_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MOST_MEMORY", 2**28)
    file = tmp_path / "buku.pdf"
    file.write_bytes(good() + b"\n" * 2**28)
    answer = check_isolated(file, expected())
    assert answer.findings[0].code in ("pdf-too-much", "pdf-unreadable")


@pytest.mark.parametrize("name", ["tidak-ada.pdf", "."])
def test_a_file_that_cannot_be_read_is_a_wrong_call(name: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["preflight", str(tmp_path / name)])
    assert result.exit_code == 2
    assert "can't be read" in result.stderr
