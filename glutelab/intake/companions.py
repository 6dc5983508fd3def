"""Whether what lies beside a running trial fits it: the standing trial, and the forces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.contract import Finding
from glutelab.errors import DataError
from glutelab.events import list_contacts_from_markers, match_events
from glutelab.events.contacts import events_from_contacts
from glutelab.frames import MarkerFrames

__all__ = ["examine_event_times", "face_forward"]

_AS_RUNNING_DEG = 10.0  # turned by less, cosine and sine change nothing that can be measured
_OUT_OF_STEP_S = 0.03
_NEAR_S = 0.2  # two strikes of one foot are never as near


def face_forward(standing: MarkerFrames) -> tuple[MarkerFrames, list[str]]:
    """The standing trial with the runner facing X, as in running.

    Nobody has to stand the way they run; yet the tilt of the standing pelvis is measured against X.

    Parameters
    ----------
    standing : MarkerFrames
        X, Y, Z as for the running trial; Y up.

    Returns
    -------
    standing : MarkerFrames
        Turned about the vertical if the runner stood turned by more than 10 degrees.
    notes : list of str
        By how much.
    """
    heading = _heading(standing)
    if heading is None or np.hypot(*heading) < 1e-9:
        return standing, []
    angle = np.arctan2(heading[1], heading[0])
    if abs(np.degrees(angle)) < _AS_RUNNING_DEG:
        return standing, []
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    note = f"the runner stood turned by {abs(np.degrees(angle)):.0f} degrees; turned to face X"
    return standing.replaced(standing.positions_m @ turn.T), [note]


def _heading(standing: MarkerFrames) -> np.ndarray | None:
    """Forward in the plane of X and Z: from the PSIS or sacrum to the ASIS."""
    middle = {
        name: np.nanmean(standing[name], axis=0)
        for name in ("left_asis", "right_asis", "left_psis", "right_psis", "sacrum")
        if name in standing and np.isfinite(standing[name]).all(axis=1).any()
    }
    back = [middle[name] for name in ("left_psis", "right_psis") if name in middle]
    if len(back) < 2:
        back = [middle["sacrum"]] if "sacrum" in middle else []
    if not back or not {"left_asis", "right_asis"} <= set(middle):
        return None
    forward = 0.5 * (middle["left_asis"] + middle["right_asis"]) - np.mean(back, axis=0)
    return forward[[0, 2]]


def examine_event_times(events: pd.DataFrame, moving: MarkerFrames, where: str) -> list[Finding]:
    """Whether events of forces, of the file or of a table share the clock of the markers.

    Parameters
    ----------
    events : DataFrame
        Those that were made of the markers themselves are not looked at.
    moving : MarkerFrames
        The running trial.
    where : str
        File of the markers.

    Returns
    -------
    list of Finding
        Empty too if the markers do not tell when feet strike.
    """
    if events["method"].astype(str).str.startswith("kinematic").all():
        return []
    try:
        contacts = list_contacts_from_markers(moving)
    except DataError:
        return []
    pairs = match_events(events, events_from_contacts(contacts), tolerance_s=_NEAR_S)
    return _out_of_step(pairs[pairs["event"] == "foot_strike"], where)


def _out_of_step(strikes: pd.DataFrame, where: str) -> Sequence[Finding]:
    paired = strikes[strikes["outcome"] == "matched"]
    if len(strikes) < 4:
        return []
    late_s = float(paired["error_s"].median()) if len(paired) >= 0.5 * len(strikes) else np.nan
    if abs(late_s) <= _OUT_OF_STEP_S:
        return []
    found = "feet strike at other times than the markers tell"
    if np.isfinite(late_s):
        word = "later" if late_s > 0 else "earlier"
        found = f"feet strike {abs(late_s) * 1000:.0f} ms {word} than the markers tell"
    expected = f"the same within {_OUT_OF_STEP_S * 1000:.0f} ms"
    remedy = "Do forces or events begin with the markers, and are all rates right?"
    return [Finding("out_of_step", "events", where, found, expected, remedy)]
