"""compare_groups and reliability beside pingouin and scipy; peers.py runs this."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin as pg
from scipy import stats
from timing import HEAD, compare, print_differences

import glutelab as gl
from glutelab.repeatability import intraclass_correlation

N = 23  # runners in a group
pg.options["round.column.CI95"] = None


def draw(measures: int, n: int = N) -> tuple[pd.DataFrame, list[str]]:
    """As `runner_means` gives it, and the names of the measures."""
    rng, names = np.random.default_rng(1), [f"measure_{k}_deg" for k in range(measures)]
    runners = pd.DataFrame({"runner_id": [f"R{k:02d}" for k in range(2 * n)]})
    runners["level"] = np.repeat(["elite", "competitive"], n)
    values = rng.normal(np.repeat([1.0, 0.0], n)[:, None], 1, (2 * n, measures))
    return runners.join(pd.DataFrame(values, columns=names)), names


def halves(runners: pd.DataFrame, name: str) -> list[np.ndarray]:
    return np.split(runners[name].to_numpy(), 2)


def by_pingouin(first: np.ndarray, second: np.ndarray) -> None:
    pg.ttest(first, second, correction=True)
    pg.compute_effsize(first, second, eftype="hedges")
    pg.compute_bootci(first, second, func="hedges", n_boot=2000, seed=0, method="bca")


def by_scipy(first: np.ndarray, second: np.ndarray) -> None:
    stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    stats.bootstrap((first, second), hedges_g, n_resamples=2000, vectorized=True, rng=0)


def hedges_g(first: np.ndarray, second: np.ndarray, axis: int = -1) -> np.ndarray:
    n1, n2 = first.shape[axis], second.shape[axis]
    squares = (n1 - 1) * first.var(axis, ddof=1) + (n2 - 1) * second.var(axis, ddof=1)
    correction = 1 - 3 / (4 * (n1 + n2) - 9)
    return (first.mean(axis) - second.mean(axis)) / np.sqrt(squares / (n1 + n2 - 2)) * correction


def welch_t(first: np.ndarray, second: np.ndarray, axis: int = -1) -> np.ndarray:
    return stats.ttest_ind(first, second, equal_var=False, axis=axis).statistic


def permuted_by_scipy(samples: list[np.ndarray], n_resamples: float) -> None:
    options = {"n_resamples": n_resamples, "vectorized": True, "rng": 0}
    stats.permutation_test(samples, welch_t, **options)


def icc_by_pingouin(scores: np.ndarray) -> pd.DataFrame:
    """Of one set of scores, shape (runners, parts)."""
    n, k = scores.shape
    table = {"runner": np.repeat(np.arange(n), k), "part": np.tile(np.arange(k), n)}
    table = pd.DataFrame(table | {"score": scores.ravel()})
    found = pg.intraclass_corr(table, targets="runner", raters="part", ratings="score")
    return found.set_index("Type")


def largest_differences() -> dict[str, float]:
    """Of g, t and p of 200 measures, between groups and paired, and of 200 sets of scores."""
    found: dict[str, list] = {}
    runners, names = draw(200)
    columns = {"runner_id": np.tile(runners["runner_id"][:N], 2), "level": None}
    sessions = runners.assign(**columns, session=np.repeat(["after", "before"], N))
    for words, paired, table, by in [
        ("groups", False, runners, "level"),
        ("pairs", True, sessions, "session"),
    ]:
        rows = gl.compare_groups(table, names, by=by, n_boot=0).set_index("measure")
        for name in names:
            samples, mine = halves(table, name), rows.loc[name]
            t = pg.ttest(*samples, paired=paired, correction=not paired).iloc[0]
            g = pg.compute_effsize(*samples, paired=paired, eftype="hedges")
            found.setdefault(f"Hedges' g, {words}", []).append(mine["hedges_g"] - g)
            both = [mine["t"] - t["T"], mine["p"] - t["p_val"]]
            found.setdefault(f"t and p, {words}", []).append(both)
    rng = np.random.default_rng(2)
    for scores in rng.normal(0, 2, (200, 15, 1)) + rng.normal([0.0, 0.5, 1.0], 1, (200, 15, 3)):
        table = icc_by_pingouin(scores)
        for form, kind in (("ICC(3,1)", "C"), ("ICC(2,1)", "A")):
            mine = intraclass_correlation(scores, form)
            for suffix, count in (("", "1"), ("_mean", "k")):
                theirs = table.loc[f"ICC({kind},{count})"]
                limits = [mine[f"icc_low{suffix}"], mine[f"icc_high{suffix}"]]
                difference = mine[f"icc{suffix}"] - theirs["ICC"]
                found.setdefault("ICC of four kinds", []).append(difference)
                found.setdefault("their intervals", []).append(np.array(limits) - theirs["CI95"])
    return {f"{name}; pingouin": float(np.abs(all_).max()) for name, all_ in found.items()}


def main() -> None:
    runners, names = draw(30)
    print(f"{N} + {N} runners; t, p and Hedges' g with a BCa interval of 2,000 resamples.\n")
    print(HEAD)
    for words, some in (("one measure", names[:1]), ("30 measures", names)):
        for peer, function in (("pingouin", by_pingouin), ("scipy, vectorized", by_scipy)):
            compare(
                f"compare_groups, {words}",
                lambda some=some: gl.compare_groups(runners, some),
                lambda function=function, some=some: [function(*halves(runners, m)) for m in some],
                peer,
            )
    for words, table, resamples in [
        ("8 + 8, all 12,870 relabelings", draw(1, 8)[0], np.inf),
        ("23 + 23, 9,999 relabelings", runners, 9999),
    ]:
        options = {"n_boot": 0, "test": "permutation"}
        compare(
            f"- permutation of Welch's t, {words}",
            lambda table=table, options=options: gl.compare_groups(table, names[:1], **options),
            lambda table=table, resamples=resamples: permuted_by_scipy(
                halves(table, names[0]), resamples
            ),
            "scipy, vectorized",
        )
    cohort = gl.load_cohort("rbds2017")
    rows = gl.reliability(cohort)
    scores = np.random.default_rng(3).normal(size=(len(rows), 28, 2))
    compare(
        f"reliability, {rows['measure'].nunique()} measures at 3 speeds, from strides",
        lambda: gl.reliability(cohort),
        lambda: [icc_by_pingouin(part) for part in scores],
        "pingouin, ICC alone",
    )
    compare(
        "- ICC alone, 28 runners, 2 parts",
        lambda: intraclass_correlation(scores[0]),
        lambda: icc_by_pingouin(scores[0]),
        "pingouin",
    )
    print_differences(largest_differences())
