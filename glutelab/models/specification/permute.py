"""A test of the whole curve: is it more extreme than where posture has no part in cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from glutelab.models.posture import relaxed_sign
from glutelab.models.specification.fit import (
    keep_runners,
    runner_means,
    scaled_covariates,
    without_trend,
)
from glutelab.models.specification.plan import ALL, Choice, Grid
from glutelab.models.squares import fit_squares

__all__ = ["STATISTICS", "permute_curve"]

STATISTICS = {
    "median": "median standardized association",
    "share_excluding_zero": "share of intervals on one side of zero",
    "mean_z": "mean of the z values",
}
_BLOCK = 1001


def permute_curve(
    grid: Grid, choices: Sequence[Choice], *, n_permutations: int, seed: int, confidence: float
) -> pd.DataFrame:
    """Shuffle posture over runners and make the whole curve anew, as often as asked for.

    The test of a whole curve is that of Simonsohn, Simmons and Nelson 2020,
    doi 10.1038/s41562-020-0912-z. What is shuffled is our choice: what the covariates of each
    specification leave of posture, added to what they predict of it, in the manner of Freedman and
    Lane 1983 (doi 10.1080/07350015.1983.10509354) but of the predictor, so that shuffled postures
    still go with the covariates. All measures of a runner's posture move together, so that they
    keep their correlations; outliers are looked for anew.
    Several speeds enter by their runner means (adjusted for speed), by least squares with HC3
    standard errors; where all ran the same speeds this is the mixed model's between-runner slope.

    The mean of the z values is the statistic to read. How often each finds something where nothing
    is: ``benchmarks/results/models.md``.

    Parameters
    ----------
    grid : Grid
    choices : sequence of Choice
        Those that have an answer.
    n_permutations, seed : int
    confidence : float

    Returns
    -------
    DataFrame
        One row per statistic: ``statistic, label, observed, p`` (two-sided), ``null_low,
        null_high`` (where 95 % of shuffled curves lie), ``n_permutations``.
    """
    n = next(iter(grid.values.values())).shape[0]
    rng = np.random.default_rng(seed)
    order = np.array([np.arange(n), *(rng.permutation(n) for _ in range(n_permutations))])
    effects = np.full((len(choices), len(order)), np.nan)
    z = np.full_like(effects, np.nan)
    for row, choice in enumerate(choices):
        for start in range(0, len(order), _BLOCK):
            part = slice(start, start + _BLOCK)
            effects[row, part], z[row, part] = _refit(grid, choice, order[part])
    return _compare(_statistics(effects, z, confidence), n_permutations)


def _refit(grid: Grid, choice: Choice, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standardized association and z of one specification for every arrangement of posture."""
    at = slice(None) if choice.speed == ALL else np.flatnonzero(grid.speeds_m_s == choice.speed)
    parts = [grid.values[name][:, at] for name in (choice.outcome, *choice.covariates)]
    posture = grid.values[choice.posture][:, at, 0]
    speeds = grid.speeds_m_s[at]
    p = runner_means(without_trend(posture, np.isfinite(posture), speeds), np.isfinite(posture))
    rows = np.logical_and.reduce([np.isfinite(part).all(axis=-1) for part in parts])
    y = runner_means(without_trend(parts[0][..., 0], rows, speeds), rows)
    c = runner_means(scaled_covariates(parts[1:], rows), rows)
    shuffled = _shuffle(p, c, order)
    used = np.isfinite(y) & np.isfinite(shuffled)
    design = np.empty((*order.shape, 2 + c.shape[1]))
    design[..., 0], design[..., 1], design[..., 2:] = 1.0, shuffled, c
    outcome = np.broadcast_to(y, order.shape)
    kept = keep_runners(shuffled, outcome, design, used, choice.outliers)
    fits = fit_squares(design, outcome, kept, 1)
    sign = relaxed_sign(choice.posture)
    tail = np.clip(fits.p / 2, 1e-300, 0.5)
    z = np.sign(fits.value) * -ndtri(tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = sign * fits.value * _sd(shuffled, kept) / _sd(outcome, kept)
    known = np.isfinite(effect)
    return np.where(known, effect, np.nan), np.where(known, sign * z, np.nan)


def _shuffle(p: np.ndarray, c: np.ndarray, order: np.ndarray) -> np.ndarray:
    """What covariates predict of posture, and the rest of it from another runner; scaled."""
    p = (p - np.nanmean(p)) / np.nanstd(p)
    known = np.isfinite(p) & np.isfinite(c).all(axis=1)
    design = np.column_stack([np.ones(len(p)), c])
    slopes = np.linalg.lstsq(design[known], p[known], rcond=None)[0]
    predicted = design @ slopes
    return predicted + (p - predicted)[order]


def _sd(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return np.nanstd(np.where(kept, values, np.nan), axis=1)


def _statistics(effects: np.ndarray, z: np.ndarray, confidence: float) -> dict[str, np.ndarray]:
    """Of each arrangement, the first of which is the one that was observed."""
    edge = -ndtri((1 - confidence) / 2)
    known = np.isfinite(z)
    count = np.maximum(known.sum(axis=0), 1)
    above, below = ((known & (side > edge)).sum(axis=0) / count for side in (z, -z))
    return {
        "median": np.nanmedian(effects, axis=0),
        "share_excluding_zero": np.where(above >= below, above, -below),
        "mean_z": np.nansum(z, axis=0) / count,
    }


def _compare(statistics: dict[str, np.ndarray], n_permutations: int) -> pd.DataFrame:
    rows = []
    for name, values in statistics.items():
        observed, null = values[0], values[1:]
        as_extreme = (np.abs(null) >= np.abs(observed) - 1e-12).sum()
        low, high = np.quantile(null, [0.025, 0.975])
        rows.append(
            {
                "statistic": name,
                "label": STATISTICS[name],
                "observed": float(observed),
                "p": float((1 + as_extreme) / (1 + n_permutations)),
                "null_low": float(low),
                "null_high": float(high),
                "n_permutations": n_permutations,
            }
        )
    return pd.DataFrame(rows)
