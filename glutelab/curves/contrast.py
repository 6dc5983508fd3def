"""What was asked, as arrays that can be fitted: two groups, pairs, or a dose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import (
    find_caveats,
    refuse_same_person,
    say_simulated,
    too_few,
    why_no_answer,
)
from glutelab.contrasts.choices import plain
from glutelab.contrasts.covariates import covariate_columns, leave_alone
from glutelab.contrasts.membership import DOSE, form_groups, is_paired, refuse_repeats
from glutelab.contrasts.rows import PERSON, distinct, has_all, left_out
from glutelab.errors import DataError
from glutelab.selection import ENOUGH

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
        One row per runner, in an order that depends on the curves alone, so that names, the order
        of rows, and which group is named first change no random number.
    curves : ndarray, shape (n_runners, 101)
        Mean curves, or their differences for pairs.
    design : ndarray, shape (n_runners,)
        1 for the group whose rows come first, and 0; the dose; or ones for pairs.
    sign : float
        -1 if the group whose rows come first is the second of `name`, else 1.
    scheme : {"groups", "signs", "order"}
        How runners are relabeled.
    directions : tuple of str
        What positive and negative t mean.
    n : dict
        Runners per group.
    reason : str
        Why the runners cannot answer; empty if they can.
    said : list of str
        What a reader has to know of the runners, and who was left out; the reason first.
    covariates : ndarray, shape (n_runners, n_columns)
    covariate_names : list of str
        Without those that are the same for all.
    labels : ndarray or None
        Group of each runner.
    means : dict
        Mean curve per group.
    pair_sd : ndarray or None
        For pairs: root of the mean of the two variances.
    """

    form: str
    name: str
    rows: pd.DataFrame
    curves: np.ndarray
    design: np.ndarray
    sign: float
    scheme: str
    directions: tuple[str, str]
    n: dict[str, int]
    reason: str
    said: list[str]
    covariates: np.ndarray
    covariate_names: list[str] = field(default_factory=list)
    labels: np.ndarray | None = None
    means: dict[str, np.ndarray] = field(default_factory=dict)
    pair_sd: np.ndarray | None = None

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
    marker: str,
    *,
    groups,
    paired: bool | None,
    adjust_for: list[str],
    variances: str,
    absent: str,
) -> Contrast:
    """Find out what was asked, and whether these runners can answer.

    Parameters
    ----------
    rows : DataFrame
        From `choose_rows`.
    curves : ndarray, shape (n_curves, 101)
    by : str
    marker : str
        A column of `rows` that is missing where the curve was not measured.
    groups, paired, adjust_for, variances
        As in `compare_curves`.
    absent : str
        Why there can be no answer, if that is known beforehand.

    Returns
    -------
    Contrast
    """
    labels, names, notes = form_groups(rows, by, groups)
    dose = names == [DOSE]
    if not dose and len(names) != 2:
        raise DataError(
            f"{by} makes {len(names)} groups. Expected two, the first minus the second: name them, "
            f"for example groups={plain(names[:2])!r}."
        )
    together = is_paired(rows, labels, names, by, paired)
    _refuse_options(by, dose, together, adjust_for, variances)
    refuse_same_person(rows[labels.notna()])
    refuse_repeats(rows, labels, names)

    needed = [marker, *adjust_for, *([by] if dose else [])]
    reason = absent or why_no_answer(rows, labels, names, by, needed)
    inside = labels.notna() | dose
    complete = (inside & has_all(rows, needed)).to_numpy()
    notes += left_out(f"no {' or '.join(needed)}", rows[inside & ~complete])
    said = say_simulated(rows) if reason else []
    if not complete.all():
        rows, curves, labels = rows[complete], curves[complete], labels[complete]
    if not reason:
        said = find_caveats(rows, labels, names, by)
    thinned = False
    if not reason and (adjust_for or dose):
        design = (labels if dose else labels == names[0]).to_numpy(float)
        keep, alone, rests = leave_alone(rows, adjust_for, design, by)
        rows, curves, labels, thinned = rows[keep], curves[keep], labels[keep], not keep.all()
        notes += alone
    part, lone = (_dose if dose else _pairs if together else _groups)(
        rows, labels, names, curves, by, adjust_for
    )
    n, design = list(part["n"].values()), part["design"]
    columns, used, more = covariate_columns(
        part["rows"], [] if reason else adjust_for, design, by, thinned=thinned
    )
    enough = min(n) >= (4 if dose else 2) and sum(n) > columns.shape[1] + (1 if together else 2)
    if not reason and not enough:
        (reason,) = too_few(n, False, "")
    if not reason and (adjust_for or dose):
        reason = rests
    if not reason and variances == "separate" and min(n) < ENOUGH:
        reason = (
            f"Cannot tell: separate variances need {ENOUGH} runners or more in each group; there "
            f"are {n[0]} and {n[1]}."
        )
    if columns.shape[1]:
        part["scheme"] = "order"
    said = [*([reason] if reason else []), *said, *([] if absent else notes), *lone, *more]
    return Contrast(**part, reason=reason, said=said, covariates=columns, covariate_names=used)


def _refuse_options(by, dose: bool, together: bool, adjust_for: list[str], variances: str) -> None:
    if together and adjust_for:
        raise DataError(
            f"the same runners are in both groups of {by}: each is its own control, and "
            "adjust_for has nothing to do. Leave it out."
        )
    why = (
        f"{by} is a dose"
        if dose
        else "pairs have one variance, that of their differences"
        if together
        else "covariates are fitted with one residual variance"
        if adjust_for
        else ""
    )
    if variances == "separate" and why:
        raise DataError(f"variances='separate' is for two groups without covariates, but {why}.")


def _by_value(curves: np.ndarray, covariates: list[list[str]] | None = None) -> list[int]:
    """Places in order of the curves; of the covariates, where curves are the same."""
    keys = curves.tolist()
    if covariates:
        keys = list(zip(keys, covariates, strict=True))
    return sorted(range(len(keys)), key=keys.__getitem__)


def _groups(rows, labels, names, curves, by, covariates) -> tuple[dict, list[str]]:
    labels, (first, second) = labels.to_numpy(), distinct(names)
    also = rows[covariates].astype(str).to_numpy() if covariates else None
    parts = []
    for name, called in zip(names, (first, second), strict=True):
        places = np.flatnonzero(labels == name)
        places = places[_by_value(curves[places], also[places].tolist() if covariates else None)]
        parts.append((len(places), curves[places].tolist(), called, places))
    n = {called: size for size, _, called, _ in parts}
    means = {called: _mean(curves[places]) for _, _, called, places in parts}
    ordered = sorted(parts, key=lambda part: part[:2])  # the smaller group first
    order = np.concatenate([places for *_, places in ordered])
    words = np.repeat([called for *_, called, _ in ordered], [size for size, *_ in ordered])
    part = {
        "form": "groups",
        "name": f"{first} - {second}",
        "rows": rows.iloc[order].reset_index(drop=True),
        "curves": curves[order],
        "design": (words == ordered[0][2]).astype(float),
        "sign": 1.0 if ordered[0][2] == first else -1.0,
        "scheme": "groups",
        "directions": (f"{first} > {second}", f"{first} < {second}"),
        "n": n,
        "labels": words,
        "means": means,
    }
    return part, []


def _pairs(rows, labels, names, curves, by, covariates) -> tuple[dict, list[str]]:
    who = pd.MultiIndex.from_frame(rows[PERSON])
    places = [pd.Series(np.flatnonzero(labels == name), who[labels == name]) for name in names]
    both = pd.concat(places, axis=1, join="inner")
    lone = left_out("not under both conditions", rows[~who.isin(both.index)])
    first, second = curves[both[0]], curves[both[1]]
    # By what is the same whichever condition is named first.
    size = np.column_stack([first + second, np.abs(first - second)])
    order = _by_value(size)
    rows = rows.iloc[both[0].iloc[order]].reset_index(drop=True)
    first, second, words = first[order], second[order], distinct(names)
    spread = [part.var(axis=0, ddof=1) if len(part) > 1 else np.nan for part in (first, second)]
    part = {
        "form": "pairs",
        "name": f"{words[0]} - {words[1]}",
        "rows": rows,
        "curves": first - second,
        "design": np.ones(len(rows)),
        "sign": 1.0,
        "scheme": "signs",
        "directions": (f"{words[0]} > {words[1]}", f"{words[0]} < {words[1]}"),
        "n": {"pairs": len(rows)},
        "means": {words[0]: _mean(first), words[1]: _mean(second)},
        "pair_sd": np.sqrt((spread[0] + spread[1]) / 2),
    }
    return part, lone


def _dose(rows, labels, names, curves, by, covariates) -> tuple[dict, list[str]]:
    dose = labels.to_numpy(float)
    also = rows[covariates].astype(str).to_numpy().tolist() if covariates else None
    order = _by_value(np.column_stack([dose, curves]), also)
    part = {
        "form": "dose",
        "name": f"per {by}",
        "rows": rows.iloc[order].reset_index(drop=True),
        "curves": curves[order],
        "design": dose[order],
        "sign": 1.0,
        "scheme": "order",
        "directions": (f"rises with {by}", f"falls with {by}"),
        "n": {"runners": len(rows)},
    }
    return part, []


def _mean(curves: np.ndarray) -> np.ndarray:
    return curves.mean(axis=0) if len(curves) else np.full(curves.shape[1], np.nan)
