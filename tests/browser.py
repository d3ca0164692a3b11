"""A browser for tests of pages: Debian's chromium with its driver, or a reason to skip."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

AXE = Path(__file__).parent / "axe" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
MISSING = "skipped: no browser (install chromium and chromium-driver)"
_RUN = """
const done = arguments[arguments.length - 1];
const failed = error => done([{id: String(error), impact: 'critical', nodes: []}]);
axe.run(document, {resultTypes: ['violations'], preload: false})
  .then(result => done(result.violations), failed);
"""
THERE = CHROMIUM is not None and DRIVER is not None


def open_browser(width: int, height: int = 900) -> Any:
    """A headless window of this width; every request is written to its log."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--disable-background-networking", "--no-first-run"):  # fmt: skip
        options.add_argument(flag)
    metrics = {"width": width, "height": height, "pixelRatio": 1.0}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(DRIVER)))


def requests(driver: Any) -> list[str]:
    """Addresses asked for since the last call."""
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return found


def serious(driver: Any, more_of_the_same: str = "") -> list[str]:
    """Serious and critical findings of axe-core on the page.

    more_of_the_same: a selector of what is taken away first, because it would take long.
    """
    if more_of_the_same:
        take = "document.querySelectorAll(arguments[0]).forEach(one => one.remove())"
        driver.execute_script(take, more_of_the_same)
    driver.execute_script(AXE.read_text(encoding="utf-8"))
    found = driver.execute_async_script(_RUN)
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in (one["nodes"] or [{"html": ""}])[:3]
    ]
