"""What a trial without markers cannot know, and how that is said."""

from __future__ import annotations

import pandas as pd

__all__ = ["NEEDED", "drop_unknown", "no_toe_off"]

# Without these there is nothing to cut.
NEEDED = ("hip_flexion_deg", "knee_flexion_deg")


def no_toe_off() -> str:
    """The note of a trial whose toe-off is not known."""
    return (
        "toe-off is not known: no contact time, no measure at toe-off; the peak of the knee in "
        "swing is that from 50 % of the gait cycle on"
    )


def drop_unknown(strides: pd.DataFrame) -> pd.DataFrame:
    """Without the measures that no stride has; identity and start stay."""
    keep = ["side", "stride", "start_s"]
    measures = strides.drop(columns=keep).dropna(axis=1, how="all")
    if len(strides) == 0:
        measures = strides.drop(columns=keep)
    return pd.concat([strides[keep], measures], axis=1)
