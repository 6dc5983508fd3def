"""Whole-curve permutation tests side by side with spm1d and MNE, in one run.

    pip install spm1d==0.4.55 mne==1.13.2
    python benchmarks/curves.py                 # 5 to 10 minutes, most of it spm1d
    python benchmarks/curves.py --quick         # fewer repetitions, 400 + 400 runners

Times are medians; what counts are the ratios. On a machine that does other things too, limit linear
algebra to one thread (OPENBLAS_NUM_THREADS=1): threads that wait for each other spoil small
products, here more than there.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import time
import tracemalloc
import warnings

import mne
import numpy as np
import spm1d

from glutelab.curves.field import fit_linear, fit_separate
from glutelab.curves.infer import infer
from glutelab.curves.relabel import Relabelings

PERCENT = np.arange(101)
RELABELINGS = 10_000


def curves(n: int, seed: int = 0) -> np.ndarray:
    """Smooth closed curves of two groups; the first differs in late stance."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.outer(np.arange(1, 7), PERCENT) / 100
    values = rng.normal(size=(n, 12)) @ np.vstack([np.cos(angles), np.sin(angles)])
    values[: n // 2] += 2 * np.exp(-(((PERCENT - 50) / 8) ** 2))
    return values


def median(function, times: int) -> float:
    """Median seconds of some calls, after one that does not count."""
    taken = []
    for k in range(times + (times > 1)):
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function()
        if k or times == 1:
            taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def ours(values: np.ndarray, kind: str = "cluster-mass", covariates: int = 0, jobs: int = 1):
    n = len(values)
    design = (np.arange(n) < n // 2).astype(float)
    z = np.random.default_rng(1).normal(size=(n, covariates))
    field = fit_linear(values, design, z, "order" if covariates else "groups")
    return infer(field, kind=kind, n_permutations=RELABELINGS, n_jobs=jobs)


def by_spm1d(first: np.ndarray, second: np.ndarray):
    test = spm1d.stats.nonparam.ttest2(first, second)
    return test.inference(0.05, two_tailed=True, iterations=RELABELINGS)


def by_mne(first: np.ndarray, second: np.ndarray, jobs: int = 1):
    return mne.stats.permutation_cluster_test(
        [first, second], n_permutations=RELABELINGS, tail=0, n_jobs=jobs, rng=0, verbose=False
    )


def row(name: str, mine: float, peer: float | None = None, target: str = "") -> None:
    other = f"{1e3 * peer:,.2f}" if peer else ""
    ratio = f"{peer / mine:,.0f}" if peer else ""
    print(f"| {name} | {1e3 * mine:,.2f} | {other} | {ratio} | {target} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "as many as there are")
    print(
        f"linear algebra threads: {threads}; {os.cpu_count()} cores; {RELABELINGS:,} relabelings\n"
    )
    print("| what | glutelab, ms | peer, ms | ratio | target |")
    print("|---|---|---|---|---|")
    values = curves(56)
    first, second = values[:28], values[28:]
    few = 1 if quick else 3
    before = median(lambda: ours(values), 41)
    spm = median(lambda: by_spm1d(first, second), few)
    between = median(lambda: ours(values), 41)
    by_clusters = median(lambda: by_mne(first, second), few)
    mine = float(np.median([before, between, median(lambda: ours(values), 41)]))
    row("28 + 28, with clusters; spm1d", mine, spm, "50")
    row("28 + 28, with clusters; MNE", mine, by_clusters, "70")
    row("- max-t only", median(lambda: ours(values, "max-t"), 21))
    row("- cluster extent", median(lambda: ours(values, "cluster-extent"), 21))
    row("- two workers", median(lambda: ours(values, jobs=2), 21))
    separate = fit_separate(values, 28)
    run = {"kind": "cluster-mass", "n_permutations": RELABELINGS}
    row("- separate variances", median(lambda: infer(separate, **run), 21))
    labels = Relabelings("groups", 56, n_first=28, n_random=RELABELINGS)
    row(
        "- of this, making labels",
        median(lambda: [labels.weights(*b) for b in labels.blocks()], 21),
    )
    many = 800 if quick else 2000
    values_many = curves(many)
    design = (np.arange(many) < many // 2).astype(float)
    none = np.zeros((many, 0))
    field = median(lambda: fit_linear(values_many, design, none, "groups").t, 21)
    halves = values_many[: many // 2], values_many[many // 2 :]
    name = f"{many // 2:,} + {many // 2:,}, the t field alone; spm1d"
    row(f"{name} (its default)", field, median(lambda: spm1d.stats.ttest2(*halves), 1), "1,000")
    equal = median(lambda: spm1d.stats.ttest2(*halves, equal_var=True), 1)
    row(f"{name} (equal_var=True)", field, equal)
    exact = curves(16)
    row("8 + 8, all 12,870 relabelings", median(lambda: ours(exact), 21), None, "a few tens of ms")

    print("\n| covariates | 28 + 28, ms | times unadjusted | ", end="")
    print(f"{many // 2:,} + {many // 2:,}, ms | times unadjusted | target |")
    print("|---|---|---|---|---|---|")
    for count in range(5):
        small = median(lambda count=count: ours(values, covariates=count), 15)
        large = median(lambda count=count: ours(values_many, covariates=count), few)
        if not count:
            base, base_large = small, large
        cells = [f"{1e3 * small:,.1f}", f"{small / base:.1f}", f"{1e3 * large:,.0f}"]
        print(f"| {count} | {' | '.join(cells)} | {large / base_large:.1f} | 3 |", flush=True)

    run["n_permutations"] = 100_000
    field = fit_linear(values, (np.arange(56) < 28).astype(float), np.zeros((56, 0)), "groups")
    tracemalloc.start()
    infer(field, **run)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"\npeak memory of 100,000 relabelings: {peak / 2**20:.0f} MiB; one t field of them all")
    print(f"would be {100_000 * 101 * 8 / 2**20:.0f} MiB")
    # Neither program offers covariates. As for results, see tests/reference/curves.


if __name__ == "__main__":
    main()
