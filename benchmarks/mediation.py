"""mediate beside pingouin.mediation_analysis: the same numbers, and how long they take.

    python benchmarks/mediation.py     (pingouin, if it is installed: GPL, for comparison only)

Times are medians of several runs in one process; machines differ, so read the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from glutelab.models.mediation import mediate

try:
    import pingouin as pg
except ImportError:
    pg = None

N_BOOT = 5000


def seconds(function: Callable, repeats: int = 5) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def study(n: int, covariates: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(10, 4, n)
    m = 14 - 0.6 * x + rng.normal(0, 4, n)
    y = 4.4 - 0.02 * m + rng.normal(0, 0.2, n)
    frame = pd.DataFrame({"x": x, "m": m, "y": y})
    for k in range(covariates):
        frame[f"c{k}"] = rng.normal(size=n)
    return frame


def line(n: int, covariates: int) -> str:
    frame = study(n, covariates)
    names = [f"c{k}" for k in range(covariates)]
    arrays = (frame["x"], frame["m"], frame["y"], frame[names].to_numpy())

    def ours():
        return mediate(*arrays, n_boot=N_BOOT)

    def theirs():
        return pg.mediation_analysis(
            frame, "x", "m", "y", covar=names or None, n_boot=N_BOOT, seed=1, return_dist=True
        )

    a, (table, draws) = ours(), theirs()
    b = table.set_index("path")["coef"]
    gap = max(abs(a.total.estimate - b["Total"]), abs(a.direct.estimate - b["Direct"]),
              abs(a.indirect.estimate - b["Indirect"]))  # fmt: skip
    mine = a.samples
    error = np.sqrt(2 * mine.var() / N_BOOT)
    spread = mine.std() / draws.std()
    fast, slow = seconds(ours, 9), seconds(theirs, 3)
    return (
        f"| {n} runners, {covariates} covariates | {1000 * fast:.1f} ms | {1000 * slow:.0f} ms | "
        f"**{slow / fast:.0f}** | {gap:.0e} | {(mine.mean() - draws.mean()) / error:+.1f} | "
        f"{spread:.3f} |"
    )


def main() -> None:
    if pg is None:
        print("pingouin is not installed: only our own time.")
        for n in (30, 60, 200):
            frame = study(n, 2)
            arrays = (frame["x"], frame["m"], frame["y"], frame[["c0", "c1"]].to_numpy())
            print(n, f"{1000 * seconds(lambda data=arrays: mediate(*data, n_boot=N_BOOT)):.1f} ms")
        return
    print(f"{N_BOOT:,} resamples, pingouin {pg.__version__}\n")
    print("| study | glutelab | pingouin | ratio | largest difference of an estimate | "
          "means of resamples differ (Monte-Carlo errors) | ratio of their SDs |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for n, covariates in ((30, 0), (30, 3), (60, 3), (200, 3)):
        print(line(n, covariates))


if __name__ == "__main__":
    main()
