"""What stands beneath the strides: findings, what happened to the trial, and numbers."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from glutelab.explore.first_strides.band import REFERENCE, Band
from glutelab.explore.first_strides.trials import PANELS
from glutelab.processing import ProcessedTrial

__all__ = ["find_result", "find_strides", "say_kept", "words_beneath"]

NOTHING = "No finding. That is no proof: look whether the strides lie where runners' strides do."


def find_strides(
    trial: ProcessedTrial, n_strides: int, side: str
) -> dict[str, dict[str, np.ndarray]]:
    """The first kept strides of each side that is shown.

    Parameters
    ----------
    trial : ProcessedTrial
    n_strides : int
    side : {"both", "left", "right"}

    Returns
    -------
    dict of str to dict of str to ndarray, shape (up to n_strides, 101)
    """
    sides = trial.strides["side"].to_numpy(object)
    wanted = [one for one in ("left", "right") if side in ("both", one) and one in sides]
    return {
        one: {
            name: np.asarray(trial.curves[name], float)[np.flatnonzero(sides == one)[:n_strides]]
            for name in PANELS
            if name in trial.curves
        }
        for one in wanted
    }


def find_result(
    strides: Mapping[str, Mapping[str, np.ndarray]], bands: Mapping[str, Band | None]
) -> pd.DataFrame:
    """One row per side and angle: where it lies, and where runners' angles do."""
    rows = []
    for side, there in strides.items():
        for name, values in there.items():
            known = values[np.isfinite(values).all(axis=1)]
            if len(known) == 0:
                continue
            band = bands.get(name)
            rows.append(
                {
                    "side": side,
                    "variable": name,
                    "n_strides": len(known),
                    "at_foot_strike_deg": float(known[:, 0].mean()),
                    "lowest_deg": float(known.min()),
                    "highest_deg": float(known.max()),
                    "band_lowest_deg": float(band.low.min()) if band else np.nan,
                    "band_highest_deg": float(band.high.max()) if band else np.nan,
                    "outside_pct": band.outside(known) if band else np.nan,
                }
            )
    columns = ["side", "variable", "n_strides", "at_foot_strike_deg", "lowest_deg", "highest_deg"]
    columns += ["band_lowest_deg", "band_highest_deg", "outside_pct"]
    return pd.DataFrame(rows, columns=columns)


def say_kept(trial: ProcessedTrial) -> str:
    """Strides in = kept + dropped, and by which rules."""
    ledger = trial.ledger
    kept = int(ledger["kept"].sum())
    text = f"{len(ledger)} strides in, {kept} kept, {len(ledger) - kept} dropped"
    rules = ledger.loc[~ledger["kept"].astype(bool), "rule"].value_counts()
    if len(rules):
        text += f" ({', '.join(f'{count} by {rule}' for rule, count in rules.items())})"
    return f"{text}." + (f" Events: {trial.event_method}." if trial.event_method else "")


def words_beneath(findings: Sequence[str], notes: Sequence[str]) -> str:
    """Findings first, then what was done to the trial, as HTML."""
    style = "border-left: 4px solid #e0a800; padding: 2px 10px; margin: 4px 0"
    said = "".join(f"<li>{html.escape(text)}</li>" for text in findings)
    parts = [
        f"<div style='{style}'><b>Findings</b><ul style='margin: 0'>{said}</ul></div>"
        if findings
        else f"<p style='margin: 4px 0'>{NOTHING}</p>"
    ]
    more = "".join(f"<li>{html.escape(text)}</li>" for text in notes)
    if more:
        parts.append(f"<ul style='margin: 4px 0; opacity: 0.8'>{more}</ul>")
    # A narrow column: long sentences are read, not scrolled.
    return f"<div style='max-width: 78em; line-height: 1.4'>{''.join(parts)}</div>"


def reference_words(band: Band | None) -> str:
    """What the band is."""
    if band is None:
        return "No reference is drawn."
    return (
        f"Grey: {REFERENCE}, {band.n_runners} runners at {band.speed_m_s:.4g} m/s, mean and 2 SD "
        "of runners. Zeros of angles differ between laboratories and models, by 9 degrees at the "
        "hip of the same runners: look at the shape first."
    )
