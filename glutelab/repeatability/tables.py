"""How far a number can be trusted: ICC, standard error of measurement, smallest real change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.arguments import check_cohort, check_name
from glutelab.conditions import pooled_caveats
from glutelab.contrasts.caveats import say_simulated
from glutelab.contrasts.choices import check_confidence, check_number, list_measures
from glutelab.contrasts.rows import refuse_infinite
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.measures import measure_names
from glutelab.repeatability.icc import number_columns, summarize_scores
from glutelab.repeatability.parts import split_strides
from glutelab.schema import CURVES, STRIDES, unit
from glutelab.schema.keys import CONDITIONS
from glutelab.selection import fill_unmeasured
from glutelab.sentences import join

__all__ = ["curve_reliability", "reliability"]

SPLITS = ("odd_even", "halves", "sessions")
FORMS = ("ICC(3,1)", "ICC(2,1)")
FEWEST = 5  # runners
_WITHIN = (
    "Within one recording: markers were not set anew, so between days a change has to be larger."
)
_SPLIT_NOTES = {"odd_even": [_WITHIN], "halves": [_WITHIN], "sessions": []}


# What a cohort without strides is told that it did not measure, if nothing is asked for.
_MAIN = ("peak_hip_extension_deg", "peak_thigh_extension_deg", "pelvic_tilt_mean_deg")


def reliability(
    cohort,
    measures: str | Sequence[str] | None = None,
    *,
    split: str = "odd_even",
    side: str = "both",
    form: str = "ICC(3,1)",
    confidence: float = 0.95,
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
    confidence : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row per measure and condition (speed, slope; shoe and session if trials name them):
        ``measure, unit, side, speed_m_s, slope_pct, split, n_runners, n_parts, n_strides`` (median
        per runner, side and part); ``form, icc, icc_low, icc_high, sem, sem_low, sem_high, mdc95,
        mdc95_low, mdc95_high`` of one part; the same of the mean over all parts, with the suffix
        ``_mean``: ``form_mean`` is ICC(3,k) or ICC(2,k); ``shift`` (mean of the last part minus the
        first) and ``warning``.

        ``sem`` is the standard error of measurement, ``mdc95 = 1.96 sqrt(2) sem`` the smallest
        change of one runner that is not measurement error. What `runner_means` gives is the mean
        over all strides: ``mdc95_mean`` after a split, ``mdc95`` between sessions.

    Raises
    ------
    DataError
        If it is no cohort, has no sessions, or there is no such measure. That a cohort lacks a
        measure, has fewer than 5 runners, or comes from several laboratories, is said in
        ``warning``.

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
    >>> table = gl.reliability(gl.load_cohort("bmc-ric"), "hip_range_deg", split="halves")
    >>> table[["form", "form_mean", "side"]].iloc[0].tolist()
    ['ICC(3,1)', 'ICC(3,k)', 'right']
    """
    _check_choices(split, form, confidence)
    strides, conditions, side = split_strides(cohort, split, side)
    names = _measure_names(strides, _MAIN if strides.empty and measures is None else measures)
    strides = fill_unmeasured(strides, names)
    keys = ["runner_id", *conditions, "part"]
    if strides.empty:
        return _without_strides(
            cohort, "measure", names, [side, conditions, split, form, confidence]
        )
    by_side = strides.groupby([*keys, "side"], observed=True, dropna=False)
    values = by_side[names].mean().groupby(level=keys, dropna=False).mean().unstack("part")
    counts = by_side.size().groupby(level=conditions, dropna=False).median()
    rows = []
    for name in names:
        for condition, part in values[name].groupby(level=conditions, dropna=False):
            scores = part.dropna().to_numpy()
            row = {
                "measure": name,
                "unit": unit(name),
                "side": side,
                **dict(zip(conditions, condition, strict=True)),
                "split": split,
                "n_strides": counts.loc[condition],
            }
            numbers = summarize_scores(scores[None], form, confidence)
            rows.append(
                row
                | {key: np.atleast_1d(value)[0] for key, value in numbers.items()}
                | {"warning": _warning(cohort, split, part.dropna().index)}
            )
    front = ["measure", "unit", "side", *conditions, "split"]
    counted = ["n_runners", "n_parts", "n_strides"]
    return pd.DataFrame(rows)[[*front, *counted, *number_columns(), "warning"]]


def curve_reliability(
    cohort,
    variable: str,
    *,
    split: str = "odd_even",
    speed_m_s: float | None = None,
    side: str = "both",
    form: str = "ICC(3,1)",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Reliability of a curve at each point of the gait cycle.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    split, side, form, confidence
        As in `reliability`.
    speed_m_s : float, optional
        One speed; by default every speed, never pooled.

    Returns
    -------
    DataFrame
        101 rows per condition: ``variable, unit, side, speed_m_s, slope_pct, split, percent``
        and the columns of `reliability` from ``n_runners`` on. Neighboring points are not
        independent: the intervals are for each point by itself, not for the whole curve.

    Raises
    ------
    DataError
        If it is no cohort, or there is no such curve or speed.

    Examples
    --------
    >>> import glutelab as gl
    >>> points = curve_reliability(gl.load_cohort("bmc-ric"), "hip_flexion_deg")
    >>> len(points), points["unit"].iloc[0], bool(points["icc"].min() > 0.9)
    (101, '°', True)
    """
    _check_choices(split, form, confidence)
    variable = check_name(variable, "curve", "hip_flexion_deg")
    if speed_m_s is not None:
        check_number("speed_m_s", speed_m_s, np.isfinite, "a number")
    check_cohort(cohort)
    if cohort.strides.empty:
        _, conditions, used = split_strides(cohort, split, side)
        given = [used, conditions, split, form, confidence]
        return _without_strides(cohort, "variable", [variable], given)
    means, counts, conditions, used = _part_curves(cohort, variable, split, side)
    tables = []
    for condition, part in means.groupby(level=conditions, dropna=False):
        if speed_m_s is not None and not np.isclose(condition[0], speed_m_s):
            continue
        scores, who = _stack(part)
        front = {
            "variable": variable,
            "unit": unit(variable),
            "side": used,
            **dict(zip(conditions, condition, strict=True)),
            "split": split,
            "percent": np.arange(101),
        }
        numbers = summarize_scores(scores, form, confidence)
        more = {"n_strides": counts.loc[condition], "warning": _warning(cohort, split, who)}
        tables.append(pd.DataFrame(front | numbers | more))
    if not tables:
        there = ", ".join(f"{speed:.4g}" for speed in sorted(cohort.trials["speed_m_s"].unique()))
        raise DataError(f"no runner at {speed_m_s:.4g} m/s. There are: {there} m/s.")
    counted = ["n_runners", "n_parts", "n_strides"]
    return pd.concat(tables, ignore_index=True)[[*front, *counted, *number_columns(), "warning"]]


def _without_strides(cohort, what: str, names: list[str], given: list) -> pd.DataFrame:
    """A row for each measure, or 101 for a curve, and condition: not measured."""
    side, conditions, split, form, confidence = given
    percent = {"percent": np.arange(101)} if what == "variable" else {}
    rows = 101 if percent else 1
    numbers = summarize_scores(np.empty((rows, 0, 2)), form, confidence)
    more = {"n_strides": 0, "warning": _warning(cohort, split, pd.Index([]))}
    fronts = [
        {what: name, "unit": unit(name), "side": side, **condition, "split": split, **percent}
        for name in names
        for condition in cohort.trials[conditions].drop_duplicates().to_dict("records")
    ]
    columns = [what, "unit", "side", *conditions, "split", *percent]
    columns += ["n_runners", "n_parts", "n_strides", *number_columns(), "warning"]
    if not fronts:
        return pd.DataFrame(columns=columns)
    tables = [pd.DataFrame(front | numbers | more, index=range(rows)) for front in fronts]
    return pd.concat(tables, ignore_index=True)[columns]


def _part_curves(
    cohort, variable: str, split: str, side: str
) -> tuple[pd.DataFrame, pd.Series, list[str], str]:
    """Mean curve of each runner, condition and part; strides per condition; conditions; side."""
    strides, conditions, used = split_strides(cohort, split, side)
    keys = ["runner_id", *conditions, "part"]
    if variable in cohort.curve_variables or variable not in CURVES:
        curves = pd.DataFrame(cohort.curves(variable)[strides.index].astype(float))
    else:  # declared, and not measured
        curves = pd.DataFrame(np.full((len(strides), 101), np.nan))
    curves.index = pd.MultiIndex.from_frame(strides[[*keys, "side"]])
    by_side = curves.groupby(level=[*keys, "side"], observed=True, dropna=False)
    means = by_side.mean().groupby(level=keys, dropna=False).mean()
    counts = by_side.size().groupby(level=conditions, dropna=False).median()
    return means, counts, conditions, used


def _stack(curves: pd.DataFrame) -> tuple[np.ndarray, pd.Index]:
    """Curves of shape (101, n_runners, n_parts), and the runners who have all parts."""
    table = curves.unstack("part")
    whole = table.dropna()
    scores = whole.to_numpy().reshape(len(whole), 101, table.shape[1] // 101)
    return scores.transpose(1, 0, 2), whole.index


def _measure_names(strides: pd.DataFrame, measures: str | Sequence[str] | None) -> list[str]:
    possible = measure_names(strides)
    if measures is None:
        names = [name for name in possible if strides[name].nunique() > 1]
    else:
        names = list_measures(measures)
    for name in names:
        if name not in possible and (name in strides or not _is_declared(name)):
            raise DataError(
                f"{name!r} is no measure of the strides. There are: {', '.join(possible)}."
            )
        if name in strides:
            refuse_infinite(strides, name)
    return names


def _is_declared(name: str) -> bool:
    """Whether strides could have such a measure, even if those of this cohort do not."""
    return name in STRIDES and STRIDES[name].dtype == "number" and name not in CONDITIONS


def _check_choices(split: str, form: str, confidence: float) -> None:
    for name, value, allowed in (("split", split, SPLITS), ("form", form, FORMS)):
        if value not in allowed:
            raise DataError(f"{name} is {value!r}. Expected one of {', '.join(allowed)}.")
    check_confidence("confidence", confidence)


def _warning(cohort, split: str, who: pd.Index) -> str:
    """What has to be known of the runners who have all parts; they are a level of the index."""
    known = cohort.runners.assign(cohort=cohort.name, simulated=cohort.simulated)
    if not len(who):
        return join(["Not measured in this cohort.", *say_simulated(known)])
    n = who.get_level_values("runner_id").nunique()
    cannot = f"Cannot tell: {counted(n, 'runner')}. Reliability needs {FEWEST} or more."
    few = [cannot] if n < FEWEST else []
    seen = known[known["runner_id"].isin(who.get_level_values("runner_id"))]
    return join([*few, *pooled_caveats(seen), *_SPLIT_NOTES[split]])
