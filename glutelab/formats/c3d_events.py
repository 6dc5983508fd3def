"""Foot strikes and toe-offs of a C3D file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from glutelab.formats.c3d_parameters import first, flat, texts
from glutelab.formats.event_names import event_of, side_of

__all__ = ["events_of"]


def events_of(
    group: Mapping, first_frame: int, n_frames: int, rate_hz: float, notes: list[str]
) -> pd.DataFrame | None:
    """Events of the group EVENT; minutes and seconds in the file, counted as its frames are.

    Parameters
    ----------
    group : mapping
        Parameters of EVENT.
    first_frame, n_frames : int
    rate_hz : float
    notes : list of str
        Added to: what was left out.

    Returns
    -------
    DataFrame or None
        ``event, side, time_s`` from the first frame of the file.
    """
    times = flat(group, "TIMES")
    labels, contexts = texts(group, "LABELS"), texts(group, "CONTEXTS")
    count = min(int(first(group, "USED", 0)), len(times) // 2, len(labels))
    rows, other, outside = [], 0, 0
    for place in range(count):
        context = side_of(contexts[place]) if place < len(contexts) else ""
        meaning = event_of(f"{context} {labels[place]}") or event_of(labels[place])
        if meaning is None or context not in ("", meaning[1]):
            other += 1
            continue
        time = 60 * times[2 * place] + times[2 * place + 1] - (first_frame - 1) / rate_hz
        if not -0.5 / rate_hz <= time <= n_frames / rate_hz:
            outside += 1
            continue
        rows.append((*meaning, time))
    if other:
        notes.append(f"{other} events that are no foot strike or toe-off of a side were left out.")
    if outside:
        notes.append(f"{outside} events lie outside the frames of the file and were left out.")
    if not rows:
        return None
    table = pd.DataFrame(rows, columns=["event", "side", "time_s"])
    return table.sort_values("time_s", ignore_index=True)
