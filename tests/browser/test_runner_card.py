"""The runner card as a reader meets it in JupyterLab: each control moved, light and dark."""

from __future__ import annotations

import re
import time

import pytest

import glutelab as gl

HIP = "peak_hip_extension_deg"


@pytest.fixture(scope="module")
def notebook(lab):
    lab.write(
        "card.ipynb",
        "import glutelab as gl\ndata = gl.load_cohort('rbds2017')",
        "card = gl.RunnerCard(data, 'RBDS012')\ncard",
    )
    return "card.ipynb"


def wait_for(page, heading: str) -> None:
    page.locator(".glutelab-card h2", has_text=heading).wait_for(timeout=90_000)
    time.sleep(0.3)


def shown(page) -> str:
    """The number that stands in the row of peak hip extension."""
    row = page.locator(".glutelab-card tbody tr", has_text="Peak hip extension")
    return row.locator(".value").inner_text()


def expected(**asked) -> str:
    card = gl.RunnerCard(gl.load_cohort("rbds2017"), **asked)
    return re.search(r"Peak hip extension.*?class=\"value\">(.*?)<", card._repr_html_(), re.S)[1]


def choose(page, label: str, beginning: str) -> None:
    box = page.locator(".widget-dropdown", has=page.get_by_text(label, exact=True))
    options = box.locator("option").all_inner_texts()
    text = next(one for one in options if one.startswith(beginning))
    box.locator("select").select_option(label=text)


def code(page) -> str:
    return page.locator("code", has_text="gl.RunnerCard(gl.").last.inner_text()


def _dark(page, word: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Theme", exact=True).first.hover()
    page.get_by_role("menuitem", name=f"JupyterLab {word}", exact=True).click()
    light = "true" if word == "Light" else "false"
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
    time.sleep(1)


def test_every_control_changes_the_card(lab, notebook, shot):
    with lab.opened(notebook, height=1900) as page:
        wait_for(page, "RBDS012 at 3.5 m/s")
        assert shown(page) == expected(runner_id="RBDS012")
        shot(page, "light")
        choose(page, "Runner", "RBDS003")
        wait_for(page, "RBDS003 at 3.5 m/s")
        assert shown(page) == expected(runner_id="RBDS003")
        choose(page, gl.schema.axis_label("speed_m_s"), "4.5")
        wait_for(page, "RBDS003 at 4.5 m/s")
        choose(page, "Side", "left")
        page.locator(".glutelab-card .sub", has_text="left side").wait_for()
        asked = {"runner_id": "RBDS003", "speed_m_s": 4.5, "side": "left"}
        assert shown(page) == expected(**asked)
        choose(page, "Beside", "elite")
        page.locator(".glutelab-card .tally", has_text="Cannot tell: ").wait_for()
        assert page.inner_text(".glutelab-card").count("Cannot tell") == 1
        assert code(page).endswith("'RBDS003', speed_m_s=4.5, side='left', against='elite')")
        shot(page, "too_few")
        assert page.faults == []


def test_keys_alone_and_dark(lab, notebook, shot):
    with lab.opened(notebook, height=1900) as page:
        wait_for(page, "RBDS012 at 3.5 m/s")
        page.locator(".widget-dropdown select").first.focus()
        page.keyboard.press("ArrowDown")
        wait_for(page, "RBDS013 at 3.5 m/s")
        page.keyboard.press("d")  # twice it would delete the cell
        page.keyboard.press("d")
        assert page.locator(".glutelab-card").count() == 1
        _dark(page, "Dark")
        shot(page, "dark")
        _dark(page, "Light")
        assert page.faults == []
