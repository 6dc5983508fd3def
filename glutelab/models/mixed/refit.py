"""The same mixed model fitted again: runners drawn anew, or one of them left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glutelab.contrasts.resample import draw_counts
from glutelab.errors import DataError
from glutelab.models.mixed.fit import MixedFit
from glutelab.models.mixed.moments import Moments, Parts, gather
from glutelab.models.mixed.reml import profile, random_part, relative_covariance
from glutelab.models.mixed.solve import solve_intercept, solve_slope

__all__ = ["LeftOut", "MixedBootstrap", "bootstrap_mixed", "leave_one_runner_out"]

_BLOCK = 250  # samples at a time; fixed, so that rounding does not depend on the workers


@dataclass(frozen=True, eq=False)
class MixedBootstrap:
    """Fixed effects of resampled cohorts.

    Attributes
    ----------
    fit : MixedFit
        Of the cohort itself.
    coefficients : ndarray, shape (n_boot, k)
        NaN where a resample could not be fitted.
    covariances : ndarray, shape (n_boot, k, k)
        Cluster-robust: from the scatter of the runners' own contributions.
    covariance : ndarray, shape (k, k)
        The same for the cohort itself.
    n_failed : int
    """

    fit: MixedFit
    coefficients: np.ndarray
    covariances: np.ndarray
    covariance: np.ndarray
    n_failed: int

    def interval(
        self,
        effect: str | Mapping[str, float] | Sequence[float],
        confidence: float = 0.95,
        kind: str = "studentized",
    ) -> tuple[float, float]:
        """Confidence interval of a fixed effect or a contrast.

        Parameters
        ----------
        effect : str, mapping or sequence
            Name, or weights as `MixedFit.contrast` takes them.
        confidence : float
        kind : {"studentized", "percentile"}
            Studentized is symmetric about the estimate and agrees with `p`. Percentile intervals
            are too narrow with few runners; see benchmarks/results/models.md.

        Returns
        -------
        low, high : float
            NaN if more than a tenth of the resamples could not be fitted.
        """
        value, se, drawn, errors = self._drawn(effect)
        if kind == "percentile":
            low, high = self._quantiles(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
        elif kind == "studentized":
            half = se * self._quantiles(_studentized(drawn - value, errors), confidence)
            low, high = value - half, value + half
        else:
            raise DataError(f"There is no {kind!r} interval. Choose studentized or percentile.")
        return float(low), float(high)

    def p(self, effect: str | Mapping[str, float] | Sequence[float]) -> float:
        """Two-sided p: how often a resample is as many standard errors off as zero is."""
        value, se, drawn, errors = self._drawn(effect)
        t = _studentized(drawn - value, errors)
        t = t[~np.isnan(t)]
        if self._too_many_failed:
            return np.nan
        return float((1 + (t >= abs(value / se)).sum()) / (1 + len(t)))

    @property
    def _too_many_failed(self) -> bool:
        return self.n_failed > 0.1 * len(self.coefficients)

    def _quantiles(self, values: np.ndarray, at) -> np.ndarray:
        values = values[~np.isnan(values)]
        return np.full(np.shape(at), np.nan) if self._too_many_failed else np.quantile(values, at)

    def _drawn(self, effect):
        weights = self.fit.weights({effect: 1.0} if isinstance(effect, str) else effect)
        variances = np.einsum("i,mij,j->m", weights, self.covariances, weights)
        se = float(np.sqrt(weights @ self.covariance @ weights))
        return (
            float(weights @ self.fit.coefficients),
            se,
            self.coefficients @ weights,
            np.sqrt(np.maximum(variances, 0)),
        )


def _studentized(off: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Size in standard errors; infinite where so few runners were drawn that all fit exactly."""
    with np.errstate(divide="ignore"):
        return np.abs(off) / errors


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Predictions of each runner from a model fitted to the others.

    Attributes
    ----------
    errors : ndarray, shape (n_rows,)
        Outcome less prediction, in the unit and the order of the outcome; NaN if the others do not
        carry the model.
    runners : ndarray, shape (n,)
    coefficients : ndarray, shape (n, k)
        Fixed effects without each runner: who decides the result?
    """

    errors: np.ndarray
    runners: np.ndarray
    coefficients: np.ndarray

    @property
    def rmse(self) -> float:
        """Root mean squared error over rows; NaN if one runner could not be predicted."""
        return float(np.sqrt((self.errors**2).mean()))


def bootstrap_mixed(
    fit: MixedFit, *, n_boot: int = 2000, seed: int = 0, workers: int = 1
) -> MixedBootstrap:
    """Cluster bootstrap: whole runners are drawn with replacement, the model is fitted anew.

    Variances are estimated again in every resample. A runner drawn twice counts as two runners.
    Studentized by cluster-robust standard errors, after Cameron, Gelbach and Miller 2008
    (doi 10.1162/rest.90.3.414), who found a wild cluster bootstrap better still. It does
    not need the model of the variances to be right; where that is right, Satterthwaite's t errs
    less.

    Parameters
    ----------
    fit : MixedFit
    n_boot, seed : int
    workers : int
        Workers for a model with a random slope; one with a random intercept fits thousands of
        resamples at once. The numbers do not depend on it.

    Returns
    -------
    MixedBootstrap

    Examples
    --------
    >>> from glutelab.models.mixed.fit import fit_mixed
    >>> rng = np.random.default_rng(1)
    >>> runner, speed = np.repeat(np.arange(12), 3), np.tile([2.5, 3.5, 4.5], 12)
    >>> cost = 200 + rng.normal(0, 8, 12)[runner] + 4 * speed + rng.normal(0, 2, 36)
    >>> fit = fit_mixed(cost, speed[:, None], runner, names=["speed_m_s"])
    >>> low, high = bootstrap_mixed(fit, n_boot=500, seed=3).interval("speed_m_s")
    >>> low < 4 < high
    True
    """
    n = fit.n_runners
    times = draw_counts(np.random.default_rng(seed), n_boot, n)
    coefficients, covariances = _refit(fit, times, workers)
    _, whole = _refit(fit, np.ones((1, n), int), 1)
    failed = int(np.isnan(coefficients[:, 0]).sum())
    return MixedBootstrap(fit, coefficients, covariances, whole[0], failed)


def leave_one_runner_out(fit: MixedFit, *, workers: int = 1) -> LeftOut:
    """Predict each runner from the others, by the fixed effects alone.

    Exact: variances and fixed effects are estimated again without the runner. Nothing of a runner's
    own rows is used, as for a new runner who walks in.

    Parameters
    ----------
    fit : MixedFit
    workers : int
        Workers for a model with a random slope.

    Returns
    -------
    LeftOut
    """
    n = fit.n_runners
    coefficients, _ = _refit(fit, np.ones((n, n), int) - np.eye(n, dtype=int), workers)
    predicted = (fit.rows.predictors * coefficients[fit.rows.runner]).sum(axis=1)
    return LeftOut(fit.rows.y - predicted, fit.rows.runners, coefficients)


def _refit(fit: MixedFit, times: np.ndarray, workers: int) -> tuple[np.ndarray, np.ndarray]:
    """Fixed effects and their covariance, each runner counted as often as said; NaN if unfit."""
    blocks = [times[start : start + _BLOCK] for start in range(0, len(times), _BLOCK)]
    start = None if fit.rows.slope is None else fit.theta
    given = (fit.parts, start, fit.correlated)
    if start is None or workers == 1:
        done = [_refit_block(block, *given) for block in blocks]
    else:
        from joblib import Parallel, delayed

        blocks = [part for block in blocks for part in np.array_split(block, 5)]
        done = Parallel(workers)(delayed(_refit_block)(block, *given) for block in blocks)
    return tuple(np.concatenate(part) for part in zip(*done, strict=True))


def _refit_block(
    times: np.ndarray, parts: Parts, start: np.ndarray | None, correlated: bool
) -> tuple[np.ndarray, np.ndarray]:
    if start is None:
        found = _fit_many(times, parts)
    else:
        each = [_fit_slope(row[None], parts, start, correlated) for row in times]
        found = tuple(np.concatenate(part) for part in zip(*each, strict=True))
    coefficients, covariances = found
    back = np.linalg.inv(parts.triangular)
    return (
        parts.offset + parts.scale * coefficients @ back.T,
        parts.scale**2 * back @ covariances @ back.T,
    )


def _solvable(moments: Moments) -> np.ndarray:
    """Samples in which no predictor is given by the others."""
    crossed = moments.crossed[:, :-1, :-1]
    lengths = np.sqrt(np.maximum(np.einsum("mii->mi", crossed), 1e-300))
    values = np.linalg.eigvalsh(crossed / lengths[:, :, None] / lengths[:, None, :])
    return (values[:, 0] > 1e-9) & (moments.n_rows > crossed.shape[-1])


def _fit_many(times: np.ndarray, parts: Parts) -> tuple[np.ndarray, np.ndarray]:
    coefficients, covariances = _nothing(len(times), parts.k)
    moments = gather(parts, times)
    chosen = np.flatnonzero(_solvable(moments))
    if not len(chosen):
        return coefficients, covariances
    if len(chosen) < len(times):
        moments = gather(parts, times[chosen])
    ratio, converged = solve_intercept(moments)
    found = _estimates(moments, times[chosen], parts, ratio[:, None, None])
    kept = chosen[converged]
    coefficients[kept], covariances[kept] = (part[converged] for part in found)
    return coefficients, covariances


def _fit_slope(
    times: np.ndarray, parts: Parts, start: np.ndarray, correlated: bool
) -> tuple[np.ndarray, np.ndarray]:
    moments = gather(parts, times)
    if _solvable(moments)[0]:
        theta, converged = solve_slope(moments, correlated=correlated, start=start)
        if converged:
            return _estimates(moments, times, parts, relative_covariance(theta)[None])
    return _nothing(1, parts.k)


def _nothing(m: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full((m, k), np.nan), np.full((m, k, k), np.nan)


def _estimates(
    moments: Moments, times: np.ndarray, parts: Parts, covariance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their cluster-robust covariance: the scatter of X'V^-1 (y - X b) of runners.

    Without a factor for small samples: it would cancel in studentized values.
    """
    at = profile(moments, covariance)
    m, n, p = len(times), len(parts.pattern), parts.k + 1
    u = np.concatenate([-at.coefficients, np.ones((m, 1))], axis=1)
    weights = random_part(parts.patterns, covariance)[1].reshape(m, len(parts.patterns), -1)
    outer = parts.outer.reshape(n, -1, p, p)[:, :, :-1]
    scores = np.tensordot(u, parts.crossed[:, :-1], axes=(1, 2))
    for j in range(outer.shape[1]):
        own = np.tensordot(u, outer[:, j], axes=(1, 2))
        scores -= weights[:, parts.pattern, j, None] * own
    scatter = (times[:, :, None] * scores).swapaxes(1, 2) @ scores
    return at.coefficients, at.inverse @ scatter @ at.inverse
