"""One specification: its runners, its model, and a row of the table or the reason for none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.contrasts.caveats import say_unmeasured
from glutelab.contrasts.covariates import not_adjusted
from glutelab.contrasts.estimate import Estimate
from glutelab.contrasts.least_squares import share_explained
from glutelab.contrasts.wording import counted
from glutelab.errors import DataError
from glutelab.models.economy.rows import with_unit
from glutelab.models.mixed.fit import fit_mixed
from glutelab.models.posture import name_measure, relaxed_sign
from glutelab.models.specification.plan import ALL, Choice, Grid
from glutelab.models.squares import cook_distance, fit_squares
from glutelab.schema import unit

__all__ = [
    "Sample",
    "fit_choice",
    "keep_runners",
    "runner_means",
    "scaled_covariates",
    "take_sample",
    "without_trend",
]

FEWEST, FEWEST_FREE = 8, 4  # runners; runners beyond the coefficients between them
LEAST = 1e-9  # of a column's size: it does not vary
_MAD = 3 * 1.4826


@dataclass(frozen=True, eq=False)
class Sample:
    """What a specification is about, before outliers are left out.

    Attributes
    ----------
    rows : ndarray of bool, shape (n, s)
        Runners and speeds with all that is needed.
    posture, y : ndarray, shape (n, s)
        Without their mean change with speed within runners.
    covariates : ndarray, shape (n, s, k)
    speeds : ndarray, shape (s,)
    reason : str
        Why there can be no answer; else empty.
    notes : tuple of str
    """

    rows: np.ndarray
    posture: np.ndarray
    y: np.ndarray
    covariates: np.ndarray
    speeds: np.ndarray
    reason: str
    notes: tuple[str, ...] = ()

    def means(self, values: np.ndarray) -> np.ndarray:
        """Mean of each runner's rows."""
        return runner_means(values, self.rows)


def take_sample(grid: Grid, choice: Choice) -> Sample:
    """The rows of a choice, or why it cannot be answered."""
    at = slice(None) if choice.speed == ALL else np.flatnonzero(grid.speeds_m_s == choice.speed)
    speeds = grid.speeds_m_s[at]
    names = (choice.posture, choice.outcome, *choice.covariates)
    parts = [grid.values[name][:, at] for name in names]
    rows = np.logical_and.reduce([np.isfinite(part).all(axis=-1) for part in parts])
    posture, y = (without_trend(part[..., 0], rows, speeds) for part in parts[:2])
    notes = not_adjusted(
        name_measure(name)
        for name, part in zip(choice.covariates, parts[2:], strict=True)
        if rows.any() and not _varies(part, rows)
    )
    stacked = scaled_covariates(parts[2:], rows)
    absent = [name_measure(name) for name in names if not np.isfinite(grid.values[name]).any()]
    reason = say_unmeasured(absent) or _reason(rows, parts[:2], posture, y, choice)
    return Sample(rows, posture, y, stacked, speeds, reason, tuple(notes))


def runner_means(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Mean over speeds of each runner, shape (n, ...); NaN without rows."""
    held = rows.reshape(*rows.shape, *([1] * (values.ndim - 2)))
    with np.errstate(invalid="ignore"):
        return np.where(held, values, 0.0).sum(axis=1) / held.sum(axis=1)


def _varies(part: np.ndarray, rows: np.ndarray) -> bool:
    values = part[rows]
    return bool(len(values) and (np.ptp(values, axis=0) > LEAST * np.abs(values).max()).any())


def scaled_covariates(parts: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """Covariates that vary, around their mean and in standard deviations, shape (n, s, k)."""
    columns = np.concatenate([np.empty((*rows.shape, 0)), *parts], axis=-1)
    held = columns[rows]
    if not held.size:
        return columns
    keep = np.ptp(held, axis=0) > LEAST * np.abs(held).max(axis=0)
    return (columns[..., keep] - held[:, keep].mean(axis=0)) / held[:, keep].std(axis=0)


def without_trend(values: np.ndarray, rows: np.ndarray, speeds: np.ndarray) -> np.ndarray:
    """Without the mean change with speed (and its square) within runners.

    With speed in the model it changes no coefficient; and runners who did not run all speeds can
    be compared by their means.
    """
    if len(speeds) < 2:
        return values
    held = np.where(rows, values, 0.0)
    faster = np.broadcast_to(speeds - speeds.mean(), values.shape)
    powers = [faster] if len(speeds) == 2 else [faster, faster**2]
    count = np.maximum(rows.sum(axis=1, keepdims=True), 1)
    own = [np.where(rows, p, 0.0).sum(axis=1, keepdims=True) / count for p in (held, *powers)]
    y, *x = (np.where(rows, p - m, 0.0).ravel() for p, m in zip((held, *powers), own, strict=True))
    slopes = np.linalg.lstsq(np.column_stack(x), y, rcond=None)[0]
    return values - sum(slope * power for slope, power in zip(slopes, powers, strict=True))


def _reason(rows, raw, posture: np.ndarray, y: np.ndarray, choice: Choice) -> str:
    """Why there is nothing to fit; `raw` is posture and cost before speed was taken out."""
    if not rows.any():
        return "Cannot tell: no runner has all of this."
    n = int(rows.any(axis=1).sum())
    if n < FEWEST:
        return _too_few(n, 0)
    if choice.speed == ALL and rows.shape[1] > 1 and rows.sum(axis=1).max() < 2:
        return "Cannot tell: no runner has several speeds. Look at one speed, or adjust for speed."
    named = zip((choice.posture, choice.outcome), raw, (posture, y), strict=True)
    for name, measured, values in named:
        if _differ(runner_means(values, rows)[rows.any(axis=1)], measured[rows]):
            continue
        value = float(measured[rows].mean())
        one = "" if _varies(measured, rows) else f" ({with_unit(value, name)})"
        where = " at each speed" if not one and rows.shape[1] > 1 else ""
        return f"Cannot tell: {name_measure(name)} is the same for all{where}{one}."
    return ""


def _differ(values: np.ndarray, size: np.ndarray) -> bool:
    """Whether runners differ by more than rounding."""
    return bool(len(values) and np.ptp(values) > LEAST * np.abs(size).max())


def keep_runners(p: np.ndarray, y: np.ndarray, design: np.ndarray, used: np.ndarray, rule: str):
    """Which runners an outlier rule leaves, for m arrangements at once.

    Parameters
    ----------
    p, y : ndarray, shape (m, n)
        Posture and cost of each runner.
    design : ndarray, shape (m, n, k)
    used : ndarray of bool, shape (m, n)
    rule : {"none", "3 MAD", "Cook"}
        Three median absolute deviations (times 1.4826) of posture or cost from their median; or a
        Cook's distance beyond 4 / n, a rule of thumb (Bollen and Jackman 1990).

    Returns
    -------
    ndarray of bool, shape (m, n)
    """
    if rule == "none" or not used.any():
        return used
    if rule == "Cook":
        return used & (cook_distance(design, y, used) <= 4 / used.sum(axis=1, keepdims=True))
    kept = used
    for values in (p, y):
        held = np.where(used, values, np.nan)
        away = np.abs(held - np.nanmedian(held, axis=1, keepdims=True))
        edge = np.nanmedian(away, axis=1, keepdims=True)
        kept = kept & ~((away > _MAD * edge) & (edge > 0))
    return kept


def fit_choice(grid: Grid, choice: Choice, confidence: float) -> dict:
    """A row of the table of specifications."""
    sample = take_sample(grid, choice)
    head = {
        "posture": choice.posture,
        "outcome": choice.outcome,
        "covariates": ", ".join(choice.covariates) or "none",
        "outliers": choice.outliers,
        "speed": "all speeds" if choice.speed == ALL else f"{choice.speed:.4g} m/s",
        "speed_m_s": np.nan if choice.speed == ALL else choice.speed,
        "unit": f"{unit(choice.outcome)} per {unit(choice.posture) or 'unit'}",
        "relaxed": relaxed_sign(choice.posture),
    }
    reason, found, n = sample.reason, {}, int(sample.rows.any(axis=1).sum())
    size = {"n_runners": n, "n_rows": int(sample.rows.sum()), "n_left_out": 0}
    notes = list(sample.notes)
    if not reason:
        p, y, c = (sample.means(part) for part in (sample.posture, sample.y, sample.covariates))
        used = np.isfinite(p)
        center, spread = p[used].mean(), p[used].std()
        design = np.column_stack([np.ones(len(p)), (p - center) / max(spread, 1e-300), c])[None]
        kept = keep_runners(p[None], y[None], design, used[None], choice.outliers)[0]
        size |= {
            "n_runners": int(kept.sum()),
            "n_rows": int(sample.rows[kept].sum()),
            "n_left_out": int(used.sum() - kept.sum()),
        }
        design = design[0][:, _needed(design[0], kept)]
        reason = _too_few(int(kept.sum()), design.shape[1]) or _nothing_left(
            (p, y), design, kept, choice, sample
        )
        if not reason:
            if sample.rows[kept].sum(axis=1).max() > 1:
                method = "mixed model, Satterthwaite t"
                found, reason = _mixed(sample, p, kept, spread, confidence)
            else:
                method = "least squares, HC3, t"
                found, reason = _squares(y, design, kept, spread, confidence)
    row = {**head, **_empty(), **size, "method": ""}
    if not reason:
        scaled = _scales(found, p, y, kept, sample, grid, choice, head["relaxed"])
        if np.isfinite(list(scaled.values())).all():
            row |= {**scaled, "method": method}
        else:
            reason = "Cannot tell: the model gives no finite number."
    return {**row, "answerable": not reason, "reason": reason, "note": " ".join(notes)}


def _needed(design: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Columns that still vary once outliers are left out."""
    varies = np.ptp(design[kept], axis=0) > LEAST if kept.any() else np.ones(design.shape[1], bool)
    varies[:2] = True
    return varies


def _too_few(n: int, k: int) -> str:
    if n < FEWEST:
        return f"Cannot tell: {counted(n, 'runner')}. Expected {FEWEST} or more."
    if n - k < FEWEST_FREE:
        return f"Cannot tell: {n} runners are too few for {k} coefficients."
    return ""


def _nothing_left(columns, design, kept, choice: Choice, sample: Sample) -> str:
    """A sentence if posture or cost no longer differ, or the model leaves no residual."""
    sizes = (sample.posture, sample.y)
    for name, values, size in zip((choice.posture, choice.outcome), columns, sizes, strict=True):
        if not _differ(values[kept], size[sample.rows]):
            return f"Cannot tell: without outliers {name_measure(name)} is the same for all."
    if share_explained(columns[1][kept], design[kept][:, 1:]) > 1 - 1e-12:
        return "Cannot tell: cost is given by the model without any residual. Was it computed?"
    return ""


def _squares(y, design, kept, spread, confidence):
    fits = fit_squares(design[None], y[None], kept[None], 1)
    if not (np.isfinite(fits.value[0]) and fits.se[0] > 0):
        return {}, "Cannot tell: posture cannot be told apart from the covariates."
    return _numbers(Estimate(fits.value[0], fits.se[0], fits.df[0]), spread, confidence), ""


def _numbers(found: Estimate, spread: float, confidence: float) -> dict:
    """The estimate per unit of posture, of which `spread` is a standard deviation."""
    low, high = found.interval(confidence)
    numbers = [found.value / spread, low / spread, high / spread, found.se / spread]
    return dict(zip(_NUMBERS, [*numbers, found.df, found.p], strict=True))


def _mixed(sample, p, kept, spread, confidence):
    rows = sample.rows & kept[:, None]
    runner, place = np.nonzero(rows)
    between = (p / spread)[runner]
    own = sample.posture[rows] / spread - between
    columns, names = [between], ["posture"]
    if np.abs(own).max() > 1e-7:
        columns.append(own)
        names.append("posture within")
    faster = sample.speeds[place] - sample.speeds.mean()
    several = len(np.unique(place))
    for power in range(1, min(several, 3)):
        columns.append(faster**power)
        names.append(f"speed {power}")
    means = sample.means(sample.covariates)[runner]
    for k, column in enumerate(sample.covariates[rows].T):
        parts = (means[:, k], column - means[:, k])
        for part, values in zip(("between", "within"), parts, strict=True):
            if np.ptp(values) > 1e-7:
                columns.append(values)
                names.append(f"covariate {k} {part}")
    try:
        fit = fit_mixed(sample.y[rows], np.column_stack(columns), runner, names=names)
    except DataError as error:
        return {}, f"Cannot tell: {str(error).splitlines()[-1].strip()}"
    if not fit.converged:
        return {}, f"Cannot tell: {fit.messages[0]}"
    return _numbers(fit.coefficient("posture"), spread, confidence), ""


_NUMBERS = ("estimate", "ci_low", "ci_high", "se", "df", "p")
_SCALED = [f"{scale}{end}" for scale in ("standardized", "pct") for end in ("", "_low", "_high")]


def _empty() -> dict:
    return dict.fromkeys([*_NUMBERS, *_SCALED], np.nan)


def _scales(found, p, y, kept, sample, grid, choice, sign) -> dict:
    """The estimate per standard deviation towards relaxed, in standard deviations and % of cost."""
    sd_p, sd_y = p[kept].std(ddof=1), y[kept].std(ddof=1)
    at = slice(None) if choice.speed == ALL else np.flatnonzero(grid.speeds_m_s == choice.speed)
    mean = grid.values[choice.outcome][:, at, 0][sample.rows & kept[:, None]].mean()
    ends = [found["estimate"], found["ci_low"], found["ci_high"]]
    if sign < 0:
        ends = [-ends[0], -ends[2], -ends[1]]
    scaled = [end * sd_p / sd_y for end in ends] + [100 * end * sd_p / mean for end in ends]
    return found | dict(zip(_SCALED, scaled, strict=True))
