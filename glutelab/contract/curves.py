"""Curves over the gait cycle: units, signs, where they were cut, and whether anybody runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glutelab.contract.finding import ERROR, WARNING, Finding
from glutelab.contract.fit import AS_IT_IS, CAUSES, Fit, FitTable, fit_every_way
from glutelab.contract.reference import SAGITTAL, TOLERANCES
from glutelab.contract.walking import looks_like_walking
from glutelab.schema import CURVES
from glutelab.schema.curves import POINTS

__all__ = ["examine_curves", "explain"]

# Contact is detected up to 5 % early or late in published curves; more is another instant.
_LEAST_LAG = 8
_CUTS = (
    (8, 24, "later_event", "some way into stance"),
    (25, 44, "toe_off", "at toe-off"),
    (45, 55, "other_foot", "at the foot strike of the other foot"),
    (56, 92, "swing", "in swing"),
)
# Hip flexion is thigh angle plus pelvic tilt within a few degrees as long as the leg stays in the
# sagittal plane (rbds2017: mean difference 0.6 to 1.4 degrees).
_HIP_SUM_DEG = 6.0


def examine_curves(
    curves: Mapping[str, np.ndarray], *, side: str = "", source: str = ""
) -> list[Finding]:
    """What is wrong with the curves of one trial and side.

    Parameters
    ----------
    curves : dict of str to ndarray, shape (n_strides, 101)
        Canonical variables, supposedly in degrees with this library's signs, foot strike to foot
        strike. A single curve may have shape (101,). Strides that are NaN are left out.
    side : {"left", "right", ""}
    source : str
        File or trial, for the sentences.

    Returns
    -------
    list of Finding
        Empty if everything is as it should be.

    Notes
    -----
    Left and right legs do the same: exchanged sides cannot be seen in sagittal curves. They show,
    as ``sign``, in pelvic obliquity and rotation only.
    """
    where = (
        " ".join(part for part in (source, f"({side} side)" if side else "") if part) or "curves"
    )
    means, findings = _means(curves, where)
    findings += _lost(means, where)
    known = {name: mean for name, mean in means.items() if np.ptp(mean) > 0}
    return findings + explain(known, where)


def explain(
    means: Mapping[str, np.ndarray], where: str, *, cut_known: bool = True
) -> list[Finding]:
    """The shortest list of mistakes that explains all mean curves together.

    Parameters
    ----------
    means : dict of str to ndarray, shape (101,)
    where : str
    cut_known : bool
        Whether the curves should start at foot strike; else any common start will do.

    Returns
    -------
    list of Finding
    """
    main = {name: means[name] for name in SAGITTAL if name in means}
    others = {name: mean for name, mean in means.items() if name in TOLERANCES and name not in main}
    lag = 0
    if not main:
        fits = {name: fit_every_way(mean, name).best() for name, mean in others.items()}
        return _repairs(fits, means, where)
    findings, lag = _main(main, where, cut_known)
    if any(finding.code in ("squeezed", "walking", "unlike_running") for finding in findings):
        return findings
    fits = {name: fit_every_way(mean, name).best(lag) for name, mean in others.items()}
    findings += _repairs(fits, means, where)
    return findings or _hip_sum(means, where)


def _means(curves: Mapping[str, np.ndarray], where: str) -> tuple[dict, list[Finding]]:
    means, findings, short = {}, [], {}
    for name, values in curves.items():
        values = np.atleast_2d(np.asarray(values, dtype=float))
        if values.shape[-1] != POINTS:
            short.setdefault(values.shape, []).append(name)
            continue
        whole = values[np.isfinite(values).all(axis=1)]
        if len(whole):
            means[name] = whole.mean(axis=0)
        elif name in SAGITTAL:
            found = f"{name} has no whole stride"
            findings.append(Finding("empty", name, where, found, "101 numbers", "", WARNING))
    for shape, names in short.items():
        remedy = "Normalize to 101 points."
        if shape[-1] == POINTS - 1:
            remedy = "Is the last point, the next foot strike, missing (0 to 99 %)? " + remedy
        elif shape[0] == POINTS:
            remedy = "Are rows and columns exchanged?"
        found = f"{', '.join(names)} has {shape[-1]} points per stride"
        expected = "101, 0 to 100 % of the gait cycle, both ends included"
        findings.append(Finding("points", ", ".join(names), where, found, expected, remedy))
    return means, findings


def _lost(means: Mapping[str, np.ndarray], where: str) -> list[Finding]:
    """Columns that do not move at all."""
    still = [name for name, mean in means.items() if not np.ptp(mean) > 0]
    if not still:
        return []
    found = f"{', '.join(still)} is the same number throughout"
    remedy = "Is it a column that was never computed?"
    return [Finding("constant", ", ".join(still), where, found, "a curve", remedy)]


def _main(main: dict, where: str, cut_known: bool) -> tuple[list[Finding], int]:
    """Sagittal curves: the fewest mistakes that explain all of them, and the start that fits."""
    if cut_known and looks_like_walking(main):
        return [_walking(where, main)], 0
    tables = {name: fit_every_way(mean, name) for name, mean in main.items()}
    price = sum(table.cost[0] for table in tables.values())
    accepted = np.all([table.holds[0] for table in tables.values()], axis=0)
    at = 0 if cut_known else int(np.lexsort((price, ~accepted))[0])
    if accepted[at] and (cut_known or not _turned_fits_better(tables, at)):
        return [], at
    repeats = _repeats(main)
    if repeats > 1 and cut_known:
        return [_squeezed(where, main, repeats)], at
    lags = range(100)
    if cut_known:
        lags = (0, *range(_LEAST_LAG, 101 - _LEAST_LAG))
    holding = _holding(tables, lags, main)
    swapped = _exchanged(main)
    if swapped:
        exchanged = {name: fit_every_way(mean, name) for name, mean in swapped.items()}
        holding += _holding(exchanged, lags, swapped)
    if accepted[at]:  # a lone curve from a free start, that fits better with its sign turned
        turned = {name: _turned(table) for name, table in tables.items()}
        return _repairs({name: fit for name, (fit, _) in turned.items()}, main, where), at
    if holding:
        lag, fits, chosen = min(holding, key=lambda entry: _price(entry, main, cut_known))
        findings = []
        if chosen is not main:
            findings.append(_exchange(where))
        if cut_known and lag:
            findings.append(_cut(where, lag, main))
        return findings + _repairs(fits, chosen, where), lag
    return _repairs(_best_of(tables, at), main, where), at


def _best_of(tables: Mapping[str, FitTable], lag: int) -> dict[str, Fit]:
    return {name: table.best(lag) for name, table in tables.items()}


def _holding(tables: Mapping[str, FitTable], lags, means: dict) -> list[tuple]:
    """Starts from which every curve is accepted, with the explanation of each."""
    anyhow = np.all([table.holds.any(axis=0) for table in tables.values()], axis=0)
    rows = {name: table.choice() for name, table in tables.items()}
    return [
        (lag, {name: table.of(int(rows[name][lag]), lag) for name, table in tables.items()}, means)
        for lag in lags
        if anyhow[lag]
    ]


def _price(entry: tuple, main: dict, cut_known: bool) -> tuple[int, float]:
    """Fewest mistakes first, then the best fit."""
    lag, fits, chosen = entry
    causes = {fit.code for fit in fits.values()} - {AS_IT_IS}
    mistakes = len(causes) + (chosen is not main) + bool(lag and cut_known)
    return mistakes, sum(fit.cost for fit in fits.values())


def _turned(table: FitTable) -> tuple[Fit, int]:
    """With the sign turned, from the start that suits it best."""
    row = table.codes.index("sign")
    lag = int(table.cost[row].argmin())
    return table.of(row, lag), lag


def _turned_fits_better(tables: Mapping[str, FitTable], at: int) -> bool:
    """Whether a lone curve with a free start fits much better with its sign turned."""
    if len(tables) > 1:
        return False
    (table,) = tables.values()
    turned = _turned(table)[0]
    return turned.holds and (1.0 - table.r[0, at]) > 2.0 * (1.0 - turned.r)


def _exchanged(main: dict) -> dict | None:
    hip, knee = "hip_flexion_deg", "knee_flexion_deg"
    if hip not in main or knee not in main:
        return None
    return {**main, hip: main[knee], knee: main[hip]}


def _repeats(main: dict) -> int:
    """How often the cycle repeats within the curve; 1 for a single stride.

    Hip and thigh swing once per stride: of a single stride, more than half of the power is in the
    first harmonic, of the knee a third.
    """
    for name, least in (
        ("hip_flexion_deg", 0.3),
        ("thigh_angle_deg", 0.3),
        ("knee_flexion_deg", 0.15),
    ):
        if name in main:
            mean = main[name][:100]
            ramp = np.linspace(mean[0], mean[-1], 100) - mean[0]
            power = np.abs(np.fft.rfft((mean - ramp) - (mean - ramp).mean())) ** 2
            power = power[1:] / power[1:].sum()
            if power[0] + 0.5 * power[1] < least:
                return max(2, int(power.argmax()) + 1)
            return 1
    return 1


def _walking(where: str, main: dict) -> Finding:
    names = ", ".join(main)
    found = f"the curves ({names}) are those of walking"
    return Finding("walking", names, where, found, "running", "Take the running trials only.")


def _squeezed(where: str, main: dict, repeats: int) -> Finding:
    found = f"one curve holds about {repeats} strides"
    remedy = "A whole trial was squeezed into 101 points: cut it into strides first."
    return Finding("squeezed", ", ".join(main), where, found, "one stride per curve", remedy)


def _exchange(where: str) -> Finding:
    found = "hip_flexion_deg has the shape of the knee and knee_flexion_deg that of the hip"
    remedy = "Exchange the two columns."
    return Finding(
        "hip_knee_exchanged", "hip_flexion_deg, knee_flexion_deg", where, found, "", remedy
    )


def _cut(where: str, lag: int, main: dict) -> Finding:
    start = 100 - lag  # a curve that must be cut 65 % later begins 35 % late
    code, what = next((code, what) for low, high, code, what in _CUTS if low <= start <= high)
    found = f"the curves begin {what}, about {start} % of the gait cycle after foot strike"
    remedy = "Cut from foot strike to the next foot strike of the same foot."
    expected = "0 % at foot strike"
    return Finding(f"cut_{code}", ", ".join(main), where, found, expected, remedy)


def _repairs(fits: Mapping[str, Fit], means: Mapping, where: str) -> list[Finding]:
    """One finding per cause, for all variables it explains."""
    by_code: dict[str, list[str]] = {}
    for name, fit in fits.items():
        code = fit.code if fit.holds else "unlike_running"
        by_code.setdefault(code, []).append(name)
    by_code.pop(AS_IT_IS, None)
    findings = []
    for code, names in by_code.items():
        low = min(float(means[name].min()) for name in names)
        high = max(float(means[name].max()) for name in names)
        signs = "; ".join(f"{name}: {CURVES[name].sign}" for name in names)
        listed = ", ".join(names)
        if code == "unlike_running":
            found = f"{listed} ({low:.3g} to {high:.3g}) has not the shape of running"
            remedy = "Look at the curves: wrong column, axis or event?"
            severe = ERROR if set(names) & set(SAGITTAL[:2]) else WARNING
            findings.append(Finding(code, listed, where, found, signs, remedy, severe))
            continue
        clause, fix = CAUSES[code]
        if code == "sign" and set(names) <= {"pelvic_obliquity_deg", "pelvic_rotation_deg"}:
            fix = "Change its sign on this side, or, if both sides are flipped, exchange the sides."
        found = f"{listed} ({low:.3g} to {high:.3g}) looks {_like(clause)}"
        findings.append(Finding(code, listed, where, found, signs, fix))
    return findings


def _like(clause: str) -> str:
    return f"like {clause}" if clause[0].isdigit() else f"as if {clause}"


def _hip_sum(means: Mapping[str, np.ndarray], where: str) -> list[Finding]:
    """Hip flexion is thigh angle plus pelvic tilt: shows whose hip is a thigh angle."""
    hip, thigh, tilt = (
        means.get(name) for name in ("hip_flexion_deg", "thigh_angle_deg", "pelvic_tilt_deg")
    )
    if hip is None or (thigh is None and tilt is None):
        return []
    expected = "hip flexion = thigh angle + pelvic tilt"
    if thigh is not None and tilt is None:
        if np.abs(hip - thigh).max() > 1.0:
            return []
        found = "hip_flexion_deg and thigh_angle_deg are the same"
    elif thigh is not None:
        rest = abs(float((hip - thigh - tilt).mean()))
        to_thigh = float(np.abs(hip - thigh).mean())
        if rest < _HIP_SUM_DEG or to_thigh > 0.5 * rest:
            return []
        found = f"hip_flexion_deg is the thigh angle (within {to_thigh:.1f}°), not thigh plus tilt"
    else:
        return []
    remedy = "Export the angle of the thigh in the pelvis, not in the laboratory."
    return [Finding("hip_is_thigh", "hip_flexion_deg", where, found, expected, remedy)]
