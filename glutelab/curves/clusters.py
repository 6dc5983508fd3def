"""Runs of neighboring points above a threshold, in one curve or in thousands at once."""

from __future__ import annotations

import numpy as np

__all__ = ["find_runs", "largest_runs"]


def find_runs(
    values: np.ndarray, places: np.ndarray, circular: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Runs of neighboring points of equal sign.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_points)
        One statistic curve per row.
    places : ndarray of int
        Flat indices of the points above the threshold, rising.
    circular : bool
        The last point is a neighbor of the first.

    Returns
    -------
    first, size, row, joins : ndarray, shape (n_runs,)
        Where in `places` a run starts, how many points it has, its row, and whether it is the
        second part of the run that starts the row (across the end of the cycle).
    """
    n_points = values.shape[1]
    if not places.size:
        none = np.zeros(0, np.intp)
        return none, none, none, none.astype(bool)
    row = places // n_points
    positive = values.ravel()[places] > 0
    opens = np.ones(places.size, bool)
    opens[1:] = (np.diff(places) != 1) | (np.diff(row) != 0) | (positive[1:] != positive[:-1])
    first = np.flatnonzero(opens)
    size = np.diff(first, append=places.size)
    row = row[first]
    joins = np.zeros(first.size, bool)
    if circular:
        at_start = places[first] % n_points == 0
        at_end = places[first + size - 1] % n_points == n_points - 1
        head = np.searchsorted(row, row)  # first run of the same row
        same = positive[first] == positive[first[head]]
        joins = at_end & at_start[head] & same & (head != np.arange(first.size))
    return first, size, row, joins


def largest_runs(
    values: np.ndarray, weights: np.ndarray | None, places: np.ndarray, circular: bool
) -> np.ndarray:
    """Extent or mass of the largest run of each row.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n_points)
    weights : ndarray, shape (n_places,), optional
        What each point above the threshold adds to the mass of its run; None counts points.
    places : ndarray of int
        Flat indices of the points above the threshold, rising.
    circular : bool

    Returns
    -------
    ndarray, shape (n_rows,)
        Zero where no point is above the threshold.
    """
    largest = np.zeros(len(values))
    first, size, row, joins = find_runs(values, places, circular)
    if not first.size:
        return largest
    total = size.astype(float) if weights is None else np.add.reduceat(weights, first)
    if joins.any():
        total[np.searchsorted(row, row[joins])] += total[joins]
    np.maximum.at(largest, row, total)
    return largest
