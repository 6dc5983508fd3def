"""What a curve of specifications says: shares, medians, which choice matters, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.wording import counted
from glutelab.models.specification.plan import CHOICES
from glutelab.style import print_p

__all__ = ["judge", "list_sentences", "rank_choices", "summarize"]

NAMES = {
    "posture": "the posture measure",
    "outcome": "the unit of cost",
    "covariates": "the covariates",
    "outliers": "the outlier rule",
    "speed": "the speed",
}
ALPHA = 0.05
NEARLY_ALL = 0.9  # specifications that show the same: it does not depend on the analyst


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
    """Whether the answer hangs on the analyst, in a few sentences.

    Where the whole curve is no more extreme than chance makes it, nothing was found, whatever some
    specifications would report. "It depends on the analyst" is said where specifications contradict
    each other, or where many of them do not show what others do.
    """
    return " ".join(_verdict(table, permutation))


def _verdict(table: pd.DataFrame, permutation: pd.DataFrame | None) -> list[str]:
    known = table[table["answerable"]]
    n = len(known)
    if not n:
        return ["Cannot tell: no specification has an answer."]
    above = int((known["standardized_low"] > 0).sum())
    below = int((known["standardized_high"] < 0).sum())
    positive = int((known["standardized"] > 0).sum())
    extreme, whole = _whole_curve(permutation)
    if whole and not extreme:
        said = [f"Cannot tell: {whole[0].lower()}{whole[1:]}", _still(n, above, below)]
    else:
        said = [_count(n, above, below)]
    if not (above or below):
        said.append(
            "That is not yet evidence that there is none: the intervals show what may still be "
            "there."
        )
    side, many = ("worse", positive) if 2 * positive > n else ("better", n - positive)
    if n > 1 and max(above, below) < n:
        said.append(f"{many} of {n} estimates are on the side of {side} economy.")
    return [*said, whole] if extreme else said


def _count(n: int, above: int, below: int) -> str:
    """How many find something, where chance is not known to do as much."""
    if above and below:
        return (
            f"It depends on the analyst: {below} of {n} would report better economy with a more "
            f"relaxed posture, and {above} worse economy."
        )
    count, what = max(above, below), "worse" if above else "better"
    if not count:
        many = f"None of {n} specifications finds" if n > 1 else "It does not find"
        return f"{many} an association."
    found = f"{what} economy with a more relaxed posture"
    if count == n:
        return f"All {n} specifications find {found}." if n > 1 else f"It finds {found}."
    if count >= NEARLY_ALL * n:
        return f"{count} of {n} specifications find {found}, the other {n - count} cannot tell."
    return (
        f"It depends on the analyst: {count} of {n} would report {found}, the other {n - count} "
        "could not tell."
    )


def _still(n: int, above: int, below: int) -> str:
    """How many would report something that chance makes as well."""
    if not (above or below):
        return f"None of {n} analyses finds an association." if n > 1 else "It finds none."
    first, second = (below, "better"), (above, "worse")
    (count, what), other = (first, second) if below else (second, (0, ""))
    found = f"{what} economy with a more relaxed posture"
    if count == n:
        who = f"all {n} analyses" if n > 1 else "this analysis"
        return f"Still, {who} would report {found}: where posture is shuffled, that is not rare."
    and_other = f", and {other[0]} {other[1]}" if other[0] else ""
    return (
        f"Still, {count} of {n} analyses would report {found}{and_other}: such a finding would "
        "depend on the analyst."
    )


def _whole_curve(permutation: pd.DataFrame | None) -> tuple[bool, str]:
    """Whether the curve is more extreme than chance makes it, and the sentence that says so."""
    if permutation is None or permutation.empty:
        return False, ""
    row = permutation.set_index("statistic").loc["mean_z"]
    p = print_p(row["p"])
    extreme = bool(row["p"] <= ALPHA)
    how = "more" if extreme else "no more"
    return extreme, (
        f"Taken as a whole, the curve is {how} extreme than chance makes it (mean z "
        f"{row['observed']:+z.2f}, {row['null_low']:+z.2f} to {row['null_high']:+z.2f} where "
        f"posture is shuffled over runners, {p}, {row['n_permutations']:.0f} shuffles)."
    )


def list_sentences(table, choices, permutation, warnings) -> list[str]:
    """All that has to be said of a curve, a sentence each."""
    known = table[table["answerable"]]
    said = _verdict(table, permutation)
    if len(known):
        value, pct = known["standardized"], known["pct"]
        median, low, high = value.median(), value.min(), value.max()
        percent = f"{pct.median():+z.1f} % of cost ({pct.min():+z.1f} to {pct.max():+z.1f} %)"
        said.append(
            "Per standard deviation of a more relaxed posture cost changes by "
            f"{median:+z.2f} standard deviations in the median ({low:+z.2f} to {high:+z.2f}), "
            f"which is {percent}."
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
        verb = "has" if len(lost) == 1 else "have"
        said.append(f"{len(lost)} of {len(table)} specifications {verb} no answer.")
        counts = lost["reason"].value_counts()
        said += [f"{_counted_reason(*pair)}." for pair in counts.head(3).items()]
    return [*said, *warnings, "These are associations."]


def _counted_reason(reason: str, count: int) -> str:
    return f"{reason.rstrip('.')} ({counted(count, 'specification')})"
