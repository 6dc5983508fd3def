"""The cohort explorer as a reader meets it: what the page draws, whatever is moved."""

from __future__ import annotations

import multiprocessing
import os
import re
import time

import pytest

import glutelab as gl

OPENINGS = int(os.environ.get("GLUTELAB_OPENINGS", "3"))
READ = """() => [...document.querySelectorAll('.glutelab-surface')].map(plot => ({
    drawn: Number(plot.dataset.drawn ?? 0),
    failed: plot.dataset.failed ?? '',
    traces: (plot.calcdata ?? []).map(points => ({
        name: points[0]?.trace?.name ?? '',
        names: Array.from(points[0]?.trace?.customdata ?? []),
        y: Array.from(points[0]?.trace?._fullInput?.y ?? points[0]?.trace?.y ?? []),
        chosen: (points[0]?.trace?.selectedpoints ?? []).length,
    })),
}))"""
LISTEN = """() => document.querySelector('.glutelab-surface').on('plotly_selected', (event) => {
    window.caught = event.points.map((point) => point.customdata);
})"""


@pytest.fixture(scope="module")
def notebook(lab):
    lab.write(
        "explore.ipynb",
        "import glutelab as gl\ndata = gl.load_cohort('rbds2017')",
        "view = gl.CohortExplorer(data)\nview",
    )
    return "explore.ipynb"


def settled(page):
    """The surfaces, once both are drawn and the numbers stand beneath them."""
    page.wait_for_function(
        "[...document.querySelectorAll('.glutelab-surface')]"
        ".filter(plot => plot.dataset.drawn).length == 2"
        " && document.querySelector('.glutelab-surface .main-svg')"
        " && /runners in view[,;]/.test(document.querySelector('.jp-OutputArea').closest("
        "'.jp-Notebook').innerText)",
        timeout=90_000,
    )
    time.sleep(0.3)
    return page.evaluate(READ)


def dots(surface) -> dict[str, float]:
    """Runner to height."""
    return {
        name: height
        for trace in surface["traces"]
        if trace["names"]
        for name, height in zip(trace["names"], trace["y"], strict=True)
    }


def expected(measure: str, speed: float = 3.5) -> dict[str, float]:
    runners = gl.runner_means(gl.load_cohort("rbds2017"))
    rows = runners[(runners["side"] == "both") & (runners["speed_m_s"] == speed)]
    return dict(zip(rows["runner_id"], rows[measure], strict=True))


def choose(page, label: str, text: str) -> None:
    box = page.locator(".widget-dropdown", has=page.get_by_text(label, exact=True))
    box.locator("select").select_option(label=text)


def _burn(until: float) -> None:
    while time.time() < until:
        sum(range(10_000))


def test_every_opening_shows_the_right_data_under_load(lab, notebook, shot):
    until = time.time() + 60 * OPENINGS
    load = [multiprocessing.Process(target=_burn, args=(until,), daemon=True) for _ in range(2)]
    for process in load:
        process.start()
    right = 0
    try:
        for _ in range(OPENINGS):
            with lab.opened(notebook) as page:
                scatter, curves = settled(page)
                assert dots(scatter) == pytest.approx(expected("peak_hip_extension_deg"), rel=1e-5)
                elite = next(t for t in curves["traces"] if t["name"].startswith("elite"))
                mean = gl.runner_curves(gl.load_cohort("rbds2017"), "hip_flexion_deg")
                mean = mean.query("level == 'elite' and speed_m_s == 3.5 and side == 'both'").mean()
                assert elite["y"] == pytest.approx(list(mean), rel=1e-4)
                assert page.faults == []
                right += 1
                shot(page, "first")
    finally:
        for process in load:
            process.terminate()
    print(f"{right} of {OPENINGS} openings showed the right data")


def test_controls_change_what_is_drawn(lab, notebook, shot):
    with lab.opened(notebook) as page:
        settled(page)
        choose(page, "Up", gl.schema.axis_label("cadence_spm"))
        choose(page, gl.schema.axis_label("speed_m_s"), "4.5")
        time.sleep(1.5)
        scatter, _ = settled(page)
        assert dots(scatter) == pytest.approx(expected("cadence_spm", 4.5), rel=1e-5)
        choose(page, "Curve", gl.schema.axis_label("thigh_angle_deg"))
        choose(page, "Groups", gl.schema.axis_label("sex"))
        time.sleep(1.5)
        _, curves = settled(page)
        names = {trace["name"] for trace in curves["traces"]}
        assert {"female (n = 1)", "male (n = 27)"} <= names
        shot(page, "changed")
        assert page.faults == []


def test_lasso_lights_up_runners_in_both_figures(lab, notebook, shot):
    with lab.opened(notebook) as page:
        settled(page)
        page.evaluate(LISTEN)
        area = page.locator(".glutelab-surface .nsewdrag").first.bounding_box()
        x, y, w, h = (area[key] for key in ("x", "y", "width", "height"))
        page.mouse.move(x + 0.05 * w, y + 0.05 * h)
        page.mouse.down()
        for across, down in ((0.6, 0.05), (0.6, 0.7), (0.05, 0.7), (0.05, 0.05)):
            page.mouse.move(x + across * w, y + down * h, steps=5)
        page.mouse.up()
        page.get_by_text("chosen by looking").wait_for(timeout=15_000)
        scatter, curves = settled(page)
        count = sum(trace["chosen"] for trace in scatter["traces"])
        assert 3 < count < 28
        assert f"chosen (n = {count})" in {trace["name"] for trace in curves["traces"]}
        assert page.get_by_text(f"28 runners in view, {count} chosen").is_visible()
        code = page.locator("code", has_text="selected=[").inner_text()
        assert code.count("RBDS") == count
        # The page does not wait for plotly, and catches the same runners.
        assert set(re.findall(r"RBDS\d+", code)) == set(page.evaluate("window.caught"))
        assert page.locator(".select-outline").count() == 0
        shot(page, "chosen")
        page.get_by_text("Filters and runners").click()
        page.get_by_role("button", name="Choose nobody").click()
        page.get_by_text("28 runners in view; drag").wait_for(timeout=15_000)
        scatter, _ = settled(page)
        assert sum(trace["chosen"] for trace in scatter["traces"]) == 0
        assert page.faults == []


def test_keys_move_a_filter(lab, notebook):
    with lab.opened(notebook) as page:
        settled(page)
        page.get_by_text("Filters and runners").click()
        handle = page.locator(".noUi-handle-lower").first
        handle.focus()
        for _ in range(30):
            page.keyboard.press("ArrowRight")
        time.sleep(2)
        settled(page)
        shown = re.search(r"(\d+) runners in view", page.inner_text("body"))[1]
        assert int(shown) < 28
        assert "filters=" in page.locator("code", has_text="gl.CohortExplorer").last.inner_text()
        assert page.faults == []
