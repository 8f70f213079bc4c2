"""The proof in a real browser: overlays, keyboard, links, a phone's width."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageStat
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bookbuild.proof import proof_page
from tests.heavy.chromium import chromium, resize, wait
from tests.support import copy_book, make

OVERLAYS = ("trim", "bleed", "safe", "gutter", "baselines", "folds")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("proof")
    file = folder / "proof.html"
    file.write_bytes(proof_page(make(copy_book("serba", folder / "serba"))))
    return file.as_uri()


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def browser(driver: webdriver.Chrome, page: str) -> webdriver.Chrome:
    """The proof, opened anew in a window of a desk's width."""
    resize(driver, 1400, 900)
    driver.get("about:blank")
    driver.get(page)
    return driver


def press(browser: webdriver.Chrome, *keys: str) -> None:
    for key in keys:
        ActionChains(browser).send_keys(key).perform()


def spreads(browser: webdriver.Chrome) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, ".spread")


def focused(browser: webdriver.Chrome) -> str:
    return str(browser.switch_to.active_element.get_attribute("aria-label"))


def shown_in_loupe(browser: webdriver.Chrome) -> str | None:
    """What the open dialog says it shows; None while it is closed."""
    shown = browser.execute_script("return document.querySelector('dialog[open] output')?.value")
    return None if shown is None else str(shown)


def test_the_console_stays_empty(browser: webdriver.Chrome) -> None:
    spreads(browser)[3].click()
    press(browser, Keys.ARROW_RIGHT, "+", Keys.ESCAPE)
    assert browser.get_log("browser") == []


def test_every_picture_is_drawn(browser: webdriver.Chrome) -> None:
    script = "return [...document.images].filter((image) => !image.naturalWidth).length"
    assert browser.execute_script(script) == 0


@pytest.mark.parametrize("width", [320, 360, 768, 1400])
@pytest.mark.parametrize("enlarged", [False, True])
def test_no_width_needs_scrolling_sideways(
    browser: webdriver.Chrome, width: int, enlarged: bool
) -> None:
    resize(browser, width, 740)
    if enlarged:
        browser.execute_script("document.querySelectorAll('.spread')[5].click()")
        part = "document.getElementById('loupe')"
    else:
        browser.execute_script("document.querySelectorAll('details').forEach((d) => d.open = true)")
        part = "document.documentElement"
    assert browser.execute_script(f"return {part}.scrollWidth") <= width


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_can_be_switched_on_and_off(browser: webdriver.Chrome, name: str) -> None:
    box = browser.find_element(By.ID, f"show-{name}")
    script = f"return getComputedStyle(document.querySelector('.z-{name}')).display"
    assert browser.execute_script(script) == "none"
    box.send_keys(Keys.SPACE)
    assert browser.execute_script(script) == "inline"
    box.send_keys(Keys.SPACE)
    assert browser.execute_script(script) == "none"


def test_an_overlay_is_drawn_in_lines_over_the_page(browser: webdriver.Chrome) -> None:
    """What is copied by <use> takes its colours, too: a page must not turn black."""
    spread = spreads(browser)[8]
    browser.execute_script("arguments[0].scrollIntoView()", spread)
    before = spread.screenshot_as_png
    for name in OVERLAYS[:-1]:
        browser.find_element(By.ID, f"show-{name}").send_keys(Keys.SPACE)
    after = spread.screenshot_as_png
    assert before != after
    assert darkness(after) < darkness(before) + 0.25


def darkness(png: bytes) -> float:
    return 1 - ImageStat.Stat(Image.open(io.BytesIO(png)).convert("L")).mean[0] / 255


def test_arrow_keys_move_from_spread_to_spread(browser: webdriver.Chrome) -> None:
    labels = [str(spread.get_attribute("aria-label")) for spread in spreads(browser)]
    browser.execute_script("document.querySelectorAll('.spread')[0].focus()")
    press(browser, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert focused(browser) == labels[2]
    press(browser, Keys.ARROW_LEFT)
    assert focused(browser) == labels[1]
    press(browser, Keys.ARROW_DOWN)
    boxes = [spread.rect for spread in spreads(browser)]
    reached = boxes[labels.index(focused(browser))]
    assert reached["y"] > boxes[1]["y"]
    assert reached["x"] == boxes[1]["x"]
    press(browser, Keys.END)
    assert focused(browser) == labels[-1]
    assert len(browser.find_elements(By.CSS_SELECTOR, ".spread[tabindex='0']")) == 1


def test_enter_enlarges_a_spread_and_escape_closes_it(browser: webdriver.Chrome) -> None:
    labels = [str(spread.get_attribute("aria-label")) for spread in spreads(browser)]
    browser.execute_script("document.querySelectorAll('.spread')[4].focus()")
    press(browser, Keys.ENTER)
    assert shown_in_loupe(browser) == labels[4]
    press(browser, Keys.ARROW_RIGHT)
    assert shown_in_loupe(browser) == labels[5]
    width = "return document.querySelector('.stage .pages').getBoundingClientRect().width"
    before = browser.execute_script(width)
    press(browser, "+")
    assert browser.execute_script(width) == pytest.approx(before * 1.5, rel=0.01)
    press(browser, Keys.ESCAPE)
    assert shown_in_loupe(browser) is None
    wait(browser, lambda: focused(browser) == labels[5])


def test_a_click_enlarges_and_buttons_do_what_keys_do(browser: webdriver.Chrome) -> None:
    labels = [str(spread.get_attribute("aria-label")) for spread in spreads(browser)]
    spreads(browser)[2].click()
    assert shown_in_loupe(browser) == labels[2]
    browser.find_element(By.CSS_SELECTOR, "[data-go='-1']").click()
    assert shown_in_loupe(browser) == labels[1]
    toggle = browser.find_element(By.CSS_SELECTOR, "[data-show='baselines']")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    assert browser.find_element(By.ID, "show-baselines").is_selected()
    browser.find_element(By.CSS_SELECTOR, "[data-close]").click()
    assert shown_in_loupe(browser) is None


def test_a_findings_link_goes_to_its_page(browser: webdriver.Chrome) -> None:
    link = browser.find_element(By.CSS_SELECTOR, ".found .where a[href^='#page-']")
    target = str(link.get_attribute("href")).rpartition("#")[2]
    wait(browser, link.is_displayed)
    link.click()
    page = browser.find_element(By.ID, target)
    spread = page.find_element(By.XPATH, "..")
    wait(browser, lambda: browser.switch_to.active_element == spread)
    top = browser.execute_script("return arguments[0].getBoundingClientRect().top", page)
    assert 0 <= top < 900


def test_a_link_below_an_enlarged_spread_leads_out_of_it(browser: webdriver.Chrome) -> None:
    flag = browser.find_element(By.CSS_SELECTOR, ".spreads .flag")
    target = str(flag.get_attribute("href")).rpartition("#")[2]
    flag.find_element(By.XPATH, "ancestor::figure/button").click()
    browser.find_element(By.CSS_SELECTOR, "dialog .flag").click()
    assert shown_in_loupe(browser) is None
    script = "return document.getElementById(arguments[0]).getBoundingClientRect().top"
    wait(browser, lambda: 0 <= browser.execute_script(script, target) < 900)


def test_dark_windows_get_dark_paper(browser: webdriver.Chrome) -> None:
    colours = []
    for scheme in ("light", "dark"):
        feature = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
        colours.append(
            browser.execute_script(
                "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
            )
        )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert colours[0] != colours[1]
    assert luma(colours[0][0]) > luma(colours[0][1])
    assert luma(colours[1][0]) < luma(colours[1][1])


def luma(colour: str) -> float:
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(","))
    return 0.299 * red + 0.587 * green + 0.114 * blue
