"""Intraclass correlation, standard error of measurement, smallest detectable change."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri, fdtri

__all__ = ["intraclass_correlation", "number_columns", "summarize_scores"]


def intraclass_correlation(
    scores: np.ndarray, form: str = "ICC(3,1)", confidence: float = 0.95
) -> dict[str, np.ndarray]:
    """ICC by the two-way model, with the mean squares it comes from.

    Parameters
    ----------
    scores : ndarray, shape (..., n_runners, n_parts)
        Nothing missing.
    form : {"ICC(3,1)", "ICC(2,1)"}
    confidence : float

    Returns
    -------
    dict of str to ndarray, shape (...)
        ``icc, icc_low, icc_high`` of one part and, with the suffix ``_mean``, of the mean of
        parts; ``between, parts, error``: mean squares of runners, parts and what is left.

    Examples
    --------
    >>> scores = np.array([[9.0, 10], [6, 7], [8, 9], [7, 8], [10, 12]])
    >>> found = intraclass_correlation(scores)
    >>> {key: round(float(found[key]), 3) for key in ("icc", "icc_low", "icc_high", "icc_mean")}
    {'icc': 0.968, 'icc_low': 0.728, 'icc_high': 0.997, 'icc_mean': 0.984}
    """
    scores = np.asarray(scores, float)
    n, k = scores.shape[-2:]
    runner = scores.mean(axis=-1, keepdims=True)
    part = scores.mean(axis=-2, keepdims=True)
    grand = scores.mean(axis=(-2, -1), keepdims=True)
    between = k * ((runner - grand) ** 2).sum(axis=(-2, -1)) / (n - 1)
    parts = n * ((part - grand) ** 2).sum(axis=(-2, -1)) / (k - 1)
    left = ((scores - runner - part + grand) ** 2).sum(axis=(-2, -1))
    df, tail = (n - 1) * (k - 1), (1 - confidence) / 2
    error = left / df
    with np.errstate(divide="ignore", invalid="ignore"):
        if form == "ICC(3,1)":
            icc = (between - error) / (between + (k - 1) * error)
            ratio = between / error
            low_ratio = ratio / fdtri(n - 1, df, 1 - tail)
            high_ratio = ratio * fdtri(df, n - 1, 1 - tail)
            low, high = (
                np.where(np.isinf(ratio), 1.0, (value - 1) / (value + k - 1))
                for value in (low_ratio, high_ratio)
            )
            icc = np.where(np.isinf(ratio), 1.0, icc)
        else:
            icc = (between - error) / (between + (k - 1) * error + k * (parts - error) / n)
            low, high = _agreement_interval(icc, between, parts, error, n, k, tail)
        mean = [k * value / (1 + (k - 1) * value) for value in (icc, low, high)]
    return {
        "icc": icc,
        "icc_low": low,
        "icc_high": high,
        "icc_mean": mean[0],
        "icc_low_mean": mean[1],
        "icc_high_mean": mean[2],
        "between": between,
        "parts": parts,
        "error": error,
    }


def _agreement_interval(icc, between, parts, error, n, k, tail):
    """Interval of ICC(2,1), McGraw and Wong 1996, table 7."""
    df, ratio = (n - 1) * (k - 1), parts / error
    common = n * (1 + (k - 1) * icc) - k * icc
    freedom = df * (k * icc * ratio + common) ** 2
    freedom = freedom / ((n - 1) * k**2 * icc**2 * ratio**2 + common**2)
    lower = fdtri(n - 1, freedom, 1 - tail)
    upper = fdtri(freedom, n - 1, 1 - tail)
    rest = k * parts + (k * n - k - n) * error
    low = n * (between - lower * error) / (lower * rest + n * between)
    high = n * (upper * between - error) / (rest + n * upper * between)
    return low, high


def summarize_scores(scores: np.ndarray, form: str, confidence: float) -> dict[str, np.ndarray]:
    """All columns from ``n_runners`` on.

    Parameters
    ----------
    scores : ndarray, shape (m, n_runners, n_parts)
        m measures, or points of a curve.
    form : str
    confidence : float

    Returns
    -------
    dict of str to ndarray, shape (m,), or a value for all
    """
    m, n, k = scores.shape
    empty = dict.fromkeys(number_columns(), np.full(m, np.nan))
    base = empty | {"n_runners": n, "n_parts": k, "form": form, "form_mean": f"{form[:6]}k)"}
    if n < 2 or k < 2:
        return base
    found = intraclass_correlation(scores, form, confidence)
    variance, df = found["error"], float((n - 1) * (k - 1))
    if form == "ICC(2,1)":
        shifted = np.maximum(found["parts"] - found["error"], 0) / n
        variance = shifted + found["error"]
        # Satterthwaite: parts / n + error (n - 1) / n, both chi-squared.
        one, two = found["parts"] / n, found["error"] * (n - 1) / n
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled = (one + two) ** 2 / (one**2 / (k - 1) + two**2 / df)
        df = np.where(shifted > 0, pooled, df)
    tail = (1 - confidence) / 2
    sem = np.sqrt(variance)
    low, high = (np.sqrt(df * variance / chdtri(df, chance)) for chance in (tail, 1 - tail))
    change = 1.96 * np.sqrt(2)
    numbers = {
        **{key: found[key] for key in ("icc", "icc_low", "icc_high")},
        **{"sem": sem, "sem_low": low, "sem_high": high},
        **{"mdc95": change * sem, "mdc95_low": change * low, "mdc95_high": change * high},
    }
    for key in ("icc", "icc_low", "icc_high"):
        numbers[f"{key}_mean"] = found[f"{key}_mean"]
    for key in ("sem", "sem_low", "sem_high", "mdc95", "mdc95_low", "mdc95_high"):
        numbers[f"{key}_mean"] = numbers[key] / np.sqrt(k)
    numbers["shift"] = (scores[..., -1] - scores[..., 0]).mean(axis=1)
    return base | numbers


def number_columns() -> list[str]:
    """Names of the columns that `summarize_scores` gives, without the counts."""
    one = [f"{name}{end}" for name in ("icc", "sem", "mdc95") for end in ("", "_low", "_high")]
    return ["form", *one, "form_mean", *(f"{name}_mean" for name in one), "shift"]
