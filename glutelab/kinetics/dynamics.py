"""Newton and Euler for chains of rigid segments, all frames at once.

The first axis is X, Y, Z of the laboratory (Y up), time runs along the last, and everything in
between is the reader's choice of segments and sides.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "GRAVITY_M_S2",
    "angular_velocity",
    "cross",
    "derivative",
    "moments_at",
    "segment_loads",
]

GRAVITY_M_S2 = 9.81


def derivative(values: np.ndarray, rate_hz: float) -> np.ndarray:
    """Time derivative by the central difference of fourth order, which has no lag.

    At 150 Hz a 10 Hz oscillation keeps 99.9 % of its derivative; the usual three-point difference
    keeps 97.1 %.

    Parameters
    ----------
    values : ndarray, shape (..., n_frames)
        Five frames or more.
    rate_hz : float
        Frames per second.

    Returns
    -------
    ndarray, same shape
        Per second. The two outermost frames on each side are of second order; NaN within two
        frames of a NaN.

    Examples
    --------
    >>> derivative(np.arange(6.0) ** 2, 1.0).round(9).tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    """
    v, result = values, np.empty_like(values)
    inside = result[..., 2:-2]
    np.subtract(v[..., 3:-1], v[..., 1:-3], out=inside)
    inside *= 8.0
    inside -= v[..., 4:] - v[..., :-4]
    inside *= rate_hz / 12.0
    half = 0.5 * rate_hz
    result[..., 1] = half * (v[..., 2] - v[..., 0])
    result[..., -2] = half * (v[..., -1] - v[..., -3])
    result[..., 0] = half * (4.0 * v[..., 1] - 3.0 * v[..., 0] - v[..., 2])
    result[..., -1] = half * (3.0 * v[..., -1] - 4.0 * v[..., -2] + v[..., -3])
    return result


def angular_velocity(axes: np.ndarray, rate_hz: float) -> np.ndarray:
    """Angular velocity from the change of a rotation matrix.

    Parameters
    ----------
    axes : ndarray, shape (3, 3, ..., n_frames)
        Columns are the axes of the segment in the laboratory.
    rate_hz : float

    Returns
    -------
    ndarray, shape (3, ..., n_frames)
        Radians per second, in the laboratory.
    """
    result = np.empty(axes.shape[1:])
    for k, (i, j) in enumerate(((2, 1), (0, 2), (1, 0))):
        np.einsum("k...,k...->...", derivative(axes[i], rate_hz), axes[j], out=result[k])
    return result


def segment_loads(
    mass_kg: np.ndarray,
    center_m: np.ndarray,
    tensor_kg_m2: np.ndarray,
    axes: np.ndarray,
    velocity_rad_s: np.ndarray,
    rate_hz: float,
) -> tuple[np.ndarray, np.ndarray]:
    """What has to act on moving segments, besides their weight, for them to move as they do.

    Parameters
    ----------
    mass_kg : ndarray, shape (...,)
    center_m : ndarray, shape (3, ..., n_frames)
        Center of mass.
    tensor_kg_m2 : ndarray, shape (3, 3, ...)
        Inertia about the center of mass, in the axes of the segment.
    axes : ndarray, shape (3, 3, ..., n_frames)
    velocity_rad_s : ndarray, shape (3, ..., n_frames)
        From `angular_velocity`.
    rate_hz : float

    Returns
    -------
    force_n, moment_nm : ndarray, shape (3, ..., n_frames)
        Mass times acceleration minus weight; change of angular momentum, plus the moment of that
        force about the origin of the laboratory.
    """
    force = derivative(derivative(center_m, rate_hz), rate_hz)
    force[1] += GRAVITY_M_S2
    force *= np.asarray(mass_kg)[..., None]
    own = np.einsum("ij...t,i...t->j...t", axes, velocity_rad_s)
    own = np.einsum("ij...,j...t->i...t", tensor_kg_m2, own)
    momentum = np.einsum("ij...t,j...t->i...t", axes, own)
    return force, derivative(momentum, rate_hz) + cross(center_m, force)


def moments_at(points_m: np.ndarray, force_n: np.ndarray, moment_nm: np.ndarray) -> np.ndarray:
    """Moments about points, from those about the origin.

    Parameters
    ----------
    points_m, force_n, moment_nm : ndarray, shape (3, ..., n_frames)

    Returns
    -------
    ndarray, same shape
    """
    return moment_nm - cross(points_m, force_n)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Vector product along the first axis."""
    result = np.empty(np.broadcast_shapes(a.shape, b.shape))
    for k, (i, j) in enumerate(((1, 2), (2, 0), (0, 1))):
        np.multiply(a[i], b[j], out=result[k])
        result[k] -= a[j] * b[i]
    return result
