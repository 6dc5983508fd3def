"""Compare groups of runners, or conditions of the same runners, on single measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import refuse_same_person, why_not_measured
from glutelab.contrasts.choices import (
    check_confidence,
    check_number,
    check_paired,
    check_whole,
    list_names,
    plain,
)
from glutelab.contrasts.covariates import Inseparable, check_covariates
from glutelab.contrasts.membership import (
    DOSE,
    form_groups,
    group_column,
    is_paired,
    list_groups,
    refuse_repeats,
)
from glutelab.contrasts.rows import choose_rows, distinct, refuse_infinite
from glutelab.contrasts.tables import check_measures, check_table
from glutelab.errors import DataError
from glutelab.groups.contrast import Options
from glutelab.groups.effect import adjust_p
from glutelab.groups.limits import SmallestChange, list_margins
from glutelab.groups.part import Part
from glutelab.selection import fill_unmeasured
from glutelab.sentences import join

__all__ = ["compare_groups"]

_FRONT = ["measure", "unit", "side", "speed_m_s", "groups"]
_TWO = ["group_1", "group_2", "n_1", "n_2", "mean_1", "sd_1", "mean_2", "sd_2"]
_ONE = ["n", "mean", "sd", "mean_dose", "sd_dose"]
_DIFFERENCE = ["difference", "ci_low", "ci_high", "confidence"]
_EFFECT = ["hedges_g", "g_low", "g_high", "g_analytic_low", "g_analytic_high"]
_CORRELATION = ["r", "r_low", "r_high"]
_TEST = ["test", "t", "df", "p", "relabelings", "p_holm", "p_bh", "n_tests"]
_LIMITS = ["mdc95", "equivalence_margin", "p_equivalence", "p_equivalence_holm"]
_LIMITS += ["detectable_difference"]
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
    confidence: float = 0.95,
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
        From `reliability`, or measure to the smallest detectable change of one runner. Of a table
        only the row of the same measure, side, slope and speed (within ``speed_within_m_s``)
        counts; between two speeds or sides, the larger of both. Else ``mdc95`` is missing.
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
    confidence : float
        Confidence level; its complement is the error rate of ``detectable_...``.
    speed_within_m_s : float
        Trials this close to ``speed_m_s`` count as run at it.

    Returns
    -------
    DataFrame
        One row per measure, pair of groups and speed:

        ``measure, unit, side, speed_m_s, groups, group_1, group_2``; ``n_1, n_2`` runners and
        ``mean_1, sd_1, mean_2, sd_2`` over them; ``difference`` (first minus second; adjusted if
        asked for) with ``ci_low, ci_high`` and their ``confidence``, the level; ``hedges_g`` with
        ``g_low, g_high`` (BCa bootstrap, from 5 runners per group) and ``g_analytic_low,
        g_analytic_high`` (noncentral t); ``test, t, df, p, relabelings``; ``p_holm, p_bh`` over the
        ``n_tests`` tests of this table; ``mdc95``; ``equivalence_margin, p_equivalence,
        p_equivalence_holm``, the last over the equivalence tests of this table;
        ``detectable_difference, detectable_g``: the smallest true difference that as many runners,
        who vary as much, find with 80 % power, missing where relabelings are too few to reach the
        level; ``adjusted_for, warning``.

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
    >>> import glutelab as gl
    >>> rng = np.random.default_rng(1)
    >>> runners = pd.DataFrame(
    ...     {
    ...         "runner_id": [f"R{k:02d}" for k in range(24)],
    ...         "level": ["elite"] * 12 + ["recreational"] * 12,
    ...         "speed_m_s": 3.5,
    ...         "peak_hip_extension_deg": np.r_[rng.normal(14, 4, 12), rng.normal(9, 4, 12)],
    ...     }
    ... )
    >>> row = gl.compare_groups(runners, "peak_hip_extension_deg", speed_m_s=3.5).iloc[0]
    >>> row["groups"], int(row["n_1"]), int(row["n_2"]), row["unit"]
    ('elite minus recreational', 12, 12, '°')
    >>> bool(row["ci_low"] < row["difference"] < row["ci_high"])
    True
    """
    _check_test(test, confidence, n_boot, n_permutations, seed)
    check_paired(paired)
    check_number("speed_within_m_s", speed_within_m_s, lambda x: 0 <= x < np.inf, "0 or more")
    table, names = check_measures(check_table(runners), measures)
    groups, adjust_for = list_groups(groups), list_names(adjust_for, "adjust_for")
    table = fill_unmeasured(table, [one for one in (*adjust_for, by) if isinstance(one, str)])
    column = group_column(table, by)
    refuse_infinite(table, column)
    covariates = check_covariates(table, adjust_for, column, names)
    absent = {name: why_not_measured(table, [name, *covariates, column]) for name in names}
    margins = list_margins(equivalence_margin, names)
    smallest = SmallestChange(mdc, speed_within_m_s)
    result, inseparable = [], []
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
        called = dict(zip(labeled, distinct(labeled), strict=True))
        together = is_paired(rows, labels, labeled, column, paired)
        refuse_same_person(rows[labels.notna()])
        refuse_repeats(rows, labels, labeled)
        for pair in [labeled] if labeled == [DOSE] else combinations(labeled, 2):
            words, under = [called[name] for name in pair], _conditions(rows, labels, pair, speed)
            for name in names:
                options = Options(test, n_boot, n_permutations, seed, confidence, margins[name])
                part = Part(rows, labels, list(pair), words, column, name, covariates, absent[name])
                try:
                    row, said = part.compare(together, options)
                except Inseparable as why:
                    inseparable.append(why)
                    row, said = part.unanswered(together, options, why)
                said += [] if absent[name] else left
                row |= {"side": used_side, "speed_m_s": at, "confidence": confidence}
                row |= {"equivalence_margin": margins[name], "warning": join(said)}
                row["mdc95"] = smallest.find(name, under)
                result.append(row)
    if len(inseparable) == len(result):
        raise inseparable[0]
    return _as_table(result, dose=labeled == [DOSE])


def _check_test(test: str, confidence: float, n_boot: int, n_permutations: int, seed: int) -> None:
    if test not in ("welch", "permutation"):
        raise DataError(f"test is {plain(test)!r}. Expected 'welch' or 'permutation'.")
    check_confidence("confidence", confidence)
    resamples = "200 resamples or more, or 0 for none"
    check_whole("n_boot", n_boot, 0 if n_boot == 0 else 200, resamples)
    # So many that p can be as small as the level asks for.
    least = max(99, int(np.ceil(1 / (1 - confidence) - 1e-6)) - 1)
    check_whole("n_permutations", n_permutations, least, f"a whole number of {least} or more")
    check_whole("seed", seed, 0, "a whole number, 0 or more")


def _speeds(given: float | Sequence[float] | None) -> list[float | None]:
    if given is None:
        return [None]
    try:
        speeds = [float(speed) for speed in np.atleast_1d(given)]
    except (TypeError, ValueError):
        speeds = []
    if isinstance(given, str) or not speeds or not np.isfinite(speeds).all():
        raise DataError(f"speed_m_s is {plain(given)!r}. Expected a number, or a list of numbers.")
    twice = [speed for speed in speeds if speeds.count(speed) > 1]
    if twice:
        raise DataError(f"{twice[0]:.4g} m/s is asked for twice; each speed has tests of its own.")
    return speeds


def _speed_of(rows: pd.DataFrame, by: str, asked: float | None) -> float:
    if "speed_m_s" not in rows or by == "speed_m_s":
        return np.nan
    return float(rows["speed_m_s"].mean()) if asked is None else asked


def _conditions(
    rows: pd.DataFrame, labels: pd.Series, pair: Sequence, asked: float | None
) -> list[dict]:
    """Speed, side and slope of each group; NaN where runners differ, so that no MDC is theirs."""
    parts = [rows[labels == name] for name in pair if pair != [DOSE]]
    found = []
    for part in [part for part in parts if len(part)] or [rows]:
        known = {
            name: part[name].iloc[0] if part[name].nunique() == 1 else np.nan
            for name in ("speed_m_s", "side", "slope_pct")
            if name in part
        }
        found.append(known if asked is None else known | {"speed_m_s": asked})
    return found


def _as_table(rows: list[dict], *, dose: bool) -> pd.DataFrame:
    middle = [*_ONE, *_DIFFERENCE, *_CORRELATION] if dose else [*_TWO, *_DIFFERENCE, *_EFFECT]
    last = "detectable_r" if dose else "detectable_g"
    columns = [*_FRONT, *middle, *_TEST, *_LIMITS, last, *_END]
    table = pd.DataFrame(rows, columns=columns)
    table["p_holm"], table["p_bh"] = adjust_p(table["p"].to_numpy(float))
    table["p_equivalence_holm"] = adjust_p(table["p_equivalence"].to_numpy(float))[0]
    table["n_tests"] = int(table["p"].notna().sum())
    counts = ["n"] if dose else ["n_1", "n_2"]
    words = ["test", *_FRONT[:3], "groups", *_END, *([] if dose else ["group_1", "group_2"])]
    numbers = [name for name in columns if name not in (*words, *counts, "n_tests")]
    table[numbers] = table[numbers].astype(float)
    table["test"] = table["test"].astype(object).where(table["test"].notna(), "none")
    return table
