"""The catalogue's pages in a real browser: as axe sees them, on a phone, at a desk, on paper."""

from __future__ import annotations

import base64
import functools
import http.server
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pypdfium2
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from bookbuild.book.facts import Endorsement
from bookbuild.catalogue.publishing import publish_catalogue
from bookbuild.catalogue.titles import Title, read_titles
from bookbuild.catalogue.whole import catalogue
from bookbuild.catalogue.window import open_window
from bookbuild.folders import layout_folders
from bookbuild.store.editions import Store
from tests.heavy.chromium import chromium, resize, wait
from tests.heavy.test_contrast import AXE

PAGES = (
    "index.html", "books/serba.html", "books/kertas.html", "books/calon.draft.html",
    "books/rangka.draft.html", "books/panjang.html",
)  # fmt: skip
SIZES = {"phone": (360, 780), "tablet": (820, 1180), "desktop": (1400, 900)}
BUDGET = 200_000
"""Bytes of a page with all that it fetches but the pictures of covers."""
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'"
"""All that the pages need; what breaks it is told on the console."""
RUN = """
const done = arguments[0];
axe.run(document).then(found => done(found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))));
"""
FETCHED = """
return performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .map(entry => [entry.name, entry.transferSize]);
"""
OUTSIDE = """
const width = document.documentElement.clientWidth;
return [...document.querySelectorAll("main *, header *, .draft")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.right > width + 0.5 || box.left < -0.5);
}).map(element => element.outerHTML.slice(0, 120));
"""


@dataclass
class Served:
    """The catalogue on this machine, and what was asked for."""

    url: str
    folder: Path
    asked: list[str] = field(default_factory=list)


def overlong(title: Title) -> Title:
    """The book with names and words as long as nobody has them."""
    word = "Ketidakberkesinambunganpertanggungjawaban" * 2
    said = Endorsement(text=f"{word} {word}", name=word, position=word)
    who = title.spec.contributors[0].model_copy(update={"name": f"{word} {word}"})
    spec = title.spec.model_copy(
        update={
            "title": f"{word} dan {word}",
            "subtitle": word,
            "tagline": word,
            "description": f"{word}\n\n{word} {word}",
            "contributors": (who, *title.spec.contributors[1:]),
            "binding": word,
            "subjects": (word, word),
            "endorsements": (said,),
        }
    )
    return replace(
        title,
        spec=spec,
        edition=title.edition.model_copy(update={"slug": "panjang"}),
        contents=tuple(replace(entry, title=word, author=word) for entry in title.contents),
        opening_markup=f"<p>{word}</p>",
    )


@pytest.fixture(scope="module")
def site(shelf: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("site") / "catalogue"
    known = read_titles(shelf, draft=True)
    titles = (*known, overlong(next(title for title in known if title.slug == "serba")))
    window = open_window(layout_folders(Path()))
    publish_catalogue(catalogue(titles, "https://katalog.example", window), shelf, folder)
    served = Served("", folder)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *args: object) -> None:
            served.asked.append(self.path)

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        served.url = f"http://127.0.0.1:{server.server_port}"
        yield served
        server.shutdown()


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


def look(browser: webdriver.Chrome, site: Served, page: str, size: str, theme: str) -> None:
    resize(browser, *SIZES[size])
    scheme = [{"name": "prefers-color-scheme", "value": theme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    browser.get(f"{site.url}/{page}")
    wait(browser, lambda: browser.execute_script("return document.fonts.status") == "loaded")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_stands_outside_the_window(
    driver: webdriver.Chrome, site: Served, page: str, size: str, theme: str
) -> None:
    look(driver, site, page, size, theme)
    assert driver.get_log("browser") == []
    driver.execute_script(AXE.read_text("utf-8"))
    assert driver.execute_async_script(RUN) == []
    assert driver.execute_script(OUTSIDE) == []
    width = driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= SIZES[size][0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small_and_asks_nobody_else(
    driver: webdriver.Chrome, site: Served, page: str
) -> None:
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    look(driver, site, page, "phone", "light")
    fetched = driver.execute_script(FETCHED)
    assert all(str(name).startswith(site.url) for name, _ in fetched)
    sizes = {str(name): size for name, size in fetched if not str(name).endswith(".jpg")}
    assert any(name.endswith(".woff2") for name in sizes)
    assert all(sizes.values()) and sum(sizes.values()) < BUDGET


def test_the_text_is_set_in_the_pages_own_fonts(driver: webdriver.Chrome, site: Served) -> None:
    look(driver, site, "books/serba.html", "desktop", "light")
    loaded = driver.execute_script(
        "return [...document.fonts].filter(f => f.status == 'loaded').map(f => f.style)"
    )
    assert sorted(loaded) == ["italic", "normal"]


def test_the_cover_is_seen_and_the_order_leads_to_the_shop(
    driver: webdriver.Chrome, site: Served
) -> None:
    for size in SIZES:
        look(driver, site, "books/serba.html", size, "light")
        cover = driver.find_element(By.CSS_SELECTOR, "img.cover")
        wait(driver, lambda cover=cover: cover.get_property("naturalWidth"))
        assert 150 <= cover.size["width"] <= 400
        assert cover.size["height"] / cover.size["width"] == pytest.approx(23 / 15, rel=0.02)
    order = driver.find_element(By.CSS_SELECTOR, ".button.main")
    assert order.get_attribute("href") == "https://daun.example/serba"
    assert order.size["height"] >= 44


def test_the_list_leads_to_each_book_and_back(driver: webdriver.Chrome, site: Served) -> None:
    look(driver, site, "index.html", "phone", "light")
    count = len(driver.find_elements(By.CSS_SELECTOR, ".books h2 a"))
    assert count == 6
    for at in range(count):
        link = driver.find_elements(By.CSS_SELECTOR, ".books h2 a")[at]
        name = link.text
        link.click()
        wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "main.book"))
        assert driver.find_element(By.TAG_NAME, "h1").text == name
        driver.find_element(By.CSS_SELECTOR, ".top a").click()
        wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "main.list"))


def test_a_page_prints_with_its_prices_and_the_orders_address_and_without_buttons(
    driver: webdriver.Chrome, site: Served
) -> None:
    look(driver, site, "books/serba.html", "desktop", "dark")
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    printed = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
    with pypdfium2.PdfDocument(io.BytesIO(printed)) as pdf:
        assert len(pdf) == 2
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        corner = pdf[0].render(scale=0.2).to_pil().convert("L").getpixel((5, 5))
    assert corner == 255  # white paper, also where the screen was dark
    assert "Rp68.000" in text and "https://daun.example/serba" in text
    assert "Baca cuplikan" not in text and "Semua buku" not in text
