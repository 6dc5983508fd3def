"""Where in the gait cycle two groups differ, or a curve depends on something, and how sure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import is_simulated, why_not_measured
from glutelab.contrasts.choices import check_number, check_paired, check_whole, list_names, plain
from glutelab.contrasts.covariates import check_covariates
from glutelab.contrasts.membership import group_column, list_groups
from glutelab.contrasts.rows import choose_rows, refuse_infinite
from glutelab.curves.caveats import say_limits
from glutelab.curves.contrast import make_contrast
from glutelab.curves.faults import refuse_exact, refuse_gaps, refuse_no_spread
from glutelab.curves.field import fit_linear
from glutelab.curves.infer import (
    KINDS,
    Inference,
    cluster_table,
    critical_value,
    exceeding,
    infer,
)
from glutelab.curves.result import CurveComparison, unanswered
from glutelab.curves.rows import N_POINTS, gather
from glutelab.curves.separate import fit_separate
from glutelab.curves.wording import describe
from glutelab.errors import DataError
from glutelab.schema import unit
from glutelab.selection import fill_unmeasured

__all__ = ["compare_curves"]


def compare_curves(
    data,
    variable: str | None = None,
    *,
    by: str | Callable | Mapping = "level",
    groups: Sequence | Mapping | str | None = None,
    speed_m_s: float | None = None,
    speed_within_m_s: float = 0.05,
    side: str = "both",
    adjust_for: str | Sequence[str] = (),
    paired: bool | None = None,
    runners: pd.DataFrame | None = None,
    region: tuple[float, float] = (0, 100),
    circular: bool = True,
    kind: str = "max-t",
    cluster_t: float | None = None,
    variances: str = "pooled",
    n_permutations: int = 10_000,
    alpha: float = 0.05,
    seed: int = 0,
    workers: int = 1,
) -> CurveComparison:
    """Compare whole curves: between groups, between conditions of the same runners, or on a dose.

    The runner is the unit: one mean curve each. Runners are relabeled (all ways there are up to
    200,000, else a seeded sample), and the largest |t| over the gait cycle, or the largest cluster,
    of each relabeling says how large a difference would come about by chance anywhere. Two-sided.

    Parameters
    ----------
    data : Cohort, list of Cohort, or DataFrame
        A cohort; or one mean curve per runner and speed as `runner_curves` gives it: 101 columns
        0..100 % of the gait cycle, the rest (``runner_id``, ...) as index or columns.
    variable : str, optional
        For example ``"hip_flexion_deg"``. With a table only a name.
    by : str, callable or mapping
        A column: ``level``, ``sex``, ``laboratory``, any measure; ``"speed_m_s"``, ``"slope_pct"``,
        ``"shoe"``, ``"session"`` or ``"side"`` for conditions of the same runners. Or a rule, as a
        function from the table of runners to one label per row; or runner_id to label.
    groups : sequence, mapping, "median" or "dose", optional
        Two values of the column, the first minus the second; or two labels, each with a value, a
        list of values, or for numbers ``(low, high)``, low included. "median" splits in halves. By
        default the two there are, the higher level or faster speed first. A column of numbers
        without groups is a dose: the result is the change of the curve per unit.
    speed_m_s, speed_within_m_s : float
        Speed to compare at, and how far a runner's own may be from it.
    side : {"both", "left", "right"}
    adjust_for : str or sequence of str
        Covariates, by Freedman-Lane. Runners without one are left out and counted in ``warnings``.
    paired : bool, optional
        By default found out: whether the same runners are in both groups. Signs are flipped then.
    runners : DataFrame, optional
        More about the runners, one row per ``runner_id``.
    region : tuple of float
        Part of the gait cycle that was asked about beforehand, percent, both ends included.
    circular : bool
        0 % and 100 % are one instant, counted once, and a cluster may go through it. Only for the
        whole cycle.
    kind : {"max-t", "cluster-mass", "cluster-extent"}
        What the clusters and their p stand on. "max-t" says where; the others are more sensitive to
        long weak differences, but only say that somewhere in the cluster there is one.
    cluster_t : float, optional
        Cluster-forming |t|, chosen beforehand; by default that of a pointwise p of 0.01.
    variances : {"pooled", "separate"}
        "separate" is Welch's t, for groups of unequal size and unequal spread; the signs of
        residuals are flipped instead of relabeling runners (a wild bootstrap), since runners of
        groups with different spread cannot be exchanged. It needs 8 runners or more in each group:
        with fewer it errs too often, and the result cannot tell.
    n_permutations : int
        Relabelings to draw, the observed one among them.
    alpha : float
    seed : int
        The same seed gives the same numbers, whatever the order and the names of runners, and
        whichever group is named first.
    workers : int
        Threads; the numbers do not depend on it.

    Returns
    -------
    CurveComparison
        ``percent, difference, band_low, band_high, t, g, p, threshold, clusters, n, method,
        warnings`` and more. What the runners cannot answer (a curve this cohort does not have, a
        level without runners or with one) is a result, too: ``answerable`` is False, the numbers
        are NaN, and the first of ``warnings`` says why.

    Raises
    ------
    DataError
        If the table holds strides or several speeds, curves have gaps or no spread, a column or
        value is misspelled, or a covariate follows from others or from the groups.

    Notes
    -----
    Test: Nichols and Holmes 2002, doi 10.1002/hbm.1058; covariates: Winkler and others 2014, doi
    10.1016/j.neuroimage.2014.01.060; one-dimensional curves: Pataky, Vanrenterghem and Robinson
    2016, doi 10.1016/j.jbiomech.2015.12.030.

    The band relabels the residuals of the full model, not the curves: a true difference would make
    relabeled curves alike and the band too narrow. So where the band leaves zero and where p is
    below alpha may differ by a point.

    Same as spm1d 0.4.55 for the same labels: t, the largest |t| of each relabeling, the threshold.
    Not the same: its p of clusters depends on the order of the groups (it looks at positive
    clusters only and doubles their share, over half of the relabelings), its observed clusters are
    interpolated to the threshold while those of the relabelings are not, and every cluster's p is
    cut at alpha.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import glutelab as gl
    >>> rng, percent = np.random.default_rng(1), np.arange(101)
    >>> waves = np.array([np.cos(2 * np.pi * k * percent / 100) for k in range(4)])
    >>> curves = rng.normal(0, 2, (16, 4)) @ waves - 30 * waves[1]
    >>> curves[:8] -= 8 * np.exp(-(((percent - 50) / 10) ** 2))
    >>> who = {"runner_id": [f"R{k:02d}" for k in range(16)]}
    >>> who["level"] = ["elite"] * 8 + ["recreational"] * 8
    >>> table = pd.DataFrame(curves, index=pd.MultiIndex.from_frame(pd.DataFrame(who)))
    >>> hip = gl.compare_curves(table, "hip_flexion_deg")
    >>> hip.contrast, hip.relabelings, hip.exact
    ('elite - recreational', 12870, True)
    >>> hip.clusters[["from_pct", "to_pct", "direction"]].values.tolist()
    [[41.0, 59.0, 'elite < recreational']]
    """
    _check_options(kind, cluster_t, variances, n_permutations, alpha, seed, workers)
    check_paired(paired)
    check_number("speed_within_m_s", speed_within_m_s, lambda x: 0 <= x < np.inf, "0 or more")
    keep, circular = _region(region, circular)
    covariates, groups = list_names(adjust_for, "adjust_for"), list_groups(groups)
    names = [name for name in (*covariates, by) if isinstance(name, str)]
    # A rule may look at anything that is known of the runners.
    needed = names if isinstance(by, str) else None
    sides = isinstance(by, str) and by == "side"
    rows, curves, measured = gather(data, variable, side, runners, needed, each_side=sides)
    rows = fill_unmeasured(rows, names)
    column = group_column(rows, by)
    covariates = check_covariates(rows, covariates, column, [variable] if variable else [])
    variable = variable or "curve"
    marker = f"{variable} curves"
    while marker in rows:
        marker += " "
    rows[marker] = np.where(measured, 1.0, np.nan)
    refuse_infinite(rows, column)
    absent = why_not_measured(rows, [marker, *covariates, column])
    how = {"speed_m_s": speed_m_s, "speed_within_m_s": speed_within_m_s, "modeled": covariates}
    rows, used_side = choose_rows(rows, column, side=side, **how)
    asked = make_contrast(
        rows.reset_index(drop=True),
        curves[rows.index],
        column,
        marker,
        groups=groups,
        paired=paired,
        adjust_for=covariates,
        variances=variances,
        absent=absent,
    )
    used = asked.curves[:, keep]
    refuse_gaps(asked, used)
    percent = np.flatnonzero(keep).astype(float)

    def close(values: np.ndarray) -> np.ndarray:
        return np.append(values, values[0]) if circular else values

    result = {
        "variable": variable,
        "contrast": asked.name,
        "percent": np.append(percent, 100.0) if circular else percent,
        "n": asked.n,
        "means": {name: close(mean[keep]) for name, mean in asked.means.items()},
        "side": used_side,
        "speed_m_s": np.nan if speed_m_s is None else float(speed_m_s),
        "adjusted_for": tuple(asked.covariate_names),
        "alpha": alpha,
        "kind": kind,
        "simulated": is_simulated(asked.rows if len(asked.rows) else rows),
    }
    if asked.reason:
        return unanswered(result, asked)
    refuse_no_spread(asked, used, np.flatnonzero(keep))
    if variances == "separate":
        field = fit_separate(used, int(asked.design.sum()))
    else:
        with np.errstate(divide="ignore", invalid="ignore"):  # refused right below
            field = fit_linear(used, asked.design, asked.covariates, asked.scheme)
    field = replace(field, effect=asked.sign * field.effect)
    refuse_exact(field.residual_sd, used, np.flatnonzero(keep))
    options = {"n_permutations": n_permutations, "seed": seed, "workers": workers}
    said = infer(field, kind=kind, cluster_t=cluster_t, circular=circular, **options)
    p = exceeding(said.maxima, field.t)
    threshold, band_t = (
        critical_value(maxima, alpha) for maxima in (said.maxima, said.residual_maxima)
    )
    above = p <= alpha if said.runs is None else np.abs(field.t) > said.cluster_t
    clusters = cluster_table(field.t, above, percent, field.effect, circular, asked.directions)
    clusters["p"] = _cluster_p(clusters, field.t, p, said, kind)
    g = asked.hedges_g(field.effect, field.residual_sd, field.df, keep)
    detectable = threshold * float(np.median(field.error))
    cycles = asked.curves if circular else None
    limits = say_limits(asked, used, variances, detectable, alpha, cycles, unit(variable))
    return CurveComparison(
        **result,
        difference=close(field.effect),
        error=close(field.error),
        t=close(field.t),
        band_low=close(field.effect - band_t * field.error),
        band_high=close(field.effect + band_t * field.error),
        g=None if g is None else close(g),
        p=close(p),
        threshold=threshold,
        band_t=band_t,
        clusters=clusters,
        df=field.df,
        cluster_t=said.cluster_t,
        relabelings=said.maxima.size,
        exact=said.exact,
        method=describe(asked, said, variances, kind, alpha, seed, percent, circular),
        warnings=(*asked.said, *limits),
    )


def _check_options(kind, cluster_t, variances, n_permutations, alpha, seed, workers) -> None:
    if kind not in KINDS:
        raise DataError(f"kind is {plain(kind)!r}. Expected one of {', '.join(KINDS)}.")
    if variances not in ("pooled", "separate"):
        raise DataError(f"variances is {plain(variances)!r}. Expected 'pooled' or 'separate'.")
    share = "a share between 0 and 1, such as 0.05"
    check_number("alpha", alpha, lambda x: 0 < x < 1, share)
    least = int(np.ceil(1 / alpha - 1e-6))
    enough = f"a whole number of {least:,} or more, or p could not reach {alpha:g}; 10,000 is usual"
    check_whole("n_permutations", n_permutations, least, enough)
    check_whole("seed", seed, 0, "a whole number, 0 or more")
    check_whole("workers", workers, 1, "1 thread or more")
    if cluster_t is None:
        return
    if kind == "max-t":
        raise DataError(
            "cluster_t is for clusters. Choose kind='cluster-mass' or 'cluster-extent', or leave "
            "it out."
        )
    check_number("cluster_t", cluster_t, lambda x: 0 < x < np.inf, "a |t| above 0, such as 2.7")


def _region(region: tuple[float, float], circular: bool) -> tuple[np.ndarray, bool]:
    """Which of the 101 points are looked at, and whether the last is followed by the first."""
    wrong = DataError(
        f"region is {plain(region)!r}. Expected (from, to) in percent of the gait cycle, from "
        "below to, both within 0 and 100."
    )
    try:
        low, high = (float(limit) for limit in region)
    except (TypeError, ValueError):
        raise wrong from None
    if not 0 <= low < high <= 100:
        raise wrong
    percent = np.arange(N_POINTS)
    circular = bool(circular) and (low, high) == (0.0, 100.0)
    keep = (percent >= low) & (percent <= high) & ~(circular & (percent == 100))
    if keep.sum() < 2:
        raise DataError(f"region {region!r} holds {keep.sum()} point(s). Expected at least 2.")
    return keep, circular


def _cluster_p(
    clusters: pd.DataFrame, t: np.ndarray, p: np.ndarray, said: Inference, kind: str
) -> np.ndarray:
    if kind == "max-t":
        return np.array([p[t == peak].min() for peak in clusters["peak_t"]], float)
    measure = clusters["size" if kind == "cluster-extent" else "mass"]
    return exceeding(said.runs, measure.to_numpy(float))
