"""The model of running economy fitted again: without posture, and without each runner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.models.economy.design import Design
from glutelab.models.economy.estimate import estimate, fit_design, has_converged, left_out_rmse
from glutelab.models.economy.limits import Equivalence, Prediction, judge
from glutelab.models.economy.ols import OlsFit
from glutelab.models.mixed.fit import MixedFit

__all__ = ["find_influence", "find_prediction", "name_deciders"]

_COLUMNS = ["cohort", "runner_id", "estimate", "change", "change_se"]
_COLUMNS += ["verdict", "sign_changes", "decides"]


def find_prediction(design: Design | None, fit: OlsFit | MixedFit | None) -> Prediction:
    """Each runner predicted from the others, with and without posture."""
    if design is None:
        return Prediction()
    simpler = design.without(~design.is_posture)
    other = fit_design(simpler, _has_slope(fit))[0]
    if not has_converged(other):
        return Prediction()
    own, without = left_out_rmse(fit), left_out_rmse(other)
    weights = np.bincount(design.runner)
    rmse = [float(np.sqrt(np.average(e**2, weights=weights))) for e in (own, without)]
    better = int((own < without).sum())
    return Prediction(*rmse, 100 * (rmse[0] / rmse[1] - 1), better, design.n_runners)


def find_influence(
    design: Design | None,
    fit: OlsFit | MixedFit | None,
    equivalence: Equivalence,
    confidence: float,
) -> pd.DataFrame:
    """The association between runners without each runner; its verdicts are by t."""
    if design is None:
        return pd.DataFrame(columns=_COLUMNS)
    margin = equivalence.margin / design.terms[0].sd
    value, se, verdict = _verdict(design, fit, margin, confidence)
    rows = []
    for number, who in enumerate(design.people.itertuples(index=False)):
        part = design.without(np.ones(len(design.terms), bool), design.runner != number)
        try:
            again = fit_design(part, _has_slope(fit))[0]
            other, _, said = _verdict(part, again, margin, confidence)
        except (DataError, np.linalg.LinAlgError):
            again, other, said = None, np.nan, "cannot tell"
        if again is not None and not has_converged(again):
            other, said = np.nan, "cannot tell"
        turned = bool(other * value < 0)
        decides = said != verdict or (turned and verdict != "cannot tell")
        rows.append((*who, other, other - value, (other - value) / se, said, turned, decides))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    order = table["change_se"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _has_slope(fit: OlsFit | MixedFit) -> bool:
    return isinstance(fit, MixedFit) and fit.rows.slope is not None


def _verdict(design: Design, fit, margin: float, confidence: float) -> tuple[float, float, str]:
    found = estimate(fit, design.keys, "satterthwaite", 0, 0)
    j = found.at("posture")
    value, half = found.values[j], found.half(j, confidence)
    p = found.equivalence_p(j, margin)
    return value, found.se[j], judge(value - half, value + half, p, 1 - confidence)


def name_deciders(influence: pd.DataFrame) -> str:
    """Whether one runner decides the result."""
    most = influence.iloc[0]
    moved = f"{most['runner_id']} moves it most, by {most['change_se']:+z.1f} standard errors"
    deciders = influence[influence["decides"]]
    if deciders.empty:
        return f"No single runner decides the verdict; {moved}."
    parts = [
        f"{row.runner_id} (then {row.estimate:+.3g}, {row.verdict})"
        for row in deciders.head(3).itertuples()
    ]
    more = f" and {len(deciders) - 3} more" if len(deciders) > 3 else ""
    return f"The verdict rests on single runners: without {', '.join(parts)}{more}; {moved}."
