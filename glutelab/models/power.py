"""What so many runners can and cannot find, before the result is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from glutelab.contrasts.choices import check_confidence
from glutelab.contrasts.estimate import MOST, detectable_r, runners_for_r
from glutelab.errors import DataError
from glutelab.models.economy.limits import WORTHWHILE
from glutelab.models.squares import fit_squares
from glutelab.simulate import simulate_runners
from glutelab.simulate.calibration import COST

__all__ = ["economy_power", "simulated_power"]

SMALLEST_PCT = WORTHWHILE["energy_cost_j_kg_m"]


def economy_power(
    n_runners: int | Sequence[int],
    n_speeds: int = 1,
    *,
    n_covariates: int = 0,
    reliability: float = 1.0,
    mean_j_kg_m: float = COST["mean_j_kg_m"],
    runners_sd_j_kg_m: float = COST["runners_sd"],
    trials_sd_j_kg_m: float = COST["trials_sd"],
    smallest_pct: float = SMALLEST_PCT,
    power: float = 0.80,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Smallest association between posture and cost that so many runners find.

    Between runners, in closed form by Fisher's z. More speeds make each runner's cost more sure;
    they add no runners, and as runners differ far more than their trials do, they help little.

    Parameters
    ----------
    n_runners : int or sequence of int
        One row of the result each.
    n_speeds : int
        Trials of each runner.
    n_covariates : int
        Columns that are adjusted for; each costs one runner.
    reliability : float
        Of the posture measure, 0 to 1; 1 is without error. Thomas test: 0.30 to 0.65 between two
        examiners, by goniometer (PMC4560013); other instruments repeat better.
    mean_j_kg_m, runners_sd_j_kg_m, trials_sd_j_kg_m : float
        Energy cost: mean, standard deviation between runners, and of a runner's trials around
        their level. The defaults are those of `simulate_runners`.
    smallest_pct : float
        Smallest worthwhile change of cost, %; 1.71 for energy, 1.38 for oxygen (Shaw, Ingham, Fudge
        and Folland 2013, Appl Physiol Nutr Metab 38:1268-1272).
    power : float
        Chance to find it.
    confidence : float
        Confidence level; its complement is the two-sided error rate.

    Returns
    -------
    DataFrame
        ``n_runners, n_speeds, n_covariates, reliability, power``; ``detectable_r`` of posture as
        recorded; ``detectable_true_r`` of posture without error (missing if even 1 would be too
        small); ``detectable_j_kg_m`` and ``detectable_pct`` of cost per standard deviation of the
        recorded posture; ``smallest_pct``, ``power_for_smallest`` if one standard deviation of true
        posture went with so much, ``runners_for_smallest``; and ``says``, a sentence.

    Raises
    ------
    DataError
        If a number cannot be.

    Examples
    --------
    >>> economy_power([62, 194])["detectable_r"].round(2).tolist()
    [0.35, 0.2]
    >>> print(economy_power(30).loc[0, "says"])
    30 runners find r = 0.49 or more (80 % power): 2.9 % of cost per standard deviation of posture.
    Of 1.7 %, the smallest worthwhile, 35 % of such studies would find it; 90 runners are needed.
    """
    _check(n_speeds, n_covariates, reliability, power, confidence, smallest_pct)
    if not (mean_j_kg_m > 0 and runners_sd_j_kg_m > 0 and trials_sd_j_kg_m >= 0):
        raise DataError("the mean and the standard deviations of cost have to be positive.")
    spread = np.hypot(runners_sd_j_kg_m, trials_sd_j_kg_m / np.sqrt(n_speeds))
    to_pct = 100 * spread / mean_j_kg_m
    alpha = 1 - confidence
    smallest_r = float(np.sqrt(reliability) * smallest_pct / to_pct)
    needed = _runners(smallest_r, power, alpha, n_covariates)
    rows = []
    for n in np.atleast_1d(n_runners):
        n = _whole(n, n_covariates)
        r = detectable_r(n, n_covariates, alpha, power)
        true_r = r / np.sqrt(reliability) if reliability > 0 else np.inf
        row = {
            "n_runners": n,
            "n_speeds": n_speeds,
            "n_covariates": n_covariates,
            "reliability": reliability,
            "power": power,
            "detectable_r": r,
            "detectable_true_r": true_r if true_r < 1 else np.nan,
            "detectable_j_kg_m": r * spread,
            "detectable_pct": r * to_pct,
            "smallest_pct": smallest_pct,
            "power_for_smallest": _power(smallest_r, n, alpha, n_covariates),
            "runners_for_smallest": needed,
        }
        rows.append({**row, "says": _says(row)})
    return pd.DataFrame(rows).astype({"runners_for_smallest": "Int64"})


def _check(n_speeds, n_covariates, reliability, power, confidence, smallest_pct) -> None:
    if n_speeds < 1 or int(n_speeds) != n_speeds or n_covariates < 0:
        raise DataError(f"n_speeds={n_speeds}, n_covariates={n_covariates}. Expected 1, 0 or more.")
    if not 0 < reliability <= 1:
        raise DataError(f"reliability={reliability}. Expected more than 0, up to 1.")
    if not smallest_pct > 0:
        raise DataError(f"smallest_pct={smallest_pct}. Expected more than 0.")
    check_confidence("power", power, 0.8)
    check_confidence("confidence", confidence)


def _whole(n, n_covariates: int) -> int:
    fewest = 5 + n_covariates
    if not np.isfinite(n) or int(n) != n or n < fewest:
        raise DataError(
            f"n_runners={n}, {n_covariates} covariates. Expected whole numbers, {fewest} or more."
        )
    return int(n)


def _power(r: float, n: int, alpha: float, k: int) -> float:
    shift, edge = np.arctanh(min(r, 1 - 1e-12)) * np.sqrt(n - 3 - k), ndtri(1 - alpha / 2)
    return float(ndtr(shift - edge) + ndtr(-shift - edge))


def _runners(r: float, power: float, alpha: float, k: int) -> int:
    if r >= 1:
        return 5 + k
    needed = runners_for_r(r, k, alpha, power)
    if needed > MOST:
        raise DataError(f"it takes more than {MOST:,} runners to find so small an association.")
    return max(5 + k, int(needed))


def _says(row: Mapping) -> str:
    weak = ""
    if row["reliability"] < 1:
        true = row["detectable_true_r"]
        weak = " (no true association is strong enough)"
        if np.isfinite(true):
            weak = f" (a true {true:.2f}, as the measure's reliability is {row['reliability']:.2f})"
    return (
        f"{row['n_runners']} runners find r = {row['detectable_r']:.2f} or more{weak} "
        f"({100 * row['power']:g} % power): {row['detectable_pct']:.1f} % of cost per standard "
        f"deviation of posture. Of {row['smallest_pct']:.1f} %, the smallest worthwhile, "
        f"{100 * row['power_for_smallest']:.0f} % of such studies would find it; "
        f"{row['runners_for_smallest']} runners are needed."
    )


def simulated_power(
    n_runners: int,
    speeds_m_s: Sequence[float] = (2.5, 3.5, 4.5),
    *,
    effects: Mapping | None = None,
    measurement_error: Mapping[str, float] | None = None,
    posture: str = "standing_pelvic_tilt_deg",
    studies: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How often simulated studies find what was planted; the check of `economy_power`.

    Each study is analyzed by its runner means over all speeds, adjusted for the level, with HC3
    standard errors; with all runners at all speeds that is the between-runner part of the mixed
    model.

    Parameters
    ----------
    n_runners : int
    speeds_m_s : sequence of float
    effects, measurement_error : mapping, optional
        What is planted, as in `simulate_runners`.
    posture : str
        A measure of the runner that does not change with speed.
    studies, seed : int
    confidence : float

    Returns
    -------
    DataFrame
        One row: ``n_runners, n_speeds, studies, truth_j_kg_m_deg`` (what this posture is expected
        to show; the truth of standing pelvic tilt, else missing), ``mean_j_kg_m_deg``,
        ``share_found`` (power, or false positives if nothing was planted), ``share_found_se``,
        ``share_covered`` (intervals that hold the truth), ``simulated``.

    Examples
    --------
    >>> none = {"hip_extension_on_cost_j_kg_m": 0.0}
    >>> found = simulated_power(30, [3.5], effects=none, studies=400, seed=1)
    >>> bool(0.02 < found.loc[0, "share_found"] < 0.08)
    True
    """
    if studies < 10:
        raise DataError(f"studies={studies}. Expected 10 or more.")
    table = simulate_runners(
        n_runners,
        studies=studies,
        speeds_m_s=speeds_m_s,
        effects=effects,
        measurement_error=measurement_error,
        seed=seed,
    )
    if posture not in table or not pd.api.types.is_float_dtype(table[posture]):
        raise DataError(f"posture {posture!r} is not simulated as a number.")
    shape = (studies, n_runners, -1)
    x, y = (
        table[name].to_numpy(float).reshape(shape).mean(axis=2)
        for name in (posture, "energy_cost_j_kg_m")
    )
    level_word = table["level"].to_numpy(str).reshape(shape)[:, :, 0]
    words = np.unique(level_word)[1:]
    parts = [np.ones_like(x), *(1.0 * (level_word == word) for word in words), x - x.mean()]
    fits = fit_squares(np.stack(parts, axis=-1), y, np.ones(x.shape, bool), len(parts) - 1)
    found = float((fits.p < 1 - confidence).mean())
    truth = np.nan
    if posture == "standing_pelvic_tilt_deg":
        truth = table.attrs["truth"]["expected_total_j_kg_m"]
    covered = np.abs(fits.value - truth) <= fits.half_width(confidence)
    row = {
        "n_runners": n_runners,
        "n_speeds": table["speed_m_s"].nunique(),
        "studies": studies,
        "truth_j_kg_m_deg": truth,
        "mean_j_kg_m_deg": float(fits.value.mean()),
        "share_found": found,
        "share_found_se": float(np.sqrt(found * (1 - found) / studies)),
        "share_covered": float(covered.mean()) if np.isfinite(truth) else np.nan,
        "simulated": True,
    }
    return pd.DataFrame([row])
