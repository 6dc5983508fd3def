"""Error rates and coverage of compare_groups and reliability over simulated studies.

    python benchmarks/calibration_groups.py [--studies 2000] [--write benchmarks/results/groups.md]

Every study is drawn from a known truth. Under no difference a test should find one in 5 % of the
studies, and a 95 % interval should hold the truth in 95 %. Same seed, same table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import chdtri

from glutelab.groups.contrast import Options, dose_response, paired_conditions, two_groups
from glutelab.groups.effect import adjust_p
from glutelab.repeatability import intraclass_correlation


def options(test="welch", *, n_boot=0, margin=np.nan, seed=0) -> Options:
    return Options(test, n_boot, 999, seed, 0.95, margin)


def within(low: float, truth: float, high: float) -> float:
    return np.nan if np.isnan(low) else float(low <= truth <= high)


def share(values: list[dict]) -> dict[str, float]:
    return pd.DataFrame(values).mean().to_dict()


def normal(rng, n):
    return rng.normal(size=n)


def skewed(rng, n):
    """Mean 0, standard deviation 1, skewness 1.4."""
    return (rng.gamma(2.0, size=n) - 2.0) / np.sqrt(2.0)


def two(n, sd=(1.0, 1.0), shift=0.0, draw=normal, *, n_boot, studies, rng) -> dict:
    """Two groups: Welch, permutation, and the intervals of the difference and of g."""
    spread = np.sqrt(((n[0] - 1) * sd[0] ** 2 + (n[1] - 1) * sd[1] ** 2) / (sum(n) - 2))
    found = []
    for study in range(studies):
        first = shift + sd[0] * draw(rng, n[0])
        second = sd[1] * draw(rng, n[1])
        none = np.empty((sum(n), 0))
        row = two_groups(first, second, none, options(n_boot=n_boot, seed=study))
        entry = {
            "difference CI": within(row["ci_low"], shift, row["ci_high"]),
            "g BCa": within(row.get("g_low", np.nan), shift / spread, row.get("g_high", np.nan)),
            "g analytic": within(row["g_analytic_low"], shift / spread, row["g_analytic_high"]),
        }
        if shift == 0:
            permuted = two_groups(first, second, none, options("permutation", seed=study))
            entry |= {"error t": row["p"] < 0.05, "error permutation": permuted["p"] < 0.05}
        found.append(entry)
    return share(found)


def adjusted(n, sd=(1.0, 1.0), shift=0.0, *, n_boot, studies, rng) -> dict:
    """Two groups that differ in two covariates, which the measure depends on."""
    found = []
    # Raw standard deviation within groups, covariates included.
    spread = np.sqrt(
        ((n[0] - 1) * sd[0] ** 2 + (n[1] - 1) * sd[1] ** 2) / (sum(n) - 2) + 0.6**2 + 0.4**2
    )
    group = np.arange(sum(n)) < n[0]
    for study in range(studies):
        covariates = rng.normal(size=(sum(n), 2))
        covariates[:, 0] += 0.8 * group
        noise = np.where(group, sd[0], sd[1]) * rng.normal(size=sum(n))
        y = shift * group + covariates @ [0.6, 0.4] + noise
        first, second = y[group], y[~group]
        row = two_groups(first, second, covariates, options(n_boot=n_boot, seed=study))
        entry = {
            "difference CI": within(row["ci_low"], shift, row["ci_high"]),
            "g BCa": within(row.get("g_low", np.nan), shift / spread, row.get("g_high", np.nan)),
            "g analytic": within(row["g_analytic_low"], shift / spread, row["g_analytic_high"]),
        }
        if shift == 0:
            permuted = two_groups(first, second, covariates, options("permutation", seed=study))
            entry |= {"error t": row["p"] < 0.05, "error permutation": permuted["p"] < 0.05}
        found.append(entry)
    return share(found)


def paired(n, correlation=0.8, shift=0.0, sd=1.0, *, n_boot, studies, rng) -> dict:
    """Two conditions of the same runners; the second has standard deviation 1, the first `sd`."""
    spread, found = np.sqrt((sd**2 + 1) / 2), []
    for study in range(studies):
        own = np.sqrt(correlation) * rng.normal(size=n)
        rest = np.sqrt(1 - correlation) * rng.normal(size=(2, n))
        first, second = shift + sd * (own + rest[0]), own + rest[1]
        none = np.empty((n, 0))
        row = paired_conditions(first, second, none, options(n_boot=n_boot, seed=study))
        entry = {
            "difference CI": within(row["ci_low"], shift, row["ci_high"]),
            "g BCa": within(row.get("g_low", np.nan), shift / spread, row.get("g_high", np.nan)),
            "g analytic": within(row["g_analytic_low"], shift / spread, row["g_analytic_high"]),
        }
        if shift == 0:
            permuted = paired_conditions(first, second, none, options("permutation", seed=study))
            entry |= {"error t": row["p"] < 0.05, "error permutation": permuted["p"] < 0.05}
        found.append(entry)
    return share(found)


def paired_adjusted(n, *, studies, rng) -> dict:
    """Before and after, with a covariate that changes too."""
    found = []
    for study in range(studies):
        moved = rng.normal(0.5, 1.0, (n, 1))
        change = 0.7 * moved[:, 0] + rng.normal(size=n)
        base = rng.normal(size=n)
        row = paired_conditions(base + change, base, moved, options(seed=study))
        permuted = paired_conditions(base + change, base, moved, options("permutation", seed=study))
        found.append(
            {
                "difference CI": within(row["ci_low"], 0.0, row["ci_high"]),
                "error t": row["p"] < 0.05,
                "error permutation": permuted["p"] < 0.05,
            }
        )
    return share(found)


def dose(n, r=0.0, uneven=0.0, *, studies, rng) -> dict:
    """A measure against a dose; `uneven` lets the scatter grow with the dose."""
    found = []
    for study in range(studies):
        x = rng.normal(size=n)
        scatter = np.exp(uneven * x) if uneven else np.sqrt(1 - r**2)
        y = r * x + scatter * rng.normal(size=n)
        none = np.empty((n, 0))
        row = dose_response(y, x, none, options(seed=study))
        entry = {"difference CI": within(row["ci_low"], r, row["ci_high"])}
        if not uneven:
            entry["r CI"] = within(row["r_low"], r, row["r_high"])
        if r == 0:
            permuted = dose_response(y, x, none, options("permutation", seed=study))
            entry |= {"error t": row["p"] < 0.05, "error permutation": permuted["p"] < 0.05}
        found.append(entry)
    return share(found)


def equivalence(n, margin, *, studies, rng) -> dict:
    """The true difference is as large as the margin: equivalence would be an error."""
    found = []
    for study in range(studies):
        row = two_groups(
            margin + rng.normal(size=n[0]),
            rng.normal(size=n[1]),
            np.empty((sum(n), 0)),
            options(margin=margin, seed=study),
        )
        found.append({"error equivalence": row["p_equivalence"] < 0.05})
    return share(found)


def many_tests(tests, true, *, studies, rng) -> dict:
    """`tests` measures, of which `true` really differ: any false finding, and their share."""
    found = []
    for study in range(studies):
        p = np.array(
            [
                two_groups(
                    2.0 * (k < true) + rng.normal(size=14),
                    rng.normal(size=14),
                    np.empty((28, 0)),
                    options(seed=study),
                )["p"]
                for k in range(tests)
            ]
        )
        holm, bh = (adjusted_p < 0.05 for adjusted_p in adjust_p(p))
        found.append(
            {
                "Holm: any false": holm[true:].any(),
                "BH: share false": bh[true:].sum() / max(bh.sum(), 1),
            }
        )
    return share(found)


def icc(n, k, truth, *, studies, rng) -> dict:
    """Runners and parts from the two-way model."""
    error = np.sqrt(1 - truth)
    scores = (
        np.sqrt(truth) * rng.normal(size=(studies, n, 1))
        + rng.normal(0, 0.3, (studies, 1, k))
        + error * rng.normal(size=(studies, n, k))
    )
    three = intraclass_correlation(scores)
    df = (n - 1) * (k - 1)
    sem = (
        np.sqrt(df * three["error"] / chdtri(df, 0.025)),
        np.sqrt(df * three["error"] / chdtri(df, 0.975)),
    )
    return {
        "ICC(3,1) CI": np.mean((three["icc_low"] <= truth) & (truth <= three["icc_high"])),
        "SEM CI": np.mean((sem[0] <= error) & (error <= sem[1])),
    }


def run(studies: int, seed: int = 2026, n_boot: int = 2000, show=print) -> pd.DataFrame:
    """All scenarios; one row each, one column per test or interval."""
    boot = {"n_boot": n_boot}
    scenarios = [
        ("14 + 14 runners", two, ((14, 14),), boot),
        ("14 + 14, true g 0.8", two, ((14, 14), (1, 1), 0.8), boot),
        ("14 + 14, standard deviations 2 : 1", two, ((14, 14), (2, 1)), boot),
        ("14 + 14, skewed", two, ((14, 14), (1, 1), 0.0, skewed), boot),
        ("28 + 28", two, ((28, 28),), boot),
        ("28 + 28, true g 0.8", two, ((28, 28), (1, 1), 0.8), boot),
        ("8 + 24", two, ((8, 24),), boot),
        ("8 + 24, true g 0.8", two, ((8, 24), (1, 1), 0.8), boot),
        ("8 + 24, smaller group varies twice as much", two, ((8, 24), (2, 1)), boot),
        ("8 + 24, smaller group varies half as much", two, ((8, 24), (1, 2)), boot),
        ("8 + 24, skewed", two, ((8, 24), (1, 1), 0.0, skewed), boot),
        ("5 + 5", two, ((5, 5),), boot),
        ("3 + 25", two, ((3, 25),), boot),
        ("adjusted for 2 covariates, 14 + 14", adjusted, ((14, 14),), boot),
        ("adjusted, 14 + 14, true difference 0.8", adjusted, ((14, 14), (1, 1), 0.8), boot),
        ("adjusted, 14 + 14, 2 : 1", adjusted, ((14, 14), (2, 1)), boot),
        ("adjusted, 23 + 23", adjusted, ((23, 23),), boot),
        ("adjusted, 8 + 24", adjusted, ((8, 24),), boot),
        ("adjusted, 8 + 24, smaller varies twice as much", adjusted, ((8, 24), (2, 1)), boot),
        ("paired, 28", paired, (28,), boot),
        ("paired, 28, true g 0.8", paired, (28, 0.8, 0.8), boot),
        ("paired, 10", paired, (10,), boot),
        ("paired, 28, standard deviations 1.5 : 1", paired, (28, 0.8, 0.0, 1.5), boot),
        ("paired, adjusted for a change, 20", paired_adjusted, (20,), {}),
        ("dose, 28", dose, (28,), {}),
        ("dose, 28, true r 0.4", dose, (28, 0.4), {}),
        ("dose, 28, scatter grows with dose", dose, (28, 0.0, 0.4), {}),
        ("equivalence, 28 + 28, margin 1 SD", equivalence, ((28, 28), 1.0), {}),
        ("equivalence, 8 + 24, margin 1.5 SD", equivalence, ((8, 24), 1.5), {}),
        ("10 measures, none differs", many_tests, (10, 0), {}),
        ("10 measures, 4 differ", many_tests, (10, 4), {}),
        ("reliability, 28 runners, 2 parts, ICC 0.9", icc, (28, 2, 0.9), {}),
        ("reliability, 10 runners, 3 parts, ICC 0.6", icc, (10, 3, 0.6), {}),
    ]
    rows = {}
    for number, (words, scenario, arguments, keywords) in enumerate(scenarios):
        rng = np.random.default_rng([seed, number])
        rows[words] = scenario(*arguments, **keywords, studies=studies, rng=rng)
        show(f"{words}: " + ", ".join(f"{k} {100 * v:.1f}" for k, v in rows[words].items()))
    return pd.DataFrame.from_dict(rows, orient="index")


def good_range(name: str) -> tuple[float, float]:
    """What was promised: 4..6 % errors, 93..97 % coverage; some errors may only be fewer."""
    if "false" in name or name == "error equivalence":
        return 0.0, 0.06
    return (0.04, 0.06) if "error" in name else (0.93, 0.97)


def as_markdown(table: pd.DataFrame) -> str:
    """Percent; bold where it is not as promised. Tests and intervals of groups, then the rest."""
    main = ["difference CI", "g BCa", "g analytic", "error t", "error permutation"]
    first = table[table["difference CI"].notna()]
    rest = table[table["difference CI"].isna()].drop(columns=main)
    lines = [f"| scenario | {' | '.join(main)} |", "|---|" + "---|" * len(main)]
    for words, row in first.iterrows():
        lines.append(f"| {words} | {' | '.join(_cell(name, row[name]) for name in main)} |")
    lines += ["", "| scenario | what | % |", "|---|---|---|"]
    for words, row in pd.concat([first[["r CI"]], rest]).iterrows():
        for name, value in row.dropna().items():
            lines.append(f"| {words} | {name} | {_cell(name, value)} |")
    return "\n".join(lines)


def _cell(name: str, value: float) -> str:
    if np.isnan(value):
        return ""
    low, high = good_range(name)
    return f"{100 * value:.1f}" if low <= value <= high else f"**{100 * value:.1f}**"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--write", type=Path, help="put the table into this Markdown file")
    given = parser.parse_args()
    text = as_markdown(run(given.studies))
    print(text)
    if given.write:
        from page import put  # the tests import this file from elsewhere

        put(given.write, text, "calibration")


if __name__ == "__main__":
    main()
