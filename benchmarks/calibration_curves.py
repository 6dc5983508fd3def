"""Do whole-curve tests err as often as they say, and do their bands cover the truth?

    python benchmarks/calibration_curves.py                   # 2,000 studies per row (about 11 min)
    python benchmarks/calibration_curves.py --studies 200     # a quick look

Each study draws smooth closed curves (a constant and four harmonics), tests them as
`glutelab.compare_curves` does, and is counted as an error if any part of the cycle reaches
p <= 0.05. For the bands, a difference of 1.5 to 4 standard deviations is added, and a study counts
if the whole true difference lies inside. With 2,000 studies a rate of 0.050 is measured to within
0.010 (95 %).
"""

from __future__ import annotations

import argparse
import time
import zlib
from dataclasses import dataclass

import numpy as np

from glutelab.curves.field import fit_linear
from glutelab.curves.infer import critical_value, exceeding, infer
from glutelab.curves.separate import fit_separate

ALPHA = 0.05
PERCENT = np.arange(100)
WAVES = np.array(
    [
        wave(2 * np.pi * harmonic * PERCENT / 100) / (1 + harmonic)
        for harmonic in range(5)
        for wave in ((np.cos, np.sin) if harmonic else (np.cos,))
    ]
)
# A change of posture over the whole cycle, and a burst in late stance, in standard deviations.
TRUTH = 1.5 + 2.5 * np.exp(-(((PERCENT - 45) / 12) ** 2))


@dataclass(frozen=True)
class Row:
    test: str
    n: tuple[int, ...]
    spread: tuple[float, float] = (1.0, 1.0)
    variances: str = "pooled"
    skewed: bool = False

    @property
    def name(self) -> str:
        sizes = " + ".join(map(str, self.n))
        return f"{self.test}, n = {sizes}" + (", skewed" if self.skewed else "")


ROWS = (
    Row("two groups", (5, 5)),
    Row("two groups", (12, 12)),
    Row("two groups", (28, 28)),
    Row("two groups", (8, 24)),
    Row("two groups", (8, 24), skewed=True),
    Row("two groups", (12, 12), (2.0, 1.0)),
    Row("two groups", (28, 28), (2.0, 1.0)),
    Row("two groups", (24, 8), (2.0, 1.0)),
    Row("two groups", (8, 24), (2.0, 1.0)),
    Row("two groups", (3, 25)),
    Row("two groups", (5, 5), (2.0, 1.0)),
    Row("two groups", (3, 25), (2.0, 1.0)),
    Row("two groups", (4, 24), (2.0, 1.0)),
    Row("two groups", (5, 25), (2.0, 1.0)),
    Row("two groups", (3, 3), variances="separate"),
    Row("two groups", (3, 25), variances="separate"),
    Row("two groups", (5, 25), variances="separate"),
    Row("two groups", (8, 8), variances="separate"),
    Row("two groups", (5, 5), variances="separate"),
    Row("two groups", (12, 12), variances="separate"),
    Row("two groups", (8, 24), variances="separate"),
    Row("two groups", (12, 12), (2.0, 1.0), "separate"),
    Row("two groups", (28, 28), (2.0, 1.0), "separate"),
    Row("two groups", (24, 8), (2.0, 1.0), "separate"),
    Row("two groups", (8, 24), (2.0, 1.0), "separate"),
    Row("two groups", (20, 60), (2.0, 1.0), "separate"),
    Row("pairs", (8,)),
    Row("pairs", (15,)),
    Row("pairs", (15,), skewed=True),
    Row("dose", (12,)),
    Row("dose", (28,)),
    Row("dose", (28,), skewed=True),
    Row("groups, 2 covariates", (8, 8)),
    Row("groups, 2 covariates", (14, 14)),
    Row("groups, 2 covariates", (8, 24)),
    Row("groups, 2 covariates", (14, 14), skewed=True),
    Row("dose, 2 covariates", (28,)),
)


def draw(rng: np.random.Generator, n: int, skewed: bool) -> np.ndarray:
    weights = (
        rng.exponential(size=(n, len(WAVES))) - 1 if skewed else rng.normal(size=(n, len(WAVES)))
    )
    curves = weights @ WAVES
    return curves / np.sqrt((WAVES**2).sum(axis=0))


def fit(row: Row, rng: np.random.Generator, truth: np.ndarray | float):
    """One study."""
    n = sum(row.n)
    curves = draw(rng, n, row.skewed)
    none = np.zeros((n, 0))
    if row.test == "pairs":
        return fit_linear(curves + truth, np.ones(n), none, "signs")
    if row.test.startswith("dose"):
        design = rng.normal(size=n)
    else:
        design = (np.arange(n) < row.n[0]).astype(float)
        curves[: row.n[0]] *= row.spread[0]
        curves[row.n[0] :] *= row.spread[1]
    curves += np.multiply.outer(design, truth * np.ones(100))
    if "covariates" in row.test:
        # Speed and leg length: they go with the groups, and curves depend on them.
        covariates = rng.normal(size=(n, 2)) + 0.8 * (design - design.mean())[:, None]
        curves += covariates @ (np.array([[2.0], [-1.0]]) * WAVES[1])
        return fit_linear(curves, design, covariates, "order")
    if row.variances == "separate":
        return fit_separate(curves, row.n[0])
    return fit_linear(curves, design, none, "order" if row.test == "dose" else "groups")


def study(row: Row, number: int, relabelings: int) -> tuple:
    """Whether each test errs, and whether each band covers."""
    seed = [zlib.crc32(repr(row).encode()), number]
    rng = np.random.default_rng(seed)
    options = {"n_permutations": relabelings, "seed": number, "exact_limit": 2 * relabelings}
    null = fit(row, rng, 0.0)
    errs = []
    for kind in ("cluster-mass", "cluster-extent"):
        said = infer(null, kind=kind, **options)
        if not errs:
            errs.append(exceeding(said.maxima, np.abs(null.t).max()) <= ALPHA)
        first_is_observed = said.runs[0]
        if said.exact:  # enumeration starts with the first group in front, or with no sign turned
            assert np.isclose(said.maxima[0], np.abs(null.t).max())
        errs.append(exceeding(said.runs, first_is_observed) <= ALPHA and first_is_observed > 0)
    real = fit(row, rng, TRUTH)
    said = infer(real, **options)
    off = np.abs((real.effect - TRUTH) / real.error).max()
    covers = [off <= critical_value(m, ALPHA) for m in (said.residual_maxima, said.maxima)]
    return (*errs, *covers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--relabelings", type=int, default=1000)
    parser.add_argument("--only", default=[""], nargs="+", help="rows whose name ends with one of")
    arguments = parser.parse_args()
    print(f"{arguments.studies} studies per row, {arguments.relabelings} relabelings at most\n")
    print("| test | variances | spread | max-t | mass | extent | band covers | (raw band) |")
    print("|---|---|---|---|---|---|---|---|")
    start = time.perf_counter()
    for row in ROWS:
        if not row.name.endswith(tuple(arguments.only)):
            continue
        found = np.mean(
            [study(row, number, arguments.relabelings) for number in range(arguments.studies)],
            axis=0,
        )
        cells = [row.name, row.variances, f"{row.spread[0]:g} : {row.spread[1]:g}"]
        cells += [f"{rate:.3f}" for rate in found[:3]] + [f"{rate:.3f}" for rate in found[3:]]
        print(f"| {' | '.join(cells)} |", flush=True)
    print(f"\n{(time.perf_counter() - start) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
