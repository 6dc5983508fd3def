"""From the stages of metabolic tests to the trials of a cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from glutelab.economy.columns import ECONOMY
from glutelab.economy.stages import SAME_SLOPE_PCT, SAME_SPEED_M_S
from glutelab.errors import DataError, ProblemList, say
from glutelab.schema.keys import CONDITIONS

__all__ = ["add_costs"]

SIMULATED_COST = "cost simulated, not measured"
_COLUMNS = {
    "vo2_ml_kg_min": "vo2_ml_kg_min",
    "rer": "respiratory_exchange_ratio",
    "oxygen_cost_ml_kg_km": "oxygen_cost_ml_kg_km",
    "energy_cost_j_kg_m": "energy_cost_j_kg_m",
    "equation": "energy_equation",
    "baseline": "energy_baseline",
}
_WORDS = [name for name in CONDITIONS if name not in ("speed_m_s", "slope_pct")]


def add_costs(trials: pd.DataFrame, economy: pd.DataFrame) -> pd.DataFrame:
    """Give every trial the cost that the same runner had at the same speed and slope.

    Parameters
    ----------
    trials : DataFrame
        The trials of a cohort: ``trial_id, runner_id, speed_m_s`` and whatever else stands there.
    economy : DataFrame
        From `running_economy`, with ``runner_id`` added; several runners one below the other.
        Speeds within 0.05 m/s and slopes within 0.25 % are the same (level, where a table has
        none); ``shoe`` and ``session`` have to agree, where both tables have them. Standing and
        ramps, which have no speed, belong to no trial.

    Returns
    -------
    DataFrame
        The trials, with the cost columns of the trials table of a cohort. The cost of a refused
        stage is missing, and ``notes`` of its trial says why; a caution stands there, too, and
        that a cost is simulated.

    Raises
    ------
    ProblemList
        One sentence for each stage of running that has no trial, or for each trial that has two.
    DataError
        If a table lacks columns, the trials have costs already, or costs differ in equation or in
        baseline, so that they cannot be compared.

    Examples
    --------
    >>> from glutelab.economy import running_economy, simulate_step_test
    >>> import glutelab as gl
    >>> gas, truth = simulate_step_test([3.0, 3.5], oxygen_cost_ml_kg_km=205, seed=1)
    >>> economy = gl.running_economy(gas).assign(runner_id="A")
    >>> trials = pd.DataFrame({"trial_id": ["A30", "A35"], "runner_id": "A"})
    >>> trials["speed_m_s"] = [3.0, 3.5]
    >>> columns = ["trial_id", "oxygen_cost_ml_kg_km", "energy_equation"]
    >>> gl.add_costs(trials, economy)[columns].round(1)
      trial_id  oxygen_cost_ml_kg_km      energy_equation
    0      A30                 206.9  peronnet-massicotte
    1      A35                 208.7  peronnet-massicotte
    """
    _check_columns(trials, economy)
    pairs, problems = _match(trials, economy[economy["speed_m_s"] > 0])
    if problems:
        raise ProblemList("economy", problems)
    result = trials.copy()
    for name in _COLUMNS.values():
        words = name in ("energy_equation", "energy_baseline")
        result[name] = pd.Series(None if words else np.nan, result.index, object if words else None)
    notes = result["notes"] if "notes" in result else pd.Series("", result.index)
    result["notes"] = notes.fillna("").astype(object)
    for row, stage in pairs:
        if stage["accepted"]:
            for name, ours in _COLUMNS.items():
                result.loc[row, ours] = stage[name]
        said = [stage["caution"]] if stage["accepted"] else [f"no cost: {stage['reason']}"]
        said += [SIMULATED_COST] if stage["accepted"] and stage["simulated"] else []
        result.loc[row, "notes"] = "; ".join(filter(None, [result.loc[row, "notes"], *said]))
    return result


def _check_columns(trials: object, economy: object) -> None:
    expected = {
        "trials": (trials, ["trial_id", "runner_id", "speed_m_s"]),
        "economy": (economy, ["runner_id", *ECONOMY.names]),
    }
    for what, (table, names) in expected.items():
        if not isinstance(table, pd.DataFrame):
            raise DataError(f"{what} is a {type(table).__name__}. Expected a table.")
        missing = [name for name in names if name not in table]
        if missing == ["runner_id"] and what == "economy":
            raise DataError(
                "economy does not say whose test it is. Add it: economy.assign(runner_id='...')."
            )
        if missing:
            raise DataError(say(what, f"there is no column {', '.join(missing)}"))
    if trials.index.has_duplicates:
        raise DataError("rows of trials share an index. Use trials.reset_index(drop=True).")
    for name in ("equation", "baseline"):
        found = sorted(economy.loc[economy["accepted"].astype(bool), name].dropna().unique())
        if len(found) > 1:
            raise DataError(
                f"the costs differ in {name}: {', '.join(found)}. Compute all in one way: "
                "running_economy(gas, equation=..., standing=...)."
            )
    there = [name for name in _COLUMNS.values() if name in trials and trials[name].notna().any()]
    if there:
        raise DataError(
            f"the trials have {', '.join(there)} already. Drop these columns, or leave it there."
        )


def _match(trials: pd.DataFrame, ran: pd.DataFrame) -> tuple[list[tuple], list[str]]:
    """Rows of trials with their stage, and sentences for what does not fit."""
    words = [name for name in _WORDS if name in trials and name in ran]
    slopes = trials["slope_pct"].fillna(0) if "slope_pct" in trials else 0.0
    pairs, problems, taken = [], [], {}
    for stage in ran.to_dict("records"):
        what = f"{stage['runner_id']}, stage {stage['stage']}"
        near = (trials["speed_m_s"] - stage["speed_m_s"]).abs() <= SAME_SPEED_M_S
        slope = 0.0 if pd.isna(stage["slope_pct"]) else stage["slope_pct"]
        same = (trials["runner_id"] == stage["runner_id"]) & near
        same &= abs(slopes - slope) <= SAME_SLOPE_PCT
        for name in words:
            same &= trials[name] == stage[name]
        if not same.any():
            problems.append(_no_trial(what, stage, slope, trials))
        for row in trials.index[same]:
            if row in taken:
                problems.append(
                    f"trial {trials.loc[row, 'trial_id']}: {taken[row]} and {what} both fit. "
                    "Leave one out, or tell them apart by 'session' or 'shoe' in both tables."
                )
            taken.setdefault(row, what)
            pairs.append((row, stage))
    return pairs, problems


def _no_trial(what: str, stage: dict, slope: float, trials: pd.DataFrame) -> str:
    speeds = trials.loc[trials["runner_id"] == stage["runner_id"], "speed_m_s"].unique()
    found = f"{stage['speed_m_s']:.2f} m/s" + (f" and {slope:g} %" if slope else "")
    has = ", ".join(f"{one:.4g}" for one in sorted(speeds))
    there = f"this runner's are at {has} m/s" if has else "this runner has none"
    remedy = "Leave the stage out, or add a trial."
    return say(what, f"there is no trial at {found}; {there}", remedy=remedy)
