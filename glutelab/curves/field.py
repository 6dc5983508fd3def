"""The statistic of every point of the curve, for one or thousands of relabelings.

The total sum of squares does not change when runners are relabeled. A t statistic is therefore a
function of one number, the correlation r between design and curve: t = r sqrt(df / (1 - r²)). So
one matrix product gives the whole field of all relabelings, the largest |t| is found where |r| is
largest, and only what is reported is ever turned into t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glutelab.curves.relabel import Relabelings

__all__ = [
    "LinearField",
    "Scratch",
    "fit_linear",
    "product",
    "relabelings_for",
]


_UNSPLIT = 2**18  # multiplications up to which OpenBLAS stays in one thread


class Scratch:
    """Memory for a few fields, used again and again: fresh memory costs more than the arithmetic.

    Parameters
    ----------
    n_points : int
    """

    rows = 1024  # a field of so many relabelings stays in the processor's cache

    def __init__(self, n_points: int):
        self.n_points = n_points
        self._fields: list[np.ndarray] = []

    def take(self, count: int, n_rows: int) -> list[np.ndarray]:
        """That many fields of `n_rows` rows each, holding anything."""
        while len(self._fields) < count:
            self._fields.append(np.empty((self.rows, self.n_points)))
        return [field[:n_rows] for field in self._fields[:count]]


@dataclass(frozen=True)
class LinearField:
    """Least squares with one effect of interest, with or without covariates.

    Attributes
    ----------
    scheme : str
        How runners are relabeled, see `Relabelings`.
    effect : ndarray, shape (n_points,)
        Coefficient of interest: difference between groups, mean change, or slope.
    error : ndarray, shape (n_points,)
        Its standard error.
    residual_sd : ndarray, shape (n_points,)
    df : int
        Residual degrees of freedom.
    design : ndarray, shape (n,)
        What is left of the effect's column beside the covariates, unit length.
    nuisance : ndarray, shape (n, n_covariates)
        Orthonormal columns that span the covariates, without the mean.
    residuals : ndarray, shape (n, n_points)
        Of the full model, each point at unit length.
    slope, length : ndarray, shape (n_points,)
        Coefficient of `design` in units of the length of the residuals, and the length of the curve
        beside the covariates in the same unit.
    """

    scheme: str
    effect: np.ndarray
    error: np.ndarray
    residual_sd: np.ndarray
    df: int
    design: np.ndarray
    nuisance: np.ndarray
    residuals: np.ndarray
    slope: np.ndarray
    length: np.ndarray
    observed_among = True  # the observed statistic is that of the first relabeling

    @property
    def t(self) -> np.ndarray:
        """The observed statistic, shape (n_points,)."""
        return self.effect / self.error

    def raw_and_residual(
        self, weights: np.ndarray, scratch: Scratch
    ) -> tuple[np.ndarray, np.ndarray]:
        """Statistic of relabeled curves, and largest statistic of relabeled residuals.

        Raw curves (less the covariates) are effect x design + residuals, so their field differs
        from that of the residuals by a product of two vectors.

        Parameters
        ----------
        weights : ndarray, shape (n_block, n)
            From `Relabelings.weights`.
        scratch : Scratch
            Memory for the fields.

        Returns
        -------
        field : ndarray, shape (n_block, n_points)
            r of the relabeled curves; the test stands on its maxima. Lives in `scratch`.
        largest : ndarray, shape (n_block,)
            max |r| of the relabeled residuals; the confidence band stands on it.
        """
        if self.nuisance.shape[1]:
            return self._adjusted(weights, scratch)
        columns, overlap = self._columns(weights)
        field, step = scratch.take(2, len(weights))
        product(columns, self.residuals, field)
        if self.scheme == "groups":
            field *= np.ptp(self.design)
        largest = np.abs(field, out=step).max(axis=1)
        field += np.multiply.outer(overlap, self.slope, out=step)
        field *= 1.0 / self.length
        return field, largest

    def _columns(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Relabeled design and its inner product with the observed one.

        Groups stay 0 and 1: residuals and design sum to zero, so only the step between the groups
        counts.
        """
        if self.scheme == "groups":
            return weights, (weights @ self.design) * np.ptp(self.design)
        if self.scheme == "signs":
            return weights / np.sqrt(len(self.design)), weights.mean(axis=1)
        columns = self.design[weights]
        return columns, columns @ self.design

    def _adjusted(self, weights: np.ndarray, scratch: Scratch) -> tuple[np.ndarray, np.ndarray]:
        """Freedman-Lane: residuals of the covariates alone are reordered and fitted anew.

        What the covariates take up by chance is taken off the sum of squares, of 1 for the
        residuals and of ``length`` squared for the curves.
        """
        columns, overlap = self._columns(weights)
        field, part, step, free_residual, free_raw = scratch.take(5, len(weights))
        free_residual[:], free_raw[:] = 1.0, self.length**2
        for nuisance in self.nuisance.T:
            reordered = nuisance[weights]
            product(reordered, self.residuals, part)
            free_residual -= np.square(part, out=step)
            part += np.multiply.outer(reordered @ self.design, self.slope, out=step)
            free_raw -= np.square(part, out=part)
        product(columns, self.residuals, field)
        np.square(field, out=part)
        part /= free_residual
        largest = np.sqrt(part.max(axis=1))
        field += np.multiply.outer(overlap, self.slope, out=step)
        field /= np.sqrt(free_raw, out=free_raw)
        return field, largest

    def to_t(self, statistic: np.ndarray) -> np.ndarray:
        """Turn r into t."""
        with np.errstate(divide="ignore"):
            rest = np.maximum(1.0 - statistic**2, 0.0)
            return statistic * np.sqrt(self.df / rest)

    def from_t(self, t: float) -> float:
        """Turn t into r."""
        return t / np.sqrt(self.df + t**2)


def fit_linear(
    curves: np.ndarray, design: np.ndarray, covariates: np.ndarray, scheme: str
) -> LinearField:
    """Least squares fit of every point of the curve.

    Parameters
    ----------
    curves : ndarray, shape (n, n_points)
    design : ndarray, shape (n,)
        1 and 0 for two groups, the predictor, or ones for paired differences.
    covariates : ndarray, shape (n, n_covariates)
    scheme : {"groups", "signs", "order"}
        See `Relabelings`. With "signs" there is no mean to take out.

    Returns
    -------
    LinearField
    """
    n = len(curves)
    mean = 0 if scheme == "signs" else 1
    if mean:
        curves, design = curves - curves.mean(axis=0), design - design.mean()
        covariates = covariates - covariates.mean(axis=0)
    basis = np.linalg.qr(covariates)[0] if covariates.shape[1] else np.zeros((n, 0))
    rest = design - basis @ (basis.T @ design)
    size = np.linalg.norm(rest)
    unit = rest / size
    curves = curves - basis @ (basis.T @ curves)
    slope = unit @ curves
    residuals = curves - np.outer(unit, slope)
    df = n - 1 - mean - basis.shape[1]
    squares = np.einsum("ij,ij->j", residuals, residuals)
    length = np.sqrt(squares)
    sd = np.sqrt(squares / df)
    slope_in_lengths = slope / length
    return LinearField(
        scheme=scheme,
        effect=slope / size,
        error=sd / size,
        residual_sd=sd,
        df=df,
        design=unit,
        nuisance=basis,
        residuals=residuals / length,
        slope=slope_in_lengths,
        length=np.sqrt(1.0 + slope_in_lengths**2),
    )


def relabelings_for(field, **how) -> Relabelings:
    """The relabelings a field asks for, in blocks that keep memory bounded.

    Parameters
    ----------
    field : LinearField or SeparateField
    **how
        ``n_random``, ``seed`` and ``exact_limit`` of `Relabelings`.

    Returns
    -------
    Relabelings
    """
    n, n_points = len(field.residuals), field.residuals.shape[1]
    block = int(np.clip(2**21 // max(n, n_points), 256, 4096))
    n_first = 0
    if field.scheme == "groups":
        n_first = int((field.design > 0).sum())
    return Relabelings(field.scheme, n, n_first=n_first, block=block, **how)


def product(weights: np.ndarray, curves: np.ndarray, out: np.ndarray) -> None:
    """Matrix product, in portions so small that linear algebra does not split them over threads.

    Threads that wait for each other cost many times the product itself when the processor is busy
    with something else, such as our own workers. Large products are left as they are.
    """
    n_points = out.shape[1]
    portion = _UNSPLIT // (weights.shape[1] * n_points) // 16 * 16
    whole = len(out) // portion * portion if portion else 0
    if whole:
        stacked = weights[:whole].reshape(-1, portion, weights.shape[1])
        np.matmul(stacked, curves, out=out[:whole].reshape(-1, portion, n_points))
    if whole < len(out):
        np.matmul(weights[whole:], curves, out=out[whole:])
