"""Several measures of posture as one number, with what it is worth: optional, never a default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from glutelab.contrasts.caveats import say_simulated
from glutelab.contrasts.choices import list_names
from glutelab.contrasts.numbers import why_no_numbers
from glutelab.contrasts.rows import (
    PERSON,
    at_speed,
    find_column,
    is_number,
    listed,
    refuse_infinite,
)
from glutelab.contrasts.tables import check_table
from glutelab.contrasts.wording import counted, put_under
from glutelab.errors import DataError
from glutelab.models.posture import POSTURES, relaxed_sign

__all__ = ["PostureComposite", "posture_composite"]

FEWEST = 8  # runners


@dataclass(frozen=True, eq=False, repr=False)
class PostureComposite:
    """Several measures of posture as one number; an index made at home, never a default.

    Prints as sentences.

    Attributes
    ----------
    scores : DataFrame
        ``cohort`` (if there), ``runner_id``, ``posture_composite``: mean 0, standard deviation 1,
        more is more relaxed. Merge it with the runner means to use it as a posture.
    loadings : DataFrame
        ``posture, weight`` (of the z-score in the component), ``loading`` (correlation with the
        component) and ``turned``: whether its sign was turned so that more is more relaxed.
    explained_pct : float
        Of the variance of the z-scores.
    alpha, omega : float
        Cronbach's alpha of the z-scores; McDonald's omega of one common factor (three measures or
        more, else NaN).
    n_runners : int
    warnings : tuple of str
    """

    scores: pd.DataFrame
    loadings: pd.DataFrame
    explained_pct: float
    alpha: float
    omega: float
    n_runners: int
    warnings: tuple[str, ...]

    def sentences(self) -> str:
        """Loadings and reliability in words."""
        return " ".join(self._lines())

    def _lines(self) -> list[str]:
        parts = ", ".join(
            f"{row.posture} {row.loading:+z.2f}" for row in self.loadings.itertuples()
        )
        omega = f"McDonald's omega {self.omega:.2f}" if np.isfinite(self.omega) else "no omega"
        return [
            f"A composite of {len(self.loadings)} measures of posture in {self.n_runners} runners "
            f"(first principal component, {self.explained_pct:.0f} % of the variance; more is more "
            "relaxed).",
            f"Loadings: {parts}.",
            f"Reliability: Cronbach's alpha {self.alpha:.2f}, {omega}.",
            *self.warnings,
        ]

    def __repr__(self) -> str:
        told, *more = self._lines()
        return put_under(told, more)


def posture_composite(
    runners: pd.DataFrame, names: Sequence[str], *, speed_m_s: float | None = None
) -> PostureComposite:
    """First principal component of z-scores of several measures, with what it is worth.

    Measures enter in the direction of relaxed hip flexors (`POSTURES`); one that is not listed
    there enters as it is. Cronbach's alpha: doi 10.1007/BF02310555. McDonald's omega
    (doi 10.4324/9781410601087) from one factor by iterated principal axes.

    Parameters
    ----------
    runners : DataFrame
        From `runner_means`; rows of both sides where there are any.
    names : sequence of str
        Two measures or more.
    speed_m_s : float, optional
        Needed if one of the measures changes with speed.

    Returns
    -------
    PostureComposite

    Raises
    ------
    DataError
        For fewer than two measures or eight runners with all of them, for a measure that is the
        same in all, or that is given by the others (running tilt from standing is running tilt
        less standing tilt), or if speeds would be pooled.

    Examples
    --------
    >>> from glutelab.simulate import simulate_runners
    >>> names = ["standing_pelvic_tilt_deg", "pelvic_tilt_mean_deg", "thomas_test_deg"]
    >>> found = posture_composite(simulate_runners(40, seed=1), names, speed_m_s=3.5)
    >>> found.loadings["loading"].round(2).tolist()
    [0.93, 0.94, 0.06]
    >>> "thomas_test_deg hardly goes with the others" in found.sentences()
    True
    """
    table = check_table(runners)
    names = _check_names(table, names)
    rows = _one_per_runner(table, names, speed_m_s)
    whole = rows[rows[names].notna().all(axis=1)]
    _refuse(whole, names)
    turned = np.array([relaxed_sign(name) for name in names])
    values = whole[names].to_numpy(float) * turned
    z = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    r = np.corrcoef(z.T)
    sizes, vectors = np.linalg.eigh(r)
    if sizes[0] < 1e-9:
        raise DataError(
            f"{listed(names)}: one is given by the others (running tilt from standing is running "
            "tilt less standing tilt). Leave one of them out."
        )
    weight = vectors[:, -1]
    total = weight.sum()
    weight = weight * np.sign(total if abs(total) > 1e-9 else weight[0])
    score = z @ weight
    loadings = pd.DataFrame(
        {
            "posture": names,
            "weight": weight,
            "loading": weight * np.sqrt(sizes[-1]),
            "turned": turned < 0,
        }
    )
    who = [name for name in PERSON if name in runners]
    scores = whole[who].assign(posture_composite=score / score.std(ddof=1))
    alpha, omega = _alpha(r), _omega(r)
    notes = say_simulated(table) + _notes(rows, whole, loadings, alpha)
    return PostureComposite(
        scores.reset_index(drop=True),
        loadings,
        float(100 * sizes[-1] / len(names)),
        alpha,
        omega,
        len(whole),
        tuple(notes),
    )


def _check_names(runners: pd.DataFrame, names: Sequence[str]) -> list[str]:
    names = list_names(names, "names")
    if len(names) < 2 or len(set(names)) < len(names):
        raise DataError(
            f"a composite of {listed(names)}. Expected two measures or more, each once."
        )
    for name in names:
        if name in POSTURES and (name not in runners or runners[name].isna().all()):
            raise DataError(f"{name} was not measured in this cohort. Leave it out.")
        if not is_number(find_column(runners, name, "a composite of")):
            raise DataError(why_no_numbers(runners, name, use="posture"))
        refuse_infinite(runners, name)
    return names


def _one_per_runner(
    runners: pd.DataFrame, names: list[str], speed_m_s: float | None
) -> pd.DataFrame:
    """Both sides' mean at one speed; a standing trial is the same at each."""
    rows = runners
    if "side" in rows and (rows["side"] == "both").any():
        rows = rows[rows["side"] == "both"]
    if speed_m_s is not None:
        rows = at_speed(rows, speed_m_s)
    each = rows.groupby(PERSON)[names]
    size = rows[names].abs().max()
    changing = [
        name for name, span in (each.max() - each.min()).max().items() if span > 1e-9 * size[name]
    ]
    if changing:
        raise DataError(
            f"{listed(changing)} differs between the rows of a runner. Choose one speed, for "
            "example speed_m_s=3.5, and one slope and side."
        )
    return each.first().reset_index()


def _refuse(whole: pd.DataFrame, names: list[str]) -> None:
    if len(whole) < FEWEST:
        raise DataError(
            f"cannot tell: {counted(len(whole), 'runner')} with all of {listed(names)}. Expected "
            f"{FEWEST} or more."
        )
    for name in names:
        column = whole[name].to_numpy(float)
        if np.ptp(column) <= 1e-12 * np.abs(column).max():
            raise DataError(f"{name} is {column[0]:g} in all runners. Leave it out.")


def _alpha(r: np.ndarray) -> float:
    """Standardized: from the mean correlation."""
    k = len(r)
    mean = (r.sum() - k) / (k * (k - 1))
    return float(k * mean / (1 + (k - 1) * mean))


def _omega(r: np.ndarray) -> float:
    """Share of the variance of the sum of z-scores that one common factor accounts for."""
    if len(r) < 3:
        return np.nan
    shared = 1 - 1 / np.diag(np.linalg.inv(r))
    for _ in range(500):
        reduced = r - np.diag(1 - shared)
        sizes, vectors = np.linalg.eigh(reduced)
        loading = vectors[:, -1] * np.sqrt(max(sizes[-1], 0.0))
        new = np.minimum(loading**2, 1.0)
        if np.abs(new - shared).max() < 1e-10:
            break
        shared = new
    common = loading.sum() ** 2
    return float(common / (common + (1 - new).sum()))


def _notes(rows, whole, loadings, alpha: float) -> list[str]:
    notes = []
    lost = len(rows) - len(whole)
    if lost:
        notes.append(f"Left out, a measure is missing: {lost} of {len(rows)} runners.")
    if alpha < 0.7:
        notes.append(
            f"The measures hardly measure one thing (alpha {alpha:.2f}, usual demand 0.70): look "
            "at each of them instead."
        )
    against = loadings.loc[loadings["loading"] <= -0.3, "posture"]
    if len(against):
        notes.append(
            f"{listed(against)} runs against the others: these measures have no common direction, "
            "and more of the composite does not mean more relaxed."
        )
    weak = loadings.loc[loadings["loading"].abs() < 0.3, "posture"]
    if len(weak):
        notes.append(f"{listed(weak)} hardly goes with the others (loading below 0.3).")
    return notes
