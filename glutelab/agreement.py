"""How far our numbers agree with other software and with published values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.datasets import load_published
from glutelab.schema import unit

__all__ = ["compare_with_published", "summarize_agreement", "summarize_kinetic_agreement"]


def summarize_agreement(reference: pd.DataFrame) -> pd.DataFrame:
    """Root mean square difference between two sets of mean curves.

    Parameters
    ----------
    reference : DataFrame
        From `load_reference`: one row per trial, side and variable, with the curves ``visual3d``
        and ``glutelab``, degrees, 101 points each.

    Returns
    -------
    DataFrame
        One row per variable: ``n_curves``; the median, 90th percentile and largest difference
        ``median_deg, p90_deg, largest_deg``; ``shape_median_deg, shape_p90_deg`` after the mean
        difference was taken out; and ``offset_deg``, the median of ours minus theirs. Empty if
        there is no reference.
    """
    numbers = ["median_deg", "p90_deg", "largest_deg", "shape_median_deg", "shape_p90_deg"]
    columns = ["variable", "n_curves", *numbers, "offset_deg"]
    rows = []
    for variable, part in reference.groupby("variable", sort=False):
        difference = np.stack(part["glutelab"].to_list()) - np.stack(part["visual3d"].to_list())
        rmsd = np.sqrt((difference**2).mean(axis=1))
        shape = difference.std(axis=1)
        rows.append(
            {
                "variable": variable,
                "n_curves": len(part),
                "median_deg": np.median(rmsd),
                "p90_deg": np.quantile(rmsd, 0.9),
                "largest_deg": rmsd.max(),
                "shape_median_deg": np.median(shape),
                "shape_p90_deg": np.quantile(shape, 0.9),
                "offset_deg": np.median(difference.mean(axis=1)),
            }
        )
    return pd.DataFrame(rows, columns=columns)


def summarize_kinetic_agreement(reference: pd.DataFrame, phase: str = "stance") -> pd.DataFrame:
    """Difference between two sets of mean moments and powers, as a part of their range.

    Parameters
    ----------
    reference : DataFrame
        From ``load_reference(cohort, "kinetics")``.
    phase : {"stance", "swing"}

    Returns
    -------
    DataFrame
        One row per variable: ``unit, n_curves``; median, 90th percentile and largest root mean
        square difference as a percentage of the published curve's own peak-to-peak range in
        stance, ``median_pct, p90_pct, largest_pct``; median and lowest tenth of the correlation,
        ``median_r, p10_r``; and ``offset``, the median of ours minus theirs. Empty if there is no
        reference.
    """
    numbers = ["median_pct", "p90_pct", "largest_pct", "median_r", "p10_r", "offset"]
    rows = []
    for variable, part in reference.groupby("variable", sort=False):
        single = []
        for row in part.itertuples():
            contact = np.arange(len(row.visual3d)) <= row.contact_pct
            chosen = contact if phase == "stance" else ~contact
            ours, theirs = row.glutelab[chosen], row.visual3d[chosen]
            rmsd = np.sqrt(((ours - theirs) ** 2).mean())
            single.append(
                (
                    100 * rmsd / np.ptp(row.visual3d[contact]),
                    np.corrcoef(ours, theirs)[0, 1],
                    (ours - theirs).mean(),
                )
            )
        percent, r, offset = np.array(single).T
        rows.append(
            {
                "variable": variable,
                "unit": unit(variable),
                "n_curves": len(part),
                "median_pct": np.median(percent),
                "p90_pct": np.quantile(percent, 0.9),
                "largest_pct": percent.max(),
                "median_r": np.median(r),
                "p10_r": np.quantile(r, 0.1),
                "offset": np.median(offset),
            }
        )
    return pd.DataFrame(rows, columns=["variable", "unit", "n_curves", *numbers])


def compare_with_published(runners: pd.DataFrame) -> pd.DataFrame:
    """Means over runners beside the values published for the same cohort.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`.

    Returns
    -------
    DataFrame
        ``measure, speed_m_s, n_runners, here, published, difference_pct, reference``; empty if
        nothing was published for this cohort.
    """
    both = runners[runners["side"] == "both"]
    rows = []
    for cohort in both["cohort"].unique():
        published = load_published("cohort_means")
        for value in published[published["cohort"] == cohort].itertuples():
            here = both.loc[
                (both["cohort"] == cohort) & np.isclose(both["speed_m_s"], value.speed_m_s),
                value.measure,
            ].dropna()
            rows.append(
                {
                    "measure": value.measure,
                    "speed_m_s": value.speed_m_s,
                    "n_runners": len(here),
                    "here": here.mean(),
                    "published": value.published,
                    "difference_pct": 100 * (here.mean() / value.published - 1),
                    "reference": value.reference,
                }
            )
    return pd.DataFrame(rows)
