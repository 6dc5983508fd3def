"""One result, of groups, of a relation or of a model, as the columns of a study."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtrit

from glutelab.errors import DataError
from glutelab.schema import plain_label, unit

__all__ = ["as_rows"]

_GROUPS = ("mean_difference", "hedges_g", "percent_change")
_DOSE = ("slope", "r")


def as_rows(result: object, effect: str | None) -> list[dict]:
    """Rows of a study, still without its name.

    Parameters
    ----------
    result : DataFrame or EconomyFit
    effect : str or None

    Raises
    ------
    DataError
        If it is none of the results that can be read, or has no such effect.
    """
    if isinstance(result, pd.DataFrame):
        columns = set(result.columns)
        if {"x", "y", "r", "n_runners"} <= columns:
            return [_of_relation(row, effect) for _, row in result.iterrows()]
        if {"difference", "groups", "hedges_g"} <= columns:
            return [_of_groups(row, effect) for _, row in result.iterrows()]
        if {"difference", "groups", "r"} <= columns:
            return [_of_dose(row, effect) for _, row in result.iterrows()]
    elif hasattr(result, "posture") and hasattr(result, "answerable"):
        return [_of_fit(result, effect)]
    raise DataError(
        f"a {type(result).__name__} was given that is none of the results of compare_groups, "
        "relate and fit_economy."
    )


def _choose(effect: str | None, allowed: tuple[str, ...], source: str) -> str:
    if effect is None:
        return allowed[0]
    if effect in allowed:
        return effect
    raise DataError(f"effect is {effect!r}. {source} gives {', '.join(allowed)}.")


def _of_relation(row: pd.Series, effect: str | None) -> dict:
    return (
        _relation(row["x"], row["y"])
        | {
            "effect": _choose(effect, ("r",), "relate"),
            "value": row["r"],
            "unit": "",
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "confidence": _level(row),
            "se": _z_se(row["n_runners"]),
            "n": row["n_runners"],
            "adjusted_for": "",
            "warning": row["warning"],
        }
        | _speed(row["speed_m_s"])
    )


def _level(row: pd.Series) -> float:
    """Confidence of an interval of r, which `relate` does not state: read off its width."""
    half = (np.arctanh(row["ci_high"]) - np.arctanh(row["ci_low"])) / 2
    se = _z_se(row["n_runners"])
    return round(float(2 * ndtr(half / se) - 1), 6) if np.isfinite(half / se) else np.nan


def _z_se(n: float) -> float:
    return (n - 3) ** -0.5 if n > 3 else np.nan


def _of_dose(row: pd.Series, effect: str | None) -> dict:
    effect = _choose(effect, _DOSE, "A dose")
    dose = row["groups"].removeprefix("per unit of ")
    made = _relation(dose, row["measure"]) | {"effect": effect, "n": row["n"]}
    made |= _shared(row) | _speed(row["speed_m_s"])
    if effect == "r":
        with np.errstate(invalid="ignore"):
            width = np.arctanh(row["r_high"]) - np.arctanh(row["r_low"])
        se = width / (2 * ndtri(0.5 + row["confidence"] / 2))
        limits = {"ci_low": row["r_low"], "ci_high": row["r_high"]}
        return made | {"value": row["r"], "unit": "", "se": se} | limits
    return made | {"value": row["difference"], "unit": row["unit"], "se": _t_se(row)} | _limits(row)


def _of_fit(fit, effect: str | None) -> dict:
    made = _relation(fit.measure, fit.outcome) | {
        "effect": _choose(effect, ("slope",), "fit_economy"),
        "n": fit.n_runners,
        "confidence": fit.confidence,
        "adjusted_for": ", ".join(fit.adjusted_for),
        "unit": f"{unit(fit.outcome)} per {unit(fit.measure)}".removesuffix(" per "),
        "warning": "  ".join([*([fit.reason] if fit.reason else []), *fit.warnings]),
    }
    speeds = fit.speeds_m_s
    made |= {"speed": ", ".join(f"{speed:.4g}" for speed in speeds) + " m/s" if speeds else ""}
    made |= {"speed_m_s": speeds[0] if len(speeds) == 1 else np.nan}
    if not fit.answerable:
        return made | dict.fromkeys(("value", "ci_low", "ci_high", "se"), np.nan)
    row = fit.posture[fit.posture["part"] == "between"].iloc[0]
    return made | {"value": row["estimate"], "unit": row["unit"], "se": row["se"]} | _limits(row)


def _of_groups(row: pd.Series, effect: str | None) -> dict:
    effect = _choose(effect, _GROUPS, "A comparison of groups")
    paired = str(row["test"]).startswith(("paired", "sign flips"))
    made = {
        "exposure": row["groups"],
        "outcome": plain_label(row["measure"]),
        "measure": row["measure"],
        "outcome_measure": "",
        "effect": effect,
        "n": row["n_1"] if paired else row["n_1"] + row["n_2"],
        "n_1": row["n_1"],
        "n_2": row["n_2"],
        "positive_means": f"more in {row['group_1']}",
    }
    made |= _shared(row) | _speed(row["speed_m_s"])
    if effect == "mean_difference":
        return (
            made
            | {"value": row["difference"], "unit": row["unit"], "se": _t_se(row)}
            | _limits(row)
        )
    nothing = {"ci_low": np.nan, "ci_high": np.nan}
    if not np.isfinite([row["difference"], row["ci_low"]]).all():  # the warning says why
        unit_of = "%" if effect == "percent_change" else ""
        return made | nothing | {"value": np.nan, "unit": unit_of, "se": np.nan}
    if effect == "hedges_g":
        return made | nothing | {"value": row["hedges_g"], "unit": "", "se": _g_se(row, paired)}
    return made | nothing | _percent(row, paired)


def _g_se(row: pd.Series, paired: bool) -> float:
    """Of g by the large-sample formula; see the notes of `study_rows`."""
    n1, n2, g = row["n_1"], row["n_2"], row["hedges_g"]
    if paired:
        r = _correlation(row)
        return float(np.sqrt(2 * (1 - r) / n1 + g**2 * (1 + r**2) / (4 * (n1 - 1))))
    if str(row["adjusted_for"] or ""):
        pooled = ((n1 - 1) * row["sd_1"] ** 2 + (n2 - 1) * row["sd_2"] ** 2) / (n1 + n2 - 2)
        return float(np.sqrt(_t_se(row) ** 2 / pooled + g**2 / (2 * (n1 + n2))))
    return float(np.sqrt(1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))))


def _percent(row: pd.Series, paired: bool) -> dict:
    """Ratio of two means as percent; only where zero is nothing at all."""
    name, (m1, m2) = row["measure"], (row["mean_1"], row["mean_2"])
    if unit(name) == "°":
        raise DataError(
            f"{name}: a percent change needs a zero that means nothing; an angle has none. Take "
            "mean_difference or hedges_g."
        )
    if str(row["adjusted_for"] or ""):
        raise DataError(
            f"{name}: a percent change is of the means as they are, and this difference is "
            f"adjusted for {row['adjusted_for']}. Take mean_difference, or leave "
            "adjust_for out."
        )
    if m1 <= 0 or m2 <= 0:
        raise DataError(f"{name}: a percent change needs means above 0; they are {m1:g}, {m2:g}.")
    one, two = row["sd_1"] / m1, row["sd_2"] / m2
    v = one**2 / row["n_1"] + two**2 / row["n_2"]
    if paired:
        v -= 2 * _correlation(row) * one * two / row["n_1"]
    return {"value": 100 * (m1 / m2 - 1), "unit": "%", "se": float(np.sqrt(v))}


def _correlation(row: pd.Series) -> float:
    """Of the two conditions, from the standard deviations and the error of their difference."""
    change = _t_se(row) ** 2 * row["n_1"]
    r = (row["sd_1"] ** 2 + row["sd_2"] ** 2 - change) / (2 * row["sd_1"] * row["sd_2"])
    return float(np.clip(r, -1, 1))


def _t_se(row: pd.Series) -> float:
    wide = stdtrit(row["df"], 0.5 + row["confidence"] / 2)
    return float((row["ci_high"] - row["ci_low"]) / (2 * wide))


def _relation(x: str, y: str) -> dict:
    outcome = plain_label(y)
    return {
        "exposure": plain_label(x),
        "outcome": outcome,
        "measure": x,
        "outcome_measure": y,
        "positive_means": f"higher {outcome[:1].lower()}{outcome[1:]} with more of it",
    }


def _shared(row: pd.Series) -> dict:
    return {name: row[name] for name in ("confidence", "adjusted_for", "warning")}


def _limits(row: pd.Series) -> dict:
    return {"ci_low": row["ci_low"], "ci_high": row["ci_high"]}


def _speed(speed: float) -> dict:
    known = pd.notna(speed)
    return {"speed": f"{speed:.4g} m/s" if known else "", "speed_m_s": speed}
