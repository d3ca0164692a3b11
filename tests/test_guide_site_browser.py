"""The exported guide in a real browser, from file://, at phone and desk width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offramp.catalogue.load import load
from offramp.documents.write import write_all
from offramp.guide.site.make import site
from offramp.languages import LANGUAGES, speaking

from . import browser

pytestmark = pytest.mark.skipif(not browser.THERE, reason=browser.MISSING)

CODES = list(LANGUAGES)
WIDTHS = (360, 1280)
PAGES = ("index", "police-naloxone", "examples", "evidence", "measures", "about")
NEEDS = {"en": "overdose kit", "es": "jeringas", "pt": "seringas", "ru": "шприцы"}
FOUND = {
    "en": ("police-naloxone",),
    "es": ("leave-equipment-alone", "service-non-interference", "careful-search-standard"),
    "pt": ("leave-equipment-alone", "service-non-interference", "careful-search-standard"),
    "ru": ("leave-equipment-alone", "service-non-interference", "careful-search-standard"),
}
MORE_OF_THE_SAME = {
    "evidence": "table.evidence tbody tr:nth-child(n + 15)",
    "examples": "li.example:nth-child(n + 3), .references li:nth-child(n + 15), "
    "a.dot:nth-of-type(n + 15)",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for code in CODES:
        with speaking(code):
            folder = tmp_path_factory.mktemp(f"guide-{code}")
            write_all(folder, site(load()))
            made[code] = folder
    return made


@pytest.fixture(scope="module", params=WIDTHS)
def window(request: pytest.FixtureRequest) -> Iterator[Any]:
    driver = browser.open_browser(request.param)
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


def go(driver: Any, folder: Path, page: str) -> None:
    driver.get((folder / f"{page}.html").as_uri())


def shown(driver: Any) -> list[str]:
    return list(
        driver.execute_script(
            "return Array.from(document.querySelectorAll('li.option'))"
            ".filter(e => e.offsetParent !== null).map(e => e.dataset.id)"
        )
    )


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_width_has_no_serious_finding_and_asks_for_nothing_outside(
    code: str, page: str, folders: dict[str, Path], window: Any
) -> None:
    browser.requests(window)
    go(window, folders[code], page)
    wide, room = window.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room
    assert window.execute_script("return document.documentElement.lang") == LANGUAGES[code].tag
    asked = browser.requests(window)
    assert asked
    assert all(url.startswith(("file://", "data:")) for url in asked), asked
    errors = [line for line in window.get_log("browser") if line["level"] == "SEVERE"]
    assert errors == []
    assert browser.serious(window, MORE_OF_THE_SAME.get(page, "")) == []


@pytest.mark.parametrize("code", CODES)
def test_search_and_filters_work_from_a_file(
    code: str, folders: dict[str, Path], window: Any
) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    go(window, folders[code], "index")
    everything = shown(window)
    assert set(everything) == set(load().candidates)
    box = window.find_element(By.ID, "query")
    box.send_keys(NEEDS[code])
    assert set(shown(window)[:3]) & set(FOUND[code])
    assert len(shown(window)) < len(everything)
    box.clear()
    box.send_keys(" ")
    assert len(shown(window)) == len(everything)
    Select(window.find_element(By.ID, "ready")).select_by_value("own_order")
    own = {name for name, one in load().candidates.items() if one.hurdle == "own_order"}
    assert set(shown(window)) == own
    Select(window.find_element(By.ID, "outcome")).select_by_value("health")
    Select(window.find_element(By.ID, "sure")).select_by_value("very_low")
    measured = {
        name
        for name in own
        for finding in load().candidates[name].findings
        if finding.outcome == "health" and finding.certainty != "none"
    }
    assert set(shown(window)) == measured
    window.find_element(By.CSS_SELECTOR, "#find button").click()
    window.execute_async_script("setTimeout(arguments[0], 50)")
    assert len(shown(window)) == len(everything)


def test_the_keyboard_alone_finds_and_opens_an_option(
    folders: dict[str, Path], window: Any
) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    def press(*keys: str) -> None:
        ActionChains(window).send_keys(*keys).perform()

    def at() -> str:
        return str(
            window.execute_script(
                "const e = document.activeElement;"
                "return e.id || e.getAttribute('href') || e.tagName"
            )
        )

    go(window, folders["en"], "index")
    press(Keys.TAB)
    assert at() == "#text"  # the way past the navigation comes first
    visited = []
    for _step in range(30):
        press(Keys.TAB)
        visited.append(at())
        if at() == "query":
            break
    assert visited[-1] == "query"
    press("overdose kit")
    for _step in range(30):
        press(Keys.TAB)
        if at().endswith(".html"):
            break
    assert at() == "police-naloxone.html"
    outline = window.execute_script(
        "const style = getComputedStyle(document.activeElement);"
        "return [style.outlineStyle, style.outlineWidth]"
    )
    assert outline[0] != "none"
    assert outline[1] != "0px"
    press(Keys.ENTER)
    assert window.current_url.endswith("police-naloxone.html")


def test_a_dot_on_the_map_leads_to_its_place(folders: dict[str, Path], window: Any) -> None:
    go(window, folders["en"], "examples")
    dots = window.execute_script(
        "return Array.from(document.querySelectorAll('a.dot')).map(e => e.getAttribute('href'))"
    )
    placed = {f"#{name}" for name, one in load().examples.items() if one.at is not None}
    assert set(dots) == placed
    window.execute_script("document.querySelector('a.dot').focus()")
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    ActionChains(window).send_keys(Keys.ENTER).perform()
    assert window.execute_script("return location.hash") in placed
    assert window.execute_script("return document.querySelector(':target') !== null")


def test_without_scripts_every_option_and_record_is_still_there(
    folders: dict[str, Path],
) -> None:
    index = (folders["en"] / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}.html"' in index for name in load().candidates)
    assert '<form id="find" role="search" hidden>' in index
    table = (folders["en"] / "evidence.html").read_text(encoding="utf-8")
    assert all(f'<tr id="{name}"' in table for name in load().evidence)
