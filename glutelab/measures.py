"""From one stride to named measures, and from strides to one row per runner and speed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.errors import DataError
from glutelab.schema import STRIDES
from glutelab.selection import pick_side

__all__ = [
    "count_strides",
    "describe_measures",
    "runner_curves",
    "runner_means",
    "spring_mass",
    "stride_measures",
]

GRAVITY_M_S2 = 9.81


def stride_measures(
    curves: Mapping[str, np.ndarray],
    at_toe_off: Mapping[str, np.ndarray],
    times: pd.DataFrame,
    *,
    speed_m_s: float,
    leg_length_m: float = np.nan,
    standing_pelvic_tilt_deg: float = np.nan,
    height_m: float = np.nan,
    mass_kg: float = np.nan,
) -> pd.DataFrame:
    """All measures of the strides of one trial and side.

    Definition, unit, sign and source of each measure stand in the data dictionary.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        ``hip_flexion_deg``, ``knee_flexion_deg``, ``thigh_angle_deg``, ``pelvic_tilt_deg``, and in
        meters ``forefoot_ahead_m`` (forefoot ahead of the mid-hip point), ``heel_height_m``,
        ``pelvis_height_m``; 0..100 % of the gait cycle.
    at_toe_off : dict of str to ndarray, shape (n_strides,)
        The same quantities at the instant of toe-off.
    times : DataFrame
        ``start_s, toe_off_s, other_strike_s, end_s`` of each stride.
    speed_m_s : float
        Running speed.
    leg_length_m, standing_pelvic_tilt_deg, height_m, mass_kg : float
        Of the runner; NaN leaves the measures that need them NaN.

    Returns
    -------
    DataFrame
        One row per stride, columns as in the strides table of the schema.
    """
    hip, thigh, tilt = (
        curves[name] for name in ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
    )
    contact = (times["toe_off_s"] - times["start_s"]).to_numpy()
    stride_time = (times["end_s"] - times["start_s"]).to_numpy()
    flight = (times["other_strike_s"] - times["toe_off_s"]).to_numpy()
    toe_off_pct = 100 * contact / stride_time
    swing = np.arange(hip.shape[1]) >= toe_off_pct[:, None] * (hip.shape[1] - 1) / 100
    ahead = curves["forefoot_ahead_m"]
    reach, reach_pct = _refined_peak(-ahead)
    foot_ahead, foot_behind = ahead[:, 0], -at_toe_off["forefoot_ahead_m"]
    heel = curves["heel_height_m"]
    height = curves["pelvis_height_m"]
    heel_rise = heel.max(axis=1) - np.where(swing, np.inf, heel).min(axis=1)
    stride_length = speed_m_s * stride_time
    spring = spring_mass(contact, flight, speed_m_s, mass_kg=mass_kg, height_m=height_m)
    hip_at_toe_off = -at_toe_off["hip_flexion_deg"]
    peak_hip = np.maximum(-hip.min(axis=1), hip_at_toe_off)
    hip_after = np.maximum(-np.where(swing, hip, np.inf).min(axis=1), hip_at_toe_off)
    measures = {
        "peak_hip_extension_deg": peak_hip,
        "hip_extension_at_toe_off_deg": hip_at_toe_off,
        "hip_extension_after_toe_off_deg": hip_after - hip_at_toe_off,
        "hip_flexion_at_foot_strike_deg": hip[:, 0],
        "hip_range_deg": hip.max(axis=1) - hip.min(axis=1),
        "peak_thigh_extension_deg": np.maximum(-thigh.min(axis=1), -at_toe_off["thigh_angle_deg"]),
        "thigh_extension_at_toe_off_deg": -at_toe_off["thigh_angle_deg"],
        "pelvic_tilt_mean_deg": tilt[:, :-1].mean(axis=1),
        "pelvic_tilt_at_foot_strike_deg": tilt[:, 0],
        "pelvic_tilt_at_toe_off_deg": at_toe_off["pelvic_tilt_deg"],
        "pelvic_tilt_from_standing_deg": tilt[:, :-1].mean(axis=1) - standing_pelvic_tilt_deg,
        "foot_ahead_m": foot_ahead,
        "foot_behind_m": foot_behind,
        "behind_ahead_ratio": foot_behind / foot_ahead,
        "rearward_reach_m": reach,
        "rearward_reach_delay_s": reach_pct / 100 * stride_time - contact,
        "peak_knee_flexion_swing_deg": np.where(swing, curves["knee_flexion_deg"], -np.inf).max(
            axis=1
        ),
        "heel_rise_m": heel_rise,
        "contact_time_s": contact,
        "flight_time_s": flight,
        "stride_time_s": stride_time,
        "duty_factor": contact / stride_time,
        "toe_off_pct": toe_off_pct,
        "cadence_spm": 120.0 / stride_time,
        "stride_length_m": stride_length,
        "vertical_oscillation_m": height.max(axis=1) - height.min(axis=1),
        "leg_stiffness_kn_m": spring["leg_stiffness_kn_m"],
        "vertical_stiffness_kn_m": spring["vertical_stiffness_kn_m"],
        "foot_ahead_leg": foot_ahead / leg_length_m,
        "foot_behind_leg": foot_behind / leg_length_m,
        "rearward_reach_leg": reach / leg_length_m,
        "heel_rise_leg": heel_rise / leg_length_m,
        "stride_length_leg": stride_length / leg_length_m,
        "vertical_oscillation_leg": (height.max(axis=1) - height.min(axis=1)) / leg_length_m,
    }
    return pd.DataFrame(measures)


def spring_mass(
    contact_time_s: np.ndarray,
    flight_time_s: np.ndarray,
    speed_m_s: float,
    *,
    mass_kg: float,
    height_m: float,
) -> dict[str, np.ndarray]:
    """Spring-mass stiffness from contact and flight time (sine-wave method).

    Morin 2005, doi 10.1123/jab.21.2.167; leg length is 0.53 of body height, as there.

    Parameters
    ----------
    contact_time_s, flight_time_s : array_like
    speed_m_s : float
    mass_kg, height_m : float

    Returns
    -------
    dict
        ``peak_force_n``, ``vertical_displacement_m`` (downward, positive),
        ``vertical_stiffness_kn_m``, ``leg_stiffness_kn_m``.

    Examples
    --------
    >>> spring = spring_mass(0.25, 0.10, 3.33, mass_kg=70, height_m=1.75)
    >>> {name: round(float(value), 2) for name, value in spring.items()}
    {'peak_force_n': 1510.13, 'vertical_displacement_m': 0.06,
     'vertical_stiffness_kn_m': 25.18, 'leg_stiffness_kn_m': 9.52}
    """
    contact, flight = np.asarray(contact_time_s, float), np.asarray(flight_time_s, float)
    leg = 0.53 * height_m
    force = mass_kg * GRAVITY_M_S2 * np.pi / 2 * (flight / contact + 1)
    drop = force * contact**2 / (mass_kg * np.pi**2) - GRAVITY_M_S2 * contact**2 / 8
    with np.errstate(invalid="ignore"):
        shortening = leg - np.sqrt(leg**2 - (speed_m_s * contact / 2) ** 2) + drop
    return {
        "peak_force_n": force,
        "vertical_displacement_m": drop,
        "vertical_stiffness_kn_m": force / drop / 1000,
        "leg_stiffness_kn_m": force / shortening / 1000,
    }


def _refined_peak(curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest value of each curve and its place in percent, by a parabola through three points."""
    top = np.clip(np.argmax(np.nan_to_num(curves, nan=-np.inf), axis=1), 1, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    before, peak, after = (curves[rows, top + k] for k in (-1, 0, 1))
    bend = before - 2 * peak + after
    shift = np.clip(0.5 * (before - after) / np.where(bend == 0, -1.0, bend), -1.0, 1.0)
    value = peak - 0.25 * (before - after) * shift
    return value, (top + shift) * 100.0 / (curves.shape[1] - 1)


def describe_measures(cohort) -> pd.DataFrame:
    """Smallest, mean and largest value of each measure over strides, beside its plausible range.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``measure, unit, n_strides, min, mean, max, plausible_low, plausible_high, outside``: the
        last is the number of strides outside the plausible range.
    """
    rows = []
    for declared in STRIDES:
        if declared.plausible is None or declared.name not in cohort.strides:
            continue
        values = cohort.strides[declared.name].dropna()
        low, high = declared.plausible
        rows.append(
            {
                "measure": declared.name,
                "unit": declared.unit,
                "n_strides": len(values),
                "min": values.min(),
                "mean": values.mean(),
                "max": values.max(),
                "plausible_low": low,
                "plausible_high": high,
                "outside": int((~values.between(low, high)).sum()),
            }
        )
    return pd.DataFrame(rows)


def count_strides(cohort) -> pd.DataFrame:
    """Candidate, kept and dropped strides of every trial and side.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``trial_id, runner_id, side, candidates, kept, dropped`` and one column per rule that
        dropped any. A side in which no stride was found has a row of zeros.

    Raises
    ------
    DataError
        If the cohort has no ledger.
    """
    ledger = cohort.ledger
    if ledger.empty:
        raise DataError(f"{cohort.name} has no ledger: what was dropped is not known.")
    keys = ["trial_id", "runner_id", "side"]
    every = cohort.trials[["trial_id", "runner_id"]].merge(
        pd.DataFrame({"side": sorted(ledger["side"].unique())}), how="cross"
    )
    groups = ledger.groupby(keys)["kept"]
    counts = pd.DataFrame({"candidates": groups.size(), "kept": groups.sum()})
    counts["dropped"] = counts["candidates"] - counts["kept"]
    lost = ledger[~ledger["kept"]].groupby([*keys, "rule"]).size().unstack(fill_value=0)
    counts = every.merge(counts.join(lost).reset_index(), on=keys, how="left")
    numbers = [name for name in counts if name not in keys]
    return counts.fillna(dict.fromkeys(numbers, 0)).astype(dict.fromkeys(numbers, int))


IDENTITY = ("cohort", "runner_id", "level", "speed_m_s", "slope_pct", "side")


def runner_means(cohort) -> pd.DataFrame:
    """One row per runner, speed, slope and side: the mean of each measure over kept strides.

    The runner, not the stride, is the unit of every comparison. The row of ``side`` "both" is the
    mean of the two sides' means, so a side with more strides does not weigh more; it is missing
    where one side is, and there is none if the cohort holds one side only.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    DataFrame
        ``cohort, runner_id, level, speed_m_s, slope_pct, side, n_strides, n_dropped`` (missing if
        the cohort has no ledger), then every measure, the cost of the trial where it was measured
        (the same in the rows of both sides), then what is known of the runner and the leg.
        A side without a kept stride keeps its row, with ``n_strides`` 0.
    """
    keys = ["runner_id", "speed_m_s", "slope_pct", "side"]
    strides = cohort.strides
    measures = [
        name
        for name in strides.columns
        if name not in {*keys, "start_s"} and pd.api.types.is_float_dtype(strides[name])
    ]
    groups = strides.groupby(keys, observed=True)
    means = groups[measures].mean().join(groups.size().rename("n_strides"))
    sides = _recorded_sides(cohort).merge(means.reset_index(), on=keys, how="left")
    sides["n_strides"] = sides["n_strides"].fillna(0).astype(int)
    legs = cohort.legs
    leg_columns = [name for name in legs.columns if name not in ("runner_id", "side")]
    sides = sides.merge(legs, on=["runner_id", "side"], how="left")
    table = sides
    if sides["side"].nunique() == 2:
        pairs = sides.groupby(keys[:-1])
        both = pairs[[*measures, *leg_columns]].mean(numeric_only=True, skipna=False)
        both = both.join(pairs[["n_strides", "n_dropped"]].sum(min_count=2))
        table = pd.concat([sides, both.reset_index().assign(side="both")], ignore_index=True)
    costs, table = _with_costs(cohort, table, keys[:-1])
    table = table.merge(cohort.runners, on="runner_id", how="left").assign(cohort=cohort.name)
    front = [*IDENTITY, "n_strides", "n_dropped", *measures, *costs]
    rest = [name for name in table.columns if name not in front]
    return table[front + rest].sort_values(keys, ignore_index=True)


COSTS = (
    "vo2_ml_kg_min",
    "respiratory_exchange_ratio",
    "oxygen_cost_ml_kg_km",
    "energy_cost_j_kg_m",
)


def _with_costs(cohort, table: pd.DataFrame, keys: list[str]) -> tuple[list[str], pd.DataFrame]:
    """Add the cost columns of the trials, means where a runner has several at one speed."""
    trials = cohort.trials
    names = [name for name in COSTS if name in trials and trials[name].notna().any()]
    if not names:
        return [], table
    words = [name for name in ("energy_equation", "energy_baseline") if name in trials]
    for word in words:
        if trials[word].nunique() > 1:
            found = ", ".join(sorted(trials[word].dropna().unique()))
            raise DataError(f"{cohort.name}: trials differ in {word} ({found}). Take one for all.")
    costs = trials.groupby(keys)[names].mean().join(trials.groupby(keys)[words].first())
    return [*names, *words], table.merge(costs.reset_index(), on=keys, how="left")


def _recorded_sides(cohort) -> pd.DataFrame:
    """Every runner, speed and side that was recorded, kept strides or not, with those dropped."""
    keys = ["runner_id", "speed_m_s", "slope_pct", "side"]
    trials = cohort.trials[["trial_id", *keys[:-1]]]
    found = cohort.ledger if len(cohort.ledger) else cohort.strides
    sides = pd.DataFrame({"side": sorted(found["side"].unique())})
    table = trials[keys[:-1]].drop_duplicates().merge(sides, how="cross")
    if cohort.ledger.empty:
        return table.assign(n_dropped=np.nan)
    lost = cohort.ledger.loc[~cohort.ledger["kept"], ["trial_id", "side"]]
    lost = lost.merge(trials, on="trial_id").groupby(keys).size().rename("n_dropped")
    table = table.merge(lost.reset_index(), on=keys, how="left")
    return table.fillna({"n_dropped": 0}).astype({"n_dropped": int})


def runner_curves(cohort, variable: str, *, side: str = "both") -> pd.DataFrame:
    """One mean curve per runner and speed.

    Parameters
    ----------
    cohort : Cohort
    variable : str
        For example ``hip_flexion_deg``.
    side : {"both", "left", "right"}
        "both" is the mean of the two sides' mean curves, or the only side there is.

    Returns
    -------
    DataFrame, shape (n_runners x n_speeds, 101)
        Index ``runner_id, level, sex, speed_m_s, slope_pct``; columns 0..100 % of the gait cycle.

    Raises
    ------
    DataError
        If no runner has that side, or there is no such curve.
    """
    keys = ["runner_id", "speed_m_s", "slope_pct", "side"]
    strides = cohort.strides[keys]
    curves = pd.DataFrame(cohort.curves(variable), index=pd.MultiIndex.from_frame(strides))
    means = curves.groupby(level=keys, observed=True).mean()
    side = pick_side(set(strides["side"]), side)
    if side == "both":
        counts = means.groupby(level=keys[:-1]).transform("size")
        means = means[counts == 2].groupby(level=keys[:-1]).mean()
    else:
        means = means[means.index.get_level_values("side") == side].droplevel("side")
    if means.empty:
        raise DataError(f"{cohort.name}: no runner has curves of both sides.")
    who = cohort.runners.set_index("runner_id")
    order = means.index.to_frame(index=False)
    for name in ("level", "sex"):
        known = who[name] if name in who else pd.Series("unknown", index=who.index)
        order[name] = order["runner_id"].map(known).fillna("unknown")
    front = ["runner_id", "level", "sex", "speed_m_s", "slope_pct"]
    means.index = pd.MultiIndex.from_frame(order[front])
    return means
