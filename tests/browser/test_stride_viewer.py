"""The stride viewer as a reader meets it: what the page draws is what the tables hold."""

from __future__ import annotations

import re
import time

import pytest

import glutelab as gl

CURVES = ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
READ = """() => [...document.querySelectorAll('.glutelab-surface')].map((plot) => ({
    title: plot.layout.title?.text ?? '',
    failed: plot.dataset.failed ?? '',
    now: (plot.layout.shapes ?? []).filter((one) => one.type === 'line').map((one) => one.x0),
    dots: (plot.layout.shapes ?? []).filter((one) => one.xsizemode === 'pixel')
        .map((one) => [one.yref === 'y1' ? 'y' : one.yref, one.xanchor, one.yanchor]),
    traces: (plot.calcdata ?? []).flatMap((points) => points[0]?.trace ?? []).map((trace) => ({
        name: trace.name ?? '',
        mode: trace.mode,
        panel: trace.yaxis,
        dash: trace.line?.dash,
        x: Array.from(trace._fullInput?.x ?? trace.x ?? []),
        y: Array.from(trace._fullInput?.y ?? trace.y ?? []),
    })),
}))"""


@pytest.fixture(scope="module")
def notebook(lab):
    lab.write(
        "stride.ipynb",
        "import glutelab as gl\ndata = gl.load_cohort('rbds2017')",
        "view = gl.StrideViewer(data)\nview",
    )
    return "stride.ipynb"


def settled(page, title: str = "0 % of the gait cycle"):
    """The two surfaces, once the posture has this title and the numbers stand beneath."""
    page.wait_for_function(
        """(title) => {
            const plots = [...document.querySelectorAll('.glutelab-surface')];
            return plots.length == 2 && plots.every((plot) => plot.dataset.drawn)
                && (plots[0].layout?.title?.text ?? '').startsWith(title)
                && document.querySelector('.jp-OutputArea-output table caption');
        }""",
        arg=title,
        timeout=90_000,
    )
    time.sleep(0.6)
    posture, curves = page.evaluate(READ)
    assert posture["failed"] == curves["failed"] == ""
    return posture, curves


def mean_curve(variable: str, runner_id: str, speed: float = 3.5, side: str = "right"):
    """The curve as the library's table has it."""
    table = gl.runner_curves(gl.load_cohort("rbds2017"), variable, side=side)
    index = table.index.to_frame(index=False)
    row = (index["runner_id"] == runner_id) & (index["speed_m_s"] == speed)
    return table.to_numpy()[row.to_numpy()][0]


def lines(curves) -> dict[str, list[list[float]]]:
    """Heights of the curves of each panel, in the order of the strides."""
    found: dict[str, list[list[float]]] = {}
    for trace in curves["traces"]:
        if trace["mode"] == "lines":
            found.setdefault(trace["panel"], []).append(trace["y"])
    return found


def dots(curves) -> dict[str, list[tuple[float, float]]]:
    """Where the body is, in each panel."""
    found: dict[str, list[tuple[float, float]]] = {}
    for panel, x, y in curves["dots"]:
        found.setdefault(panel, []).append((x, y))
    return found


def shows(curves, at: int, *strides: tuple[str, float]) -> None:
    """Both curves and dots are those of the tables."""
    for panel, variable in zip(("y", "y2", "y3"), CURVES, strict=True):
        wanted = [mean_curve(variable, *stride) for stride in strides]
        for drawn, curve in zip(lines(curves)[panel], wanted, strict=True):
            assert drawn == pytest.approx(list(curve), rel=1e-4, abs=1e-4)
        for (x, y), curve in zip(dots(curves)[panel], wanted, strict=True):
            assert (x, y) == (at, pytest.approx(curve[at], rel=1e-4, abs=1e-4))


def choose(page, label: str, text: str) -> None:
    box = page.locator(".widget-dropdown", has=page.get_by_text(label, exact=True))
    box.locator("select").select_option(label=text)


def named(runner_id: str) -> str:
    levels = gl.load_cohort("rbds2017").runners.set_index("runner_id")["level"]
    return f"{runner_id} ({levels[runner_id]})"


def runners() -> list[str]:
    return gl.load_cohort("rbds2017").runners["runner_id"].tolist()


def test_it_opens_with_the_first_runner(lab, notebook, shot):
    with lab.opened(notebook) as page:
        posture, curves = settled(page)
        shows(curves, 0, (runners()[0], 3.5))
        assert posture["title"].endswith("stance")
        assert any(runners()[0] in trace["name"] for trace in posture["traces"])
        shot(page, "first")
        assert page.faults == []


def test_keys_scrub_through_the_stride(lab, notebook, shot):
    with lab.opened(notebook) as page:
        settled(page)
        handle = page.locator(".noUi-handle").first
        handle.focus()
        for _ in range(38):
            page.keyboard.press("ArrowRight")
        _, curves = settled(page, "38 % of the gait cycle")
        shows(curves, 38, (runners()[0], 3.5))
        shot(page, "at_38")
        page.keyboard.press("ArrowLeft")
        _, curves = settled(page, "37 % of the gait cycle")
        shows(curves, 37, (runners()[0], 3.5))
        page.keyboard.press("End")
        posture, curves = settled(page, "100 % of the gait cycle")
        shows(curves, 100, (runners()[0], 3.5))
        assert posture["title"].endswith("stance")  # the next foot strike
        page.keyboard.press("Home")
        _, curves = settled(page, "0 % of the gait cycle")
        shows(curves, 0, (runners()[0], 3.5))
        assert page.faults == []


def test_a_hundred_keys_at_once_end_where_the_last_one_does(lab, notebook, shot):
    with lab.opened(notebook) as page:
        settled(page)
        page.locator(".noUi-handle").first.focus()
        for _ in range(100):
            page.keyboard.press("ArrowRight")
        _, curves = settled(page, "100 % of the gait cycle")
        shows(curves, 100, (runners()[0], 3.5))
        assert page.locator("code", has_text="at_pct=100").is_visible()
        shot(page, "end")
        assert page.faults == []


def test_another_runner_replaces_the_first(lab, notebook, shot):
    other = runners()[5]
    with lab.opened(notebook) as page:
        settled(page)
        choose(page, "Runner", named(other))
        page.locator("code", has_text=f"runner_id='{other}'").wait_for(timeout=30_000)
        posture, curves = settled(page)
        shows(curves, 0, (other, 3.5))
        assert not any(runners()[0] in trace["name"] for trace in posture["traces"])
        choose(page, "Side", "left")
        page.locator("code", has_text="side='left'").wait_for(timeout=30_000)
        _, curves = settled(page)
        shows(curves, 0, (other, 3.5, "left"))
        shot(page, "other")
        assert page.faults == []


def test_a_second_runner_and_a_second_speed_are_set_over_the_first(lab, notebook, shot):
    first, second = runners()[0], runners()[3]
    with lab.opened(notebook) as page:
        settled(page)
        choose(page, "Against", named(second))
        page.locator("code", has_text=f"against='{second}'").wait_for(timeout=30_000)
        posture, curves = settled(page)
        shows(curves, 0, (first, 3.5), (second, 3.5))
        names = [trace["name"] for trace in posture["traces"]]
        assert {f"A: {first} at 3.5 m/s", f"B: {second} at 3.5 m/s"} <= set(names)
        assert re.search("A stance, B stance$", posture["title"])
        shot(page, "two_runners")
        choose(page, "Against", "(nobody else)")
        choose(page, "Against speed (m/s)", "4.5")
        page.locator("code", has_text="against_speed_m_s=4.5").wait_for(timeout=30_000)
        _, curves = settled(page)
        shows(curves, 0, (first, 3.5), (first, 4.5))
        page.locator(".noUi-handle").first.focus()
        for _ in range(3):
            page.keyboard.press("PageUp")
        page.wait_for_function(
            "document.querySelector('.glutelab-surface').layout.title.text[0] != '0'"
        )
        posture, curves = settled(page, "")
        shows(curves, int(posture["title"].split()[0]), (first, 3.5), (first, 4.5))
        shot(page, "two_speeds")
        assert page.faults == []


def test_what_cannot_be_is_said_and_the_old_view_stays(lab, notebook, shot):
    first = runners()[0]
    with lab.opened(notebook) as page:
        settled(page)
        choose(page, "Against", named(first))
        alert = page.get_by_role("alert")
        alert.wait_for(timeout=30_000)
        assert "Choose another runner or another speed" in alert.inner_text()
        _, curves = settled(page)
        shows(curves, 0, (first, 3.5))
        shot(page, "refused")
        assert page.faults == []
