"""The numbers of one contrast: two groups, two conditions of the same runners, or a dose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from glutelab.contrasts.estimate import Estimate, detectable_shift
from glutelab.contrasts.least_squares import classical_estimate, estimate_coefficient, slope
from glutelab.groups.effect import (
    average_sd,
    equivalence_p,
    hedges_correction,
    pooled_sd,
    shift_interval,
)
from glutelab.groups.resample import (
    Permuted,
    bca_interval,
    permute_groups,
    permute_model,
    permute_signs,
)

__all__ = ["Options", "dose_response", "paired_conditions", "two_groups"]

FEWEST_TO_BOOTSTRAP = 5  # runners in each group
NO_SPREAD = 1e-12  # standard errors, in units of the values, that are rounding only


@dataclass(frozen=True)
class Options:
    """How a contrast is tested.

    Attributes
    ----------
    test : str
        ``"welch"`` or ``"permutation"``.
    n_boot, n_permutations, seed : int
    confidence : float
    margin : float
        Equivalence margin in the unit of the measure; NaN for none.
    """

    test: str
    n_boot: int
    n_permutations: int
    seed: int
    confidence: float
    margin: float


def two_groups(
    first: np.ndarray, second: np.ndarray, covariates: np.ndarray, options: Options
) -> dict:
    """Two groups of runners.

    Parameters
    ----------
    first, second : ndarray, shape (n1,), (n2,)
    covariates : ndarray, shape (n1 + n2, k)
        k may be 0: Welch's t then, else least squares with HC3 standard errors.
    options : Options

    Returns
    -------
    dict
        One value per column of the result; and ``limit``, if there is no answer though runners are
        enough: "spread" or "relabelings".
    """
    first, second, covariates = _sorted(first, second, covariates)
    n1, n2, k = len(first), len(second), covariates.shape[1]
    row = _describe(first, second)
    row["difference"] = row["mean_1"] - row["mean_2"]
    if min(n1, n2) < 2 or n1 + n2 - 2 - k < 1:
        return row
    y = np.concatenate([first, second])
    design = np.column_stack([np.ones(n1 + n2), np.arange(n1 + n2) < n1, covariates])
    estimate = estimate_coefficient(design, y, 1) if k else _welch(first, second)
    if _no_spread(estimate, y):
        return row | {"difference": estimate.value, "limit": "spread"}
    row |= _tested(estimate, options, "least squares, HC3" if k else "Welch t")
    sd, correction = float(pooled_sd(first, second)), hedges_correction(n1, n2)
    row |= _standardized(classical_estimate(design, y, 1), sd, correction, options)
    if options.test == "permutation":
        how = {"n_permutations": options.n_permutations, "seed": options.seed}
        permuted = permute_model(design, y, 1, **how) if k else permute_groups(first, second, **how)
        words = "Freedman-Lane, HC3 t" if k else "permutation of Welch t"
        row |= _permuted(words, permuted, options)
    if min(n1, n2) >= FEWEST_TO_BOOTSTRAP and options.n_boot:
        samples = [np.column_stack([y, covariates])[rows] for rows in (slice(n1), slice(n1, None))]
        row["g_low"], row["g_high"] = bca_interval(
            lambda a, b: correction * _adjusted_d(a, b),
            samples,
            n_boot=options.n_boot,
            seed=options.seed,
            confidence=options.confidence,
        )
    return row


def paired_conditions(
    first: np.ndarray, second: np.ndarray, covariates: np.ndarray, options: Options
) -> dict:
    """Two conditions of the same runners.

    Parameters
    ----------
    first, second : ndarray, shape (n,)
        The same runner in the same place.
    covariates : ndarray, shape (n, k)
        Differences of covariates between the conditions; k may be 0.
    options : Options

    Returns
    -------
    dict
    """
    order = np.lexsort([*covariates.T, second, first])
    first, second, covariates = first[order], second[order], covariates[order]
    n, k = len(first), covariates.shape[1]
    row = _describe(first, second)
    changes = first - second
    row["difference"] = _mean(changes)
    if n - 1 - k < 1:
        return row
    design = np.column_stack([np.ones(n), covariates])
    estimate = (
        estimate_coefficient(design, changes, 0)
        if k
        else Estimate(float(changes.mean()), float(changes.std(ddof=1) / np.sqrt(n)), n - 1.0)
    )
    if _no_spread(estimate, np.concatenate([first, second])):
        return row | {"difference": estimate.value, "limit": "spread"}
    row |= _tested(estimate, options, "paired least squares, HC3" if k else "paired t")
    sd, correction = float(average_sd(first, second)), hedges_correction(n, n)
    row |= _standardized(classical_estimate(design, changes, 0), sd, correction, options)
    if options.test == "permutation":
        result = permute_signs(
            changes,
            n_permutations=options.n_permutations,
            seed=options.seed,
            design=covariates if k else None,
        )
        row |= _permuted("sign flips", result, options)
    if n >= FEWEST_TO_BOOTSTRAP and options.n_boot:

        def effect(sample: np.ndarray) -> np.ndarray:
            sd = average_sd(sample[..., 0], sample[..., 1])
            change = sample[..., 0] - sample[..., 1]
            ones = np.ones((*change.shape, 1))
            mean = (
                slope(np.concatenate([ones, sample[..., 2:]], axis=-1), change, 0)
                if k
                else change.mean(axis=-1)
            )
            return correction * _ratio(mean, sd)

        row["g_low"], row["g_high"] = bca_interval(
            effect,
            [np.column_stack([first, second, covariates])],
            n_boot=options.n_boot,
            seed=options.seed,
            confidence=options.confidence,
        )
    return row


def dose_response(
    y: np.ndarray, dose: np.ndarray, covariates: np.ndarray, options: Options
) -> dict:
    """How a measure changes per unit of a dose, over runners.

    Parameters
    ----------
    y, dose : ndarray, shape (n,)
    covariates : ndarray, shape (n, k)
    options : Options

    Returns
    -------
    dict
    """
    order = np.lexsort([*covariates.T, y, dose])
    y, dose, covariates = y[order], dose[order], covariates[order]
    n, k = len(y), covariates.shape[1]
    row = {"n": n, "mean": _mean(y), "sd": _sd(y), "mean_dose": _mean(dose), "sd_dose": _sd(dose)}
    if n - 2 - k < 2 or np.ptp(dose) <= 1e-9 * np.abs(dose).max():
        return row
    design = np.column_stack([np.ones(n), dose, covariates])
    estimate = estimate_coefficient(design, y, 1)
    if _no_spread(estimate, y / np.std(dose)):
        return row | {"difference": estimate.value, "limit": "spread"}
    row |= _tested(estimate, options, "least squares, HC3")
    classical = classical_estimate(design, y, 1)
    shift = detectable_shift(classical.df, 1 - options.confidence)
    row["r"] = _partial_r(y, dose, covariates)
    half = ndtri(0.5 + options.confidence / 2) / np.sqrt(n - 3 - k)
    row["r_low"], row["r_high"] = np.tanh(np.arctanh(row["r"]) + np.array([-half, half]))
    row["detectable_r"] = shift / np.hypot(shift, np.sqrt(n))
    row["detectable_difference"] = shift * classical.se
    if options.test == "permutation":
        how = {"n_permutations": options.n_permutations, "seed": options.seed}
        row |= _permuted("Freedman-Lane, HC3 t", permute_model(design, y, 1, **how), options)
    return row


# --- parts ----------------------------------------------------------------------------------------


def _sorted(first, second, covariates) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each group in order of its values, so that the order of rows changes no random number."""
    n1 = len(first)
    a = np.lexsort([*covariates[:n1].T, first])
    b = np.lexsort([*covariates[n1:].T, second])
    return first[a], second[b], np.concatenate([covariates[:n1][a], covariates[n1:][b]])


def _describe(first: np.ndarray, second: np.ndarray) -> dict:
    return {
        "n_1": len(first),
        "n_2": len(second),
        "mean_1": _mean(first),
        "mean_2": _mean(second),
        "sd_1": _sd(first),
        "sd_2": _sd(second),
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else np.nan


def _welch(first: np.ndarray, second: np.ndarray) -> Estimate:
    """Welch 1947, doi 10.1093/biomet/34.1-2.28."""
    n1, n2 = len(first), len(second)
    error1, error2 = first.var(ddof=1) / n1, second.var(ddof=1) / n2
    error = error1 + error2
    parts = np.array([error1, error2]) / error if error > 0 else np.full(2, np.nan)
    df = 1 / (parts**2 / [n1 - 1, n2 - 1]).sum()
    return Estimate(float(first.mean() - second.mean()), float(np.sqrt(error)), float(df))


def _tested(estimate: Estimate, options: Options, words: str) -> dict:
    low, high = estimate.interval(options.confidence)
    return {
        "difference": estimate.value,
        "ci_low": low,
        "ci_high": high,
        "test": words,
        "t": estimate.t,
        "df": estimate.df,
        "p": estimate.p,
        "p_equivalence": equivalence_p(estimate, options.margin),
    }


def _standardized(estimate: Estimate, sd: float, correction: float, options: Options) -> dict:
    if not (sd > 0 and estimate.se > 0):
        return {}
    low, high = shift_interval(estimate.t, estimate.df, options.confidence)
    shift = detectable_shift(estimate.df, 1 - options.confidence)
    per_se = estimate.se / sd
    return {
        "hedges_g": correction * estimate.value / sd,
        "g_analytic_low": correction * low * per_se,
        "g_analytic_high": correction * high * per_se,
        "detectable_difference": shift * estimate.se,
        "detectable_g": shift * per_se,
    }


def _no_spread(estimate: Estimate, values: np.ndarray) -> bool:
    return not estimate.se > NO_SPREAD * np.abs(values).max()


def _permuted(words: str, result: Permuted, options: Options) -> dict:
    row = {"test": words, "p": result.p, "relabelings": result.relabelings}
    if result.least <= (1 - options.confidence) * (1 + 1e-9):
        return row
    names = ("detectable_difference", "detectable_g", "detectable_r")
    return row | dict.fromkeys(names, np.nan) | {"limit": "relabelings"}


def _adjusted_d(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Adjusted difference in standard deviations within groups, for many resamples at once."""
    y1, y2 = first[..., 0], second[..., 0]
    sd = pooled_sd(y1, y2)
    if first.shape[-1] == 1:
        return _ratio(y1.mean(axis=-1) - y2.mean(axis=-1), sd)
    both = np.concatenate([first, second], axis=1)
    group = np.zeros((*both.shape[:2], 1))
    group[:, : first.shape[1]] = 1
    ones = np.ones_like(group)
    design = np.concatenate([ones, group, both[..., 1:]], axis=-1)
    return _ratio(slope(design, both[..., 0], 1), sd)


def _ratio(numerator: np.ndarray, sd: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sd > 0, numerator / sd, np.nan)


def _partial_r(y: np.ndarray, dose: np.ndarray, covariates: np.ndarray) -> float:
    base = np.column_stack([np.ones(len(y)), covariates])
    parts = np.column_stack([y, dose])
    left = parts - base @ np.linalg.lstsq(base, parts, rcond=None)[0]
    return float(np.corrcoef(left.T)[0, 1])
