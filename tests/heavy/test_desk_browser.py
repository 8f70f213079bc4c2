"""The operator's pages in a real browser: by keyboard, on a phone, and as axe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bookbuild.desk import service
from bookbuild.desk.model import Actor, Job
from bookbuild.store.approval import state
from tests.counters import Served, served
from tests.desks import ADMIN, EDITOR, PRINTER, clock_of, moved, put_edition, ready
from tests.heavy.chromium import chromium, resize, wait
from tests.heavy.test_contrast import AXE

SIZES = {"phone": (320, 640), "desk": (1280, 900)}
RUN = """
const done = arguments[0];
axe.run(document).then(found => done(found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html}`))));
"""
_KEYS = count(1)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("counter")) as there:
        ready(there.desk, key="late-000001")
        clock_of(there.desk).go(days=7)
        yield there


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium"), "--accept-lang=id") as driver:
        yield driver


@pytest.fixture
def job(counter: Served) -> Job:
    return ready(counter.desk, key=f"ready-{next(_KEYS):08}")


def log_in(browser: webdriver.Chrome, counter: Served, actor: Actor) -> None:
    browser.delete_all_cookies()
    browser.get(f"{counter.url}/desk/login")
    browser.find_element(By.ID, "token").send_keys(counter.tokens[actor], Keys.ENTER)
    wait(browser, lambda: not browser.current_url.endswith("/login"))


def found_by_axe(browser: webdriver.Chrome) -> list[str]:
    browser.execute_script(AXE.read_text("utf-8"))
    return list(browser.execute_async_script(RUN))


def press_on(browser: webdriver.Chrome, text: str) -> None:
    """Go there with Tab, then press Enter."""
    for _ in range(60):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        if browser.switch_to.active_element.text == text:
            break
    assert browser.switch_to.active_element.text == text
    browser.switch_to.active_element.send_keys(Keys.ENTER)


def test_an_operator_moves_a_job_by_keyboard_alone(
    driver: webdriver.Chrome, counter: Served, job: Job
) -> None:
    resize(driver, *SIZES["desk"])
    log_in(driver, counter, PRINTER)
    for _ in range(60):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        label = driver.switch_to.active_element.get_attribute("aria-label") or ""
        if label == f"Mulai cetak: {job.id}":
            break
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    wait(driver, lambda: service.read_job(counter.desk, ADMIN, job.id).state == "printing")
    assert driver.get_log("browser") == []


def test_an_operator_sends_a_parcel_and_measures_a_block(
    driver: webdriver.Chrome, counter: Served, job: Job
) -> None:
    resize(driver, *SIZES["phone"])
    log_in(driver, counter, PRINTER)
    moved(counter.desk, job, "start")
    driver.get(f"{counter.url}/desk/jobs/{job.id}")
    driver.find_element(By.ID, "block_mm").send_keys("12,6", Keys.ENTER)
    wait(driver, lambda: "12,6 mm)" in driver.find_element(By.TAG_NAME, "main").text)
    moved(counter.desk, job, "bind")
    driver.refresh()
    driver.find_element(By.ID, "courier").send_keys("JNE")
    driver.find_element(By.ID, "tracking").send_keys("JNE-1", Keys.ENTER)
    wait(driver, lambda: service.read_job(counter.desk, ADMIN, job.id).state == "shipped")


def test_an_editor_approves_an_edition_by_keyboard_alone(
    driver: webdriver.Chrome, counter: Served
) -> None:
    edition = put_edition(counter.desk.store, next(_KEYS) + 100)
    resize(driver, *SIZES["desk"])
    log_in(driver, counter, EDITOR)
    driver.get(f"{counter.url}/desk/editions/{edition.name}")
    assert found_by_axe(driver) == []
    press_on(driver, "ACC, boleh dijual")
    wait(driver, lambda: state(counter.desk.store, edition) == "approved")
    wait(driver, lambda: EDITOR.name in driver.find_element(By.CLASS_NAME, "history").text)
    assert found_by_axe(driver) == []
    press_on(driver, "Tarik dari penjualan")
    driver.switch_to.active_element.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys("salah cetak", Keys.ENTER)
    wait(driver, lambda: state(counter.desk.store, edition) == "withdrawn")


def test_an_operator_orders_spoiled_copies_again_by_keyboard_alone(
    driver: webdriver.Chrome, counter: Served, job: Job
) -> None:
    moved(counter.desk, job, "start")
    resize(driver, *SIZES["phone"])
    log_in(driver, counter, PRINTER)
    driver.get(f"{counter.url}/desk/jobs/{job.id}")
    press_on(driver, "Cetak ulang eksemplar rusak")
    driver.switch_to.active_element.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys("1", Keys.TAB)
    driver.switch_to.active_element.send_keys("sobek", Keys.ENTER)
    wait(driver, lambda: driver.current_url.endswith(f"/desk/jobs/{job.order}-2"))
    assert service.read_job(counter.desk, ADMIN, f"{job.order}-2").reprint_of == job.id
    assert found_by_axe(driver) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("actor", [PRINTER, EDITOR], ids=["printer", "editor"])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    driver: webdriver.Chrome, counter: Served, job: Job, size: str, theme: str, actor: Actor
) -> None:
    resize(driver, *SIZES[size])
    scheme = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    driver.delete_all_cookies()
    driver.get(f"{counter.url}/desk/login")
    assert found_by_axe(driver) == []
    log_in(driver, counter, actor)
    paths = ["/desk", f"/desk/jobs/{job.id}", f"/desk/find?text={job.order}", "/desk/jobs/none"]
    if actor is EDITOR:
        paths += ["/desk/editions", "/desk/editions/kebun@1.1"]
    for path in paths:
        driver.get(counter.url + path)
        driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert (path, found_by_axe(driver)) == (path, [])
        width = driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= SIZES[size][0], path
