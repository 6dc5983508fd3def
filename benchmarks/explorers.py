"""What a reader waits for: the explorers in a real JupyterLab, driven as a hand would.

    python benchmarks/explorers.py [--openings 50] [--events 30] [--no-write]

Needs playwright and a chromium, as the tests in ``tests/browser`` do. Cohorts of 200 runners with
60 strides each and of 2,000 with 100 are simulated, written to a temporary folder, and loaded as a
reader's own. Times are taken inside the page: from the input event to the last ``plotly_afterplot``
with data that are not those from before. What is drawn in the end is compared with a twin of the
widget in this process. Times are of this machine; nothing is asserted. With ``--no-write`` the
numbers are printed only.
"""

from __future__ import annotations

import argparse
import base64
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browser.lab import Lab, running_browser, running_lab, why_not  # noqa: E402
from explorer_page import (  # noqa: E402
    COHORT_EXPLORER,
    READ,
    STRIDE_VIEWER,
    Bench,
    first_display,
)
from timing import clock  # noqa: E402

import glutelab as gl  # noqa: E402
from glutelab.cohort import write_cohort  # noqa: E402
from glutelab.schema import axis_label  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "explorers.md"
SIZES = {
    "200 x 60": (200, (2.5, 3.5, 4.5)),
    "2,000 x 100": (2000, (2.5, 3.0, 3.5, 4.0, 4.5)),
}
HEAD = """# What a reader of the explorers waits for

    python -m nox -s browser_benchmark

A real JupyterLab in a chromium without graphics card, driven by keys and mouse. From the input
event to the last `plotly_afterplot` with new data, both timed in the page; the numbers beneath the
figures follow when the reader pauses, and are not part of it. "First display" is from the keys that
run the explorer's cell, its first import included, to data in both figures; the cohort was loaded
before. Times are of one machine, and of what else that had to do.
"""


# --- cohorts --------------------------------------------------------------------------------------


def write_simulated(folder: Path, n_runners: int, speeds) -> Path:
    cohort = gl.simulate_cohort(n_runners, speeds_m_s=speeds, strides_per_side=10, seed=1)
    names = ("runners", "trials", "strides", "legs", "ledger")
    tables = {name: getattr(cohort, name) for name in names}
    curves = {name: cohort.curves(name) for name in cohort.curve_variables}
    return write_cohort(folder, tables, curves, cohort.about)


# --- what is done in the page ---------------------------------------------------------------------


def press(bench: Bench, key: str) -> None:
    bench.page.keyboard.press(key)


def lasso(bench: Bench, k: int) -> None:
    page = bench.page
    area = page.locator(".glutelab-surface .nsewdrag").first.bounding_box()
    x, y, w, h = (area[key] for key in ("x", "y", "width", "height"))
    # By turns in two corners: what begins on the outline of the last one would move that.
    near, far = (0.05, 0.42 + 0.01 * (k % 5)) if k % 2 else (0.5 + 0.01 * (k % 5), 0.95)
    page.mouse.move(x + near * w, y + near * h)
    page.mouse.down()
    for across, down in ((far, near), (far, far), (near, far), (near, near)):
        page.mouse.move(x + across * w, y + down * h, steps=4)
    page.mouse.up()


def explore_cohort(bench: Bench, events: int) -> dict[str, list[float]]:
    page = bench.page
    ups = [axis_label(name) for name in ("cadence_spm", "peak_hip_extension_deg")]
    up = bench.dropdown("Up")
    found = {}
    found["dropdown (measure)"] = bench.latencies(
        lambda k: up.select_option(label=ups[k % 2]), events
    )
    curve = bench.dropdown("Curve")
    curves = [axis_label(name) for name in ("thigh_angle_deg", "hip_flexion_deg")]
    found["dropdown (curve, first time)"] = bench.latencies(
        lambda k: curve.select_option(label=axis_label("pelvic_tilt_deg")), 1
    )
    bench.latencies(lambda k: curve.select_option(label=curves[k]), 2)
    found["dropdown (curve)"] = bench.latencies(
        lambda k: curve.select_option(label=curves[k % 2]), events
    )
    found["lasso"] = bench.latencies(lambda k: lasso(bench, k), events)
    page.get_by_text("Filters and runners").click()
    page.get_by_role("button", name="Choose nobody").click()
    bench.settle()
    bench.slider().focus()
    found["slider (filter)"] = bench.latencies(lambda k: press(bench, "ArrowRight"), events)
    return found


def scrub(bench: Bench, events: int) -> dict[str, list[float]]:
    bench.slider().focus()
    return {"slider (gait cycle)": bench.latencies(lambda k: press(bench, "ArrowRight"), events)}


def rapid(bench: Bench, n: int = 100) -> dict[str, float]:
    """Many keys at once: how long until the last is drawn, and how often it was drawn meanwhile."""
    page = bench.page
    bench.slider().focus()
    press(bench, "Home")
    bench.settle()
    page.evaluate("window.mark()")
    start = time.perf_counter()
    for k in range(n):
        press(bench, bench.direction(k))
    sent = time.perf_counter() - start
    bench.settle(1.5)
    last = page.evaluate("""() => {
        const last = new Map(window.drawn.map(([k, , text]) => [k, text]));
        return Math.max(...[...last].map(([k, text]) =>
            window.drawn.find((one) => one[0] === k && one[2] === text)[1] - window.started));
    }""")
    draws = page.evaluate("window.drawn.length / window.plots.length")
    return {"keys_s": sent, "draws": draws, "until_last_ms": last}


def grow(bench: Bench, moves: int = 1000) -> dict[str, float]:
    """Memory before and after; the first moves are not counted, they fill caches."""
    bench.slider().focus()

    def back_and_forth(n: int) -> None:
        for k in range(n):
            press(bench, "ArrowRight" if (k // 40) % 2 == 0 else "ArrowLeft")
            time.sleep(0.01)
        bench.settle(1.5)

    back_and_forth(160)
    kernel, heap = bench.kernel_rss(), bench.page_heap()
    back_and_forth(moves)
    return {"kernel": bench.kernel_rss() - kernel, "page": bench.page_heap() - heap}


# --- what ought to be drawn -----------------------------------------------------------------------


def unpacked(values) -> np.ndarray:
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), "<f4").astype(float)
    return np.array(values, float)


def agrees(drawn: list[list[np.ndarray]], view) -> bool:
    """Whether the page shows, trace by trace, what this view gives."""
    figures = [json.loads(figure.to_json()) for figure in view.figures().values()]
    for plot, figure in zip(drawn, figures, strict=True):
        wanted = [unpacked(trace["y"]) for trace in figure["data"]]
        if len(plot) != len(wanted):
            return False
        for found, value in zip(plot, wanted, strict=True):
            if found.shape != value.shape or not np.allclose(
                found, value, rtol=1e-5, atol=1e-5, equal_nan=True
            ):
                return False
    return True


# --- the kernel alone -----------------------------------------------------------------------------


def kernel_alone(cohort, events: int) -> dict[str, list[float]]:
    """Milliseconds of processor to answer a change: drawing, and the numbers that follow."""
    view = gl.CohortExplorer(cohort)
    viewer = gl.StrideViewer(cohort)
    assert viewer.strides  # read now, or the slider would have nothing to move
    later = []
    for one in (view, viewer):
        one._later = later.append  # a pause of the reader ends at once where there is no loop

    def timed(change) -> float:
        start = clock()
        change()
        return 1e3 * (clock() - start)

    found: dict[str, list[float]] = {}
    ys = ("cadence_spm", "peak_hip_extension_deg")
    curves = ("thigh_angle_deg", "hip_flexion_deg")
    for name in curves:
        view._controls["curve"].value = name
    names = list(view.shown["runner_id"])
    slider = view._filters["age_years"]
    acts = {
        "dropdown (measure)": lambda k: setattr(view._controls["y"], "value", ys[k % 2]),
        "dropdown (curve)": lambda k: setattr(view._controls["curve"], "value", curves[k % 2]),
        "lasso": lambda k: view._choose(names[k : len(names) // 2 + k]),
        "slider (filter)": lambda k: setattr(
            slider, "value", (slider.min + slider.step * (k % 12 + 1), slider.max)
        ),
        "slider (gait cycle)": lambda k: setattr(viewer._slider, "value", k % 100 + 1),
    }
    for name, act in acts.items():
        if name == "slider (filter)":
            view._choose([])
        found[name] = [timed(lambda act=act, k=k: act(k)) for k in range(events)]
    view._choose([])
    found["numbers beneath (groups)"] = [timed(view._find_results) for _ in range(5)]
    view._choose(names[: len(names) // 2])
    found["numbers beneath (chosen)"] = [timed(view._find_results) for _ in range(5)]
    return found


# --- openings -------------------------------------------------------------------------------------


def _burn(until: float) -> None:
    while time.time() < until:
        sum(range(10_000))


def open_often(lab: Lab, folder: Path, times: int) -> tuple[int, list[str]]:
    """How many openings show the right data while every core is busy."""
    from playwright.sync_api import TimeoutError

    cohort = gl.load_cohort(folder)
    twins = gl.CohortExplorer(cohort), gl.StrideViewer(cohort)
    lab.write(
        "openings.ipynb",
        f"import glutelab as gl\ndata = gl.load_cohort({str(folder)!r})",
        "gl.CohortExplorer(data)",
        "gl.StrideViewer(data)",
    )
    right, wrong = 0, []
    cores = os.cpu_count() or 2
    until = time.time() + 120 * times
    load = [multiprocessing.Process(target=_burn, args=(until,), daemon=True) for _ in range(cores)]
    for process in load:
        process.start()
    try:
        for k in range(times):
            lab.end_kernels()  # else each page would first take over the widgets of all before it
            with lab.opened("openings.ipynb") as page:
                try:
                    page.wait_for_function(
                        "[...document.querySelectorAll('.glutelab-surface')]"
                        ".filter(plot => plot.dataset.drawn && plot.querySelector('.main-svg')"
                        " && (plot.calcdata ?? []).length).length == 4",
                        timeout=180_000,
                    )
                    page.get_by_text("runners in view;").wait_for(timeout=60_000)
                except TimeoutError:
                    page.screenshot(path=f"reports/opening_{k + 1}.png")
                    wrong.append(f"{k + 1}: not drawn within three minutes; {page.faults}")
                    continue
                time.sleep(0.3)
                read = page.evaluate(READ)
                drawn = [[np.array(y, float) for y in plot] for plot in read]
                good = agrees(drawn[:2], twins[0]) and agrees(drawn[2:], twins[1])
                if good and not page.faults:
                    right += 1
                else:
                    wrong.append(f"{k + 1}: {page.faults or 'other data'}")
            print(f"{right} of {k + 1} openings showed the right data", *wrong[-1:], flush=True)
    finally:
        for process in load:
            process.terminate()
    return right, wrong


# --- the report -----------------------------------------------------------------------------------


def say(values: list[float]) -> tuple[float, float]:
    return float(np.median(values)), float(np.percentile(values, 95))


def held(value: float, bound: float | None) -> str:
    if bound is None:
        return ""
    return "holds" if value <= bound else "**falls short**"


def share_of_a_core(seconds: float = 2.0) -> float:
    """How much of one core this process gets: 1 on a machine that has nothing else to do."""
    start, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        sum(range(10_000))
    return (time.process_time() - used) / (time.perf_counter() - start)


def say_share() -> str:
    load = f"; load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"A process that wants a whole core got {share_of_a_core():.0%} of it{load}."


def measure(lab: Lab, size: str, folder: Path, events: int, rounds: int) -> list[str]:
    small = size == "200 x 60"
    lines = [f"\n## {size}\n", f"Before: {say_share()}", ""]
    print(lines[1], flush=True)
    cohort = gl.load_cohort(folder)
    slug = size.replace(" ", "").replace(",", "")

    table = ["| first display | median, s | all, s | bound, s | |", "|---|---|---|---|---|"]
    pages = {}
    for explorer in (COHORT_EXPLORER, STRIDE_VIEWER):
        took = []
        for k in range(rounds):
            if explorer in pages:
                pages.pop(explorer).page.close()
            pages[explorer], ms = first_display(lab, f"{explorer}{slug}{k}", folder, explorer, 2)
            took.append(ms / 1e3)
        middle = float(np.median(took))
        each = ", ".join(f"{one:.2f}" for one in took)
        table.append(f"| {explorer} | {middle:.2f} | {each} | 2 | {held(middle, 2)} |")
        print(table[-1], flush=True)
    lines += table

    bounds = (100, 200) if small else (250, None)
    lines += ["", "| event to redrawn plot | n | median, ms | p95, ms | bounds, ms | |"]
    lines += ["|---|---|---|---|---|---|"]
    found = explore_cohort(pages[COHORT_EXPLORER], events)
    found |= scrub(pages[STRIDE_VIEWER], events)
    for name, values in found.items():
        if not values:
            lines.append(f"| {name} | 0 | nothing was drawn | | | **falls short** |")
            continue
        median, high = say(values)
        both = [bounds[0] >= median, bounds[1] is None or bounds[1] >= high]
        verdict = "holds" if all(both) else "**falls short**"
        text = f"{bounds[0]}" + (f", {bounds[1]}" if bounds[1] else "")
        lines.append(f"| {name} | {len(values)} | {median:.0f} | {high:.0f} | {text} | {verdict} |")
        print(lines[-1], flush=True)

    bound = 20 if small else 60
    lines += [
        "",
        "| kernel alone, processor time | median, ms | p95, ms | bound, ms | |",
        "|---|---|---|---|---|",
    ]
    for name, values in kernel_alone(cohort, events).items():
        median, high = say(values)
        limit = None if name.startswith("numbers") else bound
        lines.append(
            f"| {name} | {median:.1f} | {high:.1f} | {limit or 'none'} | {held(median, limit)} |"
        )
        print(lines[-1], flush=True)

    lines += [
        "",
        "| 100 moves at once | keys took, s | drawn, times | last drawn after, ms | last wins |",
        "|---|---|---|---|---|",
    ]
    viewer = gl.StrideViewer(cohort)
    viewer.choices = replace(viewer.choices, at_pct=100)
    twin = gl.CohortExplorer(cohort)
    name, control = next((n, one) for n, one in twin._filters.items() if hasattr(one, "step"))
    low = round(control.min + 20 * control.step, 10)  # 60 steps forward, 40 back
    twin.choices = replace(twin.choices, filters={name: (low, control.max)})
    for explorer, wanted in ((COHORT_EXPLORER, twin), (STRIDE_VIEWER, viewer)):
        bench = pages[explorer]
        one = rapid(bench)
        right = agrees(bench.drawn(), wanted)
        lines.append(
            f"| {explorer} | {one['keys_s']:.2f} | {one['draws']:.0f} "
            f"| {one['until_last_ms']:.0f} | {'yes' if right else '**no**'} |"
        )
        print(lines[-1], flush=True)

    lines += ["", "| 1,000 moves | kernel grows, MiB | page grows, MiB | bound, MiB | |"]
    lines += ["|---|---|---|---|---|"]
    for explorer, bench in pages.items():
        one = grow(bench)
        lines.append(
            f"| {explorer} | {one['kernel']:.1f} | {one['page']:.1f} | 20 "
            f"| {held(max(one.values()), 20)} |"
        )
        print(lines[-1], flush=True)
        if bench.page.faults:
            lines += ["", f"Faults of the page: {bench.page.faults}"]
        bench.page.close()
    lines += ["", f"After: {say_share()}"]
    print(lines[-1], flush=True)
    return lines


def about_here() -> str:
    return f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--openings", type=int, default=50)
    parser.add_argument("--events", type=int, default=30, help="of each kind")
    parser.add_argument("--rounds", type=int, default=3, help="first displays")
    parser.add_argument("--size", choices=SIZES, action="append", help="by default all")
    parser.add_argument("--cohorts", type=Path, help="folder that keeps the simulated cohorts")
    parser.add_argument("--no-write", action="store_true", help="print only")
    given = parser.parse_args()
    if reason := why_not():
        raise SystemExit(reason)
    lines = [HEAD, about_here()]
    print(lines[-1], flush=True)
    with tempfile.TemporaryDirectory() as scratch, running_browser() as browser:
        home, root = Path(scratch, "home"), Path(scratch, "notebooks")
        for folder in (home, root):
            folder.mkdir()
        cohorts = given.cohorts or Path(scratch)
        with running_lab(home, root, browser) as lab:
            folders = {}
            for size in given.size or SIZES:
                folders[size] = cohorts / size.replace(" ", "").replace(",", "")
                if not folders[size].exists():
                    write_simulated(folders[size], *SIZES[size])
                lines += measure(lab, size, folders[size], given.events, given.rounds)
            if given.openings:
                folder = next(iter(folders.values()))
                right, wrong = open_often(lab, folder, given.openings)
                lines += ["", "## Openings with every core busy", ""]
                lines.append(
                    f"{right} of {given.openings} openings of a notebook with both explorers "
                    f"showed the right data in all four figures, without an error in the console "
                    f"({held(given.openings - right, 0)})."
                )
                lines += wrong
                print(*lines[-1 - len(wrong) :], sep="\n", flush=True)
    if not given.no_write:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
