"""Least-squares pose of a rigid marker cluster, for all frames at once.

Time runs along the last axis in every function of this file.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Pose", "fit_rigid_body"]


class Pose(NamedTuple):
    """Where a rigid cluster is in each frame: ``observed = rotation @ reference + translation``.

    Attributes
    ----------
    rotation : ndarray, shape (3, 3, n_frames)
    translation_m : ndarray, shape (3, n_frames)
    seen : ndarray of int, shape (n_frames,)
        Number of markers used.
    misfit_m : ndarray, shape (n_frames,)
        Root mean square distance of the markers from where the rigid cluster would have them.
    """

    rotation: np.ndarray
    translation_m: np.ndarray
    seen: np.ndarray
    misfit_m: np.ndarray


def fit_rigid_body(reference_m: np.ndarray, observed_m: np.ndarray, fewest: int = 3) -> Pose:
    """Rotation and translation that carry a reference cluster onto each frame.

    The optimal quaternion is the leading eigenvector of Horn's 4 x 4 matrix; its eigenvalue is
    found by Newton's method on the characteristic polynomial (Theobald 2005,
    doi 10.1107/S0108767305015266), which needs no loop over frames.

    Parameters
    ----------
    reference_m : ndarray, shape (n_markers, 3)
        The cluster as it stands in the reference pose, meters.
    observed_m : ndarray, shape (n_markers, 3, n_frames)
        The same markers while moving, meters; NaN where not seen.
    fewest : int
        Frames with fewer markers seen come out as NaN.

    Returns
    -------
    Pose
    """
    observed = observed_m
    missing = np.isnan(observed[:, 0])
    seen = len(missing) - missing.sum(axis=0)
    n_frames = observed.shape[-1]
    if missing.any():
        weight = (~missing).astype(float)
        observed = np.where(missing[:, None], 0.0, observed)
        count = np.maximum(seen, 1)
        reference_center = np.einsum("mi,mt->it", reference_m, weight) / count
        center = observed.sum(axis=0) / count
        cross = np.einsum("mi,mjt->ijt", reference_m, observed)
        cross -= count * reference_center[:, None] * center[None]
        squares = np.einsum("mi,mi,mt->t", reference_m, reference_m, weight)
        squares += np.einsum("mit,mit->t", observed, observed)
        squares -= count * ((reference_center**2).sum(axis=0) + (center**2).sum(axis=0))
    else:
        reference_center = np.repeat(reference_m.mean(axis=0)[:, None], n_frames, axis=1)
        center = observed.mean(axis=0)
        local = reference_m - reference_m.mean(axis=0)
        moved = observed - center
        cross = (local.T @ moved.reshape(len(local), -1)).reshape(3, 3, n_frames)
        squares = (local**2).sum() + np.einsum("mit,mit->t", moved, moved)
    rotation, eigenvalue = _rotation_from_cross_products(cross, 0.5 * squares)
    rotation[..., seen < fewest] = np.nan
    translation = center - np.einsum("ijt,jt->it", rotation, reference_center)
    rest = np.maximum(squares - 2.0 * eigenvalue, 0.0)
    misfit = np.sqrt(rest / np.maximum(seen, 1))
    misfit[seen < fewest] = np.nan
    return Pose(rotation, translation, seen, misfit)


def _rotation_from_cross_products(
    cross: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Optimal rotation and largest eigenvalue, from the cross products and an upper bound of it."""
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = cross
    # Horn's symmetric, traceless matrix, by its ten entries.
    k00, k11, k22, k33 = xx + yy + zz, xx - yy - zz, yy - xx - zz, zz - xx - yy
    k01, k02, k03 = yz - zy, zx - xz, xy - yx
    k12, k13, k23 = xy + yx, zx + xz, yz + zy
    # Characteristic polynomial: l^4 + c2 l^2 + c1 l + c0.
    c2 = -2.0 * np.einsum("ijt,ijt->t", cross, cross)
    c1 = -8.0 * (xx * (yy * zz - yz * zy) - xy * (yx * zz - yz * zx) + xz * (yx * zy - yy * zx))
    # Determinant by the 2 x 2 minors of the upper and the lower two rows.
    m01 = k02 * k13 - k12 * k03
    m02 = k02 * k23 - k22 * k03
    m03 = k02 * k33 - k23 * k03
    m12 = k12 * k23 - k22 * k13
    m13 = k12 * k33 - k23 * k13
    m23 = k22 * k33 - k23 * k23
    n01 = k00 * k11 - k01 * k01
    n02 = k00 * k12 - k01 * k02
    n03 = k00 * k13 - k01 * k03
    n12 = k01 * k12 - k11 * k02
    n13 = k01 * k13 - k11 * k03
    n23 = k02 * k13 - k12 * k03
    c0 = n01 * m23 - n02 * m13 + n03 * m12 + n12 * m03 - n13 * m02 + n23 * m01
    value = start.copy()
    for _ in range(6):
        square = value * value
        slope = 4.0 * square * value + 2.0 * c2 * value + c1
        step = (square * square + c2 * square + c1 * value + c0) / np.where(slope == 0, 1.0, slope)
        value = value - step
        if np.max(np.abs(step), initial=0.0) <= 1e-12 * np.max(np.abs(value), initial=1e-300):
            break
    diagonal = (k00 - value, k11 - value, k22 - value, k33 - value)
    vector = _leading_vector(diagonal, (k01, k02, k03, k12, k13, k23))
    return _quaternion_matrix(vector), value


def _leading_vector(diagonal: tuple, off: tuple) -> np.ndarray:
    """Null vector of a singular symmetric 4 x 4 matrix, shape (4, n).

    Every row of the matrix of cofactors is a multiple of it. The first row serves unless its
    leading entry is small (a turn near 180 degrees); then the largest row does.
    """
    a, b, c, d = diagonal
    e, f, g, h, i, j = off  # 01 02 03 12 13 23
    rows = np.array([[a, e, f, g], [e, b, h, i], [f, h, c, j], [g, i, j, d]])
    vector = _normalized(_cofactor_row(rows, 0))
    poor = np.flatnonzero(~(np.abs(vector[0]) > 0.1))
    if poor.size:
        candidates = np.array([_cofactor_row(rows[..., poor], k) for k in range(4)])
        largest = np.nan_to_num((candidates**2).sum(axis=1)).argmax(axis=0)
        vector[:, poor] = _normalized(candidates[largest, :, np.arange(poor.size)].T)
    return vector


def _normalized(vectors: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return vectors / np.sqrt((vectors**2).sum(axis=0))


def _cofactor_row(m: np.ndarray, row: int) -> np.ndarray:
    others = [k for k in range(4) if k != row]
    result = []
    for column in range(4):
        left = [k for k in range(4) if k != column]
        (a, b, c), (d, e, f), (g, h, i) = (m[r, left] for r in others)
        sign = -1.0 if (row + column) % 2 else 1.0
        result.append(sign * (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)))
    return np.array(result)


def _quaternion_matrix(quaternion: np.ndarray) -> np.ndarray:
    w, x, y, z = quaternion
    return np.array(
        [
            [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
        ]
    )
