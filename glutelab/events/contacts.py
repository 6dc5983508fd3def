"""The contacts table: one row per foot on the ground, with what is wrong with it.

Columns: ``side`` (left, right or unknown), ``foot_strike_s`` and ``toe_off_s`` (NaN where the
record does not show it), ``peak_n`` (NaN without force), ``kept``, ``problem`` (empty if none) and
``method``. A row can be kept and still have a problem: a contact under way when the record starts
has a usable toe-off.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["CONTACT_COLUMNS", "check_contacts", "events_from_contacts"]

CONTACT_COLUMNS = ("side", "foot_strike_s", "toe_off_s", "peak_n", "kept", "problem", "method")

# Running contacts last about 0.16 s (sprinting shorter) to 0.35 s (slow jogging).
SHORTEST_CONTACT_S = 0.08
LONGEST_CONTACT_S = 0.50
# Two contacts further apart than this are not neighbors: a contact between them was not seen.
LONGEST_FLIGHT_S = 0.35


def check_contacts(contacts: pd.DataFrame) -> pd.DataFrame:
    """Mark contacts that cannot be right; nothing is repaired by guessing.

    Parameters
    ----------
    contacts : DataFrame
        Contacts with the columns of this module, sorted by time.

    Returns
    -------
    DataFrame
        A copy with `kept` and `problem` brought up to date: contacts that are too short or too
        long, of unknown side, overlapping the next one, or two in a row of the same foot.
    """
    table = contacts.copy()
    strike = table["foot_strike_s"].to_numpy(float)
    toe_off = table["toe_off_s"].to_numpy(float)
    side = table["side"].to_numpy(object)
    kept = table["kept"].to_numpy(bool).copy()
    problems = [[text] if text else [] for text in table["problem"]]

    def refuse(row: int, text: str) -> None:
        kept[row] = False
        problems[row].append(text)

    duration = toe_off - strike
    for row in np.flatnonzero(kept):
        if np.isnan(duration[row]) and not problems[row]:
            problems[row].append("foot strike or toe-off not seen (end of the record, or a gap)")
        if duration[row] < SHORTEST_CONTACT_S:
            refuse(row, f"contact of {duration[row]:.3f} s, shorter than {SHORTEST_CONTACT_S} s")
        elif duration[row] > LONGEST_CONTACT_S:
            refuse(
                row,
                f"contact of {duration[row]:.3f} s, longer than {LONGEST_CONTACT_S} s: two "
                "contacts without a flight between them, or not running",
            )
        elif side[row] not in ("left", "right"):
            refuse(row, "the foot on the ground cannot be told from the heel markers")

    # Neighbors are judged on the state before this step, so that both of a pair are marked.
    usable = kept.copy()
    for first, second in zip(range(len(table) - 1), range(1, len(table)), strict=True):
        flight = strike[second] - toe_off[first]
        if not (usable[first] and usable[second]) or not flight < LONGEST_FLIGHT_S:
            continue
        if side[first] == side[second]:
            for row in (first, second):
                refuse(row, f"two contacts of the {side[row]} foot in a row")
        elif flight < 0.0:
            for row in (first, second):
                refuse(row, "both feet on the ground at once: walking, or a wrong event")
    table["kept"] = kept
    table["problem"] = ["; ".join(dict.fromkeys(texts)) for texts in problems]
    return table


def contact_rows(side, foot_strike_s, toe_off_s, method: str, **more) -> pd.DataFrame:
    """A contacts table from its columns, with the usual values for those not given."""
    return pd.DataFrame(
        {
            "side": side,
            "foot_strike_s": np.asarray(foot_strike_s, dtype=float),
            "toe_off_s": np.asarray(toe_off_s, dtype=float),
            "peak_n": more.get("peak_n", np.nan),
            "kept": more.get("kept", True),
            "problem": more.get("problem", ""),
            "method": method,
        },
        columns=list(CONTACT_COLUMNS),
        index=range(len(foot_strike_s)),
    )


def events_from_contacts(contacts: pd.DataFrame) -> pd.DataFrame:
    """Foot strikes and toe-offs of the contacts that are kept.

    Parameters
    ----------
    contacts : DataFrame
        With ``side``, ``foot_strike_s``, ``toe_off_s``, ``kept`` and ``method``.

    Returns
    -------
    DataFrame
        Columns ``event``, ``side``, ``time_s``, ``method``, sorted by time. Times that the
        record does not show are left out.

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> contacts = pd.DataFrame({"side": ["left", "right"], "foot_strike_s": [0.1, 0.45],
    ...     "toe_off_s": [0.35, float("nan")], "kept": True, "method": "force_20n"})
    >>> events_from_contacts(contacts)[["event", "side", "time_s"]].values.tolist()
    [['foot_strike', 'left', 0.1], ['toe_off', 'left', 0.35], ['foot_strike', 'right', 0.45]]
    """
    needed = ["side", "foot_strike_s", "toe_off_s", "kept", "method"]
    missing = [name for name in needed if name not in contacts]
    if missing:
        raise ValueError(
            f"contacts: the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
            "cannot be found. Pass the table that list_contacts_from_force or "
            "list_contacts_from_markers returns."
        )
    kept = contacts[contacts["kept"].to_numpy(bool)]
    parts = [
        pd.DataFrame(
            {
                "event": event,
                "side": kept["side"].to_numpy(),
                "time_s": kept[f"{event}_s"].to_numpy(float),
                "method": kept["method"].to_numpy(),
            }
        )
        for event in ("foot_strike", "toe_off")
    ]
    events = pd.concat(parts, ignore_index=True)
    events = events[np.isfinite(events["time_s"].to_numpy())]
    return events.sort_values("time_s", kind="stable", ignore_index=True)
