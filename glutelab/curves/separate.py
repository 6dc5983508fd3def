"""The statistic of two groups whose variances need not be equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.curves.field import Scratch, product

__all__ = ["SeparateField", "fit_separate"]


@dataclass(frozen=True)
class SeparateField:
    """Two groups whose variances need not be equal (Welch), by flipped signs of residuals.

    Relabeling runners would mix the two variances, and then errs more often than stated. Residuals
    about the mean of their own group keep its variance when their signs are flipped, and the sums
    of squares do not change.

    Attributes
    ----------
    effect, error, residual_sd, df, scheme
        As in `LinearField`; `residual_sd` is pooled and `df` counts runners less two.
    n_first : int
    residuals : ndarray, shape (n, n_points)
        Curves less the mean of their group; first group first.
    """

    effect: np.ndarray
    error: np.ndarray
    residual_sd: np.ndarray
    df: int
    n_first: int
    residuals: np.ndarray
    scheme: str = "signs"
    observed_among = False

    @property
    def t(self) -> np.ndarray:
        """The observed statistic, shape (n_points,)."""
        return self.effect / self.error

    def raw_and_residual(
        self, weights: np.ndarray, scratch: Scratch
    ) -> tuple[np.ndarray, np.ndarray]:
        """As in `LinearField`, with t itself as the statistic, and residuals for both."""
        field, other, spread = scratch.take(3, len(weights))
        first, second = self.n_first, len(self.residuals) - self.n_first
        product(weights[:, : self.n_first], self.residuals[: self.n_first], field)
        product(weights[:, self.n_first :], self.residuals[self.n_first :], other)
        field /= first
        other /= second
        # Squared error: each group's sum of squares about its mean over n (n - 1).
        spread[:] = self.error**2
        step = scratch.take(4, len(weights))[3]
        for mean, n in ((field, first), (other, second)):
            np.square(mean, out=step)
            step /= n - 1
            spread -= step
        field -= other
        np.sqrt(np.maximum(spread, 0.0, out=spread), out=spread)
        with np.errstate(divide="ignore", invalid="ignore"):
            field /= spread
        return field, np.abs(field, out=spread).max(axis=1)

    def to_t(self, statistic: np.ndarray) -> np.ndarray:
        """The statistic is t."""
        return statistic

    def from_t(self, t: float) -> float:
        """The statistic is t."""
        return t


def fit_separate(curves: np.ndarray, n_first: int) -> SeparateField:
    """Difference of two means with separate variances.

    Parameters
    ----------
    curves : ndarray, shape (n, n_points)
        First group first.
    n_first : int

    Returns
    -------
    SeparateField
    """
    first, second = curves[:n_first], curves[n_first:]
    residuals = np.vstack([first - first.mean(axis=0), second - second.mean(axis=0)])
    squares = residuals**2
    sums = squares[:n_first].sum(axis=0), squares[n_first:].sum(axis=0)
    n, n_second = len(curves), len(second)
    return SeparateField(
        effect=first.mean(axis=0) - second.mean(axis=0),
        error=np.sqrt(sums[0] / (n_first * (n_first - 1)) + sums[1] / (n_second * (n_second - 1))),
        residual_sd=np.sqrt((sums[0] + sums[1]) / (n - 2)),
        df=n - 2,
        n_first=n_first,
        residuals=residuals,
    )
