"""Costs of running that follow from oxygen uptake, exchange ratio and speed of a trial."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.contrasts.wording import counted
from glutelab.economy.equations import EQUATIONS, metabolic_power_w
from glutelab.errors import say

__all__ = ["fill_costs"]

OXYGEN, ENERGY, UPTAKE = "oxygen_cost_ml_kg_km", "energy_cost_j_kg_m", "vo2_ml_kg_min"
RATIO, EQUATION, BASELINE = "respiratory_exchange_ratio", "energy_equation", "energy_baseline"
GROSS, DEFAULT = "gross", "peronnet-massicotte"
AGREES = 0.05  # of a given cost with uptake / speed: rounding, and a belt that is a little off
RATIOS = (0.7, 1.0)  # of fat alone to sugar alone; above, carbon dioxide comes from acid, too
UNCHECKED = "oxygen cost = oxygen uptake / speed; steady state was not checked"


def fill_costs(trials: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Oxygen and energy cost where a trial has uptake and speed; a given cost is never changed.

    What follows from uptake is gross, so trials whose `energy_baseline` says net get nothing.

    Parameters
    ----------
    trials : DataFrame
        One row per trial: ``trial_id, speed_m_s`` and, where they were measured, ``vo2_ml_kg_min``
        (ml/kg/min) and ``respiratory_exchange_ratio``.
    where : str
        File, for the sentences.

    Returns
    -------
    trials : DataFrame
        With ``oxygen_cost_ml_kg_km`` = uptake / speed (ml/kg/km) and, where the exchange ratio is
        0.7 to 1.0, ``energy_cost_j_kg_m`` (J/kg/m) by Péronnet and Massicotte 1991, or by the one
        equation that ``energy_equation`` names; what was computed stands in the trial's notes.
    notes, warnings : list of str

    Examples
    --------
    40 ml/kg/min at 12 km/h:

    >>> trials = pd.DataFrame({"trial_id": ["A"], "speed_m_s": 12 / 3.6, "vo2_ml_kg_min": 40.0})
    >>> fill_costs(trials, "trials.csv")[0]["oxygen_cost_ml_kg_km"].round(6).tolist()
    [200.0]
    """
    if not {UPTAKE, "speed_m_s", "trial_id"} <= set(trials):
        return trials, [], []
    number = {
        name: pd.to_numeric(trials[name], errors="coerce").astype(float)
        if name in trials
        else pd.Series(np.nan, trials.index)
        for name in (UPTAKE, RATIO, OXYGEN, ENERGY, "speed_m_s")
    }
    gross = _words(trials, BASELINE).fillna(GROSS).eq(GROSS)
    usable = number[UPTAKE].gt(0) & number["speed_m_s"].gt(0) & gross
    expected = (number[UPTAKE] / (0.06 * number["speed_m_s"])).where(usable)
    apart = (number[OXYGEN] / expected - 1).abs() > AGREES
    lacking = usable & number[OXYGEN].isna()
    equation, why_not = _equation(trials, number[ENERGY])
    wanted = usable & number[ENERGY].isna() & number[RATIO].notna() & ~apart
    fitting = wanted & number[RATIO].between(*RATIOS)
    energy = fitting & (not why_not)
    notes = []
    if n := int(lacking.sum()):
        notes.append(f"{where}: {UNCHECKED} ({counted(n, 'trial')}; gross).")
    if n := int(energy.sum()):
        by = f"energy cost by {equation}, from oxygen uptake and exchange ratio"
        notes.append(f"{where}: {by} ({counted(n, 'trial')}; gross).")
    if why_not and fitting.any():
        notes.append(f"{where}: {why_not}")
    notes += _odd_ratios(where, number[RATIO][wanted])
    result = trials.copy()
    if lacking.any():
        result[OXYGEN] = number[OXYGEN].where(~lacking, expected)
        _note(result, lacking, UNCHECKED)
    if energy.any():
        vo2 = number[UPTAKE][energy]
        power = metabolic_power_w(vo2, vo2 * number[RATIO][energy], equation)  # W/kg
        result[ENERGY] = number[ENERGY]
        result.loc[energy, ENERGY] = power / number["speed_m_s"][energy]
        result[EQUATION] = _words(trials, EQUATION).mask(energy, equation)
        _note(result, energy, f"energy cost by {equation} from the exchange ratio")
    if (lacking | energy).any():
        result[BASELINE] = _words(trials, BASELINE).mask(lacking | energy, GROSS)
    return result, notes, _disagree(trials[apart], where, expected, number[OXYGEN])


def _note(trials: pd.DataFrame, rows: pd.Series, text: str) -> None:
    """Add a note to some trials, after what they say already."""
    own = _words(trials, "notes")
    trials["notes"] = own.mask(rows, own.map(lambda said: f"{said}; {text}" if said else text))


def _words(trials: pd.DataFrame, name: str) -> pd.Series:
    if name in trials:
        return trials[name].astype(object).where(trials[name].notna(), None)
    return pd.Series([None] * len(trials), trials.index, dtype=object)


def _equation(trials: pd.DataFrame, given: pd.Series) -> tuple[str, str]:
    """By which equation, or a sentence why energy of several kinds would be mixed."""
    named = _words(trials, EQUATION).dropna().unique()
    if len(named) == 1 and named[0] in EQUATIONS:
        return str(named[0]), ""
    if len(named) or given.notna().any():
        return "", (
            "no energy cost was computed beside those that are given, as it is not known that one "
            f"equation made them all. Name it in {EQUATION}: {', '.join(EQUATIONS)}."
        )
    return DEFAULT, ""


def _odd_ratios(where: str, ratio: pd.Series) -> list[str]:
    """Trials that get no energy cost, and why."""
    said = []
    for n, what, why in (
        (
            int((ratio > RATIOS[1]).sum()),
            f"above {RATIOS[1]:.1f}",
            "not covered by oxygen",
        ),
        (int((ratio < RATIOS[0]).sum()), f"below {RATIOS[0]:.1f}", "no fuel has such a ratio"),
    ):
        if n:
            trials = counted(n, "trial")
            said.append(f"{where}: no energy cost of {trials}: exchange ratio {what}, {why}.")
    return said


def _disagree(rows: pd.DataFrame, where: str, expected: pd.Series, given: pd.Series) -> list[str]:
    """A warning if given costs are not uptake over speed."""
    if rows.empty:
        return []
    at = rows.index[0]
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    found = (
        f"{OXYGEN} of trial {rows['trial_id'].iloc[0]} is {given[at]:.4g}, but oxygen uptake / "
        f"speed is {expected[at]:.4g}{more}"
    )
    remedy = f'If costs are net, say so in {BASELINE} ("net of standing"); else look at the speed.'
    return [say(where, found, f"the same within {100 * AGREES:g} %", remedy)]
