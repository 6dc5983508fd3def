"""Pair two tables of events of the same trial."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["match_events"]


def match_events(
    found: pd.DataFrame, reference: pd.DataFrame, *, tolerance_s: float = 0.1
) -> pd.DataFrame:
    """Pair the events of two tables: same event, same side, nearest to each other in time.

    Parameters
    ----------
    found : DataFrame
        Events to judge: ``event``, ``side``, ``time_s``.
    reference : DataFrame
        Events held to be true, same columns.
    tolerance_s : float
        Events further apart are not the same event.

    Returns
    -------
    DataFrame
        One row per pair or unpaired event, sorted by time: ``event``, ``side``,
        ``reference_s``, ``found_s``, ``error_s`` (found minus reference, positive = late; NaN
        unless matched) and ``outcome`` (``matched``, ``missed``: only in `reference`, ``extra``:
        only in `found`).

    Raises
    ------
    ValueError
        If a table lacks a column.

    Examples
    --------
    >>> truth = pd.DataFrame({"event": "toe_off", "side": "left", "time_s": [1.0, 1.7]})
    >>> found = pd.DataFrame({"event": "toe_off", "side": "left", "time_s": [1.25, 1.704]})
    >>> match_events(found, truth)["outcome"].tolist()
    ['missed', 'extra', 'matched']
    """
    for name, table in (("found", found), ("reference", reference)):
        missing = [column for column in ("event", "side", "time_s") if column not in table]
        if missing:
            raise ValueError(
                f"{name}: no column {', '.join(missing)}. Pass an events table with the columns "
                "event, side and time_s."
            )
    parts = []
    kinds = pd.concat([found[["event", "side"]], reference[["event", "side"]]]).drop_duplicates()
    for event, side in kinds.itertuples(index=False):
        times = [
            np.sort(
                table.loc[(table["event"] == event) & (table["side"] == side), "time_s"].to_numpy(
                    float
                )
            )
            for table in (found, reference)
        ]
        parts.append(_pair(*times, tolerance_s).assign(event=event, side=side))
    columns = ["event", "side", "reference_s", "found_s", "error_s", "outcome"]
    if not parts:
        return pd.DataFrame(columns=columns)
    pairs = pd.concat(parts, ignore_index=True)[columns]
    order = pairs["reference_s"].fillna(pairs["found_s"]).argsort(kind="stable")
    return pairs.iloc[order].reset_index(drop=True)


def _pair(found: np.ndarray, reference: np.ndarray, tolerance_s: float) -> pd.DataFrame:
    """Mutual nearest neighbors within the tolerance; the rest unpaired. Both sorted."""
    pairs = []
    if len(found) and len(reference):
        distance = np.abs(found[:, None] - reference[None, :])
        nearest_found = distance.argmin(axis=0)
        nearest_reference = distance.argmin(axis=1)
        pairs = [
            (f, r)
            for r, f in enumerate(nearest_found)
            if nearest_reference[f] == r and distance[f, r] <= tolerance_s
        ]
    f_paired = np.array([f for f, _ in pairs], dtype=int)
    r_paired = np.array([r for _, r in pairs], dtype=int)
    missed = np.delete(reference, r_paired)
    extra = np.delete(found, f_paired)
    blank = np.full(len(missed), np.nan), np.full(len(extra), np.nan)
    table = pd.DataFrame(
        {
            "reference_s": np.concatenate([reference[r_paired], missed, blank[1]]),
            "found_s": np.concatenate([found[f_paired], blank[0], extra]),
        }
    )
    table["error_s"] = table["found_s"] - table["reference_s"]
    table["outcome"] = np.repeat(
        np.array(["matched", "missed", "extra"], dtype=object),
        [len(f_paired), len(missed), len(extra)],
    )
    return table
