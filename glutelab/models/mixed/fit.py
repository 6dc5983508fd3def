"""A linear mixed model of repeated trials: random intercept, optionally one random slope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glutelab.contrasts.estimate import Estimate
from glutelab.errors import DataError
from glutelab.models.mixed.moments import Parts, gather, split
from glutelab.models.mixed.reml import profile, relative_covariance
from glutelab.models.mixed.rows import Rows, check_rows
from glutelab.models.mixed.satterthwaite import degrees_of_freedom, variance_sensitivity
from glutelab.models.mixed.solve import solve_intercept, solve_slope

__all__ = ["MixedFit", "fit_mixed"]

_SINGULAR = 1e-4  # of the residual standard deviation, as lme4's isSingular


@dataclass(frozen=True, eq=False)
class MixedFit:
    """A fitted mixed model.

    Attributes
    ----------
    names : tuple of str
        Of the k fixed effects; "intercept" first.
    coefficients : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)
        Of the coefficients.
    runner_covariance : ndarray, shape (1, 1) or (2, 2)
        Of the runners' intercepts (and slopes), in squared units of the outcome (per unit of the
        predictor).
    residual_variance : float
    reml_criterion : float
        -2 log restricted likelihood, as lme4 prints it.
    n_rows, n_runners : int
    converged, singular : bool
    messages : tuple of str
        What a reader must know: no convergence, variances of zero. Empty if all is well.
    rows : Rows
        What was fitted; `bootstrap_mixed` and `leave_one_runner_out` fit it again.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    runner_covariance: np.ndarray
    residual_variance: float
    reml_criterion: float
    n_rows: int
    n_runners: int
    converged: bool
    singular: bool
    messages: tuple[str, ...]
    rows: Rows
    parts: Parts
    theta: np.ndarray
    correlated: bool
    covariance_change: np.ndarray
    variance_uncertainty: np.ndarray

    @property
    def se(self) -> np.ndarray:
        """Standard errors of the coefficients, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))

    def coefficient(self, name: str) -> Estimate:
        """One fixed effect by its name."""
        return self.contrast({name: 1.0})

    def contrast(self, weights: Mapping[str, float] | Sequence[float]) -> Estimate:
        """A weighted sum of fixed effects, with Satterthwaite degrees of freedom.

        Parameters
        ----------
        weights : mapping from name to number, or k numbers

        Returns
        -------
        Estimate

        Raises
        ------
        DataError
            For a name that is not in the model, or if all weights are zero.
        """
        at = self.weights(weights)
        df = degrees_of_freedom(
            at, self.covariance, self.covariance_change, self.variance_uncertainty
        )
        se = float(np.sqrt(at @ self.covariance @ at))
        return Estimate(float(at @ self.coefficients), se, df)

    def weights(self, weights: Mapping[str, float] | Sequence[float]) -> np.ndarray:
        """Weights of a contrast in the order of the coefficients, shape (k,)."""
        if isinstance(weights, Mapping):
            unknown = [str(name) for name in weights if name not in self.names]
            if unknown:
                raise DataError(
                    f"{', '.join(unknown)}: not in the model. It has {', '.join(self.names)}."
                )
            weights = [weights.get(name, 0.0) for name in self.names]
        result = np.asarray(weights, float)
        if result.shape != (len(self.names),) or not result.any():
            raise DataError(
                f"A contrast takes {len(self.names)} weights, not all zero, in the order "
                f"{', '.join(self.names)}."
            )
        return result


def fit_mixed(
    y: np.ndarray,
    predictors: np.ndarray,
    runner: Sequence,
    *,
    names: Sequence[str],
    slope: str | None = None,
    correlated: bool = True,
) -> MixedFit:
    """Mixed model with the runner as the unit, by restricted maximum likelihood (REML).

    Estimates are those of R's lme4 (Bates and others 2015, doi 10.18637/jss.v067.i01), tests those
    of lmerTest (Kuznetsova and others 2017, doi 10.18637/jss.v082.i13). statsmodels' MixedLM gives
    the same estimates, but z tests only, which find too much in a dozen runners.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
        The outcome, one row per runner and trial.
    predictors : ndarray, shape (n_rows, k - 1)
        Without the intercept. Columns may be in any unit; names are never evaluated.
    runner : sequence, shape (n_rows,)
        Who each row belongs to.
    names : sequence of str
        Of the predictors.
    slope : str, optional
        The predictor whose slope differs between runners.
    correlated : bool
        May a runner's intercept and slope go together? With False, center the slope's predictor
        first: the runners' intercepts are those at its zero.

    Returns
    -------
    MixedFit
        Read `converged`, `singular` and `messages` before the coefficients.

    Raises
    ------
    DataError
        For missing values, constant or collinear predictors (named), one runner, one row per
        runner, and whatever else leaves the variances without an estimate.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> runner = np.repeat(np.arange(12), 3)
    >>> speed = np.tile([2.5, 3.5, 4.5], 12)
    >>> cost = 200 + rng.normal(0, 8, 12)[runner] + 4 * speed + rng.normal(0, 2, 36)
    >>> fit = fit_mixed(cost, speed[:, None], runner, names=["speed_m_s"])
    >>> effect = fit.coefficient("speed_m_s")
    >>> round(effect.value, 2), round(effect.df, 1), fit.messages
    (4.0, 23.0, ())
    """
    rows = check_rows(y, predictors, runner, names, slope)
    parts = split(rows.y, rows.predictors, rows.runner, rows.slope, correlated)
    moments = gather(parts, np.ones((1, len(rows.runners))))
    if rows.slope is None:
        ratio, good = solve_intercept(moments)
        theta, converged, free = np.sqrt(ratio), bool(good[0]), np.array([0])
    else:
        theta, converged = solve_slope(moments, correlated=correlated)
        free = np.array([0, 1, 2] if correlated else [0, 2])
    at = profile(moments, relative_covariance(theta)[None])
    change, uncertainty = variance_sensitivity(at, theta, free)
    back = np.linalg.inv(parts.triangular)
    variance = float(at.squares[0] / at.free[0]) * parts.scale**2
    change = parts.scale**2 * back @ change @ back.T
    scale_d = parts.random_scale
    return MixedFit(
        names=rows.names,
        coefficients=parts.offset + parts.scale * back @ at.coefficients[0],
        covariance=variance * back @ at.inverse[0] @ back.T,
        runner_covariance=variance * scale_d @ relative_covariance(theta) @ scale_d.T,
        residual_variance=variance,
        reml_criterion=_criterion(float(at.value[0]), at.free[0], parts),
        n_rows=len(rows.y),
        n_runners=len(rows.runners),
        converged=converged,
        singular=bool(theta[[0, -1]].min() < _SINGULAR),
        messages=tuple(_messages(theta, converged, rows, correlated)),
        rows=rows,
        parts=parts,
        theta=theta,
        correlated=correlated,
        covariance_change=change,
        variance_uncertainty=uncertainty,
    )


def _criterion(value: float, free: float, parts: Parts) -> float:
    """In the units of the data; the moments have orthonormal columns and a scaled outcome."""
    size = np.abs(np.diag(parts.triangular))
    return value + 2 * float(np.log(size).sum()) + float(free) * 2 * np.log(parts.scale)


def _messages(theta: np.ndarray, converged: bool, rows: Rows, correlated: bool) -> list[str]:
    messages = []
    if not converged:
        remedy = "some predictors" if rows.slope is None else "the random slope"
        messages.append(
            "The fit did not converge: its numbers are where the search ended, not an estimate. "
            f"Leave {remedy} out."
        )
    if theta[[0, -1]].min() >= _SINGULAR:
        return messages
    if len(theta) == 1:
        return [
            *messages,
            "The runners do not differ measurably beyond what the predictors explain (singular "
            "fit: variance between runners 0); rows count as if they were separate runners.",
        ]
    name = rows.names[rows.slope]
    sizes = np.sqrt(np.diag(relative_covariance(theta)))
    if sizes[1] < _SINGULAR:
        what = f"The runners' slopes on {name} do not differ measurably (singular fit: variance 0)."
    elif sizes[0] < _SINGULAR:
        where = f"at the mean of {name}" if correlated else f"where {name} is 0"
        what = f"The runners' levels {where} do not differ measurably (singular fit: variance 0)."
    else:
        sign = "+1" if theta[1] > 0 else "-1"
        what = (
            f"The runners' slopes on {name} do not differ measurably beyond what their level "
            f"predicts (singular fit: correlation {sign})."
        )
    return [*messages, f"{what} A random intercept alone says as much."]
