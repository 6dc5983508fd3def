"""Whole-curve permutation tests beside spm1d and MNE; peers.py runs this."""

from __future__ import annotations

import tracemalloc

import mne
import numpy as np
import pandas as pd
import spm1d
from timing import HEAD, by_turns, compare, print_differences

import glutelab as gl
from glutelab.curves.field import fit_linear
from glutelab.curves.infer import infer

PERCENT = np.arange(101)
RELABELINGS = 10_000


def draw(n: int) -> np.ndarray:
    """Smooth closed curves of two groups of n; the first differs in late stance."""
    rng = np.random.default_rng(0)
    angles = 2 * np.pi * np.outer(np.arange(1, 7), PERCENT) / 100
    values = rng.normal(size=(2 * n, 12)) @ np.vstack([np.cos(angles), np.sin(angles)])
    values[:n] += 2 * np.exp(-(((PERCENT - 50) / 8) ** 2))
    return values


def as_table(values: np.ndarray, **columns) -> pd.DataFrame:
    """As `runner_curves` gives it."""
    columns = {"runner_id": [f"R{k:04d}" for k in range(len(values))], **columns}
    return pd.DataFrame(values, index=pd.MultiIndex.from_frame(pd.DataFrame(columns)))


def as_groups(values: np.ndarray) -> pd.DataFrame:
    rng, n = np.random.default_rng(1), len(values)
    covariates = {f"covariate_{k}": rng.normal(size=n) for k in range(4)}
    return as_table(values, level=np.repeat(["elite", "recreational"], n // 2), **covariates)


def ours(table: pd.DataFrame, covariates: int = 0, relabelings: int = RELABELINGS):
    names = [f"covariate_{k}" for k in range(covariates)]
    options = {"kind": "cluster-mass", "n_permutations": relabelings}
    return gl.compare_curves(table, adjust_for=names, **options)


def field(values: np.ndarray, covariates: int = 0):
    design = np.repeat([1.0, 0.0], len(values) // 2)
    columns = np.random.default_rng(1).normal(size=(len(values), covariates))
    return fit_linear(values, design, columns, "order" if covariates else "groups")


def on_arrays(values: np.ndarray, covariates: int = 0):
    return infer(field(values, covariates), kind="cluster-mass", n_permutations=RELABELINGS)


def by_spm1d(values: np.ndarray, iterations: int = RELABELINGS):
    test = spm1d.stats.nonparam.ttest2(*np.split(values, 2))
    options = {"two_tailed": True, "force_iterations": True}
    return test.inference(0.05, iterations=iterations, **options)


def by_mne(values: np.ndarray):
    options = {"n_permutations": RELABELINGS, "tail": 0, "rng": 0, "verbose": False}
    return mne.stats.permutation_cluster_test(np.split(values, 2), **options)


def largest_differences() -> dict[str, float]:
    """Of t over the curve; the thresholds of the same relabelings are in tests/reference."""
    values, n = draw(8), 8
    halves, dose = np.split(values, 2), np.random.default_rng(2).normal(size=2 * n)
    groups, doses = as_groups(values), as_table(values, dose=dose)
    who = {"runner_id": [f"R{k}" for k in range(n)] * 2, "speed_m_s": np.repeat([4.5, 2.5], n)}
    theirs = {
        "groups": (groups, "level", spm1d.stats.ttest2(*halves, equal_var=True)),
        "pairs": (as_table(values, **who), "speed_m_s", spm1d.stats.ttest_paired(*halves)),
        "dose": (doses, "dose", spm1d.stats.regress(values, dose)),
    }
    return {
        f"t, {name}; spm1d": float(
            np.abs(gl.compare_curves(table, by=by, circular=False).t - found.z).max()
        )
        for name, (table, by, found) in theirs.items()
    }


def main() -> None:
    few, many, eight = draw(28), draw(1000), draw(8)
    table, table_many, table_eight = (as_groups(values) for values in (few, many, eight))
    print(f"Two-tailed, 101 points; random relabelings: {RELABELINGS:,}; clusters by mass.\n")
    print(HEAD)
    for peer, bound, theirs in [("spm1d", "50", by_spm1d), ("MNE", "70", by_mne)]:
        compare(
            "28 + 28, test with clusters, on arrays",
            lambda: on_arrays(few),
            lambda theirs=theirs: theirs(few),
            peer,
            bound,
        )
        what = "- by compare_curves, from a table of runners"
        compare(what, lambda: ours(table), lambda theirs=theirs: theirs(few), peer, bound)
    compare(
        "8 + 8, all 12,870 relabelings, by compare_curves",
        lambda: ours(table_eight),
        lambda: by_spm1d(eight, -1),
        "spm1d",
    )
    for peer, bound, options in [
        ("spm1d", "1,000", {}),
        ("spm1d, equal_var=True", "", {"equal_var": True}),
    ]:
        compare(
            "1,000 + 1,000, the t field alone",
            lambda: field(many).t,
            lambda options=options: spm1d.stats.ttest2(*np.split(many, 2), **options),
            peer,
            bound,
        )

    print("\n| times unadjusted, covariates | 1 | 2 | 3 | 4 | at most |\n|---|---|---|---|---|---|")
    for what, function, data, rounds in [
        ("28 + 28, on arrays", on_arrays, few, 15),
        ("28 + 28, by compare_curves", ours, table, 15),
        ("1,000 + 1,000, by compare_curves", ours, table_many, 3),
    ]:
        calls = [lambda f=function, data=data, k=k: f(data, k) for k in range(5)]
        unadjusted, *taken = by_turns(*calls, rounds=rounds)
        cells = [f"{one / unadjusted:.1f}" for one in taken]
        print(f"| {what} | {' | '.join(cells)} | 3 |", flush=True)

    print("\n| relabelings of 28 + 28 | peak memory, MiB | one t field of them all, MiB |")
    print("|---|---|---|")
    for relabelings in (RELABELINGS, 100_000):
        tracemalloc.start()
        ours(table, relabelings=relabelings)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"| {relabelings:,} | {peak / 2**20:.1f} | {relabelings * 101 * 8 / 2**20:.0f} |")
    print_differences(largest_differences())
