"""How often pooled intervals hold the truth, over simulated sets of studies.

    python benchmarks/calibration_evidence.py [--sets 2000] [--write benchmarks/results/evidence.md]

A set is k studies whose true effects vary around a known mean with a known variance; each study is
a sample of runners, of which only the effect and its estimated error are pooled. Same seed, same
table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from page import put
from scipy.special import ndtri, stdtrit

from glutelab.evidence.average import average
from glutelab.evidence.heterogeneity import tau2_interval
from glutelab.evidence.predict import predict
from glutelab.evidence.small_studies import check_small_studies

STUDIES = (2, 3, 5, 10, 20)
PREDICTED = 200  # sets of a row for which the slower prediction interval is computed
SPREADS = (0.0, 0.1, 0.2, 0.4)  # between studies, Fisher's z; runners per study: 15 to 60


def correlations(rng, k: int, tau: float, mean: float = 0.2):
    """Fisher's z of samples of two correlated measures, and its textbook variance."""
    true = mean + tau * rng.normal(size=k)
    n = rng.integers(15, 61, k)
    found = np.empty(k)
    for j in range(k):
        x, e = rng.normal(size=(2, n[j]))
        r = np.tanh(true[j])
        found[j] = np.arctanh(np.corrcoef(x, r * x + np.sqrt(1 - r**2) * e)[0, 1])
    return found, 1 / (n - 3.0)


def differences(rng, k: int, tau: float, mean: float = 0.2, *, g: bool = False):
    """Differences of two groups' means, standard deviation 1, with estimated variances; or g."""
    true = mean + tau * rng.normal(size=k)
    n = rng.integers(8, 31, (2, k))
    variance = rng.chisquare(n - 1) / (n - 1)
    found = true + rng.normal(size=k) * np.sqrt((1 / n).sum(axis=0))
    if not g:
        return found, (variance / n).sum(axis=0)
    pooled = ((n - 1) * variance).sum(axis=0) / (n.sum(axis=0) - 2)
    found = found / np.sqrt(pooled) * (1 - 3 / (4 * n.sum(axis=0) - 9))
    return found, (1 / n).sum(axis=0) + found**2 / (2 * n.sum(axis=0))


KINDS = {
    "correlation": correlations,
    "difference of means": differences,
    "Hedges g": lambda *a: differences(*a, g=True),
}


def one(rng, draw, k: int, tau: float, *, slow: bool) -> dict[str, float]:
    mean = 0.2
    y, v = draw(rng, k, tau)
    found = average(y, v)
    usual = 1.959964 / np.sqrt((1 / (v + found.tau2)).sum())
    low, high = found.cautious(0.95)
    held = {
        "usual z": abs(found.mean - mean) < usual,
        "Hartung-Knapp": found.low < mean < found.high,
        "the wider (verdict)": low < mean < high,
    }
    if k > 2:
        ahead = mean + tau * rng.normal()
        held["metafor's prediction, k - 1"] = found.plugin_low < ahead < found.plugin_high
        half = stdtrit(k - 2, 0.975) * np.sqrt(found.se**2 + found.tau2)
        held["the same, k - 2"] = abs(found.mean - ahead) < half
        low, high = predict(y, v) if slow else (np.nan, np.nan)
        held["prediction"] = float(low < ahead < high) if slow else np.nan
    bottom, top = tau2_interval(y, v, 0.95)
    return held | {"Q-profile of tau²": bottom <= tau**2 <= top}


def coverage(sets: int) -> pd.DataFrame:
    rows = []
    for kind, draw in KINDS.items():
        for k in STUDIES:
            for tau in SPREADS if kind == "correlation" else SPREADS[::2]:
                rng = np.random.default_rng([sets, k, int(100 * tau), len(kind)])
                held = pd.DataFrame(
                    [one(rng, draw, k, tau, slow=j < PREDICTED) for j in range(sets)]
                )
                rows.append({"effect": kind, "k": k, "tau": tau} | held.mean().to_dict())
    return pd.DataFrame(rows)


def small_studies(sets: int) -> pd.DataFrame:
    """Shares of sets without any selection in which Egger's regression has p below 0.05."""
    rows = []
    for kind, draw in KINDS.items():
        for k in (10, 20):
            for tau in (0.0, 0.2):
                rng = np.random.default_rng([sets, k, int(100 * tau), 7, len(kind)])
                p = [check_small_studies(*draw(rng, k, tau)).p for _ in range(sets)]
                rows.append(
                    {"effect": kind, "k": k, "tau": tau, "found": np.mean(np.less(p, 0.05))}
                )
    return pd.DataFrame(rows)


def written(table: pd.DataFrame) -> list[str]:
    head = [str(name) for name in table.columns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in table.itertuples(index=False):
        cells = [
            one if isinstance(one, str) else f"{one:g}" if name in ("k", "tau") else percent(one)
            for name, one in zip(head, row, strict=True)
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def percent(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    error = 100 * ndtri(0.975) * np.sqrt(0.05 * 0.95 / given.sets)
    lines = [
        f"{given.sets} sets a row, so that a share of 95 % is known to ± {error:.1f} %; for "
        f"`prediction` the first {min(PREDICTED, given.sets)}.",
        "",
        "### How often 95 % intervals hold the truth",
        "",
        *written(coverage(given.sets)),
        "",
        "### Small studies: how often p < 0.05 although nothing was left unpublished",
        "",
        *written(small_studies(given.sets)),
    ]
    text = "\n".join(lines)
    print(text)
    if given.write:
        put(given.write, text, "calibration")


if __name__ == "__main__":
    main()
