"""One shape for both models of running economy: estimates, intervals, p and predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.contrasts.estimate import Estimate
from glutelab.errors import DataError
from glutelab.models.economy.design import Design
from glutelab.models.economy.ols import OlsFit, bootstrap_ols, fit_ols
from glutelab.models.mixed.fit import MixedFit, fit_mixed
from glutelab.models.mixed.refit import bootstrap_mixed, leave_one_runner_out

__all__ = ["Estimates", "estimate", "fit_design", "has_converged", "left_out_rmse"]

SPEED = "speed"


@dataclass(frozen=True, eq=False)
class Estimates:
    """Coefficients with their small-sample distribution, the intercept first.

    Attributes
    ----------
    keys : list of str
    values, se, df : ndarray, shape (k,)
        ``df`` is NaN for the bootstrap, which has none.
    plain_se, plain_df : ndarray, shape (k,)
        As the model has them: classical for least squares, Satterthwaite for the mixed model.
    draws : ndarray, shape (n_boot, k), or None
        Studentized deviations of the resamples.
    """

    keys: list[str]
    values: np.ndarray
    se: np.ndarray
    df: np.ndarray
    plain_se: np.ndarray
    plain_df: np.ndarray
    draws: np.ndarray | None = None

    def at(self, key: str) -> int:
        """Place of a term."""
        return self.keys.index(key)

    def half(self, j: int, confidence: float) -> float:
        """Half the width of the interval of one coefficient."""
        if self.draws is None:
            return float(Estimate(self.values[j], self.se[j], self.df[j]).half_width(confidence))
        size = self._sizes(j)
        return float(np.quantile(size, confidence) * self.se[j]) if size is not None else np.nan

    def p(self, j: int, against: float = 0.0) -> float:
        """Two-sided p of one coefficient against a value."""
        off = Estimate(self.values[j] - against, self.se[j], self.df[j])
        if self.draws is None:
            return float(off.p)
        size, t = self._sizes(j), abs(off.t)
        return float((1 + (size >= t).sum()) / (1 + len(size))) if size is not None else np.nan

    def equivalence_p(self, j: int, margin: float) -> float:
        """P of the two one-sided tests that a coefficient lies within plus or minus the margin.

        Schuirmann 1987, doi 10.1007/BF01068419.
        """
        if not margin > 0 or not self.se[j] > 0:
            return np.nan
        outside = abs(self.values[j]) >= margin
        p = self.p(j, np.copysign(margin, self.values[j]))
        return 1 - p / 2 if outside else p / 2

    def _sizes(self, j: int) -> np.ndarray | None:
        """|t| of the resamples; None if more than a tenth of them could not be fitted."""
        drawn = self.draws[:, j]
        drawn = np.abs(drawn[np.isfinite(drawn)])
        return drawn if len(drawn) >= 0.9 * len(self.draws) else None


def fit_design(design: Design, slope: bool | None = None) -> tuple[OlsFit | MixedFit, str]:
    """Least squares for one row per runner, else a mixed model.

    Parameters
    ----------
    design : Design
    slope : bool, optional
        Whether runners have slopes of their own on speed; by default, if that converges and is not
        singular.

    Returns
    -------
    fit : OlsFit or MixedFit
    said : str
        What became of the random slope; empty for least squares.
    """
    if not design.repeated:
        return fit_ols(design.y, design.columns), ""
    given = (design.y, design.columns, design.runner)
    if slope is not None:
        return fit_mixed(*given, names=design.keys, slope=SPEED if slope else None), ""
    simple = fit_mixed(*given, names=design.keys)
    if SPEED not in design.keys:
        return simple, ""
    try:
        found = fit_mixed(*given, names=design.keys, slope=SPEED)
    except DataError:
        return simple, (
            "Runners have an intercept of their own; a slope of their own on speed was not tried, "
            "since there are too few speeds per runner"
        )
    if not found.converged or found.singular:
        why = "is singular" if found.converged else "did not converge"
        return simple, (
            f"Runners have an intercept of their own; a slope of their own on speed was tried and "
            f"left out, since the fit {why}"
        )
    return found, "Runners have an intercept, and a slope on speed, of their own"


def has_converged(fit: OlsFit | MixedFit) -> bool:
    """Whether its numbers are estimates; least squares always are."""
    return isinstance(fit, OlsFit) or fit.converged


def estimate(
    fit: OlsFit | MixedFit, keys: list[str], inference: str, n_boot: int, seed: int
) -> Estimates:
    """Coefficients by t (HC3 or Satterthwaite), or by a bootstrap of whole runners.

    Where the mixed model is singular, terms between runners have no more degrees of freedom than
    there are runners (containment).

    Parameters
    ----------
    fit : OlsFit or MixedFit
    keys : list of str
        Of the terms, without the intercept.
    inference : {"satterthwaite", "bootstrap"}
    n_boot, seed : int

    Returns
    -------
    Estimates
    """
    names = ["intercept", *keys]
    if isinstance(fit, OlsFit):
        df = np.full(len(names), fit.df)
        plain = (fit.classical_se, df)
        if inference != "bootstrap":
            return Estimates(names, fit.coefficients, fit.se, df, *plain)
        draws = bootstrap_ols(fit, n_boot=n_boot, seed=seed)
        return Estimates(names, fit.coefficients, fit.se, df * np.nan, *plain, draws)
    df = np.array([fit.coefficient(name).df for name in fit.names])
    df = _contained(fit, df) if fit.singular else df
    plain = (fit.se, df)
    if inference != "bootstrap":
        return Estimates(names, fit.coefficients, fit.se, df, *plain)
    boot = bootstrap_mixed(fit, n_boot=n_boot, seed=seed)
    errors = np.sqrt(np.einsum("mii->mi", boot.covariances))
    draws = (boot.coefficients - fit.coefficients) / errors
    se = np.sqrt(np.diag(boot.covariance))
    return Estimates(names, fit.coefficients, se, df * np.nan, *plain, draws)


def _contained(fit: MixedFit, df: np.ndarray) -> np.ndarray:
    """Degrees of freedom of what is constant within runners: never more than there are runners.

    A singular fit takes rows for separate runners, and Satterthwaite counts rows; containment
    counts runners, less the terms that differ between runners only.
    """
    x, runner = fit.rows.predictors, fit.rows.runner
    means = np.column_stack([np.bincount(runner, column) for column in x.T])
    means = means / np.bincount(runner)[:, None]
    between = np.abs(x - means[runner]).max(axis=0) <= 1e-9 * np.abs(x).max(axis=0)
    return np.where(between, np.minimum(df, max(1, fit.n_runners - between.sum())), df)


def left_out_rmse(fit: OlsFit | MixedFit) -> np.ndarray:
    """Root mean squared error of each runner's rows, predicted from the other runners.

    Returns
    -------
    ndarray, shape (n_runners,)
    """
    if isinstance(fit, OlsFit):
        return np.abs(fit.errors_left_out)
    errors = leave_one_runner_out(fit).errors
    return np.sqrt(np.bincount(fit.rows.runner, errors**2) / np.bincount(fit.rows.runner))
