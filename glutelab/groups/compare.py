"""Compare groups of runners, or conditions of the same runners, on single measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import refuse_same_person, why_not_measured
from glutelab.contrasts.covariates import check_covariates
from glutelab.contrasts.membership import (
    DOSE,
    form_groups,
    group_column,
    is_paired,
    refuse_repeats,
)
from glutelab.contrasts.rows import choose_rows, refuse_infinite
from glutelab.errors import DataError
from glutelab.groups.contrast import Options
from glutelab.groups.effect import adjust_p
from glutelab.groups.part import Part
from glutelab.groups.rows import check_measures, check_table
from glutelab.selection import fill_unmeasured

__all__ = ["compare_groups"]

_FRONT = ["measure", "unit", "side", "speed_m_s", "groups"]
_TWO = ["group_1", "group_2", "n_1", "n_2", "mean_1", "sd_1", "mean_2", "sd_2"]
_ONE = ["n", "mean", "sd", "mean_dose", "sd_dose"]
_DIFFERENCE = ["difference", "ci_low", "ci_high"]
_EFFECT = ["hedges_g", "g_low", "g_high", "g_analytic_low", "g_analytic_high"]
_CORRELATION = ["r", "r_low", "r_high"]
_TEST = ["test", "t", "df", "p", "relabelings", "p_holm", "p_bh", "n_tests"]
_LIMITS = ["mdc95", "equivalence_margin", "p_equivalence", "detectable_difference"]
_END = ["adjusted_for", "warning"]


def compare_groups(
    runners: pd.DataFrame,
    measures: str | Sequence[str],
    by: str | Callable | Mapping = "level",
    *,
    groups: Sequence | Mapping | str | None = None,
    paired: bool | None = None,
    speed_m_s: float | Sequence[float] | None = None,
    side: str = "both",
    adjust_for: str | Sequence[str] = (),
    equivalence_margin: float | Mapping[str, float] | None = None,
    mdc: pd.DataFrame | Mapping[str, float] | None = None,
    test: str = "welch",
    n_boot: int = 2000,
    n_permutations: int = 9999,
    seed: int = 0,
    level: float = 0.95,
    speed_within_m_s: float = 0.05,
) -> pd.DataFrame:
    """Differences between groups of runners; each row is the row of the paper.

    The runner is the unit: tables of strides, and speeds that would be pooled, are refused. What
    makes a difference hard to read (another laboratory, simulated runners, too few of them) stands
    in ``warning``. What the runners cannot answer is a row, too: its numbers are missing and its
    warning begins with "Not measured in this cohort" or "Cannot tell".

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`; one row per runner, side, speed and slope.
    measures : str or list of str
        Columns of numbers. A measure that the cohort does not have is answered as not measured.
    by : str, callable or mapping
        What makes the groups: a column (``"level"``, ``"sex"``, ``"laboratory"``, ...); a rule, as
        a function from the table to one label per row; or runner_id to label. Conditions of the
        same runners (``"speed_m_s"``, ``"slope_pct"``, ``"side"``, a column ``shoe`` or ``session``
        of one's own) are compared within runners. A column of numbers is a dose.
    groups : list, dict, "median" or "dose", optional
        Which groups, in order: the first minus the second, all pairs. A dict joins values under
        one name, ``{"trained": ["elite", "competitive"], ...}``, or cuts a column of numbers:
        ``{"fast": (None, 4.0), "slow": (4.0, None)}``, lower limit included. "median" splits in
        halves, "dose" asks for the change per unit. By default all groups; elite, competitive,
        recreational, or the faster speed, stand first. A level without runners counts 0.
    paired : bool, optional
        Whether groups are conditions of the same runners; by default, whether any runner is in
        two of them. Runners without both conditions are left out, and counted in ``warning``.
    speed_m_s : float or list of float, optional
        One speed, or several, each with rows of its own. Needed if there are several, and not
        allowed if speeds make the groups.
    side : {"both", "left", "right"}
        If only one side was measured it is taken; the column ``side`` says which.
    adjust_for : str or list of str
        Covariates: least squares with HC3 standard errors. Numbers are linear, words are classes.
        Between conditions of one runner, changes of covariates are adjusted for. Runners without
        one are left out, and counted in ``warning``; ``adjusted_for`` names those that differ.
    equivalence_margin : float or dict, optional
        The smallest difference that would matter, in the unit of the measure; one for all, or one
        per measure. ``p_equivalence`` is small if a difference as large as that is excluded.
    mdc : DataFrame or dict, optional
        From `reliability`, or measure to the smallest detectable change of one runner.
    test : {"welch", "permutation"}
        "permutation" relabels runners (signs, if paired) and compares t values, all relabelings up
        to 200,000, else ``n_permutations`` random ones; with covariates by Freedman and Lane.
        Intervals stay those of t.
    n_boot : int
        Resamples of the bootstrap interval of g; 0 for none.
    n_permutations : int
    seed : int
        Of bootstrap and permutations. The same seed gives the same numbers, whatever the order of
        rows and measures.
    level : float
        Confidence level; its complement is the error rate of ``detectable_...``.
    speed_within_m_s : float
        Trials this close to ``speed_m_s`` count as run at it.

    Returns
    -------
    DataFrame
        One row per measure, pair of groups and speed:

        ``measure, unit, side, speed_m_s, groups, group_1, group_2``; ``n_1, n_2`` runners and
        ``mean_1, sd_1, mean_2, sd_2`` over them; ``difference`` (first minus second; adjusted if
        asked for) with ``ci_low, ci_high``; ``hedges_g`` with ``g_low, g_high`` (BCa bootstrap,
        from 5 runners per group) and ``g_analytic_low, g_analytic_high`` (noncentral t);
        ``test, t, df, p, relabelings``; ``p_holm, p_bh`` over the ``n_tests`` tests of this table;
        ``mdc95``; ``equivalence_margin, p_equivalence``; ``detectable_difference,
        detectable_g``: the smallest true difference that as many runners, who vary as much, find
        with 80 % power;
        ``adjusted_for, warning``.

        For a dose ``difference`` is the change per unit, and ``n, mean, sd, mean_dose, sd_dose,
        r, r_low, r_high, detectable_r`` take the place of two groups and g.

    Raises
    ------
    DataError
        If strides or several speeds would be counted as runners, a column, value or level is
        misspelled, groups overlap or cannot be told apart from a covariate; says what to do.

    Notes
    -----
    g is standardized by the pooled standard deviation, if paired by the average one (Cumming
    2012), in both cases as ``pingouin.compute_effsize`` does, and in adjusted comparisons too, so
    that all are on one scale. Intervals of ``pingouin.compute_esci`` are normal approximations;
    here the noncentral t is inverted (Steiger 2004, doi 10.1037/1082-989X.9.2.164; paired: Algina
    and Keselman 2003, doi 10.1177/0013164403256358). The analytic interval takes the variances of
    the groups to be equal. ``mdc95`` is about one runner measured twice, not about a mean: no p
    belongs to it. Error rates and coverage are in benchmarks/results/groups.md.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> runners = pd.DataFrame(
    ...     {
    ...         "runner_id": [f"R{k:02d}" for k in range(24)],
    ...         "level": ["elite"] * 12 + ["recreational"] * 12,
    ...         "speed_m_s": 3.5,
    ...         "peak_hip_extension_deg": np.r_[rng.normal(14, 4, 12), rng.normal(9, 4, 12)],
    ...     }
    ... )
    >>> row = compare_groups(runners, "peak_hip_extension_deg", speed_m_s=3.5).iloc[0]
    >>> row["groups"], int(row["n_1"]), int(row["n_2"]), row["unit"]
    ('elite minus recreational', 12, 12, '°')
    >>> bool(row["ci_low"] < row["difference"] < row["ci_high"])
    True
    """
    _check_choices(test, level, n_boot, n_permutations)
    table, names = check_measures(check_table(runners), measures)
    adjust_for = [adjust_for] if isinstance(adjust_for, str) else list(adjust_for or ())
    table = fill_unmeasured(table, [one for one in (*adjust_for, by) if isinstance(one, str)])
    column = group_column(table, by)
    refuse_infinite(table, column)
    covariates = check_covariates(table, adjust_for, column)
    absent = {name: why_not_measured(table, [name, *covariates, column]) for name in names}
    margins = _margins(equivalence_margin, names)
    result = []
    for speed in _speeds(speed_m_s):
        rows, used_side = choose_rows(
            table,
            column,
            side=side,
            speed_m_s=speed,
            speed_within_m_s=speed_within_m_s,
            modeled=covariates,
        )
        at = _speed_of(rows, column, speed)
        labels, labeled, left = form_groups(rows, column, groups)
        together = is_paired(rows, labels, labeled, column, paired)
        refuse_same_person(rows[labels.notna()])
        refuse_repeats(rows, labels, labeled)
        for pair in [labeled] if labeled == [DOSE] else combinations(labeled, 2):
            for name in names:
                options = Options(test, n_boot, n_permutations, seed, level, margins[name])
                part = Part(rows, labels, list(pair), column, name, covariates, absent[name])
                row, said = part.compare(together, options)
                said += [] if absent[name] else left
                row |= {"side": used_side, "speed_m_s": at, "equivalence_margin": margins[name]}
                row |= {"mdc95": _find_mdc(mdc, name, at), "warning": " ".join(said)}
                result.append(row)
    return _as_table(result, dose=labeled == [DOSE])


def _check_choices(test: str, level: float, n_boot: int, n_permutations: int) -> None:
    if test not in ("welch", "permutation"):
        raise DataError(f"test is {test!r}. Expected 'welch' or 'permutation'.")
    if not 0.5 <= level < 1:
        raise DataError(f"level is {level!r}. Expected a confidence level, for example 0.95.")
    if n_boot < 0 or 0 < n_boot < 200:
        raise DataError(f"n_boot is {n_boot}. Expected 200 resamples or more, or 0 for none.")
    if n_permutations < 99:
        raise DataError(f"n_permutations is {n_permutations}. Expected 99 or more.")


def _speeds(given: float | Sequence[float] | None) -> list[float | None]:
    if given is None:
        return [None]
    try:
        speeds = [float(speed) for speed in np.atleast_1d(given)]
    except (TypeError, ValueError):
        speeds = []
    if isinstance(given, str) or not speeds or not np.isfinite(speeds).all():
        raise DataError(f"speed_m_s is {given!r}. Expected a number, or a list of numbers.")
    return speeds


def _speed_of(rows: pd.DataFrame, by: str, asked: float | None) -> float:
    if "speed_m_s" not in rows or by == "speed_m_s":
        return np.nan
    return float(rows["speed_m_s"].mean()) if asked is None else asked


def _margins(given: float | Mapping[str, float] | None, names: list[str]) -> dict[str, float]:
    if isinstance(given, Mapping):
        unknown = [name for name in given if name not in names]
        if unknown:
            raise DataError(f"equivalence_margin names {unknown[0]!r}, which is not compared.")
        margins = {name: float(given.get(name, np.nan)) for name in names}
    else:
        margins = dict.fromkeys(names, np.nan if given is None else float(given))
    for name, margin in margins.items():
        if margin <= 0:
            raise DataError(f"equivalence_margin of {name} is {margin:g}. Expected more than 0.")
    return margins


def _find_mdc(mdc: pd.DataFrame | Mapping | None, name: str, speed_m_s: float) -> float:
    """Of the mean over strides, which runners' tables hold; of one session where there are some."""
    if mdc is None:
        return np.nan
    if not isinstance(mdc, pd.DataFrame):
        return float(dict(mdc).get(name, np.nan))
    rows = mdc[mdc["measure"] == name]
    if "speed_m_s" in rows and np.isfinite(speed_m_s) and len(rows):
        rows = rows.iloc[[(rows["speed_m_s"] - speed_m_s).abs().argmin()]]
    if rows.empty:
        return np.nan
    row = rows.iloc[0]
    whole = "mdc95_mean" if row.get("split") != "sessions" and "mdc95_mean" in row else "mdc95"
    return float(row[whole])


def _as_table(rows: list[dict], *, dose: bool) -> pd.DataFrame:
    middle = [*_ONE, *_DIFFERENCE, *_CORRELATION] if dose else [*_TWO, *_DIFFERENCE, *_EFFECT]
    last = "detectable_r" if dose else "detectable_g"
    columns = [*_FRONT, *middle, *_TEST, *_LIMITS, last, *_END]
    table = pd.DataFrame(rows, columns=columns)
    table["p_holm"], table["p_bh"] = adjust_p(table["p"].to_numpy(float))
    table["n_tests"] = int(table["p"].notna().sum())
    counts = ["n"] if dose else ["n_1", "n_2"]
    words = ["test", *_FRONT[:3], "groups", *_END, *([] if dose else ["group_1", "group_2"])]
    numbers = [name for name in columns if name not in (*words, *counts, "n_tests")]
    table[numbers] = table[numbers].astype(float)
    table["test"] = table["test"].astype(object).where(table["test"].notna(), "none")
    return table
