"""How far a number can be trusted: ICC, standard error of measurement, smallest real change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtri, fdtri

from glutelab.errors import DataError
from glutelab.schema import unit
from glutelab.selection import pick_side

__all__ = ["curve_reliability", "intraclass_correlation", "reliability"]

SPLITS = ("odd_even", "halves", "sessions")
FORMS = ("ICC(3,1)", "ICC(2,1)")
FEWEST = 5  # runners
_KEYS = ["runner_id", "speed_m_s", "slope_pct"]
_NOT_MEASURES = {"speed_m_s", "slope_pct", "start_s"}
_WITHIN = "within one recording: markers were not set anew; between days a change has to be larger"
_SPLIT_NOTES = {"odd_even": [_WITHIN], "halves": [_WITHIN], "sessions": []}


def reliability(
    cohort,
    measures: str | Sequence[str] | None = None,
    *,
    split: str = "odd_even",
    side: str = "both",
    form: str = "ICC(3,1)",
    level: float = 0.95,
) -> pd.DataFrame:
    """Reliability of each measure, one speed at a time.

    Each runner gives one value per part: the mean over its odd and over its even strides, over the
    first and the second half of them, or over each session. "both" is the mean of the two sides'
    means, as in `runner_means`.

    Parameters
    ----------
    cohort : Cohort
    measures : str or list of str, optional
        By default all measures that vary.
    split : {"odd_even", "halves", "sessions"}
        "sessions" needs a column ``session`` in trials. Odd and even strides share whatever drifts
        slowly and look most alike; halves are the sterner test.
    side : {"both", "left", "right"}
        If only one side was measured it is taken; the column ``side`` says which.
    form : {"ICC(3,1)", "ICC(2,1)"}
        Two-way model, one value per part. ICC(3,1) is consistency, also called ICC(C,1): a shift
        of all runners from one part to the next does not count. ICC(2,1) is absolute agreement,
        also ICC(A,1): it counts, in the ICC and in the standard error.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row per measure, speed and slope: ``measure, unit, side, speed_m_s, slope_pct, split,
        n_runners, n_parts, n_strides`` (median per runner, side and part); ``form, icc, icc_low,
        icc_high, sem, sem_low, sem_high, mdc95, mdc95_low, mdc95_high`` of one part; the same of
        the mean over all parts, with the suffix ``_mean``: ``form_mean`` is ICC(3,k) or ICC(2,k);
        ``shift`` (mean of the last part minus the first) and ``warning``.

        ``sem`` is the standard error of measurement, ``mdc95 = 1.96 sqrt(2) sem`` the smallest
        change of one runner that is not measurement error. What `runner_means` gives is the mean
        over all strides: ``mdc95_mean`` after a split, ``mdc95`` between sessions.

    Raises
    ------
    DataError
        If the cohort has no sessions, no such measure, or fewer than 5 runners.

    Notes
    -----
    McGraw and Wong 1996, doi 10.1037/1082-989X.1.1.30; Weir 2005, doi 10.1519/15184.1. ICC and its
    interval equal ``pingouin.intraclass_corr`` (ICC(C,1), ICC(C,k), ICC(A,1), ICC(A,k)). The
    interval of ``sem`` is that of a variance (chi-squared); in ICC(2,1) the degrees of freedom are
    Satterthwaite's, and rest on few parts. SEM is often computed as ``SD sqrt(1 - ICC)``; for
    ICC(3,1) of two parts this is the same number if SD is the root of the mean variance of parts.

    Examples
    --------
    >>> import glutelab as gl
    >>> table = reliability(gl.load_cohort("bmc-ric"), "hip_range_deg", split="halves")
    >>> table[["form", "form_mean", "side"]].iloc[0].tolist()
    ['ICC(3,1)', 'ICC(3,k)', 'right']
    """
    _check_choices(split, form, level)
    strides, side = _parts(cohort, split, side)
    names = _measure_names(strides, measures)
    means = strides.groupby([*_KEYS, "side", "part"], observed=True)[names].mean()
    counts = strides.groupby([*_KEYS, "side", "part"], observed=True).size()
    values = means.groupby(level=[*_KEYS, "part"], observed=True).mean().unstack("part")
    counts = counts.groupby(level=_KEYS[1:]).median()
    rows = []
    for name in names:
        for condition, part in values[name].groupby(level=_KEYS[1:]):
            scores = part.dropna().to_numpy()
            row = {
                "measure": name,
                "unit": unit(name),
                "side": side,
                "speed_m_s": condition[0],
                "slope_pct": condition[1],
                "split": split,
                "n_strides": counts.loc[condition],
            }
            numbers = _numbers(scores[None], form, level)
            rows.append(
                row
                | {key: np.atleast_1d(value)[0] for key, value in numbers.items()}
                | {"warning": _warning(cohort, split, len(scores))}
            )
    table = pd.DataFrame(rows)
    if table.empty or (table["n_runners"] < 2).all():
        raise DataError(
            f"{cohort.name}: no speed has two runners with a value of {', '.join(names[:3])} in "
            f"every part of {split}. Reliability needs {FEWEST} runners or more."
        )
    front = ["measure", "unit", "side", "speed_m_s", "slope_pct", "split"]
    return table[[*front, "n_runners", "n_parts", "n_strides", *_columns(), "warning"]]


def curve_reliability(
    cohort,
    variable: str,
    *,
    split: str = "odd_even",
    speed_m_s: float | None = None,
    side: str = "both",
    form: str = "ICC(3,1)",
    level: float = 0.95,
) -> pd.DataFrame:
    """Reliability of a curve at each point of the gait cycle.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    split, side, form, level
        As in `reliability`.
    speed_m_s : float, optional
        One speed; by default every speed, never pooled.

    Returns
    -------
    DataFrame
        101 rows per speed and slope: ``variable, unit, side, speed_m_s, slope_pct, split, percent``
        and the columns of `reliability` from ``n_runners`` on. Neighboring points are not
        independent: the intervals are for each point by itself, not for the whole curve.

    Raises
    ------
    DataError
        If the cohort has no such curve or speed, or fewer than two runners.

    Examples
    --------
    >>> import glutelab as gl
    >>> points = curve_reliability(gl.load_cohort("bmc-ric"), "hip_flexion_deg")
    >>> len(points), points["unit"].iloc[0], bool(points["icc"].min() > 0.9)
    (101, '°', True)
    """
    _check_choices(split, form, level)
    strides, used = _parts(cohort, split, side)
    curves = pd.DataFrame(cohort.curves(variable)[strides.index].astype(float))
    curves.index = pd.MultiIndex.from_frame(strides[[*_KEYS, "side", "part"]])
    means = curves.groupby(level=[*_KEYS, "side", "part"], observed=True).mean()
    means = means.groupby(level=[*_KEYS, "part"], observed=True).mean()
    counts = strides.groupby([*_KEYS, "side", "part"], observed=True).size()
    counts = counts.groupby(level=_KEYS[1:]).median()
    tables = []
    for condition, part in means.groupby(level=_KEYS[1:]):
        if speed_m_s is not None and not np.isclose(condition[0], speed_m_s):
            continue
        # Shape (101, n_runners, n_parts)
        scores = part.unstack("part").dropna().to_numpy()
        scores = scores.reshape(len(scores), 101, -1).transpose(1, 0, 2)
        if scores.shape[1] < 2:
            raise DataError(
                f"{cohort.name}: {scores.shape[1]} runner(s) with {variable} in every part at "
                f"{condition[0]:g} m/s. Reliability needs {FEWEST} runners or more."
            )
        tables.append(
            pd.DataFrame(
                {
                    "variable": variable,
                    "unit": unit(variable),
                    "side": used,
                    "speed_m_s": condition[0],
                    "slope_pct": condition[1],
                    "split": split,
                    "percent": np.arange(101),
                    "n_strides": counts.loc[condition],
                    **_numbers(scores, form, level),
                    "warning": _warning(cohort, split, scores.shape[1]),
                }
            )
        )
    if not tables:
        there = ", ".join(f"{speed:g}" for speed in sorted(cohort.trials["speed_m_s"].unique()))
        raise DataError(f"no runner at {speed_m_s:g} m/s. There are: {there} m/s.")
    table = pd.concat(tables, ignore_index=True)
    front = ["variable", "unit", "side", "speed_m_s", "slope_pct", "split", "percent"]
    return table[[*front, "n_runners", "n_parts", "n_strides", *_columns(), "warning"]]


def intraclass_correlation(
    scores: np.ndarray, form: str = "ICC(3,1)", level: float = 0.95
) -> dict[str, np.ndarray]:
    """ICC by the two-way model, with the mean squares it comes from.

    Parameters
    ----------
    scores : ndarray, shape (..., n_runners, n_parts)
        Nothing missing.
    form : {"ICC(3,1)", "ICC(2,1)"}
    level : float

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
    df, tail = (n - 1) * (k - 1), (1 - level) / 2
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


def _numbers(scores: np.ndarray, form: str, level: float) -> dict[str, np.ndarray]:
    """All columns from ``n_runners`` on, for scores of shape (m, n_runners, n_parts)."""
    m, n, k = scores.shape
    empty = dict.fromkeys(_columns(), np.full(m, np.nan))
    base = empty | {"n_runners": n, "n_parts": k, "form": form, "form_mean": f"{form[:6]}k)"}
    if n < 2 or k < 2:
        return base
    found = intraclass_correlation(scores, form, level)
    variance, df = found["error"], float((n - 1) * (k - 1))
    if form == "ICC(2,1)":
        shifted = np.maximum(found["parts"] - found["error"], 0) / n
        variance = shifted + found["error"]
        # Satterthwaite: parts / n + error (n - 1) / n, both chi-squared.
        one, two = found["parts"] / n, found["error"] * (n - 1) / n
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled = (one + two) ** 2 / (one**2 / (k - 1) + two**2 / df)
        df = np.where(shifted > 0, pooled, df)
    tail = (1 - level) / 2
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


def _columns() -> list[str]:
    one = [f"{name}{end}" for name in ("icc", "sem", "mdc95") for end in ("", "_low", "_high")]
    return ["form", *one, "form_mean", *(f"{name}_mean" for name in one), "shift"]


def _parts(cohort, split: str, side: str) -> tuple[pd.DataFrame, str]:
    """Kept strides of the sides asked for, with the column ``part``; and which side that is."""
    strides = cohort.strides
    side = pick_side(set(strides["side"]), side)
    if side != "both":
        strides = strides[strides["side"] == side]
    order = strides.sort_values(["trial_id", "side", "stride"], kind="stable")
    by_trial = order.groupby(["trial_id", "side"], observed=True)
    if split == "odd_even":
        part = by_trial.cumcount() % 2
    elif split == "halves":
        size = by_trial["stride"].transform("size")
        part = (2 * by_trial.cumcount() >= size).astype(int)
    else:
        part = order["trial_id"].map(_sessions(cohort))
        if part.isna().any():
            raise DataError(f"{cohort.name}: some trials have no session. Fill in the column.")
    strides = strides.assign(part=part.reindex(strides.index))
    if side == "both":
        keys = [*_KEYS, "part"]
        sides = strides.groupby(keys, observed=True)["side"].transform("nunique")
        strides = strides[sides == 2]
    return strides, side


def _sessions(cohort) -> pd.Series:
    trials = cohort.trials
    if "session" not in trials:
        raise DataError(
            f"{cohort.name} has no repeated sessions: trials has no column session. "
            "Use split='halves' for the reliability within one recording."
        )
    if trials["session"].nunique() < 2:
        raise DataError(f"{cohort.name}: all trials are of one session. Expected two or more.")
    return trials.set_index("trial_id")["session"]


def _measure_names(strides: pd.DataFrame, measures: str | Sequence[str] | None) -> list[str]:
    possible = [
        name
        for name in strides
        if name not in _NOT_MEASURES and pd.api.types.is_float_dtype(strides[name])
    ]
    if measures is None:
        return [name for name in possible if strides[name].nunique() > 1]
    names = [measures] if isinstance(measures, str) else list(measures)
    for name in names:
        if name not in possible:
            raise DataError(
                f"{name!r} is no measure of the strides. There are: {', '.join(possible)}."
            )
        if strides[name].notna().sum() == 0:
            raise DataError(f"no stride has a value of {name}. Was it measured in this cohort?")
    return names


def _check_choices(split: str, form: str, level: float) -> None:
    for name, value, allowed in (("split", split, SPLITS), ("form", form, FORMS)):
        if value not in allowed:
            raise DataError(f"{name} is {value!r}. Expected one of {', '.join(allowed)}.")
    if not 0.5 <= level < 1:
        raise DataError(f"level is {level!r}. Expected a confidence level, for example 0.95.")


def _warning(cohort, split: str, n_runners: int) -> str:
    sentences = ["simulated: these numbers were made by a program"] if cohort.simulated else []
    sentences += [f"{n_runners} runners are too few"] if n_runners < FEWEST else []
    return "; ".join([*sentences, *_SPLIT_NOTES[split]])
