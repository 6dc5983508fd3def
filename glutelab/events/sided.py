"""Foot strike and toe-off where each foot has a force of its own: split belts, plates by foot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from glutelab.errors import DataError, say
from glutelab.events.contacts import check_contacts, contact_rows
from glutelab.events.force import crossing, spans_above
from glutelab.frames import ForceFrames
from glutelab.signals import low_pass

__all__ = ["list_contacts_by_side"]

_LEAST_PART_OF_PEAK = 0.3  # less is vibration of the belt, not a foot


def list_contacts_by_side(
    forces: Mapping[str, ForceFrames], *, threshold_n: float = 20.0, cutoff_hz: float = 50.0
) -> pd.DataFrame:
    """One row per stretch of force of one foot above the threshold, used or not.

    Parameters
    ----------
    forces : dict of str to ForceFrames
        ``left`` and ``right``, of the same trial.
    threshold_n, cutoff_hz : float
        As in `list_contacts_from_force`.

    Returns
    -------
    DataFrame
        Columns ``side``, ``foot_strike_s``, ``toe_off_s``, ``peak_n``, ``kept``, ``problem``,
        ``method``, sorted by time.

    Raises
    ------
    DataError
        If a foot is missing, or its force never exceeds the threshold.
    """
    absent = [side for side in ("left", "right") if side not in forces]
    if absent:
        raise DataError(say("forces", f"there is no force of the {absent[0]} foot", "both feet"))
    parts = []
    for side, force in forces.items():
        vertical = low_pass(np.ascontiguousarray(force.force_n[:, 1]), force.rate_hz, cutoff_hz)
        spans = spans_above(vertical, threshold_n, force)
        peak = np.maximum.reduceat(np.append(vertical, -np.inf), spans.ravel())[::2]
        usual = np.percentile(peak, 90)
        blip = peak < _LEAST_PART_OF_PEAK * usual
        words = [
            f"only {one:.0f} N, usual peak {usual:.0f} N: vibration, not a foot" for one in peak
        ]
        parts.append(
            contact_rows(
                side,
                crossing(vertical, spans[:, 0], threshold_n) / force.rate_hz,
                crossing(vertical, spans[:, 1], threshold_n) / force.rate_hz,
                f"force_{threshold_n:g}n_{cutoff_hz:g}hz_by_side",
                peak_n=peak,
                kept=~blip,
                problem=np.where(blip, words, ""),
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(at=rows["foot_strike_s"].fillna(rows["toe_off_s"]))
    rows = rows.sort_values("at", ignore_index=True).drop(columns="at")
    used = rows["kept"].to_numpy(bool)
    return pd.concat([check_contacts(rows[used]), rows[~used]]).sort_index()
