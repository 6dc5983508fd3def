"""compare_groups beside scipy and pingouin: the same numbers, and how long they take.

    python benchmarks/groups.py        (pingouin, if it is installed: GPL, for comparison only)

Times are medians of several runs in one process; machines differ, so read the ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from glutelab.groups import compare_groups, hedges_g
from glutelab.groups.resample import bca_interval, permute_groups
from glutelab.reliability import intraclass_correlation

try:
    import pingouin as pg
except ImportError:
    pg = None


def seconds(function: Callable, repeats: int = 5) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def line(what: str, ours: Callable, theirs: Callable, peer: str) -> str:
    ours(), theirs()
    a, b = seconds(ours), seconds(theirs)
    return f"| {what} | {1000 * a:.1f} ms | {1000 * b:.1f} ms ({peer}) | {b / a:.0f} |"


def welch(x, y, axis=-1):
    return stats.ttest_ind(x, y, equal_var=False, axis=axis).statistic


def lines() -> list[str]:
    rng = np.random.default_rng(1)
    first, second = rng.normal(1, 1, 23), rng.normal(0, 1, 23)
    small = first[:8], second[:8]
    scores = rng.normal(0, 3, (46, 1)) + rng.normal(size=(46, 2))
    rows = [
        line(
            "BCa interval of g, 23 + 23 runners, 2,000 resamples",
            lambda: bca_interval(hedges_g, [first, second], n_boot=2000, seed=0, level=0.95),
            lambda: stats.bootstrap(
                (first, second), lambda a, b, axis=-1: hedges_g(a, b), n_resamples=2000, rng=0
            ),
            "scipy, vectorized",
        ),
        line(
            "permutation of Welch t, 8 + 8, all 12,870 relabelings",
            lambda: permute_groups(*small, n_permutations=9999, seed=0),
            lambda: stats.permutation_test(small, welch, n_resamples=np.inf, vectorized=True),
            "scipy",
        ),
        line(
            "permutation of Welch t, 23 + 23, 9,999 random relabelings",
            lambda: permute_groups(first, second, n_permutations=9999, seed=0),
            lambda: stats.permutation_test(
                (first, second), welch, n_resamples=9999, vectorized=True, rng=0
            ),
            "scipy",
        ),
    ]
    if pg is None:
        return rows
    runners = pd.DataFrame(
        {"runner_id": [f"R{k}" for k in range(46)], "level": ["elite"] * 23 + ["competitive"] * 23}
    )
    names = [f"measure_{k}_deg" for k in range(30)]
    runners[names] = rng.normal(size=(46, 30))
    long = pd.DataFrame(
        {
            "runner": np.repeat(np.arange(46), 2),
            "part": np.tile([0, 1], 46),
            "score": scores.ravel(),
        }
    )

    def by_hand() -> None:
        for name in names:
            x, y = runners[name][:23].to_numpy(), runners[name][23:].to_numpy()
            pg.ttest(x, y, correction=True)
            pg.tost(x, y, 1.0, correction=True)
            pg.compute_bootci(x, y, func="hedges", n_boot=2000, seed=0, method="bca")

    return [
        *rows,
        line(
            "30 measures: t, g with bootstrap interval, equivalence",
            lambda: compare_groups(runners, names, equivalence_margin=1.0),
            by_hand,
            "pingouin, loop",
        ),
        line(
            "ICC with interval, 46 runners, 2 parts",
            lambda: intraclass_correlation(scores),
            lambda: pg.intraclass_corr(long, targets="runner", raters="part", ratings="score"),
            "pingouin",
        ),
    ]


def main() -> None:
    print("| what | here | there | times faster |\n|---|---|---|---|")
    print("\n".join(lines()))


if __name__ == "__main__":
    main()
