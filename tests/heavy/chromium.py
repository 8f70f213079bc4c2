"""The browser of these tests: headless Chromium, driven by Selenium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_SECONDS = 60


@contextmanager
def chromium(profile: Path, *arguments: str) -> Iterator[webdriver.Chrome]:
    """A browser with an empty profile; it ends with the block.

    It is started without what the page engine and the machine put into the environment: without
    fonts Chromium ends at once, and loopback isn't to be reached through a proxy.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*_ARGUMENTS, *arguments, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    service = Service("/usr/bin/chromedriver", env=environment | {"no_proxy": "127.0.0.1"})
    browser = webdriver.Chrome(options, service)
    try:
        yield browser
    finally:
        browser.quit()


def resize(browser: webdriver.Chrome, width: int, height: int) -> None:
    """Give the window this size, in CSS pixels; under 600 it is a phone's."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def wait(browser: webdriver.Chrome, condition: Callable[[], object]) -> None:
    """Wait until the condition holds; a page that changes meanwhile is looked at again."""
    stale = [StaleElementReferenceException]
    waiting = WebDriverWait(browser, _SECONDS, poll_frequency=0.05, ignored_exceptions=stale)
    waiting.until(lambda _: bool(condition()))
