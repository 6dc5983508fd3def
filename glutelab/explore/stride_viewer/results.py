"""The numbers of one stride or two: at this percent, at toe-off, lowest and highest."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd

from glutelab.explore.stride_viewer.posture import LETTERS, degrees
from glutelab.explore.stride_viewer.strides import HIP, SHOWN, THIGH, TILT, MeanStride
from glutelab.sentences import SIMULATED

__all__ = ["find_notes", "find_result", "table_of"]

REMAINDER = "remainder_deg"
_SOURCES = {"laboratory": "laboratories", "pipeline": "pipelines"}


def find_result(strides: Sequence[MeanStride], at_pct: int) -> pd.DataFrame:
    """Hip, thigh and pelvis of the mean stride, and what is left of hip = thigh + tilt.

    Parameters
    ----------
    strides : sequence of MeanStride
        One or two.
    at_pct : int

    Returns
    -------
    DataFrame
        One row per moment (``now``, ``toe-off``, ``lowest``, ``highest``) and stride, and for two
        strides their difference, first minus second: ``moment, stride, at_pct, hip_flexion_deg,
        thigh_angle_deg, pelvic_tilt_deg, remainder_deg``. The remainder is hip flexion minus thigh
        angle minus tilt; it is empty for lowest and highest, which come at different instants.
    """
    rows = []
    for moment in ("now", "toe-off", "lowest", "highest"):
        found = [_row(stride, moment, at_pct) for stride in strides]
        rows += [
            {"moment": moment, "stride": stride.name} | row
            for stride, row in zip(strides, found, strict=True)
        ]
        if len(strides) > 1:
            first, second = found
            apart = {name: first[name] - second[name] for name in first}
            rows.append({"moment": moment, "stride": "difference"} | apart)
    return pd.DataFrame(rows)


def _row(stride: MeanStride, moment: str, at_pct: int) -> dict[str, float]:
    if moment in ("lowest", "highest"):
        of = np.min if moment == "lowest" else np.max
        values = {
            name: float(of(stride.curves[name])) if name in stride.curves else np.nan
            for name in SHOWN
        }
        return {"at_pct": np.nan} | values | {REMAINDER: np.nan}
    at = float(at_pct) if moment == "now" else stride.toe_off_pct
    values = {name: stride.value(name, at) for name in SHOWN}
    return {"at_pct": at} | values | {REMAINDER: values[HIP] - values[THIGH] - values[TILT]}


def table_of(result: pd.DataFrame, strides: Sequence[MeanStride]) -> str:
    """The result as a page shows it: hip = thigh + tilt + remainder, a table for each stride."""
    names = [html.escape(stride.name) for stride in strides]
    names = [f"{LETTERS[k]}: {name}" for k, name in enumerate(names)] if len(names) > 1 else names
    names += ["A − B"] if len(strides) > 1 else []
    blocks = [_block(name, result.iloc[k :: len(names)]) for k, name in enumerate(names)]
    return f"<div style='display: flex; flex-wrap: wrap; gap: 4px 36px'>{''.join(blocks)}</div>"


def _block(name: str, rows: pd.DataFrame) -> str:
    cell = "padding: 1px 4px; text-align: right; white-space: nowrap"
    heads = ["", "at", "hip", "", "thigh", "", "tilt", "", "remainder"]
    lines = []
    for row in rows.itertuples():
        signs = ("=", "+", "+") if np.isfinite(row.remainder_deg) else ("", "", "")
        extreme = row.moment in ("lowest", "highest")
        apart = row.stride == "difference" and row.moment == "now"  # at the same instant
        at = "" if extreme or apart else _percent(row.at_pct)
        angles = [degrees(getattr(row, one)) for one in SHOWN]
        angles.append("" if extreme else degrees(row.remainder_deg))
        texts = [row.moment, at, angles[0]]
        for sign, text in zip(signs, angles[1:], strict=True):
            texts += [sign, text]
        lines.append("".join(f"<td style='{cell}'>{text}</td>" for text in texts))
    top = "".join(f"<th style='{cell}'>{head}</th>" for head in heads)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    style = "font-size: 12px; border-collapse: collapse; line-height: 1.5; margin: 0"
    title = f"<caption style='text-align: left; font-weight: bold'>{name}</caption>"
    return (
        f"<table style='{style}'>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _percent(value: float) -> str:
    return f"{value:.0f} %".replace("-", "−") if np.isfinite(value) else "–"


def find_notes(strides: Sequence[MeanStride], cohort) -> tuple[str, ...]:
    """What has to be known of this view; nothing of it may be hidden."""
    notes = [SIMULATED] if cohort.simulated else []
    notes.append(
        "Drawn from mean angles, not a recording: the hip is held still, proportions are those of "
        "a mean body (de Leva 1996)."
    )
    notes += [_say_scale(strides), _say_other(strides)]
    notes += _say_missing(strides, cohort)
    if len(strides) > 1:
        notes += _say_pair(strides, cohort.runners.set_index("runner_id"))
    notes.append(
        "Toe-off, lowest and highest are those of the mean curve; runner_means has the mean of "
        "each stride's own."
    )
    return tuple(note for note in notes if note)


def _say_scale(strides: Sequence[MeanStride]) -> str:
    by = {stride.scaled_by for stride in strides}
    if "" in by:
        who = [stride.runner_id for stride in strides if not stride.scaled_by]
        return (
            f"Neither leg length nor height of {' and '.join(dict.fromkeys(who))} is known: "
            "drawn for 1.75 m."
        )
    return f"Scaled by {' and '.join(sorted(by))}."


def _say_other(strides: Sequence[MeanStride]) -> str:
    lone = list(dict.fromkeys(one.runner_id for one in strides if one.one_sided))
    said = "The other leg is drawn half a stride later"
    if lone:
        only = f"{' and '.join(lone)} has only this side" if len(lone) == 1 else "there is no other"
        return f"{said}, from the curves of the same leg: {only}."
    return f"{said}, from the curves of its own side."


def _say_missing(strides: Sequence[MeanStride], cohort) -> list[str]:
    said = []
    for name, words in ((HIP, "hip flexion"), (THIGH, "thigh angle"), (TILT, "pelvic tilt")):
        if name not in cohort.curve_variables:
            said.append(f"{cohort.name} has no curve of {words}.")
        else:
            who = [one.runner_id for one in strides if name not in one.curves]
            said += [f"{one} has no curve of {words}." for one in dict.fromkeys(who)]
    if not all(stride.upright for stride in strides):
        said.append(
            "Without thigh angle and tilt the leg is drawn against the pelvis, as if that were "
            "level: where the leg is against the vertical cannot be seen."
        )
    legs = strides[0].legs(all(stride.upright for stride in strides))
    if legs is not None and not np.isfinite(legs[0][0, -1]).all():
        said.append("The foot was not measured: the leg ends where the curves do.")
    return said


def _say_pair(strides: Sequence[MeanStride], runners: pd.DataFrame) -> list[str]:
    first, second = strides
    said = ["Two single strides side by side: this shows what differs, not how sure it is."]
    if first.runner_id == second.runner_id:
        return said
    if first.speed_m_s != second.speed_m_s:
        said.append("Runner and speed both differ: neither can be told from the other.")
    for name, plural in _SOURCES.items():
        if name in runners:
            one, two = (runners[name].get(who) for who in (first.runner_id, second.runner_id))
            if pd.notna(one) and pd.notna(two) and one != two:
                said.append(
                    f"From different {plural}: where markers are set alone can shift hip angle and "
                    "tilt by several degrees."
                )
    return said
