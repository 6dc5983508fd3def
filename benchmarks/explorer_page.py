"""An explorer in a page of a real JupyterLab, and the stop-watch within that page."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from browser.lab import Lab

__all__ = [
    "COHORT_EXPLORER",
    "MIB",
    "READ",
    "STRIDE_VIEWER",
    "Bench",
    "first_display",
    "run_first_cell",
]

MIB = 2**20
COHORT_EXPLORER, STRIDE_VIEWER = "CohortExplorer", "StrideViewer"

# Everything is measured in the page, where the reader is.
WATCH = """() => {
    const state = (plot) => JSON.stringify([
        plot.layout.title?.text, plot.layout.xaxis?.title?.text, plot.layout.yaxis?.title?.text,
        (plot.calcdata ?? []).map((points) => {
            const trace = points[0]?.trace;
            const y = trace?._fullInput?.y ?? trace?.y ?? [];
            let sum = 0;
            for (let i = 0; i < y.length; i++) sum += Number.isFinite(y[i]) ? y[i] : 0;
            return [trace?.name, y.length, sum, (trace?.selectedpoints ?? []).length];
        }),
    ]);
    window.plots = [...document.querySelectorAll('.glutelab-surface')];
    window.drawn = [];
    window.started = 0;
    window.before = window.plots.map(state);
    window.mark = () => { window.drawn = []; window.before = window.plots.map(state); };
    if (window.watching) return;
    window.watching = true;
    const note = (plot, k) => () => { window.drawn.push([k, performance.now(), state(plot)]); };
    // The dots of a lasso are lit by plotly, which tells when it is done with them.
    window.plots.forEach((plot, k) => {
        for (const what of ['afterplot', 'selected']) plot.on(`plotly_${what}`, note(plot, k));
    });
    for (const type of ['keydown', 'change', 'mouseup']) {
        window.addEventListener(type, () => { window.started = performance.now(); }, true);
    }
    // The time of each new picture after the last event; the longest is what the reader waits for.
    window.latency = () => {
        const times = [];
        window.plots.forEach((_, k) => {
            const mine = window.drawn.filter(([which, at]) => which === k && at > window.started);
            const first = mine.find(([, , text]) => text !== window.before[k]);
            if (first) times.push(first[1] - window.started);
        });
        return times.length ? Math.max(...times) : null;
    };
}"""
# From the keys that run the cell to the first picture with data in every surface.
FIRST = """(count) => {
    window.ran = 0;
    window.first = 0;
    window.addEventListener('keydown', () => { window.ran ||= performance.now(); }, true);
    const look = () => {
        const plots = [...document.querySelectorAll('.glutelab-surface')];
        const ready = plots.filter((plot) => plot.clientWidth && plot.querySelector('.main-svg')
            && (plot.calcdata ?? []).some((points) => points.length > 1 || points[0]?.trace));
        if (ready.length === count) window.first = performance.now();
        else requestAnimationFrame(look);
    };
    look();
}"""
READ = """() => [...document.querySelectorAll('.glutelab-surface')].map((plot) =>
    (plot.calcdata ?? []).map((points) => points[0]?.trace).filter(Boolean).map((trace) =>
        Array.from(trace._fullInput?.y ?? trace.y ?? [])))"""


class Bench:
    """One explorer of one cohort in a page of its own."""

    def __init__(self, page, explorer: str, pid_file: Path):
        self.page, self.explorer, self.pid_file = page, explorer, pid_file
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable")

    def settle(self, quiet_s: float = 0.7) -> None:
        """Wait until nothing is drawn for a while."""
        last, since = -1, time.time()
        while time.time() - since < quiet_s:
            count = self.page.evaluate("window.drawn ? window.drawn.length : 0")
            if count != last:
                last, since = count, time.time()
            time.sleep(0.05)

    def latencies(self, act, times: int) -> list[float]:
        """Milliseconds of each event that changed what is drawn."""
        found = []
        for k in range(times):
            self.page.evaluate("window.mark()")
            act(k)
            self.settle()
            took = self.page.evaluate("window.latency()")
            if took is not None:
                found.append(took)
        return found

    def kernel_rss(self) -> float:
        import psutil

        return psutil.Process(int(self.pid_file.read_text())).memory_info().rss / MIB

    def page_heap(self) -> float:
        for _ in range(3):
            self.session.send("HeapProfiler.collectGarbage")
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / MIB

    def drawn(self) -> list[list[np.ndarray]]:
        # A gap in a line is no number, which JSON does not know.
        read = self.page.evaluate(READ)
        return [[np.array(y, float) for y in plot] for plot in read]

    def direction(self, k: int) -> str:
        """Forward, and for the filter, which has fewer steps, now and then back."""
        back = self.explorer == COHORT_EXPLORER and k % 10 >= 6
        return "ArrowLeft" if back else "ArrowRight"

    def slider(self):
        name = ".noUi-handle-lower" if self.explorer == COHORT_EXPLORER else ".noUi-handle"
        return self.page.locator(name).first

    def dropdown(self, label: str):
        box = self.page.locator(".widget-dropdown", has=self.page.get_by_text(label, exact=True))
        return box.locator("select")


def run_first_cell(page) -> None:
    page.get_by_text("| Idle").first.wait_for(timeout=120_000)
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output", has_text="are loaded").wait_for(timeout=120_000)


def first_display(
    lab: Lab, name: str, folder: Path, explorer: str, surfaces: int
) -> tuple[Bench, float]:
    """A page with the explorer on it, and the milliseconds from running its cell to its figures."""
    pid_file = lab.root / f"{name}.pid"
    load = [
        "import os",
        "from pathlib import Path",
        f"Path({str(pid_file)!r}).write_text(str(os.getpid()))",
        "import glutelab as gl",
        f"data = gl.load_cohort({str(folder)!r})",
        "print(len(data.runners), 'are loaded')",
    ]
    lab.write(f"{name}.ipynb", "\n".join(load), f"view = gl.{explorer}(data)\nview")
    page = lab.browser.new_page(viewport={"width": 1500, "height": 1300})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
    page.goto(lab.url.format(f"{name}.ipynb"))
    run_first_cell(page)
    time.sleep(0.5)
    page.evaluate(FIRST, surfaces)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("window.first > 0", timeout=120_000)
    took = page.evaluate("window.first - window.ran")
    bench = Bench(page, explorer, pid_file)
    page.evaluate(WATCH)
    bench.settle(2.0)
    return bench, took
