"""What a curve of specifications says: shares, medians, which choice matters, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.models.specification.plan import CHOICES

__all__ = ["judge", "rank_choices", "sentences", "summarize"]

NAMES = {
    "posture": "the posture measure",
    "outcome": "the unit of cost",
    "covariates": "the covariates",
    "outliers": "the outlier rule",
    "speed": "the speed",
}
ALPHA = 0.05


def summarize(table: pd.DataFrame) -> pd.DataFrame:
    """One row for all specifications, then one for each option of each choice.

    Parameters
    ----------
    table : DataFrame
        One row per specification.

    Returns
    -------
    DataFrame
        ``choice, option, n_specifications, n_answerable, share_positive`` (cost higher with a more
        relaxed posture), ``share_above_zero, share_below_zero`` (whole interval), ``median, lowest,
        highest`` of the standardized association.
    """
    rows = [_one("all", "all", table)]
    for choice in CHOICES:
        for option in table[choice].unique():
            rows.append(_one(choice, option, table[table[choice] == option]))
    return pd.DataFrame(rows)


def _one(choice: str, option: str, part: pd.DataFrame) -> dict:
    known = part[part["answerable"]]
    value = known["standardized"]
    return {
        "choice": choice,
        "option": option,
        "n_specifications": len(part),
        "n_answerable": len(known),
        "share_positive": (value > 0).mean(),
        "share_above_zero": (known["standardized_low"] > 0).mean(),
        "share_below_zero": (known["standardized_high"] < 0).mean(),
        "median": value.median(),
        "lowest": value.min(),
        "highest": value.max(),
    }


def rank_choices(table: pd.DataFrame) -> pd.DataFrame:
    """How much of the differences between specifications each choice alone explains.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        ``choice, n_options, explained_pct`` (variance of the standardized association between
        options, of all variance), most first. What choices do together belongs to none of them.
    """
    known = table[table["answerable"]]
    value = known["standardized"]
    whole = ((value - value.mean()) ** 2).sum()
    rows = []
    for choice in CHOICES:
        fitted = value.groupby(known[choice]).transform("mean")
        share = 100 * ((fitted - value.mean()) ** 2).sum() / whole if whole > 0 else np.nan
        rows.append(
            {"choice": choice, "n_options": known[choice].nunique(), "explained_pct": float(share)}
        )
    return pd.DataFrame(rows).sort_values("explained_pct", ascending=False, ignore_index=True)


def judge(table: pd.DataFrame, permutation: pd.DataFrame | None) -> str:
    """Whether the answer hangs on the analyst, in a sentence or two."""
    known = table[table["answerable"]]
    n = len(known)
    if not n:
        return "Cannot tell: no specification has an answer."
    above = int((known["standardized_low"] > 0).sum())
    below = int((known["standardized_high"] < 0).sum())
    positive = int((known["standardized"] > 0).sum())
    if above and below:
        verdict = (
            f"It depends on the analyst: {below} of {n} would report better economy with a more "
            f"relaxed posture, and {above} worse economy"
        )
    elif above or below:
        what = "worse" if above else "better"
        count = max(above, below)
        verdict = f"All {n} specifications find {what} economy with a more relaxed posture"
        if count < n:
            verdict = (
                f"It depends on the analyst: {count} of {n} would report {what} economy with a "
                f"more relaxed posture, the other {n - count} could not tell"
            )
    else:
        verdict = (
            f"None of {n} specifications finds an association. That is not yet evidence that there "
            "is none: the intervals show what may still be there"
        )
    side, many = ("worse", positive) if 2 * positive > n else ("better", n - positive)
    verdict += f". {many} of {n} estimates are on the side of {side} economy." if n > 1 else "."
    return " ".join(filter(None, [verdict, _whole_curve(permutation)]))


def _whole_curve(permutation: pd.DataFrame | None) -> str:
    if permutation is None or permutation.empty:
        return ""
    row = permutation.set_index("statistic").loc["mean_z"]
    p = "p < 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"
    how = "more" if row["p"] <= ALPHA else "no more"
    return (
        f"Taken as a whole, the curve is {how} extreme than chance makes it (mean z "
        f"{row['observed']:+.2f}, {row['null_low']:+.2f} to {row['null_high']:+.2f} where posture "
        f"is shuffled over runners, {p}, {row['n_permutations']} shuffles)."
    )


def sentences(table, choices, verdict: str, warnings) -> str:
    """All that has to be said of a curve."""
    known = table[table["answerable"]]
    said = [verdict]
    if len(known):
        value, pct = known["standardized"], known["pct"]
        median, low, high = value.median(), value.min(), value.max()
        percent = f"{pct.median():+.1f} % of cost ({pct.min():+.1f} to {pct.max():+.1f} %)"
        said.append(
            "Per standard deviation of a more relaxed posture cost changes by "
            f"{median:+.2f} standard deviations in the median ({low:+.2f} to {high:+.2f}), which "
            f"is {percent}."
        )
    several = choices[(choices["n_options"] > 1) & choices["explained_pct"].notna()]
    if len(several):
        parts = [
            f"{NAMES[row.choice]} ({row.explained_pct:.0f} %)"
            for row in several.head(2).itertuples()
        ]
        said.append(f"What moves the result most: {', then '.join(parts)}.")
    lost = table[~table["answerable"]]
    if len(lost):
        said.append(f"{len(lost)} of {len(table)} specifications have no answer.")
        said += [
            f"{reason.rstrip('.')} ({count})."
            for reason, count in lost["reason"].value_counts().head(3).items()
        ]
    return " ".join([*said, *warnings, "These are associations."])
