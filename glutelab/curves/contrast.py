"""What was asked, as arrays that can be fitted: two groups, pairs, or a dose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.curves.design import choose_groups, covariate_matrix, is_dose, is_paired, pair_up
from glutelab.curves.rows import find_column
from glutelab.errors import DataError

__all__ = ["Contrast", "make_contrast"]


@dataclass(frozen=True)
class Contrast:
    """One comparison, ready to be fitted.

    Attributes
    ----------
    form : {"groups", "pairs", "dose"}
    name : str
        ``"elite - recreational"`` or ``"per standing_pelvic_tilt_deg"``.
    rows : DataFrame
        One row per runner.
    curves : ndarray, shape (n_runners, 101)
        Mean curves, or their differences for pairs.
    design : ndarray, shape (n_runners,)
    covariates : ndarray, shape (n_runners, n_columns)
    scheme : {"groups", "signs", "order"}
        How runners are relabeled.
    directions : tuple of str
        What positive and negative t mean.
    n : dict
        Runners per group.
    labels : ndarray or None
        Group of each runner.
    means : dict
        Mean curve per group.
    pair_sd : ndarray or None
        For pairs: root of the mean of the two variances.
    notes : list of str
        Who was left out.
    """

    form: str
    name: str
    rows: pd.DataFrame
    curves: np.ndarray
    design: np.ndarray
    covariates: np.ndarray
    scheme: str
    directions: tuple[str, str]
    n: dict[str, int]
    labels: np.ndarray | None = None
    means: dict[str, np.ndarray] = field(default_factory=dict)
    pair_sd: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)

    def parts(self, curves: np.ndarray) -> dict[str, np.ndarray]:
        """The curves of each group; of all runners if there are no groups."""
        if self.labels is None:
            return {next(iter(self.n)): curves}
        return {name: curves[self.labels == name] for name in self.n}

    def hedges_g(
        self, effect: np.ndarray, residual_sd: np.ndarray, df: int, keep: np.ndarray
    ) -> np.ndarray | None:
        """Standardized difference with the small-sample factor 1 - 3 / (4 df - 1).

        Parameters
        ----------
        effect, residual_sd : ndarray, shape (n_points,)
        df : int
        keep : ndarray of bool, shape (101,)

        Returns
        -------
        ndarray, shape (n_points,), or None
            None for a dose.
        """
        if self.form == "dose":
            return None
        if self.form == "pairs":
            residual_sd, df = self.pair_sd[keep], 2 * len(self.rows) - 2
        return effect / residual_sd * (1 - 3 / (4 * df - 1))


def make_contrast(
    rows: pd.DataFrame,
    curves: np.ndarray,
    by: str,
    *,
    groups,
    paired: bool | None,
    adjust_for: tuple[str, ...],
    variances: str,
) -> Contrast:
    """Find out what was asked.

    Parameters
    ----------
    rows : DataFrame
        From `choose_rows`.
    curves : ndarray, shape (n_curves, 101)
    by, groups, paired, adjust_for, variances
        As in `compare_curves`.

    Returns
    -------
    Contrast
    """
    values = find_column(rows, by, "by")
    if is_dose(values, groups):
        if paired:
            raise DataError(
                f"{by} is taken as a dose, which is between runners. For a change within runners "
                "name two of its values in groups."
            )
        _refuse_separate(variances, f"{by} is a dose")
        return _dose(rows, curves, by, adjust_for)
    labels, names, notes = choose_groups(values, groups)
    if is_paired(rows, labels, by, paired):
        _refuse_separate(variances, "pairs have one variance, that of their differences")
        if adjust_for:
            raise DataError(
                f"the same runners are in both groups of {by}: each is its own control, and "
                "adjust_for has nothing to do. Leave it out."
            )
        return _pairs(rows, labels, names, curves, by, notes)
    if adjust_for:
        _refuse_separate(variances, "covariates are fitted with one residual variance")
    return _groups(rows, labels, names, curves, by, adjust_for, notes)


def _refuse_separate(variances: str, why: str) -> None:
    if variances == "separate":
        raise DataError(f"variances='separate' is for two groups without covariates, but {why}.")


def _groups(rows, labels, names, curves, by, adjust_for, notes) -> Contrast:
    order = np.concatenate([np.flatnonzero(labels == name) for name in names])
    n = {_text(name): int((labels == name).sum()) for name in names}
    for name, count in n.items():
        if count < 2:
            raise DataError(
                f"group {name} of {by} has {count} runner. Expected at least 2 (some 10 to find "
                "anything): one runner shows no spread between runners."
            )
    first, second = n
    words = np.repeat([first, second], [n[first], n[second]])
    rows, curves = rows.iloc[order].reset_index(drop=True), curves[order]
    design = (words == first).astype(float)
    return Contrast(
        form="groups",
        name=f"{first} - {second}",
        rows=rows,
        curves=curves,
        design=design,
        covariates=covariate_matrix(rows, adjust_for, design, by),
        scheme="order" if adjust_for else "groups",
        directions=(f"{first} > {second}", f"{first} < {second}"),
        n=n,
        labels=words,
        means={name: curves[words == name].mean(axis=0) for name in n},
        notes=notes,
    )


def _pairs(rows, labels, names, curves, by, notes) -> Contrast:
    rows, first, second, lone = pair_up(rows, labels, names, curves)
    if len(rows) < 2:
        raise DataError(f"{len(rows)} runner in both groups of {by}. Expected at least 2.")
    words = [_text(name) for name in names]
    return Contrast(
        form="pairs",
        name=f"{words[0]} - {words[1]}",
        rows=rows,
        curves=first - second,
        design=np.ones(len(rows)),
        covariates=np.zeros((len(rows), 0)),
        scheme="signs",
        directions=(f"{words[0]} > {words[1]}", f"{words[0]} < {words[1]}"),
        n={"pairs": len(rows)},
        means={words[0]: first.mean(axis=0), words[1]: second.mean(axis=0)},
        pair_sd=np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2),
        notes=notes + lone,
    )


def _dose(rows, curves, by, adjust_for) -> Contrast:
    known = rows[by].notna().to_numpy()
    notes = []
    if not known.all():
        who = ", ".join(rows.loc[~known, "runner_id"].astype(str).head(6))
        notes = [f"Left out, {by} not known: {int((~known).sum())} ({who})."]
    rows, curves = rows[known].reset_index(drop=True), curves[known]
    dose = rows[by].to_numpy(float)
    if len(rows) < 4:
        raise DataError(f"{by} is known of {len(rows)} runners. Expected at least 4.")
    if not np.isfinite(dose).all():
        raise DataError(f"{by} is infinite for some runner.")
    if np.ptp(dose) <= 1e-9 * np.abs(dose).max():
        raise DataError(f"{by} is the same for all runners, so nothing can depend on it.")
    return Contrast(
        form="dose",
        name=f"per {by}",
        rows=rows,
        curves=curves,
        design=dose,
        covariates=covariate_matrix(rows, adjust_for, dose, by),
        scheme="order",
        directions=(f"rises with {by}", f"falls with {by}"),
        n={"runners": len(rows)},
        notes=notes,
    )


def _text(name: object) -> str:
    return f"{name:g}" if isinstance(name, float | np.floating) else str(name)
