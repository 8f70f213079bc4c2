"""The preview in a real browser: an edit comes in place, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bookbuild.preview.desk import Desk
from bookbuild.preview.server import Preview
from tests.heavy.chromium import chromium, resize, wait
from tests.heavy.test_contrast import AXE
from tests.support import small_book
from tests.test_preview import SENTENCE, chapter, edit, served, until

READ = (
    "const frames = document.querySelectorAll('iframe');"
    "return frames.length === 1 && frames[0].contentDocument.querySelector('h1')?.id"
)
"""The section whose text stands beside the pages."""
AXE_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {iframes: false}).then(found => done(found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))));
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return small_book(
        tmp_path / "buku", chapter("Pasar", 24), chapter("Ladang", 12), chapter("Kota", 6)
    )


@pytest.fixture
def opened(
    driver: webdriver.Chrome, book: Path
) -> Iterator[tuple[webdriver.Chrome, Preview, Desk]]:
    """The preview, opened in a window of a desk's width, its first pages there."""
    with served(book) as (preview, desk):
        until(desk, lambda state: state.book is not None)
        resize(driver, 1400, 900)
        driver.get(preview.address)
        wait(driver, lambda: edition(driver) >= 1)
        yield driver, preview, desk
        driver.get("about:blank")


def edition(browser: webdriver.Chrome) -> int:
    return int(browser.execute_script("return document.documentElement.dataset.edition ?? 0"))


def go_to(browser: webdriver.Chrome, label: str) -> None:
    field = browser.find_element(By.ID, "page")
    field.clear()
    field.send_keys(label, Keys.ENTER)
    wait(browser, lambda: looked_at(browser)[0] == f"Page {label}")
    wait(browser, lambda: drawn(browser))


def looked_at(browser: webdriver.Chrome) -> tuple[str, str, float]:
    """The page that has the focus: its name, the address of its picture, its place."""
    name, source, top = browser.execute_script(
        "const page = document.activeElement, image = page.querySelector?.('img');"
        "return [page.getAttribute('aria-label') ?? '', image?.src ?? '',"
        "        page.getBoundingClientRect().top]"
    )
    return str(name).partition(":")[0], str(source), float(top)


def drawn(browser: webdriver.Chrome) -> bool:
    """True when every picture in the window is there."""
    script = (
        "return [...document.querySelectorAll('.page img')].filter((image) => {"
        "  const box = image.getBoundingClientRect();"
        "  return box.height && box.bottom > 0 && box.top < innerHeight && !image.hidden;"
        "}).every((image) => image.complete && image.naturalWidth)"
    )
    return bool(browser.execute_script(script))


def test_an_edited_page_changes_where_it_is_looked_at(
    opened: tuple[webdriver.Chrome, Preview, Desk], book: Path
) -> None:
    browser, _, _ = opened
    go_to(browser, "3")
    picture = browser.find_element(By.CSS_SELECTOR, ".page:focus img")
    name, before, top = looked_at(browser)
    pixels = picture.screenshot_as_png
    others = [image.get_attribute("src") for image in pictures(browser)]
    edit(book, "01.md", "nomor 72", "nomor 27")
    wait(browser, lambda: looked_at(browser)[1] != before)
    assert looked_at(browser)[0] == name
    assert looked_at(browser)[2] == pytest.approx(top, abs=1)
    wait(browser, lambda: drawn(browser))
    assert picture.screenshot_as_png != pixels
    now = [image.get_attribute("src") for image in pictures(browser)]
    assert sum(old != new for old, new in zip(others, now, strict=True)) == 1


def pictures(browser: webdriver.Chrome) -> list[webdriver.remote.webelement.WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, ".page img")


def test_pages_that_come_before_do_not_move_what_is_looked_at(
    opened: tuple[webdriver.Chrome, Preview, Desk], book: Path
) -> None:
    """The same text stays at the same height, on whichever page it stands now."""
    browser, _, desk = opened
    assert desk.state.book is not None
    go_to(browser, desk.state.book.pages.page_map.label_of("ladang"))
    before, top = edition(browser), looked_at(browser)[2]
    text = (book / "manuscript/01.md").read_text("utf-8")
    more = "\n\n".join(SENTENCE.format("Zaki", at) * 6 for at in range(20))
    (book / "manuscript/01.md").write_text(f"{text}\n{more}\n", "utf-8")
    until(desk, lambda state: state.edition > before and state.stage == "checking")
    wait(browser, lambda: edition(browser) == desk.state.edition)
    name, _, now = looked_at(browser)
    assert name == f"Page {desk.state.book.pages.page_map.label_of('ladang')}"
    assert now == pytest.approx(top, abs=1)


def test_a_broken_file_shows_its_message_over_the_last_good_pages(
    opened: tuple[webdriver.Chrome, Preview, Desk], book: Path
) -> None:
    browser, _, _ = opened
    go_to(browser, "3")
    before = looked_at(browser)
    edit(book, "02.md", "# Ladang", "# Ladang\n\n<b>tebal")
    faults = browser.find_element(By.ID, "faults")
    wait(browser, faults.is_displayed)
    assert "manuscript/02.md:3" in faults.text
    assert looked_at(browser)[:2] == before[:2]
    assert drawn(browser)
    edit(book, "02.md", "<b>tebal", "tebal")
    wait(browser, lambda: not faults.is_displayed())


def test_a_click_shows_where_a_passage_is_written(
    opened: tuple[webdriver.Chrome, Preview, Desk],
) -> None:
    browser, _, _ = opened
    go_to(browser, "2")
    page = browser.switch_to.active_element
    ActionChains(browser).move_to_element(page).click().perform()
    written = browser.find_element(By.ID, "written")
    wait(browser, lambda: written.text.startswith("manuscript/01.md:"))
    browser.find_element(By.ID, "beside").click()
    page.send_keys(Keys.ENTER)
    assert browser.find_element(By.ID, "copy").is_displayed()


def test_the_epub_s_text_follows_the_page(
    opened: tuple[webdriver.Chrome, Preview, Desk],
) -> None:
    browser, _, desk = opened
    assert desk.state.book is not None
    for key in ("kota", "ladang"):
        go_to(browser, desk.state.book.pages.page_map.label_of(key))
        wait(browser, lambda key=key: browser.execute_script(READ) == key)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_the_console_stays_empty(
    opened: tuple[webdriver.Chrome, Preview, Desk], scheme: str
) -> None:
    browser, _, desk = opened
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    until(desk, lambda state: state.stage == "checked")
    go_to(browser, "3")
    assert browser.get_log("browser") == []
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    assert browser.execute_async_script(AXE_RUN) == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("width", [360, 768, 1400, 1920])
def test_no_width_needs_scrolling_sideways(
    opened: tuple[webdriver.Chrome, Preview, Desk], width: int
) -> None:
    browser, _, _ = opened
    resize(browser, width, 900)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
